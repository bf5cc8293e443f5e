"""Signatures of what is published: Ed25519 (RFC 8032), so that a copy shows who made it, wherever it came from."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

NAME = "release"
"""The file of the key: only the process that publishes may hold it."""


def public_of(secret: bytes) -> bytes:
    """Work out the public half, 32 bytes, of a secret of 32."""
    return Ed25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()


def sign(secret: bytes, said: bytes) -> bytes:
    """Sign bytes; 64 bytes."""
    return Ed25519PrivateKey.from_private_bytes(secret).sign(said)


def is_signed(public: bytes, signature: bytes, said: bytes) -> bool:
    """Tell whether these bytes were signed by whoever holds the secret of this public half."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, said)
    except InvalidSignature:
        return False
    return True


def pem(public: bytes) -> str:
    """Write a public half as others' tools read it (RFC 7468, SubjectPublicKeyInfo)."""
    key = Ed25519PublicKey.from_public_bytes(public)
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
