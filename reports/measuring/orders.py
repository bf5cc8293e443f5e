"""What reviewers said in a month about what they had ordered: done, done in part, or not.

An entry of that register names no case, so that nothing is told of a protected one by where it lies; which case a
measure belongs to is asked of the commitments, and whether that case was counted then, of its own entries.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from grievance.case import CASES
from grievance.commitment import Commitment
from grievance.complainant import Contributor
from grievance.record import Entry
from grievance.register import ITEMS
from grievance.vocabulary import Kind
from reports.measuring.people import NOBODY_KNOWN
from reports.month import Month
from reports.tables import ALL
from workflows.registry import compliance

_ENTRIES = Entry.__table__.c  # type: ignore[attr-defined]
_COMMITMENTS = Commitment.__table__.c  # type: ignore[attr-defined]
_TOKENS = Contributor.__table__  # type: ignore[attr-defined]


@dataclass(slots=True)
class Verdicts:
    """What was said in a month: how often each verdict, the sum with them, and who stands behind each."""

    counts: dict[str, int] = field(default_factory=dict)
    behind: dict[str, set[bytes]] = field(default_factory=dict)


def verdicts(conn: Connection, months: Sequence[Month], kind: Kind) -> dict[Month, Verdicts]:
    """Count the words of reviewers by verdict in months that follow one another."""
    query: Select[Any] = (
        select(_COMMITMENTS.case, _ENTRIES.month, _ENTRIES.facts, _TOKENS.c.token)
        .join(ITEMS, ITEMS.c.id == _ENTRIES.stream)
        .join(Commitment.__table__, _COMMITMENTS.id == ITEMS.c.about)  # type: ignore[attr-defined]
        .join(CASES, CASES.c.id == _COMMITMENTS.case)
        .outerjoin(_TOKENS, _TOKENS.c.case == _COMMITMENTS.case)
        .where(_ENTRIES.month.between(str(months[0]), str(months[-1])), _ENTRIES.refused.is_(False))
        .where(_ENTRIES.kind == str(Kind.REGISTER), ITEMS.c.name == compliance.KEY, CASES.c.kind == str(kind))
    )
    said: dict[str, list[Row[Any]]] = {}
    for row in conn.execute(query):
        said.setdefault(row.month, []).append(row)
    return {month: _of(conn, month, said.get(str(month), ())) for month in months}


def _of(conn: Connection, month: Month, rows: Collection[Row[Any]]) -> Verdicts:
    found = Verdicts()
    seen = _counted(conn, month, {row.case for row in rows}) if rows else set()
    for row in rows:
        if row.case in seen:
            for verdict in (ALL, json.loads(row.facts)["state"]):
                found.counts[verdict] = found.counts.get(verdict, 0) + 1
                found.behind.setdefault(verdict, set()).add(row.token or NOBODY_KNOWN)
    return found


def _counted(conn: Connection, month: Month, cases: Iterable[str]) -> set[str]:
    """Say which cases counted for somebody when the month ended."""
    query = (
        select(_ENTRIES.stream, _ENTRIES.facts)
        .where(_ENTRIES.stream.in_(list(cases)), _ENTRIES.month <= str(month), _ENTRIES.refused.is_(False))
        .where(_ENTRIES.facts.contains('"counted":'))
        .order_by(_ENTRIES.stream, _ENTRIES.seq)
    )
    newest: Mapping[str, Any] = {
        row.stream: json.loads(row.facts)["case"]["counted"] for row in conn.execute(query)
    }
    return {case for case, counted in newest.items() if counted is not None}
