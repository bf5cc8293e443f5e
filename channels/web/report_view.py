"""A month's page in one language: sentences said, figures or the word for a hidden one, charts drawn."""

from dataclasses import dataclass

from markupsafe import Markup

from channels.web import charts
from channels.web.charts import Series as Columns
from reports import page as figures
from reports import sentences
from reports.formats.words import TABLES
from reports.month import Month
from reports.page import COMPANY_COLUMNS, TARGET, Bar, Company, ReportPage
from reports.sentences import NOT_SHOWN
from reports.tables import BY_ENTRY, BY_THEME, STOCK_FLOW, TIMELINESS
from translations import Phrase, phrase, say


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
class Grid:
    """A table as the macro wants it: `numbers` are the columns of figures."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[int, ...]
    csv: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing with the table that says the same."""

    id: str
    question: str
    title: str
    sub: str
    keys: tuple[tuple[str, str], ...]
    drawing: Markup
    table: Grid
    half: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One member of a breakdown, with its bar."""

    name: str
    bar: Markup
    change: str | None


@dataclass(frozen=True, slots=True)
class Group:
    """A breakdown as bars."""

    id: str
    title: str
    sub: str
    head: tuple[str, ...]
    rows: tuple[Row, ...]
    csv: str
    note: str


@dataclass(frozen=True, slots=True)
class Link:
    """The report of another month."""

    href: str
    name: str


@dataclass(frozen=True, slots=True)
class View:
    """What `report.html` shows."""

    title: str
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
    operators: Grid | None
    notes: tuple[str, ...]
    downloads: tuple[tuple[str, str, str], ...]
    cite: str
    digest: str
    previous: Link | None
    next: Link | None
    scores: tuple[object, ...] = ()
    statement: object | None = None


def view(page: ReportPage, *, language: str, demo: bool, previous: Month | None, later: Month | None) -> View:
    """Say and draw a page in a language."""
    words = Words(language, f"/reports/{page.month}")
    weave, weave_words = _weave(page, words)
    return View(
        title=words(page.title),
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
        bars=(
            _group("themes", phrase("What complaints were about"), BY_THEME, page.themes, words),
            _group("channels", phrase("How complaints came in"), BY_ENTRY, page.channels, words),
        ),
        operators=_companies(page.companies, words),
        notes=tuple(map(words, page.notes)),
        downloads=tuple(_downloads(words)),
        cite=words(page.cite),
        digest=page.digest,
        previous=_link(previous, words),
        next=_link(later, words),
    )


@dataclass(frozen=True, slots=True)
class Words:
    """Says phrases and figures in one language; `here` is the address of the month."""

    language: str
    here: str

    def __call__(self, value: Phrase | str | int | None) -> str:
        """Say a phrase, write a figure, or say that it is not shown."""
        if value is None:
            value = NOT_SHOWN
        return say(value, self.language) if isinstance(value, Phrase) else str(value)

    def csv(self, table: str) -> str:
        """The address of a table as CSV."""
        return f"{self.here}/tables/{table}.csv"


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
    drawn = charts.weave(
        met, late, title=words(phrase("First answers on time and late")), desc=said, name="weave"
    )
    legend = phrase("Each figure is one first answer: {met} on time, {late} late.", met=met, late=late)
    if each > 1:
        legend = phrase(
            "Each figure is {n} first answers: {met} on time, {late} late.", n=each, met=met, late=late
        )
    return drawn, words(legend)


def _flow_chart(page: ReportPage, words: Words) -> Chart:
    series = page.series
    received, ended = words(phrase("received")), words(phrase("ended"))
    title = words(phrase("Complaints received and cases ended, by month"))
    rows = tuple(
        (words(sentences.month_name(month)), words(came), words(went))
        for month, came, went in zip(series.months, series.received, series.closed, strict=True)
        if month == page.month or (came, went) != (None, None)
    )
    return Chart(
        id="flows",
        question=words(phrase("Do as many cases end as complaints come in?")),
        title=title,
        sub=words(phrase("Thirteen months")),
        keys=((received, "a"), (ended, "b")),
        drawing=charts.columns(
            title,
            words(sentences.endings(series.closed[-1])),
            (Columns(received, series.received), Columns(ended, series.closed)),
            _labels(page, words),
            name="flows",
            hidden=words(phrase("no data")),
        ),
        table=Grid(title, (words(phrase("Month")), received, ended), rows, (1, 2), words.csv(STOCK_FLOW)),
        half=False,
    )


def _time_chart(page: ReportPage, words: Words) -> tuple[Chart, ...]:
    """The line of what was in time; there is none while no month had enough answers for a percentage."""
    series = page.series
    if all(share is None for share in series.on_time):
        return ()
    title = words(phrase("First answers on time, of 100"))
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
            sub=words(phrase("Months with twenty answers or more")),
            keys=(),
            drawing=charts.line(
                title,
                words(sentences.answers(series.met[-1], series.late[-1])),
                series.on_time,
                _labels(page, words),
                TARGET,
                name="times",
                target_label=words(phrase("target {n} %", n=TARGET)),
                hidden=words(phrase("no data")),
                unit=" %",
            ),
            table=Grid(title, head, rows, (1, 2), words.csv(TIMELINESS)),
            half=False,
        ),
    )


def _labels(page: ReportPage, words: Words) -> list[str]:
    """Months in a few letters, with the year under the first one and under each January."""
    return [
        words(sentences.month_short(month)) + (f"\n{month.year}" if place == 0 or month.number == 1 else "")
        for place, month in enumerate(page.series.months)
    ]


def _group(key: str, title: Phrase, table: str, bars: tuple[Bar, ...], words: Words) -> Group:
    largest = max((bar.value for bar in bars if bar.value is not None), default=0)
    compare = any(bar.before is not None for bar in bars)
    head = [words(phrase("Name")), words(phrase("Complaints"))]
    if compare:
        head.append(words(phrase("Month before")))
    rows = tuple(
        Row(
            words(bar.name),
            charts.bar_cell(bar.value, largest, hidden=words(NOT_SHOWN), strong=place == 0),
            words(bar.before) if compare else None,
        )
        for place, bar in enumerate(bars)
    )
    is_hidden = any(bar.value is None for bar in bars)
    note = (
        words(phrase("Small figures are not shown, so that nobody can be recognised.")) if is_hidden else ""
    )
    return Group(
        key,
        words(title),
        words(phrase("Complaints received this month")),
        tuple(head),
        rows,
        words.csv(table),
        note,
    )


def _companies(companies: tuple[Company, ...], words: Words) -> Grid:
    return Grid(
        caption=words(phrase("The month by company")),
        head=(words(phrase("Company")), *map(words, COMPANY_COLUMNS)),
        rows=tuple((words(company.name), *map(words, company.figures)) for company in companies),
        numbers=tuple(range(1, len(COMPANY_COLUMNS) + 1)),
        csv=words.csv(STOCK_FLOW),
    )


def _downloads(words: Words) -> list[tuple[str, str, str]]:
    whole = (
        f"{words.here}.json",
        words(phrase("The whole month (JSON)")),
        words(phrase("as it was published and digested")),
    )
    return [whole, *((words.csv(name), f"{name}.csv", words(said)) for name, said in TABLES.items())]


def _link(month: Month | None, words: Words) -> Link | None:
    return None if month is None else Link(f"/reports/{month}", words(sentences.month_name(month)))
