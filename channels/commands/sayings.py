"""Everything each channel says to residents, so that it can be looked at whole in every language."""

import math
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from channels.radio import airwords
from channels.sms.segments import GSM7, measure, to_gsm7
from channels.sms.words import MARK_OF_A_DRAFT, READERS, STANDS, render, worst_case
from channels.sound import kioskvoice, recorded
from channels.talking import menus
from channels.telephone.ussd import MOST
from channels.web.pages import pagewords
from reports.aloud.acklist import STAGES
from reports.aloud.spots import SENTENCES
from translations import Phrase
from translations.checking import Channel
from translations.lists import every_command
from translations.notices import TEMPLATES, budget_of
from translations.numbers import in_words
from translations.plain import faults
from workflows.registry.registerbook import BY_KEY
from workflows.requests import ANSWERS

_SENT: Final = frozenset(
    word.upper() for name in ("status", "stop", "help", "start") for word in every_command(name)
) | {"STATUS"}
"""Words that people send to us, as they are written everywhere: in capitals."""
_KEY_OF: Final = {template.words.msgid: key for key, template in TEMPLATES.items()}


@lru_cache(maxsize=1)
def sms() -> Channel:
    """Text messages: each in the cheap alphabet and within its budget of segments, filled with the longest values."""
    parts = (STANDS, READERS, ANSWERS, BY_KEY["commitment"].states)
    named = [words.msgid for part in parts for words in part.values()]
    return Channel("sms", tuple(dict.fromkeys([*_KEY_OF, *named])), _too_much_for_a_text, _segments)


@lru_cache(maxsize=1)
def radio() -> Channel:
    """What is read at a station."""
    return Channel(
        "radio",
        tuple(s.msgid for s in (*SENTENCES, *airwords.SENTENCES, *STAGES.values())),
        _cannot_be_read_aloud,
        _read_aloud,
    )


@lru_cache(maxsize=1)
def ussd() -> Channel:
    """What a telephone's menu shows: each line fits one page."""
    named = (*menus.PROMPTS.values(), *menus.LABELS.values(), menus.MORE, menus.LESS, *menus.NOTES.values())
    return Channel(
        "ussd",
        _once(named),
        _too_much_for_a_screen,
        lambda _: f"a menu of {MOST} signs, no accents but é ñ ü ä",
    )


@lru_cache(maxsize=1)
def voice() -> Channel:
    """What is said in a call: a person records it."""
    named = [prompt.words for prompt in recorded.prompts().values() if isinstance(prompt.words, Phrase)]
    return Channel(
        "voice",
        _once(named),
        _cannot_be_read_aloud,
        note=lambda _: "recorded by a person: short, and nothing to fill in",
    )


@lru_cache(maxsize=1)
def kiosk() -> Channel:
    """What a kiosk says aloud: a person records it."""
    named = (*kioskvoice.SENTENCES, kioskvoice.LISTEN, kioskvoice.BY_MACHINE)
    return Channel(
        "kiosk", _once(named), _cannot_be_heard, note=lambda _: "read aloud at a kiosk: a person records it"
    )


def channels() -> tuple[Channel, ...]:
    """Every channel that speaks to residents."""
    return (sms(), ussd(), voice(), pagewords.said(), kiosk(), radio())


def _once(named: Iterable[Phrase]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words.msgid for words in named))


def _too_much_for_a_screen(english: str, language: str, words: str) -> tuple[str, ...]:  # noqa: ARG001  every channel is asked the same way
    taken = measure(to_gsm7(words) + MARK_OF_A_DRAFT).units
    return () if taken <= MOST else (f"{taken} signs of {MOST}",)


def _segments(english: str) -> str:
    key = _KEY_OF.get(english)
    if key is None:
        return "a part of a text message: the shorter the better"
    most = TEMPLATES[key].segments
    return f"text message, at most {most} {'segment' if most == 1 else 'segments'}: GSM-7, no accents but é ñ ü ä"


def _read_aloud(english: str) -> str:
    return f"read aloud on the radio: {len(english.split())} words in English, no digits, no shortened words"


def _too_much_for_a_text(english: str, language: str, words: str) -> tuple[str, ...]:  # noqa: ARG001  the words are filled by the renderer
    key = _KEY_OF.get(english)
    if key is None:
        return ()
    filled = worst_case(TEMPLATES[key])
    said = render(key, language, filled, text=filled.pop("text", None))
    found = []
    if strange := sorted(set(said) - GSM7):
        found.append(f"not in the alphabet of text messages: {' '.join(strange)}")
    budget, taken = budget_of(TEMPLATES[key], language), measure(said).segments
    if taken > budget:
        found.append(f"{taken} segments of {budget}")
    return tuple(found)


def _cannot_be_read_aloud(english: str, language: str, words: str) -> tuple[str, ...]:  # noqa: ARG001  every channel is asked the same way
    return faults(re.sub(r"{\w+}", "", words), language, mean=math.inf, easy=-math.inf)


def _cannot_be_heard(english: str, language: str, words: str) -> tuple[str, ...]:
    """Find what nobody could listen to at a kiosk, where the same words stand on the screen.

    So a short number may stand in digits and a remark in brackets, as everybody says them; and a word to be sent stands in
    capitals, as it is on every other screen. Everything else is as on the radio.
    """
    said = re.sub(r"\b\d{1,2}\b", lambda found: in_words(int(found[0]), language), words)
    said = re.sub(r"\s*\(([^()]+)\)", r", \1", said)
    said = re.sub(
        r"\b[A-ZÁÉÍÓÚÑ]{2,}\b", lambda found: found[0].lower() if found[0] in _SENT else found[0], said
    )
    return _cannot_be_read_aloud(english, language, said)
