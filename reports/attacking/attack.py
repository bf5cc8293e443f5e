"""The attack: what somebody can work out who keeps every release and does nothing but reckon (trust A6).

It reads published documents and nothing else, and shares no code with what masks them: it sets up again by itself how
cells add up, within a table, between tables, over months, quarters and years, and asks of every cell that is not shown
how little and how much it can be. Whole tables that agree with all that is printed are its witnesses.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from reports.attacking import days
from reports.attacking.solving import FEW, MUCH, Contradiction, Name, Unknowns

ALL, NARROW, NARROW_INSIDE = "all", 3, 2
ACCOUNTS = ("stock_flow", "timeliness", "overdue_bands")
"""Tables that say how cases were handled, exactly where ten people stand behind a row."""
HANDLING = ("stopped", "closed", "extended", "paused")
"""Of a clock: what became of a case, which is nobody's performance and is not told on purpose."""
RECEIVED = ("by_entry", "by_theme", "quarter_site_theme", "year_site_theme")
BY_A_REVIEWER = ("not_upheld_by_independent_reviewer", "no_contact", "out_of_scope_explained")
"""Ends of a complaint that only a reviewer writes, who has looked at it again then."""
AT_A_SITE = {
    "acknowledged_in_time": "acknowledge met",
    "answered_in_time": "answer met",
    "answered_late": "answer late",
}


class Why(StrEnum):
    """What is wrong with a cell."""

    PRINTED_FEW = "prints fewer than five"
    CHANGED = "changed from one version to another"
    DETERMINED = "can only be one number"
    SOMEBODY = "holds somebody, of fewer than five"
    NARROW = "is known to within two"
    CONTRADICTORY = "agrees with no figures at all"
    DAYS_OF_FEW = "tells the days of few"


@dataclass(frozen=True, slots=True)
class Found:
    """A cell of which too much can be worked out: where it stands, why, between what it must lie, and by whom.

    `inside`: whoever complained there finds it; nobody in particular where it is empty.
    """

    cell: Name
    why: Why
    low: int = 0
    high: int = 0
    inside: Name | None = None


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


def attack(
    documents: Sequence[Mapping[str, Any]],
    *,
    sites: Mapping[str, str] | None = None,
    insiders: Collection[Name] = (),
    began: str = "",
) -> Report:
    """Work out from documents what can be worked out.

    Args:
        documents: the JSON of releases, all versions, in any order.
        sites: which operator each site belongs to, as everybody there knows.
        insiders: where somebody complained who reckons as well, each for themselves: kind, month, `received`, and
            `site:` and `theme:` with their names.
        began: the month in which the mechanism began, where readers know it: before that there was nothing.
    """
    said = _Reading()
    for document in sorted(documents, key=lambda each: str(each["month"])):
        for table in document["tables"]:
            if table["kind"] != "mechanism":
                _read(said, str(document["month"]), table)
                said.found += _days(str(document["month"]), table)
    never = set(_relate(said, sites or {}))
    nothing = {name for row in said.equal for name in row if _is_before(name, began)} - set(said.printed)
    said.printed |= dict.fromkeys(nothing, 0)
    said.exact |= dict.fromkeys(nothing, 0)
    said.hidden -= set(said.printed)
    said.hidden_accounts -= set(said.printed)
    try:
        worked = _work_out(said, never - nothing, insiders)
    except Contradiction as cause:  # then nothing was looked at, and silence would be a lie
        worked = [Found((str(cause),), Why.CONTRADICTORY)], 0
    return Report(
        len(documents), len(said.printed) - len(nothing), len(said.hidden) + len(said.hidden_accounts), worked[1],
        (*said.found, *worked[0]),
    )  # fmt: skip


def _days(month: str, table: Mapping[str, Any]) -> Iterator[Found]:
    if table["dimensions"][-1] == "measure":
        which = str(table["kind"]), str(table["period"] or month), str(table["name"])
        for place, answers in days.of_few(table["dimensions"], table["cells"]):
            yield Found((*which, *place), Why.DAYS_OF_FEW, answers, answers)


