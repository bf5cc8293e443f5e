"""`/complain`: one page with three questions, without JavaScript, cookie or name. The clave is drawn in the request."""

import os
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask import Blueprint, Response, redirect, request

from channels.house import House
from channels.incoming import filing, sentagain
from channels.outgoing import blanks
from channels.talking import questions
from channels.web.pages.access import open_to_all
from channels.web.pages.compression import even
from channels.web.pages.dates import day
from channels.web.pages.render import language, render
from channels.web.pages.rooms import room_of
from grievance import case as cases
from grievance.case import Case
from grievance.codes import show
from grievance.vocabulary import Clock, Kind
from translations import Phrase, chain, phrase, say
from workflows import casework
from workflows.protection import safecontact

LONGEST = 6000
NONCE = 32
NOTHING = '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'
TOO_LONG = phrase("That is too long: {most} letters fit at a time. Please send it in parts.", most=LONGEST)
NO_MINE = phrase("I do not know, or another one")


@dataclass(frozen=True)
class ComplainPage:
    """What `complain.html` shows."""

    nonce: str
    themes: list[tuple[str, str, str]]
    sites: list[tuple[str, str]]
    places: list[str]
    theme: str = ""
    text: str = ""
    place: str = ""
    site: str = ""
    collective: tuple[str, ...] = ()
    errors: list[tuple[str, str]] = field(default_factory=list)
    error: dict[str, str] = field(default_factory=dict)
    longest: int = LONGEST


@dataclass(frozen=True)
class StepLine:
    """One dated line of "what happens now"."""

    state: str
    when: str
    what: str


@dataclass(frozen=True)
class ReceiptPage:
    """What `receipt.html` shows. `arrived`: the address of a picture of nothing, by which we learn that it was shown.

    `emergency`, `services`: whom to call in danger now and who cares after violence, on the page of a protected case;
    else empty.
    """

    clave: str
    case_number: str
    steps: list[StepLine]
    protected: bool
    request: bool = False
    arrived: str = ""
    emergency: str = ""
    services: str = ""


def blueprint(house: House) -> Blueprint:
    """Make `/complain` (form and sending) and `/leave` (the quick exit)."""
    bp = Blueprint("complaint", __name__)

    @bp.get("/complain")
    @open_to_all
    def form() -> Response:
        return render("complain.html", house=house, page=form_page(house), quick_exit=True)

    @bp.post("/complain")
    @open_to_all
    def send() -> Response:
        told = questions.answers(request.form, "web")
        text, theme = told["text"], told["theme"]
        if not text and not theme:
            spoken = language(house)
            words = say(phrase("Tell us what happened. A few words are enough."), spoken)
            page = form_page(house, errors=[("text", words)], error={"text": words})
            return render("complain.html", house=house, page=page, status=400, quick_exit=True)
        if len(text) > LONGEST:
            words = say(TOO_LONG, language(house))
            page = form_page(house, errors=[("text", words)], error={"text": words})
            return render("complain.html", house=house, page=page, status=413, quick_exit=True)
        return receive(house, text=text, theme=theme)

    @bp.get("/leave")
    @open_to_all
    def leave() -> Any:
        answer = redirect(house.settings.exit_url, code=303)
        answer.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
        answer.headers["Cache-Control"] = "no-store"
        return answer

    @bp.get("/complain/arrived/<mark>")
    @open_to_all
    def arrived(mark: str) -> Response:
        return note_arrived(house, mark)

    return bp


def note_arrived(house: House, mark: str) -> Response:
    """Learn that a page with a clave arrived, without script: its last picture was asked for."""
    sentagain.note_shown(house, room_of(house).door, mark)
    return Response(NOTHING, mimetype="image/svg+xml", headers={"Cache-Control": "no-store"})


