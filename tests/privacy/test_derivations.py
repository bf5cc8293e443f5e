"""A guess must cost scrypt, and whoever brings no guess must not be made to pay for one."""

from typing import Any

import pytest
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from grievance import claves
from tests.journeys.actors import World

DUST = "Hay mucho polvo en la escuela de Huaylluray"


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


def test_one_wrong_try_costs_one_derivation(small_world: World, derivations: list[bytes]) -> None:
    status = small_world.neighbour().follows("4821 0937 5512 7381")

    assert status == 404
    assert len(derivations) == 1


def test_the_right_clave_costs_one_derivation_and_the_pages_behind_it_none(
    small_world: World, derivations: list[bytes]
) -> None:
    neighbour = small_world.neighbour()
    neighbour.complains(DUST, site="qorimayu")
    assert len(derivations) == 1
    derivations.clear()

    neighbour.follows()
    assert len(derivations) == 1
    neighbour.does("add", text="También de noche se levanta el polvo")

    assert len(derivations) == 1


@pytest.mark.parametrize("typed", ["", "no soy una clave", "4821 0937 5512 7380", "4" * 200])
def test_what_cannot_be_a_clave_costs_what_a_wrong_one_costs(
    small_world: World, derivations: list[bytes], typed: str
) -> None:
    neighbour = small_world.neighbour()

    status = neighbour.browser.post("/follow", data={"clave": typed}).status_code

    assert status == 404
    assert len(derivations) == 1


@pytest.mark.parametrize(
    "words",
    [DUST, "ESTADO", "4821 0937 5512 7380", "1234 acepto", "mi clave es 4821 0937 5512 7380, no acepto"],
)
def test_a_text_message_is_taken_in_without_any_derivation(
    small_world: World, derivations: list[bytes], words: str
) -> None:
    world = small_world
    resident = world.resident()
    resident.texts(DUST)
    world.pass_time(hours=2)
    derivations.clear()
    world.deliver = lambda: None  # type: ignore[method-assign]  only what the web process pays is counted

    assert resident.texts(words) == 200

    assert derivations == []


@pytest.mark.parametrize("words", ["4821 0937 5512 7381", "mi clave es 4821-0937-5512-7381 y acepto"])
def test_a_clave_by_text_message_pays_one_derivation_and_none_when_it_comes_twice(
    small_world: World, derivations: list[bytes], words: str
) -> None:
    world = small_world
    resident = world.resident()
    resident.texts(DUST)
    world.pass_time(hours=2)
    derivations.clear()
    world.deliver = lambda: None  # type: ignore[method-assign]  only what the web process pays is counted

    resident.texts(words, sid="SM" + "4" * 32)
    resident.texts(words, sid="SM" + "4" * 32)

    assert derivations == [b"4821093755127381"]


def test_the_sender_pays_one_derivation_for_each_receipt(
    small_world: World, derivations: list[bytes]
) -> None:
    small_world.resident().texts(DUST)

    assert len(derivations) == 1


@pytest.mark.parametrize("path", ["/", "/complain", "/follow", "/promises", "/desk/login", "/healthz"])
def test_looking_at_a_page_costs_no_derivation(
    small_world: World, derivations: list[bytes], path: str
) -> None:
    assert small_world.anybody().get(path).status_code == 200

    assert derivations == []
