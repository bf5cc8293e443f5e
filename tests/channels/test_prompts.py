"""What a voice says can be recorded by a person: a script to read, a list of what is missing, and the fallback."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from channels import recorded
from channels.cli import main
from channels.recorded import Shelf, prompts


def record(folder: Path, language: str, *keys: str) -> Shelf:
    """Put recordings on a shelf."""
    (folder / language).mkdir(parents=True, exist_ok=True)
    for key in keys:
        (folder / language / f"{key}.mp3").write_bytes(b"ID3")
    return Shelf(folder)


@pytest.mark.parametrize(
    ("recorded_in", "asked", "said_in"),
    [("qu", "qu", "qu"), ("es", "qu", "es"), ("", "ay", "es"), ("", "en", "en"), ("es", "en", "en")],
)
def test_what_nobody_recorded_is_said_in_spanish_or_by_a_machine(
    tmp_path: Path, recorded_in: str, asked: str, said_in: str
) -> None:
    shelf = record(tmp_path, recorded_in, "v.start") if recorded_in else Shelf(tmp_path)

    language, file = shelf.best("v.start", asked)

    assert language == said_in
    assert (file is not None) == (recorded_in == said_in)


def test_a_script_has_a_line_for_every_prompt_and_the_spanish_beside_it() -> None:
    lines = recorded.script("qu").splitlines()

    assert len(lines) == len(prompts())
    assert all(len(line.split("\t")) == 3 for line in lines)
    assert lines[0].startswith("qu/v.start.mp3\tKayqa willakuykunapaq")


@pytest.mark.parametrize("language", ["es", "qu", "ay"])
def test_no_prompt_has_a_blank_for_nobody_can_record_one(language: str) -> None:
    assert [key for key, prompt in prompts().items() if "{" in prompt.said(language)] == []


def test_the_command_prints_the_script_and_fails_while_a_language_has_no_voice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"GRIEVANCE_DEMO": "1", "GRIEVANCE_HOME": str(tmp_path)}.items():
        monkeypatch.setenv(name, value)

    script = CliRunner().invoke(main, ["prompts", "--script", "qu"])
    before = CliRunner().invoke(main, ["prompts"])
    for language in ("qu", "ay"):
        record(tmp_path / "prompts", language, *prompts())
    after = CliRunner().invoke(main, ["prompts"])
    unknown = CliRunner().invoke(main, ["prompts", "--script", "xx"])

    assert script.output == recorded.script("qu")
    assert (before.exit_code, after.exit_code, unknown.exit_code) == (1, 0, 2)
    assert "v.start" in before.output
    assert f"qu: {len(prompts())} of {len(prompts())} recorded" in after.output
