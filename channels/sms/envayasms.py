"""EnvayaSMS: an app on an Android phone that posts what it receives, and asks now and then what it shall send.

It signs with SHA-1 over the address, the sorted fields and its password; it was made before HMAC was a habit, and
a long password is what protects it. Pictures come along as files of the form, which it does not sign: nothing but the
encryption on the way vouches for them. A message has no id of its own, so what it says and when the phone got it name it.

What waits for the phone waits in memory alone, never on disk: so it sends only where one process does everything. There
the thread that opens addresses leaves a message here, and the request of the phone takes it. If the process dies, nobody
knows what the phone took, and the outbox treats it so.
"""

import hashlib
import json
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from threading import Lock

from channels import clock
from channels.gateway import (
    Answer,
    Brought,
    Can,
    Forged,
    Inbound,
    Outbound,
    Rang,
    Request,
    Sent,
    StatusEvent,
    Uncertain,
    Undelivered,
)
from channels.sms import calling, octets, proofs
from channels.sms.adapter import Adapter, hangs_on, kind_of

CAN = Can(receipts=False, asks=False, sees_texts=False, forgets=False, phone=True)
NO_EVENTS = Answer('{"events":[]}', calling.JSON)
SIGNATURE = "X-Request-Signature"
WORDS = frozenset({"sms", "mms"})
"""What carries words."""
CALL = "call"
"""A call that nobody answered."""
FATES: Mapping[str, str] = {"sent": "sent", "failed": "failed", "cancelled": "failed"}
"""What the app says became of a message; that it is queued there says nothing."""
AWAY = timedelta(minutes=15)
"""A phone that has not asked for so long is switched off, or without a network: what is owed waits in the outbox."""
FRESH = timedelta(minutes=15)
"""A request that names its time is good for so long: who saw one pass must not ask with it again."""
MOST = 11
"""More things than are kept of one message, so that too many are told from enough."""
AT_ONCE = 10
"""So many are handed over in one answer: Android lets an app send some thirty in half an hour."""


