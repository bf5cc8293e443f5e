"""Words become SMS only here: a template in a language, filled in, in the cheap alphabet (DESIGN 6).

Everything above says *what* it wants to say; nothing above counts letters.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from channels.sms.segments import measure, to_gsm7
from grievance import codes as numbers
from grievance.vocabulary import Role, State
from translations import Phrase, phrase, say
from translations.notices import TEMPLATES, Template, budget_of, is_draft
from workflows.notyet import WHY
from workflows.registry.hazards import KINDS, URGENCY
from workflows.registry.registerbook import BY_KEY
from workflows.requests import ANSWERS

RECEIPTS = frozenset({"receipt", "receipt_again", "request_receipt", "safe_first", "safe_care"})
MARK_OF_A_DRAFT = " (borrador)"
"""At the end of a text whose words no native speaker has read: the Spanish word is the one its readers know."""
LISTS: Mapping[str, str] = {"places": ", ", "advisers": "; "}
"""Blanks that name as many as fit, and what stands between two of them."""
MOST_TEXT = 420
"""Characters of GSM-7 that an officer's words may take, so that a template with them fits four segments."""
_MONTHS: Mapping[str, tuple[str, ...]] = {
    "es": ("ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "set", "oct", "nov", "dic"),
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
}
STANDS: Mapping[str, Phrase] = {
    State.RECEIVED: phrase("it arrived"),
    State.ACKNOWLEDGED: phrase("a person has it"),
    State.ASSESSED: phrase("we know how serious it is"),
    State.INVESTIGATING: phrase("we are finding out what happened"),
    State.PROPOSED: phrase("there is an answer, we wait for you"),
    State.IN_DIALOGUE: phrase("you are talking with the company"),
    State.UNDER_REVIEW: phrase("another person looks at it"),
    State.UNDER_INDEPENDENT_REVIEW: phrase("an independent person decides"),
    State.AGREED: phrase("there is an agreement"),
    State.IMPLEMENTING: phrase("the agreement is being carried out"),
    State.VERIFIED: phrase("you said it was done"),
    State.REOPENED: phrase("it is open again"),
    State.CLOSED: phrase("it is closed"),
}
"""Where a case stands, as short as a text message wants it; a voice says the same."""
READERS: Mapping[str, Phrase] = {
    Role.OFFICER: phrase("company officer"),
    Role.REVIEWER: phrase("independent reviewer"),
    Role.FOCAL: phrase("protection focal point"),
}


def render(template_key: str, language: str, codes: Mapping[str, Any], *, text: str | None = None) -> str:
    """Say a template in a language, ready for the air.

    `codes` is what the notice carries: digits of numbers and claves, ISO dates, a state's name, places.

    Raises:
        KeyError: there is no such template, or one of its blanks is missing.
    """
    template = TEMPLATES[template_key]
    blanks = {name: _shown(name, value, language) for name, value in codes.items()}
    if text is not None:
        blanks["text"] = _ended(text.strip())
    for name, between in LISTS.items():
        if name in blanks:
            blanks[name] = _as_many_as_fit(template, language, blanks, name, between)
    return _fill(template, language, blanks)


def _ended(text: str) -> str:
    """Let a text end as a sentence does: what follows it on the air is another one."""
    return text if text[-1:] in ("", ".", "?", "!", ":") else f"{text}."


def worst_case(template: Template) -> dict[str, Any]:
    """Give the longest values a template may be filled with; only the blanks it has."""
    longest = {
        "number": "41073293", "older": "88073293", "clave": "4821093755127381", "date": "2026-11-28", "code": "4827",
        "web": "quejas.huaylluray.example/follow", "emergency": "0800-15-170",
        "services": "800-14-0348", "status": max(STANDS, key=_length_of_state),
        "times": 99, "readers": dict.fromkeys(READERS, 99),
        "places": [f"Comunidad numero {n} de la cuenca alta" for n in range(12)], "text": "w" * MOST_TEXT,
        "advisers": [f"Consultorio juridico numero {n}, los jueves en la plaza del distrito" for n in range(9)],
        "answer": max(ANSWERS, key=lambda kind: max(len(say(ANSWERS[kind], one)) for one in _MONTHS)),
        "why": max(WHY, key=lambda one: max(len(say(WHY[one], language)) for language in _MONTHS)),
        "public": "P482913", "which": "12345", "stands": "renegotiated", "by": "2026-11-28",
        "hazard": "dam", "urgency": "today", "place": "Mina Qorimayu de la cuenca alta, Comunidad de Huaylluray",
    }  # fmt: skip
    return {name: value for name, value in longest.items() if f"{{{name}}}" in template.words.msgid}


def short_date(day: date, language: str) -> str:
    """Write a day of the site for an SMS: `15 nov`. Quechua and Aymara texts borrow the Spanish month."""
    months = _MONTHS.get(language, _MONTHS["es"])
    return f"{day.day} {months[day.month - 1]}"


def _fill(template: Template, language: str, blanks: Mapping[str, object]) -> str:
    said = to_gsm7(say(Phrase(template.words.msgid, {"": "", **blanks}), language))
    return said + MARK_OF_A_DRAFT if is_draft(template, language) else said


def _shown(name: str, value: Any, language: str) -> Any:
    match name:
        case "number" | "older" | "clave":
            return numbers.show(str(value))
        case "date":
            return short_date(date.fromisoformat(str(value)), language)
        case "status":
            return STANDS.get(str(value), value)
        case "by":
            day = date.fromisoformat(str(value))
            return f"{short_date(day, language)} {day.year}"
        case "answer":
            return ANSWERS.get(str(value), value)
        case "why":
            return WHY.get(str(value), value)
        case "stands":
            return BY_KEY["commitment"].states.get(str(value), value)
        case "hazard":
            return KINDS.get(str(value), value)
        case "urgency":
            return URGENCY.get(str(value), value)
        case "readers":
            return ", ".join(f"{say(READERS[role], language)} {n}" for role, n in sorted(value.items()))
        case "places" | "advisers":
            return tuple(value.split(", ")) if isinstance(value, str) else tuple(value)
        case _:
            return value


def _as_many_as_fit(
    template: Template, language: str, blanks: Mapping[str, Any], name: str, between: str
) -> str:
    """Name one after another until the message is full: a list that is cut off still says what it is for."""
    named: list[str] = []
    for one in blanks[name]:
        tried = between.join([*named, one])
        if measure(_fill(template, language, {**blanks, name: tried})).segments > budget_of(
            template, language
        ):
            break
        named.append(one)
    return between.join(named)


def _length_of_state(state: str) -> int:
    return max(len(say(STANDS[state], language)) for language in _MONTHS)
