"""Danger is looked for before anything is sealed: high recall, no judgement.

A false alarm is cheap, because a reviewer releases the case; a missed one can cost a life. So words are
matched folded, with any spelling of long letters, with figures typed for letters and letters for figures, as they
stand and as they sound ("me kieren matar" is "me quieren matar"), in every language at once, and nothing here weighs
one against another. Only where somebody lives is no danger:
the blood of Wila Kota is its name, "wila" by itself is not.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cache, lru_cache
from itertools import chain, groupby
from typing import Final

from translations.folding import fold, shorten, sounded
from translations.lists import LANGUAGES, load

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


def flags(
    text: str, lists: Mapping[str, tuple[str, ...]], *, places: Collection[str] = (), by_sound: bool = True
) -> frozenset[str]:
    """The dangers this text may speak of, by the words of `lists` (flag to words and phrases).

    A word that ends in "*" stands for any ending; "..." in a phrase for up to four words. The names in `places`
    speak of none. Without `by_sound` the words count as they stand alone: for what an office writes, and for advertising.
    """
    typed, spellings = _readings(text), (shorten, sounded) if by_sound else (shorten,)
    every, places = tuple(lists.values()), tuple(places)
    spoken = dict.fromkeys((say(" ".join(words)), say) for words in typed for say in spellings)
    said = [
        (_names(places, every, say).sub(_SOMEWHERE, f" {words} ") if places else f" {words} ", say)
        for words, say in spoken
    ]
    # Most texts speak of none: all lists are looked through at once before each by itself.
    if not any(_any(every, say).search(words) for words, say in said):
        return frozenset()
    return frozenset(
        flag
        for flag, phrases in lists.items()
        if any(_pattern(tuple(phrases), say).search(words) for words, say in said)
    )


Spelling = Callable[[str], str]
"""How words are read: as they are typed, or as they sound."""


@cache
def _typed_otherwise() -> frozenset[str]:
    """The phrases of English alone, which nobody writes as it sounds: a threat would be a treat."""
    words = {lang: frozenset(chain(*load(lang).danger.values())) for lang in LANGUAGES}
    return words["en"].difference(*(words[lang] for lang in LANGUAGES if lang != "en"))


@lru_cache(maxsize=64)
def _names(places: tuple[str, ...], lists: tuple[tuple[str, ...], ...], say: Spelling) -> re.Pattern[str]:
    """Names of places, the longest first: those of several words with what Quechua and Aymara put behind them.

    A name that is itself a phrase of a list cannot be told from the danger, and still counts.
    """
    dangers = {_plain(phrase.replace(_ANY_ENDING, ""), say) for phrases in lists for phrase in phrases}
    names = {_plain(place, say) for place in places} - dangers - {""}
    forms = [re.escape(name) + ("[^ ]*" if " " in name else "") for name in sorted(names, key=_longest_first)]
    return re.compile(f"(?<= )(?:{'|'.join(forms)})(?= )" if forms else r"(?!)")


def _longest_first(name: str) -> tuple[int, str]:
    return -len(name), name


@lru_cache(maxsize=64)
def _any(lists: tuple[tuple[str, ...], ...], say: Spelling) -> re.Pattern[str]:
    return _pattern(tuple(phrase for phrases in lists for phrase in phrases), say)


@lru_cache(maxsize=64)
def _pattern(phrases: tuple[str, ...], say: Spelling) -> re.Pattern[str]:
    heard = set(phrases) if say is shorten else set(phrases) - _typed_otherwise()
    forms = sorted({form for phrase in heard if (form := _form(phrase, say))})
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


def _form(phrase: str, say: Spelling) -> str:
    """One phrase as a pattern over words that stand between single spaces."""
    parts: list[str] = []
    for word in phrase.split():
        if word == _GAP:
            parts.append(f"(?:[^ ]+ ){{0,{_MOST_BETWEEN}}}")
            continue
        parts.append(f"{re.escape(_plain(word, say))}{'[^ ]*' if word.endswith(_ANY_ENDING) else ''} ")
    return "".join(parts).removesuffix(" ")


def _readings(text: str) -> list[list[str]]:
    """The words as they stand, and, where letters and figures are mixed in a word, as they may be meant."""
    words = _words(text.replace("@", "a").replace("$", "s"))
    if not any(map(_is_mixed, words)):
        return [words]
    return [
        words,
        *([word.translate(meant) if _is_mixed(word) else word for word in words] for meant in _MEANT),
    ]


def _is_mixed(word: str) -> bool:
    return not word.isalpha() and not word.isdigit()


def _plain(text: str, say: Spelling) -> str:
    return say(" ".join(_words(text)))


def _words(text: str) -> list[str]:
    # Without apostrophes: wisq'awan is also typed wisqawan.
    return _WORD.findall(fold(text).replace("'", ""))
