"""The leaf of an entry: a salted commitment to every field by itself, after the idea of SD-JWT (trust B3).

Each field has its own 16-byte salt; its digest is SHA-256 of the canonical JSON `[salt, name, value]`.
The leaf is `{"sd": [sorted digests], "v": 1}`, padded to a fixed number of digests so that its length
says nothing; its hash is RFC 6962's leaf hash, SHA-256(0x00 || leaf).
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from json.encoder import encode_basestring

from grievance.moment import Moment

COARSE = (
    "stream", "seq", "kind", "month", "recorded_on", "happened_on", "role", "from", "step", "to", "refused",
    "procedure", "operator", "site", "theme", "channel", "facts", "guards", "previous",
)  # fmt: skip
EXACT = ("recorded_at", "happened_at", "zone", "category")
FIELDS = COARSE + EXACT
PADDED_TO = 24
SALT = 16


@dataclass(frozen=True, slots=True)
class Leaf:
    """A commitment and what opens it: the salts of the coarse fields and of the exact ones, in field order."""

    digests: bytes
    hash: bytes
    coarse_salts: bytes
    exact_salts: bytes


def make(fields: Mapping[str, str], *, at: Moment, label: str) -> Leaf:
    """Commit to the fields; salts are drawn from the moment's seed under the entry's own label."""
    salts = at.draw(f"leaf/{label}", SALT * PADDED_TO)
    digests = [commit(name, fields[name], salts[i * SALT : (i + 1) * SALT]) for i, name in enumerate(FIELDS)]
    digests += [
        hashlib.sha256(salts[i * SALT : (i + 1) * SALT]).digest() for i in range(len(FIELDS), PADDED_TO)
    ]
    joined = b"".join(sorted(digests))
    split = SALT * len(COARSE)
    return Leaf(joined, hash_of(joined), salts[:split], salts[split : SALT * len(FIELDS)])


def commit(name: str, value: str, salt: bytes) -> bytes:
    """Digest one field: SHA-256 of the canonical JSON of `[salt in hex, name, value]`."""
    return hashlib.sha256(f'["{salt.hex()}","{name}",{encode_basestring(value)}]'.encode()).digest()


def canonical_leaf(digests: bytes) -> bytes:
    """Write the leaf as it stands in the log: canonical JSON of the sorted digests."""
    written = digests.hex()
    sd = '","'.join([written[i : i + 64] for i in range(0, len(written), 64)])
    return f'{{"sd":["{sd}"],"v":1}}'.encode()


def hash_of(digests: bytes) -> bytes:
    """Hash a leaf as RFC 6962 section 2.1 says."""
    return hashlib.sha256(b"\x00" + canonical_leaf(digests)).digest()


def instant(moment: datetime) -> str:
    """Write an exact time: UTC, seconds, `Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
