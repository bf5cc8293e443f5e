"""Key files, one secret a file, and the list of what each process may hold (DESIGN 5).

A process that finds a file that is not on its list refuses to start: a key in the wrong place is the
breach that no log shows. Public halves are files too, and every process may have them.
"""

import hmac
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from grievance import vault
from grievance.errors import Misconfigured

MAY_HOLD: Mapping[str, tuple[str, ...]] = {
    "web": (
        "pepper-pseudonym",
        "pepper-clave",
        "mac",
        "contributor",
        "follow",
        "scheme",
        "kiosk",
        "session-radio",
        "totp-radio",
    ),
    "worker": ("dispatch", "pepper-pseudonym", "pepper-clave", "mac", "scheme"),
    "fetcher": ("contributor",),
    "desk": ("desk", "session-desk", "totp-desk"),
    "review": ("reviewer", "session-review", "totp-review"),
    "clock": ("release",),
    "release": (),
    "admin": ("totp-desk", "totp-review", "totp-radio"),
}
"""Names before the first dot of a file: `desk.minera-a`, `contributor.2026`, `reviewer.ana`.

`fetcher`: what a worker may hold besides, where it is the first to hear people: where it reads a modem, or asks a provider
for what was missed. Else all of them would count as one.
"""
NEEDED: Mapping[str, tuple[str, ...]] = {
    "web": ("pepper-pseudonym", "pepper-clave", "mac", "scheme", "follow"),
    "worker": ("dispatch", "pepper-pseudonym", "pepper-clave", "mac", "scheme"),
    "desk": ("session-desk", "totp-desk"),
    "review": ("session-review", "totp-review"),
}
"""What a process cannot do its work without: a server that lacks one would answer, and lose what people send."""
NOT_KEPT = ("kiosk",)
"""Read from the folder each time they open something, so that a key that was destroyed is gone at once."""
PUBLIC = ".pub"
SECRET = 32


@dataclass(frozen=True)
class Ring:
    """The secrets of one process, by file name, and every reader's public half."""

    processes: frozenset[str]
    secrets: Mapping[str, bytes] = field(repr=False)
    publics: Mapping[str, bytes]
    _keys: dict[tuple[str, str], vault.Key] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    """Private halves that were read from these secrets: a handful, for as long as the secrets themselves are held."""

    def secret(self, name: str) -> bytes:
        """Get a secret.

        Raises:
            Misconfigured: this process does not hold it.
        """
        found = self.secrets.get(name)
        if found is None:
            raise Misconfigured(
                f"this process ({', '.join(sorted(self.processes))}) holds no key named {name}"
            )
        return found

    def key(self, name: str, reader: str) -> vault.Key:
        """Get the private half of a reader."""
        known = self._keys.get((name, reader))
        if known is None:
            private = X25519PrivateKey.from_private_bytes(self.secret(name))
            known = self._keys[name, reader] = vault.Key(reader=reader, private=private)
        return known

    def public(self, reader: str) -> bytes:
        """Get a reader's public half.

        Raises:
            Misconfigured: there is no such file.
        """
        found = self.publics.get(reader)
        if found is None:
            raise Misconfigured(f"no public half of {reader}: copy its {PUBLIC} file here")
        return found

    def mac(self, label: str, value: str) -> bytes:
        """HMAC-SHA256 of something that must be found again but not read: provider ids, codes, limits."""
        return _hmac(self.secret("mac"), label, value)

    def pseudonym(self, address: str) -> bytes:
        """HMAC-SHA256 of an address: the same phone, and nobody else can tell which."""
        return _hmac(self.secret("pepper-pseudonym"), "pseudonym", address)

    def contributor(self, year: int, value: str) -> bytes:
        """A token that counts people within a year."""
        return _hmac(self.secret(f"contributor.{year}"), "contributor", value)[:16]

    def face(self, *processes: str) -> "Ring":
        """Give one face of an embedded process only its own ring."""
        allowed = {kind for process in processes for kind in MAY_HOLD[process]}
        kept = {name: value for name, value in self.secrets.items() if name.partition(".")[0] in allowed}
        return Ring(processes=frozenset(processes), secrets=kept, publics=self.publics)

    @cached_property
    def fingerprints(self) -> Mapping[str, str]:
        """SHA-256 of every public half, by reader."""
        return {reader: vault.fingerprint(public) for reader, public in self.publics.items()}


def load(folder: Path, *, processes: Iterable[str]) -> Ring:
    """Read the key files of one process.

    Raises:
        Misconfigured: the folder is missing, holds a file that these processes may not hold, or one that
            others on this machine may read.
    """
    names = frozenset(processes)
    allowed = {kind for name in names for kind in MAY_HOLD[name]}
    if not folder.is_dir():
        raise Misconfigured(
            f"no key folder at {folder}: `grievance init` makes one, or GRIEVANCE_KEYS_DIR names this process's own"
        )
    secrets: dict[str, bytes] = {}
    publics: dict[str, bytes] = {}
    for file in sorted(folder.iterdir()):
        if file.suffix == PUBLIC:
            publics[file.name.removesuffix(PUBLIC).replace("=", ":")] = file.read_bytes()
            continue
        if file.name.partition(".")[0] not in allowed:
            raise Misconfigured(
                f"{file.name} does not belong to {', '.join(sorted(names))}: one key too many, or {folder} is the folder "
                "of another process (GRIEVANCE_KEYS_DIR)"
            )
        if file.stat().st_mode & 0o077:
            raise Misconfigured(f"{file.name} can be read by others on this machine: chmod 600")
        if file.name.partition(".")[0] not in NOT_KEPT:
            secrets[file.name] = file.read_bytes()
    return Ring(processes=names, secrets=secrets, publics=publics)


def check_whole(ring: Ring, folder: Path) -> None:
    """See that a process has what it cannot work without, its own secrets and the public halves of who reads everything.

    Raises:
        Misconfigured: a key is missing.
    """
    needed = sorted({name for process in ring.processes for name in NEEDED.get(process, ())})
    publics = (vault.REVIEW, vault.DISPATCH) if needed else ()
    missing = [name for name in needed if name not in ring.secrets]
    missing += [f"{reader}{PUBLIC}" for reader in publics if reader not in ring.publics]
    if "desk" in ring.processes and not any(name.startswith("desk.") for name in ring.secrets):
        missing.append("desk.<company>")
    if missing:
        raise Misconfigured(
            f"missing in {folder}: {', '.join(missing)}; put it back from the copy of the keys"
        )


def write_secret(folder: Path, name: str, value: bytes | None = None) -> bytes:
    """Write a secret (32 random bytes unless given), readable by its owner alone; never over another."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    value = os.urandom(SECRET) if value is None else value
    descriptor = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(value)
    return value


def write_public(folder: Path, reader: str, public: bytes) -> None:
    """Write a reader's public half; `:` becomes `=` in the file's name."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    (folder / f"{reader.replace(':', '=')}{PUBLIC}").write_bytes(public)


def _hmac(key: bytes, label: str, value: str) -> bytes:
    return hmac.digest(key, f"{label}\x00{value}".encode(), "sha256")
