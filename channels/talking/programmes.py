"""The code of a programme: two or three digits that are said on the air, and that a listener may name in a message.

It is counted how many people named it, and never with which case: the words of the message stay as they were sent.
"""

import re
from datetime import date

from sqlalchemy import Connection

from grievance import airing
from grievance.keyring import Ring

_NAMED = re.compile(r"(?:^|[^\w])radio[^\w]{0,3}(\d{2,3})(?![\w.,]*\d)", re.IGNORECASE)


def named(text: str) -> str:
    """Find the code of a programme that a message names, as "radio 27"; empty if it names none."""
    found = _NAMED.search(text)
    return found[1] if found else ""


def count(conn: Connection, ring: Ring, programme: str, *, who: str, on: date) -> None:
    """Count that somebody named a programme, if they did, under a token that joins to no case and no other count."""
    if programme:
        airing.heard(conn, programme, on=on, who=ring.mac("heard", who)[:16])
