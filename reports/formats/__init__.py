"""The forms in which a release leaves the house; all of them are made from the one frozen value."""

from pathlib import Path

from reports.formats import csv, json
from reports.shelf import Release


def write(release: Release, folder: Path) -> tuple[Path, ...]:
    """Write a release as files: the frozen document as it was digested, and a CSV per table.

    Returns:
        The files, as `YYYY-MM.json` and `YYYY-MM/tables/<name>.csv` under the folder.
    """
    tables = folder / str(release.month) / "tables"
    tables.mkdir(parents=True, exist_ok=True)
    document = folder / f"{release.month}.json"
    document.write_bytes(json.write(release))
    files = [document]
    for name in dict.fromkeys(table.name for table in release.tables):
        file = tables / f"{name}.csv"
        file.write_bytes(csv.write(release, name))
        files.append(file)
    return tuple(files)
