"""The other pages of the radio room: the weekly list, the scripts, what was read, and what comes in by another way."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Blueprint, Response, redirect, request
from sqlalchemy import Connection
from werkzeug.wrappers import Response as BaseResponse

from channels.house import House
from channels.radio import airwords, relaybatch, relaying, weeklylist
from channels.web.pages import kept
from channels.web.pages.access import Person, current_person, open_to
from channels.web.pages.render import language, render_view
from channels.web.radio import radioscripts
from channels.web.radio.radio import FACE, door_of
from channels.web.staff import once
from channels.web.staff.login import frame
from grievance import airing, register
from grievance.codes import show
from grievance.moment import Moment
from grievance.vocabulary import Role
from reports.aloud import acklist, reach
from reports.aloud.acklist import Stage
from reports.saying.page import CHANNEL_NAMES
from translations import NAMES, Phrase, is_unread, phrase, say
from workflows.registry import registers
from workflows.registry.registerbook import PARTS_OF_THE_DAY, READ_ON_THE_AIR
from workflows.registry.registers import NotWritten

NEWEST = 30
READINGS = "broadcast"
NOTHING_YET: Mapping[str, Any] = {"written": "", "outcomes": (), "missing": ""}
NOTHING_GIVEN = phrase("There is nothing to bring in: paste it here, or choose a file that is not empty.")
TOO_FEW = phrase("too few to say")


def blueprint(house: House) -> Blueprint:
    """Make `/radio/list`, `/radio/bulletin`, `/radio/log` and `/radio/import`."""
    made = Blueprint("radio_pages", __name__, url_prefix="/radio")
    relays = open_to(Role.RELAY, house=house, face=FACE)

    def show_page(template: str, page: Mapping[str, Any], *, status: int = 200) -> Response:
        person = current_person()
        return render_view(template, frame(FACE, staff=person.login) | dict(page), house=house, status=status)

    @made.get("/list")
    @relays
    def weekly_list() -> Response:
        return show_page("radio_list.html", _list(house, _tongue(house, current_person())))

    @made.get("/bulletin")
    @relays
    def scripts() -> Response:
        return show_page("radio_bulletin.html", radioscripts.page(house, current_person()))

    @made.get("/log")
    @relays
    def broadcast_log() -> Response:
        return show_page("radio_log.html", _log(house, current_person()))

    @made.post("/log")
    @relays
    @kept.comes_back
    def write_down() -> BaseResponse:
        person, at = current_person(), house.moment()
        after = request.form.get("after", "")
        if kept.stands():
            return show_page("radio_log.html", _log(house, person))
        fields = {name: request.form.get(name, "")[:20] for name in _FIELDS} | {
            "about": door_of(house, person).key
        }
        try:
            house.store.transact(lambda conn: _write(conn, house, person, fields, after, at))
        except NotWritten as refused:
            reasons = [(one.field, one.words) for one in refused.reasons]
            return show_page("radio_log.html", _log(house, person, reasons=reasons), status=409)
        return redirect("/radio/log", 303)

    @made.get("/import")
    @relays
    def bring_in_page() -> Response:
        return show_page("radio_import.html", NOTHING_YET)

    @made.post("/import")
    @relays
    @kept.comes_back
    def bring_in() -> Response:
        person = current_person()
        file = request.files.get("file")
        if kept.stands():
            again = {"written": request.form.get("written", "")}
            return show_page("radio_import.html", dict(NOTHING_YET) | again)
        written = request.form.get("written", "") or (relaybatch.decoded(file.read()) if file else "")
        if not written.strip():
            return show_page("radio_import.html", dict(NOTHING_YET) | {"missing": NOTHING_GIVEN}, status=400)
        outcomes = relaybatch.bring_in(house, written, door=door_of(house, person), by=person.id)
        refused = any(one.taken is None for one in outcomes)
        told = [
            (
                one.place,
                show(one.taken.number) if one.taken else "",
                phrase("It arrived before.") if one.taken and one.taken.again else "",
                one.reasons,
            )
            for one in outcomes
        ]
        became = {"written": written if refused else "", "outcomes": told}
        return show_page("radio_import.html", dict(NOTHING_YET) | became)

    return made


_FIELDS = ("held_on", "what", "language", "part", "minutes", "programme")


def _write(
    conn: Connection, house: House, person: Person, fields: Mapping[str, str], after: str, at: Moment
) -> None:
    once.look(conn, person, READINGS, after)
    registers.write(conn, READINGS, "read", fields, {}, by=person.actor, rules=house.rules, at=at)


def _tongue(house: House, person: Person) -> str:
    """Choose the language something is read in: what was asked for, else the station's first."""
    spoken = relaying.languages_at(house.rules.current, door_of(house, person))
    asked = request.args.get("in", "")
    return asked if asked in spoken else spoken[0]


