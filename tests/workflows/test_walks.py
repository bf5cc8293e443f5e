"""Whatever anybody tries, no case ends unearned, and the record alone rebuilds the case."""

import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta

import pytest
from hypothesis import Phase, event, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from grievance import case as cases
from grievance import record
from grievance.case import Case
from grievance.record import Entry
from grievance.store import Store
from grievance.vocabulary import Kind, Sense, State, Step
from tests.factories import (
    CLOSING_LETTER,
    LATER,
    LEARNED,
    NOON,
    a_case,
    a_focal_point,
    a_reviewer,
    an_officer,
    columns,
    reach,
    take,
    the_complainant,
    try_to_reach,
    withdraw,
)
from tests.workflows.walking import PREDICATES, Try, act_of, endings, is_earned, tries, walks, wander
from workflows.rulebook import Rulebook

NO_SHRINKING = (Phase.explicit, Phase.reuse, Phase.generate)
"""A walk is months of casework in a real database: a failing one is told as it is, not made shorter for minutes."""
DEEP = os.environ.get("HYPOTHESIS_PROFILE") == "deep"
EXAMPLES = 260 if DEEP else 16
"""Walks of each law on each database; deep, all laws together walk 20,000 steps and more."""
ENOUGH = 20_000
WALKED = Counter[str]()
STARTS = tuple(s for s in State if s is not State.NEW)
KINDS = st.sampled_from((Kind.GRIEVANCE, Kind.GRIEVANCE, Kind.INFORMATION_REQUEST))


@pytest.fixture(scope="module", autouse=True)
def _enough_is_walked() -> Iterator[None]:
    """Say how far was walked; deep, and all laws asked, it is far enough."""
    yield
    print(f"walked: {WALKED['steps']} steps in {WALKED['walks']} cases")  # noqa: T201  asked for by name
    if DEEP and WALKED["walks"] > 5 * EXAMPLES:
        assert WALKED["steps"] >= ENOUGH


def go(conn: Connection, rules: Rulebook, case: Case, walk: Sequence[Try]) -> list[Entry]:
    WALKED.update(steps=len(walk), walks=1)
    return wander(conn, rules, case, walk, now=LATER)


@settings(max_examples=EXAMPLES, phases=NO_SHRINKING)
@given(walk=walks, start=st.sampled_from(STARTS), protected=st.sampled_from((False, False, True)), kind=KINDS)
def test_no_random_walk_ends_a_case_without_its_predicate(
    store: Store, rules: Rulebook, walk: Sequence[Try], start: State, kind: Kind, *, protected: bool
) -> None:
    case = a_case(store, rules, state=start, protected=protected, severity="medium", kind=kind)

    entries = store.transact(lambda conn: go(conn, rules, case, walk))

    for sense, lines in endings(entries):
        event(f"ended as {sense}")
        assert is_earned(sense, lines), f"{sense} without its predicate: {[x.step for x in lines]}"


@settings(max_examples=EXAMPLES, phases=NO_SHRINKING)
@given(walk=walks, start=st.sampled_from(STARTS), protected=st.booleans(), kind=KINDS)
def test_the_record_alone_rebuilds_the_case_and_its_clocks(
    store: Store, rules: Rulebook, walk: Sequence[Try], start: State, kind: Kind, *, protected: bool
) -> None:
    case = a_case(store, rules, state=start, protected=protected, kind=kind)

    store.transact(lambda conn: go(conn, rules, case, walk))

    rebuilt, stored = store.read(lambda conn: (rebuild(conn, case), as_stored(conn, case)))
    assert rebuilt == stored


@settings(max_examples=EXAMPLES, phases=NO_SHRINKING)
@given(walk=st.lists(tries, min_size=5, max_size=25))
def test_every_clock_ends_once_and_every_open_case_has_one(
    store: Store, rules: Rulebook, walk: Sequence[Try]
) -> None:
    case = a_case(store, rules)

    entries = store.transact(lambda conn: go(conn, rules, case, walk))

    ends = [
        (op["name"], op["round"])
        for e in entries
        for op in cases.parse_facts(e.facts).get("clocks", ())
        if op["op"] == "end"
    ]
    assert len(ends) == len(set(ends))
    now = store.read(lambda conn: cases.get(conn, case.id))
    assert now is not None
    running = store.read(lambda conn: [c for c in cases.clocks_of(conn, case.id) if c.ended_on is None])
    assert bool(running) == (now.state != State.CLOSED)


@pytest.mark.parametrize("sense", list(Sense))
def test_every_ending_can_be_earned(store: Store, rules: Rulebook, sense: Sense) -> None:
    case = END[sense](store, rules)

    entries = store.read(lambda conn: record.entries_of(conn, case.id))

    found = list(endings(entries))
    assert [name for name, _ in found] == [sense]
    assert is_earned(*found[0])


def test_every_sense_has_a_predicate_of_its_own() -> None:
    assert set(PREDICATES) == set(Sense)


