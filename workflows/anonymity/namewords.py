"""The words of a text as the detector of names sees them: folded, each with what it may be.

A word may be a listed name, sure or unsure, or one of the words that stand beside names. Endings of Quechua and
Aymara are taken off for this, and figures typed for letters read as letters.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

from translations.folding import fold
from translations.lists import load_names

_WORD: Final = re.compile(r"[^\W_]+(?:['’ʼ`´][^\W_]+)*")
_TYPED: Final = str.maketrans("013457", "oleast")
_SAID: Final = str.maketrans("eo", "iu")
_SENTENCE: Final = re.compile(r"[.!?\n:;¡¿\"“«(]\s*$")
_SHORTEST_STEM: Final = 4
_MOST_ENDINGS: Final = 3
_SHOUTED: Final = 0.6


class Is:
    """What a word may be, a bit each. Plain numbers: every word of every text is asked a dozen times."""

    GIVEN: Final = 1
    SURNAME: Final = 2
    UNSURE_GIVEN: Final = 4
    UNSURE_SURNAME: Final = 8
    NEVER: Final = 16
    DON: Final = 32
    TITLE: Final = 64
    STREET: Final = 128
    PLACING: Final = 256
    THING: Final = 512
    ACTING: Final = 1024
    PLACE: Final = 2048
    NAMED: Final = 4096


SURE: Final = Is.GIVEN | Is.SURNAME
UNSURE: Final = Is.UNSURE_GIVEN | Is.UNSURE_SURNAME
ANY: Final = SURE | UNSURE


@dataclass(slots=True)
class Token:
    """One word: where it stands, folded, what it may be, and whether its first letter is a capital that tells.

    A capital tells something only within a sentence that is written with small letters otherwise. `person` is
    what the detector makes of it.
    """

    start: int
    end: int
    word: str
    kind: int
    capital: bool
    person: bool = False

    def might(self, kind: int) -> bool:
        """Tell whether it may be one of these."""
        return bool(self.kind & kind)


def tokens_of(text: str, places: Collection[str]) -> list[Token]:
    """Part a text into words; a word of a place's name is no other name."""
    found = list(_WORD.finditer(text))
    words = [match.group() for match in found]
    capitals = sum(word[0].isupper() for word in words)
    # Where every word, or every letter, is a capital one, capitals say nothing.
    telling = capitals <= _SHOUTED * len(words) or len(words) == 1
    tokens: list[Token] = []
    for match, word in zip(found, words, strict=True):
        plain = word.lower() if word.isascii() else fold(word)
        capital = telling and word[0].isupper() and not word.isupper() and not _opens(text, match.start())
        tokens.append(Token(match.start(), match.end(), plain, _kind(plain), capital))
    _keep_places(tokens, places)
    return tokens


def words_of(text: str) -> list[str]:
    """List the words of a text, folded."""
    return _plain(text)


def takes_off(word: str, name: str) -> bool:
    """Tell whether a word is this name, as it stands or with endings of Quechua and Aymara behind it; both are folded."""
    if word == name:
        return True
    endings, lengths = _endings()
    left = word[len(name) :] if len(name) >= _SHORTEST_STEM and word.startswith(name) else ""
    for _ in range(_MOST_ENDINGS):
        length = next((n for n in lengths if n <= len(left) and left[:n] in endings), 0)
        left = left[length:]
    return word.startswith(name) and word != left and not left and len(name) >= _SHORTEST_STEM


def _opens(text: str, at: int) -> bool:
    """Whether a sentence begins here."""
    before = text[max(0, at - 3) : at]
    return not before.strip() or bool(_SENTENCE.search(before))


def _kind(word: str) -> int:
    """What a word may be; with endings of Quechua or Aymara, or figures for letters, a listed name all the same."""
    known = _known()
    kind = known.get(word)
    if kind is not None:
        return kind
    if word.isalpha():
        return _stemmed(word)
    if "'" in word:
        return known.get(word.split("'", maxsplit=1)[0], 0) & SURE
    if word.isdigit():
        return 0
    return known.get(word.translate(_TYPED), known.get(word.rstrip("0123456789"), 0)) & SURE


def _stemmed(word: str) -> int:
    known, said = _known(), _three_vowels()
    endings, lengths = _endings()
    if kind := said.get(word, 0):
        return kind
    stem = word
    for _ in range(_MOST_ENDINGS):
        room = len(stem) - _SHORTEST_STEM
        length = next((n for n in lengths if n <= room and stem[-n:] in endings), 0)
        if not length:
            break
        stem = stem[:-length]
        other = stem.translate(_SAID)
        if kind := known.get(stem, 0) & ANY or said.get(other, 0) or known.get(other, 0) & SURE:
            return kind
    return 0


@cache
def _three_vowels() -> dict[str, int]:
    """Listed names as Quechua and Aymara say and spell them: Pedru, Quispi."""
    return {
        word.translate(_SAID): kind & SURE
        for word, kind in _known().items()
        if kind & SURE and len(word) > _SHORTEST_STEM and word.translate(_SAID) not in _known()
    }


@cache
def _known() -> dict[str, int]:
    names, known = load_names(), dict[str, int]()
    for words, kind in (
        (names.given, Is.GIVEN), (names.surnames, Is.SURNAME), (names.unsure_given, Is.UNSURE_GIVEN),
        (names.unsure_surnames, Is.UNSURE_SURNAME), (names.never, Is.NEVER), (names.don, Is.DON | Is.TITLE),
        (names.title, Is.TITLE), (names.street, Is.STREET), (names.placing, Is.PLACING), (names.thing, Is.THING),
        (names.acting, Is.ACTING), (names.named, Is.NAMED),
    ):  # fmt: skip
        for word in words:
            folded = fold(word)
            known[folded] = known.get(folded, 0) | kind
    return {
        word: kind & ~(ANY if kind & Is.STREET else SURE if kind & UNSURE else 0)
        for word, kind in known.items()
    }


@cache
def _endings() -> tuple[frozenset[str], tuple[int, ...]]:
    """The endings, and their lengths, longest first."""
    endings = frozenset(fold(e) for e in load_names().endings)
    return endings, tuple(sorted({len(e) for e in endings}, reverse=True))


@cache
def looks() -> re.Pattern[str]:
    """The looks that surnames of Quechua and Aymara have."""
    return re.compile("|".join(re.escape(look) for look in load_names().looks))


@cache
def phrases(which: str) -> frozenset[str]:
    """The phrases of one list, folded, their words parted by single spaces."""
    return frozenset(" ".join(_plain(phrase)) for phrase in getattr(load_names(), which))


@cache
def last_words(which: str) -> frozenset[str]:
    """The words that the phrases of one list end with."""
    return frozenset(phrase.rpartition(" ")[2] for phrase in phrases(which))


def _plain(phrase: str) -> list[str]:
    return [fold(word) for word in _WORD.findall(phrase)]


@lru_cache(maxsize=32)
def _places(places: tuple[str, ...]) -> dict[str, tuple[tuple[str, ...], ...]]:
    """Places by their first word."""
    found: dict[str, tuple[tuple[str, ...], ...]] = {}
    for place in places:
        words = tuple(_plain(place))
        if words:
            found[words[0]] = (*found.get(words[0], ()), words)
    return found


def _keep_places(tokens: list[Token], places: Collection[str]) -> None:
    if not places:
        return
    known = _places(tuple(places))
    for at, token in enumerate(tokens):
        for words in known.get(token.word, ()):
            if tuple(t.word for t in tokens[at : at + len(words)]) == words:
                for one in tokens[at : at + len(words)]:
                    one.kind = one.kind & ~ANY | Is.PLACE
