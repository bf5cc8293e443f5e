"""A month's page in one language: sentences said, figures or the word for a hidden one, charts drawn."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace

from markupsafe import Markup

from channels.web.figures import charts, report_folded, report_groups, report_time
from channels.web.figures.charts import Series as Columns
from channels.web.figures.report_beside import Beside, beside
from channels.web.figures.report_companies import companies, in_time_and_days
from channels.web.figures.report_groups import Group
from channels.web.figures.report_indicators import Indicators, indicators
from channels.web.figures.report_words import Chart, Grid, Words
from reports.formats.paper import can_print
from reports.formats.words import OF_EACH
from reports.formats.words import table as table_words
from reports.month import Month
from reports.saying import page as figures
from reports.saying import sentences
from reports.saying.page import TARGET, ReportPage, Series
from reports.shelf import Release
from reports.tables import STOCK_FLOW, TIMELINESS
from translations import phrase


@dataclass(frozen=True, slots=True)
class Tile:
    """One large figure, said."""

    name: str
    figure: str
    after: str
    notes: tuple[str, ...]
    tone: str
    verdict: str


@dataclass(frozen=True, slots=True)
class Item:
    """One figure of the account, said."""

    sign: str
    figure: str
    name: str
    end: bool


@dataclass(frozen=True, slots=True)
class Link:
    """The report of another month."""

    href: str
    name: str


@dataclass(frozen=True, slots=True)
class View:
    """What `report.html` shows."""

    title: str
    contents: tuple[tuple[str, str], ...]
    published: str
    provisional: bool
    demo: bool
    facts: tuple[str, ...]
    weave: Markup | str
    weave_words: str
    tiles: tuple[Tile, ...]
    sum: tuple[Item, ...]
    charts: tuple[Chart, ...]
    bars: tuple[Group, ...]
    left: tuple[Group, ...]
    endings: tuple[Group, ...]
    requests: Grid | None
    of_requests: tuple[Group, ...]
    listed: bool
    """Requests are counted, and those that are public stand in their list."""
    over_time: tuple[Grid, ...]
    since_the_start: Grid | None
    folded: Chart | None
    accounts: tuple[Grid, ...]
    operators: Grid | None
    by_company: tuple[Group, ...]
    definitions: str
    beside: Beside
    indicators: Indicators | None
    aloud: str
    notes: tuple[str, ...]
    downloads: tuple[tuple[str, str, str], ...]
    tables: tuple[tuple[str, str], ...]
    cite: str
    digest: str
    signature: str
    previous: Link | None
    next: Link | None


def view(
    release: Release,
    before: Release | None,
    *,
    language: str,
    demo: bool,
    previous: Month | None,
    later: Month | None,
) -> View:
    """Say and draw the page of a release in a language."""
    page = figures.page(release, before=before, language=language)
    words = Words(language, f"/reports/{page.month}")
    weave, weave_words = _weave(page, words)
    shown = View(
        title=words(page.title),
        contents=(),
        published=words(page.published),
        provisional=page.is_provisional,
        demo=demo,
        facts=tuple(map(words, page.facts)),
        weave=weave,
        weave_words=weave_words,
        tiles=tuple(_tile(tile, words) for tile in page.tiles),
        sum=tuple(
            Item(item.sign, words(item.figure), words(item.name), item.is_end) for item in page.account
        ),
        charts=(_flow_chart(page, words), *_time_chart(page, words)),
        bars=report_groups.what_and_how(release, before, words),
        left=report_groups.what_is_left(release, before, words),
        endings=report_groups.how_it_ended(release, before, words),
        requests=report_groups.requests_in_figures(release, words),
        of_requests=report_groups.of_requests(release, before, words),
        listed=STOCK_FLOW in release.requests,
        over_time=report_time.over_time(release, words),
        accounts=report_time.accounts(release, words),
        since_the_start=report_time.since_the_start(release, words),
        folded=report_folded.since_the_start(release, words),
        beside=beside(release, words),
        indicators=indicators(release, words),
        aloud=f"/reports/{page.month}/sheet",
        operators=companies(page.company_measures, page.companies, words),
        by_company=in_time_and_days(release, words),
        definitions=str(release.document["definitions"]),
        notes=tuple(map(words, page.notes)),
        downloads=tuple(_downloads(release, words)),
        tables=tuple(_tables(release, words)),
        cite=words(page.cite),
        digest=page.digest,
        signature="" if release.signature is None else f"{words.here}/signature",
        previous=_link(previous, words),
        next=_link(later, words),
    )
    return replace(shown, contents=tuple(_contents(shown, words)))


def _contents(shown: View, words: Words) -> Iterator[tuple[str, str]]:
    """Name the parts of a page that are there, in their order, each with its place."""
    parts = (
        ("accounts", phrase("The accounts of the month"), True),
        ("what", phrase("What do people complain about, how and where?"), shown.bars),
        ("waits", phrase("What waits, and for how long?"), shown.left),
        ("endings", phrase("How did cases end?"), shown.endings),
        ("companies", phrase("By company"), shown.operators),
        ("criteria", phrase("Does the mechanism meet the eight criteria?"), shown.beside.scores),
        ("plans", phrase("What was not met, why, and what will be done?"), shown.beside.plans),
        ("indicators", phrase("The indicators of the month"), shown.indicators),
        ("requests", phrase("Who asked for information, and was it answered?"), shown.listed),
        ("time", phrase("And over a longer time?"), shown.over_time or shown.since_the_start),
        ("downloads", phrase("Download and cite"), True),
        ("notes", phrase("Notes"), True),
        ("corrections", phrase("What was corrected?"), shown.beside.corrections),
    )
    yield from ((place, words(name)) for place, name, there in parts if there)


def _tile(tile: figures.Tile, words: Words) -> Tile:
    return Tile(
        name=words(tile.name),
        figure=words(tile.figure),
        after=words(tile.after),
        notes=tuple(map(words, tile.notes)),
        tone=tile.tone,
        verdict=words(tile.verdict or ""),
    )


def _weave(page: ReportPage, words: Words) -> tuple[Markup | str, str]:
    if page.answered is None:
        return "", ""
    met, late = page.answered
    each = charts.per_figure(met + late)
    said = words(sentences.answers(met, late))
    drawn = charts.weave(met, late, title=words(phrase("Answers on time and late")), desc=said, name="weave")
    legend = phrase("Each figure is one answer: {met} on time, {late} late.", met=met, late=late)
    if each > 1:
        legend = phrase("Each figure is {n} answers: {met} on time, {late} late.", n=each, met=met, late=late)
    return drawn, words(legend)


def _flow_chart(page: ReportPage, words: Words) -> Chart:
    series = _since_the_first(page.series)
    received, ended = words(phrase("received")), words(phrase("ended"))
    title = words(
        sentences.flows(
            series.received[-1], series.closed[-1], streak=sentences.streak(series.received, series.closed)
        )
    )
    named = words(phrase("Complaints received and cases ended, by month"))
    rows = tuple(
        (words(sentences.month_name(month)), words(came), words(went))
        for month, came, went in zip(series.months, series.received, series.closed, strict=True)
        if month == page.month or (came, went) != (None, None)
    )
    return Chart(
        id="flows",
        question=words(phrase("Do as many cases end as complaints come in?")),
        title=title,
        sub=named,
        keys=((received, "a"), (ended, "b")),
        drawing=charts.columns(
            named,
            words(sentences.endings(series.closed[-1])),
            (Columns(received, series.received), Columns(ended, series.closed)),
            _labels(series, words),
            name="flows",
            hidden=words(phrase("no data")),
        ),
        table=Grid(named, (words(phrase("Month")), received, ended), rows, (1, 2), words.csv(STOCK_FLOW)),
        half=False,
    )


def _time_chart(page: ReportPage, words: Words) -> tuple[Chart, ...]:
    """The line of what was in time; there is none while no month had enough answers for a percentage."""
    series = _since_the_first(page.series)
    if all(share is None for share in series.on_time):
        return ()
    title = words(sentences.answers(series.met[-1], series.late[-1]))
    named = words(phrase("Answers on time, of 100"))
    rows = tuple(
        (words(sentences.month_name(month)), words(met), words(late))
        for month, met, late in zip(series.months, series.met, series.late, strict=True)
        if (met, late) != (None, None)
    )
    head = tuple(map(words, (phrase("Month"), phrase("answered on time"), phrase("answered late"))))
    return (
        Chart(
            id="times",
            question=words(phrase("Does the company answer in time?")),
            title=title,
            sub=f"{named}. {words(phrase('Months with twenty answers or more'))}",
            keys=(),
            drawing=charts.line(
                named,
                words(sentences.answers(series.met[-1], series.late[-1])),
                series.on_time,
                _labels(series, words),
                TARGET,
                name="times",
                target_label=words(phrase("target {n} %", n=TARGET)),
                hidden=words(phrase("no data")),
                unit=" %",
                floor=_floor(series.on_time),
            ),
            table=Grid(named, head, rows, (1, 2), words.csv(TIMELINESS)),
            half=False,
        ),
    )


FEWEST_MONTHS = 6


def _floor(shares: Sequence[int | None]) -> int:
    """Begin the scale a little below the lowest share and the target, so that a change can be seen."""
    lowest = min(share for share in (*shares, TARGET) if share is not None)
    return max(0, lowest // 10 * 10 - 10)


def _since_the_first(series: Series) -> Series:
    """Leave out the months before the first report, but draw six at least."""
    known = [place for place, n in enumerate(series.received) if n is not None]
    start = max(0, min(known[0] if known else 0, len(series.months) - FEWEST_MONTHS))
    return Series(*(getattr(series, one.name)[start:] for one in fields(series)))


def _labels(series: Series, words: Words) -> list[str]:
    """Months in a few letters, with the year under the first one and under each January."""
    return [
        words(sentences.month_short(month)) + (f"\n{month.year}" if place == 0 or month.number == 1 else "")
        for place, month in enumerate(series.months)
    ]


def _downloads(release: Release, words: Words) -> list[tuple[str, str, str]]:
    here, made_with = words.here, release.document["definitions"]
    return [
        (f"{here}.json", words(phrase("The whole month (JSON)")), words(phrase("as it was published and digested"))),
        *(
            (
                (f"{here}.pdf?lang={words.language}", words(phrase("The report to be printed (PDF)")), "A4"),
                (f"{here}/poster.pdf?lang={words.language}", words(phrase("A poster for the wall (PDF)")), "A3"),
            )
            if can_print()
            else ()
        ),
        (f"{here}/cells.csv", words(phrase("All tables of the month in one file")), "CSV"),
        *(
            ((f"{here}/indicators.csv", words(phrase("The indicators of the month")), "CSV"),)
            if release.document.get("indicators")
            else ()
        ),
        *(
            ((f"{here}/indicators_of.csv", words(OF_EACH), "CSV"),)
            if release.document.get("indicators_of")
            else ()
        ),
        (f"{here}/datapackage.json", words(phrase("Data package")), "Frictionless, CSVW, DCAT"),
        (f"{here}.txt", words(phrase("Bulletins for the radio")), words(phrase("60 and 180 seconds, in each language"))),
        (f"{here}/sheet", words(phrase("To be read aloud")), words(phrase("a sheet in large letters"))),
        ("/reports.atom", words(phrase("Be told of each new month (Atom)")), ""),
        (f"/reports/definitions#v{made_with}", words(phrase("What each figure means")),
         words(phrase("definitions {version}", version=made_with))),
        ("/reports/check", words(phrase("Check it yourself")), words(phrase("five lines add every figure again"))),
        ("/api/openapi.json", words(phrase("For programs (API)")), "OpenAPI 3.1"),
    ]  # fmt: skip


def _tables(release: Release, words: Words) -> Iterator[tuple[str, str]]:
    for name in dict.fromkeys(table.name for table in release.tables):
        yield words.csv(name), words(table_words(name))


def _link(month: Month | None, words: Words) -> Link | None:
    return None if month is None else Link(f"/reports/{month}", words(sentences.month_name(month)))
