"""EnvayaSMS: an app on an Android phone that posts what it receives. Here it only receives.

It signs with SHA-1 over the address, the sorted fields and its password; it was made before HMAC was a habit, and
a long password is what protects it. When it asks for messages to send it is told that there are none: others
send better. A message has no id of its own, so what it says and when the phone got it name it.
"""

import hashlib
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from channels.gateway import (
    Answer,
    Can,
    Forged,
    Inbound,
    Outbound,
    Request,
    Sent,
    StatusEvent,
    Undelivered,
)
from channels.sms import calling, proofs
from channels.sms.senders import read_sender, region_of

CAN = Can(two_way=False, receipts=False, asks=False, sees_texts=False)
NO_EVENTS = Answer('{"events":[]}', calling.JSON)
SIGNATURE = "X-Request-Signature"
WORDS = frozenset({"sms", "mms"})
"""What carries words; a missed call is not taken in here."""


@dataclass
class EnvayaSms(calling.Unasked):
    """One phone with its password."""

    password: str = field(repr=False)
    number: str
    base_url: str
    name: str = "envayasms"
    can: Can = CAN
    answer: Answer = NO_EVENTS
    by_get: bool = False

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
        sender, answerable = read_sender(told["from"], region=self._region)
        reference = proofs.fingerprint(told["from"], told.get("timestamp", ""), told["message"])
        message = Inbound(
            gateway=self.name, sender=sender, recipient=told.get("phone_number", ""), text=told["message"],
            ref=reference, received_at=now, answerable=answerable, media=int(kind == "mms"),
        )  # fmt: skip
        return (message,)

    def status(self, request: Request) -> Sequence[StatusEvent]:
        """Verify what it says and make nothing of it: it sent nothing of ours.

        Raises:
            Forged: the signature is missing or wrong.
        """
        self._verified(request)
        return ()

    def send(self, message: Outbound) -> Sent:  # noqa: ARG002
        """Say that it does not send.

        Raises:
            Undelivered: always.
        """
        raise Undelivered("one_way", permanent=True, own=True)

    def sign(self, url: str, told: dict[str, str]) -> str:
        """Sign a request as the app does."""
        said = ",".join([url, *(f"{name}={told[name]}" for name in sorted(told)), self.password])
        digest = hashlib.sha1(said.encode("utf-8", "replace"), usedforsecurity=False).digest()
        return b64encode(digest).decode()

    @cached_property
    def _region(self) -> str | None:
        return region_of(self.number)

    def _verified(self, request: Request) -> dict[str, str]:
        told = dict(request.form)
        wanted = self.sign(self.base_url + request.uri, told)
        proofs.prove(proven=proofs.same(proofs.header(request, SIGNATURE), wanted))
        return told
