"""Infobip: several messages in one call, reports by the id that we gave, and a key in each direction.

Its webhook proves itself by a name and password, or by an HMAC of the body, as its subscription is set up. A
message that expired did not arrive, whatever others make of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from channels.gateway import (
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
from channels.sms.adapter import Adapter, hangs_on, kind_of

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
CAN = Can(asks=False, forgets=False)


@dataclass
class Infobip(Adapter):
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
        return tuple(event for each in results for event in self._events(each, attempt))

    def send(self, message: Outbound) -> Sent:
        """Hand a message over.

        Raises:
            Undelivered: it was refused, or nobody was there.
            Uncertain: nobody knows.
        """
        ours = proofs.ticket(self.secret or self.password, message.attempt)
        one = {
            "from": message.sender or self.sender,
            "destinations": [{"to": message.to.removeprefix("+"), "messageId": message.attempt}],
            "content": {"text": message.text},
            "webhooks": {"delivery": {"url": self.status_url(ours), "contentType": calling.JSON}},
        }
        reply = calling.post_json(
            f"{self.base}/sms/3/messages", {"messages": [one]}, timeout=self.timeout,
            headers={"Authorization": f"App {self.key}"},
        )  # fmt: skip
        calling.check(reply, code="" if reply.status in calling.OK else _code(reply))
        taken = calling.objects_in(reply.told(), "messages")[0]
        group, name = _status(taken)
        if group == "REJECTED":
            why = calling.code_of(name.removeprefix("REJECTED_")[:16])
            later = any(name.startswith(why) for name in LATER) if why else False
            raise Undelivered(why or "REJECTED", permanent=not later, own=later)
        return Sent(ref=calling.id_in(taken, "messageId"))

    def fetched(self, address: str, *, most: int) -> Brought:
        """Fetch a picture from our own address there, with our key.

        Raises:
            Undelivered, Uncertain: as `calling.fetch` says.
        """
        return calling.fetch(
            address, below=self.base, most=most, headers={"Authorization": f"App {self.key}"}
        )

    def _results(self, request: Request, *, proven: bool = False) -> list[Mapping[str, Any]]:
        proofs.prove(proven=proven or self._is_genuine(request))
        told = proofs.read_json(request)
        if not isinstance(told, dict):
            raise Garbled("no results")
        return proofs.as_list(told.get("results"))

    def _is_genuine(self, request: Request) -> bool:
        if not self.secret:
            return proofs.is_basic(request, self.user, self.password)
        return proofs.is_hmac(proofs.header(request, self.signed_in), self.secret, request.body)

    def _message(self, each: Mapping[str, Any], *, now: datetime) -> Inbound:
        text, media, pointed = _content(each)
        sender, to, own, written = (
            proofs.as_text(each.get(name)) for name in ("from", "to", "messageId", "receivedAt")
        )
        # One without an id must not keep the others of its call out.
        ref = own or proofs.fingerprint(sender, written, text)
        return self.heard(
            text,
            sender=sender,
            to=to,
            ref=ref,
            now=now,
            bare=True,
            media=media,
            pointed=pointed,
        )

    def _events(self, each: Mapping[str, Any], attempt: str) -> Sequence[StatusEvent]:
        group, _ = _status(each)
        error, ref = each.get("error"), proofs.as_text(each.get("messageId"))
        why = error.get("id") if isinstance(error, dict) else ""
        state = STATES.get(group) if ref else None
        return self.told_of(state, attempt=attempt, ref=ref, error=why, again=group == "EXPIRED")


def _status(each: Mapping[str, Any]) -> tuple[str, str]:
    """Read how far a message is: the group of its status, and the status's name."""
    status = each.get("status")
    return (
        (str(status.get("groupName")), str(status.get("name", ""))) if isinstance(status, dict) else ("", "")
    )


def _content(each: Mapping[str, Any]) -> tuple[str, int, tuple[Pointed, ...]]:
    """Take the words as they were typed, not those it cut its keyword from; and what is not words: how many, and where."""
    pieces = each.get("message")
    if not isinstance(pieces, list):
        return proofs.as_text(each.get("text")), 0, ()
    parts = [(one, kind_of(one.get("contentType"))) for one in proofs.as_list(pieces)]
    words = "\n".join(proofs.as_text(one.get("value")) for one, kind in parts if kind.startswith("text/"))
    things = tuple(Pointed(kind, proofs.as_text(one.get("url"))) for one, kind in parts if hangs_on(kind))
    return words, len(things), things


def _code(reply: calling.Said) -> str:
    try:
        return calling.code_of(reply.told()["requestError"]["serviceException"]["messageId"])
    except (Uncertain, LookupError, TypeError):
        return ""
