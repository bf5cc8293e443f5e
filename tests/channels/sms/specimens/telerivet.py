"""Telerivet as it behaves: forms with its secret inside, numbers as the phone showed them."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import ClassVar

from channels.gateway import Gateway
from channels.sms.telerivet import Telerivet
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
from tests.sending import BASE

SECRET = "un secreto del proyecto"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
STATES = {"sent": "sent", "delivered": "delivered", "failed": "not_delivered", "odd": "teleported"}


class OfTelerivet(Specimen):
    name = "telerivet"
    lacks: ClassVar = {"unreadable": "a form can always be read", "in_parts": "the phone joins them"}
    refusal = "invalid_param"

    def gateway(self, *, provider: str, now: Callable[[], datetime]) -> Gateway:  # noqa: ARG002
        return Telerivet(
            project="PJ1",
            key="k",
            secret=SECRET,
            number=NUMBER,
            base_url=BASE,
            base=provider,
            timeout=PATIENT,
        )

    def knock(self, word: Word, *, now: datetime, signing: Signing = "good") -> Knock:  # noqa: ARG002
        told = {
            "event": "incoming_message", "id": word.ref, "message_type": "mms" if word.media else "sms",
            "content": word.text, "from_number": word.sender, "to_number": NUMBER, "phone_id": "PN1", **word.more,
        }  # fmt: skip
        return Knock("/channels/telerivet/sms", form_of(_with(told, signing), word.odd, at="content"), FORM)

    def report(self, report: Report, *, now: datetime, signing: Signing = "good") -> Knock:  # noqa: ARG002
        told = {"event": "send_status", "id": report.ref, "status": STATES[report.state]}
        return Knock(f"/channels/telerivet/status?a={report.attempt}", form_of(_with(told, signing)), FORM)

    def reply(self, taken: Taken, *, ref: str, kind: str) -> Reply:
        match kind:
            case "refused":
                error = {"code": "invalid_param", "message": f"no: {taken.told['to_number']}"}
                return Reply(json.dumps({"error": error}).encode(), 400)
            case "later":
                return Reply(json.dumps({"error": {"code": "too_many_requests"}}).encode(), 429)
            case "garbage":
                return Reply(b"<html>")
        return Reply(json.dumps({"id": ref, "status": "queued"}).encode())

    def sent(self, taken: Taken) -> tuple[str, str]:
        return taken.told["to_number"], taken.told["content"]


def _with(told: dict[str, str], signing: Signing) -> dict[str, str]:
    if signing == "none":
        return told
    return {**told, "secret": SECRET if signing == "good" else "another"}


SPECIMEN = OfTelerivet()
