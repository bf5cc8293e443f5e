"""A canary: a person whose numbers, address and plate go in by every entrance, and what could betray them later.

`traces` is the only judge. It looks for every way the canary may be written, and for its plain digests: a
digest of a phone number is the phone number, since all numbers of a country can be tried in a minute.
"""

import base64
import hashlib
import json
import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from redis import Redis
from sqlalchemy import MetaData, select, text

from grievance.store import Store
from tests.journeys.actors import Browsing, Officer, Resident, World
from tests.journeys.station import Station

SENDER = "+51946803175"
"""The phone that writes: nobody but dispatch may ever open it."""
PHONE, EMAIL, PLATE, DOCUMENT = "957 268 431", "canaria.huaman.7731@correo.pe", "V7K-936", "43617259"
"""What is written in the words: masked for the desk, the original for review and the clave."""
WRITTEN = f"Llamen al {PHONE} o escriban a {EMAIL}, DNI {DOCUMENT}, la camioneta es {PLATE}"
WATER = "El agua sale turbia desde el lunes en Huaylluray"
DIGESTS = ("md5", "sha1", "sha256", "sha384", "sha512", "sha3_256", "blake2b", "blake2s")
BEGINNING = 6
"""So many letters has the shortest that is looked for."""
GROUPS = ((3, 3, 3), (2, 3, 4), (3, 6), (3, 2, 2, 2))


def spellings(phone: str) -> frozenset[str]:
    """Every way to write a Peruvian number: national and international, with every usual grouping."""
    national = "".join(filter(str.isdigit, phone))[-9:]
    found = {national}
    for groups, between in product(GROUPS, " -."):
        starts = [sum(groups[:n]) for n in range(len(groups))]
        found.add(between.join(national[at : at + long] for at, long in zip(starts, groups, strict=True)))
    return frozenset(
        {f"{before}{one}" for one in found for before in ("", "51", "+51", "+51 ", "0051", "tel:+51")}
    )


OF_THE_SENDER = spellings(SENDER)
OF_THE_WORDS = spellings(PHONE) | {
    EMAIL, EMAIL.partition("@")[0], EMAIL.replace("@", "%40"), PLATE, PLATE.replace("-", ""),
    PLATE.replace("-", " "), DOCUMENT,
}  # fmt: skip


@cache
def _needles() -> Mapping[bytes, str]:
    found: dict[bytes, str] = {}
    for said in sorted(OF_THE_SENDER | OF_THE_WORDS):
        raw = said.encode()
        found[raw.lower()] = said
        found[raw.hex().encode()] = f"hex of {said}"
        found[base64.b64encode(raw).rstrip(b"=").lower()] = f"base64 of {said}"
        found[said.encode("utf-16-le").lower()] = f"UTF-16 of {said}"
        for name in DIGESTS:
            digest = hashlib.new(name, raw).digest()
            found[digest.lower()] = f"{name} of {said}"
            found[digest.hex().encode()] = f"{name} of {said}, in hex"
            found[base64.b64encode(digest).rstrip(b"=").lower()] = f"{name} of {said}, in base64"
    assert min(map(len, found)) >= BEGINNING
    return found


@cache
def _pairs() -> list[NDArray[np.bool_]]:
    """Which two letters any needle has at its start, in its middle and where its beginning ends, as tables to look in."""
    tables = [np.zeros(1 << 16, dtype=np.bool_) for _ in range(0, BEGINNING, 2)]
    for needle in _needles():
        for table, pair in zip(tables, struct.unpack("<3H", needle[:BEGINNING]), strict=True):
            table[pair] = True
    return tables


def _beginnings(raw: bytes) -> set[bytes]:
    """Find what might be the beginning of a needle: thousands of them are looked for in thousands of pages."""
    if len(raw) < BEGINNING:
        return set()
    letters = np.frombuffer(raw, dtype=np.uint8).astype(np.uint16)
    pairs = letters[:-1] | (letters[1:] << 8)
    many = len(raw) - BEGINNING + 1
    near = np.ones(many, dtype=np.bool_)
    for at, table in enumerate(_pairs()):
        near &= table[pairs[2 * at : 2 * at + many]]
    return {raw[at : at + BEGINNING] for at in np.flatnonzero(near).tolist()}


