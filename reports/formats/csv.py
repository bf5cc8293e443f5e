"""A table as CSV (RFC 4180): a row a cell, dimensions first, then value and status; empty where not shown.

The first two columns are the period (`month`, `quarter` or `year`) and the kind of case. `everything` puts all tables of
a month into one file, where a column that a table does not have stays empty.
"""

import csv
import hashlib
import io
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from grievance.errors import Unknown
from reports.saying.indicated import NOT_MADE
from reports.shelf import Release
from reports.tables import SPECS, SUPPRESSED, Table

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet would run a cell that starts like this, so a quote mark is put before it."""
FIRST, LAST = ("table", "period", "kind"), ("value", "status")
SERIES = ("month", "kind", "measure", *LAST)
INDICATORS = (
    "month", "indicator", "criterion", "n", "of", "percent", "status", "definitions", "months", "n_is", "of_is"
)  # fmt: skip
"""The columns of the indicators. The last three name what is added up, with spaces between: months and printed cells."""


OF_EACH = (*INDICATORS, "dimension", "member")
"""The same of each company and each site, and last which one it is: what reads the other file reads this one too."""


def write(release: Release, name: str) -> bytes:
    """Write one table of a release, in UTF-8.

    Raises:
        Unknown: the release has no such table.
    """
    tables = [table for table in release.tables if table.name == name]
    if not tables:
        raise Unknown(f"no table {name!r}")
    return _rows(
        header(name),
        (
            (table.period or str(release.month), table.kind, *cell.at, *_figure(cell.value, cell.status(release.status)))
            for table in tables
            for cell in table.cells
        ),
    )  # fmt: skip


def everything(release: Release) -> bytes:
    """Write all tables of a release in one, in UTF-8: a row a cell, each dimension a column."""
    dimensions = dimensions_of(release.tables)
    return _rows(
        (*FIRST, *dimensions, *LAST),
        (
            (
                table.name,
                table.period or str(release.month),
                table.kind,
                *(placed.get(dimension, "") for dimension in dimensions),
                *_figure(cell.value, cell.status(release.status)),
            )
            for table in release.tables
            for cell in table.cells
            for placed in [dict(zip(table.dimensions, cell.at, strict=True))]
        ),
    )


def series(releases: Iterable[Release]) -> bytes:
    """Write the account and the first answers of the whole, of every month there is, oldest first, in UTF-8.

    Args:
        releases: the newest version of each month.
    """
    return _rows(
        SERIES,
        (
            (str(release.month), table.kind, measure, *_figure(cell.value, cell.status(release.status)))
            for release in sorted(releases, key=lambda each: each.month)
            for table in release.tables
            for cell in table.cells
            for measure in _of_the_whole(table.name, cell.at)
        ),
    )


def _of_the_whole(table: str, at: tuple[str, ...]) -> Iterator[str]:
    match table, at:
        case "stock_flow", ("all", measure):
            yield measure
        case "timeliness", ("all", "answer", ("met" | "late") as ending):
            yield f"answered_{'in_time' if ending == 'met' else 'late'}"
        case _:
            return


def indicators(release: Release) -> bytes:
    """Write the indicators of a release, in UTF-8: a row for each that is made, with the cells it is the sum of.

    A release from before they were frozen has none: then there is a header alone.
    """
    made = release.document.get("indicators", ())
    return _rows(INDICATORS, (_indicator(release, one) for one in made if one["status"] != NOT_MADE))


def indicators_of(release: Release) -> bytes:
    """Write the indicators of each company and each site, in UTF-8, as the others are, and of whom each is.

    A release from before they were frozen has none: then there is a header alone.
    """
    made = release.document.get("indicators_of", ())
    return _rows(OF_EACH, ((*_indicator(release, one), one["dimension"], one["member"]) for one in made))


def _indicator(release: Release, one: Mapping[str, Any]) -> tuple[str, ...]:
    return (
        str(release.month),
        one["id"],
        one["criterion"],
        *(_figure(one[key], "")[0] for key in ("n", "of", "percent")),
        one["status"] if one["status"] == SUPPRESSED else release.status,
        str(release.document["definitions"]),
        *(" ".join(one[key]) for key in ("months", "n_is", "of_is")),
    )


def header(name: str) -> tuple[str, ...]:
    """Name the columns of a table."""
    spec = SPECS[name]
    return (str(spec.every), "kind", *spec.dimensions, *LAST)


def dimensions_of(tables: Iterable[Table]) -> tuple[str, ...]:
    """Name every dimension that some of these tables have, in printed order, each once."""
    return tuple(dict.fromkeys(dimension for table in tables for dimension in table.dimensions))


def digest(body: bytes) -> str:
    """SHA-256 of a file, in hexadecimal."""
    return hashlib.sha256(body).hexdigest()


def safe(text: str) -> str:
    """Keep a spreadsheet from taking a text for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def _figure(value: int | None, status: str) -> tuple[str, str]:
    return ("" if value is None else str(value)), status


def _rows(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> bytes:
    kept = io.StringIO(newline="")
    out = csv.writer(kept)
    out.writerow(head)
    out.writerows([safe(text) for text in row] for row in rows)
    return kept.getvalue().encode()
