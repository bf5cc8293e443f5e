"""The page of a month as a value: sentences, figures and series, all from printed cells of one release."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from grievance.vocabulary import Channel, Clock, Ending
from reports.month import Month
from reports.saying import sentences
from reports.saying.foremost import Foremost, foremost
from reports.saying.sentences import NOT_SHOWN
from reports.shelf import Release
from reports.tables import (
    ALL,
    BY_THEME,
    NOT_STATED,
    STOCK,
    STOCK_FLOW,
    TIMELINESS,
    UNROUTED,
    Table,
)
from translations import Phrase, phrase
from workflows.criteria import predictable

TARGET = predictable.CRITERION.indicator.target_percent
_MET, _LATE, _ANSWER = str(Ending.MET), str(Ending.LATE), str(Clock.ANSWER)
_SIGNS = {
    "opening": "",
    "received": "+",
    "reopened": "+",
    "moved_in": "+",
    "closed": "−",
    "moved_out": "−",
    "closing": "=",
}
STOCK_NAMES: Mapping[str, Phrase] = {
    "opening": phrase("open at the start"),
    "received": phrase("received"),
    "reopened": phrase("opened again"),
    "moved_in": phrase("moved in"),
    "closed": phrase("ended"),
    "moved_out": phrase("moved out"),
    "closing": phrase("open at the end"),
}
CHANNEL_NAMES: Mapping[str, Phrase] = {
    Channel.SMS: phrase("Text message"),
    Channel.USSD: phrase("Telephone menu"),
    Channel.WEB: phrase("This website"),
    Channel.KIOSK: phrase("Kiosk"),
    Channel.OFFICE: phrase("Office"),
    Channel.PHONE_VOICE: phrase("Telephone call"),
    Channel.RADIO_RELAY: phrase("Radio"),
    Channel.WHATSAPP: phrase("WhatsApp"),
}


@dataclass(frozen=True, slots=True)
class Tile:
    """One large figure with what stands beside it; `tone` is `met`, `late` or empty."""

    name: Phrase
    figure: int | Phrase
    after: Phrase | str = ""
    notes: tuple[Phrase, ...] = ()
    tone: str = ""
    verdict: Phrase | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One figure of the account of the month, with its sign; `None` is not shown."""

    sign: str
    figure: int | None
    name: Phrase
    is_end: bool


@dataclass(frozen=True, slots=True)
class Company:
    """One company in the table by company: its figures in the order of the page's measures."""

    name: Phrase | str
    figures: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Series:
    """Thirteen months of the whole, oldest first; `None` is not shown or was not published."""

    months: tuple[Month, ...]
    received: tuple[int | None, ...]
    closed: tuple[int | None, ...]
    on_time: tuple[int | None, ...]
    met: tuple[int | None, ...]
    late: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class ReportPage:
    """A month's page, not yet in any language but for the names the mechanism gives its themes."""

    month: Month
    version: int
    is_provisional: bool
    title: Phrase
    published: Phrase
    facts: tuple[Phrase, ...]
    tiles: tuple[Tile, ...]
    account: tuple[Item, ...]
    series: Series
    answered: tuple[int, int] | None
    company_measures: tuple[Phrase, ...]
    companies: tuple[Company, ...]
    notes: tuple[Phrase, ...]
    cite: Phrase
    digest: str


_SELDOM = ("reopened", "moved_in", "moved_out")
"""Measures of the account that are left out where nothing of them is shown: the sums are the same without them."""
ANSWERED: Mapping[str, Phrase] = {_MET: phrase("answered on time"), _LATE: phrase("answered late")}
_PROVISIONAL = phrase(
    "These figures are provisional: a new version may replace them, and its number tells so."
)
_NOTES = (
    phrase(
        "We do not show figures of 0 to 4 complaints, so that nobody can be recognised. "
        "Where a sum would tell such a figure, we hide one more. Totals do not change."
    ),
    phrase(
        "A company's figures are shown when at least ten people stand behind its row. "
        "Where one has fewer, we hide one more with it."
    ),
    phrase(
        "Protected cases stand in no monthly table. "
        "They are counted once a year, by the independent reviewer."
    ),
    phrase(
        "A case counts for a company from the day its people can read it. "
        "Until then it is not yet with a company."
    ),
    phrase(
        "A month is the calendar month of the site. Days are calendar days from the complaint to the answer. "
        "Where the person did not agree, or a reviewer sent it back, the next answer counts as well, from that day."
    ),
    phrase("More complaints can mean more problems, or more trust. Figures alone do not say which."),
)


