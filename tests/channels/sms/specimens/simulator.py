"""Simulated phones: no provider behind them, so nothing can be refused."""

from collections.abc import Callable
from datetime import datetime
from typing import ClassVar

from channels.gateway import Gateway
from channels.sms.simulator import SIGNATURE, Simulator, sign
from tests.channels.sms.conformance import NUMBER, Knock, Report, Signing, Specimen, Word, form_of

KEY = b"k" * 32
NOBODY = "nobody stands behind it"
SENDING = (
    "delivered", "failed", "out_of_order", "early", "unknown_status", "forged_status", "sending", "refused",
    "refused_for_now", "hung", "broken_answer", "not_there", "quiet", "hidden",
)  # fmt: skip


class OfSimulator(Specimen):
    name = "simulator"
    lacks: ClassVar = {
        **dict.fromkeys(SENDING, NOBODY),
        **dict.fromkeys(
            ("alphanumeric", "short_code", "national", "media"), "phones of the demo have numbers"
        ),
        "unreadable": "a form can always be read",
        "in_parts": "it has no parts",
    }

    def gateway(self, *, provider: str, now: Callable[[], datetime]) -> Gateway:  # noqa: ARG002
        return Simulator(KEY, now=now)

    def knock(self, word: Word, *, now: datetime, signing: Signing = "good") -> Knock:  # noqa: ARG002
        told = {"From": word.sender, "To": NUMBER, "Body": word.text, "MessageSid": word.ref, **word.more}
        body = form_of(told, word.odd, at="Body")
        key = KEY if signing == "good" else b"another"
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return Knock(
            "/channels/simulator/sms",
            body,
            headers if signing == "none" else {**headers, SIGNATURE: sign(key, body)},
        )

    def report(self, report: Report, *, now: datetime, signing: Signing = "good") -> Knock:
        raise NotImplementedError


SPECIMEN = OfSimulator()
