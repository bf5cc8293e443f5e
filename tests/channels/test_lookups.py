"""A word and a number ask for something; a word, a number and anything more is somebody telling what happened."""

from datetime import timedelta

import pytest

from channels.talking import lookups
from channels.talking.conversation import Talk, hear
from tests.factories import NOON

OWN = "4107-3293"


@pytest.mark.parametrize(
    "text",
    [
        "COMPROMISO 14",
        "compromiso 14.",
        "Compromiso Nro. 14",
        "compromiso n° 014",
        "Commitment 14",
        "prometesqa 14",
        "arskata 14",
    ],
)
def test_a_commitment_is_asked_for_by_its_number(text: str) -> None:
    assert lookups.commitment(text) == "14"


@pytest.mark.parametrize(
    "text",
    [
        "14",
        "compromiso",
        "compromiso 14 no cumplieron",
        "el compromiso del agua 14",
        "compromiso catorce",
        "compromiso 123456",
    ],
)
def test_whatever_says_more_or_less_asks_for_no_commitment(text: str) -> None:
    assert lookups.commitment(text) is None


@pytest.mark.parametrize(
    "text",
    [
        OWN,
        "41073293",
        "estado 4107-3293",
        "ESTADO: 4107 3293",
        "pregunta 4107-3293",
        "como va mi caso 4107-3293",
        "4107-3293 estado",
        "4107-3293, ¿qué pasó?",
        "mi caso es el 4107-3293, que paso",
        "que paso con el 4107-3293",
        "hola, mi caso 4107 3293 como va por favor",
        "cuatro uno cero siete tres dos nueve tres",
        "estado cuatro uno cero siete tres dos nueve tres",
        "tawa huk chusaq qanchis kimsa iskay isqun kimsa",
        "what happened to 4107-3293",
    ],
)
def test_ones_own_case_is_asked_for_by_its_number(text: str) -> None:
    assert lookups.own(text) == "41073293"


@pytest.mark.parametrize(
    "text",
    [
        "estado",
        "estado 41073294",
        "pregunta cuantos son 4107",
        "4107-3293 huele mal",
        "polvo 4107-3293",
        "mi caso es el 4107-3293 y el agua sigue sucia",
        "4107-3293 estado 4107-3293",
        "4107-3294 estado",
        "4827 estado",
        "no 4107-3293",
        "que paso con el camion 4107-3293",
        "cuatro uno cero siete",
    ],
)
def test_a_wrong_number_or_more_words_ask_for_nothing_by_number(text: str) -> None:
    assert lookups.own(text) is None


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("compromiso 14", "commitment"),
        ("compromiso 14 no lo cumplieron", "file"),
        ("nos van a matar compromiso 14", "file"),
    ],
)
def test_danger_and_words_come_before_a_lookup(text: str, kind: str) -> None:
    turn = hear(Talk(language="es"), text, now=NOON + timedelta(days=1))

    assert [act.kind for act in turn.acts] == [kind]
    assert bool(turn.acts[0].flags) == text.startswith("nos van")


@pytest.mark.parametrize("text", ["4107-3293 estado", "mi caso es el 4107-3293, que paso"])
def test_a_case_number_in_front_is_no_code(text: str) -> None:
    talk = Talk(language="es", case="c" * 32)

    turn = hear(talk, text, now=NOON)

    assert [(act.kind, act.text) for act in turn.acts] == [("status_of", "41073293")]
