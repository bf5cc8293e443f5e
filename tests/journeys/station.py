"""A radio station of a journey: an operator who signs in, takes things down, and says numbers."""

import re
import secrets
from datetime import timedelta
from html import unescape
from typing import Any

from grievance.vocabulary import Role
from tests.journeys.actors import Staff, World, _words

DOOR = "radio-shared"


class Station(Staff):
    """An operator at a microphone, with a page open."""

    number: str = ""

    def takes_down(self, text: str, *, relay: str = "", **typed: Any) -> int:
        """Fill in the form and send it; answers the status."""
        form = {
            "id": relay or secrets.token_hex(16), "text": text, "said_on": self.today, "language": "es",
            "read_back": "yes",
        } | typed  # fmt: skip
        answer = self.posts("/radio", **form)
        if answer.status_code == 200:
            found = digits(self.page)
            self.number = f"{found[:4]}-{found[4:]}"
        return int(answer.status_code)

    def says_first(self, tongue: str) -> list[str]:
        """Read what is said before anybody speaks, in a language."""
        return self._aloud(self.gets("/radio").text, tongue)

    def says_now(self) -> list[str]:
        """Read what is said once it is safe, in the language it was said in."""
        return self._aloud(self.page, r"\w+")

    def reads_of(self, number: str, tongue: str) -> list[str]:
        """Read of this week's list what concerns one number: how it begins, under which heading it stands, how it ends."""
        page = self.gets(f"/radio/list?in={tongue}").text
        slot = next(one for one in page.split('<section class="box">') if f"{number[:4]}-{number[4:]}" in one)
        before, after = slot.split(f"{number[:4]}-{number[4:]}")
        said = re.findall(r"<span[^>]*>(.*?)</span>", after, re.DOTALL)[0]
        last = re.findall(r"<p>(.*?)</p>", slot)[-1]
        first, *_ = re.findall(r"<p>(.*?)</p>", before)
        heading, lead = re.findall(r"<h3>(.*?)</h3>\s*(?:<p>(.*?)</p>)?", before)[-1]
        return [unescape(one) for one in (first, heading, lead, said, last)]

    @staticmethod
    def _aloud(page: str, tongue: str) -> list[str]:
        return [unescape(one) for one in re.findall(rf'<span lang="{tongue}">(.*?)</span>', page)]

    @property
    def today(self) -> str:
        """Which day it is at the station, in Lima."""
        return (self.world.clock.now - timedelta(hours=5)).date().isoformat()

    def sees_words(self) -> str:
        """Read the page as words."""
        return _words(self.page)


def a_station(world: World, *, door: str = DOOR, login: str = "wayra") -> Station:
    """Employ an operator at a station."""
    return Station(world, "radio", login, world.deployment.hire(login, Role.RELAY, door=door).secret)


def digits(page: str) -> str:
    """Find the case number a page shows in fours."""
    return re.sub(r"\D", "", re.findall(r'class="clave">(.*?)</strong>', page, re.DOTALL)[0])
