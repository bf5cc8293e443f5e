import re
from datetime import date

import pytest

from channels.sms.segments import measure
from channels.sms.words import RECEIPTS, render, short_date, worst_case
from grievance.vocabulary import State
from translations import catalogue, lists
from translations.notices import TEMPLATES, Template, speaks

LANGUAGES = ("es", "en")
EVERY = [(key, language) for key in TEMPLATES for language in LANGUAGES]
RECEIPT_ROOM = 140
"""A receipt leaves 20 of the 160 characters of its one segment free for the seal."""
COMMANDS = (
    "stop",
    "start",
    "status",
    "review",
    "reopen",
    "help",
    "erase",
    "repeat",
    "new_clave",
    "who",
    "own",
    "request",
    "survey",
    "survey_off",
    "appeal",
    "stay_out",
    "stolen",
    "found",
)
TWINS = frozenset(
    {
        "está",
        "están",
        "sí",
        "revisó",
        "solicitó",
        "cerró",
        "contestó",
        "avisó",
        "reparó",
        "llegó",
        "pasó",
        "dejó",
        "tardó",
        "aún",
        "término",
    }
)
"""Words that become other words when their accent falls."""


def _worst(key: str, language: str) -> str:
    codes = worst_case(TEMPLATES[key])
    return render(key, language, codes, text=codes.pop("text", None))


def _words_of(template: Template, language: str) -> str:
    return template.words.msgid if language == "en" else catalogue(language).get(template.words.msgid, "")


@pytest.mark.parametrize(("key", "language"), EVERY)
def test_every_message_stays_in_the_cheap_alphabet_and_within_its_budget(key: str, language: str) -> None:
    found = measure(_worst(key, language))

    assert found.encoding == "GSM-7"
    assert found.segments <= TEMPLATES[key].segments


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", sorted(RECEIPTS))
def test_a_receipt_keeps_twenty_characters_free_for_the_seal(key: str, language: str) -> None:
    assert measure(_worst(key, language)).units <= RECEIPT_ROOM


@pytest.mark.parametrize("key", TEMPLATES)
def test_every_message_says_in_spanish_what_it_says_in_english(key: str) -> None:
    spanish = _words_of(TEMPLATES[key], "es")

    assert speaks(key, "es")
    assert sorted(re.findall(r"{\w+}", spanish)) == sorted(re.findall(r"{\w+}", TEMPLATES[key].words.msgid))


@pytest.mark.parametrize("key", TEMPLATES)
def test_a_lost_accent_misleads_nobody(key: str) -> None:
    spanish = set(re.findall(r"\w+", _words_of(TEMPLATES[key], "es").lower()))

    assert not spanish & TWINS


@pytest.mark.parametrize(("key", "language"), EVERY)
def test_a_word_we_ask_for_in_capitals_is_a_word_we_understand(key: str, language: str) -> None:
    runs = re.findall(r"\b[A-ZÁÉÍÓÚÑ]{2,}(?: [A-ZÁÉÍÓÚÑ]{2,})*\b", _words_of(TEMPLATES[key], language))
    asked = {run for run in runs if any(len(word) > 3 for word in run.split())} - {"AGAIN", "OTRA VEZ"}
    understood = {word for name in COMMANDS for word in lists.every_command(name)}

    assert {word.lower() for word in asked} <= understood


def test_flags_of_a_template_are_what_its_words_carry() -> None:
    for template in TEMPLATES.values():
        assert template.clave == ("{clave}" in template.words.msgid)
        assert template.code == ("{code}" in template.words.msgid)
        assert template.text == ("{text}" in template.words.msgid)


def test_the_receipt_reads_as_people_were_promised() -> None:
    codes = {"number": "41073293", "clave": "4821093755127381", "date": "2026-11-15"}

    said = render("receipt", "es", codes)

    assert said == (
        "Recibimos su queja. Caso 4107-3293. Clave 4821 0937 5512 7381, no la diga a nadie. "
        "Le respondemos hasta el 15 nov. Para verla mande ESTADO."
    )


def test_months_are_short_and_never_ask_babel_for_aymara() -> None:
    assert short_date(date(2026, 9, 3), "es") == "3 set"
    assert short_date(date(2026, 9, 3), "ay") == "3 set"
    assert short_date(date(2026, 9, 3), "en") == "3 Sep"


def test_what_an_officer_wrote_keeps_its_enye_and_loses_its_other_accents() -> None:
    said = render(
        "question",
        "es",
        {"number": "41073293", "code": "4827", "date": "2026-03-25"},
        text="¿Desde cuándo está así la acequia de Ñuñoa?",
    )

    assert "¿Desde cuando esta asi la acequia de Ñuñoa?" in said


def test_a_long_list_of_places_is_cut_between_two_places() -> None:
    said = render("ask_place", "en", {"number": "41073293", "places": [f"Place{n:02}" for n in range(40)]})

    assert measure(said).segments == 1
    assert re.search(r"Place00, .*Place\d\d\.$", said)


@pytest.mark.parametrize("state", [s for s in State if s != State.NEW])
def test_where_a_case_stands_is_said_in_words(state: State) -> None:
    said = {
        language: render("status", language, {"number": "41073293", "status": state, "date": "2026-11-15"})
        for language in LANGUAGES
    }

    assert said["es"] != said["en"]
    assert str(state) not in said["es"]


def test_a_message_without_its_number_is_not_sent_half_filled() -> None:
    with pytest.raises(KeyError):
        render("answer_noted", "es", {})
