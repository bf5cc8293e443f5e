"""Which months are owed: a month is published by itself, so that nobody can be late by doing nothing (DESIGN 8)."""

from collections.abc import Iterator
from datetime import date

from sqlalchemy import Connection, func, select

from grievance import record
from reports import shelf
from reports.month import Month
from workflows.rulebook import Rulebook

WORKING_DAYS = 9
"""A day before the tenth, by which it is owed: what is refused can still be mended in time."""
_ENTRIES = record.Entry.__table__  # type: ignore[attr-defined]
_FIRST = select(func.min(_ENTRIES.c.month))
_DONE = select(shelf.RELEASES.c.month)


def begun(conn: Connection) -> Month | None:
    """Name the month of the first entry, from which on every month is owed; none before there is one."""
    first = conn.execute(_FIRST).scalar()
    return None if first is None else Month.parse(first)


def owed(conn: Connection, *, rules: Rulebook, today: date) -> tuple[Month, ...]:
    """List the months that should be published by now and are not, oldest first; a withdrawn one was."""
    done = set(conn.execute(_DONE).scalars())
    return tuple(month for month in _over(begun(conn), rules, today) if str(month) not in done)


def _over(month: Month | None, rules: Rulebook, today: date) -> Iterator[Month]:
    calendar = rules.calendar(rules.current.version, site=None)
    while month is not None and calendar.add_working_days(month.last_day, WORKING_DAYS) <= today:
        yield month
        month = month.next
