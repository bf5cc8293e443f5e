"""From a clave to a key: scrypt, then HKDF with a pepper; nothing that opens a text is stored (DESIGN 5).

A clave is 14 random digits and two check digits. The database alone tests no guess (the pepper lives in a
file); with pepper and database a guess still costs one scrypt (RFC 7914).
"""

from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from grievance.vault import Key


@dataclass(frozen=True, slots=True)
class Scheme:
    """One version of a deployment's scrypt: salt and cost. Old versions stay valid for old claves."""

    version: int
    salt: bytes
    n: int
    r: int = 8
    p: int = 1


@dataclass(frozen=True, slots=True)
class Made:
    """What a clave makes: where it is looked up, and the key it is."""

    lookup: bytes
    private: X25519PrivateKey

    @property
    def public(self) -> bytes:
        """The public half, 32 raw bytes."""
        return self.private.public_key().public_bytes_raw()

    def key(self, clave_id: str) -> Key:
        """Make the reader's key of a stored clave."""
        return Key(reader=reader(clave_id), private=self.private)


def reader(clave_id: str) -> str:
    """Name the reader that is a clave."""
    return f"clave:{clave_id}"


def derive(clave: str, *, scheme: Scheme, pepper: bytes) -> Made:
    """Make lookup and key from a clave's 16 digits: exactly one scrypt."""
    stretched = Scrypt(salt=scheme.salt, length=32, n=scheme.n, r=scheme.r, p=scheme.p).derive(clave.encode())
    return Made(
        lookup=_expand(stretched, pepper, b"grievance/1/clave/lookup"),
        private=X25519PrivateKey.from_private_bytes(_expand(stretched, pepper, b"grievance/1/clave/x25519")),
    )


def _expand(stretched: bytes, pepper: bytes, info: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=pepper, info=info).derive(stretched)
