"""`grievance evidence` writes one archive from what is published, and never over another file."""

import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from channels.cli import main
from grievance import upgrade
from grievance.store import Store
from tests.reports.months import Town
from workflows.rulebook import Rulebook

ASKED = ["evidence", "--scheme", "irma", "--from", "2026-03", "--to", "2026-03"]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rules: Rulebook) -> Path:
    """A deployment that has published a month."""
    monkeypatch.setenv("GRIEVANCE_HOME", str(tmp_path))
    monkeypatch.setenv("GRIEVANCE_DEMO", "1")
    url = f"sqlite:///{tmp_path / 'grievance.db'}"
    monkeypatch.setenv("GRIEVANCE_DATABASE_URL", url)
    store = Store(url)
    upgrade.to_head(store)
    Town(store, rules).publish("2026-03", day="04-09")
    store.close()
    return tmp_path


def test_an_archive_is_written_once_and_never_over_another(home: Path) -> None:
    out = home / "irma.zip"

    written = CliRunner().invoke(main, [*ASKED, "--out", str(out)])
    again = CliRunner().invoke(main, [*ASKED, "--out", str(out)])

    assert written.exit_code == 0, written.output
    assert zipfile.ZipFile(out).testzip() is None
    assert again.exit_code == 1


def test_a_period_without_a_report_writes_nothing(home: Path) -> None:
    out = home / "none.zip"

    refused = CliRunner().invoke(main, ["evidence", "--scheme", "irma", "--from", "2020-01", "--to", "2020-02",
                                        "--out", str(out)])  # fmt: skip

    assert refused.exit_code == 1
    assert not out.exists()
