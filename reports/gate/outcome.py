"""From what was measured of a kind of case to the tables that are printed, and their certificate."""

import hashlib
import hmac
import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from importlib.metadata import version
from itertools import product
from typing import Any, Protocol

from grievance.errors import Refused
from reports import masking
from reports.disclosure import PEOPLE_BEHIND_A_ROW
from reports.gate import days, rows
from reports.gate.history import Rewritten, Told
from reports.gate.weave import ALL_DAYS, Contradiction, Woven, cells_of, summed, weave
from reports.masking import Effort, Known, Lattice, certify
from reports.masking.lattice import FEWEST
from reports.measuring.measured import Measured
from reports.tables import (
    ALL,
    DAYS,
    HANDLING,
    REVIEW_TIMES,
    SPECS,
    TIMELINESS,
    UNROUTED,
    Cell,
    Every,
    Rule,
    Table,
    rule_of,
)

OPERATOR = "operator"
EFFORT = 100_000
"""How many programs the proof of a level may take before the coarser one must do: a village's computer solves a hundred
in a second or two, and the slowest month of two lived years took under five thousand. Of the accounts alone nothing is
asked with the eyes of anybody else, so that they always come to an end."""


class NotCertified(Refused):
    """There is no proof that what would be printed tells of nobody, so it is not printed."""


class Level(StrEnum):
    """How much was offered: the next coarser one is tried where there is no proof."""

    WHOLE = "whole"
    MARGINS = "margins"
    """Of tables that cross two dimensions only the sums."""
    ACCOUNTS = "accounts"
    """Nothing about people, only how the mechanism as a whole and its operators did."""


@dataclass(frozen=True, slots=True)
class Passed:
    """What may be printed of one kind of case, and the proof.

    `programs`: how many the proof took. It is not printed, since it depends on what is hidden.
    """

    tables: tuple[Table, ...]
    level: Level
    certificate: Mapping[str, Any]
    programs: int = 0

    @property
    def rows(self) -> tuple[str, ...]:
        """Name the rows of the accounts, the whole first."""
        found = (_row(t, cell) for t in self.tables if SPECS[t.name].rule is Rule.ACCOUNT for cell in t.cells)
        return tuple(dict.fromkeys(found))

    @property
    def hidden_rows(self) -> frozenset[str]:
        """Name the rows of the accounts that are not shown; `all` is among them where fewer than ten are behind it."""
        return frozenset(
            _row(table, cell)
            for table in self.tables
            if SPECS[table.name].rule is Rule.ACCOUNT
            for cell in table.cells
            if cell.value is None and cell.at[-1] not in ALL_DAYS
            if rule_of(table.name, cell.at) is Rule.ACCOUNT
        )


class Gate(Protocol):
    """What decides what is printed: `pass_through`, or whoever has its answer already."""

    def __call__(
        self, history: Sequence[Measured], told: Told, /, *, sites: Mapping[str, str], seed: bytes
    ) -> Passed:
        """Answer as `pass_through` does, and raise what it raises."""
        ...


def pass_through(
    history: Sequence[Measured],
    told: Told,
    *,
    sites: Mapping[str, str],
    seed: bytes,
    insiders: bool = True,
    effort: int = EFFORT,
) -> Passed:
    """Decide what is printed of the last month of these.

    Args:
        history: months of one kind that follow one another, measured; the one to print may be any of those that
            were not printed yet, and stands last. Months after it may be among them.
        told: what was printed of them before.
        sites: the operator of each site.
        seed: a secret that is the same whenever this month is looked at.
        insiders: whether to look with the eyes of each possible complainant as well.
        effort: how many programs the proof of a level may take, for all rows of the accounts that are tried.

    Raises:
        NotCertified: there is no proof, or nothing to prove it with.
    """
    tools = _tools()
    *_, now = history
    try:
        woven = weave(sorted(history, key=lambda each: each.month), sites=sites)
        told = told.with_what_was_true(woven.values).with_nothing_before(woven.values, now.month)
        told.check(woven.values)
    except (Rewritten, Contradiction) as cause:
        raise NotCertified(str(cause)) from None
    efforts = {level: Effort(None if level is Level.ACCOUNTS else effort) for level in Level}
    try:
        return _print_as_much(now, woven, told, seed=seed, insiders=insiders, efforts=efforts, tools=tools)
    except (masking.NotCertified, ArithmeticError) as cause:
        raise NotCertified(str(cause)) from None


