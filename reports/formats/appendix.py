"""Every table of a month as the printed report lays it out at its end, with what it counts; what is not shown is named."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from grievance.vocabulary import Clock, Kind
from reports import tables
from reports.formats.sheets import in_words
from reports.saying.definitions import TABLES
from reports.saying.page import CHANNEL_NAMES, theme_names
from reports.shelf import Release
from reports.tables import ALL, NOT_STATED, SPECS, UNROUTED, Table
from translations import NAMES, Phrase, phrase
from workflows.registry.registerbook import MEDIA

_KINDS: Final[Mapping[str, Phrase]] = {
    Kind.GRIEVANCE: phrase("Complaints"),
    Kind.INFORMATION_REQUEST: phrase("Requests for information"),
}
_CLOCKS: Final[Mapping[str, Phrase]] = {
    Clock.ACKNOWLEDGE: phrase("Acknowledgement"),
    Clock.ANSWER: phrase("Answer"),
    tables.NEWS: phrase("Word to the person"),
}
_ANYWHERE: Final[Mapping[str, Phrase | str]] = {
    ALL: phrase("All"),
    UNROUTED: phrase("Not yet with a company"),
    NOT_STATED: phrase("Not stated"),
}
_NOTHING: Final = phrase("Tables of which nothing is shown, so that nobody can be recognised")
_HIDDEN: Final = phrase("Not shown, so that nobody can be recognised: {names}.")
Say = Callable[[str, str], str]
"""Names a member of a dimension."""


def appendix(release: Release, language: str, *, but: frozenset[str]) -> Iterator[dict[str, Any]]:
    """Lay out the tables of a release in its order; `but`: those of complaints that stand elsewhere already."""
    dark = []
    for table in release.tables:
        if all(cell.value is None for cell in table.cells):
            dark.append(_title(table, language))
        elif table.kind != Kind.GRIEVANCE or table.name not in but:
            yield from _laid_out(release, table, language)
    if dark:
        yield _part(in_words(_NOTHING, language), " · ".join(dark), [], [], "")


def _title(table: Table, language: str) -> str:
    title = f"{SPECS[table.name].code}. {in_words(TABLES[table.name].title, language)}"
    if table.kind in _KINDS:
        title += f". {in_words(_KINDS[table.kind], language)}"
    return f"{title}, {table.period}" if table.period else title


def _laid_out(release: Release, table: Table, language: str) -> Iterator[dict[str, Any]]:
    defined = TABLES[table.name]
    title, words = _title(table, language), in_words(defined.words, language)
    named: Mapping[str, Mapping[str, Phrase | str]] = {
        "operator": release.document["operators"],
        "site": release.document["sites"],
        "theme": theme_names(release, language),
        "channel": CHANNEL_NAMES,
        "clock": _CLOCKS,
        "medium": MEDIA,
        "language": NAMES,
    }

    def name(dimension: str, member: str) -> str:
        found = named.get(dimension, defined.members).get(member) or _ANYWHERE.get(member, member)
        return in_words(found, language).rstrip(".")

    if len(table.dimensions) == 1:
        yield _one(table, title, words, name, language)
    elif len(table.dimensions) == 2:  # noqa: PLR2004  rows and columns
        there = {dimension: table.members(dimension) for dimension in table.dimensions}
        yield _two(there, table.value, title, words, name, language)
    else:
        first, second, last = table.dimensions
        for place, middle in enumerate(table.members(second)):
            of_middle = [cell.at for cell in table.cells if cell.at[1] == middle]
            there = {
                dimension: tuple(dict.fromkeys(at[n] for at in of_middle))
                for n, dimension in ((0, first), (2, last))
            }

            def value(one: str, other: str, middle: str = middle) -> int | None:
                return table.value(one, middle, other)

            yield _two(
                there, value, f"{title}: {name(second, middle)}", words if place == 0 else "", name, language
            )


def _one(table: Table, title: str, words: str, name: Say, language: str) -> dict[str, Any]:
    (dimension,) = table.dimensions
    rows = [[name(dimension, cell.at[0]), str(cell.value)] for cell in table.cells if cell.value is not None]
    dark = " · ".join(name(dimension, cell.at[0]) for cell in table.cells if cell.value is None)
    note = in_words(phrase(_HIDDEN.msgid, names=dark), language) if dark else ""
    head = [in_words(phrase("Name"), language), in_words(phrase("Figure"), language)]
    return _part(title, words, head, rows, note)


def _two(
    there: Mapping[str, tuple[str, ...]],
    value: Callable[[str, str], int | None],
    title: str,
    words: str,
    name: Say,
    language: str,
) -> dict[str, Any]:
    """Lay two dimensions out, the one with fewer members as columns; rows of which nothing is shown are named below."""
    first, last = there
    turned = len(there[first]) > len(there[last])
    across, down = (last, first) if turned else (first, last)
    columns = there[across]

    def figures(row: str) -> list[int | None]:
        return [value(row, one) if turned else value(one, row) for one in columns]

    told = {row: figures(row) for row in there[down]}
    rows = [
        [name(down, row), *(in_words(n, language) for n in found)] for row, found in told.items() if any(
            n is not None for n in found)
    ]  # fmt: skip
    dark = " · ".join(name(down, row) for row, found in told.items() if all(n is None for n in found))
    note = in_words(phrase(_HIDDEN.msgid, names=dark), language) if dark else ""
    head = [in_words(phrase("Name"), language), *(name(across, one) for one in columns)]
    return _part(title, words, head, rows, note)


def _part(title: str, words: str, head: list[str], rows: list[list[str]], note: str) -> dict[str, Any]:
    return {"title": title, "words": words, "head": head, "rows": rows, "note": note}


MONTHLY: Final = frozenset({tables.BY_THEME, tables.BY_ENTRY, tables.ANSWERS_BY_TYPE})
"""What the report lays out as bars before."""
