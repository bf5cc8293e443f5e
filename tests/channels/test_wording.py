"""Whoever runs the server sees what is said in which language, what it is worth, and what can be read on the radio."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.cli import main
from channels.commands import sayings
from channels.typed import read_case_number
from channels.web.pages.pagewords import said, whole_in
from grievance.codes import make_case_number
from translations import Phrase, say
from translations.numbers import digit_by_digit
from translations.plain import EASY, MEAN, measure

EXAMPLE = Path(__file__).parents[2] / "grievance" / "example_mechanism.toml"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GRIEVANCE_HOME", str(tmp_path))
    monkeypatch.setenv("GRIEVANCE_BASE_URL", "https://example.invalid")
    (tmp_path / "mechanism.toml").write_text(EXAMPLE.read_text(encoding="utf-8"), encoding="utf-8")
    return tmp_path


@pytest.mark.usefixtures("home")
def test_what_is_whole_and_drafted_is_said_as_a_draft() -> None:
    said = CliRunner().invoke(main, ["translations", "check", "--json"])
    told = json.loads(said.output)
    web = next(one for one in told["channels"] if (one["channel"], one["language"]) == ("web", "qu"))

    assert (said.exit_code, told["whole"]) == (0, True)
    assert (web["state"], web["whole"], web["offered"], web["reviewed"]) == ("draft", True, True, 0)


def test_a_language_that_is_offered_and_not_whole_is_a_failed_check(home: Path) -> None:
    file = home / "mechanism.toml"
    file.write_text(
        file.read_text(encoding="utf-8").replace(
            'languages = ["es", "qu", "ay", "en"]', 'languages = ["es", "qu", "ay", "en", "pt"]', 1
        ),
        encoding="utf-8",
    )

    said = CliRunner().invoke(main, ["translations", "check"])

    assert said.exit_code == 1
    assert "no web   pt" in said.output
    assert "ok web   es" in said.output


def test_a_page_offers_only_the_languages_it_is_whole_in() -> None:
    assert whole_in(("es", "pt", "qu")) == ("es", "qu")
    assert whole_in(("pt",)) == ("pt",)
    assert "Send the complaint" in said().sentences


def test_a_translator_is_told_how_long_a_text_may_be_and_what_is_read_aloud() -> None:
    text = CliRunner().invoke(main, ["translations", "sheet", "sms", "qu"]).output
    spoken = CliRunner().invoke(main, ["translations", "sheet", "radio", "qu"]).output

    assert "#. text message, at most 1 segment: GSM-7" in text
    assert "#. read aloud on the radio: 6 words in English" in spoken
    assert 'msgstr "Watiqmanta: {digits}."' in spoken


@pytest.mark.usefixtures("home")
def test_a_station_prints_its_spots_and_sees_which_may_not_be_read_yet() -> None:
    said = CliRunner().invoke(main, ["spots", "illapa"])

    assert said.exit_code == 0, said.output
    assert said.output.count("NOT REVIEWED") == 4
    assert "siete cero cero cero, cero cero cero tres" in said.output


@pytest.mark.usefixtures("home")
def test_a_spot_in_a_language_of_another_place_is_refused() -> None:
    said = CliRunner().invoke(main, ["spots", "illapa", "--language", "en"])

    assert said.exit_code == 1
    assert "no spot" in said.output


@pytest.mark.parametrize("language", ["es", "pt", "en", "qu", "quy", "ay"])
@given(number=st.integers(0, 999_999).map(lambda body: make_case_number(f"{body:06d}")))
@settings(max_examples=20)
def test_a_case_number_that_is_said_digit_by_digit_is_understood(language: str, number: str) -> None:
    assert read_case_number(digit_by_digit(number, language)) == number


HEARD = {one.name: one for one in (sayings.voice(), sayings.kiosk())}


@pytest.mark.parametrize("language", ["es", "en", "qu", "ay"])
@pytest.mark.parametrize("name", sorted(HEARD))
def test_everything_that_is_heard_in_a_call_or_at_a_kiosk_can_be_said(name: str, language: str) -> None:
    channel = HEARD[name]

    wrong = {
        words: found
        for english in channel.sentences
        if (found := channel.wrong(english, language, words := say(Phrase(english), language)))
    }

    assert wrong == {}


@pytest.mark.parametrize("name", sorted(HEARD))
def test_what_is_heard_in_spanish_is_easy_for_most_people(name: str) -> None:
    whole = " ".join(f"{say(Phrase(english), 'es').rstrip('.')}." for english in HEARD[name].sentences)

    reading = measure(whole, "es")

    assert reading.ease is not None
    assert reading.ease >= EASY
    assert reading.mean_sentence <= MEAN


@pytest.mark.parametrize(
    ("name", "words", "fault"),
    [
        ("kiosk", "En 60 segundos se borra (todo).", ""),
        ("kiosk", "Mande la palabra ESTADO.", ""),
        ("kiosk", "Marque 105123.", "Digits must be words: 105123."),
        ("kiosk", "Mande un SMS.", "Shortened words must be said whole: SMS."),
        ("kiosk", "Tres de 12 llegaron.", "More than one number in a sentence: Tres de doce llegaron."),
        ("kiosk", "Es el 80 %.", "Signs nobody says: %."),
        ("kiosk", "agua " * 21, "The longest sentence has 21 words, more than 20."),
        ("voice", "Marque en 60 segundos.", "Digits must be words: 60."),
        ("voice", "Otro lugar (opcional)", "Signs nobody says: ( )."),
        ("voice", "Diga su caso.", ""),
    ],
)
def test_what_nobody_could_say_is_found(name: str, words: str, fault: str) -> None:
    assert HEARD[name].wrong("", "es", words) == ((fault,) if fault else ())
