"""What time does to a case: lateness is seen once, silence escalates by itself, a question stops the clock."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select, text

from grievance import case as cases
from grievance import inbox, record
from grievance.case import Case, CaseClock
from grievance.notice import NOTICES
from grievance.store import Store
from grievance.vocabulary import Clock, Role, State, Step
from tests.factories import (
    ASSESSED,
    LATER,
    NOON,
    THE_CLOCK,
    a_case,
    a_person,
    a_reviewer,
    again,
    an_officer,
    moment,
    reach,
    said,
    take,
    the_complainant,
)
from workflows import notyet
from workflows.casework import NoSuchStep
from workflows.clockwork import rounds
from workflows.rulebook import Rulebook

DAY = timedelta(days=1)
QUESTION: dict[str, Any] = {"facts": {"reason": "need_info"}, "words": "Where is it?"}


def steps(store: Store, case: Case, step: Step) -> list[record.Entry]:
    return [e for e in store.read(lambda conn: record.entries_of(conn, case.id)) if e.step == step]


def clock(store: Store, case: Case, name: Clock) -> CaseClock:
    found = store.read(lambda conn: [c for c in cases.clocks_of(conn, case.id) if c.name == name])
    return found[-1]


def tick(store: Store, rules: Rulebook, *, now: datetime) -> None:
    today = now.date()

    def log(conn: Connection) -> None:
        for case_id, name, number in rounds.overdue(conn, today=today):
            rounds.log_overdue(conn, case_id, name, number, rules=rules, at=moment(now=now))

    def escalate(conn: Connection) -> None:
        for case_id in rounds.twice_overdue(conn, rules=rules, today=today):
            rounds.escalate(conn, case_id, rules=rules, at=moment(now=now))

    store.transact(log)
    store.transact(escalate)


def test_on_its_last_day_a_clock_is_in_time_and_on_the_next_it_is_late(store: Store, rules: Rulebook) -> None:
    case = a_case(store, rules)
    due = clock(store, case, Clock.ACKNOWLEDGE).due_on

    on_the_day = store.read(lambda conn: rounds.overdue(conn, today=due))
    on_the_next = store.read(lambda conn: rounds.overdue(conn, today=due + DAY))

    assert on_the_day == []
    assert (case.id, Clock.ACKNOWLEDGE, 1) in on_the_next


def test_a_missed_date_is_logged_once_and_the_person_is_told(store: Store, rules: Rulebook) -> None:
    case = a_case(store, rules)

    for day in (6, 7, 8):
        tick(store, rules, now=NOON + day * DAY)

    logged = [json.loads(e.facts)["clock"] for e in steps(store, case, Step.OVERDUE)]
    assert sorted(logged) == sorted(set(logged))
    assert "acknowledge" in logged
    assert len(dates_told(store)) == len({e.recorded_on for e in steps(store, case, Step.OVERDUE)})


def dates_told(store: Store) -> list[str]:
    late = text("SELECT codes FROM notices WHERE template = 'late_waits' ORDER BY owed_at, id")
    return [
        json.loads(codes)["date"] for codes in store.read(lambda conn: conn.execute(late).scalars().all())
    ]


def test_after_weeks_without_a_clock_each_missed_date_is_logged_and_the_first_alone_is_told(
    store: Store, rules: Rulebook
) -> None:
    case = a_case(store, rules)
    missed = sorted(c.due_on.isoformat() for c in store.read(lambda conn: cases.clocks_of(conn, case.id)))

    for minute in range(3):
        tick(store, rules, now=NOON + 60 * DAY + timedelta(minutes=minute))

    logged = [json.loads(e.facts)["was_due"] for e in steps(store, case, Step.OVERDUE)]
    assert sorted(logged) == missed
    assert len(logged) > 1
    assert dates_told(store) == missed[:1]


def test_two_clocks_at_once_log_a_missed_date_once(store: Store, rules: Rulebook) -> None:
    case = a_case(store, rules)
    now = NOON + 6 * DAY

    def log(_: int) -> object:
        at = moment(now=now)
        return store.transact(
            lambda conn: rounds.log_overdue(conn, case.id, "acknowledge", 1, rules=rules, at=at)
        )

    with ThreadPoolExecutor(max_workers=4) as clocks:
        outcomes = list(clocks.map(log, range(4)))

    assert sum(outcome is not None for outcome in outcomes) == 1
    assert len(steps(store, case, Step.OVERDUE)) == 1


def test_who_takes_twice_the_time_loses_the_case_to_the_reviewer_without_anybody_asking(
    store: Store, rules: Rulebook
) -> None:
    case = a_case(store, rules)

    tick(store, rules, now=NOON + 6 * DAY)
    once = again(store, case)
    tick(store, rules, now=NOON + 12 * DAY)
    twice = again(store, case)

    assert (once.state, twice.state) == (State.RECEIVED, State.UNDER_INDEPENDENT_REVIEW)
    assert [e.role for e in steps(store, case, Step.ESCALATE)] == [Role.CLOCK]


def test_two_clocks_at_once_escalate_once(store: Store, rules: Rulebook) -> None:
    case = a_case(store, rules)
    now = NOON + 20 * DAY

    def escalate(_: int) -> object:
        at = moment(now=now)
        return store.transact(lambda conn: rounds.escalate(conn, case.id, rules=rules, at=at))

    with ThreadPoolExecutor(max_workers=4) as clocks:
        outcomes = list(clocks.map(escalate, range(4)))

    assert sum(outcome is not None for outcome in outcomes) == 1
    assert len(steps(store, case, Step.ESCALATE)) == 1


def test_nobody_but_the_clock_can_say_it_is_late(store: Store, rules: Rulebook) -> None:
    case = a_case(store, rules)

    for actor in (an_officer(), the_complainant()):
        with pytest.raises(NoSuchStep):
            take(
                store,
                case,
                Step.OVERDUE,
                actor=actor,
                rules=rules,
                facts={"clock": "acknowledge", "round": 1},
            )


def test_a_closed_case_is_never_late(store: Store, rules: Rulebook) -> None:
    case = a_case(store, rules, state=State.CLOSED)

    tick(store, rules, now=NOON + 400 * DAY)

    assert again(store, case).state == State.CLOSED
    assert steps(store, case, Step.OVERDUE) == []


def test_a_question_stops_the_clock_when_it_arrives_and_the_answer_starts_it_again(
    store: Store, rules: Rulebook
) -> None:
    case = a_case(store, rules, state=State.ASSESSED)
    first_due = clock(store, case, Clock.ANSWER).due_on

    asked = take(store, case, Step.ASK, actor=an_officer(), rules=rules, **QUESTION).settle()
    unread = clock(store, case, Clock.ANSWER)
    reach(store, asked, rules=rules)
    paused = clock(store, case, Clock.ANSWER)
    take(store, case, Step.ADD, actor=the_complainant(), rules=rules, now=LATER + 7 * DAY).settle()
    resumed = clock(store, case, Clock.ANSWER)

    assert unread.paused_on is None
    assert (paused.paused_on, paused.pauses) == (NOON.date(), 1)
    assert resumed.paused_on is None
    days = rules.calendar(case.procedure_version, site=case.site)
    assert days.working_days_between(NOON.date() + 7 * DAY, resumed.due_on) == paused.remaining
    assert days.working_days_between(NOON.date(), first_due) == paused.remaining
    assert resumed.first_due_on == first_due


def test_while_the_person_has_the_word_nobody_is_late(store: Store, rules: Rulebook) -> None:
    case = a_case(store, rules, state=State.ASSESSED)
    asked = take(store, case, Step.ASK, actor=an_officer(), rules=rules, **QUESTION).settle()
    reach(store, asked, rules=rules)

    tick(store, rules, now=NOON + 200 * DAY)

    assert steps(store, case, Step.OVERDUE) == []
    assert again(store, case).state == State.ASSESSED


def test_an_extension_moves_the_date_and_remembers_the_first_one(store: Store, rules: Rulebook) -> None:
    case = a_case(store, rules, state=State.ASSESSED)
    before = clock(store, case, Clock.ANSWER)

    facts = {"clock": "answer", "days": 10, "reason": "sample"}
    told = take(
        store, case, Step.EXTEND, actor=an_officer(), rules=rules, facts=facts, words="The sample is away."
    ).settle()
    reach(store, told, rules=rules)

    after = clock(store, case, Clock.ANSWER)
    assert after.extended
    assert after.due_on >= before.due_on + 14 * DAY
    assert after.first_due_on == before.due_on


def test_a_clock_that_is_met_in_time_ends_as_met_and_a_late_one_as_late(
    store: Store, rules: Rulebook
) -> None:
    swift, slow = a_case(store, rules), a_case(store, rules)

    take(store, swift, Step.ACKNOWLEDGE, actor=an_officer(), rules=rules).settle()
    take(store, slow, Step.ACKNOWLEDGE, actor=an_officer(), rules=rules, now=LATER + 6 * DAY).settle()

    endings = [clock(store, case, Clock.ACKNOWLEDGE).ending for case in (swift, slow)]
    assert endings == ["met", "late"]


def test_the_complainants_act_counts_from_when_they_did_it_not_from_the_batch(
    store: Store, rules: Rulebook
) -> None:
    case = a_case(store, rules, state=State.PROPOSED)
    waiting(store, case, Step.ACCEPT, happened_at=LATER, due_at=LATER + DAY)

    too_early = store.read(lambda conn: rounds.due_waiting(conn, now=LATER + DAY / 2))
    due = store.read(lambda conn: rounds.due_waiting(conn, now=LATER + DAY))
    at = moment(now=LATER + DAY)
    for one in due:
        store.transact(lambda conn, one=one: rounds.apply_waiting(conn, one, rules=rules, at=at))  # type: ignore[misc]

    (entry,) = steps(store, case, Step.ACCEPT)
    assert (too_early, len(due)) == ([], 1)
    assert (entry.happened_on, entry.recorded_on) == (LATER.date(), (LATER + DAY).date())
    assert again(store, case).state == State.AGREED


def test_what_waited_is_applied_once_by_however_many_clocks(store: Store, rules: Rulebook) -> None:
    case = a_case(store, rules, state=State.PROPOSED)
    one = waiting(store, case, Step.ACCEPT, happened_at=LATER, due_at=LATER)

    def apply(_: int) -> object:
        at = moment(now=LATER)
        return store.transact(lambda conn: rounds.apply_waiting(conn, one, rules=rules, at=at))

    with ThreadPoolExecutor(max_workers=4) as clocks:
        outcomes = list(clocks.map(apply, range(4)))

    assert sum(outcome is not None for outcome in outcomes) == 1
    assert len(steps(store, case, Step.ACCEPT)) == 1


def test_what_the_procedure_no_longer_allows_is_gone_and_its_person_is_told(
    store: Store, rules: Rulebook
) -> None:
    case = a_case(store, rules, state=State.RECEIVED)
    one = waiting(store, case, Step.ACCEPT, happened_at=LATER, due_at=LATER)

    at = moment(now=LATER)
    outcome = store.transact(lambda conn: rounds.apply_waiting(conn, one, rules=rules, at=at))

    assert outcome is None
    assert store.read(lambda conn: rounds.due_waiting(conn, now=LATER + DAY)) == []
    assert again(store, case).state == State.RECEIVED
    assert why_not(store, case) == ["moved"]


def test_what_a_guard_refuses_at_the_batch_is_told_with_its_reason(store: Store, rules: Rulebook) -> None:
    case = a_case(store, rules, state=State.RECEIVED)
    one = waiting(store, case, Step.ASK_INDEPENDENT_REVIEW, happened_at=LATER, due_at=LATER)

    outcome = store.transact(lambda conn: rounds.apply_waiting(conn, one, rules=rules, at=moment(now=LATER)))

    assert outcome is not None
    assert outcome.refusals
    assert why_not(store, case) == ["choice"]


def test_the_same_answer_twice_is_one_and_nobody_is_told_that_the_second_failed(
    store: Store, rules: Rulebook
) -> None:
    case = a_case(store, rules, state=State.PROPOSED)
    for sign in "ab":
        one = waiting(store, case, Step.ACCEPT, happened_at=LATER, due_at=LATER, sign=sign)
        at = moment(now=LATER)
        store.transact(lambda conn, one=one, at=at: rounds.apply_waiting(conn, one, rules=rules, at=at))  # type: ignore[misc]

    assert again(store, case).state == State.AGREED
    assert why_not(store, case) == []


def why_not(store: Store, case: Case) -> list[str]:
    """Read why the person of a case was told that an answer does not count."""
    query = select(NOTICES.c.codes).where(NOTICES.c.case == case.id, NOTICES.c.template == notyet.TEMPLATE)
    return [
        json.loads(codes)["why"] for codes in store.read(lambda conn: conn.execute(query).scalars().all())
    ]


def test_a_withheld_case_becomes_ordinary_after_three_days_and_not_before(
    store: Store, rules: Rulebook
) -> None:
    older = a_case(store, rules)
    until = NOON.date() + 3 * DAY
    withheld = a_case(store, rules, room="review", said=said(), link=(older.id, "withheld", until))

    on_the_third = store.read(lambda conn: rounds.unclaimed_links(conn, today=until))
    on_the_fourth = store.read(lambda conn: rounds.unclaimed_links(conn, today=until + DAY))
    at = moment(now=NOON + 4 * DAY)
    store.transact(lambda conn: rounds.make_ordinary(conn, withheld.id, rules=rules, at=at))
    twice = store.transact(lambda conn: rounds.make_ordinary(conn, withheld.id, rules=rules, at=at))

    assert (on_the_third, on_the_fourth) == ([], [withheld.id])
    assert (withheld.room, again(store, withheld).room) == ("review", "desk")
    assert twice is None


def test_a_message_that_arrived_is_noted_once(store: Store, rules: Rulebook) -> None:
    case = a_case(store, rules)
    told = take(store, case, Step.ACKNOWLEDGE, actor=an_officer(), rules=rules).settle()

    for _ in range(2):
        reach(store, told, rules=rules)

    assert [json.loads(e.facts)["template"] for e in steps(store, case, Step.REACH)] == ["acknowledgement"]


def test_after_a_return_the_company_gets_its_time_anew(store: Store, rules: Rulebook) -> None:
    case = a_case(store, rules, state=State.ACKNOWLEDGED)
    take(store, case, Step.ESCALATE, actor=THE_CLOCK, rules=rules, now=LATER + 60 * DAY).settle()

    reviewer = a_reviewer()
    back = take(
        store, case, Step.RETURN, actor=reviewer, rules=rules, now=LATER + 61 * DAY, to=State.ACKNOWLEDGED
    ).settle()
    take(
        store, case, Step.ASSESS, actor=an_officer(), rules=rules, facts=ASSESSED, now=LATER + 61 * DAY
    ).settle()

    assert back.state == State.ACKNOWLEDGED
    second = clock(store, case, Clock.ASSESS)
    assert (second.round, second.ending) == (2, "met")


def waiting(
    store: Store, case: Case, step: Step, *, happened_at: datetime, due_at: datetime, sign: str = "f"
) -> str:
    row = {
        "id": sign * 32,
        "case": case.id,
        "complainant": a_person(store),
        "step": step,
        "facts": json.dumps({"credential": "clave"}),
        "message": None,
        "happened_at": happened_at,
        "due_at": due_at,
    }
    store.transact(lambda conn: inbox.wait(conn, row))
    return sign * 32


@pytest.mark.parametrize("signs", ["cab", "abc", "bca"])
def test_answers_of_one_instant_are_applied_in_the_order_in_which_they_came_in(
    store: Store, rules: Rulebook, signs: str
) -> None:
    case = a_case(store, rules, state=State.PROPOSED)
    wishes = (Step.TALK, Step.ACCEPT, Step.DISPUTE)
    came = [
        waiting(store, case, step, happened_at=LATER, due_at=LATER, sign=sign)
        for sign, step in zip(signs, wishes, strict=True)
    ]
    earlier = waiting(store, case, Step.ADD, happened_at=LATER - DAY, due_at=LATER, sign="d")

    due = store.read(lambda conn: rounds.due_waiting(conn, now=LATER))
    for one in due:
        at = moment(now=LATER)
        store.transact(lambda conn, one=one, at=at: rounds.apply_waiting(conn, one, rules=rules, at=at))  # type: ignore[misc]

    assert due == [earlier, *came]
    assert again(store, case).state == State.UNDER_INDEPENDENT_REVIEW
