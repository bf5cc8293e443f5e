"""Recorded prompts: a file per language and key, so that nobody must read.

A deployment's own recordings stand in its home (`prompts/<language>/<key>.mp3`), before those that come with the
house. Where one is missing, Spanish and English are spoken by the network's voice; Quechua by a machine's drafts where
the deployment made any (`channels.sound.voicedrafts`), and the call says so; else it and Aymara fall back to Spanish, and
the call says that too.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from channels.sms.words import STANDS
from channels.sound import voicedrafts
from channels.talking.menus import LABELS, SPOKEN
from translations import FALLBACK, NAMES, Phrase, phrase, say

HERE: Final = Path(__file__).parent / "prompts"
TYPES: Final = {".mp3": "audio/mpeg", ".wav": "audio/wav", ".ogg": "audio/ogg", ".m4a": "audio/mp4"}
"""What a recording may be, of a call or a kiosk: the end of its file's name, and its media type."""
SPOKEN_BY_MACHINE: Final = frozenset({"es", "en"})
MONTHS: Final = (
    phrase("January"), phrase("February"), phrase("March"), phrase("April"), phrase("May"), phrase("June"),
    phrase("July"), phrase("August"), phrase("September"), phrase("October"), phrase("November"), phrase("December"),
)  # fmt: skip
_LAST_DAY: Final = 31


@dataclass(frozen=True, slots=True)
class Prompt:
    """One thing a voice says: its key, and its words in the language of the call."""

    key: str
    words: Phrase | str

    def said(self, language: str) -> str:
        """Give the words."""
        return say(self.words, language) if isinstance(self.words, Phrase) else self.words


def prompts() -> Mapping[str, Prompt]:
    """List everything a voice may say, by key; the same keys in every language."""
    return {prompt.key: prompt for prompt in _all()}


def _all() -> Iterator[Prompt]:
    yield from (Prompt(key, words) for key, words in SPOKEN.items())
    yield from (Prompt(f"label.{key}", words) for key, words in LABELS.items())
    yield from (Prompt(f"language.{key}", name) for key, name in NAMES.items())
    yield from (Prompt(f"status.{key}", words) for key, words in STANDS.items())
    yield from (Prompt(f"month.{n}", name) for n, name in enumerate(MONTHS, 1))
    yield from (Prompt(f"number.{n}", str(n)) for n in range(_LAST_DAY + 1))


@dataclass(frozen=True)
class Shelf:
    """Where recordings are looked for: the deployment's own folder first, and `drafts` where nobody recorded one."""

    own: Path
    drafts: Path | None = None

    def find(self, key: str, language: str) -> Path | None:
        """Find the recording of a prompt in a language."""
        for folder in (self.own, HERE):
            for ending in TYPES:
                file = folder / language / f"{key}{ending}"
                if file.is_file():
                    return file
        return None

    def draft(self, key: str, language: str) -> Path | None:
        """Find what a machine spoke, where the network's own voice does not say it better."""
        if self.drafts is None or language in SPOKEN_BY_MACHINE:
            return None
        return voicedrafts.find(self.drafts, key, language)

    def best(self, key: str, language: str) -> tuple[str, Path | None]:
        """Choose the language a prompt is really said in, and its recording or draft, if it has one."""
        while True:
            file = self.find(key, language) or self.draft(key, language)
            if file is not None or language in SPOKEN_BY_MACHINE:
                return language, file
            language = FALLBACK.get(language, "es")

    def named(self, name: str, language: str) -> Path | None:
        """Find a file by the name it is asked for with: `v.start.mp3`, `v.start.draft.wav`; others' names find nothing."""
        key = name.removesuffix(voicedrafts.ENDING)
        drafted = key != name
        if not drafted:
            key = name.rpartition(".")[0]
        if key not in prompts():
            return None
        file = self.draft(key, language) if drafted else self.find(key, language)
        return file if file is not None and file.name == name else None

    def missing(self, language: str) -> list[str]:
        """List the prompts nobody has recorded in a language."""
        return [key for key in prompts() if self.find(key, language) is None]


def script(language: str) -> str:
    """Write what somebody is to read aloud, a line each: the file's name, the words, and the Spanish beside them."""
    lines = []
    for key, prompt in prompts().items():
        beside = "" if language == "es" else f"\t{prompt.said('es')}"
        lines.append(f"{language}/{key}.mp3\t{prompt.said(language)}{beside}")
    return "\n".join(lines) + "\n"
