"""Whoever reads a bulletin aloud finds every number written as it is said."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from translations.numbers import (
    LANGUAGES,
    MOST,
    Noun,
    date_in_words,
    digit_by_digit,
    in_words,
    number_words,
    year_in_words,
)

UP_TO_THIRTY = (
    "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete "
    "dieciocho diecinueve veinte veintiuno veintidós veintitrés veinticuatro veinticinco veintiséis veintisiete "
    "veintiocho veintinueve treinta"
)
SPANISH = {word: n for n, word in enumerate(UP_TO_THIRTY.split())} | {
    "un": 1, "una": 1, "veintiún": 21, "veintiuna": 21, "cuarenta": 40, "cincuenta": 50, "sesenta": 60, "setenta": 70,
    "ochenta": 80, "noventa": 90, "cien": 100, "ciento": 100, "doscientos": 200, "trescientos": 300,
    "cuatrocientos": 400, "quinientos": 500, "seiscientos": 600, "setecientos": 700, "ochocientos": 800,
    "novecientos": 900,
}  # fmt: skip


def heard(words: str) -> int:
    """Understand a Spanish number as a listener does."""
    thousands, sum_so_far = 0, 0
    for word in words.replace("cientas", "cientos").replace("quinientas", "quinientos").split():
        if word == "mil":
            thousands, sum_so_far = 1000 * (sum_so_far or 1), 0
        elif word != "y":
            sum_so_far += SPANISH[word]
    return thousands + sum_so_far


@given(number=st.integers(0, MOST), before=st.sampled_from(["", "m", "f"]))
@settings(max_examples=60)
def test_who_hears_a_number_in_spanish_understands_the_same_number(number: int, before: Noun) -> None:
    assert heard(in_words(number, "es", before=before)) == number


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_numbers_are_said_alike(language: str) -> None:
    some = [*range(10_000), *range(10_000, MOST, 997), *range(100_000, MOST, 10_000)]

    said = {in_words(number, language) for number in some}

    assert len(said) == len(set(some))


@pytest.mark.parametrize(
    ("language", "number", "words"),
    [
        ("es", 0, "cero"),
        ("es", 21, "veintiuno"),
        ("es", 47, "cuarenta y siete"),
        ("es", 100, "cien"),
        ("es", 101, "ciento uno"),
        ("es", 1000, "mil"),
        ("es", 21_000, "veintiún mil"),
        ("es", 31_500, "treinta y un mil quinientos"),
        ("es", 999_999, "novecientos noventa y nueve mil novecientos noventa y nueve"),
        ("pt", 0, "zero"),
        ("pt", 100, "cem"),
        ("pt", 116, "cento e dezesseis"),
        ("pt", 1900, "mil e novecentos"),
        ("pt", 1987, "mil novecentos e oitenta e sete"),
        ("pt", 2026, "dois mil e vinte e seis"),
        ("en", 0, "zero"),
        ("en", 47, "forty-seven"),
        ("en", 101, "one hundred and one"),
        ("en", 1007, "one thousand and seven"),
        ("en", 12_345, "twelve thousand three hundred and forty-five"),
        ("qu", 11, "chunka hukniyuq"),
        ("qu", 13, "chunka kimsayuq"),
        ("qu", 20, "iskay chunka"),
        ("qu", 27, "iskay chunka qanchisniyuq"),
        ("qu", 100, "pachak"),
        ("qu", 101, "pachak hukniyuq"),
        ("qu", 110, "pachak chunkayuq"),
        ("qu", 3000, "kimsa waranqa"),
        ("quz", 0, "ch'usaq"),
        ("quy", 0, "chusaq"),
        ("quy", 45, "tawa chunka pichqayuq"),
        ("ay", 0, "ch'usa"),
        ("ay", 2, "paya"),
        ("ay", 11, "tunka mayani"),
        ("ay", 20, "pä tunka"),
        ("ay", 43, "pusi tunka kimsani"),
        ("ay", 110, "pataka tunka"),
        ("ay", 2514, "pä waranqa phisqa pataka tunka pusini"),
    ],
)
def test_a_number_is_written_as_the_language_says_it(language: str, number: int, words: str) -> None:
    assert in_words(number, language) == words


@pytest.mark.parametrize(
    ("language", "number", "before", "words"),
    [
        ("es", 1, "m", "un"),
        ("es", 1, "f", "una"),
        ("es", 21, "m", "veintiún"),
        ("es", 21, "f", "veintiuna"),
        ("es", 31, "m", "treinta y un"),
        ("es", 201, "f", "doscientas una"),
        ("es", 200_000, "f", "doscientas mil"),
        ("es", 11, "m", "once"),
        ("pt", 2, "f", "duas"),
        ("pt", 342, "f", "trezentas e quarenta e duas"),
        ("ay", 2, "m", "pä"),
        ("ay", 1, "m", "mä"),
        ("en", 1, "m", "one"),
    ],
)
def test_a_number_before_a_noun_agrees_with_it(language: str, number: int, before: Noun, words: str) -> None:
    assert in_words(number, language, before=before) == words


@pytest.mark.parametrize(
    ("language", "code", "words"),
    [
        ("es", "4821", "cuatro ocho, dos uno"),
        ("es", "4107-3293", "cuatro uno cero siete, tres dos nueve tres"),
        ("es", "984 123 456", "nueve ocho cuatro uno dos, tres cuatro cinco seis"),
        ("es", "*384#", "asterisco tres ocho, cuatro numeral"),
        ("en", "+5", "plus, five"),
        ("qu", "4821", "tawa pusaq, iskay huk"),
        ("quy", "10", "huk, chusaq"),
        ("ay", "38", "tres, ocho"),
        ("pt", "7", "sete"),
    ],
)
def test_the_number_of_a_case_is_said_one_digit_at_a_time_in_two_groups(
    language: str, code: str, words: str
) -> None:
    assert digit_by_digit(code, language) == words


@pytest.mark.parametrize("code", ["", " - ", "48A1", "48²1", "cuatro"])
def test_what_is_no_number_is_not_said(code: str) -> None:
    with pytest.raises(ValueError, match=r"digit"):
        digit_by_digit(code, "es")


@pytest.mark.parametrize("number", [-1, 1_000_000])
def test_a_number_we_cannot_say_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match="cannot be said"):
        in_words(number, "es")


def test_a_language_nobody_taught_us_is_refused() -> None:
    with pytest.raises(LookupError, match="zz"):
        in_words(1, "zz")


@pytest.mark.parametrize(
    ("language", "year", "words"),
    [
        ("es", 2026, "dos mil veintiséis"),
        ("pt", 1999, "mil novecentos e noventa e nove"),
        ("en", 2026, "twenty twenty-six"),
        ("en", 2005, "two thousand and five"),
        ("en", 1905, "nineteen oh five"),
        ("en", 1900, "nineteen hundred"),
        ("qu", 2026, "iskay waranqa iskay chunka suqtayuq"),
        ("ay", 2026, "pä waranqa pä tunka suxtani"),
    ],
)
def test_a_year_is_said_as_people_say_it(language: str, year: int, words: str) -> None:
    assert year_in_words(year, language) == words


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("es", "primero de noviembre de dos mil veintiséis"),
        ("pt", "primeiro de novembro de dois mil e vinte e seis"),
        ("en", "November first, twenty twenty-six"),
        ("qu", "iskay waranqa iskay chunka suqtayuq wata, noviembre killapa huk p'unchawnin"),
        ("quy", "iskay waranqa iskay chunka suqtayuq wata, noviembre killapa huk punchawnin"),
        ("ay", "pä waranqa pä tunka suxtani mara, noviembre phaxsina maya urupa"),
    ],
)
def test_a_day_is_said_in_words(language: str, words: str) -> None:
    assert date_in_words(date(2026, 11, 1), language) == words


def test_a_day_may_be_said_without_its_year() -> None:
    days = [date_in_words(date(2026, 1, day), "en", with_year=False) for day in (2, 12, 20, 21, 30)]

    assert days == [
        "January second", "January twelfth", "January twentieth", "January twenty-first", "January thirtieth",
    ]  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_of_a_number_is_known_as_one(language: str) -> None:
    words = number_words(language)

    for number in (0, 1, 18, 21, 99, 117, 2026, 34_567, 999_999):
        assert set(in_words(number, language).replace("-", " ").split()) <= words
