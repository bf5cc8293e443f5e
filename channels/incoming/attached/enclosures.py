"""Pictures and voice notes that hang on a text message: fetched by the worker, cleaned, sealed, and forgotten there.

A picture goes the way of one that is sent on the web: its points alone are written anew, and only the third party and
its person see it, since nobody could be asked. A voice is written down at review, as that of a call. Which message it
is, only the process that sends can read; addresses are made of that id and of settings, never of what a webhook names.

A phone on a desk brings them with the message: then they wait, sealed, in the place of the id, and nothing is fetched.
Others name an address: it waits sealed too, and is asked only if it lies at the host that a setting names. What never
arrives is told to its person once, and counted at review (`channels.incoming.attached.notarrived`).
"""

import base64
import json
import logging
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any, Final

from sqlalchemy import Connection, delete, insert, select, update

from channels.gateway import (
    Brought,
    Carrier,
    Enclosed,
    Fetcher,
    Inbound,
    Pointed,
    Uncertain,
    Undelivered,
    carries,
)
from channels.house import House
from channels.incoming import leftovers
from channels.incoming.attached import notarrived, photos, recordings
from channels.incoming.waiting import wait_for_batch
from grievance import case as cases
from grievance import vault
from grievance.errors import Unknown
from grievance.line import ENCLOSURES, RECORDINGS
from grievance.moment import Moment
from grievance.vocabulary import Step

FIELD: Final = "enclosure"
PACKED: Final = "brought:"
"""What a sealed id begins with that is none: what hung on the message came with it."""
POINTED: Final = "pointed:"
"""And what the addresses begin with that a message named."""
AWAITED: Final = "awaited:"
"""And what says that it comes in a message of its own."""
AWHILE: Final = timedelta(minutes=20)
"""So long what comes by itself is waited for."""
MOST: Final = 10
"""So many pictures and voices of one message are looked at."""
MOST_BYTES: Final = 5 * 1024 * 1024
PATIENCE: Final = 8
WAIT: Final = timedelta(seconds=10)

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Hung:
    """A message with something on it, sealed, on its way into the table."""

    row: dict[str, Any]
    ref: vault.Sealed


def of(house: House, message: Inbound, *, at: Moment) -> Hung | None:
    """Seal which message something hangs on, or what came with it; None where nothing does, or nobody keeps it for us."""
    named = _named(house.gateways.get(message.gateway), message)
    if not message.ref or not named:
        return None
    ref = vault.seal(
        named, text_id=at.id("enclosure-ref"), field=FIELD,
        readers={vault.DISPATCH: house.ring.public(vault.DISPATCH)},
    )  # fmt: skip
    row = {
        "id": at.id("enclosure"), "gateway": message.gateway, "ref": ref.id,
        "mark": leftovers.mark(house, message.gateway, message.ref), "tries": 0,
        "not_before": at.now + (AWHILE if named == AWAITED else timedelta()),
    }  # fmt: skip
    return Hung(row, ref)


def _named(gateway: object, message: Inbound) -> str:
    """Write down what hangs on a message, or how it is found; nothing where nobody gives it to us."""
    if message.brought:
        return _packed(message)
    if message.pointed and isinstance(gateway, Fetcher):
        return POINTED + json.dumps([(one.kind, one.at) for one in message.pointed[: MOST + 1]])
    if message.awaited:
        return AWAITED
    return message.ref if message.media and carries(gateway) else ""


def keep(conn: Connection, hung: Hung, case: str) -> None:
    """Write it down beside its case: what its person erases is erased here too."""
    vault.store(conn, [hung.ref], case=case)
    conn.execute(insert(ENCLOSURES), hung.row | {"case": case})


def fetch(house: House) -> int:
    """Fetch and seal what waits; a round of the worker. Answers how many messages were taken in whole."""
    due = select(ENCLOSURES).where(ENCLOSURES.c.not_before <= house.now()).order_by(ENCLOSURES.c.not_before)
    rows = house.store.read(lambda conn: list(conn.execute(due.limit(8))))
    return sum(_fetch(house, row) for row in rows)


