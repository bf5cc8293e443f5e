"""Africa's Talking: SMS by forms that nobody signs. What proves them is a secret in the address we gave it.

Let the proxy in front of us take these addresses from its published networks only. No coverage is known in
South America; its dialects for USSD and voice are spoken elsewhere in this house.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from channels.gateway import Can, Inbound, Outbound, Request, Sent, StatusEvent, Uncertain, Undelivered
from channels.sms import calling, proofs
from channels.sms.adapter import Adapter

API_BASE = "https://api.africastalking.com"
VOICE_BASE = "https://voice.africastalking.com"
QUEUED = "Queued"
FOR_GOOD = frozenset({"InvalidPhoneNumber", "DestinationNotSupported"})
CAN = Can(asks=False, forgets=False, signed=False, retries_inbound=False)
STATES: Mapping[str, str] = {
    "Sent": "sent", "Submitted": "sent", "Buffered": "sent", "Success": "delivered",
    "Rejected": "failed", "Failed": "failed", "Expired": "failed", "AbsentSubscriber": "failed",
}  # fmt: skip
PHONE_OFF = frozenset({"Expired", "AbsentSubscriber"})
TAKEN = frozenset({"100", "101", "102"})
LATER = frozenset({"401", "405", "407", "501"})
NOBODY_KNOWS = frozenset({"500"})
STOPPED = frozenset({"406", "409"})
BLACKLISTED, UNPAID = "UserInBlackList", "InsufficientCredit"


@dataclass
class AfricasTalking(Adapter):
    """One application. `token` is the secret in the addresses of its callbacks."""

    username: str
    key: str = field(repr=False)
    sender: str
    token: str = field(repr=False)
    base: str = API_BASE
    voice_base: str = VOICE_BASE
    timeout: float = calling.TIMEOUT
    name: str = "africastalking"
    can: Can = CAN

    def inbound(self, request: Request, *, now: datetime) -> Sequence[Inbound]:
        """Verify and parse a message.

        Raises:
            Forged: the secret of the address is missing or wrong, or there is no message.
            Garbled: it cannot be read.
        """
        told = self._verified(request)
        message = self.heard(
            told.get("text", ""), sender=told.get("from", ""), to=told.get("to", ""),
            ref=proofs.named(told, "id"), now=now, bare=True,
        )  # fmt: skip
        return (message,)

    def status(self, request: Request) -> Sequence[StatusEvent]:
        """Verify and parse a delivery report.

        Raises:
            Forged: the secret of the address is missing or wrong.
            Garbled: it cannot be read.
        """
        told = self._verified(request)
        said = told.get("status", "")
        state = STATES.get(said)
        reason = told.get("failureReason", "") if state == "failed" else ""
        return self.told_of(
            state, ref=told.get("id", ""), error=reason[:16], again=said in PHONE_OFF, stopped=reason == BLACKLISTED,
            own=reason == UNPAID,
        )  # fmt: skip

    def send(self, message: Outbound) -> Sent:
        """Hand a message over.

        Raises:
            Undelivered: it was refused, or nobody was there.
            Uncertain: nobody knows.
        """
        fields = {
            "username": self.username, "to": message.to, "message": message.text,
            "from": message.sender or self.sender,
        }  # fmt: skip
        reply = calling.post_form(
            f"{self.base}/version1/messaging", fields, headers={"apiKey": self.key}, timeout=self.timeout
        )
        calling.check(reply)
        told = _recipient(reply.told())
        code = calling.code_of(told.get("statusCode", ""))
        if code in NOBODY_KNOWS:
            raise Uncertain(code)
        if code not in TAKEN and told.get("status") != "Success":
            raise Undelivered(
                code or "refused", permanent=code not in LATER, stopped=code in STOPPED, own=code in LATER
            )
        return Sent(ref=calling.id_in(told, "messageId"))

    def call(self, to: str, *, sender: str) -> None:
        """Call somebody from a number of ours; what is said then, it asks at the address that the number has there.

        Raises:
            Undelivered: it was refused, or nobody was there.
            Uncertain: nobody knows.
        """
        fields = {"username": self.username, "to": to, "from": sender}
        reply = calling.post_form(
            f"{self.voice_base}/call", fields, headers={"apiKey": self.key}, timeout=self.timeout
        )
        calling.check(reply)
        told = reply.told()
        if isinstance(told, dict) and told.get("entries") == []:  # it says why in words
            raise Undelivered("nobody", permanent=False, own=True)
        status = calling.objects_in(told, "entries")[0].get("status")
        if status != QUEUED:
            raise Undelivered("refused", permanent=status in FOR_GOOD, own=status not in FOR_GOOD)

    def _verified(self, request: Request) -> dict[str, str]:
        proofs.prove_key(request, self.token)
        return proofs.body_fields(request)


def _recipient(told: Any) -> Mapping[str, Any]:
    data = told.get("SMSMessageData") if isinstance(told, dict) else None
    if isinstance(data, dict) and data.get("Recipients") == []:
        # It says why in words, such as that the sender's name is unknown.
        raise Undelivered("nobody", permanent=True)
    return calling.objects_in(data, "Recipients")[0]
