"""Twilio calls: signed webhooks in, TwiML out, both by its library. Menus it has none.

Where a caller hides, the digits of words on a keypad stand for the number (266696687 is ANONYMOUS): no sender.
"""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from twilio.twiml.voice_response import Gather, VoiceResponse  # type: ignore[import-untyped]

from channels.gateway import Answer, Garbled, Request
from channels.sms.twilio import Twilio
from channels.telephone import voice
from channels.telephone.dialects import Call, place_of
from channels.telephone.voice import LONGEST_NOTE, Plan

TALKS = {"es": "es-MX", "en": "en-US"}
OVER = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
_RECORDING = re.compile(r"RE[0-9a-f]{32}")


@dataclass(frozen=True)
class TwilioCalls:
    """The calls of the account that carries our text messages."""

    account: Twilio
    name: str = "twilio"

    def hear(self, request: Request) -> Call:
        """Verify and read a request of a call.

        Raises:
            Forged: the signature is missing or wrong.
            Garbled: there is no call.
        """
        form = self.account.verified(request)
        if not form.get("CallSid"):
            raise Garbled("no call")
        ends = form.get("From", ""), form.get("To", "")
        placed = form.get("Direction", "").startswith("outbound")
        theirs, ours = reversed(ends) if placed else ends
        caller, reachable = self.account.read_sender(theirs, to=ours)
        recording = form.get("RecordingSid", "")
        seconds = form.get("RecordingDuration", "")
        return Call(
            session=form["CallSid"], caller=caller, reachable=reachable, recipient=ours,
            digits=form.get("Digits", "").removesuffix("#") if not recording else "",
            place=place_of(parse_qs(urlsplit(request.uri).query).get("n", [""])[0]),
            recording=recording if _RECORDING.fullmatch(recording) else "",
            seconds=int(seconds) if seconds.isascii() and seconds.isdigit() else 0,
            over=form.get("CallStatus", "") in OVER and not recording, placed=placed,
        )  # fmt: skip

    def speak(self, plan: Plan) -> Answer:
        """Say a plan in TwiML; an address in it is relative, so that Twilio resolves it against the one it asked."""
        response = VoiceResponse()
        back = f"/channels/{self.name}/voice?n={plan.place}"
        waiting = {"input": "dtmf", "action": back, "method": "POST", "action_on_empty_result": True}
        match plan.waits:
            case voice.CHOOSE:
                inside: Any = Gather(num_digits=1, timeout=8, **waiting)
                response.append(inside)
            case voice.TYPE:
                inside = Gather(finish_on_key="#", timeout=15, **waiting)
                response.append(inside)
            case _:
                inside = response
        for one in plan.said:
            if one.file:
                inside.play(f"{self.account.base_url}/channels/prompts/{one.file}")
            else:
                inside.say(one.words, language=TALKS.get(one.language, TALKS["es"]))
        if plan.waits == voice.RECORD:
            response.record(
                action=f"/channels/{self.name}/voice/recording?n={plan.place}", method="POST",
                max_length=LONGEST_NOTE, finish_on_key="#", play_beep=True, trim="trim-silence", timeout=5,
            )  # fmt: skip
            response.redirect(back, method="POST")  # reached only where nobody said anything
        if plan.waits == voice.HANG_UP:
            response.hangup()
        return Answer(str(response), "text/xml")

    def busy(self) -> Answer:
        """Refuse a call: it costs nobody anything."""
        response = VoiceResponse()
        response.reject(reason="busy")
        return Answer(str(response), "text/xml")
