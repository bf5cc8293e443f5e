"""A telephone on a desk that runs SMS Gateway for Android (sms-gate.app): signed webhooks in, its HTTP API out.

The phone tries a webhook again for about two days, each time with a new timestamp, so what counts as fresh can
be short. Its own id of an incoming text is made of the text, so two people's "1" may share it: the moment
belongs to the name. Word of delivery comes once for each part of a long text.
"""

import hashlib
import hmac
import json
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from channels import clock
from channels.gateway import (
    Answer,
    Brought,
    Can,
    Forged,
    Garbled,
    Inbound,
    Outbound,
    Request,
    Sent,
    StatusEvent,
    Uncertain,
    Undelivered,
)
from channels.sms.calling import TIMEOUT, basic, call
from channels.sms.segments import measure
from channels.sms.senders import read_sender, region_of

NAME: Final = "android"
SIGNATURE: Final = "x-signature"
TIMESTAMP: Final = "x-timestamp"
WINDOW: Final = timedelta(minutes=5)
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
_NO_ANSWER: Final = Answer()
_CAN: Final = Can(asks=False, sees_texts=False)


@dataclass
class Android:
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
    answer: Answer = _NO_ANSWER
    by_get: bool = False

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
        sender, answerable = read_sender(str(raw or ""), region=region_of(self.number))
        pictures = payload.get("attachments")
        media = 0 if event == TEXT else max(1, len(pictures) if isinstance(pictures, list) else 1)
        text = payload.get("message") if event == TEXT else payload.get("body") or payload.get("subject")
        own = f"{payload.get('messageId') or payload.get('transactionId') or envelope}"
        ref = f"{event}/{own}/{payload.get('receivedAt', '')}"
        return (
            Inbound(
                gateway=self.name, sender=sender, recipient=str(to or self.number), text=str(text or ""), ref=ref,
                received_at=now, answerable=answerable, media=media,
                brought=_brought(pictures) if event == DOWNLOADED else (), awaited=event in PICTURES - {DOWNLOADED},
            ),
        )  # fmt: skip

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

    def find(self, *, to: str, since: datetime, matches: Callable[[str], bool]) -> Sent | None:
        """Say that the phone cannot be asked by its texts.

        Raises:
            Uncertain: always.
        """
        del to, since, matches
        raise Uncertain("the phone lists no texts")

    def _read(self, request: Request, *, now: datetime) -> tuple[str, dict[str, Any], str]:
        headers = {name.lower(): value for name, value in request.headers.items()}
        stamp = headers.get(TIMESTAMP, "")
        right = hmac.new(self.key.encode(), request.body + stamp.encode("latin-1", "replace"), hashlib.sha256)
        given = headers.get(SIGNATURE, "").lower().encode("latin-1", "replace")
        if not hmac.compare_digest(given, right.hexdigest().encode()) or not _fresh(stamp, now=now):
            raise Forged("not signed by our phone")
        try:
            envelope = json.loads(request.body)
            event, payload, own = envelope["event"], envelope.get("payload") or {}, envelope.get("id", "")
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
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
        kind = str(one.get("contentType") or "").partition(";")[0].strip().lower()
        if (
            kind.startswith("text/") or kind == "application/smil"
        ):  # its words stand in the body, and how it is laid out
            continue
        data = one.get("data")
        try:
            found.append(Brought(kind, b64decode(data, validate=True) if isinstance(data, str) else b""))
        except (NotBase64, ValueError):
            found.append(Brought(kind, b""))
    return tuple(found)


def _fresh(stamp: str, *, now: datetime) -> bool:
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= len("9999999999")):
        return False
    return abs(now - datetime.fromtimestamp(int(stamp), tz=UTC)) <= WINDOW


def _refusal(status: int) -> Undelivered | Uncertain:
    if status in (401, 403, 404):
        return Undelivered(str(status), permanent=False, own=True)
    if status in (429, 503):  # its queue is full, or it rests: phones may send so many texts in a while
        return Undelivered(str(status), permanent=False, own=True)
    if 400 <= status < 500:  # noqa: PLR2004
        return Undelivered(str(status), permanent=True)
    return Uncertain(str(status))
