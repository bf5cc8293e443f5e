"""What whole numbers can be, of which only some sums are known: the reckoning of the attack (trust A6), with HiGHS.

A question is how little and how much an unknown can be. A table that agrees with every sum is a witness for all unknowns
at once, so each table that was found answers most of the questions that were not asked yet, and only what no table so far
answers is asked by itself: first where linear programming puts it, then, where that is no whole number, by branching.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

Name = tuple[str, ...]
Row = tuple[Mapping[Name, int], int]
"""What some unknowns add up to: how often each counts, and the sum."""
Bounds = tuple[int, int]
FEW = 5
MUCH = 10**6
"""More than anybody counts: what no sum bounds."""
_NEARLY = 1e-6
_BESIDE = 1e-4
"""How much the other open questions weigh beside the one that is asked."""
_LEANINGS = 8
"""How often another corner is tried, which may be whole, before branching."""


class Contradiction(ValueError):
    """No whole numbers from nought on agree with every sum."""


class Unknowns:
    """Whole numbers from nought on of which sums are known."""

    def __init__(self, rows: Iterable[Row]) -> None:
        """Work out by hand what follows at once, and part the rest into what hangs together.

        Raises:
            Contradiction: it is seen by hand already.
        """
        self.programs = 0
        left, self._fixed = _by_hand(rows)
        rows_of: dict[Name, list[int]] = defaultdict(list)
        for n, (row, _) in enumerate(left):
            for name in row:
                rows_of[name].append(n)
        self._part_of: dict[Name, _Part] = {}
        for name in rows_of:
            if name not in self._part_of:
                part = _gather(name, left, rows_of)
                self._part_of |= dict.fromkeys(part.place, part)

    def bounds(
        self,
        names: Iterable[Name],
        *,
        narrow: int,
        loosely: Collection[Name] = (),
        inside: Name | None = None,
    ) -> Iterator[tuple[Name, Bounds]]:
        """Say of each what it can be, or a least and a most that are there and far enough apart to say nothing.

        Args:
            names: the unknowns that are asked for.
            narrow: what is less apart than this says too much.
            loosely: those of which it does not matter what is known once it is five or more.
            inside: an unknown that is one or more, as somebody knows. Only what hangs together with it is answered.

        Raises:
            Contradiction: nothing agrees with every sum.
        """
        asked: dict[_Part, list[Name]] = {}
        for name in names:
            part = self._part_of.get(name)
            if part is not None and (inside is None or inside in part.place):
                asked.setdefault(part, []).append(name)
            elif part is None and inside is None:
                n = self._fixed.get(name)
                yield name, (0, MUCH) if n is None else (n, n)
        for part, mine in asked.items():
            before = part.programs
            yield from part.bounds(mine, narrow=narrow, loosely=frozenset(loosely), inside=inside)
            self.programs += part.programs - before


def _by_hand(rows: Iterable[Row]) -> tuple[list[Row], dict[Name, int]]:
    """Put in what is known at once: the one unknown of a sum, and all of them where they add up to nothing."""
    left, fixed = list(rows), dict[Name, int]()
    while True:
        rest: list[Row] = []
        found: dict[Name, int] = {}
        for row, right in left:
            open_ = {name: factor for name, factor in row.items() if name not in fixed}
            value = right - sum(factor * fixed[name] for name, factor in row.items() if name in fixed)
            if len(open_) == 1:
                ((name, factor),) = open_.items()
                if (
                    value % factor
                    or value // factor < 0
                    or found.get(name, value // factor) != value // factor
                ):
                    raise Contradiction(f"{' '.join(name)} would be {value} / {factor}")
                found[name] = value // factor
            elif not open_ and value:
                of = ", ".join(" ".join(name) for name in sorted(row)) or "what is printed of one sum"
                raise Contradiction(f"{of}: {value} too much")
            elif open_ and value == 0 and len({factor > 0 for factor in open_.values()}) == 1:
                found |= dict.fromkeys(open_, 0)
            elif open_:
                rest.append((open_, value))
        if not found:
            return rest, fixed
        fixed |= found
        left = rest


def _gather(start: Name, rows: Sequence[Row], rows_of: Mapping[Name, list[int]]) -> "_Part":
    names, mine, edge = {start}, set[int](), [start]
    while edge:
        for n in rows_of[edge.pop()]:
            if n not in mine:
                mine.add(n)
                new = set(rows[n][0]) - names
                names |= new
                edge += sorted(new)
    return _Part(sorted(names), [rows[n] for n in sorted(mine)])


class _Part:
    """Unknowns that hang together: one program, asked again and again from where it ended."""

    def __init__(self, names: Sequence[Name], rows: Sequence[Row]) -> None:
        import highspy  # noqa: PLC0415  only who attacks or publishes has it
        import numpy as np  # noqa: PLC0415

        self.programs = 0
        self.place = {name: n for n, name in enumerate(names)}
        self._all = np.arange(len(names), dtype=np.int32)
        self._tables = np.zeros((0, len(names)), dtype=np.int32)
        self._inside: int | None = None
        solver: Any = highspy.Highs
        self._model = solver()
        self._model.silent()
        # Where the last question ended is where the next one begins, so nothing is simplified away before.
        for option, value in {
            "presolve": "off",
            "threads": 1,
            "random_seed": 0,
            "mip_rel_gap": 0.0,
            "mip_abs_gap": 0.9,
        }.items():
            self._model.setOptionValue(option, value)
        self._model.addVars(len(names), np.zeros(len(names)), np.full(len(names), float(MUCH)))
        for row, right in rows:
            self._model.addRow(right, right, len(row), [self.place[name] for name in row], list(row.values()))

    def bounds(
        self, names: Sequence[Name], *, narrow: int, loosely: frozenset[Name], inside: Name | None
    ) -> Iterator[tuple[Name, Bounds]]:
        import numpy as np  # noqa: PLC0415

        names = [name for name in names if name != inside]
        here = np.array([self.place[name] for name in names], dtype=np.int64)
        loose = np.array([name in loosely for name in names], dtype=bool)
        self._stand(None if inside is None else self.place[inside])
        tables = self._tables if inside is None else self._tables[self._tables[:, self.place[inside]] > 0]
        low = tables[:, here].min(axis=0, initial=MUCH)
        high = tables[:, here].max(axis=0, initial=-1)
        asked, proven = np.zeros((2, len(names)), dtype=bool), np.zeros((2, len(names)), dtype=bool)
        while True:
            says_nothing = ((low == 0) | (high >= FEW)) & (high - low >= narrow)
            done = (low == 0) | proven[0]
            done &= proven[1] | (loose & (low >= FEW))
            (open_,) = np.nonzero(~says_nothing & ~done)
            if not open_.size:
                break
            n = int(open_[0])
            most = bool(low[n] == 0 or proven[0, n])
            beside = None if asked[int(most), n] else here[open_]
            table, proven[int(most), n] = self._furthest(
                int(here[n]), most=most, beside=beside, so_far=int((high if most else low)[n])
            )
            asked[int(most), n] = True
            if table is not None:
                self._tables = np.vstack((self._tables, table))
                low, high = np.minimum(low, table[here]), np.maximum(high, table[here])
            elif high[n] < 0 and inside is None:
                raise Contradiction(f"nothing agrees with every sum of {' '.join(names[n])}")
            elif high[n] < 0:  # nobody can stand inside
                return
        yield from zip(names, zip(low.tolist(), high.tolist(), strict=True), strict=True)

    def _stand(self, place: int | None) -> None:
        """Let the unknown that somebody stands in be one at least."""
        if self._inside is not None:
            self._model.changeColBounds(self._inside, 0.0, float(MUCH))
        if place is not None:
            self._model.changeColBounds(place, 1.0, float(MUCH))
        self._inside = place

    def _furthest(self, at: int, *, most: bool, beside: Any, so_far: int) -> tuple[Any, bool]:
        """Find a table in which an unknown is as little or as much as can be.

        Args:
            at: the unknown.
            most: whether as much as can be.
            beside: other unknowns that should go far as well, if any; then any whole table will do.
            so_far: how far it goes in the tables that were found.

        Returns:
            A table of whole numbers, if one was found that goes further; and whether nothing goes further than that.
        """
        import numpy as np  # noqa: PLC0415

        sign = -1.0 if most else 1.0
        aim, draw = np.zeros(len(self.place)), np.random.default_rng(at)
        if beside is not None:
            aim[beside] = draw.uniform(-_BESIDE, _BESIDE, len(beside))
        aim[at] = sign
        found = self._corner(aim)
        if found is None:
            return None, True
        if beside is None:
            limit = int(np.floor(found[at] + _NEARLY) if most else np.ceil(found[at] - _NEARLY))
            if limit == so_far:
                return None, True
        for _ in range(_LEANINGS if beside is not None else 0):
            if _is_whole(found):
                break
            in_parts = abs(found - found.round()) > _NEARLY
            found = self._corner(aim + draw.uniform(-0.5, 0.5, len(aim)) * in_parts)
        if not _is_whole(found):
            found = self._branched(aim)
        return found.round().astype(np.int32), beside is None

    def _corner(self, aim: Any) -> Any:
        """Solve the linear program; nothing where no table agrees with the sums.

        Raises:
            ArithmeticError: there is no answer.
        """
        import highspy  # noqa: PLC0415
        import numpy as np  # noqa: PLC0415

        self.programs += 1
        self._model.changeColsCost(len(aim), self._all, aim)
        self._model.run()
        status = self._model.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            return None
        if status != highspy.HighsModelStatus.kOptimal:
            raise ArithmeticError(f"a program of the attack ended as {status.name}")
        return np.array(self._model.getSolution().col_value)

    def _branched(self, aim: Any) -> Any:
        """Solve it in whole numbers, and leave the corner where it was."""
        import highspy  # noqa: PLC0415
        import numpy as np  # noqa: PLC0415

        basis = self._model.getBasis()
        kinds = (highspy.HighsVarType.kInteger, highspy.HighsVarType.kContinuous)
        whole, fractions = (np.full(len(aim), kind.value, dtype=np.uint8) for kind in kinds)
        self._model.changeColsIntegrality(len(aim), self._all, whole)
        try:
            return self._corner(aim)
        finally:
            self._model.changeColsIntegrality(len(aim), self._all, fractions)
            self._model.setBasis(basis)


def _is_whole(table: Any) -> bool:
    return bool(abs(table - table.round()).max() <= _NEARLY)
