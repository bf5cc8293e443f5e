"""The review key and who opens it: sealed to each reviewer's own key, and that one locked by a passphrase.

No file opens anything by itself. A reviewer's key is PKCS#8 PEM (RFC 5958) under a password that scrypt
(RFC 7914) makes of the passphrase; the review key's private half is sealed to its public half with HPKE
(RFC 9180). To remove a reviewer is to draw a new review key for those who stay.
"""

import json
import os
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from grievance import keyring, vault
from grievance.errors import Damaged, Unknown
from grievance.keyring import Ring

LOG_N = 15
_SALT = 16
_PLACE = "review-key"


def draw(reviewers: Mapping[str, str], *, log_n: int = LOG_N) -> tuple[bytes, dict[str, bytes]]:
    """Draw a review key: its public half, and one file for each reviewer (login to passphrase) by file name.

    Raises:
        ValueError: nobody could open it.
    """
    if not reviewers:
        raise ValueError("a review key that nobody opens is lost")
    key = X25519PrivateKey.generate()
    files = {
        name_of(login): _file(key, login, passphrase, log_n=log_n) for login, passphrase in reviewers.items()
    }
    return key.public_key().public_bytes_raw(), files


def make(folder: Path, reviewers: Mapping[str, str], *, log_n: int = LOG_N) -> bytes:
    """Draw a review key and write its files: `review.pub`, and `reviewer.<login>` for each. Returns the public half."""
    public, files = draw(reviewers, log_n=log_n)
    for name, value in files.items():
        keyring.write_secret(folder, name, value)
    keyring.write_public(folder, vault.REVIEW, public)
    return public


def give(folder: Path, key: vault.Key, login: str, passphrase: str, *, log_n: int = LOG_N) -> None:
    """Seal the review key, opened by somebody who can, to one more reviewer; to one who had a file already, anew.

    The file is put in the place of the old one whole, so that a cut in the middle leaves one of the two.
    """
    new = f"{name_of(login)}.new"
    (folder / new).unlink(missing_ok=True)
    keyring.write_secret(folder, new, _file(key.private, login, passphrase, log_n=log_n))
    (folder / new).replace(folder / name_of(login))


def unlock(ring: Ring, login: str, passphrase: str) -> vault.Key:
    """Open the review key for a session. An unknown login costs the same work as a wrong passphrase.

    Raises:
        Unknown: wrong passphrase, or no such reviewer; the two look the same.
    """
    raw = ring.secrets.get(name_of(login))
    held: dict[str, Any] = _NOBODY if raw is None else json.loads(raw)
    password = _stretch(passphrase, bytes.fromhex(held["salt"]), log_n=held["log_n"])
    if raw is None:
        raise Unknown("no such reviewer, or not this passphrase")
    try:
        own = load_pem_private_key(held["pem"].encode(), password=password)
        if not isinstance(own, X25519PrivateKey):
            raise Unknown("no such reviewer, or not this passphrase")
        holder = vault.Key(reader=_reader(login), private=own)
        private = vault.unwrap(
            bytes.fromhex(held["sealed"]), holder, text_id=_PLACE, field="private", version=1
        )
    except (ValueError, Damaged) as cause:
        raise Unknown("no such reviewer, or not this passphrase") from cause
    return vault.Key(reader=vault.REVIEW, private=X25519PrivateKey.from_private_bytes(private))


def name_of(login: str) -> str:
    """Name the file of a reviewer."""
    return f"reviewer.{login}"


def _file(key: X25519PrivateKey, login: str, passphrase: str, *, log_n: int) -> bytes:
    own = X25519PrivateKey.generate()
    salt = os.urandom(_SALT)
    locked = BestAvailableEncryption(_stretch(passphrase, salt, log_n=log_n))
    public = own.public_key().public_bytes_raw()
    sealed = vault.wrap(
        key.private_bytes_raw(), _reader(login), public, text_id=_PLACE, field="private", version=1
    )
    held = {
        "pem": own.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, locked).decode(),
        "sealed": sealed.hex(),
        "salt": salt.hex(),
        "log_n": log_n,
    }
    return json.dumps(held, sort_keys=True).encode()


def _stretch(passphrase: str, salt: bytes, *, log_n: int) -> bytes:
    plain = " ".join(unicodedata.normalize("NFC", passphrase).split())
    return Scrypt(salt=salt, length=32, n=2**log_n, r=8, p=1).derive(plain.encode()).hex().encode()


def _reader(login: str) -> str:
    return f"reviewer:{login}"


_NOBODY: dict[str, Any] = {"salt": "00" * _SALT, "log_n": LOG_N}
