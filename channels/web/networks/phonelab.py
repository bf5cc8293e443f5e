"""The phone lab of a demo: a menu and a call on simulated phones, beside their text messages. No JavaScript.

Every press is a form, signed and read as a network's request would be. A session lives in the form's own fields, so
that leaving the page is a line that drops.
"""

import os
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from flask import Blueprint, Response, request

from channels.gateway import Request
from channels.house import House
from channels.sms.simulator import SIGNATURE, key_of, sign
from channels.telephone import ussd, voice
from channels.telephone.dialects.simulated import Simulated
from channels.telephone.voice import LONGEST_NOTE
from channels.web.networks import phone
from channels.web.networks.lines import answer_call, answer_menu
from channels.web.pages.access import open_to_all
from channels.web.pages.render import render

SPOKEN = "20"
"""Seconds that a simulated voice lasts."""
_MOST_TYPED = 600
KEYS = (*"123456789", "*", "0", "#")


@dataclass(frozen=True, slots=True)
class Handset:
    """A menu on a phone's screen. `septets` of `most` are taken; `place` is the step the next entry answers."""

    number: str
    to: str
    session: str
    place: int
    screen: str
    end: bool
    septets: int
    typed: str
    """Everything typed in this session: the form brings it again, as some networks do."""
    most: int = ussd.MOST


@dataclass(frozen=True, slots=True)
class Ear:
    """A call: what was said last, and what is waited for."""

    number: str
    to: str
    session: str
    place: int
    said: tuple[str, ...]
    waits: str
    keys: tuple[str, ...] = KEYS
    longest: int = LONGEST_NOTE


def blueprint(house: House) -> Blueprint:
    """Make `/phone/menu` and `/phone/call`."""
    bp = Blueprint("phonelab", __name__)
    dialect = Simulated(key_of(house.ring))

    @bp.post("/phone/menu")
    @open_to_all
    def menu() -> Response:
        return _shown(house, menu=_menu(house, dialect))

    @bp.post("/phone/call")
    @open_to_all
    def call() -> Response:
        return _shown(house, call=_call(house, dialect))

    return bp


def _menu(house: House, dialect: Simulated) -> Handset | None:
    knock = _fields("Text")
    if knock is None:
        return None
    said = answer_menu(house, dialect, _signed(dialect, "ussd", knock)).body
    verb, _, screen = said.partition(" ")
    return Handset(
        knock["From"], knock["To"], knock["Session"], _next(knock), screen, end=verb == "END",
        septets=ussd.septets(screen), typed=knock["Typed"],
    )  # fmt: skip


def _call(house: House, dialect: Simulated) -> Ear | None:
    knock = _fields("Digits")
    if knock is None:
        return None
    if request.form.get("placed") and "Place" not in knock:
        knock |= {"Placed": "1"}
        phone.answered(house, knock["From"])
    if request.form.get("speak"):
        knock |= {"Recording": f"RE{os.urandom(16).hex()}", "Seconds": SPOKEN}
    head, *said = answer_call(house, dialect, _signed(dialect, "voice", knock)).body.split("\n")
    waits, _, place = head.partition(" ")
    return Ear(
        knock["From"], knock["To"], knock["Session"], int(place or 0), tuple(said),
        waits if place else voice.HANG_UP,
    )  # fmt: skip


def _fields(typed: str) -> dict[str, str] | None:
    """Read a press; None where no simulated phone has such a number."""
    form = request.form
    if not phone.NUMBER.fullmatch(form.get("from", "")):
        return None
    knock = {
        "From": form["from"], "To": form.get("to", "")[:20],
        "Session": form.get("session", "")[:40] or os.urandom(8).hex(), typed: form.get("text", "")[:600],
    }  # fmt: skip
    so_far = (form.get("typed", ""), form.get("text", ""))
    knock["Typed"] = "*".join(one for one in so_far if one)[-_MOST_TYPED:]
    return knock | ({"Place": form["place"]} if form.get("place", "").isdigit() else {})


def _next(knock: dict[str, str]) -> int:
    return int(knock.get("Place", "0")) + 1


def _signed(dialect: Simulated, door: str, fields: dict[str, str]) -> Request:
    pairs = tuple(fields.items())
    body = urlencode(pairs).encode()
    headers = {SIGNATURE: sign(dialect.key, body)}
    return Request(
        method="POST", uri=f"/channels/{dialect.name}/{door}", headers=headers, body=body, form=pairs
    )


def _shown(house: House, *, menu: Handset | None = None, call: Ear | None = None) -> Response:
    line = menu or call
    if line is None:
        return phone.refused(house, "", phone.NO_PHONE)
    page = replace(phone.page_of(house, first=line.number), menu=menu, call=call)
    return render("phone.html", house=house, page=page)
