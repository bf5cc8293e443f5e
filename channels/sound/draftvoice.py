"""A draft as sound, by Debian's espeak-ng where it is installed: a bulletin, or a prompt nobody recorded.

The voice is a machine's; nobody has listened to it, and Aymara has none. Whoever gets the file reads in its name that it is
a draft.
"""

import io
import shutil
import subprocess
import tempfile
import wave
from array import array
from collections.abc import Mapping
from itertools import repeat
from operator import add, floordiv
from pathlib import Path
from typing import Final

from reports.aloud.bulletin import Bulletin

PROGRAM: Final = "espeak-ng"
VOICES: Final[Mapping[str, str]] = {
    "es": "es-419",
    "en": "en-us",
    "pt": "pt-br",
    "qu": "qu",
    "quz": "qu",
    "quy": "qu",
}
HURRY: Final[Mapping[str, float]] = {"qu": 1.9, "quz": 1.9, "quy": 1.9}
"""The program counts its words a minute in words as long as English ones; where they are longer it has to speak faster to
keep the pace of the bulletin (measured: at the same number Quechua takes 1.9 times its time)."""
LONGEST_WAIT: Final = 30
_UNSIGNED: Final = bytes(value ^ 0x80 for value in range(256))
"""Of a sample's higher byte, the same sound as a sample of eight bits."""


def has_voice(language: str) -> bool:
    """Tell whether a machine speaks this language here."""
    return language in VOICES and shutil.which(PROGRAM) is not None


def name_of(bulletin: Bulletin) -> str:
    """Name the file."""
    return f"draft-{bulletin.language}-{bulletin.seconds}.wav"


def speak(bulletin: Bulletin) -> bytes:
    """Speak a bulletin at its pace, as a WAV file.

    Raises:
        CalledProcessError: the program failed.
    """
    pace = round(bulletin.pace * HURRY.get(bulletin.language, 1))
    return speak_words(bulletin.text, bulletin.language, pace=pace)


def speak_words(words: str, language: str, *, pace: int) -> bytes:
    """Speak words at so many a minute, as a WAV file.

    Raises:
        CalledProcessError: the program failed.
    """
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "draft.wav"
        line = [PROGRAM, "-v", VOICES[language], "-s", str(pace), "-w", str(file), "--stdin"]
        subprocess.run(line, input=words.encode(), check=True, timeout=LONGEST_WAIT)  # noqa: S603  a fixed line
        return file.read_bytes()


def halve(sound: bytes) -> bytes:
    """Halve the rate of a WAV file of one channel: kiosks get it over thin lines, and a voice loses little."""
    rate, frames = _heard(sound)
    samples = array("h", frames)
    sums = map(add, samples[::2], samples[1::2])
    return _written(array("h", map(floordiv, sums, repeat(2))).tobytes(), width=2, rate=rate // 2)


def thin(sound: bytes) -> bytes:
    """Make eight bits of sixteen (WAV's eight are unsigned): half the bytes, and a voice is understood as well."""
    rate, frames = _heard(sound)
    return _written(frames[1::2].translate(_UNSIGNED), width=1, rate=rate)


def _heard(sound: bytes) -> tuple[int, bytes]:
    with wave.open(io.BytesIO(sound)) as given:
        return given.getframerate(), given.readframes(given.getnframes())


def _written(frames: bytes, *, width: int, rate: int) -> bytes:
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(width)
        file.setframerate(rate)
        file.writeframes(frames)
    return made.getvalue()
