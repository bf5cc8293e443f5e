"""Answers as people type them: what the message shows, with its words, behind the code or before it. Nothing is guessed."""

from datetime import UTC, datetime

import pytest

from channels.talking.answering import how_it_went, plainly
from channels.talking.conversation import Talk, Turn, hear

NOW = datetime(2026, 3, 4, 17, 0, tzinfo=UTC)
WITH_CASE = Talk(language="es", case="c" * 32)


def heard(text: str) -> Turn:
    return hear(WITH_CASE, text, now=NOW, fits=lambda code: code == "5417")


def choices(text: str) -> list[tuple[str, str]]:
    return [(act.kind, act.text) for act in heard(text).acts if act.code == "5417"]


@pytest.mark.parametrize(
    ("answer", "means"),
    [
        ("1 Acepto", "1"), ("1 acepto", "1"), ("1) acepto", "1"), ("1. Acepto.", "1"), ("1- si", "1"), ("y 1", "1"),
        ("1)", "1"), ("uno", "1"), ("1️⃣", "1"), ("①", "1"), ("1 gracias", "1"), ("si acepto gracias", "1"),
        ("y acepto", "1"), ("1 Ya cumplieron", "1"), ("2 Conversar", "2"), ("2 no", "2"), ("dos", "2"),
        ("3 Que lo revise una entidad independiente", "3"), ("3 revisar", "3"), ("que lo revise otro", "3"),
        ("1 Chaskini", "1"), ("2 Rimanakuy", "2"), ("1 Iyawsta", "1"), ("2 Aruskipaña", "2"), ("kimsa", "3"),
        ("1 I accept", "1"), ("3 Independent review", "3"),
    ],
)  # fmt: skip
def test_a_digit_with_the_words_of_our_own_message_is_that_digit(answer: str, means: str) -> None:
    assert choices(f"5417 {answer}") == [("choice", means)]


@pytest.mark.parametrize(
    "answer",
    [
        "1 y 3",
        "1 no",
        "2 acepto",
        "3 acepto",
        "1 de mayo",
        "1 casa se rajo",
        "2 veces vinieron",
        "12",
        "no quiero nada",
    ],
)
def test_what_says_more_than_one_thing_is_added_and_answers_nothing(answer: str) -> None:
    assert choices(f"5417 {answer}") == [("add_coded", answer)]


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("1 5417", "1"),
        ("acepto 5417", "1"),
        ("no, 5417.", "no"),
        ("Conteste 5417 1", "1"),
        ("3 revisar 5417", "3"),
    ],
)
def test_the_code_may_stand_behind_the_answer(text: str, means: str) -> None:
    assert choices(text) == [("choice", means)]


@pytest.mark.parametrize("text", ["1 5418", "acepto 1234", "nos deben 5417", "murieron ovejas 5417"])
def test_four_digits_behind_anything_else_are_no_code(text: str) -> None:
    assert choices(text) == []


def test_a_word_with_its_code_behind_it_is_a_step_too() -> None:
    assert [(act.kind, act.code) for act in heard("REABRIR 5417").acts] == [("reopen", "5417")]


@pytest.mark.parametrize("text", ["", " ", "y", "gracias", "y gracias", "…"])
def test_what_is_no_answer_stays_what_it_is(text: str) -> None:
    assert plainly(text) == text.strip()


@pytest.mark.parametrize(
    ("answer", "means"),
    [
        ("3", "3"), ("3 Mal", "3"), ("3. mal", "3"), ("Mal", "3"), ("muy mal", "3"), ("mana allin", "3"), ("2 No sé", "2"),
        ("janiw walikiti", "3"), ("no se", "2"), ("1 Bien", "1"), ("bien, gracias", "1"), ("uno", "1"),
    ],
)  # fmt: skip
def test_how_somebody_is_is_heard_in_words_too(answer: str, means: str) -> None:
    assert how_it_went(answer) == means


@pytest.mark.parametrize(
    "text", ["bueno", "ok", "si", "no", "BAJA", "3 personas murieron", "gracias", "el agua sigue mal"]
)
def test_what_does_not_say_how_somebody_is_answers_nothing(text: str) -> None:
    assert how_it_went(text) == ""
