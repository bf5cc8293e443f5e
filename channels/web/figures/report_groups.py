"""The breakdowns of a month as bars: sites, how cases ended, what is late, reviews, and requests for information.

Whatever of these a release does not carry is left out; which member is not shown, its word says.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from channels.web.figures import charts
from channels.web.figures.report_words import Grid, Words
from grievance.vocabulary import Clock, Ending
from reports import tables
from reports.saying import sentences
from reports.saying.foremost import foremost
from reports.saying.page import CHANNEL_NAMES
from reports.saying.sentences import NOT_SHOWN
from reports.shelf import Release
from reports.tables import ALL, NOT_STATED, Table
from translations import Phrase, phrase
from translations.states import SENSES
from workflows.requests import ANSWERS

Names = Mapping[str, Phrase | str]
_Cell = tuple[str, int | None, tuple[str, ...]]
"""A member, its figure, and where it stands."""
_LATENESS: Names = {
    "not_late": phrase("Not late"),
    "late_1_14": phrase("1 to 14 days late"),
    "late_15_28": phrase("15 to 28 days late"),
    "late_29_56": phrase("29 to 56 days late"),
    "late_over_56": phrase("More than 56 days late"),
}
_AGES: Names = {
    "age_0_30": phrase("Up to 30 days"),
    "age_31_60": phrase("31 to 60 days"),
    "age_61_90": phrase("61 to 90 days"),
    "age_91_180": phrase("91 to 180 days"),
    "age_over_180": phrase("More than 180 days"),
}
_FILED: Names = {
    "internal": phrase("Asked of the company"),
    "independent": phrase("Asked of the independent reviewer"),
    "by_clock": phrase("Begun by itself, because the company was late"),
    "disputed": phrase("Somebody disputed that it was done"),
}
_DECIDED: Names = {
    "confirm": phrase("The answer stands"),
    "modify": phrase("The answer was changed"),
    "revoke": phrase("The answer was taken back"),
    "order_answer": phrase("An answer was ordered"),
    "remit": phrase("Sent back to the company"),
    "reject": phrase("Not admitted"),
    "late_filing": phrase("Asked for too late"),
    "dismiss": phrase("Dismissed"),
    "not_proceed": phrase("Ended without a decision"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One member of a breakdown, with its bar."""

    name: str
    bar: Markup
    change: str | None


@dataclass(frozen=True, slots=True)
class Group:
    """A breakdown as bars; its title is the finding where there is one."""

    id: str
    title: str
    sub: str
    head: tuple[str, ...]
    rows: tuple[Row, ...]
    csv: str
    note: str


@dataclass(frozen=True, slots=True)
class _Asked:
    """A breakdown that is shown where its table is there: which measure of it, its words, whether the largest is first."""

    table: str
    title: Phrase
    sub: Phrase
    names: Names
    column: Phrase
    measure: str = ""
    sorted: bool = True


_RECEIVED, _MONTH = phrase("Complaints received this month"), phrase("Cases that ended this month")
_AT_END = phrase("Cases open at the end of the month")


def what_and_how(release: Release, before: Release | None, words: Words) -> tuple[Group, ...]:
    """Show what complaints were about, how they came and where from."""
    named: Mapping[str, Mapping[str, str]] = release.document["themes"]
    themes: Names = {
        key: names.get(words.language) or names.get("es") or next(iter(names.values()))
        for key, names in named.items()
    }
    sites: Names = release.document["sites"]
    unknown: Names = {NOT_STATED: phrase("Not stated")}
    asked = (
        _Asked(tables.BY_THEME, phrase("What complaints were about"), _RECEIVED, {**themes, **unknown}, _COMPLAINTS),
        _Asked(tables.BY_ENTRY, phrase("How complaints came in"), _RECEIVED, CHANNEL_NAMES, _COMPLAINTS),
        _Asked(tables.BY_SITE, phrase("Where complaints came from"), _RECEIVED, {**sites, **unknown}, _COMPLAINTS,
               "received"),
    )  # fmt: skip
    return tuple(_groups(asked, release.complaints, _tables(before), words))


def how_it_ended(release: Release, before: Release | None, words: Words) -> tuple[Group, ...]:
    """Show how cases ended, what reviews were asked for and how they were decided."""
    ends: Names = {**SENSES, "referred": SENSES["referred_accepted"]}
    asked = (
        _Asked(tables.ANSWERS_BY_TYPE, phrase("How cases ended"), _MONTH, ends, _CASES),
        _Asked(tables.REVIEWS_FILED, phrase("Reviews that were asked for"), _ASKED, _FILED, _REVIEWS),
        _Asked(tables.REVIEWS_DECIDED, phrase("How the independent reviewer decided"), _RULED, _DECIDED, _REVIEWS),
    )  # fmt: skip
    return tuple(_groups(asked, release.complaints, _tables(before), words))


def what_is_left(release: Release, before: Release | None, words: Words) -> tuple[Group, ...]:
    """Show how late open cases are, and how old."""
    asked = (
        _Asked(tables.OVERDUE_BANDS, phrase("How late the company is with open cases"), _AT_END, _LATENESS, _CASES,
               sorted=False),
        _Asked(tables.OPEN_AGE, phrase("How long open cases have been open"), _AT_END, _AGES, _CASES, sorted=False),
    )  # fmt: skip
    return tuple(_groups(asked, release.complaints, _tables(before), words))


def of_requests(release: Release, before: Release | None, words: Words) -> tuple[Group, ...]:
    """Show how requests for information were answered."""
    asked = (
        _Asked(tables.ANSWERS_BY_TYPE, phrase("How requests were answered"), _ANSWERED, ANSWERS, _REQUESTS),
    )  # fmt: skip
    made = _groups(asked, release.requests, before.requests if before else None, words)
    return tuple(replace(group, id=f"r-{group.id}") for group in made)


