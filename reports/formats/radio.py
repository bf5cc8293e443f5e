"""The bulletins of a month as plain text, in every language whose sentences are whole and in both lengths."""

from collections.abc import Iterator

from reports.aloud import bulletin
from reports.aloud.bulletin import Bulletin
from reports.saying import sentences
from reports.shelf import Release
from translations import Phrase, phrase, say

_HEAD = phrase("Bulletin of {n} seconds: {words} words, {seconds} seconds at {pace} words a minute.")
_DRAFT = phrase("Draft: not yet read by a native speaker.")
_NOT_ALOUD = phrase("Do not read it on the air before somebody has reviewed it.")
_NOT_AT_ALL = phrase("Do not read it on the air.")
_VOICES = phrase("Two voices take turns, paragraph by paragraph.")


def write(release: Release) -> bytes:
    """Write all bulletins of a month."""
    made = (
        bulletin.make(release, language, seconds=seconds)
        for language in bulletin.languages_of(release)
        for seconds in bulletin.LENGTHS
    )
    return "\n\n".join("\n".join(_lines(release, one)) for one in made).encode() + b"\n"


def heading(one: Bulletin) -> str:
    """Say how long a bulletin is and at what pace, in its own language."""
    blanks = {
        "n": one.seconds,
        "words": one.reading.words,
        "seconds": round(one.reading.seconds),
        "pace": one.pace,
    }
    return say(Phrase(_HEAD.msgid, blanks), one.language)


def _lines(release: Release, one: Bulletin) -> Iterator[str]:
    yield f"# {say(sentences.month_name(release.month), one.language)} ({one.language})"
    if release.made_up:
        yield f"# {say(sentences.MADE_UP, one.language)} {say(_NOT_AT_ALL, one.language)}"
    yield f"# {heading(one)}"
    if one.unread:
        yield f"# {say(_DRAFT, one.language)} {say(_NOT_ALOUD, one.language)}"
    if one.seconds == max(bulletin.LENGTHS):
        yield f"# {say(_VOICES, one.language)}"
    yield from one.paragraphs
