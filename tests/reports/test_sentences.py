"""A month says what it was in plain words, whatever its numbers are, in both languages."""

import pytest

from reports.month import Month
from reports.saying import sentences
from reports.saying.foremost import Foremost, foremost, surely
from translations import Phrase, say

SEPTEMBER = Month(2026, 9)


def both(phrase: Phrase | None) -> tuple[str, str] | None:
    return None if phrase is None else (say(phrase, "en"), say(phrase, "es"))


@pytest.mark.parametrize(
    ("received", "before", "is_first", "said"),
    [
        (0, 5, False, ("No complaint came in. That does not prove that there are no problems.",
                       "No llegó ninguna queja. Eso no prueba que no haya problemas.")),
        (1, None, True, ("One complaint came in. It is the first month of this report.",
                         "Llegó una queja. Es el primer mes de este informe.")),
        (1, 3, False, ("One complaint came in, 2 fewer than in September.",
                       "Llegó una queja, 2 menos que en septiembre.")),
        (2, 1, False, ("2 complaints came in, one more than in September.",
                       "Llegaron 2 quejas, una más que en septiembre.")),
        (46, 47, False, ("46 complaints came in, one fewer than in September.",
                         "Llegaron 46 quejas, una menos que en septiembre.")),
        (47, 45, False, ("47 complaints came in, 2 more than in September.",
                         "Llegaron 47 quejas, 2 más que en septiembre.")),
        (47, 47, False, ("47 complaints came in, as many as in September.",
                         "Llegaron 47 quejas, igual que en septiembre.")),
        (47, None, False, ("47 complaints came in.", "Llegaron 47 quejas.")),
        (None, 47, False, ("How many complaints came in is not shown: fewer than ten people stand behind this month.",
                           "No se muestra cuántas quejas llegaron: detrás de este mes hay menos de diez personas.")),
    ],
)  # fmt: skip
def test_how_many_came_in(
    received: int | None, before: int | None, is_first: bool, said: tuple[str, str]  # noqa: FBT001
) -> None:  # fmt: skip
    assert both(sentences.arrivals(received, before, previous=SEPTEMBER, is_first=is_first)) == said


@pytest.mark.parametrize(
    ("met", "late", "said"),
    [
        (0, 0, "No answer was given this month."),
        (1, 0, "One answer was given, and it came on time."),
        (0, 1, "One answer was given, and it came late."),
        (2, 0, "All 2 answers came on time."),
        (0, 2, "None of the 2 answers came on time."),
        (38, 1, "38 of 39 answers came on time. One came late."),
        (38, 9, "38 of 47 answers came on time. 9 came late."),
        (None, 9, "How many answers came on time is not shown."),
        (38, None, "How many answers came on time is not shown."),
    ],
)
def test_how_many_were_answered_in_time(met: int | None, late: int | None, said: str) -> None:
    assert say(sentences.answers(met, late), "en") == said


@pytest.mark.parametrize(
    ("met", "late", "said"),
    [
        (18, 2, "The target is 88 of 100 on time. It was met."),
        (17, 3, "The target is 88 of 100 on time. It was not met."),
        (88, 12, "The target is 88 of 100 on time. It was met."),
        (19, 0, None),
        (0, 0, None),
        (None, None, None),
    ],
)
def test_a_target_is_judged_from_twenty_answers_on(
    met: int | None, late: int | None, said: str | None
) -> None:
    judged = sentences.target(met, late, percent=88)

    assert (None if judged is None else say(judged, "en")) == said


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (None, None),
        (0, "Half of the answers came on the day of the complaint."),
        (1, "Half of the answers came within one day."),
        (19, "Half of the answers came within 19 days."),
    ],
)
def test_how_long_half_of_them_waited(days: int | None, said: str | None) -> None:
    half = sentences.half(days)

    assert (None if half is None else say(half, "en")) == said


@pytest.mark.parametrize(
    ("closed", "said"),
    [
        (None, "How many cases ended is not shown."),
        (0, "No case ended."),
        (1, "One case ended."),
        (2, "2 cases ended."),
        (41, "41 cases ended."),
    ],
)
def test_how_many_ended(closed: int | None, said: str) -> None:
    assert say(sentences.endings(closed), "en") == said


@pytest.mark.parametrize(
    ("received", "closed", "months"),
    [
        ([5, 5, 5], [4, 4, 4], 3),
        ([9, 5, 5, 5], [9, 4, 4, 4], 3),
        ([5, 5, 5, 5], [4, 4, 4, 4], 4),
        ([5, 5], [4, 4], None),
        ([5, None, 5, 5], [4, 4, 4, 4], None),
        ([5, 5, 5], [4, 4, 5], None),
        ([5, 5, 5], [4, 4, None], None),
    ],
)
def test_a_streak_is_told_from_three_months_on(
    received: list[int | None], closed: list[int | None], months: int | None
) -> None:
    told = sentences.streak(received, closed)

    assert (None if told is None else told.blanks["n"]) == months


