"""What is counted when something happens: deltas of the marginal rollups, in the same transaction (DESIGN 8).

Protected cases are counted nowhere here. A case counts for an operator from the day its desk can see it;
until then it stands under `unrouted`, and moving from one to the other is `moved_out` and `moved_in`.

Measures: `received`, `reopened`, `closed`, `moved_in`, `moved_out`, `sense:<sense>`, `step:<step>`,
`<clock>:<met|late|stopped|closed>`, `days:<clock>:<gross calendar days>`, `refused:<guard>`, `told`,
`letter:closing`. Dimensions: `all`, `operator`; for `received` also `channel`, `theme`, `site` and `site_theme`; for
what of a case's end a month prints by site, also `site`.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Protocol

from sqlalchemy import Connection

from grievance import record, tally
from grievance.case import Case, CaseClock
from grievance.tally import Count
from grievance.vocabulary import State, Step
from workflows.criterion import Refusal

UNROUTED = "unrouted"
NOT_STATED = "not_stated"
ALL = "all"
BY_SITE = frozenset({"acknowledge:met", "answer:met", "closed"})
"""What is counted by site too, besides what came in."""


class Entering(Protocol):
    """What of a complaint is counted."""

    @property
    def channel(self) -> str:
        """By which door it came."""
        ...

    @property
    def theme(self) -> str | None:
        """What it is about, if that is known."""
        ...

    @property
    def site(self) -> str | None:
        """Which site it is about, if that is known."""
        ...


def member(*, protected: bool, room: str, operator: str | None) -> str | None:
    """Say for whom a case counts: nobody while it is protected, `unrouted` until a desk can see it."""
    if protected:
        return None
    return operator if room == "desk" and operator else UNROUTED


def count_receipt(conn: Connection, act: record.Act, complaint: Entering, *, counted: str | None) -> None:
    """Count a complaint that came in."""
    if counted is None:
        return
    theme, site = complaint.theme or NOT_STATED, complaint.site or NOT_STATED
    members = {
        "all": ALL, "operator": counted, "channel": complaint.channel, "theme": theme, "site": site,
        "site_theme": f"{site}/{theme}",
    }  # fmt: skip
    tally.append(conn, month=act.month, kind=act.kind, counts=[Count("received", members)])


def count_step(
    conn: Connection,
    act: record.Act,
    *,
    before: Case,
    changed: Mapping[str, Any],
    ops: Sequence[Mapping[str, Any]],
    clocks: Sequence[CaseClock],
    owed: Sequence[str],
) -> None:
    """Count a step: the move between operators first, then everything for whom the case counts afterwards."""
    old = before.counted
    new = changed.get("counted", old)
    counts: list[Count] = []
    if old != new:
        counts += _moves(old, new)
    if new is not None:
        for_whom = {"all": ALL, "operator": new}
        there = for_whom | {"site": act.site or NOT_STATED}
        counts += [
            Count(measure, there if measure in BY_SITE else for_whom)
            for measure in _measures(act, changed, ops, clocks, owed)
        ]
    if counts:
        tally.append(conn, month=act.month, kind=act.kind, counts=counts)


def count_refusals(conn: Connection, case: Case, refusals: Sequence[Refusal], *, month: str) -> None:
    """Count what the guards refused."""
    if case.counted is not None:
        counts = [Count(f"refused:{r.guard}", {"all": ALL, "operator": case.counted}) for r in refusals]
        tally.append(conn, month=month, kind=case.kind, counts=counts)


def _moves(old: str | None, new: str | None) -> list[Count]:
    counts = []
    if old is not None:
        counts.append(Count("moved_out", {"operator": old} | ({"all": ALL} if new is None else {})))
    if new is not None:
        counts.append(Count("moved_in", {"operator": new} | ({"all": ALL} if old is None else {})))
    return counts


def _measures(
    act: record.Act,
    changed: Mapping[str, Any],
    ops: Sequence[Mapping[str, Any]],
    clocks: Sequence[CaseClock],
    owed: Sequence[str],
) -> list[str]:
    measures = [f"step:{act.step}"]
    if act.to_state == State.CLOSED != act.from_state:
        measures += ["closed", f"sense:{changed['sense']}"]
    if act.step == Step.REOPEN:
        measures.append("reopened")
    if owed:
        measures.append("told")
    if "closing_letter" in owed:
        measures.append("letter:closing")
    started = {(c.name, c.round): c.started_on for c in clocks}
    for op in ops:
        if op["op"] == "end":
            measures.append(f"{op['name']}:{op['ending']}")
            if op["ending"] in ("met", "late"):
                days = _gross(started.get((op["name"], op["round"])), act.recorded_on)
                measures.append(f"days:{op['name']}:{days}")
    return measures


def _gross(start: date | None, end: date) -> int:
    return 0 if start is None else (end - start).days
