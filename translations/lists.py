"""Word lists: what people write to us and how we recognise it, one file of data for each language.

A list is data, so that somebody who speaks the language can correct it without touching code. A file whose
header says `status = "draft"` has not been read by a native speaker yet.
"""

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

from translations.respelling import to_chanka

LANGUAGES: Final = ("es", "en", "qu", "ay")
THEMES: Final = ("water", "dust", "roads", "land", "work", "other")
DANGERS: Final = (
    "life_threat",
    "sexual_violence",
    "child",
    "retaliation",
    "security_force_abuse",
    "trafficking",
    "common_danger",
)
ADVERTISING: Final = ("top_up", "prize", "offer", "plan", "asks")
"""What advertising speaks of: what is loaded, what is won, what is cheap, what is sold, and what to do now."""
_HERE: Final = Path(__file__).parent
_COMMANDS: Final = (
    "stop",
    "stop_unsure",
    "start",
    "help",
    "erase",
    "noise",
    "yes",
    "no",
    "talk",
    "review",
    "status",
    "withdraw",
    "reopen",
    "new_clave",
    "repeat",
    "who",
    "appeal",
    "shared",
    "own",
    "group",
    "alarm",
    "request",
    "information",
    "asking",
    "survey",
    "survey_off",
    "good",
    "partly",
    "bad",
    "commitment",
    "wait",
    "stay_out",
    "come_back",
    "stolen",
    "found",
    "tongues",
)

Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lists:
    """What one language's people write. Commands are meant for whole messages, never for parts of one.

    `stolen` and `found` are never a whole sentence such as "they stole my phone", which is a complaint. Only `request` leads one: what follows it is what somebody wants to know; behind `commitment` and `status` may stand a
    number.
    `stop_unsure` holds the false friends of stop (cancelar, alto, fin, no): they are asked back once. `noise`
    is greetings and other short texts that are no complaint. `languages` maps a language code to what people
    call it, `themes` a theme and `danger` a flag to words; a word of `danger` may end in "*" (any ending) and
    a phrase may hold "..." (up to four words between); so may they of `advertising`.
    """

    language: str
    draft: bool
    stop: Words
    stop_unsure: Words
    start: Words
    help: Words
    erase: Words
    noise: Words
    yes: Words
    no: Words
    talk: Words
    review: Words
    status: Words
    withdraw: Words
    reopen: Words
    new_clave: Words
    repeat: Words
    who: Words
    appeal: Words
    shared: Words
    own: Words
    group: Words
    alarm: Words
    request: Words
    information: Words
    asking: Words
    survey: Words
    survey_off: Words
    good: Words
    partly: Words
    bad: Words
    commitment: Words
    wait: Words
    stay_out: Words
    come_back: Words
    stolen: Words
    found: Words
    tongues: Words
    languages: Mapping[str, Words]
    themes: Mapping[str, Words]
    guess: Words
    danger: Mapping[str, Words]
    advertising: Mapping[str, Words]


@dataclass(frozen=True, slots=True)
class Names:
    """How people are called, for masking. What `unsure` holds is a word of its own too: rosa, flores, cruz.

    The rest are the words beside a name: what comes before one (`naming`, `saying`, `don`, `title`) or behind
    (`named`, `acting`), what makes a place of it (`street`, `placing`) or a thing (`thing`), what is `never`
    one, the `endings` that Quechua and Aymara put behind it, and the `looks` of their surnames.
    """

    given: Words
    unsure_given: Words
    surnames: Words
    unsure_surnames: Words
    naming: Words
    named: Words
    saying: Words
    don: Words
    title: Words
    acting: Words
    street: Words
    placing: Words
    thing: Words
    never: Words
    endings: Words
    looks: Words


@cache
def load_names() -> Names:
    """The names of all languages at once: a person keeps theirs whatever language they write.

    Raises:
        ValueError: the file lacks a list or has one nobody knows.
    """
    data = tomllib.loads((_HERE / "names.toml").read_text(encoding="utf-8"))
    beside = data.pop("beside", {})
    _refuse_gaps(data | beside, {field.name for field in fields(Names)}, "names.toml")
    return Names(**_frozen(data | beside))


@cache
def load(lang: str) -> Lists:
    """The lists of one language.

    Raises:
        LookupError: there are no lists in this language.
        ValueError: its file lacks a list or has one nobody knows.
    """
    if lang not in LANGUAGES:
        raise LookupError(f"no word lists in {lang!r}")
    data = tomllib.loads((_HERE / lang / "lists.toml").read_text(encoding="utf-8"))
    file = f"{lang}/lists.toml"
    _refuse_gaps(data, {"status", "guess", "commands", "languages", "themes", "danger", "advertising"}, file)
    _refuse_gaps(data["commands"], set(_COMMANDS), file)
    _refuse_gaps(data["themes"], set(THEMES), file)
    _refuse_gaps(data["danger"], set(DANGERS), file)
    _refuse_gaps(data["advertising"], set(ADVERTISING), file)
    spell = to_chanka if lang == "qu" else str
    return Lists(
        language=lang,
        draft=data["status"] == "draft",
        languages=_frozen(data["languages"], spell),
        themes=_frozen(data["themes"], spell),
        guess=split_words(data["guess"]),
        danger=_frozen(data["danger"], spell),
        advertising=_frozen(data["advertising"], spell),
        **_frozen(data["commands"], spell),
    )


@cache
def every_command(name: str) -> Words:
    """The words of one command in all languages: people do not tell us first which language they will use."""
    if name not in _COMMANDS:
        raise LookupError(f"no command called {name!r}")
    return tuple(dict.fromkeys(word for lang in LANGUAGES for word in getattr(load(lang), name)))


@cache
def every_danger() -> Mapping[str, Words]:
    """The words of every danger in all languages, whatever the site's: it is looked for in all at once."""
    return _of_all("danger", DANGERS)


@cache
def every_advertising() -> Mapping[str, Words]:
    """What advertising speaks of, in all languages: operators write in their own."""
    return _of_all("advertising", ADVERTISING)


def _of_all(table: str, keys: tuple[str, ...]) -> Mapping[str, Words]:
    lists = [getattr(load(lang), table) for lang in LANGUAGES]
    return MappingProxyType({key: tuple(dict.fromkeys(w for one in lists for w in one[key])) for key in keys})


def split_words(value: str) -> Words:
    """The words and phrases of a list as it stands in a file: parted by commas or by line ends."""
    return tuple(word for part in re.split(r"[,\n]", value) if (word := part.strip()))


def _frozen(table: Mapping[str, str], spell: Callable[[str], str] = str) -> Mapping[str, Words]:
    return MappingProxyType({key: _and_as_in_chanka(value, spell) for key, value in table.items()})


def _and_as_in_chanka(value: str, spell: Callable[[str], str]) -> Words:
    """The words of a list, and behind them those that the other variety writes in another way."""
    words = split_words(value)
    return tuple(dict.fromkeys((*words, *map(spell, words))))


def _refuse_gaps(table: Mapping[str, object], expected: set[str], file: str) -> None:
    if wrong := expected ^ set(table):
        raise ValueError(f"translations/{file}: missing or unknown: {', '.join(sorted(wrong))}")
