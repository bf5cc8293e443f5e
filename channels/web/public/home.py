"""The public's own pages: the first page, how it works to be listened to, the promises, the procedure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response
from sqlalchemy import select

from channels.house import House
from channels.sound import kioskvoice, voices
from channels.web.pages.access import open_to_all
from channels.web.pages.casewords import DONE, WHO
from channels.web.pages.dates import full_day, month
from channels.web.pages.render import CSP, language, render
from grievance.published import Release
from grievance.vocabulary import Step
from translations import Phrase, phrase, say
from translations.states import CHANNELS, CLOCK_NAMES, NAMES_OF_STATES
from workflows.criteria import CRITERIA
from workflows.procedure import CLOCKS, OPEN, PROCEDURE
from workflows.promises import judge

_RELEASES = Release.__table__  # type: ignore[attr-defined]
SHOWN = {"enforced": "ok", "by_trust": "part", "not_kept": "missing"}


@dataclass(frozen=True)
class HomePage:
    """What `home.html` shows."""

    latest: Any
    demo: bool


COUNTED_AS = {"voice": "phone_voice", "radio": "radio_relay"}
"""Doors whose kind has another name where complaints are counted."""


def blueprint(house: House) -> Blueprint:
    """Make `/`, `/listen`, `/promises` and `/procedure`."""
    bp = Blueprint("public", __name__)
    listen = voices.listener(house.settings)

    @bp.get("/")
    @open_to_all
    def home() -> Response:
        return render(
            "home.html", house=house, page=HomePage(latest=_latest(house), demo=house.settings.demo)
        )

    @bp.get("/listen")
    @open_to_all
    def listen_to_it() -> Response:
        spoken = language(house)
        page = {
            "sound": kioskvoice.sound_of(house.settings, spoken, kioskvoice.HOW),
            "words": kioskvoice.words(house.rules.current, kioskvoice.HOW, spoken),
        }
        answer = render("listen.html", house=house, page=page)
        answer.headers["Content-Security-Policy"] = f"{CSP}; media-src 'self'"
        return answer

    @bp.get("/promises")
    @open_to_all
    def promises() -> Response:
        spoken = language(house)
        words = {
            "enforced": say(phrase("Enforced by the system"), spoken),
            "by_trust": say(phrase("Kept by trust"), spoken),
            "not_kept": say(phrase("Not kept here"), spoken),
        }
        rows = [
            {
                "number": v.number,
                "title": say(v.title, spoken),
                "words": say(v.words, spoken),
                "state": SHOWN[v.verdict],
                "state_words": words[v.verdict],
                "why": say(v.why, spoken),
            }
            for v in judge(house.settings, house.rules.current, gateways=tuple(house.gateways))
        ]
        today = house.rules.calendar(house.rules.current.version, site=None).site_date(house.now())
        heard = [say(one.words, spoken) for one in listen(house.rules.current)]
        page = {"promises": rows, "checked_on": full_day(today, spoken), "voices": heard}
        return render("promises.html", house=house, page=page)

    @bp.get("/procedure")
    @open_to_all
    def procedure() -> Response:
        return render("procedure.html", house=house, page=_procedure(house))

    return bp


def _latest(house: House) -> dict[str, str] | None:
    query = select(_RELEASES.c.month).order_by(_RELEASES.c.month.desc()).limit(1)
    newest = house.store.read(lambda conn: conn.execute(query).scalar_one_or_none())
    if newest is None:
        return None
    spoken = language(house)
    return {
        "href": f"/reports/{newest}",
        "line": say(phrase("The report of {month}", month=month(newest, spoken)), spoken),
    }


def _procedure(house: House) -> dict[str, Any]:
    spoken, mechanism = language(house), house.rules.current

    def name(table: Mapping[str, Phrase], key: str) -> str:
        return say(table[key], spoken) if key in table else key

    deadlines = []
    for rule in CLOCKS:
        limit = mechanism.deadline(rule.deadline)
        unit = phrase("working days") if limit.unit == "working" else phrase("days")
        deadlines.append(
            (name(CLOCK_NAMES, rule.name), str(limit.days), say(unit, spoken), name(WHO, rule.whose))
        )
    every = set(OPEN)
    moves: dict[tuple[str, str, tuple[str, ...]], list[str]] = {}
    for path in PROCEDURE:
        if path.to is not None and path.step != Step.RECEIVE:
            moves.setdefault((path.step, path.target, tuple(path.who)), []).append(path.start)
    rows = []
    for (step, to, who), starts in moves.items():
        names = ", ".join(name(NAMES_OF_STATES, s) for s in starts)
        where = say(phrase("any open"), spoken) if set(starts) >= every else names
        by = ", ".join(dict.fromkeys(name(WHO, role) for role in who))
        rows.append((where, name(DONE, step), name(NAMES_OF_STATES, to), by))
    return {
        "version": mechanism.version,
        "deadlines": deadlines,
        "moves": rows,
        "criteria": [(c.principle, say(c.name, spoken), say(c.promise, spoken)) for c in CRITERIA],
        "routes": [(r.name, r.contact) for r in mechanism.outside_routes],
        "doors": [
            (name(CHANNELS, COUNTED_AS.get(c.kind, c.kind)), c.number or c.address, c.hours)
            for c in mechanism.channels
        ],
    }
