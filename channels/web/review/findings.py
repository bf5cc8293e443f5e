"""The reviewers' findings where staff work with them: written and judged in the review room, answered at the desk.

One about a case is for the third party, and for the company only while it may see that case.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask import Blueprint, Response, abort, redirect, request
from sqlalchemy import Connection
from werkzeug.wrappers import Response as BaseResponse

from channels.house import House
from channels.web.pages import kept
from channels.web.pages.access import Person, current_person, open_to
from channels.web.pages.render import render_view
from channels.web.public import findingviews
from channels.web.public.findingviews import NAME, NEWEST
from channels.web.staff import caseviews, once, watched
from channels.web.staff.caseviews import Scope
from channels.web.staff.forms import asked, options_of
from channels.web.staff.registerroom import room
from grievance.errors import Unknown
from grievance.mechanism import Mechanism
from grievance.moment import Moment
from grievance.vocabulary import Role
from translations import Phrase, phrase
from workflows.registry import findings
from workflows.registry.findings import ACCEPTED, ANSWERED, NOT_ENOUGH, RECORDED, Finding, Written
from workflows.registry.registers import NotWritten, Reason

Page = dict[str, Any]
ROLES = {"desk": (Role.OFFICER,), "review": (Role.FOCAL, Role.REVIEWER)}
PURPOSE = phrase("What the company has to answer by a day. Nobody changes what is written here.")
STAYS = phrase("It stays as it is written, and can be read by the company. No names, no phone numbers.")
FOR_GOOD = phrase("An answer is given once and stays. No names, no phone numbers.")
VERDICTS: Mapping[str, Phrase] = {
    ACCEPTED: phrase("The answer is enough"),
    NOT_ENOUGH: phrase("The answer is not enough"),
}


def blueprint(house: House, face: str) -> Blueprint:
    """Make `/<face>/findings`."""
    made = Blueprint(f"{face}_findings", __name__, url_prefix=f"/{face}")
    staff = open_to(*ROLES[face], house=house, face=face)

    def show(person: Person, *, refused: NotWritten | None = None, said: Phrase | str = "") -> Response:
        item = request.values.get("item", "")[:32]
        page = house.store.read(
            lambda conn: _room(conn, house, face, person, item=item, refused=refused, said=said)
        )
        return render_view("registers_room.html", page, house=house, status=409 if refused else 200)

    @made.get("/findings")
    @staff
    def list_findings() -> Response:
        done = phrase("It is written down.") if request.args.get("done") else ""
        return show(current_person(), said=done)

    @made.post("/findings")
    @staff
    @kept.comes_back
    def write_finding() -> BaseResponse:
        person, at, form = current_person(), house.moment(), request.form.to_dict()
        if kept.stands():
            return show(person)
        try:
            house.store.transact(lambda conn: _write(conn, house, person, form, at))
        except NotWritten as refused:
            state, item = form.get("verdict", ""), form.get("item", "")[:32]
            once.note(house, person, findings.KEY, state, refused, item=item)
            return show(person, refused=refused)
        return redirect(f"/{face}/findings?done=1", 303)

    return made


def _write(conn: Connection, house: House, person: Person, form: Mapping[str, str], at: Moment) -> None:
    """Write what the form of this person brings: a finding, an answer, or a word about an answer."""
    rules = house.rules
    item, text = form.get("item", "")[:32], form.get("text", "")
    once.look(conn, person, findings.KEY, form.get("after", ""), item=item)
    if item and person.role == Role.OFFICER:
        findings.answer(conn, item, text, by=person.actor, rules=rules, at=at)
    elif item:
        _seen(conn, person, item)
        findings.judge(conn, item, form.get("verdict", ""), text, by=person.actor, rules=rules, at=at)
    else:
        findings.note(conn, _typed(conn, house, person, form), by=person.actor, rules=rules, at=at)


def _seen(conn: Connection, person: Person, item: str) -> Finding:
    found = next((one for one in findings.listed(conn, by=person.actor) if one.id == item), None)
    if found is None:
        raise Unknown(item)
    return found


def _typed(conn: Connection, house: House, person: Person, form: Mapping[str, str]) -> Written:
    operator, _, site = form.get("place", "").partition("/")
    number = "".join(sign for sign in form.get("case", "") if sign in "0123456789")
    case = None
    if number:
        scope = Scope("review", person.id, None, person.sites, findingviews.today(house, None))
        found = caseviews.find(conn, scope, number)
        if found is None or not caseviews.was_opened(conn, scope, found.id):
            words = phrase("Open the case first: nobody finds anything about a case they have not read.")
            raise NotWritten((Reason("case", words),))
        case = found.id
    try:
        due = date.fromisoformat(form.get("due_on", "").strip())
    except ValueError:
        due = date.min
    return Written(form.get("kind", ""), form.get("text", ""), due, operator, site or None, case)


def _room(
    conn: Connection, house: House, face: str, person: Person, *, item: str, refused: NotWritten | None,
    said: Phrase | str,
) -> Page:  # fmt: skip
    found = findings.listed(conn, by=person.actor)
    chosen = next((one for one in found if one.id == item), None) if item else None
    if item and chosen is None:
        abort(404)
    day, mechanism = findingviews.today(house, person.operator), house.rules.current
    step = _form(face, person, mechanism, chosen, refused.reasons if refused else ())
    if step is not None:
        step["after"] = once.shown(conn, person, findings.KEY, house.moment(), item=item)
    groups = [watched.dangers(conn, face, person, house.now()), watched.group(conn, face, person, day)]
    return room(house, face, person, groups) | {
        "name": NAME,
        "purpose": PURPOSE,
        "items": [
            findingviews.card(one, mechanism, day, waits=_waits_for(one, person)) for one in found[:NEWEST]
        ],
        "step": step,
        "refused": [why.words for why in once.reasons(refused, form=step is not None)] if refused else (),
        "said": said,
        "empty": "" if found else phrase("Nothing has been written here yet."),
        "change": f"/{face}/findings?item=",
        "change_words": phrase("Answer it") if face == "desk" else phrase("Say whether it is enough"),
    }


def _form(
    face: str, person: Person, mechanism: Mechanism, chosen: Finding | None, reasons: Sequence[Reason]
) -> Page | None:
    errors = {reason.field: reason.words for reason in reasons}
    text = request.form.get("text", "")
    fields: list[Page]
    if chosen is not None and _waits_for(chosen, person):
        fields = [asked("item", NAME, "hidden", value=chosen.id)]
        if person.role == Role.OFFICER:
            label = phrase("Answer the finding")
            fields.append(
                asked("text", phrase("The company's answer"), "textarea", value=text, hint=FOR_GOOD)
            )
        else:
            label = phrase("Say whether the answer is enough")
            verdict = request.form.get("verdict", "")
            fields += [
                asked("verdict", label, "radio", options=options_of(VERDICTS), value=verdict),
                asked("text", phrase("Why"), "textarea", value=text, hint=STAYS),
            ]
        quoted: Phrase | str = chosen.answer if person.role == Role.REVIEWER else chosen.text
    elif chosen is None and person.role == Role.REVIEWER:
        label, quoted = phrase("Write a finding"), phrase("The company has to answer it by the day you say.")
        fields = _new_fields(mechanism, text)
    else:
        return None
    for one in fields:
        one["error"] = errors.get(one["name"], "")
    return {
        "key": "finding", "label": label, "hint": quoted, "tone": "", "action": f"/{face}/findings",
        "blocked": (), "open": True, "fields": fields,
    }  # fmt: skip


def _new_fields(mechanism: Mechanism, text: str) -> list[Page]:
    places = tuple(
        (f"{operator.key}/{site.key}", f"{operator.name}: {site.name}")
        for operator in mechanism.operators
        for site in mechanism.sites_of(operator.key)
    )
    form, choose = request.form, (("", phrase("Choose")),)
    return [
        asked("kind", phrase("What is it about?"), "select", options=(*choose, *options_of(findings.KINDS)),
              value=form.get("kind", "")),
        asked("place", phrase("How which site works"), "select", options=(*choose, *places), value=form.get("place", ""),
              hint=phrase("Everybody reads it. Leave it empty when it is about one case.")),
        asked("case", phrase("Or the number of one case"), "text", value=form.get("case", request.args.get("case", "")[:12]),
              hint=phrase("Only you and the company read it, while the company may see the case.")),
        asked("due_on", phrase("To be answered by"), "date", value=form.get("due_on", "")),
        asked("text", phrase("What you found"), "textarea", value=text, hint=STAYS),
    ]  # fmt: skip


def _waits_for(one: Finding, person: Person) -> bool:
    return one.state == {Role.OFFICER: RECORDED, Role.REVIEWER: ANSWERED}.get(person.role)
