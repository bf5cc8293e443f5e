"""A month on paper: a report on A4 and a poster on A3, made by typst as tagged PDF/UA-1, the same bytes every time.

typst is the extra `pdf`; a copy without it says so. What is printed comes as data and is never read as markup, the fonts
are those typst brings, and the date inside is the day of publishing: so the bytes hang on the month and the words alone.
"""

import io
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import segno

from grievance.vocabulary import Clock, Ending
from reports import sentences
from reports.page import CHANNEL_NAMES, COMPANY_COLUMNS, TARGET, page
from reports.sentences import NOT_SHOWN
from reports.shelf import Release
from reports.tables import ALL, ANSWERS_BY_TYPE, BY_ENTRY, BY_THEME, NOT_STATED, STOCK_FLOW, TIMELINESS
from translations import Phrase, phrase, say
from translations.states import SENSES

HERE: Final = Path(__file__).parent / "printed"
BARS: Final = 5
FIGURES: Final = 240
ROWS: Final = 6
_NUMBERS: Final = {
    "received": (phrase("complaint came in."), phrase("complaints came in.")),
    "met": (phrase("first answer came on time."), phrase("first answers came on time.")),
    "late": (phrase("first answer came late."), phrase("first answers came late.")),
    "remedied": (phrase("case ended with a remedy."), phrase("cases ended with a remedy.")),
    "closed": (phrase("case ended."), phrase("cases ended.")),
}

_ENDS: Final[Mapping[str, Phrase | str]] = {**SENSES, "referred": SENSES["referred_accepted"]}
_RESULTS: Final = {
    "met": phrase("Met"),
    "partly": phrase("Partly met"),
    "not_met": phrase("Not met"),
    "no_data": phrase("No data"),
}


def can_print() -> bool:
    """Tell whether typst is installed."""
    return find_spec("typst") is not None


def report(release: Release, *, language: str) -> bytes:
    """Print the month on A4."""
    return _compiled("report.typ", _report(release, language), release)


def poster(release: Release, *, language: str, address: str = "") -> bytes:
    """Print the month on A3, for a wall; `address` is where the whole report is, as a QR code of 54 mm."""
    return _compiled("poster.typ", _poster(release, language, address), release)


def _compiled(template: str, data: dict[str, Any], release: Release) -> bytes:
    import typst  # noqa: PLC0415  an extra, and large

    published = datetime.combine(_published(release), time(), tzinfo=UTC)
    made: bytes = typst.compile(
        str(HERE / template),
        format="pdf",
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        ignore_system_fonts=True,
        pdf_standards=["ua-1"],
        timestamp=int(published.timestamp()),
    )
    return made


def _shell(release: Release, language: str) -> dict[str, Any]:
    day = _published(release)
    return {
        "lang": language,
        "mechanism": release.document["mechanism"]["name"],
        "date": [day.year, day.month, day.day],
    }


def _report(release: Release, language: str) -> dict[str, Any]:
    shown = page(release, language=language)

    def said(value: Phrase | str | int | None) -> str:
        return _said(value, language)

    companies = {
        "title": "",
        "head": [said(phrase("Company")), *map(said, COMPANY_COLUMNS)],
        "rows": [[said(one.name), *map(said, one.figures)] for one in shown.companies],
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
                _themes(release, language),
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
        *_beside(release, language),
    ]
    return {
        **_shell(release, language),
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
            _said(names.get(cell.at[0], cell.at[0]), language),
            _said(cell.value, language),
            (cell.value or 0) / largest,
        ]
        for cell in cells
    ]
    return {
        "title": title,
        "head": [_said(phrase("Name"), language), column],
        "rows": rows,
        "bars": True,
        "wide": False,
    }


def _beside(release: Release, language: str) -> list[tuple[Phrase, list[str], list[dict[str, Any]]]]:
    """Print what stands beside the figures: scorecard, plans, and who says what."""

    def said(frozen: Any) -> str:
        return _said(Phrase(frozen["msgid"], dict(frozen["blanks"])), language)

    document = release.document
    parts: list[tuple[Phrase, list[str], list[dict[str, Any]]]] = []
    if card := document.get("scorecard"):
        rows = [
            [f"{said(row['name'])}: {said(row['measure'])}",
             "" if row["n"] is None else _said(sentences.n_of(row["n"], row["of"]), language),
             _said(_RESULTS[row["independent"] or row["result"]], language)]
            for row in card["rows"]
        ]  # fmt: skip
        head = [_said(one, language) for one in (phrase("Criterion"), phrase("Measured"), phrase("Result"))]
        table = {"title": "", "head": head, "rows": rows, "bars": False, "wide": True}
        parts.append((phrase("Does the mechanism meet the eight criteria?"), [], [table]))
    if plans := document.get("plans"):
        told = [
            f"{said(one['name'])}. {one['reason']} {one['plan']} {said(one['owner_words'])}, "
            f"{_said(sentences.day_name(date.fromisoformat(one['due_on'])), language)}: {said(one['state_words'])}."
            for one in plans
        ]
        parts.append((phrase("What was not met, why, and what will be done?"), told, []))
    if statement := document.get("statement"):
        parts.append((phrase("Independent review"), [f"{statement['text']} ({statement['party']})"], []))
    if comments := document.get("comment"):
        words = _said(phrase("These are the company's words, not the mechanism's."), language)
        parts.append((phrase("What the company says"), [words, *(one["text"] for one in comments)], []))
    return parts


