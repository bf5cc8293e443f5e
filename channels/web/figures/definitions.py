"""What each figure means: tables, measures, what is not made and why, and the forty indicators."""

from collections.abc import Iterable

from flask import Blueprint, Response

from channels.house import House
from channels.web.pages.access import open_to_all
from channels.web.pages.render import for_tools, render_view
from reports import shelf
from reports.document import DEFINITIONS
from reports.saying import definitions, indicators, sentences
from reports.saying.indicators import Indicator, Of
from reports.shelf import Release
from reports.tables import SPECS
from translations import Phrase, phrase
from workflows.criteria import CRITERIA

_CRITERIA = {criterion.key: criterion.name for criterion in CRITERIA}
_PLACES = {key: place for place, key in enumerate(_CRITERIA)}


def blueprint(house: House) -> Blueprint:
    """Make `/reports/definitions`."""
    bp = Blueprint("definitions", __name__)

    @bp.get("/reports/definitions")
    @open_to_all
    def meaning() -> Response:
        view = {
            "version": DEFINITIONS,
            "versions": _versions(house.store.read(shelf.all_newest)),
            "tables": _tables(),
            "missing": _missing(),
            "indicators": _indicators(),
        }
        return for_tools(render_view("definitions.html", view, house=house))

    return bp


def _versions(published: Iterable[Release]) -> list[dict[str, object]]:
    """List each version with what changed and the first month that was made with it."""
    oldest_last = sorted(published, key=lambda each: each.month, reverse=True)
    first = {str(release.document["definitions"]): release.month for release in oldest_last}
    return [
        {
            "name": one.name,
            "changes": one.changes,
            "since": phrase("since the report of {month}", month=sentences.month_name(first[one.name]))
            if one.name in first
            else phrase("not yet in any report"),
        }
        for one in definitions.VERSIONS
    ]


def _tables() -> list[dict[str, object]]:
    return [
        {
            "id": name,
            "code": spec.code,
            "title": definitions.TABLES[name].title,
            "words": definitions.TABLES[name].words,
            "every": definitions.PERIODS[spec.every],
            "rule": definitions.RULES[spec.rule],
            "also": definitions.ALSO.get(name, ""),
            "members": [(words, key) for key, words in definitions.TABLES[name].members.items()],
        }
        for name, spec in SPECS.items()
    ]


def _missing() -> list[tuple[str, Phrase, Phrase]]:
    return [(one.code, one.title, one.why) for one in definitions.NOT_MADE]


def _why(one: indicators.Indicator) -> Phrase | str:
    """Say what an indicator is that is no sum of cells, or why there is none."""
    return indicators.SCORED if one.scored else indicators.SURVEYED if one.asked else one.why_not or ""


def _indicators() -> list[dict[str, object]]:
    return [
        {
            "id": one.id,
            "place": _PLACES[one.criterion],
            "criterion": _CRITERIA[one.criterion],
            "name": one.name,
            "counted": _named(one.numerator),
            "of": _named(one.denominator),
            "target": _target(one),
            "why": _why(one),
        }
        for one in indicators.INDICATORS
    ]


def _named(cells: tuple[Of, ...]) -> list[str]:
    """Name cells as the files do."""
    return [f"{cell.table}: {' '.join(cell.at)}" for cell in cells]


def _target(one: Indicator) -> Phrase | str:
    if one.target is None:
        return ""
    if one.each:
        return phrase("at most {n} each", n=one.target)
    if one.at_most:
        return phrase("at most {n} of 100", n=one.target)
    return phrase("at least {n} of 100", n=one.target)