def _read(said: _Reading, month: str, table: Mapping[str, Any]) -> None:
    dimensions = tuple(table["dimensions"])
    added = [d for d in dimensions if any(cell[d] == ALL for cell in table["cells"])]
    groups: dict[tuple[str, tuple[str, ...]], dict[Name, int]] = defaultdict(dict)
    performance = table["name"] == "review_times" and days.answers_of(table["cells"]) >= days.REST
    for cell in table["cells"]:
        name = _name(month, table, cell, added)
        if name is None:
            continue
        is_account = table["name"] in ACCOUNTS
        if table["name"] == "timeliness" and cell["measure"] in HANDLING:
            is_account = False
        if cell["value"] is None:
            (said.hidden_accounts if is_account else said.hidden).add(name)
        else:
            if said.printed.setdefault(name, cell["value"]) != cell["value"]:
                said.found.append(Found(name, Why.CHANGED, said.printed[name], cell["value"]))
            if is_account:
                said.exact[name] = cell["value"]
            elif cell["value"] < FEW and name not in said.exact and not performance:
                said.found.append(Found(name, Why.PRINTED_FEW, cell["value"], cell["value"]))
        for dimension in added:
            rest = tuple(cell[d] for d in dimensions if d != dimension)
            groups[dimension, rest][name] = -1 if cell[dimension] == ALL else 1
            if cell[dimension] != ALL:
                said.members[str(table["kind"]), dimension].add(cell[dimension])
    # A whole of which no part stands here says nothing.
    for group in (each for each in groups.values() if set(each.values()) != {-1}):
        moved = [
            name for name, factor in group.items() if factor < 0 and name[2] in ("moved_in", "moved_out")
        ]
        if moved:  # what moves from one operator to another moves in and out, and neither for the whole
            group[*moved[0][:2], "between operators"] = -1
        said.equal.append(group)


def _name(month: str, table: Mapping[str, Any], cell: Mapping[str, Any], added: Sequence[str]) -> Name | None:
    what = [str(cell[d]) for d in table["dimensions"] if d not in added]
    where = sorted(f"{d}:{cell[d]}" for d in added if cell[d] != ALL)
    if any(cell[d] in days.NEEDED for d in table["dimensions"]):
        return None
    kind, name, period = str(table["kind"]), str(table["name"]), str(table["period"] or month)
    if name in RECEIVED:
        what = ["received"]
    elif name == "by_site":
        what = [AT_A_SITE.get(each, each) for each in what]
    elif name == "corrections":  # all of them are the step that the table of steps counts
        what = ["by_state correct"]
    elif name == "open_age":
        what = ["closing"]
    elif name in ("looked_again", "repeated") or (name == "answers_by_type" and kind == "grievance"):
        what = ["closed"]
    elif name == "review_times":
        what = ["reviews_decided"]
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


def _is_before(name: Name, began: str) -> bool:
    """Tell whether something was settled when the mechanism began."""
    _, period, what, *_ = name
    return max(_months(period)) < began or (what == "open" and period == began)


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
    for kind, month, what, *where in sorted(names):
        ends: dict[Name, int] = {(kind, month, what, f"answer:{end}"): -1 for end in BY_A_REVIEWER}
        if where == ["again:yes"] and ends.keys() <= names:
            rest = (kind, month, what, "again:yes", "answer:other")
            said.equal.append({(kind, month, what, *where): 1, **ends, rest: -1})
            yield rest
    long = sorted(n for n in names if len(_months(n[1])) > 1 and n[2] == "received")
    crossed: set[tuple[str, str]] = set()
    _relate_quarters(said, names)
    for kind, period, what, *where in long:
        months = {(kind, month, what, *where): 1 for month in _months(period)}
        said.equal.append({(kind, period, what, *where): -1, **months})
        crossed |= {(kind, month) for month in _months(period)}
    for kind, month in sorted(crossed):
        yield from _inner(said, kind, month)
    for kind, month, what in sorted({n[:3] for n in names if n[3:4] and n[3].startswith("site:")}):
        if len(_months(month)) == 1:
            _operators(said, (kind, month, what), names, sites)


