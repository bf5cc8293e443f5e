"""What a month may print is proved in a process of its own, beside whoever publishes it.

A proof takes seconds, a minute, at worst most of an hour; meanwhile receipts are sent and somebody's danger is looked at.
It is taken only for exactly the figures it was made for. Whoever is gone, or waits no more, closes a pipe, and the process
ends by itself.
"""

import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from tempfile import TemporaryFile
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


@dataclass(slots=True)
class _Asking:
    """A process that is asked for a month, and the file in which its answer will stand."""

    process: "subprocess.Popen[bytes]"
    answer: IO[bytes]
    proofs: tuple[Proof, ...] | None = None

    def wait(self) -> tuple[Proof, ...]:
        """Wait for the answer.

        Raises:
            Unfinished: there is none.
        """
        if self.proofs is None:
            if self.process.wait() != 0:
                raise Unfinished("the process that proved a month ended without an answer")
            self.answer.seek(0)
            self.proofs = pickle.load(self.answer)  # noqa: S301  written by our own process to a file without a name
        return self.proofs

    def end(self) -> None:
        self.process.kill()
        if self.process.stdin is not None:
            with suppress(BrokenPipeError):
                self.process.stdin.close()
        self.process.wait()
        self.answer.close()


class Beside:
    """A gate that has another process work out its answers, for one month at a time. Close it when it is needed no more."""

    def __init__(self, settings: Settings, *, patient: bool = False) -> None:
        """Begin nothing yet.

        Args:
            settings: where the database and the mechanism are.
            patient: whoever asks waits for the answer; else `ready` says when it is there.
        """
        self._settings, self._patient = settings, patient
        self._asked: dict[Month, _Asking] = {}
        self.taken = 0
        """How many proofs served."""

    def begin(self, month: Month) -> None:
        """Have a month proved, as it stands now: what it counts must be committed.

        Where no process can be had, the month is proved where it is published.
        """
        if month in self._asked:
            return
        self.close()
        with suppress(OSError):
            self._asked[month] = self._ask(month)

    def ready(self, month: Month) -> bool:
        """Tell whether a month can be published without waiting; begins with its proof if nobody did."""
        if self._patient:
            return True
        self.begin(month)
        return month not in self._asked or self._asked[month].process.poll() is not None

    def _ask(self, month: Month) -> _Asking:
        # It holds what will be hidden, so it lies where the rest of it lies, and has no name.
        answer = TemporaryFile(dir=self._settings.home)  # noqa: SIM115  it is read when the process has ended
        try:
            # In a session of its own: who interrupts us in a terminal does not interrupt it, it ends with us.
            process = subprocess.Popen(_COMMAND, stdin=subprocess.PIPE, stdout=answer, start_new_session=True)  # noqa: S603
        except OSError:
            answer.close()
            raise
        if process.stdin is not None:
            with suppress(BrokenPipeError):  # it ended already: then it has no answer
                process.stdin.write(pickle.dumps((self._settings, month)))
                process.stdin.flush()
        return _Asking(process, answer)

    def __call__(
        self, history: Sequence[Measured], told: Told, /, *, sites: Mapping[str, str], seed: bytes
    ) -> Passed:
        """Answer as `reports.gate.pass_through` does, and raise what it raises.

        Raises:
            Unfinished: the process ended without an answer.
        """
        asking = self._asked.get(history[-1].month)
        for proof in asking.wait() if asking is not None else ():
            if proof.asked == (list(history), told, sites, seed):
                self.taken += 1
                if proof.passed is None:
                    raise NotCertified(proof.refused)
                return proof.passed
        return pass_through(history, told, sites=sites, seed=seed)

    def close(self) -> None:
        """End what is under way, and forget what was answered."""
        asked, self._asked = self._asked, {}
        for asking in asked.values():
            asking.end()


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
    """Prove what whoever started this process asks for, and write the answer down."""
    asked, answer = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    settings, month = pickle.load(asked)  # noqa: S301  from whoever started us
    threading.Thread(target=_end_with, args=(asked,), daemon=True).start()
    os.nice(_LATER)
    try:
        with answer:
            pickle.dump(prove(settings, month), answer)
    except Exception as cause:  # noqa: BLE001  a trace would show values
        why = str(cause) if isinstance(cause, GrievanceError) else type(cause).__name__
        print(f"grievance: a month was not proved: {why}", file=sys.stderr, flush=True)  # noqa: T201
        os._exit(1)
    os._exit(0)


def _end_with(asker: IO[bytes]) -> None:
    """End when whoever asked is gone: then nobody holds the other end of the pipe."""
    asker.read()
    os._exit(1)
