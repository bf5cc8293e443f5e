"""A table as CSV (RFC 4180): a row a cell, dimensions first, then value and status; empty where not shown."""

import csv
import io

from grievance.errors import Unknown
from reports.shelf import Release

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet would run a cell that starts like this, so a quote mark is put before it."""


def write(release: Release, name: str) -> bytes:
    """Write one table of a release, in UTF-8.

    Raises:
        Unknown: the release has no such table.
    """
    table = release.tables.get(name)
    if table is None:
        raise Unknown(f"no table {name!r}")
    kept = io.StringIO(newline="")
    rows = csv.writer(kept)
    rows.writerow(["month", "kind", *table.dimensions, "value", "status"])
    kind = str(release.document["kind"])
    for cell in table.cells:
        value = "" if cell.value is None else cell.value
        rows.writerow([safe(str(release.month)), safe(kind), *map(safe, cell.at), value, safe(cell.status)])
    return kept.getvalue().encode()


def safe(text: str) -> str:
    """Keep a spreadsheet from taking a text for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text
