"""Africa's Talking as it behaves: forms that nobody signs, to an address with a secret in it."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import ClassVar

from channels.gateway import Gateway
from channels.sms.africastalking import AfricasTalking
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
    form_of,
)

TOKEN = "una-direccion-que-nadie-adivina"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
STATES = {"sent": "Buffered", "delivered": "Success", "failed": "Failed", "odd": "Teleported"}


def address(what: str, signing: Signing) -> str:
    key = {"good": f"?key={TOKEN}", "bad": "?key=another", "none": ""}[signing]
    return f"/channels/africastalking/{what}{key}"


class OfAfricasTalking(Specimen):
    name = "africastalking"
    lacks: ClassVar = {
        "media": "its SMS carry no pictures",
        "unreadable": "a form can always be read",
        "in_parts": "it joins them itself",
    }
    refusal = "403"

    def gateway(self, *, provider: str, now: Callable[[], datetime]) -> Gateway:  # noqa: ARG002
        return AfricasTalking(
            username="quejas", key="k", sender=NUMBER, token=TOKEN, base=provider, timeout=PATIENT
        )

    def knock(self, word: Word, *, now: datetime, signing: Signing = "good") -> Knock:  # noqa: ARG002
        told = {
            "linkId": "03090445075804249226", "text": word.text, "to": NUMBER, "id": word.ref,
            "date": "2026-03-04 17:00:00", "from": word.sender, **word.more,
        }  # fmt: skip
        return Knock(address("sms", signing), form_of(told, word.odd, at="text"), FORM)

    def report(self, report: Report, *, now: datetime, signing: Signing = "good") -> Knock:  # noqa: ARG002
        told = {"id": report.ref, "status": STATES[report.state], "phoneNumber": report.to}
        if report.state == "failed":
            told["failureReason"] = "DeliveryFailure"
        return Knock(address("status", signing), form_of(told), FORM)

    def reply(self, taken: Taken, *, ref: str, kind: str) -> Reply:
        if kind == "garbage":
            return Reply(b"<html>", 201)
        code, status = {"ok": (101, "Success"), "refused": (403, "InvalidPhoneNumber")}.get(
            kind, (405, "InsufficientBalance")
        )
        one = {"statusCode": code, "number": taken.form["to"], "status": status, "messageId": ref}
        return Reply(json.dumps({"SMSMessageData": {"Message": "Sent", "Recipients": [one]}}).encode(), 201)

    def sent(self, taken: Taken) -> tuple[str, str]:
        return taken.form["to"], taken.form["message"]


SPECIMEN = OfAfricasTalking()
