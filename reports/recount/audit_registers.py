"""The recount of what stands in registers: what reviewers said of their orders, and what the mechanism did itself.

Like the recount of cases it shares nothing with the figures but the tables in the database.
"""

import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, text

_NOTES = text(
    "SELECT stream, month, recorded_on, facts FROM entries "
    "WHERE kind = 'register' AND month <= :month AND NOT refused ORDER BY stream, seq"
)
_VERDICTS = text(
    "SELECT e.facts, k.id FROM entries e JOIN register_items i ON i.id = e.stream "
    'JOIN commitments c ON c.id = i.about JOIN cases k ON k.id = c."case" '
    "WHERE e.kind = 'register' AND e.month = :month AND NOT e.refused AND i.name = 'compliance' AND k.kind = :kind"
)
_OF_CASE = text(
    "SELECT facts FROM entries WHERE stream = :stream AND month <= :month AND NOT refused ORDER BY seq"
)
_IN_DANGER = text(
    "SELECT stream, month, step, role, happened_on, facts FROM entries "
    "WHERE kind IN ('grievance', 'information_request') AND NOT refused AND month >= :before AND month <= :last "
    "ORDER BY stream, seq"
)
_SPOKE = ("acknowledge", "hear", "ask", "update", "attempt_contact")
_SAFE = ("focal", "reviewer")
Places = Counter[tuple[str, ...]]


def verdicts(conn: Connection, month: str, kind: str) -> Counter[str]:
    """Count the words of reviewers about their orders in cases that were counted when the month ended."""
    found: Counter[str] = Counter()
    for facts, case in conn.execute(_VERDICTS, {"month": month, "kind": kind}):
        whom = None
        for (said,) in conn.execute(_OF_CASE, {"stream": case, "month": month}):
            whom = json.loads(said).get("case", {}).get("counted", whom)
        if whom is not None:
            found.update(["all", json.loads(facts)["state"]])
    return found


def in_danger(conn: Connection, year: str) -> dict[str, int]:
    """Count what a year tells of people in danger, of either kind of case: cases, contacts owed, contacts in time.

    A contact is owed the day after, unless it was found by then that nobody is in danger.
    """
    counts = {"cases": 0, "contact_due": 0, "contact_in_time": 0}
    asked = {"before": f"{int(year) - 1:04d}-12", "last": f"{year}-12"}
    for _, rows in groupby(conn.execute(_IN_DANGER, asked).all(), key=lambda row: row.stream):
        news = [(row, json.loads(row.facts).get("case", {}).get("protected")) for row in rows]
        counts["cases"] += any(said and row.month[:4] == year for row, said in news)
        for due, in_time in _contacts(news):
            counts["contact_due"] += str(due.year) == year
            counts["contact_in_time"] += in_time and str(due.year) == year
    return counts


def _contacts(news: list[tuple[Any, bool | None]]) -> Iterator[tuple[date, bool]]:
    """Say of each contact that a case owed by which day it was due, and whether it came by then."""
    at = 0
    while at < len(news):
        row, said = news[at]
        at += 1
        if not said:
            continue
        due = date.fromisoformat(str(row.happened_on)) + timedelta(days=1)
        while at < len(news) and news[at][1] is not False and not _is_safe(news[at][0]):
            at += 1
        ended = date.fromisoformat(str(news[at][0].happened_on)) if at < len(news) else date.max
        at += 1
        released = at <= len(news) and news[at - 1][1] is False
        if not released or ended > due:
            yield due, not released and ended <= due


def _is_safe(row: Any) -> bool:
    return row.step in _SPOKE and row.role in _SAFE


def officers(conn: Connection, month: str) -> Counter[str]:
    """Count the open accounts of officers when a month ended, by company and in all; nothing where no entry says it."""
    found: Counter[str] = Counter()
    for _, _, _, raw in conn.execute(_NOTES, {"month": month}):
        note = json.loads(raw)
        said = note.get("facts", {})
        if note["register"] == "account" and said.get("role") == "officer" and "company" in said:
            for row in ("all", said["company"]):
                found[row] += {"opened": 1, "there": 1, "closed": -1}[note["state"]]
    return found


def attempts(conn: Connection, months: Collection[str]) -> dict[str, int]:
    """Add up what the months of a quarter said of attempts that failed, by way in; nothing where one said nothing."""
    found, left = Counter({"all": 0}), set(months)
    for _, _, _, raw in conn.execute(_NOTES, {"month": "9999-12"}):
        facts = json.loads(raw)
        if facts["register"] == "attempts" and facts["facts"]["month"] in left:
            left.discard(facts["facts"]["month"])
            ways = {way: n for way, n in facts["facts"].items() if way != "month"}
            found.update({**ways, "all": sum(ways.values())})
    return {} if left else dict(found)


def own(conn: Connection, month: str) -> Places:
    """Count what the mechanism did itself: by table and place in it."""
    found: Places = Counter()
    before: dict[str, str] = {}
    actions: dict[str, Mapping[str, Any]] = {}
    for stream, when, recorded, raw in conn.execute(_NOTES, {"month": month}):
        facts = json.loads(raw)
        if facts["register"] == "action":
            actions[stream] = facts
        if when == month:
            for place, n in _added(facts, before.get(stream), str(recorded)):
                found[place] += n
        before[stream] = facts["state"]
    year, number = int(month[:4]), int(month[5:])
    last = date(year + number // 12, number % 12 + 1, 1) - timedelta(days=1)
    for facts in actions.values():
        if facts["state"] == "open":
            found["learning", "actions_open"] += 1
            found["learning", "actions_overdue"] += (
                facts["until"] is not None and facts["until"] < last.isoformat()
            )
    return found


def _added(
    facts: Mapping[str, Any], before: str | None, recorded: str
) -> Iterator[tuple[tuple[str, ...], int]]:
    state, answers, register = facts["state"], facts.get("facts", {}), facts["register"]
    if register == "commitment" and state != before:
        yield ("commitments", state), 1
    if register == "action" and state == "done" != before:
        late = facts["until"] is not None and recorded > facts["until"]
        yield ("learning", "actions_done_late" if late else "actions_done_in_time"), 1
    if before is not None:
        return
    if register == "action":
        yield ("learning", "actions_opened"), 1
    elif register == "lesson":
        yield ("learning", "lessons"), 1
    elif register == "outreach":
        yield ("outreach", answers.get("medium", ""), "events"), 1
        yield ("outreach", answers.get("medium", ""), "minutes"), answers.get("minutes", 0)
    elif register == "broadcast":
        yield ("airtime", answers.get("language", ""), "readings"), 1
        yield ("airtime", answers.get("language", ""), "minutes"), answers.get("minutes", 0)
    elif register == "channel_test":
        yield ("access", f"tests_{state}"), 1
    elif register == "outage":
        yield ("access", "outages"), 1
