"""STATUS names a date that is still to come, and what somebody answers to our own questions does what they meant."""

import pytest

from grievance.vocabulary import Sense, State
from tests.journeys.actors import World, closed_by_their_word, proposed

WATER = "El agua sale turbia desde el lunes en Huaylluray"
DUST = "Hay mucho polvo en la escuela de Huaylluray"


def test_of_a_closed_case_no_date_is_named(small_world: World) -> None:
    resident = small_world.resident()
    closed_by_their_word(small_world, resident, small_world.officer())

    resident.texts("ESTADO")

    assert resident.reads().endswith(f"{resident.number}: queda cerrado.")


def test_a_date_that_was_missed_is_not_the_next_one(world: World) -> None:
    resident = world.resident()
    resident.texts(WATER)
    resident.waits_for("no cumplimos el plazo del 9 mar", days=9)

    resident.texts("ESTADO")

    assert "Siguiente fecha: 11 mar" in resident.reads()


def test_the_page_names_no_date_that_has_passed_as_the_next(small_world: World) -> None:
    neighbour = small_world.neighbour()
    neighbour.complains(DUST, site="qorimayu")
    small_world.until(lambda: small_world.clock.now.day == 11, days=9)

    neighbour.follows()

    assert "no cumplió el plazo del 9 de marzo" in neighbour.sees()
    assert "La siguiente fecha es el 11 de marzo" in neighbour.sees()
    assert "La siguiente fecha es el 9 de marzo" not in neighbour.sees()


def test_a_yes_with_its_code_says_that_a_new_case_is_about_the_older_one(world: World) -> None:
    resident = world.resident()
    resident.texts(WATER)
    world.pass_time(hours=3)
    resident.texts(DUST)
    assert "¿es sobre el caso" in resident.reads()

    resident.answers("si")

    world.until(lambda: Sense.JOINED_BY_PERSON in {case.sense for case in world.cases()})


def test_who_reopens_what_is_open_hears_where_it_stands(small_world: World) -> None:
    world, resident, officer = small_world, small_world.resident(), small_world.officer()
    resident.texts(WATER)
    officer.waits_for(resident.number)
    officer.acknowledges(resident.number)
    resident.waits_for("una persona ya lo tiene")

    resident.answers("REABRIR")

    assert "una persona lo tiene" in resident.reads()
    assert world.case(resident.number).state == State.ACKNOWLEDGED


def test_a_word_that_needs_a_code_asks_for_the_key_where_no_code_was_ever_sent(small_world: World) -> None:
    resident = small_world.resident()
    resident.texts(WATER)
    small_world.pass_time(days=1)

    resident.texts("REVISAR")
    asked = resident.reads()
    resident.texts("ok")

    assert "los 16 numeros" in asked
    assert f"{resident.number}: ya lo tenemos" in resident.reads()


def test_where_a_code_was_sent_it_is_asked_for(small_world: World) -> None:
    world, resident, officer = small_world, small_world.resident(), small_world.officer()
    resident.texts(WATER)
    proposed(world, resident, officer)

    resident.texts("si acepto")

    assert "Mande los 4 numeros" in resident.reads()


@pytest.mark.parametrize(
    "words", ["y mi caso", "Cuando me responden?", "no me responden", "¿Y mi queja?", "hasta cuando"]
)
def test_who_asks_where_it_stands_gets_that_and_no_new_case(small_world: World, words: str) -> None:
    resident = small_world.resident()
    resident.texts(WATER)
    small_world.pass_time(days=1)

    resident.texts(words)

    assert f"{resident.number}: ya lo tenemos" in resident.reads()
    assert len(small_world.cases()) == 1
