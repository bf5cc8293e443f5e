"""1. One message is enough: any text, of any length, in any language, without a name, is a case with a number."""

import pytest

from tests.journeys.actors import CASE_NUMBER, CLAVE, World
from tests.journeys.station import a_station

WORDS = {
    "Spanish": "el agua sale turbia",
    "Quechua": "yakuyku qhillichasqa kachkan",
    "Aymara": "umax wali q'añuwa jichhüruxa",
    "a language that nobody here reads": "вода мутная уже неделю",
    "no spelling": "ahua susia nadien ase nada",
    "two thousand letters": "El agua sale turbia y nadie viene. " * 60,
}


@pytest.mark.parametrize("language", WORDS)
def test_somebody_without_a_name_texts_once_and_has_a_number(world: World, language: str) -> None:
    resident = world.resident()

    resident.texts(WORDS[language])

    receipts = [text for text in resident.inbox() if CLAVE.search(text)]
    assert len(receipts) == 1
    assert CASE_NUMBER.search(receipts[0])
    assert len(world.cases()) == 1


def test_somebody_fills_in_only_what_happened_and_has_number_and_clave(small_world: World) -> None:
    neighbour = small_world.neighbour()

    status = neighbour.complains("polvo")

    assert status == 200
    assert neighbour.number
    assert neighbour.follows() == 200


def test_somebody_who_says_nothing_at_all_has_no_case(small_world: World) -> None:
    assert small_world.neighbour().complains(" ") == 400

    assert small_world.cases() == []


def test_a_radio_operator_takes_a_complaint_down_for_somebody_without_a_phone(small_world: World) -> None:
    station = a_station(small_world)

    status = station.takes_down("El agua del canal sale turbia desde el lunes")

    assert status == 200
    assert small_world.case(station.number).channel == "radio_relay"
