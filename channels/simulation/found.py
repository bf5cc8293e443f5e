"""What the simulated reviewers find in how sites work, what companies answer, and whether what was ordered was done.

Everything follows from the day alone, so that it disturbs no other chance of the simulated world.
"""

from datetime import date, timedelta

from channels.simulation.world import World
from channels.web.pages.access import Person
from grievance.vocabulary import CommitmentState, Role
from workflows.registry import compliance, findings
from workflows.registry.findings import ACCEPTED, ANSWERED, NOT_ENOUGH, RECORDED, Written

MONDAY = 0
EVERY, FIRST, MAY_TAKE, USUALLY, SLOWLY, LOOKED_AT = 55, 30, 14, 9, 20, 5
FOUND: tuple[tuple[str, str, str], ...] = (
    ("answers", "Varias respuestas no dicen qué se hará ni hasta cuándo.",
     "Desde hoy cada respuesta dice qué se hará, quién y hasta qué día."),
    ("access", "La oficina estuvo cerrada dos sábados que estaban anunciados.",
     "Hay una segunda persona para los sábados, y se avisa por radio si no se abre."),
    ("pauses", "Se pidió información que la persona ya había dado en su primer mensaje.",
     "Se lee todo el caso antes de preguntar."),
    ("dates", "Las evaluaciones llegan el último día, o después.",
     "Se cambió el turno de la semana."),
)  # fmt: skip
TOO_LITTLE = "Falta decir desde cuándo y quién responde por ello."


def found(world: World, day: date, founded: date) -> None:
    """Write what reviewers and companies write about findings on a day that is over."""
    reviewer = next((p for p in world.staff.values() if p.role == Role.REVIEWER), None)
    age = (day - founded).days
    if reviewer is None:
        return
    if day.weekday() == MONDAY:
        _look_at_orders(world, day, reviewer)
    turn, beside = divmod(age - FIRST, EVERY)
    if turn >= 0 and beside == 0:
        _find(world, day, reviewer, turn)
    for one in world.house.store.read(lambda conn: findings.listed(conn, by=reviewer.actor)):
        nth = (one.recorded_on - founded).days // EVERY
        after = SLOWLY if nth % 4 == 3 else USUALLY  # noqa: PLR2004  one in four is late
        if one.state == RECORDED and day >= one.recorded_on + timedelta(days=after):
            _answer(world, one.id, one.operator, nth)
        elif one.state == ANSWERED and one.answered_on and day >= one.answered_on + timedelta(days=LOOKED_AT):
            _judge(world, reviewer, one.id, enough=nth % 3 != 1)


def _look_at_orders(world: World, day: date, reviewer: Person) -> None:
    """Say of every measure whose day has come whether it was done; a measure nobody shows is told to the panel."""
    for one in world.house.store.read(compliance.measures):
        if not one.waits(day):
            continue
        done = one.ordered.state not in (CommitmentState.AGREED, CommitmentState.MISSED)
        verdict, seen, action = (
            (compliance.COMPLIED, "visit", compliance.NOTHING)
            if done
            else (compliance.NOT_COMPLIED, "nothing_shown", "panel")
        )
        at, measure = world.house.moment(), one.ordered.commitment
        world.house.store.transact(
            lambda conn, said=(measure, verdict, [seen], action), at=at: compliance.judge(  # type: ignore[misc]
                conn, *said, by=reviewer.actor, rules=world.house.rules, at=at
            )
        )


def _find(world: World, day: date, reviewer: Person, turn: int) -> None:
    sites = world.house.rules.current.sites
    site, (kind, text, _) = sites[turn % len(sites)], FOUND[turn % len(FOUND)]
    what = Written(kind, text, day + timedelta(days=MAY_TAKE), site.operator, site.key)
    at = world.house.moment()
    world.house.store.transact(
        lambda conn: findings.note(conn, what, by=reviewer.actor, rules=world.house.rules, at=at)
    )


def _answer(world: World, item: str, operator: str, nth: int) -> None:
    who = next((p for p in world.staff.values() if p.role == Role.OFFICER and p.operator == operator), None)
    if who is None:
        return
    at, text = world.house.moment(), FOUND[nth % len(FOUND)][2]
    world.house.store.transact(
        lambda conn: findings.answer(conn, item, text, by=who.actor, rules=world.house.rules, at=at)
    )


def _judge(world: World, reviewer: Person, item: str, *, enough: bool) -> None:
    at, words = world.house.moment(), "" if enough else TOO_LITTLE
    verdict = ACCEPTED if enough else NOT_ENOUGH
    world.house.store.transact(
        lambda conn: findings.judge(
            conn, item, verdict, words, by=reviewer.actor, rules=world.house.rules, at=at
        )
    )
