"""What was printed once stays known: a month that is taken back still guards the people of the months after it."""

import json
from collections.abc import Sequence

import pytest

from grievance.vocabulary import Kind
from reports.gate import Passed, Told, pass_through
from reports.gate.history import told
from reports.measuring.measured import Measured
from reports.month import Month
from reports.shelf import Release
from reports.tables import QUARTER_SITE_THEME, Table
from tests.reports.worlds import SEED, SITES, months_of, pass_all

BUSY = {("north", "dust"): 30, ("south", "water"): 25, ("north", "roads"): 10}
FEW = {**BUSY, ("north", "roads"): 2}
EARLY = frozenset({Month(2026, 1), Month(2026, 2)})


@pytest.fixture(scope="module")
def quarter() -> list[Measured]:
    return months_of([BUSY, BUSY, FEW])


@pytest.fixture(scope="module")
def printed(quarter: list[Measured]) -> list[Release]:
    return [frozen(m, p) for m, p in zip(quarter[:2], pass_all(quarter[:2]), strict=True)]


def frozen(month: Measured, passed: Passed) -> Release:
    body = {"tables": [table.plain("final") for table in passed.tables]}
    return Release(month.month, 1, "final", json.dumps(body))


def passed(quarter: Sequence[Measured], known: Told) -> tuple[Table, ...]:
    return pass_through(quarter, known, sites=SITES, seed=SEED).tables


def dust_of_the_quarter(made: tuple[Table, ...]) -> int | None:
    return next(table for table in made if table.name == QUARTER_SITE_THEME).value("all", "dust")


def test_a_month_that_was_taken_back_guards_as_one_that_stands(
    quarter: list[Measured], printed: list[Release]
) -> None:
    standing, taken_back = (told(printed, Kind.GRIEVANCE, withdrawn=months) for months in ((), EARLY))

    after = passed(quarter, taken_back)

    assert after == passed(quarter, standing)
    assert dust_of_the_quarter(after) is None
    assert dust_of_the_quarter(passed(quarter, Told())) == 90


def test_of_what_was_taken_back_only_what_is_true_is_known() -> None:
    dust, roads = ("2026-01", "received", "theme=dust"), ("2026-01", "received", "theme=roads")
    known = Told(hidden=frozenset({dust, roads}), taken_back={dust: 30, roads: 12})

    true = known.with_what_was_true({dust: 30, roads: 10})

    assert (true.printed, true.hidden) == ({dust: 30}, {roads})
