"""What the page of a case says of its dates: in which order, who has to answer, and who opened it how often."""

import json
from datetime import date
from hashlib import sha256
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from channels.web.follow import more, steps, thread
from grievance import vault
from grievance.case import Case, CaseClock
from grievance.record import Entry
from grievance.store import Store
from grievance.vocabulary import Clock, Role, State, Step
from tests.factories import a_case
from workflows.rulebook import Rulebook

DAY = date(2026, 3, 5)
LATER = date(2026, 3, 20)
COMPANY, FOCAL = "la empresa responde", "responde la persona de protección, que no es de la empresa"


def entry(seq: int, step: Step, role: Role, *ops: dict[str, Any], on: date = DAY) -> Entry:
    facts = json.dumps({"clocks": ops})
    leaf = sha256(f"{seq} {step} {role} {facts}".encode()).digest()  # what was parsed once is known by it
    return Entry(
        stream="c", seq=seq, month="2026-03", recorded_on=on, happened_on=on, kind="grievance", role=str(role),
        from_state="new", step=str(step), to_state="new", refused=False, procedure_version="1",
        facts=facts, guards="[]", salts=b"", leaf=b"", leaf_hash=leaf,
    )  # fmt: skip


def start(name: Clock) -> dict[str, Any]:
    return {"op": "start", "name": str(name), "round": 1, "due": LATER.isoformat()}


def end(name: Clock) -> dict[str, Any]:
    return {"op": "end", "name": str(name), "ending": "met"}


def clock(name: Clock, *, over: bool = True, due: date = LATER) -> CaseClock:
    ended = {"ended_on": DAY, "ending": "met"} if over else {}
    return CaseClock(case="c", name=str(name), round=1, started_on=DAY, due_on=due, first_due_on=due, **ended)


def case(*, protected: bool) -> Case:
    return Case(id="c", number="1", state=str(State.PROPOSED), protected=protected)


def said(*clocks: CaseClock, entries: list[Entry], protected: bool = False) -> list[str]:
    lines = steps.steps(case(protected=protected), clocks, entries, DAY, "es")
    return [line["what"] for line in lines]


def test_steps_of_one_day_stand_in_the_order_in_which_they_came_about() -> None:
    entries = [
        entry(1, Step.RECEIVE, Role.COMPLAINANT, start(Clock.ASSESS), start(Clock.ANSWER)),
        entry(2, Step.ASSESS, Role.OFFICER, end(Clock.ASSESS)),
        entry(3, Step.PROPOSE, Role.OFFICER, end(Clock.ANSWER), start(Clock.COMPLAINANT)),
        entry(4, Step.ACCEPT, Role.COMPLAINANT, end(Clock.COMPLAINANT), start(Clock.CARRY_OUT)),
    ]
    # By their dates alone the person would have answered before there was an answer.
    clocks = [
        clock(Clock.COMPLAINANT, due=DAY),
        clock(Clock.CARRY_OUT, over=False, due=DAY),
        clock(Clock.ANSWER),
        clock(Clock.ASSESS, due=date(2026, 3, 30)),
    ]

    assert said(*clocks, entries=entries) == [
        "se decide cómo averiguar",
        COMPANY,
        "usted responde",
        "la empresa cumple lo acordado",
    ]


@pytest.mark.parametrize(("protected", "who"), [(False, COMPANY), (True, FOCAL)])
def test_who_has_to_answer_is_who_reads_the_case(*, protected: bool, who: str) -> None:
    entries = [entry(1, Step.RECEIVE, Role.COMPLAINANT, start(Clock.ANSWER))]

    assert said(clock(Clock.ANSWER, over=False), entries=entries, protected=protected) == [who]


@pytest.mark.parametrize(
    ("role", "protected", "who"), [(Role.OFFICER, True, COMPANY), (Role.FOCAL, False, FOCAL)]
)
def test_an_answer_was_given_by_whoever_gave_it(role: Role, *, protected: bool, who: str) -> None:
    entries = [
        entry(1, Step.RECEIVE, Role.COMPLAINANT, start(Clock.ANSWER)),
        entry(2, Step.PROPOSE, role, end(Clock.ANSWER)),
    ]

    assert said(clock(Clock.ANSWER), entries=entries, protected=protected) == [who]


@pytest.mark.parametrize(("protected", "who"), [(False, "La empresa"), (True, "La persona de protección")])
def test_a_missed_date_is_told_of_whoever_missed_it(*, protected: bool, who: str) -> None:
    missed = [clock(Clock.ANSWER, over=False)]

    told = steps.late(missed, "es", may_review=True, protected=protected)

    assert told is not None
    assert told["sentence"].startswith(f"{who} no cumplió el plazo")
    assert steps.late([], "es", may_review=True, protected=protected) is None


def test_who_opened_a_case_is_one_line_for_a_day_and_a_role() -> None:
    before = date(2026, 3, 4)
    read = [
        entry(1, Step.OPEN, Role.OFFICER, on=before),
        *(entry(n, Step.OPEN, Role.OFFICER) for n in (2, 3)),
        entry(4, Step.OPEN, Role.FOCAL),
        entry(5, Step.OPEN, Role.OFFICER),
        entry(6, Step.OPEN, Role.COMPLAINANT),
    ]

    opened = more.opened(read, "es")

    assert opened.times == 5
    assert [who for _, who in opened.lines] == [
        "Un oficial de la empresa: 3 veces",
        "La persona de protección",
        "Un oficial de la empresa",
    ]


def test_a_case_that_nobody_opened_has_no_line() -> None:
    assert more.opened([entry(1, Step.OPEN, Role.COMPLAINANT)], "es") == more.Opened(0, ())


@pytest.mark.parametrize(
    ("protected", "who"), [(False, "la empresa revisa"), (True, "la persona de protección mira")]
)
def test_where_a_case_stands_names_who_looks_at_the_answer_again(
    store: Store, rules: Rulebook, *, protected: bool, who: str
) -> None:
    judged = a_case(store, rules, state=State.UNDER_REVIEW, protected=protected)

    assert who in steps.sentence(judged, [clock(Clock.REVIEW, over=False)], DAY, "es")


@pytest.mark.parametrize(
    ("protected", "who"),
    [(False, "La empresa lo hace"), (True, "La persona de protección vela por que se haga")],
)
def test_what_is_offered_is_done_by_whoever_reads_the_case(
    store: Store, rules: Rulebook, *, protected: bool, who: str
) -> None:
    offered = a_case(store, rules, state=State.PROPOSED, protected=protected, offers=1)
    nobodys = vault.Key(vault.REVIEW, X25519PrivateKey.generate())

    shown = store.read(lambda conn: thread.proposal(conn, offered, nobodys, "es"))

    assert shown is not None
    assert [by for by, _ in shown["commitments"]] == [who]
