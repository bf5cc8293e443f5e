"""Long texts that a gateway hands over in parts wait, sealed, until they are whole.

A number or a name cut in two would pass the masks, and a word of danger the lists; so no part is read by
itself. Each is durable before the gateway hears "received", sealed to dispatch alone; the process that sends
puts them together, and after a while takes in what came, for a text with a hole is a complaint all the same.
"""

import json
import logging
import os
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select
from sqlalchemy.exc import IntegrityError

from channels.gateway import Inbound
from channels.house import House
from channels.incoming import intake, newcase
from grievance import inbox, vault
from grievance.errors import GrievanceError
from grievance.vocabulary import Channel

PATIENCE = timedelta(minutes=10)
"""So long the missing part of a text is waited for, as phones do."""
HOLE = " (…) "
"""What stands where a part never came."""
MOST = 255
"""The most parts a text can have (3GPP TS 23.040, 9.2.3.24.1: one octet)."""

logger = logging.getLogger(__name__)
_INBOX = inbox.Inbound.__table__  # type: ignore[attr-defined]
_PARTS = inbox.Part.__table__  # type: ignore[attr-defined]
_ALL = select(_PARTS).order_by(_PARTS.c.whole)


def take_in(house: House, message: Inbound) -> tuple[str, ...]:
    """Take in one message, or keep it until the others of its text are here; answers the notices now owed.

    Raises:
        Busy: nothing was stored; the gateway should try again.
    """
    piece = message.piece
    if piece is None or not 1 <= piece.index <= piece.total <= MOST or piece.total == 1:
        return intake.take_in(house, message)
    mac = house.ring.mac
    whole = mac(
        "parts", f"{message.gateway}/{message.sender}/{message.recipient}/{piece.whole}/{piece.total}"
    )
    counted = newcase.token_of(house, message.sender, year=message.received_at.year)
    words = {
        "counted": None if counted is None else (counted[0], counted[1].hex()),
        "text": message.text, "sender": message.sender, "recipient": message.recipient,
        "answerable": message.answerable, "channel": message.channel, "ref": message.ref,
        "at": message.received_at.isoformat(), "stopped": message.provider_stopped, "media": message.media,
    }  # fmt: skip
    sealed = vault.seal(
        json.dumps(words, ensure_ascii=False), text_id=os.urandom(16).hex(), field="part",
        readers={vault.DISPATCH: house.ring.public(vault.DISPATCH)},
    )  # fmt: skip
    gateway, ref = message.gateway, mac("ref", f"{message.gateway}/{message.ref}")
    row = {
        "id": os.urandom(16).hex(), "gateway": gateway, "whole": whole, "number": piece.index,
        "total": piece.total, "ref": ref, "words": sealed.id, "received_at": message.received_at,
    }  # fmt: skip

    def work(conn: Connection) -> None:
        waits = select(_PARTS.c.id).where(_PARTS.c.gateway == gateway, _PARTS.c.ref == ref)
        if conn.execute(waits).first() is None and not inbox.came_before(conn, gateway, ref):
            vault.store(conn, [sealed])
            conn.execute(insert(_PARTS), row)

    try:
        house.store.transact(work)
    except IntegrityError:
        logger.info("a part came twice at once")
    return ()


def join(house: House) -> int:
    """Take in the texts whose parts are all here, or have been waited for long enough; answers how many.

    Only the process that holds dispatch's key can. A crash between taking in and forgetting changes nothing:
    a text is known by its first part, and comes in once.
    """
    now = house.now()
    rows = house.store.read(lambda conn: conn.execute(_ALL).all())
    joined = 0
    for _, group in groupby(rows, key=lambda row: row.whole):
        parts = _newest_of_each(group)
        first = min(row.received_at for row in parts)
        if len(parts) < parts[0].total and now - first < PATIENCE:
            continue
        try:
            intake.take_in(house, _whole(house, parts))
        except GrievanceError as cause:
            logger.warning("parts put off", extra={"why": type(cause).__name__})
            continue
        house.store.transact(partial(_forget, parts=parts))
        joined += 1
    return joined


def _newest_of_each(group: Iterable[Row[Any]]) -> list[Row[Any]]:
    """One row for each place in the text, in order."""
    found = {row.number: row for row in sorted(group, key=lambda row: row.received_at)}
    return [found[number] for number in sorted(found)]


def _whole(house: House, parts: list[Row[Any]]) -> Inbound:
    dispatch = house.ring.key("dispatch", vault.DISPATCH)
    told = {
        row.number: json.loads(house.store.read(partial(vault.read, text_id=row.words, holder=dispatch)))
        for row in parts
    }
    first = told[min(told)]
    text = "".join(told[n]["text"] if n in told else HOLE for n in range(1, parts[0].total + 1))
    return Inbound(
        gateway=parts[0].gateway, sender=first["sender"], recipient=first["recipient"], text=text,
        ref=f"parts/{first['ref']}", received_at=datetime.fromisoformat(first["at"]),
        answerable=first["answerable"], provider_stopped=any(one["stopped"] for one in told.values()),
        media=sum(one["media"] for one in told.values()), channel=Channel(first["channel"]),
        counted=_counted(first.get("counted")),
    )  # fmt: skip


def _counted(kept: Any) -> tuple[int, bytes] | None:
    return None if kept is None else (int(kept[0]), bytes.fromhex(kept[1]))


def _forget(conn: Connection, parts: list[Row[Any]]) -> None:
    """Let go of parts that came in, and remember that they did: gateways repeat themselves for a day."""
    vault.forget(conn, [row.words for row in parts])
    conn.execute(delete(_PARTS).where(_PARTS.c.id.in_([row.id for row in parts])))
    came = [
        {
            "id": row.id, "gateway": row.gateway, "ref": row.ref, "received_at": row.received_at, "outcome": "part",
            "case": None,
        }
        for row in parts
    ]  # fmt: skip
    conn.execute(insert(_INBOX), came)
