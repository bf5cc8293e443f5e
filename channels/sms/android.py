"""A telephone on a desk that runs SMS Gateway for Android (sms-gate.app): signed webhooks in, its HTTP API out.

The phone tries a webhook again for about two days, each time with a new timestamp, so what counts as fresh can
be short. Its own id of an incoming text is made of the text, so two people's "1" may share it: the moment
belongs to the name. Word of delivery comes once for each part of a long text.
"""

import json
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from channels import clock
from channels.gateway import (
    Brought,
    Can,
    Garbled,
    Inbound,
    Outbound,
    Request,
    Sent,
    StatusEvent,
    Uncertain,
    Undelivered,
)
from channels.sms import proofs
from channels.sms.adapter import Adapter, hangs_on, kind_of
from channels.sms.calling import TIMEOUT, basic, call
from channels.sms.segments import measure

NAME: Final = "android"
SIGNATURE: Final = "x-signature"
TIMESTAMP: Final = "x-timestamp"
SHORTEST_KEY: Final = 32
"""The app draws eight characters of its own: those are tried out in an afternoon."""
TEXT: Final = "sms:received"
DOWNLOADED: Final = "mms:downloaded"
PICTURES: Final = frozenset({"mms:received", DOWNLOADED})
MOST: Final = 11
"""More things than are kept of one message, so that too many are told from enough."""
SENT: Final = "sms:sent"
DELIVERED: Final = "sms:delivered"
FAILED: Final[Mapping[str, str]] = {"sms:failed": "failed", "sms:cancelled": "cancelled"}
STATUS: Final = frozenset({SENT, DELIVERED, *FAILED})
_CAN: Final = Can(asks=False, sees_texts=False, forgets=False, phone=True)


