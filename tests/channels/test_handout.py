"""What is written to a folder of a month holds all that is handed out: signature, sheet, message, and a draft voice."""

from pathlib import Path

import pytest

from channels.commands import handout
from channels.sms.segments import measure
from channels.sound import draftvoice
from grievance.store import Store
from reports import formats, release
from reports.aloud import bulletin
from reports.month import Month
from reports.shelf import Release
from tests.reports.months import Town, on
from workflows.rulebook import Rulebook

BASE = "https://quejas.example/"


@pytest.fixture
def march(sqlite_store: Store, rules: Rulebook) -> Release:
    Town(sqlite_store, rules).crowd("03-03", 12)
    return release.release(
        sqlite_store, Month(2026, 3), rules=rules, at=on("04-15"), secret=bytes(range(32)), base=BASE
    )


def test_every_language_has_its_sheet_and_its_one_message(march: Release, tmp_path: Path) -> None:
    written = {file.name for file in handout.write(march, tmp_path, base=BASE)}

    languages = bulletin.languages_of(march)
    message = (tmp_path / "2026-03/message-es.txt").read_text().strip()
    assert {f"{what}-{one}.txt" for one in languages for what in ("sheet", "message")} <= written
    assert measure(message).segments == 1
    assert "quejas.example/reports/2026-03" in message
    assert "12" in message


def test_a_sheet_that_no_native_speaker_reviewed_says_so_on_its_first_line(
    march: Release, tmp_path: Path
) -> None:
    handout.write(march, tmp_path, base=BASE)

    first = {
        code: (tmp_path / f"2026-03/sheet-{code}.txt").read_text().splitlines()[0] for code in ("es", "ay")
    }

    assert first["ay"] != first["es"]
    assert "60" in first["es"]
    assert "60" not in first["ay"]


def test_where_a_machine_speaks_a_language_its_draft_lies_beside_and_nowhere_else(
    march: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(draftvoice, "has_voice", lambda language: language == "es")
    monkeypatch.setattr(draftvoice, "speak", lambda _made: b"RIFF")

    voices = [file.name for file in handout.write(march, tmp_path, base=BASE) if file.suffix == ".wav"]

    assert voices == ["draft-es-60.wav", "draft-es-180.wav"]


def test_the_signature_lies_with_the_files_of_a_signed_month_alone(march: Release, tmp_path: Path) -> None:
    formats.write(march, tmp_path / "signed")
    formats.write(Release(march.month, 1, "final", march.value), tmp_path / "unsigned")

    assert (tmp_path / "signed/2026-03/signature").read_bytes() == march.signature
    assert not (tmp_path / "unsigned/2026-03/signature").exists()
