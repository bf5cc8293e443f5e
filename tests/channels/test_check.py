"""`grievance check` says to whoever runs the server what the mechanism still owes."""

import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from channels import clock
from channels.cli import main
from channels.simulation import demo
from grievance.register import By, Note, note
from grievance.settings import load
from grievance.store import Store
from tests import factories


@pytest.fixture
def home(demo_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    env = {"GRIEVANCE_DEMO": "1", "GRIEVANCE_HOME": str(demo_home)}
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    demo.install_only(load(env))
    return demo_home


def not_met() -> set[str]:
    said = CliRunner().invoke(main, ["check", "--json"])
    assert said.exit_code == 0, said.output
    return {one[0] for one in json.loads(said.output)["not_met"]}


def test_what_nobody_wrote_down_is_listed_until_somebody_does(home: Path) -> None:
    before = not_met()
    store, now = Store(f"sqlite:///{home / 'grievance.db'}"), clock.now()
    yesterday = now.date() - timedelta(days=1)
    by = By("reviewer", "ines", yesterday, "2026-01")
    held = Note("dialogue", "held", yesterday)
    store.transact(lambda conn: note(conn, held, by=by, at=factories.moment(now=now)))
    store.close()

    assert "O19" in before
    assert before - not_met() == {"O19"}


@pytest.mark.usefixtures("home")
def test_it_is_said_in_words_too() -> None:
    said = CliRunner().invoke(main, ["check"])

    assert "red O02 A panel watches over it: The panel has not met." in said.output


def test_serving_knows_every_setting_that_checking_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRIEVANCE_FOCAL_PAGE", "+51911111111")
    monkeypatch.setenv("GRIEVANCE_ZZZ", "1")

    said = CliRunner().invoke(main, ["serve"])

    assert "unknown setting GRIEVANCE_ZZZ" in said.output + str(said.exception)


def test_serving_says_what_is_not_right_in_one_line(tmp_path: Path) -> None:
    env = {name: value for name, value in os.environ.items() if not name.startswith("GRIEVANCE_")}
    command = [sys.executable, "-c", "from channels.cli import main; main()", "serve", "--port", "0"]

    ran = subprocess.run(  # noqa: S603  ourselves
        command,
        env=env | {"GRIEVANCE_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )

    assert ran.returncode == 1
    own = "or GRIEVANCE_KEYS_DIR names this process's own"
    assert ran.stderr.splitlines() == [
        f"grievance: no key folder at {tmp_path / 'keys'}: `grievance init` makes one, {own}"
    ]


@pytest.mark.usefixtures("home")
def test_a_desk_where_nobody_is_left_and_a_danger_that_nobody_reads_are_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("STAFF_PASSWORD", "una montaña de sal")

    def says(*words: str) -> str:
        said = CliRunner().invoke(main, words)
        assert said.exit_code == 0, said.output
        return said.output

    def lacks() -> set[str]:
        told = json.loads(says("check", "--json"))["advice"]
        return {words for words, _, fix in told if fix == "grievance staff add"}

    new = lacks()
    for login in ("ana", "eva"):
        says("staff", "add", login, "--role", "officer", "--operator", "illapa")
    says("staff", "add", "luz", "--role", "focal")
    there = lacks()
    said = [says("staff", "disable", login) for login in ("ana", "eva", "luz")]

    desks = {f"nobody is at the desk of {site} (illapa)" for site in ("illapa", "sajrapunku")}
    focal = "no focal point: nobody is there for who is in danger"
    assert new - there == {*desks, focal}
    assert [sum(words in one for words in desks) for one in said] == [0, 2, 2]
    assert focal not in said[1]
    assert focal in said[2]
    assert lacks() == new
