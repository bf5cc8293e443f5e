"""The registers for staff: a list and a form made of each register's definition, at the desk and in the review room.

Whoever may not write in a register reads it. An officer sees and writes what belongs to their own sites.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, abort, redirect, request
from sqlalchemy import Connection, Row
from werkzeug.wrappers import Response

from channels.house import House
from channels.web.pages import kept
from channels.web.pages.access import Person, current_person, open_to
from channels.web.pages.render import render_view
from channels.web.public import registerviews
from channels.web.public.registerviews import GROUPS, Page
from channels.web.staff import once
from channels.web.staff.forms import asked, picked
from channels.web.staff.registerroom import room
from grievance import codes, register
from grievance.errors import Unknown
from grievance.vocabulary import Role
from translations import Phrase, phrase
from workflows import readiness
from workflows.knowing import rulings
from workflows.obligations.looking import Colour
from workflows.registry import clusters, registers
from workflows.registry.registerbook import BY_KEY, CAUSES
from workflows.registry.registers import NotWritten, Reason
from workflows.registry.registershape import COLUMNS, Asks, Field, Register

ROLES = {"desk": (Role.OFFICER,), "review": (Role.FOCAL, Role.REVIEWER, Role.ADMIN)}
FEW_OPTIONS = 4
NEWEST = 40
KINDS = {
    Asks.NUMBER: "number",
    Asks.PEOPLE: "number",
    Asks.DAY: "date",
    Asks.TEXT: "textarea",
    Asks.NAME: "text",
    Asks.MONTH: "text",
}
EMPTY = phrase("You can leave this empty.")
PUBLIC = phrase("Everybody can read this. No names, no phone numbers.")
BESIDE_FIGURES = phrase(
    "Everybody reads this beside the figures. No names, no phone numbers, not how many people."
)
A_MONTH = phrase("Year and month, such as 2026-10.")
THE_REST = phrase("How it keeps people safe")


def blueprint(house: House, face: str) -> Blueprint:
    """Make `/<face>/registers` and one page for each register that this face may see."""
    made = Blueprint(f"{face}_registers", __name__, url_prefix=f"/{face}")
    staff = open_to(*ROLES[face], house=house, face=face)

    def show(page: Page, *, status: int = 200) -> Response:
        return render_view("registers_room.html", page, house=house, status=status)

    @made.get("/registers")
    @staff
    def register_index() -> Response:
        person = current_person()
        return show(house.store.read(lambda conn: _index(conn, house, face, person)))

    @made.get("/registers/<key>")
    @staff
    def show_register(key: str) -> Response:
        of, person = _register(key, face), current_person()
        item = request.args.get("item", "")[:32]
        done = phrase("It is written down.") if request.args.get("done") else ""
        return show(house.store.read(lambda c: _page(c, house, face, person, of, item=item, said=done)))

    @made.post("/registers/<key>")
    @staff
    @kept.comes_back
    def write_register(key: str) -> Response:
        of, person = _register(key, face), current_person()
        item, at = request.form.get("item", "")[:32], house.moment()
        after = request.form.get("after", "")
        fields, words, state = _typed(of)
        if kept.stands():
            return show(house.store.read(lambda c: _page(c, house, face, person, of, item=item, typed=True)))

        def write(conn: Connection) -> None:
            once.look(conn, person, key, after, item=item)
            registers.write(
                conn, key, state, fields, words, by=person.actor, rules=house.rules, at=at, item=item
            )

        try:
            house.store.transact(write)
        except NotWritten as refused:
            reasons = refused.reasons
            once.note(house, person, key, state, refused, item=item)
            page = house.store.read(
                lambda c: _page(c, house, face, person, of, item=item, reasons=reasons, typed=True)
            )
            said = once.reasons(refused, form=page["step"] is not None)
            return show(page | {"refused": [reason.words for reason in said]}, status=409)
        return redirect(f"/{face}/registers/{key}?done=1", 303)

    return made


def _register(key: str, face: str) -> Register:
    """Find a register; a desk sees none that is not public."""
    of = BY_KEY.get(key)
    if of is None or (face == "desk" and not of.public):
        abort(404)
    return of


def _typed(of: Register) -> tuple[dict[str, object], dict[str, str], str]:
    fields: dict[str, object] = {}
    words: dict[str, str] = {}
    for one in of.asked:
        if one.kind is Asks.TEXT:
            words[one.key] = request.form.get(one.key, "")
        elif one.kind is Asks.CODES:
            fields[one.key] = request.form.getlist(one.key)
        else:
            fields[one.key] = request.form.get(one.key, "")
    return fields, words, picked(request.form, "state", of.states) or ""


def _index(conn: Connection, house: House, face: str, person: Person) -> Page:
    ready = readiness.assess(conn, house.rules, now=house.now())
    missing = [registerviews.line(one) for one in ready if one.colour != Colour.GREEN]
    return _shell(conn, house, face, person) | {
        "name": phrase("Registers"),
        "purpose": phrase("What this mechanism does beside the complaints themselves."),
        "ready": missing,
    }


def _shell(conn: Connection, house: House, face: str, person: Person, *, here: str = "") -> Page:
    groups = [*GROUPS] if face == "desk" else [*GROUPS[:-1], (THE_REST, (*GROUPS[-1][1], "incident"))]
    if here:  # beside one register only its neighbours, so that a phone shows the form at once
        groups = [(name, keys) for name, keys in groups if here in keys]
    counts = {key: len(registers.visible(conn, key, by=person.actor)) for _, keys in groups for key in keys}
    views = [
        {
            "name": name,
            "views": [
                (f"/{face}/registers/{key}", BY_KEY[key].name, counts[key], "", key == here) for key in keys
            ],
        }
        for name, keys in groups
    ]
    back = {"all": f"/{face}/registers"} if here else {}
    return room(house, face, person, views, beside_cases=False) | back


def _page(
    conn: Connection, house: House, face: str, person: Person, of: Register, *, item: str = "",
    reasons: tuple[Reason, ...] = (), typed: bool = False, said: Phrase | str = "",
) -> Page:  # fmt: skip
    rows = registers.visible(conn, of.key, by=person.actor)
    chosen = next((row for row in rows if row.id == item), None) if item else None
    if item and chosen is None:
        raise Unknown(item)
    writes = registers.may_write(of, person.actor)
    ready = [r for r in readiness.assess(conn, house.rules, now=house.now()) if r.id in of.feeds]
    return _shell(conn, house, face, person, here=of.key) | {
        "name": of.name,
        "purpose": of.purpose,
        "ready": [registerviews.line(one) for one in ready],
        "items": registerviews.items(
            conn, of, rows[:NEWEST], mechanism=house.rules.current, public=face == "desk"
        ),
        "step": _form(conn, house, face, person, of, chosen, reasons, typed=typed) if writes else None,
        "may_not": "" if writes else phrase("Your role reads this register and does not write in it."),
        "refused": [reason.words for reason in reasons],
        "said": said,
        "table": _beside(conn, house, of) if face == "review" else None,
        "empty": "" if rows else phrase("Nothing has been written here yet."),
        "more": phrase("{n} older ones are not listed here.", n=len(rows) - NEWEST)
        if len(rows) > NEWEST
        else "",
        "change": f"/{face}/registers/{of.key}?item=" if writes and _changes(of) else "",
    }


def _changes(of: Register) -> bool:
    """Whether anything of an item can change once it is written."""
    return len(of.states) > 1


def _beside(conn: Connection, house: House, of: Register) -> Page | None:
    """Put beside a register what has to be known to write in it: what repeats itself, what the panel is told."""
    if of.key in ("action", "lesson"):
        return _clusters(conn, house)
    return _late_reviews(conn, house) if of.key == "panel" else None


def _late_reviews(conn: Connection, house: House) -> Page | None:
    """List the reviews that are past their date, for the panel: it watches over the reviewers."""
    today = house.rules.today(house.now())
    rows = [
        (codes.show(one.number), one.due_on, (today - one.due_on).days)
        for one in rulings.late_reviews(conn, today)
    ]
    head = (phrase("Case"), phrase("To be decided by"), phrase("Days late"))
    caption = phrase("Reviews past their date: tell the panel")
    return {"caption": caption, "head": head, "rows": rows} if rows else None


def _clusters(conn: Connection, house: House) -> Page | None:
    """List every cluster with its place, protected cases included: for review only."""
    mechanism = house.rules.current
    today = house.rules.calendar(mechanism.version, site=None).site_date(house.now())
    names = {zone.key: zone.name for zone in mechanism.zones}
    rows = [
        (
            CAUSES.get(one.cause, one.cause),
            names.get(one.zone, one.zone),
            one.cases,
            phrase("Yes") if one.acted else phrase("No"),
        )
        for one in clusters.clusters(conn, today, protected=True)
    ]
    head = (phrase("Cause"), phrase("Place"), phrase("Cases"), phrase("Action"))
    return {"caption": phrase("What repeats itself"), "head": head, "rows": rows} if rows else None


def _form(
    conn: Connection, house: House, face: str, person: Person, of: Register, chosen: Row[Any] | None,
    reasons: tuple[Reason, ...], *, typed: bool,
) -> Page | None:  # fmt: skip
    if chosen is not None and chosen.state in of.final:
        return None
    today = house.rules.calendar(house.rules.current.version, site=None, operator=person.operator).site_date(
        house.now()
    )
    values = _values(of, chosen, today, typed=typed)
    errors = {reason.field: reason.words for reason in reasons}
    fields: list[Page] = []
    if chosen is not None:
        fields.append(asked("item", phrase("Item"), "hidden", value=chosen.id))
    allowed = {s: w for s, w in of.states.items() if person.role in of.only.get(s, of.who)}
    first = values.get("state") or next(iter(allowed), "")
    if len(of.states) > 1:
        fields.append(
            asked("state", phrase("How it stands"), "radio", options=tuple(allowed.items()), value=first)
        )
    else:
        fields.append(asked("state", phrase("How it stands"), "hidden", value=first))
    fields += [
        _field(conn, house, person, one, values.get(one.key, ""))
        for one in of.asked
        if chosen is None or not one.fixed
    ]
    for one_field in fields:
        one_field["error"] = errors.get(one_field["name"], "")
    new = chosen is None
    return {
        "key": of.key,
        "label": phrase("Write it down") if new else phrase("Write down how it stands now"),
        "hint": phrase("It is recorded with the day and with who wrote it."),
        "tone": "",
        "action": f"/{face}/registers/{of.key}",
        "blocked": (),
        "open": True,
        "after": once.shown(conn, person, of.key, house.moment(), item=chosen.id if chosen else ""),
        "fields": fields,
    }


def _values(of: Register, chosen: Row[Any] | None, today: date, *, typed: bool) -> Mapping[str, Any]:
    if typed:
        many = {one.key for one in of.fields if one.kind is Asks.CODES}
        return {key: request.form.getlist(key) if key in many else request.form[key] for key in request.form}
    if chosen is None:
        return {"held_on": today, "month": _month_before(today)}
    columns = {key: getattr(chosen, key) for key in COLUMNS}
    return columns | register.facts_of(chosen) | register.words_of(chosen) | {"state": chosen.state}


def _month_before(today: date) -> str:
    """Name the month that is over: the one a report is being made of."""
    return (today.replace(day=1) - timedelta(days=1)).isoformat()[: len("2026-10")]


def _field(conn: Connection, house: House, person: Person, one: Field, value: Any) -> Page:
    hint: Phrase | str = "" if one.required else EMPTY
    if one.kind is Asks.TEXT:
        hint = BESIDE_FIGURES if one.prose else PUBLIC
    if one.kind is Asks.MONTH:
        hint = A_MONTH
    if one.kind in KINDS:
        shown = value.isoformat() if isinstance(value, date) else ("" if value is None else value)
        return asked(one.key, one.label, KINDS[one.kind], value=shown, hint=hint)
    among = registers.choices(conn, one, by=person.actor, mechanism=house.rules.current)
    options = tuple(among.items())
    if one.kind is Asks.CODES:
        return asked(one.key, one.label, "checkbox", options=options, value=value or [], hint=hint)
    if len(options) <= FEW_OPTIONS and one.required:
        return asked(one.key, one.label, "radio", options=options, value=value, hint=hint)
    none = (("", phrase("Choose") if one.required else phrase("Not stated")),)
    return asked(one.key, one.label, "select", options=(*none, *options), value=value or "", hint=hint)
