import pytest

from channels.talking.tongues import asked_for, guess_language

CHANKA = "Manam yaku kanchu kay llaqtapi"


@pytest.mark.parametrize(
    ("text", "offered", "default", "guessed"),
    [
        (CHANKA, ("es", "qu"), "es", "qu"),
        (CHANKA, ("es", "quy"), "es", "quy"),
        (CHANKA, ("es", "quz", "quy"), "es", "quz"),
        (CHANKA, ("es", "qu", "quy"), "quy", "quy"),
        (CHANKA, ("es", "ay"), "es", "es"),
        ("El agua sale turbia desde el lunes", ("quy", "es"), "quy", "es"),
        ("agua", ("quy", "es"), "quy", "es"),
        ("nada", ("quy", "es"), "quy", "quy"),
        ("xyz", ("pt", "es"), "pt", "pt"),
    ],
)
def test_a_first_text_in_quechua_is_answered_in_the_variety_of_the_place(
    text: str, offered: tuple[str, ...], default: str, guessed: str
) -> None:
    assert guess_language(text, offered, default) == guessed


@pytest.mark.parametrize(
    ("said", "offered", "found"),
    [
        ("Chanka", ("es", "qu", "quy"), "quy"),
        ("quechua chanka", ("es", "qu", "quy"), "quy"),
        ("RUNASIMI", ("es", "qu", "quy"), "qu"),
        ("RUNASIMI", ("es", "quy"), "quy"),
        ("chanka", ("es", "qu"), None),
        ("chanka", ("es", "quz"), None),
        ("cusqueño", ("quy", "quz"), "quz"),
        ("aymara", ("es", "quy"), None),
        ("runasimi manam yachanichu", ("es", "quy"), None),
    ],
)
def test_a_language_is_asked_for_by_its_whole_name_and_a_variety_by_its_own_too(
    said: str, offered: tuple[str, ...], found: str | None
) -> None:
    assert asked_for(said, offered) == found
