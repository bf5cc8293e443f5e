"""Vonage as it behaves: GET, parts, a signature over all fields, and refusals inside an answer with 200."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import ClassVar

from channels.gateway import Gateway
from channels.sms.vonage import Vonage
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

SECRET = "un secreto para firmar"
MEDIA = "https://api-us.nexmo.com/v3/media"
STATES = {"sent": "buffered", "delivered": "delivered", "failed": "failed", "odd": "teleported"}


def sign(told: Mapping[str, str], secret: str = SECRET) -> str:
    said = "".join(
        f"&{name}={value.replace('&', '_').replace('=', '_')}" for name, value in sorted(told.items())
    )
    return (
        hmac.new(secret.encode(), said.encode("utf-8", "surrogateescape"), hashlib.sha256).hexdigest().upper()
    )


def token(body: bytes, now: datetime, secret: str = SECRET, algorithm: str = "HS256") -> str:
    said = {"iat": int(now.timestamp()), "iss": "Vonage", "payload_hash": hashlib.sha256(body).hexdigest()}
    parts = [json.dumps(one).encode() for one in ({"typ": "JWT", "alg": algorithm}, said)]
    signed = b".".join(base64.urlsafe_b64encode(one).rstrip(b"=") for one in parts)
    mark = hmac.new(secret.encode(), signed, hashlib.sha256).digest()
    return f"{signed.decode()}.{base64.urlsafe_b64encode(mark).rstrip(b'=').decode()}"


class OfVonage(Specimen):
    name = "vonage"
    lacks: ClassVar = {
        "media": "its SMS carry no pictures",
        "unreadable": "a form can always be read",
    }
    refusal = "6"

    def gateway(self, *, provider: str, now: Callable[[], datetime]) -> Gateway:
        return Vonage(
            key="k",
            api_secret="s",
            sender=NUMBER,
            signing=SECRET,
            base_url=BASE,
            base=provider,
            now=now,
            timeout=PATIENT,
        )

    def knock(self, word: Word, *, now: datetime, signing: Signing = "good") -> Knock:
        told = {
            "msisdn": word.sender.removeprefix("+"), "to": NUMBER.removeprefix("+"), "messageId": word.ref,
            "text": word.text, "type": "unicode", "message-timestamp": "2026-03-04 17:00:00", **word.more,
        }  # fmt: skip
        if word.part[1] > 1:
            index, total = word.part
            told |= {
                "concat": "true", "concat-ref": word.whole, "concat-part": str(index), "concat-total": str(total)
            }  # fmt: skip
        return self._signed("/channels/vonage/sms", told, now, signing, word.odd)

    def report(self, report: Report, *, now: datetime, signing: Signing = "good") -> Knock:
        told = {
            "msisdn": report.to.removeprefix("+"), "messageId": report.ref, "status": STATES[report.state],
            "err-code": "4" if report.state == "failed" else "0",
        }  # fmt: skip
        return self._signed("/channels/vonage/status", told, now, signing)

    def reply(self, taken: Taken, *, ref: str, kind: str) -> Reply:
        match kind:
            case "refused" | "later":
                status = "6" if kind == "refused" else "1"
                one = {"status": status, "error-text": f"no: {taken.form['to']}"}
                return Reply(json.dumps({"message-count": "1", "messages": [one]}).encode())
            case "garbage":
                return Reply(b'{"messages": 7}')
        parts = [{"status": "0", "message-id": f"first-{ref}"}, {"status": "0", "message-id": ref}]
        return Reply(json.dumps({"message-count": "2", "messages": parts}).encode())

    def sent(self, taken: Taken) -> tuple[str, str]:
        return "+" + taken.form["to"], taken.form["text"]

    def _signed(
        self, uri: str, told: Mapping[str, str], now: datetime, signing: Signing, odd: bytes = b""
    ) -> Knock:  # fmt: skip
        all_of_it = {**told, "timestamp": str(int(now.timestamp())), "nonce": "n"}
        if odd:
            all_of_it["text"] = odd.decode("utf-8", "surrogateescape")
        if signing != "none":
            all_of_it["sig"] = sign(all_of_it, SECRET if signing == "good" else "another")
        return self._carried(uri, form_of(all_of_it, odd, at="text"))

    def _carried(self, uri: str, query: bytes) -> Knock:
        return Knock(f"{uri}?{query.decode()}", method="GET")


class ByPost(OfVonage):
    label = "vonage (POST)"

    def _carried(self, uri: str, query: bytes) -> Knock:
        return Knock(uri, query, {"Content-Type": "application/x-www-form-urlencoded"})


class ByMessages(OfVonage):
    label = "vonage (Messages)"
    lacks: ClassVar = {"in_parts": "it joins them itself"}

    def knock(self, word: Word, *, now: datetime, signing: Signing = "good") -> Knock:
        told = {
            "channel": "mms" if word.media else "sms", "message_uuid": word.ref, "to": NUMBER.removeprefix("+"),
            "from": word.sender.removeprefix("+"), "timestamp": "2026-03-04T17:00:00Z", **word.more,
        }  # fmt: skip
        if word.media:
            image = {"url": f"{MEDIA}/1b456509", "caption": word.text}
            return self._vouched({**told, "message_type": "image", "image": image}, now, signing)
        return self._vouched({**told, "message_type": "text", "text": word.text}, now, signing, word)

    def unreadable(self, *, now: datetime) -> Knock:
        return Knock("/channels/vonage/sms", b"[1]", {"Authorization": f"Bearer {token(b'[1]', now)}"})

    def _vouched(
        self, told: Mapping[str, object], now: datetime, signing: Signing, word: Word | None = None
    ) -> Knock:
        body = json.dumps(told, ensure_ascii=False).encode()
        if word and word.odd:
            body = body.replace(json.dumps(word.text, ensure_ascii=False).encode(), b'"' + word.odd + b'"')
        vouched = token(body, now, SECRET if signing == "good" else "another")
        proof = {} if signing == "none" else {"Authorization": f"Bearer {vouched}"}
        return Knock("/channels/vonage/sms", body, {"Content-Type": "application/json", **proof})


SPECIMENS = (OfVonage(), ByPost(), ByMessages())
