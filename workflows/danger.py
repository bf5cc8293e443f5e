"""Danger is looked for before anything is sealed: high recall, no judgement.

A false alarm is cheap, because a reviewer releases the case; a missed one can cost a life. So words are
matched folded, with any spelling of long letters, in every language at once, and nothing here weighs one
against another.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from translations.folding import fold, shorten

_WORD: Final = re.compile(r"[^\W_]+")
_GAP: Final = "..."
_ANY_ENDING: Final = "*"
_MOST_BETWEEN: Final = 4


def flags(text: str, lists: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    """The dangers this text may speak of, by the words of `lists` (flag to words and phrases).

    A word that ends in "*" stands for any ending; "..." in a phrase for up to four words.
    """
    said = _spoken(text)
    return frozenset(flag for flag, phrases in lists.items() if _pattern(tuple(phrases)).search(said))


@lru_cache(maxsize=64)
def _pattern(phrases: tuple[str, ...]) -> re.Pattern[str]:
    forms = sorted({form for phrase in phrases if (form := _form(phrase))})
    return re.compile("|".join(f" (?:{form}) " for form in forms) or r"(?!)")


def _form(phrase: str) -> str:
    """One phrase as a pattern over words that stand between single spaces."""
    parts: list[str] = []
    for word in phrase.split():
        if word == _GAP:
            parts.append(f"(?:[^ ]+ ){{0,{_MOST_BETWEEN}}}")
            continue
        plain = " ".join(_WORD.findall(_folded(word)))
        parts.append(f"{re.escape(plain)}{'[^ ]*' if word.endswith(_ANY_ENDING) else ''} ")
    return "".join(parts).removesuffix(" ")


def _spoken(text: str) -> str:
    return f" {' '.join(_WORD.findall(_folded(text)))} "


def _folded(text: str) -> str:
    # Without apostrophes: wisq'awan is also typed wisqawan. With single letters: mataar, matarr.
    return shorten(fold(text).replace("'", ""))
