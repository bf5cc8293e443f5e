"""Tables of whole numbers that agree with everything printed, and go as far as can be towards an aim.

Two programs stand for all questions about cells that hang together; only what is asked changes. One has the tables
themselves. The other has what must change in a table that is known, and changes as little as it can: nearly all of that
is whole, and is found thirty times as fast. HiGHS, by highspy, on one thread and always alike.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property
from math import ceil, floor
from typing import Any

Row = tuple[Mapping[int, int], int]
"""What some places add up to: how often each place counts, and the sum."""
WHOLE = 1e-6
_CORNERS, _LEAN = 8, 0.3
"""How many other corners are tried where one has fractions, and how much they lean another way."""
_PULL = 1e5
"""How much more it weighs that a place comes where it shall than that another stays as it was."""
UNBOUNDED = 10**6
"""More than any cell of a release: what no printed figure bounds could be as large as this."""
_OPTIONS = {
    "output_flag": False,
    "threads": 1,
    "random_seed": 0,
    "presolve": "off",  # what is asked next differs little: the corner found last is a better start
    "solver": "simplex",
    "mip_rel_gap": 0.0,
    "mip_abs_gap": 0.9,  # the aim is in whole numbers: less than one apart is the furthest
    # Counted, never timed, so that the same month comes out twice alike; hundreds of times what was ever needed.
    "simplex_iteration_limit": 1_000_000,
    "mip_max_nodes": 10_000,
}
_PRIMAL, _DUAL = 4, 1
"""How the simplex goes on: in tables from the last corner, which agrees with what is printed whatever the aim; in changes
from none at all, the cheapest."""


class Program:
    """Places with whole numbers from nought on, and what they add up to."""

    def __init__(self, places: int, rows: Sequence[Row]) -> None:
        import numpy as np  # noqa: PLC0415  only who publishes has it

        self._places = places
        start, at, factors = [0], list[int](), list[int]()
        for row, _ in rows:
            at += row.keys()
            factors += row.values()
            start.append(len(at))
        self._start = np.array(start[:-1], dtype=np.int32)
        self._at, self._factors = np.array(at, dtype=np.int32), np.array(factors, dtype=np.int64)
        self._right = np.array([value for _, value in rows], dtype=np.int64)
        self._must = np.zeros(places)

    def agrees(self, table: Any) -> bool:
        """Tell whether a table adds up to what is printed; reckoned in whole numbers, without a solver."""
        import numpy as np  # noqa: PLC0415

        sums = np.add.reduceat(self._factors * table[self._at], self._start)
        return bool((table >= 0).all() and (sums == self._right).all())

    def any_table(self, *, inside: Collection[int] = ()) -> Any:
        """Find some table.

        Args:
            inside: places that hold one at least.

        Returns:
            The table, or nothing where there is none.

        Raises:
            ArithmeticError: there is no answer.
        """
        import numpy as np  # noqa: PLC0415

        self._stand(inside)
        aim = np.zeros(self._places)
        found = self._solve(aim)
        if found is None or _is_whole(found):
            return _rounded(found)
        draw = np.random.default_rng(self._places)
        for _ in range(_CORNERS):  # another corner may be whole, if it leans another way
            in_parts = abs(found - found.round()) > WHOLE
            found = self._solve(_LEAN * draw.uniform(-1.0, 1.0, self._places) * in_parts)
            if found is not None and _is_whole(found):
                return _rounded(found)
        return _rounded(self._solve_whole(aim))

    def furthest(self, place: int, *, is_up: bool, beyond: int, inside: Collection[int] = ()) -> Any:
        """Find a table that holds as much, or as little, in a place as can be.

        Where linear programming ends with fractions, whole numbers cost much more; they are looked for only if what is
        bounded by it is beyond what is known.

        Args:
            place: the place.
            is_up: as much, not as little.
            beyond: what it is known to hold in some table.
            inside: places that hold one at least.

        Returns:
            The table, or nothing where none goes further than what is known.

        Raises:
            ArithmeticError: there is no answer.
        """
        import numpy as np  # noqa: PLC0415

        self._stand(inside)
        aim = np.zeros(self._places)
        aim[place] = -1.0 if is_up else 1.0
        found = self._solve(aim)
        if found is None:
            return None
        best = floor(found[place] + WHOLE) if is_up else ceil(found[place] - WHOLE)
        if best <= beyond if is_up else best >= beyond:
            return None
        return _rounded(found if _is_whole(found) else self._solve_whole(aim))

    def near(self, table: Any, place: int, to: int, *, inside: Collection[int] = ()) -> Any:
        """Find a table in which a place comes as near to a number as can be, and the others change little.

        Args:
            table: one that agrees with everything.
            place: the place.
            to: what it should hold.
            inside: places that hold one at least, as they do in the table.

        Returns:
            The table, or nothing where only fractions were found.

        Raises:
            ArithmeticError: there is no answer.
        """
        import numpy as np  # noqa: PLC0415

        room = np.full(2 * self._places, float(UNBOUNDED))
        room[self._places :] = table
        room[[self._places + n for n in inside]] -= 1.0
        way, back = place, self._places + place
        if to < table[place]:
            way, back = back, way
        room[way] = min(room[way], abs(to - int(table[place])))
        room[back] = 0.0
        cost = np.ones(2 * self._places)
        cost[way] = -_PULL
        draw = np.random.default_rng(place)
        model, nothing_changed, every = self._changes
        model.changeColsBounds(2 * self._places, every, np.zeros(2 * self._places), room)
        for _ in range(_CORNERS):
            model.changeColsCost(2 * self._places, every, cost)
            model.setBasis(nothing_changed)
            found = _run(model)
            if found is None:
                return None
            if _is_whole(found):
                changed = found.round().astype("int32")
                return table + changed[: self._places] - changed[self._places :]
            in_parts = abs(found - found.round()) > WHOLE
            cost = np.where(cost > 0, cost + _LEAN * draw.uniform(0.0, 1.0, len(cost)) * in_parts, cost)
        return None

    @cached_property
    def _tables(self) -> Any:
        import numpy as np  # noqa: PLC0415

        return self._model(np.zeros(self._places), self._right, _PRIMAL, mirrored=False)

    @cached_property
    def _changes(self) -> Any:
        """What is added and what is taken away, the corner where nothing is, and the number of every column."""
        import numpy as np  # noqa: PLC0415

        model = self._model(np.ones(2 * self._places), 0 * self._right, _DUAL, mirrored=True)
        _run(model)
        return model, model.getBasis(), np.arange(2 * self._places, dtype=np.int32)

    def _model(self, cost: Any, right: Any, strategy: int, *, mirrored: bool) -> Any:
        import highspy  # noqa: PLC0415
        import numpy as np  # noqa: PLC0415

        model: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        for name, value in {**_OPTIONS, "simplex_strategy": strategy}.items():
            model.setOptionValue(name, value)
        nothing = np.array([], dtype=np.int32)
        model.addCols(
            len(cost), cost, np.zeros(len(cost)), np.full(len(cost), float(UNBOUNDED)),
            0, nothing, nothing, np.array([]),
        )  # fmt: skip
        start, at, factors = self._start, self._at, self._factors.astype(float)
        if mirrored:
            start = 2 * start
            at = np.stack([at, at + self._places], axis=1).ravel()
            factors = np.stack([factors, -factors], axis=1).ravel()
        right = right.astype(float)
        model.addRows(len(right), right, right, len(at), start, at.astype(np.int32), factors)
        return model

    def _stand(self, inside: Iterable[int]) -> None:
        import numpy as np  # noqa: PLC0415

        must = np.zeros(self._places)
        must[list(inside)] = 1.0
        for place in np.flatnonzero(must != self._must):
            self._tables.changeColBounds(int(place), float(must[place]), float(UNBOUNDED))
        self._must = must

    def _solve(self, aim: Any) -> Any:
        """Find the best corner, fractions and all; nothing where no table agrees with what is printed."""
        import numpy as np  # noqa: PLC0415

        self._tables.changeColsCost(self._places, np.arange(self._places, dtype=np.int32), aim)
        return _run(self._tables)

    def _solve_whole(self, aim: Any) -> Any:
        """Find the best table of whole numbers, and go back to the corner that was found before."""
        import highspy  # noqa: PLC0415

        corner = self._tables.getBasis()
        self._integral(highspy.HighsVarType.kInteger)
        try:
            return self._solve(aim)
        finally:
            self._integral(highspy.HighsVarType.kContinuous)
            self._tables.setBasis(corner)

    def _integral(self, kind: Any) -> None:
        import numpy as np  # noqa: PLC0415

        every = np.arange(self._places, dtype=np.int32)
        self._tables.changeColsIntegrality(
            self._places, every, np.full(self._places, kind.value, dtype=np.uint8)
        )


def _run(model: Any) -> Any:
    import highspy  # noqa: PLC0415
    import numpy as np  # noqa: PLC0415

    model.run()
    status = model.getModelStatus()
    if status == highspy.HighsModelStatus.kInfeasible:
        return None
    if status != highspy.HighsModelStatus.kOptimal:
        raise ArithmeticError(f"a program of the certificate ended as {status.name}")
    return np.array(model.getSolution().col_value)


def _is_whole(table: Any) -> bool:
    return bool(abs(table - table.round()).max() <= WHOLE)


def _rounded(table: Any) -> Any:
    # Every table is kept as a witness, and there are thousands: in half of the memory.
    return None if table is None else table.round().astype("int32")
