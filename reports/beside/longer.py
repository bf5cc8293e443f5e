"""The accounts of a quarter and of a year, in the month that ends it: sums of what its months print, and of nothing else.

Whoever has the months can add them up, so nothing is told that they do not tell, and nothing has to be proven. Where one
month hides a figure, or was not published, its sum is not shown either.

In the frozen document `longer` is a list, empty in a month that ends neither:

    [{"period": "2026-Q3", "rows": [{"operator": "all", "opening": 38, "received": 131, ..., "closing": 44,
                                     "met": 101, "late": 12}, ...]}, ...]      null where it is not shown
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from grievance.vocabulary import Clock, Ending, Kind
from reports.measuring import periods
from reports.month import Month
from reports.shelf import Release
from reports.tables import STOCK, STOCK_FLOW, TIMELINESS, Table

ENDS = (str(Ending.MET), str(Ending.LATE))


def longer(month: Month, now: Iterable[Table], earlier: Iterable[Release]) -> list[dict[str, Any]]:
    """Add up the accounts of the quarter and the year that a month ends.

    Args:
        month: the month.
        now: its tables, as they are printed.
        earlier: the months before it; those of the period are looked at.
    """
    printed: dict[Month, Mapping[str, Table]] = {each.month: each.complaints for each in earlier}
    printed[month] = {table.name: table for table in now if table.kind == Kind.GRIEVANCE}
    rows = printed[month][STOCK_FLOW].members("operator")
    return [
        {
            "period": period.name,
            "rows": [{"operator": row, **_row([printed.get(m) for m in period.months], row)} for row in rows],
        }
        for period in periods.ending_with(month)
    ]


def _row(months: Sequence[Mapping[str, Table] | None], row: str) -> dict[str, int | None]:
    found = {measure: _sum(_of(months, STOCK_FLOW, row, measure), measure) for measure in STOCK}
    return found | {end: _sum(_of(months, TIMELINESS, row, str(Clock.ANSWER), end), end) for end in ENDS}


def _of(months: Sequence[Mapping[str, Table] | None], table: str, *at: str) -> list[int | None]:
    return [None if month is None else month[table].value(*at) for month in months]


def _sum(figures: Sequence[int | None], measure: str) -> int | None:
    """What was open is taken from the first month, what is left from the last one; the rest is added up."""
    if None in figures:
        return None
    if measure in ("opening", "closing"):
        return figures[0 if measure == "opening" else -1]
    return sum(n for n in figures if n is not None)
