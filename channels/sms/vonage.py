"""Vonage: GET or POST, long texts in parts, a signature over every field, and throttling inside a good answer.

It sends again for a day until it hears 200, and it is not known whether each try is signed anew: so old
signatures are taken for a day, and what is told twice is known by its id.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from channels import clock
from channels.gateway import (
    Answer,
    Can,
    Forged,
    Inbound,
    Outbound,
    Piece,
    Request,
    Sent,
    StatusEvent,
    Uncertain,
    Undelivered,
)
from channels.sms import calling, proofs
from channels.sms.segments import measure
from channels.sms.senders import read_bare, region_of

API_BASE = "https://rest.nexmo.com"
METHODS = ("md5hash", "md5", "sha1", "sha256", "sha512")
"""The old one, which puts the secret behind the fields, and four of HMAC."""
DAY = timedelta(hours=25)
CAN = Can(asks=False, forgets=False, joins_parts=False)
STATES: Mapping[str, str] = {
    "accepted": "sent", "buffered": "sent", "delivered": "delivered",
    "expired": "failed", "failed": "failed", "rejected": "failed",
}  # fmt: skip
PHONE_OFF = frozenset({"2"})
LATER = frozenset({"1", "4", "8", "9", "10", "11", "14"})
"""Too many at once, no money, a key that ran out: its HTTP status is 200 all the same."""
NOBODY_KNOWS = frozenset({"5"})
_TAKEN = "0"


@dataclass
class Vonage(calling.Unasked):
    """One account of its SMS API."""

    key: str
    api_secret: str = field(repr=False)
    sender: str
    signing: str = field(repr=False)
    base_url: str
    method: str = "sha256"
    base: str = API_BASE
    now: Callable[[], datetime] = clock.now
    timeout: float = calling.TIMEOUT
    name: str = "vonage"
    can: Can = CAN
    answer: Answer = Answer()  # noqa: RUF009  frozen
    by_get: bool = True

    def inbound(self, request: Request, *, now: datetime) -> Sequence[Inbound]:
        """Verify and parse a message, or a part of one; a look at whether the address answers says nothing.

        Raises:
            Forged: the signature is missing, wrong or too old.
            Garbled: it cannot be read.
        """
        told = self._verified(request, now=now)
        if not told:
            return ()
        if not told.get("messageId"):
            raise Forged("no message id")
        sender, answerable = read_bare(told.get("msisdn", ""), region=self._region)
        to, _ = read_bare(told.get("to", ""), region=self._region)
        message = Inbound(
            gateway=self.name, sender=sender, recipient=to or "", text=told.get("text", ""), ref=told["messageId"],
            received_at=now, answerable=answerable, piece=_piece(told),
        )  # fmt: skip
        return (message,)

    def status(self, request: Request) -> Sequence[StatusEvent]:
        """Verify and parse a delivery receipt.

        Raises:
            Forged: the signature is missing, wrong or too old.
            Garbled: it cannot be read.
        """
        told = self._verified(request, now=self.now())
        state = STATES.get(told.get("status", ""))
        if state is None or not told.get("messageId"):
            return ()
        error = calling.code_of(told.get("err-code", "")) if state == "failed" else ""
        again = told["status"] == "expired" or (state == "failed" and error in PHONE_OFF)
        event = StatusEvent(
            gateway=self.name, attempt="", ref=told["messageId"], state=state, error=error, again=again
        )
        return (event,)

    def send(self, message: Outbound) -> Sent:
        """Hand a message over; of a long one the id of its last part is kept.

        Raises:
            Undelivered: it was refused, or nobody was there.
            Uncertain: nobody knows, or it took a part and refused another.
        """
        fields = {
            "api_key": self.key, "api_secret": self.api_secret, "from": message.sender or self.sender,
            "to": message.to.removeprefix("+"), "text": message.text, "status-report-req": "1",
            "type": "text" if measure(message.text).encoding == "GSM-7" else "unicode",
            "callback": f"{self.base_url}/channels/{self.name}/status",
        }  # fmt: skip
        reply = calling.post_form(f"{self.base}/sms/json", fields, timeout=self.timeout)
        calling.check(reply)
        parts = _parts(reply.told())
        said = [str(part.get("status")) for part in parts]
        if all(one == _TAKEN for one in said):
            return Sent(ref=_id_of(parts[-1]))
        if _TAKEN in said or NOBODY_KNOWS & set(said):
            raise Uncertain("taken in part")
        code = calling.code_of(said[0])
        raise Undelivered(code or "refused", permanent=code not in LATER, own=code in LATER)

    def sign(self, told: Mapping[str, str]) -> str:
        """Sign fields: each as "&name=value", sorted, with "_" for what would part them."""
        said = "".join(f"&{name}={_quiet(told[name])}" for name in sorted(told) if name != "sig")
        if self.method == "md5hash":
            return hashlib.md5(
                (said + self.signing).encode("utf-8", "replace"), usedforsecurity=False
            ).hexdigest()
        return proofs.hmac_hex(self.signing, said.encode("utf-8", "replace"), self.method)

    @cached_property
    def _region(self) -> str | None:
        return region_of(self.sender)

    def _verified(self, request: Request, *, now: datetime) -> dict[str, str]:
        told = proofs.fields(request)
        if not told:
            return {}
        proofs.prove(proven=proofs.same(told.get("sig", "").lower(), self.sign(told)))
        proofs.prove(proven=proofs.is_near(told.get("timestamp", ""), now=now, past=DAY))
        return told


def _quiet(value: str) -> str:
    return value.replace("&", "_").replace("=", "_")


def _piece(told: Mapping[str, str]) -> Piece | None:
    """Read which part it is; odd numbers make it a text of its own."""
    index, total = told.get("concat-part", ""), told.get("concat-total", "")
    if told.get("concat", "").lower() not in ("true", "1") or not _is_small(index) or not _is_small(total):
        return None
    return Piece(whole=told.get("concat-ref", ""), index=int(index), total=int(total))


def _is_small(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) <= 3  # noqa: PLR2004  at most 255 parts


def _parts(told: Any) -> list[Mapping[str, Any]]:
    parts = told.get("messages") if isinstance(told, dict) else None
    if not isinstance(parts, list) or not parts or not all(isinstance(one, dict) for one in parts):
        raise Uncertain("an answer without a message")
    return parts


def _id_of(part: Mapping[str, Any]) -> str:
    found = part.get("message-id")
    if not isinstance(found, str) or not found:
        raise Uncertain("an answer without an id")
    return found
