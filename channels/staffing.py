"""Accounts of staff: argon2id for the password, a second factor for everybody, wrong tries slow the next ones.

What an account's second factor needs is sealed (AES-256-GCM) to the face it opens, so that the database
alone makes no code. Unknown names cost the same work as known ones and are answered with the same words.
"""

import hashlib
import hmac
import json
import os
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, delete, func, insert, select, update

from grievance.errors import Damaged, Refused, Unknown
from grievance.keyring import Ring
from grievance.moment import Moment
from grievance.staff import Slip, Staff
from grievance.store import Store
from grievance.vocabulary import Role, Step
from workflows import casework
from workflows.criterion import Actor
from workflows.knowing import conflicts
from workflows.registry.accounts import CLOSED, OPENED, note, note_untold
from workflows.rulebook import Rulebook

FACES = {Role.OFFICER: "desk", Role.FOCAL: "review", Role.REVIEWER: "review", Role.RELAY: "radio"}
SHORTEST = 12
LONGEST_UNIT = 32
SHORTEST_NAME, LONGEST_NAME, MOST_NAMES = 3, 80, 8
ISSUER = "Grievance"
STEP = 30
FREE_TRIES = 3
LONGEST_WAIT = timedelta(seconds=60)
REMEMBERED = timedelta(hours=1)
_NONCE = 12
_STAFF = Staff.__table__  # type: ignore[attr-defined]
_SLIPS = Slip.__table__  # type: ignore[attr-defined]
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_COMMAND_LINE = Actor(Role.ADMIN, id="command-line")
_ABREAST = threading.BoundedSemaphore(4)
_NOBODYS = "$argon2id$v=19$m={0.memory_cost},t={0.time_cost},p={0.parallelism}${1}${2}".format(
    _HASHER, "A" * 22, "A" * 43
)
"""A hash that no password has, as dear to check as any: made by writing it, since each start would pay for hashing one."""


@dataclass(frozen=True, slots=True)
class Provisioning:
    """What a new member of staff puts into their authenticator, shown once."""

    id: str
    secret: str
    uri: str


@dataclass(frozen=True, slots=True)
class Account:
    """An account as the command line lists it."""

    login: str
    role: str
    face: str
    operator: str | None
    sites: tuple[str, ...]
    active: bool


def add(
    store: Store,
    ring: Ring,
    *,
    login: str,
    role: Role,
    operator: str | None,
    sites: Iterable[str],
    password: str,
    rules: Rulebook,
    moment: Moment,
    face: str | None = None,
    secret: str | None = None,
    unit: str | None = None,
    door: str | None = None,
    called: Iterable[str] = (),
) -> Provisioning:
    """Add an account, and an entry of it with its role and company.

    `unit` is its reporting line, which is off every case that is about one of them.

    `door` is where a relay takes things down. `called`: what people call whoever has it, names and offices.

    Raises:
        Refused: the login is taken, the password is short, or the role lacks a face, an operator or a door it needs.
    """
    name = login_of(login)
    if role not in FACES:
        raise Refused(f"no account can be {role}")
    if face not in (None, FACES[role]):
        raise Refused(f"a {role} signs in at {FACES[role]}")
    if len(password) < SHORTEST:
        raise Refused(f"a password has at least {SHORTEST} letters")
    if unit is not None and not 0 < len(unit) <= LONGEST_UNIT:
        raise Refused(f"a reporting line has at most {LONGEST_UNIT} letters")
    if (role == Role.OFFICER) is not bool(operator):
        raise Refused("an officer belongs to one operator, a third party to none")
    if (role == Role.RELAY) is not bool(door):
        raise Refused("a relay works at one door, a radio station or an office; nobody else has one")
    face = FACES[role]
    secret = secret or pyotp.random_base32()
    row = {
        "id": moment.id(f"staff/{name}"),
        "login": name,
        "role": str(role),
        "face": face,
        "operator": operator,
        "sites": json.dumps(sorted(sites)),
        "unit": unit,
        "door": door,
        "called": _called(called),
        "password": _HASHER.hash(password),
        "totp": _seal(ring, face, name, secret),
        "totp_last": 0,
        "active": True,
    }

    def write(conn: Connection) -> None:
        if conn.execute(select(_STAFF.c.id).where(_STAFF.c.login == name)).first() is not None:
            raise Refused(f"there is already an account {name}")
        note_untold(conn, rules=rules, at=moment, by=_COMMAND_LINE)
        conn.execute(insert(_STAFF), row)
        note(
            conn, OPENED, who=str(row["id"]), role=str(role), company=operator, by=_COMMAND_LINE,
            rules=rules, at=moment,
        )  # fmt: skip

    store.transact(write)
    uri = pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=ISSUER)
    return Provisioning(id=str(row["id"]), secret=secret, uri=uri)


