"""Months woven together: every figure of every table is one cell of one lattice, however many tables show it.

What a month received stands in its account, by entry, by theme and by site: it is one cell. What one month leaves
open is what the next one opens with: one cell. Members add up to `all`, months to quarters and quarters to years,
sites to their operators. Where nobody counted how two dimensions cross, cells that no table shows stand for it, so
that whoever adds and subtracts finds no more in the public tables than we look for here.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from grievance.vocabulary import CASE_KINDS, Kind, Step
from reports.masking import Cell, Sum, Sums
from reports.measuring.measured import Measured
from reports.month import Month
from reports.tables import (
    ALL,
    ANSWERS_BY_TYPE,
    BY_ENTRY,
    BY_SITE,
    BY_STATE,
    BY_THEME,
    COMING,
    CORRECTIONS,
    DAYS,
    GOING,
    LOOKED_AGAIN,
    NET_DAYS,
    NOT_STATED,
    OPEN_AGE,
    OVERDUE_BANDS,
    QUARTER_SITE_THEME,
    REPEATED,
    REVIEW_TIMES,
    REVIEWS_DECIDED,
    REVIEWS_FILED,
    REVIEWS_WHY,
    SPECS,
    STOCK_FLOW,
    TIMELINESS,
    UNROUTED,
    YEAR_SITE_THEME,
    Rule,
    Table,
    rule_of,
)

ALL_DAYS = (*DAYS, *NET_DAYS)
RECEIVED = "received"
OPEN = "open"
"""What stood open when a month began."""
COUNTS: Mapping[tuple[str, str], str] = {
    **{
        (table, str(kind)): RECEIVED
        for table in (BY_ENTRY, BY_THEME, QUARTER_SITE_THEME, YEAR_SITE_THEME)
        for kind in CASE_KINDS
    },
    **{(OPEN_AGE, str(kind)): "closing" for kind in CASE_KINDS},
    **{(REVIEW_TIMES, str(kind)): REVIEWS_DECIDED for kind in CASE_KINDS},
    (ANSWERS_BY_TYPE, str(Kind.GRIEVANCE)): "closed",
    **{(LOOKED_AGAIN, str(kind)): "closed" for kind in CASE_KINDS},
    (REPEATED, str(Kind.GRIEVANCE)): "closed",
    **{(CORRECTIONS, str(kind)): f"{BY_STATE}:{Step.CORRECT}" for kind in CASE_KINDS},
}
"""What tables count that do not say so in a dimension, and another table counts as well; any other counts its own."""
MEASURES_ARE_SHARED = (STOCK_FLOW, TIMELINESS, BY_SITE)
"""Tables whose measures go by their names alone, since they stand in several of them."""
SAME: Mapping[str, str] = {
    "acknowledged_in_time": "acknowledge:met",
    "answered_in_time": "answer:met",
    "answered_late": "answer:late",
}
"""Measures that another table calls otherwise."""
BY_A_REVIEWER = ("not_upheld_by_independent_reviewer", "no_contact", "out_of_scope_explained")
"""Ends that are a reviewer's: whoever ended so was looked at again."""
MOVES = ("moved_in", "moved_out")
"""Between operators: of the whole, only what came from or went to the protected track."""
ONE_DIMENSION = 3
"""How long the name of a cell is that stands in one dimension: period, measure, and where."""
ASKED_BY_PEOPLE = ("internal", "independent")
"""Of the reviews of a month, those that people asked for; the reasons of a quarter are theirs."""
MONTHS_IN_A_QUARTER, MONTHS_IN_A_YEAR, QUARTERS = 3, 12, 4


class Contradiction(ValueError):
    """Two tables count the same thing and do not agree."""


@dataclass(frozen=True)
class Woven:
    """All months of one kind as cells and sums: `of` says which cell a figure of a table is."""

    values: Mapping[Cell, int]
    people: Mapping[Cell, int]
    sums: Sums
    accounts: Sums
    """Those of the sums that are about the accounts alone."""
    of_accounts: frozenset[Cell]
    """What the accounts say, which is printed by rows or not at all."""
    implied: frozenset[Cell]
    """What was received by site and theme in a month, and the like: cells that no table shows."""


