"""Infobip as it behaves: several messages in one JSON, numbers without a plus, a password or an HMAC."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar

from channels.gateway import Gateway
from channels.sms.infobip import Infobip
from tests.channels.sms.conformance import (
    NUMBER,
    PATIENT,
    Knock,
    Reply,
    Report,
    Signing,
    Specimen,
    Taken,
    Word,
    json_of,
)
from tests.sending import BASE

USER, PASSWORD, SECRET = "quejas", "una clave larga de verdad", "otro secreto largo de verdad"
STATES = {"sent": "PENDING", "delivered": "DELIVERED", "failed": "UNDELIVERABLE", "odd": "TELEPORTED"}


class OfInfobip(Specimen):
    name = "infobip"
    lacks: ClassVar = {"in_parts": "it joins them itself"}
    refusal = "BAD_REQUEST"

    def gateway(self, *, provider: str, now: Callable[[], datetime]) -> Gateway:  # noqa: ARG002
        return Infobip(
            base=provider,
            key="k",
            sender=NUMBER,
            base_url=BASE,
            user=USER,
            password=PASSWORD,
            timeout=PATIENT,
        )

    def knock(self, word: Word, *, now: datetime, signing: Signing = "good") -> Knock:  # noqa: ARG002
        one: dict[str, Any] = {
            "messageId": word.ref, "from": word.sender.removeprefix("+"), "to": NUMBER.removeprefix("+"),
            "receivedAt": "2026-03-04T17:00:00.000+0000", "cleanText": "cut", "smsCount": 1, **word.more,
        }  # fmt: skip
        if word.media:
            one["message"] = [{"contentType": "image/jpeg", "url": "https://media.example/1"}]
        else:
            one["text"] = word.text
        body = json_of(
            {"results": [one], "messageCount": 1, "pendingMessageCount": 0}, word.odd, text=word.text
        )
        return self._proven("/channels/infobip/sms", body, signing)

    def unreadable(self, *, now: datetime) -> Knock:  # noqa: ARG002
        return self._proven("/channels/infobip/sms", b'{"results": 7', "good")

    def report(self, report: Report, *, now: datetime, signing: Signing = "good") -> Knock:  # noqa: ARG002
        one = {"messageId": report.ref, "status": {"groupName": STATES[report.state]}, "error": {"id": 5}}
        return self._proven("/channels/infobip/status", json_of({"results": [one]}), signing)

    def reply(self, taken: Taken, *, ref: str, kind: str) -> Reply:  # noqa: ARG002
        match kind:
            case "refused":
                told = {
                    "requestError": {"serviceException": {"messageId": "BAD_REQUEST", "text": "51987654321"}}
                }
                return Reply(json.dumps(told).encode(), 400)
            case "later":
                told_of = {
                    "messages": [{"status": {"groupName": "REJECTED", "name": "REJECTED_NOT_ENOUGH_CREDITS"}}]
                }
                return Reply(json.dumps(told_of).encode())
            case "garbage":
                return Reply(b"[[[[")
        sent = {"messageId": ref, "status": {"groupName": "PENDING"}, "destination": "51987654321"}
        return Reply(json.dumps({"bulkId": "b", "messages": [sent]}).encode())

    def sent(self, taken: Taken) -> tuple[str, str]:
        (message,) = taken.told["messages"]
        return "+" + message["destinations"][0]["to"], message["content"]["text"]

    def _proven(self, uri: str, body: bytes, signing: Signing) -> Knock:
        password = PASSWORD if signing == "good" else "another"
        basic = base64.b64encode(f"{USER}:{password}".encode()).decode()
        proof = {} if signing == "none" else {"Authorization": f"Basic {basic}"}
        return Knock(uri, body, {"Content-Type": "application/json", **proof})


class WithHmac(OfInfobip):
    label = "infobip (HMAC)"

    def gateway(self, *, provider: str, now: Callable[[], datetime]) -> Gateway:  # noqa: ARG002
        return Infobip(base=provider, key="k", sender=NUMBER, base_url=BASE, secret=SECRET, timeout=PATIENT)

    def _proven(self, uri: str, body: bytes, signing: Signing) -> Knock:
        key = SECRET if signing == "good" else "another"
        signature = hmac.new(key.encode(), body, hashlib.sha256).hexdigest()
        proof = {} if signing == "none" else {"X-Signature": signature}
        return Knock(uri, body, {"Content-Type": "application/json", **proof})


SPECIMENS = (OfInfobip(), WithHmac())
