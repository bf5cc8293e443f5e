"""What was open when a month ended: how long it had been, and how late. From entries alone, so it can be found again.

Days are days of the calendar, so that whoever recounts needs no list of holidays: two weeks are ten working days.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Connection, Select, or_, select

from grievance.case import CASES
from grievance.complainant import Contributor
from grievance.record import Entry
from grievance.vocabulary import Kind, State, Step
from reports.month import Month
from reports.people import NOBODY_KNOWN
from reports.tables import AGES, ALL, LATENESS, NOT_LATE, OLDEST, VERY_LATE
from workflows import clocks

_ENTRIES = Entry.__table__.c  # type: ignore[attr-defined]
_TOKENS = Contributor.__table__  # type: ignore[attr-defined]


@dataclass(slots=True)
class Standing:
    """Open cases by operator and band of lateness, and by band of age, with the people behind each age."""

    late: dict[tuple[str, str], int] = field(default_factory=dict)
    ages: dict[str, int] = field(default_factory=dict)
    people: dict[str, set[bytes]] = field(default_factory=dict)

    def of_age(self, band: str) -> int:
        """How many people stand behind an age."""
        return len(self.people.get(band, ()))


@dataclass(slots=True)
class _Case:
    token: bytes
    state: str = ""
    counted: str | None = None
    since: date = date.min
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


def at_end(conn: Connection, month: Month, kind: Kind) -> Standing:
    """Look at every case that was open and counted when a month ended."""
    found, last = Standing(), month.last_day
    for case in _folded(conn, month, kind):
        if case.state == State.CLOSED or case.counted is None:
            continue
        late = band(case.days_late(last) - 1, LATENESS, VERY_LATE, none=NOT_LATE)
        age = band((last - case.since).days, AGES, OLDEST)
        for row in (ALL, case.counted):
            found.late[row, late] = found.late.get((row, late), 0) + 1
        for each in (ALL, age):
            found.ages[each] = found.ages.get(each, 0) + 1
            found.people.setdefault(each, set()).add(case.token)
    return found


def band(days: int, upto: Mapping[str, int], last: str, *, none: str = "") -> str:
    """Say in which band a number of days lies: the first whose end is after it; `none` where it is negative."""
    if days < 0:
        return none
    return next((name for name, end in upto.items() if days < end), last)


def _folded(conn: Connection, month: Month, kind: Kind) -> Iterator[_Case]:
    may_be = select(CASES.c.id).where(
        CASES.c.kind == str(kind), or_(CASES.c.state != State.CLOSED, CASES.c.closed_on > month.last_day)
    )
    query: Select[Any] = (
        select(_ENTRIES.stream, _ENTRIES.step, _ENTRIES.to_state, _ENTRIES.happened_on, _ENTRIES.facts, _TOKENS.c.token)
        .outerjoin(_TOKENS, _TOKENS.c.case == _ENTRIES.stream)
        .where(_ENTRIES.stream.in_(may_be), _ENTRIES.month <= str(month), _ENTRIES.refused.is_(False))
        .order_by(_ENTRIES.stream, _ENTRIES.seq)
    )  # fmt: skip
    stream, case = "", _Case(NOBODY_KNOWN)
    for row in conn.execute(query):
        if row.stream != stream:
            if stream:
                yield case
            stream, case = row.stream, _Case(row.token or NOBODY_KNOWN)
        _fold(case, row)
    if stream:
        yield case


def _fold(case: _Case, row: Any) -> None:
    case.state = row.to_state
    if row.step == Step.RECEIVE:
        case.since = row.happened_on
    facts: Mapping[str, Any] = (
        json.loads(row.facts) if '"case":' in row.facts or '"clocks":' in row.facts else {}
    )
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
