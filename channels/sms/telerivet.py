"""Telerivet: an Android phone with a cloud behind it, which sees every text. One secret proves what it posts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any
from urllib.parse import quote

from channels.gateway import Answer, Can, Forged, Inbound, Outbound, Request, Sent, StatusEvent, Uncertain
from channels.sms import calling, proofs
from channels.sms.senders import read_sender, region_of

API_BASE = "https://api.telerivet.com"
CAN = Can(asks=False, forgets=False)
STATES: Mapping[str, str] = {
    "queued": "sent", "sent": "sent", "delivered": "delivered",
    "failed": "failed", "failed_queued": "failed", "cancelled": "failed", "not_delivered": "failed",
}  # fmt: skip
WORDS = frozenset({"sms", "mms", "rcs", "chat"})
"""The kinds of its messages that carry words; missed calls and USSD answers are not taken in here."""


@dataclass
class Telerivet(calling.Unasked):
    """One project. `secret` comes back in every webhook; `route` is the phone that sends."""

    project: str
    key: str = field(repr=False)
    secret: str = field(repr=False)
    number: str
    base_url: str
    route: str = ""
    base: str = API_BASE
    timeout: float = calling.TIMEOUT
    name: str = "telerivet"
    can: Can = CAN
    answer: Answer = Answer()  # noqa: RUF009  frozen
    by_get: bool = False

    def inbound(self, request: Request, *, now: datetime) -> Sequence[Inbound]:
        """Verify and parse a message; what else happens in the project is passed over.

        Raises:
            Forged: the secret is missing or wrong, or there is no message.
            Garbled: it cannot be read.
        """
        told = self._verified(request)
        kind = told.get("message_type", "sms")
        if told.get("event") != "incoming_message" or kind not in WORDS:
            return ()
        if not told.get("id"):
            raise Forged("no message id")
        sender, answerable = read_sender(
            told.get("from_number_e164") or told.get("from_number", ""), region=self._region
        )
        message = Inbound(
            gateway=self.name, sender=sender, recipient=told.get("to_number", ""), text=told.get("content", ""),
            ref=told["id"], received_at=now, answerable=answerable, media=int(kind == "mms"),
        )  # fmt: skip
        return (message,)

    def status(self, request: Request) -> Sequence[StatusEvent]:
        """Verify and parse word of a message of ours.

        Raises:
            Forged: the secret is missing or wrong.
            Garbled: it cannot be read.
        """
        told = self._verified(request)
        attempt = proofs.query(request).get("a", "")
        state = STATES.get(told.get("status", ""))
        if told.get("event") != "send_status" or not attempt or state is None:
            return ()
        event = StatusEvent(gateway=self.name, attempt=attempt, ref=told.get("id", ""), state=state)
        return (event,)

    def send(self, message: Outbound) -> Sent:
        """Hand a message over.

        Raises:
            Undelivered: it was refused, or nobody was there.
            Uncertain: nobody knows.
        """
        told = {
            "to_number": message.to, "content": message.text, "status_secret": self.secret,
            "status_url": f"{self.base_url}/channels/{self.name}/status?a={message.attempt}",
        } | ({"route_id": self.route} if self.route else {})  # fmt: skip
        url = f"{self.base}/v1/projects/{quote(self.project, safe='')}/messages/send"
        reply = calling.post_json(
            url, told, headers={"Authorization": calling.basic(self.key, "")}, timeout=self.timeout
        )
        if reply.status not in calling.OK:
            calling.check(reply, code=_error(reply))
        taken = reply.told()
        if not isinstance(taken, dict) or not isinstance(taken.get("id"), str):
            raise Uncertain("an answer without an id")
        return Sent(ref=taken["id"], state=STATES.get(str(taken.get("status")), "sent"))

    @cached_property
    def _region(self) -> str | None:
        return region_of(self.number)

    def _verified(self, request: Request) -> dict[str, str]:
        told = proofs.body_fields(request)
        proofs.prove(proven=proofs.same(told.get("secret", ""), self.secret))
        return told


def _error(reply: calling.Said) -> str:
    try:
        told: Any = reply.told()
    except Uncertain:
        return ""
    error = told.get("error") if isinstance(told, dict) else None
    return calling.code_of(error.get("code", "")) if isinstance(error, dict) else ""
