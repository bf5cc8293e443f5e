"""The other doors people come by: a menu, a call, a kiosk, a radio station. Each is the product's own, used as from outside.

What follows a menu or a call comes as text messages. Who spoke at a kiosk or on the air has a clave on paper, or none.
"""

import json
import os
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final
from urllib.parse import urlencode

from channels import wiring
from channels.claves import pads
from channels.incoming.attached import recordings
from channels.radio import relaybatch
from channels.simulation.people import NUMBER, OK, PhonePerson, WebPerson
from channels.simulation.plans import Plan
from channels.simulation.world import NotAnswered, World, shown
from channels.sms.segments import to_gsm7
from channels.sms.simulator import SIGNATURE, key_of, sign
from channels.talking.menus import LABELS
from grievance.codes import show
from grievance.mechanism import SHARED, Mechanism
from grievance.mechanism_parts import Channel
from translations import say
from workflows.criterion import Actor

MENU, CALL, KIOSK, RADIO = "ussd", "voice", "kiosk", "radio"
KINDS: Final = (MENU, CALL, KIOSK, RADIO)
THEMES: Final = ("water", "dust", "roads", "land", "work", "other")
DROPS: Final = 0.1
"""So many of the people on a menu go away at its last question: what they told is a case all the same."""
A_PAD: Final = 25
WITHOUT_A_SLIP: Final = frozenset({"silent", "waits"})
"""Courses of those who go away before they are given a slip."""
_VOICE_LASTS = (12, 95)


def door_to(mechanism: Mechanism, kind: str, *, operator: str, site: str) -> Channel | None:
    """Find the door of a kind that people of a site may use: the site's or the company's own, else a shared one."""
    doors = [door for door in mechanism.channels if door.kind == kind and door.site in ("", site)]
    ranked = (door for whose in (operator, SHARED) for door in doors if door.operator == whose)
    return next(ranked, None)


@dataclass
class MenuPerson(PhonePerson):
    """Somebody who dials a code, and reads on by text message."""

    code: str = ""
    place: str = ""

    def file(self, text: str, *, theme: str = "") -> str:
        """Walk the menu: tell it, say where, choose what it is about."""
        line = _Line(self.world, "ussd", self.own, self.code)
        line.asks("")
        screen = line.asks("1", text)
        water = f"1 {to_gsm7(say(LABELS['water'], 'es'))}"
        while screen.startswith("CON"):
            if water not in screen:
                screen = line.asks(self.place or "1")
            elif self.world.chance(DROPS):
                break
            else:
                screen = line.asks(str(1 + THEMES.index(theme or "other")))
        return self._got()

    def _got(self) -> str:
        self.world.send()
        self.number = self._find(NUMBER) or self.number
        self.world.began += 1
        return self.number


@dataclass
class CallPerson(MenuPerson):
    """Somebody who calls and speaks; `spoken` is what an independent person hears and writes down."""

    spoken: str = ""

    def file(self, text: str, *, theme: str = "") -> str:
        """Press one, speak after the tone, choose what it is about."""
        self.spoken = text
        line = _Line(self.world, "voice", self.own, self.code)
        line.asks("")
        line.asks("1")
        seconds = str(self.world.rng.randint(*_VOICE_LASTS))
        said = line.sends(Recording=f"RE{os.urandom(16).hex()}", Seconds=seconds)
        if said.startswith("choose"):
            line.asks(str(1 + THEMES.index(theme or "other")))
        return self._got()

    def is_written_down(self, *, by: Actor) -> None:
        """Let an independent person hear the voice and write it down; the sound is forgotten then."""
        house = self.world.house
        recordings.fetch(wiring.worker_house(house))
        rows = house.store.read(recordings.waiting)
        mine = next((row for row in rows if show(row.number) == self.number), None)
        if mine is None or mine.state != recordings.SEALED:
            raise NotAnswered("a voice was not kept for whoever writes it down")
        key = self.world.review
        if key is not None:
            house.store.read(lambda conn: recordings.audio_of(conn, mine.id, key))
        recordings.write_down(house, mine.id, self.spoken, by=by)


