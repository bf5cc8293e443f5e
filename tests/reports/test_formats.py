"""What is downloaded is what was frozen: the same bytes, one row a cell, nothing a spreadsheet would run."""

import csv
import hashlib
import io
import json
from pathlib import Path

import pytest

from grievance.errors import Unknown
from reports import formats
from reports.month import Month
from reports.shelf import Release
from reports.tables import BY_THEME, STOCK_FLOW, Cell, Table
from tests.reports.released import release

TABLES = (
    Table(STOCK_FLOW, (Cell(("all", "received"), 12), Cell(("north", "received"), None))),
    Table(BY_THEME, (Cell(("all",), 12), Cell(("=water",), 0))),
)
DOCUMENT = {"month": "2026-10", "tables": [table.plain("provisional") for table in TABLES]}
OCTOBER = Release(Month(2026, 10), 1, "provisional", json.dumps(DOCUMENT))


def rows(raw: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(raw.decode())))


def test_a_table_has_its_dimensions_first_then_value_and_status() -> None:
    assert rows(formats.csv.write(OCTOBER, STOCK_FLOW)) == [
        ["month", "kind", "operator", "measure", "value", "status"],
        ["2026-10", "grievance", "all", "received", "12", "provisional"],
        ["2026-10", "grievance", "north", "received", "", "suppressed"],
    ]


def test_zero_is_written_and_not_left_empty() -> None:
    assert rows(formats.csv.write(OCTOBER, BY_THEME))[-1][-2:] == ["0", "provisional"]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_nothing_starts_like_a_formula(start: str) -> None:
    assert formats.csv.safe(f"{start}1+1") == f"'{start}1+1"


def test_plain_words_are_left_alone() -> None:
    assert formats.csv.safe("water") == "water"


def test_a_table_that_is_not_there_is_unknown() -> None:
    with pytest.raises(Unknown):
        formats.csv.write(OCTOBER, "secrets")


def test_the_document_is_the_bytes_that_were_digested(tmp_path: Path) -> None:
    made = release()

    files = formats.write(made, tmp_path)

    names = [file.relative_to(tmp_path).as_posix() for file in files]
    assert hashlib.sha256((tmp_path / "2026-10.json").read_bytes()).hexdigest() == made.digest
    assert set(names) > {"2026-10.json", "2026-10/tables/stock_flow.csv", "2026-10/tables/by_theme.csv"}


def test_a_table_reads_back_as_it_was_frozen() -> None:
    assert OCTOBER.tables == TABLES