def traces(data: bytes | str, *, of: frozenset[str] = OF_THE_SENDER | OF_THE_WORDS) -> set[str]:
    """Find what gives the canary away in raw bytes; `of` says whose spellings count."""
    raw = (data.encode() if isinstance(data, str) else data).lower()
    beginnings = _beginnings(raw)
    near = (needle for needle in _needles() if needle[:BEGINNING] in beginnings and needle in raw)
    return {what for what in map(_needles().__getitem__, near) if _spoken(what) in of}


def _spoken(what: str) -> str:
    return what.partition(" of ")[2].partition(", in ")[0] if " of " in what else what


def files(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Read every file under a folder, and its name, which may tell as much."""
    for file in sorted(folder.rglob("*")):
        if file.is_file() and not file.is_symlink():
            name = str(file.relative_to(folder))
            yield name, name.encode() + b"\n" + file.read_bytes()


def tables(store: Store) -> Iterator[tuple[str, bytes]]:
    """Read every table whole: each value raw and, on PostgreSQL, each row as the database itself writes it."""
    meta = MetaData()
    meta.reflect(store.engine)
    for table in meta.sorted_tables:
        rows = store.read(lambda conn, table=table: list(conn.execute(select(table))))
        parts = [_raw(value) for row in rows for value in row]
        if store.engine.dialect.name == "postgresql":
            query = text(f'SELECT t::text FROM "{table.name}" t')  # noqa: S608  a name of our own schema
            parts += store.read(lambda conn, query=query: [row[0].encode() for row in conn.execute(query)])
        yield table.name, b"\n".join(parts)


def _raw(value: Any) -> bytes:
    return bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()


def queue(url: str) -> bytes:
    """Dump a Redis whole: names and values of every kind, packed ones unpacked, and the server's own dump of each."""
    parts: list[bytes] = []
    with Redis.from_url(url) as redis:
        for key in redis.scan_iter():
            parts += [key, redis.dump(key) or b""]
            match redis.type(key):
                case b"string":
                    parts.append(redis.get(key) or b"")
                case b"hash":
                    parts += [part for pair in redis.hgetall(key).items() for part in pair]
                case b"list":
                    parts += redis.lrange(key, 0, -1)
                case b"set":
                    parts += list(redis.smembers(key))
                case b"zset":
                    parts += redis.zrange(key, 0, -1)
                case b"stream":
                    parts += [repr(redis.xrange(key)).encode()]
                case b"none":
                    continue
                case kind:
                    raise AssertionError(f"look into Redis values of the kind {kind!r} too")
    return b"\n".join([*parts, *map(_unpacked, parts)])


def _unpacked(part: bytes) -> bytes:
    try:
        return zlib.decompress(part)
    except zlib.error:
        return b""


@dataclass(frozen=True)
class Told:
    """Who told the canary: the case by phone, the protected one, the one by the form."""

    resident: Resident
    by_phone: str
    in_danger: str
    neighbour: Browsing


def tell_by_phone(resident: Resident) -> str:
    """Text the canary: first text, at once after it, later without a code, with it, twice, forged, and as a STOP."""
    world = resident.world
    extra = {"ProfileName": EMAIL, "FromCity": PLATE, "WaId": SENDER[1:]}
    resident.texts(f"{WATER} y {WRITTEN}", sid="SM" + "c" * 32, **extra)
    resident.texts(f"{WATER} y {WRITTEN}", sid="SM" + "c" * 32)
    resident.waits_for("lave")
    number = resident.number
    resident.texts(f"Y otra cosa del agua: {WRITTEN}")
    forged = {"From": SENDER, "To": resident.to, "Body": WRITTEN, "MessageSid": "SM" + "f" * 32}
    world.anybody().post("/channels/twilio/sms", data=forged)
    return number


def tell_by_form(neighbour: Browsing) -> None:
    """Fill the canary into the form, into every field; send it twice, and once too long; then add it with the clave."""
    fields = {"site": "qorimayu", "theme": "dust", "place": WRITTEN}
    neighbour.complains(
        f"Mucho polvo en la escuela. {WRITTEN}. Mi número es {SENDER}", nonce="c" * 32, **fields
    )
    clave, number = neighbour.clave, neighbour.number
    neighbour.complains(f"Mucho polvo en la escuela. {WRITTEN}", nonce="c" * 32, **fields)
    neighbour.complains(WRITTEN * 200, **fields)
    neighbour.complains("Polvo", site=SENDER, theme=EMAIL, place="", nonce="d" * 32)
    neighbour.clave, neighbour.number = clave, number
    neighbour.follows(f"{SENDER} {PHONE}")
    assert neighbour.follows() == 200
    neighbour.does("add", text=f"También de noche. {WRITTEN}")


def tell_by_radio(station: Station) -> None:
    """Say the canary on the air: taken down twice, brought in as a batch, refused, and typed where a number belongs."""
    spoken = f"Mucho polvo en la escuela. {WRITTEN}"
    assert station.takes_down(spoken, relay="c" * 32, place=WRITTEN, programme="27") == 200
    station.takes_down(spoken, relay="c" * 32, place=WRITTEN)
    assert station.takes_down(spoken, place=WRITTEN, read_back="") == 400
    assert station.takes_down(spoken, slip=PHONE) == 400
    station.posts("/radio/check", number=PHONE)
    line = {"id": "d" * 32, "text": spoken, "language": "es", "said_on": station.today, "read_back": True}
    station.posts("/radio/import", written=f"{json.dumps(line)}\n{WRITTEN}")


def officer_writes(officer: Officer, number: str) -> None:
    """Let an officer, who heard it elsewhere, write the canary into every form that takes words."""
    officer.tries(
        "assess", number, flags="none", severity="medium", issues="1", text=f"Agua turbia. {WRITTEN}"
    )
    officer.investigates(number)
    officer.tries("update", number, text=f"Le llamamos. {WRITTEN}")
    officer.tries("ask", number, reason="need_info", text=WRITTEN)
    officer.tries("extend", number, clock="answer", days="5", reason="sample", text=WRITTEN)
    due = "2026-05-02"
    offer = {"outcome": "commitments", "commitment_1": f"Llamar al {PHONE}", "due_1": due}
    officer.hears(number)
    officer.visits(number)
    officer.tries("visit", number, went="no_visit", text=WRITTEN)
    officer.tries("propose", number, text=f"Arreglamos. {WRITTEN}", answered="1", evidence="visit", **offer)
    lesson = {"contractor": "no", "preventable": "yes", "lesson": "written"}
    officer.tries("learn", number, root_cause="maintenance", text=f"Lo dijo {WRITTEN}", **lesson)
    officer.tries("closing_letter", number, text=WRITTEN)
    officer.gets(f"/desk?q={PHONE.replace(' ', '+')}")
    officer.gets("/desk")


def tell_everywhere(world: World, officer: Officer, reviewer: Any) -> Told:
    """Send the canary through every entrance of a world whose clock the test moves."""
    resident, neighbour = world.resident(SENDER), world.neighbour()
    by_phone = tell_by_phone(resident)
    tell_by_form(neighbour)
    short = world.resident("+51933222111")
    short.texts(PHONE.replace(" ", ""))
    short.texts(f"polvo {EMAIL}")
    world.pass_time(hours=25)
    resident.texts(f"Ahora el canal huele mal en Huaylluray y {WRITTEN}")
    resident.answers("")
    officer.waits_for(by_phone)
    officer.acknowledges(by_phone)
    resident.waits_for("una persona ya lo tiene")
    world.pass_time(hours=1)
    resident.answers(f"y también {WRITTEN}")
    officer_writes(officer, by_phone)
    world.pass_time(hours=25)
    resident.texts(f"Me amenazaron de muerte por hablar. {WRITTEN}")
    danger = resident.number
    reviewer.does("rule_out_of_scope", danger, reason="other_body", text="Lo lleva la defensoría.")
    reviewer.tries("update", danger, text=WRITTEN)
    reviewer.tries(
        "order", by_phone, text=WRITTEN, outcome="commitments", commitment_1=PHONE, due_1="2026-05-02"
    )
    for face in ("desk", "review"):
        names = {"name": SENDER, "password": EMAIL, "code": DOCUMENT, "passphrase": PHONE}
        stranger = type(officer)(world, face, EMAIL, "")
        stranger.gets(f"/{face}/login")
        stranger.browser.post(f"/{face}/login", data=names)
    resident.texts("BAJA", OptOutType="STOP")
    resident.texts("ALTA")
    world.pass_time(hours=25)
    return Told(resident, by_phone, danger, neighbour)
