"""9. Every sentence said to a complainant exists in every language the site offers, and fits its channel."""

import pytest

from channels.sms.segments import measure
from tests.journeys.actors import CLAVE, World
from translations import say
from translations.notices import TEMPLATES

WATER = "El agua sale turbia desde el lunes en Huaylluray"


def test_somebody_who_writes_english_is_answered_in_english(world: World) -> None:
    resident = world.resident()

    resident.texts("The water has been muddy since Monday in Huaylluray")

    receipt = resident.reads_of("We have it")
    assert (measure(receipt).encoding, measure(receipt).segments) == ("GSM-7", 1)


@pytest.mark.parametrize("template", TEMPLATES)
def test_every_message_we_may_owe_somebody_is_said_in_spanish_and_in_english(template: str) -> None:
    words = TEMPLATES[template].words

    assert str(say(words, "es")) != str(say(words, "en"))


def test_somebody_whose_language_we_do_not_speak_yet_is_answered_in_that_of_the_place(
    small_world: World,
) -> None:
    resident = small_world.resident()
    resident.texts(WATER)

    resident.texts("Runasimi")

    assert "We " not in resident.reads()
    assert "AGAIN" not in resident.reads()


@pytest.mark.parametrize("language", ["Runasimi", "Aymara"])
def test_somebody_who_chooses_the_language_of_the_place_is_answered_in_it(
    small_world: World, language: str
) -> None:
    resident = small_world.resident()
    resident.texts(WATER)

    resident.texts(language)

    receipts = [text for text in resident.inbox() if CLAVE.search(text)]
    assert len(receipts) == 2
    assert [word for word in ("caso", "case") if word in receipts[-1].lower()] == []


def test_somebody_who_changes_the_language_hears_the_officer_in_it_too(world: World) -> None:
    resident, officer = world.resident(), world.officer()
    resident.texts(WATER)
    resident.texts("Runasimi")
    officer.waits_for(resident.number)

    officer.acknowledges(resident.number)

    assert "(borrador)" in resident.waits_for("qhawachkan")
