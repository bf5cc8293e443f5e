"""The reviewers' docket: reviews that no story decides are taken up in turn, most in time and a few too late."""

import random
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from sqlalchemy import Connection, select

from channels.simulation import words
from channels.simulation.desk import Room
from channels.simulation.world import Life, World
from channels.web.pages.access import Person
from grievance import record
from grievance.case import CASES, CLOCKS, parse_facts
from grievance.vocabulary import Clock, Role, Sense, State, Step

RULINGS: Final[tuple[tuple[Step, str, str, int], ...]] = (
    (Step.ORDER, "", "modify", 23),
    (Step.ORDER, "", "revoke", 16),
    (Step.CONFIRM_ANSWER, "evidence_supports", "confirm", 15),
    (Step.CONFIRM_ANSWER, "no_link_found", "dismiss", 12),
    (Step.RETURN, "remit", "remit", 34),
)
"""Steps, reasons and senses of a decision, with their shares as Mexico's authority published them (standards 3)."""
IN_TIME: Final = (20, 38)
TOO_LATE: Final = (42, 60)
LATE_SHARE: Final = 0.15
WEEK: Final = timedelta(days=7)


def docket(world: World) -> Life:
    """Take up every week what has waited long enough; whoever was sent back once is decided the second time."""
    own = random.Random(11)  # noqa: S311  a made-up world
    returned: set[str] = set()
    while True:
        yield world.clock.at + WEEK
        today = world.clock.at.date()
        for number, since, site in world.house.store.read(_waiting):
            calendar = world.house.rules.current.calendar_of(site or world.house.rules.current.sites[0].key)
            if calendar.working_days_between(since, today) >= turn_of(number):
                _decide(world, number, own, returned)


def _waiting(conn: Connection) -> Sequence[tuple[str, date, str | None]]:
    query = (
        select(CASES.c.number, CLOCKS.c.started_on, CASES.c.site)
        .join(CLOCKS, CLOCKS.c.case == CASES.c.id)
        .where(CLOCKS.c.name == Clock.INDEPENDENT_REVIEW, CLOCKS.c.ended_on.is_(None))
        .order_by(CLOCKS.c.started_on, CASES.c.number)
    )
    return [(row.number, row.started_on, row.site) for row in conn.execute(query)]


def turn_of(number: str) -> int:
    """Say after how many working days a review is decided: always the same for one case."""
    own = random.Random(number)  # noqa: S311
    return own.randint(*(TOO_LATE if own.random() < LATE_SHARE else IN_TIME))


def _decide(world: World, number: str, own: random.Random, returned: set[str]) -> None:
    reviewer = world.staff[own.choice(("reviewer-1", "reviewer-2"))]
    room = Room(world, reviewer, number)
    room.take(Step.OPEN)
    again = number in returned
    step, reason, ruling, _ = own.choices(
        RULINGS, [0 if again and r[0] == Step.RETURN else r[3] for r in RULINGS]
    )[0]
    if step == Step.RETURN:
        returned.add(number)
        room.decide(
            step,
            facts={"reason": reason},
            to=State.INVESTIGATING if room.case.severity else State.ACKNOWLEDGED,
        )
        return
    if step == Step.CONFIRM_ANSWER:
        facts = {"reason": reason, "ruling": ruling}
        outcome = room.decide(step, facts=facts, text=words.CONFIRMED, purpose="decision", outgoing=True)
        if outcome is not None and not outcome.refusals:
            return
        ruling = "revoke"  # there was no answer that could be confirmed
    answered = room.case.severity is not None
    facts_of_order = {"explanation_only": False} | ({"ruling": ruling} if answered else {})
    room.decide(
        Step.ORDER, facts=facts_of_order, text=own.choice(words.DECISIONS), purpose="order", outgoing=True,
        offers=room.offers(),
    )  # fmt: skip
    world.begin(_complied(world, number, own), world.clock.at + timedelta(days=own.randint(8, 20)))


def _complied(world: World, number: str, own: random.Random) -> Life:
    """Let the company do what was ordered, and the reviewer look at it, where the person says nothing."""
    hand = Room(world, _hand(world, number), number)
    hand.keep_all()
    yield world.clock.at + timedelta(days=own.randint(6, 14))
    reviewer = Room(world, world.staff["reviewer-1"], number)
    if reviewer.state == State.IMPLEMENTING:
        reviewer.take(Step.CONFIRM)
    yield world.clock.at + timedelta(days=2)
    if not _is_done(hand):
        return
    hand.learn()
    hand.letter(own.choice(words.LETTERS))
    for _ in range(4):
        yield world.clock.at + timedelta(days=3)
        if not _is_done(hand):
            return
        hand.take(Step.CLOSE, facts={"sense": str(Sense.RESOLVED_IMPLEMENTED)})


def _is_done(room: Room) -> bool:
    return room.state == State.VERIFIED


def _hand(world: World, number: str) -> Person:
    """Find who does the officer's steps: one of its company who did not step back, or the focal point."""
    case = Room(world, world.staff["reviewer-1"], number).case
    done = world.house.store.read(lambda conn: record.done_in(conn, case.id))
    away = {parse_facts(entry.facts).get("recused") for entry in done if entry.step == Step.RECUSE}
    theirs = [
        p
        for _, p in sorted(world.staff.items())
        if p.role == Role.OFFICER and p.operator == case.operator and p.id not in away
    ]
    return theirs[0] if case.room == "desk" and theirs else world.staff["focal"]
