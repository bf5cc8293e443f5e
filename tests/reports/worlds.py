"""Made-up months, measured: no case, no database, only how many complained where and of what."""

from collections.abc import Mapping, Sequence
from typing import Any

from bench import madeup
from bench.madeup import Came
from grievance.vocabulary import Kind
from reports.gate import Passed, Told, pass_through
from reports.gate.weave import cells_of
from reports.measuring.measured import Measured
from reports.month import Month
from reports.tables import ALL, SPECS, STOCK_FLOW, Rule

SEED = b"a secret of these worlds"
SITES: Mapping[str, str] = {"north": "acme", "south": "bora"}
THEMES = ("dust", "water", "roads")
DOORS = ("sms", "web")


def month_of(
    number: int,
    came: Came,
    *,
    opening: Mapping[str, int] | None = None,
    kind: Kind = Kind.GRIEVANCE,
    year: int = 2026,
    sites: Mapping[str, str] = SITES,
    themes: Sequence[str] = THEMES,
    doors: Mapping[str, int] | None = None,
    earlier: Sequence[Measured] = (),
    all_end: bool = False,
) -> Measured:
    """Measure a month in which so many came by site and theme, everybody another person.

    Args:
        number: the month of the year.
        came: how many by site and theme.
        opening: how many cases were open, by operator.
        kind: of which cases.
        year: the year.
        sites: the operator of each site.
        themes: the themes.
        doors: how many by each way in; all by the first one unless said.
        earlier: the months before, for quarters and years.
        all_end: whether every case ends in the month in which it came; none does otherwise.
    """
    of_row = {o: sum(n for (site, _), n in came.items() if sites[site] == o) for o in sites.values()}
    stock = {
        row: {"opening": (opening or {}).get(row, 0), "received": n, "closed": n if all_end else 0}
        for row, n in {**of_row, "unrouted": 0}.items()
    }
    ended = {(s, "closed"): sum(n for (site, _), n in came.items() if site == s) for s in sites if all_end}
    return madeup.measured(
        Month(year, number),
        came=came,
        stock=stock,
        doors=doors or {DOORS[0]: sum(came.values()), **dict.fromkeys(DOORS[1:], 0)},
        at_sites=ended,
        ended={},
        sites=tuple(sites),
        themes=themes,
        earlier=earlier,
        kind=kind,
    )


def months_of(
    cames: Sequence[Came],
    *,
    sites: Mapping[str, str] = SITES,
    first: Mapping[str, int] | None = None,
    **more: Any,
) -> list[Measured]:
    """Measure months that follow one another from January 2026 on; each opens with what the one before left.

    `first`: what was open before the first, by operator.
    """
    found: list[Measured] = []
    opening = dict(first or {})
    for n, came in enumerate(cames):
        month = month_of(
            n % 12 + 1, came, opening=opening, year=2026 + n // 12, sites=sites, earlier=found, **more
        )
        stock = next(table for table in month.tables if table.name == STOCK_FLOW)
        opening = {row: stock.value(row, "closing") or 0 for row in stock.members("operator") if row != ALL}
        found.append(month)
    return found


def pass_all(
    months: Sequence[Measured],
    *,
    sites: Mapping[str, str] = SITES,
    seed: bytes = SEED,
    insiders: bool = True,
) -> list[Passed]:
    """Send months through the gate one after the other, each with what stands printed of those before."""
    told = Told()
    made: list[Passed] = []
    for n, month in enumerate(months):
        made.append(pass_through(months[: n + 1], told, sites=sites, seed=seed, insiders=insiders))
        told = remember(told, month, made[-1])
    return made


def remember(told: Told, month: Measured, passed: Passed) -> Told:
    """Add to what is known what a release printed and hid."""
    printed, hidden = dict(told.printed), set(told.hidden)
    for table in passed.tables:
        if SPECS[table.name].rule is Rule.OWN:
            continue
        cells = cells_of(table, month.month)
        for cell in table.cells:
            named = cells[cell.at]
            if named is not None and cell.value is not None:
                printed[named] = cell.value
            elif named is not None:
                hidden.add(named)
    return Told(printed, frozenset(hidden - set(printed)))
