"""Made-up months, measured: no case and no database, only how many there were of what; for benches and tests of the gate.

Everybody is another person, so that as many people stand behind a figure as it counts.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from grievance.vocabulary import Kind
from reports.measuring import periods
from reports.measuring.measured import Measured
from reports.month import Month
from reports.tables import (
    ALL,
    AT_A_SITE,
    BY_ENTRY,
    BY_SITE,
    BY_THEME,
    CLOCKS,
    COMING,
    DAYS,
    ENDINGS,
    GOING,
    HANDLING,
    SITE_THEME,
    SPECS,
    STOCK,
    STOCK_FLOW,
    TIMELINESS,
    TOUCHED,
    Cell,
    Rule,
    Table,
)

Came = Mapping[tuple[str, str], int]
"""How many came, by site and theme."""
Stock = Mapping[str, Mapping[str, int]]
"""What was open and came, by row; what went and is left follows where it is not said."""


def measured(
    month: Month,
    *,
    came: Came,
    stock: Stock,
    doors: Mapping[str, int],
    at_sites: Mapping[tuple[str, str], int],
    ended: Mapping[tuple[str, str, str], int],
    sites: Sequence[str],
    themes: Sequence[str],
    earlier: Sequence[Measured] = (),
    kind: Kind = Kind.GRIEVANCE,
) -> Measured:
    """Lay a month out as if it had been measured.

    Args:
        month: which month.
        came: how many by site and theme.
        stock: opening, received and closed of each row but the whole.
        doors: how many by each way in.
        at_sites: what is counted at each site beside what came, by site and measure.
        ended: how clocks ended, by row but the whole, clock and ending.
        sites: every site.
        themes: every theme.
        earlier: the months before, for quarters and years.
        kind: of which cases.
    """
    accounts = {row: _balanced(figures) for row, figures in stock.items()}
    accounts = {ALL: _added(accounts.values()), **accounts}
    crossed = {(site, theme): came.get((site, theme), 0) for site in sites for theme in themes}
    clocks = {
        (row, str(clock), measure): _of_row(ended, row, str(clock), measure)
        for row in accounts
        for clock in CLOCKS
        for measure in (*ENDINGS, *TOUCHED)
    }
    tables = [
        Table(STOCK_FLOW, tuple(Cell((row, m), accounts[row][m]) for row in accounts for m in STOCK)),
        _margin(BY_ENTRY, doors),
        _margin(BY_THEME, {t: sum(n for (_, theme), n in crossed.items() if theme == t) for t in themes}),
        Table(TIMELINESS, (
            *(Cell(at, n) for at, n in clocks.items()),
            *(Cell((row, str(clock), days), None) for row in accounts for clock in CLOCKS for days in DAYS),
        )),
        _by_site(sites, crossed, at_sites),
    ]  # fmt: skip
    for period in periods.ending_with(month):
        before = [each for each in earlier if each.month in period.months]
        tables.append(_crossed(period, [crossed, *(each.crossed for each in before)], sites, themes))
    people = {
        (table.name, cell.at): cell.value or 0
        for table in tables
        if SPECS[table.name].rule is Rule.PEOPLE
        for cell in table.cells
    }
    people |= {(TIMELINESS, at): n for at, n in clocks.items() if at[-1] in HANDLING}
    people |= {(SITE_THEME, at): n for at, n in crossed.items()}
    return Measured(
        month=month,
        kind=kind,
        tables=tuple(replace(table, kind=str(kind)) for table in tables),
        people=people,
        rows={row: figures["opening"] + figures["received"] for row, figures in accounts.items()},
        crossed=crossed,
    )


def _balanced(figures: Mapping[str, int]) -> dict[str, int]:
    said = {measure: figures.get(measure, 0) for measure in STOCK}
    going = sum(said[measure] for measure in GOING if measure != "closing")
    return {**said, "closing": sum(said[measure] for measure in COMING) - going}


def _added(rows: Iterable[Mapping[str, int]]) -> dict[str, int]:
    found = Counter[str]()
    for figures in rows:
        found.update(figures)
    return {measure: found[measure] for measure in STOCK}


def _of_row(ended: Mapping[tuple[str, str, str], int], row: str, clock: str, measure: str) -> int:
    return sum(n for (r, c, m), n in ended.items() if (c, m) == (clock, measure) and row in (ALL, r))


def _margin(name: str, counts: Mapping[str, int]) -> Table:
    return Table(name, (Cell((ALL,), sum(counts.values())), *(Cell((m,), n) for m, n in counts.items())))


def _by_site(sites: Sequence[str], came: Came, more: Mapping[tuple[str, str], int]) -> Table:
    at = {(site, m): more.get((site, m), 0) for site in sites for m in AT_A_SITE}
    at |= {(site, "received"): sum(n for (s, _), n in came.items() if s == site) for site in sites}
    return Table(BY_SITE, tuple(
        Cell((site, m), sum(at[s, m] for s in sites if site in (ALL, s))) for m in AT_A_SITE for site in (ALL, *sites)
    ))  # fmt: skip


def _crossed(
    period: periods.Period, months: Sequence[Came], sites: Sequence[str], themes: Sequence[str]
) -> Table:
    of: Counter[tuple[str, str]] = Counter()
    for came in months:
        for (site, theme), n in came.items():
            of.update(dict.fromkeys(((site, theme), (site, ALL), (ALL, theme), (ALL, ALL)), n))
    cells = tuple(Cell((site, theme), of[site, theme]) for site in (ALL, *sites) for theme in (ALL, *themes))
    return Table(period.table, cells, period=period.name)
