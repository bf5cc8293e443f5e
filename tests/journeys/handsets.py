"""Telephones in the journeys: a menu by Africa's Talking, a call by Twilio. Each writes down what passes."""

import re
import secrets
from dataclasses import dataclass, field
from html import unescape

from channels.sound.recorded import prompts
from tests import standin
from tests.journeys.actors import World, signed_post

HOOK = "un-secreto-de-direccion"
CODE = "*384*1#"
CALLED = "+51900000009"
RINGING = "+51900000008"
SOUND = b"ID3 una voz de verdad"
PRESS = frozenset(prompts()["v.press"].said(language) for language in ("es", "qu", "ay"))
LINES = {"AFRICASTALKING_HOOK": HOOK, "RING_BACK": RINGING}
"""The settings of a deployment that has menus and calls."""


@dataclass
class Handset:
    """A telephone on a menu. What it typed goes along with every request, as Africa's Talking sends it."""

    world: World
    phone: str
    session: str = ""
    typed: str = ""
    shown: str = ""
    page: list[str] = field(default_factory=list)

    def dials(self, extra: str = "") -> str:
        """Dial the code, and digits behind it."""
        self.session, self.typed = f"ATUid_{secrets.token_hex(8)}", extra
        return self._asks(f"< {CODE[:-1]}{'*' + extra if extra else ''}#")

    def types(self, entry: str) -> str:
        """Type an entry."""
        self.typed = f"{self.typed}*{entry}" if self.typed or len(self.page) > 2 else entry
        return self._asks(f"< {entry}")

    def repeats(self) -> str:
        """Let the network ask again what it asked before."""
        return self._post().text

    def _asks(self, line: str) -> str:
        answer = self._post()
        assert answer.status_code == 200, answer.status_code
        self.shown = answer.text
        self.page += [line, "> " + answer.text.replace("\n", "\n> ")]
        self.world.deliver()
        return self.shown

    def _post(self):  # type: ignore[no-untyped-def]  # noqa: ANN202  the test client's own answer
        form = {
            "sessionId": self.session, "phoneNumber": self.phone, "networkCode": "71606", "serviceCode": CODE,
            "text": self.typed,
        }  # fmt: skip
        return self.world.anybody().post(f"/channels/africastalking/ussd?k={HOOK}", data=form)


@dataclass
class Caller:
    """A telephone in a call. It hears TwiML, presses keys, and speaks after the tone."""

    world: World
    phone: str
    to: str = CALLED
    call: str = field(default_factory=lambda: f"CA{secrets.token_hex(16)}")
    heard: str = ""
    page: list[str] = field(default_factory=list)
    called: bool = False
    """It did not call: it was called, and somebody picked up."""

    def calls(self) -> str:
        """Call, or pick up."""
        return self._asks("< (call)", "/channels/twilio/voice")

    def presses(self, digits: str) -> str:
        """Press keys."""
        return self._asks(f"< {digits}", self._action("Gather"), Digits=digits)

    def is_silent(self) -> str:
        """Wait until the network gives up."""
        action = self._action("Redirect") if "<Redirect" in self.heard else self._action("Gather")
        return self._asks("< (silence)", action)

    def speaks(self, *, seconds: int = 21, sound: bytes = SOUND) -> str:
        """Speak after the tone."""
        recording = f"RE{secrets.token_hex(16)}"
        self.world.network.recordings[recording] = sound
        said = {"RecordingSid": recording, "RecordingDuration": str(seconds), "Digits": "#",
                "RecordingUrl": "http://127.0.0.1:9/not/ours"}  # fmt: skip
        return self._asks("< (voice)", self._action("Record"), **said)

    @property
    def words(self) -> str:
        """Read what was said last, without its marks."""
        return " ".join(self.says())

    def says(self) -> list[str]:
        """List what is said and played."""
        found = re.findall(r"<(Say|Play)[^>]*>([^<]*)</", self.heard)
        return [
            unescape(words) if verb == "Say" else f"[{words.rpartition('prompts/')[2]}]"
            for verb, words in found
        ]

    def _action(self, verb: str) -> str:
        if verb == "Redirect":
            return unescape(re.findall(r"<Redirect[^>]*>([^<]*)<", self.heard)[0])
        return unescape(re.findall(rf'<{verb}[^>]* action="([^"]*)"', self.heard)[0])

    def _asks(self, line: str, path: str, **fields: str) -> str:
        ends = {"From": self.phone, "To": self.to, "Direction": "inbound"}
        if self.called:
            ends = {"From": self.to, "To": self.phone, "Direction": "outbound-api"}
        form = (
            {"CallSid": self.call, "AccountSid": standin.ACCOUNT, "CallStatus": "in-progress"} | ends | fields
        )
        answer = signed_post(self.world, path, form)
        assert answer.status_code == 200, answer.status_code
        self.heard = answer.text
        waits = next(
            (verb for verb in ("Gather", "Record", "Reject", "Hangup") if f"<{verb}" in self.heard), ""
        )
        said = [_in_words(one) for one in self.says()]
        self.page += [line, *(f"> {words}" for words in _joined(said)), f"> ({waits.lower()})"]
        self.world.deliver()
        return self.heard


def _in_words(said: str) -> str:
    """Write what a recording or a draft says: the words of its script."""
    found = re.fullmatch(r"\[(\w+)/(.+?)(\.draft)?\.\w+\]", said)
    return prompts()[found[2]].said(found[1]) if found else said


def _joined(said: list[str]) -> list[str]:
    """Put what belongs together into one line: the digits of a number, a key and what it is for."""
    lines: list[str] = []
    for words in said:
        last = lines[-1] if lines else ""
        number = words.isdigit() and last.replace(" ", "").isdigit()
        if number or last in PRESS or last[:-2] in PRESS:
            lines[-1] += f" {words}"
        else:
            lines.append(words)
    return lines
