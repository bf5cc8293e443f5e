"""`/review/sample`: one ordinary case in twenty, read by the third party for danger that no word list heard."""

from typing import Any

from flask import Blueprint, Response
from sqlalchemy import Connection

from channels.house import House
from channels.web.pages.access import Person, current_person, open_to
from channels.web.pages.render import render_view
from channels.web.public import findingviews
from channels.web.staff import caseviews, watched
from channels.web.staff.registerroom import room
from grievance import codes
from grievance.mechanism import Mechanism
from grievance.vocabulary import Role
from translations import phrase
from workflows.protection import samples
from workflows.protection.samples import Drawn

Page = dict[str, Any]
PURPOSE = phrase(
    "One ordinary case in twenty of last month, drawn by itself. Read it; if somebody is in danger, protect the case."
)


def blueprint(house: House) -> Blueprint:
    """Make `/review/sample`."""
    made = Blueprint("review_sample", __name__, url_prefix="/review")

    @made.get("/sample")
    @open_to(Role.FOCAL, Role.REVIEWER, house=house, face="review")
    def list_sample() -> Response:
        person = current_person()
        page = house.store.read(lambda conn: _room(conn, house, person))
        return render_view("registers_room.html", page, house=house)

    return made


def _room(conn: Connection, house: House, person: Person) -> Page:
    today, mechanism = findingviews.today(house, None), house.rules.current
    off = caseviews.hidden(conn, person.id)
    drawn = [one for one in samples.draw(conn, today=today, sites=person.sites) if one.number not in off]
    groups = [
        watched.dangers(conn, "review", person, house.now()),
        watched.group(conn, "review", person, today),
    ]
    looked, missed = sum(one.looked for one in drawn), sum(one.missed for one in drawn)
    sums = phrase(
        "Drawn: {n}. Looked at: {looked}. Danger missed: {missed}.",
        n=len(drawn),
        looked=looked,
        missed=missed,
    )
    return room(house, "review", person, groups) | {
        "name": watched.SAMPLE,
        "purpose": PURPOSE,
        "items": [_card(one, mechanism) for one in sorted(drawn, key=lambda one: (one.looked, one.number))],
        "step": None,
        "refused": [],
        "said": sums if drawn else "",
        "empty": "" if drawn else phrase("Nothing was drawn: no ordinary complaint came last month."),
        "change": "/review/cases/",
        "change_words": phrase("Go to the case"),
    }


def _card(one: Drawn, mechanism: Mechanism) -> Page:
    if one.missed:
        tone, state = "late", phrase("Danger that no word had betrayed; it is protected now")
    elif one.looked:
        tone, state = "met", phrase("Looked at, and left as it is")
    else:
        tone, state = "soon", phrase("Nobody of the independent entity has looked at it")
    sites = {site.key: site.name for site in mechanism.sites}
    return {
        "id": one.number, "when": phrase("Case {number}", number=codes.show(one.number)), "tone": tone, "state": state,
        "pairs": [(phrase("Site"), sites.get(one.site, one.site))] if one.site else [], "texts": [], "final": False,
    }  # fmt: skip