def _poster(release: Release, language: str, address: str) -> dict[str, Any]:
    stock, times = release.complaints[STOCK_FLOW], release.complaints[TIMELINESS]
    met, late = (times.value(ALL, str(Clock.ANSWER), str(end)) for end in (Ending.MET, Ending.LATE))
    share = sentences.share_of(met, late)
    ends = release.complaints.get(ANSWERS_BY_TYPE)
    remedied = None if ends is None else ends.value("resolved_implemented")
    last = ("closed", stock.value(ALL, "closed")) if remedied is None else ("remedied", remedied)
    missed = share is not None and share < TARGET
    contact = release.document["contact"]
    ways = [
        _said(phrase(words, digits=contact[key]), language)
        for key, words in (("sms", "Send a text to {digits}."), ("ussd", "Or dial {digits}."))
        if key in contact
    ]
    title = phrase("Complaints from the community in {month}", month=sentences.month_name(release.month))
    return {
        **_shell(release, language),
        "title": _said(title, language),
        "numbers": [
            _number("received", stock.value(ALL, "received"), language),
            _number("late", late, language, verdict=missed),
            _number("met", met, language),
            _number(*last, language),
        ],
        **_weave(met, late),
        "bars_title": _said(phrase("What complaints were about"), language),
        "bars": _five(release, language),
        "ask": _said(phrase("Do you have a complaint?"), language)
        + " "
        + _said(phrase("It is free and needs no name."), language),
        "ways": [*ways, _said(phrase("You can also come to the office."), language)],
        "qr": "" if not address else _qr(address),
        "address": address.split("://", 1)[-1],
        "foot": _said(
            phrase("Monthly report, version {version}. Published on {date}.", version=release.version,
                   date=sentences.day_name(_published(release))), language,
        ) + " " + _said(phrase("Small figures are not shown, so that nobody can be recognised."), language),
    }  # fmt: skip


def _number(key: str, n: int | None, language: str, *, verdict: bool = False) -> dict[str, Any]:
    one, many = _NUMBERS[key]
    return {
        "figure": _said(n, language),
        "words": _said(one if n == 1 else many, language),
        "late": key == "late" and bool(n),
        "verdict": _said(phrase("The target was not met."), language) if verdict else "",
    }


def _weave(met: int | None, late: int | None) -> dict[str, Any]:
    """Draw an answer as a square where it came on time and as a diamond where it came late; nothing above 240."""
    if met is None or late is None or not 0 < met + late <= FIGURES:
        return {"weave": [], "weave_rows": ROWS}
    rows = max(ROWS, round((met + late) ** 0.5 * 0.85))
    return {"weave": [True] * met + [False] * late, "weave_rows": rows}


def _five(release: Release, language: str) -> list[dict[str, Any]]:
    names = _themes(release, language)
    cells = [c for c in release.complaints[BY_THEME].cells if c.value and c.at[0] not in (ALL, NOT_STATED)]
    cells.sort(key=lambda cell: -(cell.value or 0))
    largest = cells[0].value or 1 if cells else 1
    return [
        {
            "name": _said(names.get(cell.at[0], cell.at[0]), language),
            "figure": str(cell.value),
            "part": (cell.value or 0) / largest,
            "first": place == 0,
        }
        for place, cell in enumerate(cells[:BARS])
    ]


def _themes(release: Release, language: str) -> dict[str, Phrase | str]:
    named = release.document["themes"]
    return {key: names.get(language) or names["es"] for key, names in named.items()} | {
        NOT_STATED: phrase("Not stated")
    }


def _qr(address: str) -> str:
    drawn = io.BytesIO()
    segno.make(address, error="m").save(drawn, kind="svg", border=2, xmldecl=False)
    return drawn.getvalue().decode()


def _published(release: Release) -> date:
    return date.fromisoformat(str(release.document["published_on"]))


def _said(value: Phrase | str | int | None, language: str) -> str:
    if value is None:
        value = NOT_SHOWN
    return say(value, language) if isinstance(value, Phrase) else str(value)
