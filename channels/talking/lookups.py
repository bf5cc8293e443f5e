"""What a text asks to be told of by number, pure: a public commitment, or a case or request of one's own.

Only a word and a number, and nothing more, are such a question; whatever has another word in it is a complaint.
"""

from channels.typed import part_case_number, read_case_number, spaced, whole_message
from translations.lists import every_command

MOST_DIGITS = 5
_LABELS = frozenset({"n", "no", "nr", "nro", "num", "numero", "number", "n°", "nº", "yupay", "jakhu"})


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
    """Read of which case of one's own somebody asks: STATUS 4107-3293, 4107-3293 STATUS, or the number alone."""
    if (alone := read_case_number(text)) is not None:
        return alone
    parted = part_case_number(text)
    if parted is None:
        return None
    before, number, behind = parted
    return number if all(not part or _asks(part) for part in (before, behind)) else None


def _asks(words: str) -> bool:
    """Tell whether words beside a case number only ask: a word for it, or the beginning of one ("que paso" con mi caso)."""
    if whole_message(words, every_command("request")) or whole_message(words, every_command("status")):
        return True
    begins = f"{spaced(words)} "
    return not whole_message(words, every_command("no")) and any(
        spaced(one).startswith(begins) for one in every_command("status")
    )
