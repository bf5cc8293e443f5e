"""The recount of clocks: what every clock of every case must say, from the entries alone, by code of its own.

Which clock started, stood still or ended is in the record; every date, every number of days and every ending
is worked out here again, a day at a time on the wall calendar, and compared with what casework wrote into
its table. It shares nothing with what moves the clocks but the tables and the mechanism's calendars.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, bindparam, text

from grievance.calendar import Calendar
from grievance.errors import Unknown
from grievance.mechanism import Mechanism

COMPARED = (
    "started_on", "due_on", "first_due_on", "paused_on", "remaining", "pauses", "extended", "overdue_on",
    "ended_on", "ending",
)  # fmt: skip
"""The cells of the table that are counted again."""
PERSONS = frozenset({"complainant", "regret"})
"""The clocks that are met on the day the person did it, not on the day it was recorded."""
RUNS_OUT = "regret"
"""The clock of who withdrew: it is there to run out, and nobody is late with it."""
WITHDREW = "withdrawal"
"""Why a clock stands still that a withdrawal holds: none of the pauses a company may ask for."""
CARRYING = "carry_out"
ASKING: Mapping[str, tuple[str, frozenset[str]]] = {
    "question": ("ask", frozenset({"add", "resume"})),
    "done": ("keep", frozenset({"confirm", "dispute", "resume", "carry_out", "order"})),
}
"""Which messages give the person the word: the step that sends one, and the steps after which they have it no more."""
REQUESTS = "information_request"
MOST_PAUSES = 2
DAY = timedelta(days=1)
_ENTRIES = (
    "SELECT stream, kind, step, from_state, to_state, recorded_on, happened_on, procedure_version, operator, site, "
    "facts "
    "FROM entries WHERE kind IN ('grievance', 'information_request') AND NOT refused"
)
_SINCE = (
    " AND stream IN (SELECT stream FROM entries WHERE month >= :since UNION "
    "SELECT id FROM streams WHERE state <> 'closed')"
)
_ALL = text(_ENTRIES + " ORDER BY stream, seq")
_RECENT = text(_ENTRIES + _SINCE + " ORDER BY stream, seq").bindparams(bindparam("since"))
_STORED = text("SELECT * FROM clocks")


@dataclass(frozen=True, slots=True)
class Pause:
    """From when to when a clock stood still, and for which question; `until` is open while it does."""

    on: date
    until: date | None
    reason: str


@dataclass(frozen=True, slots=True)
class Extension:
    """How many days were added, when, and why, by its code; older ones say why only in the letter that left with it."""

    on: date
    days: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """A cell of the desk's table that the recount does not confirm."""

    number: str
    clock: str
    round: int
    cell: str
    recounted: str
    stored: str


@dataclass(slots=True)
class Clock:
    """One clock, counted again. Days are in its own unit; `took` is in calendar days, as it is published."""

    case: str
    number: str
    operator: str | None
    site: str | None
    name: str
    round: int
    started_on: date
    due_on: date
    first_due_on: date
    working: bool
    paused_on: date | None = None
    remaining: int | None = None
    overdue_on: date | None = None
    ended_on: date | None = None
    ending: str | None = None
    pauses: list[Pause] = field(default_factory=list)
    extensions: list[Extension] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    gross: int = 0
    net: int = 0
    left: int = 0
    late_by: int = 0
    kind: str = ""

    @property
    def measures(self) -> str:
        """Under which name it is summed up: the answer to a request is not the answer to a grievance."""
        return self.kind if self.kind == REQUESTS and self.name == "answer" else self.name

    @property
    def took(self) -> int | None:
        """Calendar days from start to end, if what was owed was done."""
        done = self.ended_on is not None and self.ending in ("met", "late")
        return (self.ended_on - self.started_on).days if done and self.ended_on else None

    @property
    def used(self) -> float:
        """Which part of its days a running clock has used: warned of at three quarters and at nine tenths."""
        return self.net / max(1, self.net + self.left)

    @property
    def late(self) -> bool:
        """It was late when it ended, or is now."""
        return self.late_by > 0

    @property
    def breach(self) -> bool:
        """The company or the reviewer was late with it, or a rule was broken; the person owes nobody anything."""
        return (self.late and self.name not in PERSONS) or bool(self.faults)

    @property
    def asked_for(self) -> int:
        """How often it stood still because the company had asked something."""
        return sum(pause.reason != WITHDREW for pause in self.pauses)

    def cell(self, name: str) -> object:
        """What the desk's table should hold."""
        if name == "pauses":
            return self.asked_for
        return bool(self.extensions) if name == "extended" else getattr(self, name)


