"""People as they are from outside: one writes by phone and reads its screen, one writes on the web with a clave.

Nothing here looks into the database: what a person knows is what was sent or shown to them.
"""

import os
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from urllib.parse import urlencode

from channels.simulation.world import NotAnswered, World, reference, shown
from channels.sms.simulator import SIGNATURE, key_of, sign
from channels.web.follow.verdicts import VERDICT
from workflows.registry.verdicts import AGE, HEARD_OF, OUTCOME, PROCESS, SEX

OK = 200
NUMBER = re.compile(r"\b(\d{4}-\d{4})\b")
_CLAVE = re.compile(r"\b(\d{4} \d{4} \d{4} \d{4})\b")
_CODE = re.compile(r"(?:[Cc]onteste|[Cc][óo]digo|[Aa]nswer|[Cc]ode) (\d{4})\b")
_TAG = re.compile(r"<[^>]+>")
_TOKEN = re.compile(r'name="token" value="([0-9a-f]+)"')
WORD_OF = {
    "accept": "1",
    "talk": "2",
    "decline": "no",
    "review": "3",
    "confirm": "1",
    "dispute": "2",
    "withdraw": "RETIRAR",
    "not_pressed": "2",
    "erase": "BORRAR",
    "shared": "CELULAR COMPARTIDO",
    "group": "SOMOS UN GRUPO",
    "yes": "1",
    "no": "2",
    "reopen": "REABRIR",
    "regret": "REABRIR",
}


class Complaining(Protocol):
    """Somebody who complained, by whichever door."""

    number: str

    def file(self, text: str, *, theme: str = "") -> str:
        """Complain; answers the case number."""

    def say(self, action: str, text: str = "") -> bool:
        """Do something in the own case; False while it cannot be done (no code has come yet)."""

    def judge(self, answer: int, treatment: int) -> None:
        """Say what one thinks of the answer, and of how one was treated: 1 good, 2 in part, 3 bad."""


@dataclass
class PhonePerson:
    """Somebody with a simulated phone."""

    world: World
    own: str
    to: str
    number: str = ""

    def text(self, words: str) -> None:
        """Send a text: a signed webhook, as a telephone network would post it."""
        world = self.world
        fields = {"MessageSid": reference(), "From": self.own, "To": self.to, "Body": words}
        body = urlencode(fields).encode()
        headers = {
            SIGNATURE: sign(key_of(world.house.ring), body),
            "Content-Type": "application/x-www-form-urlencoded",
        }
        world.phones.note_inbound(self.own, words, at=world.clock.at)
        answer = world.web.post("/channels/simulator/sms", data=body, headers=headers)
        if answer.status_code != OK:
            raise NotAnswered(f"a signed text was answered {answer.status_code}")
        world.clock.tick(seconds=world.rng.uniform(2, 6))

    def file(self, text: str, *, theme: str = "") -> str:  # noqa: ARG002  a form asks for it, a phone does not
        """Complain, and read the number off the receipt."""
        self.text(text)
        self.world.send()
        self.number = self._find(NUMBER) or self.number
        self.world.began += 1
        return self.number

    def say(self, action: str, text: str = "") -> bool:
        """Answer with the code of our last message."""
        word = WORD_OF["reopen"]
        code = self._find(_CODE, about=word if action == "reopen" else self.number)
        if code is None:
            return False
        self.text(f"{code} {text or WORD_OF[action]}")
        return True

    def judge(self, answer: int, treatment: int) -> None:
        """Answer the two questions that come after the end, one after the other."""
        if self.say("", str(answer)):
            self.world.send()
            if code := self._find(_CODE):
                self.text(f"{code} {treatment}")

    def clave(self) -> str | None:
        """Read the newest clave."""
        return self._find(_CLAVE, about=self.number)

    def screen(self) -> list[tuple[str, str, datetime]]:
        """Look at the phone."""
        return self.world.phones.inbox(self.own)

    def _find(self, what: re.Pattern[str], *, about: str = "") -> str | None:
        for direction, text, _ in reversed(self.screen()):
            if direction == "out" and about in text and (found := what.search(text)):
                return found[1]
        return None


@dataclass
class WebPerson:
    """Somebody who complains on the web and comes back with the clave; also how a phone's owner uses the web."""

    world: World
    site: str = ""
    number: str = ""
    clave: str = ""
    language: str = "es"
    follow: str = "/follow"

    def file(self, text: str, *, theme: str = "") -> str:
        """Send the form, and write down what the next page shows once."""
        return self._send("/complain", text=text, theme=theme)

    def ask(self, text: str, *, wait: str = "") -> str:
        """Send the form of a request for information; `wait` is for how many days nobody else reads it."""
        return self._send("/requests/ask", text=text, wait=wait)

    def _send(self, path: str, **typed: str) -> str:
        return self._filed(path, {"site": self.site, **typed})

    def _filed(self, path: str, typed: dict[str, str]) -> str:
        form = {"nonce": os.urandom(16).hex(), "lang": self.language, **typed}
        answer = self.world.web.post(path, data=form)
        page = " ".join(_TAG.sub(" ", shown(answer)).split())
        number, clave = NUMBER.search(page), _CLAVE.search(page)
        if answer.status_code != OK or number is None or clave is None:
            raise NotAnswered(f"the form was answered {answer.status_code}, without a clave")
        self.number, self.clave = number[1], clave[1]
        self.world.began += 1
        self.world.clock.tick(seconds=5)
        return self.number

    def visit(self) -> str | None:
        """Open the own case; answers the token that keeps it open."""
        page = shown(self.world.web.post(self.follow, data={"clave": self.clave, "lang": self.language}))
        found = _TOKEN.search(page)
        return None if found is None else found[1]

    def say(self, action: str, text: str = "") -> bool:
        """Open the own case and press a button, or add something."""
        return self._press(action, text=text, clave=self.clave, pressed="no")

    def judge(self, answer: int, treatment: int) -> None:
        """Choose twice under the own case; five of six say who they are as well, so that some of it may be shown."""
        self._press(VERDICT, **{OUTCOME: str(answer), PROCESS: str(treatment)}, **self._who())

    def _who(self) -> dict[str, str]:
        """Draw who somebody is from their number, so that nobody else's luck turns."""
        drawn = int(self.number.replace("-", ""))
        if drawn % 6 == 0:
            return {}
        shares = {HEARD_OF: (1, 1, 1, 3, 3, 4, 4, 5, 9), SEX: (1, 2, 2), AGE: (2, 2, 3, 3, 4, 5)}
        return {question: str(among[drawn // 2 % len(among)]) for question, among in shares.items()}

    def _press(self, action: str, **typed: str) -> bool:
        token = self.visit()
        if token is None:
            return False
        self.world.clock.tick(seconds=40)
        form = {"token": token, "lang": self.language, **typed}
        return self.world.web.post(f"{self.follow}/{action}", data=form).status_code == OK
