"""One sender is answered so many times an hour and a day; what they write is taken in however often they write."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from channels.incoming import replies
from channels.talking.conversation import Talk
from grievance.errors import Misconfigured
from grievance.settings import load
from tests.deployment import Keys, keys  # noqa: F401  pytest finds the fixture here
from tests.journeys.actors import NOTICES, Resident, World, a_world, closed_by_their_word, proposed

PAUSE = "solo leemos"
CANAL = "El canal de Huaylluray esta seco desde ayer"
NOON = datetime(2026, 11, 18, 17, 0, tzinfo=UTC)
FEW = (4, 9)


@pytest.fixture
def world(tmp_path: Path, sqlite_template: Path, keys: Keys) -> Iterator[World]:  # noqa: F811
    """A deployment that answers one sender four times an hour and nine times a day."""
    file = tmp_path / "grievance.db"
    shutil.copyfile(sqlite_template, file)
    with a_world(tmp_path, f"sqlite:///{file}", keys, REPLIES=f"{FEW[0]},{FEW[1]}") as founded:
        yield founded


def pauses(one: Resident) -> int:
    return sum(PAUSE in text for text in one.inbox())


def asks(one: Resident, times: int) -> int:
    """Ask how the case stands, and count what comes back."""
    before = len(one.inbox())
    for _ in range(times):
        one.texts("ESTADO")
    return len(one.inbox()) - before


def test_a_machine_that_answers_us_is_told_once_that_we_pause_and_each_text_is_a_case(world: World) -> None:
    machine = world.resident()

    for n in range(7):
        assert machine.texts(f"Su mensaje {n} fue recibido en la central telefonica") == 200
        world.pass_time(minutes=31)

    assert len(world.cases()) == 7
    assert len(machine.inbox()) == FEW[1] + 1
    assert pauses(machine) == 1
    held = world.look(select(NOTICES.c.template).where(NOTICES.c.state == "held"))
    assert {row.template for row in held} == {"receipt", "withheld"}


def test_after_an_hour_somebody_is_answered_again_until_their_day_is_full(world: World) -> None:
    one = world.resident()
    one.texts(CANAL)

    first = 1 + asks(one, 5)
    world.pass_time(minutes=61)
    second = asks(one, 5)
    world.pass_time(minutes=61)
    third = asks(one, 5)
    world.pass_time(hours=22)
    fourth = asks(one, 5)

    assert (first, second, third, fourth) == (5, 5, 2, 5)
    assert pauses(one) == 4


def test_somebody_in_danger_is_answered_while_others_are_not(world: World) -> None:
    one = world.resident()
    one.texts(CANAL)
    asks(one, 5)

    one.texts("9")

    assert PAUSE not in one.reads()
    assert len(world.cases()) == 2


def test_a_badly_is_answered_as_any_danger_is_while_replies_pause(world: World) -> None:
    one = world.resident()
    number = closed_by_their_word(world, one, world.officer())
    for _ in range(33):
        world.pass_time(days=1)
    asks(one, 5)
    assert pauses(one) == 1

    one.texts("3 Mal")

    assert one.number != number
    assert world.case(one.number).protected


def test_what_an_office_owes_arrives_while_replies_pause(world: World) -> None:
    one, officer = world.resident(), world.officer()
    one.texts(CANAL)
    asks(one, 5)
    number = one.number
    officer.waits_for(number)
    one.texts(CANAL)
    asks(one, 5)

    officer.acknowledges(number)

    assert number in one.waits_for("una persona ya lo tiene")


@given(gaps=st.lists(st.integers(0, 5400), min_size=1, max_size=40), owed=st.integers(1, 3))
@settings(max_examples=50)
def test_two_windows_may_meet_in_an_hour_but_never_three(gaps: list[int], owed: int) -> None:
    talk, now, sent = Talk(language="es"), NOON, list[tuple[datetime, int]]()

    for gap in gaps:
        now += timedelta(seconds=gap)
        talk, many = replies.count(talk, owed, now=now, limits=FEW)
        sent.append((now, many))

    for start, _ in sent:
        for span, limit in zip((replies.HOUR, replies.DAY), FEW, strict=True):
            assert sum(many for at, many in sent if start <= at < start + span) <= 2 * limit
    assert sent[0][1] == owed


@pytest.mark.parametrize("value", ["", "20", "60,20", "2,60", "a,b", "20,60,90"])
def test_a_limit_that_silences_people_or_says_nothing_is_refused(value: str, tmp_path: Path) -> None:
    with pytest.raises(Misconfigured):
        load({"GRIEVANCE_HOME": str(tmp_path), "GRIEVANCE_REPLIES": value})


def test_a_limit_is_two_numbers(tmp_path: Path) -> None:
    assert load({"GRIEVANCE_HOME": str(tmp_path), "GRIEVANCE_REPLIES": "12, 40"}).replies == (12, 40)


def test_while_we_pause_no_code_is_read_before_words_so_nobody_finds_one_by_trying(world: World) -> None:
    one, officer = world.resident(), world.officer()
    one.texts(CANAL)
    number = proposed(world, one, officer)
    right = one.code

    one.texts(f"{right} el canal sigue seco")
    before = len(world.cases())
    while not pauses(one):
        one.texts(f"{(int(right) + 1) % 10000:04} soles nos deben")
    tried = len(world.cases())
    one.texts(f"{right} soles nos deben")

    assert (before, len(world.cases())) == (1, tried + 1)
    one.texts(f"{right} 1")
    world.until(lambda: world.case(number).state == "agreed")
