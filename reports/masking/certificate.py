"""The proof that what is printed tells nobody apart: bounds of every hidden cell over everything ever printed.

Whoever reads every release can set up the same sums as we do. Linear programming finds the least and the most
that a hidden cell can be; where the two tables that show it are whole numbers, they are the proof, and where
they are not, integer programming looks for whole ones (trust A4, steps 3 and 6).
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from reports.masking.lattice import FEWEST, Cell, Sum, Sums
from reports.masking.program import UNBOUNDED, Program

NARROWEST = 3
"""A hidden cell must be able to be at least so many apart."""
NARROWEST_INSIDE = 2
"""The same for somebody who knows of a complaint of their own."""
_LIGHT = 1e-5
"""How much less the other cells weigh than the one a program aims at."""


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
    sums: Sums | Sequence[Sum],
    hidden: Iterable[Cell],
    *,
    implied: Iterable[Cell] = (),
    insiders: Collection[Cell] = (),
    news: Collection[Cell] | None = None,
) -> Certificate:
    """Look at every hidden cell with the eyes of everybody, then with those of each of these insiders.

    The arguments are those of `Known` and `Known.certify`.
    """
    known = Known(printed, sums, news=news)
    return known.certify(hidden, implied=implied, eyes=(None, *insiders))


class Known:
    """What somebody knows who has these figures and no more."""

    def __init__(
        self,
        printed: Mapping[Cell, int],
        sums: Sums | Sequence[Sum],
        *,
        news: Collection[Cell] | None = None,
    ) -> None:
        """Set up what can be reckoned with.

        Args:
            printed: every printed cell and its value, of all releases together.
            sums: how cells add up; known to everybody.
            news: what of the printed is new. Cells that no sum joins to it are told no more than before, and are not
                looked at again; `None`: everything is new.
        """
        self._printed = printed
        self._sums = sums if isinstance(sums, Sums) else Sums(tuple(sums))
        self._news = news

    @cached_property
    def _of(self) -> Mapping[Cell, "_Group"]:
        """The group of every cell that is not told: set up when somebody asks, which mostly nobody does."""
        groups = _groups(self._printed, self._sums, self._news)
        return {cell: group for group in groups for cell in group.place}

    def certify(
        self, hidden: Iterable[Cell], *, implied: Iterable[Cell] = (), eyes: Iterable[Cell | None] = (None,)
    ) -> Certificate:
        """Look at every hidden cell with the eyes of somebody who has all these figures.

        Args:
            hidden: the cells of which nothing may be told.
            implied: cells that no table ever prints; that five or more stand in one may be worked out.
            eyes: `None` for everybody, or a cell in which somebody may stand who knows of it. Everybody comes first:
                what they can work out is not asked again.
        """
        strict = frozenset(hidden)
        targets: dict[_Group, list[Cell]] = {}
        for cell in sorted(strict.union(implied)):
            if cell in self._of:
                targets.setdefault(self._of[cell], []).append(cell)
        findings, programs = list[Finding](), 0
        for inside in eyes:
            for group, mine in targets.items():
                if inside is None or inside in group.place:
                    asked = [cell for cell in mine if cell != inside and cell not in group.decided]
                    found, solved = group.look(asked, strict=strict, inside=inside)
                    findings += found
                    programs += solved
        return Certificate(sum(map(len, targets.values())), programs, tuple(findings))

    def added_to(self, findings: Iterable[Finding], *, strict: Collection[Cell]) -> list[Finding]:
        """Keep the findings that tell more than these figures tell anyway."""
        found: list[Finding] = []
        by_eyes: dict[tuple[_Group | None, Cell | None], list[Finding]] = {}
        for finding in findings:
            by_eyes.setdefault((self._of.get(finding.cell), finding.inside), []).append(finding)
        for (group, inside), mine in by_eyes.items():
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
    """Cells that hang together by sums of which not everything is printed: one program."""

    def __init__(self, cells: Iterable[Cell], rows: Sequence[tuple[Mapping[Cell, int], int]]) -> None:
        self.place = {cell: n for n, cell in enumerate(cells)}
        self._rows = rows
        self._seen: list[Any] = []
        """Every table that was found: each agrees with all that is printed, so each is a witness for whoever it suits."""
        self.decided: set[Cell] = set()
        """Cells of which everybody can work out that nobody is there, or five or more are, and no more is asked.
        Whoever knows of a complaint of their own can work out no wider bounds, so these are not asked for again."""

    @cached_property
    def _columns(self) -> Mapping[Cell, tuple[tuple[int, int], ...]]:
        """How often each cell stands in each sum: cells in which that is the same can change places in any table."""
        found: dict[Cell, list[tuple[int, int]]] = {cell: [] for cell in self.place}
        for n, (row, _) in enumerate(self._rows):
            for cell, factor in row.items():
                found[cell].append((n, factor))
        return {cell: tuple(column) for cell, column in found.items()}

    @cached_property
    def _program(self) -> Program:
        rows = [({self.place[cell]: n for cell, n in row.items()}, value) for row, value in self._rows]
        return Program(len(self.place), rows)

    def look(
        self, cells: Sequence[Cell], *, strict: Collection[Cell], inside: Cell | None
    ) -> tuple[list[Finding], int]:
        """Settle every one of these cells: two tables that show that nothing is told, or its bounds.

        Each program aims at one cell, and lightly at all that are not settled yet: the table it ends with is a
        witness for most of them as well. What one cell can be, all can be that stand in the same sums. Only what no
        table so far settles is aimed at by itself, and alone: however light, many others could outweigh it.

        Returns:
            The findings, and how many programs it took.
        """
        import numpy as np  # noqa: PLC0415  only who publishes has it

        narrowest = NARROWEST if inside is None else NARROWEST_INSIDE
        at = () if inside is None else (self.place[inside],)
        alike: dict[Any, list[Cell]] = {}
        for cell in cells:
            alike.setdefault((self._columns[cell], cell in strict), []).append(cell)
        here = np.array([self.place[cell] for each in alike.values() for cell in each], dtype=int)
        sizes = np.array([len(each) for each in alike.values()], dtype=int)
        starts = np.cumsum(sizes) - sizes
        lenient = np.array([not is_strict for _, is_strict in alike], dtype=bool)
        low, high = np.full(len(alike), UNBOUNDED), np.full(len(alike), -1)
        witnesses = [table[here] for table in self._seen if all(table[place] > 0 for place in at)]
        if witnesses and alike:
            low = np.minimum.reduceat(np.min(witnesses, axis=0), starts)
            high = np.maximum.reduceat(np.max(witnesses, axis=0), starts)
        tried, exact = np.zeros((2, len(alike)), dtype=bool), np.zeros((2, len(alike)), dtype=bool)
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
            is_first = not tried[side, target]
            if is_first:
                light = np.repeat(np.where(low > 0, 1.0, -1.0), sizes) * draw.uniform(0.5, 1.0, len(cells))
                aim[here] = _LIGHT * light * np.repeat(open_, sizes)
            aim[here[starts[target]]] = 1.0 if side == 0 else -1.0
            table = self._program.furthest(aim, inside=at, roughly=is_first)
            programs += 1
            if table is None:  # nobody can stand inside: there is nobody to know more
                return [], programs
            self._seen.append(table)
            seen = table[here]
            low = np.minimum(low, np.minimum.reduceat(seen, starts))
            high = np.maximum(high, np.maximum.reduceat(seen, starts))
            tried[side, target], exact[side, target] = True, not is_first
        told = [
            Finding(cell, int(low[n]), int(high[n]), inside=inside)
            for n, each in enumerate(alike.values())
            for cell in each
            if _tells(int(low[n]), int(high[n]), narrowest=narrowest, strict=cell in strict)
        ]
        if inside is None:
            told_of = {finding.cell for finding in told}
            asked = zip(alike.values(), safe, strict=True)
            self.decided |= {cell for each, is_safe in asked if not is_safe for cell in each} - told_of
        return told, programs


def _groups(printed: Mapping[Cell, int], sums: Sums, news: Collection[Cell] | None) -> Iterator[_Group]:
    """Part what is not printed into groups that share no sum: each is a small program of its own.

    Of `news`, where it is given, something must stand in a group's sums.
    """
    known = _with_zeros(printed, sums)
    seen: set[Cell] = set()
    for one in sums.all:
        if news is None or any(cell in news for cell in (one.whole, *one.parts)):
            start = next((cell for cell in (one.whole, *one.parts) if cell not in known), None)
            if start is not None and start not in seen:
                group = _spread(start, known, sums)
                seen.update(group.place)
                yield group


def _spread(start: Cell, known: Mapping[Cell, int], sums: Sums) -> _Group:
    """Gather what hangs together with a cell."""
    cells, edge = {start: None}, [start]
    rows: dict[int, tuple[Mapping[Cell, int], int]] = {}
    while edge:
        for one in sums.of[edge.pop()]:
            if id(one) in rows:
                continue
            row, right = dict[Cell, int](), 0
            for cell, factor in ((one.whole, -1), *((part, 1) for part in one.parts)):
                if cell in known:
                    right -= factor * known[cell]
                else:
                    row[cell] = row.get(cell, 0) + factor
            rows[id(one)] = (row, right)
            edge += (cell for cell in row if cell not in cells)
            cells |= dict.fromkeys(row)
    return _Group(cells, list(rows.values()))


def _with_zeros(printed: Mapping[Cell, int], sums: Sums) -> Mapping[Cell, int]:
    """Add what must be nothing because a whole is: of nobody, nothing can be told, and no program need ask."""
    known = dict(printed)
    waiting = list(sums.all)
    while waiting:
        one = waiting.pop()
        left = [part for part in one.parts if part not in known]
        found: Sequence[Cell] = ()
        if one.whole not in known:
            if not left and not any(known[part] for part in one.parts):
                found = (one.whole,)
        elif left and known[one.whole] == sum(known.get(part, 0) for part in one.parts):
            found = left
        known |= dict.fromkeys(found, 0)
        waiting += (each for cell in found for each in sums.of[cell])
    return known
