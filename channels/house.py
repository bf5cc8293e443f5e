"""Everything a door needs, wired once: settings, store, keys, rules, gateways. Passed in, never global."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from channels import clock
from channels.gateway import Gateway
from grievance.claves import Scheme
from grievance.keyring import Ring
from grievance.moment import SEED, Moment
from grievance.settings import Settings
from grievance.store import Store
from workflows.rulebook import Rulebook

Clock = Callable[[], datetime]


@dataclass(frozen=True)
class House:
    """One process of one deployment."""

    settings: Settings
    store: Store
    ring: Ring
    rules: Rulebook
    gateways: Mapping[str, Gateway] = field(default_factory=dict)
    now: Clock = clock.now

    def moment(self, now: datetime | None = None) -> Moment:
        """Take the time, or the one given, and fresh randomness."""
        return Moment(now or self.now(), os.urandom(SEED))

    def schemes(self) -> tuple[Scheme, ...]:
        """List the ways claves of this deployment were stretched, newest first."""
        return read_schemes(self.ring.secret("scheme"))


def read_schemes(raw: bytes) -> tuple[Scheme, ...]:
    """Read the deployment's list of scrypt versions: a line each, `version log2(n) salt-in-hex`, newest first."""
    found = []
    for line in raw.decode().splitlines():
        version, log_n, salt = line.split()
        found.append(Scheme(version=int(version), salt=bytes.fromhex(salt), n=2 ** int(log_n)))
    return tuple(sorted(found, key=lambda s: -s.version))