def page(release: Release, *, before: Release | None = None, language: str = "en") -> ReportPage:
    """Make the page of a release.

    Args:
        release: what was published.
        before: the release of the month before, if there is one.
        language: the language of the names the mechanism gives (themes); everything else stays a phrase.
    """
    stock = release.complaints[STOCK_FLOW]
    times = release.complaints[TIMELINESS]
    series = _series(release)
    met, late = times.value(ALL, _ANSWER, _MET), times.value(ALL, _ANSWER, _LATE)
    title = phrase("Complaints from the community in {month}", month=sentences.month_name(release.month))
    published_on = date.fromisoformat(str(release.document["published_on"]))
    name = release.document["mechanism"]["name"]
    return ReportPage(
        month=release.month,
        version=release.version,
        is_provisional=release.status != "final",
        title=title,
        published=phrase(
            "Monthly report, version {version}. Published on {date}.",
            version=release.version,
            date=sentences.day_name(published_on),
        ),
        facts=tuple(_facts(release, before, series, language)),
        tiles=tuple(_tiles(release, before)),
        account=tuple(_account(stock)),
        series=series,
        answered=None if met is None or late is None or met + late == 0 else (met, late),
        company_measures=(*(STOCK_NAMES[m] for m in _measures(stock)), *ANSWERED.values()),
        companies=tuple(_companies(release)),
        notes=(*_omissions(release), *_NOTES, *(() if release.status == "final" else (_PROVISIONAL,))),
        cite=phrase(
            "{mechanism} ({year}). {title}. Version {version}, {date}. CC BY 4.0.",
            mechanism=name,
            year=published_on.year,
            title=title,
            version=release.version,
            date=sentences.day_name(published_on),
        ),
        digest=release.digest,
    )


def _facts(release: Release, before: Release | None, series: Series, language: str) -> Iterator[Phrase]:
    stock, times = release.complaints[STOCK_FLOW], release.complaints[TIMELINESS]
    earlier = None if before is None else before.complaints[STOCK_FLOW].value(ALL, "received")
    is_first = all(n is None for n in series.received[:-1]) and before is None
    received, met, late = (
        stock.value(ALL, "received"),
        times.value(ALL, _ANSWER, _MET),
        times.value(ALL, _ANSWER, _LATE),
    )
    yield sentences.arrivals(received, earlier, previous=release.month.previous, is_first=is_first)
    yield sentences.answers(met, late)
    names = theme_names(release, language)
    yield from (
        said
        for said in (
            sentences.target(met, late, percent=TARGET),
            sentences.subject(first_subject(release), names, received),
            sentences.endings(stock.value(ALL, "closed")),
            sentences.streak(series.received, series.closed),
        )
        if said is not None
    )


def first_subject(release: Release) -> Foremost | None:
    """Find the most common subject of a month; what was not stated is none."""
    subjects = release.complaints[BY_THEME]
    return foremost(
        ((cell.at[0], cell.value) for cell in subjects.cells if cell.at[0] not in (ALL, NOT_STATED)),
        subjects.value(ALL),
        beside=(cell.value for cell in subjects.cells if cell.at[0] == NOT_STATED),
    )