@dataclass(frozen=True, slots=True)
class Figures:
    """All clocks of one name: how they ended, and how many calendar days what was done took."""

    name: str
    clocks: int
    running: int
    endings: Mapping[str, int]
    late: int
    median: int | None
    p90: int | None
    stored_median: int | None
    stored_p90: int | None


@dataclass(frozen=True, slots=True)
class Recount:
    """Every clock of a scope, counted again, and every cell that differs."""

    clocks: tuple[Clock, ...]
    differences: tuple[Difference, ...]
    stored: Mapping[tuple[str, str, int], Mapping[str, Any]]

    def figures(self) -> list[Figures]:
        """Sum up each name of clock, in the order of the procedure as the record has it."""
        names: dict[str, list[Clock]] = {}
        for clock in sorted(self.clocks, key=lambda c: (_ORDER.get(c.name, len(_ORDER)), c.name)):
            names.setdefault(clock.measures, []).append(clock)
        return [self._figures(name, clocks) for name, clocks in names.items()]

    def breaches(self) -> list[Clock]:
        """Clocks late by whoever answers or reviews, or in which a rule was broken; the latest first."""
        return sorted(
            (c for c in self.clocks if c.breach), key=lambda c: (-c.late_by, c.due_on, c.number, c.name)
        )

    def _figures(self, name: str, clocks: Sequence[Clock]) -> Figures:
        took = sorted(c.took for c in clocks if c.took is not None)
        rows = [self.stored.get((c.case, c.name, c.round), {}) for c in clocks]
        theirs = sorted(_days_of(row) for row in rows if row.get("ending") in ("met", "late"))
        endings: dict[str, int] = defaultdict(int)
        for clock in clocks:
            if clock.ending:
                endings[clock.ending] += 1
        return Figures(
            name=name,
            clocks=len(clocks),
            running=sum(c.ended_on is None for c in clocks),
            endings=dict(endings),
            late=sum(c.late for c in clocks),
            median=_nearest(took, 50),
            p90=_nearest(took, 90),
            stored_median=_nearest(theirs, 50),
            stored_p90=_nearest(theirs, 90),
        )


_ORDER = {
    name: place
    for place, name in enumerate(
        ("acknowledge", "assess", "answer", "complainant", "review", "independent_review", "carry_out", "confirm", "close",
         "regret")
    )
}  # fmt: skip


def recount(
    conn: Connection,
    *,
    current: Mechanism,
    earlier: Mapping[str, Mechanism],
    now: datetime,
    operator: str = "",
    first: str = "",
    last: str = "",
) -> Recount:
    """Count the clocks of a scope again: of one operator, or of those that ran between two months (`YYYY-MM`)."""
    rows = conn.execute(_RECENT, {"since": first}) if first else conn.execute(_ALL)
    stored: dict[tuple[str, str, int], Mapping[str, Any]] = {
        (row["case"], row["name"], row["round"]): dict(row) for row in conn.execute(_STORED).mappings()
    }
    clocks: list[Clock] = []
    read: set[str] = set()
    for stream, entries in groupby(rows.mappings(), key=lambda row: str(row["stream"])):
        read.add(stream)
        case = _Case(stream, current, earlier)
        for entry in entries:
            case.read(dict(entry))
        clocks += case.finish(now)
    wanted = tuple(c for c in clocks if _in_scope(c, operator=operator, first=first, last=last))
    known = {(c.case, c.name, c.round) for c in clocks}
    numbers = {c.case: c.number for c in wanted}
    differences = [d for c in wanted for d in _compare(c, stored.get((c.case, c.name, c.round)))]
    numbers |= dict.fromkeys(() if first or operator else {key[0] for key in stored} - read, "")
    differences += [
        Difference(numbers[key[0]], key[1], key[2], "clock", "", "there")
        for key in sorted(stored)
        if key[0] in numbers and key not in known
    ]
    return Recount(wanted, tuple(differences), stored)


