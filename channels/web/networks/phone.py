"""`/phone`: simulated phones, in a demo only. What is written here goes the way of a real text message, signed."""

import os
import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, redirect, request

from channels import jobs
from channels.gateway import Request
from channels.house import House
from channels.incoming import intake
from channels.sms.segments import measure
from channels.sms.simulator import ANSWERED, RANG, SIGNATURE, Simulator, key_of, sign
from channels.telephone import rings
from channels.telephone.dialects.simulated import Simulated
from channels.web.networks.lines import answer_call
from channels.web.pages.access import open_to_all
from channels.web.pages.render import language, render
from grievance.errors import Busy
from translations import Phrase, phrase, say

MOST = 8
LINES = 30
LONGEST = 1600
"""Signs of a text that a telephone network takes in parts."""
NUMBER = re.compile(r"\+[0-9]{6,15}")
CODES, CALLED = (("*555#", "*555#"),), (("+51900000009", "+51900000009"),)
"""What is dialled where the mechanism declares no menu and no number to call: as (number, name)."""
NOTHING = phrase("Write something first.")
NO_PHONE = phrase("There is no such phone here.")
CALLED_BACK = phrase(
    "It rang, and nobody answered: that costs nothing. We call back within a minute, from {since} to {until} o'clock."
)
LATER = phrase("We could not store it just now. Please send it again in a minute.")


@dataclass(frozen=True, slots=True)
class Sms:
    """One message on a phone's screen, and what it is on the air; of a call, what it was (`call`) and which number."""

    out: bool
    text: str
    encoding: str
    segments: int
    letters: int
    when: str
    call: str = ""


@dataclass(frozen=True, slots=True)
class Phone:
    """One simulated phone and its newest messages, oldest first."""

    number: str
    key: str
    thread: tuple[Sms, ...]
    to: str = ""
    rings: str = ""


@dataclass(frozen=True)
class PhonePage:
    """What `phone.html` shows."""

    phones: list[Phone]
    numbers: list[tuple[str, str]]
    new: str
    error: str = ""
    codes: tuple[tuple[str, str], ...] = ()
    called: tuple[tuple[str, str], ...] = ()
    menu: Any = None
    call: Any = None
    radio: bool = False
    silent: tuple[str, ...] = ()
    note: str = ""


def blueprint(house: House) -> Blueprint:
    """Make `/phone`, `/phone/new` and, for sending, `/phone` again."""
    bp = Blueprint("phone", __name__)

    @bp.get("/phone")
    @open_to_all
    def phones() -> Response:
        page = page_of(house, first=request.args.get("first", ""))
        if request.args.get("rang"):
            hours = phrase(CALLED_BACK.msgid, since=rings.FROM, until=rings.UNTIL)
            page = replace(page, note=say(hours, language(house)))
        return render("phone.html", house=house, page=page)

    @bp.post("/phone/ring")
    @open_to_all
    def ring() -> Any:
        own, to = request.form.get("from", ""), request.form.get("to", "")
        if not NUMBER.fullmatch(own) or to not in rings.numbers(house):
            return refused(house, "", NO_PHONE)
        try:
            ring_from(house, own, to=to)
        except Busy:
            return refused(house, own, LATER, status=503)
        return _shown_first(own, rang="1")

    @bp.post("/phone/new")
    @open_to_all
    def new() -> Any:
        return _shown_first(_unused(house))

    @bp.post("/phone")
    @open_to_all
    def send() -> Any:
        own, text = request.form.get("from", ""), request.form.get("text", "").strip()
        if not NUMBER.fullmatch(own):
            return refused(house, "", NO_PHONE)
        if not text:
            return refused(house, own, NOTHING)
        try:
            text_from(house, own, to=request.form.get("to", ""), text=text[:LONGEST])
        except Busy:
            return refused(house, own, LATER, status=503)
        return _shown_first(own)

    return bp


def text_from(house: House, own: str, *, to: str, text: str) -> None:
    """Let a simulated phone send a text: signed, verified and taken in as one that a telephone network posts.

    Raises:
        Busy: nothing was stored; the screen does not show it as sent.
    """
    phones, now = _simulator(house), house.now()
    fields = (("MessageSid", f"SM{os.urandom(16).hex()}"), ("From", own), ("To", to), ("Body", text))
    body = urlencode(fields).encode()
    public = replace(house, ring=house.ring.face("web"))
    headers = {SIGNATURE: sign(key_of(public.ring), body)}
    knock = Request(method="POST", uri="/channels/simulator/sms", headers=headers, body=body, form=fields)
    owed = intake.take_in(public, *phones.inbound(knock, now=now))
    phones.note_inbound(own, text, at=now)
    jobs.wake(house, owed)


