"""`grievance attack`: what somebody can work out who keeps every published month, from the documents alone."""

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from channels import wiring
from grievance.errors import GrievanceError
from grievance.store import Store
from reports import shelf
from reports.attacking.attack import Report, attack
from reports.month import Month

FAILED = 1
SHOWN = 40


class Unreadable(GrievanceError):
    """A file holds no published month."""


def run(files: Sequence[Path], *, sites: Sequence[str], began: str) -> None:
    """Attack published months, print what was found, and say by the exit whether it was anything.

    Args:
        files: published months as JSON; every version of every month of this deployment where there are none.
        sites: `site=operator`, as everybody there knows; those of the mechanism where no files are given.
        began: the month in which the mechanism began; the first of the months unless said.

    Raises:
        Unreadable: a file is no published month, or a site has no operator.
        NotAMonth: `began` is no month.
    """
    if began:
        Month.parse(began)
    known = dict(map(_site, sites))
    documents = [_read(path) for path in files]
    if not files:
        settings = wiring.settings_of()
        store = Store(settings.database_url)
        try:
            documents = [json.loads(one.value) for one in store.read(shelf.every_version)]
        finally:
            store.close()
        known = {site.key: site.operator for site in wiring.mechanism_of(settings).sites} | known
    if not documents:
        raise Unreadable("nothing was published yet")
    first = min(str(document["month"]) for document in documents)
    try:
        report = attack(documents, sites=known, began=began or first)
    except ImportError:
        raise GrievanceError("the attack needs highspy: pip install 'grievance[publish]'") from None
    for line in lines(report):
        click.echo(line)
    if report.found:
        sys.exit(FAILED)


def lines(report: Report) -> list[str]:
    """Write a report for a terminal."""
    findings = "1 finding" if len(report.found) == 1 else f"{len(report.found)} findings"
    figures = f"{report.printed} figures printed, {report.hidden} not shown"
    months = "1 document" if report.documents == 1 else f"{report.documents} documents"
    said = [f"{months}, {figures}; {report.programs} programs solved: {findings}"]
    said += [
        f"  {' '.join(found.cell)}: {found.why}" + (f" ({found.low} to {found.high})" if found.high else "")
        for found in report.found[:SHOWN]
    ]
    if len(report.found) > SHOWN:
        said.append(f"  and {len(report.found) - SHOWN} more")
    return said


def _site(given: str) -> tuple[str, str]:
    site, equals, operator = given.partition("=")
    if not (site and equals and operator):
        raise Unreadable(f"{given!r} is not site=operator")
    return site, operator


def _read(path: Path) -> Mapping[str, Any]:
    """Read a published month.

    Raises:
        Unreadable: it is none.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        Month.parse(document["month"])
        for table in document["tables"]:
            for cell in table["cells"]:
                _ = cell["value"], [cell[dimension] for dimension in table["dimensions"]]
            _ = table["name"], table["kind"], table["period"]
    except (OSError, ValueError, KeyError, TypeError) as cause:
        raise Unreadable(f"{path} is no published month: {type(cause).__name__} {cause}") from None
    return document  # type: ignore[no-any-return]
