"""`/review/held`: texts that look like advertising. A person says which is a complaint; nobody else reads them.

Whoever decides has read it: without the review key open nothing can be pressed.
"""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, redirect, request
from sqlalchemy import Connection
from werkzeug.wrappers import Response as BaseResponse

from channels.house import House
from channels.web.pages.access import Person, current_person, open_to
from channels.web.pages.render import render_view
from channels.web.public.findingviews import today
from channels.web.staff import watched
from channels.web.staff.caseviews import open_texts
from channels.web.staff.login import frame, unlocked_keys
from grievance import vault
from grievance.errors import Refused, Unknown
from grievance.vocabulary import Role
from translations import Phrase, phrase
from workflows.clockwork import held
from workflows.clockwork.held import Held

CLOSED_KEY = phrase("Open the review key first, in the list of cases: without it no text can be read.")
SAID = {
    held.CASE: phrase(
        "It is a case now, with its dates from the day it came. It stands in the list of cases."
    ),
    held.NONE: phrase("It is no complaint: it is forgotten."),
    "gone": phrase("Somebody decided about it before, or its thirty days are over."),
}


def blueprint(house: House) -> Blueprint:
    """Make `/review/held`."""
    made = Blueprint("held_texts", __name__, url_prefix="/review/held")
    third_party = open_to(Role.FOCAL, Role.REVIEWER, house=house, face="review")

    def show(said: Phrase | str = "", *, status: int = 200) -> Response:
        page = house.store.read(lambda conn: _page(conn, house, current_person(), said))
        return render_view("review_held.html", page, house=house, status=status)

    @made.get("")
    @third_party
    def list_held() -> Response:
        return show(SAID.get(request.args.get("done", ""), ""))

    @made.post("")
    @third_party
    def decide() -> BaseResponse:
        person, item, decision = (
            current_person(),
            request.form.get("item", "")[:32],
            request.form.get("decision", ""),
        )
        if decision not in (held.CASE, held.NONE):
            return show(status=400)
        shown = house.store.read(lambda conn: _shown(conn, house, person))
        if item not in {one.id for one, _ in shown}:
            return show(SAID["gone"], status=409)
        if not any(one.id == item and words for one, words in shown):
            return show(CLOSED_KEY, status=409)
        at, verb = house.moment(), held.take_up if decision == held.CASE else held.dismiss
        try:
            house.store.transact(lambda conn: verb(conn, item, by=person.actor, rules=house.rules, at=at))
        except (Unknown, Refused):
            return show(SAID["gone"], status=409)
        return redirect(f"/review/held?done={decision}", 303)

    return made


def _key(house: House, person: Person) -> vault.Key | None:
    return unlocked_keys().of(person.session, now=house.now())


def _shown(conn: Connection, house: House, person: Person) -> list[tuple[Held, str]]:
    """List what this person may decide about, each with its words, or none while the key is shut."""
    found = held.waiting(conn, rules=house.rules, sites=person.sites)
    opened = open_texts(conn, [one.text for one in found], _key(house, person))
    return [(one, opened.get(one.text, "")) for one in found]


def _counted(done: Mapping[str, int]) -> Phrase:
    return phrase(
        "In the last twelve months: {case} became cases, {none} were none, {unread} nobody looked at in time.",
        case=done[held.CASE], none=done[held.NONE], unread=done[held.UNREAD],
    )  # fmt: skip


def _page(conn: Connection, house: House, person: Person, said: Phrase | str) -> dict[str, Any]:
    on = today(house, None)
    done = held.decided(conn, today=on)
    names = {one.key: one.name for one in house.rules.current.operators}
    shown = _shown(conn, house, person)
    return frame("review", staff=person.login, note=house.rules.current.governance.host) | {
        "name": watched.HELD,
        "said": said,
        "closed_key": "" if _key(house, person) or not shown else CLOSED_KEY,
        "items": [
            {"id": one.id, "on": one.came_on, "until": one.until, "to": names.get(one.operator or "", ""), "words": words}
            for one, words in shown
        ],
        "counted": _counted(done) if done else "",
        "view_groups": [*watched.voices(conn, "review", person), watched.group(conn, "review", person, on)],
    }  # fmt: skip
