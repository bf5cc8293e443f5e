"""What the mechanism itself did, counted for the scorecard: nobody can be known by it, so it is told as it is.

Each figure is as of the last day of the month, so that a later version of the same month says the same.
"""

import json
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, func, select

from grievance import record, register
from grievance.calendar import Calendar
from grievance.published import Release as Row
from reports.beside.scorecard import NOTHING, Measured
from reports.month import Month
from workflows.rulebook import Rulebook

TOLD_WITHIN = timedelta(days=90)
HEARD_WITHIN = timedelta(days=365)
WINDOW = 11
"""Months before this one whose reports are looked at, so that with this one there are twelve."""
_RELEASES = Row.__table__  # type: ignore[attr-defined]


def read(conn: Connection, month: Month, *, rules: Rulebook, today: date) -> Mapping[str, Measured]:
    """Count the mechanism's own acts, by criterion."""
    return {
        "legitimate": _from_outside(conn, month),
        "accessible": _told(conn, month, rules),
        "transparent": _in_time(conn, month, rules.calendar(rules.current.version, site=None), today),
        "dialogue": _answered(conn, month),
    }


def _from_outside(conn: Connection, month: Month) -> Measured:
    """How many seats of the panel were taken from outside the company, at its meetings within ninety days."""
    since = month.last_day - TOLD_WITHIN
    held = [
        register.facts_of(row)
        for row in register.items(conn, "panel")
        if since < row.held_on <= month.last_day
    ]
    present = sum(facts["present"] for facts in held)
    return Measured(sum(facts["outside"] for facts in held), present) if present else NOTHING


def _told(conn: Connection, month: Month, rules: Rulebook) -> Measured:
    """In how many places somebody told people about the mechanism within ninety days."""
    zones = {zone.key for zone in rules.current.zones}
    since = month.last_day - TOLD_WITHIN
    reached = {row.zone for row in register.items(conn, "outreach") if since < row.held_on <= month.last_day}
    return Measured(len(zones & reached), len(zones)) if zones else NOTHING


def _in_time(conn: Connection, month: Month, calendar: Calendar, today: date) -> Measured:
    """How many of the last twelve reports came in time; one that never came is none of them."""
    query = (
        select(_RELEASES.c.month, func.min(_RELEASES.c.published_on).label("first"))
        .where(_RELEASES.c.month < str(month), _RELEASES.c.month >= str(month.back(WINDOW)))
        .group_by(_RELEASES.c.month)
    )
    first = {Month.parse(row.month): row.first for row in conn.execute(query)} | {month: today}
    owed = [m for m in month.with_twelve_before()[1:] if m >= min(first)]
    return Measured(sum(m in first and first[m] <= m.due_on(calendar) for m in owed), len(owed))


def _answered(conn: Connection, month: Month) -> Measured:
    """How much of what was said in consultations of a year had an answer on the last day of the month."""
    since = month.last_day - HEARD_WITHIN
    heard = [row for row in register.items(conn, "consultation") if since < row.held_on <= month.last_day]
    answered = sum(state_on(conn, row.id, month.last_day) == "answered" for row in heard)
    return Measured(answered, len(heard)) if heard else NOTHING


def state_on(conn: Connection, item: str, day: date) -> str:
    """How an item of a register stood on a day, by its entries; empty where it was not written down yet."""
    return str(stood(conn, item, day).get("state", ""))


def stood(conn: Connection, item: str, day: date) -> Mapping[str, Any]:
    """What the record said of an item of a register on a day; nothing where it was not written down yet."""
    entries = [e for e in record.entries_of(conn, item) if not e.refused and e.recorded_on <= day]
    return dict(json.loads(entries[-1].facts)) if entries else {}
