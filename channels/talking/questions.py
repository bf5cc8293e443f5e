"""What somebody who complains is asked, as one table: by which door, under which name, or why not. Pure data.

Every door asks in its own way: a form of one page, a screen for each question, a line of a menu, a message afterwards.
What it asks, in which order, and what the answer writes into the complaint stands here. Change it and raise `VERSION`: each
case keeps the one by which it was asked, so that nobody compares answers to two different questions unawares.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from channels.talking import menus

VERSION: Final = 1
Door = Literal["web", "kiosk", "sms", "menu", "call"]
DOORS: Final[tuple[Door, ...]] = ("web", "kiosk", "sms", "menu", "call")
Answer = Literal["words", "themes", "places", "mines", "yes", "languages", "danger"]
IN_THE_WORDS: Final = "it is asked within the question what happened, and stands in the words"
KNOWN: Final = "the door itself tells: a kiosk stands at one mine, a number belongs to one"


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `writes`: the field of the complaint (`filing.Filing`) that its answer fills, or empty.

    `asked`: by each door that asks, under which name: a field of a form and a kiosk's screen, a state of the menu, a message
    (`@` before it) or a word to us (`#` before it). `absent`: why another door does not.
    """

    key: str
    answer: Answer
    writes: str
    asked: Mapping[Door, str]
    absent: Mapping[Door, str]


QUESTIONS: Final[tuple[Question, ...]] = (
    Question(
        "language", "languages", "language",
        {"web": "lang", "kiosk": "language", "sms": "#tongues", "menu": menus.LANGUAGE, "call": menus.LANGUAGE}, {},
    ),
    Question(
        "theme", "themes", "theme", {"web": "theme", "kiosk": "about", "menu": menus.THEME, "call": menus.THEME},
        {"sms": "one message is enough: it is guessed from the words"},
    ),
    Question(
        "what", "words", "text",
        {"web": "text", "kiosk": "words", "sms": "@ask_words", "menu": menus.TELL, "call": menus.TELL}, {},
    ),
    Question(
        "place", "places", "place", {"web": "place", "kiosk": "where", "sms": "@ask_place", "menu": menus.PLACE},
        {"call": "it is said within the recording, and whoever writes that down says where the case belongs"},
    ),
    Question(
        "mine", "mines", "site", {"web": "site", "sms": "@ask_place", "menu": menus.PLACE},
        {"kiosk": KNOWN, "call": "the same as with the place"},
    ),
    Question("since_when", "words", "", {}, dict.fromkeys(DOORS, IN_THE_WORDS)),
    Question(
        "danger", "danger", "danger", {"sms": "#alarm", "menu": menus.START, "call": menus.START},
        dict.fromkeys(("web", "kiosk"), "it is looked for in the words before anything is sealed; nothing may cost time"),
    ),
    Question(
        "group", "yes", "collective", {"web": "collective", "sms": "#group"},
        {
            "kiosk": "one screen more for everybody; it is said in the words, or by text message",
            "menu": "a line that may drop asks what cannot be said later; GROUP by text message is later",
            "call": "as by menu",
        },
    ),
    Question(
        "contact", "words", "", {},
        {
            "web": "nobody is asked for a number: the clave opens the answer", "kiosk": "as on the web",
            "sms": "the number they write from", "menu": "the number they dial from", "call": "as by menu",
        },
    ),
)  # fmt: skip
"""Every question there is, in the order in which a person is asked."""


def steps(door: Door, *, of: tuple[str, ...] = ()) -> tuple[str, ...]:
    """List the names of what a door asks, in order; `of`: only these questions."""
    return tuple(q.asked[door] for q in QUESTIONS if door in q.asked and (not of or q.key in of))


def answers(form: Mapping[str, str], door: Door) -> dict[str, str]:
    """Read a form: what its answers write into the complaint, by field of the filing; nothing else it holds counts."""
    return {q.writes: form.get(q.asked[door], "").strip() for q in QUESTIONS if door in q.asked and q.writes}


def name_of(key: str, door: Door) -> str:
    """Name the field, screen or state by which a door asks a question.

    Raises:
        LookupError: there is no such question, or this door does not ask it.
    """
    found = next((q.asked.get(door) for q in QUESTIONS if q.key == key), None)
    if found is None:
        raise LookupError(f"{door} does not ask {key}")
    return found
