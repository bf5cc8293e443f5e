"""The SHA-256 sums of the data of a release, in the format that `sha256sum -c` reads (a line a file)."""

from collections.abc import Mapping

from reports.formats import csv


def write(files: Mapping[str, bytes]) -> bytes:
    """Write the sums of files by their path."""
    return "".join(f"{csv.digest(body)}  {path}\n" for path, body in files.items()).encode()
