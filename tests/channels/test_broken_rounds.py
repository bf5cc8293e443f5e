"""A part of the clock's round that breaks keeps nothing else from being done, is said, and is tried again."""

import logging
from typing import Any

import pytest

from channels import wiring
from channels.commands import operating
from channels.outgoing import delivery, paging
from grievance.errors import Busy
from grievance.keyring import Ring
from grievance.store import Store
from tests.sending import Clock, Network, World, make_house, settle_in
from workflows.clockwork import checkins, rounds
from workflows.registry import surveys
from workflows.rulebook import Rulebook


@pytest.fixture
def world(sqlite_store: Store, ring: Ring, rules: Rulebook) -> World:
    return settle_in(make_house(sqlite_store, ring, rules, Clock(), Network()), "network")


class Broken(Exception):
    """What nobody foresaw."""


def breaks(*_: Any, **__: Any) -> None:
    raise Broken


@pytest.mark.parametrize(
    ("where", "what"),
    [
        (rounds, "overdue"),
        (checkins, "due"),
        (surveys, "is_over"),
        (paging, "page_companies"),
        (rounds, "fold"),
    ],
)
def test_whatever_breaks_the_focal_point_is_paged_and_old_texts_go(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, where: Any, what: str
) -> None:
    done: list[str] = []
    monkeypatch.setattr(where, what, breaks)
    monkeypatch.setattr(paging, "page", lambda _house: done.append("paged"))
    monkeypatch.setattr(delivery, "let_go_of_old", lambda _house: done.append("forgotten"))

    for _ in range(2):
        with caplog.at_level(logging.ERROR), pytest.raises(Broken):
            wiring.run_rounds(world.house)

    assert done == ["paged", "forgotten"] * 2
    assert [entry.getMessage() for entry in caplog.records] == ["a part of the round broke"] * 2


def test_a_beginning_that_breaks_is_tried_again_and_keeps_nobody_from_being_paged(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    paged: list[str] = []

    def forget(_house: Any, back: int = 0) -> bool:
        asked.append(back)
        if back == delivery.EVER and len(asked) < 2:
            raise Broken
        return False

    monkeypatch.setattr(delivery, "let_go_of_old", forget)
    monkeypatch.setattr(paging, "page", lambda _house: paged.append("paged"))
    clock = wiring.Rounds()

    with pytest.raises(Broken):
        clock(world.house)
    clock(world.house)

    assert len(paged) == 2
    assert asked.count(delivery.EVER) == 2


def test_without_a_database_a_round_ends_at_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    paged: list[str] = []

    def away(*_: Any, **__: Any) -> None:
        raise Busy("away")

    monkeypatch.setattr(rounds, "due_waiting", away)
    monkeypatch.setattr(paging, "page", lambda _house: paged.append("paged"))

    with pytest.raises(Busy):
        wiring.run_rounds(world.house)

    assert paged == []


def test_the_clocks_process_outlives_a_round_that_breaks(monkeypatch: pytest.MonkeyPatch) -> None:
    class Enough(BaseException):
        """The test has seen it go on."""

    turns: list[int] = []

    def turn(_house: Any) -> None:
        turns.append(1)
        raise Busy("the database was away for a moment") if len(turns) == 1 else Enough

    monkeypatch.setattr(wiring, "settings_of", type("Settings", (), {"log": "error"}))
    monkeypatch.setattr(wiring, "log_to_stderr", lambda _level: None)
    monkeypatch.setattr(wiring, "house_of", lambda *_, **__: None)
    monkeypatch.setattr(wiring, "Rounds", lambda _proofs: turn)

    with pytest.raises(Enough):
        operating.keep_clock(every=0, once=False)

    assert len(turns) == 2
    turns.clear()
    with pytest.raises(Busy):
        operating.keep_clock(every=0, once=True)
