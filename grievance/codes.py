"""The two codes people hold: a case number anyone may hear, and a clave that only the complainant knows.

Digits only, so that they can be typed on twelve keys, said in any language and read over a bad line. Two
check digits (ISO 7064 MOD 97-10) catch every wrong digit and every swap of neighbours. Randomness is the
caller's.
"""

from typing import Final

CASE_NUMBER_LENGTH: Final = 8
CLAVE_LENGTH: Final = 16
_CHECK_DIGITS: Final = 2
_GROUP: Final = 4


def make_case_number(digits6: str) -> str:
    """The case number of six random digits: eight digits, not a secret, opens nothing.

    Raises:
        ValueError: `digits6` is not exactly six ASCII digits.
    """
    return _with_check_digits(digits6, CASE_NUMBER_LENGTH)


def make_clave(digits14: str) -> str:
    """The clave of fourteen random digits: sixteen digits, shown once and never stored.

    Raises:
        ValueError: `digits14` is not exactly fourteen ASCII digits.
    """
    return _with_check_digits(digits14, CLAVE_LENGTH)


def is_case_number(s: str) -> bool:
    """Whether these are eight digits whose check digits hold."""
    return _holds(s, CASE_NUMBER_LENGTH)


def is_clave(s: str) -> bool:
    """Whether these are sixteen digits whose check digits hold."""
    return _holds(s, CLAVE_LENGTH)


def show(code: str) -> str:
    """The code in groups of four, as it is printed: "4107-3293" or "4821 0937 5512 7381".

    Raises:
        ValueError: it is neither as long as a case number nor as long as a clave.
    """
    if not _are_digits(code) or len(code) not in {CASE_NUMBER_LENGTH, CLAVE_LENGTH}:
        raise ValueError("neither a case number nor a clave")
    groups = [code[at : at + _GROUP] for at in range(0, len(code), _GROUP)]
    return ("-" if len(code) == CASE_NUMBER_LENGTH else " ").join(groups)


def _with_check_digits(payload: str, length: int) -> str:
    if not _are_digits(payload) or len(payload) != length - _CHECK_DIGITS:
        raise ValueError(f"needs exactly {length - _CHECK_DIGITS} digits")
    return f"{payload}{98 - int(payload) * 100 % 97:02}"


def _holds(code: str, length: int) -> bool:
    # Made again and compared: "the remainder is 1" alone would let 99 pass for 02, 00 for 97 and 01 for 98.
    return (
        len(code) == length
        and _are_digits(code)
        and _with_check_digits(code[:-_CHECK_DIGITS], length) == code
    )


def _are_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()