def _print_as_much(
    now: Measured,
    woven: Woven,
    told: Told,
    *,
    seed: bytes,
    insiders: bool,
    efforts: Mapping[Level, Effort],
    tools: Mapping[str, str],
) -> Passed:
    """Try one choice of rows of the accounts after the other, until one says no more with what was printed before.

    Raises:
        masking.NotCertified: there is no proof with any of them.
    """
    why, passed = "", None
    for shown in _rows(now, woven, told):
        try:
            level, made = _mask_as_little(
                now, woven, told, shown=shown, seed=seed, insiders=insiders, efforts=efforts
            )
        except masking.NotCertified as cause:
            why = str(cause)
            continue
        tables = tuple(_print(table, now, made, shown) for table in now.tables)
        certificate = _certificate(made, level, now, told, seed=seed, tools=tools)
        passed = Passed(tables, level, certificate, made.certificate.programs)
        if not _adds_up_with_earlier(made, now, woven, told, shown=shown):
            break
    if passed is None:
        raise masking.NotCertified(why)
    return passed


def _mask_as_little(
    now: Measured,
    woven: Woven,
    told: Told,
    *,
    shown: frozenset[str],
    seed: bytes,
    insiders: bool,
    efforts: Mapping[Level, Effort],
) -> tuple[Level, masking.Published]:
    """Offer less and less until there is a proof.

    Raises:
        masking.NotCertified: there is none, however little is offered.
    """
    why = ""
    for level in Level:
        try:
            made = _mask(
                now,
                woven,
                told,
                shown=shown,
                level=level,
                seed=seed,
                insiders=insiders,
                effort=efforts[level],
            )
        except (masking.NotCertified, ArithmeticError) as cause:
            why = str(cause)
        else:
            return level, made
    raise masking.NotCertified(why)


def _adds_up_with_earlier(
    made: masking.Published, now: Measured, woven: Woven, told: Told, *, shown: frozenset[str]
) -> bool:
    """Tell whether these rows of the accounts say more of somebody with what was printed of people before.

    What the accounts say alone they say on purpose, and what was told before is told already. Only what everybody can
    work out counts: with the eyes of whoever complained, few rows would ever be printed.
    """
    mine = [finding for finding in made.told_anyway if finding.inside is None]
    known = _printed_of(told, woven)
    exact = {cell: woven.values[cell] for cell in _exact(now, shown)}
    accounts = {cell: n for cell, n in known.items() if cell in woven.of_accounts} | exact
    for figures in (accounts, known):
        if not mine:
            return False
        mine = Known(figures, woven.sums, truth=woven.values).added_to(mine, strict=made.hidden)
    return bool(mine)


def _rows(now: Measured, woven: Woven, told: Told) -> Iterator[frozenset[str]]:
    """Offer rows of the accounts of which the accounts alone tell of no few, and then fewer of them.

    The row of cases that are with no company is the last to be hidden where it is empty. It tells of nobody, but that
    nobody stood there when the month began says it of the month before, too: what its whole had was then a hidden row's.
    """
    empty = [row for row in now.rows if row == UNROUTED and _is_empty(now, row)]
    known = _printed_of(told, woven)
    before = Known(known, woven.accounts, truth=woven.values)
    tried: list[frozenset[str]] = []
    offered = False
    for nobody, also in product((empty, ()) if empty else ((),), (0, *range(2, len(now.rows) + 1))):
        shown = rows.choose(now.rows, empty=nobody, also=also)
        if shown in tried:
            continue
        tried.append(shown)
        exact = {cell: woven.values[cell] for cell in _exact(now, shown)}
        hidden = [cell for cell in sorted(woven.of_accounts) if cell not in exact and cell not in known]
        found = certify(
            known | exact, woven.accounts, (), implied=hidden, news=frozenset(exact), truth=woven.values
        ).findings
        few = [finding for finding in found if _is_few(finding.low, finding.high)]
        if not before.added_to(few, strict=()):
            offered = True
            yield shown
    if not offered:
        yield tried[-1]


