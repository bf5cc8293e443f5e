"""Greetings, thanks, and words that lack what they need: courtesy is no complaint, and nobody is left without an answer."""

from collections import Counter
from datetime import timedelta

import pytest

from channels.talking.conversation import WITH_A_CODE, Talk, Turn, hear
from channels.talking.subjects import Place
from channels.typed import fold
from tests.factories import NOON
from translations.lists import every_command

CASE = "c" * 32
LATER = NOON + timedelta(hours=5)
PLACES = (Place(site="qorimayu", zone="huaylluray", words=("Huaylluray",)),)
KNOWN = Talk("es", case=CASE, opened_at=NOON)


def heard(text: str, talk: Talk = KNOWN, *, minutes: int = 300) -> Turn:
    return hear(talk, text, now=NOON + timedelta(minutes=minutes), places=PLACES, languages=("es", "qu"))


@pytest.mark.parametrize(
    "text",
    [
        "Hola buenas tardes", "hola señor ingeniero, muy buenos dias", "Gracias por avisar", "Muchas gracias por su ayuda!",
        "ok muchas gracias señorita", "Good morning, thank you very much", "alo alo alo",
    ],
)  # fmt: skip
@pytest.mark.parametrize("talk", [KNOWN, Talk("es")], ids=["somebody with a case", "somebody new"])
def test_courtesy_of_many_words_is_no_complaint(text: str, talk: Talk) -> None:
    turn = heard(text, talk)

    assert (turn.acts, turn.say) == ((), ("help",))


@pytest.mark.parametrize(
    "text",
    [
        "Hola buenas tardes, no hay agua",
        "gracias por nada, siguen botando relave",
        "buenos dias señores nos quitaron la chacra",
    ],
)
def test_courtesy_before_a_complaint_takes_nothing_from_it(text: str) -> None:
    (act,) = heard(text).acts

    assert (act.kind, act.text) == ("file", text)


def test_thanks_are_no_place_and_the_place_can_still_be_said() -> None:
    asked = Talk("es", case=CASE, opened_at=NOON, expects="place", asked_at=NOON)

    thanks = heard("muchas gracias", asked, minutes=2)
    place = heard("Huaylluray", thanks.talk, minutes=3)

    assert ([act.kind for act in thanks.acts], thanks.say) == (["add"], ())
    assert [act.kind for act in place.acts] == ["place"]


def test_a_place_that_nobody_knows_is_told_once_and_the_right_one_still_counts() -> None:
    asked = Talk("es", case=CASE, opened_at=NOON, expects="place", asked_at=NOON)

    unknown = heard("aqui nomas", asked, minutes=2)
    more = heard("por la casa de mi tia", unknown.talk, minutes=3)
    place = heard("Huaylluray", more.talk, minutes=300)
    too_late = heard("Huaylluray", more.talk, minutes=60 * 25)

    assert [one.say for one in (unknown, more, place)] == [("place_unknown",), ("added",), ("place_noted",)]
    assert [[act.kind for act in one.acts] for one in (place, too_late)] == [["place"], ["keep"]]


@pytest.mark.parametrize("minutes", [2, 300])
def test_another_complaint_that_names_a_place_is_no_answer_to_where_the_first_one_is(minutes: int) -> None:
    asked = Talk("es", case=CASE, opened_at=NOON, expects="place", asked_at=NOON)

    turn = heard(
        "Ayer un camion dejo sin paso a dos familias en la carretera de Huaylluray", asked, minutes=minutes
    )
    answer = heard("Es en Huaylluray al lado de la escuela de arriba nomas", asked, minutes=minutes)

    assert [act.kind for act in turn.acts] == (["place"] if minutes == 2 else ["file"])
    assert [act.kind for act in answer.acts] == ["place"]


@pytest.mark.parametrize(("minutes", "asks"), [(5, [True]), (31, [False])])
def test_who_was_just_told_how_to_ask_asks_without_the_word(minutes: int, asks: list[bool]) -> None:
    told = heard("PREGUNTA", Talk("es"), minutes=0)

    turn = heard("cuanta agua saca la mina en un mes", told.talk, minutes=minutes)

    assert told.say == ("request_help",)
    assert [act.request for act in turn.acts if act.kind == "file"] == asks