def _relate_quarters(said: _Reading, names: set[Name]) -> None:
    """What months tell adds up to what their quarter tells: reviews that were asked for and decided, cases that ended."""
    for kind, period, *_ in sorted(n for n in names if n[2:] == ("reviews_why",)):
        asked: dict[Name, int] = {
            (kind, month, "reviews_filed", f"review:{who}"): 1
            for month in _months(period)
            for who in ("internal", "independent")
        }
        said.equal.append({(kind, period, "reviews_why"): -1, **asked})
    whole = (("reviews_decided",), ("closed",))
    for kind, period, what in sorted(n for n in names if len(_months(n[1])) > 1 and n[2:] in whole):
        said.equal.append({(kind, period, what): -1, **{(kind, month, what): 1 for month in _months(period)}})


def _inner(said: _Reading, kind: str, month: str) -> Iterator[Name]:
    """What was received in a month at a site about a theme: no table says it, and all of them together may."""
    for one, other in (("site", "theme"), ("theme", "site")):
        for member in said.members[kind, one]:
            parts = {
                (kind, month, "received", *sorted((f"{one}:{member}", f"{other}:{m}"))): 1
                for m in said.members[kind, other]
            }
            if parts:
                said.equal.append({(kind, month, "received", f"{one}:{member}"): -1, **parts})
            yield from parts


def _operators(said: _Reading, what: Name, names: set[Name], sites: Mapping[str, str]) -> None:
    """A case at a site is its operator's, or nobody's yet; a case of an operator may have no site."""
    rows = {
        n[3].partition(":")[2] for n in names if n[:3] == what and n[3:4] and n[3].startswith("operator:")
    }
    there = {n[3].partition(":")[2] for n in names if n[:3] == what and n[3:4] and n[3].startswith("site:")}
    if not there <= {"not_stated", *sites}:
        return  # whose a site is is not known
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


def _work_out(said: _Reading, never: Collection[Name], insiders: Collection[Name]) -> tuple[list[Found], int]:
    """Bound every cell that is not shown, by all that is printed and by the accounts alone, for each pair of eyes."""
    everything, accounts = _unknown(said.equal, said.printed), _unknown(said.equal, said.exact)
    by_accounts = said.hidden_accounts - said.hidden
    asked = sorted(said.hidden | said.hidden_accounts | set(never))
    loosely = frozenset(asked) - said.hidden
    found: list[Found] = []
    for inside in (None, *sorted(insiders)):
        narrow = NARROW if inside is None else NARROW_INSIDE
        told = set[Name]()
        for name, (low, high) in everything.bounds(asked, narrow=narrow, loosely=loosely, inside=inside):
            is_account = name in by_accounts
            why = _why(low, high, narrow=narrow, loosely=name in loosely, is_account=is_account)
            # What the accounts say of ten people and more they say on purpose.
            if why and (is_account or not _is_said(accounts, name, (low, high), inside)):
                found.append(Found(name, why, low, high, inside))
            if why or (low == high == 0) or (low >= FEW and name in loosely):
                told.add(name)
        if inside is None:  # of these nobody can work out more
            asked = [name for name in asked if name not in told]
    return found, everything.programs + accounts.programs


def _unknown(equal: Iterable[Mapping[Name, int]], known: Mapping[Name, int]) -> Unknowns:
    """Put in what is known."""
    return Unknowns(
        ({name: factor for name, factor in row.items() if name not in known},
         -sum(factor * known[name] for name, factor in row.items() if name in known))
        for row in equal
    )  # fmt: skip


def _is_said(accounts: Unknowns, name: Name, bounds: tuple[int, int], inside: Name | None) -> bool:
    """Tell whether the accounts alone say as much."""
    said = dict(accounts.bounds([name], narrow=MUCH, inside=inside))
    if name not in said:  # who stands inside knows no more of it than everybody
        said = dict(accounts.bounds([name], narrow=MUCH))
    return said[name] == bounds


def _why(low: int, high: int, *, narrow: int, loosely: bool, is_account: bool) -> Why | None:
    if high == 0 or (loosely and low >= FEW):
        return None
    if low == high:
        return Why.DETERMINED
    if low > 0 and high < FEW:
        return Why.SOMEBODY
    return Why.NARROW if high - low < narrow and not is_account else None
