"""Five qualities are checked when a month is published; each can fail, and says so in a sentence."""

from datetime import date, timedelta

import pytest

from grievance.vocabulary import Kind
from reports.beside import qualities
from reports.document import DEFINITIONS
from reports.month import Month
from reports.shelf import Release
from reports.tables import BY_THEME, SPECS, STOCK, STOCK_FLOW, Cell, Every, Table

MARCH = Month(2026, 3)
DUE = date(2026, 4, 16)
FEBRUARY = Release(Month(2026, 2), 1, "final", '{"definitions": "2026-1", "tables": []}')
OTHER = Release(Month(2026, 2), 1, "final", '{"definitions": "2025-1", "tables": []}')
JANUARY = Release(Month(2026, 1), 1, "final", '{"definitions": "2026-1", "tables": []}')


def account(*figures: int | None) -> Table:
    return Table(STOCK_FLOW, tuple(Cell(("all", m), n) for m, n in zip(STOCK, figures, strict=True)))


def themes(whole: int | None, *parts: int | None) -> Table:
    cells = [Cell((f"theme {n}",), part) for n, part in enumerate(parts)]
    return Table(BY_THEME, (Cell(("all",), whole), *cells))


def checked(*tables: Table, earlier: tuple[Release, ...] = (FEBRUARY,), late: int = 0) -> dict[str, bool]:
    found = qualities.check(
        MARCH, tables, due_on=DUE, today=DUE + timedelta(days=late), definitions="2026-1", earlier=earlier
    )
    return {one["key"]: one["holds"] for one in found}


def test_there_are_five_in_a_fixed_order() -> None:
    assert list(checked()) == ["timely", "complete", "accurate", "comparable", "interoperable"]


@pytest.mark.parametrize(
    ("earlier", "late", "holds"),
    [((FEBRUARY,), 0, "yes"), ((), 0, "yes"), ((FEBRUARY,), 1, "no"), ((JANUARY,), 0, "no")],
)
def test_a_month_is_timely_when_it_and_the_one_before_came(
    earlier: tuple[Release, ...], late: int, holds: str
) -> None:
    assert checked(earlier=earlier, late=late)["timely"] is (holds == "yes")


def test_a_month_is_complete_when_every_table_that_is_due_is_there() -> None:
    due = [Table(s.name, ()) for s in SPECS.values() if s.every in (Every.MONTH, Every.QUARTER)]

    monthly = [t for t in due if SPECS[t.name].every == Every.MONTH]
    of_requests = [Table(t.name, (), kind=str(Kind.INFORMATION_REQUEST)) for t in due]
    assert qualities.is_complete(MARCH, due, DEFINITIONS)
    assert not qualities.is_complete(MARCH, due[1:], DEFINITIONS)
    assert not qualities.is_complete(Month(2026, 12), due, DEFINITIONS)
    assert qualities.is_complete(Month(2026, 2), monthly, DEFINITIONS)
    assert not qualities.is_complete(MARCH, of_requests, DEFINITIONS)


@pytest.mark.parametrize("later", sorted(qualities.SINCE_THE_SIXTH))
def test_a_table_that_came_later_is_missed_from_its_definitions_on_and_not_before(later: str) -> None:
    due = [Table(s.name, ()) for s in SPECS.values() if s.every in (Every.MONTH, Every.QUARTER)]
    without = [table for table in due if table.name != later]

    assert qualities.is_complete(MARCH, without, "2026-5")
    assert not qualities.is_complete(MARCH, without, DEFINITIONS)


@pytest.mark.parametrize(
    ("table", "holds"),
    [
        (account(5, 10, 1, 0, 6, 0, 10), "yes"),
        (account(5, 10, 1, 0, 6, 0, 9), "no"),
        (account(None, None, None, None, None, None, None), "yes"),
        (themes(20, 12, 8), "yes"),
        (themes(20, 12, 7), "no"),
        (themes(20, 12, None), "yes"),
        (themes(20, 21, None), "no"),
        (themes(None, None), "yes"),
    ],
)
def test_a_month_is_accurate_when_what_is_printed_adds_up(table: Table, holds: str) -> None:
    assert checked(table)["accurate"] is (holds == "yes")


def test_a_month_is_comparable_when_it_counts_as_the_one_before() -> None:
    assert checked()["comparable"]
    assert checked(earlier=())["comparable"]
    assert not checked(earlier=(OTHER,))["comparable"]


@pytest.mark.parametrize(
    ("table", "holds"),
    [
        (themes(20, 12, 8), "yes"),
        (Table(BY_THEME, (Cell(("dust",), 7), Cell(("dust",), 7))), "no"),
        (Table(BY_THEME, (Cell(("dust", "all"), 7),)), "no"),
        (Table(BY_THEME, (Cell(("dust",), -1),)), "no"),
    ],
)
def test_a_month_is_interoperable_when_each_figure_stands_once(table: Table, holds: str) -> None:
    assert checked(table)["interoperable"] is (holds == "yes")
