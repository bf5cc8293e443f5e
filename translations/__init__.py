"""The words: what is said to people, in every language the site offers.

The floors below the doors say *what* with a `Phrase`; a door says it in somebody's language with `say`.
The English sentence is the key (gettext's msgid). Catalogues are gettext PO files by domain,
`translations/<language>/<domain>.po`; a sentence nobody has translated yet is said in the fallback language.
A catalogue whose header says `X-Review: draft` has not been read by a native speaker.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Literal

HERE = Path(__file__).parent
SOURCE = "en"
FALLBACK = {"qu": "es", "ay": "es", "pt": "es"}
FORMATTING = {"es": "es_PE", "qu": "es_PE", "ay": "es_BO", "pt": "pt_BR", "en": "en"}
"""Babel's locale for dates and numbers: Babel knows no Aymara, so a code of ours is never parsed."""
NAMES = {"es": "Castellano", "en": "English", "qu": "Runasimi", "ay": "Aymar aru", "pt": "Português"}
Review = Literal["source", "draft", "reviewed"]
_WRITTEN_BY_THE_HOUSE = frozenset({SOURCE, "es"})
_REVIEW = re.compile(r'^"X-Review: *([^\\"]*?) *\\n"$', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Phrase:
    """A sentence not yet said: its English text and what fills its blanks."""

    msgid: str
    blanks: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return say(self, SOURCE)


def phrase(msgid: str, /, **blanks: object) -> Phrase:
    """Name a sentence of the catalogue; `{blank}` marks what is filled in when it is said."""
    return Phrase(msgid, blanks)


@lru_cache(maxsize=16)
def catalogue(language: str) -> Mapping[str, str]:
    """Read every domain of one language into one table, English sentence to sentence."""
    from babel.messages.pofile import read_po  # noqa: PLC0415  babel's reader costs 15 ms a process needs only once

    table: dict[str, str] = {}
    for file in sorted((HERE / language).glob("*.po")):
        with file.open("rb") as stream:
            for message in read_po(stream):
                if message.id and message.string and not message.fuzzy:
                    table[str(message.id)] = str(message.string)
    return table


@lru_cache(maxsize=16)
def review_of(language: str) -> Review:
    """Tell who stands behind the sentences of a language: the house wrote it, or it is a draft, or was reviewed.

    One draft among its catalogues makes the language a draft, and so does a catalogue that does not say.
    """
    files = sorted((HERE / language).glob("*.po"))
    said = {review_said(file.read_text(encoding="utf-8")) for file in files}
    if language in _WRITTEN_BY_THE_HOUSE and said <= {None}:
        return "source"
    return "reviewed" if said == {"reviewed"} else "draft"


def review_said(catalogue_text: str) -> Review | None:
    """Read what a catalogue's header says of its review; None when it says nothing.

    Raises:
        ValueError: it says something else than `draft` or `reviewed`.
    """
    # Babel keeps only the headers it knows, so the line is read as it stands.
    found = _REVIEW.search(catalogue_text)
    match found and found[1]:
        case None:
            return None
        case "draft":
            return "draft"
        case "reviewed":
            return "reviewed"
        case other:
            raise ValueError(f"X-Review says {other!r}, neither draft nor reviewed")


def tongue_of(msgid: str, language: str) -> str:
    """Name the language a sentence is really said in: the one asked for, else its fallback, else English."""
    while language != SOURCE and msgid not in catalogue(language):
        language = FALLBACK.get(language, SOURCE)
    return language


def translate(msgid: str, language: str) -> str:
    """Find a sentence in a language, else in its fallback, else in English."""
    tongue = tongue_of(msgid, language)
    return msgid if tongue == SOURCE else catalogue(tongue)[msgid]


def say(sentence: Phrase, language: str) -> str:
    """Say a phrase in a language; phrases among its blanks are said in the same language."""
    blanks = {
        key: say(value, language) if isinstance(value, Phrase) else value
        for key, value in sentence.blanks.items()
    }
    text = translate(sentence.msgid, language)
    return text.format(**blanks) if blanks else text
