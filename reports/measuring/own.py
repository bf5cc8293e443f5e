"""What the mechanism itself did in a month: lessons, actions, commitments to communities, outreach, doors tried.

It comes from the registers, a change an entry, so a past month never changes: what is corrected later counts in the
month of the correction, or not at all where it only mends the words. Nobody can be known by it.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Select, select

from grievance.record import Entry
from grievance.vocabulary import Kind
from reports.measuring import attempts, danger, officers, periods
from reports.month import Month
from reports.tables import ACCESS, AIRTIME, COMMITMENTS, LEARNING, OUTREACH, Cell, Table
from workflows.registry.registerbook import BY_KEY, MEDIA
from workflows.rulebook import Rulebook

_ENTRIES = Entry.__table__.c  # type: ignore[attr-defined]
_ASKED = ("action", "broadcast", "channel_test", "commitment", "lesson", "outage", "outreach")
Counts = Counter[tuple[str, tuple[str, ...]]]


@dataclass(slots=True)
class _Item:
    """What is known of an item of a register while its entries are read."""

    state: str = ""
    until: date | None = None


def tables(conn: Connection, month: Month, *, rules: Rulebook) -> tuple[Table, ...]:
    """Measure what the mechanism did itself: tables of the kind `mechanism`, to be printed as they are.

    December's have the year's count of people in danger too, which is hidden here where it has to be.
    """
    counts = _counts(conn, month)
    lattice: tuple[tuple[str, Iterable[tuple[str, ...]]], ...] = (
        (
            LEARNING,
            [(m,) for m in ("lessons", "actions_opened", "actions_done_in_time", "actions_done_late",
                            "actions_open", "actions_overdue")],
        ),
        (COMMITMENTS, [(state,) for state in BY_KEY["commitment"].states]),
        (OUTREACH, [(medium, m) for medium in MEDIA for m in ("events", "minutes")]),
        (AIRTIME, [(language, m) for language in rules.current.languages for m in ("readings", "minutes")]),
        (ACCESS, [(m,) for m in ("tests_worked", "tests_failed", "outages")]),
    )  # fmt: skip
    of_month = tuple(
        Table(name, tuple(Cell(at, counts[name, at]) for at in places), kind=str(Kind.MECHANISM))
        for name, places in lattice
    )
    counted = officers.table(conn, month, rules=rules)
    here = of_month if counted is None else (*of_month, counted)
    quarter = tuple(attempts.table(conn, each.months, each.name) for each in periods.quarters(month))
    year = (danger.table(conn, month.year),) if month.next.year > month.year else ()
    return (*here, *quarter, *year)


def _counts(conn: Connection, month: Month) -> Counts:
    counts: Counts = Counter()
    actions: dict[str, _Item] = {}
    item, stream = _Item(), ""
    for row in _entries(conn, month):
        if row.stream != stream:
            item, stream = _Item(), row.stream
        facts = json.loads(row.facts)
        now = _Item(facts["state"], _day(facts["until"]))
        if facts["register"] == "action":
            actions[row.stream] = now
        if row.month == str(month):
            counts.update(_happened(facts, item, now, row.recorded_on))
        item = now
    for action in actions.values():
        if action.state == "open":
            overdue = action.until is not None and action.until < month.last_day
            counts[LEARNING, ("actions_open",)] += 1
            counts[LEARNING, ("actions_overdue",)] += overdue
    return counts


def _entries(conn: Connection, month: Month) -> Iterator[Any]:
    """Read the entries of these registers up to a month, item by item; only where it was still to be said."""
    query: Select[Any] = (
        select(_ENTRIES.stream, _ENTRIES.month, _ENTRIES.recorded_on, _ENTRIES.facts)
        .where(_ENTRIES.kind == str(Kind.REGISTER), _ENTRIES.month <= str(month), _ENTRIES.refused.is_(False))
        .order_by(_ENTRIES.stream, _ENTRIES.seq)
    )
    for row in conn.execute(query):
        if any(f'"register":"{name}"' in row.facts for name in _ASKED):
            yield row


def _happened(facts: Mapping[str, Any], was: _Item, now: _Item, on: date) -> dict[Any, int]:
    """Say what an entry adds: the first of an item that it is there, a later one that it is in another state."""
    first, changed, more = not was.state, was.state != now.state, facts.get("facts", {})
    match facts["register"]:
        case "lesson" if first:
            return {(LEARNING, ("lessons",)): 1}
        case "action" if changed:
            late = now.until is not None and on > now.until
            done = "actions_done_late" if late else "actions_done_in_time"
            opened = {(LEARNING, ("actions_opened",)): 1} if first else {}
            return opened | ({(LEARNING, (done,)): 1} if now.state == "done" else {})
        case "commitment" if changed:
            return {(COMMITMENTS, (now.state,)): 1}
        case "outreach" if first:
            medium, long = more.get("medium", ""), more.get("minutes", 0)
            return {(OUTREACH, (medium, "events")): 1, (OUTREACH, (medium, "minutes")): long}
        case "broadcast" if first:
            spoken, long = more.get("language", ""), more.get("minutes", 0)
            return {(AIRTIME, (spoken, "readings")): 1, (AIRTIME, (spoken, "minutes")): long}
        case "channel_test" if first:
            return {(ACCESS, (f"tests_{now.state}",)): 1}
        case "outage" if first:
            return {(ACCESS, ("outages",)): 1}
        case _:
            return {}


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
