"""`/kiosk/<door>`: one question a screen, for people without a phone of their own. Nothing stays on the device.

Without JavaScript each answer travels in the body of the next form: no cookie, nothing in an address. The kiosk's
own script (`/kiosk/app.js`) shows the same screens from one page, so that they work through a network cut.
"""

import base64
import os
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, abort, redirect, request
from werkzeug.exceptions import RequestEntityTooLarge

from channels.house import House
from channels.kiosk import kiosks, printer
from channels.outgoing import blanks
from channels.sms.words import STANDS
from channels.sound import kioskvoice
from channels.talking import questions
from channels.web.follow import views as follow
from channels.web.pages.access import open_to_all
from channels.web.pages.render import CSP, language, offered_by, render
from channels.web.pages.rooms import room_of
from channels.web.people import complaint
from translations import NAMES, chain, phrase, say

ASKED = questions.steps("kiosk", of=("theme", "what", "place"))
"""One screen for each question; the pages ask them in the order of the table."""
SCREENS = (*questions.steps("kiosk", of=("language",)), "home", *ASKED)
OF_THE_SHELL = (*SCREENS, "sent", "waits", "kept", "case", "open")
WAIT = 90
WAIT_FOR_WORDS = 330
DIGITS = 16
_OWN_SCRIPT = "; script-src 'self'; worker-src 'self'; media-src 'self' data:"


@dataclass(frozen=True, slots=True)
class KioskPage:
    """What `kiosk.html` shows: one screen, or all of them for the kiosk's own script."""

    screen: str
    screens: tuple[str, ...]
    nonce: str
    themes: list[tuple[str, str, str]]
    places: list[str]
    days: int
    theme: str = ""
    text: str = ""
    place: str = ""
    error: str = ""
    heard: str = ""
    wait: int = WAIT
    whole: bool = False


@dataclass(frozen=True, slots=True)
class PadPage:
    """What `kiosk_pad.html` shows."""

    typed: str = ""
    message: str = ""
    heard: str = ""
    wait: int = WAIT

    @property
    def shown(self) -> str:
        """The digits in fours, and a place for each that is missing."""
        signs = self.typed.ljust(DIGITS, "·")
        return " ".join(signs[n : n + 4] for n in range(0, DIGITS, 4))


def blueprint(house: House) -> Blueprint:
    """Make the screens of every kiosk."""
    bp = Blueprint("kiosk", __name__, url_prefix="/kiosk")

    surround(bp, house)

    @bp.get("")
    @open_to_all
    def which() -> Any:
        found = kiosks.doors(house)
        if not found:
            abort(404)
        return redirect(f"/kiosk/{found[0].key}", code=303)

    @bp.get("/<kiosk>")
    @open_to_all
    def begin(kiosk: str) -> Response:  # noqa: ARG001  the address names the door; `room_of` reads it
        asked = request.args.get("at", "")
        return _screen(house, asked if asked in ("home", "about") else "language")

    @bp.post("/<kiosk>")
    @open_to_all
    def go_on(kiosk: str) -> Response:  # noqa: ARG001
        return _go_on(house)

    @bp.get("/<kiosk>/case")
    @open_to_all
    def pad(kiosk: str) -> Response:  # noqa: ARG001
        return render("kiosk_pad.html", house=house, page=PadPage(), room=room_of(house))

    @bp.post("/<kiosk>/case")
    @open_to_all
    def open_case(kiosk: str) -> Response:  # noqa: ARG001
        return follow.opening(house)

    @bp.post("/<kiosk>/case/pad")
    @open_to_all
    def press(kiosk: str) -> Response:  # noqa: ARG001
        typed, digit = request.form.get("typed", ""), request.form.get("digit", "")
        page = PadPage(typed=_pressed(typed, digit))
        return render("kiosk_pad.html", house=house, page=page, room=room_of(house))

    @bp.get("/<kiosk>/arrived/<mark>")
    @open_to_all
    def arrived(kiosk: str, mark: str) -> Response:  # noqa: ARG001
        return complaint.note_arrived(house, mark)

    @bp.post("/<kiosk>/case/<action>")
    @open_to_all
    def act(kiosk: str, action: str) -> Response:  # noqa: ARG001
        return follow.acting(house, action)

    return bp


