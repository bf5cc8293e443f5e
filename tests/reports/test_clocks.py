"""The reviewer counts every clock again from the record, and finds the one date that somebody changed by hand."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from channels.commands import recounting
from grievance import case as cases
from grievance.case import Case
from grievance.store import Store
from grievance.vocabulary import State, Step
from reports.recount import clocks
from reports.recount.clocks import Clock, Recount
from tests.factories import (
    LATER,
    NOON,
    THE_CLOCK,
    a_case,
    a_reviewer,
    an_offer,
    an_officer,
    moment,
    reach,
    take,
    the_complainant,
)
from workflows.clockwork import clockrounds, rounds
from workflows.rulebook import Rulebook

DAY = timedelta(days=1)
QUESTION: dict[str, Any] = {"facts": {"reason": "need_info"}, "words": "Where is it?"}
IN_A_YEAR = NOON + 365 * DAY


def counted(store: Store, rules: Rulebook, *, now: datetime = LATER + 90 * DAY, **scope: str) -> Recount:
    return store.read(
        lambda conn: clocks.recount(conn, current=rules.current, earlier=rules.earlier, now=now, **scope)
    )


def the(found: Recount, name: str, case: Case, *, number: int = 1) -> Clock:
    (one,) = [c for c in found.clocks if (c.case, c.name, c.round) == (case.id, name, number)]
    return one


def alter(store: Store, change: str, **values: object) -> None:
    store.transact(lambda conn: conn.execute(text(change), values))


@pytest.fixture
def paused(store: Store, rules: Rulebook) -> Case:
    """A case that was asked something on a Thursday, answered a week later, and extended."""
    case = a_case(store, rules, state=State.ASSESSED)
    officer = an_officer()
    asked = take(store, case, Step.ASK, actor=officer, rules=rules, now=NOON + DAY, **QUESTION).settle()
    reach(store, asked, rules=rules, now=NOON + DAY)
    take(store, case, Step.ADD, actor=the_complainant(), rules=rules, now=NOON + 8 * DAY).settle()
    more = {"clock": "answer", "days": 10, "reason": "sample"}
    told = take(
        store, case, Step.EXTEND, actor=officer, rules=rules, now=NOON + 9 * DAY, facts=more, words="Wait."
    ).settle()
    reach(store, told, rules=rules, now=NOON + 9 * DAY)
    return case


@pytest.mark.parametrize("state", [s for s in State if s != State.NEW])
def test_every_state_of_a_case_is_counted_as_the_desk_has_it(
    store: Store, rules: Rulebook, state: State
) -> None:
    a_case(store, rules, state=state)
    a_case(store, rules, state=state, protected=True)

    found = counted(store, rules)

    assert found.differences == ()
    assert len(found.clocks) >= 6


def test_a_pause_and_an_extension_are_counted_with_their_reasons(
    store: Store, rules: Rulebook, paused: Case
) -> None:
    found = counted(store, rules)

    answer = the(found, "answer", paused)
    assert found.differences == ()
    assert [(p.on, p.until, p.reason) for p in answer.pauses] == [
        (date(2026, 3, 5), date(2026, 3, 12), "need_info")
    ]
    assert [(e.on, e.days) for e in answer.extensions] == [(date(2026, 3, 13), 10)]
    assert answer.faults == ["not_logged"]
    assert answer.gross - answer.net == 5


def test_one_date_changed_by_hand_is_found_with_both_dates(
    store: Store, rules: Rulebook, paused: Case
) -> None:
    before = the(counted(store, rules), "answer", paused).due_on

    alter(
        store,
        "UPDATE clocks SET due_on = :day WHERE name = 'answer' AND \"case\" = :id",
        day=(before + 9 * DAY).isoformat(),
        id=paused.id,
    )
    found = counted(store, rules)

    (one,) = found.differences
    assert (one.number, one.clock, one.round, one.cell) == (paused.number, "answer", 1, "due_on")
    assert (one.recounted, one.stored) == (before.isoformat(), (before + 9 * DAY).isoformat())
    said = recounting.lines(found)
    assert said[0].endswith(" 1 difference")
    assert before.isoformat() in said[1]
    assert (before + 9 * DAY).isoformat() in said[1]
    assert paused.number in said[1]


def test_a_late_end_that_was_made_to_look_in_time_is_found(store: Store, rules: Rulebook) -> None:
    case = a_case(store, rules)
    take(store, case, Step.ACKNOWLEDGE, actor=an_officer(), rules=rules, now=NOON + 20 * DAY).settle()

    alter(store, "UPDATE clocks SET ending = 'met' WHERE name = 'acknowledge' AND ending = 'late'")

    (one,) = counted(store, rules).differences
    assert (one.cell, one.recounted, one.stored) == ("ending", "late", "met")


def test_a_clock_taken_away_or_made_up_is_found(store: Store, rules: Rulebook) -> None:
    case = a_case(store, rules)

    alter(store, "DELETE FROM clocks WHERE name = 'assess'")
    alter(store, "UPDATE clocks SET name = 'review' WHERE name = 'acknowledge'")
    found = counted(store, rules).differences

    assert sorted((d.clock, d.cell, d.recounted, d.stored) for d in found) == [
        ("acknowledge", "clock", "there", ""),
        ("assess", "clock", "there", ""),
        ("review", "clock", "", "there"),
    ]
    assert {d.number for d in found} == {case.number}


def test_who_is_late_stands_in_the_list_and_the_person_does_not(store: Store, rules: Rulebook) -> None:
    late = a_case(store, rules)
    silent = a_case(store, rules, state=State.PROPOSED)
    for name in ("acknowledge", "assess"):
        at = moment(now=NOON + 15 * DAY)
        store.transact(
            lambda conn, name=name, at=at: rounds.log_overdue(conn, late.id, name, 1, rules=rules, at=at)  # type: ignore[misc]
        )

    found = counted(store, rules, now=NOON + 15 * DAY)

    assert [(c.number, c.name, c.faults) for c in found.breaches()] == [
        (late.number, "acknowledge", []),
        (late.number, "assess", []),
    ]
    assert not the(found, "complainant", silent).late


def test_a_missed_date_that_nobody_logged_is_a_fault_of_its_own(store: Store, rules: Rulebook) -> None:
    case = a_case(store, rules)

    found = counted(store, rules, now=NOON + 15 * DAY)

    assert the(found, "acknowledge", case).faults == ["not_logged"]


def test_a_persons_answer_in_time_stays_in_time_though_it_was_recorded_later(
    store: Store, rules: Rulebook
) -> None:
    case = a_case(store, rules, state=State.PROPOSED)
    due = the(counted(store, rules, now=LATER), "complainant", case).due_on
    last_day = datetime.combine(due, NOON.timetz())

    took = {"now": last_day + 3 * DAY, "happened_at": last_day}
    take(store, case, Step.ACCEPT, actor=the_complainant(), rules=rules, **took).settle()

    found = counted(store, rules)
    clock = the(found, "complainant", case)
    assert found.differences == ()
    assert (clock.ending, clock.ended_on) == ("met", due + 3 * DAY)


def test_what_was_promised_says_by_when_it_must_be_carried_out(store: Store, rules: Rulebook) -> None:
    case = a_case(store, rules, state=State.AGREED)
    judged = a_case(store, rules, state=State.UNDER_INDEPENDENT_REVIEW)
    ordered = an_offer(due_on=date(2026, 6, 30))
    take(
        store, judged, Step.ORDER, actor=a_reviewer(), rules=rules, offers=(ordered,), words="Mend it."
    ).settle()

    found = counted(store, rules)

    assert found.differences == ()
    assert the(found, "carry_out", case).due_on == date(2026, 3, 25)
    assert the(found, "carry_out", judged).due_on == date(2026, 6, 30)


def test_a_pause_that_ends_by_itself_and_an_escalation_are_counted_alike(
    store: Store, rules: Rulebook
) -> None:
    case = a_case(store, rules, state=State.ASSESSED)
    asked = take(store, case, Step.ASK, actor=an_officer(), rules=rules, now=NOON + DAY, **QUESTION).settle()
    reach(store, asked, rules=rules, now=NOON + DAY)
    later = moment(now=NOON + 30 * DAY)
    store.transact(lambda conn: clockrounds.resume(conn, case.id, rules=rules, at=later))
    take(store, case, Step.ESCALATE, actor=THE_CLOCK, rules=rules, now=IN_A_YEAR).settle()

    found = counted(store, rules, now=IN_A_YEAR)

    answer = the(found, "answer", case)
    assert found.differences == ()
    assert answer.ending == "stopped"
    assert answer in found.breaches()


def test_each_operator_and_each_month_is_counted_by_itself(store: Store, rules: Rulebook) -> None:
    mine = a_case(store, rules)
    theirs = a_case(store, rules, operator="illapa", site="illapa", now=NOON + 60 * DAY)
    closed = a_case(store, rules, state=State.CLOSED)

    def numbers(**scope: str) -> set[str]:
        return {c.number for c in counted(store, rules, **scope).clocks}

    assert numbers(operator="illapa") == {theirs.number}
    assert numbers(first="2026-05") == {mine.number, theirs.number}
    assert numbers(last="2026-03") == {mine.number, closed.number}


def test_the_figures_are_numbers_that_were_really_there(store: Store, rules: Rulebook) -> None:
    for days in (0, 1, 2, 5, 20):
        case = a_case(store, rules)
        took = NOON + days * DAY + timedelta(hours=1)
        take(store, case, Step.ACKNOWLEDGE, actor=an_officer(), rules=rules, now=took).settle()

    (first, *_) = counted(store, rules).figures()

    assert (first.name, first.clocks, first.endings) == ("acknowledge", 5, {"met": 4, "late": 1})
    assert (first.median, first.p90) == (2, 20)
    assert (first.stored_median, first.stored_p90) == (2, 20)


def test_a_second_extension_in_the_record_is_called_what_it_is(
    store: Store, rules: Rulebook, paused: Case
) -> None:
    case = clocks._Case(paused.id, rules.current, {})
    entries = store.read(
        lambda conn: conn.execute(
            text("SELECT * FROM entries WHERE stream = :id ORDER BY seq"), {"id": paused.id}
        ).mappings().all()
    )  # fmt: skip
    for entry in entries:
        case.read(dict(entry))
    case.read(dict(next(e for e in entries if '"op":"extend"' in e["facts"])))

    (answer,) = [c for c in case.finish(LATER + 20 * DAY) if c.name == "answer"]

    assert answer.faults == ["extended_twice"]


def test_a_question_that_arrives_after_its_answer_is_no_reason_to_stop(store: Store, rules: Rulebook) -> None:
    case = a_case(store, rules, state=State.ASSESSED)
    asked = take(store, case, Step.ASK, actor=an_officer(), rules=rules, **QUESTION).settle()
    take(store, case, Step.ADD, actor=the_complainant(), rules=rules).settle()
    reach(store, asked, rules=rules, now=LATER + DAY)

    answer = the(counted(store, rules), "answer", case)

    assert answer.pauses == []
    stored = store.read(lambda conn: [c for c in cases.clocks_of(conn, case.id) if c.name == "answer"])
    assert stored[0].paused_on is None


def test_a_case_is_counted_by_the_rules_it_came_in_under(store: Store, rules: Rulebook) -> None:
    old = rules.current
    case = a_case(store, rules)
    swift = tuple(replace(d, days=2) if d.name == "answer" else d for d in old.deadlines)
    changed = Rulebook(current=replace(old, version="next", deadlines=swift), earlier={old.version: old})
    later = a_case(store, changed)

    found = counted(store, changed)

    assert found.differences == ()
    assert the(found, "answer", case).due_on == date(2026, 4, 1)
    assert the(found, "answer", later).due_on == date(2026, 3, 6)
