"""Infobip: several messages in one call, reports by the id that we gave, and a key in each direction.

Its webhook proves itself by a name and password, or by an HMAC of the body, as its subscription is set up. A
message that expired did not arrive, whatever others make of it.
"""

import hmac
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from channels.gateway import (
    Answer,
    Brought,
    Can,
    Garbled,
    Inbound,
    Outbound,
    Pointed,
    Request,
    Sent,
    StatusEvent,
    Uncertain,
    Undelivered,
)
from channels.sms import calling, proofs
from channels.sms.senders import read_bare, region_of

STATES: Mapping[str, str] = {
    "PENDING": "sent", "ACCEPTED": "sent", "DELIVERED": "delivered",
    "UNDELIVERABLE": "failed", "EXPIRED": "failed", "REJECTED": "failed",
}  # fmt: skip
LATER = frozenset(
    {
        "NOT_ENOUGH_CREDITS",
        "FLOODING_FILTER",
        "SYSTEM_ERROR",
        "PREPAID_PACKAGE_EXPIRED",
        "ROUTE_NOT_AVAILABLE",
    }
)
"""Why it rejects what it may take another time."""
LAYOUT = "application/smil"
"""How the parts of a picture message are laid out: nothing that anybody sent."""
CAN = Can(asks=False, forgets=False)


@dataclass
class Infobip(calling.Unasked):
    """One account. `secret` checks an HMAC in the header `signed_in`; else `user` and `password` are asked for."""

    base: str
    key: str = field(repr=False)
    sender: str
    base_url: str
    user: str = ""
    password: str = field(default="", repr=False)
    secret: str = field(default="", repr=False)
    signed_in: str = "X-Signature"
    timeout: float = calling.TIMEOUT
    name: str = "infobip"
    can: Can = CAN
    answer: Answer = Answer()  # noqa: RUF009  frozen
    by_get: bool = False

    def inbound(self, request: Request, *, now: datetime) -> Sequence[Inbound]:
        """Verify and parse what came in.

        Raises:
            Forged: it carries no proof, or a wrong one.
            Garbled: it cannot be read.
        """
        return tuple(self._message(each, now=now) for each in self._results(request))

    def status(self, request: Request) -> Sequence[StatusEvent]:
        """Verify and parse reports: proven as messages are, or by the address that we gave for one of ours.

        Raises:
            Forged: it carries no proof, or a wrong one.
            Garbled: it cannot be read.
        """
        attempt = proofs.attempt_of(request, self.secret or self.password)
        results = self._results(request, proven=bool(attempt))
        return tuple(event for each in results if (event := self._event(each, attempt)))

    def send(self, message: Outbound) -> Sent:
        """Hand a message over.

        Raises:
            Undelivered: it was refused, or nobody was there.
            Uncertain: nobody knows.
        """
        ours = proofs.ticket(self.secret or self.password, message.attempt)
        callback = f"{self.base_url}/channels/{self.name}/status?{ours}"
        one = {
            "from": message.sender or self.sender,
            "destinations": [{"to": message.to.removeprefix("+"), "messageId": message.attempt}],
            "content": {"text": message.text},
            "webhooks": {"delivery": {"url": callback, "contentType": calling.JSON}},
        }
        reply = calling.post_json(
            f"{self.base}/sms/3/messages", {"messages": [one]}, timeout=self.timeout,
            headers={"Authorization": f"App {self.key}"},
        )  # fmt: skip
        calling.check(reply, code="" if reply.status in calling.OK else _code(reply))
        taken = _first(reply.told())
        status = taken.get("status")
        group = status.get("groupName") if isinstance(status, dict) else None
        if group == "REJECTED" and isinstance(status, dict):
            why = calling.code_of(str(status.get("name", "")).removeprefix("REJECTED_")[:16])
            later = any(name.startswith(why) for name in LATER) if why else False
            raise Undelivered(why or "REJECTED", permanent=not later, own=later)
        if not isinstance(taken.get("messageId"), str):
            raise Uncertain("an answer without an id")
        return Sent(ref=taken["messageId"])

    def fetched(self, address: str, *, most: int) -> Brought:
        """Fetch a picture from our own address there, with our key.

        Raises:
            Undelivered, Uncertain: as `calling.fetch` says.
        """
        return calling.fetch(
            address, below=self.base, most=most, headers={"Authorization": f"App {self.key}"}
        )

    @cached_property
    def _region(self) -> str | None:
        return region_of(self.sender)

    def _results(self, request: Request, *, proven: bool = False) -> list[Mapping[str, Any]]:
        proofs.prove(proven=proven or self._is_genuine(request))
        told = proofs.read_json(request)
        if not isinstance(told, dict):
            raise Garbled("no results")
        return proofs.as_list(told.get("results"))

    def _is_genuine(self, request: Request) -> bool:
        if not self.secret:
            return proofs.is_basic(request, self.user, self.password)
        given = proofs.header(request, self.signed_in).removeprefix("sha256=")
        wanted = hmac.digest(self.secret.encode(), request.body, "sha256")
        if proofs.same(given.lower(), wanted.hex()):
            return True
        try:
            return hmac.compare_digest(b64decode(given, validate=True), wanted)
        except (NotBase64, ValueError):
            return False

    def _message(self, each: Mapping[str, Any], *, now: datetime) -> Inbound:
        text, media, pointed = _content(each)
        told = [proofs.as_text(each.get(name)) for name in ("from", "receivedAt")]
        # One without an id must not keep the others of its call out.
        reference = proofs.as_text(each.get("messageId")) or proofs.fingerprint(*told, text)
        sender, answerable = read_bare(proofs.as_text(each.get("from")), region=self._region)
        to, _ = read_bare(proofs.as_text(each.get("to")), region=self._region)
        return Inbound(
            gateway=self.name, sender=sender, recipient=to or "", text=text, ref=reference, received_at=now,
            answerable=answerable, media=media, pointed=pointed,
        )  # fmt: skip

    def _event(self, each: Mapping[str, Any], attempt: str) -> StatusEvent | None:
        status, error = each.get("status"), each.get("error")
        group = status.get("groupName") if isinstance(status, dict) else None
        state = STATES.get(str(group))
        reference = proofs.as_text(each.get("messageId"))
        if state is None or not reference:
            return None
        code = calling.code_of(error.get("id")) if isinstance(error, dict) and state == "failed" else ""
        return StatusEvent(
            gateway=self.name,
            attempt=attempt,
            ref=reference,
            state=state,
            error=code,
            again=group == "EXPIRED",
        )


