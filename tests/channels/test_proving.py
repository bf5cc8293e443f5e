"""A month's proof that was made in another process is taken for exactly the figures it was made for, and for no others."""

import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection

from channels import install, proving, wiring
from channels.proving import Beside, Unfinished
from channels.simulation import demo
from grievance import mechanism
from grievance.settings import Settings, load
from grievance.store import Store
from grievance.vocabulary import CASE_KINDS
from reports import shelf
from reports.gate import Gate, Level, Passed, Told, pass_month, pass_through
from reports.measuring.measured import Measured
from reports.month import Month
from tests.deployment import until

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
def gate(settings: Settings) -> Iterator[Beside]:
    beside = Beside(settings)
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


def test_what_another_process_proved_is_what_would_be_proved_here(settings: Settings, gate: Beside) -> None:
    before = gate.taken

    there, here = passed(settings, gate), passed(settings, pass_through)

    assert gate.taken == before + len(CASE_KINDS)
    assert there == here
    assert all(one.tables for one in there)


def test_a_proof_of_anything_else_is_not_taken(
    settings: Settings, gate: Beside, monkeypatch: pytest.MonkeyPatch
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
    monkeypatch.setattr(proving, "pass_through", lambda *_args, **_more: here)
    now = history[-1]

    assert gate(history, told, sites=sites, seed=seed) is not here
    assert gate(history, told, sites=sites, seed=b"of another month") is here
    assert gate(history, told, sites={}, seed=seed) is here
    assert gate(history, Told({(str(RUNNING), "received"): 1}), sites=sites, seed=seed) is here
    assert gate([*history[:-1], replace(now, rows={})], told, sites=sites, seed=seed) is here
    assert gate([*history[:-1], replace(now, month=now.month.next)], told, sites=sites, seed=seed) is here


def test_a_process_that_was_killed_proves_nothing_and_is_not_waited_for(settings: Settings) -> None:
    beside = Beside(settings)
    beside.begin(RUNNING)
    process = beside._process
    process.kill()

    with pytest.raises(Unfinished):
        passed(settings, beside)

    assert until(lambda: beside.ready(RUNNING))
    beside.close()
    assert len(passed(settings, beside)) == len(CASE_KINDS)
    assert beside.taken == 0


def test_a_process_whose_asker_is_gone_ends_by_itself(tmp_path: Path) -> None:
    shutil.copy(Path(mechanism.__file__).with_name("example_mechanism.toml"), tmp_path / "mechanism.toml")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"postgresql+psycopg://nobody@127.0.0.1:{silent.getsockname()[1]}/none"
        beside = Beside(load({"GRIEVANCE_HOME": str(tmp_path), "GRIEVANCE_DATABASE_URL": url}))
        beside.begin(RUNNING)
        process = beside._process
        silent.settimeout(30)
        waiting, _ = silent.accept()  # it has asked a database that never answers
        with waiting:
            alive = process.poll()
            assert process.stdin is not None
            process.stdin.close()

            assert until(lambda: process.poll() is not None)
            assert alive is None
        beside.close()


def test_who_asks_again_and_again_is_told_when_it_is_there(settings: Settings) -> None:
    beside = Beside(settings)

    first = beside.ready(RUNNING)
    until(lambda: beside.ready(RUNNING))
    passed(settings, beside)
    beside.close()

    assert not first
    assert beside.taken == len(CASE_KINDS)


def test_where_no_process_can_begin_nobody_waits_for_one(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none_left(*_args: object, **_more: object) -> None:
        raise BlockingIOError

    monkeypatch.setattr(subprocess, "Popen", none_left)
    beside = Beside(settings)

    assert beside.ready(RUNNING)
    assert len(passed(settings, beside)) == len(CASE_KINDS)


def test_a_patient_gate_asks_one_process_for_month_after_month(settings: Settings) -> None:
    beside = Beside(settings, patient=True)
    beside.begin(RUNNING.previous)
    first = beside._process
    beside._asked[RUNNING.previous].result(timeout=30)
    beside.forget()

    beside.begin(RUNNING)
    there = passed(settings, beside)

    assert beside._process is first
    assert beside.taken == len(CASE_KINDS)
    assert there == passed(settings, pass_through)
    beside.close()
    assert first is not None
    assert first.returncode is not None


def test_a_broken_answer_is_none(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    of_another_version = "import pickle, sys; sys.stdout.buffer.write(b'cchannels.proving\\nGone\\n.')"
    monkeypatch.setattr(proving, "_COMMAND", (sys.executable, "-c", of_another_version))
    beside = Beside(settings)

    until(lambda: beside.ready(RUNNING))

    with pytest.raises(Unfinished):
        passed(settings, beside)
    beside.close()
