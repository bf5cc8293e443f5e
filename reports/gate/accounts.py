"""Which accounts are printed: rows of the month, and of the quarter that ends with it; and no more than the proof allows.

Rows are chosen by how many people stand behind them (`reports.gate.rows`). Then the accounts alone are looked at with
the eyes of somebody who has them all: while they tell of a few, more rows fall away.
"""

from collections.abc import Callable, Iterable, Mapping

from reports.gate import rows
from reports.gate.history import Told
from reports.gate.weave import Woven, cells_of
from reports.masking import Cell, Known, certify
from reports.masking.lattice import FEWEST
from reports.measured import Measured
from reports.month import Month
from reports.tables import ALL, QUARTER_STOCK_FLOW, SPECS, UNROUTED, Rule, Table
from reports.tables import Cell as Figure

OPERATOR = "operator"
Shown = Mapping[str, frozenset[str]]
"""The rows that are printed, by the period of their tables; the month has none."""


def choose(now: Measured, woven: Woven, told: Told) -> Shown:
    """Choose the rows of the accounts of a month, and of its quarter if it is the last of one."""
    known = {cell: n for cell, n in told.printed.items() if cell in woven.values}
    empty = [row for row in now.rows if row == UNROUTED and _is_empty(now, row, period="")]

    def of_month(also: int) -> frozenset[str]:
        return rows.choose(now.rows, empty=empty, also=also)

    shown = {"": _telling_of_nobody(now, woven, known, period="", choose=of_month)}
    quarter = next((table.period for table in now.tables if table.name == QUARTER_STOCK_FLOW), "")
    if not quarter:
        return shown
    known |= {cell: woven.values[cell] for cell in exact(now, shown)}
    months = max((some for _, some in now.together), key=len, default=())
    dark = {row: _not_printed(row, months, known) for row in now.rows}
    empty = [row for row in now.rows if row == UNROUTED and _is_empty(now, row, period=quarter)]

    def of_quarter(also: int) -> frozenset[str]:
        return rows.choose_over(now.together, months=months, hidden=dark, empty=empty, also=also)

    return {**shown, quarter: _telling_of_nobody(now, woven, known, period=quarter, choose=of_quarter)}


def _telling_of_nobody(
    now: Measured,
    woven: Woven,
    known: Mapping[Cell, int],
    *,
    period: str,
    choose: Callable[[int], frozenset[str]],
) -> frozenset[str]:
    """Hide more as long as the accounts alone tell of a few."""
    before = Known(known, woven.accounts)
    shown = choose(0)
    for also in range(1, len(now.rows) + 2):
        printed = {cell: woven.values[cell] for cell in exact(now, {period: shown})}
        hidden = [cell for cell in sorted(woven.of_accounts) if cell not in printed and cell not in known]
        proof = certify({**known, **printed}, woven.accounts, (), implied=hidden, news=frozenset(printed))
        few = [finding for finding in proof.findings if _is_few(finding.low, finding.high)]
        if not before.added_to(few, strict=()):
            break
        shown = choose(also + 1)
    return shown


def _is_few(low: int, high: int) -> bool:
    return low > 0 and (high < FEWEST or low == high)


def _not_printed(row: str, months: Iterable[Month], known: Mapping[Cell, int]) -> tuple[Month, ...]:
    """List the months in which a row was not printed; what was opened again stands in no other table."""
    where = () if row == ALL else (f"{OPERATOR}={row}",)
    return tuple(month for month in months if (str(month), "reopened", *where) not in known)


def _is_empty(now: Measured, row: str, *, period: str) -> bool:
    return not any(
        cell.value
        for table in now.tables
        if table.period == period and SPECS[table.name].rule is Rule.ACCOUNT and OPERATOR in table.dimensions
        for cell in table.cells
        if row in cell.at
    )


def exact(now: Measured, shown: Shown) -> list[Cell]:
    """List the cells of the accounts that are printed with these rows."""
    named = (
        cells[cell.at]
        for table in now.tables
        if SPECS[table.name].rule is Rule.ACCOUNT
        for cells in (cells_of(table, now.month),)
        for cell in table.cells
        if is_shown(table, cell, shown)
    )
    return [cell for cell in dict.fromkeys(named) if cell is not None]


def is_shown(table: Table, cell: Figure, shown: Shown) -> bool:
    """Tell whether the row of a figure is printed."""
    return row_of(table, cell) in shown.get(table.period, frozenset())


def row_of(table: Table, cell: Figure) -> str:
    """Name the row of the accounts in which a figure stands."""
    return cell.at[table.dimensions.index(OPERATOR)] if OPERATOR in table.dimensions else ALL