@dataclass
class KioskPerson(WebPerson):
    """Somebody before a kiosk: the same three questions, one a screen; they come back to it with the paper slip."""

    place: str = ""

    def file(self, text: str, *, theme: str = "") -> str:
        """Send what the last screen sends."""
        form = {"go": "send", "theme": theme, "place": self.place, "text": text}
        return self._filed(self.home, form)

    @property
    def home(self) -> str:
        """The address of this kiosk."""
        return self.follow.removesuffix("/case")


@dataclass
class RelayedPerson(WebPerson):
    """Somebody who speaks to a station's operator. With a slip of the station's pad there is a clave, without one none."""

    door: str = ""
    place: str = ""
    slip: bool = True

    def file(self, text: str, *, theme: str = "") -> str:
        """Have it written down, and handed in when the station has a line again."""
        world = self.world
        door = next(one for one in world.house.rules.current.channels if one.key == self.door)
        calendar = world.house.rules.current.calendar_of(self.site)
        slip = _slip(world, self.door) if self.slip else None
        said_on = calendar.site_date(world.clock.at) - timedelta(days=world.rng.choice((0, 0, 1, 1, 2)))
        relay = {
            "id": os.urandom(16).hex(), "text": text, "language": self.language, "said_on": said_on.isoformat(),
            "read_back": True, "theme": theme, "place": self.place,
        }  # fmt: skip
        relay |= {"slip": slip.number} if slip else {}
        (outcome,) = relaybatch.bring_in(
            world.house, json.dumps(relay, ensure_ascii=False), door=door, by=world.staff["wayra"].id
        )
        if outcome.taken is None:
            raise NotAnswered(f"a station's relay was refused: {outcome.reasons}")
        self.number, self.clave = show(outcome.taken.number), slip.clave if slip else ""
        world.began += 1
        return self.number

    def visit(self) -> str | None:
        """Open the own case; who has no clave hears of it on the air alone."""
        return super().visit() if self.clave else None


@dataclass
class _Line:
    """A session of a menu or a call of a simulated phone, signed as a network would sign it."""

    world: World
    door: str
    own: str
    to: str
    session: str = field(default_factory=lambda: os.urandom(8).hex())
    place: int | None = None

    def asks(self, *entries: str) -> str:
        """Send entries one after the other; answers the last screen."""
        said = ""
        for entry in entries:
            said = self.sends(**{"Text" if self.door == "ussd" else "Digits": entry})
        return said

    def sends(self, **fields: str) -> str:
        world = self.world
        form = {"From": self.own, "To": self.to, "Session": self.session, **fields}
        form |= {} if self.place is None else {"Place": str(self.place)}
        body = urlencode(form).encode()
        headers = {
            SIGNATURE: sign(key_of(world.house.ring), body),
            "Content-Type": "application/x-www-form-urlencoded",
        }
        answer = world.web.post(f"/channels/simulator/{self.door}", data=body, headers=headers)
        if answer.status_code != OK:
            raise NotAnswered(f"a line was answered {answer.status_code}")
        self.place = (self.place or 0) + 1
        world.clock.tick(seconds=world.rng.uniform(4, 20))
        return shown(answer)


def _slip(world: World, door: str) -> pads.Slip:
    """Take the next slip of a station's pad; a new pad is drawn when the last one is used up."""
    held = world.slips.setdefault(door, [])
    if not held:
        held.extend(pads.draw(world.house, door, A_PAD))
    return held.pop()


def meet(world: World, plan: Plan) -> PhonePerson | WebPerson:
    """Meet somebody at the door of their plan.

    Raises:
        LookupError: people of that site have no such door.
    """
    door = door_to(world.house.rules.current, plan.door, operator=plan.operator, site=plan.site)
    if door is None:
        raise LookupError(f"nobody of {plan.site} comes by {plan.door}")
    place = plan.place if plan.names_place else ""
    match plan.door:
        case "ussd":
            return MenuPerson(world, own=plan.own, to=plan.to, code=door.number, place=plan.place)
        case "voice":
            return CallPerson(world, own=plan.own, to=plan.to, code=door.number)
        case "kiosk":
            return KioskPerson(world, follow=f"/kiosk/{door.key}/case", place=place)
        case _:
            return RelayedPerson(
                world, site=plan.site, door=door.key, place=place, slip=plan.course not in WITHOUT_A_SLIP
            )
