"""Workers keep to a core of their own each, and their scrypts do not."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from channels import cores


@pytest.fixture(autouse=True)
def unsettled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave this process as it was."""
    monkeypatch.setattr(cores, "_ALL", frozenset())


def in_a_thread(do: Callable[[], list[set[int]]]) -> list[set[int]]:
    """Do it in a thread that ends with it: a core is a thread's own."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(do).result()


def test_a_worker_keeps_to_one_core_and_leaves_it_for_a_while() -> None:
    def work() -> list[set[int]]:
        cores.settle(1, workers=2)
        before = os.sched_getaffinity(0)
        with cores.everywhere():
            while_free = os.sched_getaffinity(0)
        return [before, while_free, os.sched_getaffinity(0)]

    every = os.sched_getaffinity(0)

    before, while_free, after = in_a_thread(work)

    assert len(before) == 1
    assert before == after
    assert while_free == every


def test_the_next_worker_keeps_to_the_next_core() -> None:
    def settled(worker: int) -> Callable[[], list[set[int]]]:
        return lambda: [cores.settle(worker, workers=2) or os.sched_getaffinity(0)]

    every = sorted(os.sched_getaffinity(0))

    (first,), (second,) = in_a_thread(settled(0)), in_a_thread(settled(1))

    assert [first, second] == [{every[0]}, {every[1 % len(every)]}]


def test_a_worker_alone_goes_where_it_likes() -> None:
    def work() -> list[set[int]]:
        cores.settle(1, workers=1)
        with cores.everywhere():
            return [os.sched_getaffinity(0)]

    assert in_a_thread(work) == [os.sched_getaffinity(0)]
