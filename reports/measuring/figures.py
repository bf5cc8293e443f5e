"""The figures of a month, from marginal rollups: what came, what went, what was in time (DESIGN 8).

Everything here is exact and may be about one person, so none of it leaves the house before
`reports.disclosure` has looked at it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields

from sqlalchemy import Connection

from grievance import tally
from grievance.vocabulary import Kind
from reports.month import Month
from reports.tables import ALL, CLOCKS, ENDINGS, HEARD, TOUCHED, UNROUTED
from workflows.rulebook import Rulebook

Sums = Mapping[tuple[str, str, str], int]
SITE_MEASURES: Mapping[str, str] = {
    "received": "received",
    "acknowledge:met": "acknowledged_in_time",
    "answer:met": "answered_in_time",
    "answer:late": "answered_late",
    "closed": "closed",
}
"""What the rollups count by site, and what the table calls it."""
P90 = 90
HALF = 50


@dataclass(frozen=True, slots=True)
class StockFlow:
    """The account of one row: what was open, what came and went, what is left."""

    opening: int
    received: int
    reopened: int
    moved_in: int
    closed: int
    moved_out: int

    @property
    def closing(self) -> int:
        """What is left open by the flows alone."""
        return self.opening + self.received + self.reopened + self.moved_in - self.closed - self.moved_out

    @property
    def is_empty(self) -> bool:
        """Tell whether nobody at all stands in this row."""
        return not any(getattr(self, each.name) for each in fields(self))


@dataclass(frozen=True, slots=True)
class Timeliness:
    """How one clock ended in one row, and how many calendar days the met and late ones took."""

    ended: Mapping[str, int]
    days: Mapping[int, int]
    net: Mapping[int, int] = field(default_factory=dict)
    """The days without those for which the clock stood still, of as many answers."""
    touched: Mapping[str, int] = field(default_factory=dict)
    """How many of these had been extended, and how many had stood still."""
    heard: int = 0
    """How many of these people had been offered to be heard before."""

    @property
    def answers(self) -> int:
        """How many have a duration."""
        return sum(self.days.values())

    def days_within(self, percent: int) -> int | None:
        """Say within how many days so many of a hundred were done: the smallest whole number that holds."""
        return within(self.days, percent)

    def net_days_within(self, percent: int) -> int | None:
        """Say the same without the days for which the clock stood still."""
        return within(self.net, percent)


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything counted of one month, row by row; the row `all` is the whole."""

    stock: Mapping[str, StockFlow]
    times: Mapping[tuple[str, str], Timeliness]
    by_channel: Mapping[str, int]
    by_theme: Mapping[str, int]
    by_site: Mapping[tuple[str, str], int] = field(default_factory=dict)
    """By site and measure; nothing where nothing was counted."""
    crossed: Mapping[tuple[str, str], int] = field(default_factory=dict)
    """What was received by site and theme."""
    measures: Mapping[str, int] = field(default_factory=dict)
    """Everything counted of the whole, by measure."""

    @property
    def rows(self) -> tuple[str, ...]:
        """Every row but the whole: the operators, and what is not yet with one."""
        return tuple(row for row in self.stock if row != ALL)


def read(conn: Connection, month: Month, *, rules: Rulebook, kind: Kind = Kind.GRIEVANCE) -> Figures:
    """Read the figures of a month; call it within one look at the database, so that they belong together."""
    return read_all(conn, [month], rules=rules, kind=kind)[month]


def read_all(
    conn: Connection, months: Sequence[Month], *, rules: Rulebook, kind: Kind = Kind.GRIEVANCE
) -> dict[Month, Figures]:
    """Read the figures of months that follow one another, oldest first."""
    first, last = str(months[0]), str(months[-1])
    before: dict[tuple[str, str, str], int] = tally.read_before(conn, month=first, kind=str(kind))
    each = tally.read_from(conn, first=first, last=last, kind=str(kind))
    found: dict[Month, Figures] = {}
    for month in months:
        now = each.get(str(month), {})
        found[month] = _figures(now, before, list(_rows(rules, now, before)))
        for key, n in now.items():
            before[key] = before.get(key, 0) + n
    return found


def _figures(now: Sums, before: Sums, rows: Sequence[str]) -> Figures:
    return Figures(
        stock={row: _stock(row, now, before) for row in rows},
        times={(row, str(clock)): _times(row, str(clock), now) for row in rows for clock in CLOCKS},
        by_channel=_received_by("channel", now),
        by_theme=_received_by("theme", now),
        by_site={
            (member, SITE_MEASURES[measure]): n
            for (measure, dimension, member), n in now.items()
            if dimension == "site" and measure in SITE_MEASURES
        },
        measures={measure: n for (measure, dimension, _), n in now.items() if dimension == ALL},
        crossed={_two(member): n for member, n in _received_by("site_theme", now).items()},
    )


def _rows(rules: Rulebook, *sums: Sums) -> Iterator[str]:
    declared = [operator.key for operator in rules.current.operators]
    seen = {member for each in sums for (_, dimension, member) in each if dimension == "operator"}
    yield ALL
    yield from declared
    yield from sorted(seen - set(declared) - {UNROUTED})
    yield UNROUTED


def _stock(row: str, now: Sums, before: Sums) -> StockFlow:
    dimension = ALL if row == ALL else "operator"

    def n(measure: str, sums: Sums = now) -> int:
        return sums.get((measure, dimension, row), 0)

    came = sum(n(measure, before) for measure in ("received", "reopened", "moved_in"))
    went = sum(n(measure, before) for measure in ("closed", "moved_out"))
    return StockFlow(came - went, n("received"), n("reopened"), n("moved_in"), n("closed"), n("moved_out"))


def _times(row: str, clock: str, now: Sums) -> Timeliness:
    dimension = ALL if row == ALL else "operator"
    start = f"days:{clock}:"
    days = {
        int(measure.removeprefix(start)): n
        for (measure, where, member), n in now.items()
        if where == dimension and member == row and measure.startswith(start)
    }
    net = dict(days)
    start = f"net:{clock}:"
    for (measure, where, member), n in now.items():
        if where == dimension and member == row and measure.startswith(start):
            gross, without = map(int, measure.removeprefix(start).split(":"))
            net[gross] = net.get(gross, 0) - n
            net[without] = net.get(without, 0) + n
    return Timeliness(
        ended={e: now.get((f"{clock}:{e}", dimension, row), 0) for e in ENDINGS},
        days=days,
        net=net,
        touched={each: now.get((f"{each}:{clock}", dimension, row), 0) for each in TOUCHED},
        heard=now.get((f"{HEARD}:{clock}", dimension, row), 0),
    )


def within(taken: Mapping[int, int], percent: int) -> int | None:
    """Say within how many days so many of a hundred were done, from how many took each; nothing where there are none."""
    needed = -(-sum(taken.values()) * percent // 100)
    done = 0
    for days, n in sorted(taken.items()):
        done += n
        if n and done >= needed:
            return days
    return None


def _received_by(dimension: str, now: Sums) -> dict[str, int]:
    return {
        member: n
        for (measure, where, member), n in now.items()
        if measure == "received" and where == dimension
    }


def _two(member: str) -> tuple[str, str]:
    site, _, theme = member.partition("/")
    return site, theme
