"""Small numbers stay home: what of a month's figures may leave the house (trust A4, first two steps).

Accounts and timeliness of a row are printed exactly, zeros included, when ten people stand behind it. If
any operator's row has fewer, no operator's row of that month is printed, since the whole minus the others
would tell it. Breakdowns of what was received hide figures of 0 to 4 people alike, and hide one more
wherever a sum would tell. Certified masking over all tables and months comes with a later issue; until then
every release is provisional.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from grievance.vocabulary import Kind
from reports.figures import ENOUGH_FOR_MEDIAN, ENOUGH_FOR_P90, HALF, P90, Figures, Timeliness
from reports.people import Behind
from reports.tables import (
    ALL,
    BY_ENTRY,
    BY_THEME,
    CLOCKS,
    DAYS,
    ENDINGS,
    STOCK,
    STOCK_FLOW,
    TIMELINESS,
    UNROUTED,
    Cell,
    Table,
)

PEOPLE_BEHIND_A_ROW = 10
SMALLEST_PRINTED = 5
SMALLEST_HIDDEN_SUM = 5
SMALLEST_HIDDEN_PAIR = 6
PAIR = 2


@dataclass(frozen=True, slots=True)
class Printable:
    """What may be printed of a month, and what fell away whole."""

    tables: tuple[Table, ...]
    whole_is_hidden: bool
    operators_are_hidden: bool

    @property
    def is_safe(self) -> bool:
        """Tell whether enough people stand behind what is shown, or nothing is shown."""
        return not self.whole_is_hidden or all(c.value is None for t in self.tables for c in t.cells)


def disclose(
    figures: Figures,
    behind: Behind,
    *,
    channels: tuple[str, ...],
    themes: tuple[str, ...],
    kind: Kind = Kind.GRIEVANCE,
) -> Printable:
    """Decide cell by cell what may be printed.

    Args:
        figures: the exact figures.
        behind: the people behind them.
        channels: the channels that are always listed, whatever came in.
        themes: the themes that are always listed.
        kind: what kind of cases the figures are about.
    """
    whole = behind.of_row(ALL) >= PEOPLE_BEHIND_A_ROW
    operators = whole and all(behind.of_row(row) >= PEOPLE_BEHIND_A_ROW for row in counting_rows(figures))
    received = figures.stock[ALL].received if whole else None
    tables = (
        _stock_flow(figures, whole=whole, operators=operators),
        _breakdown(BY_ENTRY, figures.by_channel, behind.channels, channels, received),
        _breakdown(BY_THEME, figures.by_theme, behind.themes, themes, received),
        _timeliness(figures, whole=whole, operators=operators),
    )
    return Printable(
        tables=tuple(replace(table, kind=str(kind)) for table in tables),
        whole_is_hidden=not whole,
        operators_are_hidden=not operators,
    )


def counting_rows(figures: Figures) -> tuple[str, ...]:
    """List the rows that need ten people: every operator, and what is not yet with one if there is any."""
    return tuple(row for row in figures.rows if row != UNROUTED or not figures.stock[row].is_empty)


def mask(counts: Mapping[str, int], people: Mapping[str, int], *, total: int) -> dict[str, int | None]:
    """Hide members with few people, and as many more as it takes that no sum tells a small figure.

    What is hidden must be two cells or more and add up to five or more, six if they are exactly two; else
    the smallest that could be printed is hidden too. A total below five is told by nothing smaller.

    Returns:
        The figure of every member, `None` where it is hidden.
    """
    small = {m for m, n in counts.items() if n < SMALLEST_PRINTED or people.get(m, 0) < SMALLEST_PRINTED}
    hidden = set(small)
    by_size = sorted(counts, key=lambda member: (counts[member], member))
    while hidden and not _is_covered(hidden, counts) and len(hidden) < len(counts):
        hidden.add(next(member for member in by_size if member not in hidden))
    if sum(counts.values()) != total:
        raise ValueError(f"the parts are {sum(counts.values())}, the whole is {total}")
    return {member: None if member in hidden else n for member, n in counts.items()}


def _is_covered(hidden: set[str], counts: Mapping[str, int]) -> bool:
    together = sum(counts[member] for member in hidden)
    if len(hidden) < PAIR:
        return False
    return together >= (SMALLEST_HIDDEN_PAIR if len(hidden) == PAIR else SMALLEST_HIDDEN_SUM)


def _breakdown(
    name: str,
    counts: Mapping[str, int],
    people: Mapping[str, set[bytes]],
    always: tuple[str, ...],
    total: int | None,
) -> Table:
    members = (*always, *sorted(set(counts) - set(always)))
    if total is None:
        return Table(name, tuple(Cell((member,), None) for member in (ALL, *members)))
    masked = mask(
        {member: counts.get(member, 0) for member in members},
        {member: len(tokens) for member, tokens in people.items()},
        total=total,
    )
    return Table(name, (Cell((ALL,), total), *(Cell((member,), masked[member]) for member in members)))


def _stock_flow(figures: Figures, *, whole: bool, operators: bool) -> Table:
    cells = []
    for row in (ALL, *figures.rows):
        printed = whole if row == ALL else operators
        cells += [
            Cell((row, measure), getattr(figures.stock[row], measure) if printed else None)
            for measure in STOCK
        ]
    return Table(STOCK_FLOW, tuple(cells))


def _timeliness(figures: Figures, *, whole: bool, operators: bool) -> Table:
    cells = []
    for row in (ALL, *figures.rows):
        printed = whole if row == ALL else operators
        for clock in CLOCKS:
            times = figures.times[row, str(clock)]
            others = figures.times[ALL, str(clock)].answers - times.answers
            days = _days(times, others=others) if printed else dict.fromkeys(DAYS)
            cells += [Cell((row, str(clock), e), times.ended[e] if printed else None) for e in ENDINGS]
            cells += [Cell((row, str(clock), measure), days[measure]) for measure in DAYS]
    return Table(TIMELINESS, tuple(cells))


def _days(times: Timeliness, *, others: int) -> dict[str, int | None]:
    """Medians from ten answers, p90 from fifty, neither where it would tell of fewer than ten others."""
    apart = others == 0 or others >= ENOUGH_FOR_MEDIAN
    return {
        "median_days": times.days_within(HALF) if apart and times.answers >= ENOUGH_FOR_MEDIAN else None,
        "p90_days": times.days_within(P90) if apart and times.answers >= ENOUGH_FOR_P90 else None,
    }
