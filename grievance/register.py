"""The registers: what the mechanism does beside its cases (standards 1.2), an item a row, a change an entry.

An item is a training, a panel meeting, a dialogue, a radio spot, a lesson. Its facts are closed vocabulary
and stand in the record; its words are public sentences of the staff, checked before they come here, of
which the record holds the digest. Nothing about a complainant stands in a register.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Connection, Index, Row, Select, bindparam, func, insert, select, update
from sqlmodel import Field, SQLModel

from grievance import record
from grievance.base import Json, canonical, long_text, write_once
from grievance.errors import Refused, Unknown
from grievance.moment import Moment
from grievance.record import Act, Entry
from grievance.staff import Staff
from grievance.vocabulary import Kind, State


class Item(SQLModel, table=True):
    """One item of a register as it stands now; `about` is a member of staff, a case or another item.

    `number`: by which anybody may ask for it, in registers whose items have one; it never changes.
    """

    __tablename__ = "register_items"
    __table_args__ = (Index("ix_register_items_name_number", "name", "number", unique=True),)
    id: str = Field(primary_key=True, max_length=32)
    name: str = Field(max_length=24, index=True)
    state: str = Field(max_length=24)
    operator: str | None = Field(default=None, max_length=32)
    site: str | None = Field(default=None, max_length=32)
    zone: str | None = Field(default=None, max_length=32)
    about: str | None = Field(default=None, max_length=64, index=True)
    held_on: date
    until: date | None = None
    noted_on: date
    facts: str = Field(sa_column=long_text())
    words: str = Field(sa_column=long_text())
    number: int | None = None


NOTE = "note"
"""The one step of a register: no state machine stands behind it, so it is none of a case's steps."""
ITEMS = Item.__table__  # type: ignore[attr-defined]
NUMBER_TRIES = 8
_ENTRIES = Entry.__table__  # type: ignore[attr-defined]
_STAFF = Staff.__table__  # type: ignore[attr-defined]
_NEW = insert(ITEMS)
_NUMBERED = select(ITEMS).where(ITEMS.c.name == bindparam("name"), ITEMS.c.number == bindparam("number"))
_HIGHEST = select(func.coalesce(func.max(ITEMS.c.number), 0)).where(ITEMS.c.name == bindparam("name"))


@dataclass(frozen=True, slots=True)
class Note:
    """What is written about an item: everything that is not given stays as it was.

    `numbered`: a new one gets the next number of its register.
    """

    register: str
    state: str
    held_on: date
    until: date | None = None
    operator: str | None = None
    site: str | None = None
    zone: str | None = None
    about: str | None = None
    facts: Mapping[str, Json] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class By:
    """Who writes, when in the site's own calendar, and under which version of the mechanism."""

    role: str
    id: str
    on: date
    version: str


def note(conn: Connection, what: Note, *, by: By, at: Moment, item: str = "") -> str:
    """Write a new item, or the next state of one that is there, and its entry; answers the item's id.

    Raises:
        Unknown: no such item in this register.
        Refused: too many wrote a numbered one at once.
    """
    made = item or at.id("item")
    row = {
        "id": made, "name": what.register, "state": what.state, "operator": what.operator, "site": what.site,
        "zone": what.zone, "about": what.about, "held_on": what.held_on, "until": what.until, "noted_on": by.on,
        "facts": canonical(dict(what.facts)), "words": canonical(dict(what.words)),
    }  # fmt: skip
    if item:
        done = conn.execute(
            update(ITEMS).where(ITEMS.c.id == item, ITEMS.c.name == what.register).values(row)
        )
        if done.rowcount != 1:
            raise Unknown(item)
    else:
        record.begin(conn, made, Kind.REGISTER)
        if what.numbered:
            _number(conn, row)
        else:
            conn.execute(_NEW, row)
    facts: dict[str, Json] = {
        "register": what.register, "state": what.state, "by": by.id, "facts": dict(what.facts),
        "held_on": what.held_on.isoformat(), "until": what.until.isoformat() if what.until else None,
        "words": hashlib.sha256(row["words"].encode()).hexdigest(),  # type: ignore[union-attr]
    }  # fmt: skip
    record.write(
        conn,
        Act(
            stream=made, kind=Kind.REGISTER, role=by.role, from_state=State.NEW, step=NOTE, to_state=State.NEW,
            recorded_at=at.now, recorded_on=by.on, happened_at=at.now, happened_on=by.on,
            procedure_version=by.version, operator=what.operator, site=what.site, zone=what.zone, facts=facts,
        ),
        at=at,
        first=not item,
    )  # fmt: skip
    return made


