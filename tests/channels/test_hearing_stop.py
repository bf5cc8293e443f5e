"""A stop is heard in our words and in the provider's, never inside a sentence, and never before a danger."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from channels.talking.conversation import Talk, hear

NOW = datetime(2026, 3, 4, 17, 0, tzinfo=UTC)
WITH_CASE = Talk(language="es", case="c" * 32)


def kinds(talk: Talk, text: str, *, stopped: bool = False) -> list[str]:
    return [act.kind for act in hear(talk, text, now=NOW, stopped=stopped).acts]


@pytest.mark.parametrize("text", ["ADIOS", "CANCEL", "fin", "cancelar", "STOP"])
@pytest.mark.parametrize("talk", [Talk(language="es"), WITH_CASE])
def test_what_the_provider_took_for_a_stop_is_one(talk: Talk, text: str) -> None:
    assert kinds(talk, text, stopped=True) == ["stop"]


@pytest.mark.parametrize("text", ["fin", "cancelar", "alto", "END"])
def test_the_same_words_alone_are_asked_back_where_nobody_blocked_us(text: str) -> None:
    turn = hear(WITH_CASE, text, now=NOW)

    assert (turn.acts, turn.say) == ((), ("ask_stop",))


@pytest.mark.parametrize("later", [timedelta(minutes=31), timedelta(days=21)])
def test_a_yes_long_after_that_question_mutes_nobody(later: timedelta) -> None:
    asked = hear(WITH_CASE, "no", now=NOW).talk

    at_once, afterwards = (hear(asked, "si", now=NOW + after) for after in (timedelta(0), later))

    assert [act.kind for act in at_once.acts] == ["stop"]
    assert afterwards.acts == ()


@pytest.mark.parametrize("between", ["ESTADO", "ayuda", "REVISAR", "quechua", "1", "gracias"])
def test_a_yes_after_something_else_was_said_mutes_nobody(between: str) -> None:
    asked = hear(WITH_CASE, "no", now=NOW).talk
    moved = hear(asked, between, now=NOW).talk

    assert [act.kind for act in hear(moved, "si", now=NOW).acts] == []


@pytest.mark.parametrize(
    "text", ["quiero cancelar mi deuda con la empresa", "a fin de mes no pagan", "el rio baja turbio y alto"]
)
def test_a_sentence_with_such_a_word_is_a_complaint(text: str) -> None:
    assert kinds(Talk(language="es"), text) == ["file"]


@pytest.mark.parametrize("text", ["no", "1", "2)", "3", "NO."])
def test_while_an_answer_is_awaited_a_bare_one_is_asked_for_its_code(text: str) -> None:
    turn = hear(replace(WITH_CASE, expects="stop", asked_at=NOW), text, now=NOW, awaited=True)

    assert (turn.acts, turn.say, turn.talk.expects) == ((), ("code_first",), "")
    assert kinds(turn.talk, "si") == []


@pytest.mark.parametrize("text", ["BAJA", "alto", "4", "no hay agua en el canal"])
def test_while_an_answer_is_awaited_everything_else_means_what_it_means(text: str) -> None:
    assert hear(WITH_CASE, text, now=NOW, awaited=True) == hear(WITH_CASE, text, now=NOW)


def test_whoever_sent_the_clave_or_is_asked_whether_they_are_pressed_needs_no_code() -> None:
    known = replace(WITH_CASE, proved=WITH_CASE.case, proved_at=NOW)
    pressed = replace(WITH_CASE, expects="pressed", asked_at=NOW)

    assert [act.kind for act in hear(known, "1", now=NOW, awaited=True).acts] == ["choice"]
    assert [act.kind for act in hear(pressed, "1", now=NOW, awaited=True).acts] == ["pressed"]


def test_a_danger_is_heard_before_any_stop() -> None:
    (act,) = hear(WITH_CASE, "me quieren matar", now=NOW, stopped=True).acts

    assert act.kind == "file"
    assert act.flags
