"""Numbers as they are said: in words, digit by digit, as years and as dates, for everything read aloud.

A figure in a script is a word, because an announcer stumbles over digits. The number of a case or of a telephone is
said one digit at a time, in two groups and never in pairs: on a bad line "sesenta" is heard as "setenta". The digits
of such a number are Spanish words in Aymara, where kimsa (3) is the beginning of kimsaqallqu (8). Quechua and
Aymara are drafts: no native speaker has read them, and whether Quechua says -yuq after a hundred is contested.
"""

from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from typing import Final, Literal

from translations.numbers import andean, western

MOST: Final = 999_999
LANGUAGES: Final = ("es", "pt", "en", "qu", "quz", "quy", "ay")
DRAFTS: Final = frozenset({"qu", "quz", "quy", "ay"})
Noun = Literal["", "m", "f"]
"""What the number stands before: nothing, or a noun of one gender (`veintiún casos`, `veintiuna quejas`)."""

_SPELLERS: Final[Mapping[str, Callable[[int, Noun], str]]] = {
    "es": western.spanish,
    "pt": western.portuguese,
    "en": western.english,
    "qu": andean.collao,
    "quz": andean.collao,
    "quy": andean.chanka,
    "ay": andean.aymara,
}
_SIGNS: Final[Mapping[str, Mapping[str, str]]] = {
    "es": {"+": "más", "*": "asterisco", "#": "numeral"},
    "pt": {"+": "mais", "*": "asterisco", "#": "cerquilha"},
    "en": {"+": "plus", "*": "star", "#": "hash"},
}


def in_words(number: int, language: str, *, before: Noun = "") -> str:
    """Spell a whole number from 0 to 999,999.

    Raises:
        LookupError: nobody has taught us to count in this language.
        ValueError: the number is negative or larger than we can say.
    """
    speller = _speller(language)
    if not 0 <= number <= MOST:
        raise ValueError(f"{number} cannot be said: only 0 to {MOST}")
    return speller(number, before)


def digit_by_digit(code: str, language: str) -> str:
    """Say a case number or a telephone number one digit at a time, in two groups: "cuatro ocho, dos uno".

    Blanks, dashes, dots and brackets are not said; plus, star and hash are.

    Raises:
        ValueError: something else than digits, or nothing.
    """
    speaks = "es" if language == "ay" else language
    speller = _speller(speaks)
    signs = _SIGNS.get(speaks, _SIGNS["es"])
    said: list[str] = []
    for character in code:
        if character in "0123456789":
            said.append(speller(int(character), ""))
        elif character in signs:
            said.append(signs[character])
        elif character not in " -.()/\u00a0":
            raise ValueError("only digits can be said one at a time")
    if not said:
        raise ValueError("there is no digit to say")
    middle = (len(said) + 1) // 2
    groups = (said[:middle], said[middle:])
    return ", ".join(" ".join(group) for group in groups if group)


def year_in_words(year: int, language: str) -> str:
    """Say a year as people do: "dos mil veintiséis", "twenty twenty-six"."""
    return western.english_year(year) if language == "en" else in_words(year, language)


def date_in_words(day: date, language: str, *, with_year: bool = True) -> str:
    """Say a day: "cinco de noviembre de dos mil veintiséis". Quechua and Aymara borrow the Spanish month."""
    _speller(language)
    year = year_in_words(day.year, language) if with_year else ""
    match language:
        case "es" | "pt":
            first = {"es": "primero", "pt": "primeiro"}[language]
            number = first if day.day == 1 else in_words(day.day, language)
            said = f"{number} de {western.MONTHS[language][day.month - 1]}"
            return f"{said} de {year}" if year else said
        case "en":
            said = f"{western.MONTHS['en'][day.month - 1]} {western.english_ordinal(day.day)}"
            return f"{said}, {year}" if year else said
        case _:
            return andean.date_in_words(
                western.MONTHS["es"][day.month - 1], in_words(day.day, language), year, language
            )


@cache
def number_words(language: str) -> frozenset[str]:
    """Every word that may stand in a spelled number of a language, in small letters."""
    speller = _speller(language)
    some = (*range(1001), 2000, 21_001, 100_101)
    nouns: tuple[Noun, ...] = ("", "m", "f")
    return frozenset(
        word for number in some for noun in nouns for word in speller(number, noun).replace("-", " ").split()
    )


def _speller(language: str) -> Callable[[int, Noun], str]:
    if language not in _SPELLERS:
        raise LookupError(f"nobody has taught us to count in {language!r}")
    return _SPELLERS[language]
