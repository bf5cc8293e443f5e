"""What the indicators of a month say, worked out from what it prints, and frozen with it.

In the frozen document `indicators` is a list of all forty in their order, each

    {"id": "I-14", "criterion": "predictable", "name": WORDS,
     "status": "printed",                    printed | suppressed (something it is made of is not shown) | not_made
     "n": 38, "of": 47,                      null where it is not shown; `of` also where there is nothing to compare with
     "percent": 80,                          null where `of` is below twenty
     "why": null,                            WORDS: why there is no figure, or no share
     "target": 88, "at_most": false,         of a hundred; null where there is none
     "months": ["2026-10"],                  the months whose cells it adds up
     "n_is": ["timeliness/grievance/operator=all/clock=answer/measure=met"],
     "of_is": ["timeliness/grievance/operator=all/clock=answer/measure=met", ...]}

`indicators_of` is a list of the same rows, each with whom it is of before all else: `"dimension": "operator"` or `"site"`,
and `"member"`, its key; companies first, in the order of the tables, and of each the indicators in theirs. None is of the
whole, of what is not yet with a company, or of no site.

Where it is so many for each one (I-40) there is no share but `"each": 13`, rounded up; null where there is nobody.

`n_is` and `of_is` name the printed cells that are added up; both are empty where the figure stands in the scorecard
(I-05, I-06, I-23, I-36), comes from an opinion survey (I-01, I-12) or counts the figures that are not shown (I-25).
WORDS is {"msgid": ..., "blanks": {}}.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from grievance.vocabulary import Kind
from reports.month import Month
from reports.saying import sentences
from reports.saying.indicators import A_YEAR, INDICATORS, OPERATOR, SITE, Indicator, Of, made_of
from reports.shelf import Release
from reports.tables import (
    ALL,
    BY_SITE,
    DAYS,
    NOT_STATED,
    OFFICERS,
    SPECS,
    STOCK_FLOW,
    SUPPRESSED,
    UNROUTED,
    Every,
    Table,
)
from translations import Phrase, phrase

ENOUGH_FOR_A_SHARE: Final = 20
PRINTED, NOT_MADE = "printed", "not_made"
TOO_FEW = phrase("too few for a share of a hundred")
NOT_THERE = phrase("not in this report")
NOTHING = phrase("nothing to count")
NOBODY_THERE = phrase("No officer had an open account when the month ended.")
NOT_KNOWN = phrase("It was not written down yet how many officers there were.")
ONCE_A_YEAR = phrase("It is told once a year, with December.")
ONCE_A_QUARTER = phrase("It is told once a quarter, with its last month.")
SELDOM: Final[Mapping[Every, Phrase]] = {Every.YEAR: ONCE_A_YEAR, Every.QUARTER: ONCE_A_QUARTER}
FALLING: Final = frozenset({"I-31"})
"""Indicators that have no share to reach, but should fall from quarter to quarter (standards 1.3)."""
NO_SURVEY = phrase("No opinion survey asked it in this month.")
FEW_SURVEYED = phrase("Too few answered the opinion survey to show it.")
HIDDEN = phrase("A figure it is made of is not shown, so that nobody can be recognised.")
FEW_ANSWERS: Final[Mapping[str, Phrase]] = {
    DAYS[0]: phrase("Shown from ten answers on."),
    DAYS[1]: phrase("Shown from fifty answers on."),
}


@dataclass(frozen=True, slots=True)
class Value:
    """What an indicator says: how many, of how many, of a hundred from twenty on; or why not."""

    id: str
    n: int | None
    of: int | None = None
    percent: int | None = None
    why: Phrase | None = None
    months: tuple[Month, ...] = ()


@dataclass(frozen=True, slots=True)
class Printed:
    """What a month prints, before it is frozen or after: its tables, the rows of its scorecard, what people were asked."""

    month: Month
    tables: tuple[Table, ...]
    scorecard: Sequence[Mapping[str, Any]] = ()
    surveyed: Mapping[str, tuple[int | None, int | None]] = field(default_factory=dict)
    """By question of the opinion survey that ended in it: how many said yes, of how many; nothing where it is hidden."""


def values(printed: Printed, earlier: Iterable[Release]) -> tuple[Value, ...]:
    """Say what each indicator says in a month, in their order.

    Args:
        printed: what the month prints.
        earlier: the months before it; those of the last year are looked at.
    """
    newest = _newest(printed, earlier)
    return tuple(_value(one, newest[: one.months]) for one in INDICATORS)


def _newest(printed: Printed, earlier: Iterable[Release]) -> tuple[Printed, ...]:
    first = printed.month.back(A_YEAR - 1)
    before = sorted(
        (each for each in earlier if first <= each.month < printed.month),
        key=lambda each: each.month,
        reverse=True,
    )
    return (printed, *(Printed(each.month, each.tables) for each in before))


def plain(printed: Printed, earlier: Iterable[Release]) -> list[dict[str, Any]]:
    """The indicators as a release freezes them."""
    return [_row(one, said) for one, said in zip(INDICATORS, values(printed, earlier), strict=True)]


def plain_of_each(printed: Printed, earlier: Iterable[Release]) -> list[dict[str, Any]]:
    """The indicators of each company and of each site as a release freezes them."""
    newest = _newest(printed, earlier)
    return [
        {"dimension": dimension, "member": member, **_row(one, _value(one, newest[: one.months]))}
        for dimension, member in _whom(printed.tables)
        for one in made_of(dimension, member)
    ]


def _whom(tables: Iterable[Table]) -> Iterator[tuple[str, str]]:
    by_name = {table.name: table for table in tables if table.kind == Kind.GRIEVANCE}
    for name, dimension, nobody in ((STOCK_FLOW, OPERATOR, UNROUTED), (BY_SITE, SITE, NOT_STATED)):
        members = by_name[name].members(dimension) if name in by_name else ()
        yield from ((dimension, member) for member in members if member not in (ALL, nobody))


def _row(one: Indicator, said: Value) -> dict[str, Any]:
    return {
        "id": one.id,
        "criterion": one.criterion,
        "name": _frozen(one.name),
        "status": _status(one, said),
        "n": said.n,
        "of": said.of,
        "percent": said.percent,
        "why": None if said.why is None else _frozen(said.why),
        "target": one.target,
        "at_most": one.at_most,
        "months": [str(month) for month in said.months],
        "n_is": [cell.term for cell in one.numerator],
        "of_is": [cell.term for cell in one.denominator],
        **({"each": _each(said)} if one.each else {}),
    }


def _each(said: Value) -> int | None:
    return -(-said.n // said.of) if said.n is not None and said.of else None


def name(row: Mapping[str, Any]) -> Phrase:
    """Name a frozen indicator."""
    return sentences.thawed(row["name"])


def said(row: Mapping[str, Any]) -> Iterator[Phrase | str]:
    """Say the figures of a frozen indicator, and why there are none or no share."""
    if row["n"] is None:
        yield sentences.NOT_SHOWN if row["why"] is None else sentences.thawed(row["why"])
        return
    if row.get("each") is not None:
        yield phrase("{n} for {of}: about {each} each", n=row["n"], of=row["of"], each=row["each"])
        return
    yield str(row["n"]) if row["of"] is None else sentences.n_of(row["n"], row["of"])
    if row["percent"] is not None:
        yield f"{row['percent']}\N{NO-BREAK SPACE}%"
    elif row["why"] is not None:
        yield sentences.thawed(row["why"])


def target(row: Mapping[str, Any]) -> Phrase | str:
    """Say what a frozen indicator should reach, or should not pass; nothing where it has no target."""
    if row["target"] is None:
        return phrase("less than before") if row["id"] in FALLING and row["status"] != NOT_MADE else ""
    if "each" in row:
        return phrase("at most {n} each", n=row["target"])
    if row["at_most"]:
        return phrase("at most {n} of 100", n=row["target"])
    return phrase("at least {n} of 100", n=row["target"])


def _frozen(words: Phrase) -> dict[str, Any]:
    return {"msgid": words.msgid, "blanks": dict(words.blanks)}


def _status(one: Indicator, said: Value) -> str:
    if one.why_not is not None:
        return NOT_MADE
    return SUPPRESSED if said.n is None else PRINTED


def _value(one: Indicator, newest: Sequence[Printed]) -> Value:
    if one.why_not is not None:
        return Value(one.id, None, why=one.why_not)
    months = tuple(each.month for each in newest)
    if one.scored:
        return _scored(one, newest[0], months)
    if one.asked:
        return _surveyed(one, newest[0], months)
    if one.id == "I-25":
        hidden = sum(cell.value is None for table in newest[0].tables for cell in table.cells)
        return Value(one.id, hidden, months=months)
    try:
        n = _sum(one.numerator, newest)
        of = _sum(one.denominator, newest) if one.denominator else None
    except KeyError:
        return Value(one.id, None, why=_not_there(one), months=months)
    if n is None or (one.denominator and of is None):
        return Value(one.id, None, why=FEW_ANSWERS.get(one.numerator[0].at[-1], HIDDEN), months=months)
    if one.each:
        return Value(one.id, n, of, why=None if of else NOBODY_THERE, months=months)
    return Value(one.id, n, months=months) if of is None else _share(one, n, of, months)


def _not_there(one: Indicator) -> Phrase:
    """Say why a month has no such cell."""
    every = {SPECS[cell.table].every for cell in one.numerator}
    for each, why in SELDOM.items():
        if each in every:
            return why
    return NOT_KNOWN if any(cell.table == OFFICERS for cell in one.denominator) else NOT_THERE


def _share(one: Indicator, n: int, of: int, months: tuple[Month, ...]) -> Value:
    if of < ENOUGH_FOR_A_SHARE:
        return Value(one.id, n, of, None, TOO_FEW if of else NOTHING, months)
    percent = n * 100 // of
    # Where there is something to reach, what was done twice for one case is no more than done.
    most = percent if one.target is None or one.at_most else 100
    return Value(one.id, n, of, min(most, percent), None, months)


def _sum(cells: Iterable[Of], newest: Iterable[Printed]) -> int | None:
    """Add up printed cells; nothing, if one of them is hidden.

    Raises:
        KeyError: a month has no such table, or no such cell.
    """
    found = [value for each in newest for value in _cells(cells, each)]
    return None if None in found else sum(n for n in found if n is not None)


def _cells(cells: Iterable[Of], printed: Printed) -> Iterator[int | None]:
    by_name = {(table.name, table.kind): table for table in printed.tables}
    for cell in cells:
        found = {each.at: each.value for each in by_name[cell.table, cell.kind].cells}
        yield found[cell.at]


def _surveyed(one: Indicator, printed: Printed, months: tuple[Month, ...]) -> Value:
    if one.asked not in printed.surveyed:
        return Value(one.id, None, why=NO_SURVEY, months=months)
    n, of = printed.surveyed[one.asked]
    if n is None or of is None:
        return Value(one.id, None, why=FEW_SURVEYED, months=months)
    return _share(one, n, of, months)


def _scored(one: Indicator, printed: Printed, months: tuple[Month, ...]) -> Value:
    row = next((row for row in printed.scorecard if row["indicator"] == one.id), None)
    if row is None:
        return Value(one.id, None, why=NOT_THERE, months=months)
    if row["n"] is None or row["of"] is None:
        return Value(one.id, None, why=NOTHING, months=months)
    return _share(one, row["n"], row["of"], months)
