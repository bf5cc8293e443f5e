"""What was open when a month ended: how long it had been, how late, and whether somebody had written to the person.

From entries alone, so it can be found again.

Days are days of the calendar, so that whoever recounts needs no list of holidays: two weeks are ten working days.
"""

import json
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import chain, groupby
from typing import Any

from sqlalchemy import Connection, Select, or_, select
from sqlalchemy import case as case_when

from grievance.case import CASES
from grievance.complainant import Contributor
from grievance.record import Entry
from grievance.vocabulary import Kind, State, Step
from reports.measuring.people import NOBODY_KNOWN
from reports.month import Month
from reports.tables import AGES, ALL, LATENESS, NEWS_WITHIN, NOT_LATE, OLDEST, VERY_LATE
from workflows import clocks
from workflows.knowing import silence

_ENTRIES = Entry.__table__.c  # type: ignore[attr-defined]
_TOKENS = Contributor.__table__  # type: ignore[attr-defined]
AT_A_TIME = 1000
_SPEAKS = frozenset(map(str, silence.SPEAKS))
_SAYS = ('"counted":', '"clocks":')
"""What an entry says where it changes for whom a case counts, or by when something is owed; most change neither."""


@dataclass(slots=True)
class Standing:
    """Open cases by operator and band of lateness, and by band of age, with the people behind each age.

    `told`: those by operator whose person somebody wrote to in the last thirty days, or who wrote only then.
    """

    late: dict[tuple[str, str], int] = field(default_factory=dict)
    ages: dict[str, int] = field(default_factory=dict)
    people: dict[str, set[bytes]] = field(default_factory=dict)
    told: dict[str, int] = field(default_factory=dict)

    def of_age(self, band: str) -> int:
        """How many people stand behind an age."""
        return len(self.people.get(band, ()))


@dataclass(slots=True)
class _Case:
    token: bytes
    state: str = ""
    counted: str | None = None
    since: date = date.min
    told: date = date.min
    due: dict[tuple[str, int], date] = field(default_factory=dict)
    paused: set[tuple[str, int]] = field(default_factory=set)

    def days_late(self, on: date) -> int:
        """How many days ago the company's date passed that has been missed the longest; none, if none was."""
        missed = [
            (on - due).days
            for clock, due in self.due.items()
            if clock not in self.paused and clocks.is_companys(clock[0])
        ]
        return max([0, *missed])


def at_ends(conn: Connection, months: Sequence[Month], kind: Kind) -> dict[Month, Standing]:
    """Look at every case that was open and counted when each of these months ended; oldest first."""
    found = {month: Standing() for month in months}
    for month, case in _at_ends(conn, months, kind):
        if case.state != State.CLOSED and case.counted is not None:
            _stand(found[month], case, case.counted, month.last_day)
    return found


def _stand(found: Standing, case: _Case, counted: str, last: date) -> None:
    late = band(case.days_late(last) - 1, LATENESS, VERY_LATE, none=NOT_LATE)
    age = band((last - case.since).days, AGES, OLDEST)
    for row in (ALL, counted):
        found.late[row, late] = found.late.get((row, late), 0) + 1
        found.told[row] = found.told.get(row, 0) + ((last - case.told).days <= NEWS_WITHIN)
    for each in (ALL, age):
        found.ages[each] = found.ages.get(each, 0) + 1
        found.people.setdefault(each, set()).add(case.token)


def band(days: int, upto: Mapping[str, int], last: str, *, none: str = "") -> str:
    """Say in which band a number of days lies: the first whose end is after it; `none` where it is negative."""
    if days < 0:
        return none
    return next((name for name, end in upto.items() if days < end), last)


def _at_ends(conn: Connection, months: Sequence[Month], kind: Kind) -> Iterator[tuple[Month, _Case]]:
    """Fold every case that may have been open when a month ended, and stop at the end of each month it stood in."""
    may_be = or_(CASES.c.state != State.CLOSED, CASES.c.closed_on > months[0].last_day)
    query: Select[Any] = (
        select(
            _ENTRIES.stream, _ENTRIES.month, _ENTRIES.step, _ENTRIES.to_state, _ENTRIES.happened_on,
            _ENTRIES.recorded_on, _ENTRIES.role, _ENTRIES.facts,
            _TOKENS.c.token, case_when((CASES.c.state == State.CLOSED, CASES.c.closed_on)).label("gone_on"),
        )
        .join(CASES, CASES.c.id == _ENTRIES.stream)
        .outerjoin(_TOKENS, _TOKENS.c.case == _ENTRIES.stream)
        .where(CASES.c.kind == str(kind), may_be)
        .where(_ENTRIES.month <= str(months[-1]), _ENTRIES.refused.is_(False))
        .where(
            or_(
                *(_ENTRIES.facts.contains(key) for key in _SAYS),
                _ENTRIES.from_state != _ENTRIES.to_state,
                _ENTRIES.step.in_(_SPEAKS),
            )
        )
        .order_by(_ENTRIES.stream, _ENTRIES.seq)
    )  # fmt: skip
    ends = [(str(month), month) for month in months]
    parts = conn.execute(query).partitions(AT_A_TIME)  # one by one, the rows cost more to fetch than to fold
    for _, found in groupby(chain.from_iterable(parts), key=lambda row: row.stream):
        rows = list(found)
        when = [row.month for row in rows]
        is_in_order = when == sorted(when)  # else: of two sites that tell the hour differently
        case, done = _Case(rows[0].token or NOBODY_KNOWN), 0
        for name, month in ends:
            until = rows[: bisect_right(when, name)]
            if not is_in_order:
                until = [row for row in rows if row.month <= name]
                case, done = _Case(case.token), 0
            for row in until[done:]:
                _fold(case, row)
            done = len(until)
            if done and (rows[0].gone_on is None or rows[0].gone_on > month.last_day):
                yield month, case


def _fold(case: _Case, row: Any) -> None:
    case.state = row.to_state
    if row.step == Step.RECEIVE:
        case.since, case.told = row.happened_on, row.recorded_on
    elif row.step in _SPEAKS and row.role in silence.STAFF:
        case.told = row.recorded_on
    facts: Mapping[str, Any] = json.loads(row.facts) if any(key in row.facts for key in _SAYS) else {}
    case.counted = facts.get("case", {}).get("counted", case.counted)
    for op in facts.get("clocks", ()):
        clock = (op["name"], op["round"])
        if "due" in op:
            case.due[clock] = date.fromisoformat(op["due"])
        match op["op"]:
            case "pause":
                case.paused.add(clock)
            case "resume":
                case.paused.discard(clock)
            case "end":
                case.due.pop(clock, None)
            case _:
                pass
