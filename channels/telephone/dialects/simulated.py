"""A telephone that exists only in a demo and in tests: menus and calls, signed as simulated text messages are.

It shows a call as lines of text: each prompt's words, or the file that would be played.
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field

from channels.gateway import Answer, Forged, Garbled, Request
from channels.sms.simulator import SIGNATURE, sign
from channels.telephone.dialects import Call, UssdTurn, place_of
from channels.telephone.voice import Plan, Utterance


@dataclass(frozen=True)
class Simulated:
    """Menus and calls of simulated phones."""

    key: bytes = field(repr=False)
    name: str = "simulator"

    def parse(self, request: Request) -> UssdTurn:
        """Verify and read a request of a menu.

        Raises:
            Forged: it was not signed by a simulated phone.
            Garbled: there is no session.
        """
        form = self._form(request)
        entry, place = form.get("Text"), place_of(form.get("Place", ""))
        return UssdTurn(
            session=form["Session"], subscriber=form.get("From") or None, entry=entry, new=place is None,
            recipient=form.get("To", ""), place=place, over=form.get("Over") == "1",
            typed=form.get("Typed", ""),
        )  # fmt: skip

    def render(self, screen: str, *, end: bool) -> Answer:
        """Show a screen."""
        return Answer(f"{'END' if end else 'CON'} {screen}", "text/plain")

    def hear(self, request: Request) -> Call:
        """Verify and read a request of a call.

        Raises:
            Forged: it was not signed by a simulated phone.
            Garbled: there is no session.
        """
        form = self._form(request)
        seconds = form.get("Seconds", "")
        return Call(
            session=form["Session"], caller=form.get("From") or None, recipient=form.get("To", ""),
            digits=form.get("Digits", ""), place=place_of(form.get("Place", "")), recording=form.get("Recording", ""),
            seconds=int(seconds) if seconds.isdigit() else 0, over=form.get("Over") == "1",
            placed=form.get("Placed") == "1",
        )  # fmt: skip

    def speak(self, plan: Plan) -> Answer:
        """Write down what would be said."""
        return Answer("\n".join([f"{plan.waits} {plan.place}", *_lines(plan.said)]), "text/plain")

    def busy(self) -> Answer:
        """Refuse a call."""
        return Answer("busy", "text/plain")

    def _form(self, request: Request) -> dict[str, str]:
        given = next((v for k, v in request.headers.items() if k.lower() == SIGNATURE.lower()), "")
        if not hmac.compare_digest(given.encode(), sign(self.key, request.body).encode()):
            raise Forged("not signed by a simulated phone")
        form = dict(request.form)
        if not form.get("Session"):
            raise Garbled("no session")
        return form


def _lines(said: Sequence[Utterance]) -> list[str]:
    """Write a line for what belongs together: a key and what it is for, the digits of a number."""
    lines: list[str] = []
    joined, before = 0, ""
    for one in said:
        words = f"[{one.file}]" if one.file else one.words
        digits = one.key.startswith("number.") and before.startswith("number.")
        if joined or digits:
            lines[-1] += f" {words}"
        else:
            lines.append(words)
        joined = 2 if one.key == "v.press" else max(0, joined - 1)
        before = one.key
    return lines
