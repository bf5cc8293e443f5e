"""What reviewers said in a month about what they had ordered: done, done in part, or not.

An entry of that register names no case, so that nothing is told of a protected one by where it lies; which case a
measure belongs to is asked of the commitments, and whether that case was counted then, of its own entries.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, Select, select

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


def verdicts(conn: Connection, month: Month, kind: Kind) -> tuple[dict[str, int], dict[str, set[bytes]]]:
    """Count the words of reviewers by verdict, the sum with them, and who stands behind each."""
    query: Select[Any] = (
        select(_COMMITMENTS.case, _ENTRIES.facts, _TOKENS.c.token)
        .join(ITEMS, ITEMS.c.id == _ENTRIES.stream)
        .join(Commitment.__table__, _COMMITMENTS.id == ITEMS.c.about)  # type: ignore[attr-defined]
        .join(CASES, CASES.c.id == _COMMITMENTS.case)
        .outerjoin(_TOKENS, _TOKENS.c.case == _COMMITMENTS.case)
        .where(_ENTRIES.month == str(month), _ENTRIES.kind == str(Kind.REGISTER), _ENTRIES.refused.is_(False))
        .where(ITEMS.c.name == compliance.KEY, CASES.c.kind == str(kind))
    )
    rows = conn.execute(query).all()
    seen = _counted(conn, month, {row.case for row in rows})
    counts: dict[str, int] = {}
    behind: dict[str, set[bytes]] = {}
    for row in rows:
        if row.case in seen:
            for verdict in (ALL, json.loads(row.facts)["state"]):
                counts[verdict] = counts.get(verdict, 0) + 1
                behind.setdefault(verdict, set()).add(row.token or NOBODY_KNOWN)
    return counts, behind


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
