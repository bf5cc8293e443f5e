"""A form that is sent again because its answer was lost: one case still, and the same number and clave once more.

The line breaks after we stored a complaint and before the page arrived: the person holds nothing but the form. So the
clave of a form is made from the form (`filing.clave_of`), and the very same form, with the random key that only this
page knows and every word unchanged, is told the same again. Not for long, and never once the page is known to have
arrived or the clave was used: whoever sits down at a computer after somebody, and goes back, is told nothing.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import and_, select, update

from channels.claves.stretching import stretch_new
from channels.house import House
from channels.incoming import filing
from channels.incoming.filing import Filed, Filing
from grievance import inbox
from grievance.case import CASES, CLOCKS
from grievance.complainant import Clave
from grievance.vocabulary import Clock
from workflows.casework import Received

SOON = timedelta(minutes=15)
"""So long after it came in, a form may ask again: as long as an opened case stays open."""
MARK = 64
_INBOX = inbox.Inbound.__table__  # type: ignore[attr-defined]
_CLAVES = Clave.__table__  # type: ignore[attr-defined]


def file(house: House, sent: Filing) -> Filed | None:
    """File what a form says, once; sent again it is told the same. `None`: it came before, and nothing more is told.

    The same key with other words is another complaint, since what somebody wrote after going back must not be lost.
    At a kiosk it is not: there the key is the device's own, for what it hands in later.

    Raises:
        Busy: nothing was stored.
    """
    filed = filing.file(house, sent)
    if filed is not None or not sent.again:
        return filed
    same, again = _came(house, sent)
    if same or sent.by:
        return again
    counted = f"{sent.door}/{sent.key}"  # who goes back and writes more is one person all the same
    other = replace(sent, key=filing.fingerprint(sent), by=counted)
    filed = filing.file(house, other)
    return filed if filed is not None else _came(house, other)[1]


def note_shown(house: House, door: str, mark: str) -> None:
    """Note that the page with a clave arrived; a mark of nobody changes nothing. `mark`: `Filed.ref`, in hex."""
    if len(mark) != MARK or any(sign not in "0123456789abcdef" for sign in mark):
        return
    ref = bytes.fromhex(mark)
    row = house.store.read(lambda conn: conn.execute(_unshown(door, ref)).first())
    if row is not None:
        arrived = update(_CLAVES).where(_CLAVES.c.id == row.id).values(shown=True)
        house.store.transact(lambda conn: conn.execute(arrived))


def _came(house: House, sent: Filing) -> tuple[bool, Filed | None]:
    """Tell whether what came before under this key said the same; and what may be told of it once more."""
    at = house.moment()
    clave = filing.clave_of(house, sent, at)
    made, ref = stretch_new(house, clave), filing.reference(sent.door, sent.key)
    row = house.store.read(lambda conn: conn.execute(_of(sent.door, ref)).first())
    if row is None:  # erased, or closed and forgotten: what is gone is not made anew by an old page
        return True, None
    if row.lookup != made.lookup:
        return False, None
    if row.shown or row.visited_at is not None or not timedelta() <= at.now - row.received_at <= SOON:
        return True, None
    got = Received(case=row.case, number=row.number, due_on=row.first_due_on, notice=None, leaf_hash=b"")
    return True, Filed(got, protected=row.protected, kind=row.kind, clave=clave, ref=ref)


def _of(door: str, ref: bytes) -> Any:
    first = and_(CLOCKS.c.case == CASES.c.id, CLOCKS.c.name == Clock.ANSWER, CLOCKS.c.round == 1)
    return (
        select(
            _INBOX.c.received_at, _CLAVES.c.lookup, _CLAVES.c.shown, _CLAVES.c.visited_at, _CLAVES.c.case,
            CASES.c.number, CASES.c.protected, CASES.c.kind, CLOCKS.c.first_due_on,
        )
        .join(_CLAVES, _CLAVES.c.case == _INBOX.c.case)
        .join(CASES, CASES.c.id == _INBOX.c.case)
        .join(CLOCKS, first)
        .where(_INBOX.c.gateway == door, _INBOX.c.ref == ref)
        .order_by(_CLAVES.c.made_on, _CLAVES.c.id)
    )  # fmt: skip


def _unshown(door: str, ref: bytes) -> Any:
    came = select(_CLAVES.c.id).join(_INBOX, _INBOX.c.case == _CLAVES.c.case)
    return came.where(_INBOX.c.gateway == door, _INBOX.c.ref == ref, ~_CLAVES.c.shown)
