"""A deployment of a test: keys, a database, an environment; and its processes, as real as an operator's.

In process it is a `House` with a clock that the test moves. As processes it is `grievance serve`, `worker` and
`clock`, each with its own folder of keys, waited for by `/readyz` and ended by their own id.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest

from channels import clock, install, staffing, wiring
from channels.house import House
from channels.staffing import Provisioning
from grievance import keyring, mechanism
from grievance.moment import SEED, Moment
from grievance.settings import Settings
from grievance.store import Store
from grievance.vocabulary import Role
from tests import measured, moved, standin
from tests.factories import KEY_YEARS, NOON, SCRYPT_LOG_N, papers

T = TypeVar("T")
DEADLINE = 30.0
PASSPHRASE = "una frase larga para abrir"
PASSWORD = "una clave de oficina larga"
REVIEWERS = ("ines", "pilar")
SHARED_NUMBER = "+51900000001"
NUMBER = "+51900000002"
"""The number of Minera Qorimayu in the example mechanism."""
MECHANISM = mechanism.example()
PROCESSES = (
    "web",
    "worker",
    "review",
    "clock",
    *(f"desk:{operator.key}" for operator in MECHANISM.operators),
)


class TooLate(AssertionError):
    """What a test waited for did not happen in time."""


def until(condition: Callable[[], T | None], *, what: str = "", within: float = DEADLINE) -> T:
    """Wait until a condition is met and give what it gave; give up after `within` seconds."""
    end = time.monotonic() + within
    while True:
        found = condition()
        if found:
            return found
        if time.monotonic() > end:
            raise TooLate(f"waited {within:.0f} s in vain{': ' + what if what else ''}")
        time.sleep(0.02)


@dataclass(frozen=True)
class Keys:
    """The key files of one deployment: all together, and a folder for each process."""

    together: Path
    apart: Mapping[str, Path]


def write_keys(folder: Path) -> Keys:
    """Write one deployment's keys, both ways: the same keys, so that a test may open with one what another sealed."""
    together = folder / "together"
    apart = {name: folder / name.replace(":", "-") for name in PROCESSES}
    folders = {name: [apart[name], together] for name in PROCESSES}
    passphrases = dict.fromkeys(REVIEWERS, PASSPHRASE)
    years = sorted({*KEY_YEARS, *install.years_around(clock.now())})
    install.write_keys(folders, mechanism=MECHANISM, reviewers=passphrases, log_n=SCRYPT_LOG_N, years=years)
    for file in apart["review"].glob("reviewer.*"):
        shutil.copy2(file, together / file.name)
    return Keys(together=together, apart=apart)


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    """Write the keys of a deployment, once; tests change none of them."""
    return write_keys(tmp_path_factory.mktemp("keys"))


@dataclass
class Clock:
    """A clock that a test moves."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now


@dataclass(frozen=True)
class Deployment:
    """One deployment: where it stands, its keys, its database, and who answers for Twilio."""

    home: Path
    database_url: str
    keys: Keys
    api_base: str = ""
    base_url: str = "http://127.0.0.1:8000"
    redis_url: str | None = None

    def env(self, *, keys_dir: Path | None = None, **more: str) -> dict[str, str]:
        """Give the settings of one process."""
        env = {
            "HOME": str(self.home), "DATABASE_URL": self.database_url, "KEYS_DIR": str(keys_dir or self.keys.together),
            "BASE_URL": self.base_url, "LOG": "debug",
        }  # fmt: skip
        if self.api_base:
            env |= {
                "TWILIO_ACCOUNT_SID": standin.ACCOUNT, "TWILIO_AUTH_TOKEN": standin.TOKEN, "TWILIO_FROM": NUMBER,
                "TWILIO_API_BASE": self.api_base,
            }  # fmt: skip
        if self.redis_url is not None:
            env["REDIS_URL"] = self.redis_url
        path = self.home / "mechanism.toml"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(Path(mechanism.__file__).parent / "example_mechanism.toml", path)
        return {f"GRIEVANCE_{name}": value for name, value in (env | more).items()}

    def settings(self, **more: str) -> Settings:
        """Read the settings as the process would."""
        return wiring.settings_of(self.env(**more))

    def prepare(self) -> "Deployment":
        """Make schema, fingerprints and the mechanism's version, as `grievance init` does."""
        store = Store(self.database_url)
        ring = keyring.load(self.keys.together, processes=wiring.EMBEDDED)
        install.prepare(store, ring=ring, mechanism=MECHANISM, at=Moment(NOON, os.urandom(SEED)))
        store.close()
        return self

    def house(
        self, *, processes: Iterable[str] = wiring.EMBEDDED, now: Clock | None = None, **more: str
    ) -> House:
        """Build the house of one process."""
        return wiring.house_of(self.settings(**more), processes=processes, **({"now": now} if now else {}))

    def hire(
        self, login: str, role: Role, *, operator: str | None = None, sites: Iterable[str] = (),
        door: str | None = None,
    ) -> Provisioning:  # fmt: skip
        """Add an account, and give what goes into the authenticator."""
        store = Store(self.database_url)
        ring = keyring.load(self.keys.together, processes=wiring.EMBEDDED)
        given = staffing.add(
            store, ring, login=login, role=role, operator=operator, sites=sites, password=PASSWORD,
            rules=install.rulebook(store, wiring.mechanism_of(self.settings())),
            moment=Moment(NOON, os.urandom(SEED)), door=door,
        )  # fmt: skip
        store.transact(lambda conn: papers(conn, given.id, role=role))
        store.close()
        return given


