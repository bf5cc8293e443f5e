"""Whoever got an answer says what they think of it; the company learns a sum, months later, and nobody anything else."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, select

from grievance import record
from grievance.case import Case
from grievance.store import Store
from grievance.verdict import GIVEN, SUMS
from grievance.vocabulary import Kind, Sense, State
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
    assert (later.name, verdicts.months_of(later.name)) == ("2026Q1", ("2026-01", "2026-02", "2026-03"))
    assert {question: sums for question, sums in later.sums.items() if any(sums.values())} == {
        "outcome": {1: 0, 2: 1, 3: 0}
    }


@pytest.mark.parametrize(
    ("state", "question", "digit"),
    [
        (State.PROPOSED, "outcome", 1), (State.CLOSED, "outcome", 4), (State.CLOSED, "outcome", 0),
        (State.PROPOSED, "sex", 1), (State.CLOSED, "sex", 4), (State.CLOSED, "age", 6), (State.CLOSED, "heard_of", 11),
        (State.CLOSED, "work", 1),
    ],
)  # fmt: skip
def test_before_there_is_an_end_and_beyond_its_answers_nothing_is_counted(
    store: Store, rules: Rulebook, state: State, question: str, digit: int
) -> None:
    case = a_case(store, rules, state=state)

    assert give(store, case, question, digit) is False
    assert store.read(lambda conn: conn.execute(select(GIVEN)).all()) == []


def test_what_somebody_says_of_themselves_is_a_sum_by_itself_and_no_text_message_asks_it(
    store: Store, rules: Rulebook
) -> None:
    case = a_case(store, rules, state=State.CLOSED)
    asked = store.read(lambda conn: verdicts.open_about(conn, case))

    added = [give(store, case, question, 3) for question in ("heard_of", "sex", "age", "sex")]

    rows = store.read(lambda conn: sorted(tuple(row) for row in conn.execute(select(SUMS))))
    assert (asked, added) == (("heard_of", "sex", "age"), [True, True, True, False])
    assert rows == [("2026Q1", "grievance", question, 3, 1) for question in ("age", "heard_of", "sex")]
    assert set(SUMS.c.keys()) == {"quarter", "kind", "question", "digit", "n"}
    assert store.read(lambda conn: verdicts.open_about(conn, case)) == ()
    assert store.read(lambda conn: verdicts.open_questions(conn, case)) == ("outcome", "process")
    assert not set(verdicts.ASKED_BY.values()) & set(verdicts.ABOUT)


def test_nobody_is_asked_of_a_case_that_ended_without_an_answer(store: Store) -> None:
    case = _ended("c0", sense=Sense.WITHDRAWN_CONFIRMED)

    assert store.read(lambda conn: verdicts.open_about(conn, case)) == ()
    assert give(store, case, "age", 2) is False


_ANSWERS = st.one_of(
    *(st.tuples(st.just(q), st.sampled_from(list(digits))) for q, digits in verdicts.ANSWERS.items())
)


@given(st.lists(st.tuples(st.integers(min_value=0, max_value=364), _ANSWERS), max_size=12))
def test_whoever_looks_every_day_sees_a_quarter_at_once_and_never_another_figure_of_it(
    sqlite_store: Store, said: list[tuple[int, tuple[str, int]]]
) -> None:
    sqlite_store.transact(lambda conn: [conn.execute(delete(table)).rowcount for table in (SUMS, GIVEN)])
    seen = dict[str, list[verdicts.Quarter]]()

    def look(today: date) -> None:
        for quarter in sqlite_store.read(lambda conn: verdicts.over(conn, today=today)):
            seen.setdefault(quarter.name, []).append(quarter)

    for nth, (day, (question, digit)) in enumerate(sorted(said)):
        today, case = date(2026, 1, 1) + timedelta(days=day), _ended(f"c{nth}")
        look(today)
        assert sqlite_store.transact(
            lambda conn, case=case, q=question, n=digit, on=today: verdicts.give(conn, case, q, n, on=on)  # type: ignore[misc]
        )
        look(today)
    look(date(2027, 1, 1))

    assert all(quarter == looks[0] for looks in seen.values() for quarter in looks)
    sums = [n for looks in seen.values() for digits in looks[0].sums.values() for n in digits.values()]
    assert sum(sums) == len(said)


def _ended(case: str, *, sense: Sense = Sense.RESOLVED_IMPLEMENTED) -> Case:
    return Case(id=case, kind=str(Kind.GRIEVANCE), state=str(State.CLOSED), sense=str(sense))
