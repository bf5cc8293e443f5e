"""What reviewers ordered, over all cases: `/review/orders`. Numbers, dates and codes; the words stand in the case."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask import Blueprint, Response, abort, redirect, request
from sqlalchemy import Connection
from werkzeug.wrappers import Response as BaseResponse

from channels.house import House
from channels.web.pages import casewords as words
from channels.web.pages import kept
from channels.web.pages.access import Person, current_person, open_to
from channels.web.pages.render import render_view
from channels.web.public import findingviews
from channels.web.staff import caseviews, once, watched
from channels.web.staff.caseviews import Scope
from channels.web.staff.forms import asked, options_of
from channels.web.staff.registerroom import room
from grievance import codes
from grievance.mechanism import Mechanism
from grievance.moment import Moment
from grievance.vocabulary import CommitmentState, Role
from translations import Phrase, phrase
from workflows.registry import compliance
from workflows.registry.compliance import COMPLIED, NOT_COMPLIED, PARTLY, Measure
from workflows.registry.registers import NotWritten, Reason

Page = dict[str, Any]
NAME = phrase("What reviewers ordered")
PURPOSE = phrase(
    "Whether the company did it, by the word of a reviewer. What was ordered stands in the case."
)
TONES: Mapping[str, str] = {COMPLIED: "met", PARTLY: "soon", NOT_COMPLIED: "missing"}
NEWEST = 60
UNREAD = phrase("Open the case first: nobody says that an order was followed in a case they have not read.")
_DONE = phrase("The company says it is done, and no reviewer has looked at it")
_IN_TIME = phrase("Still in time")
WAITS: Mapping[CommitmentState, tuple[str, Phrase]] = {
    CommitmentState.OFFERED: ("due", _IN_TIME),
    CommitmentState.AGREED: ("due", _IN_TIME),
    CommitmentState.DONE_BY_COMPANY: ("soon", _DONE),
    CommitmentState.KEPT: (
        "soon",
        phrase("It was confirmed that it is done, and no reviewer has looked at it"),
    ),
    CommitmentState.MISSED: (
        "late",
        phrase("It was said that it is not done, and no reviewer has looked at it"),
    ),
}
"""What is said of an order that no reviewer has looked at, before its day has passed, by who spoke of it last."""


def blueprint(house: House) -> Blueprint:
    """Make `/review/orders`."""
    made = Blueprint("review_orders", __name__, url_prefix="/review")
    third_party = open_to(Role.FOCAL, Role.REVIEWER, house=house, face="review")

    def show(person: Person, *, reasons: Sequence[Reason] = (), said: Phrase | str = "") -> Response:
        item = request.values.get("item", "")[:32]
        page = house.store.read(
            lambda conn: _room(conn, house, person, item=item, reasons=reasons, said=said)
        )
        return render_view("registers_room.html", page, house=house, status=409 if reasons else 200)

    @made.get("/orders")
    @third_party
    def list_orders() -> Response:
        return show(current_person(), said=phrase("It is written down.") if request.args.get("done") else "")

    @made.post("/orders")
    @third_party
    @kept.comes_back
    def judge_order() -> BaseResponse:
        person, at, form = current_person(), house.moment(), request.form.to_dict()
        evidence = request.form.getlist("evidence")
        if kept.stands():
            return show(person)
        try:
            house.store.transact(lambda conn: _judge(conn, house, person, form, evidence, at))
        except NotWritten as refused:
            return show(person, reasons=refused.reasons)
        return redirect("/review/orders?done=1", 303)

    return made


def _judge(
    conn: Connection, house: House, person: Person, form: Mapping[str, str], evidence: Sequence[str], at: Moment
) -> None:  # fmt: skip
    item = form.get("item", "")[:32]
    chosen = next(
        (m for m in compliance.measures(conn, sites=person.sites) if m.ordered.commitment == item), None
    )
    scope = Scope("review", person.id, None, person.sites, findingviews.today(house, None))
    if chosen is not None and not caseviews.was_opened(conn, scope, chosen.case):
        raise NotWritten((Reason("", UNREAD),))
    once.look(conn, person, compliance.KEY, form.get("after", ""), item=None)
    verdict, action = form.get("verdict", ""), form.get("action", "")
    compliance.judge(conn, item, verdict, evidence, action, by=person.actor, rules=house.rules, at=at)


def _room(
    conn: Connection,
    house: House,
    person: Person,
    *,
    item: str,
    reasons: Sequence[Reason],
    said: Phrase | str,
) -> Page:
    off = caseviews.hidden(conn, person.id)
    found = [one for one in compliance.measures(conn, sites=person.sites) if one.number not in off]
    chosen = next((one for one in found if one.ordered.commitment == item), None) if item else None
    if item and chosen is None:
        abort(404)
    today, mechanism = findingviews.today(house, None), house.rules.current
    first = sorted(found, key=lambda one: (not one.waits(today), one.ordered.due_on, one.number))
    reviewer = person.role == Role.REVIEWER
    after = once.shown(conn, person, compliance.KEY, house.moment(), item=None)
    groups = [
        watched.dangers(conn, "review", person, house.now()),
        watched.group(conn, "review", person, today),
    ]
    return room(house, "review", person, groups) | {
        "name": NAME,
        "purpose": PURPOSE,
        "items": [_card(one, mechanism, today, may_judge=reviewer) for one in first[:NEWEST]],
        "step": _form(chosen, reasons) | {"after": after} if chosen is not None and reviewer else None,
        "refused": [reason.words for reason in reasons],
        "said": said,
        "empty": "" if found else phrase("No reviewer has ordered anything yet."),
        "change": "/review/orders?item=",
        "change_words": phrase("Say whether it was done"),
    }


def _form(chosen: Measure, reasons: Sequence[Reason]) -> Page:
    errors = {reason.field: reason.words for reason in reasons}
    fields = [
        asked("item", NAME, "hidden", value=chosen.ordered.commitment),
        asked("verdict", phrase("Was it done?"), "radio", options=options_of(compliance.VERDICTS),
              value=request.form.get("verdict", "")),
        asked("evidence", phrase("How is that known?"), "checkbox", options=options_of(compliance.EVIDENCE),
              value=request.form.getlist("evidence")),
        asked("action", phrase("What follows?"), "radio", options=options_of(compliance.ACTIONS),
              value=request.form.get("action", "")),
    ]  # fmt: skip
    for one in fields:
        one["error"] = errors.get(one["name"], "")
    hint = phrase(
        "Case {number}, due on {date}.", number=codes.show(chosen.number), date=chosen.ordered.due_on
    )
    return {
        "key": "order", "label": phrase("Say whether it was done"), "hint": hint, "tone": "", "action": "/review/orders",
        "blocked": (), "open": True, "fields": fields,
    }  # fmt: skip


def _card(one: Measure, mechanism: Mechanism, today: date, *, may_judge: bool) -> Page:
    sites = {site.key: site.name for site in mechanism.sites}
    ordered, said = one.ordered, one.verdict
    pairs: list[tuple[Any, Any]] = [
        (phrase("Case"), codes.show(one.number)),
        (phrase("Due on"), [ordered.due_on]),
        (phrase("The commitment"), words.COMMITMENT_STATES[ordered.state]),
    ]
    if one.site:
        pairs.insert(1, (phrase("Site"), sites.get(one.site, one.site)))
    if said is not None:
        pairs += [
            (phrase("Looked at on"), [said.said_on]),
            (phrase("Known by"), [compliance.EVIDENCE[key] for key in said.evidence]),
            (phrase("What follows"), compliance.ACTIONS[said.action]),
        ]
        tone, state = TONES[said.verdict], compliance.VERDICTS[said.verdict]
    elif today > ordered.due_on and ordered.is_late(today):
        tone, state = "late", phrase("Its day has passed, and no reviewer has looked at it")
    elif one.waits(today):
        tone, state = WAITS[CommitmentState(ordered.state)]
    else:
        tone, state = "due", _IN_TIME
    return {
        "id": ordered.commitment, "when": phrase("Ordered on {date}", date=ordered.ordered_on), "tone": tone,
        "state": state, "pairs": pairs, "texts": [], "final": not may_judge,
    }  # fmt: skip
