"""More months than a chart can hold, folded into quarters, and into years where there are too many of those.

Only whole quarters and years are drawn, each the sum of what its months print; where one of them hides a figure, so does it.
The months that are left over stand in the chart of thirteen months and in the table.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from channels.web.figures import charts
from channels.web.figures.charts import Series as Columns
from channels.web.figures.report_words import Chart, Grid, Words
from reports.month import Month
from reports.saying import sentences
from reports.shelf import Release
from translations import phrase

MOST = 13
"""Columns of a chart that can be read on a small telephone; a chart of months holds as many."""
A_QUARTER, A_YEAR = 3, 12


@dataclass(frozen=True, slots=True)
class Folded:
    """Periods, oldest first, each with its months, and what came in and ended in each; `None` where it is not shown."""

    months: tuple[tuple[Month, ...], ...]
    received: tuple[int | None, ...]
    closed: tuple[int | None, ...]


def fold(told: Mapping[str, Any]) -> Folded | None:
    """Fold the series since the start; nothing as long as the chart of months holds it all.

    Args:
        told: `since_start` of a document: `months`, and `received` and `closed` of each.
    """
    months = [Month.parse(month) for month in told["months"]]
    if len(months) <= MOST:
        return None
    sizes = [size for size in (A_QUARTER, A_YEAR) if len(list(_whole(months, size))) <= MOST]
    places = list(_whole(months, sizes[0] if sizes else A_YEAR))[-MOST:]
    return Folded(
        tuple(tuple(months[n] for n in each) for each in places),
        *(tuple(_sum([told[name][n] for n in each]) for each in places) for name in ("received", "closed")),
    )


def since_the_start(release: Release, words: Words) -> Chart | None:
    """Draw what came in and what ended since the first month, by quarter or year."""
    folded = fold(release.document["since_start"]) if "since_start" in release.document else None
    if folded is None or len(folded.months) < 2:  # noqa: PLR2004  one column compares nothing
        return None
    received, ended = words(phrase("received")), words(phrase("ended"))
    by_year = len(folded.months[0]) == A_YEAR
    named = words(
        phrase("Complaints received and cases ended, by year")
        if by_year
        else phrase("Complaints received and cases ended, by quarter")
    )
    names = [words(sentences.span(each[0], each[-1])) for each in folded.months]
    rows = tuple(
        (name, words(came), words(went))
        for name, came, went in zip(names, folded.received, folded.closed, strict=True)
    )
    found = words(sentences.flows(folded.received[-1], folded.closed[-1], streak=None))
    return Chart(
        id="folded",
        question="",
        title=f"{found.rstrip('.')} ({names[-1]})" if None not in (folded.received[-1], folded.closed[-1]) else named,
        sub=named,
        keys=((received, "a"), (ended, "b")),
        drawing=charts.columns(
            named,
            found,
            (Columns(received, folded.received), Columns(ended, folded.closed)),
            list(_labels(folded.months, words)),
            name="folded",
            hidden=words(phrase("no data")),
        ),
        table=Grid(named, (words(phrase("Months")), received, ended), tuple(reversed(rows)), (1, 2), "/reports/series.csv"),
        half=False,
    )  # fmt: skip


def _whole(months: Sequence[Month], size: int) -> Iterator[list[int]]:
    """Give the places of the months of each whole quarter or year."""
    for n, month in enumerate(months):
        if (month.number - 1) % size == 0 and n + size <= len(months):
            yield list(range(n, n + size))


def _sum(figures: Sequence[int | None]) -> int | None:
    return None if None in figures else sum(n for n in figures if n is not None)


def _labels(periods: Sequence[Sequence[Month]], words: Words) -> Iterator[str]:
    """Years as they are; of quarters the first and the last month, with the year below where it begins."""
    for place, months in enumerate(periods):
        if len(months) == A_YEAR:
            yield str(months[0].year)
            continue
        short = f"{words(sentences.month_short(months[0]))}–{words(sentences.month_short(months[-1]))}"
        yield short + (f"\n{months[0].year}" if place == 0 or months[0].number == 1 else "")
