"""A month's proof that was made in another process is taken for exactly the figures it was made for, and for no others."""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection

from channels import install, wiring
from channels.simulation import ahead, demo
from channels.simulation.ahead import Ahead
from grievance.settings import Settings, load
from grievance.store import Store
from grievance.vocabulary import CASE_KINDS
from reports import shelf
from reports.gate import Gate, Level, Passed, Told, pass_month, pass_through
from reports.measuring.measured import Measured
from reports.month import Month

UNTIL = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)
RUNNING = Month(2026, 11)
"""The month that was not published yet: of it anything may still be asked."""


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Install a demo without a past: of its months nothing was published, and each can be asked."""
    made = load({"GRIEVANCE_DEMO": "1", "GRIEVANCE_HOME": str(tmp_path_factory.mktemp("ahead"))})
    demo.install_only(made, start=UNTIL - timedelta(days=40), until=UNTIL)
    return made


@pytest.fixture(scope="module")
def gate(settings: Settings) -> Iterator[Ahead]:
    beside = Ahead(settings)
    beside.begin(RUNNING)
    yield beside
    beside.close()


def passed(settings: Settings, gate: Gate) -> list[Passed]:
    store = Store(settings.database_url)
    rules = install.rulebook(store, wiring.mechanism_of(settings))

    def look(conn: Connection) -> list[Passed]:
        published = shelf.every_version(conn)
        return [
            pass_month(conn, RUNNING, kind=kind, rules=rules, published=published, gate=gate)
            for kind in CASE_KINDS
        ]

    try:
        return store.read(look)
    finally:
        store.close()


def test_what_another_process_proved_is_what_would_be_proved_here(settings: Settings, gate: Ahead) -> None:
    before = gate.taken

    there, here = passed(settings, gate), passed(settings, pass_through)

    assert gate.taken == before + len(CASE_KINDS)
    assert there == here
    assert all(one.tables for one in there)


def test_a_proof_of_anything_else_is_not_taken(
    settings: Settings, gate: Ahead, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[Sequence[Measured], Told, Mapping[str, str], bytes]] = []

    def listening(
        history: Sequence[Measured], told: Told, /, *, sites: Mapping[str, str], seed: bytes
    ) -> Passed:
        asked.append((history, told, sites, seed))
        return gate(history, told, sites=sites, seed=seed)

    passed(settings, listening)
    history, told, sites, seed = asked[0]
    here = Passed((), Level.ACCOUNTS, {})
    monkeypatch.setattr(ahead, "pass_through", lambda *_args, **_more: here)
    now = history[-1]

    assert gate(history, told, sites=sites, seed=seed) is not here
    assert gate(history, told, sites=sites, seed=b"of another month") is here
    assert gate(history, told, sites={}, seed=seed) is here
    assert gate(history, Told({(str(RUNNING), "received"): 1}), sites=sites, seed=seed) is here
    assert gate([*history[:-1], replace(now, rows={})], told, sites=sites, seed=seed) is here
    assert gate([*history[:-1], replace(now, month=now.month.next)], told, sites=sites, seed=seed) is here


def test_a_process_that_was_killed_proves_nothing_and_stops_nothing(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    beside = Ahead(settings)
    monkeypatch.setattr(ahead, "prove", _die)
    try:
        beside.begin(RUNNING)

        assert len(passed(settings, beside)) == len(CASE_KINDS)
        beside.begin(RUNNING.next)
        assert beside.taken == 0
    finally:
        beside.close()


def _die(_settings: Settings, _month: Month) -> None:
    os._exit(1)
