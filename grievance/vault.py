"""The vault: every text has its own key, and that key is sealed once for each reader (DESIGN 5).

A text is AES-256-GCM under a random key; the key is sealed with HPKE (RFC 9180: X25519, HKDF-SHA256,
AES-256-GCM) to each reader, a row each. `info` and the associated data bind both to the text's place, so
that swapping two ciphertexts opens nothing. Plaintexts are padded before sealing. To forget a text is to
delete its rows; to rotate a key is to seal rows again, not texts.
"""

import hashlib
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from sqlalchemy import Connection, Row, bindparam, delete, insert, select, update
from sqlmodel import Field, SQLModel

from grievance.base import blob
from grievance.errors import Damaged, Unknown

REVIEW = "review"
DISPATCH = "dispatch"
BUCKET = 256
_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_NONCE = 12


class Text(SQLModel, table=True):
    """One sealed text. `field` says what it is for; a new version is a new row."""

    __tablename__ = "texts"
    id: str = Field(primary_key=True, max_length=32)
    case: str | None = Field(default=None, max_length=32, index=True)
    field: str = Field(max_length=24)
    version: int = 1
    body: bytes = Field(sa_column=blob())


class Seal(SQLModel, table=True):
    """A text's key, sealed to one reader."""

    __tablename__ = "seals"
    text: str = Field(primary_key=True, max_length=32)
    reader: str = Field(primary_key=True, max_length=48)
    wrapped: bytes = Field(sa_column=blob())


TEXTS = Text.__table__  # type: ignore[attr-defined]
SEALS = Seal.__table__  # type: ignore[attr-defined]
_INSERT_TEXT = insert(TEXTS)
_INSERT_SEAL = insert(SEALS)
_FOR_READER = (
    select(TEXTS, SEALS.c.wrapped)
    .join(SEALS, SEALS.c.text == TEXTS.c.id)
    .where(TEXTS.c.id == bindparam("words"), SEALS.c.reader == bindparam("who"))
)
_ALL_FOR_READER = (
    select(TEXTS, SEALS.c.wrapped)
    .join(SEALS, SEALS.c.text == TEXTS.c.id)
    .where(TEXTS.c.id.in_(bindparam("words", expanding=True)), SEALS.c.reader == bindparam("who"))
)
_TEXT = select(TEXTS).where(TEXTS.c.id == bindparam("words"))
_READERS = select(SEALS.c.reader, SEALS.c.wrapped).where(SEALS.c.text == bindparam("words"))
_TEXTS_OF = select(TEXTS.c.id).where(TEXTS.c.case == bindparam("of"))
_BELONG = update(TEXTS).where(TEXTS.c.id == bindparam("words")).values(case=bindparam("of"))
_CLOSE_TO = delete(SEALS).where(SEALS.c.text == bindparam("words"), SEALS.c.reader == bindparam("who"))


@dataclass(frozen=True, slots=True)
class Sealed:
    """A text ready to be stored: padded ciphertext, and its key wrapped for each reader."""

    id: str
    field: str
    body: bytes
    wrapped: Mapping[str, bytes]
    version: int = 1

    @property
    def digest(self) -> str:
        """SHA-256 of the padded ciphertext, in hex: what an entry may say of a text."""
        return hashlib.sha256(self.body).hexdigest()

    @property
    def readers(self) -> frozenset[str]:
        """Who can open it."""
        return frozenset(self.wrapped)


@dataclass(frozen=True, slots=True)
class Key:
    """A reader's private half, held by one process (or made from a clave and forgotten)."""

    reader: str
    private: X25519PrivateKey

    @property
    def public(self) -> bytes:
        """The public half, 32 raw bytes."""
        return self.private.public_key().public_bytes_raw()


def desk(operator: str) -> str:
    """Name the reader that is an operator's desk."""
    return f"desk:{operator}"


def fingerprint(public: bytes) -> str:
    """SHA-256 of a public half, in hex."""
    return hashlib.sha256(public).hexdigest()


def seal(words: str, *, text_id: str, field: str, readers: Mapping[str, bytes], version: int = 1) -> Sealed:
    """Seal a text to its readers (name to public half).

    Raises:
        ValueError: nobody could open it.
    """
    if not readers:
        raise ValueError("a text without a reader is lost")
    key, nonce = os.urandom(32), os.urandom(_NONCE)
    place = _place("texts", text_id, field, version)
    body = nonce + AESGCM(key).encrypt(nonce, _pad(words.encode()), place)
    wrapped = {
        name: wrap(key, name, public, text_id=text_id, field=field, version=version)
        for name, public in readers.items()
    }
    return Sealed(id=text_id, field=field, body=body, wrapped=wrapped, version=version)


def wrap(key: bytes, reader: str, public: bytes, *, text_id: str, field: str, version: int) -> bytes:
    """Seal one text's key to one more reader."""
    info = _place("seals", f"{text_id}/{reader}", field, version)
    return _SUITE.encrypt(key, _public(public), info=info)


@lru_cache(maxsize=32)
def _public(raw: bytes) -> X25519PublicKey:
    """Read a public half; those of desks, review and dispatch come with every message."""
    return X25519PublicKey.from_public_bytes(raw)


def unwrap(wrapped: bytes, holder: Key, *, text_id: str, field: str, version: int) -> bytes:
    """Open a text's key with a reader's private half.

    Raises:
        Damaged: it was not sealed to this key, or not for this place.
    """
    info = _place("seals", f"{text_id}/{holder.reader}", field, version)
    try:
        return _SUITE.decrypt(wrapped, holder.private, info=info)
    except InvalidTag as cause:
        raise Damaged(f"a seal of text {text_id} does not open") from cause


