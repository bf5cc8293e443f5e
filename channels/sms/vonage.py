"""Vonage: GET or POST, long texts in parts, a signature over every field, and throttling inside a good answer.

It sends again for a day until it hears 200, and it is not known whether each try is signed anew: so old
signatures are taken for a day, and what is told twice is known by its id.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from channels import clock
from channels.gateway import Can, Inbound, Outbound, Piece, Request, Sent, StatusEvent, Uncertain, Undelivered
from channels.sms import calling, proofs
from channels.sms.adapter import Adapter, piece_of
from channels.sms.segments import measure

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
class Vonage(Adapter):
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
        message = self.heard(
            told.get("text", ""), sender=told.get("msisdn", ""), home=self.sender, to=told.get("to", ""),
            ref=proofs.named(told, "messageId"), now=now, bare=True, piece=_piece(told),
        )  # fmt: skip
        return (message,)

    def status(self, request: Request) -> Sequence[StatusEvent]:
        """Verify and parse a delivery receipt.

        Raises:
            Forged: the signature is missing, wrong or too old.
            Garbled: it cannot be read.
        """
        told = self._verified(request, now=self.now())
        word, error = told.get("status", ""), told.get("err-code", "")
        state = STATES.get(word)
        again = word == "expired" or (state == "failed" and error in PHONE_OFF)
        return self.told_of(state, ref=told.get("messageId", ""), error=error, again=again)

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
            "callback": self.status_url(),
        }  # fmt: skip
        reply = calling.post_form(f"{self.base}/sms/json", fields, timeout=self.timeout)
        calling.check(reply)
        parts = calling.objects_in(reply.told(), "messages")
        said = [str(part.get("status")) for part in parts]
        if all(one == _TAKEN for one in said):
            return Sent(ref=calling.id_in(parts[-1], "message-id"))
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
    if told.get("concat", "").lower() not in ("true", "1"):
        return None
    whole, index, total = (told.get(f"concat-{name}", "") for name in ("ref", "part", "total"))
    return piece_of(whole, index, total)
