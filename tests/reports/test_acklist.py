import hashlib
import hmac
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grievance.codes import make_case_number
from grievance.vocabulary import State
from reports.aloud import acklist
from reports.aloud.acklist import ENOUGH, IN_A_SLOT, Stage, Told, draw, stage_on

MONDAY = date(2026, 3, 2)
SITES = (("qorimayu", "qorimayu"), ("qorimayu", "yanaqaqa"), ("illapa", "illapa"), (None, None))


def secret(label: str) -> bytes:
    return hmac.new(b"of this test", label.encode(), hashlib.sha256).digest()


def other_secret(label: str) -> bytes:
    return hmac.new(b"of somebody else", label.encode(), hashlib.sha256).digest()


def told(n: int, *, at: int = 0, person: int | None = None, days: int = 20, protected: bool = False) -> Told:
    operator, site = SITES[at]
    who = (n if person is None else person).to_bytes(4)
    moves = ((MONDAY - timedelta(days=days), State.RECEIVED),)
    return Told(f"{n:032}", make_case_number(f"{n:06}"), operator, site, who, protected, moves)


TOLD = st.builds(
    told,
    n=st.integers(0, 999_999),
    at=st.integers(0, 3),
    person=st.integers(0, 30),
    days=st.integers(1, 60),
    protected=st.booleans(),
)
LISTS = st.lists(TOLD, max_size=60, unique_by=lambda t: t.id)


@given(LISTS)
def test_no_area_is_read_for_which_fewer_than_ten_people_stand(cases: list[Told]) -> None:
    by_number = {case.number: case for case in cases}

    lines = draw(cases, MONDAY, secret=secret)

    for area in {line.area for line in lines}:
        people = {by_number[line.number].person for line in lines if line.area == area}
        assert len(people) >= ENOUGH


@given(LISTS)
def test_a_number_is_read_once_and_never_that_of_a_protected_case(cases: list[Told]) -> None:
    protected = {case.number for case in cases if case.protected}

    lines = draw(cases, MONDAY, secret=secret)

    assert max(Counter(line.number for line in lines).values(), default=1) == 1
    assert not protected & {line.number for line in lines}
    assert max(Counter(line.slot for line in lines).values(), default=0) <= IN_A_SLOT
    assert len({(line.slot, line.place) for line in lines}) == len(lines)


@given(LISTS, st.randoms())
def test_the_order_in_which_the_record_is_read_changes_nothing(cases: list[Told], random: object) -> None:
    shuffled = list(cases)
    random.shuffle(shuffled)  # type: ignore[attr-defined]

    assert draw(shuffled, MONDAY, secret=secret) == draw(cases, MONDAY, secret=secret)


@given(st.integers(0, 400), st.integers(0, 9))
def test_a_stage_is_heard_some_days_late_and_falls_silent_after_some_weeks(n: int, weeks: int) -> None:
    case = told(n, days=1)
    heard = stage_on(case, MONDAY + weeks * acklist.WEEK, secret=secret)

    if weeks == 1:
        assert heard is Stage.RECEIVED
    if weeks >= acklist.MOST_WEEKS:
        assert heard is None


def test_when_a_number_is_first_heard_cannot_be_worked_out_without_the_secret() -> None:
    cases = [told(n, days=4) for n in range(60)]

    ours = [stage_on(case, MONDAY, secret=secret) for case in cases]
    theirs = [stage_on(case, MONDAY, secret=other_secret) for case in cases]

    assert set(ours) == {None, Stage.RECEIVED}
    assert ours != theirs


@pytest.mark.parametrize(
    ("state", "stage"),
    [
        (State.ACKNOWLEDGED, Stage.IN_REVIEW), (State.PROPOSED, Stage.ANSWERED), (State.IN_DIALOGUE, Stage.IN_REVIEW),
        (State.UNDER_INDEPENDENT_REVIEW, Stage.IN_REVIEW), (State.CLOSED, Stage.CLOSED),
        (State.IMPLEMENTING, Stage.IN_REVIEW), (acklist.SAID_DONE, Stage.DONE),
    ],
)  # fmt: skip
def test_a_case_is_heard_where_it_stands(state: str, stage: Stage) -> None:
    case = told(1, days=40)
    moved = replace(case, moves=(*case.moves, (MONDAY - timedelta(days=9), state)))

    assert stage_on(moved, MONDAY, secret=secret) is stage


def test_ten_people_of_one_site_are_read_by_themselves_and_nine_are_joined_with_others() -> None:
    many = [told(n, at=0) for n in range(10)]
    nine = [told(100 + n, at=1) for n in range(9)]

    alone = draw(many, MONDAY, secret=secret)
    joined = draw(many + nine, MONDAY, secret=secret)

    assert {line.area for line in alone} == {"qorimayu"}
    assert {line.area for line in joined} == {"@qorimayu"}
    assert len(joined) == 19


def test_many_numbers_of_few_people_are_not_read_at_all() -> None:
    cases = [told(n, person=n % 9) for n in range(40)]

    assert draw(cases, MONDAY, secret=secret) == ()


def test_what_does_not_fit_into_one_slot_is_read_on_the_next_day() -> None:
    cases = [told(n) for n in range(30)]

    slots = acklist.slots(draw(cases, MONDAY, secret=secret))

    assert [len(slot) for slot in slots] == [12, 12, 6]
    assert acklist.day_of(2, MONDAY) == date(2026, 3, 3)
