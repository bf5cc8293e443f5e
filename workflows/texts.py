"""What is said in a case: sealed texts, each with a masked version and its original, and the readers they must have."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import Connection, insert

from grievance import vault
from grievance.case import Case
from grievance.errors import ReadersChanged
from grievance.message import Message
from translations import Phrase, phrase
from workflows import owing
from workflows.knowing.reading import readers_of

MINUTES: Final = "minutes"
SPEAKER: Final = "speaker"
APART: Final = frozenset({MINUTES, SPEAKER})
"""What review alone opens, no desk and no clave: an assembly's minutes, and who speaks for its group (G20).

Everybody else finds a fixed sentence in its place. Whoever complains is one of many: the others' names are not theirs.
"""
INSTEAD: Mapping[str, Phrase] = {
    MINUTES: phrase("The minutes of the assembly. Only the independent body reads them."),
    SPEAKER: phrase("Who speaks for the group. Only the independent body reads it."),
}
"""What everybody else finds in the place of what is kept apart."""
_MESSAGES = insert(Message.__table__)  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Said:
    """A text of a case, sealed and ready: who said it, what for, what its readers open and what review opens.

    `stored`: it is in the vault already, because it waited for the batch.
    """

    id: str
    said_by: str
    purpose: str
    masked: vault.Sealed
    original: vault.Sealed | None = None
    stored: bool = False

    @property
    def digests(self) -> list[str]:
        """SHA-256 of each padded ciphertext."""
        return [s.digest for s in (self.masked, self.original) if s is not None]


def stored(conn: Connection, kept: Mapping[str, Any]) -> Said:
    """Find a text that was put into the vault before its case could show it."""
    original = kept.get("original")
    return Said(
        id=kept["id"],
        said_by=kept["said_by"],
        purpose=kept["purpose"],
        masked=vault.load(conn, kept["masked"]),
        original=vault.load(conn, original) if original else None,
        stored=True,
    )


def keep(conn: Connection, said: Said) -> dict[str, Any]:
    """Put a text into the vault, and say how to find it when its time has come."""
    vault.store(conn, [t for t in (said.masked, said.original) if t is not None])
    return {
        "id": said.id, "said_by": said.said_by, "purpose": said.purpose, "masked": said.masked.id,
        "original": said.original.id if said.original else None,
    }  # fmt: skip


def check_readers(conn: Connection, case: Case, said: Sequence[Said]) -> None:
    """See that new texts were sealed to whoever may read this case now, their originals never to its desk.

    What is kept apart is opened by review, and by nobody else.

    Raises:
        ReadersChanged: they were not; seal again.
    """
    if not said:
        return
    expected = readers_of(conn, case)
    for one in (s for s in said if not s.stored):
        if one.masked.readers - {vault.DISPATCH} != expected:
            raise ReadersChanged(case.id)
        if one.purpose in APART and (one.original is None or one.original.readers != {vault.REVIEW}):
            raise ReadersChanged(case.id)
        if one.purpose in APART or one.original is None:
            continue
        if one.original.readers != expected - {vault.desk(case.operator or "")}:
            raise ReadersChanged(case.id)


def add(
    conn: Connection, case_id: str, said: Sequence[Said], *, said_on: date, first: int | None = None
) -> None:
    """Put texts into the vault and into the case's order of messages; `first`: how many it has, if that is known."""
    if not said:
        return
    if first is None:
        first = owing.count_messages(conn, case_id)
    vault.store(
        conn, [t for s in said if not s.stored for t in (s.masked, s.original) if t is not None], case=case_id
    )
    vault.belong(
        conn, [t.id for s in said if s.stored for t in (s.masked, s.original) if t is not None], case=case_id
    )
    conn.execute(
        _MESSAGES,
        [
            {
                "id": s.id,
                "case": case_id,
                "seq": first + i,
                "said_by": s.said_by,
                "purpose": s.purpose,
                "said_on": said_on,
                "masked": s.masked.id,
                "original": s.original.id if s.original else None,
            }
            for i, s in enumerate(said)
        ],
    )
