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
from channels.web.pages.dates import full_day
from channels.web.pages.render import CSP, language, render
from grievance.published import Release, Withdrawal
from grievance.vocabulary import Clock, Ending, Step
from reports import shelf
from reports.month import Month
from reports.saying import sentences
from reports.tables import ALL, TIMELINESS
from translations import Phrase, phrase, say
from translations.states import CHANNELS, CLOCK_NAMES, NAMES_OF_STATES
from workflows.criteria import CRITERIA
from workflows.procedure import CLOCKS, OPEN, PROCEDURE
from workflows.promises import judge

_RELEASES, _WITHDRAWN = Release.__table__, Withdrawal.__table__  # type: ignore[attr-defined]
_STANDING = (
    select(_RELEASES.c.month, _RELEASES.c.version)
    .where(_RELEASES.c.month.not_in(select(_WITHDRAWN.c.month)))
    .order_by(_RELEASES.c.month.desc(), _RELEASES.c.version.desc())
    .limit(1)
)
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
    listen, newest = voices.listener(house.settings), _Newest(house)

    @bp.get("/")
    @open_to_all
    def home() -> Response:
        return render(
            "home.html",
            house=house,
            page=HomePage(latest=newest.shown(language(house)), demo=house.settings.demo),
            quick_exit=True,
        )

    @bp.get("/listen")
    @open_to_all
    def listen_to_it() -> Response:
        spoken = language(house)
        page = {
            "sound": kioskvoice.sound_of(house.settings, spoken, kioskvoice.HOW),
            "words": kioskvoice.words(house.rules.current, kioskvoice.HOW, spoken),
        }
        answer = render("listen.html", house=house, page=page, quick_exit=True)
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
        today = house.rules.today(house.now())
        heard = [say(one.words, spoken) for one in listen(house.rules.current)]
        page = {"promises": rows, "checked_on": full_day(today, spoken), "voices": heard}
        return render("promises.html", house=house, page=page)

    @bp.get("/procedure")
    @open_to_all
    def procedure() -> Response:
        return render("procedure.html", house=house, page=_procedure(house))

    return bp


class _Newest:
    """The newest month that stands, and what it says of the answers: read once for each version, since it is large."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._kept: tuple[tuple[str, int], tuple[Phrase, Phrase]] | None = None

    def shown(self, spoken: str) -> dict[str, str] | None:
        """Give its address and its line; None before the first is published."""
        row = self._house.store.read(lambda conn: conn.execute(_STANDING).first())
        if row is None:
            return None
        newest = (row.month, row.version)
        if self._kept is None or self._kept[0] != newest:
            self._kept = (newest, self._told(row.month))
        month, answers = (say(one, spoken) for one in self._kept[1])
        return {"href": f"/reports/{row.month}", "line": f"{month[:1].upper()}{month[1:]}: {answers}"}

    def _told(self, month: str) -> tuple[Phrase, Phrase]:
        asked = Month.parse(month)
        found = self._house.store.read(lambda conn: shelf.newest(conn, asked))
        if found is None:  # withdrawn this very moment
            return sentences.month_name(asked), sentences.answers(None, None)
        met, late = (
            found.complaints[TIMELINESS].value(ALL, str(Clock.ANSWER), str(kept))
            for kept in (Ending.MET, Ending.LATE)
        )
        return sentences.month_name(asked), sentences.answers(met, late)


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
