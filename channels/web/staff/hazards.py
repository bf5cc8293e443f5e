"""Dangers to many people: `/review/hazards` passes one on, `/desk/hazards` is where the company answers.

Neither page knows of any case. Of an hour it says only full ones.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from flask import Blueprint, Response, abort, redirect, request
from sqlalchemy import Connection
from werkzeug.wrappers import Response as BaseResponse

from channels.house import House
from channels.web.pages import kept
from channels.web.pages.access import Person, current_person, open_to
from channels.web.pages.render import render_view
from channels.web.public.findingviews import today
from channels.web.staff import once, watched
from channels.web.staff.forms import asked, options_of
from channels.web.staff.registerroom import room
from grievance.mechanism import Mechanism
from grievance.moment import Moment
from grievance.vocabulary import Role
from translations import Phrase, phrase
from workflows.registry import hazardpages, hazards
from workflows.registry.hazards import ANSWERED, OVER, TOLD, Hazard, Told
from workflows.registry.registers import NotWritten, Reason

Page = dict[str, Any]
ROLES = {"desk": (Role.OFFICER,), "review": (Role.FOCAL, Role.REVIEWER)}
AGAIN, END = "again", "end"
NAME = phrase("Dangers to many people")
PURPOSES = {
    "desk": phrase("What was reported to the mechanism and concerns many. Answer what you did."),
    "review": phrase(
        "The danger goes to the company, the person never: no case, no words of theirs, no hour."
    ),
}
DELAY = phrase(
    "The company sees it from the next full hour on, or at once where lives are at stake. Nobody is told which case "
    "it comes from, whether any does, or that it was reported more than once."
)
OWN_WORDS = phrase(
    "You can leave this empty. One sentence of your own: no names, no figures, nothing that somebody wrote or told."
)
NO_NAMES = phrase("No names, no phone numbers. The independent entity reads it.")
WHAT: dict[str, Phrase] = {
    AGAIN: phrase("It was reported again"),
    END: phrase("It is over"),
}
TONES = {TOLD: "soon", ANSWERED: "due", OVER: "met"}
NEWEST = 60


def blueprint(house: House, face: str) -> Blueprint:
    """Make `/<face>/hazards`."""
    made = Blueprint(f"{face}_hazards", __name__, url_prefix=f"/{face}")
    staff = open_to(*ROLES[face], house=house, face=face)

    def show(person: Person, *, refused: NotWritten | None = None, said: Phrase | str = "") -> Response:
        page = house.store.read(lambda conn: _room(conn, house, face, person, refused=refused, said=said))
        return render_view("registers_room.html", page, house=house, status=409 if refused else 200)

    @made.get("/hazards")
    @staff
    def list_hazards() -> Response:
        return show(current_person(), said=phrase("It is written down.") if request.args.get("done") else "")

    @made.post("/hazards")
    @staff
    @kept.comes_back
    def write_hazard() -> BaseResponse:
        person, at = current_person(), house.moment()
        if kept.stands():
            return show(person)
        act = _act(house, person, at)
        try:
            house.store.transact(act)
        except NotWritten as refused:
            state, item = request.form.get("what", ""), request.form.get("item", "")[:32]
            once.note(house, person, hazards.KEY, state, refused, item=item)
            return show(person, refused=refused)
        return redirect(f"/{face}/hazards?done=1", 303)

    return made


def warning(conn: Connection, house: House, person: Person) -> Phrase | None:
    """Say above the list of cases which dangers wait for an answer, the most urgent first."""
    now = house.now()
    waiting = [one for one in hazards.listed(conn, by=person.actor, now=now) if one.waits(now)]
    if not waiting:
        return None
    first, mechanism = waiting[0], house.rules.current
    return phrase(
        "A danger was reported to the mechanism: {kind}, {place}. {clock}. Dangers to answer: {n}.",
        kind=hazards.KINDS[first.kind],
        place=_place(first, mechanism),
        clock=_clock(first, house, now),
        n=len(waiting),
    )


def _act(house: House, person: Person, at: Moment) -> Callable[[Connection], None]:
    """Read what the form of this person brings: a danger, one more report of it, its end, or the company's answer."""
    form, rules, by = request.form, house.rules, person.actor
    item, text, urgency = form.get("item", "")[:32], form.get("text", ""), form.get("urgency", "")
    done, what = form.getlist("done"), form.get("what", "")

    def act(conn: Connection) -> None:
        once.look(conn, person, hazards.KEY, form.get("after", ""), item=item)
        if person.role == Role.OFFICER:
            hazards.answer(conn, item, done, text, by=by, rules=rules, at=at)
        elif not item:
            site, _, zone = form.get("place", "").partition("/")
            told = Told(form.get("kind", ""), site, zone or None, urgency, text)
            hazards.pass_on(conn, told, by=by, rules=rules, at=at)
        elif what == END:
            hazards.end(conn, item, by=by, rules=rules, at=at)
        elif what == AGAIN:
            hazards.again(conn, item, urgency, by=by, rules=rules, at=at)
        else:
            raise NotWritten((Reason("what", phrase("Say what you want to write down.")),))

    return act


