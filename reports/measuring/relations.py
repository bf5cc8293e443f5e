"""Which figures of a month have to agree with each other: what a month must keep to exist, and what a reader can subtract.

Each relation says that the figures on its left add up to those on its right. They hold exactly in what is measured.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from grievance.errors import Refused
from grievance.vocabulary import Ending, Kind, Step
from reports.measuring.measured import Measured, Place
from reports.tables import (
    ALL,
    ANSWERS_BY_TYPE,
    AT_A_SITE,
    BY_ENTRY,
    BY_SITE,
    BY_STATE,
    BY_THEME,
    COMING,
    CORRECTIONS,
    DAYS,
    ENDINGS,
    GOING,
    HEARD,
    LOOKED_AGAIN,
    OPEN_AGE,
    OVERDUE_BANDS,
    QUARTER_SITE_THEME,
    SITE_THEME,
    STOCK_FLOW,
    TIMELINESS,
    TOLD,
    TOUCHED,
    YEAR_SITE_THEME,
    Table,
)

ADDED_UP = ("opening", "received", "reopened", "closed", "closing")
"""What of the accounts the rows add up to; between two rows a move counts twice and in the whole not at all."""
SAME_AT_SITES: Mapping[str, Place] = {
    "received": (STOCK_FLOW, (ALL, "received")),
    "acknowledged_in_time": (TIMELINESS, (ALL, "acknowledge", "met")),
    "answered_in_time": (TIMELINESS, (ALL, "answer", "met")),
    "answered_late": (TIMELINESS, (ALL, "answer", "late")),
    "closed": (STOCK_FLOW, (ALL, "closed")),
}


@dataclass(frozen=True, slots=True)
class Relation:
    """Two sums that are the same."""

    left: tuple[Place, ...]
    right: tuple[Place, ...]


def relations(found: Measured) -> Iterator[Relation]:
    """List what has to hold among the tables of a month, its quarter and its year.

    Cells of `site_theme` stand for what came by site and theme in the month, which is measured and never printed.
    """
    tables = {table.name: table for table in found.tables}
    for name, table in tables.items():
        if len(table.dimensions) == 1:
            yield from _whole(table)
        elif name in (QUARTER_SITE_THEME, YEAR_SITE_THEME):
            yield from _margins(table)
    if CORRECTIONS in tables and BY_STATE in tables:
        yield Relation(((CORRECTIONS, (ALL,)),), ((BY_STATE, (str(Step.CORRECT),)),))
    yield from _accounts(tables[STOCK_FLOW])
    yield from _rows(tables[TIMELINESS])
    yield from _standing(tables)
    yield from _sites(tables[BY_SITE], tables[BY_THEME], found)
    closed, received = (STOCK_FLOW, (ALL, "closed")), (STOCK_FLOW, (ALL, "received"))
    yield Relation(((BY_ENTRY, (ALL,)),), (received,))
    yield Relation(((BY_THEME, (ALL,)),), (received,))
    if LOOKED_AGAIN in tables:
        yield Relation(((LOOKED_AGAIN, (ALL,)),), (closed,))
    if found.kind == Kind.GRIEVANCE:
        yield Relation(((ANSWERS_BY_TYPE, (ALL,)),), (closed,))


class DoesNotAddUp(Refused):
    """The figures of a month contradict each other, so there is no release of it."""


def check(found: Measured) -> None:
    """Check that a month adds up, by a second way where there is one.

    Raises:
        DoesNotAddUp: naming what does not, and both numbers.
    """
    told = contradictions(found)
    if told:
        raise DoesNotAddUp("; ".join(told))


def contradictions(found: Measured) -> tuple[str, ...]:
    """Say where a month does not add up, naming both sides; nothing where it does."""
    figures: dict[Place, int] = {
        (table.name, c.at): c.value or 0 for table in found.tables for c in table.cells
    }
    figures |= {(SITE_THEME, at): n for at, n in found.crossed.items()}

    def total(places: Iterable[Place]) -> int:
        return sum(figures.get(place, 0) for place in places)

    told = [
        f"{_named(one.right)}: {total(one.left)} by {one.left[0][0] if one.left else 'nothing'} and {total(one.right)}"
        for one in relations(found)
        if total(one.left) != total(one.right)
    ]
    for (row, clock), answers in found.answers.items():
        ended = total((TIMELINESS, (row, clock, ending)) for ending in (Ending.MET, Ending.LATE))
        if answers != ended:
            told.append(f"{row}, {clock}: {ended} ended in time or late, and {answers} have a duration")
    return tuple(told)


def _named(places: tuple[Place, ...]) -> str:
    return ", ".join(f"{name} {' '.join(at)}" for name, at in places)


def _whole(table: Table) -> Iterator[Relation]:
    members = [cell.at for cell in table.cells if cell.at[0] not in DAYS]
    if (ALL,) in members:
        yield Relation(tuple((table.name, at) for at in members if at != (ALL,)), ((table.name, (ALL,)),))


def _margins(table: Table) -> Iterator[Relation]:
    sites, themes = (table.members(dimension) for dimension in table.dimensions)
    for site in sites:
        inner = tuple((table.name, (site, theme)) for theme in themes if theme != ALL)
        yield Relation(inner, ((table.name, (site, ALL)),))
    for theme in themes:
        inner = tuple((table.name, (site, theme)) for site in sites if site != ALL)
        yield Relation(inner, ((table.name, (ALL, theme)),))


def _accounts(stock: Table) -> Iterator[Relation]:
    rows = stock.members("operator")
    for row in rows:
        yield Relation(
            tuple((STOCK_FLOW, (row, measure)) for measure in COMING),
            tuple((STOCK_FLOW, (row, measure)) for measure in GOING),
        )
    for measure in ADDED_UP:
        parts = tuple((STOCK_FLOW, (row, measure)) for row in rows if row != ALL)
        yield Relation(parts, ((STOCK_FLOW, (ALL, measure)),))


def _rows(times: Table) -> Iterator[Relation]:
    rows = times.members("operator")
    for clock in times.members("clock"):
        for measure in (*ENDINGS, *TOUCHED, HEARD, TOLD):
            parts = tuple((TIMELINESS, (row, clock, measure)) for row in rows if row != ALL)
            yield Relation(parts, ((TIMELINESS, (ALL, clock, measure)),))


def _standing(tables: Mapping[str, Table]) -> Iterator[Relation]:
    late = tables[OVERDUE_BANDS]
    rows, bands = late.members("operator"), late.members("band")
    for row in rows:
        yield Relation(
            tuple((OVERDUE_BANDS, (row, band)) for band in bands), ((STOCK_FLOW, (row, "closing")),)
        )
    for band in bands:
        parts = tuple((OVERDUE_BANDS, (row, band)) for row in rows if row != ALL)
        yield Relation(parts, ((OVERDUE_BANDS, (ALL, band)),))
    yield Relation(((OPEN_AGE, (ALL,)),), ((STOCK_FLOW, (ALL, "closing")),))


def _sites(by_site: Table, by_theme: Table, found: Measured) -> Iterator[Relation]:
    sites = [site for site in by_site.members("site") if site != ALL]
    themes = [theme for theme in by_theme.members("theme") if theme != ALL]
    for measure in AT_A_SITE:
        whole = (BY_SITE, (ALL, measure))
        yield Relation(tuple((BY_SITE, (site, measure)) for site in sites), (whole,))
        yield Relation((whole,), (SAME_AT_SITES[measure],))
    for site in sites:
        inner = tuple((SITE_THEME, at) for at in found.crossed if at[0] == site)
        yield Relation(inner, ((BY_SITE, (site, "received")),))
    for theme in themes:
        inner = tuple((SITE_THEME, at) for at in found.crossed if at[1] == theme)
        yield Relation(inner, ((BY_THEME, (theme,)),))
