"""`/complain`: one page with three questions, without JavaScript, cookie or name. The clave is drawn in the request."""

import hashlib
import os
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, redirect, request
from sqlalchemy import bindparam, insert, select

from channels import routing, sealing
from channels.conversation import guess_theme
from channels.house import House
from channels.timing import next_batch
from channels.waiting import wait_for_batch
from channels.web.access import open_to_all
from channels.web.dates import day
from channels.web.render import language, render
from channels.web.stretching import stretch_new
from grievance import claves, inbox, vault
from grievance.case import Case
from grievance.codes import make_clave, show
from grievance.complainant import Clave, Complainant
from grievance.moment import Moment
from grievance.vocabulary import Channel, Kind, Step
from translations import Phrase, phrase, say
from translations.lists import every_danger
from workflows import casework, reading
from workflows.danger import CARE, flags

LONGEST = 6000
NONCE = 32
_INBOX = inbox.Inbound.__table__  # type: ignore[attr-defined]
_SEEN = select(_INBOX.c.id).where(_INBOX.c.gateway == "web", _INBOX.c.ref == bindparam("ref"))
_HEARD = insert(_INBOX)
_NEW_CLAVE = insert(Clave.__table__)  # type: ignore[attr-defined]
_NEW_PERSON = insert(Complainant.__table__)  # type: ignore[attr-defined]


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
    """What `receipt.html` shows, once."""

    clave: str
    case_number: str
    steps: list[StepLine]
    protected: bool
    outside: str
    request: bool = False


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
        text = request.form.get("text", "").strip()
        theme = request.form.get("theme", "")
        if not text and not theme:
            spoken = language(house)
            words = say(phrase("Tell us what happened. A few words are enough."), spoken)
            page = form_page(house, errors=[("text", words)], error={"text": words})
            return render("complain.html", house=house, page=page, status=400, quick_exit=True)
        if len(text) > LONGEST:
            words = say(phrase("That is too long. Please send it in parts."), language(house))
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

    return bp


