"""`/review/recordings`: the third party hears a voice note, writes down what was said, and the voice is gone.

To hear one is to open its case, and recorded as that. The list beside it says who waits for a call: days, no numbers.
"""

from typing import Any

from flask import Blueprint, Response, abort, redirect, request
from sqlalchemy import Connection
from werkzeug.wrappers import Response as BaseResponse

from channels.house import House
from channels.incoming.attached import notarrived, recordings
from channels.incoming.timing import desk_day
from channels.telephone import rings
from channels.web.pages import kept
from channels.web.pages.access import Person, current_person, open_to
from channels.web.pages.render import CSP, render_view
from channels.web.public.findingviews import today
from channels.web.staff import caseviews, watched
from channels.web.staff.caseviews import Scope
from channels.web.staff.login import frame, unlocked_keys
from grievance import codes, vault
from grievance.vocabulary import Role, Step
from translations import Phrase, phrase
from workflows import casework

LONGEST = 6000
STANDS = {
    recordings.WAITING: ("soon", phrase("Not fetched yet")),
    recordings.SEALED: ("due", phrase("Wait to be written down")),
    recordings.LOST: ("late", phrase("Could not be fetched: ask the person")),
}
NOTHING = phrase("Write what was said.")
TOO_LONG = phrase("That is too long. Please send it in parts.")
CLOSED_KEY = phrase("Open the review key first, in the list of cases: without it no voice can be heard.")


def blueprint(house: House) -> Blueprint:
    """Make `/review/recordings` and what lies under it."""
    made = Blueprint("listening", __name__, url_prefix="/review/recordings")
    third_party = open_to(Role.FOCAL, Role.REVIEWER, house=house, face="review")

    @made.get("")
    @third_party
    def waiting() -> Response:
        page = house.store.read(lambda conn: _page(conn, house, current_person()))
        return render_view("review_recordings.html", page, house=house)

    @made.post("/<voice>/open")
    @third_party
    def open_case(voice: str) -> BaseResponse:
        row, at = _found(house, voice), house.moment()
        person = current_person()
        outcome = house.store.transact(
            lambda conn: casework.take(
                conn, row.case, Step.OPEN, actor=person.actor, rules=house.rules, at=at
            )
        )
        return redirect(f"/review/recordings/{voice}" if not outcome.refusals else "/review/recordings", 303)

    @made.get("/<voice>")
    @third_party
    def hear(voice: str) -> Response:
        return _show(house, voice)

    @made.get("/<voice>/sound")
    @third_party
    def sound(voice: str) -> Response:
        _, key = _opened(house, voice), _key(house)
        if key is None:
            abort(404)
        data, kind = house.store.read(lambda conn: recordings.audio_of(conn, voice, key))
        return Response(data, mimetype=kind, headers={"Cache-Control": "no-store"})

    @made.post("/<voice>")
    @third_party
    @kept.comes_back
    def write(voice: str) -> BaseResponse:
        row, words = _opened(house, voice), request.form.get("text", "").strip()
        if kept.stands():
            return _show(house, voice, text=words)
        if not words or len(words) > LONGEST:
            return _show(house, voice, error=NOTHING if not words else TOO_LONG, text=words)
        recordings.write_down(house, voice, words, by=current_person().actor)
        return redirect(f"/review/cases/{row.number}", 303)

    return made


def _found(house: House, voice: str) -> Any:
    rows = house.store.read(lambda conn: watched.heard_by(conn, current_person()))
    return next((row for row in rows if row.id == voice and row.state == recordings.SEALED), None) or abort(
        404
    )


def _opened(house: House, voice: str) -> Any:
    """Find a recording whose case this person opened."""
    row, person = _found(house, voice), current_person()
    scope = _scope(house, person)
    if not house.store.read(lambda conn: caseviews.was_opened(conn, scope, row.case)):
        abort(404)
    return row


def _show(house: House, voice: str, *, error: Phrase | str = "", text: str = "") -> Response:
    row, person = _opened(house, voice), current_person()
    page = _frame(house, person) | {
        "one": _line(row) | {"sound": f"/review/recordings/{voice}/sound" if _key(house) else ""},
        "closed_key": "" if _key(house) else CLOSED_KEY, "action": f"/review/recordings/{voice}", "error": error,
        "text": text, "items": (), "rings": (), "lost": (),
        "view_groups": house.store.read(lambda c: _groups(c, house, person)),
    }  # fmt: skip
    answer = render_view("review_recordings.html", page, house=house, status=400 if error else 200)
    answer.headers["Content-Security-Policy"] = f"{CSP}; media-src 'self'"
    return answer


def _page(conn: Connection, house: House, person: Person) -> dict[str, Any]:
    return _frame(house, person) | {
        "one": None, "closed_key": "", "action": "", "error": "", "text": "",
        "items": [_line(row) for row in watched.heard_by(conn, person)],
        "rings": [(row.rang_on, row.rings, row.tries) for row in rings.waiting(conn)],
        "lost": notarrived.counts(conn, house),
        "view_groups": _groups(conn, house, person),
    }  # fmt: skip


def _line(row: Any) -> dict[str, Any]:
    tone, words = STANDS[row.state]
    return {
        "number": codes.show(row.number), "on": row.made_on, "tone": tone, "stands": words,
        "open": f"/review/recordings/{row.id}/open" if row.state == recordings.SEALED else "",
    }  # fmt: skip


def _frame(house: House, person: Person) -> dict[str, Any]:
    return frame("review", staff=person.login, note=house.rules.current.governance.host) | {
        "name": recordings.NAME
    }


def _groups(conn: Connection, house: House, person: Person) -> list[Any]:
    return [
        *watched.voices(conn, "review", person),
        watched.group(conn, "review", person, today(house, person.operator)),
    ]


def _scope(house: House, person: Person) -> Scope:
    calendar = house.rules.calendar(house.rules.current.version, site=None)
    day, hour = desk_day(calendar, house.now())
    return Scope("review", person.id, person.operator, person.sites, day, hour)


def _key(house: House) -> vault.Key | None:
    return unlocked_keys().of(current_person().session, now=house.now())
