"""Whether independent reviews were decided in time, by quarter and of the whole: the reviewer's own deadline (T09).

In a month few are decided, so a quarter says it. How many were decided is the sum of what its months count by ruling;
each of these was in time or late.
"""

import json
from collections import Counter
from collections.abc import Iterator

from sqlalchemy import Connection, or_, select

from grievance import tally
from grievance.complainant import Contributor
from grievance.record import Entry
from grievance.vocabulary import RULINGS, Clock, Ending, Kind
from reports.measuring import figures
from reports.measuring.people import NOBODY_KNOWN
from reports.measuring.periods import Period
from reports.tables import ALL, DAYS, REVIEW_TIMES, Cell, Table

_ENTRIES = Entry.__table__.c  # type: ignore[attr-defined]
_TOKENS = Contributor.__table__  # type: ignore[attr-defined]
_DECIDES = tuple(str(step) for step in RULINGS)
_CLOCK = str(Clock.INDEPENDENT_REVIEW)
MET, LATE = str(Ending.MET), str(Ending.LATE)
Place = tuple[str, tuple[str, ...]]


def table(conn: Connection, period: Period, kind: Kind) -> tuple[Table, dict[Place, int]]:
    """Count the reviews that were decided in a quarter, in time and late, and the people whose they were.

    Args:
        conn: one look at the database.
        period: the quarter.
        kind: of which cases.

    Returns:
        The table, with the days (of the calendar) within which half were decided, and how many people stand behind each
        of its counts.
    """
    first, last = (str(period.months[n]) for n in (0, -1))
    sums: Counter[str] = Counter()
    for month in tally.read_from(conn, first=first, last=last, kind=str(kind)).values():
        sums.update({measure: n for (measure, dimension, _), n in month.items() if dimension == ALL})
    start = f"days:{_CLOCK}:"
    taken = {int(name.removeprefix(start)): n for name, n in sums.items() if name.startswith(start)}
    decided = sum(n for name, n in sums.items() if name.startswith("ruling:"))
    cells = (
        Cell((ALL,), decided),
        Cell((MET,), sums[f"{_CLOCK}:{MET}"]),
        Cell((LATE,), sums[f"{_CLOCK}:{LATE}"]),
        Cell((DAYS[0],), figures.within(taken, figures.HALF)),
    )
    behind: dict[str, set[bytes]] = {ALL: set(), MET: set(), LATE: set()}
    for ending, token in _decided(conn, period, kind):
        behind[ALL].add(token)
        behind[ending].add(token)
    people: dict[Place, int] = {(REVIEW_TIMES, (name,)): len(tokens) for name, tokens in behind.items()}
    return Table(REVIEW_TIMES, cells, kind=str(kind), period=period.name), people


def _decided(conn: Connection, period: Period, kind: Kind) -> Iterator[tuple[str, bytes]]:
    """Follow the cases in which a review was decided in a quarter: how its clock ended, and whose case it was."""
    months = [str(month) for month in period.months]
    decides = _ENTRIES.step.in_(_DECIDES)
    there = select(_ENTRIES.stream).where(
        _ENTRIES.month.in_(months), _ENTRIES.kind == str(kind), decides, _ENTRIES.refused.is_(False)
    )
    query = (
        select(_ENTRIES.stream, _ENTRIES.month, _ENTRIES.facts, _TOKENS.c.token)
        .outerjoin(_TOKENS, _TOKENS.c.case == _ENTRIES.stream)
        .where(_ENTRIES.stream.in_(there), _ENTRIES.month <= months[-1], _ENTRIES.refused.is_(False))
        .where(or_(decides, _ENTRIES.facts.contains('"counted":')))
        .order_by(_ENTRIES.stream, _ENTRIES.seq)
    )
    stream, counted = "", None
    for row in conn.execute(query):
        facts = json.loads(row.facts)
        if row.stream != stream:
            stream, counted = row.stream, None
        counted = facts.get("case", {}).get("counted", counted)
        if counted is not None and row.month in months:
            for op in facts.get("clocks", ()):
                if (op["op"], op["name"]) == ("end", _CLOCK) and op["ending"] in (MET, LATE):
                    yield op["ending"], row.token or NOBODY_KNOWN