@pytest.mark.parametrize("text", ["gracias", "hola buenas", "ya veo"])
def test_few_words_and_thanks_after_it_are_no_question(text: str) -> None:
    told = heard("PREGUNTA", Talk("es"), minutes=0)

    assert not any(act.request for act in heard(text, told.talk, minutes=5).acts)


@pytest.mark.parametrize(
    "text", ["RETIRAR", "BORRAR", "reabrir", "acepto", "conversar", "REVISAR", "no acepto"]
)
def test_a_word_that_needs_a_code_is_told_so_and_touches_nothing(text: str) -> None:
    turn = heard(text)

    assert (turn.acts, turn.say) == ((), ("code_first",))


@pytest.mark.parametrize("text", ["IDIOMA", "otro idioma", "simi", "aru", "language"])
def test_who_asks_for_languages_is_told_which(text: str) -> None:
    assert heard(text).say == ("tongues",)
    assert [act.language for act in heard("runasimi").acts] == ["qu"]


@pytest.mark.parametrize("text", ["CLAVE", "mi clave", "¿Cuál es mi clave?"])
def test_who_asks_for_the_clave_gets_a_new_one(text: str) -> None:
    assert [act.kind for act in heard(text).acts] == ["new_clave"]


def test_a_text_that_says_more_than_the_word_clave_is_no_wish_for_one() -> None:
    (act,) = heard("la clave del problema es el agua del canal").acts

    assert act.kind == "file"


def test_no_word_that_touches_a_case_means_two_things() -> None:
    kinds = (*WITH_A_CODE, "review", "talk")
    meant = Counter(word for kind in kinds for word in {fold(word) for word in every_command(kind)})

    assert {word for word, times in meant.items() if times > 1} == set()


@pytest.mark.parametrize("text", ["APELO", "apelar", "i appeal"])
def test_who_appeals_against_an_answer_asks_for_its_review(text: str) -> None:
    assert [(act.kind, act.text) for act in heard(f"4711 {text}").acts] == [("choice", "3")]
    assert [act.kind for act in heard("4711 MESA").acts] == ["appeal"]


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("INFORMACION cuánta agua usa la mina", "cuánta agua usa la mina"),
        ("Información: el estudio de agua de 2025", "el estudio de agua de 2025"),
        ("INFORMACIÓN sobre el agua de Huaylluray", "sobre el agua de Huaylluray"),
        ("informacion ¿por qué cerraron el camino?", "¿por qué cerraron el camino?"),
        ("information how much water they use", "how much water they use"),
        ("INFORMACION hayk'a unutam apan", "hayk'a unutam apan"),
        ("Informacion qawqha uma apapxi", "qawqha uma apapxi"),
        ("SOLICITO INFORMACION sobre el agua", "sobre el agua"),
        ("solicito información: monitoreo de polvo", "monitoreo de polvo"),
    ],
)
def test_who_asks_for_information_by_its_name_asks_a_question(text: str, asked: str) -> None:
    turn = heard(text, Talk("es"))

    assert [(act.kind, act.text, act.request) for act in turn.acts] == [("file", asked, True)]


@pytest.mark.parametrize(
    "text",
    [
        "Información falsa nos dan los ingenieros sobre el agua",
        "informacion de la empresa es mentira, el agua sale turbia",
        "INFORMACION FALSA NOS DAN DEL AGUA TURBIA",
        "No nos dan información sobre el agua turbia",
        "La mina no da INFORMACION cuando contamina el canal",
        "Pedimos agua limpia y información, nadie responde",
    ],
)
def test_a_complaint_that_has_the_word_stays_a_complaint(text: str) -> None:
    turn = heard(text, Talk("es"))

    assert [(act.kind, act.text, act.request) for act in turn.acts] == [("file", text, False)]


@pytest.mark.parametrize("text", ["INFORMACION", "información", "information"])
def test_the_word_alone_is_told_what_can_be_done_here(text: str) -> None:
    assert heard(text, Talk("es")) == Turn(Talk("es"), (), ("help",))
