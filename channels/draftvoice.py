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
from pathlib import Path
from typing import Final

from reports.bulletin import Bulletin

PROGRAM: Final = "espeak-ng"
VOICES: Final[Mapping[str, str]] = {
    "es": "es-419",
    "en": "en-us",
    "pt": "pt-br",
    "qu": "qu",
    "quz": "qu",
    "quy": "qu",
}
LONGEST_WAIT: Final = 30


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
    return speak_words(bulletin.text, bulletin.language, pace=bulletin.pace)


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
    with wave.open(io.BytesIO(sound)) as given:
        rate, samples = given.getframerate(), array("h", given.readframes(given.getnframes()))
    made = io.BytesIO()
    with wave.open(made, "wb") as thin:
        thin.setnchannels(1)
        thin.setsampwidth(2)
        thin.setframerate(rate // 2)
        thin.writeframes(
            array("h", ((a + b) // 2 for a, b in zip(samples[::2], samples[1::2], strict=False))).tobytes()
        )
    return made.getvalue()
