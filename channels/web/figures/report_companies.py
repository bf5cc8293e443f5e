"""What a month's page says company by company: the account, who answers in time, and how long answers take.

Companies stand beside each other only where each has enough answers (`reports.saying.comparing`), else none does.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from channels.web.figures import charts
from channels.web.figures.report_groups import Group, Row
from channels.web.figures.report_words import Grid, Words
from grievance.vocabulary import Clock
from reports.saying import comparing, sentences
from reports.saying.page import TARGET, Company
from reports.saying.sentences import NOT_SHOWN
from reports.shelf import Release
from reports.tables import ALL, BY_SITE, STOCK_FLOW, TIMELINESS, UNROUTED
from translations import Phrase, phrase

_ANSWER = str(Clock.ANSWER)


def companies(measures: tuple[Phrase, ...], columns: tuple[Company, ...], words: Words) -> Grid:
    """Lay out the account of the month, a column for each company, so that it is added up downwards."""
    return Grid(
        caption=words(phrase("The month by company")),
        head=(words(phrase("Cases")), *(words(company.name) for company in columns)),
        rows=tuple(
            (words(measure), *(words(company.figures[n]) for company in columns))
            for n, measure in enumerate(measures)
        ),
        numbers=tuple(range(1, len(columns) + 1)),
        csv=words.csv(STOCK_FLOW),
    )


def in_time_and_days(release: Release, words: Words) -> tuple[Group, ...]:
    """Show who answered in time, where they can be compared, and within how many days half of the answers came."""
    return (*_compared(release, words), *_sites(release, words), *_days(release, words))


def _compared(release: Release, words: Words) -> Iterator[Group]:
    names: Mapping[str, str] = release.document["operators"]
    if len([row for row in release.complaints[TIMELINESS].members("operator") if row in names]) < 2:  # noqa: PLR2004
        return
    found = comparing.compare((release,))
    group = _in_time(found, names, phrase("Company"), words)
    yield replace(
        group,
        sub=words(phrase("Companies are compared only where each has at least twenty answers.")),
        note="" if found else words(phrase("This month they have too few, or it is not shown.")),
    )


def _sites(release: Release, words: Words) -> Iterator[Group]:
    """Compare sites where it can be done, and else say nothing of it: few of them ever have enough."""
    found = comparing.compare_sites((release,))
    if found:
        group = _in_time(found, release.document["sites"], phrase("Site"), words)
        sub = words(phrase("Sites are compared only where each has at least twenty answers."))
        yield replace(group, id="compared-sites", sub=sub, csv=words.csv(BY_SITE))


def _in_time(
    found: tuple[comparing.Compared, ...], names: Mapping[str, str], column: Phrase, words: Words
) -> Group:
    return Group(
        id="compared",
        title=words(phrase("Answers on time, of 100")),
        sub="",
        head=tuple(map(words, (column, phrase("target {n} %", n=TARGET), phrase("answered on time")))),
        rows=tuple(
            Row(
                names.get(one.key, one.key),
                charts.bullet(one.percent, TARGET, tone="met" if one.percent >= TARGET else "late"),
                f"{one.percent} % · {words(sentences.n_of(one.met, one.of))}",
            )
            for one in found
        ),
        csv=words.csv(TIMELINESS),
        note="",
    )


def _days(release: Release, words: Words) -> Iterator[Group]:
    """Half of the answers and nine of ten, as far as they are printed: days are no count, so each is told by itself."""
    times = release.complaints[TIMELINESS]
    names: Mapping[str, str] = release.document["operators"]

    def day(row: str, measure: str) -> int | None:
        return times.value(row, _ANSWER, measure)

    rows = [
        (
            words(phrase("All")) if row == ALL else names.get(row, row),
            day(row, "median_days"),
            day(row, "p90_days"),
        )
        for row in times.members("operator")
        if row != UNROUTED
    ]
    shown = [half for _, half, _ in rows if half is not None]
    if not shown:
        return
    whole, largest = times.value(ALL, _ANSWER, "median_days"), max(shown)
    yield Group(
        id="days",
        title=words(sentences.half(whole) or phrase("Days until the answer")),
        sub=words(phrase("Days from the complaint to the answer. Half from ten answers on, nine of ten from fifty.")),
        head=tuple(map(words, (phrase("Company"), phrase("Half of them"), phrase("Nine of ten")))),
        rows=tuple(
            Row(name, charts.bar_cell(half, largest, hidden=words(NOT_SHOWN), strong=place == 0), words(nine))
            for place, (name, half, nine) in enumerate(rows)
        ),
        csv=words.csv(TIMELINESS),
        note="",
    )  # fmt: skip