def _room(
    conn: Connection,
    house: House,
    face: str,
    person: Person,
    *,
    refused: NotWritten | None,
    said: Phrase | str,
) -> Page:
    now, mechanism = house.now(), house.rules.current
    found = hazards.listed(conn, by=person.actor, now=now)
    item = request.values.get("item", "")[:32]
    chosen = next((one for one in found if one.id == item), None) if item else None
    if item and chosen is None:
        abort(404)
    form = _form(face, mechanism, chosen, now, refused.reasons if refused else ())
    if form is not None:
        form["after"] = once.shown(conn, person, hazards.KEY, house.moment(), item=item)
    groups = [
        watched.dangers(conn, face, person, now),
        watched.group(conn, face, person, today(house, person.operator)),
    ]
    return room(house, face, person, groups) | {
        "name": NAME,
        "purpose": PURPOSES[face],
        "items": [
            _card(one, house, face, now, unsent=_unsent(conn, one, house, face)) for one in found[:NEWEST]
        ],
        "step": form,
        "refused": [why.words for why in once.reasons(refused, form=form is not None)] if refused else (),
        "said": said,
        "empty": "" if found else phrase("No danger has been passed on."),
        "change": f"/{face}/hazards?item=",
        "change_words": phrase("Say what was done") if face == "desk" else phrase("Reported again, or over"),
    }


def _form(
    face: str, mechanism: Mechanism, chosen: Hazard | None, now: datetime, reasons: Sequence[Reason]
) -> Page | None:
    errors = {reason.field: reason.words for reason in reasons}
    if face == "desk":
        if chosen is None or not chosen.waits(now):
            return None
        label, hint, fields = phrase("Say what was done"), hazards.KINDS[chosen.kind], _to_answer(chosen)
    elif chosen is not None:
        label, hint, fields = phrase("Reported again, or over"), DELAY, _to_follow(chosen)
    else:
        label, hint, fields = phrase("Pass on a danger"), DELAY, _to_pass_on(mechanism)
    for one in fields:
        one["error"] = errors.get(one["name"], "")
    return {
        "key": "hazard", "label": label, "hint": hint, "tone": "", "action": f"/{face}/hazards", "blocked": (),
        "open": True, "fields": fields,
    }  # fmt: skip


def _to_answer(chosen: Hazard) -> list[Page]:
    form = request.form
    return [
        asked("item", NAME, "hidden", value=chosen.id),
        asked("done", phrase("What was done?"), "checkbox", options=options_of(hazards.DONE),
              value=form.getlist("done")),
        asked("text", phrase("In a few words"), "textarea", value=form.get("text", ""), hint=NO_NAMES),
    ]  # fmt: skip


def _to_follow(chosen: Hazard) -> list[Page]:
    form = request.form
    return [
        asked("item", NAME, "hidden", value=chosen.id),
        asked("what", phrase("What do you write down?"), "radio", options=options_of(WHAT), value=form.get("what", "")),
        asked("urgency", phrase("How urgent is it now?"), "radio", options=options_of(hazards.URGENCY),
              value=form.get("urgency", chosen.urgency)),
    ]  # fmt: skip


