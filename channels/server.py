"""The process that looks after the server: light, because it only starts the one that builds the application."""

import fcntl
import gc
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

from grievance.errors import GrievanceError
from grievance.settings import Settings

EMBEDDED, WORKERS = "SERVE_EMBEDDED", "SERVE_WORKERS"
THREADS = 16
"""Requests that one process answers at the same time; the others stand in line."""


def run_server(settings: Settings, *, host: str, port: int, workers: int = 1) -> None:
    """Run granian until it is told to stop. Its workers build the application; this process only looks after them.

    Where there are several, what they import is imported here before they part, so that its pages are there once.
    """
    _can_listen(host, port)
    gc.disable()  # nothing made while starting is garbage; each worker switches it on again
    from granian import Granian  # noqa: PLC0415  only whoever serves needs it
    from granian.constants import Interfaces  # noqa: PLC0415

    os.environ[EMBEDDED] = "1" if settings.embedded else "0"
    os.environ[WORKERS] = str(workers)
    if workers > 1:
        import_module("channels.serving").load_words()
        gc.freeze()
    Granian(
        "channels.serving:app", address=host, port=port, interface=Interfaces.WSGI, workers=workers,
        blocking_threads=THREADS, factory=True, log_access=False, log_enabled=False, backpressure=64,
    ).serve()  # fmt: skip


def _can_listen(host: str, port: int) -> None:
    """See that the address is free: the server itself would say so in fifty lines about its own inside.

    Raises:
        GrievanceError: somebody else listens there, or we may not.
    """
    try:
        kind, _, _, _, where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(kind, socket.SOCK_STREAM) as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind(where)
    except OSError as cause:
        raise GrievanceError(f"nothing can listen at {host}, port {port}: {cause.strerror}") from cause


@contextmanager
def one_server(settings: Settings) -> Iterator[None]:
    """One embedded server a home: a second one would keep the same clock and send the same messages.

    Raises:
        GrievanceError: there is one already.
    """
    if not settings.embedded:
        yield
        return
    settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (settings.home / "serve.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise GrievanceError(f"another server already runs on {settings.home}") from None
        yield
