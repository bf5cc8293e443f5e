"""Web, desk and worker as processes of their own, each with its own keys; then every key tries every blob."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import MetaData, select

from grievance import keyring, reviewkeys, vault
from grievance.errors import Damaged, Unknown
from grievance.store import Store
from grievance.vault import SEALS, TEXTS
from tests import servers, standin
from tests.deployment import PASSPHRASE, Deployment, Keys, free_port, running, until
from tests.factories import NOON
from tests.journeys.actors import Officer, RealWorld, closed_by_their_word
from tests.moved import MovedClock

PHONE, OTHER = "+51987654321", "+51987654322"
THREAT = "Los guardias me amenazaron de muerte por hablar"


@pytest.fixture
def world(
    tmp_path: Path, postgres_server: servers.Postgres, postgres_template: str, redis_url: str, keys: Keys
) -> Iterator[RealWorld]:
    """Run every process of the Procfile on PostgreSQL and Valkey, with an operator's hours and the real cost of a clave."""
    name = postgres_server.create(template=postgres_template)
    web, desk, review = free_port(), free_port(), free_port()
    clock = MovedClock(tmp_path / "clock")
    clock.now = NOON
    with standin.running(fault="callback", now=clock) as network:
        founded = Deployment(
            tmp_path / "home", postgres_server.url(name), keys, api_base=network.url,
            base_url=f"http://127.0.0.1:{web}", redis_url=redis_url,
        ).prepare()  # fmt: skip
        with running(founded, clock_file=clock.file) as processes:
            processes.serve(port=web, keys_dir=keys.apart["web"], FACES="public,intake")
            processes.serve(port=desk, keys_dir=keys.apart["desk:qorimayu"], FACES="desk")
            processes.serve(port=review, keys_dir=keys.apart["review"], FACES="review")
            processes.worker(keys_dir=keys.apart["worker"])
            processes.keep_clock(keys_dir=keys.apart["clock"], every=0.3)
            house = founded.house(now=clock)  # type: ignore[arg-type]
            network.on_status = standin.post
            yield RealWorld(
                founded, house, None, network, clock,  # type: ignore[arg-type]  no application in this process
                web=f"http://127.0.0.1:{web}", desk=f"http://127.0.0.1:{desk}", review=f"http://127.0.0.1:{review}",
            )  # fmt: skip
            house.store.close()
    postgres_server.drop(name)


def test_a_case_runs_from_sms_to_closed_and_each_process_opens_only_what_is_its_own(world: RealWorld) -> None:
    resident, officer = world.resident(PHONE), world.officer()

    number = closed_by_their_word(world, resident, officer)
    protected = _kept_from_the_company(world, officer)

    store, apart = world.house.store, world.deployment.keys.apart
    until(lambda: _all_arrived(store, apart["worker"]), what="the last message to arrive and to be forgotten")
    case = world.case(number)
    assert (case.state, case.sense) == ("closed", "resolved_implemented")
    mine = _of_a_case(store, world.case(protected).id)
    assert mine & _opened(store, [_review_key(apart["review"])]) != set()
    assert not mine & _sealed_to(store, "desk:qorimayu")
    assert _opened(store, _keys_in(apart["web"])) == set()
    assert _opened(store, _keys_in(apart["clock"])) == set()
    assert _opened(store, _keys_in(apart["desk:illapa"])) == set()
    assert _opened(store, _keys_in(apart["desk:qorimayu"])) == _sealed_to(store, "desk:qorimayu") != set()
    assert _opened(store, _keys_in(apart["worker"])) == _sealed_to(store, "dispatch") != set()
    assert _opened(store, [_review_key(apart["review"])]) == _sealed_to(store, "review") != set()
    assert not any(_opens_a_blob(store, key) for key in _keys_in(apart["web"]))
    assert _opens_a_blob(store, _key_of_a_text(store, apart["desk:qorimayu"])), (
        "the right key would be noticed"
    )
    assert _what_dispatch_reads(store, apart["worker"]) == {PHONE, OTHER}
    assert world.network.invalid == []


def _kept_from_the_company(world: RealWorld, officer: Officer) -> str:
    """Threaten somebody else: the review room reads it after its passphrase, and the desk does not know of it."""
    threatened, reviewer = world.resident(OTHER), world.reviewer()
    threatened.texts(THREAT)
    threatened.waits_for("")
    (digits,) = (row.number for row in world.cases() if row.protected)
    protected = f"{digits[:4]}-{digits[4:]}"
    reviewer.waits_for(protected)
    assert THREAT in reviewer.opens(protected)
    assert not officer.sees(protected)
    assert officer.posts(f"/desk/cases/{digits}/open").status_code == 404
    return protected


