"""A form that writes a row says how much its person had written when it was shown: a second click writes none.

What the page carries is a day and a number, and nothing is stored: `2026-11-23.2` is two entries by this person since
that day, in this register or of this item. Whoever has more of them now wrote one since, and is asked.
"""

import re
from datetime import date, timedelta
from typing import Final

from sqlalchemy import Connection

from channels.house import House
from channels.web.pages.access import Person
from grievance import register
from grievance.moment import Moment
from translations import phrase
from workflows.registry import refusedchanges
from workflows.registry.registers import NotWritten, Reason

TWICE = phrase(
    "You did this already since this page was shown: it was not done a second time. To do it again, press the button again."
)
TWICE_GONE = phrase("You did this already since this page was shown. It was recorded once.")
BACK: Final = timedelta(days=2)
"""So far back a page counts: no form stays open longer than a session, and sites lie in several days."""
_SHOWN = re.compile(r"(\d{4}-\d\d-\d\d)\.(\d{1,6})", re.ASCII)


class Twice(NotWritten):
    """The same person wrote here since the page was shown; nothing was written, and no refusal is recorded."""

    def __init__(self) -> None:
        super().__init__((Reason("", TWICE),))


def shown(conn: Connection, person: Person, name: str, at: Moment, *, item: str | None = "") -> str:
    """Say what the form of a register carries: how much this person wrote, in it or of one item."""
    since = at.now.date() - BACK
    return f"{since}.{register.written_by(conn, name, person.id, since=since, item=item)}"


def look(conn: Connection, person: Person, name: str, after: str, *, item: str | None = "") -> None:
    """Stop somebody who wrote since the page was shown, which said `after`; one that said nothing of it passes.

    Raises:
        Twice: they did. Of two clicks at once the second waits until the first is done.
    """
    found = _SHOWN.fullmatch(after)
    if found is None:
        return
    try:
        since = date.fromisoformat(found[1])
    except ValueError:
        return
    register.wait_for(conn, person.id)
    if register.written_by(conn, name, person.id, since=since, item=item) > int(found[2]):
        raise Twice


def note(house: House, person: Person, name: str, state: str, refused: NotWritten, *, item: str) -> None:
    """Write into the record what was refused in a register; a second click is no refusal."""
    if isinstance(refused, Twice):
        return
    at = house.moment()
    house.store.transact(
        lambda conn: refusedchanges.note(
            conn, name, state, refused.reasons, by=person.actor, rules=house.rules, at=at, item=item
        )
    )


def reasons(refused: NotWritten, *, form: bool) -> tuple[Reason, ...]:
    """Say why nothing was written: without a form left nobody is told to press its button again."""
    return refused.reasons if form or not isinstance(refused, Twice) else (Reason("", TWICE_GONE),)
