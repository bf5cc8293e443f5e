"""What stands in the printed report of a month: the figures of its page as tables, and what is said beside them."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from reports import sentences
from reports.formats.appendix import MONTHLY, appendix
from reports.formats.sheets import in_words, shell
from reports.page import CHANNEL_NAMES, COMPANY_COLUMNS, page, theme_names
from reports.shelf import Release
from reports.tables import ALL, ANSWERS_BY_TYPE, BY_ENTRY, BY_THEME
from translations import Phrase, phrase
from translations.states import SENSES

_ENDS: Final[Mapping[str, Phrase | str]] = {**SENSES, "referred": SENSES["referred_accepted"]}
_RESULTS: Final = {
    "met": phrase("Met"),
    "partly": phrase("Partly met"),
    "not_met": phrase("Not met"),
    "no_data": phrase("No data"),
}


def data(release: Release, language: str) -> dict[str, Any]:
    """Lay out the report."""
    shown, meant = page(release, language=language), release.document["definitions"]

    def said(value: Phrase | str | int | None) -> str:
        return in_words(value, language)

    companies = {
        "title": "",
        "head": [said(phrase("Company")), *map(said, COMPANY_COLUMNS)],
        "rows": [[said(one.name), *map(said, one.figures)] for one in shown.companies],
        "bars": False,
        "wide": False,
    }
    quarter = {**companies, "rows": [[said(one.name), *map(said, one.figures)] for one in shown.quarter]}
    months = {
        "title": "",
        "head": [said(phrase("Month")), said(phrase("received")), said(phrase("ended"))],
        "rows": [
            [said(sentences.month_name(month)), said(came), said(went)]
            for month, came, went in zip(shown.series.months, shown.series.received, shown.series.closed, strict=True)
            if (came, went) != (None, None)
        ],
        "bars": False,
        "wide": False,
    }  # fmt: skip
    account = {
        "title": "",
        "head": [said(item.name) for item in shown.account],
        "rows": [[f"{item.sign} {said(item.figure)}".strip() for item in shown.account]],
        "bars": False,
        "wide": False,
    }
    breakdowns = [
        _bars(release, table, said(title), said(column), names, language)
        for table, title, column, names in (
            (
                BY_THEME,
                phrase("What complaints were about"),
                phrase("Complaints"),
                theme_names(release, language),
            ),
            (BY_ENTRY, phrase("How complaints came in"), phrase("Complaints"), CHANNEL_NAMES),
            (ANSWERS_BY_TYPE, phrase("How cases ended"), phrase("Cases"), _ENDS),
        )
        if table in release.complaints
    ]
    parts = [
        (phrase("The accounts of the month"), [], [account]),
        (phrase("Do as many cases end as complaints come in?"), [], [months]),
        (phrase("What do people complain about, how and where?"), [], breakdowns),
        (phrase("By company"), [], [companies]),
        *([(phrase("The quarter by company"), [], [quarter])] if shown.quarter else []),
        *_beside(release, language),
    ]
    return {
        **shell(release, language),
        "title": said(shown.title),
        "published": said(shown.published),
        "facts": [said(fact) for fact in shown.facts],
        "tiles": [
            {
                "name": said(tile.name),
                "figure": said(tile.figure),
                "after": said(tile.after),
                "notes": [said(note) for note in (*((tile.verdict,) if tile.verdict else ()), *tile.notes)],
            }
            for tile in shown.tiles
        ],
        "parts": [
            {"title": said(title), "paragraphs": words, "tables": tables} for title, words, tables in parts
        ],
        "appendix_title": said(phrase("All other tables of the month")),
        "appendix_words": said(
            phrase("What each figure means stands above its table, version {version}.", version=meant)
        ),
        "appendix": list(appendix(release, language, but=MONTHLY)),
        "notes_title": said(phrase("Notes")),
        "notes": [said(note) for note in shown.notes],
        "cite_title": said(phrase("How to cite:")),
        "cite": said(shown.cite),
        "digest_title": said(phrase("Digest of this release (SHA-256):")),
        "digest": shown.digest,
        "foot": f"{release.document['mechanism']['name']}, {release.month}",
    }


def _bars(
    release: Release, table: str, title: str, column: str, names: Mapping[str, Phrase | str], language: str
) -> dict[str, Any]:
    """Lay a breakdown out, the largest first; a figure that is not shown has its word and no bar."""
    cells = [cell for cell in release.complaints[table].cells if cell.at != (ALL,)]
    cells.sort(key=lambda cell: (cell.value is None, -(cell.value or 0)))
    largest = max((cell.value or 0 for cell in cells), default=0) or 1
    rows = [
        [
            in_words(names.get(cell.at[0], cell.at[0]), language),
            in_words(cell.value, language),
            (cell.value or 0) / largest,
        ]
        for cell in cells
    ]
    return {
        "title": title,
        "head": [in_words(phrase("Name"), language), column],
        "rows": rows,
        "bars": True,
        "wide": False,
    }


def _beside(release: Release, language: str) -> list[tuple[Phrase, list[str], list[dict[str, Any]]]]:
    """Print what stands beside the figures: scorecard, plans, and who says what."""

    def said(frozen: Any) -> str:
        return in_words(sentences.thawed(frozen), language)

    document = release.document
    parts: list[tuple[Phrase, list[str], list[dict[str, Any]]]] = []
    if card := document.get("scorecard"):
        rows = [
            [f"{said(row['name'])}: {said(row['measure'])}",
             "" if row["n"] is None else in_words(sentences.n_of(row["n"], row["of"]), language),
             in_words(_RESULTS[row["independent"] or row["result"]], language)]
            for row in card["rows"]
        ]  # fmt: skip
        head = [
            in_words(one, language) for one in (phrase("Criterion"), phrase("Measured"), phrase("Result"))
        ]
        table = {"title": "", "head": head, "rows": rows, "bars": False, "wide": True}
        parts.append((phrase("Does the mechanism meet the eight criteria?"), [], [table]))
    if plans := document.get("plans"):
        told = [
            f"{said(one['name'])}. {one['reason']} {one['plan']} {said(one['owner_words'])}, "
            f"{in_words(sentences.day_name(date.fromisoformat(one['due_on'])), language)}: {said(one['state_words'])}."
            for one in plans
        ]
        parts.append((phrase("What was not met, why, and what will be done?"), told, []))
    if statement := document.get("statement"):
        parts.append((phrase("Independent review"), [f"{statement['text']} ({statement['party']})"], []))
    if comments := document.get("comment"):
        words = in_words(phrase("These are the company's words, not the mechanism's."), language)
        parts.append((phrase("What the company says"), [words, *(one["text"] for one in comments)], []))
    return parts
