"""The tables of a month: which there are, which cells they have, and how they stand in a frozen release.

The lattice is fixed (trust A4): a table has the same cells every month whatever happened, so that the
presence of a row says nothing. Protected cases stand in none of them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from grievance.vocabulary import Clock, Ending

ALL = "all"
UNROUTED = "unrouted"
NOT_STATED = "not_stated"

PROVISIONAL = "provisional"
SUPPRESSED = "suppressed"

STOCK_FLOW, BY_ENTRY, BY_THEME, TIMELINESS = "stock_flow", "by_entry", "by_theme", "timeliness"
COMING = ("opening", "received", "reopened", "moved_in")
GOING = ("closed", "moved_out", "closing")
STOCK = (*COMING, *GOING)
CLOCKS = (Clock.ACKNOWLEDGE, Clock.ANSWER)
"""Clocks whose ends are printed in this issue; the rollups hold them all."""
ENDINGS = tuple(str(ending) for ending in Ending)
DAYS = ("median_days", "p90_days")
DIMENSIONS: Mapping[str, tuple[str, ...]] = {
    STOCK_FLOW: ("operator", "measure"),
    TIMELINESS: ("operator", "clock", "measure"),
    BY_ENTRY: ("channel",),
    BY_THEME: ("theme",),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure: where it stands in each dimension, and its value, or `None` where it is not shown."""

    at: tuple[str, ...]
    value: int | None

    @property
    def status(self) -> str:
        """`provisional`, or `suppressed` where it is not shown."""
        return SUPPRESSED if self.value is None else PROVISIONAL


@dataclass(frozen=True, slots=True)
class Table:
    """A named table of cells, in the order in which they are printed."""

    name: str
    cells: tuple[Cell, ...]

    @property
    def dimensions(self) -> tuple[str, ...]:
        """What its cells are told apart by."""
        return DIMENSIONS[self.name]

    def value(self, *at: str) -> int | None:
        """The figure that stands there; `None` where it is not shown, or not in the table."""
        return next((cell.value for cell in self.cells if cell.at == at), None)

    def members(self, dimension: str) -> tuple[str, ...]:
        """Who stands in a dimension, in printed order, each once."""
        place = self.dimensions.index(dimension)
        return tuple(dict.fromkeys(cell.at[place] for cell in self.cells))

    def plain(self) -> dict[str, Any]:
        """The table as a release freezes it."""
        return {
            "name": self.name,
            "dimensions": list(self.dimensions),
            "cells": [
                {
                    **dict(zip(self.dimensions, cell.at, strict=True)),
                    "value": cell.value,
                    "status": cell.status,
                }
                for cell in self.cells
            ],
        }


def read(plain: Mapping[str, Any]) -> Table:
    """Read a table back from a frozen release."""
    return Table(
        plain["name"],
        tuple(Cell(tuple(cell[d] for d in plain["dimensions"]), cell["value"]) for cell in plain["cells"]),
    )


def hidden(cells: Iterable[Cell]) -> int:
    """Count the figures that are not shown."""
    return sum(cell.value is None for cell in cells)
