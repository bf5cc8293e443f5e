"""Kannel: a box on a server that speaks SMPP to an operator or AT commands to a modem, and HTTP to us.

It signs nothing, so every address we give it carries a secret, and both sides belong on one machine. It hands
long texts over whole, and tells what became of a message by the bits of its delivery reports. Measured with
version 1.4.5: a sign outside of GSM-7 that goes with `coding=0` becomes "?" without a word.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from urllib.parse import unquote_to_bytes

from channels.gateway import (
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
from channels.sms import octets, proofs
from channels.sms.adapter import Adapter
from channels.sms.calling import TIMEOUT, call
from channels.sms.segments import measure

NAME: Final = "kannel"
HEADER: Final = "X-Gateway-Secret"
REJECTED: Final = "16"
REPORTS: Final = 1 | 2 | 4 | 8 | 16
STATES: Final[Mapping[str, str]] = {
    "1": "delivered", "2": "failed", "4": "sent", "8": "sent", "16": "failed", "32": "sent",
}  # fmt: skip
"""The bits of a delivery report; 32 is word on the way, the others as they are asked for in `REPORTS`."""
UCS2: Final = "2"
_TAKEN: Final = frozenset({200, 202})
_ACCEPTED: Final = frozenset({"0", "3"})
"""Accepted, and queued until the operator is back: "0: Accepted for delivery", "3: Queued for later delivery"."""
_CHARSETS: Final[Mapping[str, str]] = {"UTF-16BE": "utf-16-be", "UCS-2": "utf-16-be", "UTF-8": "utf-8",
                                       "ISO-8859-1": "latin-1"}  # fmt: skip
_CAN: Final = Can(asks=False, sees_texts=False, signed=False)


@dataclass
class Kannel(Adapter):
    """One Kannel. `secrets` are tried in turn, so that one can be replaced without a gap.

    `url` is where its smsbox takes messages; `smsc` chooses one of its connections.
    """

    url: str
    username: str
    password: str = field(repr=False)
    secrets: Sequence[str] = field(repr=False)
    sender: str
    callback: str
    smsc: str = ""
    timeout: float = TIMEOUT
    name: str = NAME
    can: Can = _CAN
    by_get: bool = True

    def inbound(self, request: Request, *, now: datetime) -> Sequence[Inbound]:
        """Check the secret and read what Kannel's escapes say; a knock without a message is a test of the address.

        Raises:
            Forged: the secret is missing or wrong.
            Garbled: there is no id.
        """
        said = self._said(request)
        fields = {name: _as_text(value) for name, value in said.items()}
        if not {"from", "id", "text"} & set(fields):
            return ()
        ref = fields.get("id", "")
        if not ref:
            raise Garbled("no message id")
        text = _decoded(
            said.get("text", b""), coding=fields.get("coding", ""), charset=fields.get("charset", "")
        )
        sender, to = fields.get("from", ""), fields.get("to") or self.sender
        return (self.heard(text, sender=sender, to=to, ref=ref, now=now),)

    def status(self, request: Request) -> Sequence[StatusEvent]:
        """Check the secret and read a delivery report; bits that Kannel does not have today say nothing.

        Raises:
            Forged: the secret is missing or wrong.
        """
        fields = {name: _as_text(value) for name, value in self._said(request).items()}
        attempt, bit = fields.get("a", ""), fields.get("s", "")
        state = STATES.get(bit)
        if not attempt or state is None:
            return ()
        error = _short(fields.get("err", "")) if state == "failed" else ""
        return (
            StatusEvent(
                gateway=self.name, attempt=attempt, ref="", state=state, error=error, own=bit == REJECTED
            ),
        )

    def send(self, message: Outbound) -> Sent:
        """Hand a message to smsbox, by POST: an address with number and text in it would stand in logs.

        Kannel gives it no id, so our own stands for one.

        Raises:
            Undelivered: Kannel refused it, or could not be reached at all.
            Uncertain: it hung, broke off, or answered something that cannot be read.
        """
        wide = measure(message.text).encoding == "UCS-2"
        # UTF-16BE as it is, without a charset: builds of Kannel that lack iconv know no other.
        body = message.text.encode("utf-16-be") if wide else message.text.encode()
        headers = {
            "X-Kannel-Username": self.username, "X-Kannel-Password": self.password, "X-Kannel-To": message.to,
            "X-Kannel-From": message.sender or self.sender, "X-Kannel-Coding": UCS2 if wide else "0",
            "X-Kannel-DLR-Mask": str(REPORTS), "X-Kannel-DLR-Url": self._reports(message.attempt),
            "Content-Type": "application/octet-stream" if wide else "text/plain; charset=UTF-8",
        }  # fmt: skip
        if self.smsc:
            headers["X-Kannel-SMSC"] = self.smsc
        said = call("POST", f"{self.url}/cgi-bin/sendsms", body=body, headers=headers, timeout=self.timeout)
        code = said.text.partition(":")[0].strip()
        if said.status in _TAKEN and code in _ACCEPTED:
            return Sent(ref=message.attempt)
        raise _refusal(said.status)

    def _said(self, request: Request) -> dict[str, bytes]:
        """Read what the address says as raw bytes, since Kannel percent-encodes UTF-16; a body is the text."""
        said = _fields(request.uri.partition("?")[2])
        given = proofs.header(request, HEADER) or said.get("key", b"").decode("latin-1")
        proofs.prove(proven=any(proofs.same(given, each) for each in self.secrets))
        if request.method == "POST":
            kind = proofs.header(request, "Content-Type")
            if "urlencoded" in kind:
                return said | _fields(request.body.decode("latin-1"))
            said.setdefault("text", request.body)
            said.setdefault(
                "charset", kind.partition("charset=")[2].strip("\"' ").encode("latin-1", "replace")
            )
        return said

    def _reports(self, attempt: str) -> str:
        """Write the address for reports; smsbox puts the bit and the operator's error in."""
        return f"{self.callback}/channels/{self.name}/status?key={self.secrets[0]}&a={attempt}&s=%d&err=%A"


def _fields(query: str) -> dict[str, bytes]:
    pairs = (pair.partition("=") for pair in query.split("&") if pair)
    return {
        unquote_to_bytes(name).decode("latin-1"): unquote_to_bytes(value.replace("+", " "))
        for name, _, value in pairs
    }


def _as_text(value: bytes) -> str:
    return value.decode("utf-8", "replace").strip()


def _decoded(raw: bytes, *, coding: str, charset: str) -> str:
    """Read a text in the alphabet it came in; what cannot be read in it is read as far as it goes."""
    if coding == UCS2:
        return raw.decode("utf-16-be", "replace")
    return raw.decode(_CHARSETS.get(charset.upper(), "utf-8"), octets.LETTERS)


def _short(error: str) -> str:
    """Keep the code of an error (`NACK/0x0000000b/Invalid...`), not its sentence, which may hold a number."""
    parts = [part for part in error.split("/") if part]
    return parts[1][:16] if len(parts) > 1 else ""


def _refusal(status: int) -> Undelivered | Uncertain:
    if status == 403:  # noqa: PLR2004  the wrong password, or an address Kannel does not let in
        return Undelivered("403", permanent=False, own=True)
    if status == 503:  # noqa: PLR2004  no connection to the operator, or its queue is full
        return Undelivered("503", permanent=False, own=True)
    if 400 <= status < 500:  # noqa: PLR2004
        return Undelivered(str(status), permanent=True)
    return Uncertain(str(status))
