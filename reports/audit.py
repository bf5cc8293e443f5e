"""The recount: what a month must say, from the entries alone, by code of its own (DESIGN 8 and 9).

It shares nothing with the figures, the masking or the rollups but the tables in the database: it reads
every entry once, oldest first within its case, and adds up again what casework should have counted.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Connection, text

Key = tuple[str, str, str]
"""Measure, dimension, member."""
AT_A_SITE = ("closed", "acknowledge:met", "answer:met")
COMES, GOES = ("received", "reopened", "moved_in"), ("closed", "moved_out")
_ENTRIES = text(
    "SELECT stream, month, step, from_state, to_state, refused, recorded_on, happened_on, channel, theme, "
    "site, facts, guards FROM entries WHERE kind = :kind AND month <= :month ORDER BY stream, seq"
)
_COUNTED = text(
    "SELECT measure, dimension, member, SUM(n) FROM ("
    "SELECT measure, dimension, member, n FROM rollups WHERE kind = :kind AND month = :month UNION ALL "
    "SELECT measure, dimension, member, n FROM deltas WHERE kind = :kind AND month = :month) AS every_row "
    "GROUP BY measure, dimension, member"
)


@dataclass(slots=True)
class Recount:
    """A month, counted again: everything that happened in it, and what was open when it began."""

    counts: Counter[Key] = field(default_factory=Counter)
    opening: Counter[str] = field(default_factory=Counter)
    received: Counter[tuple[str, str]] = field(default_factory=Counter)
    """By month and by site and theme (`illapa/water`), of this month and of every one before."""

    def stock(self, row: str, measure: str) -> int:
        """One figure of the account of a row; `closing` follows from the others."""
        dimension = "all" if row == "all" else "operator"
        if measure == "opening":
            return self.opening[row]
        if measure != "closing":
            return self.counts[measure, dimension, row]
        came = sum(self.counts[m, dimension, row] for m in COMES)
        return self.opening[row] + came - sum(self.counts[m, dimension, row] for m in GOES)

    def received_over(self, months: Iterable[str], site: str, theme: str) -> int:
        """What came in over some months at a site about a theme; `all` stands for every one."""
        wanted = set(months)
        return sum(
            n
            for (month, place), n in self.received.items()
            if month in wanted
            and site in ("all", place.partition("/")[0])
            and theme in ("all", place.partition("/")[2])
        )

    def days(self, row: str, clock: str) -> list[int]:
        """How long each met or late end of a clock took in a row, shortest first."""
        dimension = "all" if row == "all" else "operator"
        start = f"days:{clock}:"
        found: list[int] = []
        for (measure, where, member), n in self.counts.items():
            if measure.startswith(start) and (where, member) == (dimension, row):
                found += [int(measure[len(start) :])] * n
        return sorted(found)


@dataclass(slots=True)
class _Case:
    """What the recount remembers of one case while it reads on."""

    counted: str | None = None
    started: dict[tuple[str, int], date] = field(default_factory=dict)


def recount(conn: Connection, month: str, kind: str) -> Recount:
    """Count a month again from the entries."""
    made, stream, case = Recount(), "", _Case()
    rows = conn.execution_options(yield_per=2000).execute(_ENTRIES, {"kind": kind, "month": month})
    for row in rows:
        if row.stream != stream:
            stream, case = row.stream, _Case()
        for measure, members in _happened(row._asdict(), case):
            if measure == "received":
                made.received[row.month, members["site_theme"]] += 1
            if row.month == month:
                made.counts.update((measure, dimension, member) for dimension, member in members.items())
            elif measure in COMES or measure in GOES:
                sign = 1 if measure in COMES else -1
                for dimension, member in members.items():
                    if dimension in ("all", "operator"):
                        made.opening[member] += sign
    return made


def counted(conn: Connection, month: str, kind: str) -> Counter[Key]:
    """Read what casework counted in a month: the rollups, and what still waits to be folded into them."""
    rows = conn.execute(_COUNTED, {"kind": kind, "month": month})
    return Counter({(row[0], row[1], row[2]): int(row[3]) for row in rows})


def _happened(row: Mapping[str, Any], case: _Case) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Say what one entry adds to which sums, and remember what later entries of the case need."""
    if row["refused"]:
        if case.counted is not None:
            for guard, verdict in json.loads(row["guards"]).items():
                if verdict == "refused":
                    yield f"refused:{guard}", {"all": "all", "operator": case.counted}
        return
    facts = json.loads(row["facts"])
    says = facts.get("case", {})
    was, case.counted = case.counted, says.get("counted", case.counted)
    if row["step"] == "receive":
        if case.counted is not None:
            yield "received", _places_of(row, case.counted)
    elif was != case.counted:
        yield from _moved(was, case.counted)
    ends = list(_clock_ends(row, facts, case))
    if case.counted is None or row["step"] == "receive":
        return
    whom = {"all": "all", "operator": case.counted}
    there = whom | {"site": row["site"] or "not_stated"}
    for measure in (f"step:{row['step']}", *_closes(row, says), *_told(row, facts), *ends):
        yield measure, there if measure in AT_A_SITE else whom


def _places_of(row: Mapping[str, Any], counted_for: str) -> dict[str, str]:
    theme, site = row["theme"] or "not_stated", row["site"] or "not_stated"
    return {
        "all": "all", "operator": counted_for, "channel": row["channel"], "theme": theme, "site": site,
        "site_theme": f"{site}/{theme}",
    }  # fmt: skip


def _moved(was: str | None, becomes: str | None) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Between two operators a move leaves the whole as it is; into or out of protection it does not."""
    if was is not None:
        yield "moved_out", {"operator": was} | ({"all": "all"} if becomes is None else {})
    if becomes is not None:
        yield "moved_in", {"operator": becomes} | ({"all": "all"} if was is None else {})


def _closes(row: Mapping[str, Any], says: Mapping[str, Any]) -> Iterator[str]:
    if row["to_state"] == "closed" and row["from_state"] != "closed":
        yield "closed"
        yield f"sense:{says['sense']}"
    if row["step"] == "reopen":
        yield "reopened"


def _told(row: Mapping[str, Any], facts: Mapping[str, Any]) -> Iterator[str]:
    if "last_told_on" in facts.get("case", {}):
        yield "told"
        if row["step"] == "update" and facts.get("purpose") == "closing_letter":
            yield "letter:closing"


def _clock_ends(row: Mapping[str, Any], facts: Mapping[str, Any], case: _Case) -> Iterator[str]:
    """Follow every clock from its start, also while the case is counted nowhere: days run all the same."""
    recorded, happened = _day(row["recorded_on"]), _day(row["happened_on"])
    for op in facts.get("clocks", ()):
        clock = (op["name"], op["round"])
        if op["op"] == "start":
            case.started[clock] = happened if row["step"] == "receive" else recorded
        elif op["op"] == "end":
            yield f"{op['name']}:{op['ending']}"
            if op["ending"] in ("met", "late"):
                yield f"days:{op['name']}:{(recorded - case.started[clock]).days}"


def _day(value: date | str) -> date:
    """SQLite answers a text, PostgreSQL a date."""
    return value if isinstance(value, date) else date.fromisoformat(value)
