"""A page's view, said in one language: phrases become words, dates become days as people write them."""

from collections.abc import Mapping
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any

from babel.dates import format_date
from markupsafe import Markup

from translations import Phrase, formatting, say


def spoken(value: Any, language: str) -> Any:
    """Say everything in a view. A time of day is never said: an exact time on a page is a mistake of ours.

    Raises:
        TypeError: the view holds a time of day.
    """
    match value:
        case Phrase():
            return say(
                Phrase(value.msgid, {name: spoken(blank, language) for name, blank in value.blanks.items()}),
                language,
            )
        case datetime():
            raise TypeError("no page of the staff shows a time of day")
        case date():
            return day(value, language)
        case str() | Markup() | int() | float() | bool() | None:
            return value
        case Mapping():
            return SimpleNamespace(**{name: spoken(inner, language) for name, inner in value.items()})
        case tuple() | list() | set() | frozenset():
            return [spoken(inner, language) for inner in value]
        case _:
            raise TypeError(f"a view cannot hold {type(value).__name__}")


def day(on: date, language: str) -> str:
    """Write a day: "5 nov 2026"."""
    return format_date(on, "d MMM y", locale=formatting(language))
