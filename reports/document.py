"""What a release says, before it has a version: a month's figures, checked and masked, and what is missing.

A month refuses to exist only when its arithmetic fails. Whatever somebody left undone is printed as an omission,
so that nobody can stop a release by not doing their work (DESIGN 8).
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, date
from typing import Any

from sqlalchemy import Connection

from grievance.calendar import Calendar
from grievance.mechanism import SHARED
from grievance.moment import Moment
from grievance.vocabulary import CASE_KINDS, Clock, Ending, Kind
from reports import shelf
from reports.beside import accompaniment, qualities, surveyed, undone
from reports.beside.accompaniment import Omission
from reports.beside.longer import longer
from reports.gate import Gate, Level, Passed, pass_month, pass_through
from reports.measuring import own
from reports.measuring.relations import DoesNotAddUp
from reports.month import Month
from reports.saying import indicated
from reports.saying.indicated import Printed
from reports.shelf import Release
from reports.tables import ALL, FINAL, STOCK_FLOW, TIMELINESS, UNROUTED, Table
from translations import phrase
from workflows import criteria, gates
from workflows.rulebook import Rulebook

FORMAT = 2
DEFINITIONS = "v2026-06"
"""Changes whenever a measure is defined anew; printed with every release. Until the fifth it was written `2026-5`, which
spreadsheets take for a date; this they leave alone, and it comes after those when names are sorted."""


GAVE_WAY = (
    phrase(
        "How many complained by place, theme and way in is not shown: it would have told of a few people."
    ),
    phrase("Places and themes are shown apart, not crossed: together they would have told of a few people."),
)
"""What months said until the fifth version of the definitions, and say still: it can also be that a proof took too long."""
KEPT = (
    "cut_off", "mechanism", "series", "since_start", "longer", "indicators", "indicators_of",
)  # fmt: skip
"""What another version of a final month keeps beside its tables and their proof."""


def compute(
    conn: Connection,
    month: Month,
    *,
    rules: Rulebook,
    at: Moment,
    today: date,
    made_up: bool = False,
    gate: Gate = pass_through,
) -> dict[str, Any]:
    """Compute the document of a month from one look at the database, without version and status.

    A final month is said once more: words may be others, every figure is the same, and whether it came in time is
    asked of the day on which it came first. A demonstration's is marked as `made_up`.

    Raises:
        DoesNotAddUp: the arithmetic fails.
        NotCertified: there is no proof that what would be printed tells of nobody.
    """
    before = shelf.newest(conn, month)
    standing = before if before is not None and before.status == FINAL else None
    definitions = str(standing.document["definitions"]) if standing else DEFINITIONS
    published = shelf.every_version(conn)
    passed = {
        kind: pass_month(conn, month, kind=kind, rules=rules, published=published, gate=gate)
        for kind in CASE_KINDS
    }
    of_cases = tuple(table for each in passed.values() for table in each.tables)
    tables = standing.tables if standing else (*of_cases, *own.tables(conn, month, rules=rules))
    unacted = _asked_of_the_criteria(conn, month, of_cases)
    before_this = [each for each in shelf.all_newest(conn) if each.month < month]
    earlier = tuple(each for each in before_this if each.month >= month.back(12))
    first = min([today, *(_published_on(each) for each in published if each.month == month)])
    due = _omissions(month, passed, earlier, today=first, calendar=_calendar(rules))
    beside = accompaniment.read(conn, month, printed=tables, earlier=earlier, rules=rules,
                                today=today, first=first)  # fmt: skip
    asked = {question: (said.n, said.of) for question, said in surveyed.read(conn, month).items()}
    printed = Printed(month, tuple(tables), beside.parts["scorecard"]["rows"], asked)
    return {
        "format": FORMAT,
        "definitions": definitions,
        "month": str(month),
        "cut_off": at.now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "published_on": today.isoformat(),
        "mechanism": {
            "name": rules.current.name,
            "version": rules.current.version,
            "digest": rules.current.digest,
        },
        "next_due": month.next.due_on(_calendar(rules)).isoformat(),
        "languages": list(rules.current.languages),
        "contact": _contact(rules),
        "operators": {operator.key: operator.name for operator in rules.current.operators},
        "sites": {site.key: site.name for site in rules.current.sites},
        "themes": {theme.key: dict(theme.names) for theme in rules.current.themes},
        "tables": tables,
        "certificates": [each.certificate for each in passed.values()],
        "omissions": [
            _plain(o) for o in (*due, *unacted, *beside.omissions, *undone.undone(conn, month, rules=rules))
        ],
        "series": _series(month, month.with_twelve_before(), tables, earlier),
        "since_start": since_start(month, tables, before_this),
        "longer": longer(month, tables, earlier),
        "indicators": indicated.plain(printed, earlier),
        # A month from before was defined without them, and another version of it adds no figure.
        **({} if standing else {"indicators_of": indicated.plain_of_each(printed, earlier)}),
        **({"made_up": True} if made_up else {}),
        **beside.parts,
        "qualities": qualities.check(
            month,
            tables,
            due_on=month.due_on(_calendar(rules)),
            today=first,
            definitions=definitions,
            earlier=earlier,
        ),
        **({key: standing.document[key] for key in KEPT if key in standing.document} if standing else {}),
    }


def _published_on(release: Release) -> date:
    return date.fromisoformat(str(release.document["published_on"]))


def _calendar(rules: Rulebook) -> Calendar:
    return rules.calendar(rules.current.version, site=None)


def _contact(rules: Rulebook) -> dict[str, str]:
    """Say by which free numbers the whole mechanism is reached, for what is read aloud and hung up."""
    found: dict[str, str] = {}
    for channel in sorted(rules.current.channels, key=lambda one: one.operator != SHARED):
        if channel.kind in ("sms", "ussd") and channel.number and not channel.cost_to_user:
            found.setdefault(channel.kind, channel.number)
    return found


def _omissions(
    month: Month,
    passed: Mapping[Kind, Passed],
    earlier: Iterable[Release],
    *,
    today: date,
    calendar: Calendar,
) -> Iterable[Omission]:
    due = month.due_on(calendar)
    if today > due:
        yield Omission(
            phrase("This report was due on {date} and came later.", date=due.isoformat()), "reviewer"
        )
    months = {each.month for each in earlier}
    if months and month.previous not in months:
        yield Omission(phrase("The month before was not published."), "reviewer")
    hidden = passed[Kind.GRIEVANCE].hidden_rows
    if ALL in hidden:
        yield Omission(
            phrase("Fewer than ten people stand behind this month, so no figure is shown."), "rules"
        )
    elif hidden.issuperset(set(passed[Kind.GRIEVANCE].rows) - {ALL, UNROUTED}):
        yield Omission(
            phrase(
                "No company's figures are shown by themselves: "
                "fewer than ten people stand behind one of them."
            ),
            "rules",
        )
    elif hidden:
        yield Omission(
            phrase(
                "The figures of some companies are not shown by themselves: "
                "fewer than ten people stand behind one of them."
            ),
            "rules",
        )
    levels = {each.level for each in passed.values()}
    if Level.ACCOUNTS in levels:
        yield Omission(
            phrase(
                "How many complained by place, theme and way in is not shown: it was not proved that it tells of nobody."
            ),
            "rules",
        )
    elif Level.MARGINS in levels:
        yield Omission(
            phrase(
                "Places and themes are shown apart, not crossed: it was not proved that together they tell of nobody."
            ),
            "rules",
        )


def _asked_of_the_criteria(conn: Connection, month: Month, tables: Iterable[Table]) -> list[Omission]:
    """Ask the guards of publishing (G31, G35, G42); what stops nothing is printed.

    Raises:
        DoesNotAddUp: a guard refuses what would be published.
    """
    lessons, unacted = gates.left_undone(conn, first=month.first_day, last=month.last_day)
    values = tuple(cell.value for table in tables for cell in table.cells)
    asked = gates.Publishing(
        values=values,
        certified=True,  # no proof, and the gate would have raised
        closed_without_lesson=lessons,
        clusters_without_action=unacted,
    )
    _, refusals, omissions = criteria.verdicts_at(gates.PUBLISH, asked)
    if refusals:
        raise DoesNotAddUp("; ".join(f"{one.guard}: {one.reason}" for one in refusals))
    return [Omission(one.reason, "officer") for one in omissions]


def _plain(omission: Omission) -> dict[str, Any]:
    return {"msgid": omission.words.msgid, "blanks": dict(omission.words.blanks), "role": omission.role}


def since_start(month: Month, now: Iterable[Table], before: Iterable[Release]) -> dict[str, Any]:
    """Every month since the first that stands, and their sums as far as every one of them is printed."""
    before = tuple(before)
    first = min((each.month for each in before), default=month)
    months, each = [], first
    while each <= month:
        months.append(each)
        each = each.next
    series = _series(month, months, now, before)
    sums = {
        name: None if None in figures else sum(figures)
        for name, figures in series.items()
        if name != "months"
    }
    return {**series, "total": sums}


def _series(
    month: Month, months: Iterable[Month], now: Iterable[Table], earlier: Iterable[Release]
) -> dict[str, list[Any]]:
    """Some months of the whole, from printed cells only: what was hidden then stays hidden."""
    months = tuple(months)
    of_now = {table.name: table for table in now if table.kind == Kind.GRIEVANCE}
    printed = {each.month: each.complaints for each in earlier} | {month: of_now}

    def of(table: str, *at: str) -> list[int | None]:
        return [printed[m][table].value(*at) if m in printed else None for m in months]

    return {
        "months": [str(m) for m in months],
        "received": of(STOCK_FLOW, ALL, "received"),
        "closed": of(STOCK_FLOW, ALL, "closed"),
        "met": of(TIMELINESS, ALL, str(Clock.ANSWER), str(Ending.MET)),
        "late": of(TIMELINESS, ALL, str(Clock.ANSWER), str(Ending.LATE)),
    }
