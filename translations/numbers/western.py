"""Numbers in words in Spanish, Portuguese and English, as they are said in the Andes, in Brazil and on the radio."""

from collections.abc import Mapping
from typing import Final


def _row(words: str) -> tuple[str, ...]:
    return tuple(words.split())


MONTHS: Final[Mapping[str, tuple[str, ...]]] = {
    "es": _row("enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"),
    "pt": _row("janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro"),
    "en": _row("January February March April May June July August September October November December"),
}
_ES_SMALL: Final = _row(
    "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete "
    "dieciocho diecinueve veinte veintiuno veintidós veintitrés veinticuatro veinticinco veintiséis veintisiete "
    "veintiocho veintinueve"
)
_ES_TENS: Final = _row("- - - treinta cuarenta cincuenta sesenta setenta ochenta noventa")
_ES_HUNDREDS: Final = _row(
    "- ciento doscient trescient cuatrocient quinient seiscient setecient ochocient novecient"
)
_PT_SMALL: Final = _row(
    "zero um dois três quatro cinco seis sete oito nove dez onze doze treze catorze quinze dezesseis dezessete "
    "dezoito dezenove"
)
_PT_TENS: Final = _row("- - vinte trinta quarenta cinquenta sessenta setenta oitenta noventa")
_PT_HUNDREDS: Final = _row("- cento duzent trezent quatrocent quinhent seiscent setecent oitocent novecent")
_EN_SMALL: Final = _row(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_EN_TENS: Final = _row("- - twenty thirty forty fifty sixty seventy eighty ninety")
_EN_ORDINALS: Final = {
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth",
    "twelve": "twelfth",
}  # fmt: skip
_THOUSAND: Final = 1000
_HUNDRED: Final = 100


def spanish(number: int, before: str = "") -> str:
    """Spell in Spanish. Before a noun `uno` is `un` or `una`, and the hundreds take its gender."""
    thousands, rest = divmod(number, _THOUSAND)
    parts = []
    if thousands > 1:
        parts.append(_spanish_below_thousand(thousands, "m", hundreds="f" if before == "f" else "m"))
    if thousands:
        parts.append("mil")
    if rest or not number:
        parts.append(_spanish_below_thousand(rest, before, hundreds=before))
    return " ".join(parts)


def _spanish_below_thousand(number: int, before: str, *, hundreds: str) -> str:
    if number == _HUNDRED:
        return "cien"
    many, rest = divmod(number, _HUNDRED)
    parts = []
    if many:
        stem = _ES_HUNDREDS[many]
        parts.append(stem if many == 1 else stem + ("as" if hundreds == "f" else "os"))
    if rest or not number:
        parts.append(_spanish_below_hundred(rest, before))
    return " ".join(parts)


def _spanish_below_hundred(number: int, before: str) -> str:
    if number < len(_ES_SMALL):
        word = _ES_SMALL[number]
    else:
        tens, unit = divmod(number, 10)
        word = _ES_TENS[tens] + (f" y {_ES_SMALL[unit]}" if unit else "")
    if not word.endswith("uno") or not before:
        return word
    if before == "f":
        return word.removesuffix("o") + "a"
    # The stress moves to the end when the last letter goes, and is written only in the joined word.
    return "veintiún" if word == "veintiuno" else word.removesuffix("o")


def portuguese(number: int, before: str = "") -> str:
    """Spell in Portuguese of Brazil; no commas, and `e` after the thousands only before a short or round rest."""
    thousands, rest = divmod(number, _THOUSAND)
    parts = []
    if thousands > 1:
        parts.append(_portuguese_below_thousand(thousands, before))
    if thousands:
        parts.append("mil")
    if rest or not number:
        if thousands and (rest < _HUNDRED or rest % _HUNDRED == 0):
            parts.append("e")
        parts.append(_portuguese_below_thousand(rest, before))
    return " ".join(parts)


def _portuguese_below_thousand(number: int, before: str) -> str:
    if number == _HUNDRED:
        return "cem"
    parts = []
    many, rest = divmod(number, _HUNDRED)
    if many:
        stem = _PT_HUNDREDS[many]
        parts.append(stem if many == 1 else stem + ("as" if before == "f" else "os"))
    if rest >= len(_PT_SMALL):
        parts.append(_PT_TENS[rest // 10])
        rest %= 10
    if rest or not parts:
        word = _PT_SMALL[rest]
        parts.append({"um": "uma", "dois": "duas"}.get(word, word) if before == "f" else word)
    return " e ".join(parts)


def english(number: int, before: str = "") -> str:  # noqa: ARG001  every speller is asked the same way
    """Spell in English, with "and" after the hundreds."""
    thousands, rest = divmod(number, _THOUSAND)
    parts = []
    if thousands:
        parts.append(f"{_english_below_thousand(thousands)} thousand")
        if 0 < rest < _HUNDRED:
            parts.append("and")
    if rest or not number:
        parts.append(_english_below_thousand(rest))
    return " ".join(parts)


def _english_below_thousand(number: int) -> str:
    many, rest = divmod(number, _HUNDRED)
    parts = []
    if many:
        parts.append(f"{_EN_SMALL[many]} hundred")
        if rest:
            parts.append("and")
    if rest or not number:
        if rest < len(_EN_SMALL):
            parts.append(_EN_SMALL[rest])
        else:
            tens, unit = divmod(rest, 10)
            parts.append(_EN_TENS[tens] + (f"-{_EN_SMALL[unit]}" if unit else ""))
    return " ".join(parts)


def english_ordinal(number: int) -> str:
    """Spell the day of a month in English: "twenty-first"."""
    whole = english(number)
    head, dash, last = whole.rpartition("-")
    if last.endswith("y"):
        return head + dash + last.removesuffix("y") + "ieth"
    return head + dash + _EN_ORDINALS.get(last, f"{last}th")


def english_year(year: int) -> str:
    """Say a year in English: "nineteen oh five", "two thousand and five", "twenty twenty-six"."""
    century, rest = divmod(year, _HUNDRED)
    ten = 10
    if century < ten or (century % ten == 0 and rest < ten):
        return english(year)
    if not rest:
        return f"{english(century)} hundred"
    return f"{english(century)} {f'oh {english(rest)}' if rest < ten else english(rest)}"