def cells_of(table: Table, month: Month) -> dict[tuple[str, ...], Cell | None]:
    """Name the cell that each figure of a table is; none where it cannot be added up (a median).

    Args:
        table: the table.
        month: the month of its release.
    """
    added = summed(table)
    which = (table.name, table.kind, table.period or str(month))
    return {cell.at: _named(which, cell.at, added) for cell in table.cells}


@lru_cache(maxsize=1 << 15)  # every release names again every cell that was ever printed
def _named(which: tuple[str, str, str], at: tuple[str, ...], added: tuple[str, ...]) -> Cell | None:
    table, kind, period = which
    names, where = [], []
    for dimension, member in zip(SPECS[table].dimensions, at, strict=True):
        if dimension not in added:
            names.append(member)
        elif member != ALL:
            where.append(f"{dimension}={member}")
    if any(member in ALL_DAYS for member in at):
        return None
    if table not in MEASURES_ARE_SHARED:
        names = [COUNTS.get((table, kind), table), *names]
    measure = ":".join(names)
    if measure in {"opening", "closing"}:
        first, last = _ends(period)
        return (str(first if measure == "opening" else last.next), OPEN, *sorted(where))
    return (period, SAME.get(measure, measure), *sorted(where))


def summed(table: Table) -> tuple[str, ...]:
    """List the dimensions of a table whose members add up: those that have a member `all`."""
    there = {n for cell in table.cells for n, member in enumerate(cell.at) if member == ALL}
    return tuple(dimension for n, dimension in enumerate(table.dimensions) if n in there)


def weave(history: Sequence[Measured], *, sites: Mapping[str, str]) -> Woven:
    """Weave months that follow one another, of one kind.

    Args:
        history: every month from the first to the last, measured.
        sites: the operator of each site.
    """
    return _Loom(sites).weave(history)


