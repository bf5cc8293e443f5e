"""Is what stands in the record what was written, and the release what was published? Leaves, digest and signature.

An entry commits to each of its fields in its leaf (trust B3), a release's entry to the document's digest, and whoever
published it signed it (RFC 8032) with a key whose fingerprint is an entry of its own. Here each is worked out again.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, select

from grievance import leaf, record, signing
from grievance.published import ReaderKey
from grievance.vocabulary import Step

Found = tuple[str, str, str]
"""Where something does not agree, what stands there, and what should."""
PUBLISHED_KEY = "publish_key"
_DIGEST = hashlib.sha256().digest_size
_ENTRIES = record.Entry.__table__  # type: ignore[attr-defined]
_QUEUE = record.LogQueue.__table__  # type: ignore[attr-defined]
_KEYS = select(ReaderKey.__table__).where(ReaderKey.__table__.c.reader == signing.NAME)  # type: ignore[attr-defined]
_BEFORE = _ENTRIES.alias("before")
_WITH_OTHERS = _ENTRIES.join(
    _QUEUE, (_QUEUE.c.stream == _ENTRIES.c.stream) & (_QUEUE.c.seq == _ENTRIES.c.seq)
).outerjoin(_BEFORE, (_BEFORE.c.stream == _ENTRIES.c.stream) & (_BEFORE.c.seq == _ENTRIES.c.seq - 1))
_EVERY = select(
    _ENTRIES, _QUEUE.c.leaf_hash.label("queued"), _BEFORE.c.leaf_hash.label("previous")
).select_from(_WITH_OTHERS)
_OF_A_MONTH = _EVERY.where(_ENTRIES.c.month == bindparam("of"))
_OF_A_RELEASE = (
    _EVERY.where(_ENTRIES.c.stream == bindparam("release"), _ENTRIES.c.step == str(Step.RELEASE))
    .where(_ENTRIES.c.refused.is_(False))
    .order_by(_ENTRIES.c.seq.desc())
    .limit(1)
)  # fmt: skip
_OF_KEYS = _EVERY.where(_ENTRIES.c.step == PUBLISHED_KEY)


def entries(conn: Connection, month: str) -> Iterator[Found]:
    """Open every commitment of a month's entries: one altered field, and its leaf says so."""
    for row in conn.execute(_OF_A_MONTH, {"of": month}):
        yield from _leaf(row)


def release(conn: Connection, month: str, row: Mapping[str, Any]) -> Iterator[Found]:
    """Check that a release is what its entry says and that it was signed, by the key of that time.

    Args:
        conn: the database.
        month: which month.
        row: version, value, digest and signature of its newest version, and the day it was published on.
    """
    digest = hashlib.sha256(row["value"].encode()).hexdigest()
    if digest != row["digest"]:
        yield "digest of the release", row["digest"], digest
    entry = conn.execute(_OF_A_RELEASE, {"release": f"release-{month}"}).one_or_none()
    stands = json.loads(entry.facts) if entry else {}
    if (stands.get("version"), stands.get("digest")) != (row["version"], digest):
        expected = f"version {stands.get('version')}, {stands.get('digest')}"
        yield "release as the record has it", f"version {row['version']}, {digest}", expected
    if entry is not None:
        yield from _leaf(entry)
    yield from _signature(conn, row)


def _signature(conn: Connection, row: Mapping[str, Any]) -> Iterator[Found]:
    known = {json.loads(each.facts)["fingerprint"] for each in conn.execute(_OF_KEYS) if not [*_leaf(each)]}
    keys = [
        key for key in conn.execute(_KEYS)
        if key.since <= row["published_on"] and hashlib.sha256(key.public).hexdigest() in known
    ]  # fmt: skip
    if row["signature"] is None:
        if keys:
            yield "signature of the release", "none", "one by the key of that time"
    elif not any(signing.is_signed(key.public, row["signature"], row["value"].encode()) for key in keys):
        yield "signature of the release", "one that fits no key of the record", "one by the key of that time"


def _leaf(row: Any) -> Iterator[Found]:
    where = f"entry {row.stream} {row.seq}"
    there = {row.leaf[n : n + _DIGEST] for n in range(0, len(row.leaf), _DIGEST)}
    values = _fields(row)
    salts = [row.salts[n : n + leaf.SALT] for n in range(0, len(row.salts), leaf.SALT)]
    for name, salt in zip(leaf.COARSE, salts, strict=True):
        if leaf.commit(name, values[name], salt) not in there:
            yield f"{where}, {name}", "another value", "the one that its leaf commits to"
    if not leaf.hash_of(row.leaf) == row.leaf_hash == row.queued:
        yield where, "another leaf", "the one whose hash was written down"


def _fields(row: Any) -> dict[str, str]:
    """Name the fields that a leaf commits to and that are kept for good."""
    return {
        "stream": row.stream, "seq": str(row.seq), "kind": row.kind, "month": row.month,
        "recorded_on": row.recorded_on.isoformat(), "happened_on": row.happened_on.isoformat(),
        "role": row.role, "from": row.from_state, "step": row.step, "to": row.to_state,
        "refused": "1" if row.refused else "0", "procedure": row.procedure_version,
        "operator": row.operator or "", "site": row.site or "", "theme": row.theme or "",
        "channel": row.channel or "", "facts": row.facts, "guards": row.guards,
        "previous": (row.previous or b"").hex(),
    }  # fmt: skip
