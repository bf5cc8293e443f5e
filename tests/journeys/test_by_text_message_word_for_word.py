"""A resident's whole path by text message, word for word: in the languages of the first place, and in Chanka of another."""

import pytest
from sqlalchemy import select

from grievance.verdict import SUMS
from grievance.vocabulary import State
from tests.journeys import golden
from tests.journeys.actors import World, speaking
from tests.journeys.endings import Told, ends_by_text

COMPLAINTS = {
    "es": "El agua del canal sale turbia desde el lunes en Huaylluray",
    "qu": "Mayu unu qhilli kachkan, mana allinchu, Huaylluray llaqtapi",
    "quy": "Mayu yaku qilli kachkan, mana allinchu, Huaylluray llaqtapi",
    "ay": "Jawira umax q'añuwa, janiw walïkiti, Huaylluray markanxa",
}
IN_PART = {"es": "en parte", "qu": "wakillan", "quy": "wakillan", "ay": "2"}


@pytest.mark.parametrize("language", sorted(COMPLAINTS))
def test_the_whole_way_by_text_message_is_said_as_it_was(small_world: World, language: str) -> None:
    world = speaking(small_world, language)
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
    ends_by_text(told, officer, case, IN_PART[language])

    assert world.case(case).state == State.CLOSED
    said = {(row.question, row.digit): row.n for row in world.look(select(SUMS)) if row.n}
    assert said == {("outcome", 1): 1, ("process", 2): 1}
    golden.compare(f"sms-{language}", told.lines)
