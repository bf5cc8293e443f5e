"""Kannel as it behaves: a secret in the address, the text in the address or in the body, no id for what we send."""

from collections.abc import Callable
from datetime import datetime
from typing import ClassVar
from urllib.parse import parse_qs, quote_plus, urlencode, urlsplit

from channels.gateway import Gateway
from channels.sms.kannel import Kannel
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
)
from tests.sending import BASE

SECRET = "un-secreto-de-mas-de-treinta-y-dos-letras"
BITS = {"sent": "8", "delivered": "1", "failed": "16", "odd": "64"}


class OfKannel(Specimen):
    name = "kannel"
    lacks: ClassVar = {"media": "its SMS carry no pictures", "in_parts": "it joins them itself"}
    refusal = "400"

    def __init__(self, label: str, *, by_get: bool) -> None:
        self.label = label  # type: ignore[misc]  of each of the two
        self.by_get = by_get

    def gateway(self, *, provider: str, now: Callable[[], datetime]) -> Gateway:  # noqa: ARG002
        return Kannel(
            url=provider, username="quejas", password="palabra", secrets=(SECRET,), sender=NUMBER, callback=BASE,
            timeout=PATIENT,
        )  # fmt: skip

    def knock(self, word: Word, *, now: datetime, signing: Signing = "good") -> Knock:  # noqa: ARG002
        raw, wide = word.odd or word.text.encode("utf-16-be"), not word.odd
        told = {
            "id": word.ref, "from": word.sender, "to": NUMBER.removeprefix("+"), "coding": "2" if wide else "0",
            "charset": "UTF-16BE" if wide else "UTF-8", **_key(signing), **word.more,
        }  # fmt: skip
        uri = f"/channels/kannel/sms?{urlencode(told)}"
        if self.by_get:
            return Knock(f"{uri}&text={quote_plus(raw)}", method="GET")
        return Knock(uri, raw, {"Content-Type": "application/octet-stream"})

    def report(self, report: Report, *, now: datetime, signing: Signing = "good") -> Knock:  # noqa: ARG002
        told = {"a": report.attempt, "s": BITS[report.state], "err": "", **_key(signing)}
        return Knock(f"/channels/kannel/status?{urlencode(told)}", method="GET")

    def known_as(self, taken: Taken, ref: str) -> str:  # noqa: ARG002
        return parse_qs(urlsplit(taken.headers["X-Kannel-DLR-Url"]).query)["a"][0]

    def unreadable(self, *, now: datetime) -> Knock:
        return self.knock(Word("El agua sale turbia", "+51987654321", ""), now=now)

    def reply(self, taken: Taken, *, ref: str, kind: str) -> Reply:  # noqa: ARG002
        match kind:
            case "refused":
                said = f"Bad number {taken.headers['X-Kannel-To']}"
                return Reply(said.encode(), 400, "text/html")
            case "later":
                return Reply(b"Temporal failure, try again later.", 503, "text/html")
            case "garbage":
                return Reply(b"<html>", 202, "text/html")
        return Reply(b"0: Accepted for delivery", 202, "text/html")

    def sent(self, taken: Taken) -> tuple[str, str]:
        wide = taken.headers["X-Kannel-Coding"] == "2"
        return taken.headers["X-Kannel-To"], taken.body.decode("utf-16-be" if wide else "utf-8")


def _key(signing: Signing) -> dict[str, str]:
    return {} if signing == "none" else {"key": SECRET if signing == "good" else "another"}


SPECIMENS = (OfKannel("kannel (post-url)", by_get=False), OfKannel("kannel (get-url)", by_get=True))
