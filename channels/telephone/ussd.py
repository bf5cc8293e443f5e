"""The dialogue on a telephone's menu screen (USSD): 182 septets a page, parted at words, 99 and 98 to turn.

3GPP TS 23.038: 160 octets carry 182 septets of GSM-7. Pages aim at 150, since networks add of their own. A key
is never shown here: the process that sends draws it, and it comes by text message (DESIGN 5).
"""

from collections.abc import Mapping
from typing import Final

from channels.sms.segments import measure, to_gsm7
from channels.sms.words import MARK_OF_A_DRAFT
from channels.talking import menus
from channels.talking.dialogue import Screen
from channels.talking.menus import PROMPTS
from translations import Phrase, review_of, say, tongue_of

MOST: Final = 182
AIM: Final = 150
NO_DATE: Final = "-"
"""What fills the blank of a date where there is none."""


def render(
    screen: Screen, language: str, blanks: Mapping[str, object], *, page: int = 0
) -> tuple[str, int, bool]:
    """Say one page of a screen, which page it really is (nobody leafs past the last), and whether it is the last."""
    found = pages(lines(screen, language, blanks), language, last=screen.end)
    page = max(0, min(page, len(found) - 1))
    return found[page], page, page == len(found) - 1


def lines(screen: Screen, language: str, blanks: Mapping[str, object]) -> list[str]:
    """Say a screen line by line, in the cheap alphabet, unparted."""
    sentence = PROMPTS[_named(screen.prompt, blanks)]
    words = say(Phrase(sentence.msgid, {"": "", **blanks}), language)
    if review_of(tongue_of(sentence.msgid, language)) == "draft":
        words += MARK_OF_A_DRAFT
    said = [say(Phrase(menus.NOTES[screen.note].msgid, {"": "", **blanks}), language)] if screen.note else []
    said.append(words)
    if screen.prompt.partition(".")[0] == menus.READ:
        said += str(blanks.get("words", "")).split("\n")
    said += [f"{option.key} {say(option.label, language)}" for option in screen.options]
    if screen.state == menus.START:
        said.append(f"{menus.DANGER_KEY} {say(menus.LABELS['danger'], language)}")
    if screen.back:
        said.append(f"{menus.BACK_KEY} {say(menus.BACK, language)}")
    return [to_gsm7(line) for line in said]


def _named(prompt: str, blanks: Mapping[str, object]) -> str:
    """Choose how a screen is said by what is known: without a date that does not come, with the help that there is."""
    over, cared = f"{prompt}{menus.OVER}", f"{prompt}{menus.CARED}"
    if over in PROMPTS and blanks.get("date") == NO_DATE:
        return over
    return cared if cared in PROMPTS and blanks.get("services") else prompt


def pages(said: list[str], language: str, *, last: bool = False) -> list[str]:
    """Part lines into pages, at line ends where that is possible, else at words; the `last` screen takes what it may."""
    whole = "\n".join(said)
    if septets(whole) <= (MOST if last else AIM):
        return [whole]
    more = to_gsm7(f"{menus.MORE_KEY} {say(menus.MORE, language)}")
    less = to_gsm7(f"{menus.LESS_KEY} {say(menus.LESS, language)}")
    room = AIM - septets(f"\n{less}\n{more}")
    parts = _part(said, room)
    if len(parts) == 1:
        return parts
    return [
        "\n".join([part, *([less] if n else []), *([more] if n < len(parts) - 1 else [])])
        for n, part in enumerate(parts)
    ]


def septets(text: str) -> int:
    """Count what a text takes; every text here was put into GSM-7 before."""
    return measure(text).units


def _part(said: list[str], room: int) -> list[str]:
    found = [""]
    for line in said:
        for n, piece in enumerate(_pieces(line, room)):
            joined = f"{found[-1]}{' ' if n else chr(10)}{piece}" if found[-1] else piece
            if septets(joined) <= room:
                found[-1] = joined
            else:
                found.append(piece)
    return found


def _pieces(line: str, room: int) -> list[str]:
    """Keep a line whole if any page holds it; else its words; a word no page holds is cut."""
    if septets(line) <= room // 2:
        return [line]
    words = line.split(" ")
    return [word[at : at + room // 2] for word in words for at in range(0, max(1, len(word)), room // 2)]
