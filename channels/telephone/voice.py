"""The dialogue on a telephone's keys: what a voice says, in what order, and what is waited for then.

A screen becomes prompts; each is a recording of a person where there is one. Codes are said digit by digit, never in
pairs (seis and siete, sesenta and setenta are one sound on a bad line).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from channels.sound.recorded import SPOKEN_BY_MACHINE, Prompt, Shelf, prompts
from channels.sound.voicedrafts import ENDING
from channels.talking import menus
from channels.talking.dialogue import Screen
from channels.talking.menus import BACK_KEY, DANGER_KEY
from channels.telephone.lines import Known

RECORD, CHOOSE, TYPE, HANG_UP = "record", "choose", "type", "hang_up"
FIRST = 1
"""The place of a call's first step: only there every language is named, or each way home would be a long one."""
LONGEST_NOTE = 180
"""Seconds that a voice note may last."""
_BEFORE_A_DATE = frozenset({"v.next", "v.answer_by"})
_NAMES_THE_ALARM = frozenset({menus.START, menus.THEME})
"""Where a call says which key means danger: at its beginning, and behind a recording, which nobody has listened to yet."""
_WAITS = {"text": RECORD, "choice": CHOOSE, "info": CHOOSE, "code": TYPE, "end": HANG_UP}


@dataclass(frozen=True, slots=True)
class Utterance:
    """One thing said: words in a language, or the address of a recording of them."""

    key: str
    words: str
    language: str
    file: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is said, what is waited for, and the place of the step, which the answer must name."""

    said: tuple[Utterance, ...]
    waits: str
    place: int


def plan(screen: Screen, language: str, known: Known, shelf: Shelf, *, place: int) -> Plan:
    """Say a screen by voice."""
    said = [_utter(prompt, language, shelf) for prompt in _prompts(screen, known)]
    if screen.state == menus.START and any(one.file.endswith(ENDING) for one in said):
        said.insert(0, _utter(prompts()["v.draft"], language, shelf))
    if screen.state == menus.START and any(_is_untold(one, language) for one in said):
        said.insert(0, _utter(prompts()["v.untold"], language, shelf))
    if place == FIRST:
        said = [one for key, tongue in screen.tongues for one in _lead(key, tongue, language, shelf)] + said
    return Plan(tuple(said), _WAITS[screen.kind], place)


def _is_untold(one: Utterance, language: str) -> bool:
    """Tell whether something is said in Spanish, since neither a person nor a machine speaks the caller's language."""
    return one.language != language and one.language in SPOKEN_BY_MACHINE


def _lead(key: str, tongue: str, language: str, shelf: Shelf) -> Iterator[Utterance]:
    """Lead into another language: in that language, or by its name where neither a person nor a machine speaks it."""
    every = prompts()
    lead = _utter(every["v.tongue"], tongue, shelf)
    if lead.language != tongue:
        yield from (
            _utter(every[one], language, shelf) for one in ("v.press", f"number.{key}", f"language.{tongue}")
        )
        return
    if lead.file.endswith(ENDING):
        yield _utter(every["v.draft"], tongue, shelf)
    yield lead
    yield _utter(every[f"number.{key}"], tongue, shelf)


def _utter(prompt: Prompt, language: str, shelf: Shelf) -> Utterance:
    tongue, file = shelf.best(prompt.key, language)
    return Utterance(prompt.key, prompt.said(tongue), tongue, "" if file is None else f"{tongue}/{file.name}")


def _prompts(screen: Screen, known: Known) -> Iterator[Prompt]:
    every, spoken = prompts(), screen.spoken
    if "v.key" in spoken and not known.clave:  # it was said, and nobody kept it
        spoken = spoken[: spoken.index("v.key")]
    if screen.note == menus.UNCLEAR:
        yield every[menus.DEAD_KEY]
    for part in spoken:
        if part in _BEFORE_A_DATE and not known.date:  # of what is over nothing comes next
            continue
        if part == menus.CARE and not known.services:
            continue
        if part.startswith("{"):
            yield from _blank(part.strip("{}"), known)
        else:
            yield every[part]
    for option in screen.options:
        if screen.kind in {"choice", "info"}:
            yield from (every["v.press"], every[f"number.{option.key}"])
            named = (
                f"language.{option.value}"
                if screen.state == menus.LANGUAGE
                else _label_key(option.label.msgid)
            )
            yield every[named]
    if screen.state in _NAMES_THE_ALARM:
        yield from (every["v.press"], every[f"number.{DANGER_KEY}"], every["label.danger"])
    if screen.state != menus.START and screen.back and screen.kind == "choice":
        yield from (every["v.press"], every[f"number.{BACK_KEY}"], every["label.back"])


def _blank(name: str, known: Known) -> Iterator[Prompt]:
    every = prompts()
    match name:
        case "number" | "clave" | "emergency" | "services":
            yield from (every[f"number.{digit}"] for digit in getattr(known, name) if digit.isdigit())
        case "date" if known.date:
            day = date.fromisoformat(known.date)
            yield from (every[f"number.{day.day}"], every[f"month.{day.month}"])
        case "offer":
            yield from (every["v.offer"], Prompt("offer", known.offer)) if known.offer else (every["v.ways"],)
        case "why" if known.why is not None:
            yield Prompt("why", known.why)
        case "noted" if f"label.{known.noted}" in every:
            yield every[f"label.{known.noted}"]
        case "status" if f"status.{known.status}" in every:
            yield every[f"status.{known.status}"]
        case _:
            pass


def _label_key(msgid: str) -> str:
    return next(f"label.{key}" for key, words in menus.LABELS.items() if words.msgid == msgid)
