"""The words: what is said to people, in every language the site offers.

The floors below the doors say *what* with a `Phrase`; a door says it in somebody's language with `say`.
The English sentence is the key (gettext's msgid). Catalogues are gettext PO files by domain,
`translations/<language>/<domain>.po`; a sentence nobody has translated yet is said in the fallback language.
A catalogue whose header says `X-Review: draft` has not been read by a native speaker (`translations.standing`).
A variety (Quechua of Collao, `quz`, or of Chanka, `quy`) has a catalogue of its own for what it says in another way
and takes the rest from `qu`; for Chanka in its own spelling (`translations.respelling`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from translations.pofile import read_sentences
from translations.pseudo import PSEUDO, pseudo
from translations.respelling import RESPELLED
from translations.standing import Review, review_said, standing

__all__ = [
    "FALLBACK",
    "FORMATTING",
    "HERE",
    "NAMES",
    "SOURCE",
    "Phrase",
    "Review",
    "catalogue",
    "chain",
    "family",
    "formatting",
    "is_unread",
    "is_written_by_the_house",
    "phrase",
    "review_of",
    "review_said",
    "say",
    "tongue_of",
    "translate",
]

HERE = Path(__file__).parent
SOURCE = "en"
FALLBACK = {"quz": "qu", "quy": "qu", "qu": "es", "ay": "es", "pt": "es"}
FORMATTING = {
    "es": "es_PE",
    "qu": "es_PE",
    "quz": "es_PE",
    "quy": "es_PE",
    "ay": "es_BO",
    "pt": "pt_BR",
    "en": "en",
}
"""Babel's locale for dates and numbers: Babel knows no `ay` and no `quy`, so a code of ours is never parsed."""
_COUNTRIES = frozenset({"PE", "BO", "EC", "CL", "AR", "CO"})
_LIKE_SPANISH = frozenset({"es", "qu", "quz", "quy", "ay"})
NAMES = {
    "es": "Castellano",
    "en": "English",
    "qu": "Runasimi",
    "quz": "Runasimi (Qusqu-Qullaw)",
    "quy": "Runasimi (Chanka)",
    "ay": "Aymar aru",
    "pt": "Português",
}
_WRITTEN_BY_THE_HOUSE = frozenset({SOURCE, "es"})


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
    if language == PSEUDO:
        return {msgid: pseudo(msgid) for msgid in catalogue("es")}
    table: dict[str, str] = {}
    if language in RESPELLED:
        model, respell = RESPELLED[language]
        table |= {e: other for e, words in catalogue(model).items() if (other := respell(words)) != words}
    for file in sorted((HERE / language).glob("*.po")):
        table.update(read_sentences(file.read_text(encoding="utf-8")))
    return table


@lru_cache(maxsize=16)
def review_of(language: str) -> Review:
    """Tell who stands behind the sentences of a language: the house wrote it, or it is a draft, or was reviewed.

    The catalogue that is least far says it for all, and one that does not say is a draft.
    """
    files = sorted((HERE / language).glob("*.po"))
    states = {standing(file.read_text(encoding="utf-8")).state for file in files}
    if is_written_by_the_house(language) and states <= {None}:
        return "source"
    if states == {"reviewed"}:
        return "reviewed"
    return "translated" if states and states <= {"reviewed", "translated"} else "draft"


def is_unread(language: str) -> bool:
    """Tell whether what is said in a language has to carry the mark of words that were not reviewed."""
    return review_of(language) in {"draft", "translated"}


@lru_cache(maxsize=64)
def chain(language: str) -> tuple[str, ...]:
    """Name the languages a sentence is looked for in, the one asked for first: quy, qu, es, en."""
    found = [language]
    while found[-1] != SOURCE:
        found.append(FALLBACK.get(found[-1], SOURCE))
    return tuple(found)


def family(language: str) -> tuple[str, ...]:
    """Name a language and those it is a variety of, without what stands in for them: quy, qu."""
    return tuple(
        tongue for tongue in chain(language) if tongue == language or not is_written_by_the_house(tongue)
    )


def is_written_by_the_house(language: str) -> bool:
    """Tell whether the house itself writes a language, so that nobody has to sign for it."""
    return language in _WRITTEN_BY_THE_HOUSE


def formatting(language: str, *, country: str = "") -> str:
    """Name Babel's locale for a language at a site: Quechua and Aymara write figures like the Spanish of the place."""
    if language in _LIKE_SPANISH and country in _COUNTRIES:
        return f"es_{country}"
    return FORMATTING.get(language, SOURCE)


def tongue_of(msgid: str, language: str) -> str:
    """Name the language a sentence is really said in: the one asked for, else its fallback, else English."""
    for tongue in chain(language):
        if tongue == SOURCE or msgid in catalogue(tongue):
            return tongue
    return SOURCE


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