def form_page(house: House, **more: Any) -> ComplainPage:
    """Fill the form with what was typed, if anything was."""
    mechanism, spoken = house.rules.current, language(house)
    themes = [(t.key, t.name(spoken), t.key) for t in mechanism.themes]
    sites = [(s.key, s.name) for s in mechanism.sites] if len(mechanism.sites) > 1 else []
    nonce = request.form.get("nonce", "")
    return ComplainPage(
        nonce=nonce if _is_nonce(nonce) else os.urandom(NONCE // 2).hex(),
        themes=themes,
        sites=sites,
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
) -> Response:
    """File the complaint; the page that answers shows the clave, once. Sending the form twice makes one case.

    `older` is the ordinary case of somebody who now tells of a danger: it becomes a protected case of its own,
    linked at review only, and nothing moves in the older one (DESIGN 5). `danger` is what they said of it by a
    choice, where no word of the text would tell. A request that speaks of a danger is a protected grievance.
    """
    at = house.moment()
    nonce = request.form.get("nonce", "")
    nonce = nonce if _is_nonce(nonce) else os.urandom(NONCE // 2).hex()
    ref = hashlib.sha256(f"web/{nonce}".encode()).digest()
    spoken = language(house)
    collective = request.form.get("collective") == "yes"
    clave = make_clave(at.digits("clave", 14))
    made = stretch_new(house, clave)
    clave_id = at.id("clave")
    own_key = {claves.reader(clave_id): made.public}
    complaint = _complaint(
        house, at, text=text, theme=theme, spoken=spoken, nonce=nonce, own_key=own_key, older=older, danger=danger,
        kind=kind, embargo=embargo,
    )  # fmt: skip

    def work(conn: Any) -> casework.Received | None:
        if conn.execute(_SEEN, {"ref": ref}).first() is not None:
            return None
        conn.execute(
            _NEW_PERSON,
            {
                "id": complaint.complainant,
                "pseudonym": None,
                "gateway": None,
                "address": None,
                "language": spoken,
                "stopped_on": None,
                "since": at.now.date(),
            },
        )
        got = casework.receive(conn, complaint, rules=house.rules, at=at)
        conn.execute(
            _NEW_CLAVE,
            {
                "id": clave_id,
                "case": got.case,
                "complainant": complaint.complainant,
                "scheme": house.schemes()[0].version,
                "lookup": made.lookup,
                "public": made.public,
                "made_on": at.now.date(),
                "visited_at": None,
            },
        )
        if collective:
            wait_for_batch(
                conn,
                house,
                case_id=got.case,
                step=Step.ADD,
                told=None,
                credential="clave",
                at=at,
                collective=True,
            )
        conn.execute(
            _HEARD,
            {
                "id": at.id("inbox"),
                "gateway": "web",
                "ref": ref,
                "received_at": at.now,
                "outcome": "case",
                "case": got.case,
            },
        )
        return got

    got = house.store.transact(work)
    if got is None:
        return _again(house, spoken, kind=complaint.kind)
    page = ReceiptPage(
        clave=show(clave),
        case_number=show(got.number),
        steps=_steps(house, got, spoken),
        protected=complaint.protected,
        request=complaint.kind == Kind.INFORMATION_REQUEST,
        outside=say(phrase("You can go to court or to the ombudsman at any time. It is free."), spoken),
    )
    return render("receipt.html", house=house, page=page, quick_exit=True)


def _complaint(
    house: House, at: Moment, *, text: str, theme: str, spoken: str, nonce: str, own_key: dict[str, bytes],
    older: Case | None, danger: frozenset[str], kind: str, embargo: int,
) -> casework.Complaint:  # fmt: skip
    mechanism = house.rules.current
    site = (older.site or "") if older else request.form.get("site", "")
    known = {s.key: s for s in mechanism.sites}
    operator = known[site].operator if site in known else None
    place = request.form.get("place", "")
    whole = f"{text}\n{place}".strip() if place else text
    danger |= flags(whole, every_danger())
    where = routing.route(
        mechanism, operator=operator, site=site if site in known else None, text=whole, protected=bool(danger)
    )
    keys = {t.key for t in mechanism.themes}
    readers = reading.first_publics(
        house.ring.publics, room=where.room, operator=where.operator, protected=bool(danger)
    )
    own = sealing.said(
        whole or "…",
        by="complainant",
        purpose="narrative",
        readers=readers | own_key,
        original={vault.REVIEW: house.ring.public(vault.REVIEW), **own_key},
        places=sealing.place_names(mechanism),
    )
    calendar = house.rules.calendar(mechanism.version, site=where.site, operator=where.operator)
    batch = next_batch(house, calendar, at.now)
    year = at.now.year
    token = (
        (year, house.ring.contributor(year, f"web/{nonce}"))
        if f"contributor.{year}" in house.ring.secrets
        else None
    )
    return casework.Complaint(
        channel=Channel.WEB,
        language=spoken,
        said=(own,),
        room=where.room,
        operator=where.operator,
        site=where.site,
        zone=where.zone,
        theme=theme if theme in keys else guess_theme(whole),
        protected=bool(danger),
        care=bool(danger & CARE),
        complainant=at.id("person"),
        token=token,
        visible_on=batch.on,
        visible_hour=batch.hour,
        pull=True,
        link=(older.id, "danger", None) if older else None,
        kind=Kind.GRIEVANCE if danger else kind,
        embargo=0 if danger else embargo,
    )


def _steps(house: House, got: casework.Received, spoken: str) -> list[StepLine]:
    version = house.rules.current.version
    calendar = house.rules.calendar(version, site=None)
    today = calendar.site_date(house.now())
    read_by = house.rules.due(version, "acknowledge", start=today, calendar=calendar)
    agree = got.due_on + timedelta(days=house.rules.deadline(version, "complainant").days)
    rows: list[tuple[Phrase | None, Any, Phrase]] = [
        (None, read_by, phrase("a person reads it and tells you")),
        (None, got.due_on, phrase("you get a first answer")),
        (None, agree, phrase("you say yes, no, or let us talk")),
    ]
    lines = [
        StepLine("", say(phrase("Until {date}", date=day(on, spoken)), spoken), say(what, spoken))
        for _, on, what in rows
    ]
    last = phrase("an independent person decides. You can also go to court or to the ombudsman at any time")
    return [*lines, StepLine("", say(phrase("If you do not agree"), spoken), say(last, spoken))]


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
    return render("error.html", house=house, page=view, status=200, quick_exit=True)


def _is_nonce(value: str) -> bool:
    return len(value) == NONCE and all(sign in "0123456789abcdef" for sign in value)
