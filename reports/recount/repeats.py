"""What the ends of a month say of causes that came again, held against causes and places for as long as places are kept.

Nobody can do it again for ever: places are erased after two years, and then what was written when a case ended stands.
Of one day nobody knows which end came first, so there both are believed.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import Connection, text

HALF_A_YEAR: Final = timedelta(days=180)
_ENTRIES = text(
    "SELECT e.stream, e.month, e.step, e.from_state, e.to_state, e.recorded_on, e.facts, x.zone, x.seq AS exact "
    "FROM entries e LEFT JOIN entry_exact x ON x.stream = e.stream AND x.seq = e.seq "
    "WHERE e.kind = 'grievance' AND NOT e.refused AND (e.step IN ('learn', 'reopen') OR e.to_state = 'closed' "
    "OR e.facts LIKE '%\"room\":%' OR e.facts LIKE '%\"protected\":%') "
    "AND e.stream IN (SELECT stream FROM entries WHERE kind = 'grievance' "
    "AND NOT refused AND to_state = 'closed' AND month BETWEEN :first AND :month) ORDER BY e.stream, e.seq"
)
_NO_OTHER: Final = ("erased_by_person", "joined_by_person")
_NOT_ASKED: Final = ("erase", "join", "hand_over")


@dataclass(slots=True)
class _End:
    """One end of a case: when, where and why, whether a desk could read it; `until` it was opened again, or erased."""

    case: str
    month: str
    step: str
    on: date
    zone: str | None
    is_known: bool
    cause: str
    at_a_desk: bool
    sense: str
    says: str
    until: date = date.max


def problems(conn: Connection, month: str) -> Iterator[tuple[str, str, str]]:
    """Name each end of a month that says another thing of its cause than causes and places do."""
    ends = list(_ends(conn, month))
    # Ends from before this was written down say nothing, and count as not stated.
    since = min((one.on for one in ends if one.says), default=date.max)
    for end in ends:
        if end.month == month and end.is_known and (end.says or end.on > since):
            others = [one for one in ends if one.case != end.case and _is_alike(one, end)]
            # With a place erased, one that came before may be missing, and one that is there is there.
            whole = all(one.is_known for one in ends if one.on >= end.on - HALF_A_YEAR)
            before = any(one.on < end.on < one.until for one in others)
            may_be = any(one.on <= end.on <= one.until for one in others)
            right = {"again"} if before else {"first", "again"} if may_be or not whole else {"first"}
            if not _is_asked(end):
                right = {""}
            if end.says not in right:
                yield (
                    f"cause again, case {end.case}",
                    end.says or "nothing",
                    " or ".join(sorted(right)) or "nothing",
                )


def _is_asked(end: _End) -> bool:
    known = end.zone is not None and end.cause not in ("", "not_established")
    return known and end.at_a_desk and end.step not in _NOT_ASKED


def _is_alike(one: _End, end: _End) -> bool:
    there = (one.zone, one.cause) == (end.zone, end.cause) and one.at_a_desk and one.sense not in _NO_OTHER
    return there and end.on - HALF_A_YEAR <= one.on <= end.on


def _ends(conn: Connection, month: str) -> Iterator[_End]:
    """Follow every case that ended in a month or in the half year before it."""
    stream, stands, cause = "", dict[str, Any](), ""
    last: _End | None = None
    for row in conn.execute(_ENTRIES, {"first": _back(month, 7), "month": month}):
        if row.stream != stream:
            stream, stands, cause, last = row.stream, {}, "", None
        facts: Mapping[str, Any] = json.loads(row.facts)
        stands |= facts.get("case", {})
        if row.step == "learn":
            cause = str(facts.get("root_cause") or "")
        elif row.step == "reopen":
            cause = ""
            if last is not None:
                last.until = min(last.until, _day(row.recorded_on))
        elif row.step == "erase" and row.from_state == "closed" and last is not None:
            last.until = min(last.until, _day(row.recorded_on))
        elif row.to_state == "closed" and row.from_state != "closed":
            last = _End(
                case=stream, month=row.month, step=row.step, on=_day(row.recorded_on), zone=row.zone,
                is_known=row.exact is not None, cause=cause, at_a_desk=_at_a_desk(stands),
                sense=facts["case"]["sense"], says=str(facts.get("repeat") or ""),
            )  # fmt: skip
            yield last


def _at_a_desk(stands: Mapping[str, Any]) -> bool:
    return stands.get("room") == "desk" and not stands.get("protected")


def _back(month: str, months: int) -> str:
    place = int(month[:4]) * 12 + int(month[5:]) - 1 - months
    return f"{place // 12:04d}-{place % 12 + 1:02d}"


def _day(value: date | str) -> date:
    """SQLite answers a text, PostgreSQL a date."""
    return value if isinstance(value, date) else date.fromisoformat(value)
