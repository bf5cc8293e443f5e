"""Two clocks, each with a store of its own, tick through the same year at once: everything happens exactly once."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Connection, text

from grievance import case as cases
from grievance import record
from grievance.case import Case
from grievance.store import Store
from grievance.vocabulary import Role, State, Step
from reports.recount import clocks as counting
from tests.factories import NOON, a_case, again, an_officer, moment, reach, take, the_complainant
from workflows.clockwork import clockrounds, rounds
from workflows.rulebook import Rulebook

DAY = timedelta(days=1)
A_YEAR = 366
QUESTION: dict[str, Any] = {"facts": {"reason": "need_info"}, "words": "Where is it?"}
Act = Callable[..., object]
BY_THE_CLOCK = (Step.OVERDUE, Step.ESCALATE, Step.RESUME)


@pytest.fixture
def other(store: Store) -> Iterator[Store]:
    """The same database, opened a second time."""
    opened = Store(store.url)
    yield opened
    opened.close()


def tick(store: Store, rules: Rulebook, *, now: datetime) -> None:
    """What the clock does in one round, each act in a transaction of its own."""
    today = now.date()

    def look(conn: Connection) -> list[Act]:
        late = rounds.overdue(conn, today=today)
        found: list[Act] = [partial(rounds.log_overdue, case_id=c, name=n, number=r) for c, n, r in late]
        found += [
            partial(rounds.escalate, case_id=c) for c in rounds.twice_overdue(conn, rules=rules, today=today)
        ]
        still = clockrounds.paused(conn, today=today, days=15)
        found += [partial(clockrounds.resume, case_id=c) for c in still]
        silent = clockrounds.silent(conn, today=today, days=30)
        return found + [partial(clockrounds.note_silence, case_id=c) for c in silent]

    for act in store.read(look):
        at = moment(now=now)
        store.transact(lambda conn, act=act, at=at: act(conn, rules=rules, at=at))  # type: ignore[misc]


def a_year_goes_by(stores: tuple[Store, ...], rules: Rulebook) -> None:
    together = threading.Barrier(len(stores), timeout=60)

    def keep(store: Store) -> None:
        for day in range(A_YEAR):
            together.wait()
            tick(store, rules, now=NOON + day * DAY)

    with ThreadPoolExecutor(max_workers=len(stores)) as clocks:
        list(clocks.map(keep, stores))


def written(store: Store, case: Case) -> list[record.Entry]:
    entries = store.read(lambda conn: record.entries_of(conn, case.id))
    return [e for e in entries if e.step in BY_THE_CLOCK and not e.refused]


def test_whatever_the_clock_does_in_a_year_it_does_once(store: Store, other: Store, rules: Rulebook) -> None:
    forgotten = a_case(store, rules)
    answered = a_case(store, rules, state=State.PROPOSED)
    promised = a_case(store, rules, state=State.AGREED)
    closed = a_case(store, rules, state=State.CLOSED)
    asked = a_case(store, rules, state=State.ASSESSED)
    question = take(store, asked, Step.ASK, actor=an_officer(), rules=rules, **QUESTION).settle()
    reach(store, question, rules=rules)
    every = (forgotten, answered, promised, closed, asked)

    a_year_goes_by((store, other), rules)

    seen: Counter[tuple[str, ...]] = Counter()
    for case in every:
        for entry in written(store, case):
            facts = cases.parse_facts(entry.facts)
            what = str(facts.get("clock", "")), str(facts.get("round", "")), str(facts.get("was_due", ""))
            seen[case.number, entry.step, *what] += 1
    assert set(seen.values()) == {1}
    escalated = [number for number, step, *_ in seen if step == Step.ESCALATE]
    assert sorted(escalated) == sorted(case.number for case in (forgotten, promised, asked))
    assert [number for number, step, *_ in seen if step == Step.RESUME] == [asked.number]
    assert [again(store, case).state for case in every] == [
        State.UNDER_INDEPENDENT_REVIEW, State.PROPOSED, State.UNDER_INDEPENDENT_REVIEW, State.CLOSED,
        State.UNDER_INDEPENDENT_REVIEW,
    ]  # fmt: skip
    assert not [one for one in seen if one[0] == closed.number]
    no_refusals = [
        e for case in every for e in store.read(lambda c, k=case: record.entries_of(c, k.id)) if e.refused
    ]  # type: ignore[misc]
    assert no_refusals == []
    found = store.read(
        lambda conn: counting.recount(conn, current=rules.current, earlier={}, now=NOON + 365 * DAY)
    )
    assert found.differences == ()
    assert [(c.number, c.name, c.faults) for c in found.clocks if c.faults] == []
    late = text("SELECT count(*) FROM notices WHERE template IN ('late', 'late_waits')")
    told = store.read(lambda conn: conn.execute(late).scalar_one())
    owed = {
        (case.number, e.recorded_on)
        for case in every
        for e in written(store, case)
        if cases.parse_facts(e.facts).get("whose") == Role.OFFICER
    }
    assert told == len(owed) > len(every)


def test_silence_is_noticed_on_the_day_after_thirty_and_told_once(
    store: Store, other: Store, rules: Rulebook
) -> None:
    case = a_case(store, rules, state=State.PROPOSED)

    for day in (30, 31, 31, 32):
        both = (store, other)
        with ThreadPoolExecutor(max_workers=2) as clocks:
            list(clocks.map(lambda one, day=day: tick(one, rules, now=NOON + day * DAY), both))

    silences = [
        cases.parse_facts(e.facts)
        for e in written(store, case)
        if cases.parse_facts(e.facts).get("clock") == clockrounds.SILENCE
    ]
    assert [(f["was_due"], f["whose"]) for f in silences] == [("2026-04-03", "officer")]
    assert again(store, case).last_told_on == date(2026, 4, 4)


def test_nobody_is_called_silent_who_told_the_person_in_time(store: Store, rules: Rulebook) -> None:
    case = a_case(store, rules, state=State.PROPOSED)
    at = NOON + 29 * DAY
    take(store, case, Step.UPDATE, actor=an_officer(), rules=rules, now=at, words="We are at it.").settle()

    tick(store, rules, now=NOON + 40 * DAY)

    assert [cases.parse_facts(e.facts)["clock"] for e in written(store, case)] == ["complainant"]


def test_a_pause_runs_out_by_itself_and_gives_back_what_was_left(store: Store, rules: Rulebook) -> None:
    case = a_case(store, rules, state=State.ASSESSED)
    asked = take(store, case, Step.ASK, actor=an_officer(), rules=rules, **QUESTION).settle()
    reach(store, asked, rules=rules)

    def answer() -> cases.CaseClock:
        return next(c for c in store.read(lambda conn: cases.clocks_of(conn, case.id)) if c.name == "answer")

    before = answer()
    for day in range(16, 25):
        tick(store, rules, now=NOON + day * DAY)
    after = answer()

    days = rules.calendar(case.procedure_version, site=case.site)
    assert before.paused_on is not None
    assert after.paused_on is None
    (resumed,) = [e.recorded_on for e in written(store, case) if e.step == Step.RESUME]
    assert days.working_days_between(before.paused_on, resumed) == 16
    assert days.working_days_between(resumed, after.due_on) == before.remaining


def test_what_is_sent_by_itself_ends_no_silence_and_a_persons_word_does(
    store: Store, rules: Rulebook
) -> None:
    unheard, answered = a_case(store, rules), a_case(store, rules)
    at = NOON + 29 * DAY

    tick(store, rules, now=NOON + 10 * DAY)  # what was missed is said by itself
    take(
        store, answered, Step.ADD, actor=the_complainant(), rules=rules, now=at, words="Still no water."
    ).settle()
    for day in (31, 32, 60):
        tick(store, rules, now=NOON + day * DAY)

    def noticed(case: Case) -> list[str]:
        facts = [cases.parse_facts(e.facts) for e in written(store, case)]
        return [f["was_due"] for f in facts if f.get("clock") == clockrounds.SILENCE]

    assert any(cases.parse_facts(e.facts).get("clock") == "acknowledge" for e in written(store, unheard))
    assert noticed(unheard) == ["2026-04-03"]
    assert noticed(answered) == ["2026-05-02"]
