"""A release is a month, frozen: computed from the record, checked, and published as one immutable document.

It refuses to exist only when its arithmetic fails. Whatever somebody left undone is printed as an omission,
so that nobody can stop a release by not doing their work (DESIGN 8). Every release of this issue says
`provisional` and may be cut again: that is a new version, and the earlier one stays.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert

from grievance import record
from grievance.base import canonical
from grievance.calendar import Calendar
from grievance.errors import Refused
from grievance.moment import Moment
from grievance.record import Act
from grievance.store import Store
from grievance.vocabulary import Channel, Clock, Ending, Kind, Role, State, Step
from reports import disclosure, figures, formats, people, shelf
from reports.disclosure import Printable
from reports.figures import Figures
from reports.month import Month
from reports.shelf import RELEASES, Release
from reports.tables import ALL, NOT_STATED, PROVISIONAL, STOCK_FLOW, TIMELINESS, Table
from translations import Phrase, phrase
from workflows import criteria, gates
from workflows.rulebook import Rulebook

FORMAT = 1
DEFINITIONS = "2026-1"
"""Changes whenever a measure is defined anew; printed with every release."""
DRAFT = "draft"
KINDS_OF_DOORS: Mapping[str, str] = {"radio": Channel.RADIO_RELAY, "voice": Channel.PHONE_VOICE}
"""What a door of the mechanism is called in the statistics, where the two words differ."""


class DoesNotAddUp(Refused):
    """The figures of a month contradict each other, so there is no release of it."""


class NotOverYet(Refused):
    """The month still goes on somewhere: only a draft can be made of it."""


@dataclass(frozen=True, slots=True)
class Omission:
    """Something that is missing in a release, in words, and the role that could have done it."""

    words: Phrase
    role: str


def release(
    store: Store, month: Month, *, rules: Rulebook, at: Moment, out: Path | None = None, draft: bool = False
) -> Release:
    """Compute, check, freeze and publish a month; a draft is only written to `out`.

    Raises:
        NotOverYet: the month is not over at every site, and no draft was asked for.
        DoesNotAddUp: the arithmetic fails; nothing was published.
    """
    today = _today(rules, at)
    if not draft and today <= month.last_day:
        raise NotOverYet(f"{month} ends on {month.last_day}; until then there can only be a draft")
    body = store.read(lambda conn: compute(conn, month, rules=rules, at=at, today=today))
    made = _freeze(month, body, version=0, status=DRAFT) if draft else store.transact(
        lambda conn: _publish(conn, month, body, rules=rules, at=at, today=today)
    )  # fmt: skip
    if out is not None:
        formats.write(made, out)
    return made


def run(store: Store, rules: Rulebook, month_text: str, out: Path | None, draft: bool, at: Moment) -> str:  # noqa: FBT001  the command line hands its flags on
    """Publish a month for the command line and say in a line what was published."""
    made = release(store, Month.parse(month_text), rules=rules, at=at, out=out, draft=draft)
    cells = [cell for table in made.tables.values() for cell in table.cells]
    hidden = sum(cell.value is None for cell in cells)
    name = "draft" if draft else f"version {made.version}, {made.status}"
    return f"{made.month}: {name}; {len(cells)} figures, {hidden} not shown; sha256 {made.digest}"


def compute(conn: Connection, month: Month, *, rules: Rulebook, at: Moment, today: date) -> dict[str, Any]:
    """Compute the document of a month from one look at the database, without version and status.

    Raises:
        DoesNotAddUp: the arithmetic fails.
    """
    counted = figures.read(conn, month, rules=rules)
    check(counted, people.open_at_end(conn, month))
    behind = people.behind(
        conn, month, enough=disclosure.PEOPLE_BEHIND_A_ROW, rows=(ALL, *disclosure.counting_rows(counted))
    )
    printable = disclosure.disclose(counted, behind, channels=_channels(rules), themes=_themes(rules))
    enough = behind.of_row(ALL) >= disclosure.PEOPLE_BEHIND_A_ROW
    undone = _asked_of_the_criteria(conn, month, printable, enough=enough)
    earlier = shelf.all_newest(conn, before=month)
    return {
        "format": FORMAT,
        "definitions": DEFINITIONS,
        "kind": str(Kind.GRIEVANCE),
        "month": str(month),
        "cut_off": at.now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "published_on": today.isoformat(),
        "mechanism": {
            "name": rules.current.name,
            "version": rules.current.version,
            "digest": rules.current.digest,
        },
        "operators": {operator.key: operator.name for operator in rules.current.operators},
        "themes": {theme.key: dict(theme.names) for theme in rules.current.themes},
        "tables": [table.plain() for table in printable.tables],
        "omissions": [
            _plain(o)
            for o in (*_omissions(month, printable, earlier, today=today, calendar=_calendar(rules)), *undone)
        ],
        "series": _series(month, printable.tables, earlier),
    }


def check(counted: Figures, open_at_end: Mapping[str, int]) -> None:
    """Check that a month adds up, by a second way where there is one.

    Raises:
        DoesNotAddUp: naming the row and both numbers.
    """
    for row, stock in counted.stock.items():
        there = open_at_end.get(row, 0)
        if stock.closing != there:
            raise DoesNotAddUp(
                f"{row}: the flows leave {stock.closing} cases open at the end of the month, "
                f"the record has {there}"
            )
    whole = counted.stock[ALL]
    for measure in ("opening", "received", "reopened", "closed"):
        parts = sum(getattr(counted.stock[row], measure) for row in counted.rows)
        if parts != getattr(whole, measure):
            raise DoesNotAddUp(
                f"{measure}: the operators add up to {parts}, the whole is {getattr(whole, measure)}"
            )
    for name, parts_of in (("channel", counted.by_channel), ("theme", counted.by_theme)):
        if sum(parts_of.values()) != whole.received:
            raise DoesNotAddUp(
                f"by {name}: the parts add up to {sum(parts_of.values())}, received were {whole.received}"
            )
    for (row, clock), times in counted.times.items():
        ended = times.ended[Ending.MET] + times.ended[Ending.LATE]
        if times.answers != ended:
            raise DoesNotAddUp(
                f"{row}, {clock}: {ended} ended in time or late, but {times.answers} have a duration"
            )


def _publish(
    conn: Connection, month: Month, body: Mapping[str, Any], *, rules: Rulebook, at: Moment, today: date
) -> Release:
    version = shelf.newest_version(conn, month) + 1
    made = _freeze(month, body, version=version, status=PROVISIONAL)
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
    return Release(month, version, status, canonical({**body, "version": version, "status": status}))


def _today(rules: Rulebook, at: Moment) -> date:
    """The date where it is earliest among the sites: a month is over when it is over everywhere."""
    return min(calendar.site_date(at.now) for calendar in rules.current.calendars)


def _calendar(rules: Rulebook) -> Calendar:
    return rules.calendar(rules.current.version, site=None)


def _channels(rules: Rulebook) -> tuple[str, ...]:
    offered = {KINDS_OF_DOORS.get(channel.kind, channel.kind) for channel in rules.current.channels}
    return tuple(str(channel) for channel in Channel if channel in offered)


def _themes(rules: Rulebook) -> tuple[str, ...]:
    return (*(theme.key for theme in rules.current.themes), NOT_STATED)


def _omissions(
    month: Month, printable: Printable, earlier: Iterable[Release], *, today: date, calendar: Calendar
) -> Iterable[Omission]:
    due = month.due_on(calendar)
    if today > due:
        yield Omission(
            phrase("This report was due on {date} and came later.", date=due.isoformat()), "reviewer"
        )
    months = {each.month for each in earlier}
    if months and month.previous not in months:
        yield Omission(phrase("The month before was not published."), "reviewer")
    if printable.whole_is_hidden:
        yield Omission(
            phrase("Fewer than ten people stand behind this month, so no figure is shown."), "rules"
        )
    elif printable.operators_are_hidden:
        yield Omission(
            phrase(
                "No company's figures are shown by themselves: "
                "fewer than ten people stand behind one of them."
            ),
            "rules",
        )
    yield Omission(phrase("The eight criteria are not scored yet."), "mechanism")


def _asked_of_the_criteria(
    conn: Connection, month: Month, printable: Printable, *, enough: bool
) -> list[Omission]:
    """Ask the guards of publishing (G31, G35, G42); what stops nothing is printed.

    `enough`: enough people stand behind the whole month; without them no figure may be shown.

    Raises:
        DoesNotAddUp: a guard refuses what would be published.
    """
    lessons, unacted = gates.left_undone(conn, first=month.first_day, last=month.last_day)
    values = tuple(cell.value for table in printable.tables for cell in table.cells)
    asked = gates.Publishing(
        values=values,
        certified=enough or all(value is None for value in values),
        closed_without_lesson=lessons,
        clusters_without_action=unacted,
    )
    _, refusals, omissions = criteria.verdicts_at(gates.PUBLISH, asked)
    if refusals:
        raise DoesNotAddUp("; ".join(f"{one.guard}: {one.reason}" for one in refusals))
    return [Omission(one.reason, "officer") for one in omissions]


def _plain(omission: Omission) -> dict[str, Any]:
    return {"msgid": omission.words.msgid, "blanks": dict(omission.words.blanks), "role": omission.role}


def _series(month: Month, now: Iterable[Table], earlier: Iterable[Release]) -> dict[str, list[Any]]:
    """Thirteen months of the whole, from printed cells only: what was hidden then stays hidden."""
    printed = {each.month: each.tables for each in earlier} | {month: {table.name: table for table in now}}
    months = month.with_twelve_before()

    def of(table: str, *at: str) -> list[int | None]:
        return [printed[m][table].value(*at) if m in printed else None for m in months]

    return {
        "months": [str(m) for m in months],
        "received": of(STOCK_FLOW, ALL, "received"),
        "closed": of(STOCK_FLOW, ALL, "closed"),
        "met": of(TIMELINESS, ALL, str(Clock.ANSWER), str(Ending.MET)),
        "late": of(TIMELINESS, ALL, str(Clock.ANSWER), str(Ending.LATE)),
    }
