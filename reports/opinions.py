"""What a survey may print: a question from twenty answers on, figures of 0 to 4 alike hidden.

How many ended comes from what months print. A count of our own would be one more figure of the same people, and one that
moves when a case becomes a protected one long after: two looks at a page would tell of it.
"""

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection

from reports import shelf
from reports.disclosure import SMALLEST_PRINTED, mask
from reports.month import Month
from reports.tables import ALL, STOCK_FLOW

ENOUGH = 20


def distribution(counts: Mapping[int, int]) -> dict[int, int | None] | None:
    """Give how often each digit was answered, `None` where it is hidden; nothing at all below twenty answers."""
    total = sum(counts.values())
    if total < ENOUGH:
        return None
    named = {str(digit): n for digit, n in counts.items()}
    return {int(digit): n for digit, n in mask(named, named, total=total).items()}


def rate(asked: int, answered: int) -> int | None:
    """Give how many of a hundred answered, rounded down; `None` where few were asked or few answered."""
    return None if asked < ENOUGH or answered < SMALLEST_PRINTED else answered * 100 // asked


def ended(conn: Connection, months: Iterable[str], kind: str) -> int | None:
    """Add up how many cases of a kind ended in some months; `None` where a report is not out, or hides it."""
    total = 0
    for month in months:
        release = shelf.newest(conn, Month.parse(month))
        of_kind = () if release is None else release.tables
        closed = [t.value(ALL, "closed") for t in of_kind if (t.name, t.kind) == (STOCK_FLOW, kind)]
        if len(closed) != 1 or closed[0] is None:
            return None
        total += closed[0]
    return total


def silent(ended: int | None, answered: int) -> int | None:
    """Give how many ended of which nobody said anything; `None` where that is not known, or is of few people."""
    return None if ended is None or ended - answered < SMALLEST_PRINTED else ended - answered
