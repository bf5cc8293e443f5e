"""Pads on paper: what is printed, what the file is worth, and what `grievance check` says of a station without slips."""

import json
import re
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from channels import install
from channels.claves import padsheets
from channels.claves.pads import Slip
from channels.simulation import demo
from grievance.codes import is_case_number, is_clave
from grievance.mechanism import example
from grievance.settings import load
from tests.commandline import says

SLIP = Slip("41073293", "4821093755127381")
WAYS = padsheets.Ways("https://casos.example/follow", "+51900000001", "+51900000009")


@pytest.fixture
def home(demo_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    env = {"GRIEVANCE_DEMO": "1", "GRIEVANCE_HOME": str(demo_home)}
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    demo.install_only(load(env))
    return demo_home


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


def test_no_slip_is_drawn_that_cannot_be_written_down_and_no_empty_pad_is_left(home: Path) -> None:
    nowhere, out = home / "not-there" / "pad.html", home / "pad.html"

    lost = says("pads", "--place", "radio-shared", "--count", "3", "--out", str(nowhere))
    many = says("pads", "--place", "radio-shared", "--count", "1000", "--out", str(out))

    assert (lost.exit_code, many.exit_code) == (1, 1)
    assert lost.output == f"grievance: {nowhere}: No such file or directory\n"
    assert not out.exists()
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
        sheet = write([SLIP, SLIP], languages=languages, ways=WAYS)

        assert sheet.count("4821 0937 5512 7381") == 2
        assert sheet.count("4107-3293") == 2
        assert not re.search(r"queja|mina\b|minera|denuncia|complain|reclamo", sheet, re.IGNORECASE)
        assert "4821093755127381" not in sheet


def test_a_slip_says_in_each_language_how_its_key_is_used_and_names_each_number_once() -> None:
    for write in (padsheets.as_text, padsheets.as_page):
        sheet = write([SLIP], languages=("es", "qu", "ay"), ways=WAYS)

        assert [sheet.count(one) for one in ("SMS +51900000001", "Tel. +51900000009")] == [1, 1]
        for how in ("Mande su clave por mensaje", "Claveykita mensajewan", "Clavem mensajempi"):
            assert sheet.count(how) == 1


@pytest.mark.parametrize(
    ("ways", "how"),
    [
        (("", ""), "Escriba su clave en la página."),
        (("+51900000001", ""), "Mande su clave por mensaje de texto o escríbala en la página."),
        (("", "+51900000009"), "Llame y marque su clave, o escríbala en la página."),
    ],
)
def test_a_slip_promises_no_way_that_is_not_there(ways: tuple[str, str], how: str) -> None:
    sheet = padsheets.as_text([SLIP], languages=("es",), ways=padsheets.Ways("https://casos.example", *ways))

    assert how in sheet
    assert ("SMS" in sheet, "Tel." in sheet) == (bool(ways[0]), bool(ways[1]))


@pytest.mark.parametrize(
    ("door", "numbers"),
    [
        ("radio-shared", ("+51900000001", "+51900000009")),
        ("office-illapa", ("+59170000003", "+59170000009")),
        ("kiosk-qorimayu", ("+51900000002", "+51900000009")),
    ],
)
def test_a_station_prints_its_own_numbers_before_the_shared_ones_and_never_another_companys(
    door: str, numbers: tuple[str, str]
) -> None:
    mechanism = example()
    station = next(one for one in mechanism.channels if one.key == door)

    ways = padsheets.ways_from(mechanism, station, address="https://casos.example")

    assert (ways.text, ways.call) == numbers


def test_a_shared_station_prints_no_number_where_only_companies_have_one() -> None:
    mechanism = example()
    theirs = tuple(one for one in mechanism.channels if one.key == "radio-shared" or one.operator != "shared")

    ways = padsheets.ways_from(
        replace(mechanism, channels=theirs), theirs[-1], address="https://casos.example"
    )

    assert theirs[-1].key == "radio-shared"
    assert ways.told == ("https://casos.example",)


def test_the_square_on_a_slip_holds_no_key() -> None:
    one = padsheets.as_page([SLIP], languages=("es",), ways=WAYS)
    other = padsheets.as_page([Slip("09508814", "8813538118446181")], languages=("es",), ways=WAYS)

    squares = [re.findall(r"<svg.*?</svg>", sheet, re.DOTALL) for sheet in (one, other)]
    assert squares[0] == squares[1]
