"""What is taken out of a text before everybody may read it: only passages, each under a mark that says why."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from workflows.anonymity import masking

MARKS: Mapping[str, str] = {
    "[dato personal]": "personal_data",
    "[otra persona]": "third_party",
    "[seguridad]": "safety",
    "[por ley]": "law",
}
"""What stands in the place of a passage, and the reason it stands for."""
MASKED = (masking.PHONE, masking.DOCUMENT, masking.EMAIL, masking.PLATE, masking.NUMBER, masking.NAME)
"""What the detector put there before anybody read the text: personal data, too."""


@dataclass(frozen=True, slots=True)
class TakenOut:
    """A text with passages taken out: how often for each reason, and how many words are left."""

    text: str
    reasons: Mapping[str, int]
    words_left: int


def taken_out(read: str, shown: str) -> TakenOut | None:
    """Say what was taken out of what was read; None if anything else was done to it.

    What stands between two marks must stand in the text that was read, in the same order, and something must
    have stood where a mark stands. The earliest place for each passage is enough to know.
    """
    read, shown = _lines(read), _lines(shown)
    pieces, marks = _parted(shown)
    if not read.startswith(pieces[0]):
        return None
    at = len(pieces[0])
    for piece in pieces[1:-1]:
        found = read.find(piece, at + 1)
        if found < 0:
            return None
        at = found + len(piece)
    if marks:
        last = len(read) - len(pieces[-1])
        if last < at + 1 or not read.endswith(pieces[-1]):
            return None
    elif read != shown:
        return None
    reasons = Counter(MARKS[mark] for mark in marks)
    left = " ".join(pieces)
    for stand_in in MASKED:
        if number := left.count(stand_in):
            reasons["personal_data"] += number
            left = left.replace(stand_in, " ")
    return TakenOut(shown, dict(reasons), len(left.split()))


def _parted(shown: str) -> tuple[list[str], list[str]]:
    pieces, marks, rest = list[str](), list[str](), shown
    while True:
        places = [(at, mark) for mark in MARKS if (at := rest.find(mark)) >= 0]
        if not places:
            return [*pieces, rest], marks
        at, mark = min(places)
        pieces.append(rest[:at])
        marks.append(mark)
        rest = rest[at + len(mark) :]


def _lines(text: str) -> str:
    """Line ends as the web sends them are not a change."""
    return "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").strip().split("\n"))