def _tongues(house: House, person: Person, path: str, chosen: str) -> list[tuple[str, str, bool]]:
    spoken = relaying.languages_at(house.rules.current, door_of(house, person))
    return [(f"{path}in={code}", NAMES.get(code, code), code == chosen) for code in spoken]


def _say(words: Phrase | str, tongue: str) -> str:
    return say(words, tongue) if isinstance(words, Phrase) else words


def _list(house: House, tongue: str) -> dict[str, Any]:
    week, lines = weeklylist.of_this_week(house)
    slots = [
        {
            "day": acklist.day_of(slot[0].slot, week),
            "sections": [
                {
                    "area": _say(weeklylist.area_name(house.rules.current, one.area), tongue),
                    "stage": say(acklist.STAGES[one.stage], tongue),
                    "lead": say(airwords.ANSWERED, tongue) if one.stage is Stage.ANSWERED else "",
                    "numbers": one.numbers,
                }
                for one in weeklylist.sections(slot, tongue)
            ],
        }
        for slot in acklist.slots(lines)
    ]
    person = current_person()
    return {
        "week": week,
        "tongue": tongue,
        "tongues": _tongues(house, person, "/radio/list?", tongue),
        "unread": is_unread(tongue),
        "greeting": say(airwords.GREETING, tongue),
        "goodbye": say(airwords.GOODBYE, tongue),
        "nothing": say(airwords.NOTHING, tongue),
        "slots": slots,
    }


def _log(house: House, person: Person, *, reasons: list[tuple[str, Phrase]] | None = None) -> dict[str, Any]:
    mechanism, door, spoken = house.rules.current, door_of(house, person), language(house)
    today = relaying.today_at(house, door)
    typed = request.form
    at = house.moment()
    rows, reached = house.store.read(lambda conn: _read_before(conn, door.key, today))
    after = house.store.read(lambda conn: once.shown(conn, person, READINGS, at))
    tongues = relaying.languages_at(mechanism, door)
    return {
        "values": {name: typed.get(name, "") for name in _FIELDS}
        | {
            "held_on": typed.get("held_on") or today.isoformat(),
            "language": typed.get("language") or tongues[0],
        },
        "after": after,
        "errors": reasons or [],
        "error": dict.fromkeys(_FIELDS, "") | dict(reasons or []),
        "whats": tuple(READ_ON_THE_AIR.items()),
        "parts": tuple(PARTS_OF_THE_DAY.items()),
        "tongues": [(code, NAMES.get(code, code)) for code in tongues],
        "station": door.address or door.key,
        "rows": rows,
        "reached": reached,
        "spoken": spoken,
    }


def _read_before(conn: Connection, door: str, today: date) -> tuple[list[Any], dict[str, Any] | None]:
    """List what a station read, and compare the fortnights around the last reading whose fortnight is over."""
    items = register.items(conn, READINGS, about=door)
    rows = []
    for item in items[:NEWEST]:
        facts = register.facts_of(item)
        rows.append(
            (
                item.held_on, PARTS_OF_THE_DAY.get(facts["part"], ""), READ_ON_THE_AIR.get(facts["what"], ""),
                NAMES.get(facts["language"], facts["language"]), facts["minutes"],
                _named(conn, facts.get("programme")),
            )
        )  # fmt: skip
    aired = next((item.held_on for item in items if reach.is_over(item.held_on, today)), None)
    if aired is None:
        return rows, None
    before, after = reach.block_before(aired), reach.block_after(aired)
    compared = reach.compare(reach.came(conn, before), reach.came(conn, after))
    told = [
        (
            CHANNEL_NAMES.get(one.channel, one.channel),
            *(TOO_FEW if n is None else n for n in (one.before, one.after)),
        )
        for one in compared
    ]
    return rows, {"before": before, "after": after, "rows": told}


def _named(conn: Connection, programme: int | None) -> Phrase | str:
    """Say how many listeners named a programme: to the nearest five, and only from ten."""
    if programme is None:
        return ""
    people = airing.listeners(conn, str(programme))
    if people < reach.ENOUGH:
        return phrase("{code}: too few to say", code=programme)
    return phrase("{code}: about {n} listeners named it", code=programme, n=reach.rounded(people))