def _fetch(house: House, row: Any) -> bool:
    gateway: object = house.gateways.get(row.gateway)
    dispatch = house.ring.key("dispatch", vault.DISPATCH)
    try:
        ref = house.store.read(partial(vault.read, text_id=row.ref, holder=dispatch))
    except Unknown:  # its person erased everything: then the provider forgets it, too
        house.store.transact(lambda conn: _let_go(conn, row))
        return False
    if ref.startswith(PACKED):
        things = _unpacked(ref)
        taken = [_made_of(one.kind, one.data) for one in things[:MOST]]
        lost = len(things) > MOST or any(not one.whole for one in taken)
        return house.store.transact(_work(house, row, taken, lost=lost))
    if ref == AWAITED:
        _stop_waiting(house, row)
        return False
    try:
        found, taken = _had(gateway, ref)
    except (Undelivered, Uncertain) as cause:
        _later(house, row, gone=isinstance(cause, Undelivered) and cause.permanent)
        return False
    if not found:  # something hangs on it, so its list is not ready, or was emptied there
        _later(house, row, gone=False)
        return False
    lost = found > MOST or any(not one.whole for one in taken)
    return house.store.transact(_work(house, row, taken, lost=lost))


def _had(gateway: object, ref: str) -> tuple[int, list["_Taken"]]:
    """Have what hangs on a message: how many things there are, and what became of those that are looked at.

    Raises:
        Undelivered, Uncertain: not now, or never.
    """
    if ref.startswith(POINTED):
        named = [Pointed(*one) for one in json.loads(ref.removeprefix(POINTED))]
        return len(named), [_looked_up(gateway, one) for one in named[:MOST]]
    if not carries(gateway):
        raise Undelivered("no such gateway", permanent=False)
    listed = gateway.enclosed(ref)
    return len(listed), [_one(gateway, ref, each) for each in listed[:MOST]]


def _looked_up(gateway: object, what: Pointed) -> "_Taken":
    """Fetch what lies at an address; whoever said no kind is asked what it is."""
    if what.kind and not _is_wanted(what.kind):
        return _Taken()
    if not isinstance(gateway, Fetcher):
        raise Undelivered("no such gateway", permanent=False)
    try:
        found = gateway.fetched(what.at, most=_most(what.kind) if what.kind else MOST_BYTES)
    except Undelivered as refusal:
        if refusal.permanent:
            return _Taken()
        raise
    return _made_of(what.kind or found.kind, found.data)


def _is_wanted(kind: str) -> bool:
    return kind.startswith("image/") or kind in recordings.SOUNDS


def _stop_waiting(house: House, row: Any) -> None:
    """Wait no longer for what was to come by itself: it came meanwhile, or it is lost."""

    def work(conn: Connection) -> None:
        if conn.execute(select(ENCLOSURES.c.id).where(ENCLOSURES.c.id == row.id)).first() is None:
            return
        if not notarrived.has_come(conn, row.case):
            _lose(conn, house, row, house.moment(), 0)
        _let_go(conn, row, forget=False)

    house.store.transact(work)


@dataclass(frozen=True, slots=True)
class _Taken:
    """What became of one thing: a clean picture, a sound with its kind, or neither (`whole` is false then)."""

    picture: bytes = b""
    sound: bytes = b""
    kind: str = ""

    @property
    def whole(self) -> bool:
        return bool(self.picture or self.sound)


def _one(carrier: Carrier, ref: str, what: Enclosed) -> _Taken:
    """Fetch one thing and make of it what we keep; a picture that is none, or too much of anything, is left."""
    if not _is_wanted(what.kind):
        return _Taken()
    try:
        return _made_of(what.kind, carrier.enclosure(ref, what.name, most=_most(what.kind)))
    except Undelivered as refusal:
        if refusal.permanent:
            return _Taken()
        raise


def _made_of(kind: str, raw: bytes) -> _Taken:
    """Make of one thing what we keep, or nothing."""
    if not raw or len(raw) > _most(kind):
        return _Taken()
    if kind in recordings.SOUNDS:
        return _Taken(sound=raw, kind=kind)
    try:
        return _Taken(picture=photos.clean(raw)) if kind.startswith("image/") else _Taken()
    except photos.NoPhoto:
        return _Taken()


