"""Telerivet: an Android phone with a cloud behind it, which sees every text. One secret proves what it posts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any
from urllib.parse import quote

from channels.gateway import (
    Can,
    Enclosed,
    Inbound,
    Outbound,
    Rang,
    Request,
    Sent,
    StatusEvent,
    Uncertain,
    Undelivered,
)
from channels.sms import calling, proofs
from channels.sms.adapter import Adapter, hangs_on, kind_of

API_BASE = "https://api.telerivet.com"
MEDIA_BASE = "https://telerivet.com"
"""Where it keeps pictures, unless a setting names another host."""
CAN = Can(asks=False, phone=True)
STATES: Mapping[str, str] = {
    "queued": "sent", "sent": "sent", "delivered": "delivered",
    "failed": "failed", "failed_queued": "failed", "cancelled": "failed", "not_delivered": "failed",
}  # fmt: skip
WORDS = frozenset({"sms", "mms", "rcs", "chat"})
"""The kinds of its messages that carry words; USSD answers are not taken in here."""
CALL = "call"
"""A call that nobody answered."""

_GONE = frozenset({404, 410})


@dataclass
class Telerivet(Adapter):
    """One project. `secret` comes back in every webhook; `route` is the phone that sends."""

    project: str
    key: str = field(repr=False)
    secret: str = field(repr=False)
    number: str
    base_url: str
    route: str = ""
    base: str = API_BASE
    media_base: str = MEDIA_BASE
    timeout: float = calling.TIMEOUT
    name: str = "telerivet"
    can: Can = CAN

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
        message = self.heard(
            told.get("content", ""), sender=told.get("from_number_e164") or told.get("from_number", ""),
            to=told.get("to_number", ""), ref=proofs.named(told, "id"), now=now,
            media=int(kind == "mms"),
        )  # fmt: skip
        return (message,)

    def rang(self, request: Request) -> Sequence[Rang]:
        """Verify and parse a missed call.

        Raises:
            Forged: the secret is missing or wrong.
            Garbled: it cannot be read.
        """
        told = self._verified(request)
        if told.get("event") != "incoming_message" or told.get("message_type") != CALL:
            return ()
        caller = told.get("from_number_e164") or told.get("from_number", "")
        return self.rung(caller, to=told.get("to_number", ""))

    def status(self, request: Request) -> Sequence[StatusEvent]:
        """Verify and parse word of a message of ours.

        Raises:
            Forged: the secret is missing or wrong.
            Garbled: it cannot be read.
        """
        told = self._verified(request)
        attempt = proofs.query(request).get("a", "")
        if told.get("event") != "send_status" or not attempt:
            return ()
        return self.told_of(STATES.get(told.get("status", "")), attempt=attempt, ref=told.get("id", ""))

    def send(self, message: Outbound) -> Sent:
        """Hand a message over.

        Raises:
            Undelivered: it was refused, or nobody was there.
            Uncertain: nobody knows.
        """
        told = {
            "to_number": message.to, "content": message.text, "status_secret": self.secret,
            "status_url": self.status_url(f"a={message.attempt}"),
        } | ({"route_id": self.route} if self.route else {})  # fmt: skip
        url = f"{self._project}/messages/send"
        reply = calling.post_json(url, told, headers=self._login, timeout=self.timeout)
        if reply.status not in calling.OK:
            calling.check(reply, code=_error(reply))
        taken = reply.told()
        return Sent(ref=calling.id_in(taken, "id"), state=STATES.get(str(taken.get("status")), "sent"))

    def enclosed(self, ref: str) -> Sequence[Enclosed]:
        """List what hangs on a message, as its phone handed it over.

        Raises:
            Undelivered, Uncertain: it is not there, not yet, or cannot be read.
        """
        url = f"{self._project}/messages/{quote(ref, safe='')}/mms_parts"
        reply = calling.call("GET", url, headers=self._login, timeout=self.timeout)
        calling.check(reply, code=_error(reply))
        told = reply.told()
        listed = told.get("data") if isinstance(told, dict) else told
        if not isinstance(listed, list):
            raise Uncertain("no list")
        things = [(one, kind_of(one.get("type"))) for one in listed if isinstance(one, dict)]
        return tuple(Enclosed(str(one.get("url", "")), kind) for one, kind in things if hangs_on(kind))

    def enclosure(self, ref: str, name: str, *, most: int) -> bytes:
        """Fetch one thing from where Telerivet keeps pictures. Its address is a secret itself: our key does not go there.

        Raises:
            Undelivered, Uncertain: as `calling.fetch` says.
        """
        del ref
        if not name:
            raise Undelivered("no address", permanent=True)
        return calling.fetch(name, below=self.media_base, most=most).data

    def erase(self, ref: str) -> None:
        """Delete a message in the project; what the phone's own inbox holds stays there.

        Raises:
            Undelivered, Uncertain: not now.
        """
        url = f"{self._project}/messages/{quote(ref, safe='')}"
        reply = calling.call("DELETE", url, headers=self._login, timeout=self.timeout)
        if reply.status not in _GONE:
            calling.check(reply, code=_error(reply))

    @cached_property
    def _project(self) -> str:
        return f"{self.base}/v1/projects/{quote(self.project, safe='')}"

    @cached_property
    def _login(self) -> Mapping[str, str]:
        return {"Authorization": calling.basic(self.key, "")}

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