@dataclass
class Android(Adapter):
    """One phone. `url` is the address that takes messages: `/message` of the phone, or of a server of one's own.

    `number` is its SIM's, in E.164: its country reads senders that are written as at home.
    """

    url: str
    username: str
    password: str = field(repr=False)
    key: str = field(repr=False)
    number: str
    sim: int | None = None
    timeout: float = TIMEOUT
    now: Callable[[], datetime] = clock.now
    name: str = NAME
    can: Can = _CAN

    def inbound(self, request: Request, *, now: datetime) -> Sequence[Inbound]:
        """Verify and parse a text or a picture; pings, and events of apps to come, say nothing.

        Raises:
            Forged: the signature is missing or wrong, or older than five minutes.
            Garbled: it cannot be read, or belongs to the address for what became of our own messages.
        """
        event, payload, envelope = self._read(request, now=now)
        if event in STATUS:
            raise Garbled("a status at the address for messages")
        if event != TEXT and event not in PICTURES:
            return ()
        raw, to = payload.get("sender") or payload.get("phoneNumber"), payload.get("recipient")
        pictures = payload.get("attachments")
        media = 0 if event == TEXT else max(1, len(pictures) if isinstance(pictures, list) else 1)
        text = payload.get("message") if event == TEXT else payload.get("body") or payload.get("subject")
        own = payload.get("messageId") or payload.get("transactionId") or envelope
        ref = proofs.as_text(f"{event}/{own}/{payload.get('receivedAt', '')}")
        who, text, to = (proofs.as_text(one or "") for one in (raw, text, to or self.number))
        message = self.heard(
            text, sender=who, to=to, ref=ref, now=now,
            media=media, brought=_brought(pictures) if event == DOWNLOADED else (),
            awaited=event in PICTURES - {DOWNLOADED},
        )  # fmt: skip
        return (message,)

    def status(self, request: Request) -> Sequence[StatusEvent]:
        """Verify and parse what became of a message of ours.

        Raises:
            Forged: the signature is missing or wrong, or older than five minutes.
            Garbled: it cannot be read, or is a person's message, which must not be lost here.
        """
        event, payload, envelope = self._read(request, now=self.now())
        if event == TEXT or event in PICTURES:
            raise Garbled("a message at the address for statuses")
        attempt, _, counted = str(payload.get("messageId") or "").partition("-")
        own = int(counted) if counted in _COUNTS else 0
        if event not in STATUS or not attempt:
            return ()
        if event == SENT:
            found = payload.get("partsCount")
            parts = max(found if isinstance(found, int) else 1, own, 1)
            return (StatusEvent(self.name, attempt, "", "sent", parts=parts),)
        if event == DELIVERED:
            return (StatusEvent(self.name, attempt, "", "delivered", part=envelope, parts=own),)
        return (StatusEvent(self.name, attempt, "", "failed", error=FAILED[event], again=True, own=True),)

    def send(self, message: Outbound) -> Sent:
        """Hand a message to the phone, under our own id: the same one twice is refused there, and so sent once.

        Raises:
            Undelivered: the phone refused it, or could not be reached at all.
            Uncertain: it hung, broke off, or answered something that cannot be read.
        """
        parts = measure(message.text).segments
        asked: dict[str, Any] = {
            "id": f"{message.attempt}-{parts}", "textMessage": {"text": message.text}, "phoneNumbers": [message.to],
            "withDeliveryReport": True,
        }  # fmt: skip
        if self.sim is not None:
            asked["simNumber"] = self.sim
        headers = {
            "Authorization": basic(self.username, self.password),
            "Content-Type": "application/json; charset=utf-8",
        }
        said = call("POST", self.url, body=json.dumps(asked).encode(), headers=headers, timeout=self.timeout)
        if said.status not in _TAKEN:
            raise _refusal(said.status)
        if said.status != _HAS_IT and not isinstance(said.told(), dict):
            raise Uncertain("an answer that cannot be read")
        return Sent(ref=message.attempt)

    def _read(self, request: Request, *, now: datetime) -> tuple[str, dict[str, Any], str]:
        stamp = proofs.header(request, TIMESTAMP)
        right = proofs.hmac_hex(self.key, request.body + stamp.encode("latin-1", "replace"))
        proofs.prove(proven=proofs.same(proofs.header(request, SIGNATURE).lower(), right))
        proofs.prove(proven=proofs.is_near(stamp, now=now))
        try:
            envelope = proofs.read_json(request)
            event, payload, own = envelope["event"], envelope.get("payload") or {}, envelope.get("id", "")
        except (KeyError, TypeError, AttributeError):
            raise Garbled("not an event") from None
        if not isinstance(event, str) or not isinstance(payload, dict):
            raise Garbled("not an event")
        return event, payload, str(own)


_COUNTS: Final = frozenset(map(str, range(1, 256)))
"""In how many parts we think it left, behind our own id: word of the last part may overtake word of their number."""
_HAS_IT: Final = 409
"""It has a message of that id, so it is ours and was taken before."""
_TAKEN: Final = frozenset({200, 201, 202, _HAS_IT})


def _brought(listed: object) -> tuple[Brought, ...]:
    """Read what hangs on a picture message; one whose data cannot be read is empty, and told to review as lost."""
    if not isinstance(listed, list):
        return ()
    found = []
    for one in listed[:MOST]:
        if not isinstance(one, dict):
            continue
        kind = kind_of(one.get("contentType"))
        if not hangs_on(kind):  # its words stand in the body
            continue
        data = one.get("data")
        try:
            found.append(Brought(kind, b64decode(data, validate=True) if isinstance(data, str) else b""))
        except (NotBase64, ValueError):
            found.append(Brought(kind, b""))
    return tuple(found)


def _refusal(status: int) -> Undelivered | Uncertain:
    if status in (401, 403, 404):
        return Undelivered(str(status), permanent=False, own=True)
    if status in (429, 503):  # its queue is full, or it rests: phones may send so many texts in a while
        return Undelivered(str(status), permanent=False, own=True)
    if 400 <= status < 500:  # noqa: PLR2004
        return Undelivered(str(status), permanent=True)
    return Uncertain(str(status))
