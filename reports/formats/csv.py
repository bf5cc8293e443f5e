"""A table as CSV (RFC 4180): a row a cell, dimensions first, then value and status; empty where not shown.

The first two columns are the period (`month`, `quarter` or `year`) and the kind of case.
"""

import csv
import io

from grievance.errors import Unknown
from reports.shelf import Release
from reports.tables import SPECS

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet would run a cell that starts like this, so a quote mark is put before it."""


def write(release: Release, name: str) -> bytes:
    """Write one table of a release, in UTF-8.

    Raises:
        Unknown: the release has no such table.
    """
    tables = [table for table in release.tables if table.name == name]
    if not tables:
        raise Unknown(f"no table {name!r}")
    kept = io.StringIO(newline="")
    rows = csv.writer(kept)
    rows.writerow(header(name))
    for table in tables:
        period = table.period or str(release.month)
        for cell in table.cells:
            value = "" if cell.value is None else cell.value
            place = (period, table.kind, *cell.at)
            rows.writerow([*map(safe, place), value, cell.status(release.status)])
    return kept.getvalue().encode()


def header(name: str) -> tuple[str, ...]:
    """Name the columns of a table."""
    spec = SPECS[name]
    return (str(spec.every), "kind", *spec.dimensions, "value", "status")


def safe(text: str) -> str:
    """Keep a spreadsheet from taking a text for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text
