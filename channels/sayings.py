"""Everything each channel says to residents, so that it can be looked at whole in every language."""

import math
import re
from functools import lru_cache
from typing import Final

from channels.sms.segments import GSM7, measure
from channels.sms.words import READERS, STANDS, render, worst_case
from channels.web import pagewords
from reports.spots import SENTENCES
from translations.checking import Channel
from translations.notices import TEMPLATES, budget_of
from translations.plain import faults

_KEY_OF: Final = {template.words.msgid: key for key, template in TEMPLATES.items()}


@lru_cache(maxsize=1)
def sms() -> Channel:
    """Text messages: each in the cheap alphabet and within its budget of segments, filled with the longest values."""
    named = [words.msgid for words in (*STANDS.values(), *READERS.values())]
    return Channel("sms", tuple(dict.fromkeys([*_KEY_OF, *named])), _too_much_for_a_text, _segments)


@lru_cache(maxsize=1)
def radio() -> Channel:
    """What is read at a station."""
    return Channel(
        "radio", tuple(sentence.msgid for sentence in SENTENCES), _cannot_be_read_aloud, _read_aloud
    )


def channels() -> tuple[Channel, ...]:
    """Every channel that speaks to residents."""
    return (sms(), pagewords.said(), radio())


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