def _printed_of(told: Told, woven: Woven) -> dict[masking.Cell, int]:
    """Give what was printed before of the months that are woven."""
    return {cell: n for cell, n in told.printed.items() if cell in woven.values}


def _is_few(low: int, high: int) -> bool:
    return low > 0 and (high < FEWEST or low == high)


def _is_empty(now: Measured, row: str) -> bool:
    return not any(
        cell.value
        for table in now.tables
        if SPECS[table.name].rule is Rule.ACCOUNT and OPERATOR in table.dimensions
        for cell in table.cells
        if row in cell.at
    )


def _exact(now: Measured, shown: Iterable[str]) -> list[masking.Cell]:
    """List the cells of the accounts that are printed with these rows."""
    named = (
        cells[cell.at]
        for table in now.tables
        if SPECS[table.name].rule is Rule.ACCOUNT
        for cells in (cells_of(table, now.month),)
        for cell in table.cells
        if _row(table, cell) in shown and rule_of(table.name, cell.at) is Rule.ACCOUNT
    )
    return [cell for cell in dict.fromkeys(named) if cell is not None]


def _row(table: Table, cell: Cell) -> str:
    return cell.at[table.dimensions.index(OPERATOR)] if OPERATOR in table.dimensions else ALL


def _mask(
    now: Measured,
    woven: Woven,
    told: Told,
    *,
    shown: frozenset[str],
    level: Level,
    seed: bytes,
    insiders: bool,
    effort: Effort,
) -> masking.Published:
    exact = frozenset(_exact(now, shown))
    offered = frozenset(_offered(now, shown, level))
    withheld = frozenset(_offered(now, now.rows, Level.WHOLE)) - offered
    earlier = frozenset(told.hidden) - woven.of_accounts
    values = dict.fromkeys((*told.printed, *told.hidden), 0) | dict(woven.values)
    lattice = Lattice(
        values,
        woven.sums,
        performance=frozenset(_performance(now)),
        offered=(offered | earlier) - exact,
        people=woven.people,
        exact=exact,
        before={cell: cell in told.printed for cell in (*told.printed, *told.hidden) if cell not in exact},
    )
    somebody = [cell for cell in woven.implied if cell[0] == str(now.month) and values[cell] > 0]
    return masking.publish(
        lattice,
        seed=seed,
        implied=sorted((woven.implied | woven.of_accounts | withheld) - lattice.offered - exact),
        insiders=sorted(somebody) if insiders else [],
        effort=effort,
    )


def _offered(now: Measured, shown: Iterable[str], level: Level) -> Iterable[masking.Cell]:
    """List the cells about people that may be printed if nobody can be told from them."""
    if level is Level.ACCOUNTS:
        return
    for table in now.tables:
        spec = SPECS[table.name]
        if table.name == TIMELINESS and ALL in shown:
            yield from _handling(table, now, shown)
        if spec.rule is not Rule.PEOPLE or (spec.every is Every.MONTH and ALL not in shown):
            continue
        added = [table.dimensions.index(dimension) for dimension in summed(table)]
        for at, named in cells_of(table, now.month).items():
            inner = sum(at[n] != ALL for n in added)
            if named is not None and (level is Level.WHOLE or inner <= 1):
                yield named


def _performance(now: Measured) -> Iterator[masking.Cell]:
    """List how in time reviewers were in a quarter in which they decided for ten people or more."""
    for table in now.tables:
        if table.name == REVIEW_TIMES and now.people.get((REVIEW_TIMES, (ALL,)), 0) >= PEOPLE_BEHIND_A_ROW:
            yield from (named for named in cells_of(table, now.month).values() if named is not None)


def _handling(table: Table, now: Measured, shown: Iterable[str]) -> Iterator[masking.Cell]:
    """List what the rows that are shown tell of how cases went."""
    named = cells_of(table, now.month)
    for cell in table.cells:
        found = named[cell.at]
        if found is not None and _row(table, cell) in shown and cell.at[-1] in HANDLING:
            yield found


