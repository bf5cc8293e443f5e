"""What stands in the printed report of a month: the figures of its page as tables, and what is said beside them."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final

from reports.formats import beside
from reports.formats.appendix import MONTHLY, appendix
from reports.formats.beside import Part
from reports.formats.sheets import in_words, marked, shell
from reports.saying import sentences
from reports.saying.page import CHANNEL_NAMES, page, theme_names
from reports.shelf import Release
from reports.tables import ALL, ANSWERS_BY_TYPE, BY_ENTRY, BY_THEME, NOT_STATED
from translations import Phrase, phrase
from translations.states import SENSES

_ENDS: Final[Mapping[str, Phrase | str]] = {**SENSES, "referred": SENSES["referred_accepted"]}


def data(release: Release, language: str) -> dict[str, Any]:
    """Lay out the report."""
    shown, meant = page(release, language=language), release.document["definitions"]

    def said(value: Phrase | str | int | None) -> str:
        return in_words(value, language)

    companies = {
        "title": "",
        "head": [said(phrase("Cases")), *(said(one.name) for one in shown.companies)],
        "rows": [
            [said(measure), *(said(one.figures[n]) for one in shown.companies)]
            for n, measure in enumerate(shown.company_measures)
        ],
        "bars": False,
        "wide": False,
    }
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
    parts = (
        Part(phrase("The accounts of the month"), tables=[account]),
        Part(phrase("Do as many cases end as complaints come in?"), tables=[months]),
        Part(phrase("What do people complain about, how and where?"), tables=breakdowns),
        Part(phrase("By company"), tables=[companies]),
    )
    return {
        **shell(release, language),
        "title": said(shown.title),
        "published": said(shown.published),
        "facts": [*filter(None, [marked(release, language)]), *(said(fact) for fact in shown.facts)],
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
            {
                "title": said(one.title),
                "paragraphs": [asdict(each) for each in one.paragraphs],
                "tables": one.tables,
            }
            for one in (*parts, *beside.parts(release, language))
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
        "foot": marked(release, language, f"{release.document['mechanism']['name']}, {release.month}"),
    }


def _bars(
    release: Release, table: str, title: str, column: str, names: Mapping[str, Phrase | str], language: str
) -> dict[str, Any]:
    """Lay a breakdown out, the largest first; a figure that is not shown has its word and no bar."""
    cells = [cell for cell in release.complaints[table].cells if cell.at != (ALL,)]
    cells.sort(key=lambda cell: (cell.value is None, cell.at[0] == NOT_STATED, -(cell.value or 0)))
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
