"""What is handed out of a month beside its files: a sheet to be read aloud, one text message, and a draft voice."""

from pathlib import Path

from channels.sms.summary import one_message
from channels.sound import draftvoice
from reports import formats
from reports.aloud import bulletin
from reports.shelf import Release
from translations import phrase, say

UNREAD = phrase("Do not read: no native speaker has reviewed it")


def write(release: Release, folder: Path, *, base: str) -> tuple[Path, ...]:
    """Write them below `YYYY-MM/` in the folder, in each language of the month; a voice where there is one.

    Args:
        release: the month.
        folder: where its other files are.
        base: the public address of the website, for the message.

    Returns:
        The files.
    """
    here = folder / str(release.month)
    here.mkdir(parents=True, exist_ok=True)
    written = []
    for language in bulletin.languages_of(release):
        short = bulletin.make(release, language, seconds=min(bulletin.LENGTHS))
        lines = [formats.radio.heading(short), "", *short.paragraphs, ""]
        if short.unread:
            lines.insert(0, say(UNREAD, language))
        files = {
            f"sheet-{language}.txt": "\n".join(lines).encode(),
            f"message-{language}.txt": one_message(release, language, base=base).encode() + b"\n",
        }
        if draftvoice.has_voice(language):
            for seconds in bulletin.LENGTHS:
                made = bulletin.make(release, language, seconds=seconds)
                files[draftvoice.name_of(made)] = draftvoice.speak(made)
        for name, body in files.items():
            (here / name).write_bytes(body)
            written.append(here / name)
    return tuple(written)
