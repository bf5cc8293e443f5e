"""Whatever somebody texts, from wherever their conversation stands, leaves something, and there is always a way out."""

from dataclasses import fields
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from channels.talking.conversation import WRONG, Talk, Turn, hear
from channels.talking.subjects import Place
from channels.talking.talks import read_talk, show_talk
from channels.typed import whole_message
from translations.lists import LANGUAGES, every_command, load

NOW = datetime(2026, 3, 4, 17, 0, tzinfo=UTC)
CASE, OTHER = "c" * 32, "d" * 32
PLACES = (Place("mina", "canal", ("Huaylluray",)), Place("mina", None, ("Qorimayu",)))
COMPLAINTS = (
    "El polvo entra a la escuela desde ayer y nadie hace nada",
    "agua sucia",
    "mana yakuyuqchu kayku qayna punchawmanta",
    "uywanakaxa jiwaski janiw khitis yanaptkituti",
    "my roof cracks whenever they blast up there",
    "1500 soles nos deben de la tierra",
)
DANGERS = ("me quieren matar por reclamar", "they want to kill me", "wañuchiwayta munanku", "9", "PELIGRO")
COMMANDS = sorted(
    {word for name in (f.name for f in fields(load("es"))) if isinstance(getattr(load("es"), name), tuple)
     for lang in LANGUAGES for word in getattr(load(lang), name)[:4]}
)  # fmt: skip
ANYTHING = st.one_of(
    st.sampled_from((*COMPLAINTS, *DANGERS, "", " ", "1", "2", "3", "no", "1234", "1234 1", "0000 no", "gracias",
                     "Huaylluray", "?!")),
    st.sampled_from(COMMANDS),
    st.text(max_size=30),
    st.tuples(st.sampled_from(COMMANDS), st.sampled_from(COMMANDS)).map(" ".join),
)  # fmt: skip
AGO = st.sampled_from((0, 1, 29, 31, 60 * 23, 60 * 25, 60 * 24 * 9)).map(lambda n: NOW - timedelta(minutes=n))
TALKS = st.builds(
    Talk,
    language=st.sampled_from(("es", "qu", "ay", "en", "quy")),
    case=st.sampled_from((None, CASE)),
    opened_at=st.none() | AGO,
    expects=st.sampled_from(("", "place", "more", "stop", "pressed", "question")),
    asked_at=st.none() | AGO,
    kept=st.sampled_from((None, "k" * 32)),
    shared=st.booleans(),
    paused=st.booleans(),
    proved=st.sampled_from((None, CASE, OTHER)),
    proved_at=st.none() | AGO,
    blocked=st.booleans(),
)
PROOFS = st.sampled_from((None, WRONG, CASE))


def heard(talk: Talk, text: str, proof: str | None = None, *, awaited: bool = False) -> Turn:
    return hear(
        talk, text, now=NOW, places=PLACES, languages=("es", "en", "qu", "ay"), named=("Huaylluray",),
        proof=proof, fits=lambda code: code == "1234", awaited=awaited,
    )  # fmt: skip


def kinds(turn: Turn) -> list[str]:
    return [act.kind for act in turn.acts]


@given(talk=TALKS, text=ANYTHING, proof=PROOFS, awaited=st.booleans())
def test_every_text_is_stored_done_or_answered(
    talk: Talk, text: str, proof: str | None, *, awaited: bool
) -> None:
    turn = heard(talk, text, proof, awaited=awaited)

    assert turn.acts or turn.say
    assert read_talk(show_talk(turn.talk)) == turn.talk
    assert all(act.text or act.kind not in ("file", "add", "keep") or not text.strip() for act in turn.acts)


@given(talk=TALKS, text=ANYTHING, danger=st.sampled_from(DANGERS), proof=PROOFS, awaited=st.booleans())
def test_danger_is_never_swallowed(
    talk: Talk, text: str, danger: str, proof: str | None, *, awaited: bool
) -> None:
    after = heard(talk, text, proof, awaited=awaited).talk

    acts = heard(after, danger, proof, awaited=awaited).acts

    assert any(act.flags or act.kind == "alarm" for act in acts)


@given(talk=TALKS, text=ANYTHING, words=st.sampled_from(COMPLAINTS), awaited=st.booleans())
def test_a_complaint_in_ones_own_words_is_a_case_or_belongs_to_one(
    talk: Talk, text: str, words: str, *, awaited: bool
) -> None:  # fmt: skip
    after = heard(talk, text, awaited=awaited).talk

    acts = kinds(heard(after, words, awaited=awaited))

    assert len(acts) == 1
    assert acts[0] in {"file", "add", "add_coded"}


@given(
    talk=TALKS,
    text=ANYTHING,
    word=st.sampled_from(every_command("stop")),
    proof=PROOFS,
    awaited=st.booleans(),
)
@example(
    talk=Talk(language="es", expects="question", asked_at=NOW),
    text="",
    word="no mas mensajes",
    proof=None,
    awaited=False,
)
def test_stop_mutes_whatever_was_said_before(
    talk: Talk, text: str, word: str, proof: str | None, *, awaited: bool
) -> None:  # fmt: skip
    after = heard(talk, text, proof, awaited=awaited).talk

    assert kinds(heard(after, word, awaited=awaited)) == ["stop"]


@given(talk=TALKS, text=ANYTHING, word=st.sampled_from(every_command("start")), awaited=st.booleans())
def test_start_lets_our_messages_come_again(talk: Talk, text: str, word: str, *, awaited: bool) -> None:
    after = heard(talk, text, awaited=awaited).talk

    assert kinds(heard(after, word, awaited=awaited)) == ["start"]


@pytest.mark.parametrize(
    "name", ["help", "status", "new_clave", "stop", "start", "erase", "withdraw", "tongues", "repeat"]
)
@given(talk=TALKS)
def test_a_word_to_us_is_no_complaint_and_no_question(talk: Talk, name: str) -> None:
    for word in every_command(name):
        turn = heard(talk, word)

        assert turn.acts or turn.say
        assert not {"file", "add", "keep"} & set(kinds(turn)), word


@given(talk=TALKS, text=ANYTHING, proof=PROOFS)
def test_the_same_text_is_always_heard_the_same(talk: Talk, text: str, proof: str | None) -> None:
    assert heard(talk, text, proof) == heard(talk, text, proof)


def test_no_word_that_stops_is_one_that_begins_again() -> None:
    assert not any(whole_message(word, every_command("start")) for word in every_command("stop"))