def rebuild(conn: Connection, case: Case) -> tuple[dict[str, object], list[dict[str, object]]]:
    return cases.replay(act_of(conn, e) for e in record.entries_of(conn, case.id))


def as_stored(conn: Connection, case: Case) -> tuple[dict[str, object], list[dict[str, object]]]:
    row = cases.get(conn, case.id)
    assert row is not None
    clocks = [columns(c) for c in cases.clocks_of(conn, case.id)]
    for clock in clocks:
        del clock["case"]
    return columns(row), sorted(clocks, key=lambda c: (c["name"], c["round"]))


def resolved(store: Store, rules: Rulebook) -> Case:
    return a_case(store, rules, state=State.CLOSED)


def explained(store: Store, rules: Rulebook) -> Case:
    case = a_case(store, rules, state=State.AGREED, offers=0)
    take(store, case, Step.LEARN, actor=an_officer(), rules=rules, facts=LEARNED).settle()
    letter = take(
        store, case, Step.UPDATE, actor=an_officer(), rules=rules, facts=CLOSING_LETTER, words="That is why."
    )
    reach(store, letter.settle(), rules=rules)
    sense = {"sense": Sense.EXPLAINED_ACCEPTED}
    take(store, case, Step.CLOSE, actor=an_officer(), rules=rules, facts=sense).settle()
    return case


def not_upheld(store: Store, rules: Rulebook) -> Case:
    case = a_case(store, rules, state=State.UNDER_INDEPENDENT_REVIEW)
    facts = {"reason": "well_founded"}
    take(store, case, Step.CONFIRM_ANSWER, actor=a_reviewer(), rules=rules, facts=facts).settle()
    return case


def by_the_person(step: Step) -> Callable[[Store, Rulebook], Case]:
    def end(store: Store, rules: Rulebook) -> Case:
        case = a_case(store, rules, state=State.ASSESSED)
        facts = {"older": case.id, "pressed": False}
        take(store, case, step, actor=the_complainant(), rules=rules, facts=facts).settle()
        return case

    return end


def withdrawn(store: Store, rules: Rulebook) -> Case:
    case = a_case(store, rules, state=State.ASSESSED)
    withdraw(store, case, rules=rules)
    return case


def referred(store: Store, rules: Rulebook) -> Case:
    case = a_case(store, rules, state=State.ASSESSED)
    shown = take(
        store,
        case,
        Step.UPDATE,
        actor=an_officer(),
        rules=rules,
        facts={"purpose": "referral_preview"},
        words="They would get this.",
    )
    reach(store, shown.settle(), rules=rules)
    yes, to = (
        {"what": "referral", "body": "pe-ombudsman"},
        {"body": "pe-ombudsman", "follow_on": "2026-03-20"},
    )
    take(store, case, Step.CONSENT, actor=the_complainant(), rules=rules, facts=yes).settle()
    take(store, case, Step.REFER, actor=an_officer(), rules=rules, facts=to).settle()
    take(store, case, Step.ACCEPT_REFERRAL, actor=the_complainant(), rules=rules).settle()
    return case


def silent(store: Store, rules: Rulebook) -> Case:
    case = a_case(store, rules)
    try_to_reach(store, rules, case, ((0, "sms", False), (12, "visit", False), (32, "sms", True)))
    facts = {"reason": "no_answer"}
    at = NOON + timedelta(days=40)
    take(store, case, Step.CLOSE_NO_CONTACT, actor=a_reviewer(), rules=rules, facts=facts, now=at).settle()
    return case


def out_of_scope(store: Store, rules: Rulebook) -> Case:
    case = a_case(store, rules)
    facts = {"reason": "another_mine"}
    take(store, case, Step.RULE_OUT_OF_SCOPE, actor=a_reviewer(), rules=rules, facts=facts).settle()
    return case


def handed_over(store: Store, rules: Rulebook) -> Case:
    case = a_case(store, rules, protected=True)
    body = {"body": "pe-ombudsman"}
    agreed = {"what": "referral", "answer": "yes", **body}
    take(store, case, Step.CONSENT, actor=the_complainant(), rules=rules, facts=agreed).settle()
    take(store, case, Step.HAND_OVER, actor=a_focal_point(), rules=rules, facts=body).settle()
    return case


END: Mapping[Sense, Callable[[Store, Rulebook], Case]] = {
    Sense.RESOLVED_IMPLEMENTED: resolved,
    Sense.EXPLAINED_ACCEPTED: explained,
    Sense.NOT_UPHELD: not_upheld,
    Sense.WITHDRAWN_CONFIRMED: withdrawn,
    Sense.REFERRED_ACCEPTED: referred,
    Sense.ERASED_BY_PERSON: by_the_person(Step.ERASE),
    Sense.JOINED_BY_PERSON: by_the_person(Step.JOIN),
    Sense.NO_CONTACT: silent,
    Sense.OUT_OF_SCOPE_EXPLAINED: out_of_scope,
    Sense.PROTECTED_TRANSFERRED: handed_over,
}
