"""What a station wrote down while it had no line: a batch, one relay a line (JSON), or forms of HF mail, read strictly.

What cannot be read is named by its place and never guessed at; the rest is taken in. The same batch sent twice, in
any order, in pieces, as mail and by the page, makes the same cases.
"""

import codecs
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from channels.house import House
from channels.radio import hfmail, relaying
from channels.radio.relaying import NotTaken, Relay, Taken
from channels.typed import read_case_number
from grievance.errors import Busy, Unknown
from grievance.mechanism_parts import Channel as Door
from translations import Phrase, phrase

MOST = 200
_TO_ITS_CHECK = re.compile(r".*?^check: [^\r\n]*", re.DOTALL | re.MULTILINE)
_QUOTED = re.compile(rf"(>[> ]*){hfmail.TITLE}[ \t]*$")
_LOST = "\ufffd"
"""What stands where a machine could not read a letter: words of somebody are not kept without theirs."""
NEEDED = {"id": str, "text": str, "language": str, "said_on": str, "read_back": bool}
OPTIONAL = {"theme": str, "place": str, "slip": str, "programme": str}
NOT_READ = phrase(
    "This line is no relay: each stands on one line, with id, text, language, said_on and read_back."
)
NO_FORM = phrase(
    "This is no relay form and no file of a station: a form begins with {title} and ends with its check.",
    title=hfmail.TITLE,
)
TOO_MANY = phrase("More than {most} at a time: part the file.", most=MOST)
NO_STATION = phrase("The station that is named here is none of ours.")
LATER = phrase("It could not be stored just now: send the same file again.")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one relay of a batch: its place in it, and its case, or every reason why there is none."""

    place: int
    taken: Taken | None
    reasons: tuple[Phrase, ...] = ()


def decoded(file: bytes) -> str:
    """Read the letters of a file as its machine wrote them: UTF-8, UTF-16 with its mark, or else as old Windows does.

    What none of them reads gets the sign of a lost letter, and whatever bears it is refused.
    """
    if file.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return file.decode("utf-16", "replace")
    try:
        return file.decode("utf-8")
    except UnicodeDecodeError:
        return file.decode("cp1252", "replace")


def bring_in(house: House, written: str, *, door: Door, by: str) -> tuple[Outcome, ...]:
    """Take in every relay of a batch; what is refused is said, and the rest is safe."""
    outcomes = []
    for place, (relay, station) in enumerate(read(written), 1):
        outcomes.append(_one(house, place, relay, _door(house, station) if station else door, by))
    return tuple(outcomes)


def read(written: str) -> Iterator[tuple[Relay | Phrase, str]]:
    """Read the relays of a batch, or say of a part why it is none; and the station that a form names.

    Of a text that is neither mail with a form nor a file is said once what is missing, and not of each of its lines.
    """
    written = _unquoted(written.replace("\ufeff", ""))
    by_mail = hfmail.TITLE in (line.strip() for line in written.splitlines())
    parts = _forms(written) if by_mail else [line for line in written.splitlines() if line.strip()]
    if not by_mail and parts and not any(line.lstrip().startswith("{") for line in parts):
        yield NO_FORM, ""
        return
    if len(parts) > MOST:
        yield TOO_MANY, ""
        return
    for part in parts:
        yield _form(part) if by_mail else (_line(part), "")


def _unquoted(written: str) -> str:
    """Take off what a mail programme writes before each line that it quotes: the same as before the title of the form.

    No line of a form begins with it, so nothing of a form that was not quoted is touched.
    """
    lines, mark = [], ""
    for line in written.splitlines(keepends=True):
        found = _QUOTED.match(line.rstrip("\r\n"))
        mark = found[1] if found else mark
        if mark and line.startswith(mark):
            lines.append(line[len(mark) :])
            continue
        mark = mark if line.strip() == mark.strip() else ""
        lines.append(line.strip(">") if mark else line)
    return "".join(lines)


def _forms(written: str) -> list[str]:
    """Part a mail into its forms: each begins with the title and ends with its checksum.

    What a station or its mail programme writes before, between and behind them is no part of any form.
    """
    parts = (hfmail.TITLE + part for part in written.split(hfmail.TITLE)[1:])
    return [found[0] if (found := _TO_ITS_CHECK.match(part)) else part for part in parts]


def _form(part: str) -> tuple[Relay | Phrase, str]:
    try:
        form = hfmail.read(part)
    except hfmail.NotARelay as refused:
        return refused.reason, ""
    relay = Relay(
        id=str(form.id), text=form.words, language=form.language, said_on=form.heard_on, read_back=form.read_back,
        theme=form.theme, place=form.place, slip=form.slip,
    )  # fmt: skip
    return relay, form.station


def _line(line: str) -> Relay | Phrase:
    if _LOST in line:
        return NOT_READ
    try:
        found = json.loads(line)
    except ValueError:
        return NOT_READ
    return _relay(found) if _is_relay(found) else NOT_READ


def _door(house: House, station: str) -> Door | None:
    try:
        return relaying.door_of(house.rules.current, station)
    except Unknown:
        return None


def _one(house: House, place: int, relay: Relay | Phrase, door: Door | None, by: str) -> Outcome:
    if isinstance(relay, Phrase):
        return Outcome(place, None, (relay,))
    if door is None:
        return Outcome(place, None, (NO_STATION,))
    try:
        return Outcome(place, relaying.take_down(house, relay, door=door, by=by))
    except NotTaken as refused:
        return Outcome(place, None, tuple(words for _, words in refused.reasons))
    except Busy:
        return Outcome(place, None, (LATER,))


def _is_relay(found: Any) -> bool:
    if not isinstance(found, dict) or not NEEDED.keys() <= found.keys() <= NEEDED.keys() | OPTIONAL.keys():
        return False
    kinds = NEEDED | OPTIONAL
    return all(type(value) is kinds[name] for name, value in found.items())


def _relay(found: dict[str, Any]) -> Relay:
    try:
        said_on = date.fromisoformat(found["said_on"])
    except ValueError:
        said_on = None
    slip = found.get("slip", "")
    return Relay(
        id=found["id"],
        text=found["text"],
        language=found["language"],
        said_on=said_on,
        read_back=found["read_back"],
        theme=found.get("theme", ""),
        place=found.get("place", ""),
        slip=(read_case_number(slip) or "wrong") if slip else "",
        programme=found.get("programme", ""),
    )
