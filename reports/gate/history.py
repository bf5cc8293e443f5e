"""What stands printed already: every figure of every version of every release, read from the frozen documents."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from grievance.vocabulary import Kind
from reports.gate.weave import OPEN, cells_of, is_long
from reports.masking import Cell
from reports.month import Month
from reports.shelf import Release
from reports.tables import SPECS, Rule


class Rewritten(ValueError):
    """A figure that was printed is not what the record says."""


@dataclass(frozen=True, slots=True)
class Told:
    """What readers of everything know: cells that were printed, and those that were kept from them."""

    printed: Mapping[Cell, int] = field(default_factory=dict)
    hidden: frozenset[Cell] = frozenset()
    taken_back: Mapping[Cell, int] = field(default_factory=dict)
    """What stood in months that were withdrawn: known as far as it was true."""
    noughts: frozenset[Cell] = frozenset()
    """Those of the printed that nobody printed: of months in which there was no mechanism yet."""

    def with_what_was_true(self, values: Mapping[Cell, int]) -> "Told":
        """Count among the printed what was taken back and is true all the same."""
        true = {cell: n for cell, n in self.taken_back.items() if values.get(cell) == n}
        return Told({**true, **self.printed}, self.hidden - set(true))

    def with_nothing_before(self, values: Mapping[Cell, int], month: Month) -> "Told":
        """Count among the printed that nothing happened before the first release, where that is so.

        Whoever knows when a mechanism began reads in its first quarter what its first month hides.

        Args:
            values: every figure that was measured.
            month: what is to be printed now, which is the first of all where nothing was.
        """
        first = str(month)
        for period, measure, *_ in (*self.printed, *self.hidden):
            if measure != OPEN and not is_long(period):
                first = min(first, period)
        before = {cell for cell in values if not is_long(cell[0]) and _is_before(cell, first)}
        busy = {cell[0] for cell in before if values[cell]}
        nothing = {cell: 0 for cell in before if cell[0] not in busy and cell not in self.printed}
        return Told({**nothing, **self.printed}, self.hidden - set(nothing), noughts=frozenset(nothing))

    def check(self, values: Mapping[Cell, int]) -> None:
        """Check that what was printed is still what is measured.

        Raises:
            Rewritten: naming the cell, and neither number.
        """
        for cell, n in self.printed.items():
            if values.get(cell, 0) != n:
                raise Rewritten(f"{' '.join(cell)} was printed and is measured otherwise now")


def told(published: Sequence[Release], kind: Kind, *, withdrawn: Collection[Month] = ()) -> Told:
    """Gather what releases told of one kind of case."""
    printed: dict[Cell, int] = {}
    taken_back: dict[Cell, int] = {}
    hidden: set[Cell] = set()
    for release in published:
        for cell, value in _cells(release, kind):
            if value is None:
                hidden.add(cell)
            elif release.month in withdrawn:
                taken_back[cell] = value
            else:
                printed[cell] = value
    return Told(printed, frozenset((hidden | set(taken_back)) - set(printed)), taken_back)


def _cells(release: Release, kind: Kind) -> Iterator[tuple[Cell, int | None]]:
    for table in release.tables:
        if table.name not in SPECS or table.kind != kind or SPECS[table.name].rule is Rule.OWN:
            continue
        values = (cell.value for cell in table.cells)
        for named, value in zip(cells_of(table, release.month).values(), values, strict=True):
            if named is not None:
                yield named, value


def _is_before(cell: Cell, first: str) -> bool:
    """Tell whether a figure of a month was settled when that month began: its own opening was."""
    return cell[0] < first or (cell[0] == first and cell[1] == OPEN)
