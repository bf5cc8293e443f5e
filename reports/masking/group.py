"""Cells that hang together by sums of which not everything is printed, and what somebody can work out of them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from reports.masking.asked import HIGH, Asked, Bounds
from reports.masking.effort import Effort
from reports.masking.lattice import Cell
from reports.masking.program import Program

NARROWEST = 3
"""A hidden cell must be able to be at least so many apart."""
NARROWEST_INSIDE = 2
"""The same for somebody who knows of a complaint of their own."""


class Group:
    """Cells that hang together: two programs."""

    def __init__(
        self, cells: Iterable[Cell], rows: Sequence[tuple[Mapping[Cell, int], int]], effort: Effort
    ) -> None:
        self.place = {cell: n for n, cell in enumerate(cells)}
        self._rows = rows
        self._effort = effort
        self.tables: list[Any] = []
        """Tables that agree with all that is printed, so that each is a witness for whoever it suits."""
        self._bounds: dict[Cell, Bounds] = {}
        """What everybody can work out of cells of which that is too much. Whoever knows of a complaint of their own can
        work out no wider bounds, so that where a table reaches these, nothing is left to prove."""
        self.decided: set[Cell] = set()
        """Cells of which everybody can work out that nobody is there, or five or more are, and no more is asked."""

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

    def take_over(self, truth: Mapping[Cell, int], others: Iterable["Group"]) -> None:
        """Begin with tables that are known: the true one, and those of the same cells when other figures were printed.

        Each is held against what is printed now, and counts only if it agrees.
        """
        import numpy as np  # noqa: PLC0415  only who publishes has it

        true = np.array([truth[cell] for cell in self.place], dtype="int32")
        self._keep(true)
        for other in others:
            both = [cell for cell in other.place if cell in self.place]
            here = np.array([self.place[cell] for cell in both], dtype=int)
            there = np.array([other.place[cell] for cell in both], dtype=int)
            for seen in other.tables if both else ():
                table = true.copy()
                table[here] = seen[there]
                self._keep(table)

    def look_together(self, cells: Sequence[Cell], *, inside: Collection[Cell]) -> None:
        """Look for tables in which all of these stand inside at once: each is a witness for all of them, and everybody.

        What cannot be shown so is asked again for each pair of eyes.
        """
        alike = self._alike([cell for cell in cells if cell not in inside], strict=())
        asked = Asked(self._places(alike), narrowest=NARROWEST)
        self._show(asked, [self.place[cell] for cell in inside])

    def look(
        self, cells: Sequence[Cell], *, strict: Collection[Cell], inside: Cell | None
    ) -> list[tuple[Cell, int, int]]:
        """Settle every one of these cells: two tables that show that nothing is told, or its bounds.

        Each is brought, in a table that is known, to where nothing is told of it. Where that does not go, its bounds
        are proved.

        Returns:
            Each cell of which too much is told, with its bounds.
        """
        at = [] if inside is None else [self.place[inside]]
        alike = self._alike(cells, strict=strict)
        asked = Asked(
            self._places(alike),
            narrowest=NARROWEST if inside is None else NARROWEST_INSIDE,
            caps=[self._bounds.get(each[0]) for each, _ in alike],
        )
        self._show(asked, at)
        if not asked.is_shown:  # nobody can stand inside: there is nobody to know more
            return []
        while (left := asked.unproved()) is not None:
            target, way = left
            beyond = int((asked.high if way == HIGH else asked.low)[target])
            self._effort.spend()
            table = self._program.furthest(asked.place(target), is_up=way == HIGH, beyond=beyond, inside=at)
            if self._keep(table, at):
                asked.add([table])
            elif table is not None:
                raise ArithmeticError("a table of the certificate does not add up")
            asked.exact[way, target] = True
        told = [(cell, low, high) for n, low, high in asked.told() for cell in alike[n][0]]
        if inside is None:
            self._bounds |= {cell: (low, high) for cell, low, high in told}
            unsafe = (each for (each, _), is_safe in zip(alike, asked.safe, strict=True) if not is_safe)
            self.decided |= {cell for each in unsafe for cell in each} - set(self._bounds)
        return told

    def _alike(self, cells: Sequence[Cell], *, strict: Collection[Cell]) -> list[tuple[list[Cell], bool]]:
        found: dict[Any, list[Cell]] = {}
        for cell in cells:
            found.setdefault((self._columns[cell], cell in strict), []).append(cell)
        return [(each, is_strict) for (_, is_strict), each in found.items()]

    def _places(self, alike: Sequence[tuple[list[Cell], bool]]) -> list[tuple[list[int], bool]]:
        return [([self.place[cell] for cell in each], is_strict) for each, is_strict in alike]

    def _show(self, asked: Asked, at: Sequence[int]) -> None:
        """Bring every cell, in a table in which these stand inside, to where nothing is told of it, if that goes."""
        mine = [table for table in self.tables if all(table[place] > 0 for place in at)]
        asked.add(mine)
        while (target := asked.untried()) is not None:
            if not mine:
                self._effort.spend()
                table = self._program.any_table(inside=at)
                if not self._keep(table, at):
                    return
                mine.append(table)
                asked.add(mine)
                continue
            way, to = asked.wanted(target)
            asked.tried[way, target] = True
            self._effort.spend()
            table = self._program.near(mine[0], asked.place(target), to, inside=at)
            if self._keep(table, at):
                asked.add([table])

    def _keep(self, table: Any, at: Sequence[int] = ()) -> bool:
        """Keep a table as a witness if it is one: reckoned in whole numbers, whatever a solver said."""
        is_one = table is not None and self._program.agrees(table) and all(table[place] > 0 for place in at)
        if is_one:
            self.tables.append(table)
        return is_one
