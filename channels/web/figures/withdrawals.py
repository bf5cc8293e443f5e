"""Months that were wrong: their addresses go on answering, with the day and the reason; and who signed the others."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from flask import Blueprint, Response, abort, request
from sqlalchemy import Connection

from channels.house import House
from channels.web.figures.months import found_month, month_of
from channels.web.pages.access import open_to_all
from channels.web.pages.render import cached, render_view
from grievance import signing
from reports import publishing, release, shelf
from reports.month import Month
from reports.saying import sentences
from reports.shelf import Withdrawn
from translations import Phrase, phrase

GONE = 410
WHY: dict[str, Phrase] = {
    "arithmetic": phrase("It cannot come out, because its figures do not add up."),
    "certificate": phrase("It cannot come out, because somebody could be recognised by its figures."),
}
"""What stands in the record of a month that was refused, in words."""
SOMETHING_ELSE = phrase("It cannot come out, because something went wrong.")


def guard(bp: Blueprint, house: House) -> None:
    """Answer 410 (RFC 9110) with the reason at every address of a month that was withdrawn."""

    @bp.before_request
    def _gone() -> Response | None:
        month = (request.view_args or {}).get("month")
        found = None if month is None else _withdrawn(house, month)
        if found is None:
            return None
        return render_view("report_withdrawn.html", words(found), house=house, status=GONE)


def words(one: Withdrawn) -> dict[str, Any]:
    """Say of a withdrawn month which it is, since when, and why."""
    return {
        "name": sentences.month_name(one.month),
        "said": phrase(
            "The report of {month} was withdrawn on {date}, because something in it was wrong. "
            "Its figures do not count any more.",
            month=sentences.month_name(one.month),
            date=sentences.day_name(one.on),
        ),
        "because": one.because,
    }


def missing(house: House) -> tuple[tuple[Phrase, ...], ...]:
    """Say of each month that is not out whether it is late, and why it was refused; before the first, when it is due.

    A month that was withdrawn was out. One that was refused is named whatever came after it.
    """
    rules = house.rules
    calendar = rules.calendar(rules.current.version, site=None)
    today = calendar.site_date(house.now())

    def work(conn: Connection) -> tuple[tuple[Phrase, ...], ...]:
        owed = publishing.owed(conn, rules=rules, today=today)
        told = tuple(tuple(_missing(conn, month, month.due_on(calendar), today)) for month in owed)
        begun = publishing.begun(conn)
        if begun is None or owed or shelf.newest_out(conn):
            return tuple(said for said in told if said)
        due = sentences.day_name(begun.due_on(calendar))
        first = phrase(
            "The first report is about {month} and is due on {date}.",
            month=sentences.month_name(begun),
            date=due,
        )
        return ((first,),)

    return house.store.read(work)


def _missing(conn: Connection, month: Month, due: date, today: date) -> Iterator[Phrase]:
    code = release.refusal_of(conn, month)
    named = {"month": sentences.month_name(month), "date": sentences.day_name(due)}
    if today > due:
        yield phrase("The report of {month} was due on {date}. It is late.", **named)
    elif code is not None:
        yield phrase("The report of {month} is due on {date}.", **named)
    if code is not None:
        yield WHY.get(code, SOMETHING_ELSE)


def blueprint(house: House) -> Blueprint:
    """Make the addresses of the signature of a month and of the key it can be checked with."""
    bp = Blueprint("signatures", __name__)
    guard(bp, house)

    @bp.get("/reports/<month>/signature")
    @open_to_all
    def signature(month: str) -> Response:
        found = found_month(house, month)
        if found.signature is None:
            abort(404)
        answer = Response(found.signature, mimetype="application/octet-stream")
        answer.headers["Content-Disposition"] = f'attachment; filename="{found.month}.sig"'
        return cached(answer)

    @bp.get("/reports/key.pem")
    @open_to_all
    def key() -> Response:
        public = house.ring.publics.get(signing.NAME)
        if public is None:
            abort(404)
        return cached(Response(signing.pem(public), mimetype="application/x-pem-file"))

    return bp


def _withdrawn(house: House, month: str) -> Withdrawn | None:
    asked = month_of(month)
    return house.store.read(lambda conn: shelf.withdrawn(conn, asked))
