"""One spelling for many: what people type, made comparable. For matching only, never to store or show."""

import re
import unicodedata
from typing import Final

_ALIKE: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | str.maketrans(
    dict.fromkeys("‘’‚‛ʼʹʻʽ´`′＇", "'")
)
"""Letters and signs of full width as the plain ones, and every apostrophe as one."""
_LONG_LETTERS: Final = re.compile(r"([^\W\d_])\1+")
_ALONE: Final = {"x": "por", "q": "que", "k": "que", "m": "me", "d": "de", "t": "te"}
_SOUNDS: Final = tuple(
    (re.compile(sign), sound)
    for sign, sound in (
        (r"l{2,}", "y"),
        (r"chh?", "č"),  # by one sign: neither its c nor its h is one by itself
        (r"sh", "š"),
        (r"ph", "f"),
        (r"[hg]u(?=[ao])|hu(?=[ei])", "w"),
        (r"gu(?=[ei])", "ĝ"),
        (r"g(?=[ei])", "j"),
        (r"ĝ", "g"),
        (r"c(?=[ei])|z", "s"),
        (r"qu(?=[ei])|[cq]", "k"),
        (r"(?<![^ ])j|h", ""),
        (r"v", "b"),
        (r"n(?=[bp])", "m"),
        (r"x(?=[^aeiou])|x$", "s"),
        (r"y(?![aeiou])", "i"),
    )
)
_VOWELS: Final = str.maketrans("eo", "iu")
_KEPT: Final = 0x3000
"""What signs below this become is found out once; of the rest each time, or odd texts would fill the table."""


class _Bare(dict[int, str]):
    """What each sign becomes without marks and in plain digits, found out when it is first met."""

    def __missing__(self, code: int) -> str:
        bare = _bare(chr(code))
        if code < _KEPT:
            self[code] = bare
        return bare


_BARE: Final = _Bare()


def fold(text: str) -> str:
    """The text in lower case, without accents (ñ is n here), with one apostrophe and single spaces.

    Signs around the whole are trimmed, unless there is nothing else: "¿Ayuda?" is "ayuda", "??" is "?".
    """
    if text.isascii():  # nothing of it has a mark, and its only other apostrophe is the grave accent
        bare = text.replace("`", "'").lower()
    else:
        bare = unicodedata.normalize("NFD", text.translate(_ALIKE)).translate(_BARE).casefold()
    spaced = " ".join(bare.split())
    trimmed = trim(spaced)
    return trimmed if trimmed or not spaced else spaced[0]


def trim(word: str) -> str:
    """The text without the signs that are neither letter nor digit at its two ends."""
    if word.isalnum():
        return word
    start, end = 0, len(word)
    while start < end and not word[start].isalnum():
        start += 1
    while start < end and not word[end - 1].isalnum():
        end -= 1
    return word[start:end]


def shorten(folded: str) -> str:
    """The folded text with each lengthened letter once: "siii" and "si" are alike. Digits stay."""
    return _LONG_LETTERS.sub(r"\1", folded)


def sounded(words: str) -> str:
    """Spell folded words as they sound in the Andes: "amenasaron" and "amenazaron", "kieren" and "quieren" are alike.

    Whoever learned to write late, or in another tongue, writes what they hear: b and v, s and z, no h, ll or y, and
    e for i and o for u where Quechua and Aymara know three vowels. A single letter is the word that phones made of it.
    Each word, parted from the next by a space, sounds as it does by itself.
    """
    said = " ".join(_ALONE.get(word, word) for word in words.split(" "))
    for sign, sound in _SOUNDS:
        said = sign.sub(sound, said)
    return shorten(said.translate(_VOWELS))


def _bare(sign: str) -> str:
    category = unicodedata.category(sign)
    if category in {"Mn", "Me", "Cf"}:
        return ""
    # Only decimal digits: "²" is a digit to Python and none to the person who typed it.
    return str(unicodedata.decimal(sign)) if category == "Nd" else sign