def _most(kind: str) -> int:
    return MOST_BYTES if kind.startswith("image/") else recordings.MOST_BYTES


def _packed(message: Inbound) -> str:
    things = [(one.kind, base64.b64encode(one.data).decode()) for one in message.brought[: MOST + 1]]
    return PACKED + json.dumps(things)


def _unpacked(packed: str) -> list[Brought]:
    return [Brought(kind, base64.b64decode(data)) for kind, data in json.loads(packed.removeprefix(PACKED))]


def _work(house: House, row: Any, taken: Sequence[_Taken], *, lost: bool) -> Callable[[Connection], bool]:
    """Seal what was fetched, and make the work of one transaction of it."""
    case = house.store.read(lambda conn: cases.get(conn, row.case))
    review, at = house.ring.public(vault.REVIEW), house.moment()
    pictures = [
        photos.said(house, case, one.picture, only_review=True) for one in taken if case and one.picture
    ]
    sounds = [
        (one.kind, vault.seal(base64.b64encode(one.sound).decode(), text_id=os.urandom(16).hex(), field="audio",
                              readers={vault.REVIEW: review}))
        for one in taken
        if one.sound
    ]  # fmt: skip

    def work(conn: Connection) -> bool:
        if conn.execute(select(ENCLOSURES.c.id).where(ENCLOSURES.c.id == row.id)).first() is None:
            return False  # another worker was faster
        here, full = cases.get(conn, row.case, lock=True), False
        for n, told in enumerate(pictures if here is not None else ()):
            full = full or photos.is_full(conn, row.case)
            if not full:
                wait_for_batch(
                    conn, house, case_id=row.case, step=Step.ADD, told=told, credential="recent", at=at,
                    label=f"enclosure/{row.id}/{n}",
                )  # fmt: skip
        for n, (kind, audio) in enumerate(sounds if here is not None else ()):
            vault.store(conn, [audio], case=row.case)
            _note_voice(conn, row, at, n, audio=audio.id, kind=kind, state=recordings.SEALED)
        if lost or full:
            _lose(conn, house, row, at, len(sounds))
        _let_go(conn, row, forget=not (lost or full))
        return not (lost or full)

    return work


def _note_voice(conn: Connection, row: Any, at: Moment, n: int, **what: Any) -> None:
    """Put a voice, or that something could not be had, into the list of what review writes down or asks for."""
    conn.execute(insert(RECORDINGS), what | {
        "id": at.id(f"recording/{row.id}/{n}"), "case": row.case, "gateway": row.gateway, "ref": None, "tries": 0,
        "not_before": at.now, "made_on": at.now.date(),
    })  # fmt: skip


def _lose(conn: Connection, house: House, row: Any, at: Moment, n: int) -> None:
    """Tell its person and review that something did not arrive."""
    notarrived.note(conn, row.case, row.gateway, at=at, label=f"{row.id}/{n}")
    notarrived.tell(conn, house, row.case, at=at)


def _later(house: House, row: Any, *, gone: bool) -> None:
    """Try again, each time after longer; what is not there, or never comes, is told to review."""
    tries, at = row.tries + 1, house.moment()

    def work(conn: Connection) -> None:
        mine = ENCLOSURES.c.id == row.id, ENCLOSURES.c.tries == row.tries
        if not gone and tries < PATIENCE:
            wait = WAIT * 4 ** min(tries, 6)
            conn.execute(update(ENCLOSURES).where(*mine).values(tries=tries, not_before=at.now + wait))
        elif conn.execute(select(ENCLOSURES.c.id).where(*mine)).first() is not None:
            _lose(conn, house, row, at, 0)
            _let_go(conn, row, forget=False)

    house.store.transact(work)
    logger.warning("enclosure put off", extra={"why": "gone" if gone else "later"})


def _let_go(conn: Connection, row: Any, *, forget: bool = True) -> None:
    """Forget which message it was; the provider forgets it at once when we have all of it, else after its month."""
    vault.forget(conn, [row.ref])
    conn.execute(delete(ENCLOSURES).where(ENCLOSURES.c.id == row.id))
    if forget:
        leftovers.hasten(conn, row.gateway, row.mark)
