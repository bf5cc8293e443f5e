"""Pads on paper: what is printed, what the file is worth, and what `grievance check` says of a station without slips."""

import json
import re
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from channels import install
from channels.claves import padsheets
from channels.claves.pads import Slip
from channels.cli import main
from channels.simulation import demo
from grievance.codes import is_case_number, is_clave
from grievance.settings import load

SLIP = Slip("41073293", "4821093755127381")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    env = {"GRIEVANCE_DEMO": "1", "GRIEVANCE_HOME": str(tmp_path / "home")}
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    (tmp_path / "home").mkdir()
    demo.install_only(load(env))
    return tmp_path / "home"


def says(*words: str) -> Result:
    return CliRunner().invoke(main, list(words))


def test_a_pad_is_a_file_of_its_owner_alone_and_its_claves_stand_nowhere_else(home: Path) -> None:
    out = home / "pad.txt"

    said = says("pads", "--place", "radio-shared", "--count", "3", "--out", str(out))

    sheet = out.read_text(encoding="utf-8")
    claves = [
        "".join(found.split()) for found in re.findall(r"^\d{4} \d{4} \d{4} \d{4}$", sheet, re.MULTILINE)
    ]
    numbers = re.findall(r"^(\d{4})-(\d{4})$", sheet, re.MULTILINE)
    kept = b"".join(file.read_bytes() for file in home.glob("grievance.db*"))
    assert said.exit_code == 0, said.output
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert "whoever copies" in said.output
    assert (len(claves), len(numbers)) == (3, 3)
    assert all(map(is_clave, claves))
    assert all(is_case_number("".join(number)) for number in numbers)
    assert not any(clave.encode() in kept for clave in claves)
    assert all("".join(number).encode() in kept for number in numbers)


def test_a_pad_is_never_written_over_another_nor_drawn_for_a_door_without_a_relay(home: Path) -> None:
    out = home / "pad.html"
    out.write_text("the earlier one", encoding="utf-8")

    over = says("pads", "--place", "radio-shared", "--out", str(out))
    web = says("pads", "--place", "web")
    nowhere = says("pads")
    many = says("pads", "--place", "radio-shared", "--count", "1000")

    assert (over.exit_code, web.exit_code, nowhere.exit_code, many.exit_code) == (1, 1, 2, 1)
    assert out.read_text(encoding="utf-8") == "the earlier one"
    assert says("pads", "left").output == "office-illapa  0\nradio-shared  0\n"


@pytest.mark.usefixtures("home")
def test_check_says_which_station_runs_out_of_slips_until_it_gets_a_pad() -> None:
    before = json.loads(says("check", "--json").output)["advice"]
    says("pads", "--place", "radio-shared", "--count", "5")
    after = json.loads(says("check", "--json").output)["advice"]
    says("pads", "void", "radio-shared")
    lost = json.loads(says("check", "--json").output)["advice"]

    few = "radio-shared has 0 slips left"
    assert [any(one[0] == few for one in advice) for advice in (before, after, lost)] == [True, False, True]


def test_a_deployment_from_before_the_radio_room_gets_its_keys_once(home: Path) -> None:
    before = {name: (home / "keys" / name).read_bytes() for name in install.RADIO_SECRETS}
    untouched = says("keys", "radio")
    same = {name: (home / "keys" / name).read_bytes() for name in install.RADIO_SECRETS}
    for name in install.RADIO_SECRETS:
        (home / "keys" / name).unlink()

    closed = says("check")
    drawn = says("keys", "radio")
    again = says("keys", "radio")
    opened = says("check")

    assert ("nothing was drawn" in untouched.output, same) == (True, before)
    assert "the radio room is closed" in closed.output
    assert "drawn: session-radio, totp-radio" in drawn.output
    assert "nothing was drawn" in again.output
    assert "the radio room is closed" not in opened.output
    assert all((home / "keys" / name).stat().st_mode & 0o077 == 0 for name in install.RADIO_SECRETS)


def test_a_process_without_a_radio_room_draws_none_of_its_keys(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRIEVANCE_FACES", "public,intake,desk,review")
    (home / "keys" / "totp-radio").unlink()

    said = says("keys", "radio")

    assert said.exit_code != 0
    assert "serves no radio room" in said.output + str(said.exception)
    assert not (home / "keys" / "totp-radio").exists()


@pytest.mark.usefixtures("home")
def test_the_week_can_be_printed_and_a_batch_brought_in_by_command(home: Path) -> None:
    batch = home / "batch.jsonl"
    batch.write_text("no es nada\n", encoding="utf-8")

    nobody = says("radio", "import", str(batch), "--by", "wayra")
    week = says("radio", "list", "--language", "es")

    assert nobody.exit_code == 1
    assert week.output.startswith("Esta semana no se leen números")


@pytest.mark.parametrize("languages", [("es", "qu", "ay"), ("es", "ay")])
def test_a_slip_tells_nobody_what_it_was_for(languages: tuple[str, ...]) -> None:
    for write in (padsheets.as_text, padsheets.as_page):
        sheet = write([SLIP, SLIP], languages=languages, address="https://casos.example/follow")

        assert sheet.count("4821 0937 5512 7381") == 2
        assert sheet.count("4107-3293") == 2
        assert not re.search(r"queja|mina\b|minera|denuncia|complain|reclamo", sheet, re.IGNORECASE)
        assert "4821093755127381" not in sheet


def test_the_square_on_a_slip_holds_no_key() -> None:
    one = padsheets.as_page([SLIP], languages=("es",), address="https://casos.example/follow")
    other = padsheets.as_page(
        [Slip("09508814", "8813538118446181")], languages=("es",), address="https://casos.example/follow"
    )

    squares = [re.findall(r"<svg.*?</svg>", sheet, re.DOTALL) for sheet in (one, other)]
    assert squares[0] == squares[1]
