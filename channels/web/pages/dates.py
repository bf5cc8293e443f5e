"""Dates for people: day and month in words, in languages Babel knows and in those it does not."""

from datetime import date
from functools import lru_cache

from babel.dates import format_date

from translations import formatting


@lru_cache(maxsize=1024)
def day(value: date, language: str) -> str:
    """Say a day: `5 de diciembre`, `December 5`. The formatting locale is the language's own, never a guess."""
    pattern = "MMMM d" if language == "en" else "d 'de' MMMM"
    return format_date(value, pattern, locale=formatting(language))


def full_day(value: date, language: str) -> str:
    """Say a day with its year."""
    pattern = "MMMM d, y" if language == "en" else "d 'de' MMMM 'de' y"
    return format_date(value, pattern, locale=formatting(language))


def month(value: str, language: str) -> str:
    """Say a month given as `YYYY-MM`: `octubre de 2026`, `October 2026`."""
    pattern = "MMMM y" if language == "en" else "MMMM 'de' y"
    return format_date(date.fromisoformat(f"{value}-01"), pattern, locale=formatting(language))
