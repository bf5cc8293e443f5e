"""`/radio`: a relay takes down what somebody says, reads it back, and gives the number digit by digit.

Whoever works here sees no case, before or after. The page keeps what was typed through a bad line, a wrong field,
a database that is away and a session that ended. A clave is never shown: it stands on a slip, or goes to paper.
"""

import os
from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Blueprint, Response, abort, jsonify, make_response, request
from sqlalchemy.exc import SQLAlchemyError

from channels.claves import pads
from channels.house import House
from channels.radio import airwords, relaying
from channels.radio.relaying import NotTaken, Relay, Taken
from channels.talking import repairing
from channels.talking.repairing import Heard
from channels.typed import read_case_number
from channels.web.pages import kept
from channels.web.pages.access import Person, current_person, open_to
from channels.web.pages.render import CSP, language, render_view
from channels.web.staff.login import frame
from grievance import pad
from grievance.codes import show
from grievance.errors import Busy, Unknown
from grievance.mechanism_parts import Channel as Door
from grievance.vocabulary import Role
from translations import NAMES, Phrase, chain, is_unread, phrase, say
from translations.numbers import digit_by_digit
from workflows import relays

FACE = "radio"
SCRIPTED = CSP + "; script-src 'self'; connect-src 'self'"
"""This page alone has a script: it keeps what was not sent yet, in the page and nowhere else."""
AWAY = phrase("We could not store it just now. Nothing is lost: it stands below. Send it again in a minute.")
OFF_THE_AIR = phrase("What was told is not repeated on the air.")
DANGER_NOW = phrase("Danger now? Call {emergency}.")
HURT = phrase("Are you hurt? Call {services}.")
TAKEN_OVER = phrase("An independent body takes it now.")
VERDICTS: Mapping[Heard, Phrase] = {
    Heard.RIGHT: phrase("The number holds."),
    Heard.WRONG: phrase("A digit is wrong. Ask for the number again."),
    Heard.TOO_SHORT: phrase("A number has eight digits. Ask for the number again."),
    Heard.A_CLAVE: phrase("That is no number for the air: it looks like a key. Stop, and do not repeat it."),
    Heard.NO_NUMBER: phrase("Type the eight digits."),
}


def blueprint(house: House) -> Blueprint:
    """Make `/radio`: the form, the sending, and the check of a number that was heard."""
    made = Blueprint("radio", __name__, url_prefix="/radio")
    relays = open_to(Role.RELAY, house=house, face=FACE)

    @made.get("")
    @relays
    def take_down_page() -> Response:
        return _form(house, current_person(), {})

    @made.post("")
    @relays
    @kept.comes_back
    def take_down() -> Response:
        return _send(house, current_person(), by_script=_by_script())

    @made.post("/check")
    @relays
    def check_number() -> Response:
        person, typed = current_person(), request.form.get("number", "")[:80]
        verdict = repairing.listen(typed)
        spoken = language(house)
        told: dict[str, Any] = {
            "words": VERDICTS[verdict.heard],
            "tone": "" if verdict.heard is Heard.RIGHT else "late",
            "said": digit_by_digit(verdict.number, spoken) if verdict.number else "",
            "number": show(verdict.number) if verdict.number else "",
            "repairs": [(show(one), digit_by_digit(one, spoken)) for one in verdict.repairs],
        }
        if _by_script():
            return jsonify(told | {"words": say(told["words"], spoken)})
        return _form(house, person, {}, checked=told)

    return made


def _by_script() -> bool:
    return request.headers.get("Accept") == "application/json"


def door_of(house: House, person: Person) -> Door:
    """Find where somebody takes things down; a door that is no longer in the rules is closed."""
    try:
        return relaying.door_of(house.rules.current, person.door)
    except Unknown:
        abort(404)


def _send(house: House, person: Person, *, by_script: bool) -> Response:
    door, typed = door_of(house, person), request.form
    if kept.stands():
        return _form(
            house, person, typed, status=403 if by_script else 200
        )  # the script keeps it, and says to sign in
    relay = read(typed)
    try:
        taken = relaying.take_down(house, relay, door=door, by=person.id)
    except NotTaken as refused:
        if by_script:
            reasons = [(name, say(words, language(house))) for name, words in refused.reasons]
            return make_response(jsonify(reasons=reasons), 400)
        return _form(house, person, typed, reasons=refused.reasons, status=400)
    except (Busy, SQLAlchemyError):
        return _form(house, person, typed, reasons=(("text", AWAY),), status=503)
    if by_script:
        said = digit_by_digit(taken.number, language(house))
        sentences = [say(one, relay.language) for one in _said_next(relay, taken)[1:]]
        stop = [say(one, language(house)) for one in _stop(taken)]
        return jsonify(number=show(taken.number), said=said, aloud=sentences, stop=" ".join(stop))
    return _taken(house, person, relay, taken)


