"""Tables of whole numbers that agree with everything printed, and go as far as can be towards an aim.

One program stands for all questions about cells that hang together: only its aim changes, and which cells somebody
must stand in, so each answer begins where the one before ended. HiGHS, by highspy, on one thread and always alike.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Row = tuple[Mapping[int, int], int]
"""What some places add up to: how often each place counts, and the sum."""
WHOLE = 1e-6
_CORNERS, _LEAN = 8, 0.3
"""How many other corners are tried where one has fractions, and how much they lean away from the aim."""
UNBOUNDED = 10**6
"""More than any cell of a release: what no printed figure bounds could be as large as this."""
_OPTIONS = {
    "output_flag": False,
    "threads": 1,
    "random_seed": 0,
    "presolve": "off",  # what is asked next differs little: the corner found last is a better start
    "solver": "simplex",
    "mip_rel_gap": 0.0,
    "mip_abs_gap": 0.9,  # the aim is in whole numbers, but for the light rest: less than one apart is the furthest
    "simplex_strategy": 4,  # the corner found last agrees with what is printed whatever the aim: the primal goes on
}


class Program:
    """Places with whole numbers from nought on, and what they add up to."""

    def __init__(self, places: int, rows: Sequence[Row]) -> None:
        import highspy  # noqa: PLC0415  only who publishes has it
        import numpy as np  # noqa: PLC0415

        self._places = places
        self._all = np.arange(places, dtype=np.int32)
        self._must = np.zeros(places)
        solver: Any = highspy.Highs
        self._model = solver()
        for name, value in _OPTIONS.items():
            self._model.setOptionValue(name, value)
        nothing = np.array([], dtype=np.int32)
        self._model.addCols(
            places, np.zeros(places), np.zeros(places), np.full(places, float(UNBOUNDED)),
            0, nothing, nothing, np.array([]),
        )  # fmt: skip
        start, at, factors = [0], list[int](), list[int]()
        for row, _ in rows:
            at += row.keys()
            factors += row.values()
            start.append(len(at))
        right = np.array([float(value) for _, value in rows])
        self._model.addRows(
            len(rows), right, right, len(at),
            np.array(start[:-1], dtype=np.int32), np.array(at, dtype=np.int32), np.array(factors, dtype=float),
        )  # fmt: skip

    def furthest(self, aim: Any, *, inside: Iterable[int] = (), roughly: bool) -> Any:
        """Find a table that goes furthest towards an aim.

        Where linear programming ends with fractions, whole numbers cost much more. `roughly` is content with a table
        that does not go furthest, since a witness need not be the best one.

        Args:
            aim: a weight for each place; their sum becomes as little as can be.
            inside: places that hold one at least.
            roughly: whether another corner will do where the best one has fractions.

        Returns:
            The table, or nothing where there is none.

        Raises:
            ArithmeticError: there is no answer.
        """
        import numpy as np  # noqa: PLC0415

        self._stand(inside)
        found = self._solve(aim)
        if found is None or _is_whole(found):
            return _rounded(found)
        if roughly:
            # Another corner may be whole, if it leans another way; it is a witness even where it goes less far.
            draw = np.random.default_rng(int(abs(aim).argmax()))
            for _ in range(_CORNERS):
                in_parts = abs(found - found.round()) > WHOLE
                found = self._solve(aim + _LEAN * draw.uniform(-1.0, 1.0, len(aim)) * in_parts)
                if found is not None and _is_whole(found):
                    return _rounded(found)
        return _rounded(self._solve_whole(aim))

    def _stand(self, inside: Iterable[int]) -> None:
        import numpy as np  # noqa: PLC0415

        must = np.zeros(self._places)
        must[list(inside)] = 1.0
        for place in np.flatnonzero(must != self._must):
            self._model.changeColBounds(int(place), float(must[place]), float(UNBOUNDED))
        self._must = must

    def _solve(self, aim: Any) -> Any:
        """Find the best corner, fractions and all; nothing where no table agrees with what is printed."""
        import highspy  # noqa: PLC0415
        import numpy as np  # noqa: PLC0415

        self._model.changeColsCost(self._places, self._all, aim)
        self._model.run()
        status = self._model.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            return None
        if status != highspy.HighsModelStatus.kOptimal:
            raise ArithmeticError(f"a program of the certificate ended as {status.name}")
        return np.array(self._model.getSolution().col_value)

    def _solve_whole(self, aim: Any) -> Any:
        """Find the best table of whole numbers, and go back to the corner that was found before."""
        import highspy  # noqa: PLC0415
        import numpy as np  # noqa: PLC0415

        corner = self._model.getBasis()
        self._integral(np.full(self._places, highspy.HighsVarType.kInteger.value, dtype=np.uint8))
        try:
            return self._solve(aim)
        finally:
            self._integral(np.full(self._places, highspy.HighsVarType.kContinuous.value, dtype=np.uint8))
            self._model.setBasis(corner)

    def _integral(self, kinds: Any) -> None:
        self._model.changeColsIntegrality(self._places, self._all, kinds)


def _is_whole(table: Any) -> bool:
    return bool(abs(table - table.round()).max() <= WHOLE)


def _rounded(table: Any) -> Any:
    # Every table is kept as a witness, and there are thousands: in half of the memory.
    return None if table is None else table.round().astype("int32")