def ring_from(house: House, own: str, *, to: str) -> None:
    """Let a simulated phone ring a number that never answers, and hang up: signed and read as a network's request is.

    Raises:
        Busy: nothing was stored.
    """
    public = replace(house, ring=house.ring.face("web"))
    dialect = Simulated(key_of(public.ring))
    fields = (("Session", os.urandom(8).hex()), ("From", own), ("To", to))
    body = urlencode(fields).encode()
    headers = {SIGNATURE: sign(dialect.key, body)}
    answer_call(public, dialect, Request("POST", "/channels/simulator/voice", headers, body, fields))
    _simulator(house).note_call(own, RANG, to)


def answered(house: House, own: str) -> None:
    """Show on a simulated phone that its owner answered who called."""
    phones = _simulator(house)
    if calling := phones.ringing(own):
        phones.note_call(own, ANSWERED, calling)


def page_of(house: House, *, first: str = "", error: str = "") -> PhonePage:
    """Build the page; `first` is the phone that is shown before the others."""
    simulated = _simulator(house)
    screens = {number: simulated.inbox(number) for number in simulated.numbers()}
    mechanism, spoken = house.rules.current, language(house)
    names = {one.key: one.name for one in mechanism.operators}
    everybody = say(phrase("for all mines"), spoken)
    numbers = [
        (c.number, f"{c.number} · {names.get(c.operator, everybody)}")
        for c in mechanism.channels
        if c.kind == "sms" and c.number
    ]
    order = sorted(
        (n for n in screens if screens[n]), key=lambda number: screens[number][-1][2], reverse=True
    )
    if NUMBER.fullmatch(first):
        order = [first, *(number for number in order if number != first)]
        screens.setdefault(first, simulated.inbox(first))
    return PhonePage(
        phones=[
            replace(_phone(number, screens[number]), rings=simulated.ringing(number))
            for number in order[:MOST]
        ],
        silent=rings.numbers(house),
        numbers=numbers,
        new=_unused(house),
        error=error,
        codes=_dialled(house, "ussd") or CODES,
        called=_dialled(house, "voice") or CALLED,
        radio="radio" in house.settings.faces,
    )


def _dialled(house: House, kind: str) -> tuple[tuple[str, str], ...]:
    return tuple(
        (c.number, f"{c.number} {c.key}") for c in house.rules.current.channels if c.kind == kind and c.number
    )


def _phone(number: str, screen: list[tuple[str, str, datetime]]) -> Phone:
    return Phone(number=number, key=number, thread=tuple(_sms(*line) for line in screen[-LINES:]))


def _sms(direction: str, text: str, at: datetime) -> Sms:
    size = measure(text)
    call = "" if direction in ("in", "out") else direction
    return Sms(
        out=direction == "out", text=text, encoding=size.encoding, segments=size.segments, letters=size.units,
        when=at.strftime("%d/%m/%Y %H:%M"), call=call,
    )  # fmt: skip


def refused(house: House, own: str, why: Phrase, *, status: int = 400) -> Response:
    """Show the page with what was wrong."""
    page = page_of(house, first=own, error=say(why, language(house)))
    return render("phone.html", house=house, page=page, status=status)


def _shown_first(number: str, **more: str) -> Any:
    asked = (
        {"first": number} | more | ({"lang": request.values["lang"]} if request.values.get("lang") else {})
    )
    return redirect(f"/phone?{urlencode(asked)}", code=303)


def _unused(house: House) -> str:
    """Draw a number that no simulated phone has; numbers with these zeros are nobody's."""
    taken = set(_simulator(house).numbers())
    while True:
        number = f"+51900{int.from_bytes(os.urandom(4)) % 10**6:06d}"
        if number not in taken:
            return number


def _simulator(house: House) -> Simulator:
    found = house.gateways.get("simulator")
    assert isinstance(found, Simulator)  # noqa: S101  mounted in a demo only, which always has it
    return found