@dataclass
class EnvayaSms(Adapter):
    """One phone with its password. `sends`: one process does everything here, so that the phone can fetch what leaves."""

    password: str = field(repr=False)
    number: str
    base_url: str
    sends: bool = False
    now: Callable[[], datetime] = clock.now
    name: str = "envayasms"
    can: Can = CAN
    answer: Answer = NO_EVENTS
    _waiting: dict[str, Outbound] = field(default_factory=dict, repr=False)
    _asked_at: datetime | None = None
    _lock: Lock = field(default_factory=Lock, repr=False)

    def __post_init__(self) -> None:
        """Say that it only receives, where it does."""
        if not self.sends:
            self.can = replace(CAN, two_way=False)

    def inbound(self, request: Request, *, now: datetime) -> Sequence[Inbound]:
        """Verify and parse a message; tests, polls and the battery's state say nothing.

        Raises:
            Forged: the signature is missing or wrong, or there is no message.
        """
        told = self._verified(request)
        kind = told.get("message_type", "sms")
        if told.get("action") != "incoming" or kind not in WORDS:
            return ()
        if "from" not in told or "message" not in told:
            raise Forged("no message")
        brought = _brought(told.get("mms_parts", ""), request.files) if kind == "mms" else ()
        message = self.heard(
            told["message"], sender=told["from"], to=told.get("phone_number", ""), now=now,
            ref=proofs.fingerprint(told["from"], told.get("timestamp", ""), told["message"]),
            media=int(kind == "mms") if brought is None else len(brought), brought=brought or (),
        )  # fmt: skip
        return (message,)

    def rang(self, request: Request) -> Sequence[Rang]:
        """Verify and parse a missed call.

        Raises:
            Forged: the signature is missing or wrong.
        """
        told = self._verified(request)
        if told.get("action") != "incoming" or told.get("message_type") != CALL:
            return ()
        return self.rung(told.get("from", ""), to=told.get("phone_number", ""))

    def status(self, request: Request) -> Sequence[StatusEvent]:
        """Verify and parse what became of a message of ours.

        Raises:
            Forged: the signature is missing or wrong.
        """
        told = self._verified(request)
        state = FATES.get(told.get("status", ""))
        if told.get("action") != "send_status":
            return ()
        failed = state == "failed"
        return self.told_of(
            state, attempt=told.get("id", ""), error=told.get("status"), again=failed, own=failed
        )

    def asked(self, request: Request) -> Answer:
        """Hand over what waits, if that is what the phone asks for: each message once.

        Raises:
            Forged: the signature is missing or wrong, or the request is an old one.
        """
        told = self._verified(request)
        if told.get("action") != "outgoing" or not self.sends:
            return NO_EVENTS
        self._refuse_old(told.get("now", ""))
        with self._lock:
            self._asked_at = self.now()
            taken = [self._waiting.pop(one) for one in list(self._waiting)[:AT_ONCE]]
        if not taken:
            return NO_EVENTS
        messages = [{"id": one.attempt, "to": one.to, "message": one.text} for one in taken]
        return Answer(json.dumps({"events": [{"event": "send", "messages": messages}]}), calling.JSON)

    def send(self, message: Outbound) -> Sent:
        """Leave a message for the phone to fetch.

        Raises:
            Undelivered: it only receives here, or the phone has not asked for a while.
            Uncertain: always else: the phone has not fetched it yet, and says later that it sent it.
        """
        if not self.sends:
            raise Undelivered("one_way", permanent=True, own=True)
        with self._lock:
            if self._asked_at is None or self.now() - self._asked_at > AWAY:
                raise Undelivered(calling.UNREACHABLE, permanent=False, own=True)
            self._waiting[message.attempt] = message
        raise Uncertain("it waits for the phone")

    def find(self, *, to: str, since: datetime, matches: Callable[[str], bool]) -> Sent | None:  # noqa: ARG002
        """Take back what the phone did not fetch in all this time; what it fetched, only the phone can tell of.

        Raises:
            Uncertain: it was fetched, or this process did not live then.
        """
        with self._lock:
            mine = [name for name, one in self._waiting.items() if one.to == to and matches(one.text)]
            for name in mine:
                del self._waiting[name]
        if not mine:
            raise Uncertain("it may have been fetched")
        return None

    def sign(self, url: str, told: dict[str, str]) -> str:
        """Sign a request as the app does."""
        said = ",".join([url, *(f"{name}={told[name]}" for name in sorted(told)), self.password])
        digest = hashlib.sha1(octets.signed(said), usedforsecurity=False).digest()
        return b64encode(digest).decode()

    def _refuse_old(self, stamp: str) -> None:
        """Refuse a request that names a time long ago; older versions of the app name none."""
        if stamp:
            proofs.prove(proven=proofs.is_near(stamp, now=self.now(), past=FRESH, ahead=FRESH, each=1000))

    def _verified(self, request: Request) -> dict[str, str]:
        told = dict(request.form)
        given, address = proofs.header(request, SIGNATURE), self.base_url + request.uri
        proven = proofs.same(given, self.sign(address, told))
        if not proven and not request.files:
            proven = proofs.same(given, self.sign(address, dict(octets.as_sent(request))))
        proofs.prove(proven=proven)
        return told


def _brought(listed: str, files: Mapping[str, bytes]) -> tuple[Brought, ...] | None:
    """Take the files that the list of a picture message names; one that is not there is empty, and told of as lost.

    None where there is no such list: then nobody knows what hung on it.
    """
    try:
        told = json.loads(listed)
    except (ValueError, RecursionError):
        return None
    if not isinstance(told, list):
        return None
    parts = [(kind_of(one.get("type")), str(one.get("name"))) for one in told if isinstance(one, dict)]
    return tuple(Brought(kind, files.get(name, b"")) for kind, name in parts if hangs_on(kind))[:MOST]
