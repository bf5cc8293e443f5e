"""The proof that what is printed tells nobody apart: bounds of every hidden cell over everything ever printed.

Whoever reads every release can set up the same sums as we do. Linear programming finds the least and the most
that a hidden cell can be; where the two tables that show it are whole numbers, they are the proof, and where
they are not, integer programming looks for whole ones (trust A4, steps 3 and 6). HiGHS, by scipy.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reports.masking.lattice import FEWEST, Cell, Sum

NARROWEST = 3
"""A hidden cell must be able to be at least so many apart."""
NARROWEST_INSIDE = 2
"""The same for somebody who knows of a complaint of their own."""
WHOLE = 1e-6
_LIGHT = 1e-5
"""How much less the other cells weigh than the one a program aims at: all of them together weigh less than one of it."""
_UNBOUNDED = 10**6
"""More than any cell of a release: what no printed figure bounds could be as large as this."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A hidden cell of which too much is known, and for whom: for everybody, or for whoever complained in `inside`."""

    cell: Cell
    low: int
    high: int
    inside: Cell | None = None


@dataclass(frozen=True, slots=True)
class Certificate:
    """What was looked at, and what was found; no findings, and it may be printed."""

    looked_at: int
    programs: int
    findings: tuple[Finding, ...]


def certify(
    printed: Mapping[Cell, int],
    sums: Sequence[Sum],
    hidden: Iterable[Cell],
    *,
    insiders: Collection[Cell] = (),
) -> Certificate:
    """Look at every hidden cell with the eyes of somebody who has everything that was printed.

    Args:
        printed: every printed cell and its value, of all releases together.
        sums: how cells add up; known to everybody.
        hidden: the cells of which nothing may be told.
        insiders: cells in which somebody may stand who knows of it.
    """
    targets = dict.fromkeys(hidden)
    findings, programs = list[Finding](), 0
    for group in _groups(printed, sums):
        mine = [cell for cell in targets if cell in group.place]
        for inside in (None, *(cell for cell in insiders if cell in group.place)) if mine else ():
            found, solved = group.look([cell for cell in mine if cell != inside], inside=inside)
            findings += found
            programs += solved
    return Certificate(len(targets), programs, tuple(findings))


def _tells(low: int, high: int, *, narrowest: int) -> bool:
    """Tell whether these bounds say too much: that somebody is there, of a few, or how many there are."""
    if high == 0:  # a printed whole of nothing says that nobody is there, and nothing of anybody
        return False
    return (low > 0 and high < FEWEST) or high - low < narrowest


class _Group:
    """Cells that hang together by sums of which not everything is printed: one linear program."""

    def __init__(self, cells: Sequence[Cell], rows: Sequence[tuple[dict[Cell, int], int]]) -> None:
        from scipy.sparse import csr_array  # type: ignore[import-untyped]  # noqa: PLC0415  only who publishes has scipy

        self.place = {cell: n for n, cell in enumerate(cells)}
        data, at, start, right = list[int](), list[int](), [0], list[int]()
        for row, value in rows:
            for cell, factor in row.items():
                data.append(factor)
                at.append(self.place[cell])
            start.append(len(data))
            right.append(value)
        self._matrix = csr_array((data, at, start), shape=(len(rows), len(cells)))
        self._right = right

    def look(self, cells: Sequence[Cell], *, inside: Cell | None) -> tuple[list[Finding], int]:
        """Settle every one of these cells: two tables that show that nothing is told, or its bounds.

        Each program aims at one cell, and lightly at all that are not settled yet: the table it ends with is a
        witness for most of them as well. Only what no table so far settles is aimed at by itself.

        Returns:
            The findings, and how many programs it took.
        """
        import numpy as np  # noqa: PLC0415  only who publishes has scipy

        narrowest = NARROWEST if inside is None else NARROWEST_INSIDE
        here = np.array([self.place[cell] for cell in cells], dtype=int)
        low, high = np.full(len(cells), _UNBOUNDED), np.full(len(cells), -1)
        exact = np.zeros((2, len(cells)), dtype=bool)
        draw = np.random.default_rng(len(cells))
        programs = 0
        while True:
            safe = ((low == 0) | (high >= FEWEST)) & (high - low >= narrowest)
            open_ = ~safe & ~exact.all(axis=0)
            if not open_.any():
                break
            target = int(np.flatnonzero(open_)[0])
            side = 0 if not exact[0, target] else 1
            aim = np.zeros(len(self.place))
            light = np.where(low > 0, 1.0, -1.0) * draw.uniform(0.5, 1.0, len(cells))
            aim[here[open_]] = _LIGHT * light[open_]
            aim[here[target]] = 1.0 if side == 0 else -1.0
            table = self._solve(aim, inside)
            programs += 1
            if table is None:  # nobody can stand inside: there is nobody to know more
                return [], programs
            seen = table[here]
            low, high = np.minimum(low, seen), np.maximum(high, seen)
            exact[side, target] = True
        told = [
            Finding(cell, int(low[n]), int(high[n]), inside=inside)
            for n, cell in enumerate(cells)
            if _tells(int(low[n]), int(high[n]), narrowest=narrowest)
        ]
        return told, programs

    def _solve(self, aim: Any, inside: Cell | None) -> Any:
        """Find a table of whole numbers that agrees with all that is printed and goes furthest towards an aim."""
        import numpy as np  # noqa: PLC0415
        from scipy.optimize import Bounds, LinearConstraint, linprog, milp  # type: ignore[import-untyped]  # noqa: PLC0415

        least = np.zeros(len(self.place))
        if inside is not None:
            least[self.place[inside]] = 1
        most = np.full(len(self.place), _UNBOUNDED)
        found = linprog(
            aim, A_eq=self._matrix, b_eq=self._right, bounds=np.column_stack((least, most)), method="highs"
        )
        if found.status == 0 and np.abs(found.x - np.round(found.x)).max() > WHOLE:
            found = milp(
                aim, constraints=LinearConstraint(self._matrix, self._right, self._right),
                integrality=np.ones(len(self.place)), bounds=Bounds(least, most),
            )  # fmt: skip
        if found.status == 2:  # noqa: PLR2004  infeasible
            return None
        if found.status != 0:
            raise ArithmeticError(f"a program of the certificate ended with {found.message}")
        return np.round(found.x).astype(int)


def _groups(printed: Mapping[Cell, int], sums: Sequence[Sum]) -> list[_Group]:
    """Part what is not printed into groups that share no sum: each is a small program of its own."""
    leader: dict[Cell, Cell] = {}

    def find(cell: Cell) -> Cell:
        leader.setdefault(cell, cell)
        while leader[cell] != cell:
            leader[cell] = leader[leader[cell]]
            cell = leader[cell]
        return cell

    rows: list[tuple[dict[Cell, int], int]] = []
    for one in sums:
        row, right = dict[Cell, int](), 0
        for cell, factor in ((one.whole, -1), *((part, 1) for part in one.parts)):
            if cell in printed:
                right -= factor * printed[cell]
            else:
                row[cell] = row.get(cell, 0) + factor
        if not row:
            continue
        rows.append((row, right))
        first, *others = row
        for other in others:
            leader[find(other)] = find(first)
        find(first)
    cells_of: dict[Cell, list[Cell]] = {}
    for cell in leader:
        cells_of.setdefault(find(cell), []).append(cell)
    rows_of: dict[Cell, list[tuple[dict[Cell, int], int]]] = {}
    for row, right in rows:
        rows_of.setdefault(find(next(iter(row))), []).append((row, right))
    return [_Group(cells, rows_of.get(head, [])) for head, cells in cells_of.items()]
