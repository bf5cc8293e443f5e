"""A survey of the simulated world: a few people take part, a round is opened, answered and ended on one day."""

from sqlalchemy import Connection, select

from channels.simulation.world import World
from channels.web.pages.access import Person
from grievance.complainant import Complainant
from workflows.registry import surveys

MOST_PEOPLE = 30
SILENT = 0.12
WEIGHTS = {
    "trust": (2, 3, 5, 6, 3),
    "heard": (2, 3, 4, 6, 4),
    "safe": (3, 4, 5, 5, 2),
    "number": (1, 2, 3, 6, 8),
    "respect": (1, 2, 5, 7, 5),
}
_PEOPLE = Complainant.__table__  # type: ignore[attr-defined]
_REACHABLE = (
    select(_PEOPLE.c.id)
    .where(_PEOPLE.c.address.is_not(None), _PEOPLE.c.stopped_on.is_(None), _PEOPLE.c.pseudonym.is_not(None))
    .order_by(_PEOPLE.c.since, _PEOPLE.c.pseudonym)
)


def survey(world: World, reviewer: Person) -> bool:
    """Let people say what they think, by the product's own verbs; answers whether there was anybody to ask.

    The messages themselves are not sent: a quarter's survey would cost the demo as much as a week of complaints.
    """
    at, rng, rules = world.house.moment(), world.rng, world.house.rules

    def work(conn: Connection) -> bool:
        day = rules.today(at.now)
        there = surveys.taking_part(conn)
        others = [one for one in conn.execute(_REACHABLE).scalars() if one not in there]
        for person in rng.sample(others, min(len(others), max(MOST_PEOPLE - len(there), 0))):
            surveys.join(conn, person, on=day)
        people = surveys.taking_part(conn)
        if not people:
            return False
        going = surveys.start(conn, tuple(WEIGHTS), by=reviewer.actor, rules=rules, at=at)
        for person in (one for one in people if rng.random() > SILENT):
            for place, of in enumerate(WEIGHTS.values(), 1):
                asked = surveys.Asked(going, place, tuple(WEIGHTS))
                digit = rng.choices(surveys.DIGITS, of)[0]
                surveys.answer(conn, person, asked, digit, rules=rules, at=at)
        surveys.close(conn, by=reviewer.actor, rules=rules, at=at)
        return True

    return world.house.store.transact(work)
