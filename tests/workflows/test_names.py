"""Names are found by lists and by the words beside them, measured on texts of our own (docs/masking.md)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workflows.names_corpus import KNOWN, UNSEEN
from translations.lists import load_names
from workflows.anonymity.masking import mask
from workflows.anonymity.names import names_in

PLACES = ("Huaylluray", "Qorimayu", "Illapa")
DOCS = Path(__file__).parents[2] / "docs" / "masking.md"


@dataclass(frozen=True, slots=True)
class Measured:
    """What became of the people of some texts, and how many other words were hidden."""

    whole: int
    in_part: int
    missed: int
    hidden_for_nothing: int
    words: int

    @property
    def people(self) -> int:
        """How many people the texts name."""
        return self.whole + self.in_part + self.missed


def measure(texts: Sequence[str]) -> Measured:
    """Run the detector over texts whose names stand in braces."""
    whole = in_part = missed = nothing = words = 0
    for text in texts:
        plain, people = _unmarked(text)
        hidden = {at for start, end in names_in(plain, PLACES) for at in range(start, end)}
        named = {at for start, end in people for at in range(start, end)}
        for start, end in people:
            found = [
                hidden.issuperset(range(*w.span()))
                for w in re.finditer(r"\w+", plain)
                if start <= w.start() < end
            ]
            whole, in_part, missed = (
                whole + all(found),
                in_part + (any(found) and not all(found)),
                missed + (not any(found)),
            )
        spans = [w.span() for w in re.finditer(r"\w+", plain)]
        words += len(spans)
        nothing += sum(bool(hidden & set(range(*span))) and span[0] not in named for span in spans)
    return Measured(whole, in_part, missed, nothing, words)


def _unmarked(text: str) -> tuple[str, list[tuple[int, int]]]:
    plain, people = "", list[tuple[int, int]]()
    for number, piece in enumerate(re.split(r"[{}]", text)):
        if number % 2:
            people.append((len(plain), len(plain) + len(piece)))
        plain += piece
    return plain, people


MEASURED: Mapping[tuple[str, str], tuple[int, int, int]] = {
    ("known", "es"): (41, 43, 0),
    ("known", "qu"): (16, 16, 0),
    ("known", "ay"): (15, 16, 0),
    ("known", "neutral"): (0, 0, 0),
    ("unseen", "es"): (28, 32, 0),
    ("unseen", "qu"): (13, 16, 0),
    ("unseen", "ay"): (15, 16, 0),
    ("unseen", "neutral"): (0, 0, 0),
}
"""Texts to people found whole, people named, words hidden for nothing."""


@pytest.mark.parametrize("corpus", ["known", "unseen"])
@pytest.mark.parametrize("language", ["es", "qu", "ay", "neutral"])
def test_the_detector_finds_as_many_as_we_say_and_hides_no_more(corpus: str, language: str) -> None:
    found = measure({"known": KNOWN, "unseen": UNSEEN}[corpus][language])

    print(corpus, language, found)  # noqa: T201  whoever changes the lists reads here what it did
    whole, people, nothing = MEASURED[corpus, language]
    assert found.people == people
    assert found.whole >= whole
    assert found.hidden_for_nothing <= nothing


def test_what_the_documentation_says_is_what_was_measured() -> None:
    rows = DOCS.read_text(encoding="utf-8")

    for (corpus, language), (whole, people, nothing) in MEASURED.items():
        if people:
            assert f"| {corpus} | {language} | {people} | {whole} |" in rows
        assert re.search(rf"\| {corpus} \| {language} \|.*\| {nothing} \|\n", rows)


def test_there_are_enough_texts_to_say_so() -> None:
    assert sum(len(texts) for corpus in (KNOWN, UNSEEN) for texts in corpus.values()) >= 150


def test_a_place_stays_even_where_it_could_be_somebody() -> None:
    text = "soy de Santa Rosa y en Condori no hay agua, dice Condori"

    found = mask(text, places=["Condori"])

    assert found.text == text


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("rosa me dijo", "[nombre] me dijo"),
        ("la rosa no crece", "la rosa no crece"),
        ("don rosa no crece", "don [nombre] no crece"),
        ("el castillo se cae", "el castillo se cae"),
        ("el ing castillo se cae", "el ing [nombre] se cae"),
        ("Hablé con Cruz ayer", "Hablé con [nombre] ayer"),
        ("Pusieron una Cruz ayer", "Pusieron una Cruz ayer"),
        ("vivo en Santiago", "vivo en Santiago"),
        ("mi vecino Santiago", "mi vecino [nombre]"),
        ("calle Juan Pérez 123", "calle Juan Pérez 123"),
        ("JUAN PEREZ 123", "[nombre] 123"),
        ("J. Quispe firmó", "[nombre] firmó"),
        ("Juan de la Cruz firmó", "[nombre] firmó"),
        ("Mam4ni no paga", "[nombre] no paga"),
        ("me llamo xochi", "me llamo [nombre]"),
        ("me llamo de otro modo", "me llamo de otro modo"),
        ("como se llama la mina", "como se llama la mina"),
        ("soy comunero", "soy comunero"),
        ("soy luz", "soy [nombre]"),
        ("my name is Zed", "my name is [nombre]"),
    ],
)
def test_an_unsure_word_needs_a_second_sign(text: str, masked: str) -> None:
    assert mask(text).text == masked


@given(st.sampled_from(load_names().given), st.sampled_from(load_names().surnames), st.booleans())
def test_a_listed_name_is_found_in_any_letters(given_name: str, surname: str, loud: bool) -> None:  # noqa: FBT001
    name = f"{given_name} {surname}"
    written = name.upper() if loud else name

    assert mask(f"ayer {written} no vino").text == "ayer [nombre] no vino"


@given(
    st.lists(
        st.sampled_from(
            [*"{}.,:- \n'", "juan", "Rosa", "de la", "Cruz", "soy", "me llamo", "don", "X", "[nombre]"]
        )
    )
)
def test_names_once_masked_stay_masked(pieces: list[str]) -> None:
    once = mask(" ".join(pieces))

    assert mask(once.text) == type(once)(once.text, frozenset())