def requests_in_figures(release: Release, words: Words) -> Grid | None:
    """Tell the account of requests for information; nothing where none of it is shown."""
    stock, times = release.requests.get(tables.STOCK_FLOW), release.requests.get(tables.TIMELINESS)
    if stock is None or times is None:
        return None
    rows = (
        *((_ACCOUNT[measure], stock.value(ALL, measure)) for measure in _ACCOUNT),
        (phrase("answered on time"), times.value(ALL, str(Clock.ANSWER), str(Ending.MET))),
        (phrase("answered late"), times.value(ALL, str(Clock.ANSWER), str(Ending.LATE))),
    )
    if all(n is None for _, n in rows):
        return None
    caption = words(phrase("The month of requests for information"))
    return Grid(
        caption,
        (words(phrase("Name")), words(_REQUESTS)),
        tuple((words(name), words(n)) for name, n in rows),
        (1,),
        words.csv(tables.STOCK_FLOW),
    )


_COMPLAINTS, _CASES, _REVIEWS = phrase("Complaints"), phrase("Cases"), phrase("Reviews")
_REQUESTS = phrase("Requests")
_ASKED, _RULED = phrase("Asked for this month"), phrase("Decided this month")
_ANSWERED = phrase("Answered this month")
_ACCOUNT: Mapping[str, Phrase] = {
    "opening": phrase("open at the start"),
    "received": phrase("received"),
    "closed": phrase("ended"),
    "closing": phrase("open at the end"),
}


def _tables(release: Release | None) -> Mapping[str, Table] | None:
    return None if release is None else release.complaints


def _groups(
    asked: tuple[_Asked, ...], now: Mapping[str, Table], then: Mapping[str, Table] | None, words: Words
) -> Iterator[Group]:
    for one in asked:
        if one.table in now:
            yield _group(one, now[one.table], (then or {}).get(one.table), words)


def _group(asked: _Asked, now: Table, then: Table | None, words: Words) -> Group:
    every = list(_of_measure(asked, now))
    cells = [cell for cell in every if cell[0] != ALL]
    if asked.sorted:
        cells.sort(key=lambda cell: (cell[1] is None, cell[0] == NOT_STATED, -(cell[1] or 0)))
    largest = max((value for _, value, _ in cells if value is not None), default=0)
    foremost_said = max((value or 0 for member, value, _ in cells if member != NOT_STATED), default=0)
    before = {at: None if then is None else then.value(*at) for _, _, at in cells}
    compare = any(n is not None for n in before.values())
    head = [words(phrase("Name")), words(asked.column)]
    if compare:
        head.append(words(phrase("Month before")))
    dark = [cell for cell in cells if cell[1] is None and before[cell[2]] is None] if asked.sorted else []
    rows = [
        Row(
            words(asked.names.get(member, member)),
            charts.bar_cell(
                value,
                largest,
                hidden=words(NOT_SHOWN),
                strong=member != NOT_STATED and value == foremost_said and value != 0,
            ),
            words(before[at]) if compare else None,
        )
        for member, value, at in cells
        if (member, value, at) not in dark
    ]
    note = ""
    if not any(value is not None for _, value, _ in cells):
        rows, note = [], words(phrase("None of these figures is shown, so that nobody can be recognised."))
    elif dark:
        names = " · ".join(words(asked.names.get(member, member)) for member, _, _ in dark)
        note = words(phrase("Not shown, so that nobody can be recognised: {names}.", names=names))
    elif any(value is None for _, value, _ in cells):
        note = words(phrase("Small figures are not shown, so that nobody can be recognised."))
    finding = _finding(asked, cells, next((value for member, value, _ in every if member == ALL), None))
    return Group(
        now.name,
        words(finding or asked.title),
        words(asked.sub),
        tuple(head),
        tuple(rows),
        words.csv(now.name),
        note,
    )


def _finding(asked: _Asked, cells: Sequence[_Cell], whole: int | None) -> Phrase | None:
    """Say what was the most frequent, of all or of what is shown; nothing where nothing is, or nobody is the first.

    It begins with what is told apart, so that whoever runs over the headings knows one from the other.
    """
    figures = [value for _, value, _ in cells if value is not None]
    if whole is None and len(figures) == len(cells):
        whole = sum(figures)
    unsaid = [value for member, value, _ in cells if member == NOT_STATED]
    said = [(member, value) for member, value, _ in cells if member != NOT_STATED]
    first = foremost(said, whole, beside=unsaid)
    if first is None or len(first.members) == len(said):
        return None
    name = sentences.together([asked.names.get(member, member) for member in first.members])
    count: Phrase | int = first.n if whole is None else sentences.n_of(first.n, whole)
    if first.is_sure and any((value or 0) >= first.n for value in unsaid):
        return phrase(
            "{title}: of what was said, most often {name} ({count})",
            title=asked.title,
            name=name,
            count=count,
        )
    if first.is_sure:
        return phrase("{title}: most often {name} ({count})", title=asked.title, name=name, count=count)
    return phrase(
        "{title}: of what is shown, most often {name} ({count})", title=asked.title, name=name, count=count
    )


def _of_measure(asked: _Asked, table: Table) -> Iterator[_Cell]:
    """Give the members of the breakdown: of one measure, or of the row of the whole."""
    for cell in table.cells:
        match cell.at:
            case (member,):
                yield member, cell.value, cell.at
            case (member, measure) if asked.measure and measure == asked.measure:
                yield member, cell.value, cell.at
            case (row, member) if not asked.measure and row == ALL:
                yield member, cell.value, cell.at
            case _:
                pass
