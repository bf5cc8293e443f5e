"""A resident's whole path by text message, word for word, in the three languages of the first place."""

import re
from collections.abc import Callable

import pytest
from sqlalchemy import select

from grievance.verdict import SUMS
from grievance.vocabulary import State
from tests.journeys import golden
from tests.journeys.actors import Resident, World

COMPLAINTS = {
    "es": "El agua del canal sale turbia desde el lunes en Huaylluray",
    "qu": "Mayu unu qhilli kachkan, mana allinchu, Huaylluray llaqtapi",
    "ay": "Jawira umax q'añuwa, janiw walïkiti, Huaylluray markanxa",
}
IN_PART = {"es": "en parte", "qu": "wakillan", "ay": "2"}
CODE = re.compile(r"(?<![-\d/])\d{4}(?![-\d ]*\d{4}|-)")
"""Four digits by themselves: no part of a number or a date. A code may look like a year."""


def _code(resident: Resident) -> str:
    for text in reversed(resident.inbox()):
        if found := CODE.findall(text):
            return str(found[-1])
    raise AssertionError("no code has come")


class Told:
    """What was written and what came, in the order in which it stood on the screen."""

    def __init__(self, resident: Resident) -> None:
        self.resident, self.lines, self.read = resident, list[str](), 0

    def writes(self, words: str, *, coded: bool = True) -> None:
        self.settles()
        said = f"{_code(self.resident)} {words}" if coded else words
        self.lines.append(f"> {_hidden(said)}")
        assert self.resident.texts(said) == 200
        self.reads()

    def reads(self) -> None:
        came = self.resident.inbox()
        for text in came[self.read :]:
            self.lines += [f"< {_hidden(text)}", ""]
        self.read = len(came)

    def settles(self) -> None:
        """Let a day pass in which nobody does anything: whatever is owed arrives."""
        self.resident.world.pass_time(hours=20)
        self.reads()

    def hears_of(self, *steps: Callable[[], None]) -> None:
        """Let the company do something, and wait until word of it has come."""
        self.settles()
        for step in steps:
            step()
        self.resident.world.until(lambda: len(self.resident.inbox()) > self.read)
        self.settles()


def _hidden(text: str) -> str:
    return CODE.sub("####", golden.undrawn(text))


@pytest.mark.parametrize("language", sorted(COMPLAINTS))
def test_the_whole_way_by_text_message_is_said_as_it_was(small_world: World, language: str) -> None:
    world = small_world
    resident, officer = world.resident(), world.officer()
    told = Told(resident)

    told.writes(COMPLAINTS[language], coded=False)
    case = resident.number
    officer.waits_for(case)
    told.hears_of(lambda: officer.acknowledges(case))
    told.hears_of(lambda: officer.assesses(case), lambda: officer.investigates(case))
    told.hears_of(lambda: officer.hears(case))
    told.hears_of(lambda: officer.visits(case))
    told.hears_of(lambda: officer.proposes(case, "Limpiamos el canal.", "Limpiar el canal"))
    told.writes("2")
    world.until(lambda: world.case(case).state == State.IN_DIALOGUE)
    told.hears_of(lambda: officer.proposes(case, "Limpiamos el canal y medimos el agua.", "Limpiar y medir"))
    told.writes("1")
    world.until(lambda: world.case(case).state == State.AGREED)
    told.hears_of(lambda: officer.carries_out(case), lambda: officer.keeps_the_promise(case))
    told.writes("1")
    world.until(lambda: world.case(case).state == State.VERIFIED)
    told.hears_of(
        lambda: officer.learns(case), lambda: officer.writes_the_closing_letter(case, "Gracias por avisar.")
    )
    told.hears_of(lambda: officer.closes(case))
    told.writes("1")
    told.writes(IN_PART[language])

    assert world.case(case).state == State.CLOSED
    said = {(row.question, row.digit): row.n for row in world.look(select(SUMS)) if row.n}
    assert said == {("outcome", 1): 1, ("process", 2): 1}
    golden.compare(f"sms-{language}", told.lines)