def test_a_process_that_finds_one_key_more_does_not_start(tmp_path: Path, keys: Keys) -> None:
    too_many = tmp_path / "web"
    too_many.mkdir(mode=0o700)
    for file in keys.apart["web"].iterdir():
        (too_many / file.name).write_bytes(file.read_bytes())
        (too_many / file.name).chmod(0o600)
    fits = keyring.load(too_many, processes=("web",))
    (too_many / "dispatch").write_bytes(bytes(32))
    (too_many / "dispatch").chmod(0o600)

    with pytest.raises(keyring.Misconfigured, match="dispatch"):
        keyring.load(too_many, processes=("web",))

    assert "dispatch" not in fits.secrets


def _keys_in(folder: Path) -> list[bytes]:
    """Everything in a folder that could be a key: files of 32 bytes, and the digest of every other one."""
    files = [file.read_bytes() for file in sorted(folder.iterdir()) if file.suffix != keyring.PUBLIC]
    return [raw if len(raw) == 32 else hashlib.sha256(raw).digest() for raw in files]


def _review_key(folder: Path) -> bytes:
    ring = keyring.load(folder, processes=("review",))
    return reviewkeys.unlock(ring, "ines", PASSPHRASE).private.private_bytes_raw()


def _opened(store: Store, keys: list[bytes]) -> set[tuple[str, str]]:
    """Try every key on every seal, under the very name it was sealed to; (text, reader) of those that open."""
    query = select(SEALS, TEXTS.c.field, TEXTS.c.version, TEXTS.c.body).join(
        TEXTS, TEXTS.c.id == SEALS.c.text
    )
    found = set()
    for row in store.read(lambda conn: list(conn.execute(query))):
        place = {"text_id": row.text, "field": row.field, "version": row.version}
        for raw in keys:
            holder = vault.Key(row.reader, X25519PrivateKey.from_private_bytes(raw))
            try:
                vault.unseal(row.body, vault.unwrap(row.wrapped, holder, **place), **place)
            except Damaged:
                continue
            found.add((row.text, row.reader))
    return found


def _sealed_to(store: Store, reader: str) -> set[tuple[str, str]]:
    query = select(SEALS.c.text, SEALS.c.reader).where(SEALS.c.reader == reader)
    return {tuple(row) for row in store.read(lambda conn: list(conn.execute(query)))}


def _of_a_case(store: Store, case: str) -> set[tuple[str, str]]:
    query = (
        select(SEALS.c.text, SEALS.c.reader)
        .join(TEXTS, TEXTS.c.id == SEALS.c.text)
        .where(TEXTS.c.case == case)
    )
    return {tuple(row) for row in store.read(lambda conn: list(conn.execute(query)))}


def _what_dispatch_reads(store: Store, folder: Path) -> set[str]:
    """What the sender can still open once every message has arrived: the return address, and no word."""
    key = keyring.load(folder, processes=("worker",)).key("dispatch", vault.DISPATCH)
    texts = [text for text, _ in _sealed_to(store, vault.DISPATCH)]
    return {store.read(lambda conn, text=text: vault.read(conn, text, key)) for text in texts}


def _all_arrived(store: Store, folder: Path) -> bool:
    """Tell whether the sender has nothing left to send; what arrives while this looks is gone in the middle of it."""
    try:
        return _what_dispatch_reads(store, folder) == {PHONE, OTHER}
    except Unknown:
        return False


def _key_of_a_text(store: Store, folder: Path) -> bytes:
    """Open the key of one text as the desk does that may read it."""
    query = select(SEALS, TEXTS.c.field, TEXTS.c.version).join(TEXTS, TEXTS.c.id == SEALS.c.text)
    row = store.read(lambda conn: conn.execute(query.where(SEALS.c.reader == "desk:qorimayu")).first())
    assert row is not None
    for raw in _keys_in(folder):
        holder = vault.Key(row.reader, X25519PrivateKey.from_private_bytes(raw))
        try:
            return vault.unwrap(row.wrapped, holder, text_id=row.text, field=row.field, version=row.version)
        except Damaged:
            continue
    raise AssertionError("the desk cannot open what is sealed to it")


def _opens_a_blob(store: Store, key: bytes) -> bool:
    """Try a key as the key of AES-GCM on every blob of every table, with the places it could be bound to."""
    meta = MetaData()
    meta.reflect(store.engine)
    for table in meta.sorted_tables:
        for row in store.read(lambda conn, table=table: list(conn.execute(select(table)))):
            named = row._mapping
            place = f"grievance/1/{table.name}/{row[0]}/{named.get('field', 'narrative')}/{named.get('version', 1)}"
            for blob in (bytes(value) for value in row if isinstance(value, (bytes, memoryview))):
                for bound in (None, b"follow/1", place.encode()):
                    try:
                        AESGCM(key).decrypt(blob[:12], blob[12:], bound)
                    except (InvalidTag, ValueError):
                        continue
                    return True
    return False
