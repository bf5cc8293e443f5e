"""A station reads a month without stumbling: in time, one number a sentence, the bad first, and only what is printed."""

import re
from collections.abc import Mapping
from typing import Any

import pytest

from reports import formats
from reports.aloud import bulletin
from reports.aloud.bulletin import LENGTHS, SENTENCES, Seconds
from reports.saying import sentences
from reports.shelf import Release
from tests.reports.released import release
from translations import catalogue, phrase, say
from translations.numbers import digit_by_digit, in_words, number_words
from translations.plain import faults

DRAFT = phrase("Draft: not yet read by a native speaker.")
LANGUAGES = ["es", "qu", "ay", "en"]
DIGITS = {"cero", "cinco", "siete", "zero", "five", "seven", "ch'usaq", "pichqa", "qanchis"}
TALL = release(account={"opening": 71, "received": 83, "closed": 59, "closing": 95}, times={"met": 53, "late": 62},
               themes={"water": 37, "dust": 31, "jobs": 29}, earlier=((67, 61),))  # fmt: skip
HIDDEN: Mapping[str, Any] = {
    "account": {"received": None},
    "times": {"met": None, "late": None},
    "themes": {"water": None},
    "channels": {"sms": None},
}
MONTHS: Mapping[str, Release] = {
    "many": release(earlier=((45, 46),)),
    "hundreds": release(account={"opening": 210, "received": 221, "closed": 301, "closing": 130}, earlier=((45, 46),)),
    "none": release(
        account=dict.fromkeys(("opening", "received", "closed", "closing"), 0), times={}, themes={"water": 0}
    ),
    "one": release(
        account={"opening": 0, "received": 1, "closed": 0, "closing": 1},
        times={"met": 1},
        themes={"water": None},
        earlier=((1, 0),),
    ),
    "two": release(account={"opening": 0, "received": 2, "closed": 1, "closing": 1}, times={"late": 1}),
    "hidden": release(**HIDDEN),
    "equal": release(themes={"water": 16, "dust": 16, "jobs": 15}, earlier=((47, 41),)),
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("seconds", LENGTHS)
@pytest.mark.parametrize("name", ["many", "hundreds", "equal"])
def test_a_bulletin_takes_its_time_a_tenth_more_or_less(name: str, seconds: Seconds, language: str) -> None:
    made = bulletin.make(MONTHS[name], language, seconds=seconds)

    assert made.fits, f"{made.reading.seconds:.1f} s"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("seconds", LENGTHS)
@pytest.mark.parametrize("name", MONTHS)
def test_a_bulletin_can_be_read_aloud_whatever_the_figures_are(
    name: str, seconds: Seconds, language: str
) -> None:
    made = bulletin.make(MONTHS[name], language, seconds=seconds)

    assert faults(made.text, language) == ()
    assert made.reading.seconds <= 1.1 * seconds


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("seconds", LENGTHS)
@pytest.mark.parametrize("name", MONTHS)
def test_a_listener_hears_of_which_month_it_speaks(name: str, seconds: Seconds, language: str) -> None:
    month = say(sentences.month_word(MONTHS[name].month), language)

    assert month.casefold() in bulletin.make(MONTHS[name], language, seconds=seconds).text.casefold()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_long_number_to_text_makes_no_longer_bulletin(language: str) -> None:
    month = release(earlier=((45, 46),), more={"contact": {"sms": "+51900000001", "ussd": "*555#"}})

    made = bulletin.make(month, language, seconds=60)

    assert made.fits, f"{made.reading.seconds:.1f} s"
    assert made.text.count(digit_by_digit("+51900000001", language)) == 2


def test_what_was_bad_is_said_before_what_was_good() -> None:
    said = bulletin.make(MONTHS["many"], "en", seconds=60).text

    assert 0 < said.index("Nine answers came late") < said.index("The target was not met")
    assert said.index("The target was not met") < said.index("Thirty-eight answers came on time")


def test_the_long_bulletin_says_every_number_twice() -> None:
    said = bulletin.make(MONTHS["many"], "es", seconds=180).text

    for number in ("cuarenta y siete", "nueve", "treinta y ocho", "cuarenta y cuatro", "dieciséis"):
        assert len(re.findall(number, said, re.IGNORECASE)) >= 2, number
    assert "veintiuna" not in said


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("seconds", LENGTHS)
def test_no_number_is_said_that_no_cell_prints(seconds: Seconds, language: str) -> None:
    printed = (83, 67, 62, 53, 95, 59, 37, 31, 29)
    allowed = {in_words(n, language, before=noun).lower() for n in printed for noun in ("m", "f", "")}
    of_the_promise = {in_words(14, language)}

    said = set(_long_numbers(bulletin.make(TALL, language, seconds=seconds).text, language))

    assert said
    assert said <= allowed | of_the_promise


def test_of_a_hidden_month_no_figure_is_said() -> None:
    made = bulletin.make(MONTHS["hidden"], "es", seconds=180)

    assert "No decimos cuántas quejas llegaron" in made.text
    assert not re.search(r"(llegó|queda|terminó|fueron) un", made.text, re.IGNORECASE)


def test_of_a_hidden_subject_nothing_is_said() -> None:
    made = bulletin.make(release(themes={"water": 16, "animals": None}), "es", seconds=180)

    assert "Animales" not in made.text
    assert "Los números chicos no los decimos" in made.text


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("none", "No llegó ninguna queja"),
        ("one", "Llegó una queja."),
        ("one", "En septiembre hubo una."),
        ("two", "Llegaron dos quejas. Es el primer mes de este informe."),
        ("two", "Una respuesta llegó tarde."),
        ("equal", "En septiembre fueron cuarenta y siete."),
        ("equal", "Los temas con más quejas fueron estos: Agua. Y esto: Polvo y ruido."),
        ("hundreds", "Llegaron doscientas veintiuna quejas."),
        ("hundreds", "Terminaron trescientos un casos."),
    ],
)
def test_each_figure_has_its_sentence(name: str, says: str) -> None:
    assert says in bulletin.make(MONTHS[name], "es", seconds=180).text


