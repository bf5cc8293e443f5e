"""Clusters: three cases of one cause in one place within ninety days, and whether something is done about it.

Computed from what was learned at closing. Publicly only the cause is said, and only of cases that stand in
public figures: a cluster of protected cases is known to review alone.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, select

from grievance import register
from grievance.case import CASES
from grievance.record import Entry, EntryExact
from grievance.vocabulary import CASE_KINDS, Step

ENOUGH = 3
WITHIN = timedelta(days=90)
_ENTRIES = Entry.__table__  # type: ignore[attr-defined]
_EXACT = EntryExact.__table__  # type: ignore[attr-defined]
_ZONE = func.coalesce(_EXACT.c.zone, CASES.c.zone).label("zone")


@dataclass(frozen=True, slots=True)
class Cluster:
    """One cause in one zone: since when, how many cases, and the newest day; for review only."""

    cause: str
    zone: str
    since: date
    newest: date
    cases: int
    acted: bool


def clusters(conn: Connection, today: date, *, protected: bool = False) -> tuple[Cluster, ...]:
    """Find the clusters of the last ninety days; `protected` looks at everything, which only review may."""
    found: dict[tuple[str, str], dict[str, date]] = defaultdict(dict)
    for row in _learned(conn, today, protected=protected):
        cause = json.loads(row.facts).get("root_cause")
        if cause and row.zone:
            found[cause, row.zone][row.stream] = row.recorded_on
    actions = register.items(conn, "action")
    made = []
    for (cause, zone), days in sorted(found.items()):
        if len(days) >= ENOUGH:
            since = min(days.values())
            made.append(
                Cluster(
                    cause, zone, since, max(days.values()), len(days), _acted(actions, cause, zone, since)
                )
            )
    return tuple(made)


def public(found: Iterable[Cluster]) -> Mapping[str, bool]:
    """Say of each cause with a cluster whether every one of its clusters has an action; no place, no number."""
    said: dict[str, bool] = {}
    for one in found:
        said[one.cause] = said.get(one.cause, True) and one.acted
    return said


def _acted(actions: Iterable[Row[Any]], cause: str, zone: str, since: date) -> bool:
    """Whether an action of that cause and place is open, or was decided since the first of its cases."""
    return any(
        register.facts_of(action).get("cause") == cause
        and action.zone in (None, zone)
        and (action.state == "open" or action.held_on >= since)
        for action in actions
    )


def _learned(conn: Connection, today: date, *, protected: bool) -> Iterable[Row[Any]]:
    query = (
        select(_ENTRIES.c.stream, _ENTRIES.c.recorded_on, _ENTRIES.c.facts, _ZONE)
        .join(CASES, CASES.c.id == _ENTRIES.c.stream)
        .join(_EXACT, (_EXACT.c.stream == _ENTRIES.c.stream) & (_EXACT.c.seq == _ENTRIES.c.seq), isouter=True)
        .where(_ENTRIES.c.kind.in_([str(k) for k in CASE_KINDS]), _ENTRIES.c.step == str(Step.LEARN))
        .where(_ENTRIES.c.refused.is_(False), _ENTRIES.c.recorded_on > today - WITHIN)
        .where(_ENTRIES.c.recorded_on <= today)
        .order_by(_ENTRIES.c.recorded_on, _ENTRIES.c.seq)
    )
    if not protected:
        query = query.where(CASES.c.protected.is_(False), CASES.c.room == "desk")
    return conn.execute(query).all()
