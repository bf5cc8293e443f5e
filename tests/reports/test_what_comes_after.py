"""A law: whatever honest staff and people do after a month came out, its recount agrees.

Everything that a month says was true when it came out. Registers are put right, cases move, end and come back, and
none of that may make the month look forged to whoever counts it again.
"""

import random
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date, timedelta
from typing import Any

import pytest

from grievance import register
from grievance.errors import GrievanceError
from grievance.vocabulary import Role, Step
from reports.recount import verify_release
from tests import factories
from tests.reports.months import Town, on
from tests.reports.test_recount_words import APRIL, change_release, found
from workflows.criterion import Actor
from workflows.registry import registers
from workflows.registry.registerbook import CAUSES, REGISTERS
from workflows.registry.registershape import Asks, Field, Register

SENTENCES = ("Se acordó una visita al canal.", "Se revisa cada semana.", "Vino mucha gente de los anexos.")
STAFF: Sequence[Actor] = (
    factories.an_officer(sites=("qorimayu", "yanaqaqa")),
    factories.an_officer(name="marisol", operator="illapa", sites=("illapa", "sajrapunku")),
    factories.a_focal_point(),
    factories.a_reviewer(),
    Actor(Role.ADMIN, id="nilda"),
)
CAME_OUT = date(2026, 5, 29)


class Anybody:
    """Staff and people who do whatever they are let, on the days they are told."""

    def __init__(self, town: Town, seed: int) -> None:
        self.town, self.rng = town, random.Random(seed)
        self.written: Counter[str] = Counter()
        self.taken: Counter[Step] = Counter()

    def write(self, day: date) -> None:
        """Write in any register: something new, or what became of an item."""
        of, by = self.rng.choice(REGISTERS), self.rng.choice(STAFF)
        there = self.town.store.read(lambda conn: register.items(conn, of.key))
        item = self.rng.choice([*there, None])
        state = self.rng.choice(list(of.states))
        given = {one.key: self._says(one, by, day, of) for one in of.asked if self.rng.random() < 0.9}
        words = {one.key for one in of.asked if one.kind is Asks.TEXT}
        with suppress(GrievanceError):
            self.town.store.transact(
                lambda conn: registers.write(
                    conn, of.key, state, {k: v for k, v in given.items() if k not in words},
                    {k: str(v) for k, v in given.items() if k in words},
                    by=by, rules=self.town.rules, at=on(day.isoformat()[5:]), item=item.id if item is not None else "",
                )
            )  # fmt: skip
            self.written["new" if item is None else "changed"] += 1

    def act(self, cases: Sequence[str], day: date) -> None:
        """Take any step of any case that somebody is let take."""
        case, said = self.rng.choice(cases), day.isoformat()[5:]
        zone = self.rng.choice(self.town.rules.current.zones).key
        learnt = {**factories.LEARNED, "root_cause": self.rng.choice(list(CAUSES))}
        person = factories.the_complainant()
        acts: list[tuple[Step, Callable[[], Any]]] = [
            (Step.LEARN, lambda: self.town.officer(case, Step.LEARN, said, facts=learnt)),
            (Step.ROUTE, lambda: self.town.route(case, said, self.rng.choice(("qorimayu", "illapa")))),
            (
                Step.CORRECT,
                lambda: self.town.officer(case, Step.CORRECT, said, facts={"zone": zone, "theme": "dust"}),
            ),
            (Step.HAND_TO_FOCAL, lambda: self.town.protect(case, said)),
            (Step.PROPOSE, lambda: self.town.answer(case, said)),
            (Step.ERASE, lambda: self.town.person(case, Step.ERASE, said, facts={"pressed": False})),
            (Step.REOPEN, lambda: self.town.reopen(case, said)),
            (Step.WITHDRAW, lambda: self.town.withdraw(case, said)),
            (Step.ASK_REVIEW, lambda: self.town._take(case, Step.ASK_REVIEW, said, person)),
        ]
        step, do = self.rng.choice(acts)
        with suppress(GrievanceError, AssertionError):  # what the criteria refuse is a fair answer here
            do()
            self.taken[step] += 1

    def _says(self, one: Field, by: Actor, day: date, of: Register) -> Any:
        rng, mechanism = self.rng, self.town.rules.current
        match one.kind:
            case Asks.CODE | Asks.CODES:
                offered = list(
                    self.town.store.read(lambda c: registers.choices(c, one, by=by, mechanism=mechanism))
                )
                picked = rng.sample(offered, min(len(offered), rng.randint(1, 3))) if offered else []
                return picked if one.kind is Asks.CODES else next(iter(picked), "")
            case Asks.NUMBER | Asks.PEOPLE:
                return rng.randint(one.least, max(one.least, min(one.most, 60)))
            case Asks.DAY:
                return (
                    day if one.key == "held_on" and of.final else day + timedelta(days=rng.randint(-90, 90))
                )
            case Asks.MONTH:
                return rng.choice(("2026-03", "2026-04", "2026-05"))
            case Asks.NAME:
                return rng.choice((mechanism.version, "rosa"))
            case _:
                return rng.choice(SENTENCES)


def lived(town: Town, seed: int) -> tuple[Anybody, list[str]]:
    """Let a month go by in which anything is done, and publish it."""
    staff, first = Anybody(town, seed), date(2026, 4, 1)
    zones = [zone.key for zone in town.rules.current.zones]
    cases = [
        town.complain("04-01", person=f"neighbour {n}", zone=staff.rng.choice((None, *zones[:3])))
        for n in range(26)
    ]
    for case in cases:
        town.acknowledge(case, "04-06")
        town.officer(case, Step.LEARN, "04-07", facts=factories.LEARNED)
    for n in range(220):
        staff.write(first + timedelta(days=n % 58))
    for n in range(20):
        staff.act(cases, date(2026, 4, 8) + timedelta(days=n % 40))
    town.publish("2026-04", day=CAME_OUT.isoformat()[5:])
    return staff, cases


@pytest.mark.parametrize("seed", [0, 1, 3, 28])
def test_nothing_that_is_done_after_a_month_came_out_makes_its_recount_disagree(
    quick: Town, seed: int
) -> None:
    staff, cases = lived(quick, seed)
    before = (sum(staff.written.values()), sum(staff.taken.values()))
    assert found(quick) == set()

    for n in range(220):
        staff.write(CAME_OUT + timedelta(days=1 + n % 60))
        if n % 6 == 0:
            staff.act(cases, CAME_OUT + timedelta(days=1 + n % 60))

    versions = {quick.rules.current.version: quick.rules.current}
    assert [*verify_release.verify(quick.store, APRIL, versions)] == []
    assert staff.written["changed"] > 10
    assert sum(staff.written.values()) > before[0] + 20
    assert sum(staff.taken.values()) > before[1] + 5


def test_a_month_of_that_kind_that_was_changed_is_found(quick: Town) -> None:
    lived(quick, 0)

    def edit(document: dict[str, Any]) -> None:
        document["omissions"] = []

    change_release(quick.store, edit)

    assert found(quick) - {"release as the record has it"}
