"""A release is a month, frozen: computed from the record, checked, and published as one immutable document.

It refuses to exist only when its arithmetic fails, or the proof that it tells of nobody. Whatever somebody left
undone is printed as an omission, so that nobody can stop a release by not doing their work (DESIGN 8). A release is
`final`: cut again, it is a new version with the same cells, and the earlier one stays.
"""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert

from grievance import record
from grievance.base import canonical
from grievance.errors import Refused
from grievance.moment import Moment
from grievance.record import Act
from grievance.store import Store
from grievance.vocabulary import Kind, Role, State, Step
from reports import document, formats, shelf
from reports.month import Month
from reports.shelf import RELEASES, Release
from reports.tables import FINAL
from workflows.rulebook import Rulebook

DRAFT = "draft"


class NotOverYet(Refused):
    """The month still goes on somewhere: only a draft can be made of it."""


def release(
    store: Store, month: Month, *, rules: Rulebook, at: Moment, out: Path | None = None, draft: bool = False
) -> Release:
    """Compute, check, freeze and publish a month; a draft is only written to `out`.

    Raises:
        NotOverYet: the month is not over at every site, and no draft was asked for.
        DoesNotAddUp: the arithmetic fails; nothing was published.
        NotCertified: there is no proof that what would be printed tells of nobody; nothing was published.
    """
    today = _today(rules, at)
    if not draft and today <= month.last_day:
        raise NotOverYet(f"{month} ends on {month.last_day}; until then there can only be a draft")
    body = store.read(lambda conn: document.compute(conn, month, rules=rules, at=at, today=today))
    made = _freeze(month, body, version=0, status=DRAFT) if draft else store.transact(
        lambda conn: _publish(conn, month, body, rules=rules, at=at, today=today)
    )  # fmt: skip
    if out is not None:
        formats.write(made, out)
    return made


def run(store: Store, rules: Rulebook, month_text: str, out: Path | None, draft: bool, at: Moment) -> str:  # noqa: FBT001  the command line hands its flags on
    """Publish a month for the command line and say in a line what was published."""
    made = release(store, Month.parse(month_text), rules=rules, at=at, out=out, draft=draft)
    cells = [cell for table in made.tables for cell in table.cells]
    hidden = sum(cell.value is None for cell in cells)
    name = "draft" if draft else f"version {made.version}, {made.status}"
    return f"{made.month}: {name}; {len(cells)} figures, {hidden} not shown; sha256 {made.digest}"


def _publish(
    conn: Connection, month: Month, body: Mapping[str, Any], *, rules: Rulebook, at: Moment, today: date
) -> Release:
    version = shelf.newest_version(conn, month) + 1
    made = _freeze(month, body, version=version, status=FINAL)
    row = {
        "month": str(month),
        "version": version,
        "status": made.status,
        "cut_off": at.now,
        "published_on": today,
        "value": made.value,
        "digest": made.digest,
    }
    conn.execute(insert(RELEASES), row)
    stream = f"release-{month}"
    if version == 1:
        record.begin(conn, stream, Kind.RELEASE)
    record.write(
        conn,
        Act(
            stream=stream, kind=Kind.RELEASE, role=Role.CLOCK, from_state=State.NEW, step=Step.RELEASE,
            to_state=State.NEW, recorded_at=at.now, recorded_on=today, happened_at=at.now, happened_on=today,
            procedure_version=rules.current.version,
            facts={"month": str(month), "version": version, "status": made.status, "digest": made.digest},
        ),
        at=at,
        first=version == 1,
    )  # fmt: skip
    return made


def _freeze(month: Month, body: Mapping[str, Any], *, version: int, status: str) -> Release:
    tables = [table.plain(status) for table in body["tables"]]
    return Release(
        month, version, status, canonical({**body, "tables": tables, "version": version, "status": status})
    )


def _today(rules: Rulebook, at: Moment) -> date:
    """The date where it is earliest among the sites: a month is over when it is over everywhere."""
    return min(calendar.site_date(at.now) for calendar in rules.current.calendars)
