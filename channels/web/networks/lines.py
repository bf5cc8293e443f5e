"""Where telephone menus and calls knock: verify, walk one step, answer in band. And the recorded prompts.

The next screen is the answer, never a key on a menu's screen. While the database is away a menu says so and ends,
since nobody would ask again for the person.
"""

import logging
from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import Any

from flask import Blueprint, Response

from channels import jobs
from channels.gateway import Answer, Forged, Garbled, Request
from channels.house import House
from channels.sms.segments import to_gsm7
from channels.sms.words import STANDS, short_date
from channels.sound import voicedrafts
from channels.sound.recorded import TYPES, Shelf
from channels.talking.menus import LABELS
from channels.telephone import lines, rings, sessions, ussd, voice
from channels.telephone.dialects import Call, Dialects, UssdDialect, UssdTurn, VoiceDialect
from channels.telephone.dialects.found import dialects_of
from channels.telephone.lines import Known
from channels.telephone.sessions import Knock
from channels.web.networks.providers import as_request
from channels.web.pages.access import open_to_all
from grievance import codes
from grievance.errors import Busy
from translations import NAMES, phrase, say

logger = logging.getLogger(__name__)
LATER = phrase("We could not store it just now. Please send it again in a minute.")
NOTHING = Answer()


def blueprint(house: House) -> Blueprint:
    """Make `/channels/<gateway>/ussd`, `/channels/<gateway>/voice` and the recorded prompts."""
    bp = Blueprint("lines", __name__, url_prefix="/channels")
    found = dialects_of(house)

    @bp.post("/<gateway>/ussd")
    @open_to_all
    def menu(gateway: str) -> Response:
        dialect = found.ussd.get(gateway)
        if dialect is None:
            return Response(status=404)
        return _answered(gateway, lambda asked: answer_menu(house, dialect, asked))

    @bp.post("/<gateway>/voice")
    @bp.post("/<gateway>/voice/recording")
    @open_to_all
    def call(gateway: str) -> Response:
        return _call(house, found, gateway)

    @bp.get("/prompts/<language>/<name>")
    @open_to_all
    def prompt(language: str, name: str) -> Response:
        file = shelf_of(house).named(name, language) if language in NAMES else None
        if file is None:
            return Response(status=404)
        kept = {"Cache-Control": "public, max-age=3600"}
        return Response(file.read_bytes(), mimetype=TYPES[file.suffix], headers=kept)

    return bp


def _call(house: House, found: Dialects, gateway: str) -> Response:
    dialect = found.voice.get(gateway)
    if dialect is None:
        return Response(status=404)
    return _answered(gateway, lambda asked: answer_call(house, dialect, asked))


def answer_menu(house: House, dialect: UssdDialect, request: Request) -> Answer:
    """Answer one request of a menu with the next page.

    Raises:
        Forged, Garbled: as the dialect says.
    """
    turn = dialect.parse(request)
    if turn.over:
        return NOTHING
    knock = _knock_of(dialect.name, turn)
    try:
        shown = lines.answer(house, knock)
    except Busy:
        return dialect.render(to_gsm7(say(LATER, house.rules.current.default_language)), end=True)
    blanks = in_letters(shown.known, shown.at.language)
    text, page, last = ussd.render(shown.screen, shown.at.language, blanks, page=shown.at.page)
    if last and shown.read_to_the_end is not None:
        with suppress(Busy):  # it is noted when that page is shown again, or by its other ways
            house.store.transact(shown.read_to_the_end)
    if page != shown.at.page:
        sessions.stand_at(house, knock, replace(shown.at, page=page))
    jobs.wake(house, shown.owed)
    return dialect.render(text, end=shown.screen.end)


def answer_call(house: House, dialect: VoiceDialect, request: Request) -> Answer:
    """Answer one request of a call with what is said next.

    Raises:
        Forged, Garbled: as the dialect says.
        Busy: nothing was stored.
    """
    call = dialect.hear(request)
    if call.over and not call.recording:
        return NOTHING
    if call.place is None and not call.placed and rings.is_for_ringing(house, call.recipient):
        rings.note(
            house, gateway=dialect.name, caller=call.caller, recipient=call.recipient, reachable=call.reachable
        )  # fmt: skip
        return dialect.busy()
    shown = lines.answer(house, _knock_of_call(dialect.name, call))
    jobs.wake(house, shown.owed)
    plan = voice.plan(shown.screen, shown.at.language, shown.known, shelf_of(house), place=shown.place)
    return dialect.speak(plan)


def shelf_of(house: House) -> Shelf:
    """Say where this deployment's recordings stand."""
    return Shelf(house.settings.home / "prompts", voicedrafts.folder_of(house.settings))


def in_letters(known: Known, language: str) -> dict[str, object]:
    """Write what fills the blanks of a screen."""
    return {
        "number": codes.show(known.number) if known.number else "",
        "date": short_date(date.fromisoformat(known.date), language) if known.date else ussd.NO_DATE,
        "status": STANDS.get(known.status, known.status),
        "emergency": known.emergency,
        "services": known.services,
        "noted": LABELS.get(known.noted, ""),
        "why": known.why or "",
        "words": known.words,
        "language": NAMES.get(known.written_in, ""),
    }


def _knock_of(gateway: str, turn: UssdTurn) -> Knock:
    return Knock(
        gateway=gateway, kind="ussd", session=turn.session, subscriber=turn.subscriber, recipient=turn.recipient,
        entry=turn.entry, cumulative=turn.cumulative, place=turn.place,
        typed=(turn.entry or "") if turn.cumulative else turn.typed,
    )  # fmt: skip


def _knock_of_call(gateway: str, call: Call) -> Knock:
    return Knock(
        gateway=gateway, kind="voice", session=call.session, subscriber=call.caller, recipient=call.recipient,
        entry=call.digits, place=call.place, recorded=call.recording if call.seconds else "", reachable=call.reachable,
    )  # fmt: skip


def _answered(gateway: str, answer: Any) -> Response:
    try:
        said = answer(as_request())
    except Forged:
        logger.warning("forged line refused", extra={"gateway": gateway})
        return Response(status=403)
    except Garbled:
        logger.warning("garbled line refused", extra={"gateway": gateway})
        return Response(status=400)
    except Busy:
        return Response(status=503, headers={"Retry-After": "5"})
    return Response(said.body, status=200, content_type=f"{said.kind}; charset=utf-8")
