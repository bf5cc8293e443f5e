"""Whatever the networks do with our messages, in whatever order: the same cases, nothing lost, no offer said twice.

Two gateways at once, over the real routes. Webhooks are duplicated, reordered and dropped on the way; providers
take a message and break off, or refuse it for now; reports come late, early, twice and backwards.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from channels import wiring
from channels.app import create_app
from channels.outgoing import delivery
from grievance import notice, vault
from grievance.complainant import Bond
from grievance.keyring import Ring
from grievance.message import Message
from grievance.store import Store
from tests.channels.sms.conformance import Door, Provider, Report, Word, provider_of, specimens
from tests.sending import Clock, Network, World, make_house
from workflows.rulebook import Rulebook

PLACE = "en Huaylluray"
SAID = (
    f"El agua del canal sale turbia {PLACE}",
    "Mis animales se enferman desde el lunes",
    "Nadie de la empresa vino a mirar",
)
PEOPLE = 2
GATEWAYS = ("twilio", "vonage")
MOODS = st.sampled_from(["ok", "ok", "cut", "later"])
LETTERS = [(person, n) for person in range(PEOPLE) for n in range(len(SAID))]
_BONDS = Bond.__table__  # type: ignore[attr-defined]
_MESSAGES = Message.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Knocked:
    """One message of one person reaches our door; the answer may be lost, which is why there are others."""

    person: int
    said: int


@dataclass(frozen=True, slots=True)
class Round:
    """The sender's round, and the providers' mood meanwhile."""

    moods: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Told:
    """The providers report on what they took, in an order of their own."""

    states: tuple[str, ...]


Step = Knocked | Round | Told


@st.composite
def schedules(draw: st.DrawFn) -> tuple[list[Step], list[Step]]:
    """Draw what happens before the offers are made, and after."""
    again = draw(st.lists(st.sampled_from(LETTERS), max_size=8))
    knocks: list[Step] = [Knocked(*letter) for letter in draw(st.permutations([*LETTERS, *again]))]
    rounds: list[Step] = [Round(moods) for moods in draw(st.lists(st.tuples(MOODS, MOODS), max_size=2))]
    told = st.lists(st.sampled_from(["delivered", "sent", "odd"]), min_size=1, max_size=3)
    more: list[Step] = [Told(tuple(draw(told)))]
    first = draw(st.permutations([*knocks, *rounds, *more]))
    later: list[Step] = [
        Round(moods) for moods in draw(st.lists(st.tuples(MOODS, MOODS), min_size=1, max_size=3))
    ]
    return first, draw(st.permutations([*later, *more]))


ORDERED: tuple[list[Step], list[Step]] = ([Knocked(*letter) for letter in LETTERS], [Round(("ok", "ok"))])


@dataclass
class Town:
    """People with telephones, two networks, one house."""

    doors: tuple[Door, Door]
    clock: Clock
    offers: dict[int, str] = field(default_factory=dict)

    def word(self, person: int, said: int) -> Word:
        return Word(SAID[said], f"+5198700000{person}", f"in-{person}-{said}")

    def door(self, person: int) -> Door:
        return self.doors[person % 2]

    def do(self, step: Step) -> None:
        match step:
            case Knocked(person, said):
                assert self.door(person).say(self.word(person, said)).status_code == 200
            case Round(moods):
                for door, mood in zip(self.doors, moods, strict=True):
                    door.provider.mood = mood
                delivery.drain(self.doors[0].house, hands=1)
            case Told(states):
                self.report(states)

    def report(self, states: tuple[str, ...]) -> None:
        for door in self.doors:
            for ref, taken in door.provider.accepted:
                to = door.specimen.sent(taken)[0]
                mac = door.house.ring.mac("ref", ref)
                rows = door.look(select(notice.ATTEMPTS.c.id).where(notice.ATTEMPTS.c.ref == mac))
                for state in states:
                    attempt = str(rows[0].id) if rows else "0" * 32
                    assert door.tell(Report(state, attempt, ref, to)).status_code == 200

    def offer(self, person: int) -> None:
        """The office makes an offer to somebody whose case it has."""
        door = self.door(person)
        who = door.person(self.word(person, 0).sender)
        (bond,) = door.look(select(_BONDS).where(_BONDS.c.complainant == who.id))
        world = World(door.house, self.clock, Network(), case=bond.case, person=who.id, number="00000000")
        self.offers[person] = world.owe("proposal", text=f"Ofrecemos un pozo numero {person} antes de mayo.")

    def settle(self) -> None:
        """Let days pass in which nothing more goes wrong."""
        for door in self.doors:
            door.provider.mood = "ok"
        for _ in range(6):
            self.clock.pass_by(timedelta(hours=3))
            delivery.drain(self.doors[0].house, hands=1)
        wiring.run_rounds(self.doors[0].house)

    def heard(self, person: int) -> list[list[str]]:
        """List the cases of a person, each with what was said in it."""
        door = self.door(person)
        who = door.person(self.word(person, 0).sender)
        cases = door.look(select(_BONDS.c.case).where(_BONDS.c.complainant == who.id))
        key = door.house.ring.key("reviewer", vault.REVIEW)
        told = []
        for (case,) in cases:
            rows = door.look(
                select(_MESSAGES).where(_MESSAGES.c.case == case, _MESSAGES.c.said_by == "complainant")
            )
            texts = [
                door.house.store.read(lambda conn, row=row: vault.read(conn, row.original or row.masked, key))
                for row in rows
            ]
            told.append(sorted(texts))
        return told

    def sent(self, person: int) -> list[str]:
        """List what any network carried to a person, whether it told us so or not: one may stand in for the other."""
        sender = self.word(person, 0).sender
        sent = [door.specimen.sent(taken) for door in self.doors for _, taken in door.provider.accepted]
        return [text for to, text in sent if to == sender]


@contextmanager
def town(url: str, ring: Ring, rules: Rulebook, providers: tuple[Provider, Provider]) -> Iterator[Town]:
    store, clock = Store(url), Clock()
    known = {specimen.label or specimen.name: specimen for specimen in specimens()}
    for provider in providers:
        provider.calm()
        provider.numbers = count()
    made = [provider.specimen.gateway(provider=provider.url, now=clock) for provider in providers]
    house = make_house(store, ring, rules, clock, made[0], FACES="intake")
    house = replace(house, gateways={gateway.name: gateway for gateway in made})
    client = create_app(house).test_client()
    doors = [Door(known[p.specimen.name], house, client, p, count()) for p in providers]
    try:
        yield Town((doors[0], doors[1]), clock)
    finally:
        store.close()


@pytest.fixture(scope="module")
def providers() -> Iterator[tuple[Provider, Provider]]:
    known = {specimen.label or specimen.name: specimen for specimen in specimens()}
    with provider_of(known[GATEWAYS[0]]) as one, provider_of(known[GATEWAYS[1]]) as two:
        yield one, two


def live(town: Town, schedule: tuple[list[Step], list[Step]]) -> None:
    """Live through a schedule; whoever got no answer from us knocks until they do."""
    first, later = schedule
    for step in first:
        town.do(step)
    for person in range(PEOPLE):
        town.offer(person)
    for step in later:
        town.do(step)
    town.settle()


def agrees(town: Town) -> None:
    for person in range(PEOPLE):
        assert town.heard(person) == [sorted(SAID)], "the same cases as in order, and nothing lost"
        sent = town.sent(person)
        receipts = [text for text in sent if "clave" in text.lower()]
        again = [text for text in receipts if "OTRA VEZ" in text.upper() or "DE NUEVO" in text.upper()]
        assert len(receipts) - len(again) == 1, "one receipt, and what is said again says so"
        assert sum(f"numero {person}" in text for text in sent) == 1, "an offer is said once"
        assert not any(
            f"numero {other}" in text for text in sent for other in range(PEOPLE) if other != person
        )


def test_in_order_everybody_has_one_case_and_one_offer(
    database_url: str, ring: Ring, rules: Rulebook, providers: tuple[Provider, Provider]
) -> None:
    with town(database_url, ring, rules, providers) as made:
        live(made, ORDERED)

        agrees(made)


@pytest.fixture
def fresh_town(
    sqlite_template: Path, tmp_path: Path, ring: Ring, rules: Rulebook, providers: tuple[Provider, Provider]
) -> Callable[[], AbstractContextManager[Town]]:
    """Make towns, each with a database of its own."""
    file = tmp_path / "town.db"

    def make() -> AbstractContextManager[Town]:
        shutil.copyfile(sqlite_template, file)
        return town(f"sqlite:///{file}", ring, rules, providers)

    return make


@settings(max_examples=8, phases=[Phase.generate])
@given(schedule=schedules())
def test_in_any_order_with_anything_twice_it_is_the_same(
    fresh_town: Callable[[], AbstractContextManager[Town]], schedule: tuple[list[Step], list[Step]]
) -> None:
    with fresh_town() as made:
        live(made, schedule)

        agrees(made)
