"""The registers for everybody: what was promised, talked about, learned and declared; and what the norms ask to see."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, abort, redirect, request
from sqlalchemy import Connection, Row, select
from werkzeug.wrappers import Response as BaseResponse

from channels.house import House
from channels.web.pages.access import open_to_all
from channels.web.pages.render import language, render_view
from channels.web.public import registerviews
from channels.web.public.evidence import evidence_page
from channels.web.public.registerviews import GROUPS, Page
from grievance import register
from grievance.staff import Staff
from grievance.vocabulary import CommitmentState
from reports.commitments import OfCases, of_cases
from reports.saying.sentences import NOT_SHOWN
from translations import Phrase, phrase
from workflows import readiness
from workflows.obligations.looking import worst
from workflows.registry import clusters
from workflows.registry.registerbook import BY_KEY, CAUSES, MEDIA, MODULES
from workflows.registry.registershape import Register

A_PAGE = 24
OWN_PAGES = {"commitment": "/commitments", "dialogue": "/dialogues"}
ROLES: Mapping[str, Phrase] = {
    "officer": phrase("Case officers"),
    "focal": phrase("Protection focal points"),
    "reviewer": phrase("Reviewers"),
}
NAMES_OF_COMMITMENTS: Mapping[str, Phrase] = {
    CommitmentState.AGREED: phrase("Agreed, not done yet"),
    CommitmentState.DONE_BY_COMPANY: phrase("Done, says the company"),
    CommitmentState.KEPT: phrase("Kept, says the person or a reviewer"),
    CommitmentState.MISSED: phrase("Missed"),
}
_STAFF = Staff.__table__  # type: ignore[attr-defined]


def blueprint(house: House) -> Blueprint:
    """Make `/registers`, `/commitments`, `/dialogues` and `/evidence`."""
    bp = Blueprint("registers", __name__)

    def show(template: str, page: Page) -> Response:
        return render_view(template, page, house=house)

    @bp.get("/registers")
    @open_to_all
    def index() -> Response:
        return show("registers_index.html", house.store.read(lambda conn: _index(conn, house)))

    @bp.get("/registers/<key>")
    @open_to_all
    def one_register(key: str) -> BaseResponse:
        of = BY_KEY.get(key)
        if of is None or not of.public:
            abort(404)
        if key in OWN_PAGES:
            return redirect(f"{OWN_PAGES[key]}?lang={language(house)}", 303)
        return show("registers_items.html", house.store.read(lambda conn: _items(conn, house, of)))

    @bp.get("/commitments")
    @open_to_all
    def commitments() -> Response:
        def look(conn: Connection) -> Page:
            page = _items(conn, house, BY_KEY["commitment"])
            return page | {"counts": _counts(of_cases(conn)), "subtitle": phrase("Of the mechanism itself")}

        return show("registers_items.html", house.store.read(look))

    @bp.get("/dialogues")
    @open_to_all
    def dialogues() -> Response:
        return show("registers_items.html", house.store.read(lambda c: _items(c, house, BY_KEY["dialogue"])))

    @bp.get("/evidence")
    @open_to_all
    def evidence() -> Response:
        return show("evidence.html", house.store.read(lambda conn: evidence_page(conn, house)))

    return bp


def _index(conn: Connection, house: House) -> Page:
    ready = {one.id: one for one in readiness.assess(conn, house.rules, now=house.now())}
    every = register.items(conn, *BY_KEY)
    groups = []
    for name, keys in GROUPS:
        lines = []
        for key in keys:
            of = BY_KEY[key]
            colour = worst(ready[o].colour for o in of.feeds)
            lines.append(
                {
                    "href": OWN_PAGES.get(key, f"/registers/{key}"),
                    "name": of.name,
                    "purpose": of.purpose,
                    "newest": registerviews.newest(row for row in every if row.name == key),
                    "badge": registerviews.COLOURS[colour],
                }
            )
        groups.append({"name": name, "lines": lines})
    return {"groups": groups}


def _items(conn: Connection, house: House, of: Register) -> Page:
    tongue = language(house)
    rows = register.items(conn, of.key)
    asked = request.args.get("page", "1")
    number = int(asked) if asked.isdecimal() and len(asked) < 4 else 1  # noqa: PLR2004  nobody turns a thousand pages
    first = (max(number, 1) - 1) * A_PAGE
    ready = [r for r in readiness.assess(conn, house.rules, now=house.now()) if r.id in of.feeds]
    rest = f"?lang={tongue}&page={max(number, 1) + 1}" if len(rows) > first + A_PAGE else ""
    counted = of.key == "training"
    shown = () if counted else rows[first : first + A_PAGE]
    return {
        "name": of.name,
        "purpose": of.purpose,
        "subtitle": "",
        "when": of.when,
        "ready": [registerviews.line(one) for one in ready],
        "items": registerviews.items(conn, of, shown, mechanism=house.rules.current),
        "empty": not rows,
        "older": rest if not counted else "",
        "newer": f"?lang={tongue}&page={number - 1}" if number > 1 and not counted else "",
        "tables": _tables(conn, house, of, rows),
        "repeats": _repeats(conn, house) if of.key in ("action", "lesson") else [],
        "counts": None,
        "written_in": house.rules.current.default_language,
        "safe": not counted and any(one.kind == "people" for one in of.fields),
    }


def _repeats(conn: Connection, house: House) -> list[tuple[Phrase, bool]]:
    """List causes that repeat themselves somewhere, and whether something is done; no place and no number."""
    today = house.rules.today(house.now())
    found = clusters.public(clusters.clusters(conn, today))
    return [(CAUSES[cause], acted) for cause, acted in found.items()]


def _counts(found: OfCases) -> Page:
    return {
        "total": NOT_SHOWN if found.total is None else found.total,
        "rows": [
            (NAMES_OF_COMMITMENTS[CommitmentState(state)], NOT_SHOWN if n is None else n)
            for state, n in found.states.items()
        ],
    }


def _tables(conn: Connection, house: House, of: Register, rows: Iterable[Row[Any]]) -> list[Page]:
    today = house.rules.today(house.now())
    if of.key == "training":
        return [_trained(conn, rows, today)]
    if of.key == "outreach":
        return [_told([row for row in rows if row.held_on > today - timedelta(days=90)])]
    return []


def _trained(conn: Connection, rows: Iterable[Row[Any]], today: Any) -> Page:
    """Count whose trainings are valid, by role and module. No names."""
    people = conn.execute(select(_STAFF.c.id, _STAFF.c.role).where(_STAFF.c.active)).all()
    valid = {
        (row.about, register.facts_of(row).get("module"))
        for row in rows
        if row.until is None or row.until >= today
    }
    lines = []
    for role, name in ROLES.items():
        ids = [one.id for one in people if one.role == role]
        cells = [
            phrase("{n} of {total}", n=sum((i, m) in valid for i in ids), total=len(ids)) for m in MODULES
        ]
        lines.append([name, *cells])
    return {
        "caption": phrase("People with a training that is valid today"),
        "head": [phrase("Who"), *MODULES.values()],
        "rows": lines,
    }


def _told(rows: list[Row[Any]]) -> Page:
    lines = []
    for medium, name in MEDIA.items():
        mine = [register.facts_of(row) for row in rows if register.facts_of(row).get("medium") == medium]
        if mine:
            lines.append([name, len(mine), sum(facts.get("minutes", 0) for facts in mine)])
    return {
        "caption": phrase("In the last ninety days"),
        "head": [phrase("How"), phrase("Times"), phrase("Minutes")],
        "rows": lines,
    }
