"""What every obligation looks at, the three colours, and questions that several of them ask."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, Row, select

from grievance import register
from grievance.calendar import Calendar
from grievance.mechanism import Mechanism
from grievance.staff import Staff
from translations import Phrase, phrase

DAY = timedelta(days=1)
YEAR = 365
_STAFF = Staff.__table__  # type: ignore[attr-defined]


class Colour(StrEnum):
    """How an obligation stands."""

    RED = "red"
    AMBER = "amber"
    GREEN = "green"


Verdict = tuple[Colour, Phrase]


@dataclass(frozen=True)
class Look:
    """What the obligations look at: one read of the database on one day."""

    conn: Connection
    mechanism: Mechanism
    calendar: Calendar
    today: date
    now: datetime
    _by_name: Mapping[str, list[Row[Any]]] = field(default_factory=dict)

    @cached_property
    def staff(self) -> list[Row[Any]]:
        """Everybody who has an account that works."""
        return list(self.conn.execute(select(_STAFF.c.id, _STAFF.c.role).where(_STAFF.c.active)))

    def items(self, name: str, *, states: Iterable[str] = (), within: int | None = None) -> list[Row[Any]]:
        """Items of a register up to today, newest first; `within` so many days."""
        states = set(states)
        since = date.min if within is None else self.today - timedelta(days=within)
        rows = self._by_name.get(name, ())
        return [r for r in rows if since <= r.held_on <= self.today and (not states or r.state in states)]


def red(reason: Phrase) -> Verdict:
    """Not met."""
    return Colour.RED, reason


def amber(reason: Phrase) -> Verdict:
    """Met, with something missing."""
    return Colour.AMBER, reason


def green(reason: Phrase) -> Verdict:
    """Met."""
    return Colour.GREEN, reason


def worst(found: Iterable[Colour]) -> Colour:
    """Find the worst of some colours; nothing to look at is red."""
    order = {Colour.GREEN: 0, Colour.AMBER: 1, Colour.RED: 2}
    return max(found, key=order.__getitem__, default=Colour.RED)


NOTHING = phrase("Nothing is written down.")


def facts_in(row: Row[Any], key: str) -> set[str]:
    """Read a list of closed words from an item."""
    return set(register.facts_of(row).get(key, ()))


def names(found: Iterable[str]) -> str:
    """Say some names in one line; of many, the first."""
    shown = sorted(found)
    more = "…" if len(shown) > 5 else ""  # noqa: PLR2004  so many names a line can hold
    return ", ".join(shown[:5]) + more


def recent(look: Look, name: str, days: int, *, states: Iterable[str] = ()) -> Verdict:
    """Green when the newest item is not older than so many days; amber in the last eighth of that time."""
    rows = look.items(name, states=states)
    if not rows:
        return red(NOTHING)
    age = (look.today - rows[0].held_on).days
    said = {"date": rows[0].held_on, "days": age}
    if age > days:
        return red(phrase("The newest is {days} days old, of {date}.", **said))
    if age > days - days // 8:
        return amber(phrase("The newest is {days} days old, of {date}: it is soon due again.", **said))
    return green(phrase("The newest is of {date}.", date=rows[0].held_on))


def complete(look: Look, name: str, parts: Iterable[str], *, days: int) -> Verdict:
    """Green when the items of so many days have every part that is asked for."""
    rows = look.items(name, within=days)
    if not rows:
        return red(NOTHING)
    if set(parts) - set().union(*(facts_in(r, "parts") for r in rows)):
        return red(phrase("A part of it is missing."))
    return green(phrase("Complete, of {date}.", date=rows[0].held_on))


def ranked(rows: Iterable[Row[Any]]) -> list[Row[Any]]:
    """Newest first; of one day the end counts before an answer, and an answer before a silence."""
    order = ("ended", "answers", "silent")
    return sorted(rows, key=lambda row: (-row.held_on.toordinal(), order.index(row.state)))


def latest_of(rows: Iterable[Row[Any]]) -> dict[str, Row[Any]]:
    """Find the last word of each adviser, service or route."""
    found: dict[str, Row[Any]] = {}
    for row in ranked(rows):
        found.setdefault(row.about, row)
    return found


def days_since(look: Look, row: Row[Any]) -> int:
    """Say how many days ago an item was."""
    days: int = (look.today - row.held_on).days
    return days
