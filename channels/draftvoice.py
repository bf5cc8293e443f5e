"""A draft of a bulletin as sound, by Debian's espeak-ng where it is installed: for practising, never to be sent out.

The voice is a machine's; nobody has listened to it, and Aymara has none. Whoever gets the file reads in its name that it is
a draft.
"""

import shutil
import subprocess
import tempfile
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
HURRY: Final[Mapping[str, float]] = {"qu": 1.9, "quz": 1.9, "quy": 1.9}
"""The program counts its words a minute in words as long as English ones; where they are longer it has to speak faster to
keep the pace of the bulletin (measured: at the same number Quechua takes 1.9 times its time)."""
LONGEST_WAIT: Final = 30


def has_voice(language: str) -> bool:
    """Tell whether a bulletin in this language can be spoken here."""
    return language in VOICES and shutil.which(PROGRAM) is not None


def name_of(bulletin: Bulletin) -> str:
    """Name the file."""
    return f"draft-{bulletin.language}-{bulletin.seconds}.wav"


def speak(bulletin: Bulletin) -> bytes:
    """Speak a bulletin at its pace, as a WAV file.

    Raises:
        CalledProcessError: the program failed.
    """
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "draft.wav"
        line = [
            PROGRAM,
            "-v",
            VOICES[bulletin.language],
            "-s",
            str(round(bulletin.pace * HURRY.get(bulletin.language, 1))),
            "-w",
            str(file),
            "--stdin",
        ]
        subprocess.run(line, input=bulletin.text.encode(), check=True, timeout=LONGEST_WAIT)  # noqa: S603  a fixed line
        return file.read_bytes()
