"""Africa's Talking: menus (form in, `CON` or `END` out) and calls (form in, XML out).

It signs nothing: its callback addresses carry a secret of ours (`?k=`), and the proxy should let in its addresses
alone. `text` holds every entry of the session with stars between; what is typed behind the code comes first.
"""

import hmac
import re
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlencode, urlsplit
from xml.etree import ElementTree as ET

from channels.gateway import Answer, Forged, Garbled, Request
from channels.sms.senders import read_sender
from channels.telephone import voice
from channels.telephone.dialects import Call, UssdTurn, place_of
from channels.telephone.voice import LONGEST_NOTE, Plan
from grievance.mechanism import number_key

_PATH = re.compile(r"/[\w./-]{1,300}", re.ASCII)
_TALKS = {"es": "es-ES-Standard-A", "en": "en-US-Standard-C"}


@dataclass(frozen=True)
class AfricasTalking:
    """One account, known by the secret in the addresses it was given. `ours`: keys of numbers that are ours."""

    secret: str = field(repr=False)
    base_url: str
    ours: frozenset[str] = frozenset()
    name: str = "africastalking"

    def parse(self, request: Request) -> UssdTurn:
        """Read a request of a menu; the notification that a session ended is one too.

        Raises:
            Forged: the address lacks our secret.
            Garbled: there is no session.
        """
        form = self._form(request)
        text = form.get("text", form.get("input", ""))
        return UssdTurn(
            session=form["sessionId"], subscriber=read_sender(form.get("phoneNumber", ""), region=None)[0],
            entry=text or None, new=not text, recipient=form.get("serviceCode", ""), cumulative=True,
            over="status" in form,
        )  # fmt: skip

    def render(self, screen: str, *, end: bool) -> Answer:
        """Show a screen."""
        return Answer(f"{'END' if end else 'CON'} {screen}", "text/plain")

    def hear(self, request: Request) -> Call:
        """Read a request of a call; the last one of a call says that it is not active any more.

        Raises:
            Forged: the address lacks our secret.
            Garbled: there is no session.
        """
        form = self._form(request)
        theirs, ours = form.get("callerNumber", ""), form.get("destinationNumber", "")
        placed = form.get("direction", "").lower() == "outbound"
        if placed and number_key(theirs) in self.ours:  # of a call of ours, either end may stand first
            theirs, ours = ours, theirs
        caller, reachable = read_sender(theirs, region=None)
        seconds = form.get("durationInSeconds", "")
        return Call(
            session=form["sessionId"], caller=caller, reachable=reachable, recipient=ours,
            digits=form.get("dtmfDigits", ""), place=place_of(_query(request, "n")),
            recording=_path_of(form.get("recordingUrl", "")), seconds=int(seconds) if seconds.isdigit() else 0,
            over=form.get("isActive", "1") == "0", placed=placed,
        )  # fmt: skip

    def speak(self, plan: Plan) -> Answer:
        """Say a plan."""
        response = ET.Element("Response")
        back = f"{self.base_url}/channels/{self.name}/voice?{urlencode({'k': self.secret, 'n': plan.place})}"
        match plan.waits:
            case voice.RECORD:
                note = back.replace("/voice?", "/voice/recording?")
                inside = ET.SubElement(
                    response, "Record", finishOnKey="#", maxLength=str(LONGEST_NOTE), playBeep="true",
                    trimSilence="true", timeout="5", callbackUrl=note,
                )  # fmt: skip
            case voice.CHOOSE:
                inside = ET.SubElement(response, "GetDigits", numDigits="1", timeout="8", callbackUrl=back)
            case voice.TYPE:
                inside = ET.SubElement(response, "GetDigits", finishOnKey="#", timeout="15", callbackUrl=back)
            case _:
                inside = response
        for one in plan.said:
            if one.file:
                ET.SubElement(inside, "Play", url=f"{self.base_url}/channels/prompts/{one.file}")
            else:
                ET.SubElement(inside, "Say", voice=_TALKS.get(one.language, _TALKS["es"])).text = one.words
        return _xml(response)

    def busy(self) -> Answer:
        """Refuse a call."""
        response = ET.Element("Response")
        ET.SubElement(response, "Reject")
        return _xml(response)

    def _form(self, request: Request) -> dict[str, str]:
        if not hmac.compare_digest(_query(request, "k").encode(), self.secret.encode()):
            raise Forged("not from Africa's Talking")
        form = dict(request.form)
        if not form.get("sessionId"):
            raise Garbled("no session")
        return form


def _path_of(address: str) -> str:
    """Take the path of a recording's address: its host is ours to say, in the settings."""
    path = urlsplit(address).path
    return path if _PATH.fullmatch(path) and ".." not in path else ""


def _query(request: Request, name: str) -> str:
    return parse_qs(urlsplit(request.uri).query).get(name, [""])[0]


def _xml(response: ET.Element) -> Answer:
    body = '<?xml version="1.0" encoding="UTF-8"?>' + ET.tostring(response, encoding="unicode")
    return Answer(body, "text/xml")
