"""The proof that what is printed tells nobody apart: bounds of every hidden cell over everything ever printed.

Whoever reads every release can set up the same sums as we do. Two tables of whole numbers that agree with all of it, one
without anybody in a cell and one with enough, prove that it tells nothing of that cell (trust A4, steps 3 and 6). Each is
looked for near one that is known, the true one first, and reckoned again. Where there are no two, linear programming, and
integer programming where it ends in fractions, finds the least and the most that the cell can be.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from reports.masking.effort import Effort
from reports.masking.group import Group
from reports.masking.lattice import Cell, Sum, Sums


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
    truth: Mapping[Cell, int] | None = None,
) -> Certificate:
    """Look at every hidden cell with the eyes of everybody, then with those of each of these insiders.

    The arguments are those of `Known` and `Known.certify`.
    """
    known = Known(printed, sums, news=news, truth=truth)
    return known.certify(hidden, implied=implied, eyes=(None, *insiders), crowd=insiders)


class Known:
    """What somebody knows who has these figures and no more."""

    def __init__(
        self,
        printed: Mapping[Cell, int],
        sums: Sums | Sequence[Sum],
        *,
        news: Collection[Cell] | None = None,
        truth: Mapping[Cell, int] | None = None,
        like: "Known | None" = None,
        effort: Effort | None = None,
    ) -> None:
        """Set up what can be reckoned with.

        Args:
            printed: every printed cell and its value, of all releases together.
            sums: how cells add up; known to everybody.
            news: what of the printed is new. Cells that no sum joins to it are told no more than before, and are not
                looked at again; `None`: everything is new.
            truth: every cell, printed or not: the first of the tables that agree with what is printed. Without it
                one is looked for. It saves time, and changes nothing of what is found.
            like: somebody who knows other figures: the tables found for them are tried again.
            effort: what the programs are counted by.
        """
        self._printed = printed
        self._sums = sums if isinstance(sums, Sums) else Sums(tuple(sums))
        self._news = news
        self._truth, self._like = truth, like
        self._effort = effort or Effort()

    @cached_property
    def groups(self) -> Sequence[Group]:
        """What hangs together: set up when somebody asks, which mostly nobody does."""
        groups = list(_groups(self._printed, self._sums, self._news, self._effort))
        if self._truth is not None:
            for group in groups:
                group.take_over(self._truth, self._like.groups if self._like else ())
        self._like = None  # it may be forgotten
        return groups

    @cached_property
    def _of(self) -> Mapping[Cell, Group]:
        """The group of every cell that is not told."""
        return {cell: group for group in self.groups for cell in group.place}

    def certify(
        self,
        hidden: Iterable[Cell],
        *,
        implied: Iterable[Cell] = (),
        eyes: Iterable[Cell | None] = (None,),
        crowd: Collection[Cell] = (),
    ) -> Certificate:
        """Look at every hidden cell with the eyes of somebody who has all these figures.

        Args:
            hidden: the cells of which nothing may be told.
            implied: cells that no table ever prints; that five or more stand in one may be worked out.
            eyes: `None` for everybody, or a cell in which somebody may stand who knows of it. Everybody comes first:
                what they can work out is not asked again.
            crowd: cells in which somebody may stand, who will be asked for: tables that do for all of them are looked
                for first.
        """
        strict = frozenset(hidden)
        targets: dict[Group, list[Cell]] = {}
        for cell in sorted(strict.union(implied)):
            if cell in self._of:
                targets.setdefault(self._of[cell], []).append(cell)
        findings, spent = list[Finding](), self._effort.spent
        for group, mine in targets.items():
            together = [cell for cell in crowd if cell in group.place]
            if len(together) > 1:
                group.look_together(mine, inside=together)
        for inside in eyes:
            for group, mine in targets.items():
                if inside is None or inside in group.place:
                    asked = [cell for cell in mine if cell != inside and cell not in group.decided]
                    told = group.look(asked, strict=strict, inside=inside)
                    findings += (Finding(cell, low, high, inside=inside) for cell, low, high in told)
        looked_at = sum(map(len, targets.values()))
        return Certificate(looked_at, self._effort.spent - spent, tuple(findings))

    def added_to(self, findings: Iterable[Finding], *, strict: Collection[Cell]) -> list[Finding]:
        """Keep the findings that tell more than these figures tell anyway."""
        found: list[Finding] = []
        by_eyes: dict[tuple[Group | None, Cell | None], list[Finding]] = {}
        for finding in findings:
            by_eyes.setdefault((self._of.get(finding.cell), finding.inside), []).append(finding)
        for (group, inside), mine in by_eyes.items():
            if group is None:  # empty by these figures alone, or in no sum of theirs
                found += mine
                continue
            eyes = inside if inside in group.place else None
            bounds = group.look([finding.cell for finding in mine], strict=strict, inside=eyes)
            found += [each for each in mine if (each.cell, each.low, each.high) not in bounds]
        return found


def _groups(
    printed: Mapping[Cell, int], sums: Sums, news: Collection[Cell] | None, effort: Effort
) -> Iterator[Group]:
    """Part what is not printed into groups that share no sum: each is a small program of its own.

    Of `news`, where it is given, something must stand in a group's sums.
    """
    known = _with_zeros(printed, sums)
    seen: set[Cell] = set()
    for one in sums.all:
        if news is None or any(cell in news for cell in (one.whole, *one.parts)):
            start = next((cell for cell in (one.whole, *one.parts) if cell not in known), None)
            if start is not None and start not in seen:
                group = _spread(start, known, sums, effort)
                seen.update(group.place)
                yield group


def _spread(start: Cell, known: Mapping[Cell, int], sums: Sums, effort: Effort) -> Group:
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
    return Group(cells, list(rows.values()), effort)


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
