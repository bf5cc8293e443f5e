"""Who may read what is said in a case: worked out from the case, never chosen by whoever writes.

Masked texts go to the operator's desk (while the case is in its room), to review, and to every clave of the
case; originals to review and the claves; what is owed to a person also to dispatch, until its fate is final.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, bindparam, or_, select

from grievance import claves, vault
from grievance.case import Case
from grievance.complainant import Clave, Link

_CLAVES = Clave.__table__  # type: ignore[attr-defined]
_LINKS = Link.__table__  # type: ignore[attr-defined]
_BESIDE = select(_LINKS.c.older).where(_LINKS.c.case == bindparam("of"), _LINKS.c.why == "recast")
_OF_CASE = select(_CLAVES.c.id, _CLAVES.c.public).where(
    or_(_CLAVES.c.case == bindparam("of"), _CLAVES.c.case.in_(_BESIDE))
)
"""A case that was opened beside another one of the same person opens by the claves of both."""


def readers_of(conn: Connection, case: Case) -> frozenset[str]:
    """Name the readers of a case's masked texts."""
    return frozenset(_house_readers(case)) | {claves.reader(row.id) for row in _claves_of(conn, case.id)}


def publics_for(
    conn: Connection, case: Case, house: Mapping[str, bytes], *, original: bool = False, owed: bool = False,
) -> dict[str, bytes]:  # fmt: skip
    """Gather the public halves a text of a case is sealed to; `house` has those of desks, review and dispatch."""
    masked, full = both_publics_for(conn, case, house)
    return (full if original else masked) | ({vault.DISPATCH: house[vault.DISPATCH]} if owed else {})


def both_publics_for(
    conn: Connection, case: Case, house: Mapping[str, bytes]
) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """Gather the public halves of who reads masked texts of a case, and of who reads originals, in one look."""
    theirs = {claves.reader(row.id): row.public for row in _claves_of(conn, case.id)}
    ours = {name: house[name] for name in _house_readers(case)}
    return ours | theirs, {vault.REVIEW: house[vault.REVIEW]} | theirs


def first_publics(
    house: Mapping[str, bytes], *, room: str, operator: str | None, protected: bool, withheld: bool = False
) -> dict[str, bytes]:
    """Gather the public halves of a first text: there is no clave yet.

    A withheld one is sealed to the desk as well, so that it becomes ordinary without the reviewer's key; it is
    shown to nobody there until then.
    """
    found = {vault.REVIEW: house[vault.REVIEW]}
    if operator and not protected and (room == "desk" or withheld):
        found[vault.desk(operator)] = house[vault.desk(operator)]
    return found


def _house_readers(case: Case) -> tuple[str, ...]:
    if case.room == "desk" and case.operator and not case.protected:
        return (vault.desk(case.operator), vault.REVIEW)
    return (vault.REVIEW,)


def _claves_of(conn: Connection, case_id: str) -> Sequence[Row[Any]]:
    return conn.execute(_OF_CASE, {"of": case_id}).all()
