"""A telephone with a gateway app as it behaves: signed JSON, its own ids made of the text, word of each part."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar

from channels.gateway import Gateway
from channels.sms.android import Android
from tests.channels.sms import phones
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

AT = "2026-03-04T12:00:00.000-05:00"
EVENTS = {
    "sent": "sms:sent",
    "delivered": "sms:delivered",
    "failed": "sms:cancelled",
    "odd": "sms:teleported",
}


class OfAndroid(Specimen):
    name = "android"
    lacks: ClassVar = {"in_parts": "the phone joins them"}
    refusal = "400"

    def gateway(self, *, provider: str, now: Callable[[], datetime]) -> Gateway:
        return Android(
            url=f"{provider}/message", username=phones.USER, password=phones.PASSWORD, key=phones.KEY, number=NUMBER,
            timeout=PATIENT, now=now,
        )  # fmt: skip

    def knock(self, word: Word, *, now: datetime, signing: Signing = "good") -> Knock:
        event = "mms:downloaded" if word.media else "sms:received"
        pictures = {"attachments": [{"mime": "image/jpeg"}] * word.media} if word.media else {}
        payload = phones.text(word.text, sender=word.sender, messageId=word.ref, receivedAt=AT, **pictures)
        body = json_of(_event(event, payload) | dict(word.more), word.odd, text=word.text)
        return _signed("sms", body, now=now, signing=signing)

    def report(self, report: Report, *, now: datetime, signing: Signing = "good") -> Knock:
        payload = {"messageId": f"{report.attempt}-1", "phoneNumber": report.to, "partsCount": 1}
        return _signed("status", json_of(_event(EVENTS[report.state], payload)), now=now, signing=signing)

    def ref_of(self, word: Word) -> str:
        return f"{'mms:downloaded' if word.media else 'sms:received'}/{word.ref}/{AT}"

    def known_as(self, taken: Taken, ref: str) -> str:  # noqa: ARG002
        return str(taken.told["id"]).partition("-")[0]

    def unreadable(self, *, now: datetime) -> Knock:
        return _signed("sms", b"<event/>", now=now, signing="good")

    def reply(self, taken: Taken, *, ref: str, kind: str) -> Reply:  # noqa: ARG002
        match kind:
            case "refused":
                return Reply(json.dumps({"message": f"no: {taken.told['phoneNumbers']}"}).encode(), 400)
            case "later":
                return Reply(b'{"message": "queue is full"}', 503)
            case "garbage":
                return Reply(b"<html>", 202)
        return Reply(json.dumps({"id": taken.told["id"], "state": "Pending"}).encode(), 202)

    def sent(self, taken: Taken) -> tuple[str, str]:
        return taken.told["phoneNumbers"][0], taken.told["textMessage"]["text"]


def _event(kind: str, payload: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(phones.event(kind, payload))
    return found


def _signed(where: str, body: bytes, *, now: datetime, signing: Signing) -> Knock:
    stamp = str(int(now.timestamp()))
    key = phones.KEY if signing == "good" else "another key that nobody gave to anybody"
    proof = {"X-Signature": phones.sign(body, stamp, key=key), "X-Timestamp": stamp}
    headers = {"Content-Type": "application/json"} | (proof if signing != "none" else {})
    return Knock(f"/channels/android/{where}", body, headers)


SPECIMEN = OfAndroid()
