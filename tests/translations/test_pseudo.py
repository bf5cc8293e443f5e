"""A longer language is tried on the pages before anybody translates them into one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from translations import catalogue, phrase, say
from translations.checking import blanks
from translations.pseudo import PSEUDO, pseudo


@given(sentence=st.sampled_from(sorted(catalogue("es"))))
@settings(max_examples=60)
def test_every_sentence_grows_by_two_fifths_and_keeps_its_blanks(sentence: str) -> None:
    said = pseudo(sentence)

    assert blanks(said) == blanks(sentence)
    assert len(said) >= 1.25 * len(sentence) or blanks(sentence) or not set(sentence.lower()) & set("aeiou")


@pytest.mark.parametrize(
    ("sentence", "said"),
    [("Send", "[Séñd]"), ("No", "[Nó]"), ("Case {number}", "[Cásé {number}]"), ("PDF", "[PDF]")],
)
def test_what_is_no_sentence_of_ours_is_seen_by_its_missing_brackets(sentence: str, said: str) -> None:
    assert pseudo(sentence) == said


def test_the_language_nobody_speaks_is_said_like_any_other() -> None:
    assert say(phrase("Case {number}", number="4107 3293"), PSEUDO) == "[Cásé 4107 3293]"
