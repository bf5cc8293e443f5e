"""Whoever adapts the example, or changes a mechanism that runs, is told what is missing before anybody complains in vain."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from channels import clock, install, wiring
from channels.app import create_app
from channels.commands import operating
from grievance import keyring, vault
from grievance.errors import Misconfigured
from tests.commandline import says
from tests.factories import a_case

PASSPHRASES = "siete llamas cruzan el puente\n" * 2 + "ocho truchas nadan en el lago\n" * 2
EXAMPLE = operating.EXAMPLE.read_text(encoding="utf-8")
OURS = EXAMPLE.replace('"qorimayu"', '"antay"').replace('version = "2026-01"', 'version = "2026-02"')
"""The example as somebody adapts it who has another company."""
SLOWER = EXAMPLE.replace("acknowledge = { days = 3,", "acknowledge = { days = 6,")
AGAIN = "start every process again, so that it runs by this\n"
Adapt = Callable[[str], None]


@pytest.fixture
def home(tmp_path: Path, empty_database_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GRIEVANCE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("GRIEVANCE_DATABASE_URL", empty_database_url)
    monkeypatch.setenv("GRIEVANCE_DEMO", "1")  # cheap claves, and nothing else that matters here
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "mechanism.toml").write_text(EXAMPLE, encoding="utf-8")
    return tmp_path / "home"


@pytest.fixture
def adapt(home: Path) -> Adapt:
    assert says("init", typed=PASSPHRASES).exit_code == 0
    return lambda words: (home / "mechanism.toml").write_text(words, encoding="utf-8") and None


def starts(*processes: str) -> keyring.Ring:
    house = wiring.house_of(wiring.settings_of(), processes=processes or wiring.EMBEDDED)
    house.store.close()
    return house.ring


def somebody_complained() -> None:
    house = wiring.house_of(wiring.settings_of(), processes=wiring.EMBEDDED)
    a_case(house.store, house.rules, operator="qorimayu", site="qorimayu")
    house.store.close()


def test_an_adapted_example_runs_only_once_it_is_taken_up_and_then_a_complaint_is_kept(
    adapt: Adapt,
) -> None:
    adapt(OURS)

    with pytest.raises(Misconfigured, match=r"no key for the desk of antay.*grievance adopt"):
        starts()
    checked = says("check")
    assert checked.exit_code == 1
    assert "no  no key for the desk of antay, a company of the mechanism  (grievance adopt)" in checked.output
    assert "no  the mechanism's version 2026-02 is not in the record  (grievance adopt)" in checked.output

    taken = says("adopt")
    assert (taken.exit_code, taken.output) == (
        0, f"version 2026-02 is in the record; drawn: desk of antay\n{AGAIN}",
    )  # fmt: skip
    assert says("check").exit_code == 0
    house = wiring.house_of(wiring.settings_of(), processes=wiring.EMBEDDED)
    sent = (
        create_app(house)
        .test_client()
        .post(
            "/complain", data={"lang": "es", "text": "El agua sale turbia desde el lunes.", "site": "antay"}
        )
    )
    house.store.close()
    assert sent.status_code == 200

    again = says("adopt")
    assert (again.exit_code, again.output) == (
        0,
        f"version 2026-02 is in the record; drawn: nothing was missing\n{AGAIN}",
    )


def test_where_each_process_has_its_keys_the_new_desk_gets_a_folder_and_no_other_gets_its_key(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    split = tmp_path / "keys"
    assert says("init", "--split", str(split), typed=PASSPHRASES).exit_code == 0
    (home / "mechanism.toml").write_text(OURS, encoding="utf-8")
    before = {folder.name: {file.name for file in folder.iterdir()} for folder in split.iterdir()}

    alone = says("adopt")
    assert (alone.exit_code, "--split FOLDER" in alone.output) == (1, True)
    taken = says("adopt", "--split", str(split))

    assert taken.exit_code == 0, taken.output
    after = {folder.name: {file.name for file in folder.iterdir()} for folder in split.iterdir()}
    assert {name: files - before[name] for name, files in after.items() if name in before} == {
        name: {"desk=antay.pub"} for name in before
    }
    assert {name for name in after["desk-antay"] if not name.endswith(".pub")} == {
        "desk.antay", "session-desk", "totp-desk",
    }  # fmt: skip
    assert {name for name in after["desk-antay"] if name.endswith(".pub")} == {
        name for name in after["web"] if name.endswith(".pub")
    }
    for folder, process in (("web", "web"), ("worker", "worker"), ("clock", "clock"), ("desk-antay", "desk")):
        monkeypatch.setenv("GRIEVANCE_KEYS_DIR", str(split / folder))
        ring = starts(process)
        assert vault.desk("antay") in ring.publics
    assert ring.key("desk.antay", vault.desk("antay")).private.public_key().public_bytes_raw() == ring.public(
        vault.desk("antay")
    )


def test_a_deadline_cannot_be_changed_under_the_same_version(adapt: Adapt) -> None:
    starts()
    adapt(SLOWER)

    with pytest.raises(Misconfigured, match="version is still 2026-01"):
        starts()
    adapt(EXAMPLE.replace("Mecanismo de quejas de las cuencas", "Mecanismo de la cuenca alta"))
    starts()


def test_other_deadlines_need_the_people_once_somebody_complained_and_a_new_company_does_not(
    home: Path, adapt: Adapt
) -> None:
    slower = SLOWER.replace('version = "2026-01"', 'version = "2026-03"')
    somebody_complained()
    keys = {file.name for file in (home / "keys").iterdir()}

    adapt(slower)
    refused = says("adopt")
    assert refused.exit_code == 1
    assert "G32" in refused.output
    starts()
    assert (
        "no  the mechanism's version 2026-03 is not in the record  (grievance adopt)" in says("check").output
    )
    assert {file.name for file in (home / "keys").iterdir()} == keys

    company = EXAMPLE.replace(
        "[[sites]]", '[[operators]]\nkey = "wayra"\nname = "Wayra"\ncountry = "PE"\n\n[[sites]]', 1
    )
    adapt(company.replace('version = "2026-01"', 'version = "2026-04"'))
    taken = says("adopt")
    assert (taken.exit_code, "drawn: desk of wayra" in taken.output) == (0, True)
    starts()


def test_before_anybody_complained_the_rules_are_nobodys_yet(adapt: Adapt) -> None:
    adapt(SLOWER.replace('version = "2026-01"', 'version = "2026-03"'))

    assert says("adopt").exit_code == 0
    starts()


@pytest.mark.usefixtures("home")
def test_a_year_without_a_key_is_said_and_drawn_the_same_wherever_people_are_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    split = tmp_path / "keys"
    assert says("init", "--split", str(split), typed=PASSPHRASES).exit_code == 0
    years = install.years_around(clock.now())
    then = datetime(years[-1], 12, 1, tzinfo=UTC)
    monkeypatch.setattr(clock, "now", lambda: then)
    monkeypatch.setenv(
        "GRIEVANCE_GAMMUFILES_FOLDER", str(tmp_path / "sms")
    )  # so the worker hears people, too
    monkeypatch.setenv("GRIEVANCE_GAMMUFILES_NUMBER", "+51900000002")
    web: Mapping[str, object] = keyring.load(split / "web", processes=("web",)).secrets

    assert f"contributor.{years[-1] + 1}" not in web
    monkeypatch.setenv("GRIEVANCE_KEYS_DIR", str(split / "web"))
    monkeypatch.setenv("GRIEVANCE_FACES", "public,intake")
    assert (
        f"no  no key counts the people of {years[-1] + 1}: all of them would count as one"
        in says("check").output
    )

    assert f"drawn: year {years[-1] + 1}" in says("adopt", "--split", str(split)).output
    assert "counts the people" not in says("check").output
    name = f"contributor.{years[-1] + 1}"
    assert (split / "web" / name).read_bytes() == (split / "worker" / name).read_bytes()


def test_what_broke_off_is_finished_by_doing_it_again(home: Path, adapt: Adapt) -> None:
    adapt(OURS)
    keys = home / "keys"
    keyring.write_secret(keys, "desk.antay")
    half = (keys / "desk.antay").read_bytes()

    assert says("adopt").exit_code == 0
    assert (keys / "desk.antay").read_bytes() == half
    starts()
    (keys / "desk=antay.pub").unlink()
    with pytest.raises(Misconfigured, match="no key for the desk of antay"):
        starts()
    assert says("adopt").exit_code == 0
    starts()


def test_a_folder_without_keys_is_refused_and_nothing_is_written(home: Path, adapt: Adapt) -> None:
    adapt(OURS)

    said = says("adopt", "--split", str(home / "nowhere"))

    assert (said.exit_code, said.output) == (
        1, f"grievance: the keys of the process that takes in are not in {home / 'nowhere' / 'web'}: nothing was changed\n",
    )  # fmt: skip
    assert not (home / "nowhere").exists()
    with pytest.raises(Misconfigured, match="no key for the desk of antay"):
        starts()
