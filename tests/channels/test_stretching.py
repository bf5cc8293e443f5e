"""Wrong claves make everybody's next try slower, and close no door: neither by refusing nor by keeping every thread."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from channels import server
from channels.claves import stretching
from channels.claves.stretching import FREE, MOST_WAITING, SLOWEST, STEP, WINDOW, note_slip, slow_down
from channels.house import House
from grievance.keyring import Ring
from grievance.store import Store
from tests.sending import Clock, Network, make_house
from workflows.rulebook import Rulebook

LONG = 60
"""Seconds after which a thread that should have come has not; nothing here waits for them."""


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def house(store: Store, ring: Ring, rules: Rulebook, clock: Clock) -> House:
    return make_house(store, ring, rules, clock, Network())


def guessed(house: House, times: int) -> None:
    for _ in range(times):
        note_slip(house)


def kept(house: House) -> list[float]:
    """Say for how long the next try is kept, in seconds; empty: not at all."""
    seconds: list[float] = []
    slow_down(house, pause=seconds.append)
    return seconds


@contextmanager
def waiting(house: House, people: int) -> Iterator[None]:
    """Let so many wait, each in a thread of their own, until the block is over."""
    begun, over = threading.Semaphore(0), threading.Event()

    def hold(_seconds: float) -> None:
        begun.release()
        over.wait(LONG)

    threads = [
        threading.Thread(target=slow_down, args=(house,), kwargs={"pause": hold}) for _ in range(people)
    ]
    for thread in threads:
        thread.start()
    try:
        assert all(begun.acquire(timeout=LONG) for _ in threads)
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join(LONG)


def test_a_few_wrong_tries_slow_nobody(house: House) -> None:
    guessed(house, FREE)

    assert kept(house) == []


def test_more_wrong_tries_slow_everybodys_next_one_up_to_a_few_seconds(house: House) -> None:
    guessed(house, FREE + 3)
    soon = kept(house)
    guessed(house, 200)

    assert soon == [pytest.approx(3 * STEP)]
    assert kept(house) == [SLOWEST]


def test_wrong_tries_are_forgotten_after_some_minutes(house: House, clock: Clock) -> None:
    guessed(house, FREE + 3)
    clock.pass_by(WINDOW + timedelta(seconds=1))

    assert kept(house) == []


def test_whoever_comes_beside_those_who_wait_is_not_kept_and_later_is_again(house: House) -> None:
    guessed(house, FREE + 3)

    with waiting(house, MOST_WAITING):
        beside = kept(house)

    assert beside == []
    assert kept(house) == [pytest.approx(3 * STEP)]


def test_with_room_for_one_more_the_next_is_kept_as_the_others_are(house: House) -> None:
    guessed(house, FREE + 3)

    with waiting(house, MOST_WAITING - 1):
        assert kept(house) == [pytest.approx(3 * STEP)]


def test_a_wait_that_breaks_gives_its_place_back(house: House) -> None:
    guessed(house, FREE + 3)

    def breaks(_seconds: float) -> None:
        raise InterruptedError

    for _ in range(MOST_WAITING):
        with pytest.raises(InterruptedError):
            slow_down(house, pause=breaks)

    assert kept(house) == [pytest.approx(3 * STEP)]


def test_those_who_wait_leave_most_threads_of_the_server_to_everybody_else() -> None:
    assert stretching.MOST_WAITING * 4 <= server.THREADS
