"""Words that are no case yet, waiting among what waits: how they become one. Their facts say all that their door knew."""

import json
from datetime import date
from typing import Any, Final

from sqlalchemy import Connection, Row

from workflows import casework, texts

_PLAIN: Final = ("channel", "language", "room", "operator", "site", "zone", "theme")


def facts_of(complaint: casework.Complaint, *, counted: bool) -> dict[str, Any]:
    """Write down what a door knows of a complaint, but its words; `counted`: also the token that counts its person."""
    facts: dict[str, Any] = {name: getattr(complaint, name) for name in _PLAIN}
    if complaint.named:
        facts["named"] = list(complaint.named)
    if complaint.token and counted:
        facts |= {"year": complaint.token[0], "token": complaint.token[1].hex()}
    if complaint.link:
        older, why, until = complaint.link
        facts |= {"older": older, "why": why, "until": until.isoformat() if until else None}
    return facts


def complaint_of(conn: Connection, row: Row[Any]) -> casework.Complaint:
    """Read the complaint of what waits, with its words; its clocks begin when it came."""
    facts: dict[str, Any] = json.loads(row.facts)
    kept, until = facts.get("said"), facts.get("until")
    token = (facts["year"], bytes.fromhex(facts["token"])) if facts.get("token") else None
    link = (
        (facts["older"], facts["why"], date.fromisoformat(until) if until else None)
        if facts.get("older")
        else None
    )
    return casework.Complaint(
        **{name: value for name, value in facts.items() if name in _PLAIN},
        said=(texts.stored(conn, kept),) if kept else (),
        complainant=row.complainant,
        token=token,
        link=link,
        happened_at=row.happened_at,
        named=tuple(facts.get("named", ())),
    )
