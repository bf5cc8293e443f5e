"""What a voice says can be recorded by a person: a script to read, a list of what is missing, and the fallback."""

import wave
from pathlib import Path

import pytest
from click.testing import CliRunner

from channels.cli import main
from channels.sound import draftvoice, recorded, voicedrafts
from channels.sound.recorded import Shelf, prompts
from channels.talking import dialogue, menus
from channels.talking.dialogue import At, Ground
from channels.telephone import voice
from channels.telephone.lines import Known


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


def drafted(folder: Path, language: str, *keys: str) -> Shelf:
    """Put what a machine might have spoken beside an empty shelf."""
    for key in keys:
        (folder / "drafts" / language).mkdir(parents=True, exist_ok=True)
        (folder / "drafts" / language / f"{key}{voicedrafts.ENDING}").write_bytes(b"RIFF")
    return Shelf(folder / "own", folder / "drafts")


def test_a_draft_stands_in_where_nobody_recorded_a_sentence_and_a_call_says_so_first(tmp_path: Path) -> None:
    shelf = drafted(tmp_path, "qu", *prompts())
    drafted(tmp_path, "es", "v.start")
    ground = Ground(languages=("es", "qu", "ay"), places=(), certain=True, voice=True)
    start = dialogue.screen_of(At(menus.START), ground)

    said = {code: voice.plan(start, code, Known(), shelf, place=3).said for code in ("qu", "es")}
    before = voice.plan(dialogue.screen_of(At(menus.TELL), ground), "qu", Known(), shelf, place=2).said
    record(tmp_path / "own", "qu", *prompts())
    recorded_now = voice.plan(start, "qu", Known(), shelf, place=3).said

    assert said["qu"][0].file == "qu/v.draft.draft.wav"
    assert said["es"][0].key == "v.start", "the network's own voice speaks Spanish better"
    assert before[0].key == "v.tell.private"
    assert recorded_now[0].file == "qu/v.start.mp3", "a person comes before a machine"


def test_whoever_chose_a_language_that_nobody_speaks_here_is_told_so_before_it_goes_on_in_spanish(
    tmp_path: Path,
) -> None:
    ground = Ground(languages=("es", "qu", "ay"), places=(), certain=True, voice=True)
    start, tell = (dialogue.screen_of(At(state), ground) for state in (menus.START, menus.TELL))
    empty, whole = Shelf(tmp_path / "none"), drafted(tmp_path, "qu", *prompts())

    def heard(language: str, shelf: Shelf) -> list[tuple[str, str]]:
        return [(one.key, one.language) for one in voice.plan(start, language, Known(), shelf, place=3).said]

    assert heard("qu", empty)[:2] == [("v.untold", "es"), ("v.start", "es")]
    assert "v.untold" not in {
        key for key, _ in (*heard("qu", whole), *heard("es", empty), *heard("en", empty))
    }
    later = voice.plan(tell, "qu", Known(), empty, place=4).said
    assert "v.untold" not in {one.key for one in later}


def _first_words(shelf: Shelf, language: str = "es") -> list[tuple[str, str, bool]]:
    ground = Ground(languages=("es", "qu", "ay", "en"), places=(), certain=True, voice=True)
    start = dialogue.screen_of(At(menus.START, language=language), ground)
    said = voice.plan(start, language, Known(), shelf, place=1).said
    return [(one.key, one.language, bool(one.file)) for one in said]


def test_a_call_begins_with_every_other_language_in_its_own_words_and_a_machine_is_called_one(
    tmp_path: Path,
) -> None:
    shelf = drafted(tmp_path, "qu", "v.tongue", "v.draft", "number.6")

    said = _first_words(shelf)

    assert said[:4] == [
        ("v.draft", "qu", True), ("v.tongue", "qu", True), ("number.6", "qu", True), ("v.press", "es", False),
    ]  # fmt: skip
    assert said[4:6] == [("number.7", "es", False), ("language.ay", "es", False)], (
        "nobody speaks it: its name"
    )
    assert said[6:9] == [("v.tongue", "en", False), ("number.8", "en", False), ("v.start", "es", False)]


def test_a_person_who_recorded_a_language_leads_into_it_without_a_mark(tmp_path: Path) -> None:
    shelf = record(tmp_path, "ay", "v.tongue", "number.7")

    said = _first_words(shelf)

    assert ("v.tongue", "ay", True) in said
    assert "v.draft" not in {key for key, _, _ in said}


def test_later_menus_do_not_begin_with_the_languages_again(tmp_path: Path) -> None:
    ground = Ground(languages=("es", "qu"), places=(), certain=True, voice=True)
    start = dialogue.screen_of(At(menus.START), ground)

    said = voice.plan(start, "es", Known(), Shelf(tmp_path), place=2).said

    assert said[0].key == "v.start"


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("v.start.draft.wav", True), ("v.bye.mp3", True), ("v.bye.wav", False), ("v.start.mp3", False),
        ("v.bye.draft.wav", False), ("../qu/v.start.draft.wav", False), ("spoken.json", False), ("", False),
    ],
)  # fmt: skip
def test_a_file_is_given_by_its_own_name_and_nothing_else_is(
    tmp_path: Path, name: str, *, found: bool
) -> None:
    shelf = drafted(tmp_path, "qu", "v.start")
    record(tmp_path / "own", "qu", "v.bye")

    assert (shelf.named(name, "qu") is not None) is found


@pytest.mark.skipif(not draftvoice.has_voice("qu"), reason="espeak-ng is not installed here")
def test_a_machine_speaks_again_only_what_changed_and_what_is_said_no_more_is_gone(tmp_path: Path) -> None:
    first = voicedrafts.make(tmp_path, "qu", {"v.bye": "Añay", "v.start": "Kayqa"})
    again = voicedrafts.make(tmp_path, "qu", {"v.bye": "Añay", "v.start": "Kayqa"})
    changed = voicedrafts.make(tmp_path, "qu", {"v.bye": "Añaychayki"})

    assert (first, again, changed) == (2, 0, 1)
    assert [file.name for file in (tmp_path / "qu").glob("*.wav")] == ["v.bye.draft.wav"]
    with wave.open(str(tmp_path / "qu" / "v.bye.draft.wav")) as sound:
        assert 0.5 < sound.getnframes() / sound.getframerate() < 3
    assert "Nobody" in (tmp_path / voicedrafts.NOTE).read_text(encoding="utf-8")


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