def _tiles(release: Release, before: Release | None) -> Iterator[Tile]:
    stock, times = release.complaints[STOCK_FLOW], release.complaints[TIMELINESS]
    yield _counted(phrase("Complaints received"), "received", release, before)
    met, late = times.value(ALL, _ANSWER, _MET), times.value(ALL, _ANSWER, _LATE)
    name, goal = phrase("Answers on time"), (phrase("target {n} %", n=TARGET),)
    share = sentences.share_of(met, late)
    if met is None or late is None:
        yield Tile(name, NOT_SHOWN, notes=goal)
    elif share is None:
        yield Tile(name, met, phrase("of {n}", n=met + late), notes=goal)
    else:
        kept = share >= TARGET
        verdict = phrase("Target met") if kept else phrase("Target not met")
        counts = phrase("{n} of {total}", n=met, total=met + late)
        yield Tile(name, share, "%", (counts, *goal), "met" if kept else "late", verdict)
    median = times.value(ALL, _ANSWER, "median_days")
    half = sentences.half(median)
    after = phrase("day") if median == 1 else phrase("days")
    yield Tile(
        phrase("Days until the answer"),
        NOT_SHOWN if median is None else median,
        "" if median is None else after,
        (phrase("Shown from ten answers on."),) if half is None else (half,),
    )
    ended = _counted(phrase("Cases ended"), "closed", release, before)
    left = stock.value(ALL, "closing")
    more = () if left is None else (phrase("{n} still open at the end of the month", n=left),)
    yield Tile(ended.name, ended.figure, notes=(*ended.notes, *more))


def _counted(name: Phrase, measure: str, release: Release, before: Release | None) -> Tile:
    now = release.complaints[STOCK_FLOW].value(ALL, measure)
    then = None if before is None else before.complaints[STOCK_FLOW].value(ALL, measure)
    if now is None:
        return Tile(name, NOT_SHOWN)
    notes = [] if then is None else [sentences.compared(now, then, previous=release.month.previous)]
    series = _series(release)
    notes += sentences.usual({"received": series.received, "closed": series.closed}[measure])
    return Tile(name, now, notes=tuple(notes))


def _account(stock: Table) -> Iterator[Item]:
    """The account of the whole; moves are left out where nothing moved: the sum is the same without them."""
    for measure in STOCK:
        n = stock.value(ALL, measure)
        if n == 0 and measure in _SELDOM:
            continue
        yield Item(_SIGNS[measure], n, STOCK_NAMES[measure], is_end=measure == "closing")


def _series(release: Release) -> Series:
    plain = release.document["series"]
    met, late = tuple(plain["met"]), tuple(plain["late"])
    return Series(
        months=tuple(Month.parse(month) for month in plain["months"]),
        received=tuple(plain["received"]),
        closed=tuple(plain["closed"]),
        on_time=tuple(sentences.share_of(m, n) for m, n in zip(met, late, strict=True)),
        met=met,
        late=late,
    )


def _measures(stock: Table) -> tuple[str, ...]:
    """Name the measures that every row of the account needs so that each adds up for whoever reads it."""
    return tuple(
        m for m in STOCK if m not in _SELDOM or any(stock.value(row, m) for row in stock.members("operator"))
    )


def _companies(release: Release) -> Iterator[Company]:
    stock, times = release.complaints[STOCK_FLOW], release.complaints[TIMELINESS]
    names: Mapping[str, str] = release.document["operators"]
    for row in stock.members("operator"):
        figures = (
            *(stock.value(row, measure) for measure in _measures(stock)),
            *(times.value(row, _ANSWER, ending) for ending in ANSWERED),
        )
        if row == ALL:
            yield Company(phrase("All"), figures)
        elif row == UNROUTED:
            yield Company(phrase("Not yet with a company"), figures)
        else:
            yield Company(names.get(row, row), figures)


def theme_names(release: Release, language: str) -> Mapping[str, Phrase | str]:
    """Name the subjects of a month as the mechanism does in a language."""
    named: Mapping[str, Mapping[str, str]] = release.document["themes"]
    return {
        **{
            key: names.get(language) or names.get("es") or next(iter(names.values()))
            for key, names in named.items()
        },
        NOT_STATED: phrase("Not stated"),
    }


OWED_BY: Mapping[str, Phrase] = {
    "officer": phrase("The company"),
    "reviewer": phrase("The independent reviewer"),
    "admin": phrase("The mechanism"),
}
"""Who owes what was left undone, as the page names them; what follows from the rules of masking is owed by nobody."""


def _omissions(release: Release) -> Iterator[Phrase]:
    for omission in release.document["omissions"]:
        blanks = dict(omission["blanks"])
        if "date" in blanks:
            blanks["date"] = sentences.day_name(date.fromisoformat(blanks["date"]))
        words, who = Phrase(omission["msgid"], blanks), OWED_BY.get(omission.get("role", ""))
        yield words if who is None else phrase("{what} ({who})", what=words, who=who)
