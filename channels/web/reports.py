"""The published months: an index, a page a month, the frozen document, and a CSV a table."""

from dataclasses import dataclass

from flask import Blueprint, Response, abort

from channels.house import House
from channels.web import report_view
from channels.web.access import open_to_all
from channels.web.render import language, public_cache, render
from grievance.errors import Unknown
from grievance.vocabulary import Clock, Ending
from reports import formats, sentences, shelf
from reports.month import Month, NotAMonth
from reports.page import page as make_page
from reports.sentences import NOT_SHOWN
from reports.shelf import Release
from reports.tables import ALL, STOCK_FLOW, TIMELINESS
from translations import Phrase, phrase, say


@dataclass(frozen=True, slots=True)
class Line:
    """One month of the index."""

    href: str
    name: str
    received: str
    on_time: str
    closed: str
    provisional: bool


@dataclass(frozen=True, slots=True)
class Index:
    """What `reports_index.html` shows."""

    months: tuple[Line, ...]
    late: str


def blueprint(house: House) -> Blueprint:
    """Make `/reports` and everything below it."""
    bp = Blueprint("reports", __name__)

    @bp.get("/reports")
    @open_to_all
    def index() -> Response:
        spoken = language(house)
        published = house.store.read(shelf.all_newest)
        lines = tuple(_line(release, spoken) for release in published)
        late = _late(house, published)
        page = Index(lines, "" if late is None else say(late, spoken))
        return render("reports_index.html", house=house, page=page)

    @bp.get("/reports/<month>")
    @open_to_all
    def report(month: str) -> Response:
        asked = _month(month)
        spoken = language(house)

        found, before, months = house.store.read(
            lambda conn: (shelf.newest(conn, asked), shelf.newest(conn, asked.previous), shelf.months(conn))
        )
        if found is None:
            abort(404)
        shown = report_view.view(
            make_page(found, before=before, language=spoken),
            language=spoken,
            demo=house.settings.demo,
            previous=max((m for m in months if m < asked), default=None),
            later=min((m for m in months if m > asked), default=None),
        )
        return render("report.html", house=house, page=shown)

    @bp.get("/reports/<month>.json")
    @open_to_all
    def document(month: str) -> Response:
        body = formats.json.write(_found(house, month))
        return public_cache(Response(body, mimetype="application/json"))

    @bp.get("/reports/<month>/tables/<name>.csv")
    @open_to_all
    def table(month: str, name: str) -> Response:
        try:
            body = formats.csv.write(_found(house, month), name)
        except Unknown:
            abort(404)
        answer = Response(body, content_type="text/csv; charset=utf-8; header=present")
        answer.headers["Content-Disposition"] = f'attachment; filename="{month}-{name}.csv"'
        return public_cache(answer)

    return bp


def _month(written: str) -> Month:
    try:
        return Month.parse(written)
    except NotAMonth:
        abort(404)


def _found(house: House, month: str) -> Release:
    asked = _month(month)
    found = house.store.read(lambda conn: shelf.newest(conn, asked))
    if found is None:
        abort(404)
    return found


def _line(release: Release, spoken: str) -> Line:
    stock, times = release.complaints[STOCK_FLOW], release.complaints[TIMELINESS]
    met, late = (times.value(ALL, str(Clock.ANSWER), str(e)) for e in (Ending.MET, Ending.LATE))
    in_time: Phrase = NOT_SHOWN
    if met is not None and late is not None:
        in_time = phrase("{n} of {total}", n=met, total=met + late)

    def said(n: int | None) -> str:
        return say(NOT_SHOWN, spoken) if n is None else str(n)

    return Line(
        href=f"/reports/{release.month}",
        name=say(sentences.month_name(release.month), spoken),
        received=said(stock.value(ALL, "received")),
        on_time=say(in_time, spoken),
        closed=said(stock.value(ALL, "closed")),
        provisional=release.status != "final",
    )


def _late(house: House, published: tuple[Release, ...]) -> Phrase | None:
    """Say that a month is owed and missing, once there is a first report to expect the next one after."""
    if not published:
        return None
    calendar = house.rules.calendar(house.rules.current.version, site=None)
    owed = published[0].month.next
    due = owed.due_on(calendar)
    if calendar.site_date(house.now()) <= due:
        return None
    return phrase(
        "The report of {month} was due on {date}. It is late.",
        month=sentences.month_name(owed),
        date=sentences.day_name(due),
    )
