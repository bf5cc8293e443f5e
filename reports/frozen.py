"""Years whose figures are frozen: who stood behind them need not be told apart any more, and is forgotten.

A token tells people apart who complained more than once in a year. The last table that needs it is the year's, in the
release of December; after that the tokens go, and the key they were made with (DESIGN 8).
"""

from sqlalchemy import Connection, delete, select

from grievance.complainant import Contributor
from reports import shelf
from reports.month import Month
from reports.tables import FINAL

_TOKENS = Contributor.__table__  # type: ignore[attr-defined]
_FINAL = select(shelf.RELEASES.c.month).where(shelf.RELEASES.c.status == FINAL).distinct()
DECEMBER = 12


def years(conn: Connection) -> tuple[int, ...]:
    """List the years that are frozen: December is final, and so is every month of the year since the first release."""
    final = {Month.parse(month) for month in conn.execute(_FINAL).scalars()}
    return tuple(
        sorted(
            month.year
            for month in final
            if month.number == DECEMBER
            and all(Month(month.year, n) in final for n in range(_first(final, month.year), DECEMBER))
        )
    )


def _first(final: set[Month], year: int) -> int:
    first = min(final)
    return first.number if first.year == year else 1


def forget(conn: Connection) -> tuple[int, ...]:
    """Destroy the tokens of frozen years; answers the years of which there were any."""
    there = (
        conn.execute(select(_TOKENS.c.year).where(_TOKENS.c.year.in_(years(conn))).distinct()).scalars().all()
    )
    if there:
        conn.execute(delete(_TOKENS).where(_TOKENS.c.year.in_(there)))
    return tuple(sorted(there))
