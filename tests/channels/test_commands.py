"""Whoever runs the server and types something wrong reads one sentence, and nothing was changed."""

import hashlib
import socket
from pathlib import Path

import pytest

from channels import install, wiring
from grievance import upgrade
from grievance.errors import Busy, Misconfigured
from grievance.mechanism import example
from grievance.store import Store
from tests.commandline import says

PASSPHRASES = "siete llamas cruzan el puente\n" * 2 + "ocho truchas nadan en el lago\n" * 2


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GRIEVANCE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("GRIEVANCE_DEMO", "1")
    return tmp_path / "home"


def kept(folder: Path) -> dict[str, str]:
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in folder.iterdir()}


def test_keys_are_drawn_once_and_a_second_time_nothing_is_asked_and_nothing_changed(home: Path) -> None:
    first = says("init", typed=PASSPHRASES)
    before = kept(home / "keys")

    again = says("init", typed=PASSPHRASES)

    assert first.exit_code == 0, first.output
    assert (again.exit_code, again.output) == (
        1, f"grievance: there are keys in {home / 'keys'} already: nothing was changed\n",
    )  # fmt: skip
    assert kept(home / "keys") == before


def test_a_database_without_a_schema_is_said_to_be_one(empty_database_url: str) -> None:
    bare = Store(empty_database_url)

    with pytest.raises(Misconfigured, match="no schema yet"):
        install.rulebook(bare, example())
    bare.close()


@pytest.mark.parametrize("words", [("migrate",), ("check",), ("staff", "list")])
def test_a_database_that_is_away_is_one_sentence(
    home: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    assert says("init", typed=PASSPHRASES).exit_code == 0
    monkeypatch.setenv("GRIEVANCE_DATABASE_URL", "postgresql://127.0.0.1:1/away")

    said = says(*words)

    assert home.exists()
    assert (said.exit_code, said.output) == (1, "grievance: the database cannot be reached\n")


def test_a_database_with_one_is_read(store: Store) -> None:
    assert install.rulebook(store, example()).earlier == {}


@pytest.mark.parametrize(
    "words",
    [("serve", "--port", "99999"), ("serve", "--workers", "0"), ("clock", "--every", "-1"), ("demo", "--port", "x")],
    ids=" ".join,
)  # fmt: skip
@pytest.mark.usefixtures("home")
def test_a_number_that_cannot_be_is_a_wrong_call(words: tuple[str, ...]) -> None:
    said = says(*words)

    assert said.exit_code == 2
    assert "Invalid value for" in said.output


def test_a_folder_that_is_none_is_named_in_one_line(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home.write_text("a file")
    monkeypatch.setenv("GRIEVANCE_HOME", str(home / "within"))

    said = says("init", typed=PASSPHRASES)

    assert said.exit_code == 1
    assert said.output.startswith(f"grievance: {home / 'within'}")
    assert said.output.count("\n") == 1


@pytest.mark.parametrize(("passphrase", "drawn"), [("once letras", False), ("doce letras.", True)])
def test_what_opens_every_text_is_no_short_word(home: Path, passphrase: str, *, drawn: bool) -> None:
    said = says("init", typed=f"{passphrase}\n" * 4)

    assert (said.exit_code == 0) is drawn
    assert ("a passphrase has at least 12 letters: nothing was drawn" in said.output) is not drawn
    assert (home / "keys").exists() is drawn


def test_where_the_database_has_no_room_no_key_is_drawn(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_store: Store) -> None:
        raise Busy("the schema could not be brought to head")

    with monkeypatch.context() as small:
        small.setattr(upgrade, "to_head", full)
        said = says("init", typed=PASSPHRASES)

    assert (said.exit_code, said.output.splitlines()[-1]) == (
        1,
        "grievance: the schema could not be brought to head",
    )
    assert not (home / "keys").exists()
    assert says("init", typed=PASSPHRASES).exit_code == 0


def test_a_port_that_somebody_else_has_is_one_sentence(home: Path) -> None:
    assert says("init", typed=PASSPHRASES).exit_code == 0
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        said = says("serve", "--port", str(port))

    assert home.exists()
    assert (said.exit_code, said.output) == (
        1, f"grievance: nothing can listen at 127.0.0.1, port {port}: Address already in use\n",
    )  # fmt: skip


def test_no_process_runs_on_the_schema_of_other_programs_and_check_says_what_to_do(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert says("init", typed=PASSPHRASES).exit_code == 0
    settings = wiring.settings_of()
    with monkeypatch.context() as newer:
        newer.setattr(upgrade, "HEAD", "9999")
        with pytest.raises(Misconfigured, match="`grievance migrate`"):
            wiring.house_of(settings, processes=wiring.EMBEDDED)
        said = says("check")

    assert home.exists()
    assert said.exit_code == 1
    assert said.output.splitlines()[0] == "no  schema at head  (grievance migrate)"
    wiring.house_of(settings, processes=wiring.EMBEDDED).store.close()
