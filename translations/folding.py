"""One spelling for many: what people type, made comparable. For matching only, never to store or show."""

import re
import unicodedata
from typing import Final

_APOSTROPHES: Final = str.maketrans(dict.fromkeys("‘’‚‛ʼʹʻʽ´`′＇", "'"))
_FULL_WIDTH: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_NOT_ASCII: Final = re.compile(r"[^\x00-\x7f]")
_LONG_LETTERS: Final = re.compile(r"([^\W\d_])\1+")


def fold(text: str) -> str:
    """The text in lower case, without accents (ñ is n here), with one apostrophe and single spaces.

    Signs around the whole are trimmed, unless there is nothing else: "¿Ayuda?" is "ayuda", "??" is "?".
    """
    plain = text.translate(_APOSTROPHES).translate(_FULL_WIDTH)
    # What is ASCII is bare already, and is nearly all of it.
    bare = _NOT_ASCII.sub(_bare, unicodedata.normalize("NFD", plain))
    spaced = " ".join(bare.casefold().split())
    trimmed = trim(spaced)
    return trimmed if trimmed or not spaced else spaced[0]


def trim(word: str) -> str:
    """The text without the signs that are neither letter nor digit at its two ends."""
    start, end = 0, len(word)
    while start < end and not word[start].isalnum():
        start += 1
    while start < end and not word[end - 1].isalnum():
        end -= 1
    return word[start:end]


def shorten(folded: str) -> str:
    """The folded text with each lengthened letter once: "siii" and "si" are alike. Digits stay."""
    return _LONG_LETTERS.sub(r"\1", folded)


def _bare(found: re.Match[str]) -> str:
    sign = found.group()
    category = unicodedata.category(sign)
    if category in {"Mn", "Me", "Cf"}:
        return ""
    # Only decimal digits: "²" is a digit to Python and none to the person who typed it.
    return str(unicodedata.decimal(sign)) if category == "Nd" else sign
