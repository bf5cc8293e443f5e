"""A stop is heard in our words and in the provider's, never inside a sentence, and never before a danger."""

from datetime import UTC, datetime

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


@pytest.mark.parametrize(
    "text", ["quiero cancelar mi deuda con la empresa", "a fin de mes no pagan", "el rio baja turbio y alto"]
)
def test_a_sentence_with_such_a_word_is_a_complaint(text: str) -> None:
    assert kinds(Talk(language="es"), text) == ["file"]


def test_a_danger_is_heard_before_any_stop() -> None:
    (act,) = hear(WITH_CASE, "me quieren matar", now=NOW, stopped=True).acts

    assert act.kind == "file"
    assert act.flags
