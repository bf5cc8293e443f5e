"""The archive of information requests: what everybody may read of them, and each change as an entry (DESIGN 7).

An item begins with its case and without a word: question and answer stand in it only once somebody looked at
them. Its number is its own, so that whoever sees a receipt does not find the page. Who asked is nowhere here.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Column, Connection, Integer, LargeBinary, Row, delete, insert, select, update
from sqlmodel import Field, SQLModel

from grievance import record
from grievance.base import Json, canonical, long_text
from grievance.errors import Refused, Unknown
from grievance.moment import Moment
from grievance.record import Act
from grievance.register import NOTE, By
from grievance.vocabulary import Kind, State

NUMBER_TRIES = 64
REGISTER = "request"
"""The name under which the record keeps what is published of a request."""


class Request(SQLModel, table=True):
    """One request as everybody may read it. `found_by` is its words, folded, for the search."""

    __tablename__ = "archive_items"
    id: str = Field(primary_key=True, max_length=32)
    case: str = Field(max_length=32, unique=True)
    number: str = Field(max_length=8, unique=True)
    embargo_until: date | None = None
    answer_type: str | None = Field(default=None, max_length=32)
    answered_on: date | None = None
    question: str | None = Field(default=None, sa_column=long_text(nullable=True))
    answer: str | None = Field(default=None, sa_column=long_text(nullable=True))
    found_by: str = Field(default="", sa_column=long_text())
    redactions: str = Field(default="{}", sa_column=long_text())
    changed_on: date | None = None
    changes: int = Field(default=0, sa_column=Column(Integer, nullable=False))


class Document(SQLModel, table=True):
    """A document that belongs to an answer: stored whole, told by its digest."""

    __tablename__ = "archive_documents"
    id: str = Field(primary_key=True, max_length=32)
    item: str = Field(max_length=32, index=True)
    name: str = Field(max_length=120)
    media_type: str = Field(max_length=32)
    sha256: str = Field(max_length=64)
    size: int
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    added_on: date


ITEMS = Request.__table__  # type: ignore[attr-defined]
DOCUMENTS = Document.__table__  # type: ignore[attr-defined]
_SHOWN_OF_DOCUMENTS = tuple(c for c in DOCUMENTS.c if c.name != "body")


@dataclass(frozen=True, slots=True)
class Words:
    """What is published of a request: its words, what they are found by, and what was taken out, by reason."""

    question: str | None
    answer: str | None
    found_by: str = ""
    redactions: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class File:
    """A document before it is stored."""

    name: str
    media_type: str
    body: bytes


def begin(conn: Connection, case: str, *, embargo_until: date | None, at: Moment) -> None:
    """Begin the item of a request, without a word in it.

    Raises:
        Refused: no free number was found.
    """
    for attempt in range(NUMBER_TRIES):
        number = "P" + at.digits(f"archive/{attempt}", 6)
        if conn.execute(select(ITEMS.c.id).where(ITEMS.c.number == number)).first() is None:
            row = {"id": at.id("archive"), "case": case, "number": number, "embargo_until": embargo_until}
            conn.execute(insert(ITEMS), row | {"found_by": "", "redactions": "{}", "changes": 0})
            return
    raise Refused("no free number was found")


def answered(conn: Connection, case: str, answer_type: str, *, on: date) -> None:
    """Keep how a request was answered last; earlier words stay until somebody publishes those of the new answer."""
    conn.execute(update(ITEMS).where(ITEMS.c.case == case).values(answer_type=answer_type, answered_on=on))


def publish(conn: Connection, item: Row[Any], words: Words, *, by: By, at: Moment) -> None:
    """Publish words of a request; the record holds their digests and what was taken out."""
    facts = {
        "question": _digest(words.question),
        "answer": _digest(words.answer),
        "redactions": dict(words.redactions),
    }
    values = {
        "question": words.question, "answer": words.answer, "found_by": words.found_by,
        "redactions": canonical(dict(words.redactions)),
    }  # fmt: skip
    _change(conn, item, "published", values, facts, by=by, at=at)


def add_document(conn: Connection, item: Row[Any], file: File, *, by: By, at: Moment) -> str:
    """Store a document with its digest; answers its id."""
    made, digest = at.id("document"), hashlib.sha256(file.body).hexdigest()
    conn.execute(
        insert(DOCUMENTS),
        {
            "id": made, "item": item.id, "name": file.name, "media_type": file.media_type, "sha256": digest,
            "size": len(file.body), "body": file.body, "added_on": by.on,
        },
    )  # fmt: skip
    facts = {"sha256": digest, "media_type": file.media_type, "size": len(file.body)}
    _change(conn, item, "document", {}, facts, by=by, at=at)
    return made


def forget(conn: Connection, case: str) -> None:
    """Forget what is published of a request whose person erased it: words and documents; the record has only digests."""
    mine = select(ITEMS.c.id).where(ITEMS.c.case == case)
    conn.execute(delete(DOCUMENTS).where(DOCUMENTS.c.item.in_(mine)))
    gone = {"question": None, "answer": None, "found_by": "", "redactions": "{}"}
    conn.execute(update(ITEMS).where(ITEMS.c.case == case).values(gone))


def of_case(conn: Connection, case: str) -> Row[Any]:
    """Read the item of a case.

    Raises:
        Unknown: the case has none.
    """
    found = conn.execute(select(ITEMS).where(ITEMS.c.case == case)).one_or_none()
    if found is None:
        raise Unknown("no such request")
    return found


def documents_of(conn: Connection, item: str) -> Sequence[Row[Any]]:
    """List the documents of an item, without their bodies."""
    query = select(*_SHOWN_OF_DOCUMENTS).where(DOCUMENTS.c.item == item)
    return conn.execute(query.order_by(DOCUMENTS.c.added_on, DOCUMENTS.c.id)).all()


def document(conn: Connection, item: str, sha256: str) -> Row[Any]:
    """Read a document whole.

    Raises:
        Unknown: the item has none of that digest.
    """
    mine = (DOCUMENTS.c.item == item, DOCUMENTS.c.sha256 == sha256)
    found = conn.execute(select(DOCUMENTS).where(*mine).limit(1)).one_or_none()
    if found is None:
        raise Unknown("no such document")
    return found


def _change(
    conn: Connection, item: Row[Any], what: str, values: Mapping[str, Any], facts: Mapping[str, Json],
    *, by: By, at: Moment,
) -> None:  # fmt: skip
    now = conn.execute(select(ITEMS.c.changes).where(ITEMS.c.id == item.id).with_for_update()).scalar_one()
    if now == 0:
        record.begin(conn, item.id, Kind.REGISTER)
    conn.execute(
        update(ITEMS).where(ITEMS.c.id == item.id).values(**values, changed_on=by.on, changes=now + 1)
    )
    said: dict[str, Json] = {"register": REGISTER, "state": what, "by": by.id, **facts}
    record.write(
        conn,
        Act(
            stream=item.id, kind=Kind.REGISTER, role=by.role, from_state=State.NEW, step=NOTE, to_state=State.NEW,
            recorded_at=at.now, recorded_on=by.on, happened_at=at.now, happened_on=by.on,
            procedure_version=by.version, facts=said,
        ),
        at=at,
        first=now == 0,
    )  # fmt: skip


def _digest(words: str | None) -> str | None:
    return None if words is None else hashlib.sha256(words.encode()).hexdigest()