class _Case:
    """One case while its entries are read, oldest first."""

    def __init__(self, stream: str, current: Mechanism, earlier: Mapping[str, Mechanism]) -> None:
        self.stream = stream
        self.number = ""
        self.kind = ""
        self.operator: str | None = None
        self.site: str | None = None
        self.state = "new"
        self.clocks: dict[tuple[str, int], Clock] = {}
        self.promised: dict[str, tuple[str, date]] = {}
        self.steps: list[str] = []
        self.asked = self.longer = ""
        self._current, self._earlier = current, earlier
        self.mechanism = current

    def read(self, entry: Mapping[str, Any]) -> None:
        """Take one entry in."""
        facts = json.loads(entry["facts"])
        step, recorded, happened = entry["step"], _day(entry["recorded_on"]), _day(entry["happened_on"])
        if step == "receive":
            version = entry["procedure_version"]
            self.mechanism = (
                self._earlier.get(version, self._current)
                if version != self._current.version
                else self._current
            )
            self.number, self.kind = str(facts["case"]["number"]), entry["kind"]
            self.operator, self.site = entry["operator"], entry["site"]
        calendar = self.calendar()
        offers = {str(o[0]): ("offered", date.fromisoformat(o[1])) for o in facts.get("offers", ())}
        for op in facts.get("clocks", ()):
            self._apply(op, step, facts, offers, calendar, recorded, happened, entry["to_state"])
        self._promises(step, facts, offers)
        if step == "extend":
            self.longer = str(facts.get("reason", ""))
        if step == "ask":
            self.asked = str(facts.get("reason", ""))
        self.steps.append(step)
        self.state = entry["to_state"]
        self.operator, self.site = entry["operator"], entry["site"]

    def calendar(self) -> Calendar:
        """The wall calendar of the place; while nobody knows the place, the operator's first, else the first of all."""
        site = self.site
        if site is None:
            own = [s for s in self.mechanism.sites if self.operator and s.operator == self.operator]
            site = (own or list(self.mechanism.sites))[0].key
        return self.mechanism.calendar_of(site)

    def finish(self, now: datetime) -> Iterator[Clock]:
        """Say of every clock how long it took, how late it is, and which rule was broken."""
        calendar = self.calendar()
        today = calendar.site_date(now)
        for clock in self.clocks.values():
            clock.operator, clock.site = self.operator, self.site
            until = clock.ended_on or today
            clock.gross = _count(clock.started_on, until, calendar, working=clock.working)
            still = sum(_count(p.on, p.until or until, calendar, working=clock.working) for p in clock.pauses)
            clock.net = clock.gross - still
            left = _count(until, clock.due_on, calendar, working=clock.working)
            clock.left = left if clock.remaining is None else clock.remaining
            stood_still = bool(clock.pauses) and clock.pauses[-1].until in (None, clock.ended_on)
            runs_out = clock.name == RUNS_OUT
            if until > clock.due_on and clock.ending != "met" and not stood_still and not runs_out:
                clock.late_by = max(1, _count(clock.due_on, until, calendar, working=clock.working))
                if clock.overdue_on is None and until > clock.due_on + DAY:
                    clock.faults.append("not_logged")
            if clock.ended_on is None and self.state == "closed":
                clock.faults.append("never_ended")
            yield clock

    def _apply(
        self,
        op: Mapping[str, Any],
        step: str,
        facts: Mapping[str, Any],
        offers: Mapping[str, tuple[str, date]],
        calendar: Calendar,
        recorded: date,
        happened: date,
        to_state: str,
    ) -> None:
        key = (str(op["name"]), int(op["round"]))
        if op["op"] == "start":
            self._start(key, op, happened if step == "receive" else recorded, offers, calendar)
            return
        clock = self.clocks[key]
        if clock.ended_on is not None:
            clock.faults.append("moved_after_its_end")
        match op["op"]:
            case "pause" if step == "ask_withdrawal":
                _stop(clock, recorded, WITHDREW, calendar)
                if recorded > clock.due_on:
                    clock.faults.append("paused_late")
            case "pause":
                self._pause(clock, str(facts.get("template", "")), recorded, calendar)
            case "resume":
                left = clock.remaining or 0
                clock.due_on = _forward(recorded, left, calendar, working=clock.working)
                while not left and clock.working and not calendar.is_working_day(clock.due_on):
                    clock.due_on += DAY
                _end_pause(clock, recorded)
            case "extend":
                self._extend(clock, int(facts["days"]), recorded, calendar)
            case "overdue":
                if clock.overdue_on is not None:
                    clock.faults.append("logged_twice")
                clock.overdue_on = recorded
            case "end":
                day = happened if clock.name in PERSONS else recorded
                done = op["ending"] in ("met", "late")
                in_time = clock.paused_on is not None or day <= clock.due_on
                stopped = "closed" if to_state == "closed" else "stopped"
                clock.ending = ("met" if in_time else "late") if done else stopped
                clock.ended_on = recorded
                _end_pause(clock, recorded)
            case other:
                raise ValueError(f"no such clock operation: {other}")

    def _start(
        self,
        key: tuple[str, int],
        op: Mapping[str, Any],
        on: date,
        offers: Mapping[str, tuple[str, date]],
        calendar: Calendar,
    ) -> None:
        working, due = True, date.fromisoformat(op["due"])
        try:
            asked = self.kind == REQUESTS and key[0] == "answer"
            deadline = self.mechanism.deadline(self.kind if asked else key[0])
        except Unknown:
            pass  # a clock of a kind this recount does not know: its date stands as the record has it
        else:
            working = deadline.unit.value == "working"
            due = _forward(on, deadline.days, calendar, working=working)
            if deadline.ceiling:
                latest = on + deadline.ceiling * DAY
                while working and not calendar.is_working_day(latest) and latest > on:
                    latest -= DAY
                due = min(due, latest if latest > on else on + deadline.ceiling * DAY)
        if key[0] == CARRYING:
            open_ones = [day for state, day in self.promised.values() if state in ("offered", "agreed")]
            days = [day for _, day in offers.values()] or open_ones
            due = max([on, *days]) if days else due
        self.clocks[key] = Clock(
            case=self.stream, number=self.number, operator=self.operator, site=self.site, name=key[0],
            round=key[1], started_on=on, due_on=due, first_due_on=due, working=working, kind=self.kind,
        )  # fmt: skip

    def _pause(self, clock: Clock, template: str, on: date, calendar: Calendar) -> None:
        if on > clock.due_on:
            clock.faults.append("paused_late")
        if clock.asked_for >= MOST_PAUSES:
            clock.faults.append("paused_too_often")
        if not self._was_asked(template):
            clock.faults.append("paused_without_question")
        _stop(clock, on, self.asked if template == "question" else template, calendar)

    def _extend(self, clock: Clock, days: int, on: date, calendar: Calendar) -> None:
        if on > clock.due_on and clock.paused_on is None:
            clock.faults.append("extended_late")
        if clock.extensions:
            clock.faults.append("extended_twice")
        clock.extensions.append(Extension(on, days, self.longer))
        clock.due_on = _forward(clock.due_on, days, calendar, working=clock.working)
        if clock.remaining is not None:
            clock.remaining += days

    def _was_asked(self, template: str) -> bool:
        asked, answered = ASKING.get(template, ("", frozenset()))
        return next(
            (step == asked for step in reversed(self.steps) if step == asked or step in answered), False
        )

    def _promises(self, step: str, facts: Mapping[str, Any], offers: Mapping[str, tuple[str, date]]) -> None:
        """Follow what is promised: offered, agreed, done."""
        if step in ("propose", "order"):
            self.promised = {k: v for k, v in self.promised.items() if v[0] != "offered"}
            word = "agreed" if step == "order" else "offered"
            self.promised |= {k: (word, day) for k, (_, day) in offers.items()}
        for which, due in facts.get("moved", ()):
            self.promised[which] = (self.promised[which][0], date.fromisoformat(due))
        moves = {"accept": ("offered", "agreed"), "confirm": ("done", "kept")}
        if step in moves:
            before, after = moves[step]
            self.promised = {k: (after if s == before else s, day) for k, (s, day) in self.promised.items()}
        if step in ("keep", "miss") and facts.get("commitment") in self.promised:
            which = str(facts["commitment"])
            self.promised[which] = ("done" if step == "keep" else "missed", self.promised[which][1])


