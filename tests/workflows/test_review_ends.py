"""Seven days before a review is no longer asked for in time, whoever has not decided is told, once for each answer."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import text

from grievance.case import Case
from grievance.store import Store
from grievance.vocabulary import State, Step
from tests.factories import (
    ANSWERED,
    LATER,
    a_case,
    an_officer,
    moment,
    reach,
    take,
    the_complainant,
)
from workflows.clockwork import reviewends
from workflows.rulebook import Rulebook

DAY = timedelta(days=1)


def rings(store: Store, rules: Rulebook, *, now: datetime) -> int:
    """Let the clock look twice, and say to how many it wrote."""
    owed: list[str] = []
    for _ in range(2):
        for one in store.read(lambda conn: reviewends.due(conn, rules=rules, today=now.date())):
            owed += store.transact(
                lambda conn, one=one: reviewends.remind(conn, one, rules=rules, at=moment(now=now))  # type: ignore[misc]
            )
    return len(owed)


def told(store: Store, case: Case) -> list[str]:
    asked = text(
        "SELECT codes FROM notices WHERE \"case\" = :case AND template = 'review_ends' ORDER BY owed_at"
    )
    return list(store.read(lambda conn: conn.execute(asked, {"case": case.id}).scalars().all()))


@pytest.mark.parametrize("state", [State.PROPOSED, State.IN_DIALOGUE])
def test_who_has_not_decided_is_told_once_in_the_last_seven_days(
    store: Store, rules: Rulebook, state: State
) -> None:
    case = a_case(store, rules, state=state)

    written = [rings(store, rules, now=LATER + days * DAY) for days in (22, 23, 24, 31)]

    assert written == [0, 1, 0, 0]
    (codes,) = told(store, case)
    assert (LATER + 30 * DAY).date().isoformat() in codes


def test_who_was_away_while_the_clock_stood_is_not_told_of_days_that_are_over(
    store: Store, rules: Rulebook
) -> None:
    a_case(store, rules, state=State.PROPOSED)

    assert rings(store, rules, now=LATER + 31 * DAY) == 0


@pytest.mark.parametrize(
    "step", [Step.ACCEPT, Step.ASK_REVIEW, Step.ASK_INDEPENDENT_REVIEW, Step.ASK_WITHDRAWAL]
)
def test_who_has_decided_is_not_told(store: Store, rules: Rulebook, step: Step) -> None:
    case = a_case(store, rules, state=State.PROPOSED)
    facts = {"pressed": False}
    take(store, case, step, actor=the_complainant(), rules=rules, now=LATER + 20 * DAY, facts=facts).settle()

    assert rings(store, rules, now=LATER + 25 * DAY) == 0


def test_nobody_in_danger_is_told(store: Store, rules: Rulebook) -> None:
    a_case(store, rules, state=State.PROPOSED, protected=True)

    assert rings(store, rules, now=LATER + 25 * DAY) == 0


def test_another_answer_has_days_of_its_own(store: Store, rules: Rulebook) -> None:
    case = a_case(store, rules, state=State.IN_DIALOGUE)
    again = LATER + 10 * DAY
    words = "We give water meanwhile."
    answer = take(
        store, case, Step.PROPOSE, actor=an_officer(), rules=rules, now=again, facts=ANSWERED, words=words
    )
    reach(store, answer.settle(), rules=rules, now=again)

    written = [rings(store, rules, now=LATER + days * DAY) for days in (24, 32, 33)]

    assert written == [0, 0, 1]
    assert [date.fromisoformat(codes[10:20]) for codes in told(store, case)] == [(again + 30 * DAY).date()]
