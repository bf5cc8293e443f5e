"""Jasmin: a box of one's own that speaks SMPP to operators and HTTP to us. It repeats until it hears its own word.

It signs nothing: a secret in the address proves it, and it should stand on this machine. It hands over the
octets of a message as the operator sent them; which alphabet stands behind coding 0 the operator decides.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import quote

from channels.gateway import Answer, Can, Inbound, Outbound, Request, Sent, StatusEvent, Uncertain
from channels.sms import calling, proofs
from channels.sms.adapter import Adapter
from channels.sms.segments import from_septets, measure

API_BASE = "http://127.0.0.1:1401"
ACK = Answer("ACK/Jasmin", "text/plain")
CAN = Can(asks=False, signed=False, sees_texts=False)
STATES: Mapping[str, str] = {
    "ESME_ROK": "sent", "ACCEPTD": "sent", "ENROUTE": "sent", "DELIVRD": "delivered",
    "EXPIRED": "failed", "DELETED": "failed", "UNDELIV": "failed", "REJECTD": "failed",
}  # fmt: skip
LATIN, UCS2 = ("1", "3"), "8"
_SUCCESS = re.compile(r'Success "([^"]{1,64})"')


@dataclass
class Jasmin(Adapter):
    """One Jasmin. `token` is the secret in the addresses we give it; `latin` says that coding 0 is Latin-1."""

    user: str
    password: str = field(repr=False)
    sender: str
    token: str = field(repr=False)
    base_url: str
    latin: bool = False
    base: str = API_BASE
    timeout: float = calling.TIMEOUT
    name: str = "jasmin"
    can: Can = CAN
    answer: Answer = ACK

    def inbound(self, request: Request, *, now: datetime) -> Sequence[Inbound]:
        """Verify and parse a message.

        Raises:
            Forged: the secret of the address is missing or wrong, or there is no message.
        """
        told = self._verified(request)
        message = self.heard(
            self._text(told), sender=told.get("from", ""), to=told.get("to", ""),
            ref=proofs.named(told, "id"), now=now, bare=True,
        )  # fmt: skip
        return (message,)

    def status(self, request: Request) -> Sequence[StatusEvent]:
        """Verify and parse a delivery report.

        Raises:
            Forged: the secret of the address is missing or wrong.
        """
        told = self._verified(request)
        attempt = proofs.query(request).get("a", "")
        said = told.get("message_status", "")
        state = "failed" if said.startswith("ESME_") and said != "ESME_ROK" else STATES.get(said)
        if not attempt:
            return ()
        return self.told_of(
            state, attempt=attempt, ref=told.get("id", ""), error=said.removeprefix("ESME_")[:16], again=said == "EXPIRED"
        )  # fmt: skip

    def send(self, message: Outbound) -> Sent:
        """Hand a message over.

        Raises:
            Undelivered: it was refused, or nobody was there.
            Uncertain: nobody knows.
        """
        fields = {
            "username": self.user, "password": self.password, "to": message.to,
            "from": message.sender or self.sender, "dlr": "yes", "dlr-level": "3", "dlr-method": "POST",
            "dlr-url": self.status_url(f"key={quote(self.token)}&a={message.attempt}"),
        }  # fmt: skip
        if measure(message.text).encoding == "GSM-7":
            fields |= {"coding": "0", "content": message.text}
        else:
            fields |= {"coding": UCS2, "hex-content": message.text.encode("utf-16-be").hex()}
        reply = calling.post_form(f"{self.base}/send", fields, timeout=self.timeout)
        calling.check(reply)
        found = _SUCCESS.search(reply.text)
        if found is None:
            raise Uncertain("an answer without an id")
        return Sent(ref=found.group(1))

    def _verified(self, request: Request) -> dict[str, str]:
        proofs.prove_key(request, self.token)
        return dict(request.form)

    def _text(self, told: Mapping[str, str]) -> str:
        """Read the octets by their coding; without octets the words as they came."""
        try:
            octets = bytes.fromhex(told.get("binary", ""))
        except ValueError:
            octets = b""
        if not octets:
            return told.get("content", "")
        coding = told.get("coding", "0")
        if coding == UCS2:
            return octets.decode("utf-16-be", "replace")
        if coding in LATIN or self.latin:
            return octets.decode("latin-1")
        return from_septets(octets)