def form_page(house: House, **more: Any) -> ComplainPage:
    """Fill the form with what was typed, if anything was."""
    mechanism, spoken = house.rules.current, language(house)
    themes = [(t.key, t.name(*chain(spoken)), t.key) for t in mechanism.themes]
    # The first choice names nobody: whoever does not choose would else complain at the first company's own desk.
    sites = [("", say(NO_MINE, spoken)), *((s.key, s.name) for s in mechanism.sites)]
    nonce = request.form.get("nonce", "")
    return ComplainPage(
        nonce=nonce if is_nonce(nonce) else os.urandom(NONCE // 2).hex(),
        themes=themes,
        sites=sites if len(mechanism.sites) > 1 else [],
        places=[z.name for z in mechanism.zones],
        theme=request.form.get("theme", ""),
        text=request.form.get("text", ""),
        place=request.form.get("place", ""),
        site=request.form.get("site", ""),
        collective=tuple(request.form.getlist("collective")),
        **more,
    )


def receive(
    house: House,
    *,
    text: str,
    theme: str,
    older: Case | None = None,
    danger: frozenset[str] = frozenset(),
    kind: str = Kind.GRIEVANCE,
    embargo: int = 0,
    place: str | None = None,
) -> Response:
    """File the complaint; the page that answers shows the clave. Sending the form twice makes one case.

    Where the first answer was lost, the second says the same. `older` and `danger` are as in `Filing`. A request
    that speaks of a danger is a protected grievance.
    """
    nonce = request.form.get("nonce", "")
    spoken, room = language(house), room_of(house)
    told = questions.answers(request.form, "web")
    filed = sentagain.file(
        house,
        filing.Filing(
            door=room.door,
            key=nonce if is_nonce(nonce) else os.urandom(NONCE // 2).hex(),
            text=text,
            language=spoken,
            channel=room.channel,
            theme=theme,
            place=told["place"] if place is None else place,
            site=room.site or told["site"],
            operator=room.operator,
            by=room.by,
            collective=told["collective"] == "yes",
            older=older,
            danger=danger,
            kind=kind,
            embargo=embargo,
            again=is_nonce(nonce),
        ),
    )
    if filed is None or filed.clave is None:
        return _again(house, spoken, kind=kind)
    page = ReceiptPage(
        clave=show(filed.clave),
        case_number=show(filed.received.number),
        steps=_steps(house, filed.received, spoken),
        protected=filed.protected,
        request=filed.kind == Kind.INFORMATION_REQUEST,
        arrived=f"{room.sending}/arrived/{filed.ref.hex()}",
        **(_help(house, filed.received.case) if filed.protected else {}),
    )
    return even(render("receipt.html", house=house, page=page, quick_exit=True, room=room), kiosk=room.kiosk)


def _help(house: House, case_id: str) -> dict[str, str]:
    """Say whom to call in danger and after violence."""
    case = house.store.read(lambda conn: cases.get(conn, case_id))
    operator = case.operator if case else None
    return {
        "emergency": blanks.emergency_number(house, operator), "services": blanks.services_number(house, operator)
    }  # fmt: skip


def _steps(house: House, got: casework.Received, spoken: str) -> list[StepLine]:
    """List what happens until when, by the case's own clocks: a site has its own hour and holidays."""
    case, running = house.store.read(
        lambda conn: (cases.get(conn, got.case), cases.clocks_of(conn, got.case))
    )
    version = case.procedure_version if case else house.rules.current.version
    site, operator = (case.site, case.operator) if case else (None, None)
    calendar = house.rules.calendar(version, site=site, operator=operator)
    read_by = next((c.first_due_on for c in running if c.name == Clock.ACKNOWLEDGE), got.due_on)
    agree = house.rules.due(version, "complainant", start=got.due_on, calendar=calendar)
    first: tuple[Phrase | None, Any, Phrase] = (None, read_by, phrase("a person reads it and tells you"))
    spoken_with = _spoken_with_by(house, case) if case and case.protected else None
    if spoken_with is not None:
        first = (None, spoken_with, phrase("an independent person gets in touch with you"))
    rows: list[tuple[Phrase | None, Any, Phrase]] = [
        first,
        (None, got.due_on, phrase("you get a first answer")),
        (None, agree, phrase("you say yes, no, or let us talk")),
    ]
    lines = [
        StepLine("", say(phrase("Until {date}", date=day(on, spoken)), spoken), say(what, spoken))
        for _, on, what in rows
    ]
    last = phrase(
        "an independent person decides. You can also go to court or to the ombudsman at any time. It is free."
    )
    return [*lines, StepLine("", say(phrase("If you do not agree"), spoken), say(last, spoken))]


def _spoken_with_by(house: House, case: Case) -> date | None:
    """Say by which day somebody gets in touch with who is in danger: it is sooner than anything else that is owed."""
    return house.store.read(lambda conn: safecontact.due_of(conn, case, rules=house.rules))


def _again(house: House, spoken: str, *, kind: str) -> Response:
    """The form was sent twice: there is one case, and its clave was shown the first time."""
    asked = kind == Kind.INFORMATION_REQUEST
    complained = phrase("This complaint arrived before. Its clave was shown then; we do not keep it.")
    requested = phrase("This request arrived before. Its clave was shown then; we do not keep it.")
    view = {
        "title": say(phrase("We already have it"), spoken),
        "words": say(requested if asked else complained, spoken),
        "again": "/requests/ask" if asked else "/complain",
    }
    room = room_of(house)
    if room.kiosk:
        view |= {"again": "", "heard": "already"}
    return even(
        render("error.html", house=house, page=view, status=200, quick_exit=True, room=room), kiosk=room.kiosk
    )


def is_nonce(value: str) -> bool:
    """Tell whether this names one sending of a form."""
    return len(value) == NONCE and all(sign in "0123456789abcdef" for sign in value)
