"""Texts that look like advertising: held for the third party, who says which is a complaint; the rest goes after 30 days.

A held text is no case, so it has no clock, stands in no figure, and belongs to nobody: it came from a name or a short code,
which cannot be answered. What somebody decided about one, and that nobody did, is an entry of the mechanism's own record.
"""

import json
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, bindparam, delete, func, select

from grievance import register, vault
from grievance.errors import Refused, Unknown
from grievance.inbox import WAITING
from grievance.moment import Moment
from grievance.register import By, Note
from grievance.vocabulary import Role
from workflows import casework
from workflows.clockwork import kept
from workflows.criterion import Actor
from workflows.rulebook import Rulebook

HOLD: Final = "hold"
"""The step under which it waits: none of a case's."""
STAYS: Final = timedelta(days=30)
KEY: Final = "held_text"
"""The register of what became of held texts: not which text, only the day it came and what was said of it."""
CASE, NONE, UNREAD = "case", "none", "unread"
"""It is a case; it is none; nobody said which in time."""
THIRD_PARTY: Final = frozenset({Role.FOCAL, Role.REVIEWER})
LOOKED_BACK: Final = timedelta(days=365)
_IS_HELD = WAITING.c.step == HOLD, WAITING.c.case == ""
_ONE = select(WAITING).where(WAITING.c.id == bindparam("which"), *_IS_HELD).with_for_update()
_DONE = delete(WAITING).where(WAITING.c.id == bindparam("which"))
_ALL = select(WAITING).where(*_IS_HELD).order_by(WAITING.c.happened_at, WAITING.c.seq)


@dataclass(frozen=True, slots=True)
class Held:
    """One held text: the days between which it waits, the company and site of its number, and what review opens."""

    id: str
    came_on: date
    until: date
    operator: str | None
    site: str | None
    text: str


def waiting(conn: Connection, *, rules: Rulebook, sites: Collection[str] = ()) -> list[Held]:
    """List what is held, the oldest first; `sites`: of these alone, and what belongs to none."""
    found = [_held(row, rules) for row in conn.execute(_ALL)]
    return [one for one in found if not sites or one.site is None or one.site in sites]


def count(conn: Connection) -> int:
    """Count what is held."""
    return int(conn.execute(select(func.count()).select_from(WAITING).where(*_IS_HELD)).scalar_one())


def decided(conn: Connection, *, today: date) -> Mapping[str, int]:
    """Count what became of held texts in the last twelve months, by `CASE`, `NONE` and `UNREAD`."""
    since = today - LOOKED_BACK
    return Counter(row.state for row in register.items(conn, KEY) if row.noted_on > since)


def take_up(conn: Connection, item: str, *, by: Actor, rules: Rulebook, at: Moment) -> casework.Received:
    """Make a case of a held text: received now, its clocks from the day it came, read by review until it is released.

    Raises:
        Unknown: it is not held.
        Refused: only the third party may.
    """
    row = _found(conn, item, by)
    got = casework.receive(conn, kept.complaint_of(conn, row), rules=rules, at=at)
    _write(conn, row, CASE, role=str(by.role), who=by.id, rules=rules, at=at)
    return got


def dismiss(conn: Connection, item: str, *, by: Actor, rules: Rulebook, at: Moment) -> None:
    """Say that a held text is no complaint: it is forgotten, and that it was is written down.

    Raises:
        Unknown: it is not held.
        Refused: only the third party may.
    """
    row = _found(conn, item, by)
    _forget(conn, row)
    _write(conn, row, NONE, role=str(by.role), who=by.id, rules=rules, at=at)


def throw_away(conn: Connection, row: Row[Any], *, rules: Rulebook, at: Moment) -> None:
    """Forget a held text that nobody looked at in time. Its row is the caller's, who has locked it."""
    _forget(conn, row)
    _write(conn, row, UNREAD, role=str(Role.CLOCK), who="", rules=rules, at=at)


def _found(conn: Connection, item: str, by: Actor) -> Row[Any]:
    if by.role not in THIRD_PARTY:
        raise Refused("only the third party decides about held texts")
    row = conn.execute(_ONE, {"which": item}).one_or_none()
    if row is None:
        raise Unknown(item)
    return row


def _forget(conn: Connection, row: Row[Any]) -> None:
    said = json.loads(row.facts)["said"]
    vault.forget(conn, [text for text in (said["masked"], said["original"]) if text])


def _write(
    conn: Connection, row: Row[Any], state: str, *, role: str, who: str, rules: Rulebook, at: Moment
) -> None:
    conn.execute(_DONE, {"which": row.id})
    note = Note(KEY, state, held_on=rules.today(row.happened_at))
    register.note(conn, note, by=By(role, who, rules.today(at.now), rules.current.version), at=at)


def _held(row: Row[Any], rules: Rulebook) -> Held:
    facts = json.loads(row.facts)
    said = facts["said"]
    return Held(
        row.id, rules.today(row.happened_at), rules.today(row.due_at), facts["operator"], facts["site"],
        said["original"] or said["masked"],
    )  # fmt: skip