def _content(each: Mapping[str, Any]) -> tuple[str, int, tuple[Pointed, ...]]:
    """Take the words as they were typed, not those it cut its keyword from; and what is not words: how many, and where."""
    pieces = each.get("message")
    if not isinstance(pieces, list):
        return proofs.as_text(each.get("text")), 0, ()
    kinds = [
        str(one.get("contentType", "")).partition(";")[0].strip().lower() for one in proofs.as_list(pieces)
    ]
    words = [one for one, kind in zip(pieces, kinds, strict=True) if kind.startswith("text/")]
    things = [
        Pointed(kind, proofs.as_text(one.get("url")))
        for one, kind in zip(pieces, kinds, strict=True)
        if not kind.startswith("text/") and kind != LAYOUT
    ]
    return "\n".join(proofs.as_text(one.get("value")) for one in words), len(things), tuple(things)


def _first(told: Any) -> Mapping[str, Any]:
    messages = told.get("messages") if isinstance(told, dict) else None
    if not isinstance(messages, list) or not messages or not isinstance(messages[0], dict):
        raise Uncertain("an answer without a message")
    return messages[0]


def _code(reply: calling.Said) -> str:
    try:
        return calling.code_of(reply.told()["requestError"]["serviceException"]["messageId"])
    except (Uncertain, LookupError, TypeError):
        return ""
