"""Of a survey nothing is printed that would tell what a few people answered."""

from hypothesis import given
from hypothesis import strategies as st

from grievance.store import Store
from grievance.vocabulary import Kind
from reports import opinions
from reports.month import Month
from tests.reports.released import ACCOUNT, put, release

SUMMER = ("2026-10", "2026-11", "2026-12")


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


@given(st.lists(st.integers(min_value=0, max_value=40), min_size=2, max_size=10), st.integers(0, 300))
def test_who_said_nothing_and_what_is_shown_do_not_tell_a_small_figure_together(
    counts: list[int], more: int
) -> None:
    answered = sum(counts)
    shown = opinions.distribution(dict(enumerate(counts, 1)))
    silent = opinions.silent(answered + more, answered)

    assert silent == (more if more >= 5 else None)
    if shown is not None and (hidden := [digit for digit, n in shown.items() if n is None]):
        rest = answered - sum(n for n in shown.values() if n is not None)
        assert (len(hidden), rest) >= (2, 6) or (len(hidden) >= 3 and rest >= 5)


def test_how_many_ended_is_what_three_months_print(store: Store) -> None:
    first, second, third = (Month.parse(month) for month in SUMMER)
    put(store, release(month=first, account=ACCOUNT | {"closed": 40}))
    put(store, release(month=second, account=ACCOUNT | {"closed": 12}))
    of_two = store.read(lambda conn: opinions.ended(conn, SUMMER, Kind.GRIEVANCE))
    put(store, release(month=third, account=ACCOUNT | {"closed": 8}))

    assert of_two is None
    assert store.read(lambda conn: opinions.ended(conn, SUMMER, Kind.GRIEVANCE)) == 60
    assert store.read(lambda conn: opinions.ended(conn, SUMMER, Kind.INFORMATION_REQUEST)) is None


def test_where_a_month_hides_how_many_ended_nobody_says_how_many_were_silent(store: Store) -> None:
    for month in SUMMER:
        hidden = {"opening": None} if month == SUMMER[1] else {}
        put(store, release(month=Month.parse(month), account=ACCOUNT | hidden))

    assert opinions.silent(store.read(lambda conn: opinions.ended(conn, SUMMER, Kind.GRIEVANCE)), 30) == 93
    put(store, release(month=Month.parse(SUMMER[1]), version=2, account={"closed": None}))
    assert opinions.silent(store.read(lambda conn: opinions.ended(conn, SUMMER, Kind.GRIEVANCE)), 30) is None
