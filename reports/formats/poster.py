"""What stands on the poster of a month: four numbers, the most common subjects, how to complain, where the rest is."""

import io
from typing import Any, Final

import phonenumbers
import segno

from grievance.vocabulary import Clock, Ending
from reports.formats.sheets import in_words, marked, published, shell
from reports.saying import sentences
from reports.saying.page import TARGET, theme_names
from reports.shelf import Release
from reports.tables import ALL, ANSWERS_BY_TYPE, BY_THEME, NOT_STATED, STOCK_FLOW, TIMELINESS
from translations import phrase

BARS: Final = 5
HIDDEN_UP_TO: Final = 4
FIGURES: Final = 240
ROWS: Final = 6
_NUMBERS: Final = {
    "received": (phrase("complaint came in."), phrase("complaints came in.")),
    "met": (phrase("answer came on time."), phrase("answers came on time.")),
    "late": (phrase("answer came late."), phrase("answers came late.")),
    "remedied": (phrase("case ended with a remedy."), phrase("cases ended with a remedy.")),
    "closed": (phrase("case ended."), phrase("cases ended.")),
}


def data(release: Release, language: str, address: str) -> dict[str, Any]:
    """Lay out the poster; the address, if any, becomes a QR code."""
    stock, times = release.complaints[STOCK_FLOW], release.complaints[TIMELINESS]
    met, late = (times.value(ALL, str(Clock.ANSWER), str(end)) for end in (Ending.MET, Ending.LATE))
    share = sentences.share_of(met, late)
    ends = release.complaints.get(ANSWERS_BY_TYPE)
    remedied = None if ends is None else ends.value("resolved_implemented")
    last = ("closed", stock.value(ALL, "closed")) if remedied is None else ("remedied", remedied)
    missed = share is not None and share < TARGET
    contact = release.document["contact"]
    ways = [
        _apart(in_words(phrase(words, digits=number), language), number)
        for key, words in (("sms", "Send a text to {digits}."), ("ussd", "Or dial {digits}."))
        if (number := _in_groups(contact.get(key, "")))
    ]
    title = phrase("Complaints from the community in {month}", month=sentences.month_name(release.month))
    return {
        **shell(release, language),
        "mechanism": marked(release, language, release.document["mechanism"]["name"]),
        "title": in_words(title, language),
        "numbers": [
            _number("received", stock.value(ALL, "received"), language),
            _number("late", late, language, verdict=missed),
            _number("met", met, language),
            _number(*last, language),
        ],
        **_weave(met, late),
        "bars_title": in_words(phrase("What complaints were about"), language),
        "bars": _five(release, language),
        "ask": in_words(phrase("Do you have a complaint?"), language)
        + " "
        + in_words(phrase("It is free and needs no name."), language),
        "ways": [*ways, _apart(in_words(phrase("You can also come to the office."), language), "")],
        "qr": "" if not address else _qr(address),
        "address": address.split("://", 1)[-1],
        "foot": in_words(
            phrase("Monthly report, version {version}. Published on {date}.", version=release.version,
                   date=sentences.day_name(published(release))), language,
        ) + " " + in_words(phrase("Small figures are not shown, so that nobody can be recognised."), language),
    }  # fmt: skip


def _in_groups(number: str) -> str:
    """Write a number as it is read from a wall: an international one in groups, a short one as it is dialled."""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def _apart(words: str, number: str) -> list[str]:
    """Part a sentence at its number: before, number, after; without one it is all before."""
    return list(words.partition(number)) if number else [words, "", ""]


def _number(key: str, n: int | None, language: str, *, verdict: bool = False) -> dict[str, Any]:
    one, many = _NUMBERS[key]
    return {
        "figure": in_words(n, language),
        "words": in_words(one if n == 1 else many, language),
        "late": key == "late" and bool(n),
        "verdict": in_words(phrase("The target was not met."), language) if verdict else "",
    }


def _weave(met: int | None, late: int | None) -> dict[str, Any]:
    """Draw an answer as a square where it came on time and as a diamond where it came late; nothing above 240."""
    if met is None or late is None or not 0 < met + late <= FIGURES:
        return {"weave": [], "weave_rows": ROWS}
    rows = max(ROWS, round((met + late) ** 0.5 * 0.85))
    return {"weave": [True] * met + [False] * late, "weave_rows": rows}


def _five(release: Release, language: str) -> list[dict[str, Any]]:
    """Lay out the most common subjects and, so that the bars add up, all others together; never what would be small."""
    names, table = theme_names(release, language), release.complaints[BY_THEME]
    cells = [c for c in table.cells if c.value and c.at[0] not in (ALL, NOT_STATED)]
    cells.sort(key=lambda cell: -(cell.value or 0))
    shown, whole = cells[:BARS], table.value(ALL)
    rest = 0 if whole is None else whole - sum(cell.value or 0 for cell in shown)
    if rest and len(shown) == BARS:
        rest += shown.pop().value or 0
    bars = [(in_words(names.get(cell.at[0], cell.at[0]), language), cell.value or 0) for cell in shown]
    if bars and rest > HIDDEN_UP_TO:
        bars.append((in_words(phrase("All the others"), language), rest))
    largest = max((n for _, n in bars), default=1)
    return [
        {"name": name, "figure": str(n), "part": n / largest, "first": place == 0}
        for place, (name, n) in enumerate(bars)
    ]


def _qr(address: str) -> str:
    drawn = io.BytesIO()
    segno.make(address, error="m").save(drawn, kind="svg", border=2, xmldecl=False)
    return drawn.getvalue().decode()
