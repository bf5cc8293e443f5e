"""What the web server imports: `app()` builds one process from its environment.

Embedded, the process that serves also sends and keeps the clock, in one thread; with a Procfile each is its own.
"""

import ctypes
import gc
import multiprocessing
import os
import sys
import threading
from contextlib import suppress
from dataclasses import replace

from flask import Flask

from channels import cores, jobs, proving, wiring
from channels.app import create_app
from channels.house import House
from channels.server import EMBEDDED, WORKERS
from grievance.errors import GrievanceError
from grievance.settings import PREFIX
from translations import catalogue
from translations.lists import LANGUAGES, every_danger
from workflows.anonymity.names import names_in
from workflows.danger import flags

_M_ARENA_MAX, _ARENAS = -8, 2
"""The parameter's number in glibc's malloc.h; and how many heaps."""


def app() -> Flask:
    """Build the application (and, embedded, start its thread); what is not right is said in a line."""
    try:
        return _made()
    except GrievanceError as cause:
        print(f"grievance: {cause}", file=sys.stderr, flush=True)  # noqa: T201
        raise SystemExit(1) from None


def _made() -> Flask:
    settle_in()
    embedded = os.environ.get(EMBEDDED) == "1"
    settings = wiring.settings_of({k: v for k, v in os.environ.items() if k.startswith(PREFIX)})
    wiring.log_to_stderr(settings.log)
    house = wiring.house_of(settings, processes=wiring.EMBEDDED if embedded else None)
    made = create_app(replace(house, ring=house.ring))
    if embedded:
        threading.Thread(target=_keep_everything_going, args=(house,), name="poller", daemon=True).start()
    gc.freeze()
    gc.enable()
    return made


def _keep_everything_going(house: House) -> None:
    """Be the worker and the clock of a house that has no other."""
    clock = wiring.Rounds(proving.Beside(house.settings))
    rounds = (*wiring.WORKER_ROUNDS, lambda _house: clock(house))
    jobs.poll(wiring.worker_house(house), threading.Event(), jobs.EVERY, rounds=rounds)


def settle_in() -> None:
    """Make a worker ready before its threads are there: few heaps, and where there are several workers, one core."""
    _few_arenas()
    nth = multiprocessing.current_process()._identity  # noqa: SLF001  the server tells its workers apart by nothing else
    cores.settle(nth[-1] if nth else 0, workers=int(os.environ.get(WORKERS, "1")))


def load_words() -> None:
    """Read what nearly every request needs, and what stays as it is: the lists of danger and of names, the sentences."""
    flags("", every_danger())
    names_in("ana")
    for language in LANGUAGES:
        catalogue(language)


def _few_arenas() -> None:
    """Let threads share their heaps: by default each gets its own, up to eight for a core, and keeps what it once held."""
    with suppress(OSError, AttributeError):  # elsewhere than glibc there is no such setting
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, _ARENAS)
