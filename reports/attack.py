"""The attack: what somebody can work out who keeps every release and does nothing but reckon (trust A6).

It reads published documents and nothing else, and shares no code with what masks them: it sets up again by itself how
cells add up, within a table, between tables, over months, quarters and years, and asks of every cell that is not shown
how little and how much it can be. Whole tables that agree with all that is printed are its witnesses.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

Name = tuple[str, ...]
"""A quantity: kind, period, what is counted, and where."""
ALL, FEW, NARROW = "all", 5, 3
ACCOUNTS = ("stock_flow", "timeliness", "overdue_bands")
"""Tables that say how cases were handled, exactly where ten people stand behind a row."""
RECEIVED = ("by_entry", "by_theme", "quarter_site_theme", "year_site_theme")
AT_A_SITE = {"acknowledged_in_time": "acknowledge met", "answered_in_time": "answer met"}
NOT_COUNTS = ("median_days", "p90_days", "median_net_days", "p90_net_days")
MUCH = 10**7


class Why(StrEnum):
    """What is wrong with a cell."""

    PRINTED_FEW = "prints fewer than five"
    CHANGED = "changed from one version to another"
    DETERMINED = "can only be one number"
    SOMEBODY = "holds somebody, of fewer than five"
    NARROW = "is known to within two"


@dataclass(frozen=True, slots=True)
class Found:
    """A cell of which too much can be worked out: where it stands, why, and between what it must lie."""

    cell: Name
    why: Why
    low: int = 0
    high: int = 0


@dataclass(frozen=True, slots=True)
class Report:
    """What an attacker read, what they tried, and what they found."""

    documents: int
    printed: int
    hidden: int
    programs: int
    found: tuple[Found, ...]


@dataclass
class _Reading:
    """Everything that the documents say."""

    printed: dict[Name, int] = field(default_factory=dict)
    exact: dict[Name, int] = field(default_factory=dict)
    hidden: set[Name] = field(default_factory=set)
    hidden_accounts: set[Name] = field(default_factory=set)
    equal: list[dict[Name, int]] = field(default_factory=list)
    """Sums that are nothing: how often each quantity stands in it."""
    found: list[Found] = field(default_factory=list)
    members: dict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))


def attack(documents: Sequence[Mapping[str, Any]], *, sites: Mapping[str, str] | None = None) -> Report:
    """Work out from documents what can be worked out.

    Args:
        documents: the JSON of releases, all versions, in any order.
        sites: which operator each site belongs to, as everybody there knows.
    """
    said = _Reading()
    for document in sorted(documents, key=lambda each: str(each["month"])):
        for table in document["tables"]:
            if table["kind"] != "mechanism":
                _read(said, str(document["month"]), table)
    said.hidden -= set(said.printed)
    said.hidden_accounts -= set(said.printed)
    never = set(_relate(said, sites or {}))
    worked = _work_out(said, never)
    return Report(
        len(documents), len(said.printed), len(said.hidden) + len(said.hidden_accounts), worked[1],
        (*said.found, *worked[0]),
    )  # fmt: skip


def _read(said: _Reading, month: str, table: Mapping[str, Any]) -> None:
    dimensions = tuple(table["dimensions"])
    added = [d for d in dimensions if any(cell[d] == ALL for cell in table["cells"])]
    groups: dict[tuple[str, tuple[str, ...]], dict[Name, int]] = defaultdict(dict)
    for cell in table["cells"]:
        name = _name(month, table, cell, added)
        if name is None:
            continue
        is_account = table["name"] in ACCOUNTS
        if cell["value"] is None:
            (said.hidden_accounts if is_account else said.hidden).add(name)
        else:
            if said.printed.setdefault(name, cell["value"]) != cell["value"]:
                said.found.append(Found(name, Why.CHANGED, said.printed[name], cell["value"]))
            if is_account:
                said.exact[name] = cell["value"]
            elif cell["value"] < FEW and name not in said.exact:
                said.found.append(Found(name, Why.PRINTED_FEW, cell["value"], cell["value"]))
        for dimension in added:
            rest = tuple(cell[d] for d in dimensions if d != dimension)
            groups[dimension, rest][name] = -1 if cell[dimension] == ALL else 1
            if cell[dimension] != ALL:
                said.members[str(table["kind"]), dimension].add(cell[dimension])
    for group in groups.values():
        moved = [
            name for name, factor in group.items() if factor < 0 and name[2] in ("moved_in", "moved_out")
        ]
        if moved:  # what moves from one operator to another moves in and out, and neither for the whole
            group[*moved[0][:2], "between operators"] = -1
        said.equal.append(group)


def _name(month: str, table: Mapping[str, Any], cell: Mapping[str, Any], added: Sequence[str]) -> Name | None:
    what = [str(cell[d]) for d in table["dimensions"] if d not in added]
    where = sorted(f"{d}:{cell[d]}" for d in added if cell[d] != ALL)
    if any(each in NOT_COUNTS for each in what):
        return None
    kind, name, period = str(table["kind"]), str(table["name"]), str(table["period"] or month)
    if name in RECEIVED:
        what = ["received"]
    elif name == "by_site":
        what = [AT_A_SITE.get(each, each) for each in what]
    elif name == "open_age":
        what = ["closing"]
    elif name == "answers_by_type" and kind == "grievance":
        what = ["closed"]
    elif name not in ("stock_flow", "timeliness"):
        what = [name, *what]
    counted = " ".join(what)
    if counted in ("opening", "closing"):
        return (kind, _edge(period, after=counted == "closing"), "open", *where)
    return (kind, period, counted, *where)


def _edge(period: str, *, after: bool) -> str:
    """Name the month that begins when a period begins, or after it ends."""
    months = _months(period)
    year, number = map(int, months[-1 if after else 0].split("-"))
    if after:
        year, number = (year + 1, 1) if number == 12 else (year, number + 1)  # noqa: PLR2004
    return f"{year:04d}-{number:02d}"


def _months(period: str) -> list[str]:
    year, _, rest = period.partition("-")
    if not rest:
        return [f"{year}-{n:02d}" for n in range(1, 13)]
    if rest.startswith("Q"):
        return [f"{year}-{n:02d}" for n in range(3 * int(rest[1:]) - 2, 3 * int(rest[1:]) + 1)]
    return [period]


def _relate(said: _Reading, sites: Mapping[str, str]) -> Iterator[Name]:
    """Add what holds between tables and over time; give back quantities that no table shows."""
    names = {*said.printed, *said.hidden, *said.hidden_accounts}
    for kind, period, what, *where in sorted(names):
        if what == "reopened":
            opens, closes = _edge(period, after=False), _edge(period, after=True)
            coming = {(kind, period, w, *where): 1 for w in ("received", "reopened", "moved_in")}
            going = {(kind, period, w, *where): -1 for w in ("closed", "moved_out")}
            said.equal.append(
                {(kind, opens, "open", *where): 1, **coming, **going, (kind, closes, "open", *where): -1}
            )
            bands = {
                n: 1 for n in names
                if n[0] == kind and n[1] == period and n[2].startswith("overdue_bands") and list(n[3:]) == where
            }  # fmt: skip
            if bands:
                said.equal.append({(kind, closes, "open", *where): -1, **bands})
    long = sorted(n for n in names if len(_months(n[1])) > 1 and n[2] == "received")
    crossed: set[tuple[str, str]] = set()
    for kind, period, what, *where in long:
        months = {(kind, month, what, *where): 1 for month in _months(period)}
        said.equal.append({(kind, period, what, *where): -1, **months})
        crossed |= {(kind, month) for month in _months(period)}
    for kind, month in sorted(crossed):
        yield from _inner(said, kind, month)
    for kind, month, what in sorted({n[:3] for n in names if n[3:4] and n[3].startswith("site:")}):
        if len(_months(month)) == 1:
            _operators(said, (kind, month, what), names, sites)


def _inner(said: _Reading, kind: str, month: str) -> Iterator[Name]:
    """What was received in a month at a site about a theme: no table says it, and all of them together may."""
    for one, other in (("site", "theme"), ("theme", "site")):
        for member in said.members[kind, one]:
            parts = {
                (kind, month, "received", *sorted((f"{one}:{member}", f"{other}:{m}"))): 1
                for m in said.members[kind, other]
            }
            said.equal.append({(kind, month, "received", f"{one}:{member}"): -1, **parts})
            yield from parts


def _operators(said: _Reading, what: Name, names: set[Name], sites: Mapping[str, str]) -> None:
    """A case at a site is its operator's, or nobody's yet; a case of an operator may have no site."""
    rows = {
        n[3].partition(":")[2] for n in names if n[:3] == what and n[3:4] and n[3].startswith("operator:")
    }
    there = {n[3].partition(":")[2] for n in names if n[:3] == what and n[3:4] and n[3].startswith("site:")}
    of_row: dict[str, dict[Name, int]] = defaultdict(dict)
    of_site: dict[str, dict[Name, int]] = defaultdict(dict)
    for site in there:
        for row in rows:
            if row == "unrouted" or site == "not_stated" or sites.get(site) == row:
                both = (*what, f"operator:{row}", f"site:{site}")
                of_row[row][both] = of_site[site][both] = 1
    if set(of_row) == rows and set(of_site) == there:
        said.equal += [{(*what, f"operator:{row}"): -1, **parts} for row, parts in of_row.items()]
        said.equal += [{(*what, f"site:{site}"): -1, **parts} for site, parts in of_site.items()]


def _work_out(said: _Reading, never: Iterable[Name]) -> tuple[list[Found], int]:
    """Bound every cell that is not shown, by all that is printed and by the accounts alone."""
    everything, accounts = _System(said.equal, said.printed), _System(said.equal, said.exact)
    found: list[Found] = []
    for name in sorted(said.hidden | said.hidden_accounts | set(never)):
        is_account = name in said.hidden_accounts and name not in said.hidden
        low, high = everything.bounds(name, wide_enough=NARROW)
        why = _why(low, high, loosely=is_account or name not in said.hidden)
        # What the accounts say of ten people and more they say on purpose.
        if why and (is_account or accounts.bounds(name, wide_enough=MUCH) != (low, high)):
            found.append(Found(name, why, low, high))
    return found, everything.programs + accounts.programs


def _why(low: int, high: int, *, loosely: bool) -> Why | None:
    if high == 0 or (loosely and low >= FEW and low != high):
        return None
    if low == high:
        return Why.DETERMINED if not loosely or low < FEW else None
    if low > 0 and high < FEW:
        return Why.SOMEBODY
    return Why.NARROW if high - low < NARROW and not loosely else None


class _System:
    """Equations over what is not known, and whole tables that solve them."""

    def __init__(self, equal: Iterable[Mapping[Name, int]], known: Mapping[Name, int]) -> None:
        self.programs = 0
        self._rows: list[tuple[dict[Name, int], int]] = []
        rows_of: dict[Name, list[int]] = defaultdict(list)
        for row in equal:
            left = {name: factor for name, factor in row.items() if name not in known}
            right = -sum(factor * known[name] for name, factor in row.items() if name in known)
            if left:
                for name in left:
                    rows_of[name].append(len(self._rows))
                self._rows.append((left, right))
        self._part_of: dict[Name, _Part] = {}
        for name in rows_of:
            if name not in self._part_of:
                part = self._spread(name, rows_of)
                self._part_of |= dict.fromkeys(part.place, part)

    def _spread(self, start: Name, rows_of: Mapping[Name, list[int]]) -> "_Part":
        names, rows, edge = {start}, set[int](), [start]
        while edge:
            for n in rows_of[edge.pop()]:
                if n not in rows:
                    rows.add(n)
                    new = set(self._rows[n][0]) - names
                    names |= new
                    edge += new
        return _Part(sorted(names), [self._rows[n] for n in sorted(rows)])

    def bounds(self, name: Name, *, wide_enough: int) -> tuple[int, int]:
        part = self._part_of.get(name)
        if part is None:
            return 0, MUCH
        before = part.programs
        found = part.bounds(name, wide_enough=wide_enough)
        self.programs += part.programs - before
        return found


class _Part:
    """Unknowns that hang together."""

    def __init__(self, names: Sequence[Name], rows: Sequence[tuple[Mapping[Name, int], int]]) -> None:
        import highspy  # noqa: PLC0415  only who attacks or publishes has it

        self.place = {name: n for n, name in enumerate(names)}
        solver: Any = highspy.Highs
        self._model = solver()
        self._model.silent()
        self._model.setOptionValue("mip_rel_gap", 0.0)
        for _ in names:
            self._model.addVar(0, MUCH)
        for row, right in rows:
            self._model.addRow(right, right, len(row), [self.place[name] for name in row], list(row.values()))
        self._tables: list[Sequence[int]] = []
        self.programs = 0

    def bounds(self, name: Name, *, wide_enough: int) -> tuple[int, int]:
        """Give the least and the most, or a least and a most that are far enough apart to say nothing."""
        at = self.place[name]
        seen = [table[at] for table in self._tables]
        for way in (1, -1):
            if seen and min(seen) == 0 and max(seen) >= max(FEW, wide_enough):
                break
            table = self._furthest(at, way)
            if table is None:
                return 0, MUCH
            self._tables.append(table)
            seen.append(table[at])
        return min(seen), max(seen)

    def _furthest(self, at: int, way: int) -> Sequence[int] | None:
        self.programs += 1
        self._model.changeColCost(at, way)
        table = self._run()
        if table is not None and max(abs(n - round(n)) for n in table) > 1e-6:  # noqa: PLR2004
            self._whole(is_whole=True)
            table = self._run()
            self._whole(is_whole=False)
        self._model.changeColCost(at, 0)
        return None if table is None else [round(n) for n in table]

    def _run(self) -> Sequence[float] | None:
        import highspy  # noqa: PLC0415

        self._model.run()
        is_best = self._model.getModelStatus() == highspy.HighsModelStatus.kOptimal
        return self._model.getSolution().col_value if is_best else None

    def _whole(self, *, is_whole: bool) -> None:
        import highspy  # noqa: PLC0415

        kind = highspy.HighsVarType.kInteger if is_whole else highspy.HighsVarType.kContinuous
        for at in range(len(self.place)):
            self._model.changeColIntegrality(at, kind)
