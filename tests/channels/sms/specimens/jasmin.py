"""Jasmin as it behaves: octets in hex with their coding, and its own word to be heard."""

from collections.abc import Callable
from datetime import datetime
from typing import ClassVar

from channels.gateway import Gateway
from channels.sms.jasmin import Jasmin
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

TOKEN = "una-direccion-que-nadie-adivina"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
STATES = {"sent": "ACCEPTD", "delivered": "DELIVRD", "failed": "UNDELIV", "odd": "UNKNOWN"}


def address(what: str, signing: Signing, more: str = "") -> str:
    key = {"good": f"key={TOKEN}", "bad": "key=another", "none": ""}[signing]
    return f"/channels/jasmin/{what}?{key}{more}"


class OfJasmin(Specimen):
    name = "jasmin"
    lacks: ClassVar = {
        "media": "SMPP carries no pictures",
        "unreadable": "a form can always be read",
        "in_parts": "Jasmin joins them",
    }
    refusal = "400"

    def gateway(self, *, provider: str, now: Callable[[], datetime]) -> Gateway:  # noqa: ARG002
        return Jasmin(
            user="u", password="p", sender=NUMBER, token=TOKEN, base_url=BASE, base=provider, timeout=PATIENT
        )

    def knock(self, word: Word, *, now: datetime, signing: Signing = "good") -> Knock:  # noqa: ARG002
        told = {
            "id": word.ref, "from": word.sender.removeprefix("+"), "to": NUMBER.removeprefix("+"), "coding": "8",
            "origin-connector": "claro", "content": word.text, "binary": word.text.encode("utf-16-be").hex(),
            **word.more,
        }  # fmt: skip
        if word.odd:
            told["binary"] = (word.odd.decode("cp1252", "ignore").encode("utf-16-be") + b"\xd8\x3d\x00").hex()
        return Knock(address("sms", signing), form_of(told, word.odd, at="content"), FORM)

    def report(self, report: Report, *, now: datetime, signing: Signing = "good") -> Knock:  # noqa: ARG002
        told = {"id": report.ref, "message_status": STATES[report.state], "level": "2"}
        return Knock(address("status", signing, f"&a={report.attempt}"), form_of(told), FORM)

    def reply(self, taken: Taken, *, ref: str, kind: str) -> Reply:  # noqa: ARG002
        match kind:
            case "refused":
                return Reply(b'Error "Argument [to] has an invalid value"', 400, "text/html")
            case "later":
                return Reply(b'Error "User throughput exceeded"', 403, "text/html")
            case "garbage":
                return Reply(b"<html>", kind="text/html")
        return Reply(f'Success "{ref}"'.encode(), kind="text/html")

    def sent(self, taken: Taken) -> tuple[str, str]:
        form = taken.form
        text = (
            bytes.fromhex(form["hex-content"]).decode("utf-16-be")
            if "hex-content" in form
            else form["content"]
        )
        return form["to"], text


SPECIMEN = OfJasmin()
