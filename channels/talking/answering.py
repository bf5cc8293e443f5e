"""What somebody answers to a question with digits, as people write it: "1 Acepto", "y 1", "uno", "1)", "si gracias".

Nothing is guessed: a digit with words counts where the words say what our own message says of that digit, or are in the
lists for it. Whatever says more than one thing is left as it was typed.
"""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from typing import Final

from channels.typed import AND, FAREWELLS, spaced, whole_message
from translations import Phrase, say
from translations.folding import fold, trim
from translations.lists import LANGUAGES, every_command
from translations.notices import TEMPLATES

ASKS_BY_DIGIT: Final = "{code} and 1"
"""How a message says that it asks for a digit."""
_BLANK: Final = {"number": "", "code": "", "text": "", "older": "", "date": ""}
_LABEL: Final = re.compile(r"(?<!\S)([123]) ([^.?!123]+)")
_LED: Final = re.compile(r"([123])\s*[).:,\-]*\s+(.+)", re.DOTALL)
_KEYCAP: Final = re.compile("[\ufe0f\u20e3]")
_SPELLED: Final = {
    "uno": "1", "dos": "2", "tres": "3", "one": "1", "two": "2", "three": "3", "huk": "1", "iskay": "2", "kimsa": "3",
    "maya": "1", "paya": "2",
}  # fmt: skip
_PRAISE: Final = {"2": "partly", "3": "bad"}
_LISTS: Final[Mapping[str, tuple[str, ...]]] = {
    "1": ("yes", "good"),
    "2": ("talk", "no", "partly"),
    "3": ("review", "bad"),
}


def plainly(text: str) -> str:
    """Give the digit that an answer says, or its words without an "and" before and thanks behind."""
    words = _KEYCAP.sub("", text).strip().split()
    while words and fold(trim(words[0])) in AND:
        del words[0]
    while words and fold(trim(words[-1])) in FAREWELLS:
        del words[-1]
    said = " ".join(words)
    bare = unicodedata.normalize("NFKC", trim(said))
    if bare in _LISTS:
        return bare
    if (spelled := _SPELLED.get(fold(bare))) is not None:
        return spelled
    led = _LED.fullmatch(said)
    if led is not None and _says_the_same(led[1], led[2]):
        return led[1]
    return said or text.strip()


def how_it_went(text: str) -> str:
    """Give the digit by which somebody says how they are, when they were asked: also "mal", "3 mal", "muy mal"; or nothing.

    A "badly" that is missed is somebody in danger whom nobody calls.
    """
    said = plainly(text)
    if said in _LISTS:
        return said
    named = (d for d, labels in _labels("checkin").items() if spaced(said) in labels)
    praised = (d for d, kind in _PRAISE.items() if whole_message(said, every_command(kind)))
    return next(named, "") or next(praised, "")


def _says_the_same(digit: str, words: str) -> bool:
    said = plainly(words)
    return (
        said == digit
        or spaced(said) in _labels()[digit]
        or any(whole_message(said, every_command(kind)) for kind in _LISTS[digit])
    )


@cache
def _labels(only: str = "") -> Mapping[str, frozenset[str]]:
    """Read from our own messages, or from one, what each says of a digit, in every language: it is data."""
    found: dict[str, set[str]] = {digit: set() for digit in _LISTS}
    for key, template in TEMPLATES.items():
        if key == only or (not only and ASKS_BY_DIGIT in template.words.msgid):
            for language in LANGUAGES:
                said = say(Phrase(template.words.msgid, _BLANK), language)
                for digit, label in _LABEL.findall(said):
                    found[digit].add(spaced(label))
    return {digit: frozenset(labels) for digit, labels in found.items()}
