"""Attempts that failed in a quarter (T02, I-08), from the entries in which each month said its sums.

They stand in no sum with any other figure, so what may be told of them is decided here: from five on, and by way in only
where each way has five. Nobody knows how many people they were; whoever came back within the hour is none of them.
"""

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Connection, select

from grievance.record import Entry
from grievance.vocabulary import Kind
from reports.month import Month
from reports.tables import ALL, FAILED_ATTEMPTS, Cell, Table
from workflows.clockwork.attempts import KEY, WAYS

FEWEST: Final = 5
_ENTRIES = Entry.__table__.c  # type: ignore[attr-defined]


def table(conn: Connection, months: Sequence[Month], period: str) -> Table:
    """Lay out the quarter; of a month that nobody counted, the whole quarter is not told."""
    wanted = {str(month) for month in months}
    sums: Counter[str] = Counter()
    for facts in conn.execute(
        select(_ENTRIES.facts)
        .where(_ENTRIES.kind == str(Kind.REGISTER), _ENTRIES.refused.is_(False))
        .where(_ENTRIES.month > min(wanted), _ENTRIES.facts.contains(f'"register":"{KEY}"'))
    ).scalars():
        said: dict[str, Any] = json.loads(facts)["facts"]
        if said["month"] in wanted:
            wanted.discard(said["month"])
            sums.update({str(way): said[way] for way in WAYS})
    whole = sums.total()
    is_told = not wanted and whole >= FEWEST
    each_is_told = is_told and all(sums[way] >= FEWEST for way in WAYS)
    cells = (
        Cell((ALL,), whole if is_told else None),
        *(Cell((str(way),), sums[way] if each_is_told else None) for way in WAYS),
    )
    return Table(FAILED_ATTEMPTS, cells, kind=str(Kind.MECHANISM), period=period)
