"""`grievance attack`: whoever has the published months tries to unmask somebody, and the exit says whether they did."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from channels.cli import main
from grievance.store import Store
from reports import shelf
from tests.reports.months import Town
from workflows.rulebook import Rulebook


def run(*given: str | Path) -> Result:
    return CliRunner().invoke(main, ["attack", *map(str, given)])


@pytest.fixture
def published(store: Store, rules: Rulebook, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    monkeypatch.setenv("GRIEVANCE_DEMO", "1")
    monkeypatch.setenv("GRIEVANCE_DATABASE_URL", store.url)
    town = Town(store, rules)
    town.crowd("01-02", 14, named="water", operator="qorimayu", theme="water")
    town.crowd("01-03", 12, named="dust", operator="illapa", theme="dust")
    town.publish("2026-01", day="02-16")
    (release,) = store.read(shelf.every_version)
    document: dict[str, Any] = json.loads(release.value)
    return document


def test_the_months_of_this_home_tell_of_nobody(published: dict[str, Any]) -> None:
    said = run()

    assert published["month"] == "2026-01"
    assert said.exit_code == 0, said.output
    assert "1 document," in said.output
    assert "0 findings" in said.output


def test_somebody_with_the_files_alone_finds_a_few_that_are_printed(
    published: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    good.write_text(json.dumps(published))
    themes = next(each for each in published["tables"] if each["name"] == "by_theme")
    for cell in themes["cells"]:
        cell["value"] = {"all": 26, "water": 14, "dust": 10, "roads": 2}.get(cell["theme"], 0)
    bad.write_text(json.dumps(published))
    monkeypatch.setenv("GRIEVANCE_DATABASE_URL", "sqlite:////nowhere/at/all.db")

    fine, told = run(good, "--site", "norte=qorimayu"), run(bad)

    assert fine.exit_code == 0, fine.output
    assert told.exit_code == 1
    assert "theme:roads: prints fewer than five (2 to 2)" in told.output


def test_what_is_no_month_and_what_is_no_site_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "notes.json"
    said = []
    for words in (
        "not json",
        "{}",
        '{"month": "2026-01", "tables": [{}]}',
        "[1]",
        '{"month": 5, "tables": []}',
    ):
        file.write_text(words)
        said.append(run(file))
    file.write_text('{"month": "2026-01", "tables": []}')
    empty, nowhere, soon = run(file), run(file, "--site", "norte"), run(file, "--began", "soon")

    assert {each.exit_code for each in said} == {1}
    assert all("is no published month" in each.output for each in said)
    assert empty.exit_code == 0
    assert "is not site=operator" in nowhere.output
    assert "is not a month" in soon.output
    assert run(tmp_path / "none.json").exit_code == 1


def test_where_nothing_was_published_there_is_nothing_to_attack(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRIEVANCE_DEMO", "1")
    monkeypatch.setenv("GRIEVANCE_DATABASE_URL", store.url)

    said = run()

    assert said.exit_code == 1
    assert "nothing was published yet" in said.output
