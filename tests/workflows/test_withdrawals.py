"""Who withdraws has seven days to regret it; then all is as it was: state, dates, what was ordered or agreed."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, insert, text

from grievance import case as cases
from grievance.case import Case, CaseClock
from grievance.inbox import WAITING
from grievance.store import Store
from grievance.vocabulary import Clock, State, Step
from reports.recount import clocks as counting
from tests.factories import (
    LATER,
    a_case,
    a_reviewer,
    again,
    an_offer,
    an_officer,
    moment,
    reach,
    take,
    the_complainant,
)
from workflows.casework import Outcome
from workflows.clockwork import clockrounds, rounds, withdrawing
from workflows.rulebook import Rulebook

DAY = timedelta(days=1)
CALM: dict[str, Any] = {"pressed": False}
THEY = the_complainant()


def withdraws(store: Store, rules: Rulebook, case: Case, *, now: datetime = LATER) -> Outcome:
    return take(store, case, Step.ASK_WITHDRAWAL, actor=THEY, rules=rules, now=now, facts=CALM).settle()


def regrets(store: Store, rules: Rulebook, case: Case, *, now: datetime) -> Outcome:
    return take(store, case, Step.REGRET, actor=THEY, rules=rules, now=now).settle()


def clock(store: Store, case: Case, name: Clock) -> CaseClock:
    return [c for c in store.read(lambda conn: cases.clocks_of(conn, case.id)) if c.name == name][-1]


def rings(store: Store, rules: Rulebook, case: Case, *, now: datetime) -> Outcome | None:
    """Let the clock go round as it does every second."""

    def go(conn: Connection) -> Outcome | None:
        today = now.date()
        for one in withdrawing.over(conn, today=today):
            withdrawing.finish(conn, one, rules=rules, at=moment(now=now))
        for one, name, number in rounds.overdue(conn, today=today):
            rounds.log_overdue(conn, one, name, number, rules=rules, at=moment(now=now))
        clockrounds.resume(conn, case.id, rules=rules, at=moment(now=now))
        clockrounds.note_silence(conn, case.id, rules=rules, at=moment(now=now))
        return rounds.escalate(conn, case.id, rules=rules, at=moment(now=now))

    return store.transact(go)


def ordered(store: Store, rules: Rulebook, due_on: date) -> Case:
    """Make a case in which a reviewer ordered something, and word of it arrived."""
    case = a_case(store, rules, state=State.UNDER_INDEPENDENT_REVIEW)
    offers = (an_offer(due_on=due_on),)
    decided = take(
        store, case, Step.ORDER, actor=a_reviewer(), rules=rules, words="Mend the pipe.", offers=offers
    )
    reach(store, decided.settle(), rules=rules)
    return case


def due_of(store: Store, case: Case) -> date:
    asked = text("SELECT due_on FROM commitments WHERE \"case\" = :case AND state = 'agreed'")
    found = store.read(lambda conn: conn.execute(asked, {"case": case.id}).scalar_one())
    return found if isinstance(found, date) else date.fromisoformat(found)


def agree(store: Store, rules: Rulebook, *, now: datetime) -> None:
    """The recount of clocks, which shares nothing with what moves them, finds every cell as it stands."""
    found = store.read(lambda conn: counting.recount(conn, current=rules.current, earlier={}, now=now))

    assert found.clocks
    assert found.differences == ()
    assert [(one.name, one.faults) for one in found.clocks if one.faults] == []


def test_who_regrets_keeps_what_was_ordered_and_can_say_that_it_was_done(
    store: Store, rules: Rulebook
) -> None:
    due = (LATER + 20 * DAY).date()
    case = ordered(store, rules, due)

    withdraws(store, rules, case)
    regrets(store, rules, case, now=LATER + 5 * DAY)
    (measure,) = store.read(
        lambda c: c.execute(text("SELECT id FROM commitments WHERE state = 'agreed'")).scalars().all()
    )
    done = {"commitment": measure, "proof": "visit", "last": True}
    take(store, case, Step.KEEP, actor=an_officer(), rules=rules, facts=done, now=LATER + 6 * DAY).settle()
    take(store, case, Step.CONFIRM, actor=THEY, rules=rules, now=LATER + 7 * DAY).settle()

    assert again(store, case).state == State.VERIFIED
    agree(store, rules, now=LATER + 8 * DAY)


def test_dates_move_by_the_days_on_which_the_case_stood_still(store: Store, rules: Rulebook) -> None:
    due = (LATER + 20 * DAY).date()
    case = ordered(store, rules, due)
    before = clock(store, case, Clock.CARRY_OUT)

    withdraws(store, rules, case)
    meanwhile = clock(store, case, Clock.CARRY_OUT)
    regrets(store, rules, case, now=LATER + 5 * DAY)
    after = clock(store, case, Clock.CARRY_OUT)

    assert (before.due_on, meanwhile.remaining) == (due, 20)
    assert (after.paused_on, after.pauses, after.due_on) == (None, 0, due + 5 * DAY)
    assert due_of(store, case) == due + 5 * DAY
    agree(store, rules, now=LATER + 6 * DAY)


@pytest.mark.parametrize("state", [s for s in State if s not in (State.NEW, State.CLOSED)])
def test_from_every_state_it_goes_on_where_it_stood(store: Store, rules: Rulebook, state: State) -> None:
    case = a_case(store, rules, state=state)
    running = {c.name for c in store.read(lambda conn: cases.clocks_of(conn, case.id)) if c.ended_on is None}

    withdraws(store, rules, case)
    rings(store, rules, case, now=LATER + 7 * DAY)
    regrets(store, rules, case, now=LATER + 7 * DAY)

    live = [c for c in store.read(lambda conn: cases.clocks_of(conn, case.id)) if c.ended_on is None]
    assert again(store, case).state == state
    assert {c.name for c in live} == running
    assert all(c.paused_on is None and c.overdue_on is None for c in live)
    agree(store, rules, now=LATER + 7 * DAY)


def test_who_lets_the_days_pass_is_taken_at_their_word_by_the_clock_once(
    store: Store, rules: Rulebook
) -> None:
    case = a_case(store, rules, state=State.PROPOSED)
    withdraws(store, rules, case)

    rings(store, rules, case, now=LATER + 7 * DAY)
    still_open = again(store, case).state
    for _ in range(2):
        rings(store, rules, case, now=LATER + 8 * DAY)

    closed = again(store, case)
    assert still_open == State.PROPOSED
    assert (closed.state, closed.sense) == (State.CLOSED, "withdrawn_confirmed")
    assert closed.closed_on == (LATER + 8 * DAY).date()
    asked = text("SELECT count(*) FROM entries WHERE stream = :case AND step = 'withdraw'")
    assert store.read(lambda conn: conn.execute(asked, {"case": case.id}).scalar_one()) == 1
    agree(store, rules, now=LATER + 9 * DAY)


def test_a_regret_that_waits_for_its_batch_is_heard_before_the_clock(store: Store, rules: Rulebook) -> None:
    case = a_case(store, rules, state=State.INVESTIGATING)
    withdraws(store, rules, case)
    said, batch = LATER + 7 * DAY, LATER + 9 * DAY
    row = {
        "id": "f" * 32, "case": case.id, "step": str(Step.REGRET), "facts": '{"credential": "code"}',
        "happened_at": said, "due_at": batch,
    }  # fmt: skip
    store.transact(lambda conn: conn.execute(insert(WAITING), row))

    rings(store, rules, case, now=LATER + 8 * DAY)
    waiting = again(store, case).state
    store.transact(lambda conn: rounds.apply_waiting(conn, "f" * 32, rules=rules, at=moment(now=batch)))
    rings(store, rules, case, now=batch)

    assert (waiting, again(store, case).state) == (State.INVESTIGATING, State.INVESTIGATING)
    assert clock(store, case, Clock.REGRET).ending == "met"
    agree(store, rules, now=batch)


def test_what_was_late_stays_late_and_no_clock_moves_the_case_meanwhile(
    store: Store, rules: Rulebook
) -> None:
    case = a_case(store, rules)
    late = LATER + 6 * DAY
    rings(store, rules, case, now=late)
    withdraws(store, rules, case, now=late)

    held, listed = clock(store, case, Clock.ACKNOWLEDGE), again(store, case)
    escalated = rings(store, rules, case, now=late + 6 * DAY)
    regrets(store, rules, case, now=late + 7 * DAY)
    owed = again(store, case)
    afterwards = rings(store, rules, case, now=late + 8 * DAY)

    assert (held.paused_on, held.overdue_on is None) == (None, False)
    assert (listed.next_clock, owed.next_clock) == (Clock.REGRET, Clock.ACKNOWLEDGE)
    assert escalated is None
    assert afterwards is not None
    assert afterwards.state == State.UNDER_INDEPENDENT_REVIEW
    agree(store, rules, now=late + 8 * DAY)


def test_a_question_that_still_waits_for_its_answer_waits_on(store: Store, rules: Rulebook) -> None:
    asked, answered = (a_case(store, rules, state=State.INVESTIGATING) for _ in range(2))
    for case in (asked, answered):
        facts = {"reason": "need_info"}
        put = take(store, case, Step.ASK, actor=an_officer(), rules=rules, facts=facts, words="Where is it?")
        reach(store, put.settle(), rules=rules)
        withdraws(store, rules, case)

    add = take(store, answered, Step.ADD, actor=THEY, rules=rules, now=LATER + DAY, words="Behind the mill.")
    meanwhile = clock(store, answered, Clock.ANSWER)
    for case in (asked, answered):
        regrets(store, rules, case, now=LATER + 2 * DAY)

    assert add.refusals == ()
    assert meanwhile.paused_on is not None
    assert clock(store, asked, Clock.ANSWER).paused_on is not None
    assert clock(store, answered, Clock.ANSWER).paused_on is None
    agree(store, rules, now=LATER + 3 * DAY)


def test_a_second_withdrawal_has_seven_days_of_its_own(store: Store, rules: Rulebook) -> None:
    case = a_case(store, rules)
    withdraws(store, rules, case)
    regrets(store, rules, case, now=LATER + 6 * DAY)
    withdraws(store, rules, case, now=LATER + 6 * DAY)

    rings(store, rules, case, now=LATER + 12 * DAY)

    second = clock(store, case, Clock.REGRET)
    assert (second.round, second.due_on) == (2, (LATER + 13 * DAY).date())
    assert again(store, case).state == State.RECEIVED


def test_the_person_is_told_until_when_and_that_it_goes_on(store: Store, rules: Rulebook) -> None:
    case = a_case(store, rules)

    withdrew = withdraws(store, rules, case)
    went_on = regrets(store, rules, case, now=LATER + DAY)

    asked = text("SELECT template, codes FROM notices WHERE id IN (:first, :second) ORDER BY owed_at")
    ids = {"first": withdrew.notices[0], "second": went_on.notices[0]}
    told = store.read(lambda conn: conn.execute(asked, ids).all())
    assert [one.template for one in told] == ["withdrawing", "regretted"]
    assert (LATER + 7 * DAY).date().isoformat() in told[0].codes
