"""What a page of an opened case carries in its form: sealed by the web process to itself, and nobody else reads it."""

import json
import os
from collections.abc import Sequence
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from channels.house import House

_NONCE: Final = 12


def sealed(house: House, said: Sequence[str], *, bound: str) -> str:
    """Seal some words, in hex; what is `bound` to one use or door opens for no other."""
    nonce = os.urandom(_NONCE)
    return (nonce + _key(house).encrypt(nonce, json.dumps(list(said)).encode(), bound.encode())).hex()


def opened(house: House, token: str, *, bound: str) -> Any:
    """Give back what was sealed.

    Raises:
        ValueError: it is none of ours, or bound to something else.
    """
    raw = bytes.fromhex(token)
    try:
        plain = _key(house).decrypt(raw[:_NONCE], raw[_NONCE:], bound.encode())
    except InvalidTag as cause:
        raise ValueError("not sealed here, or not for this") from cause
    return json.loads(plain)


def _key(house: House) -> AESGCM:
    return AESGCM(house.ring.secret("follow"))
