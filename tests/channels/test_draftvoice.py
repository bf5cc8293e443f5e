"""A machine may read a draft aloud where it is installed; it is called a draft, and without a voice there is none."""

import shutil
import wave
from pathlib import Path

import pytest

from channels.sound import draftvoice
from reports.aloud import bulletin
from reports.aloud.bulletin import LENGTHS, Seconds
from tests.reports.released import release

needs_the_voice = pytest.mark.skipif(
    shutil.which("espeak-ng") is None, reason="espeak-ng is not installed here"
)
MONTH = release(earlier=((45, 46),))


@needs_the_voice
@pytest.mark.parametrize("seconds", LENGTHS)
@pytest.mark.parametrize("language", ["es", "en", "qu"])
def test_a_voice_takes_about_as_long_as_was_said(language: str, seconds: Seconds, tmp_path: Path) -> None:
    made = bulletin.make(MONTH, language, seconds=seconds)
    file = tmp_path / draftvoice.name_of(made)

    file.write_bytes(draftvoice.speak(made))

    with wave.open(str(file)) as sound:
        assert sound.getnframes() / sound.getframerate() == pytest.approx(seconds, rel=0.15)
    assert file.name.startswith("draft-")


@needs_the_voice
def test_quechua_has_a_voice_and_aymara_has_none() -> None:
    assert [draftvoice.has_voice(language) for language in ("qu", "ay")] == [True, False]


def test_where_the_program_is_missing_nothing_is_offered(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    assert not draftvoice.has_voice("es")
