"""The page of a case parted into screens, for a kiosk: one thing a screen, with its way back and its way out in sight.

At home a page is scrolled at leisure. Whoever stands at a kiosk sees one screen, and five thousand pixels below its
edge nobody looks for the button that erases everything.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from flask import request

from translations import Phrase, phrase

SEE: Final = "see"
"""What somebody asks for at a kiosk who wants another screen of their case."""
NOW, OPINION, ATTENDED, STEPS = "now", "opinion", "attended", "steps"
MESSAGES, WHO, MORE = "messages", "who", "more"
MENU: Final = "menu"
"""Where the other screens are named while an offer is asked about: the offer and its answers take the first one."""
NAMES: Final[Mapping[str, Phrase]] = {
    OPINION: phrase("Your opinion"),
    ATTENDED: phrase("Who should talk with you?"),
    STEPS: phrase("Step by step"),
    MESSAGES: phrase("Messages"),
    WHO: phrase("Who opened your case"),
    MORE: phrase("Something else"),
}
"""The screens that the first one leads to, in the order in which it names them.

What somebody adds is written on the first one, folded: a network that is cut meanwhile must not keep them from it."""
FOLDED: Final[Mapping[str, Phrase]] = {
    "wait": phrase("Ask that my case waits"),
    "stays_out": phrase("Stay out of a group's agreement"),
    "comes_back": phrase("You stay out of a group's agreement"),
    "stolen": phrase("My phone was stolen or lost"),
    "found": phrase("You said that your phone was stolen or lost."),
    "withdraw": phrase("End or erase my case"),
    "erase": phrase("End or erase my case"),
}
"""What a screen of its own offers, since it is seldom done and never by accident."""
MOST: Final = 4
"""So many messages stand on a screen, or fewer where they are long."""
LETTERS: Final = 900
_LINE: Final = 45
"""A message takes the room of so many letters besides its own."""
_OF_FIELD: Final[Mapping[str, str]] = {"pressed": MORE}


def there(*, judged: bool, attended: bool, actions: Collection[str]) -> tuple[str, ...]:
    """List the screens a case has besides its first."""
    without = set() if judged else {OPINION}
    without |= set() if attended else {ATTENDED}
    without |= set() if FOLDED.keys() & set(actions) else {MORE}
    return tuple(name for name in NAMES if name not in without)


def wanted(errors: Collection[str], has: Collection[str]) -> tuple[str, int]:
    """Name the screen that answers: that of the field to look at again, that which was asked for, or the first.

    Messages have several, told as `messages.1`: those said before the newest, which are `messages`.
    """
    name, _, older = request.form.get("part", "").partition(".")
    asked = next((_OF_FIELD[one] for one in errors if one in _OF_FIELD), name)
    if asked not in {MENU, *has} or set(errors) - set(_OF_FIELD):
        return NOW, 0
    return asked, int(older) if older.isdecimal() and len(older) < len(str(LETTERS)) else 0


def newest_first(messages: Sequence[Any]) -> list[list[Any]]:
    """Part what was said into screens, the newest first; each in the order in which it was said."""
    screens: list[list[Any]] = [[]]
    room = LETTERS
    for one in reversed(messages):
        taken = len(one["text"]) + _LINE
        if screens[-1] and (taken > room or len(screens[-1]) == MOST):
            screens.append([])
            room = LETTERS
        screens[-1].insert(0, one)
        room -= taken
    return screens
