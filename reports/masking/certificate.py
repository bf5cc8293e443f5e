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
_CORNERS, _LEAN = 4, 0.3
"""How many other corners are tried where one has fractions, and how much they lean away from the aim."""
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
    implied: Iterable[Cell] = (),
    insiders: Collection[Cell] = (),
    news: Collection[Cell] | None = None,
) -> Certificate:
    """Look at every hidden cell with the eyes of somebody who has everything that was printed.

    Args:
        printed: every printed cell and its value, of all releases together.
        sums: how cells add up; known to everybody.
        hidden: the cells of which nothing may be told.
        implied: cells that no table ever prints; that five or more stand in one may be worked out.
        insiders: cells in which somebody may stand who knows of it.
        news: what of the printed is new. Cells that no sum joins to it are told no more than before, and are not
            looked at again; `None`: everything is new.
    """
    strict = dict.fromkeys(hidden)
    targets = strict | dict.fromkeys(implied)
    findings, programs, looked_at = list[Finding](), 0, 0
    for group in _groups(printed, sums, news):
        mine = [cell for cell in targets if cell in group.place]
        looked_at += len(mine)
        for inside in (None, *(cell for cell in insiders if cell in group.place)) if mine else ():
            found, solved = group.look(
                [cell for cell in mine if cell != inside and cell not in group.decided],
                strict=strict, inside=inside,
            )  # fmt: skip
            findings += found
            programs += solved
    return Certificate(looked_at, programs, tuple(findings))


class Known:
    """What somebody knows who has these figures and no more."""

    def __init__(self, printed: Mapping[Cell, int], sums: Sequence[Sum]) -> None:
        self._of = {cell: group for group in _groups(printed, sums, None) for cell in group.place}

    def added_to(self, findings: Iterable[Finding], *, strict: Collection[Cell]) -> list[Finding]:
        """Keep the findings that tell more than these figures tell anyway."""
        found: list[Finding] = []
        by_eyes: dict[tuple[int, Cell | None], list[Finding]] = {}
        for finding in findings:
            by_eyes.setdefault((id(self._of.get(finding.cell)), finding.inside), []).append(finding)
        for (_, inside), mine in by_eyes.items():
            group = self._of.get(mine[0].cell)
            if group is None:  # empty by these figures alone, or in no sum of theirs
                found += mine
                continue
            eyes = inside if inside in group.place else None
            told, _ = group.look([finding.cell for finding in mine], strict=strict, inside=eyes)
            bounds = {(each.cell, each.low, each.high) for each in told}
            found += [each for each in mine if (each.cell, each.low, each.high) not in bounds]
        return found


