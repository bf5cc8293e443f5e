"""Set a deployment up: folders, keys, public halves and their fingerprints in the record, schema, mechanism."""

import json
import os
import shutil
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import ProgrammingError

from channels.kiosk import kioskkeys
from grievance import keyring, record, reviewkeys, signing, upgrade, vault
from grievance.errors import Busy, Misconfigured, Refused
from grievance.mechanism import Mechanism, read_document
from grievance.moment import SEED, Moment
from grievance.published import MechanismVersion, ReaderKey
from grievance.register import By
from grievance.store import Store
from grievance.vocabulary import Kind, Role
from workflows import gates
from workflows.rulebook import Rulebook

_READERS = ReaderKey.__table__  # type: ignore[attr-defined]
_VERSIONS = MechanismVersion.__table__  # type: ignore[attr-defined]
_ENTRIES = record.Entry.__table__  # type: ignore[attr-defined]
PUBLISH, RETIRE = "publish_key", "retire_key"
RADIO_SECRETS = ("session-radio", "totp-radio")
SHARED_SECRETS = ("pepper-pseudonym", "pepper-clave", "mac")


def write_keys(
    folders: Mapping[str, Iterable[Path]],
    *,
    mechanism: Mechanism,
    reviewers: Mapping[str, str],
    log_n: int,
    years: Iterable[int],
) -> None:
    """Draw every key and put each into the folders of the processes that may hold it.

    Args:
        folders: process (`web`, `worker`, `fetcher`, `desk:<operator>`, `review`, `clock`) to the folders that get its keys.
        mechanism: whose operators get a desk.
        reviewers: login to passphrase, at least one; each gets the review key sealed to their own.
        log_n: scrypt's cost, as a power of two.
        years: for which contributor keys are drawn.
    """
    every = sorted({folder for some in folders.values() for folder in some})
    secrets: dict[str, tuple[tuple[str, ...], bytes]] = {
        name: (("web", "worker"), os.urandom(32)) for name in SHARED_SECRETS
    }
    secrets["scheme"] = (("web", "worker"), f"1 {log_n} {os.urandom(16).hex()}\n".encode())
    secrets["follow"] = (("web",), os.urandom(32))
    secrets |= {f"contributor.{year}": (("web", "fetcher"), os.urandom(32)) for year in years}
    for face in ("desk", "review"):
        holders = tuple(name for name in folders if name.partition(":")[0] == face)
        secrets |= {f"{kind}-{face}": (holders, os.urandom(32)) for kind in ("session", "totp")}
    secrets |= {name: (("web",), os.urandom(32)) for name in RADIO_SECRETS}
    publics: dict[str, bytes] = {}
    publisher = os.urandom(32)
    secrets[signing.NAME] = (("clock",), publisher)
    publics[signing.NAME] = signing.public_of(publisher)
    for reader, name, holders in _readers(mechanism):
        private = X25519PrivateKey.generate()
        secrets[name] = (holders, private.private_bytes_raw())
        publics[reader] = private.public_key().public_bytes_raw()
    for name, (holders, value) in secrets.items():
        for folder in sorted({f for holder in holders for f in folders.get(holder, ())}):
            keyring.write_secret(folder, name, value)
    review = list(folders.get("review", ()))
    if review:
        publics[vault.REVIEW] = reviewkeys.make(review[0], reviewers)
    for folder in every:
        for reader, public in publics.items():
            keyring.write_public(folder, reader, public)
    for door in (c.key for c in mechanism.channels if c.kind == "kiosk"):
        _write_kiosk_key(sorted(set(folders.get("web", ()))), door)


def check_no_keys(folders: Iterable[Path]) -> None:
    """See that no folder holds keys: drawn again over those in use, they would shut every text that was sealed.

    Raises:
        Refused: one does.
    """
    for folder in folders:
        if folder.is_dir() and any(folder.iterdir()):
            raise Refused(f"there are keys in {folder} already: nothing was changed")


def _write_kiosk_key(folders: list[Path], door: str) -> None:
    """Draw the first key of a kiosk; only the process that takes in what waited there gets it, in each of its folders."""
    for folder in folders[:1]:
        kioskkeys.make(folder, door, 1)
        for file in (*folder.glob(f"kiosk.{door}.1"), *folder.glob(f"kiosk={door}=1{keyring.PUBLIC}")):
            for other in folders[1:]:
                shutil.copy2(file, other / file.name)


