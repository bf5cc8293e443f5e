"""The accounts of a quarter, for companies whose month is about too few people: there the row falls to the quarter.

What was open is open when its first month begins, everything else is the sum of its three months (DESIGN 8). Days are
not among it: half of three months is not told by three halves.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from sqlalchemy import Connection

from grievance.vocabulary import Kind
from reports import people
from reports.disclosure import PEOPLE_BEHIND_A_ROW
from reports.figures import Figures, StockFlow
from reports.month import Month
from reports.tables import (
    ALL,
    CLOCKS,
    ENDINGS,
    QUARTER_STOCK_FLOW,
    QUARTER_TIMELINESS,
    STOCK,
    TOUCHED,
    Cell,
    Table,
)

Together = Mapping[tuple[str, tuple[Month, ...]], int]
"""How many people stand behind a row in some months of a quarter taken together."""


def tables(months: Sequence[Figures], *, kind: Kind, period: str) -> tuple[Table, Table]:
    """Lay out the accounts of a quarter from the figures of its months, oldest first."""
    rows = (ALL, *months[-1].rows)
    stock = {row: _flow([one.stock[row] for one in months if row in one.stock]) for row in rows}
    times = tuple(
        Cell((row, str(clock), measure), sum(_ended(one, row, str(clock), measure) for one in months))
        for row in rows
        for clock in CLOCKS
        for measure in (*ENDINGS, *TOUCHED)
    )
    accounts = tuple(Cell((row, measure), getattr(stock[row], measure)) for row in rows for measure in STOCK)
    return (
        Table(QUARTER_STOCK_FLOW, accounts, kind=str(kind), period=period),
        Table(QUARTER_TIMELINESS, times, kind=str(kind), period=period),
    )


def _flow(months: Sequence[StockFlow]) -> StockFlow:
    first, *_ = months
    return StockFlow(
        first.opening,
        *(
            sum(getattr(one, measure) for one in months)
            for measure in ("received", "reopened", "moved_in", "closed", "moved_out")
        ),
    )


def _ended(found: Figures, row: str, clock: str, measure: str) -> int:
    times = found.times.get((row, clock))
    return 0 if times is None else times.ended.get(measure, times.touched.get(measure, 0))


def together(conn: Connection, months: Sequence[Month], *, kind: Kind, rows: Sequence[str]) -> Together:
    """Count the people behind each row in any months of a quarter together, each of them once."""
    of_month = {
        month: people.behind_rows(conn, month, enough=PEOPLE_BEHIND_A_ROW, rows=rows, kind=kind)
        for month in months
    }
    return {
        (row, some): len(set().union(*(of_month[month].get(row, set()) for month in some)))
        for some in _any_of(months)
        for row in rows
    }


def _any_of(months: Sequence[Month]) -> Iterator[tuple[Month, ...]]:
    for size in range(1, len(months) + 1):
        yield from combinations(months, size)