@pytest.mark.parametrize(
    ("printed", "total", "said"),
    [
        ({}, 47, None),
        ({"Water": None, "Dust": None}, 47, None),
        ({"Water": 0}, 0, None),
        ({"Water": 16}, None, None),
        ({"Water": 16, "Dust": 31}, 47, "The most common subject was Dust: 31 of 47."),
        ({"Water": 9, "Dust": 9}, 18, "The most common subjects were Water and Dust: 9 of 18 each."),
        ({"Water": 9, "Dust": 9, "Land": 9}, 27,
         "The most common subjects were Water, Dust and Land: 9 of 27 each."),
        ({"Water": 9, "Dust": None, "Land": None}, 17, "The most common subject was Water: 9 of 17."),
        ({"Water": 9, "Dust": None, "Land": None}, 18,
         "Of the subjects that are shown, the most common was Water: 9 of 18."),
        ({"Water": 9, "Dust": 9, "Land": None}, 40,
         "Of the subjects that are shown, the most common were Water and Dust: 9 of 40 each."),
    ],
)  # fmt: skip
def test_what_most_complaints_were_about_is_said_of_all_only_where_nothing_hidden_can_be_more(
    printed: dict[str, int | None], total: int | None, said: str | None
) -> None:
    told = sentences.subject(foremost(printed.items(), total), {}, total)

    assert (None if told is None else say(told, "en")) == said


def test_what_was_not_stated_takes_room_from_what_is_hidden() -> None:
    parts = [("Water", 9), ("Dust", None)]

    assert foremost(parts, 18) == Foremost(("Water",), 9, is_sure=False)
    assert foremost(parts, 18, beside=[1]) == Foremost(("Water",), 9, is_sure=True)
    assert foremost(parts, 18, beside=[None]) == Foremost(("Water",), 9, is_sure=False)


def test_n_of_n_is_said_and_of_what_happens_more_than_once_how_many_for_how_many() -> None:
    assert both(sentences.n_of(8, 11)) == ("8 of 11", "8 de 11")
    assert both(sentences.n_of(37, 28)) == ("37 for 28", "37 para 28")


def test_months_and_days_are_said_as_people_say_them() -> None:
    assert both(sentences.month_name(Month(2026, 10))) == ("October 2026", "octubre de 2026")
    assert both(sentences.day_name(Month(2026, 11).first_day)) == (
        "1 November 2026",
        "1 de noviembre de 2026",
    )


@pytest.mark.parametrize(
    ("series", "said"),
    [
        ((None, 10, 12, 10, 12, 10, 11), []),
        ((10, 12, 10, 12, 10, 12, None), []),
        ((10, 12, 10, 12, 10, 12, 16), ["mean of 6 months before: 11", "similar to other months"]),
        ((10, 12, 10, 12, 10, 12, 17), ["mean of 6 months before: 11", "a large change"]),
        ((5, 5, 5, None, 5, 5, 5, 5), ["mean of 6 months before: 5", "similar to other months"]),
        ((5, 5, 5, 5, 5, 5, 4), ["mean of 6 months before: 5", "similar to other months"]),
    ],
)
def test_a_change_is_called_large_only_outside_what_is_usual(
    series: tuple[int | None, ...], said: list[str]
) -> None:
    assert [say(phrase, "en") for phrase in sentences.usual(series)] == said


def test_what_a_year_was_most_about_is_said_only_where_no_hidden_figure_can_be_more() -> None:
    clear = ({"water": 20, "dust": None, "roads": 6}, 30)
    equal = ({"water": 20, "dust": 20}, 40)
    roomy = ({"water": 5, "dust": None, "roads": None}, 40)

    assert surely([clear, clear]) == "water"
    assert surely([clear, roomy]) is None
    assert surely([clear, ({"water": 5, "dust": None, "roads": 6}, None)]) is None
    assert surely([equal]) is None
    assert surely([]) is None


@pytest.mark.parametrize("language", ["es", "qu", "ay"])
def test_what_earlier_months_called_first_answers_is_said_as_it_is_called_now(language: str) -> None:
    frozen = {"msgid": "First answers in time", "blanks": {}}

    said = sentences.thawed(frozen)

    assert say(said, "en") == "Answers in time"
    assert say(said, language) not in ("Answers in time", "First answers in time")
    assert sentences.thawed({"msgid": "Acknowledged in time", "blanks": {}}).msgid == "Acknowledged in time"
