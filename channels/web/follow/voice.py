"""The whole of an opened case, read aloud at a kiosk to whoever asks for it, by a machine, marked as that.

What is in a case nobody can record beforehand. It is spoken in the request that shows it, and kept nowhere: the sound
stands in the page itself, so that no address leads to it.
"""

import base64
import subprocess
import threading
from collections.abc import Mapping, Sequence
from typing import Final, Protocol

from channels.sound import draftvoice, voicedrafts
from channels.sound.voicedrafts import PACE
from channels.web.follow import more, parts, verdicts
from grievance.settings import Settings
from translations import Phrase, phrase, say

LONGEST: Final = 2400
"""So many letters are read, some two minutes; the rest somebody of the office reads."""
WAIT: Final = 330
"""Seconds after which a page that speaks goes away by itself."""
HEAD: Final = "data:audio/wav;base64,"
REST: Final = phrase("There is more on the screen. Somebody of the office can read it to you.")
LABELS: Final[Mapping[str, Phrase]] = {
    "accept": phrase("I accept"), "confirm": phrase("Yes, it was done"), "talk": phrase("I want to talk about it"),
    "decline": phrase("I do not accept"), "review": phrase("Let an independent body see it"),
    "dispute": phrase("No, it was not done"), "reopen": phrase("Open my case again"),
    "regret": phrase("Go on with my case as it was"), "appeal": phrase("Let the panel look at the mark"),
    "heard": phrase("I want to be heard"),
}  # fmt: skip
_ONE_AT_A_TIME = threading.BoundedSemaphore(1)


class Shown(Protocol):
    """What an opened case shows, as far as it is read aloud."""

    @property
    def request(self) -> bool:
        """Whether it is a request for information."""
        ...

    @property
    def status(self) -> str:
        """Where it stands, in one sentence."""
        ...

    @property
    def until(self) -> Sequence[str]:
        """What has a date besides, in sentences."""
        ...

    @property
    def said(self) -> str:
        """What its person just did, if anything."""
        ...

    @property
    def late(self) -> Mapping[str, object] | None:
        """Which date was missed, in one sentence."""
        ...

    @property
    def proposal(self) -> Mapping[str, object] | None:
        """What is offered."""
        ...

    @property
    def steps(self) -> Sequence[Mapping[str, str]]:
        """What comes when."""
        ...

    @property
    def messages(self) -> Sequence[Mapping[str, str]]:
        """What was said, oldest first."""
        ...

    @property
    def actions(self) -> set[str]:
        """What its person can do."""
        ...

    @property
    def part(self) -> str:
        """Which of its screens is read; the first reads all of it."""
        ...

    @property
    def parts(self) -> Sequence[tuple[str, str]]:
        """The other screens, each with its name in words."""
        ...

    @property
    def verdict(self) -> Sequence[verdicts.Question]:
        """What is asked of the answer."""
        ...

    @property
    def opened(self) -> more.Opened | None:
        """Who opened it."""
        ...

    @property
    def unknown(self) -> Sequence[str]:
        """What the company does not know, in sentences."""
        ...


def is_spoken(settings: Settings, language: str) -> bool:
    """Tell whether a machine reads in this language here: it can, and this deployment lets it speak drafts."""
    drafts = voicedrafts.folder_of(settings) / language
    return drafts.is_dir() and draftvoice.has_voice(language)


def sound_of(page: Shown, language: str) -> str:
    """Read a case aloud, as a `data:` address; nothing where the machine's voice fails."""
    try:
        with _ONE_AT_A_TIME:
            pace = round(PACE * draftvoice.HURRY.get(language, 1))
            spoken = draftvoice.speak_words(words_of(page, language), language, pace=pace)
    except (OSError, subprocess.SubprocessError):
        return ""
    return HEAD + base64.b64encode(draftvoice.thin(draftvoice.halve(spoken))).decode()


def words_of(page: Shown, language: str) -> str:
    """Write what is read: the state, what is offered, what can be done, the dates, and then what was said, newest first."""

    def _(msgid: Phrase) -> str:
        return say(msgid, language)

    steps = [_(phrase("Step by step")), *(f"{one['when']}: {one['what']}" for one in page.steps)]
    messages = [
        _(phrase("Messages")),
        *(f"{one['who']}, {one['when']}: {one['text']}" for one in reversed(page.messages)),
    ]
    if page.part not in ("", parts.NOW):
        name = dict(page.parts).get(page.part, "")
        of_part = {
            parts.OPINION: [name, *(one for asked in page.verdict for one in _asked(asked))],
            parts.STEPS: steps,
            parts.MESSAGES: messages,
            parts.WHO: [name, *_opened(page.opened), *page.unknown],
            parts.MORE: [name, *_folded(page, language)],
            parts.MENU: [words for _, words in page.parts],
        }
        return _ending(of_part.get(page.part, [name]), language)
    lines = [_(phrase("Your request")) if page.request else _(phrase("Your case")), page.said]
    if page.late:
        lines.append(str(page.late["sentence"]))
    lines += [page.status, *page.until]
    if page.proposal:
        lines += [_(phrase("What they propose")), str(page.proposal["text"])]
        lines += [": ".join(each) for each in page.proposal["commitments"]]  # type: ignore[attr-defined]
    doable = [_(words) for action, words in LABELS.items() if action in page.actions]
    if doable:
        lines += [_(phrase("What you can do")), *doable]
    return _ending([*lines, *steps, *messages], language)


def _asked(question: verdicts.Question) -> list[str]:
    return [question.words, *(words for _, words in question.options)]


def _opened(opened: more.Opened | None) -> list[str]:
    return [f"{day}: {who}" for day, who in opened.lines] if opened else []


def _folded(page: Shown, language: str) -> list[str]:
    offered = (words for action, words in parts.FOLDED.items() if action in page.actions)
    return list(dict.fromkeys(say(words, language) for words in offered))


def _ending(lines: Sequence[str], language: str) -> str:
    """Write each line as a sentence, and say where there is more than is read."""
    whole = "\n".join(one if one[-1] in ".?!:" else f"{one}." for one in lines if one)
    return whole if len(whole) <= LONGEST else f"{whole[:LONGEST].rsplit(' ', 1)[0]}.\n{say(REST, language)}"
