"""A kiosk's keys: to one of them a device seals what waits for the network; the web process opens it (DESIGN 5).

HPKE in base mode (RFC 9180) with P-256, since browsers of cheap devices lack X25519. The private half is one
file, `kiosk.<door>.<number>`, read each time something is opened: once it is destroyed, nothing that was ever
copied from a device can be read by anybody.
"""

from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from grievance import keyring
from grievance.errors import Damaged

_SUITE = Suite(KEM.P256, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_SIZE = 32


def reader(door: str, number: int) -> str:
    """Name the reader that is a kiosk's key, as the record does."""
    return f"kiosk:{door}:{number}"


def make(folder: Path, door: str, number: int) -> bytes:
    """Draw a key; writes both halves and answers the public one, 65 bytes uncompressed."""
    private = ec.generate_private_key(ec.SECP256R1())
    keyring.write_secret(
        folder, _file(door, number), private.private_numbers().private_value.to_bytes(_SIZE, "big")
    )
    public = private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    keyring.write_public(folder, reader(door, number), public)
    return public


def numbers(folder: Path, door: str) -> tuple[int, ...]:
    """List the keys of a door that are still here, the oldest first."""
    found = (file.name.rpartition(".") for file in folder.glob(f"kiosk.{door}.*"))
    return tuple(sorted(int(number) for _, _, number in found if number.isdigit()))


def public(folder: Path, door: str, number: int) -> bytes:
    """Give the public half of a key that is here."""
    key = _private(folder, door, number)
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def destroy(folder: Path, door: str, number: int) -> None:
    """Destroy both halves of a key."""
    (folder / _file(door, number)).unlink()
    (folder / f"{reader(door, number).replace(':', '=')}{keyring.PUBLIC}").unlink(missing_ok=True)


def place(door: str, number: int, item: str) -> bytes:
    """Name what a complaint is bound to: its door, its key and its own id (`info` of RFC 9180)."""
    return f"grievance/1/kiosk/{door}/{number}/{item}".encode()


def open_sealed(box: bytes, folder: Path, *, door: str, number: int, item: str) -> bytes:
    """Open what a device sealed.

    Raises:
        Damaged: the key is gone, or it was not sealed to it, or not for this place.
    """
    if number not in numbers(folder, door):
        raise Damaged(f"key {number} of {door} is not here")
    try:
        return _SUITE.decrypt(box, _private(folder, door, number), info=place(door, number, item))
    except (InvalidTag, ValueError) as cause:
        raise Damaged("something that waited at a kiosk does not open") from cause


def _private(folder: Path, door: str, number: int) -> ec.EllipticCurvePrivateKey:
    raw = (folder / _file(door, number)).read_bytes()
    return ec.derive_private_key(int.from_bytes(raw, "big"), ec.SECP256R1())


def _file(door: str, number: int) -> str:
    return f"kiosk.{door}.{number}"
