"""Twilio as it behaves: forms signed with HMAC-SHA1 over address and fields."""

import hmac
import json
from base64 import b64encode
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import ClassVar

from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]

from channels.gateway import Gateway
from channels.sms.twilio import Twilio
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
from tests.standin import ACCOUNT, TOKEN

FORM = "application/x-www-form-urlencoded; charset=UTF-8"
STATES = {"sent": "sent", "delivered": "delivered", "failed": "undelivered", "odd": "teleported"}


class OfTwilio(Specimen):
    name = "twilio"
    lacks: ClassVar = {
        "in_parts": "Twilio joins them itself",
        "unreadable": "a form can always be read",
    }
    refusal = "21211"

    def gateway(self, *, provider: str, now: Callable[[], datetime]) -> Gateway:  # noqa: ARG002
        return Twilio(
            account=ACCOUNT, tokens=(TOKEN,), sender=NUMBER, base_url=BASE, api_base=provider, timeout=PATIENT
        )

    def knock(self, word: Word, *, now: datetime, signing: Signing = "good") -> Knock:  # noqa: ARG002
        form = {
            "ToCountry": "PE", "SmsMessageSid": word.ref, "NumMedia": str(word.media), "FromCity": "Huaylluray",
            "Body": word.text, "To": NUMBER, "MessageSid": word.ref, "AccountSid": ACCOUNT, "From": word.sender,
            "ApiVersion": "2010-04-01", **word.more,
        }  # fmt: skip
        return _signed("/channels/twilio/sms", form, signing, word.odd)

    def report(self, report: Report, *, now: datetime, signing: Signing = "good") -> Knock:  # noqa: ARG002
        form = {"MessageSid": report.ref, "MessageStatus": STATES[report.state], "AccountSid": ACCOUNT}
        if report.state == "failed":
            form["ErrorCode"] = "30006"
        return _signed(f"/channels/twilio/status?a={report.attempt}", form, signing)

    def reply(self, taken: Taken, *, ref: str, kind: str) -> Reply:  # noqa: ARG002
        match kind:
            case "refused":
                return Reply(json.dumps({"code": 21211, "message": "no", "status": 400}).encode(), 400)
            case "later":
                return Reply(json.dumps({"code": 20429, "message": "no", "status": 429}).encode(), 429)
            case "garbage":
                return Reply(b"<html>", 201)
        return Reply(json.dumps({"sid": ref, "status": "queued"}).encode(), 201)

    def listed(self, taken: Taken, accepted: Sequence[tuple[str, Taken]]) -> Reply | None:
        if taken.method != "GET":
            return None
        to = taken.form.get("To")
        mine = [
            {"sid": ref, "status": "queued", "body": each.form["Body"]}
            for ref, each in accepted
            if each.form["To"] == to
        ]
        return Reply(json.dumps({"messages": mine[::-1], "page_size": 100, "next_page_uri": None}).encode())

    def sent(self, taken: Taken) -> tuple[str, str]:
        return taken.form["To"], taken.form["Body"]


def _signed(uri: str, form: dict[str, str], signing: Signing, odd: bytes = b"") -> Knock:
    headers = {"Content-Type": FORM}
    token = TOKEN if signing == "good" else "another"
    if odd:
        said = (BASE + uri).encode() + b"".join(
            name.encode() + (odd if name == "Body" else form[name].encode()) for name in sorted(form)
        )
        headers["X-Twilio-Signature"] = b64encode(hmac.digest(token.encode(), said, "sha1")).decode()
    elif signing != "none":
        headers["X-Twilio-Signature"] = RequestValidator(token).compute_signature(BASE + uri, form)
    return Knock(uri, form_of(form, odd, at="Body"), headers)


SPECIMEN = OfTwilio()
