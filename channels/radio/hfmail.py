"""A relayed complaint as a plain text for HF mail: at most 2 kB of ASCII, one field a line, a checksum at the end.

Radio mail moves seven bits slowly and sometimes wraps or trims a line, so the form is written one way only and read
strictly: what differs by one character is refused with a reason, and the operator asks the station to send it again.
Forgiven are only line ends of either kind, blanks behind a line, and empty lines before and after the form. Letters
that ASCII lacks are written with a tilde behind their plain one (ñ is `n~`, ä is `a~`), so that Quechua and Aymara
keep their words; other accents go. Amateur rules forbid business and encryption: the form is for licensed health or
aid frequencies, carries no number of a telephone and no name, and the clave never. Whoever took a slip of the station's
pad goes by its number, which is no secret: then the line `slip: 4107-3294` stands before the words.

    GRIEVANCE RELAY 1
    id: 6f1ed002-ab5e-4c0b-9f63-2f2f6c1f8a90
    heard: 2026-11-05
    station: radio-wayra
    language: qu
    theme: water
    place: Huaylluray
    read-back: yes
    words: Mayu unu qhilli kachkan, challwakuna wan~usqa
    check: 6fedb9cb
"""

import re
import textwrap
import unicodedata
import zlib
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from grievance import codes
from translations import Phrase, phrase

MOST_BYTES: Final = 2048
TITLE: Final = "GRIEVANCE RELAY 1"
_FIELDS: Final = ("id", "heard", "station", "language", "theme", "place", "read-back")
_SLIP: Final = "slip"
_WORDS: Final = "words"
_CHECK: Final = "check"
_NOWHERE: Final = "-"
_WIDTH: Final = 68
_KEY: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}")
_SAYABLE: Final = re.compile(r"[ -}ñÑäÄïÏüÜ]+")
_ENCODED: Final = re.compile(r"[nNaAiIuU]~")
_TO_ASCII: Final = {"ñ": "n~", "Ñ": "N~", "ä": "a~", "Ä": "A~", "ï": "i~", "Ï": "I~", "ü": "u~", "Ü": "U~"}
_FROM_ASCII: Final = {ascii_: letter for letter, ascii_ in _TO_ASCII.items()}
_PLAIN: Final = str.maketrans(
    dict.fromkeys("‘’ʼ´`", "'")
    | dict.fromkeys("“”«»", '"')
    | dict.fromkeys("–—−~", "-")
    | {"…": "...", "¿": "", "¡": ""}
)


class NotARelay(ValueError):
    """The text is no relay form, or not as it was sent; `reason` says it to the operator."""

    def __init__(self, reason: Phrase) -> None:
        super().__init__(str(reason))
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Relay:
    """A complaint as a station heard it. `place` may be empty; what cannot be sent as it stands is refused.

    `slip`: the eight digits on the slip that was given, if one was: its clave opens the case.

    Raises:
        NotARelay: a field is not what it has to be, or the words need `plain` first.
    """

    id: UUID
    heard_on: date
    station: str
    language: str
    theme: str
    place: str
    words: str
    read_back: bool = True
    slip: str = ""

    def __post_init__(self) -> None:
        """Refuse what the form cannot carry."""
        for name, value in (("station", self.station), ("theme", self.theme)):
            if not _KEY.fullmatch(value):
                raise NotARelay(
                    phrase("The field {name} must be small letters, digits and dashes.", name=name)
                )
        if not _LANGUAGE.fullmatch(self.language):
            raise NotARelay(phrase("The language must be two or three letters, such as es, qu or ay."))
        if self.place and (plain(self.place) != self.place or self.place == _NOWHERE):
            raise NotARelay(phrase("The place has signs that HF mail cannot carry."))
        if self.slip and not codes.is_case_number(self.slip):
            raise NotARelay(
                phrase("No free slip of this pad has that number. Look at the slip again, or give none.")
            )
        if not self.words:
            raise NotARelay(phrase("There are no words of the complaint."))
        if plain(self.words) != self.words:
            raise NotARelay(phrase("The words have signs that HF mail cannot carry."))
        if not self.read_back:
            raise NotARelay(phrase("It was not read back to the person. Read it back first."))


def plain(text: str) -> str:
    """Bring a text to what the form can carry: one line, no accents but ñ ä ï ü, and a question mark for other signs."""
    kept = []
    for letter in unicodedata.normalize("NFC", text).translate(_PLAIN):
        if letter in _TO_ASCII or " " <= letter <= "}":
            kept.append(letter)
        elif letter.isspace():
            kept.append(" ")
        else:
            bare = unicodedata.normalize("NFKD", letter).encode("ascii", "ignore").decode()
            kept.append(bare.replace("~", "-") if bare.isprintable() and bare else "?")
    return " ".join("".join(kept).split())


