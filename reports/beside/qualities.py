"""The five qualities of open data, checked when a month is published and frozen with it: nobody ticks them.

Timely, complete, accurate, comparable, interoperable (Open Data Charter). Each is a question of this release alone and
of the one before, with its answer in a sentence.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from grievance.vocabulary import Kind
from reports.beside import scorecard
from reports.beside.scorecard import in_words
from reports.month import Month
from reports.shelf import Release
from reports.tables import (
    ALL,
    COMING,
    DAYS,
    FAILED_ATTEMPTS,
    GOING,
    LOOKED_AGAIN,
    OFFICERS,
    REPEATED,
    REVIEW_TIMES,
    REVIEWS_WHY,
    SPECS,
    STOCK_FLOW,
    Every,
    Rule,
    Table,
)
from translations import Phrase, phrase

NAMES: Mapping[str, Phrase] = {
    "timely": phrase("On time"),
    "complete": phrase("Complete"),
    "accurate": phrase("Accurate"),
    "comparable": phrase("Comparable"),
    "interoperable": phrase("Readable by other programs"),
}
HOLDS: Mapping[str, Phrase] = {
    "timely": phrase("It came by the tenth working day, and no month before it is missing."),
    "complete": phrase("Every table of the fixed list is in it, with what was not stated."),
    "accurate": phrase("The printed figures add up."),
    "comparable": phrase("Everything is counted as it was the month before."),
    "interoperable": phrase("Every figure stands once, with its place in fixed words, as a whole number."),
}
FAILS: Mapping[str, Phrase] = {
    "timely": phrase("It came later than the tenth working day, or a month before it is missing."),
    "complete": phrase("Some tables of the fixed list are not in it."),
    "accurate": phrase("Some printed figures do not add up."),
    "comparable": phrase("Something is counted otherwise than the month before: see the definitions."),
    "interoperable": phrase("Some figures stand twice, or are no whole numbers."),
}
_QUARTER, _YEAR = 3, 12
SIXTH = "v2026-06"
"""Versions of the definitions are sorted by their names."""
SINCE_THE_SIXTH = frozenset({FAILED_ATTEMPTS, LOOKED_AGAIN, REPEATED, REVIEW_TIMES, REVIEWS_WHY})
MAY_BE_UNKNOWN = frozenset({OFFICERS})


def check(
    month: Month,
    tables: Iterable[Table],
    *,
    due_on: date,
    today: date,
    definitions: str,
    earlier: Sequence[Release],
) -> list[dict[str, Any]]:
    """Check a month that is about to be published.

    Args:
        month: the month.
        tables: everything that is printed of it.
        due_on: the day by which it is owed.
        today: the day on which it is published.
        definitions: the version of the definitions of its measures.
        earlier: the releases of the year before.
    """
    tables = tuple(tables)
    before = next((one for one in earlier if one.month == month.previous), None)
    found = {
        "timely": today <= due_on and (before is not None or not earlier),
        "complete": is_complete(month, tables, definitions),
        "accurate": adds_up(tables),
        "comparable": before is None or _alike(before, definitions),
        "interoperable": all(map(_is_regular, tables)),
    }
    return [
        {
            "key": key,
            "name": in_words(NAMES[key]),
            "holds": holds,
            "words": in_words((HOLDS if holds else FAILS)[key]),
        }
        for key, holds in found.items()
    ]


def is_complete(month: Month, tables: Iterable[Table], definitions: str) -> bool:
    """Tell whether every table is there that these definitions make due for complaints in this month."""
    there = {table.name for table in tables if table.kind != Kind.INFORMATION_REQUEST}
    due = {Every.MONTH} | ({Every.QUARTER} if month.number % _QUARTER == 0 else set())
    due |= {Every.YEAR} if month.number == _YEAR else set()
    later = SINCE_THE_SIXTH if definitions < SIXTH else frozenset()
    return {spec.name for spec in SPECS.values() if spec.every in due} - MAY_BE_UNKNOWN - later <= there


def adds_up(tables: Iterable[Table]) -> bool:
    """Tell whether every account balances and every breakdown sums to its total, as far as it is printed."""
    return all(_balances(table) if table.name == STOCK_FLOW else _sums(table) for table in tables)


def _balances(table: Table) -> bool:
    for row in table.members("operator"):
        coming, going = ([table.value(row, measure) for measure in side] for side in (COMING, GOING))
        if None not in (*coming, *going) and sum(filter(None, coming)) != sum(filter(None, going)):
            return False
    return True


def _sums(table: Table) -> bool:
    """Compare the parts of a breakdown of one dimension with its total; what is hidden can only be missing in them."""
    whole = table.value(ALL)
    parts = [cell.value for cell in table.cells if cell.at != (ALL,) and cell.at[-1] not in DAYS]
    if len(table.dimensions) > 1 or SPECS[table.name].rule == Rule.OWN or whole is None:
        return True
    printed = sum(filter(None, parts))
    return printed <= whole if None in parts else printed == whole


def _is_regular(table: Table) -> bool:
    places = [cell.at for cell in table.cells]
    return (
        len(places) == len(set(places))
        and all(len(at) == len(table.dimensions) for at in places)
        and all(cell.value is None or cell.value >= 0 for cell in table.cells)
    )


def _alike(before: Release, definitions: str) -> bool:
    scored = before.document.get("scorecard", {}).get("version", scorecard.VERSION)
    return bool(before.document["definitions"] == definitions and scored == scorecard.VERSION)
