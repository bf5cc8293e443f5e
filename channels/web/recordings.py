"""Recordings that a kiosk plays: a file for each language and screen, where somebody has spoken it.

No voice is made by a machine: what nobody recorded is not offered, and `grievance kiosk recordings` lists it.
"""

from pathlib import Path

from grievance.settings import Settings

SETTING = "KIOSK_RECORDINGS"
"""A folder with `<language>/<screen>.mp3` (or ogg, m4a, wav)."""
SCREENS = ("language", "home", "about", "words", "where", "sent", "waits", "case")
TYPES = {".mp3": "audio/mpeg", ".ogg": "audio/ogg", ".m4a": "audio/mp4", ".wav": "audio/wav"}


def file_of(settings: Settings, language: str, screen: str) -> Path | None:
    """Find the recording of a screen; a name that is none of ours finds nothing."""
    folder = settings.extra.get(SETTING, "")
    if not folder or screen not in SCREENS or not language.isalpha():
        return None
    found = (Path(folder) / language / f"{screen}{ending}" for ending in TYPES)
    return next((file for file in found if file.is_file()), None)


def address(settings: Settings, language: str, screen: str) -> str:
    """Give the address of a recording, or nothing."""
    screen = "sent" if screen == "send" else screen
    return f"/kiosk/sound/{language}/{screen}" if file_of(settings, language, screen) else ""


def missing(settings: Settings, languages: tuple[str, ...]) -> list[str]:
    """List what nobody has recorded yet: `qu/words` and so on."""
    return [
        f"{lang}/{screen}" for lang in languages for screen in SCREENS if not file_of(settings, lang, screen)
    ]