def surround(bp: Blueprint, house: House) -> None:
    """Give the pages of a blueprint what every kiosk's page has: a known door, its own script, its surroundings."""

    @bp.before_request
    def known_door() -> None:
        if "kiosk" in (request.view_args or {}) and not room_of(house).kiosk:
            abort(404)

    @bp.after_request
    def own_headers(response: Response) -> Response:
        to_itself = f"'self' {printer.address_of(house.settings)}".strip()
        policy = CSP.replace("form-action 'self'", f"form-action {to_itself}") + _OWN_SCRIPT
        response.headers["Content-Security-Policy"] = f"{policy}; connect-src {to_itself}"
        if printer.address_of(
            house.settings
        ):  # it prints for the page it trusts, and must be told which asks
            response.headers["Referrer-Policy"] = "strict-origin"
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    @bp.context_processor
    def surroundings() -> dict[str, Any]:
        return {"kiosk": _surroundings(house)} if "kiosk" in (request.view_args or {}) else {}


def _pressed(typed: str, key: str) -> str:
    typed = "".join(sign for sign in typed if sign in "0123456789")[:DIGITS]
    if key == "all":
        return ""
    if key == "last":
        return typed[:-1]
    return (typed + key)[:DIGITS] if len(key) == 1 and key in "0123456789" else typed


def _go_on(house: House) -> Response:
    form = request.form
    asked = form.get("go", "") or form.get("to", "")
    text = form.get("text", "").strip()
    words, heard = "", ""
    if asked in ("where", "send") and not text:
        words = say(phrase("Tell us what happened. A few words are enough."), language(house))
        asked, heard = "words", "empty"
    elif len(text) > complaint.LONGEST:
        words = say(phrase("That is too long. Please send it in parts."), language(house))
        asked, heard = "words", "long"
    if asked == "send":
        return complaint.receive(house, text=text, theme=form.get("theme", ""), place=_place())
    return _screen(house, asked if asked in SCREENS else "language", error=words, heard=heard)


def _place() -> str:
    return request.form.get("place", "").strip() or request.form.get("zone", "")


def _screen(house: House, screen: str, *, error: str = "", heard: str = "") -> Response:
    page = page_of(house, screen, screens=(screen,), error=error, heard=heard)
    return render("kiosk.html", house=house, page=page, room=room_of(house), status=400 if error else 200)


def page_of(house: House, screen: str, *, screens: tuple[str, ...], **more: Any) -> KioskPage:
    """Fill one screen, or several, with what was said so far."""
    mechanism, spoken, room = house.rules.current, language(house), room_of(house)
    nonce, form = request.form.get("nonce", ""), request.form
    zones = [z for z in mechanism.zones if not room.site or z.site == room.site]
    return KioskPage(
        screen=screen,
        screens=screens,
        nonce=nonce if complaint.is_nonce(nonce) else os.urandom(complaint.NONCE // 2).hex(),
        themes=[(t.key, t.name(*chain(spoken)), t.key) for t in mechanism.themes],
        places=[z.name for z in zones],
        days=house.rules.deadline(mechanism.version, "acknowledge").days,
        theme=form.get("theme", ""),
        text=form.get("text", "").strip(),
        place=_place(),
        wait=WAIT if len(screens) > 1 else {"language": 0, "words": WAIT_FOR_WORDS}.get(screen, WAIT),
        **more,
    )


def _surroundings(house: House) -> dict[str, Any]:
    """Gather what every page of a kiosk shows around its question."""
    room, mechanism = room_of(house), house.rules.current
    door = next((d for d in kiosks.doors(house) if d.key == room.door), None)
    if door is None:
        return {}
    tongues = [code for code in offered_by(mechanism) if code in (door.languages or mechanism.languages)]
    shell = (request.endpoint or "").endswith(".shell")
    newest = kiosks.newest_key(house, door.key)
    key = f"{newest[0]}.{base64.b64encode(newest[1]).decode()}" if newest else ""
    paper = printer.address_of(house.settings)
    return {
        "tongues": [(code, NAMES.get(code, code)) for code in tongues],
        "heard": lambda screen, tongue: kioskvoice.sound_of(house.settings, tongue, screen),
        "sounds": _sounds(house, tongues) if shell else "",
        "large": _asked_for("size") == "2",
        "printer": f"{paper}/slip" if paper else "",
        "key": key,
        "emergency": blanks.emergency_number(house, door.operator),
        "services": blanks.services_number(house, door.operator),
        "where": f"{room.home}/shell" if shell else room.home,
    }


def _sounds(house: House, tongues: list[str]) -> str:
    """List everything that can be listened to, for the script to keep at hand while there is a network."""
    of_a_kiosk = (screen for screen in kioskvoice.SCREENS if screen != kioskvoice.HOW)
    screens = (*of_a_kiosk, *(f"{kioskvoice.STATUS}{state}" for state in STANDS))
    found = (kioskvoice.sound_of(house.settings, tongue, screen) for tongue in tongues for screen in screens)
    return " ".join(sound.address for sound in found if sound)


def _asked_for(name: str) -> str:
    try:
        return request.values.get(name, "")
    except RequestEntityTooLarge:  # the page that says so asks, too
        return ""
