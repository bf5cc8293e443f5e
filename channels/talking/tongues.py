"""Which of a site's languages somebody writes in, or asks for by its name. Pure.

A variety (Quechua of Chanka, `quy`) is heard with the lists of its language: where a site offers Chanka alone, who writes
Quechua or asks for it gets Chanka.
"""

from collections.abc import Sequence
from functools import cache

from channels.typed import spaced, whole_message
from translations import family
from translations.lists import LANGUAGES, load


def guess_language(text: str, offered: Sequence[str], default: str) -> str:
    """Guess the language of a first text by its words; the site's default unless another clearly wins."""
    tokens = set(spaced(text).split())
    groups: dict[str, list[str]] = {}
    for language in offered:
        heard = _heard_as(language)
        if heard is not None:
            groups.setdefault(heard, []).append(language)
    hits = {heard: len(tokens & _guess_words(heard)) for heard in groups}
    best = max(hits.values(), default=0)
    winners = [heard for heard, n in hits.items() if n == best]
    if not best or len(winners) != 1:
        return default
    spoken = groups[winners[0]]
    return default if default in spoken else spoken[0]


def asked_for(said: str, offered: Sequence[str]) -> str | None:
    """Find the language whose name is the whole of what somebody said; its variety, where only that is offered."""
    for language in offered:
        if _is_name(said, language):
            return language
    return next((one for one in offered if any(_is_name(said, above) for above in family(one)[1:])), None)


def _is_name(said: str, language: str) -> bool:
    return any(whole_message(said, load(lang).languages.get(language, ())) for lang in LANGUAGES)


def _heard_as(language: str) -> str | None:
    return next((tongue for tongue in family(language) if tongue in LANGUAGES), None)


@cache
def _guess_words(language: str) -> frozenset[str]:
    return frozenset(spaced(word) for word in load(language).guess)