def accounts(store: Store) -> list[Account]:
    """List every account."""

    def look(conn: Connection) -> list[Account]:
        return [
            Account(row.login, row.role, row.face, row.operator, tuple(json.loads(row.sites)), row.active)
            for row in conn.execute(select(_STAFF).order_by(_STAFF.c.login))
        ]

    return store.read(look)


def missing(store: Store, rules: Rulebook) -> list[str]:
    """Say whose work nobody does: a site without an officer of its company, a danger that nobody reads, a review."""
    there = [one for one in accounts(store) if one.active]
    mechanism = rules.current
    found = [
        f"nobody is at the desk of {site.key} ({site.operator})"
        for site in mechanism.sites
        if not any(
            one.role == Role.OFFICER and one.operator == site.operator and site.key in one.sites
            for one in there
        )
    ]
    if not any(one.role == Role.FOCAL for one in there):
        found.append("no focal point: nobody is there for who is in danger")
    if not any(one.role == Role.REVIEWER for one in there):
        found.append("no reviewer: nobody decides a review")
    return found


def disable(store: Store, *, login: str, rules: Rulebook, moment: Moment) -> None:
    """Disable an account; its sessions end with the next request, and an entry says so: nobody goes unseen.

    An open case that everybody who stays at that desk is off goes to the third party, as where the last one steps back:
    it would lie in no list.

    Raises:
        Unknown: there is no such account, or it is disabled already.
    """

    def write(conn: Connection) -> None:
        here = (_STAFF.c.login == plain(login)) & _STAFF.c.active
        found = conn.execute(select(_STAFF.c.id, _STAFF.c.role, _STAFF.c.operator).where(here)).first()
        if found is None:
            raise Unknown("no such account")
        note_untold(conn, rules=rules, at=moment, by=_COMMAND_LINE)
        conn.execute(update(_STAFF).where(_STAFF.c.id == found.id).values(active=False))
        note(
            conn, CLOSED, who=found.id, role=found.role, company=found.operator, by=_COMMAND_LINE,
            rules=rules, at=moment,
        )  # fmt: skip
        for case in conflicts.left_at_desk(conn, found.operator) if found.operator else ():
            doing = casework.Doing(facts={"recused": found.id})
            casework.take(
                conn, case, Step.RECUSE, actor=Actor(Role.CHANNEL), rules=rules, at=moment, doing=doing
            )

    store.transact(write)


def name(store: Store, *, login: str, called: Iterable[str]) -> None:
    """Say what people call whoever has an account, instead of what was said before.

    Raises:
        Unknown: there is no such account.
        Refused: a name is empty or too long, or there are too many.
    """
    said = _called(called)

    def write(conn: Connection) -> None:
        here = (_STAFF.c.login == plain(login)) & _STAFF.c.active
        if not conn.execute(update(_STAFF).where(here).values(called=said)).rowcount:
            raise Unknown("no such account")

    store.transact(write)


def _called(names: Iterable[str]) -> str | None:
    kept = [" ".join(one.split()) for one in names]
    if len(kept) > MOST_NAMES or any(not SHORTEST_NAME <= len(one) <= LONGEST_NAME for one in kept):
        raise Refused(
            f"at most {MOST_NAMES} names or offices of {SHORTEST_NAME} to {LONGEST_NAME} letters are kept of somebody"
        )
    return json.dumps(kept, ensure_ascii=False) if kept else None


