"""What a month may print is proved in a process of its own, beside whoever publishes it.

A proof takes seconds, a minute, at worst most of an hour; meanwhile receipts are sent and somebody's danger is looked at.
It is taken only for exactly the figures it was made for. Whoever is gone, or waits no more, closes a pipe, and the process
ends by itself.
"""

import os
import pickle
import queue
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from typing import IO

from channels import install, wiring
from grievance.errors import GrievanceError
from grievance.settings import Settings
from grievance.store import Store
from grievance.vocabulary import CASE_KINDS
from reports import shelf
from reports.gate import NotCertified, Passed, Told, pass_month, pass_through
from reports.measuring.measured import Measured
from reports.measuring.relations import DoesNotAddUp
from reports.month import Month

Asked = tuple[list[Measured], Told, Mapping[str, str], bytes]
_COMMAND = (sys.executable, "-c", "from channels.proving import main; main()")
_LATER = 5
"""How much later its turn on the processor comes than that of whoever answers people (nice(2))."""


class Unfinished(GrievanceError):
    """The process that should have proved a month ended without an answer."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What the gate was asked, and what it answered: what may be printed, or why nothing may."""

    asked: Asked
    passed: Passed | None
    refused: str = ""


class Beside:
    """A gate that has another process work out its answers, for one month at a time. Close it when it is needed no more."""

    def __init__(self, settings: Settings, *, patient: bool = False) -> None:
        """Begin nothing yet.

        Args:
            settings: where the database and the mechanism are.
            patient: whoever asks waits for the answer, and asks for month after month, so that the process stays; else
                `ready` says when the answer is there, and the process goes with it.
        """
        self._settings, self._patient = settings, patient
        self._process: subprocess.Popen[bytes] | None = None
        self._asked: dict[Month, Future[tuple[Proof, ...]]] = {}
        self.taken = 0
        """How many proofs served."""

    def begin(self, month: Month) -> None:
        """Have a month proved, as it stands now: what it counts must be committed.

        Where no process can be had, the month is proved where it is published.
        """
        if month in self._asked:
            return
        self.forget()
        with suppress(OSError):
            self._asked[month] = self._ask(month)

    def ready(self, month: Month) -> bool:
        """Tell whether a month can be published without waiting; begins with its proof if nobody did."""
        if self._patient:
            return True
        self.begin(month)
        return month not in self._asked or self._asked[month].done()

    def __call__(
        self, history: Sequence[Measured], told: Told, /, *, sites: Mapping[str, str], seed: bytes
    ) -> Passed:
        """Answer as `reports.gate.pass_through` does, and raise what it raises.

        Raises:
            Unfinished: the process ended without an answer.
        """
        asked = self._asked.get(history[-1].month)
        for proof in asked.result() if asked is not None else ():
            if proof.asked == (list(history), told, sites, seed):
                self.taken += 1
                if proof.passed is None:
                    raise NotCertified(proof.refused)
                return proof.passed
        return pass_through(history, told, sites=sites, seed=seed)

    def forget(self) -> None:
        """Forget what was answered, and end what is under way."""
        if self._patient and all(asked.done() for asked in self._asked.values()):
            self._asked = {}
        else:
            self.close()

    def close(self) -> None:
        """End the process, whatever it is at, and forget what it answered."""
        self._asked = {}
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for pipe in filter(None, (process.stdin, process.stdout)):
                with suppress(BrokenPipeError):
                    pipe.close()

    def _ask(self, month: Month) -> "Future[tuple[Proof, ...]]":
        if self._process is None:
            # In a session of its own: who interrupts us in a terminal does not interrupt it, it ends with us.
            self._process = subprocess.Popen(  # noqa: S603
                _COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
            )
        answer: Future[tuple[Proof, ...]] = Future()
        asking, answering = self._process.stdin, self._process.stdout
        if asking is not None and answering is not None:
            with suppress(BrokenPipeError):  # it ended already: then there is no answer
                asking.write(pickle.dumps((self._settings, month)))
                asking.flush()
            threading.Thread(target=_listen, args=(answering, answer), daemon=True).start()
        return answer


def _listen(answering: IO[bytes], answer: "Future[tuple[Proof, ...]]") -> None:
    """Read an answer from a pipe: it holds what will be hidden, and is written to no file."""
    try:
        answer.set_result(pickle.load(answering))  # noqa: S301  from a process that we started
    except Exception:  # noqa: BLE001  a broken answer is none, and whoever waits must hear so: of an upgrade under way, too
        answer.set_exception(Unfinished("the process that proved a month ended without an answer"))


def prove(settings: Settings, month: Month) -> tuple[Proof, ...]:
    """Prove what a month would print of each kind of case, as its database stands now.

    Of a month that does not add up there is no proof: whoever publishes it finds that out alone.
    """
    proofs: list[Proof] = []

    def gate(history: Sequence[Measured], told: Told, /, *, sites: Mapping[str, str], seed: bytes) -> Passed:
        asked = list(history), told, sites, seed
        try:
            passed = pass_through(history, told, sites=sites, seed=seed)
        except NotCertified as cause:
            proofs.append(Proof(asked, None, str(cause)))
            raise
        proofs.append(Proof(asked, passed))
        return passed

    store = Store(settings.database_url)
    try:
        rules = install.rulebook(store, wiring.mechanism_of(settings))
        store.read(
            lambda conn: [
                pass_month(
                    conn, month, kind=kind, rules=rules, published=shelf.every_version(conn), gate=gate
                )
                for kind in CASE_KINDS
            ]
        )
    except (DoesNotAddUp, NotCertified):
        pass
    finally:
        store.close()
    return tuple(proofs)


def main() -> None:
    """Prove one month after the other, as whoever started this process asks, and answer each time."""
    answering, asked = os.fdopen(os.dup(1), "wb"), queue.SimpleQueue[tuple[Settings, Month]]()
    threading.Thread(target=_hear, args=(sys.stdin.buffer, asked), daemon=True).start()
    os.nice(_LATER)
    while True:
        settings, month = asked.get()
        try:
            pickle.dump(prove(settings, month), answering)
            answering.flush()
        except Exception as cause:  # noqa: BLE001  a trace would show values
            why = str(cause) if isinstance(cause, GrievanceError) else type(cause).__name__
            print(f"grievance: a month was not proved: {why}", file=sys.stderr, flush=True)  # noqa: T201
            os._exit(1)


def _hear(asker: IO[bytes], asked: "queue.SimpleQueue[tuple[Settings, Month]]") -> None:
    """Hear what is asked, and end when whoever asks is gone: then nobody holds the other end of the pipe."""
    with suppress(EOFError):
        while True:
            asked.put(pickle.load(asker))  # noqa: S301  from whoever started us
    os._exit(1)
