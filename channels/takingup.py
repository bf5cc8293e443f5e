"""Take up a mechanism that was changed: keys for who is new in it, its version in the record for cases received under it.

A house that runs by a file the record does not know would lose every complaint to a company without a key, and time of
those who complained under an earlier version. So it does not run by one, and says what takes it up.
"""

import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from sqlalchemy import Connection, select

from channels import install
from channels.kiosk import kioskkeys
from grievance import keyring, vault
from grievance.errors import Misconfigured, Refused
from grievance.keyring import PUBLIC, Ring
from grievance.mechanism import Mechanism
from grievance.moment import Moment
from grievance.published import ReaderKey
from grievance.store import Store

TAKE_UP = "grievance adopt"
OF_DESKS = ("session-desk", "totp-desk")
_READERS = ReaderKey.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Folders:
    """Where keys lie: of the process that takes in, of those that count people, of each desk; and every folder there is."""

    web: Path
    counting: tuple[Path, ...]
    desks: Mapping[str, Path]
    every: tuple[Path, ...]


def missing(store: Store, ring: Ring, mechanism: Mechanism) -> Iterator[str]:
    """Say what keeps a house from running by a mechanism: companies without a key, a version the record does not know."""
    for operator in mechanism.operators:
        if vault.desk(operator.key) not in ring.publics:
            yield f"no key for the desk of {operator.key}, a company of the mechanism"
    kept = store.read(install.published).get(mechanism.version)
    if kept is None:
        yield f"the mechanism's version {mechanism.version} is not in the record"
    elif install.rules_differ(kept, mechanism):
        yield (
            f"deadlines, holidays or first readers were changed and the mechanism's version is still {mechanism.version}: "
            "change `version` too, since cases keep the one they were received under"
        )


def check(store: Store, ring: Ring, mechanism: Mechanism) -> None:
    """See that a house may run by this mechanism.

    Raises:
        Misconfigured: it may not.
    """
    for words in missing(store, ring, mechanism):
        raise Misconfigured(f"{words} ({TAKE_UP})")


def uncounted(ring: Ring, now: datetime) -> tuple[int, ...]:
    """List the years, this one and the next, whose people would all count as one for want of a key."""
    years = install.years_around(now)
    return tuple(
        year for year in years if "web" in ring.processes and f"contributor.{year}" not in ring.secrets
    )


def take_up(store: Store, folders: Folders, mechanism: Mechanism, *, at: Moment) -> tuple[str, ...]:
    """Write a mechanism's version, then draw what is missing; run again, it does what is left.

    Returns:
        The names of what was drawn.

    Raises:
        Refused: these are no keys of a house.
        GateRefused: these rules may not replace the earlier ones yet (G32), or a door of theirs costs something (G07).
    """
    if not (folders.web / "follow").is_file():
        raise Refused(f"the keys of the process that takes in are not in {folders.web}: nothing was changed")
    for answer in store.transact(lambda conn: install.publish_mechanism(conn, mechanism, at=at)):
        answer.settle()
    drawn, publics = [], {}
    for operator in mechanism.operators:
        new, publics[vault.desk(operator.key)] = _desk(store, folders, operator.key)
        drawn += [f"desk of {operator.key}"] * new
    for door in (c.key for c in mechanism.channels if c.kind == "kiosk"):
        if not kioskkeys.numbers(folders.web, door):
            kioskkeys.make(folders.web, door, 1)
            drawn.append(f"kiosk {door}")
        for number in kioskkeys.numbers(folders.web, door):
            publics[kioskkeys.reader(door, number)] = kioskkeys.public(folders.web, door, number)
    drawn += [f"year {year}" for year in install.years_around(at.now) if _year(folders, year)]
    store.transact(lambda conn: _record(conn, publics, at=at, version=mechanism.version))
    return tuple(drawn)


def _desk(store: Store, folders: Folders, operator: str) -> tuple[bool, bytes]:
    """Draw the key of a company's desk where the record knows none; its public half goes into every folder."""
    reader, name = vault.desk(operator), f"desk.{operator}"
    query = select(_READERS.c.public).where(_READERS.c.reader == reader, _READERS.c.until.is_(None))
    public = store.read(lambda conn: conn.execute(query).scalar_one_or_none())
    folder, new = folders.desks[operator], False
    if public is None:
        if not (folder / name).is_file():
            _furnish(folder, folders)
            keyring.write_secret(folder, name)
            new = True
        private = X25519PrivateKey.from_private_bytes((folder / name).read_bytes())
        public = private.public_key().public_bytes_raw()
    for each in {*folders.every, *([folder] if folder.is_dir() else [])}:
        keyring.write_public(each, reader, public)
    return new, public


def _furnish(folder: Path, folders: Folders) -> None:
    """Give the folder of a new desk what every desk has: its own two secrets as the other desks, and all public halves."""
    if folder in folders.every:
        return
    folder.mkdir(mode=0o700, exist_ok=True)
    for name in OF_DESKS:
        others = [desk / name for desk in folders.desks.values() if (desk / name).is_file()]
        if not (folder / name).exists():
            keyring.write_secret(folder, name, others[0].read_bytes() if others else None)
    for file in folders.web.glob(f"*{PUBLIC}"):
        shutil.copy2(file, folder / file.name)


def _year(folders: Folders, year: int) -> bool:
    """Draw the key that counts the people of a year, unless there is one; the same in each folder that counts."""
    name = f"contributor.{year}"
    here = [folder for folder in folders.counting if (folder / name).is_file()]
    value = (here[0] / name).read_bytes() if here else os.urandom(keyring.SECRET)
    for folder in folders.counting:
        if folder not in here:
            keyring.write_secret(folder, name, value)
    return not here


def _record(conn: Connection, publics: Mapping[str, bytes], *, at: Moment, version: str) -> None:
    known = set(conn.execute(select(_READERS.c.reader)).scalars())
    for reader, public in sorted(publics.items()):
        if reader not in known:
            install.publish_key(conn, reader, public, at=at, version=version)
