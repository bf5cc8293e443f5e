"""Hide, certify, hide more where it is needed: the gate through which figures go (trust A4, steps 2 to 5)."""

from collections.abc import Collection
from dataclasses import dataclass

from reports.masking.certificate import Certificate, Finding, certify
from reports.masking.closure import CannotBeHidden, protect
from reports.masking.lattice import Cell, Lattice

ROUNDS = 40


class NotCertified(ValueError):
    """However much is hidden, what was printed before tells too much: the coarser level must do."""


@dataclass(frozen=True, slots=True)
class Published:
    """What is printed of a lattice, what is hidden, and the proof."""

    printed: frozenset[Cell]
    hidden: frozenset[Cell]
    certificate: Certificate
    rounds: int


def publish(lattice: Lattice, *, seed: bytes, insiders: Collection[Cell] = ()) -> Published:
    """Choose what to print, and prove that it tells of nobody.

    Raises:
        NotCertified: it cannot be done with what is offered.
    """
    also: set[Cell] = set()
    told = {part for one in lattice.sums if lattice.is_told_small(one) for part in one.parts}
    for rounds in range(ROUNDS):
        try:
            printed = protect(lattice, seed=seed, also_hidden=also)
        except CannotBeHidden as cause:
            raise NotCertified(str(cause)) from None
        hidden = lattice.offered - printed
        values = {cell: lattice.values[cell] for cell in printed}
        certificate = certify(values, lattice.sums, hidden - told, insiders=insiders)
        if not certificate.findings:
            return Published(printed, hidden, certificate, rounds)
        more = {_cheapest(lattice, printed, finding) for finding in certificate.findings}
        if None in more:
            raise NotCertified(f"{certificate.findings[0].cell} stays told by what was printed before")
        also |= {cell for cell in more if cell is not None}
    raise NotCertified(f"something is still told after {ROUNDS} rounds")


def _cheapest(lattice: Lattice, printed: Collection[Cell], finding: Finding) -> Cell | None:
    """Find the smallest printed cell near a finding that can still be hidden; further away where none is near."""
    seen, edge = {finding.cell}, [finding.cell]
    while edge:
        near = {each for cell in edge for each in lattice.neighbours(cell)} - seen
        free = [cell for cell in near if cell in printed and not lattice.is_fixed(cell)]
        if free:
            return min(free, key=lambda cell: (lattice.values[cell], cell))
        seen |= near
        edge = list(near)
    return None
