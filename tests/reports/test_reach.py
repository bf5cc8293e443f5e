from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from reports.aloud.reach import (
    DAYS,
    ENOUGH,
    FIRST,
    Came,
    Reach,
    block_after,
    block_before,
    compare,
    is_over,
    rounded,
)

DAY = st.dates(date(2025, 1, 1), date(2027, 12, 31))
CAME = st.builds(Came, complaints=st.integers(0, 80), people=st.integers(0, 40))


@given(DAY)
def test_the_blocks_around_a_reading_are_whole_and_it_stands_in_neither(aired: date) -> None:
    before, after = block_before(aired), block_after(aired)

    assert (before - FIRST).days % DAYS == (after - FIRST).days % DAYS == 0
    assert before + timedelta(days=DAYS) <= aired < after
    assert not is_over(aired, after + timedelta(days=DAYS - 1))
    assert is_over(aired, after + timedelta(days=DAYS))


@given(DAY, DAY)
def test_two_readings_of_one_fortnight_are_compared_by_the_same_days(one: date, two: date) -> None:
    same = (one - FIRST).days // DAYS == (two - FIRST).days // DAYS

    assert (block_before(one) == block_before(two)) is same


@given(
    st.dictionaries(st.sampled_from(["sms", "web"]), CAME),
    st.dictionaries(st.sampled_from(["sms", "web"]), CAME),
)
def test_a_door_is_told_only_where_ten_people_stand_behind_both_blocks(
    before: dict[str, Came], after: dict[str, Came]
) -> None:
    nobody = Came(0, 0)

    for one in compare(before, after):
        enough = min(before.get(one.channel, nobody).people, after.get(one.channel, nobody).people) >= ENOUGH
        assert (one.before is not None) is (one.after is not None) is enough


def test_a_figure_is_told_to_the_nearest_five() -> None:
    told = compare({"sms": Came(23, 12)}, {"sms": Came(37, 20)})

    assert told == (Reach("sms", 25, 35),)
    assert [rounded(n) for n in (0, 2, 3, 7, 8, 12, 13)] == [0, 0, 5, 5, 10, 10, 15]
