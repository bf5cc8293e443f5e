"""Each of several workers keeps to one core, and leaves it where the interpreter's lock is let go for long.

Threads of one interpreter take turns anyway; on two cores they hand the lock from one to the other, which costs more
than it brings (`docs/decisions.md`). Linux alone has this, and a thread inherits it from the one that starts it.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_ALL: frozenset[int] = frozenset()


def settle(worker: int, *, workers: int) -> None:
    """Keep this thread, and those it will start, to a core: the next one for each worker. A worker alone stays free."""
    global _ALL  # noqa: PLW0603  a process settles once, before its threads are there
    if workers < 2 or not hasattr(os, "sched_setaffinity"):  # noqa: PLR2004
        return
    cores = sorted(os.sched_getaffinity(0))
    with suppress(OSError):  # it was forbidden here: then we do without
        os.sched_setaffinity(0, {cores[worker % len(cores)]})
        _ALL = frozenset(cores)


@contextmanager
def everywhere() -> Iterator[None]:
    """Let this thread run on every core for a while: what needs no lock, such as scrypt, need not queue for one core."""
    if not _ALL:
        yield
        return
    own = os.sched_getaffinity(0)
    os.sched_setaffinity(0, _ALL)
    try:
        yield
    finally:
        os.sched_setaffinity(0, own)
