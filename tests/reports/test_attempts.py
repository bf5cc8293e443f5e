"""Attempts that failed in a quarter: told from five on, by way in only where each has five, and recounted."""

import pytest

from grievance.store import Store
from reports.measuring import own
from reports.month import Month
from reports.recount import verify_release
from reports.saying import indicated
from reports.saying.indicated import Printed
from reports.tables import ALL, FAILED_ATTEMPTS, QUARTER_SITE_THEME, Cell, Table
from tests.reports.months import Town, on
from workflows.clockwork import attempts
from workflows.rulebook import Rulebook

MARCH = Month(2026, 3)
NEXT = {"01": "02-01", "02": "03-01", "03": "04-01"}


@pytest.fixture
def town(store: Store, rules: Rulebook) -> Town:
    return Town(store, rules)


def failed(town: Town, **by_month: tuple[int, int]) -> None:
    """Let so many attempts by menu and by call fail in months, and the clock say so when each is over."""
    for month, (menu, call) in by_month.items():
        number, ways = month.removeprefix("m"), {"ussd": menu, "phone_voice": call}
        town.store.transact(
            lambda conn, n=number, w=ways: attempts.note(conn, w, on=on(f"{n}-14").now.date())
        )
        for _ in range(2):
            town.store.transact(lambda conn, n=number: attempts.say(conn, rules=town.rules, at=on(NEXT[n])))


def told(town: Town, month: Month = MARCH) -> dict[str, int | None]:
    made = town.store.read(lambda conn: own.tables(conn, month, rules=town.rules))
    return {cell.at[0]: cell.value for table in made if table.name == FAILED_ATTEMPTS for cell in table.cells}


def problems(town: Town, **values: int | None) -> list[str]:
    cells = tuple(Cell((way,), n) for way, n in values.items())
    table = Table(FAILED_ATTEMPTS, cells, kind="mechanism", period="2026-Q1").plain("final")
    return town.store.read(lambda c: [str(one) for one in verify_release.of_itself(c, "2026-03", [table])])


@pytest.mark.parametrize(
    ("months", "expected"),
    [
        (((3, 2), (2, 2), (0, 1)), (10, 5, 5)),
        (((3, 2), (2, 1), (0, 1)), (9, None, None)),
        (((5, 0), (0, 0), (0, 0)), (5, None, None)),
        (((2, 0), (1, 1), (0, 0)), (None, None, None)),
        (((0, 0), (0, 0), (0, 0)), (None, None, None)),
    ],
)
def test_a_quarter_tells_five_and_more(
    town: Town, months: tuple[tuple[int, int], ...], expected: tuple[int | None, ...]
) -> None:
    failed(town, m01=months[0], m02=months[1], m03=months[2])

    shown = told(town)

    assert tuple(shown[way] for way in (ALL, "ussd", "phone_voice")) == expected
    assert problems(town, **shown) == []
    assert told(town, Month(2026, 2)) == {}


def test_of_a_month_that_said_nothing_the_quarter_tells_nothing(town: Town) -> None:
    failed(town, m01=(9, 9), m03=(9, 9))

    assert set(told(town).values()) == {None}
    assert len(problems(town, all=36)) == 1


def test_what_is_told_otherwise_or_of_too_few_is_found(town: Town) -> None:
    failed(town, m01=(6, 2), m02=(0, 0), m03=(0, 0))

    assert problems(town, all=8) == []
    assert [len(problems(town, **{way: n})) for way, n in (("all", 7), ("ussd", 6), ("phone_voice", 2))] == [
        1,
        1,
        1,
    ]


def test_the_indicator_compares_with_all_who_tried() -> None:
    tables = (
        Table(FAILED_ATTEMPTS, (Cell((ALL,), 5),), kind="mechanism", period="2026-Q1"),
        Table(QUARTER_SITE_THEME, (Cell((ALL, ALL), 95),), period="2026-Q1"),
    )

    row = next(row for row in indicated.plain(Printed(MARCH, tables), ()) if row["id"] == "I-08")

    assert (row["n"], row["of"], row["percent"], row["target"], row["at_most"]) == (5, 100, 5, 2, True)
