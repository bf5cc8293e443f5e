"""Writing into the registers: what is refused, in words, and who may say what.

Every answer is checked against the register's definition, whoever writes it: closed vocabulary, days that
have happened, public words without anybody's number. Nobody confirms what they wrote themselves, and a
commitment was kept only when the other side says so.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, select

from grievance import record, register
from grievance.errors import Refused, Unknown
from grievance.mechanism import Channel, Mechanism
from grievance.moment import Moment
from grievance.register import ITEMS, By, Note
from grievance.staff import Staff
from grievance.vocabulary import Role
from translations import NAMES, Phrase, phrase
from workflows.anonymity import prose
from workflows.anonymity.masking import mask
from workflows.criterion import Actor
from workflows.registry.registerbook import BY_KEY
from workflows.registry.registershape import COLUMNS, Asks, Field, Register
from workflows.registry.reportbook import KEPT
from workflows.rulebook import Rulebook

LONGEST = 600
THEIRS = frozenset({"phone", "document", "email", "plate", "number"})
_MONTH = re.compile(r"[1-9]\d{3}-(0[1-9]|1[0-2])", re.ASCII)
_NAME = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,31}")
_STAFF = Staff.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something is not written: the field it concerns (empty: the whole), in words."""

    field: str
    words: Phrase


class NotWritten(Refused):
    """A register refuses what was brought; nothing was written."""

    def __init__(self, reasons: tuple[Reason, ...]) -> None:
        super().__init__("; ".join(f"{r.field}: {r.words}" for r in reasons))
        self.reasons = reasons


@dataclass(frozen=True, slots=True)
class _Asked:
    """One act of writing: everything the checks look at."""

    conn: Connection
    register: Register
    state: str
    answers: Mapping[str, object]
    by: Actor
    mechanism: Mechanism
    today: date
    before: Row[Any] | None


def find(key: str) -> Register:
    """Find a register.

    Raises:
        Unknown: there is none of that name.
    """
    if key not in BY_KEY:
        raise Unknown(key)
    return BY_KEY[key]


def may_write(to: Register, by: Actor) -> bool:
    """Say whether a role may write in a register at all."""
    return by.role in to.who


def today(by: Actor, *, rules: Rulebook, at: Moment, site: str | None = None) -> date:
    """Give the day on which somebody writes, by the calendar of the item's site or of their own operator."""
    return rules.calendar(rules.current.version, site=site, operator=by.operator).site_date(at.now)


def write(
    conn: Connection, key: str, state: str, fields: Mapping[str, object], words: Mapping[str, str],
    *, by: Actor, rules: Rulebook, at: Moment, item: str = "",
) -> str:  # fmt: skip
    """Write an item, or its next state, and its entry; answers its id. What is not given stays as it was.

    Raises:
        Unknown: no such register, or no such item for this person.
        NotWritten: with every reason.
    """
    to, mechanism = find(key), rules.current
    before = _before(conn, key, item, by) if item else None
    site = before.site if before is not None else None
    day = today(by, rules=rules, at=at, site=site)
    given = {**fields, **words}
    if to.own:
        given["about"] = by.id
    asked = _Asked(conn, to, state, given, by, mechanism, day, before)
    reasons = [*_whole(asked)]
    answers, wrong = _read(asked)
    if reasons or wrong:
        raise NotWritten((*reasons, *wrong))
    what = _note(asked, answers)
    who = By(str(by.role), by.id, day, mechanism.version)
    return register.note(conn, what, by=who, at=at, item=item)


def choices(conn: Connection, one: Field, *, by: Actor, mechanism: Mechanism) -> Mapping[str, object]:
    """List what a field of codes may say, for this person: a fixed list, or one of the mechanism's."""
    match one.among:
        case "languages":
            return {code: NAMES.get(code, code) for code in mechanism.languages}
        case "channels":
            return {c.key: door_name(c) for c in mechanism.channels}
        case "routes":
            return {r.key: r.name for r in mechanism.outside_routes}
        case "advisers":
            return {a.key: a.name for a in mechanism.advisers}
        case "third_parties":
            return {party.key: party.name for party in mechanism.governance.third_parties}
        case "companies":
            return {company.key: company.name for company in mechanism.operators}
        case "sites":
            return {s.key: s.name for s in mechanism.sites if _serves(by, s.key)}
        case "zones":
            return {z.key: z.name for z in mechanism.zones if _serves(by, z.site)}
        case "staff":
            return _staff(conn, by)
        case _:
            return dict(one.options)


