"""The archive of information requests for everybody: search, a page for each, its documents, and an Atom feed."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

from flask import Blueprint, Response, abort, request
from sqlalchemy import Connection

from channels.house import House
from channels.web.pages import requestwords as words
from channels.web.pages.access import open_to_all
from channels.web.pages.render import language, public_cache, render_view
from grievance import archive
from grievance.errors import Unknown
from grievance.mechanism import Mechanism
from grievance.vocabulary import ANSWER_TYPES
from translations import Phrase, phrase, say
from workflows import requests
from workflows.requests import ANSWERS, Line, Wanted

Page = dict[str, Any]
A_PAGE = 20
NEWEST = 30
LONGEST_WORDS = 80
A_LINE = 140
ATOM = "http://www.w3.org/2005/Atom"
TONES: Mapping[str, str] = {
    "waiting": "due",
    "asked_back": "soon",
    "answered": "met",
    "in_review": "soon",
    "ended": "due",
}
GIVEN = frozenset({"full", "partial", "publicly_available"})
"""Answers that give something; an answer that keeps it back is one, and no success."""


def blueprint(house: House) -> Blueprint:
    """Make `/requests`, a page for each request, their documents, and `/requests.atom`."""
    bp = Blueprint("requests", __name__)

    def show(template: str, page: Page) -> Response:
        return render_view(template, page, house=house)

    @bp.get("/requests")
    @open_to_all
    def index() -> Response:
        return show("requests.html", house.store.read(lambda conn: _index(conn, house)))

    @bp.get("/requests/<number>")
    @open_to_all
    def one(number: str) -> Response:
        page = house.store.read(lambda conn: _one(conn, house, number))
        if page is None:
            abort(404)
        return show("request.html", page)

    @bp.get("/requests/<number>/documents/<digest>")
    @open_to_all
    def document(number: str, digest: str) -> Response:
        def look(conn: Connection) -> Any:
            line = requests.find(conn, number, today=today(house))
            if line is None:
                raise Unknown(number)
            return archive.document(conn, line.item, digest)

        found = house.store.read(look)
        answer = Response(found.body, content_type=f"{found.media_type}; charset=utf-8")
        answer.headers["Content-Disposition"] = f'attachment; filename="{found.name}"'
        return public_cache(answer)

    @bp.get("/requests.atom")
    @open_to_all
    def feed() -> Response:
        found = house.store.read(lambda conn: requests.lines(conn, Wanted(), today=today(house), most=NEWEST))
        return public_cache(Response(_feed(house, found), content_type="application/atom+xml; charset=utf-8"))

    return bp


def today(house: House) -> date:
    """The day of the sites: what became visible to a desk today is not listed before tomorrow."""
    return house.rules.today(house.now())


def _index(conn: Connection, house: House) -> Page:
    mechanism, now, spoken_in = house.rules.current, today(house), language(house)
    years = [str(year) for year in requests.years(conn, today=now)]
    operators = {operator.key: operator.name for operator in mechanism.operators}
    args = request.args
    wanted = Wanted(
        words=args.get("q", "").strip()[:LONGEST_WORDS],
        state=_among(args.get("state", ""), requests.STATES),
        operator=_among(args.get("operator", ""), tuple(operators)),
        answer_type=_among(args.get("answer", ""), ANSWER_TYPES),
        year=_among(args.get("year", ""), years),
    )
    number = args.get("page", "1")
    page = max(int(number), 1) if number.isdecimal() and len(number) < 7 else 1  # noqa: PLR2004  no page has more digits
    first = (page - 1) * A_PAGE
    found = requests.lines(conn, wanted, today=now, first=first, most=A_PAGE + 1)
    shown = found[:A_PAGE]
    with_documents = requests.with_documents(conn, shown)
    asked = {
        "q": wanted.words, "state": wanted.state, "operator": wanted.operator, "answer": wanted.answer_type,
        "year": wanted.year,
    }  # fmt: skip
    address = {key: value for key, value in asked.items() if value} | {"lang": spoken_in}
    every = (("", phrase("Any")),)
    return {
        "words": wanted.words,
        "filters": [
            ("state", phrase("How it stands"), (*every, *words.STATES.items()), wanted.state),
            ("operator", phrase("Operator"), (*every, *operators.items()), wanted.operator),
            ("answer", phrase("Kind of answer"), (*every, *ANSWERS.items()), wanted.answer_type),
            ("year", phrase("Year"), (*every, *((y, y) for y in years)), wanted.year),
        ],
        "lines": [_line(line, mechanism, with_documents) for line in shown],
        "count": requests.count(conn, wanted, today=now),
        "narrowed": any(asked.values()),
        "chosen": any(value for key, value in asked.items() if key != "q"),
        "empty": not shown,
        "older": f"?{urlencode(address | {'page': page + 1})}" if len(found) > A_PAGE else "",
        "newer": f"?{urlencode(address | {'page': page - 1})}" if page > 1 else "",
        "sums": _sums(conn, now),
    }


def _sums(conn: Connection, now: date) -> Page | None:
    counted = requests.sums(conn, today=now)
    if not counted.received:
        return None
    rows: list[tuple[Phrase, Any]] = [(phrase("Received"), counted.received)]
    rows += [(name, counted.states.get(key, 0)) for key, name in words.STATES.items()]
    rows.append((phrase("Reviews asked for"), counted.reviewed))
    if counted.median_days is not None:
        rows.append((phrase("Days to the answer, for half of them at most"), counted.median_days))
    kinds = [(name, counted.answers.get(key, 0)) for key, name in ANSWERS.items()]
    return {"rows": rows, "kinds": [(name, n) for name, n in kinds if n]}


def _line(line: Line, mechanism: Mechanism, with_documents: Mapping[str, int]) -> Page:
    asked = line.question
    if asked is None:
        summary: Any = words.NOT_LOOKED_AT
    else:
        flat = " ".join(asked.split())
        summary = flat if len(flat) <= A_LINE else flat[: A_LINE - 1].rsplit(" ", 1)[0] + "…"
    return {
        "href": f"/requests/{line.number}",
        "number": line.number,
        "summary": summary,
        "badges": badges(line),
        "facts": [place(line, mechanism), phrase("received on {date}", date=line.received_on)],
        "documents": with_documents.get(line.item, 0),
    }


def badges(line: Line) -> list[tuple[str, Any]]:
    """Say how a request stands, in signs and words."""
    found: list[tuple[str, Any]] = []
    if line.late:
        found.append(("late", phrase("Late: the answer was due on {date}", date=line.due_on)))
    elif line.state == "waiting" and line.due_on is not None:
        found.append(("due", phrase("Waits for an answer until {date}", date=line.due_on)))
    else:
        kept_back = line.state == "answered" and line.answer_type not in GIVEN
        found.append(("due" if kept_back else TONES[line.state], words.STATES[line.state]))
    if line.answer_type is not None:
        found.append(("", ANSWERS[line.answer_type]))
    return found


def place(line: Line, mechanism: Mechanism) -> str:
    """Name the operator and the site a request went to."""
    try:
        operator = mechanism.operator(line.operator or "").name
    except Unknown:
        return line.operator or ""
    sites = [site.name for site in mechanism.sites if site.key == line.site and site.name != operator]
    return " · ".join((operator, *sites))


def _one(conn: Connection, house: House, number: str) -> Page | None:
    line = requests.find(conn, number[:8], today=today(house))
    if line is None:
        return None
    taken = [
        (
            phrase("Taken out of the question") if name == "question" else phrase("Taken out of the answer"),
            reasons,
        )
        for name, reasons in line.redactions.items()
    ]
    return {
        "number": line.number,
        "title": words.NOT_LOOKED_AT if line.question is None else phrase("Request {number}", number=line.number),
        "badges": badges(line),
        "place": place(line, house.rules.current),
        "received": line.received_on,
        "question": line.question,
        "answer": line.answer,
        "answered": line.answered_on,
        "kind": ANSWERS[line.answer_type] if line.answer_type else "",
        "meaning": words.MEANINGS[line.answer_type] if line.answer_type else "",
        "taken": [
            (name, [phrase("{reason}: {n}", reason=words.REDACTIONS[why], n=n) for why, n in reasons.items()])
            for name, reasons in taken
        ],
        "documents": [
            {
                "href": f"/requests/{line.number}/documents/{row.sha256}",
                "name": row.name,
                "about": phrase("{kind}, {size} kB, added on {date}", kind=words.MEDIA[row.media_type],
                                size=max(1, row.size // 1024), date=row.added_on),
                "digest": row.sha256,
            }
            for row in requests.documents(conn, line)
        ],
        "history": [(words.HISTORY[event.what], event.on) for event in requests.history(conn, line)],
    }  # fmt: skip


def _feed(house: House, found: Sequence[Line]) -> bytes:
    spoken_in, base = language(house), house.settings.base_url.rstrip("/")
    ET.register_namespace("", ATOM)
    feed = ET.Element(f"{{{ATOM}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": spoken_in})
    newest = max((line.changed_on for line in found), default=today(house))
    title = say(phrase("Requests for information"), spoken_in)
    _put(feed, "title", f"{title} · {house.rules.current.name}")
    _put(feed, "id", f"{base}/requests")
    _put(feed, "updated", _midnight(newest))
    _put(feed, "author/name", house.rules.current.name)
    ET.SubElement(
        feed,
        f"{{{ATOM}}}link",
        {"rel": "self", "type": "application/atom+xml", "href": f"{base}/requests.atom"},
    )
    ET.SubElement(feed, f"{{{ATOM}}}link", {"rel": "alternate", "href": f"{base}/requests"})
    for line in found:
        entry = ET.SubElement(feed, f"{{{ATOM}}}entry")
        stands = " · ".join(say(what, spoken_in) for _, what in _said(line))
        _put(entry, "title", f"{line.number} · {stands}")
        _put(entry, "id", f"{base}/requests/{line.number}")
        _put(entry, "updated", _midnight(line.changed_on))
        ET.SubElement(
            entry, f"{{{ATOM}}}link", {"rel": "alternate", "href": f"{base}/requests/{line.number}"}
        )
        _put(entry, "summary", line.question or say(words.NOT_LOOKED_AT, spoken_in))
    written: bytes = ET.tostring(feed, encoding="utf-8", xml_declaration=True)
    return written


def _said(line: Line) -> list[tuple[str, Phrase]]:
    kind = [("", ANSWERS[line.answer_type])] if line.answer_type else []
    return [("", words.STATES[line.state]), *kind]


def _put(parent: ET.Element, path: str, text: str) -> None:
    for name in path.split("/"):
        parent = ET.SubElement(parent, f"{{{ATOM}}}{name}")
    # XML 1.0 knows no control characters, and somebody's question may hold one.
    parent.text = "".join(sign for sign in text if sign >= " " or sign in "\n\t")


def _midnight(on: date) -> str:
    return datetime.combine(on, time(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _among(asked: str, known: Sequence[str]) -> str:
    return asked if asked in known else ""