def check(
    store: Store, ring: Ring, *, face: str, login: str, password: str, code: str, now: datetime
) -> Staff | None:
    """Check password and code; a code that was used once is refused. Nobody learns which of them was wrong."""
    name = plain(login)
    found = store.read(
        lambda c: c.execute(
            select(_STAFF).where(_STAFF.c.login == name, _STAFF.c.face == face, _STAFF.c.active)
        ).one_or_none()
    )
    known = _password_fits(found.password if found is not None else _NOBODYS, password)
    if found is None or not known:
        return None
    at = _step_of(code, _open(ring, face, name, found.totp), now)
    if at is None:
        return None
    fresh = (_STAFF.c.id == found.id) & (_STAFF.c.totp_last < at)
    if not store.transact(lambda c: c.execute(update(_STAFF).where(fresh).values(totp_last=at)).rowcount):
        return None
    return Staff(**found._mapping)  # noqa: SLF001  SQLAlchemy's public name


def wait(store: Store, ring: Ring, *, face: str, login: str, now: datetime) -> timedelta:
    """Say how long the next try of this name has to wait: nothing at first, a minute at most, never for ever."""
    who = _who(ring, face, login)
    query = select(func.count(), func.max(_SLIPS.c.at)).where(
        _SLIPS.c.who == who, _SLIPS.c.at > now - REMEMBERED
    )
    tries, last = store.read(lambda c: c.execute(query).one())
    if tries < FREE_TRIES:
        return timedelta()
    left: timedelta = last + _pause(tries) - now
    return max(timedelta(), left)


def _pause(tries: int) -> timedelta:
    return min(LONGEST_WAIT, timedelta(seconds=2 ** min(tries - FREE_TRIES + 1, 8)))


def slipped(store: Store, ring: Ring, *, face: str, login: str, moment: Moment) -> None:
    """Remember a wrong try, without the name; older ones are forgotten."""
    row = {"id": moment.id("slip"), "what": f"login-{face}", "who": _who(ring, face, login), "at": moment.now}

    def write(conn: Connection) -> None:
        conn.execute(
            delete(_SLIPS).where(_SLIPS.c.what == row["what"], _SLIPS.c.at < moment.now - REMEMBERED)
        )
        conn.execute(insert(_SLIPS), row)

    store.transact(write)


def forgiven(store: Store, ring: Ring, *, face: str, login: str) -> None:
    """Forget the wrong tries of somebody who got in."""
    who = _who(ring, face, login)
    store.transact(lambda c: c.execute(delete(_SLIPS).where(_SLIPS.c.who == who)))


def plain(login: str) -> str:
    """Write a login the one way it is stored."""
    return login.strip().casefold()[:64]


def login_of(typed: str) -> str:
    """Read a login that is to be given to somebody.

    Raises:
        Refused: it has other signs than letters, digits, dots and dashes.
    """
    name = plain(typed)
    if not name.replace("-", "").replace("_", "").replace(".", "").isalnum():
        raise Refused("a login has letters, digits, dots and dashes")
    return name


def _password_fits(hashed: str, password: str) -> bool:
    with _ABREAST:
        try:
            return _HASHER.verify(hashed, password)
        except (VerificationError, InvalidHashError):
            return False


def _step_of(code: str, secret: str, now: datetime) -> int | None:
    """Find the time step a code belongs to (RFC 6238): this one, the one before or the one after."""
    digits = "".join(sign for sign in code if sign in "0123456789")
    totp = pyotp.TOTP(secret)
    current = int(now.timestamp()) // STEP
    found = None
    for step in (current - 1, current, current + 1):
        if hmac.compare_digest(totp.generate_otp(step), digits):
            found = step
    return found


def _seal(ring: Ring, face: str, login: str, secret: str) -> bytes:
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(ring.secret(f"totp-{face}")).encrypt(
        nonce, secret.encode(), f"totp/{face}/{login}".encode()
    )


def _open(ring: Ring, face: str, login: str, sealed: bytes) -> str:
    try:
        key = AESGCM(ring.secret(f"totp-{face}"))
        return key.decrypt(sealed[:_NONCE], sealed[_NONCE:], f"totp/{face}/{login}".encode()).decode()
    except InvalidTag as cause:
        raise Damaged(f"the second factor of {login} does not open") from cause


def _who(ring: Ring, face: str, login: str) -> bytes:
    return hmac.new(
        ring.secret(f"session-{face}"), f"slip\x00{plain(login)}".encode(), hashlib.sha256
    ).digest()
