"""The published months: an index, a page a month, the frozen document, and a CSV a table."""

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass

from flask import Blueprint, Response, abort, request

from channels.house import House
from channels.web.figures import report_view, withdrawals
from channels.web.figures.months import found_month, month_of
from channels.web.pages.access import open_to_all
from channels.web.pages.render import cached, for_tools, language, offered_by, render
from grievance import signing
from grievance.vocabulary import Clock, Ending
from reports import checking, formats, shelf
from reports.month import Month
from reports.saying import sentences
from reports.saying.sentences import NOT_SHOWN
from reports.shelf import Release
from reports.tables import ALL, STOCK_FLOW, TIMELINESS
from translations import Phrase, phrase, say
from workflows.registry import draftrounds


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
    missing: tuple[str, ...]
    withdrawn: tuple[tuple[str, str], ...]
    texts_in: str
    drafts: tuple[tuple[str, str], ...]


def blueprint(house: House) -> Blueprint:
    """Make `/reports` and everything below it."""
    bp = Blueprint("reports", __name__)
    withdrawals.guard(bp, house)

    @bp.get("/reports")
    @open_to_all
    def index() -> Response:
        spoken = language(house)
        published = house.store.read(shelf.all_newest)
        lines = tuple(_line(release, spoken) for release in published)
        taken_back = house.store.read(shelf.all_withdrawn)
        page = Index(
            lines,
            tuple(" ".join(say(words, spoken) for words in each) for each in withdrawals.missing(house)),
            tuple((say(withdrawals.words(one)["said"], spoken), one.because) for one in taken_back),
            house.rules.current.default_language,
            tuple(_drafts(house, spoken)),
        )
        return for_tools(render("reports_index.html", house=house, page=page))

    @bp.get("/reports/<month>")
    @open_to_all
    def report(month: str) -> Response:
        asked = month_of(month)
        spoken = language(house)

        found, before, months = house.store.read(
            lambda conn: (shelf.newest(conn, asked), shelf.newest(conn, asked.previous), shelf.months(conn))
        )
        if found is None:
            abort(404)
        shown = report_view.view(
            found,
            before,
            language=spoken,
            demo=house.settings.demo,
            previous=max((m for m in months if m < asked), default=None),
            later=min((m for m in months if m > asked), default=None),
        )
        return for_tools(render("report.html", house=house, page=shown))

    @bp.get("/reports/<month>.<form>")
    @open_to_all
    def whole(month: str, form: str) -> Response:
        return _file(house, month, f"{month}.{form}")

    @bp.get("/reports/<month>/<path:form>")
    @open_to_all
    def part(month: str, form: str) -> Response:
        return _file(house, month, f"{month}/{form}")

    @bp.get("/reports/catalogue.jsonld")
    @open_to_all
    def catalogue() -> Response:
        published = house.store.read(shelf.all_newest)
        name = house.rules.current.name
        body = formats.dcat.write(published, base=house.settings.base_url, publisher=name)
        return cached(Response(body, mimetype="application/ld+json"))

    @bp.get("/reports/series.csv")
    @open_to_all
    def series() -> Response:
        answer = Response(formats.csv.series(house.store.read(shelf.all_newest)), content_type=formats.CSV)
        answer.headers["Content-Disposition"] = 'attachment; filename="series.csv"'
        return cached(answer)

    @bp.get("/reports.atom")
    @open_to_all
    def feed() -> Response:
        """Give the feed in the language the address asks for, else the site's, so that it is one thing to a cache."""
        published, current = house.store.read(shelf.all_newest), house.rules.current
        asked = request.args.get("lang", "")
        spoken = asked if asked in offered_by(current) else current.default_language
        body = formats.atom.write(
            published, base=house.settings.base_url, name=current.name, language=spoken
        )  # fmt: skip
        return cached(Response(body, content_type="application/atom+xml; charset=utf-8"))

    @bp.get("/reports/check.awk")
    @open_to_all
    def adder() -> Response:
        return cached(Response(checking.ADDER, content_type="text/plain; charset=utf-8"))

    @bp.get("/reports/check")
    @open_to_all
    def check() -> Response:
        published = house.store.read(shelf.months)
        month = max(published, default=Month.of(house.now().date()).previous)
        lines = checking.lines(house.settings.base_url, month)
        signed = checking.signature_lines() if signing.NAME in house.ring.publics else ()
        page = {"lines": lines, "signed": signed, "adder": checking.ADDER}
        return render("reports_check.html", house=house, page=page)

    return bp


def _file(house: House, month: str, path: str) -> Response:
    found, asked = found_month(house, month), request.args.get("lang", "")
    spoken = asked if asked in offered_by(house.rules.current) else ""
    form = formats.forms(found, language=spoken, base=house.settings.base_url).get(path)
    if form is None:
        if path in (f"{month}.pdf", f"{month}/poster.pdf"):
            return _cannot_print(language(house))
        abort(404)
    answer = Response(_made(found.digest, path, spoken, form), content_type=form.media)
    if form.saved:
        name = ("demo-" if found.made_up else "") + path.replace("/tables/", "-").replace("/", "-")
        answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return cached(answer)


_PAPERS: "OrderedDict[tuple[str, str, str], bytes]" = OrderedDict()
_MOST_PAPERS = 32


def _made(digest: str, path: str, spoken: str, form: formats.Form) -> bytes:
    """Make a form; what is printed takes longer, so the last few are kept by the digest of their month."""
    if form.media != formats.PDF:
        return form.make()
    key = (digest, path, spoken)
    if key not in _PAPERS:
        _PAPERS[key] = form.make()
        while len(_PAPERS) > _MOST_PAPERS:
            _PAPERS.popitem(last=False)
    return _PAPERS[key]


def _cannot_print(spoken: str) -> Response:
    words = phrase("This copy of the program cannot make PDF files. The page can be printed instead.")
    return Response(say(words, spoken), 501, content_type=formats.PLAIN)


def _drafts(house: House, spoken: str) -> Iterator[tuple[str, str]]:
    calendar = house.rules.calendar(house.rules.current.version, site=None)
    for month in draftrounds.months_open(calendar.site_date(house.now()), rules=house.rules):
        yield say(sentences.month_name(Month.parse(month)), spoken), f"/reports/{month}/draft"


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