def write_radio_keys(folder: Path) -> tuple[str, ...]:
    """Draw the secrets of the radio room that are missing from a folder; answers their names. What is there stays."""
    missing = tuple(name for name in RADIO_SECRETS if not (folder / name).exists())
    for name in missing:
        keyring.write_secret(folder, name)
    return missing


def _readers(mechanism: Mechanism) -> list[tuple[str, str, tuple[str, ...]]]:
    found: list[tuple[str, str, tuple[str, ...]]] = [(vault.DISPATCH, "dispatch", ("worker",))]
    return found + [(vault.desk(o.key), f"desk.{o.key}", (f"desk:{o.key}",)) for o in mechanism.operators]


def prepare(store: Store, *, ring: keyring.Ring, mechanism: Mechanism, at: Moment) -> None:
    """Bring the schema to head, write the mechanism's version and the fingerprints of every public half.

    Raises:
        GateRefused: these rules may not replace the earlier ones yet (G32), or a door of theirs costs something (G07).
    """
    upgrade.to_head(store)

    def work(conn: Connection) -> list[gates.Answer]:
        answers = publish_mechanism(conn, mechanism, at=at)
        for reader, public in sorted(ring.publics.items()):
            if conn.execute(select(_READERS.c.reader).where(_READERS.c.reader == reader)).first() is None:
                publish_key(conn, reader, public, at=at, version=mechanism.version)
        return answers

    for answer in store.transact(work):
        answer.settle()


def publish_mechanism(conn: Connection, mechanism: Mechanism, *, at: Moment) -> list[gates.Answer]:
    """Keep a version of the mechanism for the cases received under it, unless the criteria refuse it."""
    known = conn.execute(select(_VERSIONS.c.version).where(_VERSIONS.c.version == mechanism.version)).first()
    if known is not None:
        return []
    by = By(role=str(Role.ADMIN), id="install", on=at.now.date(), version=mechanism.version)
    asked: list[tuple[str, gates.Asked]] = [
        *_changes(conn, mechanism, on=by.on),
        *((gates.OPEN_CHANNEL, gates.OpeningChannel(c.cost_to_user)) for c in mechanism.channels),
    ]
    answers = [
        gates.ask(conn, gate, what, by=by, at=Moment(at.now, at.draw(f"gate/{n}", SEED)))
        for n, (gate, what) in enumerate(asked)
    ]
    if not any(answer.refusals for answer in answers):
        row = {"version": mechanism.version, "published_on": at.now.date(), "toml": mechanism.to_json()}
        conn.execute(insert(_VERSIONS), row)
    return answers


def _changes(conn: Connection, mechanism: Mechanism, *, on: date) -> list[tuple[str, gates.Asked]]:
    """Say what is asked before these rules replace others: nothing while nobody complained, nor where no rule changes.

    By whose rules somebody complained already, those are in force, whoever did not write them down.
    """
    by_these = select(_ENTRIES.c.seq).where(
        _ENTRIES.c.kind == str(Kind.GRIEVANCE), _ENTRIES.c.procedure_version == mechanism.version
    )
    if not _somebody_complained(conn) or conn.execute(by_these.limit(1)).first() is not None:
        return []
    kept = [*published(conn).values()]
    if kept and not gates.procedure_differs(kept[-1], mechanism):
        return []
    return [(gates.CHANGE_PROCEDURE, gates.changing(conn, mechanism.version, on=on))]


def rulebook(store: Store, mechanism: Mechanism) -> Rulebook:
    """Read the rules in force, and the earlier versions that open cases live by.

    A file that was changed and not taken up moves nobody's date, and stops nobody's complaint: where somebody complained
    already, the house goes on by what was taken up (that version of the record, else its newest). Before that the file
    stands as it is, and nothing starts by it.

    Raises:
        Misconfigured: the database is there, and nothing in it.
    """
    try:
        kept, lived = store.read(lambda conn: (published(conn), _somebody_complained(conn)))
    except (
        Busy,
        ProgrammingError,
    ) as cause:  # a table that is not there is told so by one database and so by the other
        if upgrade.has_none(store):
            raise Misconfigured(
                "the database has no schema yet: `grievance init`, or `grievance migrate`"
            ) from cause
        raise
    current = mechanism
    if lived and kept and not _is_taken_up(kept.get(mechanism.version), mechanism):
        current = kept.get(mechanism.version) or [*kept.values()][-1]
    return Rulebook(
        current=current,
        earlier={version: one for version, one in kept.items() if version != current.version},
    )


