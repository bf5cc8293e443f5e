"""What every printed sheet says alike: who publishes it, the day, and a figure or the word for a hidden one."""

from datetime import date
from typing import Any

from reports.saying.sentences import MADE_UP, NOT_SHOWN
from reports.shelf import Release
from translations import Phrase, say


def shell(release: Release, language: str) -> dict[str, Any]:
    """What every printed sheet needs: its language, who publishes it, and the day."""
    day = published(release)
    return {
        "lang": language,
        "mechanism": release.document["mechanism"]["name"],
        "date": [day.year, day.month, day.day],
    }


def marked(release: Release, language: str, words: str = "") -> str:
    """Say of a demonstration's that it is made up, before other words; of any other nothing but these."""
    return f"{in_words(MADE_UP, language)} {words}".strip() if release.made_up else words


def published(release: Release) -> date:
    """The day a month was published on."""
    return date.fromisoformat(str(release.document["published_on"]))


def in_words(value: Phrase | str | int | None, language: str) -> str:
    """Say a phrase, write a figure, or say that it is not shown."""
    if value is None:
        value = NOT_SHOWN
    return say(value, language) if isinstance(value, Phrase) else str(value)
