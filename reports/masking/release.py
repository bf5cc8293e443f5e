"""Hide, certify, hide more where it is needed: the gate through which figures go (trust A4, steps 2 to 5)."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from reports.masking.certificate import Certificate, Finding, Known
from reports.masking.closure import protect
from reports.masking.effort import Effort, TooMuch
from reports.masking.lattice import Cell, Lattice

ROUNDS = 40


class NotCertified(ValueError):
    """However much is hidden, what is printed tells too much, or no proof was found: the coarser level must do."""


@dataclass(frozen=True, slots=True)
class Published:
    """What is printed of a lattice, what is hidden, and the proof.

    `told_anyway`: what too much is known of, and no more by what is printed now than by what was printed before and
    by the accounts that ten people stand behind, which are printed on purpose (DESIGN 8).
    """

    printed: frozenset[Cell]
    hidden: frozenset[Cell]
    certificate: Certificate
    rounds: int
    told_anyway: tuple[Finding, ...] = ()


def publish(
    lattice: Lattice,
    *,
    seed: bytes,
    implied: Collection[Cell] = (),
    insiders: Collection[Cell] = (),
    rounds: int = ROUNDS,
    effort: Effort | None = None,
) -> Published:
    """Choose what to print, and prove that it tells of nobody.

    Args:
        lattice: the figures.
        seed: breaks ties.
        implied: cells that no table prints, of which nothing may be worked out either.
        insiders: cells in which somebody may stand who knows of it.
        rounds: how often to hide more before giving up.
        effort: how many programs it may take; as many as it takes, unless said.

    Raises:
        NotCertified: it cannot be done with what is offered, or not with this effort.
        ArithmeticError: a program has no answer.
    """
    try:
        return _publish(
            lattice, seed=seed, implied=implied, insiders=insiders, rounds=rounds, effort=effort or Effort()
        )
    except TooMuch as cause:
        raise NotCertified(str(cause)) from None


def _publish(
    lattice: Lattice,
    *,
    seed: bytes,
    implied: Collection[Cell],
    insiders: Collection[Cell],
    rounds: int,
    effort: Effort,
) -> Published:
    also: set[Cell] = set()
    begun = effort.spent
    fixed = {
        cell: lattice.values[cell]
        for cell in lattice.exact | frozenset(lattice.before)
        if lattice.before.get(cell, True)
    }
    known = {cell: value for cell, value in fixed.items() if cell not in lattice.exact}
    anyway = Known(fixed, lattice.sums, truth=lattice.values, effort=effort)
    seen: Known | None = None
    for done in range(rounds):
        printed = protect(lattice, seed=seed, also_hidden=also)
        hidden = lattice.offered - printed
        values = {cell: lattice.values[cell] for cell in printed}
        # Where nothing is printed beside what is printed anyway, it tells nobody more, whatever they know.
        eyes = insiders if printed != frozenset(fixed) else ()
        seen = Known(
            values,
            lattice.sums,
            news=printed - frozenset(known),
            truth=lattice.values,
            like=seen,
            effort=effort,
        )
        proof = seen.certify(hidden, implied=implied, crowd=eyes)
        new = anyway.added_to(proof.findings, strict=hidden)
        if not new and eyes:
            inside = seen.certify(hidden, implied=implied, eyes=eyes)
            proof = replace(inside, findings=(*proof.findings, *inside.findings))
            new = anyway.added_to(inside.findings, strict=hidden)
        if not new:
            whole = replace(proof, findings=(), programs=effort.spent - begun)
            return Published(printed, hidden, whole, done, proof.findings)
        more = {_cheapest(lattice, printed, finding) for finding in new}
        if None in more:
            raise NotCertified(f"{' '.join(new[0].cell)} would be told")
        also |= {cell for cell in more if cell is not None}
    raise NotCertified(f"something is still told after {rounds} rounds")


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