def door_name(door: Channel) -> str:
    """Name a door by what people look for: the number they write to, or where it is."""
    return door.number or door.address or door.key


def visible(conn: Connection, key: str, *, by: Actor) -> list[Row[Any]]:
    """Read the items a member of staff may see: an officer those of their operator's sites and of nobody's."""
    rows = register.items(conn, key)
    return [row for row in rows if _theirs(row, by)]


def _serves(by: Actor, site: str) -> bool:
    return by.role != Role.OFFICER or site in by.sites


def _theirs(row: Row[Any], by: Actor) -> bool:
    if by.role != Role.OFFICER:
        return True
    return row.operator in (None, by.operator) and (row.site is None or row.site in by.sites)


def _before(conn: Connection, key: str, item: str, by: Actor) -> Row[Any]:
    row = conn.execute(select(ITEMS).where(ITEMS.c.id == item, ITEMS.c.name == key)).one_or_none()
    if row is None or not _theirs(row, by) or (by.role == Role.OFFICER and row.operator != by.operator):
        raise Unknown(item)
    return row


def _staff(conn: Connection, by: Actor) -> dict[str, object]:
    """List whose training somebody may record: never their own; an officer only that of their own colleagues."""
    query = select(_STAFF.c.id, _STAFF.c.login).where(_STAFF.c.active, _STAFF.c.id != by.id)
    if by.role == Role.OFFICER:
        query = query.where(_STAFF.c.role == str(Role.OFFICER), _STAFF.c.operator == by.operator)
    return {row.id: row.login for row in conn.execute(query.order_by(_STAFF.c.login))}


def _whole(asked: _Asked) -> list[Reason]:
    """Look at who says what, before any answer is looked at."""
    to, by = asked.register, asked.by
    if not may_write(to, by):
        return [Reason("", phrase("Your role does not write in this register."))]
    if asked.state not in to.states:
        return [Reason("state", phrase("Choose a state from the list."))]
    if asked.before is not None and asked.before.state in to.final:
        return [Reason("", phrase("This is finished. It can be read, and not changed any more."))]
    if by.role not in to.only.get(asked.state, to.who):
        return [Reason("state", phrase("Only the independent entity can say that."))]
    if to.key == "commitment" and asked.state == "kept":
        return _other_side(asked)
    if to.key == "plan" and asked.state == KEPT:
        return _somebody_else(asked)
    return []


def _other_side(asked: _Asked) -> list[Reason]:
    """Look at who says that a commitment was kept: never who owes it, nor who wrote it."""
    before = asked.before
    if before is None:
        return [Reason("state", phrase("A commitment is written when it is agreed, and kept only later."))]
    owed_by = register.facts_of(before)["owed_by"]
    company = asked.by.role == Role.OFFICER
    if (owed_by == "company" and company) or (owed_by == "host" and not company):
        return [Reason("state", phrase("Only the other side can say that it was kept."))]
    return _somebody_else(asked)


def _somebody_else(asked: _Asked) -> list[Reason]:
    """Look at who confirms: nobody what they wrote themselves, nor what was not written before."""
    if asked.before is None:
        return [Reason("state", phrase("Write it down first. That it was kept is said later."))]
    before = asked.before
    writers = {json.loads(e.facts)["by"] for e in record.entries_of(asked.conn, before.id) if not e.refused}
    if asked.by.id in writers:
        return [Reason("state", phrase("Somebody else has to confirm what you wrote yourself."))]
    return []


def _read(asked: _Asked) -> tuple[dict[str, Any], list[Reason]]:
    """Read every answer; what is not given keeps what was there."""
    to = asked.register
    known = {one.key: one for one in to.asked}
    wrong = [
        Reason(key, phrase("This register asks no such thing: {field}.", field=key))
        for key in asked.answers
        if key not in known and not (to.own and key == "about")
    ]
    kept = _kept(asked.before)
    answers: dict[str, Any] = {"about": asked.by.id} if to.own else {}
    for one in to.asked:
        value = asked.answers.get(one.key)
        if value in (None, "", [], ()):
            if one.key in kept:
                answers[one.key] = kept[one.key]
            elif one.required:
                wrong.append(Reason(one.key, phrase("Fill this in: {field}.", field=one.label)))
            continue
        read = _answer(asked, one, value)
        if isinstance(read, Phrase):
            wrong.append(Reason(one.key, read))
        elif one.fixed and one.key in kept and kept[one.key] != read:
            wrong.append(
                Reason(one.key, phrase("What was agreed stays as it was written: {field}.", field=one.label))
            )
        else:
            answers[one.key] = read
    held, until = answers.get("held_on"), answers.get("until")
    if held and until and until < held:
        wrong.append(Reason("until", phrase("The end cannot lie before the beginning.")))
    return answers, wrong


