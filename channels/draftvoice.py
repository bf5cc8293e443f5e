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
            str(bulletin.pace),
            "-w",
            str(file),
            "--stdin",
        ]
        subprocess.run(line, input=bulletin.text.encode(), check=True, timeout=LONGEST_WAIT)  # noqa: S603  a fixed line
        return file.read_bytes()
