"""`grievance recount-clocks`: every clock of every case, counted again from the entries, and what differs."""

import sys

import click

from channels import clock, install, wiring
from grievance.errors import GrievanceError
from grievance.store import Store
from reports.month import Month
from reports.recount import clocks as counting
from reports.recount.clocks import Clock, Recount

FAILED = 1
SHOWN = 40


def run(*, operator: str, first: str, last: str) -> None:
    """Count again, print what was found, and say by the exit whether the desk's table agrees.

    Raises:
        NotAMonth: a month is not written as one.
        GrievanceError: no such operator.
    """
    for month in (first, last):
        if month:
            Month.parse(month)
    settings = wiring.settings_of()
    mechanism = wiring.mechanism_of(settings)
    if operator and operator not in {one.key for one in mechanism.operators}:
        raise GrievanceError(f"no operator {operator!r}")
    store = Store(settings.database_url)
    try:
        rules = install.rulebook(store, mechanism)
        found = store.read(
            lambda conn: counting.recount(
                conn, current=rules.current, earlier=rules.earlier, now=clock.now(), operator=operator,
                first=first, last=last,
            )
        )  # fmt: skip
    finally:
        store.close()
    for line in lines(found):
        click.echo(line)
    if found.differences:
        sys.exit(FAILED)


def lines(found: Recount) -> list[str]:
    """Write a recount for a terminal: differences first, then what is late, then the figures."""
    found_apart = "1 difference" if len(found.differences) == 1 else f"{len(found.differences)} differences"
    said = [f"{len(found.clocks)} clocks counted again, {found_apart}"]
    said += [
        f"  {d.number} {d.clock} {d.round}: {d.cell} is {d.recounted or '-'} by the record, {d.stored or '-'} at the desk"
        for d in found.differences
    ]
    said.append(
        f"{'clock':<20}{'clocks':>7}{'running':>8}{'met':>6}{'late':>6}{'median':>8}{'p90':>6}   desk"
    )
    for f in found.figures():
        ended = f.endings
        said.append(
            f"{f.name:<20}{f.clocks:>7}{f.running:>8}{ended.get('met', 0):>6}{ended.get('late', 0):>6}"
            f"{_or(f.median):>8}{_or(f.p90):>6}   {_or(f.stored_median)} / {_or(f.stored_p90)}"
        )
    breaches = found.breaches()
    said.append(f"{len(breaches)} clocks late or against a rule")
    said += [_breach(one) for one in breaches[:SHOWN]]
    if len(breaches) > SHOWN:
        said.append(f"  and {len(breaches) - SHOWN} more; all of them at /review/clocks")
    return said


def _breach(one: Clock) -> str:
    when = f"ended {one.ended_on} as {one.ending}" if one.ended_on else "still running"
    late = f"late by {one.late_by} {'working ' if one.working else ''}days" if one.late else "in time"
    faults = f" [{', '.join(one.faults)}]" if one.faults else ""
    return f"  {one.number} {one.name} {one.round}: due {one.due_on}, {when}, {late}{faults}"


def _or(value: int | None) -> str:
    return "-" if value is None else str(value)
