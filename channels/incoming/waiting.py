"""What a complainant does in an existing case waits, durable, for the desk's next batch (DESIGN 5, timing).

In a protected case it is due at once: no desk sees it, and whoever is in danger and writes on cannot wait for morning.
"""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from channels.house import House
from channels.incoming.timing import next_batch
from grievance import case as cases
from grievance import inbox
from grievance.moment import Moment
from grievance.vocabulary import Step
from workflows import texts


def wait_for_batch(
    conn: Connection,
    house: House,
    *,
    case_id: str,
    step: Step,
    told: texts.Said | None,
    credential: str,
    at: Moment,
    complainant: str | None = None,
    label: str = "",
    happened_at: datetime | None = None,
    **facts: Any,
) -> str:
    """Keep what a complainant does in an existing case, durable, until the desk's next batch, or the clock's next round.

    `happened_at` is earlier where it waited elsewhere before it came in.
    """
    case = cases.get(conn, case_id)
    version = case.procedure_version if case else house.rules.current.version
    calendar = house.rules.calendar(
        version, site=case.site if case else None, operator=case.operator if case else None
    )
    said = {"said": texts.keep(conn, told)} if told is not None else {}
    waiting = at.id(f"waiting/{case_id}/{step}/{label}")
    inbox.wait(
        conn,
        {
            "id": waiting,
            "case": case_id,
            "complainant": complainant,
            "step": step,
            "facts": json.dumps({"credential": credential, **facts, **said}),
            "message": None,
            "happened_at": happened_at or at.now,
            "due_at": at.now
            if case is not None and case.protected
            else next_batch(house, calendar, at.now).at,
        },
    )
    return waiting
