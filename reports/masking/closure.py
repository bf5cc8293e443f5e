"""Which cells to hide so that no single sum tells a small figure; the certificate then looks at all of them at once."""

import hashlib
from collections.abc import Collection, Iterable

from reports.masking.lattice import FEWEST, FEWEST_OF_TWO, Cell, Lattice, Sum

PAIR = 2


def protect(lattice: Lattice, *, seed: bytes, also_hidden: Collection[Cell] = ()) -> frozenset[Cell]:
    """Choose what to print: everything offered that is not small, less what a sum would need hidden with it.

    Args:
        lattice: the figures.
        seed: breaks ties between equally large cells, so that knowing the rule narrows nothing.
        also_hidden: cells that were found to tell too much.

    Where whatever is hidden now changes nothing, nothing more is hidden: the certificate says what that tells.

    Returns:
        The cells that are printed, those of earlier releases included.
    """
    printed = set(_first_choice(lattice, also_hidden))
    waiting = list(lattice.sums.all)
    while waiting:
        one = waiting.pop()
        chosen = _to_hide(lattice, printed, one, seed=seed)
        if chosen is not None:
            printed.discard(chosen)
            waiting += lattice.sums.of[chosen]
    return frozenset(printed)


def _first_choice(lattice: Lattice, also_hidden: Collection[Cell]) -> Iterable[Cell]:
    for cell in lattice.offered | lattice.exact | frozenset(lattice.before):
        if cell in lattice.before:
            if lattice.before[cell]:
                yield cell
        elif cell in lattice.exact or not (cell in also_hidden or lattice.is_small(cell)):
            yield cell


def _to_hide(lattice: Lattice, printed: set[Cell], one: Sum, *, seed: bytes) -> Cell | None:
    """Find the cell to hide because of one sum; none if the sum tells nothing."""
    shown = [part for part in one.parts if part in printed]
    hidden = len(one.parts) - len(shown)
    if one.whole not in printed:
        # All the parts together tell the whole; that matters only where the whole was to be hidden.
        told = hidden == 0 and one.whole in lattice.offered
        return _smallest(lattice, shown, seed=seed) if told else None
    rest = lattice.values[one.whole] - sum(lattice.values[part] for part in shown)
    if hidden == 0 or is_covered(hidden, rest) or (lattice.is_told_small(one) and not shown):
        return None
    if all(lattice.is_fixed(part) for part in shown) and not lattice.is_fixed(one.whole):
        return one.whole
    return _smallest(lattice, shown, seed=seed)


def is_covered(hidden: int, rest: int) -> bool:
    """Tell whether so many hidden parts, which add up to `rest`, say nothing of any one of them."""
    if rest == 0:  # the whole itself says that nobody is there
        return True
    return hidden >= PAIR and rest >= (FEWEST_OF_TWO if hidden == PAIR else FEWEST)


def _smallest(lattice: Lattice, cells: Iterable[Cell], *, seed: bytes) -> Cell | None:
    free = [cell for cell in cells if not lattice.is_fixed(cell)]
    return min(free, key=lambda cell: (lattice.values[cell], _draw(seed, cell))) if free else None


def _draw(seed: bytes, cell: Cell) -> bytes:
    return hashlib.sha256(b"\0".join((seed, *(name.encode() for name in cell)))).digest()
