"""Attempts that failed: who chose to complain on a menu or in a call and was gone before a word was said (T02, I-08).

A line's session is forgotten after a day. What it knew is added to a sum of the month then, by way in, and when the month
is over one entry says the sums: no person, no number, no day. On the web and by text message nobody can tell that
somebody tried.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import Connection, select

from grievance import register, tally
from grievance.moment import Moment
from grievance.register import ITEMS, By, Note
from grievance.tally import Count
from grievance.vocabulary import Channel, Kind, Role
from workflows.rulebook import Rulebook

KEY: Final = "attempts"
"""The register in which each month's sums are one item."""
COUNTED: Final = "counted"
MEASURE: Final = "attempt_failed"
WAYS: Final = (Channel.USSD, Channel.PHONE_VOICE)


def note(conn: Connection, failed: Mapping[str, int], *, on: date) -> None:
    """Add attempts that failed, by way in, to the sums of the month in which they are noted."""
    counts = [Count(MEASURE, {"channel": way}, n) for way, n in sorted(failed.items()) if n]
    tally.append(conn, month=on.isoformat()[:7], kind=str(Kind.MECHANISM), counts=counts)


def owed(conn: Connection, today: date) -> bool:
    """Tell whether the month before has no entry yet."""
    return _before(today) not in _said(conn)


def say(conn: Connection, *, rules: Rulebook, at: Moment) -> None:
    """Write the sums of the month that is over, noughts too; once, however often it is asked."""
    today = rules.today(at.now)
    month = _before(today)
    if month in _said(conn):
        return
    sums = tally.read(conn, month=month, kind=str(Kind.MECHANISM))
    facts: dict[str, Any] = {str(way): sums.get((MEASURE, "channel", str(way)), 0) for way in WAYS}
    by = By(str(Role.CLOCK), "", today, rules.current.version)
    what = Note(KEY, COUNTED, held_on=today, about=month, facts={"month": month, **facts})
    register.note(conn, what, by=by, at=at)


def _before(today: date) -> str:
    return (today.replace(day=1) - timedelta(days=1)).isoformat()[:7]


def _said(conn: Connection) -> set[str]:
    return {str(row.about) for row in conn.execute(select(ITEMS.c.about).where(ITEMS.c.name == KEY))}
