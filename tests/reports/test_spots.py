"""A spot on the radio takes its time, says the number of the place twice, and can be read without stumbling."""

import dataclasses

import pytest

from grievance.errors import Misconfigured, Unknown
from grievance.mechanism import Mechanism, example
from reports.aloud.spots import LENGTHS, SENTENCES, Seconds, languages_of, make, number_of
from translations import catalogue
from translations.numbers import digit_by_digit
from translations.plain import faults

SPOKEN = [("qorimayu", "es"), ("qorimayu", "en"), ("qorimayu", "qu"), ("illapa", "ay")]


@pytest.fixture(scope="module")
def mechanism() -> Mechanism:
    return example()


@pytest.mark.parametrize("seconds", LENGTHS)
@pytest.mark.parametrize(("site", "language"), SPOKEN)
def test_a_spot_takes_its_time_a_tenth_more_or_less(
    mechanism: Mechanism, site: str, language: str, seconds: Seconds
) -> None:
    spot = make(mechanism, site, language, seconds=seconds)

    assert 0.9 * seconds <= spot.reading.seconds <= 1.1 * seconds
    assert spot.fits


@pytest.mark.parametrize("seconds", LENGTHS)
@pytest.mark.parametrize("digits", [4, 8, 9, 10])
@pytest.mark.parametrize(("site", "language"), SPOKEN)
def test_a_spot_takes_its_time_whatever_the_number_is(
    mechanism: Mechanism, site: str, language: str, digits: int, seconds: Seconds
) -> None:
    spot = make(_numbered(mechanism, "7" * digits), site, language, seconds=seconds)

    assert spot.fits, f"{spot.reading.seconds:.1f} s"


@pytest.mark.parametrize("seconds", LENGTHS)
@pytest.mark.parametrize(("site", "language"), SPOKEN)
def test_a_spot_can_be_read_aloud_and_says_the_number_of_the_place_twice(
    mechanism: Mechanism, site: str, language: str, seconds: Seconds
) -> None:
    spot = make(mechanism, site, language, seconds=seconds)

    assert faults(spot.text, language) == ()
    assert spot.text.count(digit_by_digit(number_of(mechanism, site), language)) == 2


def test_a_slow_station_gets_fewer_words(mechanism: Mechanism) -> None:
    slow = make(mechanism, "qorimayu", "es", seconds=40, words_per_minute=100)

    assert slow.fits
    assert slow.reading.words < make(mechanism, "qorimayu", "es", seconds=40).reading.words


def test_a_station_that_reads_too_slowly_for_the_core_is_told_so(mechanism: Mechanism) -> None:
    assert not make(mechanism, "qorimayu", "es", seconds=20, words_per_minute=90).fits


def test_a_spot_in_a_draft_says_that_nobody_has_reviewed_it(mechanism: Mechanism) -> None:
    assert make(mechanism, "qorimayu", "qu", seconds=20).unread
    assert not make(mechanism, "qorimayu", "es", seconds=20).unread


@pytest.mark.parametrize("language", ["es", "qu", "ay"])
def test_every_sentence_of_a_spot_is_said_in_the_language(language: str) -> None:
    assert [s.msgid for s in SENTENCES if s.msgid not in catalogue(language)] == []


def test_the_number_of_a_spot_is_the_places_own_as_it_is_dialled_there(mechanism: Mechanism) -> None:
    own = {site: number_of(mechanism, site) for site in ("qorimayu", "illapa")}
    shared = number_of(_without(mechanism, "sms-qorimayu"), "qorimayu")

    assert own == {"qorimayu": "900000002", "illapa": "70000003"}
    assert shared == "900000001"


def test_the_number_of_another_country_keeps_its_prefix(mechanism: Mechanism) -> None:
    assert number_of(_without(mechanism, "sms-illapa"), "illapa") == "+51900000001"


def test_a_place_nobody_can_text_free_of_charge_has_no_spot(mechanism: Mechanism) -> None:
    dear = dataclasses.replace(
        mechanism, channels=tuple(dataclasses.replace(c, cost_to_user=1) for c in mechanism.channels)
    )

    with pytest.raises(Misconfigured, match="no free number"):
        make(dear, "qorimayu", "es", seconds=20)


def test_a_place_nobody_knows_has_no_spot(mechanism: Mechanism) -> None:
    with pytest.raises(Unknown):
        make(mechanism, "nowhere", "es", seconds=20)


def test_a_place_has_spots_in_the_languages_in_which_all_of_it_is_said(mechanism: Mechanism) -> None:
    also_portuguese = dataclasses.replace(
        mechanism,
        sites=tuple(dataclasses.replace(s, languages=("es", "pt", "quy", "ay")) for s in mechanism.sites),
    )

    assert languages_of(also_portuguese, "qorimayu") == ("es", "quy", "ay")


def _numbered(mechanism: Mechanism, number: str) -> Mechanism:
    channels = tuple(dataclasses.replace(c, number=number) if c.number else c for c in mechanism.channels)
    return dataclasses.replace(mechanism, channels=channels)


def _without(mechanism: Mechanism, key: str) -> Mechanism:
    return dataclasses.replace(mechanism, channels=tuple(c for c in mechanism.channels if c.key != key))
