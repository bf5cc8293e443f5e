"""A clave that somebody types by text message, or among their words on a page, is kept nowhere and shown to nobody."""

import hashlib
import logging
from pathlib import Path

import pytest
from sqlalchemy import select

from grievance import keyring, reviewkeys, vault
from grievance.errors import Unknown
from grievance.vault import TEXTS
from tests.deployment import PASSPHRASE
from tests.journeys.actors import World
from tests.privacy import canary

WATER = "El agua sale turbia desde el lunes en Huaylluray"
WRONG = "4821 0937 5512 7380"


def _spellings(clave: str) -> list[bytes]:
    digits = clave.replace(" ", "")
    shown = [digits, clave, clave.replace(" ", "-"), digits[:8]]
    made = [hashlib.sha256(digits.encode()), hashlib.sha256(clave.encode())]
    digests = [d for one in made for d in (one.digest(), one.hexdigest().encode())]
    return [one.encode() for one in shown] + digests


def _traces(data: bytes, claves: list[str]) -> list[bytes]:
    return [needle for clave in claves for needle in _spellings(clave) if needle in data]


def test_a_typed_clave_is_in_no_table_no_file_no_line_of_the_log_and_in_no_text_that_review_opens(
    world: World, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    resident, neighbour, reviewer = world.resident(), world.neighbour(), world.reviewer()
    resident.texts(WATER)
    clave = resident.clave
    world.pass_time(hours=2)
    for words in (
        clave, clave.replace(" ", ""), f"mi clave es {clave} y acepto",
        f"El canal sigue sucio, clave {clave.replace(' ', '-')}",
        WRONG, f"clave {WRONG}: hoy tampoco hay agua en Huaylluray", f"Me amenazaron de muerte. Mi clave: {clave}",
    ):  # fmt: skip
        resident.texts(words)
    neighbour.complains(
        f"Mucho polvo en la escuela. Tengo otra clave: {clave}", site="qorimayu", place=f"junto al {clave}"
    )
    neighbour.follows()
    neighbour.does("add", text=f"Mi clave es {neighbour.clave}, y {clave} la de mi hermano")
    world.pass_time(hours=25)
    claves = [clave, neighbour.clave, WRONG]

    found = {f"file {name}": _traces(data, claves) for name, data in canary.files(tmp_path)}
    found |= {f"table {name}": _traces(data, claves) for name, data in canary.tables(world.house.store)}
    found["log"] = _traces(caplog.text.encode(), claves)
    ring = keyring.load(world.deployment.keys.apart["review"], processes=("review",))
    key = reviewkeys.unlock(ring, "ines", PASSPHRASE)
    opened = "\n".join(_opened(world, key))

    assert {where: what for where, what in found.items() if what} == {}
    assert _traces(opened.encode(), claves) == []
    assert opened.count("[clave]") >= 3
    assert "El canal sigue sucio" in opened
    assert reviewer.login == "ines"


def _opened(world: World, key: vault.Key) -> list[str]:
    """Open every text that this key opens."""
    words = []
    for row in world.look(select(TEXTS.c.id)):
        try:
            words.append(world.house.store.read(lambda conn, row=row: vault.read(conn, row.id, key)))
        except Unknown:  # an address, or what dispatch alone opens
            continue
    return words


def test_its_twin_a_clave_that_was_kept_is_found() -> None:
    assert _traces(b"... 4821-0937-5512-7380 ...", [WRONG])
    assert _traces(hashlib.sha256(b"4821093755127380").digest(), [WRONG])
    assert not _traces(b"4821 0937 5512 7381", [WRONG])
