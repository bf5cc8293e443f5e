"""What a text is about, pure: the theme and the place that it names, and whether it says anything at all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from channels.typed import fold, made_of, spaced, whole_message
from translations.lists import LANGUAGES, THEMES, every_advertising, every_command, load
from workflows.danger import flags

OTHER = "other"
"""The theme of what belongs to none: it is never guessed."""
SIGNS = 2
"""So many things that advertising speaks of stand in one: a single one ("saldo") is in complaints too."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place somebody can name: a site or a zone, with the words people use for it."""

    site: str
    zone: str | None
    words: tuple[str, ...]


def guess_theme(text: str) -> str | None:
    """Guess the theme from words of all languages; None when none, or when two are named equally often."""
    said = spaced(text)
    words, joined = frozenset(said.split(" ")), f" {said} "
    hits = {
        theme: len(listed.alone & words) + sum(phrase in joined for phrase in listed.phrases)
        for theme, listed in _themes().items()
        if theme != OTHER
    }
    best = max(hits.values(), default=0)
    named = [theme for theme, n in hits.items() if n == best]
    return named[0] if best and len(named) == 1 else None


def find_place(text: str, places: Sequence[Place]) -> Place | None:
    """Find the one place a text names, zones before sites; None when none, or more than one site, is named."""
    joined = f" {spaced(text)} "
    named = [p for p in places if any(word in joined for word in _folded(p.words))]
    zones = [p for p in named if p.zone is not None]
    sites = {p.site for p in named}
    if len(sites) != 1:
        return None
    return zones[0] if len(zones) == 1 else Place(site=named[0].site, zone=None, words=())


def names_a_theme(text: str) -> bool:
    """Tell whether a text has a word of any theme, and be it of several at once."""
    said = spaced(text)
    words, joined = frozenset(said.split(" ")), f" {said} "
    return any(
        listed.alone & words or any(phrase in joined for phrase in listed.phrases)
        for listed in _themes().values()
    )


def names_a_place(text: str, names: Sequence[str]) -> bool:
    """Tell whether a text has one of these names in it."""
    joined = f" {spaced(text)} "
    return any(name in joined for name in _folded(tuple(names)))


def looks_like_advertising(text: str) -> bool:
    """Tell whether a text speaks of two things at least that operators sell: a prize and a top-up, an offer and a link."""
    return len(flags(text, every_advertising(), by_sound=False)) >= SIGNS


def is_noise(text: str) -> bool:
    """Tell whether a text is a greeting, thanks, a digit or noise, or several of them: nothing to keep."""
    noise = every_command("noise")
    return not any(sign.isalpha() for sign in text) or whole_message(text, noise) or made_of(text, noise)


@lru_cache(maxsize=1024)
def _folded(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f" {fold(word)} " for word in words)


@dataclass(frozen=True, slots=True)
class _Listed:
    """The words of a theme, and its phrases of several words as they stand in a text."""

    alone: frozenset[str]
    phrases: tuple[str, ...]


_THEMES: dict[str, _Listed] = {}


def _themes() -> Mapping[str, _Listed]:
    if not _THEMES:
        listed = {
            theme: {fold(word) for lang in LANGUAGES for word in load(lang).themes[theme]} for theme in THEMES
        }
        _THEMES.update(
            (
                theme,
                _Listed(
                    frozenset(w for w in words if " " not in w), tuple(f" {w} " for w in words if " " in w)
                ),
            )
            for theme, words in listed.items()
        )
    return _THEMES
