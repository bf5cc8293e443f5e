"""A release is a month, frozen: computed from the record, checked, and published as one immutable document.

It refuses to exist only when its arithmetic fails, or the proof that it tells of nobody. Whatever somebody left
undone is printed as an omission, so that nobody can stop a release by not doing their work (DESIGN 8). What is final
keeps its figures for good: a new version changes words, and what was wrong is withdrawn with its reason and never
printed anew.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select
from sqlalchemy.exc import IntegrityError

from grievance import record, signing
from grievance.base import canonical
from grievance.errors import Refused, Unknown
from grievance.moment import Moment
from grievance.record import Act
from grievance.store import Store
from grievance.vocabulary import Kind, Role, State, Step
from reports import document, formats, shelf
from reports.gate import Gate, pass_through
from reports.month import Month
from reports.shelf import RELEASES, Release
from reports.tables import FINAL
from workflows.anonymity import prose
from workflows.anonymity.masking import mask
from workflows.rulebook import Rulebook

DRAFT = "draft"
_ENTRIES = record.Entry.__table__  # type: ignore[attr-defined]
_LAST = (
    select(_ENTRIES.c.facts, _ENTRIES.c.refused)
    .where(_ENTRIES.c.stream == bindparam("stream"))
    .order_by(_ENTRIES.c.seq.desc())
    .limit(1)
)


class NotOverYet(Refused):
    """The month still goes on somewhere: only a draft can be made of it."""


class PublishedMeanwhile(Refused):
    """Somebody else published the month while this one was computed: theirs stands."""


class Withdrawn(Refused):
    """The month was withdrawn: another with other figures would tell by what they differ."""


def release(
    store: Store,
    month: Month,
    *,
    rules: Rulebook,
    at: Moment,
    out: Path | None = None,
    draft: bool = False,
    secret: bytes | None = None,
    base: str = "",
    made_up: bool = False,
    gate: Gate = pass_through,
) -> Release:
    """Compute, check, freeze, sign and publish a month; a draft is only written to `out`.

    A month that is final keeps its figures for good: another version of it has other words at most.

    Args:
        store: the database.
        month: which month.
        rules: the mechanism.
        at: when, and chance.
        out: a folder for the files.
        draft: only look, publish nothing.
        secret: what signs it; without it, it is not signed.
        base: the address of the website, for what points there from paper.
        made_up: it is a demonstration's, and every form of it says so.
        gate: what decides what is printed.

    Raises:
        NotOverYet: the month is not over at every site, and no draft was asked for.
        Withdrawn: it was published, and taken back.
        PublishedMeanwhile: another process published it since this one looked.
        DoesNotAddUp: the arithmetic fails; nothing was published.
        NotCertified: there is no proof that what would be printed tells of nobody; nothing was published.
    """
    today = _today(rules, at)
    if not draft and today <= month.last_day:
        raise NotOverYet(f"{month} ends on {month.last_day}; until then there can only be a draft")

    def look(conn: Connection) -> tuple[Mapping[str, Any], int]:
        if shelf.withdrawn(conn, month) is not None:
            raise Withdrawn(f"{month} was withdrawn; what was wrong in it is told in later months")
        return document.compute(
            conn, month, rules=rules, at=at, today=today, made_up=made_up, gate=gate
        ), shelf.newest_version(conn, month)

    body, before = store.read(look)
    made = (
        _freeze(month, body, version=0, status=DRAFT)
        if draft
        else _publish(
            store,
            _freeze(month, body, version=before + 1, status=FINAL),
            rules=rules,
            at=at,
            today=today,
            secret=secret,
        )
    )
    if out is not None:
        formats.write(made, out, base=base)
    return made


def run(
    store: Store,
    rules: Rulebook,
    month_text: str,
    *,
    at: Moment,
    out: Path | None = None,
    draft: bool = False,
    secret: bytes | None = None,
    base: str = "",
) -> str:
    """Publish a month for the command line and say in a line what was published."""
    made = release(
        store, Month.parse(month_text), rules=rules, at=at, out=out, draft=draft, secret=secret, base=base
    )
    return told(made)


def told(made: Release) -> str:
    """Say in a line what was published, or drafted."""
    draft = made.status == DRAFT
    cells = [cell for table in made.tables for cell in table.cells]
    hidden = sum(cell.value is None for cell in cells)
    name = "draft" if draft else f"version {made.version}, {made.status}"
    return f"{made.month}: {name}; {len(cells)} figures, {hidden} not shown; sha256 {made.digest}"


def refuse(conn: Connection, month: Month, why: str, *, rules: Rulebook, at: Moment) -> None:
    """Note in the record that a month could not be published, once for each reason, in one word."""
    stream = _stream(month)
    if refusal_of(conn, month) != why:
        act = _act(month, Step.RELEASE, {"month": str(month), "why": why}, rules=rules, at=at)
        record.write(conn, replace(act, refused=True), at=at, first=_begin(conn, stream))


def refusal_of(conn: Connection, month: Month) -> str | None:
    """Say why a month could not be published so far, in the word of the record."""
    row = conn.execute(_LAST, {"stream": _stream(month)}).first()
    return str(json.loads(row.facts)["why"]) if row is not None and row.refused else None


def withdraw(conn: Connection, month: Month, because: str, *, rules: Rulebook, at: Moment) -> None:
    """Take a wrong month back for good, with the reason in words; its address keeps answering.

    Raises:
        Unknown: it was not published, or is withdrawn already.
        Refused: the reason tells a small number of people. Names in it are covered.
    """
    if not because.strip() or shelf.newest(conn, month) is None:
        raise Unknown(f"{month} is not published, or no reason is given")
    if prose.refused(because) is not None:
        raise Refused("the reason tells how few people there were: say it without their number")
    said = mask(because.strip(), places=rules.current.place_names()).text
    today = _today(rules, at)
    row = {"month": str(month), "withdrawn_on": today, "because": said}
    conn.execute(insert(shelf.WITHDRAWALS), row)
    act = _act(month, Step.WITHDRAW, {"month": str(month)}, rules=rules, at=at)
    record.write(conn, act, at=at)


def _publish(
    store: Store, made: Release, *, rules: Rulebook, at: Moment, today: date, secret: bytes | None
) -> Release:
    """Put a release on the shelf and its entry into the record, unless another took its place meanwhile."""
    if secret is not None:
        made = replace(made, signature=signing.sign(secret, made.value.encode()))
    row = {
        "month": str(made.month),
        "version": made.version,
        "status": made.status,
        "cut_off": at.now,
        "published_on": today,
        "value": made.value,
        "digest": made.digest,
        "signature": made.signature,
    }
    facts = {"month": str(made.month), "version": made.version, "status": made.status, "digest": made.digest}
    act = _act(made.month, Step.RELEASE, facts, rules=rules, at=at)

    def work(conn: Connection) -> None:
        conn.execute(insert(RELEASES), row)
        record.write(conn, act, at=at, first=_begin(conn, _stream(made.month)))

    try:
        store.transact(work)
    except IntegrityError as cause:
        if store.read(lambda conn: shelf.newest_version(conn, made.month)) < made.version:
            raise  # the database refused it for another reason
        raise PublishedMeanwhile(f"{made.month} was published meanwhile as version {made.version}") from cause
    return made


def _stream(month: Month) -> str:
    return f"release-{month}"


def _begin(conn: Connection, stream: str) -> bool:
    """Begin a month's stream; whether it was its beginning."""
    if conn.execute(_LAST, {"stream": stream}).first() is not None:
        return False
    record.begin(conn, stream, Kind.RELEASE)
    return True


def _act(month: Month, step: Step, facts: Mapping[str, Any], *, rules: Rulebook, at: Moment) -> Act:
    today = _today(rules, at)
    return Act(
        stream=_stream(month), kind=Kind.RELEASE, role=Role.CLOCK, from_state=State.NEW, step=step,
        to_state=State.NEW, recorded_at=at.now, recorded_on=today, happened_at=at.now, happened_on=today,
        procedure_version=rules.current.version, facts=facts,
    )  # fmt: skip


def _freeze(month: Month, body: Mapping[str, Any], *, version: int, status: str) -> Release:
    tables = [table.plain(status) for table in body["tables"]]
    return Release(
        month, version, status, canonical({**body, "tables": tables, "version": version, "status": status})
    )


def _today(rules: Rulebook, at: Moment) -> date:
    """The date where it is earliest among the sites: a month is over when it is over everywhere."""
    return min(calendar.site_date(at.now) for calendar in rules.current.calendars)
