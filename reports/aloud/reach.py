"""Whether more people came after something was read on the air: whole fortnights of a fixed grid, rounded, or nothing.

The blocks are the same for every programme, so that two programmes of neighbouring days tell no single day apart.
A figure is given only where ten people stand behind both blocks, and only to the nearest five.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection, select

from grievance.complainant import Contributor
from grievance.record import Entry
from grievance.vocabulary import Kind, Step

FIRST = date(2024, 1, 1)
"""A Monday: every block begins some whole fortnights after it."""
DAYS = 14
ENOUGH = 10
STEP = 5
_ENTRIES = Entry.__table__  # type: ignore[attr-defined]
_TOKENS = Contributor.__table__  # type: ignore[attr-defined]
_NOBODY_KNOWN = b""


@dataclass(frozen=True, slots=True)
class Reach:
    """How many complaints came by a door before and after, to the nearest five; both empty where it is not told."""

    channel: str
    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True)
class Came:
    """What came by one door in one block: how many complaints, of how many people."""

    complaints: int
    people: int


def block_before(aired: date) -> date:
    """Find the first day of the last whole block that was over when something was read."""
    return FIRST + timedelta(days=((aired - FIRST).days // DAYS - 1) * DAYS)


def block_after(aired: date) -> date:
    """Find the first day of the first whole block that began after something was read."""
    return FIRST + timedelta(days=((aired - FIRST).days // DAYS + 1) * DAYS)


def is_over(aired: date, today: date) -> bool:
    """Whether the block after is over, so that there is something to compare."""
    return block_after(aired) + timedelta(days=DAYS) <= today


def compare(before: Mapping[str, Came], after: Mapping[str, Came]) -> tuple[Reach, ...]:
    """Compare two blocks door by door; a door with fewer than ten people in either is not told."""
    nothing = Came(0, 0)
    found = []
    for channel in sorted({*before, *after}):
        one, two = before.get(channel, nothing), after.get(channel, nothing)
        told = one.people >= ENOUGH and two.people >= ENOUGH
        found.append(
            Reach(channel, *((rounded(one.complaints), rounded(two.complaints)) if told else (None, None)))
        )
    return tuple(found)


def rounded(n: int) -> int:
    """Round to the nearest five."""
    return (n + STEP // 2) // STEP * STEP


def came(conn: Connection, first: date) -> dict[str, Came]:
    """Count what came by each door in the block that begins on a day; protected cases are counted nowhere."""
    query = (
        select(_ENTRIES.c.stream, _ENTRIES.c.channel, _TOKENS.c.token)
        .outerjoin(_TOKENS, _TOKENS.c.case == _ENTRIES.c.stream)
        .where(_ENTRIES.c.kind == str(Kind.GRIEVANCE), _ENTRIES.c.step == str(Step.RECEIVE))
        .where(_ENTRIES.c.recorded_on.between(first, first + timedelta(days=DAYS - 1)))
        .where(~_ENTRIES.c.facts.contains('"counted":null'))
    )
    cases: dict[str, set[str]] = {}
    people: dict[str, set[bytes]] = {}
    for row in conn.execute(query):
        cases.setdefault(row.channel, set()).add(row.stream)
        people.setdefault(row.channel, set()).add(row.token or _NOBODY_KNOWN)
    return {channel: Came(len(cases[channel]), len(people[channel])) for channel in cases}
