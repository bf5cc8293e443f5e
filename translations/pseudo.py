"""A language nobody speaks, to see on a screen what a longer one would do to it: "Send" becomes "[Séénd]".

Every letter sequence gets accents, every sentence grows by two fifths, and brackets show where it begins and ends: what
stands on a page without them is no sentence of a catalogue. A mechanism that names `zxx` among its languages shows it.
"""

import re
from itertools import cycle
from typing import Final

PSEUDO: Final = "zxx"
GROWTH: Final = 1.4
_ACCENTS: Final = str.maketrans("aeiouAEIOUn", "áéíóúÁÉÍÓÚñ")
_VOWEL: Final = re.compile(r"[aeiou]", re.IGNORECASE)
_BLANK: Final = re.compile(r"({\w*})")


def pseudo(sentence: str) -> str:
    """Say a sentence in the language nobody speaks; its blanks stay as they are."""
    parts = _BLANK.split(sentence)
    own = [part for part in parts if not _BLANK.fullmatch(part)]
    missing = max(0, round(sum(map(len, own)) * (GROWTH - 1)) - 2)
    places = [
        (number, found.start())
        for number, part in enumerate(parts)
        if not _BLANK.fullmatch(part)
        for found in _VOWEL.finditer(part)
    ]
    more: dict[tuple[int, int], int] = dict.fromkeys(places, 1)
    for place, _ in zip(cycle(places), range(missing), strict=False):
        more[place] += 1
    grown = [
        part
        if _BLANK.fullmatch(part)
        else "".join(letter * more.get((number, at), 1) for at, letter in enumerate(part)).translate(_ACCENTS)
        for number, part in enumerate(parts)
    ]
    return f"[{''.join(grown)}]"
