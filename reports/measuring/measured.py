"""A month as it was measured, exactly: nothing of this leaves the house before the gate of disclosure.

Here stand all tables of the lattice with their true figures, and how many people stand behind each, so that what
measures need not know what may be printed, and what decides that need not know how it was measured.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection

from grievance.vocabulary import Clock, Kind
from reports.disclosure import PEOPLE_BEHIND_A_ROW
from reports.measuring import events, figures, lattice, orders, people, periods, quarterly, reviews, standing
from reports.measuring.figures import Figures
from reports.measuring.orders import Verdicts
from reports.measuring.people import Behind
from reports.measuring.periods import Period
from reports.measuring.standing import Standing
from reports.month import Month
from reports.tables import (
    AGES,
    ALL,
    AT_A_SITE,
    BY_ENTRY,
    BY_SITE,
    BY_THEME,
    CLOCKS,
    COMPLIANCE,
    ENDINGS,
    HEARD,
    LATENESS,
    NEWS,
    NOT_LATE,
    OLDEST,
    OPEN_AGE,
    OVERDUE_BANDS,
    SITE_THEME,
    STOCK,
    STOCK_FLOW,
    TIMELINESS,
    TOLD,
    TOUCHED,
    VERY_LATE,
    Cell,
    Table,
)
from workflows.registry import compliance
from workflows.rulebook import Rulebook

Place = tuple[str, tuple[str, ...]]
"""A cell: the name of its table, and where it stands in it."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One kind of case in one month: exact tables, and the people behind them.

    `people`: distinct contributors behind each cell of the tables about people; those behind `crossed` stand under
    `site_theme`, where nobody stands under neither. `rows`: distinct contributors
    behind each row of the accounts (an operator, what is not yet with one, the whole), counted up to ten at least.
    Neither is known of months of which only the figures were asked for.
    `crossed`: what was received by site and theme, which no month ever prints, for whoever adds and subtracts.
    `answers`: how many ends of a clock have a duration, by row.
    """

    month: Month
    kind: Kind
    tables: tuple[Table, ...]
    people: Mapping[Place, int]
    rows: Mapping[str, int]
    crossed: Mapping[tuple[str, str], int]
    answers: Mapping[tuple[str, str], int] = field(default_factory=dict)


def measure(conn: Connection, month: Month, *, kind: Kind, rules: Rulebook) -> Measured:
    """Measure a month; call it within one look at the database, so that its parts belong together."""
    (found,) = measure_all(conn, [month], kind=kind, rules=rules)
    return found


def measure_all(
    conn: Connection, months: Sequence[Month], *, kind: Kind, rules: Rulebook, people_of: Month | None = None
) -> list[Measured]:
    """Measure months that follow one another, within one look at the database.

    Args:
        conn: the look.
        months: the months, oldest first.
        kind: of which cases.
        rules: the mechanism.
        people_of: the only month in which people are counted; what was decided of the others does not depend on them.
    """
    counted = figures.read_all(conn, months, rules=rules, kind=kind)
    stood = standing.at_ends(conn, months, kind)
    judged = orders.verdicts(conn, months, kind)
    return [
        _measure(
            conn, month, counted[month], stood[month], judged[month],
            with_people=people_of in (None, month), kind=kind, rules=rules,
        )
        for month in months
    ]  # fmt: skip


def _measure(
    conn: Connection,
    month: Month,
    counted: Figures,
    stood: Standing,
    judged: Verdicts,
    *,
    with_people: bool,
    kind: Kind,
    rules: Rulebook,
) -> Measured:
    sites = lattice.members(lattice.sites(rules), (site for site, _ in counted.by_site))
    over = [_over(conn, period, kind, rules) for period in periods.ending_with(month)]
    over += [reviews.table(conn, each, kind) for each in periods.ending_with(month) if each.is_quarter]
    for period in periods.quarters(month):
        found_then = quarterly.counted_in(conn, period.months, kind, period.name)
        over += [(each.table, each.people) for each in found_then]
    tables = (
        _stock_flow(counted),
        _received(BY_ENTRY, counted.by_channel, lattice.channels(rules)),
        _received(BY_THEME, counted.by_theme, lattice.themes(rules)),
        _timeliness(counted, stood, kind),
        *events.tables(kind, counted.measures),
        *_standing(stood, (ALL, *counted.rows)),
        _compliance(judged.counts),
        _by_site(counted, sites),
    )
    rows = (ALL, *counted.rows)
    behind = (
        people.behind(conn, month, enough=PEOPLE_BEHIND_A_ROW, rows=rows, kind=kind) if with_people else None
    )
    found = {} if behind is None else _people(kind, behind, stood, judged.behind)
    for _, people_then in over:
        found |= people_then
    return Measured(
        month=month,
        kind=kind,
        tables=(*(replace(table, kind=str(kind)) for table in tables), *(table for table, _ in over)),
        people=found,
        rows={} if behind is None else {row: behind.of_row(row) for row in rows},
        crossed=counted.crossed,
        answers={at: times.answers for at, times in counted.times.items()},
    )


def _people(
    kind: Kind, behind: Behind, stood: Standing, judged: Mapping[str, set[bytes]]
) -> dict[Place, int]:
    found: dict[Place, int] = {
        (name, (member,)): len(tokens)
        for name, by in ((BY_ENTRY, behind.channels), (BY_THEME, behind.themes))
        for member, tokens in by.items()
    }
    found |= {(BY_SITE, at): len(tokens) for at, tokens in behind.sites.items()}
    found |= {(TIMELINESS, at): len(tokens) for at, tokens in behind.handled.items()}
    found |= {(SITE_THEME, at): len(tokens) for at, tokens in behind.crossed.items()}
    found |= events.people(kind, behind.events)
    found |= {(OPEN_AGE, (band,)): stood.of_age(band) for band in stood.people}
    found |= {(COMPLIANCE, (verdict,)): len(tokens) for verdict, tokens in judged.items()}
    return found


def _over(conn: Connection, period: Period, kind: Kind, rules: Rulebook) -> tuple[Table, dict[Place, int]]:
    crossed = periods.received(conn, period.months, kind)
    table = crossed.table(
        period.table,
        sites=lattice.members(lattice.sites(rules), (site for site, _ in crossed.counts if site != ALL)),
        themes=lattice.members(lattice.themes(rules), (theme for _, theme in crossed.counts if theme != ALL)),
        kind=kind,
        period=period.name,
    )
    return table, {(period.table, at): n for at, n in crossed.people.items()}


def _standing(stood: Standing, rows: tuple[str, ...]) -> tuple[Table, Table]:
    late = tuple(
        Cell((row, band), stood.late.get((row, band), 0))
        for row in rows
        for band in (NOT_LATE, *LATENESS, VERY_LATE)
    )
    ages = tuple(Cell((band,), stood.ages.get(band, 0)) for band in (ALL, *AGES, OLDEST))
    return Table(OVERDUE_BANDS, late), Table(OPEN_AGE, ages)


def _compliance(verdicts: Mapping[str, int]) -> Table:
    listed = (ALL, *compliance.VERDICTS)
    return Table(COMPLIANCE, tuple(Cell((verdict,), verdicts.get(verdict, 0)) for verdict in listed))


def _by_site(counted: Figures, sites: tuple[str, ...]) -> Table:
    cells = []
    for measure in AT_A_SITE:
        parts = {site: counted.by_site.get((site, measure), 0) for site in sites}
        cells += [
            Cell((ALL, measure), sum(parts.values())),
            *(Cell((s, measure), n) for s, n in parts.items()),
        ]
    return Table(BY_SITE, tuple(cells))


def _stock_flow(counted: Figures) -> Table:
    rows = (ALL, *counted.rows)
    return Table(
        STOCK_FLOW, tuple(Cell((row, m), getattr(counted.stock[row], m)) for row in rows for m in STOCK)
    )


def _received(name: str, counts: Mapping[str, int], fixed: tuple[str, ...]) -> Table:
    whole = Cell((ALL,), sum(counts.values()))
    listed = lattice.members(fixed, counts)
    return Table(name, (whole, *(Cell((member,), counts.get(member, 0)) for member in listed)))


def _timeliness(counted: Figures, stood: Standing, kind: Kind) -> Table:
    cells = []
    for row in (ALL, *counted.rows):
        for clock in map(str, CLOCKS):
            times = counted.times[row, clock]
            cells += [Cell((row, clock, ending), times.ended[ending]) for ending in ENDINGS]
            cells += [
                Cell((row, clock, "median_days"), times.days_within(figures.HALF)),
                Cell((row, clock, "p90_days"), times.days_within(figures.P90)),
                Cell((row, clock, "median_net_days"), times.net_days_within(figures.HALF)),
                Cell((row, clock, "p90_net_days"), times.net_days_within(figures.P90)),
            ]
            cells += [Cell((row, clock, each), times.touched[each]) for each in TOUCHED]
            if clock == Clock.ANSWER and kind == Kind.GRIEVANCE:
                cells.append(Cell((row, clock, HEARD), times.heard))
        cells.append(Cell((row, NEWS, TOLD), stood.told.get(row, 0)))
    return Table(TIMELINESS, tuple(cells))
