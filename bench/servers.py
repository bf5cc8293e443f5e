"""What is measured: the product on a fresh deployment, and the same server with less to do.

Everything runs in processes of its own, on 127.0.0.1, in a folder that is removed afterwards. `floor` is F
of the design (a form is posted, nothing is stored); `no_store` and `no_database` are the real route with
its cryptography, once without the transaction's work and once with it, but with no database to do it on.
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
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from flask import Flask, Response, request
from sqlalchemy import text

from bench import messages
from channels import install, wiring
from channels.app import create_app
from channels.house import House
from channels.server import WORKERS
from channels.serving import app as product  # noqa: F401  granian asks this module for it by name
from channels.serving import settle_in
from channels.sms.twilio import TWIML
from channels.talking.doors import Taken
from grievance import keyring, mechanism
from grievance.settings import PREFIX
from grievance.store import Store
from workflows.rulebook import Rulebook

T = TypeVar("T")
ROOT = Path(__file__).parents[1]
COMMAND = (sys.executable, "-c", "from channels.cli import main; main()")
FORM = "/form"
NOBODY = "http://127.0.0.1:9"
"""Where messages go that nobody counts: nothing of a benchmark leaves this machine."""
READY = 30.0
PROMPT = 0.005
EXAMPLE = Path(mechanism.__file__).parent / "example_mechanism.toml"


class NotMeasured(RuntimeError):
    """A row cannot be measured here; its text says why."""


@dataclass(frozen=True, slots=True)
class Deployment:
    """A deployment on this machine: its folder and its settings without those of the port."""

    home: Path
    env: Mapping[str, str]

    def at(self, port: int, **more: str) -> dict[str, str]:
        """Write the environment of a process that serves, or sends for, a port."""
        given = {**self.env, "BASE_URL": f"http://127.0.0.1:{port}", **more}
        return {PREFIX + name: value for name, value in given.items()}


@dataclass(frozen=True, slots=True)
class Running:
    """A server that answers: its port, and the group of processes it is."""

    port: int
    group: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Memory:
    """MiB of all processes of a server: resident (pages shared by two counted twice) and proportional."""

    resident: float
    proportional: float


def deploy(home: Path, *, split: bool = True, database_url: str | None = None) -> Deployment:
    """Set a deployment up as `grievance init` does: with keys apart for web and worker, or all in one folder."""
    home.mkdir(mode=0o700, parents=True)
    shutil.copy(EXAMPLE, home / "mechanism.toml")
    keys = home / "keys"
    env = {
        "HOME": str(home), "TWILIO_ACCOUNT_SID": messages.ACCOUNT, "TWILIO_AUTH_TOKEN": messages.TOKEN,
        "TWILIO_FROM": messages.NUMBER, "TWILIO_API_BASE": NOBODY, "LOG": "error",
        **({"FACES": "public,intake", "KEYS_DIR": str(keys / "web")} if split else {}),
        **({"DATABASE_URL": database_url} if database_url else {}),
    }  # fmt: skip
    made = Deployment(home, env)
    settings = wiring.settings_of(made.at(1))
    rules = wiring.mechanism_of(settings)
    names = ("web", "worker", "review", "clock", *(f"desk:{o.key}" for o in rules.operators))
    folders = {name: [keys / name.replace(":", "-")] if split else [settings.keys_dir] for name in names}
    now = datetime.now(UTC)
    install.write_keys(
        folders,
        mechanism=rules,
        reviewers={"ines": "uno", "luz": "dos"},
        log_n=settings.scrypt_log_n,
        years=install.years_around(now),
    )
    ring = keyring.load(settings.keys_dir, processes=("web",) if split else wiring.EMBEDDED)
    store = Store(settings.database_url)
    house = House(settings=settings, store=store, ring=ring, rules=Rulebook(current=rules))
    install.prepare(store, ring=ring, mechanism=rules, at=house.moment(now))
    store.close()
    return made


def house_of(deployment: Deployment) -> House:
    """Build the web process's house here, in this process."""
    settings = wiring.settings_of(deployment.at(1))
    return wiring.house_of(settings, processes=("web",))


def count(deployment: Deployment, *tables: str) -> list[int]:
    """Count the rows of tables."""
    store = Store(wiring.settings_of(deployment.at(1)).database_url)
    try:
        return store.read(
            lambda conn: [int(conn.execute(text(f"SELECT count(*) FROM {t}")).scalar_one()) for t in tables]  # noqa: S608  our names
        )
    finally:
        store.close()


@contextmanager
def serve(
    deployment: Deployment,
    *,
    workers: int = 2,
    port: int | None = None,
    preload: Mapping[str, str] | None = None,
) -> Iterator[Running]:
    """Serve a deployment as the product does: by its own command."""
    port = port or free_port()
    command = [*COMMAND, "serve", "--port", str(port), "--workers", str(workers)]
    with started(command, port=port, env={**deployment.at(port), **(preload or {})}) as running:
        yield running


@contextmanager
def serve_less(target: str, deployment: Deployment, *, workers: int = 2) -> Iterator[Running]:
    """Serve one of this module's factories with the server and the settings of the product."""
    port = free_port()
    command = [sys.executable, "-m", "bench.servers", target, str(port), str(workers)]
    with started(command, port=port, env=deployment.at(port)) as running:
        yield running


@contextmanager
def started(command: Sequence[str], *, port: int, env: Mapping[str, str]) -> Iterator[Running]:
    """Start a server, wait for its first 200 at `/healthz`, and end it with all its children.

    Raises:
        NotMeasured: it ended, or did not answer in time.
    """
    began = time.perf_counter()
    with run(command, env=env) as process:
        while not _answers(port):
            if process.poll() is not None or time.perf_counter() - began > READY:
                raise NotMeasured(f"the server did not start: {_last_line(process)}")
            time.sleep(PROMPT)
        yield Running(port=port, group=process.pid, seconds=time.perf_counter() - began)


