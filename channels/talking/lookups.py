"""What a text asks to be told of by number, pure: a public commitment, or a case or request of one's own.

Only a word and a number, and nothing more, are such a question; whatever has another word in it is a complaint.
"""

from channels.typed import read_case_number, spaced, whole_message
from translations.lists import every_command

MOST_DIGITS = 5
_LABELS = frozenset({"n", "no", "nr", "nro", "num", "numero", "number", "n°", "nº", "yupay", "jakhu"})
_LEADING = 6
"""So many words lead a number at most: "que paso con mi caso"."""


def commitment(text: str) -> str | None:
    """Read which commitment somebody asks for: COMMITMENT 14."""
    head, _, number = spaced(text).rpartition(" ")
    if not (number.isascii() and number.isdecimal() and len(number) <= MOST_DIGITS):
        return None
    words = head.split()
    if words and words[-1] in _LABELS:
        del words[-1]
    return str(int(number)) if words and whole_message(" ".join(words), every_command("commitment")) else None


def own(text: str) -> str | None:
    """Read of which case of one's own somebody asks: STATUS 4107-3293, QUESTION 4107-3293, or the number alone."""
    if not any(map(str.isdecimal, text)):
        return None
    if (alone := read_case_number(text)) is not None:
        return alone
    words = text.replace(":", ": ", 1).split()
    for n in range(min(len(words) - 1, _LEADING), 0, -1):
        head = " ".join(words[:n])
        if whole_message(head, every_command("status")) or whole_message(head, every_command("request")):
            return read_case_number(" ".join(words[n:]))
    return None
