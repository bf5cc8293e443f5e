"""How many officers could decide cases when a month ended, by company (I-40): from the entries of their accounts alone."""

import json
from collections import Counter

from sqlalchemy import Connection, select

from grievance.record import Entry
from grievance.vocabulary import Kind, Role
from reports.month import Month
from reports.tables import ALL, OFFICERS, Cell, Table
from workflows.registry.accounts import ACCOUNT, CLOSED
from workflows.rulebook import Rulebook

_ENTRIES = Entry.__table__.c  # type: ignore[attr-defined]


def table(conn: Connection, month: Month, *, rules: Rulebook) -> Table | None:
    """Count the open accounts of officers; nothing where no entry up to then named a company, so that nobody knows."""
    query = select(_ENTRIES.facts).where(
        _ENTRIES.kind == str(Kind.REGISTER),
        _ENTRIES.month <= str(month),
        _ENTRIES.refused.is_(False),
        _ENTRIES.facts.contains('"company":'),
        _ENTRIES.facts.contains(f'"register":"{ACCOUNT}"'),
    )
    there: Counter[str] = Counter()
    for (raw,) in conn.execute(query):
        facts = json.loads(raw)
        if facts["facts"]["role"] == Role.OFFICER:
            there[facts["facts"]["company"]] += -1 if facts["state"] == CLOSED else 1
    if not there:
        return None
    declared = [operator.key for operator in rules.current.operators]
    rows = (*declared, *sorted(set(there) - set(declared)))
    cells = (Cell((ALL,), sum(there.values())), *(Cell((row,), there[row]) for row in rows))
    return Table(OFFICERS, cells, kind=str(Kind.MECHANISM))
