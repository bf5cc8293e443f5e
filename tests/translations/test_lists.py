import re
from dataclasses import fields

import pytest

from channels.typed import fold, whole_message
from translations.folding import shorten
from translations.lists import ADVERTISING, DANGERS, LANGUAGES, THEMES, every_command, every_danger, load

COMMANDS = [
    field.name
    for field in fields(load("es"))
    if field.name not in {"language", "draft", "languages", "themes", "guess", "danger", "advertising"}
]
LEADING = {"information", "asking"}
"""Never a whole message: they only lead a question."""
AT_ONCE = [
    name for name in COMMANDS if name not in {"stop_unsure", "noise", "yes", "no", "talk", "review", *LEADING}
]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_language_has_words_for_everything(lang: str) -> None:
    lists = load(lang)

    assert all(getattr(lists, name) for name in COMMANDS)
    assert set(lists.themes) == set(THEMES)
    assert set(lists.danger) == set(DANGERS)
    assert set(lists.advertising) == set(ADVERTISING)
    assert all(lists.themes.values())
    assert all(lists.danger.values())
    assert all(lists.advertising.values())
    assert set(lists.languages) >= set(LANGUAGES)


def test_lists_no_native_speaker_has_read_say_so() -> None:
    assert [lang for lang in LANGUAGES if load(lang).draft] == ["qu", "ay"]


@pytest.mark.parametrize("lang", ["", "xx", "../es", "ES"])
def test_a_language_without_lists_is_refused(lang: str) -> None:
    with pytest.raises(LookupError, match="no word lists"):
        load(lang)


def test_a_command_nobody_knows_is_refused() -> None:
    with pytest.raises(LookupError, match="no command"):
        every_command("dance")


@pytest.mark.parametrize("word", ["cancelar", "alto", "fin", "no"])
def test_the_false_friends_of_stop_are_asked_back(word: str) -> None:
    assert not whole_message(word, every_command("stop"))
    assert whole_message(word, every_command("stop_unsure"))


@pytest.mark.parametrize(
    ("command", "texts"),
    [
        ("stop", ["BAJA", "stop", "Dar de baja por favor", "no más mensajes", "ya no me manden mensajes"]),
        ("start", ["ALTA", "start", "volver"]),
        ("help", ["ayuda", "HELP", "?", "yanapt’a", "menú"]),
        ("erase", ["BORRAR", "erase"]),
        ("noise", ["hola", "Buenos días", "gracias", "hi", "kamisaki"]),
        ("yes", ["sí", "SI", "siii", "de acuerdo", "yes", "ari", "jïsa"]),
        ("no", ["No", "nooo", "no acepto", "manam", "janiwa"]),
        ("status", ["estado", "cómo va mi caso", "status"]),
        ("review", ["revisión", "apelar", "review"]),
        ("talk", ["conversar", "quiero hablar", "talk"]),
        ("withdraw", ["retirar", "withdraw"]),
        ("reopen", ["reabrir", "reopen"]),
        ("new_clave", ["nueva clave", "perdí mi clave", "new code"]),
        ("who", ["QUIEN", "¿quién vio mi caso?", "who read my case"]),
        ("shared", ["compartido", "celular prestado", "shared phone"]),
        ("own", ["PROPIO", "private"]),
        ("group", ["grupo", "somos varios", "collective"]),
        ("stay_out", ["No me obliga", "me quedo fuera", "leave me out", "janiw mantkti"]),
        ("come_back", ["Sí me obliga", "vuelvo al grupo", "it binds me", "qutuman kutini", "tamar kutta"]),
        ("alarm", ["PELIGRO", "estoy en peligro", "i am in danger"]),
        ("repeat", ["repetir", "no entendí", "again"]),
    ],
)
def test_commands_are_heard_as_people_type_them(command: str, texts: list[str]) -> None:
    assert [text for text in texts if not whole_message(text, every_command(command))] == []


@pytest.mark.parametrize(
    "text",
    [
        "el agua baja turbia",
        "no paga la empresa",
        "quiero cancelar mi deuda",
        "fin de mes no pagan",
        "alto ruido",
    ],
)
def test_a_complaint_is_no_command(text: str) -> None:
    assert [name for name in COMMANDS if whole_message(text, every_command(name))] == []


def test_no_word_gives_two_commands_at_once() -> None:
    owners: dict[str, set[str]] = {}
    for name in AT_ONCE:
        for word in every_command(name):
            owners.setdefault(shorten(fold(word)), set()).add(name)

    assert {word: names for word, names in owners.items() if len(names) > 1} == {}


def test_danger_words_are_well_formed() -> None:
    words = [word for words in every_danger().values() for phrase in words for word in phrase.split()]

    assert [word for word in words if word != "..." and not re.fullmatch(r"[\w'’]+\*?", word)] == []