def _to_pass_on(mechanism: Mechanism) -> list[Page]:
    places = []
    for site in mechanism.sites:
        places.append((f"{site.key}/", site.name))
        places += [
            (f"{site.key}/{zone.key}", f"{site.name}: {zone.name}") for zone in mechanism.zones_of(site.key)
        ]
    form, choose = request.form, (("", phrase("Choose")),)
    return [
        asked("kind", phrase("What kind of danger is it?"), "select",
              options=(*choose, *options_of(hazards.KINDS)), value=form.get("kind", "")),
        asked("place", phrase("Where is it?"), "select", options=(*choose, *places), value=form.get("place", "")),
        asked("urgency", phrase("How urgent is it?"), "radio", options=options_of(hazards.URGENCY),
              value=form.get("urgency", "")),
        asked("text", phrase("In a sentence of your own"), "text", value=form.get("text", ""), hint=OWN_WORDS),
    ]  # fmt: skip


def _unsent(conn: Connection, one: Hazard, house: House, face: str) -> Phrase | None:
    """Tell the third party that nobody's telephone has rung, so that they call: the desk has it, and may be empty."""
    mechanism = house.rules.current
    company = (
        hazardpages.unsent_to(conn, one, mechanism=mechanism, now=house.now()) if face == "review" else None
    )
    if company is None:
        return None
    if not company.emergency:
        return phrase("names no number for dangers: only its desk shows this. Call somebody there.")
    return phrase(
        "has not got it at its number yet, only its desk shows it. If this stays so, call {number}.",
        number=company.emergency,
    )


def _card(one: Hazard, house: House, face: str, now: datetime, *, unsent: Phrase | None = None) -> Page:
    mechanism, company = house.rules.current, face == "desk"
    state = one.state_at_desk(now) if company else one.state
    waits, late = state == TOLD, one.is_late(now)
    pairs: list[tuple[Any, Any]] = [(phrase("Where"), _place(one, mechanism))]
    if waits:
        pairs.append((phrase("How urgent"), hazards.URGENCY[one.urgency]))
    if one.done:
        pairs.append((phrase("What was done"), [hazards.DONE[key] for key in one.done]))
    if one.answered_late and not waits:
        pairs.append((phrase("The answer"), phrase("came after its hour")))
    if not company:
        pairs.append((phrase("Times passed on"), one.times))
    if not company and now < one.shown_from:
        pairs.append((phrase("The company"), phrase("sees it from the next full hour on")))
    if unsent is not None:
        pairs.append((phrase("The company"), unsent))
    texts = [(phrase("The danger"), one.words)] if one.words else []
    texts += [(phrase("The company's answer"), one.answer)] if one.answer else []
    return {
        "id": one.id,
        "when": hazards.KINDS[one.kind],
        "tone": "late" if late else TONES[state],
        "state": _clock(one, house, now) if waits else hazards.STATES[state],
        "pairs": pairs,
        "texts": texts,
        "final": not one.waits(now) if company else one.state == OVER,
    }


def _clock(one: Hazard, house: House, now: datetime) -> Phrase:
    """Say by which full hour the answer is owed, and how many hours that is."""
    on, hour = _hour(one, house)
    n = one.hours_left(now)
    if n < 0:
        return phrase("Answer overdue since {hour} on {date} ({n} h)", hour=hour, date=on, n=-n)
    return phrase("Answer by {hour} on {date} ({n} h left)", hour=hour, date=on, n=n)


def _hour(one: Hazard, house: House) -> tuple[date, str]:
    rules = house.rules
    calendar = rules.calendar(rules.current.version, site=one.site, operator=one.operator)
    on = calendar.site_date(one.answer_by)
    minutes = int((one.answer_by - calendar.start_of_day_utc(on)).total_seconds()) // 60
    return on, f"{minutes // 60:02}:{minutes % 60:02}"


def _place(one: Hazard, mechanism: Mechanism) -> str:
    site = next((site.name for site in mechanism.sites if site.key == one.site), one.site)
    zone = next((zone.name for zone in mechanism.zones if zone.key == one.zone), one.zone)
    return f"{site}, {zone}" if zone else site