def _kept(before: Row[Any] | None) -> dict[str, Any]:
    if before is None:
        return {}
    columns = {key: getattr(before, key) for key in COLUMNS if getattr(before, key) is not None}
    return {**columns, **register.facts_of(before), **register.words_of(before)}


def _answer(asked: _Asked, one: Field, value: object) -> Any:
    """Read one answer; a `Phrase` says why it is none."""
    match one.kind:
        case Asks.TEXT:
            return _text(asked, one, str(value).strip())
        case Asks.MONTH:
            return _month(asked, one, str(value).strip())
        case Asks.DAY:
            return _day(asked, one, value)
        case Asks.NUMBER | Asks.PEOPLE:
            number = int(str(value)) if str(value).strip().isdecimal() else -1
            if one.least <= number <= one.most:
                return number
            return phrase(
                "Write a whole number from {least} to {most}: {field}.",
                least=one.least, most=one.most, field=one.label,
            )  # fmt: skip
        case Asks.CODE:
            among = choices(asked.conn, one, by=asked.by, mechanism=asked.mechanism)
            return value if value in among else _not_listed(one)
        case Asks.NAME:
            return _name(asked, one, str(value).strip())
        case Asks.CODES:
            among = choices(asked.conn, one, by=asked.by, mechanism=asked.mechanism)
            chosen = [value] if isinstance(value, str) else list(value)  # type: ignore[call-overload]
            return sorted(set(chosen)) if set(chosen) <= set(among) else _not_listed(one)


def _name(asked: _Asked, one: Field, name: str) -> str | Phrase:
    """Read a version of the rules, or a login, which becomes the id of that account."""
    found = asked.conn.execute(select(_STAFF.c.id).where(_STAFF.c.active, _STAFF.c.login == name)).first()
    if found is not None:
        return str(found.id)
    if not _NAME.fullmatch(name):
        return phrase("Write it in letters, digits and dashes: {field}.", field=one.label)
    return name


def _not_listed(one: Field) -> Phrase:
    return phrase("Choose from the list: {field}.", field=one.label)


def _month(asked: _Asked, one: Field, month: str) -> str | Phrase:
    """Read a month that has begun."""
    if not _MONTH.fullmatch(month):
        return phrase("Write the year and the month, such as 2026-10: {field}.", field=one.label)
    if month > asked.today.isoformat()[: len(month)]:
        return phrase("That month is still to come: {field}.", field=one.label)
    return month


def _text(asked: _Asked, one: Field, text: str) -> str | Phrase:
    if len(text) > LONGEST:
        return phrase("Write it shorter, {most} letters at most: {field}.", most=LONGEST, field=one.label)
    if mask(text).kinds & THEIRS:
        return phrase(
            "Everybody will read this. Write it without phone or identity numbers, e-mail addresses or plates: "
            "{field}.",
            field=one.label,
        )
    if one.prose:
        return prose.refused(text) or mask(text, places=asked.mechanism.place_names()).text
    return text


def _day(asked: _Asked, one: Field, value: object) -> date | Phrase:
    if not isinstance(value, date):
        try:
            value = date.fromisoformat(str(value).strip())
        except ValueError:
            return phrase("Write a day: {field}.", field=one.label)
    if one.key == "held_on" and value > asked.today:
        return phrase("That day is still to come: {field}.", field=one.label)
    return value


def _note(asked: _Asked, answers: Mapping[str, Any]) -> Note:
    to, by, mechanism = asked.register, asked.by, asked.mechanism
    texts = {one.key for one in to.fields if one.kind is Asks.TEXT}
    zone = answers.get("zone")
    site = mechanism.zone(zone).site if zone else answers.get("site")
    operator = by.operator if by.role == Role.OFFICER else None
    if site and not operator:
        operator = mechanism.site(site).operator
    if asked.before is not None and operator is None:
        operator = asked.before.operator
    return Note(
        register=to.key, state=asked.state, held_on=answers["held_on"], until=answers.get("until"),
        operator=operator, site=site, zone=zone, about=answers.get("about"),
        facts={k: v for k, v in answers.items() if k not in COLUMNS and k not in texts},
        words={k: v for k, v in answers.items() if k in texts}, numbered=to.numbered,
    )  # fmt: skip