@dataclass
class _Loom:
    sites: Mapping[str, str]
    values: dict[Cell, int] = field(default_factory=dict)
    people: dict[Cell, int] = field(default_factory=dict)
    sums: list[Sum] = field(default_factory=list)
    accounts: list[Sum] = field(default_factory=list)
    of_accounts: set[Cell] = field(default_factory=set)
    implied: set[Cell] = field(default_factory=set)

    def weave(self, history: Sequence[Measured]) -> Woven:
        themes = sorted(
            _members(history, BY_THEME, "theme") | {theme for m in history for _, theme in m.crossed}
        )
        places = sorted(_members(history, BY_SITE, "site") | {site for m in history for site, _ in m.crossed})
        for each in history:
            for table in each.tables:
                if SPECS[table.name].rule is not Rule.OWN:
                    self._table(each, table)
            for period in dict.fromkeys(table.period or str(each.month) for table in each.tables):
                self._account(period)
            self._crossed(each, places, themes)
            self._looked_again(str(each.month))
        self._operators()
        self._periods()
        self._reviews()
        accounts = Sums(tuple(dict.fromkeys(self.accounts)))
        sums = Sums(tuple(dict.fromkeys((*accounts.all, *self.sums))))
        return Woven(
            self.values, self.people, sums, accounts, frozenset(self.of_accounts), frozenset(self.implied)
        )

    def _table(self, measured: Measured, table: Table) -> None:
        named = cells_of(table, measured.month)
        for at, n in ((cell.at, cell.value) for cell in table.cells):
            cell = named[at]
            if cell is None or n is None:
                continue
            is_account = rule_of(table.name, at) is Rule.ACCOUNT
            if self.values.setdefault(cell, n) != n:
                raise Contradiction(f"{table.name} counts {' '.join(cell)} otherwise than another table")
            if is_account:
                self.of_accounts.add(cell)
            elif (table.name, at) in measured.people or ALL not in at:
                behind = measured.people.get((table.name, at), 0)
                self.people[cell] = max(behind, self.people.get(cell, 0))
        for dimension in summed(table):
            for one in self._sums(named, table.dimensions.index(dimension)):
                (self.accounts if one.whole in self.of_accounts else self.sums).append(one)

    def _sums(self, named: Mapping[tuple[str, ...], Cell | None], n: int) -> Iterator[Sum]:
        """Add up the members of one dimension."""
        parts: dict[tuple[str, ...], list[Cell]] = defaultdict(list)
        for at, cell in named.items():
            if cell is not None and at[n] != ALL:
                parts[*at[:n], ALL, *at[n + 1 :]].append(cell)
        for at, found in parts.items():
            whole = named[at]
            if whole is not None and whole[1] in MOVES:
                yield from self._moved(whole, tuple(found))
            elif whole is not None:
                yield Sum(whole, tuple(found))

    def _moved(self, whole: Cell, parts: tuple[Cell, ...]) -> Iterator[Sum]:
        """What moved between operators moved in and out alike, and stands in no whole."""
        between, both = (whole[0], "moved", *whole[2:]), (whole[0], f"{whole[1]}+moved", *whole[2:])
        there = sum(self.values[part] for part in parts) - self.values[whole]
        if there >= 0 and self.values.setdefault(between, there) == there:
            self.values[both] = self.values[whole] + there
            yield from (Sum(both, (whole, between)), Sum(both, parts))

    def _account(self, period: str) -> None:
        """What was open and came is what went and is left, in every row."""
        first, last = _ends(period)
        mine = [cell for cell in self.values if cell[0] == period]
        for row in [cell[2:] for cell in mine if cell[1] == "reopened"]:
            coming, going = (
                tuple(
                    (str(first), OPEN, *row)
                    if measure == "opening"
                    else (str(last.next), OPEN, *row)
                    if measure == "closing"
                    else (period, measure, *row)
                    for measure in side
                )
                for side in (COMING, GOING)
            )
            bands = tuple(
                cell for cell in mine if cell[2:] == row and cell[1].startswith(f"{OVERDUE_BANDS}:")
            )
            if bands:
                self.accounts.append(Sum((str(last.next), OPEN, *row), bands))
            load = (period, "load", *row)
            self.values[load] = sum(self.values[cell] for cell in coming)
            self.accounts += [Sum(load, coming), Sum(load, going)]

    def _crossed(self, measured: Measured, sites: Sequence[str], themes: Sequence[str]) -> None:
        """What was received by site and theme: nobody prints it of a month, and everybody can reckon with it."""
        month = str(measured.month)
        if not measured.crossed and self.values.get((month, RECEIVED), 0):
            return  # nobody counted it

        def inner(site: str, theme: str) -> Cell:
            return (month, RECEIVED, f"site={site}", f"theme={theme}")

        for site in sites:
            for theme in themes:
                self.values[inner(site, theme)] = measured.crossed.get((site, theme), 0)
                self.implied.add(inner(site, theme))
        for site in sites:
            whole = (month, RECEIVED, f"site={site}")
            self.values.setdefault(whole, sum(measured.crossed.get((site, theme), 0) for theme in themes))
            self.sums.append(Sum(whole, tuple(inner(site, theme) for theme in themes)))
        for theme in themes:
            whole = (month, RECEIVED, f"theme={theme}")
            self.values.setdefault(whole, sum(measured.crossed.get((site, theme), 0) for site in sites))
            self.sums.append(Sum(whole, tuple(inner(site, theme) for site in sites)))

    def _looked_again(self, month: str) -> None:
        """Who was looked at again ended by a reviewer, or otherwise: how many otherwise, no table says."""
        whole = (month, "closed", "again=yes")
        ends = [(month, "closed", f"answer={end}") for end in BY_A_REVIEWER]
        if whole in self.values and all(end in self.values for end in ends):
            rest = self.values[whole] - sum(self.values[end] for end in ends)
            if rest >= 0:  # else a reviewer's end was once an officer's, and nobody can reckon with it
                other = (month, "closed", "again=yes", "answer=other")
                self.values[other] = rest
                self.implied.add(other)
                self.sums.append(Sum(whole, (*ends, other)))

    def _operators(self) -> None:
        """A case counts for the operator of its site, or is not with one yet, or has no site: one of each is known."""
        found: dict[tuple[str, str], dict[str, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
        for cell, n in self.values.items():
            if len(cell) == ONE_DIMENSION and not is_long(cell[0]):
                dimension, _, member = cell[2].partition("=")
                found[cell[0], cell[1]][dimension][member] = n
        for (month, measure), by in found.items():
            if by.get("site") and by.get("operator"):
                self._cross_operators(month, measure, by["site"], by["operator"])

    def _cross_operators(
        self, month: str, measure: str, sites: Mapping[str, int], rows: Mapping[str, int]
    ) -> None:
        left_of, left_at = dict(rows), dict(sites)
        inner: dict[tuple[str, str], int] = {}
        pairs = [(self.sites[site], site) for site in sites if self.sites.get(site) in rows]
        pairs += [(row, site) for site in sites for row in rows if site == NOT_STATED and row != UNROUTED]
        pairs += [(UNROUTED, site) for site in sites if UNROUTED in rows]
        for row, site in pairs:
            n = inner[row, site] = min(left_of[row], left_at[site])
            left_of[row] -= n
            left_at[site] -= n
        if any(left_of.values()) or any(left_at.values()):
            return  # a site that changed hands, or a case counted elsewhere: then nobody can reckon with it

        def name(row: str, site: str) -> Cell:
            return (month, measure, f"operator={row}", f"site={site}")

        self.values |= {name(row, site): n for (row, site), n in inner.items()}
        for row in rows:
            parts = tuple(name(r, s) for r, s in inner if r == row)
            if parts:
                self.sums.append(Sum((month, measure, f"operator={row}"), parts))
        for site in sites:
            parts = tuple(name(r, s) for r, s in inner if s == site)
            if parts:
                self.sums.append(Sum((month, measure, f"site={site}"), parts))

    def _reviews(self) -> None:
        """Why people asked for a review is told of a quarter; how many asked, its months tell."""
        for cell in [cell for cell in self.values if cell[1:] == (REVIEWS_WHY,)]:
            first, last = _ends(cell[0])
            months = [str(first), str(first.next), str(last)]
            parts = tuple(
                (month, REVIEWS_FILED, f"review={member}") for month in months for member in ASKED_BY_PEOPLE
            )
            if all(part in self.values for part in parts):
                self.sums.append(Sum(cell, parts))

    def _periods(self) -> None:
        """Months add up to their quarter, quarters to their year, months to the year where there are no quarters."""
        for cell in [cell for cell in self.values if is_long(cell[0])]:
            parts = next((found for found in _parts(cell) if all(part in self.values for part in found)), ())
            if parts and cell[1] != OPEN:
                self.sums.append(Sum(cell, parts))


def _members(history: Sequence[Measured], table: str, dimension: str) -> set[str]:
    """Name what a table has a row for: of what never came, readers do not know that it never did."""
    found = (each for measured in history for each in measured.tables if each.name == table)
    return {member for each in found for member in each.members(dimension) if member != ALL}


def _parts(cell: Cell) -> Iterator[tuple[Cell, ...]]:
    period, *rest = cell
    year, _, quarter = period.partition("-Q")
    if quarter:
        last = int(quarter) * MONTHS_IN_A_QUARTER
        yield _each((f"{year}-{n:02d}" for n in range(last - 2, last + 1)), rest)
    else:
        yield _each((f"{year}-Q{n}" for n in range(1, QUARTERS + 1)), rest)
        yield _each((f"{year}-{n:02d}" for n in range(1, MONTHS_IN_A_YEAR + 1)), rest)


def _each(periods: Iterable[str], rest: Sequence[str]) -> tuple[Cell, ...]:
    return tuple((period, *rest) for period in periods)


def is_long(period: str) -> bool:
    """Tell whether a period is a quarter or a year."""
    return "Q" in period or "-" not in period


def _ends(period: str) -> tuple[Month, Month]:
    """Name the first and the last month of a period."""
    year, _, rest = period.partition("-")
    if rest.startswith("Q"):
        last = int(rest[1:]) * MONTHS_IN_A_QUARTER
        return Month(int(year), last - 2), Month(int(year), last)
    if not rest:
        return Month(int(year), 1), Month(int(year), MONTHS_IN_A_YEAR)
    return Month.parse(period), Month.parse(period)
