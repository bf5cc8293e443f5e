"""Quarters and years: counted again from the entries, never added up from months.

People are counted once a quarter and once a year, however often they came, so neither their number nor what may be
printed follows from what the months say.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection

from grievance.vocabulary import Kind
from reports.measuring import people
from reports.month import Month
from reports.tables import ALL, QUARTER_SITE_THEME, YEAR_SITE_THEME, Cell, Table

MONTHS_IN_A_QUARTER = 3
MONTHS_IN_A_YEAR = 12


@dataclass(frozen=True, slots=True)
class Period:
    """A quarter or a year: how it is written, its months, and the table that is about it."""

    name: str
    months: tuple[Month, ...]
    table: str

    @property
    def is_quarter(self) -> bool:
        """Whether it is a quarter, and no year."""
        return len(self.months) == MONTHS_IN_A_QUARTER


@dataclass(frozen=True, slots=True)
class Crossed:
    """What was received by site and theme, the sums with `all` included, and the people behind each."""

    counts: Mapping[tuple[str, str], int] = field(default_factory=dict)
    people: Mapping[tuple[str, str], int] = field(default_factory=dict)

    def table(
        self, name: str, *, sites: tuple[str, ...], themes: tuple[str, ...], kind: Kind, period: str
    ) -> Table:
        """Lay it out: every site by every theme, with the sums."""
        cells = tuple(
            Cell((site, theme), self.counts.get((site, theme), 0))
            for site in (ALL, *sites)
            for theme in (ALL, *themes)
        )
        return Table(name, cells, kind=str(kind), period=period)


def ending_with(month: Month) -> Iterator[Period]:
    """List the quarter and the year that end with a month."""
    if month.number % MONTHS_IN_A_QUARTER == 0:
        number = month.number // MONTHS_IN_A_QUARTER
        yield Period(f"{month.year:04d}-Q{number}", _last(month, MONTHS_IN_A_QUARTER), QUARTER_SITE_THEME)
    if month.number == MONTHS_IN_A_YEAR:
        yield Period(f"{month.year:04d}", _last(month, MONTHS_IN_A_YEAR), YEAR_SITE_THEME)


def quarters(month: Month) -> tuple[Period, ...]:
    """Name the quarter that ends with a month, if one does."""
    return tuple(each for each in ending_with(month) if len(each.months) == MONTHS_IN_A_QUARTER)


def received(conn: Connection, months: tuple[Month, ...], kind: Kind) -> Crossed:
    """Count what was received in some months by site and theme, and who stands behind it."""
    counts: dict[tuple[str, str], int] = {}
    behind: dict[tuple[str, str], set[bytes]] = {}
    for site, theme, token in people.received_at(conn, months, kind):
        for place in ((site, theme), (site, ALL), (ALL, theme), (ALL, ALL)):
            counts[place] = counts.get(place, 0) + 1
            behind.setdefault(place, set()).add(token)
    return Crossed(counts, {place: len(tokens) for place, tokens in behind.items()})


def _last(month: Month, count: int) -> tuple[Month, ...]:
    return tuple(month.back(n) for n in reversed(range(count)))
