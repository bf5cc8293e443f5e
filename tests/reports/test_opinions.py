"""Of a survey nothing is printed that would tell what a few people answered."""

from hypothesis import given
from hypothesis import strategies as st

from reports import opinions


def test_nineteen_answers_are_too_few_and_twenty_are_enough() -> None:
    assert opinions.distribution({1: 0, 2: 0, 3: 0, 4: 9, 5: 10}) is None
    assert opinions.distribution({1: 5, 2: 5, 3: 5, 4: 5, 5: 5}) == {1: 5, 2: 5, 3: 5, 4: 5, 5: 5}


@given(st.lists(st.integers(min_value=0, max_value=40), min_size=5, max_size=5))
def test_no_small_figure_is_printed_and_none_stands_hidden_alone(counts: list[int]) -> None:
    shown = opinions.distribution(dict(enumerate(counts, 1)))

    if shown is not None:
        hidden = [digit for digit, n in shown.items() if n is None]
        assert all(n is None or n >= 5 for n in shown.values())
        assert len(hidden) != 1


def test_a_rate_is_said_of_many_and_not_of_few() -> None:
    assert opinions.rate(60, 30) == 50
    assert opinions.rate(19, 19) is None
    assert opinions.rate(60, 4) is None
