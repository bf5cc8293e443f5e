"""The lines beside the lists of cases: what reviewers watch over, and dangers to many that were passed on."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from channels.incoming.attached import recordings
from channels.web.pages.access import Person
from channels.web.public.findingviews import NAME
from channels.web.staff import caseviews
from grievance.vocabulary import Role
from translations import phrase
from workflows.clockwork import held
from workflows.knowing import conflicts
from workflows.protection import samples
from workflows.registry import compliance, draftrounds, findings, hazards, surveys
from workflows.registry.findings import ANSWERED, RECORDED

HELD = phrase("Texts that look like advertising")
SAMPLE = phrase("Looking for missed danger")


def group(conn: Connection, face: str, person: Person, today: date) -> dict[str, Any]:
    """Build the group of a face; a line that is late says so by its number, and the page behind it in words."""
    found = findings.listed(conn, by=person.actor)
    waits = (RECORDED,) if person.role == Role.OFFICER else (RECORDED, ANSWERED)
    n, late = sum(one.state in waits for one in found), any(one.is_late(today) for one in found)
    tone = "late" if late else ""
    if face == "desk":
        return {"name": NAME, "views": [("/desk/findings", phrase("To answer"), n, tone, False)]}
    off = caseviews.hidden(conn, person.id)
    ordered = compliance.measures(conn, sites=person.sites)
    drawn = samples.draw(conn, today=today, sites=person.sites)
    open_orders = sum(one.waits(today) for one in ordered if one.number not in off)
    unread = sum(not one.looked for one in drawn if one.number not in off)
    return {
        "name": phrase("The companies' part"),
        "views": [
            ("/review/findings", NAME, n, tone, False),
            ("/review/orders", phrase("What reviewers ordered"), open_orders, "soon", False),
            ("/review/sample", SAMPLE, unread, "soon", False),
            (
                "/review/surveys",
                phrase("Opinion surveys"),
                int(surveys.open_round(conn) is not None),
                "",
                False,
            ),
            (
                "/review/comments",
                phrase("Comments on drafts"),
                len(draftrounds.waiting(conn)),
                "soon",
                False,
            ),
        ],
    }


def dangers(conn: Connection, face: str, person: Person, now: datetime) -> dict[str, Any]:
    """Build the group of the dangers that were passed on: how many wait for an answer of the company."""
    found = hazards.listed(conn, by=person.actor, now=now)
    tone = "late" if any(one.is_late(now) for one in found) else "soon"
    line = phrase("Reported to the mechanism") if face == "desk" else phrase("Pass on a danger")
    waiting = sum(one.waits(now) for one in found)
    return {
        "name": phrase("Dangers to many"),
        "views": [(f"/{face}/hazards", line, waiting, tone, False)],
    }


def heard_by(conn: Connection, person: Person) -> list[Any]:
    """List the voices that wait in the cases of the sites somebody serves, and in none that they are off."""
    off = conflicts.off(conn, person.id)
    return [
        row
        for row in recordings.waiting(conn)
        if row.case not in off and (not person.sites or row.site is None or row.site in person.sites)
    ]


def voices(conn: Connection, face: str, person: Person) -> list[dict[str, Any]]:
    """Build the groups of voices and texts that wait for somebody to listen or to look; a desk has none."""
    if face != "review":
        return []
    waiting = sum(row.state == recordings.SEALED for row in heard_by(conn, person))
    line = ("/review/recordings", recordings.NAME, waiting, "soon", False)
    texts = ("/review/held", HELD, held.count(conn), "soon", False)
    return [{"name": phrase("Calls"), "views": [line]}, {"name": phrase("Texts"), "views": [texts]}]