@pytest.mark.parametrize("language", ["es", "qu", "ay"])
def test_every_sentence_of_a_bulletin_is_said_in_the_language(language: str) -> None:
    assert [s.msgid for s in SENTENCES if s.msgid not in catalogue(language)] == []


def test_a_slower_station_gets_fewer_words() -> None:
    slow = bulletin.make(MONTHS["many"], "es", seconds=180, words_per_minute=110)

    assert slow.fits
    assert slow.reading.words < bulletin.make(MONTHS["many"], "es", seconds=180).reading.words


def test_the_text_file_has_every_language_in_both_lengths_and_says_what_is_a_draft() -> None:
    text = formats.forms(MONTHS["many"])["2026-10.txt"].make().decode()

    parts = text.split("\n\n")
    drafts = [part for part in parts if say(DRAFT, "qu") in part or say(DRAFT, "ay") in part]
    assert len(parts) == len(LANGUAGES) * len(LENGTHS)
    assert len(drafts) == 2 * len(LENGTHS)
    assert "segundos a 130 palabras por minuto" in parts[0]
    assert say(DRAFT, "es") not in text


def _long_numbers(text: str, language: str) -> list[str]:
    """Find the numbers of a text that are said in more than one word; those of a telephone stand behind a comma or not."""
    known = number_words(language) | number_words("es")
    joined = {"y", "and"}
    found: list[list[str]] = []
    for sentence in re.split(r"[.:!?\n]", text):
        words = re.findall(r"[^\W\d_]+(?:['-][^\W\d_]+)*", sentence.lower())
        run: list[str] = []
        for word in [*words, ""]:
            if (all(piece in known for piece in word.split("-")) and word) or (run and word in joined):
                run.append(word)
                continue
            found.append(run)
            run = []
    said = [" ".join(run).removeprefix("y ").removesuffix(" y") for run in found if not set(run) <= DIGITS]
    return [number for number in said if " " in number or "-" in number]


def test_which_subject_was_the_most_common_is_not_said_where_a_hidden_one_may_be() -> None:
    dark = release(themes={"water": 9, "dust": 7, "jobs": None, "roads": None})

    said = bulletin.make(dark, "en", seconds=180).text

    assert "People complained of this: Water. Nine complaints" in said
    assert "And of this: Dust and noise. Seven complaints" in said
    assert "The most common subject" not in said
    assert "The most common subject was this: Water." in bulletin.make(release(), "en", seconds=180).text
