"""The figures that could be printed, and everything that is known about how they add up.

A figure is a cell, named by where it stands: measure, time, place, theme and so on. Cells that are never
printed (what one site received on one theme in one month) stand in the lattice too, because whoever adds
and subtracts works with them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

Cell = tuple[str, ...]

FEWEST = 5
"""Fewer people than this behind a figure, none included, and it is not printed (trust A4, step 1)."""
FEWEST_OF_TWO = 6
"""What two hidden parts must at least add up to: of five, one of them would be known to be small."""


@dataclass(frozen=True, slots=True)
class Sum:
    """A figure, and the parts that make it up; all of them, so that they add up exactly."""

    whole: Cell
    parts: tuple[Cell, ...]


@dataclass(frozen=True)
class Sums:
    """How cells add up: all sums, each once, and the sums in which a cell stands, as whole or as part."""

    all: tuple[Sum, ...]

    @cached_property
    def of(self) -> Mapping[Cell, tuple[Sum, ...]]:
        """The sums in which a cell stands."""
        found: dict[Cell, list[Sum]] = {}
        for one in self.all:
            for cell in (one.whole, *one.parts):
                found.setdefault(cell, []).append(one)
        return {cell: tuple(each) for cell, each in found.items()}


@dataclass(frozen=True)
class Lattice:
    """Everything that could be printed at once, and how it hangs together.

    `values` holds every cell, printed or not. `people`: how many stand behind a cell, where that is fewer than
    its value (one person can complain often). `offered` may be printed if it is safe. `exact` is printed
    whatever it is: ten people stand behind its row (DESIGN 8). `before` is what earlier releases did, for ever:
    True is printed, False is not. `performance`: how in time somebody was whom ten people asked, which may be printed
    however small, and is hidden where a sum would tell of others.
    """

    values: Mapping[Cell, int]
    sums: Sums
    offered: frozenset[Cell]
    people: Mapping[Cell, int] = field(default_factory=dict)
    exact: frozenset[Cell] = frozenset()
    before: Mapping[Cell, bool] = field(default_factory=dict)
    performance: frozenset[Cell] = frozenset()

    def __post_init__(self) -> None:
        for one in self.sums.all:
            parts = sum(self.values[part] for part in one.parts)
            if self.values[one.whole] != parts:
                raise ValueError(
                    f"the parts of {one.whole} are {parts}, the whole is {self.values[one.whole]}"
                )

    def is_small(self, cell: Cell) -> bool:
        """Tell whether too few people stand behind a cell for it to be printed."""
        value = self.values[cell]
        return cell not in self.performance and min(value, self.people.get(cell, value)) < FEWEST

    def is_fixed(self, cell: Cell) -> bool:
        """Tell whether nothing can be changed about a cell any more."""
        return cell in self.exact or cell in self.before

    def is_told_small(self, one: Sum) -> bool:
        """Tell whether a whole is printed although it is small: of its parts that much is known, by DESIGN 8."""
        return one.whole in self.exact and self.values[one.whole] < FEWEST

    def neighbours(self, cell: Cell) -> Iterator[Cell]:
        """Every cell that shares a sum with this one."""
        for one in self.sums.of.get(cell, ()):
            yield from (each for each in (one.whole, *one.parts) if each != cell)
