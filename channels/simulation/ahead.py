"""The proofs of a demo's months, made on another core while its time goes on.

A month is over for a week and more before it is published, and what it counts changes no more. So its proof can be made
meanwhile. It is taken only for exactly the figures it was made for: whatever else is asked is proved where it is asked.
"""

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import get_context

from channels import install, wiring
from grievance.settings import Settings
from grievance.store import Store
from grievance.vocabulary import CASE_KINDS
from reports import shelf
from reports.gate import Passed, Told, pass_month, pass_through
from reports.measuring.measured import Measured
from reports.month import Month


@dataclass(frozen=True, slots=True)
class Proof:
    """What the gate was asked, and what it answered."""

    asked: tuple[list[Measured], Told, Mapping[str, str], bytes]
    passed: Passed


class Ahead:
    """A gate that has most answers already. It must be closed, or its process stays."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._beside = ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn"))
        self._begun: dict[Month, Future[tuple[Proof, ...]]] = {}
        self.taken = 0
        """How many proofs served."""

    def begin(self, month: Month) -> None:
        """Have a month proved that is over; what it counts must be committed."""
        with suppress(BrokenExecutor):  # it was killed: then months are proved where they are published
            self._begun[month] = self._beside.submit(prove, self._settings, month)

    def __call__(
        self, history: Sequence[Measured], told: Told, /, *, sites: Mapping[str, str], seed: bytes
    ) -> Passed:
        """Answer as `reports.gate.pass_through` does, and raise what it raises."""
        for proof in self._proofs(history[-1].month):
            if proof.asked == (list(history), told, sites, seed):
                self.taken += 1
                return proof.passed
        return pass_through(history, told, sites=sites, seed=seed)

    def close(self) -> None:
        """End the process, whatever it is at."""
        self._beside.shutdown(wait=True, cancel_futures=True)

    def _proofs(self, month: Month) -> Iterable[Proof]:
        begun = self._begun.get(month)
        return () if begun is None or begun.exception() is not None else begun.result()


def prove(settings: Settings, month: Month) -> tuple[Proof, ...]:
    """Prove what a month would print of each kind of case, as its database stands now.

    Raises:
        DoesNotAddUp: the arithmetic fails.
        NotCertified: there is no proof.
    """
    proofs: list[Proof] = []

    def note(history: Sequence[Measured], told: Told, /, *, sites: Mapping[str, str], seed: bytes) -> Passed:
        passed = pass_through(history, told, sites=sites, seed=seed)
        proofs.append(Proof((list(history), told, sites, seed), passed))
        return passed

    store = Store(settings.database_url)
    try:
        rules = install.rulebook(store, wiring.mechanism_of(settings))
        store.read(
            lambda conn: [
                pass_month(
                    conn, month, kind=kind, rules=rules, published=shelf.every_version(conn), gate=note
                )
                for kind in CASE_KINDS
            ]
        )
    finally:
        store.close()
    return tuple(proofs)
