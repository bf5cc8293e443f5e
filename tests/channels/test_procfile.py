"""The Procfile starts what `grievance init --split` prepared: each process finds its own folder, by settings that exist."""

import shlex
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from channels import wiring
from channels.cli import main
from grievance import keyring
from grievance.errors import Misconfigured

ROOT = Path(__file__).parents[2]
PASSPHRASES = "siete llamas cruzan el puente\n" * 2 + "ocho truchas nadan en el lago\n" * 2
PROGRAM = ".venv/bin/grievance"
LINES = dict(line.split(": ", 1) for line in (ROOT / "Procfile").read_text(encoding="utf-8").splitlines())
APART = {
    "web": ("web",),
    "desk": ("desk",),
    "review": ("review",),
    "worker": ("worker",),
    "clock": ("clock",),
}


def said_by(line: str, **env: str) -> "subprocess.CompletedProcess[str]":
    """Run a line's shell as honcho would, and have the settings said instead of the program started."""
    spoken = line.partition(PROGRAM)[0] + "/usr/bin/env -0"
    return subprocess.run(  # noqa: S603  our own line
        ["/bin/sh", "-c", spoken],
        env={"PATH": "/usr/bin:/bin", **env},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GRIEVANCE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("GRIEVANCE_DEMO", "1")
    made = CliRunner().invoke(main, ["init", "--split", str(tmp_path / "keys")], input=PASSPHRASES)
    assert made.exit_code == 0, made.output
    return tmp_path / "keys"


def test_every_process_of_the_procfile_starts_from_its_folder(keys: Path) -> None:
    home = str(keys.parent / "home")
    for name, processes in APART.items():
        said = said_by(LINES[name], KEYS=str(keys), GRIEVANCE_OPERATOR="illapa", GRIEVANCE_HOME=home)
        env = dict(each.split("=", 1) for each in said.stdout.split("\0") if each)
        house = wiring.house_of(wiring.settings_of(env | {"GRIEVANCE_DEMO": "1"}), processes=processes)
        house.store.close()

        assert house.ring.processes == set(processes)
        assert shlex.split(LINES[name].partition(PROGRAM)[2])[0] in ("serve", "worker", "clock")


def test_a_desk_that_nobody_named_says_so() -> None:
    said = said_by(LINES["desk"], KEYS="keys")

    assert said.returncode != 0
    assert "GRIEVANCE_OPERATOR" in said.stderr


def test_a_desk_with_the_key_of_another_company_does_not_start(
    keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {
        "FACES": "desk",
        "KEYS_DIR": str(keys / "desk-illapa"),
        "OPERATOR": "qorimayu",
    }.items():
        monkeypatch.setenv(f"GRIEVANCE_{name}", value)

    with pytest.raises(Misconfigured, match="GRIEVANCE_OPERATOR says qorimayu"):
        wiring.house_of(wiring.settings_of())
    monkeypatch.setenv("GRIEVANCE_OPERATOR", "illapa")
    house = wiring.house_of(wiring.settings_of())
    house.store.close()
    assert keyring.load(keys / "desk-illapa", processes=["desk"]).secrets == house.ring.secrets