@dataclass
class Process:
    """A real process of the product. It has a session of its own, so that its children end with it."""

    popen: "subprocess.Popen[bytes]"
    log: Path
    url: str = ""

    def get(self, path: str) -> int:
        """Ask for a page; answers the status, 0 when nobody is there."""
        try:
            with urllib.request.urlopen(self.url + path, timeout=30) as answer:  # noqa: S310  loopback
                return int(answer.status)
        except urllib.error.HTTPError as answer:
            with answer:
                return int(answer.code)
        except OSError:
            return 0

    def wait_ready(self) -> "Process":
        """Wait until `/readyz` says so."""

        def ready() -> bool:
            assert self.popen.poll() is None, f"it ended by itself: {self.said()}"
            return self.get("/readyz") == 200

        try:
            until(ready, what="/readyz")
        except TooLate as cause:
            raise TooLate(f"{cause}; it said: {self.said()}") from None
        return self

    def said(self) -> str:
        """Read what it logged."""
        return self.log.read_text(encoding="utf-8", errors="replace")[-4000:]

    def kill(self) -> None:
        """End it as a power cut would: kill -9, with every process that it started."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Ask it to end; after ten seconds it is killed."""
        if self.popen.poll() is None:
            self.popen.send_signal(signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                self.popen.wait(10)
        self._end(signal.SIGKILL)

    def _end(self, how: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.popen.pid, how)
        self.popen.wait(10)


@dataclass
class Running:
    """Starts processes of a deployment and ends every one of them."""

    deployment: Deployment
    logs: Path
    started: list[Process] = field(default_factory=list)
    clock_file: Path | None = None
    """The file of a clock that the test moves; the one on the wall where there is none."""

    def start(self, *command: str, url: str = "", **env: str) -> Process:
        """Start `grievance <command>`."""
        self.logs.mkdir(parents=True, exist_ok=True)
        log = self.logs / f"{len(self.started)}-{command[0]}.log"
        clean = {
            k: v
            for k, v in os.environ.items()
            if not k.startswith("GRIEVANCE_") and k not in measured.SETTINGS
        }
        if self.clock_file:
            clean[moved.FILE] = str(self.clock_file)
        program = "tests.moved" if self.clock_file else "channels.cli"
        with log.open("wb") as out:
            popen = subprocess.Popen(  # noqa: S603  our own program
                [sys.executable, "-c", f"from {program} import main; main()", *command], cwd=Path(__file__).parents[1],
                env=clean | env, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True,
            )  # fmt: skip
        process = Process(popen=popen, log=log, url=url)
        self.started.append(process)
        return process

    def serve(self, *, port: int, keys_dir: Path | None = None, **settings: str) -> Process:
        """Start a web server and wait for it."""
        env = self.deployment.env(keys_dir=keys_dir, **settings)
        return self.start("serve", "--port", str(port), url=f"http://127.0.0.1:{port}", **env).wait_ready()

    def worker(self, *, keys_dir: Path | None = None, **settings: str) -> Process:
        """Start a worker."""
        return self.start("worker", **self.deployment.env(keys_dir=keys_dir, **settings))

    def keep_clock(self, *, keys_dir: Path | None = None, every: float = 0.5, **settings: str) -> Process:
        """Start the process that keeps the clock."""
        return self.start(
            "clock", "--every", str(every), **self.deployment.env(keys_dir=keys_dir, **settings)
        )


@contextmanager
def running(deployment: Deployment, *, clock_file: Path | None = None) -> Iterator[Running]:
    """Give a starter of processes; all are ended afterwards."""
    starter = Running(deployment, deployment.home / "logs", clock_file=clock_file)
    try:
        yield starter
    finally:
        for process in starter.started:
            process.stop()


def free_port() -> int:
    """Find a port of loopback that nobody has."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def hours(number: float) -> timedelta:
    """Write a span of hours."""
    return timedelta(hours=number)


def rows(store: Store, statement: Any) -> list[Any]:
    """Read rows, whatever is asked."""
    return store.read(lambda conn: list(conn.execute(statement)))
