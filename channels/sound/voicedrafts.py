"""Drafts of what nobody has recorded yet: a machine speaks the script of the calls and of the kiosks into files.

Each file carries `draft` in its name and stands in a folder of its own, so that no draft is taken for a recording and
all can be thrown away at once. A person's recording always comes first. Spoken again is only what changed.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from channels.sound import draftvoice
from grievance.settings import Settings

FOLDER: Final = "voice-drafts"
ENDING: Final = ".draft.wav"
PACE: Final = 130
NOTE: Final = "DRAFT.txt"
LONG: Final = 400_000
"""A draft of more bytes is written in half as many: it is heard over telephones that pay for each."""
_SPOKEN: Final = "spoken.json"
_SAYS: Final = """A machine (espeak-ng) spoke these files. Nobody who speaks the language has listened to them.
They are played where no person has recorded a sentence, and every place that plays them says so.
To replace one, record its sentence: `grievance prompts --script LANGUAGE`, `grievance kiosk recordings --script LANGUAGE`.
To be rid of all of them, delete this folder.
"""


def folder_of(settings: Settings) -> Path:
    """Say where the drafts of a deployment stand."""
    return settings.home / FOLDER


def find(folder: Path, key: str, language: str) -> Path | None:
    """Find the draft of a sentence."""
    file = folder / language / f"{key}{ENDING}"
    return file if file.is_file() else None


def make(folder: Path, language: str, words: Mapping[str, str]) -> int:
    """Speak what is new or changed, and throw away what is said no more; answers how many files were spoken.

    Raises:
        CalledProcessError: the program failed.
    """
    own = folder / language
    own.mkdir(parents=True, exist_ok=True)
    (folder / NOTE).write_text(_SAYS, encoding="utf-8")
    spoken = _read(own / _SPOKEN)
    for file in own.glob(f"*{ENDING}"):
        if file.name.removesuffix(ENDING) not in words:
            file.unlink()
    new = {
        key: said
        for key, said in words.items()
        if spoken.get(key) != _mark(said) or find(folder, key, language) is None
    }
    for key, said in new.items():
        spoke = draftvoice.halve(draftvoice.speak_words(said, language, pace=PACE))
        (own / f"{key}{ENDING}").write_bytes(draftvoice.thin(spoke) if len(spoke) > LONG else spoke)
    marks = {key: _mark(said) for key, said in words.items()}
    (own / _SPOKEN).write_text(json.dumps(marks, indent=1), encoding="utf-8")
    return len(new)


def has_voice(languages: Sequence[str]) -> tuple[str, ...]:
    """Name those of the languages that a machine speaks here."""
    return tuple(language for language in languages if draftvoice.has_voice(language))


def _read(file: Path) -> Mapping[str, str]:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _mark(words: str) -> str:
    return hashlib.sha256(f"{PACE}/{words}".encode()).hexdigest()[:16]