def write(relay: Relay) -> str:
    """Write the form, without a line end behind the checksum.

    Raises:
        NotARelay: it would be longer than 2 kB.
    """
    fields = (
        str(relay.id), relay.heard_on.isoformat(), relay.station, relay.language, relay.theme,
        _encode(relay.place) or _NOWHERE, "yes",
    )  # fmt: skip
    lines = [TITLE, *(f"{name}: {value}" for name, value in zip(_FIELDS, fields, strict=True))]
    if relay.slip:
        lines.append(f"{_SLIP}: {codes.show(relay.slip)}")
    wrapped = textwrap.wrap(_encode(relay.words), _WIDTH, break_long_words=False, break_on_hyphens=False)
    lines += [f"{_WORDS}: {part}" for part in wrapped]
    whole = "\n".join([*lines, f"{_CHECK}: {_checksum(lines)}"])
    if len(whole) > MOST_BYTES:
        raise NotARelay(phrase("It is too long for HF mail. Send it in two parts, each as a complaint."))
    return whole


def read(text: str) -> Relay:
    """Read a form that came by mail.

    Raises:
        NotARelay: with the reason.
    """
    lines = [line.rstrip(" \t") for line in text.replace("\r\n", "\n").split("\n")]
    while lines and not lines[-1]:
        lines.pop()
    while lines and not lines[0]:
        lines.pop(0)
    _refuse_unlike(lines)
    values = [_value(line, name) for line, name in zip(lines[1:], _FIELDS, strict=False)]
    rest = lines[1 + len(_FIELDS) : -1]
    slip = _value(rest.pop(0), _SLIP) if rest[0].startswith(f"{_SLIP}:") else ""
    if not rest:
        raise NotARelay(phrase("Lines are missing from the form."))
    parts = [_value(line, _WORDS) for line in rest]
    if _value(lines[-1], _CHECK) != _checksum(lines[:-1]):
        raise NotARelay(
            phrase("The checksum does not hold: something changed on the way. Ask to send it again.")
        )
    identifier, heard, station, language, theme, place, read_back = values
    if read_back != "yes":
        raise NotARelay(phrase("It was not read back to the person. Read it back first."))
    relay = Relay(
        id=_uuid(identifier),
        heard_on=_day(heard),
        station=station,
        language=language,
        theme=theme,
        place="" if place == _NOWHERE else _decode(place),
        words=_decode(" ".join(parts)),
        slip=slip.replace("-", ""),
    )
    if write(relay).split("\n") != lines:
        raise NotARelay(phrase("It is not written as this form is written. Ask to send it again."))
    return relay


def _refuse_unlike(lines: list[str]) -> None:
    if sum(len(line) + 1 for line in lines) > MOST_BYTES + 1:
        raise NotARelay(phrase("It is longer than 2 kB."))
    if any(not (" " <= sign <= "~") for line in lines for sign in line):
        raise NotARelay(phrase("It has signs that are not plain ASCII."))
    if not lines or lines[0] != TITLE:
        raise NotARelay(phrase("It does not begin with the title of the form."))
    if "" in lines:
        raise NotARelay(phrase("There is an empty line inside the form."))
    if len(lines) < len(_FIELDS) + 3:
        raise NotARelay(phrase("Lines are missing from the form."))


def _value(line: str, name: str) -> str:
    label, colon, value = line.partition(": ")
    if label != name or not colon or not value:
        raise NotARelay(phrase("The line {name} is missing, empty or not in its place.", name=name))
    return value


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as cause:
        raise NotARelay(phrase("The id of the relay is none.")) from cause


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as cause:
        raise NotARelay(phrase("The day must be written like 2026-11-05.")) from cause


def _encode(text: str) -> str:
    return "".join(_TO_ASCII.get(letter, letter) for letter in text)


def _decode(text: str) -> str:
    decoded = _ENCODED.sub(lambda found: _FROM_ASCII[found[0]], text)
    if not _SAYABLE.fullmatch(decoded):
        raise NotARelay(phrase("A tilde stands where no letter takes one."))
    return decoded


def _checksum(lines: list[str]) -> str:
    whole = "\n".join(lines).encode("ascii")
    return f"{zlib.crc32(whole):08x}"