def _number(conn: Connection, row: dict[str, Any]) -> None:
    """Write a new item with the next number of its register; whoever is second at one gets the one after."""
    for _ in range(NUMBER_TRIES):
        highest = conn.execute(_HIGHEST, {"name": row["name"]}).scalar_one()
        if write_once(conn, ITEMS, row | {"number": highest + 1}):
            return
    raise Refused("no free number was found")


def numbered(conn: Connection, name: str, number: int) -> Row[Any] | None:
    """Find the item of a register by its number."""
    return conn.execute(_NUMBERED, {"name": name, "number": number}).one_or_none()


def written_by(conn: Connection, name: str, by: str, *, since: date, item: str | None = "") -> int:
    """Count what somebody wrote in a register since a day: new items, the entries of one, or (`None`) every entry."""
    query = select(_ENTRIES.c.facts).where(
        _ENTRIES.c.kind == str(Kind.REGISTER),
        _ENTRIES.c.month >= since.isoformat()[:7],
        _ENTRIES.c.recorded_on >= since,
        _ENTRIES.c.refused.is_(False),
    )
    if item is not None:
        query = query.where(_ENTRIES.c.stream == item if item else _ENTRIES.c.seq == 0)
    found = map(json.loads, conn.execute(query).scalars())
    return sum(one.get("register") == name and one.get("by") == by for one in found)


def wait_for(conn: Connection, by: str) -> None:
    """Wait until nothing else is being written by somebody, and hold that until the transaction ends."""
    conn.execute(select(_STAFF.c.id).where(_STAFF.c.id == by).with_for_update())


def refuse(
    conn: Connection, name: str, state: str, fields: Sequence[str], *, by: By, at: Moment, item: str = ""
) -> None:
    """Write that somebody was refused: which register, what they wanted to say, what was wrong. No item changes.

    Without an item that is there it stands in a stream of its own. It names no operator and no site.
    """
    there = bool(item) and conn.execute(select(ITEMS.c.id).where(ITEMS.c.id == item)).first() is not None
    stream = item if there else at.id("refused")
    if not there:
        record.begin(conn, stream, Kind.REGISTER)
    facts: dict[str, Json] = {"register": name, "state": state, "by": by.id, "fields": sorted(set(fields))}
    record.write(
        conn,
        Act(
            stream=stream, kind=Kind.REGISTER, role=by.role, from_state=State.NEW, step=NOTE, to_state=State.NEW,
            recorded_at=at.now, recorded_on=by.on, happened_at=at.now, happened_on=by.on,
            procedure_version=by.version, facts=facts, refused=True,
        ),
        at=at,
        first=not there,
    )  # fmt: skip


def items(
    conn: Connection, *registers: str, states: Iterable[str] = (), about: str = "", operator: str = "", site: str = "",
) -> Sequence[Row[Any]]:  # fmt: skip
    """Read items, newest first; what is not given is not asked."""
    asked: dict[str, Any] = {"state": list(states), "about": about, "operator": operator, "site": site}
    asked = {name: value for name, value in asked.items() if value}
    return conn.execute(_items_by(tuple(asked)), {"names": list(registers), **asked}).all()


@cache
def _items_by(asked: tuple[str, ...]) -> Select[Any]:
    """Build the query once for what it is asked by: the guards of every step ask."""
    query = select(ITEMS).where(ITEMS.c.name.in_(bindparam("names", expanding=True)))
    for name in asked:
        column = ITEMS.c[name]
        query = query.where(
            column.in_(bindparam(name, expanding=True)) if name == "state" else column == bindparam(name)
        )
    return query.order_by(ITEMS.c.held_on.desc(), ITEMS.c.id)


def facts_of(item: Row[Any]) -> dict[str, Any]:
    """Read the facts of an item."""
    found: dict[str, Any] = json.loads(item.facts)
    return found


def words_of(item: Row[Any]) -> dict[str, str]:
    """Read the public words of an item, by field."""
    found: dict[str, str] = json.loads(item.words)
    return found
