"""Numbers in words in Quechua (Collao and Chanka) and in Aymara. DRAFT: no native speaker has read them.

What is counted on is the last number that is added: in Quechua it takes -yuq (`chunka kimsayuq`, 13), -niyuq behind a
consonant (`chunka hukniyuq`, 11), also behind a hundred or a thousand, which the sources do not agree on. In Aymara
only a unit takes -ni (`tunka mayani`, 11); 2 before what it counts is `pä`, 1 is `mä`.
"""

from collections.abc import Callable
from typing import Final

_QUECHUA: Final = (
    "-",
    "huk",
    "iskay",
    "kimsa",
    "tawa",
    "pichqa",
    "suqta",
    "qanchis",
    "pusaq",
    "isqun",
)
_AYMARA: Final = (
    "ch'usa",
    "maya",
    "paya",
    "kimsa",
    "pusi",
    "phisqa",
    "suxta",
    "paqallqu",
    "kimsaqallqu",
    "llätunka",
)
_BEFORE: Final = {"maya": "mä", "paya": "pä"}
_VOWELS: Final = "aiueoäïü"
_TEN, _HUNDRED, _THOUSAND = 10, 100, 1000


def collao(number: int, before: str = "") -> str:  # noqa: ARG001  nothing agrees with a noun
    """Spell in the Quechua of Cusco and Collao."""
    return _quechua(number) if number else "ch'usaq"


def chanka(number: int, before: str = "") -> str:  # noqa: ARG001  nothing agrees with a noun
    """Spell in the Quechua of Ayacucho, which has no ejectives."""
    return _quechua(number) if number else "chusaq"


def aymara(number: int, before: str = "") -> str:
    """Spell in Aymara; before a noun 1 is `mä` and 2 is `pä`."""
    if number < _TEN:
        word = _AYMARA[number]
        return _BEFORE.get(word, word) if before else word
    added, unit = _added(number, lambda many: aymara(many, "m"), ("waranqa", "pataka", "tunka"))
    if unit:
        added.append(f"{_AYMARA[unit]}ni")
    return " ".join(added)


def date_in_words(month: str, day: str, year: str, language: str) -> str:
    """Say a day; the month is the Spanish word, as on the radio."""
    if language == "ay":
        said = f"{month} phaxsina {day} urupa"
        return f"{year} mara, {said}" if year else said
    said = f"{month} killapa {day} p'unchawnin" if language != "quy" else f"{month} killapa {day} punchawnin"
    return f"{year} wata, {said}" if year else said


def _quechua(number: int) -> str:
    added, unit = _added(number, _quechua, ("waranqa", "pachak", "chunka"))
    if unit:
        added.append(_QUECHUA[unit])
    if len(added) > 1:
        added[-1] += "yuq" if added[-1][-1] in _VOWELS else "niyuq"
    return " ".join(added)


def _added(number: int, times: Callable[[int], str], names: tuple[str, str, str]) -> tuple[list[str], int]:
    """Part a number into its thousands, hundreds and tens, each said, and the unit that is left."""
    added: list[str] = []
    for size, name in zip((_THOUSAND, _HUNDRED, _TEN), names, strict=True):
        many, number = divmod(number, size)
        if many:
            added.append(f"{times(many)} {name}" if many > 1 else name)
    return added, number
