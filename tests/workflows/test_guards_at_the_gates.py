"""What is guarded beside the cases: publishing, new rules, a new door, and a list of names that is not there."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select

from channels import install
from grievance import register
from grievance.errors import Misconfigured
from grievance.published import MechanismVersion
from grievance.register import By, Note
from grievance.store import Store
from grievance.vocabulary import Role, State, Step
from tests.factories import THAT_DAY, VERSION, a_case, an_officer, moment, take
from workflows import criteria, gates
from workflows.gates import Answer, Changing, GateRefused, OpeningChannel, OpeningIdentities, Publishing
from workflows.rulebook import Rulebook

DAY = timedelta(days=1)
A_MONTH = Publishing(values=(12, None, 0), certified=True)
BY = By(role=str(Role.REVIEWER), id="ines", on=THAT_DAY, version=VERSION)


def ask(store: Store, gate: str, asked: gates.Asked) -> Answer:
    return store.transact(lambda conn: gates.ask(conn, gate, asked, by=BY, at=moment()))


def refused(answer: Answer) -> set[str]:
    return {one.guard for one in answer.refusals}


def omitted(answer: Answer) -> set[str]:
    return {one.guard for one in answer.omissions}


def note(
    store: Store, name: str, state: str, *, on: date = THAT_DAY, by: By | None = None, **more: Any
) -> None:
    store.transact(
        lambda conn: register.note(conn, Note(name, state, held_on=on, **more), by=by or BY, at=moment())
    )


def test_every_guard_of_a_gate_stands_at_one_that_is_there() -> None:
    at_gates = {g.id: g.gate for g in criteria.ALL if g.gate}

    assert at_gates == {
        "G07": gates.OPEN_CHANNEL, "G31": gates.PUBLISH, "G32": gates.CHANGE_PROCEDURE, "G34": gates.OPEN_IDENTITIES,
        "G35": gates.PUBLISH, "G42": gates.PUBLISH, "G42b": gates.PUBLISH,
    }  # fmt: skip


def test_what_a_gate_refuses_is_written_down_with_its_reason_in_words(sqlite_store: Store) -> None:
    answer = ask(sqlite_store, gates.OPEN_CHANNEL, OpeningChannel(cost_to_user=2))

    with pytest.raises(GateRefused, match="costs the person money"):
        answer.settle()
    kept = sqlite_store.read(lambda conn: register.items(conn, gates.REFUSAL))
    assert [register.facts_of(item) for item in kept] == [{"gate": "open_channel", "guards": ["G07"]}]


def test_g07_refuses_a_door_that_costs_something(sqlite_store: Store) -> None:
    assert refused(ask(sqlite_store, gates.OPEN_CHANNEL, OpeningChannel(cost_to_user=1))) == {"G07"}


def test_g07_refuses_a_mechanism_with_such_a_door_before_it_is_read() -> None:
    from pathlib import Path  # noqa: PLC0415  only here

    from grievance import mechanism  # noqa: PLC0415  only here

    written = (Path(mechanism.__file__).parent / "example_mechanism.toml").read_text(encoding="utf-8")

    with pytest.raises(Misconfigured, match="cost"):
        mechanism.load(written.replace("cost_to_user = 0", "cost_to_user = 1", 1))


def test_g07_lets_a_free_door_open(sqlite_store: Store) -> None:
    assert ask(sqlite_store, gates.OPEN_CHANNEL, OpeningChannel(cost_to_user=0)).settle().omissions == ()


def test_g31_refuses_nothing_but_prints_what_was_not_learned(sqlite_store: Store) -> None:
    unlearned = ask(sqlite_store, gates.PUBLISH, replace(A_MONTH, closed_without_lesson=1))
    unacted = ask(sqlite_store, gates.PUBLISH, replace(A_MONTH, clusters_without_action=1))

    assert (refused(unlearned), omitted(unlearned)) == (set(), {"G31"})
    assert (refused(unacted), omitted(unacted)) == (set(), {"G31"})


def test_g31_lets_a_month_say_that_everything_was_learned(sqlite_store: Store) -> None:
    assert omitted(ask(sqlite_store, gates.PUBLISH, A_MONTH)) == set()


def test_g31_counts_cases_closed_without_a_lesson_from_the_record(store: Store, rules: Rulebook) -> None:
    a_case(store, rules, state=State.CLOSED)

    first, last = THAT_DAY.replace(day=1), THAT_DAY.replace(day=31)
    undone = store.read(lambda conn: gates.left_undone(conn, first=first, last=last))

    assert undone == (0, 0)


def test_g31_counts_what_happened_three_times_and_nobody_acted_on(store: Store, rules: Rulebook) -> None:
    for _ in range(3):
        case = a_case(store, rules, zone="huaylluray")
        facts = {"root_cause": "maintenance", "contractor": False, "preventable": True, "lesson": "written"}
        take(store, case, Step.LEARN, actor=an_officer(), rules=rules, facts=facts).settle()

    def undone() -> tuple[int, int]:
        return store.read(lambda conn: gates.left_undone(conn, first=THAT_DAY, last=THAT_DAY + DAY))

    before = undone()
    note(store, "action", "open", zone="huaylluray", facts={"cause": "maintenance"})

    assert (before, undone()) == ((0, 1), (0, 0))


READY = Changing(on=THAT_DAY, first=False, consulted=True, voted=True, announced_on=THAT_DAY - 30 * DAY)


@pytest.mark.parametrize(
    "wrong",
    [
        {"consulted": False},
        {"voted": False},
        {"announced_on": None},
        {"announced_on": THAT_DAY - 29 * DAY},
    ],
)
def test_g32_refuses_new_rules_that_nobody_was_asked_about(
    sqlite_store: Store, wrong: dict[str, Any]
) -> None:
    answer = ask(sqlite_store, gates.CHANGE_PROCEDURE, replace(READY, **wrong))

    assert refused(answer) == {"G32"}


def test_g32_lets_the_first_rules_and_those_people_spoke_about_pass(sqlite_store: Store) -> None:
    first = Changing(on=THAT_DAY, first=True, consulted=False, voted=False, announced_on=None)

    assert refused(ask(sqlite_store, gates.CHANGE_PROCEDURE, first)) == set()
    assert refused(ask(sqlite_store, gates.CHANGE_PROCEDURE, READY)) == set()


def test_g32_refuses_to_install_new_rules_unasked_and_lets_the_first_be_installed(
    store: Store, rules: Rulebook
) -> None:
    slower = tuple(replace(d, days=d.days + 1) for d in rules.current.deadlines)
    changed = replace(rules.current, version="2026-02", deadlines=slower)
    a_case(store, rules)

    first = store.transact(lambda conn: install.publish_mechanism(conn, rules.current, at=moment()))
    second = store.transact(lambda conn: install.publish_mechanism(conn, changed, at=moment()))

    assert [refused(answer) for answer in first] == [set()] * len(first)
    assert set().union(*(refused(answer) for answer in second)) == {"G32"}
    kept = select(MechanismVersion.__table__.c.version)
    assert store.read(lambda conn: list(conn.execute(kept).scalars())) == [rules.current.version]


def test_g32_reads_sessions_vote_and_notice_from_the_registers(store: Store) -> None:
    def read() -> Changing:
        return store.read(lambda conn: gates.changing(conn, "2026-02", on=THAT_DAY))

    assert read() == Changing(on=THAT_DAY, first=True, consulted=False, voted=False, announced_on=None)

    old = {"version": VERSION, "published_on": THAT_DAY, "toml": "{}"}
    store.transact(lambda conn: conn.execute(insert(MechanismVersion.__table__), old))
    note(store, "consultation", "heard", on=THAT_DAY - 400 * DAY, facts={"sessions": 5, "women_only": 2})
    note(store, "consultation", "heard", on=THAT_DAY - 60 * DAY, facts={"sessions": 1, "women_only": 0})
    company = By(role="officer", id="rosa", on=THAT_DAY, version=VERSION)
    note(store, "consultation", "heard", by=company, facts={"sessions": 9, "women_only": 9})
    assert not read().consulted
    note(store, "consultation", "answered", on=THAT_DAY - 50 * DAY, facts={"sessions": 1, "women_only": 1})
    note(store, "panel", "held", about="2026-02", facts={"decided": "procedure"})
    note(store, "comment_round", "open", on=THAT_DAY - 31 * DAY, about="2026-02")

    assert read() == Changing(
        on=THAT_DAY, first=False, consulted=True, voted=True, announced_on=THAT_DAY - 31 * DAY
    )


@pytest.mark.parametrize("purpose", ["", "an audit", "saving a life"])
def test_g34_refuses_everybody_because_there_is_no_list_of_names(sqlite_store: Store, purpose: str) -> None:
    answer = ask(sqlite_store, gates.OPEN_IDENTITIES, OpeningIdentities(purpose))

    assert refused(answer) == {"G34"}
    assert purpose in str(answer.refusals[0].reason)


def test_g34_lets_nobody_pass_since_no_table_keeps_a_name_or_a_number_in_clear() -> None:
    from grievance.complainant import Complainant  # noqa: PLC0415  only here

    kept = set(Complainant.__table__.columns.keys())

    assert kept == {"id", "pseudonym", "gateway", "address", "language", "stopped_on", "since"}


@pytest.mark.parametrize(
    "wrong",
    [{"values": (12, "El agua sale turbia")}, {"values": (-1,)}, {"values": (1.5,)}, {"certified": False}],
)
def test_g35_refuses_words_and_figures_that_could_give_somebody_away(
    sqlite_store: Store, wrong: dict[str, Any]
) -> None:
    assert refused(ask(sqlite_store, gates.PUBLISH, replace(A_MONTH, **wrong))) == {"G35"}


def test_g35_lets_masked_figures_leave(sqlite_store: Store) -> None:
    assert refused(ask(sqlite_store, gates.PUBLISH, A_MONTH)) == set()


def test_g42_refuses_a_month_that_does_not_add_up(sqlite_store: Store) -> None:
    assert refused(ask(sqlite_store, gates.PUBLISH, replace(A_MONTH, problems=("1 is not 2",)))) == {"G42"}


def test_g42_lets_a_month_out_whatever_somebody_left_undone(sqlite_store: Store) -> None:
    undone = replace(A_MONTH, closed_without_lesson=9, clusters_without_action=9, late=True, gap=True)

    answer = ask(sqlite_store, gates.PUBLISH, undone).settle()

    assert omitted(answer) == {"G31", "G42b"}


@pytest.mark.parametrize("wrong", [{"late": True}, {"gap": True}])
def test_g42b_refuses_nothing_but_prints_that_it_came_late(
    sqlite_store: Store, wrong: dict[str, Any]
) -> None:
    answer = ask(sqlite_store, gates.PUBLISH, replace(A_MONTH, **wrong))

    assert (refused(answer), omitted(answer)) == (set(), {"G42b"})


def test_g42b_lets_a_month_in_time_say_nothing(sqlite_store: Store) -> None:
    assert omitted(ask(sqlite_store, gates.PUBLISH, A_MONTH)) == set()