def read(typed: Mapping[str, str]) -> Relay:
    """Read the form; what cannot be read of it is for `take_down` to refuse."""
    slip = typed.get("slip", "").strip()[:80]
    try:
        said_on = date.fromisoformat(typed.get("said_on", "").strip())
    except ValueError:
        said_on = None
    return Relay(
        id=typed.get("id", "")[:64],
        text=typed.get("text", ""),
        language=typed.get("language", ""),
        said_on=said_on,
        read_back=typed.get("read_back") == "yes",
        theme=typed.get("theme", ""),
        place=typed.get("place", ""),
        slip=(read_case_number(slip) or "wrong") if slip else "",
        here=typed.get("here") == "yes" and not slip,
        programme=typed.get("programme", "").strip()[:8],
    )


def _form(
    house: House, person: Person, typed: Mapping[str, str], *, reasons: tuple[tuple[str, Phrase], ...] = (),
    checked: Mapping[str, Any] | None = None, status: int = 200,
) -> Response:  # fmt: skip
    door, mechanism, spoken = door_of(house, person), house.rules.current, language(house)
    tongues = relaying.languages_at(mechanism, door)
    left = house.store.read(lambda conn: pad.left(conn, door.key)) if status < 500 else 0  # noqa: PLR2004
    today = relaying.today_at(house, door)
    names = ("theme", "place", "text", "language", "read_back", "slip", "here", "programme")
    page = frame(FACE, staff=person.login, note=door.address or door.key) | {
        "id": typed.get("id") or os.urandom(16).hex(),
        "values": {name: typed.get(name, "") for name in names}
        | {
            "said_on": typed.get("said_on") or today.isoformat(),
            "language": typed.get("language") or tongues[0],
        },
        "errors": [(name, words) for name, words in reasons],
        "error": dict.fromkeys((*names, "said_on"), "") | dict(reasons),
        "themes": [(theme.key, theme.name(*chain(spoken))) for theme in mechanism.themes],
        "places": [zone.name for zone in mechanism.zones if not door.site or zone.site == door.site],
        "tongues": [(code, NAMES.get(code, code)) for code in tongues],
        "first": [
            aloud(words, tongue) for tongue in tongues for words in (airwords.OPEN_AIR, airwords.IN_DANGER)
        ],
        "left": left,
        "few": left < pads.FEW,
        "extra": any(typed.get(name) for name in ("slip", "here", "programme")),
        "checked": checked,
        "longest": relaying.LONGEST,
        "missing": relays.NOTHING,
        "unread_back": relays.NOT_READ_BACK,
    }
    answer = render_view("radio.html", page, house=house, status=status)
    answer.headers["Content-Security-Policy"] = SCRIPTED
    return answer


def _said_next(relay: Relay, taken: Taken) -> list[Phrase]:
    """List what is said to whoever spoke, once it is safe: the number first."""
    number = digit_by_digit(taken.number, relay.language)
    opens_nothing = airwords.NEVER_ON_AIR if taken.protected else airwords.OPENS_NOTHING
    words = [Phrase(airwords.NUMBER_TWICE.msgid, {"number": number}), opens_nothing]
    if relay.slip or taken.clave:
        words.append(airwords.KEEP_SLIP)
    elif not taken.again:
        words.append(airwords.NO_KEY)
    if taken.protected:
        words.append(airwords.NOT_THE_COMPANY)
    return words


def _stop(taken: Taken) -> list[Phrase]:
    """List what an operator is told who took down a danger: it is not for the air, and whom to call now."""
    if not taken.protected:
        return []
    words = [OFF_THE_AIR, TAKEN_OVER, Phrase(DANGER_NOW.msgid, {"emergency": taken.emergency})]
    return words + ([Phrase(HURT.msgid, {"services": taken.services})] if taken.services else [])


def _taken(house: House, person: Person, relay: Relay, taken: Taken) -> Response:
    tongue, spoken = relay.language, language(house)
    page = frame(FACE, staff=person.login) | {
        "number": show(taken.number),
        "said": digit_by_digit(taken.number, spoken),
        "again": taken.again,
        "aloud": [aloud(one, tongue) for one in _said_next(relay, taken)],
        "due_on": taken.due_on,
        "stop": _stop(taken),
        "clave": show(taken.clave) if taken.clave else "",
        "paper": [say(airwords.KEEP_SLIP, tongue), say(_said_next(relay, taken)[1], tongue)],
        "follow": f"{house.settings.base_url}/follow",
    }
    return render_view("radio_taken.html", page, house=house)


def aloud(words: Phrase, tongue: str) -> dict[str, Any]:
    """Put a sentence that is said to people in their language, and say whether a native speaker has read it."""
    return {
        "words": say(words, tongue),
        "tongue": tongue,
        "name": NAMES.get(tongue, tongue),
        "draft": is_unread(tongue),
    }
