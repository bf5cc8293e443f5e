"""A case number that was heard wrong: which single digit or which swap of neighbours would make it right.

Nothing is corrected: what might have been said is shown, and the person is asked again. Of a clave nothing is
ever shown, since it is no number for the air.
"""

from dataclasses import dataclass
from enum import StrEnum

from channels.typed import only_digits
from grievance.codes import CASE_NUMBER_LENGTH, is_case_number

FEW = 10
"""A code longer than a case number is on its way to being a clave."""


class Heard(StrEnum):
    """What was typed turns out to be."""

    RIGHT = "right"
    WRONG = "wrong"
    TOO_SHORT = "too_short"
    A_CLAVE = "a_clave"
    NO_NUMBER = "no_number"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a number that was heard is worth; `repairs` are numbers that hold and differ in one place or one swap."""

    heard: Heard
    number: str = ""
    repairs: tuple[str, ...] = ()


def listen(typed: str) -> Verdict:
    """Judge a number that somebody said, as the operator typed it."""
    digits = only_digits(typed)
    if not digits:
        return Verdict(Heard.NO_NUMBER)
    if is_case_number(digits):
        return Verdict(Heard.RIGHT, digits)
    if len(digits) >= FEW:
        return Verdict(Heard.A_CLAVE)
    if len(digits) != CASE_NUMBER_LENGTH:
        return Verdict(Heard.TOO_SHORT)
    return Verdict(Heard.WRONG, repairs=repairs(digits))


def repairs(digits: str) -> tuple[str, ...]:
    """List the case numbers that differ from these eight digits in one digit, or by one swap of neighbours."""
    places = range(CASE_NUMBER_LENGTH)
    one_digit = {digits[:at] + new + digits[at + 1 :] for at in places for new in "0123456789"}
    swapped = {digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :] for at in places[:-1]}
    return tuple(sorted(found for found in one_digit | swapped if found != digits and is_case_number(found)))