def unseal(body: bytes, key: bytes, *, text_id: str, field: str, version: int) -> str:
    """Open a text with its own key.

    Raises:
        Damaged: body and key do not belong together, or not to this place.
    """
    try:
        padded = AESGCM(key).decrypt(body[:_NONCE], body[_NONCE:], _place("texts", text_id, field, version))
    except InvalidTag as cause:
        raise Damaged(f"text {text_id} does not open") from cause
    return padded.rstrip(b"\x00")[:-1].decode()


def store(conn: Connection, sealed: Iterable[Sealed], *, case: str | None = None) -> None:
    """Write sealed texts and their seals."""
    texts: list[dict[str, object]] = []
    seals: list[dict[str, object]] = []
    for s in sealed:
        texts.append({"id": s.id, "case": case, "field": s.field, "version": s.version, "body": s.body})
        seals.extend(
            {"text": s.id, "reader": reader, "wrapped": wrapped} for reader, wrapped in s.wrapped.items()
        )
    if texts:
        conn.execute(_INSERT_TEXT, texts)
        conn.execute(_INSERT_SEAL, seals)


def read(conn: Connection, text_id: str, holder: Key) -> str:
    """Open a stored text.

    Raises:
        Unknown: there is no such text, or it was not sealed to this reader; the two look the same.
        Damaged: it was, and does not open.
    """
    text = _fetch(conn, text_id, holder.reader)
    key = unwrap(text.wrapped, holder, text_id=text_id, field=text.field, version=text.version)
    return unseal(text.body, key, text_id=text_id, field=text.field, version=text.version)


def read_all(conn: Connection, text_ids: Iterable[str], holder: Key) -> dict[str | None, str]:
    """Open many stored texts with one look; those that are not there, or not sealed to this reader, are left out.

    By id, so that what has no text can be asked for as well: there is none.

    Raises:
        Damaged: one was sealed to this reader, and does not open.
    """
    wanted = list(text_ids)
    rows = conn.execute(_ALL_FOR_READER, {"words": wanted, "who": holder.reader}).all() if wanted else ()
    opened: dict[str | None, str] = {}
    for row in rows:
        key = unwrap(row.wrapped, holder, text_id=row.id, field=row.field, version=row.version)
        opened[row.id] = unseal(row.body, key, text_id=row.id, field=row.field, version=row.version)
    return opened


def share(conn: Connection, text_id: str, holder: Key, readers: Mapping[str, bytes]) -> None:
    """Seal a stored text's key to further readers; who already is one stays as is.

    Raises:
        Unknown, Damaged: as `read`.
    """
    text = _fetch(conn, text_id, holder.reader)
    key = unwrap(text.wrapped, holder, text_id=text_id, field=text.field, version=text.version)
    present = set(conn.execute(_READERS, {"words": text_id}).scalars())
    rows = [
        {
            "text": text_id,
            "reader": name,
            "wrapped": wrap(key, name, public, text_id=text_id, field=text.field, version=text.version),
        }
        for name, public in readers.items()
        if name not in present
    ]
    if rows:
        conn.execute(_INSERT_SEAL, rows)


def load(conn: Connection, text_id: str) -> Sealed:
    """Read a stored text as it is sealed, without opening it.

    Raises:
        Unknown: there is none.
    """
    text = conn.execute(_TEXT, {"words": text_id}).one_or_none()
    if text is None:
        raise Unknown("no such text")
    rows = conn.execute(_READERS, {"words": text_id})
    return Sealed(
        id=text.id,
        field=text.field,
        body=text.body,
        version=text.version,
        wrapped={r.reader: r.wrapped for r in rows},
    )


def belong(conn: Connection, text_ids: Iterable[str], *, case: str) -> None:
    """Say which case texts that were stored before belong to."""
    for text_id in text_ids:
        conn.execute(_BELONG, {"words": text_id, "of": case})


def texts_of(conn: Connection, case: str) -> list[str]:
    """List every text of a case."""
    return list(conn.execute(_TEXTS_OF, {"of": case}).scalars())


def forget(conn: Connection, text_ids: Iterable[str]) -> None:
    """Delete texts and every seal of theirs."""
    for text_id in text_ids:
        conn.execute(delete(SEALS).where(SEALS.c.text == text_id))
        conn.execute(delete(TEXTS).where(TEXTS.c.id == text_id))


def close_to(conn: Connection, text_id: str, reader: str) -> None:
    """Take a reader off a text (dispatch, once a message's fate is final)."""
    conn.execute(_CLOSE_TO, {"words": text_id, "who": reader})


def _fetch(conn: Connection, text_id: str, reader: str) -> Row[Any]:
    row = conn.execute(_FOR_READER, {"words": text_id, "who": reader}).one_or_none()
    if row is None:
        raise Unknown("no such text for this reader")
    return row


def _pad(raw: bytes) -> bytes:
    """Pad to a multiple of BUCKET: 0x80, then zeros (ISO/IEC 7816-4)."""
    raw += b"\x80"
    return raw + b"\x00" * (-len(raw) % BUCKET)


def _place(table: str, row: str, field: str, version: int) -> bytes:
    return f"grievance/1/{table}/{row}/{field}/{version}".encode()
