"""Made-up months, measured: no case, no database, only how many complained where and of what."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from grievance.vocabulary import Kind
from reports import periods
from reports.gate import Passed, Told, pass_through
from reports.gate.weave import cells_of
from reports.measured import Measured
from reports.month import Month
from reports.tables import (
    ALL,
    AT_A_SITE,
    BY_ENTRY,
    BY_SITE,
    BY_THEME,
    CLOCKS,
    ENDINGS,
    SITE_THEME,
    SPECS,
    STOCK,
    STOCK_FLOW,
    TIMELINESS,
    Cell,
    Rule,
    Table,
)

SEED = b"a secret of these worlds"
SITES: Mapping[str, str] = {"north": "acme", "south": "bora"}
THEMES = ("dust", "water", "roads")
DOORS = ("sms", "web")
Came = Mapping[tuple[str, str], int]


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
) -> Measured:
    """Measure a month in which so many came by site and theme, everybody another person, and nothing ended.

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
    """
    month = Month(year, number)
    operators = list(dict.fromkeys(sites.values()))
    whole = sum(came.values())
    of_row = {
        row: sum(n for (site, _), n in came.items() if row in (ALL, sites[site])) for row in (ALL, *operators)
    }
    of_row["unrouted"] = 0
    open_of = {row: (opening or {}).get(row, 0) for row in of_row}
    open_of[ALL] = sum(open_of.values())
    stock = [
        Cell(
            (row, measure),
            {"opening": open_of[row], "received": n, "closing": open_of[row] + n}.get(measure, 0),
        )
        for row, n in of_row.items()
        for measure in STOCK
    ]
    by_theme = {t: sum(n for (_, theme), n in came.items() if theme == t) for t in themes}
    by_site = {s: sum(n for (site, _), n in came.items() if site == s) for s in sites}
    by_door = doors or {DOORS[0]: whole, **dict.fromkeys(DOORS[1:], 0)}
    times = [
        Cell((row, str(clock), measure), 0 if measure in ENDINGS else None)
        for row in of_row
        for clock in CLOCKS
        for measure in (*ENDINGS, "median_days", "p90_days")
    ]
    at_sites = [
        Cell((site, measure), n if measure == "received" else 0)
        for measure in AT_A_SITE
        for site, n in {ALL: whole, **by_site}.items()
    ]
    tables = [
        Table(STOCK_FLOW, tuple(stock)),
        Table(BY_ENTRY, (Cell((ALL,), whole), *(Cell((d,), n) for d, n in by_door.items()))),
        Table(BY_THEME, (Cell((ALL,), whole), *(Cell((t,), n) for t, n in by_theme.items()))),
        Table(TIMELINESS, tuple(times)),
        Table(BY_SITE, tuple(at_sites)),
    ]
    crossed = {(s, t): came.get((s, t), 0) for s in sites for t in themes}
    tables += [_over(period, crossed, earlier, sites, themes) for period in periods.ending_with(month)]
    tables = [replace(table, kind=str(kind)) for table in tables if table.name in SPECS]
    people = {
        (table.name, cell.at): cell.value or 0
        for table in tables
        if SPECS[table.name].rule is Rule.PEOPLE
        for cell in table.cells
    }
    rows = {row: n + open_of[row] for row, n in of_row.items()}
    people |= {(SITE_THEME, at): n for at, n in crossed.items()}
    return Measured(month=month, kind=kind, tables=tuple(tables), people=people, rows=rows, crossed=crossed)


def months_of(cames: Sequence[Came], *, sites: Mapping[str, str] = SITES, **more: Any) -> list[Measured]:
    """Measure months that follow one another from January 2026 on; each opens with what the one before left."""
    found: list[Measured] = []
    opening: dict[str, int] = {}
    for n, came in enumerate(cames):
        month = month_of(
            n % 12 + 1, came, opening=opening, year=2026 + n // 12, sites=sites, earlier=found, **more
        )
        stock = next(table for table in month.tables if table.name == STOCK_FLOW)
        opening = {row: stock.value(row, "closing") or 0 for row in stock.members("operator") if row != ALL}
        found.append(month)
    return found


def _over(
    period: periods.Period,
    crossed: Came,
    earlier: Sequence[Measured],
    sites: Mapping[str, str],
    themes: Sequence[str],
) -> Table:
    found = [crossed, *(each.crossed for each in earlier if each.month in period.months)]

    def n(site: str, theme: str) -> int:
        return sum(
            one for came in found for (s, t), one in came.items() if site in (ALL, s) and theme in (ALL, t)
        )

    cells = tuple(Cell((s, t), n(s, t)) for s in (ALL, *sites) for t in (ALL, *themes))
    return Table(period.table, cells, period=period.name)


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
