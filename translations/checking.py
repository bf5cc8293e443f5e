"""What each channel says in each language, and what it is worth: whole or not, drafted or reviewed, right or wrong.

A channel names the sentences it says. A language may be offered on it when it has all of them in its own words (a
variety may take some from the language it is a variety of), with the blanks of the English, without the words of the
glossary that are not said, and in what the channel can carry. How far a sentence has come stands in its catalogue.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from string import Formatter

from translations import HERE, SOURCE, catalogue, family, is_written_by_the_house, tongue_of
from translations.pseudo import PSEUDO
from translations.respelling import RESPELLED
from translations.standing import Review, Signature, standing

Fits = Callable[[str, str, str], Sequence[str]]
"""What is wrong with a sentence in a language on a channel: (English, language, words) -> reasons."""


@dataclass(frozen=True, slots=True)
class Channel:
    """A way to speak to residents: its sentences in English, what else has to be true of their words, and a note on each."""

    name: str
    sentences: tuple[str, ...]
    wrong: Fits = lambda _english, _language, _words: ()
    note: Callable[[str], str] = lambda _english: ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A sentence of a catalogue: its words, the domain (the file) it stands in, and how far it has come."""

    words: str
    domain: str
    state: Review | None


@dataclass(frozen=True, slots=True)
class Part:
    """One channel in one language: how many sentences stand where, what is missing, what is wrong, who signed."""

    channel: str
    language: str
    strings: int
    source: int
    draft: int
    translated: int
    reviewed: int
    missing: tuple[str, ...]
    faults: tuple[str, ...]
    signed: tuple[tuple[str, Signature], ...]

    @property
    def whole(self) -> bool:
        """Whether the language may be offered on this channel."""
        return not self.missing and not self.faults

    @property
    def state(self) -> Review:
        """How far the whole has come: no further than the sentence that is least far."""
        if self.missing or self.draft:
            return "draft"
        if self.translated:
            return "translated"
        return "reviewed" if self.reviewed else "source"


def check(channel: Channel, language: str) -> Part:
    """Look at everything a channel says in a language."""
    found = {sentence: _entry(sentence, language) for sentence in channel.sentences}
    states = Counter(entry.state or "source" for entry in found.values() if entry)
    domains = sorted(
        {(tongue, entry.domain) for tongue in family(language) for entry in found.values() if entry}
    )
    return Part(
        channel=channel.name,
        language=language,
        strings=len(channel.sentences),
        source=states["source"],
        draft=states["draft"],
        translated=states["translated"],
        reviewed=states["reviewed"],
        missing=tuple(sentence for sentence, entry in found.items() if entry is None),
        faults=tuple(_faults(channel, language, found)),
        signed=tuple(
            (f"{tongue}/{domain}", signature)
            for tongue, domain in domains
            for signature in _signatures(tongue, domain)
        ),
    )


def offered(channel: Channel, languages: Sequence[str]) -> tuple[str, ...]:
    """Name those of the languages in which a channel can say everything; what is wrong in them `check` finds."""
    return tuple(
        language
        for language in languages
        if all(tongue_of(sentence, language) in family(language) for sentence in channel.sentences)
    )


def sheet(channel: Channel, language: str) -> str:
    """Write everything a channel says as one PO catalogue for a translator, with the note on each sentence.

    Sentences of another domain stand in it too: a channel is read as a whole, and put back by domain.
    """
    lines = [
        f"# {channel.name} in {language}. Keep the blanks in braces. Sign in the header by role, never by name.",
        'msgid ""', 'msgstr ""', _quoted(f"Language: {language}\n"), _quoted("Content-Type: text/plain; charset=UTF-8\n"),
        _quoted("X-Review: draft\n"),
    ]  # fmt: skip
    for sentence in channel.sentences:
        entry = _entry(sentence, language)
        notes = [
            channel.note(sentence),
            f"{entry.domain}.po, {entry.state or 'source'}" if entry else "missing",
        ]
        lines += [
            "",
            *(f"#. {note}" for note in notes if note),
            *(["#, python-brace-format"] if blanks(sentence) else []),
            f"msgid {_quoted(sentence)}",
            f"msgstr {_quoted(entry.words if entry else '')}",
        ]
    return "\n".join([*lines, ""])


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def blanks(sentence: str) -> list[str]:
    """List the blanks of a sentence, each as often as it stands there."""
    return sorted(name for _, name, _, _ in Formatter().parse(sentence) if name is not None)


@cache
def forbidden(language: str) -> Mapping[str, str]:
    """Give the words that are not said in a language, and why, as the glossary has them."""
    table: Mapping[str, Mapping[str, str]] = tomllib.loads(
        (HERE / "glossary.toml").read_text(encoding="utf-8")
    )
    return {word: why for tongue in reversed(family(language)) for word, why in table.get(tongue, {}).items()}


@lru_cache(maxsize=16)
def entries(language: str) -> Mapping[str, Entry]:
    """Read the catalogues of one language with the standing of each.

    Raises:
        ValueError: the header of a catalogue says what cannot be (`translations.standing`).
    """
    from babel.messages.pofile import read_po  # noqa: PLC0415  as in `translations.catalogue`

    if language == PSEUDO:
        return {msgid: Entry(words, "", "draft") for msgid, words in catalogue(PSEUDO).items()}
    found: dict[str, Entry] = {}
    if language in RESPELLED:
        model, respell = RESPELLED[language]
        for english, entry in entries(model).items():
            if (words := respell(entry.words)) != entry.words:
                found[english] = Entry(words, entry.domain, "draft")
    for file in sorted((HERE / language).glob("*.po")):
        try:
            state = standing(file.read_text(encoding="utf-8")).state
        except ValueError as cause:
            raise ValueError(f"translations/{language}/{file.name}: {cause}") from cause
        if state is None and not is_written_by_the_house(language):
            state = "draft"
        with file.open("rb") as stream:
            for message in read_po(stream):
                if message.id and message.string and not message.fuzzy:
                    found[str(message.id)] = Entry(str(message.string), file.stem, state)
    return found


def _entry(sentence: str, language: str) -> Entry | None:
    if language == SOURCE:
        return Entry(sentence, "", None)
    return next((e for tongue in family(language) if (e := entries(tongue).get(sentence))), None)


def _faults(channel: Channel, language: str, found: Mapping[str, Entry | None]) -> Iterator[str]:
    for sentence, entry in found.items():
        if entry is None:
            continue
        if blanks(sentence) != blanks(entry.words):
            yield f"{sentence!r} has the blanks {blanks(sentence)}, its words have {blanks(entry.words)}"
        for term, why in forbidden(language).items():
            if _says(term, entry.words):
                yield f"{entry.words!r} says {term!r}: {why}"
        yield from (f"{entry.words!r}: {reason}" for reason in channel.wrong(sentence, language, entry.words))


def _says(term: str, words: str) -> bool:
    stem = term.rstrip("*")
    end = "" if stem != term else r"\b"
    return re.search(rf"\b{re.escape(stem)}{end}", words, re.IGNORECASE) is not None


def _signatures(language: str, domain: str) -> Iterator[Signature]:
    file = HERE / language / f"{domain}.po"
    if file.exists():
        read = standing(file.read_text(encoding="utf-8"))
        yield from (signature for signature in (read.translated, read.reviewed) if signature)
