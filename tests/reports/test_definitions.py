"""Whatever stands in a table has words that say what it counts, and an indicator says nothing the tables do not."""

from dataclasses import replace

import pytest

from grievance.base import canonical
from grievance.store import Store
from grievance.vocabulary import CASE_KINDS, Kind, Role
from reports.measuring import measured, own
from reports.month import Month
from reports.saying import definitions, indicated
from reports.saying.indicated import HIDDEN, NOT_THERE, NOTHING, TOO_FEW, Printed, Value
from reports.saying.indicators import INDICATORS
from reports.shelf import Release
from reports.tables import ALL, SPECS, Cell, Table
from tests.reports.months import Town, on
from workflows.criteria import CRITERIA
from workflows.criterion import Actor
from workflows.registry import accounts
from workflows.rulebook import Rulebook

PLACES = {"operator", "site", "theme", "channel", "guard", "medium", "language", "clock"}
DECEMBER = Month(2026, 12)
NEVER = {"I-15b", "I-16b"}


def a_release(*tables: Table, month: Month = DECEMBER) -> Release:
    return Release(month, 1, "final", canonical({"tables": [table.plain("final") for table in tables]}))


def stock(*, reopened: int | None, closed: int | None) -> Table:
    return Table("stock_flow", (Cell((ALL, "reopened"), reopened), Cell((ALL, "closed"), closed)))


def answers(met: int | None, late: int | None) -> Table:
    return Table("timeliness", tuple(Cell((ALL, "answer", m), n) for m, n in (("met", met), ("late", late))))


def value(of: str, release: Release, *earlier: Release) -> Value:
    rows = release.document.get("scorecard", {}).get("rows", ())
    printed = Printed(release.month, release.tables, rows)
    found = next(each for each in indicated.values(printed, earlier) if each.id == of)
    return replace(found, months=())


def an_officer(store: Store, rules: Rulebook) -> None:
    """Open the account of somebody who decides cases: without any, nobody knows how many there are."""
    by = Actor(Role.ADMIN, id="command-line")
    store.transact(
        lambda conn: accounts.note(
            conn,
            accounts.OPENED,
            who="rosa",
            role="officer",
            company="qorimayu",
            by=by,
            rules=rules,
            at=on("12-01"),
        )
    )


def test_every_table_and_every_member_of_it_is_defined(store: Store, rules: Rulebook) -> None:
    town = Town(store, rules)
    town.complain("12-01", person="ana")
    an_officer(store, rules)

    tables = store.read(
        lambda conn: [
            *(
                t
                for kind in CASE_KINDS
                for t in measured.measure(conn, DECEMBER, kind=kind, rules=rules).tables
            ),
            *own.tables(conn, DECEMBER, rules=rules),
        ]
    )

    undefined = {
        (table.name, member)
        for table in tables
        for dimension in set(table.dimensions) - PLACES
        for member in table.members(dimension)
        if member != ALL and member not in definitions.TABLES[table.name].members
    }
    assert undefined == set()
    assert {table.name for table in tables} == set(SPECS) == set(definitions.TABLES)


def test_the_forty_indicators_are_all_there_each_with_cells_or_a_reason() -> None:
    assert {one.id for one in INDICATORS} - NEVER == {f"I-{n:02d}" for n in range(1, 41)}
    assert {one.criterion for one in INDICATORS} == {criterion.key for criterion in CRITERIA}
    assert [
        one.id for one in INDICATORS if not (one.numerator or one.why_not or one.scored or one.asked)
    ] == ["I-25"]


def test_every_cell_of_an_indicator_is_a_cell_of_a_month(store: Store, rules: Rulebook) -> None:
    an_officer(store, rules)
    tables = store.read(
        lambda conn: [
            *(
                t
                for kind in CASE_KINDS
                for t in measured.measure(conn, DECEMBER, kind=kind, rules=rules).tables
            ),
            *own.tables(conn, DECEMBER, rules=rules),
        ]
    )
    there = {(table.name, cell.at, table.kind) for table in tables for cell in table.cells}

    asked = {
        (cell.table, cell.at, cell.kind) for one in INDICATORS for cell in (*one.numerator, *one.denominator)
    }

    assert asked - there == set()


def test_a_share_is_said_from_twenty_on() -> None:
    assert value("I-14", a_release(answers(17, 3))) == Value("I-14", 17, 20, 85)
    assert value("I-14", a_release(answers(17, 2))) == Value("I-14", 17, 19, None, TOO_FEW)


def test_what_was_done_twice_for_one_case_makes_no_more_than_all_of_them() -> None:
    ends = (("resolved_implemented", 12), ("explained_accepted", 11))
    ended = Table("answers_by_type", tuple(Cell((m,), n) for m, n in ends))

    assert value("I-37", a_release(ended, stock(reopened=0, closed=21))) == Value("I-37", 23, 21, 100)


def test_what_a_cell_hides_no_indicator_tells() -> None:
    assert value("I-14", a_release(answers(17, None))) == Value("I-14", None, why=HIDDEN)


def test_a_table_that_a_release_does_not_have_is_said() -> None:
    assert value("I-14", a_release(stock(reopened=1, closed=2))) == Value("I-14", None, why=NOT_THERE)


def test_reopened_cases_are_added_up_over_the_twelve_months_before_and_no_further() -> None:
    months = [a_release(stock(reopened=1, closed=10), month=DECEMBER.back(n)) for n in range(14)]

    assert value("I-33", months[0], *months[1:]) == Value("I-33", 12, 120, 10)


def test_what_the_scorecard_counts_is_read_from_its_row() -> None:
    rows = [{"indicator": "I-23", "n": 11, "of": 12}, {"indicator": "I-05", "n": None, "of": None}]
    scored = Release(
        DECEMBER, 1, "final", canonical({"tables": [], "omissions": [], "scorecard": {"rows": rows}})
    )

    assert value("I-23", scored) == Value("I-23", 11, 12, None, TOO_FEW)
    assert value("I-05", scored) == Value("I-05", None, why=NOTHING)
    assert value("I-36", scored) == Value("I-36", None, why=NOT_THERE)


def test_hidden_figures_are_counted() -> None:
    assert value("I-25", a_release(answers(17, None))).n == 1


@pytest.mark.parametrize("of", ["I-07", "I-21", "I-29"])
def test_what_is_not_collected_says_why(of: str) -> None:
    told = value(of, a_release())

    assert (told.n, told.of, told.percent) == (None, None, None)
    assert told.why is not None


def test_requests_and_complaints_have_indicators_of_their_own() -> None:
    answered = Table(
        "answers_by_type", (*tuple(Cell((m,), 10) for m in ("full", "partial")), Cell((ALL,), 30))
    )
    of_requests = replace(answered, kind=str(Kind.INFORMATION_REQUEST))

    assert value("I-24", a_release(of_requests)) == Value("I-24", 20, 30, 66)
    assert value("I-24", a_release(answered)).why == NOT_THERE
