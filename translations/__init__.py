"""The words: what is said to people, in every language the site offers.

The floors below the doors say *what* with a `Phrase`; a door says it in somebody's language with `say`.
The English sentence is the key (gettext's msgid). Catalogues are gettext PO files by domain,
`translations/<language>/<domain>.po`; a sentence nobody has translated yet is said in the fallback language.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

HERE = Path(__file__).parent
SOURCE = "en"
FALLBACK = {"qu": "es", "ay": "es", "pt": "es"}
FORMATTING = {"es": "es_PE", "qu": "es_PE", "ay": "es_BO", "pt": "pt_BR", "en": "en"}
"""Babel's locale for dates and numbers: Babel knows no Aymara, so a code of ours is never parsed."""
NAMES = {"es": "Castellano", "en": "English", "qu": "Runasimi", "ay": "Aymar aru", "pt": "Português"}


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


def translate(msgid: str, language: str) -> str:
    """Find a sentence in a language, else in its fallback, else in English."""
    while language != SOURCE:
        found = catalogue(language).get(msgid)
        if found is not None:
            return found
        language = FALLBACK.get(language, SOURCE)
    return msgid


def say(sentence: Phrase, language: str) -> str:
    """Say a phrase in a language; phrases among its blanks are said in the same language."""
    blanks = {
        key: say(value, language) if isinstance(value, Phrase) else value
        for key, value in sentence.blanks.items()
    }
    text = translate(sentence.msgid, language)
    return text.format(**blanks) if blanks else text