def _print(table: Table, now: Measured, made: masking.Published, shown: frozenset[str]) -> Table:
    match SPECS[table.name].rule:
        case Rule.OWN | Rule.DANGER | Rule.FEW:  # what may not be told is hidden where it is counted
            return table
        case Rule.ACCOUNT:
            with_days, named = _days(table, shown), cells_of(table, now.month)

            def is_printed(cell: Cell) -> bool:
                if rule_of(table.name, cell.at) is Rule.PEOPLE:
                    return named[cell.at] in made.printed
                return _row(table, cell) in shown and (cell.at[-1] not in ALL_DAYS or cell.at in with_days)

            return replace(table, cells=tuple(
                cell if is_printed(cell) else replace(cell, value=None) for cell in table.cells
            ))  # fmt: skip
        case Rule.PEOPLE if table.name == REVIEW_TIMES:
            return _print_times(table, now, made)
        case Rule.PEOPLE:
            named = cells_of(table, now.month)
            return replace(table, cells=tuple(
                cell if named[cell.at] in made.printed else replace(cell, value=None)
                for cell in table.cells
            ))  # fmt: skip


def _print_times(table: Table, now: Measured, made: masking.Published) -> Table:
    """Print how many reviews came in time and how many late together or not at all, and their days with them."""
    named = cells_of(table, now.month)
    counts = [cell for cell in table.cells if named[cell.at] is not None]
    whole = all(named[cell.at] in made.printed for cell in counts)
    enough = whole and (table.value(ALL) or 0) >= days.ENOUGH[DAYS[0]]

    def is_printed(cell: Cell) -> bool:
        if cell.at == (ALL,):
            return named[cell.at] in made.printed
        return enough if named[cell.at] is None else whole

    return replace(
        table, cells=tuple(cell if is_printed(cell) else replace(cell, value=None) for cell in table.cells)
    )


def _days(table: Table, shown: frozenset[str]) -> frozenset[tuple[str, ...]]:
    """List the places of a table where a median or a ninth decile may stand."""
    found: set[tuple[str, ...]] = set()
    for at in (cell.at for cell in table.cells if cell.at[-1] in ALL_DAYS and _row(table, cell) == ALL):
        place = table.dimensions.index(OPERATOR) if OPERATOR in table.dimensions else None

        def there(
            row: str, measure: str, at: tuple[str, ...] = at, place: int | None = place
        ) -> tuple[str, ...]:
            named = at if place is None else (*at[:place], row, *at[place + 1 :])
            return (*named[:-1], measure)

        all_rows = {_row(table, cell) for cell in table.cells}
        answers = {row: sum(table.value(*there(row, m)) or 0 for m in ("met", "late")) for row in all_rows}
        found |= {there(row, at[-1]) for row in days.rows_with_days(answers, printed=shown, measure=at[-1])}
    return frozenset(found)


def _certificate(
    made: masking.Published, level: Level, now: Measured, told: Told, *, seed: bytes, tools: Mapping[str, str]
) -> dict[str, Any]:
    """Say what was proved: of all this, everybody could work out the same from what is printed, `unmasked` apart.

    How much the proof took, and what somebody would know who complained where somebody did, would be something to hold
    a guess against.
    """
    return {
        "kind": str(now.kind),
        "level": str(level),
        "cells_printed": len(made.printed - told.noughts),
        "cells_looked_at": made.certificate.looked_at,
        "told_before": sum(finding.inside is None for finding in made.told_anyway),
        "unmasked": _commitment(now, seed),
        "tools": dict(tools),
    }


def _commitment(now: Measured, seed: bytes) -> str:
    """Commit to the exact tables under the secret: small tables could be guessed from a digest of their own."""
    exact = [
        [table.name, table.period, [[*cell.at, cell.value] for cell in table.cells]] for table in now.tables
    ]
    plain = json.dumps(exact, separators=(",", ":"), sort_keys=True).encode()
    return hmac.new(seed, b"unmasked\0" + plain, hashlib.sha256).hexdigest()


def _tools() -> dict[str, str]:
    """Name what the proof is made with.

    Raises:
        NotCertified: it is not installed.
    """
    try:
        import highspy  # noqa: F401, PLC0415  only who publishes has it
    except ImportError:
        raise NotCertified(
            "publishing needs highspy, which proves that figures tell of nobody: pip install 'grievance[publish]'"
        ) from None
    return {"highspy": version("highspy"), "python": f"{sys.version_info.major}.{sys.version_info.minor}"}
