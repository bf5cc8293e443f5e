"""`/review/comments`: what people say of a draft, looked at for nothing but names before everybody may read it.

The reviewer covers passages; no word can be written anew, and nothing is withheld for what it thinks.
"""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, redirect, request
from sqlalchemy import Connection, Row
from werkzeug.wrappers import Response as BaseResponse

from channels.house import House
from channels.incoming import sealing
from channels.web.pages import kept
from channels.web.pages.access import Person, current_person, open_to
from channels.web.pages.render import render_view
from channels.web.public.findingviews import today
from channels.web.staff import watched
from channels.web.staff.caseviews import open_texts
from channels.web.staff.forms import asked, options_of
from channels.web.staff.login import unlocked_keys
from channels.web.staff.registerroom import room
from grievance.errors import Unknown
from grievance.vocabulary import Role
from reports.month import Month
from reports.saying import sentences
from translations import Phrase, phrase
from workflows.registry import draftrounds
from workflows.registry.draftrounds import SHOWN, WITHHELD
from workflows.registry.registers import NotWritten, Reason

Page = dict[str, Any]
NAME = phrase("Comments on drafts")
PURPOSE = phrase("Cover what names somebody. Nothing is withheld for what it thinks.")
CLOSED_KEY = phrase("Open the review key first: without it no comment can be read.")
DECISIONS = {SHOWN: phrase("Everybody may read it"), WITHHELD: phrase("It is not shown")}


def blueprint(house: House) -> Blueprint:
    """Make `/review/comments`."""
    made = Blueprint("comments_on_drafts", __name__, url_prefix="/review")
    staff = open_to(Role.FOCAL, Role.REVIEWER, house=house, face="review")

    def show(*, reasons: Sequence[Reason] = (), said: Phrase | str = "") -> Response:
        page = house.store.read(lambda conn: _page(conn, house, current_person(), reasons, said))
        return render_view("registers_room.html", page, house=house, status=409 if reasons else 200)

    @made.get("/comments")
    @staff
    def list_comments() -> Response:
        return show(said=phrase("It is written down.") if request.args.get("done") else "")

    @made.post("/comments")
    @staff
    @kept.comes_back
    def decide_comment() -> BaseResponse:
        if kept.stands():
            return show()
        person, at, form = current_person(), house.moment(), request.form
        item, text = house.store.read(lambda conn: _covered(conn, house, person))
        try:
            house.store.transact(
                lambda conn: draftrounds.decide(
                    conn, item, form.get("decision", ""), text=text, why=form.get("why", ""), by=person.actor,
                    rules=house.rules, at=at,
                )
            )  # fmt: skip
        except NotWritten as refused:
            return show(reasons=refused.reasons)
        return redirect("/review/comments?done=1", 303)

    return made


def _covered(conn: Connection, house: House, person: Person) -> tuple[str, str]:
    """Open the comment that the form is about and cover what names somebody; no words without the review key."""
    item = request.form.get("item", "")[:32]
    row = next((one for one in draftrounds.waiting(conn) if one.id == item), None)
    if row is None:
        raise Unknown(item)
    words, passages = _opened(conn, house, person, row), request.form.get("cover", "").splitlines()
    return item, draftrounds.covered(words, passages, places=sealing.place_names(house.rules.current))


def _opened(conn: Connection, house: House, person: Person, row: Row[Any]) -> str:
    key = unlocked_keys().of(person.session, now=house.now())
    return open_texts(conn, [row.words], key).get(row.words, "")


def _page(
    conn: Connection, house: House, person: Person, reasons: Sequence[Reason], said: Phrase | str
) -> Page:
    rows = draftrounds.waiting(conn)
    item = request.values.get("item", "")[:32]
    chosen = next((row for row in rows if row.id == item), None)
    groups = [watched.group(conn, "review", person, today(house, None))]
    return room(house, "review", person, groups) | {
        "name": NAME,
        "purpose": PURPOSE,
        "items": [_card(row) for row in rows],
        "step": None if chosen is None else _form(conn, house, person, chosen, reasons),
        "refused": [reason.words for reason in reasons],
        "said": said,
        "empty": "" if rows else phrase("No comment waits to be looked at."),
        "change": "/review/comments?item=",
        "change_words": phrase("Read it and decide"),
    }


def _card(row: Row[Any]) -> Page:
    return {
        "id": row.id,
        "when": row.received_on,
        "tone": "soon",
        "state": phrase("Waits to be looked at"),
        "pairs": [(phrase("Month of the report"), sentences.month_name(Month.parse(row.month)))],
        "texts": [],
        "final": False,
    }


def _form(conn: Connection, house: House, person: Person, row: Row[Any], reasons: Sequence[Reason]) -> Page:
    words, errors = _opened(conn, house, person, row), {reason.field: reason.words for reason in reasons}
    why = (("", phrase("It is shown")), *options_of(draftrounds.WHY_NOT))
    fields = [
        asked("item", NAME, "hidden", value=row.id),
        asked("decision", phrase("May everybody read it?"), "radio", options=options_of(DECISIONS),
              value=request.form.get("decision", "")),
        asked("cover", phrase("Passages that name somebody, one a line"), "textarea", value=request.form.get("cover", ""),
              hint=phrase("Copy them from the comment. Names and numbers that are found by themselves are covered anyway.")),
        asked("why", phrase("If it is not shown: why"), "select", options=why, value=request.form.get("why", "")),
    ]  # fmt: skip
    for one in fields:
        one["error"] = errors.get(one["name"], "")
    return {
        "key": "comment", "label": phrase("Decide about the comment"), "hint": words or CLOSED_KEY, "tone": "",
        "action": "/review/comments", "blocked": () if words else (CLOSED_KEY,), "open": True, "fields": fields,
    }  # fmt: skip
