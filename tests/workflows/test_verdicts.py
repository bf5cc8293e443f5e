"""Whoever got an answer says what they think of it; the company learns a sum, months later, and nobody anything else."""

from datetime import date

import pytest
from sqlalchemy import select

from grievance import record
from grievance.case import Case
from grievance.store import Store
from grievance.verdict import GIVEN, SUMS
from grievance.vocabulary import State
from tests.factories import NOON, THAT_DAY, a_case
from workflows.registry import verdicts
from workflows.rulebook import Rulebook

NEXT_QUARTER = date(2026, 4, 1)


def give(store: Store, case: Case, question: str, digit: int) -> bool:
    return store.transact(lambda conn: verdicts.give(conn, case, question, digit, on=THAT_DAY))


def test_a_verdict_is_counted_once_and_leaves_nothing_in_the_case(store: Store, rules: Rulebook) -> None:
    case = a_case(store, rules, state=State.CLOSED)
    before = store.read(lambda conn: len(record.entries_of(conn, case.id)))

    first = give(store, case, "outcome", 3)
    again = give(store, case, "outcome", 1)

    rows = store.read(lambda conn: [tuple(row) for row in conn.execute(select(SUMS))])
    assert (first, again) == (True, False)
    assert rows == [("2026Q1", "grievance", "outcome", 3, 1)]
    assert set(GIVEN.c.keys()) == {"case", "question"}
    assert store.read(lambda conn: verdicts.open_questions(conn, case)) == ("process",)
    assert store.read(lambda conn: len(record.entries_of(conn, case.id))) == before


def test_sums_are_shown_when_their_quarter_is_over_and_not_before(store: Store, rules: Rulebook) -> None:
    case = a_case(store, rules, state=State.CLOSED)
    give(store, case, "outcome", 2)

    now = store.read(lambda conn: verdicts.over(conn, today=NOON.date()))
    (later,) = store.read(lambda conn: verdicts.over(conn, today=NEXT_QUARTER))

    assert now == []
    assert (later.name, later.ended) == ("2026Q1", 1)
    assert later.sums == {"outcome": {1: 0, 2: 1, 3: 0}, "process": {1: 0, 2: 0, 3: 0}}


@pytest.mark.parametrize(("state", "digit"), [(State.PROPOSED, 1), (State.CLOSED, 4)])
def test_before_there_is_an_end_and_beyond_three_nothing_is_counted(
    store: Store, rules: Rulebook, state: State, digit: int
) -> None:
    case = a_case(store, rules, state=state)

    assert give(store, case, "outcome", digit) is False