@contextmanager
def run(command: Sequence[str], *, env: Mapping[str, str]) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a command in a group of processes of its own, without any of our own settings, and end the group."""
    own = {k: v for k, v in os.environ.items() if not k.startswith(PREFIX)}
    process = subprocess.Popen(
        command, env=own | dict(env), cwd=ROOT, start_new_session=True, stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip
    try:
        yield process
    finally:
        _end(process)


def _end(process: "subprocess.Popen[bytes]") -> None:
    for how in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, how)
        except ProcessLookupError:
            break
        try:
            process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            continue
    if process.stderr is not None:
        process.stderr.close()


def _last_line(process: "subprocess.Popen[bytes]") -> str:
    if process.poll() is None or process.stderr is None:
        return "no answer in time"
    lines = process.stderr.read().decode(errors="replace").strip().splitlines()
    return lines[-1][:160] if lines else f"exit {process.returncode}"


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1) as answer:
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False


def free_port() -> int:
    """Find a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def memory(group: int) -> Memory:
    """Add up what the processes of a group hold, from /proc."""
    resident = proportional = 0
    for told in _of_group(group, "smaps_rollup"):
        sums = told.splitlines()
        kib = {line.split()[0]: int(line.split()[1]) for line in sums[1:]}
        resident += kib["Rss:"]
        proportional += kib["Pss:"]
    return Memory(resident / 1024, proportional / 1024)


def processor(group: int) -> float:
    """Add up the seconds that the processes of a group have computed, their own and the kernel's for them."""
    ticks = 0
    for told in _of_group(group, "stat"):
        own = told.rpartition(")")[
            2
        ].split()  # its name, before that, may hold anything; utime, stime: proc(5)
        ticks += int(own[11]) + int(own[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _of_group(group: int, file: str) -> Iterator[str]:
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            if os.getpgid(int(folder.name)) == group:
                yield (folder / file).read_text()
        except (OSError, ProcessLookupError):
            continue


def slow_disk(folder: Path, *, ms: float) -> dict[str, str]:
    """Compile the shim and write the environment that puts it under a process.

    Raises:
        NotMeasured: there is no C compiler.
    """
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        raise NotMeasured("no C compiler")
    made = folder / "slowsync.so"
    source = Path(__file__).with_name("slowsync.c")
    built = subprocess.run(
        [compiler, "-O2", "-shared", "-fPIC", "-o", str(made), str(source), "-ldl"],
        check=False,
        capture_output=True,
    )
    if built.returncode:
        raise NotMeasured("the C compiler failed")
    return {"LD_PRELOAD": str(made), "SLOWSYNC_US": str(int(ms * 1000))}


def floor() -> Flask:
    """Make F: a form is read and answered as Twilio is; nothing is checked, nothing stored."""
    settle_in()
    app = Flask("floor")
    body, kind = TWIML.body, TWIML.kind

    @app.post(FORM)
    def form() -> Response:
        known = request.form.get("MessageSid", "")
        return Response(body if known else "", status=200, content_type=f"{kind}; charset=utf-8")

    @app.get("/healthz")
    def healthz() -> str:
        return "ok\n"

    return app


def no_store() -> Flask:
    """Make the real application on a store that looks nothing up and does no work: signature and seals remain."""
    return _on(_NoWork)


def no_database() -> Flask:
    """Make the real application on a store that does all the work, on a connection that stores nothing."""
    return _on(_NoDatabase)


def _on(kind: type[Store]) -> Flask:
    settle_in()
    settings = wiring.settings_of({k: v for k, v in os.environ.items() if k.startswith(PREFIX)})
    wiring.log_to_stderr(settings.log)
    house = wiring.house_of(settings)
    return create_app(replace(house, store=kind(settings.database_url)))


class _NoDatabase(Store):
    """A store that forgets: everything asked of it is answered with nothing."""

    def transact(self, work: Callable[[Any], T]) -> T:
        return work(_Nothing())

    def read(self, look: Callable[[Any], T]) -> T:
        return look(_Nothing())


class _NoWork(_NoDatabase):
    def transact(self, work: Callable[[Any], T]) -> T:  # noqa: ARG002
        # What intake's work answers: nobody asks for other work here.
        return Taken((), None)  # type: ignore[return-value]


class _Nothing:
    """A connection to no database, and every result of it."""

    rowcount = 1

    def execute(self, *_: object) -> "_Nothing":
        return self

    def scalars(self) -> "_Nothing":
        return self

    def first(self) -> None: ...
    def one_or_none(self) -> None: ...
    def scalar_one_or_none(self) -> None: ...
    def all(self) -> list[Any]:
        return []

    def __iter__(self) -> Iterator[Any]:
        return iter(())


def _main(target: str, port: int, workers: int) -> None:
    """Serve as `channels.cli.run_server` does, another application: its settings and these must stay alike."""
    from granian import Granian  # noqa: PLC0415  only this process needs it
    from granian.constants import Interfaces  # noqa: PLC0415

    os.environ[WORKERS] = str(workers)
    Granian(
        f"bench.servers:{target}", address="127.0.0.1", port=port, interface=Interfaces.WSGI, workers=workers,
        blocking_threads=16, factory=True, log_access=False, log_enabled=False, backpressure=64,
    ).serve()  # fmt: skip


if __name__ == "__main__":
    _main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
