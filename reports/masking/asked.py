"""What is asked of hidden cells with some pair of eyes, and what the tables that were found show of it so far."""

from collections.abc import Sequence
from typing import Any

from reports.masking.lattice import FEWEST
from reports.masking.program import UNBOUNDED

LOW, HIGH = 0, 1
Bounds = tuple[int, int]
_AT_ONCE = 64
"""How many tables are laid side by side."""


def tells(low: int, high: int, *, narrowest: int, is_strict: bool) -> bool:
    """Tell whether these bounds say too much: that somebody is there, of a few, or how many there are."""
    if high == 0:  # a printed whole of nothing says that nobody is there, and nothing of anybody
        return False
    if not is_strict and low >= FEWEST:
        return False
    return (low > 0 and high < FEWEST) or high - low < narrowest


class Asked:
    """Sets of cells that are alike, so that what one can be all can be: each is asked for once, by its first cell.

    Attributes:
        alike: the sets.
        low: the least that each holds in a table that was found.
        high: the most.
        tried: whether a table was looked for in which it holds as little, or as much, as tells nothing.
        exact: whether it was proved that it can hold no less, or no more, than in these tables.
    """

    def __init__(
        self,
        alike: Sequence[tuple[Sequence[int], bool]],
        *,
        narrowest: int,
        caps: Sequence[Bounds | None] = (),
    ) -> None:
        """Ask.

        Args:
            alike: the places of each set, and whether five or more may be worked out of them as little as a few.
            narrowest: how far apart its bounds must be.
            caps: between what each set is known to be anyway.
        """
        import numpy as np  # noqa: PLC0415  only who publishes has it

        self._sizes = np.array([len(places) for places, _ in alike], dtype=int)
        self._here = np.array([place for places, _ in alike for place in places], dtype=int)
        self._starts = np.cumsum(self._sizes) - self._sizes
        self._lenient = np.array([not is_strict for _, is_strict in alike], dtype=bool)
        self._narrowest = narrowest
        bounds = [cap or (0, UNBOUNDED) for cap in caps] or [(0, UNBOUNDED)] * len(alike)
        self._caps = np.array(bounds, dtype=int).reshape(-1, 2).T
        self.low, self.high = np.full(len(alike), UNBOUNDED), np.full(len(alike), -1)
        self.tried, self.exact = np.zeros((2, 2, len(alike)), dtype=bool)

    @property
    def is_shown(self) -> bool:
        """Whether any table was counted."""
        return bool((self.high >= 0).any())

    def place(self, target: int) -> int:
        """Name the place that stands for a set."""
        return int(self._here[self._starts[target]])

    def add(self, tables: Sequence[Any]) -> None:
        """Count tables among those that show what the cells can be; of what is safe, no more is counted."""
        import numpy as np  # noqa: PLC0415

        for some in (tables[n : n + _AT_ONCE] for n in range(0, len(tables), _AT_ONCE)):
            open_ = ~self.safe
            if not open_.any():
                return
            here, sizes = self._here[np.repeat(open_, self._sizes)], self._sizes[open_]
            starts = np.cumsum(sizes) - sizes
            seen = np.stack([table[here] for table in some])
            self.low[open_] = np.minimum(self.low[open_], np.minimum.reduceat(seen.min(axis=0), starts))
            self.high[open_] = np.maximum(self.high[open_], np.maximum.reduceat(seen.max(axis=0), starts))

    @property
    def safe(self) -> Any:
        """Of which nothing is told: two tables show it."""
        return ((self.low == 0) | (self.high >= FEWEST)) & (self.high - self.low >= self._narrowest)

    def untried(self) -> int | None:
        """Name the next set that no table so far keeps safe and that was not tried both ways, as far as it can go."""
        least = self.tried[LOW] | (self.low <= self._caps[LOW])
        most = self.tried[HIGH] | (self.high >= self._caps[HIGH])
        left = ~self.safe & ~(least & most)
        return int(left.argmax()) if left.any() else None

    def wanted(self, target: int) -> tuple[int, int]:
        """Say where a set that was not tried should be brought so that nothing is told of it: the way, and how much."""
        low, high = int(self.low[target]), int(self.high[target])
        least, most = self._caps[:, target].tolist()
        if high < most and not self.tried[HIGH, target]:
            return HIGH, min(max(FEWEST if low > 0 else 0, low + self._narrowest), most)
        return LOW, max(0 if high < FEWEST else high - self._narrowest, least)

    def unproved(self) -> tuple[int, int] | None:
        """Name the next set that is not safe and of which a bound is not proved yet, and which bound.

        The least comes first, so that a cell that is never printed is done when that is five.
        """
        least = self.exact[LOW] | (self.low <= self._caps[LOW])
        most = self.exact[HIGH] | (self.high >= self._caps[HIGH])
        left = ~self.safe & ~(least & (most | (self._lenient & (self.low >= FEWEST))))
        if not left.any():
            return None
        target = int(left.argmax())
        return target, HIGH if least[target] else LOW

    def told(self) -> list[tuple[int, int, int]]:
        """List the sets of which too much is known, with their bounds."""
        bounds = zip(self.low.tolist(), self.high.tolist(), (~self._lenient).tolist(), strict=True)
        return [
            (n, low, high)
            for n, (low, high, is_strict) in enumerate(bounds)
            if tells(low, high, narrowest=self._narrowest, is_strict=is_strict)
        ]