def _is_taken_up(kept: Mechanism | None, mechanism: Mechanism) -> bool:
    """Tell whether a file says of dates, first readers and companies what the record says of its version."""
    return (
        kept is not None
        and not rules_differ(kept, mechanism)
        and {one.key for one in mechanism.operators} <= {one.key for one in kept.operators}
    )


def rules_differ(kept: Mechanism, mechanism: Mechanism) -> bool:
    """Tell whether people would be treated otherwise, or a date that was told could fall on another day."""
    return gates.procedure_differs(kept, mechanism) or _holidays(kept) != _holidays(mechanism)


def _holidays(rules: Mechanism) -> Mapping[str, object]:
    return {one.name: one for one in rules.calendars}


def published(conn: Connection) -> dict[str, Mechanism]:
    """Read every version that was published, the newest last."""
    rows = conn.execute(
        select(_VERSIONS.c.version, _VERSIONS.c.toml).order_by(_VERSIONS.c.published_on, _VERSIONS.c.version)
    )
    return {row.version: read_document(json.loads(row.toml)) for row in rows}


def _somebody_complained(conn: Connection) -> bool:
    return (
        conn.execute(select(_ENTRIES.c.seq).where(_ENTRIES.c.kind == str(Kind.GRIEVANCE)).limit(1)).first()
        is not None
    )


def check_fingerprints(store: Store, ring: keyring.Ring) -> None:
    """Compare every public half with the fingerprint in the record.

    Raises:
        Misconfigured: one differs: texts would be sealed to somebody else.
    """

    def look(conn: Connection) -> dict[str, str]:
        rows = conn.execute(
            select(_READERS.c.reader, _READERS.c.fingerprint).where(_READERS.c.until.is_(None))
        )
        return {row.reader: row.fingerprint for row in rows}

    recorded = store.read(look)
    for reader, fingerprint in sorted(ring.fingerprints.items()):
        if recorded.get(reader) != fingerprint:
            raise Misconfigured(
                f"the public half of {reader} is not the one in the record (got {fingerprint[:16]}); do not start"
            )


def retire_key(conn: Connection, reader: str, *, at: Moment, version: str) -> None:
    """Say that a key is in force no more, with an entry behind the one that published it; once."""
    mine = _READERS.c.reader == reader, _READERS.c.until.is_(None)
    row = conn.execute(select(_READERS.c.fingerprint).where(*mine)).one_or_none()
    if row is None:
        return
    conn.execute(update(_READERS).where(*mine).values(until=at.now.date()))
    named = _ENTRIES.c.facts.contains(
        json.dumps({"reader": reader}, separators=(",", ":"))[1:-1], autoescape=True
    )
    found = select(_ENTRIES.c.stream).where(_ENTRIES.c.kind == Kind.KEY, _ENTRIES.c.step == PUBLISH, named)
    stream = conn.execute(found).scalars().first()
    facts = {"reader": reader, "fingerprint": row.fingerprint}
    _write_of_key(conn, RETIRE, facts, stream=stream, at=at, version=version)


def publish_key(conn: Connection, reader: str, public: bytes, *, at: Moment, version: str) -> None:
    """Write the public half of a new key, with an entry of its fingerprint."""
    fingerprint = vault.fingerprint(public)
    conn.execute(
        insert(_READERS),
        {
            "reader": reader,
            "version": 1,
            "public": public,
            "fingerprint": fingerprint,
            "since": at.now.date(),
            "until": None,
        },
    )
    facts = {"reader": reader, "fingerprint": fingerprint}
    _write_of_key(conn, PUBLISH, facts, stream=None, at=at, version=version)


def _write_of_key(
    conn: Connection, step: str, facts: dict[str, Any], *, stream: str | None, at: Moment, version: str
) -> None:
    """Write an entry about a key, into the stream that began with it; where there is none, one begins."""
    on, first = at.now.date(), stream is None
    stream = stream or at.id(f"key/{facts['reader']}")
    if first:
        record.begin(conn, stream, Kind.KEY)
    act = record.Act(
        stream=stream,
        kind=Kind.KEY,
        role=Role.ADMIN,
        from_state="new",
        step=step,
        to_state="new",
        recorded_at=at.now,
        recorded_on=on,
        happened_at=at.now,
        happened_on=on,
        procedure_version=version,
        facts=facts,
    )
    record.write(conn, act, at=at, first=first)


def years_around(now: datetime, *, back: int = 0) -> list[int]:
    """List the years whose contributor keys a deployment needs: this one, the next, and some before (a demo's past)."""
    return list(range(now.year - back, now.year + 2))
