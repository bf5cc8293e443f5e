"""Danger is looked for before anything is sealed: high recall, no judgement.

A false alarm is cheap, because a reviewer releases the case; a missed one can cost a life. So words are
matched folded, with any spelling of long letters, with figures typed for letters and letters for figures, in
every language at once, and nothing here weighs one against another. Only where somebody lives is no danger:
the blood of Wila Kota is its name, "wila" by itself is not.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from itertools import groupby
from typing import Final

from translations.folding import fold, shorten

CARE: Final = frozenset({"sexual_violence", "child"})
"""Dangers whose first answer says that it is nobody's fault, and who helps."""
_WORD: Final = re.compile(r"[^\W_]+")
_GAP: Final = "..."
_ANY_ENDING: Final = "*"
_LETTERS: Final = 3
_MOST_BETWEEN: Final = 4
_SOMEWHERE: Final = "·"
_MEANT: Final = (
    str.maketrans("0134578", "oieastb"),
    str.maketrans("0134578", "oleastb"),
    str.maketrans("oil", "011"),
)
"""amenaz4, v1olar, go1pe; and 1O for 10."""


def flags(text: str, lists: Mapping[str, tuple[str, ...]], *, places: Collection[str] = ()) -> frozenset[str]:
    """The dangers this text may speak of, by the words of `lists` (flag to words and phrases).

    A word that ends in "*" stands for any ending; "..." in a phrase for up to four words. The names in `places`
    speak of none.
    """
    named = _names(tuple(places), tuple(lists.values())) if places else None
    said = [named.sub(_SOMEWHERE, reading) if named else reading for reading in _readings(text)]
    # Most texts speak of none: all lists are looked through at once before each by itself.
    if not any(map(_any(tuple(lists.values())).search, said)):
        return frozenset()
    return frozenset(
        flag for flag, phrases in lists.items() if any(map(_pattern(tuple(phrases)).search, said))
    )


@lru_cache(maxsize=64)
def _names(places: tuple[str, ...], lists: tuple[tuple[str, ...], ...]) -> re.Pattern[str]:
    """Names of places, the longest first: those of several words with what Quechua and Aymara put behind them.

    A name that is itself a phrase of a list cannot be told from the danger, and still counts.
    """
    dangers = {_plain(phrase.replace(_ANY_ENDING, "")) for phrases in lists for phrase in phrases}
    names = {_plain(place) for place in places} - dangers - {""}
    forms = [re.escape(name) + ("[^ ]*" if " " in name else "") for name in sorted(names, key=_longest_first)]
    return re.compile(f"(?<= )(?:{'|'.join(forms)})(?= )" if forms else r"(?!)")


def _longest_first(name: str) -> tuple[int, str]:
    return -len(name), name


@lru_cache(maxsize=64)
def _any(lists: tuple[tuple[str, ...], ...]) -> re.Pattern[str]:
    return _pattern(tuple(phrase for phrases in lists for phrase in phrases))


@lru_cache(maxsize=64)
def _pattern(phrases: tuple[str, ...]) -> re.Pattern[str]:
    forms = sorted({form for phrase in phrases if (form := _form(phrase))})
    return re.compile(f" (?:{_branching(forms)}) " if forms else r"(?!)")


def _branching(forms: Sequence[str], *, at: int = 0) -> str:
    """Write patterns as one that parts them by their first letters: a thousand of them are not tried one by one."""
    groups = groupby(forms, key=lambda form: form[at : at + 1] if form[at : at + 1].isalnum() else "")
    parts: list[str] = []
    for letter, some in groups:
        same = list(some)
        if letter and len(same) > 1 and at < _LETTERS:
            parts.append(f"{letter}(?:{_branching(same, at=at + 1)})")
        else:
            parts += [form[at:] for form in same]
    return "|".join(parts)


def _form(phrase: str) -> str:
    """One phrase as a pattern over words that stand between single spaces."""
    parts: list[str] = []
    for word in phrase.split():
        if word == _GAP:
            parts.append(f"(?:[^ ]+ ){{0,{_MOST_BETWEEN}}}")
            continue
        parts.append(f"{re.escape(_plain(word))}{'[^ ]*' if word.endswith(_ANY_ENDING) else ''} ")
    return "".join(parts).removesuffix(" ")


def _readings(text: str) -> list[str]:
    """The words as they stand, and, where letters and figures are mixed in a word, as they may be meant."""
    words = _WORD.findall(_folded(text.replace("@", "a").replace("$", "s")))
    readings = [words]
    if any(map(_is_mixed, words)):
        readings += [
            [shorten(word.translate(meant)) if _is_mixed(word) else word for word in words]
            for meant in _MEANT
        ]
    return [f" {' '.join(reading)} " for reading in readings]


def _is_mixed(word: str) -> bool:
    return not word.isalpha() and not word.isdigit()


def _plain(text: str) -> str:
    return " ".join(_WORD.findall(_folded(text)))


def _folded(text: str) -> str:
    # Without apostrophes: wisq'awan is also typed wisqawan. With single letters: mataar, matarr.
    return shorten(fold(text).replace("'", ""))
