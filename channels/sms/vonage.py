"""Vonage: GET or POST, long texts in parts, a signature over every field, and throttling inside a good answer.

Pictures come by its Messages API alone, which may take over what comes in: JSON that a token vouches for. A picture lies
on Vonage's own host for two days, and whoever has its address may fetch it. We send by the SMS API in any case.

It sends again for a day until it hears 200, and it is not known whether each try is signed anew: so old
signatures are taken for a day, and what is told twice is known by its id.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from channels import clock
from channels.gateway import (
    Brought,
    Can,
    Garbled,
    Inbound,
    Outbound,
    Piece,
    Pointed,
    Request,
    Sent,
    StatusEvent,
    Uncertain,
    Undelivered,
)
from channels.sms import calling, octets, proofs
from channels.sms.adapter import Adapter, piece_of
from channels.sms.segments import measure

API_BASE = "https://rest.nexmo.com"
MEDIA_BASE = "https://api-us.nexmo.com/v3/media"
"""Where it keeps pictures, unless a setting names another place."""
TEXTUAL = frozenset({"sms", "mms"})
"""The channels of its Messages API that reach a telephone number; we could not answer in another one."""
THINGS = ("image", "audio", "video", "file")
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
    media_base: str = MEDIA_BASE
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
        if _is_by_token(request):
            return (self._by_messages(self._vouched(request, now=now), now=now),)
        told = self._verified(request, now=now)
        if not told:
            return ()
        message = self.heard(
            told.get("text", ""), sender=told.get("msisdn", ""), to=told.get("to", ""),
            ref=proofs.named(told, "messageId"), now=now, bare=True, piece=_piece(told),
        )  # fmt: skip
        return (message,)

    def status(self, request: Request) -> Sequence[StatusEvent]:
        """Verify and parse a delivery receipt.

        Raises:
            Forged: the signature is missing, wrong or too old.
            Garbled: it cannot be read.
        """
        if _is_by_token(request):
            self._vouched(request, now=self.now())
            return ()  # nothing of ours leaves by its Messages API
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

    def fetched(self, address: str, *, most: int) -> Brought:
        """Fetch a picture from where Vonage keeps them; its address is a secret itself, and our key does not go there.

        Raises:
            Undelivered, Uncertain: as `calling.fetch` says.
        """
        return calling.fetch(address, below=self.media_base, most=most)

    def sign(self, told: Mapping[str, str]) -> str:
        """Sign fields: each as "&name=value", sorted, with "_" for what would part them."""
        said = "".join(f"&{name}={_quiet(told[name])}" for name in sorted(told) if name != "sig")
        if self.method == "md5hash":
            return hashlib.md5(octets.signed(said + self.signing), usedforsecurity=False).hexdigest()
        return proofs.hmac_hex(self.signing, octets.signed(said), self.method)

    def _vouched(self, request: Request, *, now: datetime) -> Mapping[str, Any]:
        said = proofs.vouched(request, self.signing)
        proofs.prove(proven=proofs.is_near(proofs.as_text(said.get("iat")), now=now, past=DAY))
        told = proofs.read_json(request)
        if not isinstance(told, dict):
            raise Garbled("no message")
        return told

    def _by_messages(self, told: Mapping[str, Any], *, now: datetime) -> Inbound:
        if told.get("channel") not in TEXTUAL:
            raise Garbled("a channel we could not answer in")
        said = {name: proofs.as_text(told.get(name)) for name in ("from", "to", "text", "message_uuid")}
        things = [one for name in THINGS if isinstance(one := told.get(name), dict)]
        words = [said["text"], *(proofs.as_text(one.get("caption")) for one in things)]
        pointed = tuple(Pointed("", proofs.as_text(one.get("url"))) for one in things)
        return self.heard(
            "\n".join(filter(None, words)), sender=said["from"], to=said["to"],
            ref=proofs.named(said, "message_uuid"), now=now, bare=True, media=len(pointed), pointed=pointed,
        )  # fmt: skip

    def _verified(self, request: Request, *, now: datetime) -> dict[str, str]:
        told = proofs.fields(request)
        if not told:
            return {}
        given = told.get("sig", "").lower()
        proven = proofs.same(given, self.sign(told))
        proofs.prove(proven=proven or proofs.same(given, self.sign(dict(octets.as_sent(request)))))
        proofs.prove(proven=proofs.is_near(told.get("timestamp", ""), now=now, past=DAY))
        return told


def _is_by_token(request: Request) -> bool:
    return proofs.header(request, "Authorization").startswith("Bearer ")


def _quiet(value: str) -> str:
    return value.replace("&", "_").replace("=", "_")


def _piece(told: Mapping[str, str]) -> Piece | None:
    if told.get("concat", "").lower() not in ("true", "1"):
        return None
    whole, index, total = (told.get(f"concat-{name}", "") for name in ("ref", "part", "total"))
    return piece_of(whole, index, total)
