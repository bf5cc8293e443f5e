"""A clave is somebody's only key: stretched once, bound to a pepper, stored nowhere."""

from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from grievance import claves, vault
from grievance.claves import Scheme

CLAVE = "1234567890123497"
SCHEME = Scheme(version=1, salt=b"s" * 16, n=2**10)
PEPPER = b"p" * 32


@pytest.fixture
def derivations(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Count scrypts by standing beside the real one, which still does its work."""
    counted: list[bytes] = []

    class Counting:
        def __init__(self, **cost: Any) -> None:
            self._real = Scrypt(**cost)

        def derive(self, clave: bytes) -> bytes:
            counted.append(clave)
            return self._real.derive(clave)

    monkeypatch.setattr(claves, "Scrypt", Counting)
    return counted


def test_a_typed_clave_costs_exactly_one_derivation(derivations: list[bytes]) -> None:
    made = claves.derive(CLAVE, scheme=SCHEME, pepper=PEPPER)

    assert (len(made.lookup), len(made.public), made.key("x").reader) == (32, 32, "clave:x")
    assert derivations == [CLAVE.encode()]


def test_the_same_clave_makes_the_same_key_again() -> None:
    one, two = (claves.derive(CLAVE, scheme=SCHEME, pepper=PEPPER) for _ in range(2))

    assert (one.lookup, one.public) == (two.lookup, two.public)


@pytest.mark.parametrize(
    "changed",
    [
        lambda: claves.derive("1234567890123498", scheme=SCHEME, pepper=PEPPER),
        lambda: claves.derive(CLAVE, scheme=SCHEME, pepper=b"q" * 32),
        lambda: claves.derive(CLAVE, scheme=Scheme(2, b"t" * 16, 2**10), pepper=PEPPER),
        lambda: claves.derive(CLAVE, scheme=Scheme(1, b"s" * 16, 2**11), pepper=PEPPER),
    ],
    ids=["another clave", "another pepper", "another salt", "another cost"],
)
def test_without_the_right_clave_pepper_and_scheme_nothing_is_found_and_nothing_opens(
    changed: Callable[[], claves.Made],
) -> None:
    right, wrong = claves.derive(CLAVE, scheme=SCHEME, pepper=PEPPER), changed()

    assert right.lookup != wrong.lookup
    assert right.public != wrong.public


def test_what_finds_a_clave_says_nothing_about_its_key() -> None:
    made = claves.derive(CLAVE, scheme=SCHEME, pepper=PEPPER)

    assert made.lookup not in (made.public, made.private.private_bytes_raw())


def test_a_clave_opens_what_was_sealed_to_its_public_half() -> None:
    made = claves.derive(CLAVE, scheme=SCHEME, pepper=PEPPER)
    sealed = vault.seal("hola", text_id="t", field="f", readers={claves.reader("x"): made.public})

    typed = claves.derive(CLAVE, scheme=SCHEME, pepper=PEPPER).key("x")
    key = vault.unwrap(sealed.wrapped["clave:x"], typed, text_id="t", field="f", version=1)

    assert vault.unseal(sealed.body, key, text_id="t", field="f", version=1) == "hola"