def _tells(low: int, high: int, *, narrowest: int, strict: bool) -> bool:
    """Tell whether these bounds say too much: that somebody is there, of a few, or how many there are."""
    if high == 0:  # a printed whole of nothing says that nobody is there, and nothing of anybody
        return False
    if not strict and low >= FEWEST:
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
        self._seen: list[Any] = []
        """Every table that was found: each agrees with all that is printed, so each is a witness for whoever it suits."""
        self.decided: set[Cell] = set()
        """Cells of which everybody can work out that nobody is there, or five or more are, and no more is asked.
        Whoever knows of a complaint of their own can work out no wider bounds, so these are not asked for again."""

    def look(
        self, cells: Sequence[Cell], *, strict: Collection[Cell], inside: Cell | None
    ) -> tuple[list[Finding], int]:
        """Settle every one of these cells: two tables that show that nothing is told, or its bounds.

        Each program aims at one cell, and lightly at all that are not settled yet: the table it ends with is a
        witness for most of them as well. Only what no table so far settles is aimed at by itself.

        Returns:
            The findings, and how many programs it took.
        """
        import numpy as np  # noqa: PLC0415  only who publishes has scipy

        narrowest = NARROWEST if inside is None else NARROWEST_INSIDE
        here = np.array([self.place[cell] for cell in cells], dtype=int)
        lenient = np.array([cell not in strict for cell in cells], dtype=bool)
        low, high = np.full(len(cells), _UNBOUNDED), np.full(len(cells), -1)
        for table in self._seen:
            if inside is None or table[self.place[inside]] > 0:
                low, high = np.minimum(low, table[here]), np.maximum(high, table[here])
        tried, exact = np.zeros((2, len(cells)), dtype=bool), np.zeros((2, len(cells)), dtype=bool)
        draw = np.random.default_rng(len(cells))
        programs = 0
        while True:
            safe = ((low == 0) | (high >= FEWEST)) & (high - low >= narrowest)
            # The least it can be is asked for first, so that a cell that is never printed is done when that is five.
            done = exact.all(axis=0) | (lenient & exact[0] & (low >= FEWEST))
            open_ = ~safe & ~done
            if not open_.any():
                break
            target = int(np.flatnonzero(open_)[0])
            side = 0 if not exact[0, target] else 1
            aim = np.zeros(len(self.place))
            light = np.where(low > 0, 1.0, -1.0) * draw.uniform(0.5, 1.0, len(cells))
            aim[here[open_]] = _LIGHT * light[open_]
            aim[here[target]] = 1.0 if side == 0 else -1.0
            table, is_furthest = self._solve(aim, inside, roughly=not tried[side, target])
            programs += 1
            if table is None:  # nobody can stand inside: there is nobody to know more
                return [], programs
            self._seen.append(table)
            seen = table[here]
            low, high = np.minimum(low, seen), np.maximum(high, seen)
            tried[side, target], exact[side, target] = True, is_furthest
        told = [
            Finding(cell, int(low[n]), int(high[n]), inside=inside)
            for n, cell in enumerate(cells)
            if _tells(int(low[n]), int(high[n]), narrowest=narrowest, strict=cell in strict)
        ]
        if inside is None:
            told_of = {finding.cell for finding in told}
            self.decided |= {cell for cell, is_safe in zip(cells, safe, strict=True) if not is_safe} - told_of
        return told, programs

    def _solve(self, aim: Any, inside: Cell | None, *, roughly: bool) -> tuple[Any, bool]:
        """Find a table of whole numbers that agrees with all that is printed and goes furthest towards an aim.

        Where linear programming ends with fractions, whole numbers cost much more. `roughly` is content with a table
        that does not go furthest, since a witness need not be the best one.

        Returns:
            The table, or nothing where there is none; and whether it goes furthest.
        """
        import numpy as np  # noqa: PLC0415
        from scipy.optimize import Bounds, LinearConstraint, milp  # type: ignore[import-untyped]  # noqa: PLC0415

        least = np.zeros(len(self.place))
        if inside is not None:
            least[self.place[inside]] = 1
        limits = Bounds(least, np.full(len(self.place), _UNBOUNDED))
        rows = LinearConstraint(self._matrix, self._right, self._right)
        found, furthest = milp(aim, constraints=rows, bounds=limits), True
        if _is_broken(found) and roughly:
            # Another corner may be whole, if it leans another way; it is a witness even where it goes less far.
            draw = np.random.default_rng(self._place_of(aim))
            for _ in range(_CORNERS):
                lean = aim + _LEAN * draw.uniform(-1.0, 1.0, len(aim))
                found, furthest = milp(lean, constraints=rows, bounds=limits), False
                if not _is_broken(found):
                    break
        if _is_broken(found):
            found, furthest = milp(aim, constraints=rows, bounds=limits, integrality=np.ones(len(aim))), True
        if found.status == 2:  # noqa: PLR2004  infeasible
            return None, True
        if found.status != 0:
            raise ArithmeticError(f"a program of the certificate ended with {found.message}")
        return np.round(found.x).astype(int), furthest

    @staticmethod
    def _place_of(aim: Any) -> int:
        return int(abs(aim).argmax())


def _is_broken(found: Any) -> bool:
    """Tell whether a program ended with fractions."""
    return bool(found.status == 0 and abs(found.x - found.x.round()).max() > WHOLE)


def _groups(printed: Mapping[Cell, int], sums: Sequence[Sum], news: Collection[Cell] | None) -> list[_Group]:
    """Part what is not printed into groups that share no sum: each is a small program of its own.

    Of `news`, where it is given, something must stand in a group's sums.
    """
    printed = _with_zeros(printed, sums)
    leader: dict[Cell, Cell] = {}

    def find(cell: Cell) -> Cell:
        leader.setdefault(cell, cell)
        while leader[cell] != cell:
            leader[cell] = leader[leader[cell]]
            cell = leader[cell]
        return cell

    rows: list[tuple[dict[Cell, int], int]] = []
    fresh: list[Cell] = []
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
        if news is None or one.whole in news or any(part in news for part in one.parts):
            fresh.append(first)
        for other in others:
            leader[find(other)] = find(first)
        find(first)
    cells_of: dict[Cell, list[Cell]] = {}
    for cell in leader:
        cells_of.setdefault(find(cell), []).append(cell)
    rows_of: dict[Cell, list[tuple[dict[Cell, int], int]]] = {}
    for row, right in rows:
        rows_of.setdefault(find(next(iter(row))), []).append((row, right))
    heads = dict.fromkeys(find(cell) for cell in fresh)
    return [_Group(cells_of[head], rows_of[head]) for head in heads]


def _with_zeros(printed: Mapping[Cell, int], sums: Sequence[Sum]) -> Mapping[Cell, int]:
    """Add what must be nothing because a whole is: of nobody, nothing can be told, and no program need ask."""
    known = dict(printed)
    waiting = True
    while waiting:
        waiting = False
        for one in sums:
            left = [part for part in one.parts if part not in known]
            if one.whole not in known:
                if not left and not any(known[part] for part in one.parts):
                    known[one.whole], waiting = 0, True
            elif left and known[one.whole] == sum(known.get(part, 0) for part in one.parts):
                known |= dict.fromkeys(left, 0)
                waiting = True
    return known
