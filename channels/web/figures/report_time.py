"""A month's page over a longer time: quarters and years by site and subject, and every month since the first."""

from collections.abc import Mapping
from typing import Any

from channels.web.figures.report_words import Grid, Words
from grievance.vocabulary import Kind
from reports import tables
from reports.month import Month
from reports.saying import definitions, sentences
from reports.saying.page import ANSWERED, STOCK_NAMES
from reports.shelf import Release
from reports.tables import ALL, NOT_STATED, UNROUTED, Table
from translations import Phrase, phrase

_ROWS: Mapping[str, Phrase] = {ALL: phrase("All"), UNROUTED: phrase("Not yet with a company")}
_OF_A_QUARTER: Mapping[str, Phrase] = {
    tables.FAILED_ATTEMPTS: phrase("The way it came in"),
    tables.REVIEWS_WHY: phrase("Reviews that people asked for"),
    tables.REPEATED: phrase("Cases that ended"),
}
"""Tables about a quarter and the whole, and what they count."""
_KNOWN: Mapping[str, Phrase] = {ALL: phrase("All"), NOT_STATED: phrase("Not stated")}

_TIMES: Mapping[str, Phrase] = {
    "met": phrase("decided in time"),
    "late": phrase("decided late"),
    "median_days": phrase("days until half of them were decided"),
}


def over_time(release: Release, words: Words) -> tuple[Grid, ...]:
    """Lay out the tables of a quarter and of a year, where this month is the last of one."""
    crossed = (release.complaints.get(name) for name in (tables.QUARTER_SITE_THEME, tables.YEAR_SITE_THEME))
    reviewed = release.complaints.get(tables.REVIEW_TIMES)
    return (
        *(_crossed(release, table, words) for table in crossed if table is not None),
        *(grid for name in _OF_A_QUARTER for grid in _of_a_quarter(_named(release, name), words)),
        *(() if reviewed is None else (_reviewed(reviewed, words),)),
    )


def _named(release: Release, name: str) -> Table | None:
    kinds = (Kind.GRIEVANCE, Kind.MECHANISM)
    return next((table for table in release.tables if table.name == name and table.kind in kinds), None)


def _of_a_quarter(table: Table | None, words: Words) -> tuple[Grid, ...]:
    """Lay out a table about the whole, where a quarter ends; nothing where nothing of it is shown."""
    if table is None or all(cell.value is None for cell in table.cells):
        return ()
    defined, (dimension,) = definitions.TABLES[table.name], table.dimensions
    named: Mapping[str, Phrase] = {**defined.members, ALL: _ROWS[ALL]}
    return (
        Grid(
            f"{words(defined.title)}, {words(sentences.period(table.period))}",
            (words(_OF_A_QUARTER[table.name]), words(phrase("How many"))),
            tuple((words(named[key]), words(table.value(key))) for key in table.members(dimension)),
            (1,),
            words.csv(table.name),
        ),
    )


def _reviewed(table: Table, words: Words) -> Grid:
    """Tell how in time reviewers were; where it is not shown, that."""
    rows = tuple((words(name), words(table.value(measure))) for measure, name in _TIMES.items())
    caption = words(phrase("Independent reviews, {period}", period=sentences.period(table.period)))
    return Grid(
        caption, (words(phrase("Reviews")), words(phrase("How many"))), rows, (1,), words.csv(table.name)
    )


def accounts(release: Release, words: Words) -> tuple[Grid, ...]:
    """Lay out the accounts of the quarter and the year that a month ends; of a row of which nothing is shown, nothing."""
    return tuple(_account(release, one, words) for one in release.document.get("longer", ()))


def _account(release: Release, one: Mapping[str, Any], words: Words) -> Grid:
    names = {**STOCK_NAMES, **ANSWERED}
    rows = [row for row in one["rows"] if any(row[measure] is not None for measure in names)]
    operators: Mapping[str, str] = release.document["operators"]
    return Grid(
        words(phrase("The accounts of {period}", period=sentences.period(one["period"]))),
        (
            words(phrase("Cases")),
            *(words(_ROWS.get(r["operator"]) or operators.get(r["operator"], r["operator"])) for r in rows),
        ),
        tuple((words(name), *(words(row[measure]) for row in rows)) for measure, name in names.items()),
        tuple(range(1, len(rows) + 1)),
        "/reports/series.csv",
    )


def since_the_start(release: Release, words: Words) -> Grid | None:
    """Tell every month since the first, and their sum; nothing while there is one month alone."""
    told = release.document.get("since_start")
    if told is None or len(told["months"]) < 2:  # noqa: PLR2004  one month has its own page
        return None
    names = ("received", "closed", "met", "late")
    head = (
        phrase("Month"),
        phrase("received"),
        phrase("ended"),
        phrase("answered on time"),
        phrase("answered late"),
    )
    months = [
        (words(sentences.month_name(Month.parse(month))), *(words(told[name][n]) for name in names))
        for n, month in enumerate(told["months"])
    ]
    whole = (words(phrase("Since the beginning")), *(words(told["total"][name]) for name in names))
    caption = phrase("Complaints since {month}", month=sentences.month_name(Month.parse(told["months"][0])))
    return Grid(
        words(caption), tuple(map(words, head)), (whole, *reversed(months)), (1, 2, 3, 4), "/reports/series.csv"
    )  # fmt: skip


def _crossed(release: Release, table: Table, words: Words) -> Grid:
    named: Mapping[str, Mapping[str, str]] = release.document["themes"]
    sites: Mapping[str, str] = release.document["sites"]
    columns, rows = table.members("site"), table.members("theme")

    def theme(key: str) -> str:
        names = named.get(key, {})
        return names.get(words.language) or names.get("es") or words(_KNOWN.get(key, key))

    return Grid(
        words(
            phrase("Complaints received by site and subject, {period}", period=sentences.period(table.period))
        ),
        (words(phrase("Subject")), *(words(sites.get(site) or _KNOWN.get(site, site)) for site in columns)),
        tuple(
            (theme(row), *(words(table.value(site, row)) for site in columns))
            for row in rows
            if any(table.value(site, row) is not None for site in columns)
        ),
        tuple(range(1, len(columns) + 1)),
        words.csv(table.name),
    )