def _stop(clock: Clock, on: date, reason: str, calendar: Calendar) -> None:
    clock.paused_on = on
    clock.remaining = _count(on, clock.due_on, calendar, working=clock.working)
    clock.pauses.append(Pause(on, None, reason))


def _end_pause(clock: Clock, on: date) -> None:
    if clock.paused_on is not None:
        clock.pauses[-1] = Pause(clock.pauses[-1].on, on, clock.pauses[-1].reason)
    clock.paused_on = clock.remaining = None


def _in_scope(clock: Clock, *, operator: str, first: str, last: str) -> bool:
    if operator and clock.operator != operator:
        return False
    ended = clock.ended_on.isoformat()[:7] if clock.ended_on else "9999-12"
    return (not first or ended >= first) and (not last or clock.started_on.isoformat()[:7] <= last)


def _compare(clock: Clock, row: Mapping[str, Any] | None) -> Iterator[Difference]:
    def differs(cell: str, recounted: str, stored: str) -> Difference:
        return Difference(clock.number, clock.name, clock.round, cell, recounted, stored)

    if row is None:
        yield differs("clock", "there", "")
        return
    for cell in COMPARED:
        mine, theirs = clock.cell(cell), bool(row[cell]) if cell == "extended" else row[cell]
        if _plain(mine) != _plain(theirs):
            yield differs(cell, _plain(mine), _plain(theirs))


def _forward(day: date, count: int, calendar: Calendar, *, working: bool) -> date:
    """Walk forward until so many days were counted."""
    while count > 0:
        day += DAY
        count -= not working or calendar.is_working_day(day)
    return day


def _count(first: date, last: date, calendar: Calendar, *, working: bool) -> int:
    """Walk from a day to another and count those after the first."""
    days = (first + n * DAY for n in range(1, (last - first).days + 1))
    return sum(not working or calendar.is_working_day(day) for day in days)


def _nearest(values: Sequence[int], percent: int) -> int | None:
    """The nearest rank: a number that was really there, and no mean of two."""
    return values[max(0, -(-len(values) * percent // 100) - 1)] if values else None


def _days_of(row: Mapping[str, Any]) -> int:
    return (_day(row["ended_on"]) - _day(row["started_on"])).days


def _plain(value: object) -> str:
    """Write a cell so that both databases agree."""
    if value is None:
        return ""
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def _day(value: date | str) -> date:
    """SQLite answers a text, PostgreSQL a date."""
    return value if isinstance(value, date) else date.fromisoformat(value)
