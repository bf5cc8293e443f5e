"""What can be listened to here, in calls and at kiosks: a person, a machine's draft, or nothing."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from channels.sound import draftvoice, kioskvoice, recorded, voicedrafts
from channels.sound.recorded import SPOKEN_BY_MACHINE, Shelf, prompts
from grievance.mechanism import Mechanism
from grievance.settings import Settings
from translations import NAMES, Phrase, phrase


@dataclass(frozen=True, slots=True)
class Heard:
    """How far a language can be heard here: sentences in all, recorded by people, spoken by a machine as drafts."""

    language: str
    total: int
    recorded: int
    drafted: int

    @property
    def words(self) -> Phrase:
        """Say so, to anybody."""
        blanks = {"language": NAMES.get(self.language, self.language), "all": self.total}
        if self.recorded == self.total:
            return phrase("{language}: people recorded all {all} sentences.", **blanks)
        blanks["n"] = self.recorded
        if self.drafted:
            return phrase(
                "{language}: people recorded {n} of {all} sentences. "
                "A machine speaks {drafts} as drafts: no speaker has listened to them.",
                drafts=self.drafted, **blanks,
            )  # fmt: skip
        return phrase(
            "{language}: people recorded {n} of {all} sentences, and no machine speaks drafts here.", **blanks
        )


def make_drafts(settings: Settings, mechanism: Mechanism) -> Mapping[str, int]:
    """Have a machine speak what a call and a kiosk say, in each language it knows; answers how many files are new.

    Of a call only what the telephone network's own voice does not speak.
    """
    made = {}
    for language in voicedrafts.has_voice(mechanism.languages):
        words = {
            f"{kioskvoice.PREFIX}{screen}": said
            for screen, said in kioskvoice.script(mechanism, language).items()
        }
        words |= {
            key: prompt.said(language)
            for key, prompt in prompts().items()
            if language not in SPOKEN_BY_MACHINE or key.startswith(kioskvoice.STATUS)
        }
        made[language] = voicedrafts.make(voicedrafts.folder_of(settings), language, words)
    return made


def heard(settings: Settings, mechanism: Mechanism) -> Sequence[Heard]:
    """Count for each language what people recorded and what a machine speaks, of calls and kiosks together."""
    shelf, found = Shelf(settings.home / "prompts", voicedrafts.folder_of(settings)), []
    for language in mechanism.languages:
        lacking = {f"{language}/{key}" for key in shelf.missing(language)}
        lacking_there = kioskvoice.missing(settings, (language,))
        files = [shelf.draft(one.partition("/")[2], language) for one in lacking]
        files += [kioskvoice.file_of(settings, language, one.partition("/")[2]) for one in lacking_there]
        total = len(prompts()) + len(kioskvoice.SCREENS)
        found.append(Heard(language, total, total - len(files), sum(file is not None for file in files)))
    return found


def listener(settings: Settings) -> Callable[[Mechanism], Sequence[Heard]]:
    """Make what counts as `heard` does, and again only where a folder of recordings changed: else it is a thousand files."""
    kept: dict[Any, Sequence[Heard]] = {}

    def listen(mechanism: Mechanism) -> Sequence[Heard]:
        folders = (settings.home / "prompts", recorded.HERE, voicedrafts.folder_of(settings))
        kiosks = settings.extra.get(kioskvoice.SETTING, "")
        every = (*folders, *((Path(kiosks),) if kiosks else ()))
        marks = mechanism.digest, *(_changed(one / each) for one in every for each in mechanism.languages)
        if marks not in kept:
            counted = heard(settings, mechanism)
            kept.clear()
            kept[marks] = counted
        return kept[marks]

    return listen


def _changed(folder: Path) -> int:
    """Say when a file came or went."""
    return folder.stat().st_mtime_ns if folder.is_dir() else 0


def advice(settings: Settings, mechanism: Mechanism) -> list[Phrase]:
    """Say to whoever runs the server what nobody has recorded, and which language no machine can stand in for."""
    told = [one.words for one in heard(settings, mechanism) if one.recorded < one.total]
    for language in mechanism.languages:
        if language not in draftvoice.VOICES:
            name = NAMES.get(language, language)
            told += [phrase("{language}: no machine speaks it. Only people can record it.", language=name)]
    return told
