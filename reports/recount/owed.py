"""What a month says that somebody left undone, worked out again: what is owed, and by whom.

Sentences and roles stand here a second time. What cannot be known afterwards is left unsaid: whether words of a
language had been reviewed on the day, and clusters whose places are erased.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import Connection, text

from grievance.mechanism import Mechanism
from reports.recount import printed, written
from reports.recount.indicators import place
from reports.recount.written import Cut, Difference, Item

Owed = tuple[str, tuple[tuple[str, str], ...], str]
"""A sentence, its blanks, and the role that owes what it says."""
PLANLESS: Final[Mapping[str, tuple[str, str]]] = {
    "legitimate": ("Legitimate", "reviewer"),
    "accessible": ("Accessible", "admin"),
    "predictable": ("Predictable", "officer"),
    "equitable": ("Equitable", "officer"),
    "transparent": ("Transparent", "reviewer"),
    "rights_compatible": ("Rights-compatible", "officer"),
    "learning": ("A source of continuous learning", "officer"),
    "dialogue": ("Based on dialogue", "reviewer"),
}
MISSED: Final = frozenset({"partly", "not_met"})
LESSONLESS: Final = "Cases were closed without a cause and a lesson."
UNACTED: Final = "Something happened three times in one place, and nobody decided what to change."
UNREVIEWED: Final = "No native speaker has reviewed the words in"
NOBODY: Final = "The independent reviewer wrote nothing about this month."
UNREAD: Final = "Comments on the draft were not looked at in time. They stand in the next report."
UNSAID: Final = (
    "Commitments to communities whose date has passed, and nobody says whether they were kept: {n}."
)
SHUT: Final = "Doors that were closed, and nobody says until when: {n}."
NO_HOLIDAYS: Final = "A calendar names no holidays, so its dates fall on feast days."
LATE: Final = "This report was due on {date} and came later."
A_GAP: Final = "The month before was not published."
TOO_FEW: Final = "Fewer than ten people stand behind this month, so no figure is shown."
NO_COMPANY: Final = (
    "No company's figures are shown by themselves: fewer than ten people stand behind one of them."
)
SOME_COMPANIES: Final = (
    "The figures of some companies are not shown by themselves: "
    "fewer than ten people stand behind one of them."
)
NO_PEOPLE: Final = (
    "How many complained by place, theme and way in is not shown: it was not proved that it tells of nobody."
)
NOT_CROSSED: Final = (
    "Places and themes are shown apart, not crossed: it was not proved that together they tell of nobody."
)
SAID_BEFORE: Final[Mapping[str, str]] = {
    "How many complained by place, theme and way in is not shown: it would have told of a few people.": NO_PEOPLE,
    "Places and themes are shown apart, not crossed: together they would have told of a few people.": NOT_CROSSED,
}
"""What months of definitions before the sixth said of a coarser level; another version of one says it as it is said now."""
PROVED_SINCE: Final = (2026, 6)
ACCOUNTS: Final = frozenset({"stock_flow", "overdue_bands"})
THREE, A_WHILE, A_YEAR = 3, timedelta(days=90), 12
_CLOSED = text(
    "SELECT DISTINCT stream, recorded_on FROM entries "
    "WHERE kind = 'grievance' AND step = 'close' AND NOT refused AND recorded_on BETWEEN :first AND :last"
)
_LEARNT = text(
    "SELECT e.stream, e.seq, e.kind, e.recorded_on, e.facts, x.seq AS exact, x.zone AS learnt_at, c.zone AS stands_at "
    "FROM entries e JOIN cases c ON c.id = e.stream "
    "LEFT JOIN entry_exact x ON x.stream = e.stream AND x.seq = e.seq "
    "WHERE e.kind IN ('grievance', 'information_request') AND e.step = 'learn' AND NOT e.refused "
    "AND e.recorded_on <= :day ORDER BY e.recorded_on, e.seq"
)
_COUNTED = text(
    "SELECT facts FROM entries WHERE stream = :stream AND recorded_on <= :day AND NOT refused ORDER BY seq"
)
_WAITING = text("SELECT COUNT(*) FROM draft_comments WHERE month = :month AND received_on <= :day")
_FIRST = text("SELECT MIN(published_on) FROM releases WHERE month = :month")


def problems(
    conn: Connection, month: str, document: Mapping[str, Any], cut: Cut, mechanism: Mechanism | None
) -> Iterator[Difference]:
    """Compare what a published month says is missing with what the record says was."""
    said = [_plain(one) for one in document["omissions"] if not one["msgid"].startswith(UNREVIEWED)]
    if place(str(document["definitions"])) < PROVED_SINCE:
        said = [(SAID_BEFORE.get(msgid, msgid), blanks, role) for msgid, blanks, role in said]
    found = set(said)
    rows = written.notes(conn)
    certain = {*_of_the_document(conn, month, document, cut), *_by_calendar(conn, month, mechanism)}
    first, second = ({*certain, *_of_the_record(conn, rows, month, one)} for one in cut.either)
    unsure = _cannot_be_known(conn, rows, month, cut, mechanism)
    for one in sorted((first & second) - found):
        if one[0] not in unsure:
            yield f"omission of {one[2]}", "left out", _said(one)
    for one in sorted(found - first - second):
        if one[0] not in unsure:
            yield f"omission of {one[2]}", _said(one), "nothing of that"


def _plain(one: Mapping[str, Any]) -> Owed:
    blanks = tuple(sorted((key, str(value)) for key, value in one["blanks"].items()))
    return one["msgid"], blanks, one["role"]


def _said(one: Owed) -> str:
    return one[0].format(**dict(one[1]))


def _of_the_document(conn: Connection, month: str, document: Mapping[str, Any], cut: Cut) -> Iterator[Owed]:
    """What follows from the figures, the scorecard and the plans that stand in the document itself."""
    before = printed.out_before(conn, month, came=cut.day, told=())
    earlier = {each for each in before if each >= printed.back(month, A_YEAR)}
    if earlier and printed.back(month, 1) not in earlier:
        yield A_GAP, (), "reviewer"
    shown: dict[str, bool] = defaultdict(bool)
    for table in document["tables"]:
        if table["name"] in ACCOUNTS and table["kind"] == "grievance":
            for cell in table["cells"]:
                shown[cell["operator"]] |= cell["value"] is not None
    hidden = {row for row, is_shown in shown.items() if not is_shown}
    companies = set(shown) - {"all", "unrouted"}
    if "all" in hidden:
        yield TOO_FEW, (), "rules"
    elif hidden >= companies:
        yield NO_COMPANY, (), "rules"
    elif hidden:
        yield SOME_COMPANIES, (), "rules"
    levels = {one["level"] for one in document["certificates"]}
    if "accounts" in levels:
        yield NO_PEOPLE, (), "rules"
    elif "margins" in levels:
        yield NOT_CROSSED, (), "rules"
    planned = {plan["criterion"] for plan in document["plans"] if plan["month"] == month}
    for row in document["scorecard"]["rows"]:
        is_missed = row["counts_as"] in MISSED or row["independent"] in MISSED
        if is_missed and row["criterion"] not in planned:
            name, role = PLANLESS[row["criterion"]]
            yield f"{name}: not met, and nobody wrote why nor what will be done.", (), role


def _by_calendar(conn: Connection, month: str, mechanism: Mechanism | None) -> Iterator[Owed]:
    if mechanism is None:
        return
    due = due_on(month, mechanism)
    if str(conn.execute(_FIRST, {"month": month}).scalar_one()) > due.isoformat():
        yield LATE, (("date", due.isoformat()),), "reviewer"
    if any(not calendar.holidays for calendar in mechanism.calendars):
        yield NO_HOLIDAYS, (), "admin"


def due_on(month: str, mechanism: Mechanism) -> date:
    """Count ten working days one by one from the end of the month."""
    calendar = mechanism.calendar_of(mechanism.sites[0].key)
    day, left = _last_day(month), 10
    while left:
        day += timedelta(days=1)
        left -= calendar.is_working_day(day)
    return day


def _of_the_record(conn: Connection, rows: Sequence[Any], month: str, cut: Cut) -> Iterator[Owed]:
    found = written.items(rows, cut, "statement", "commitment", "outage", "action", "draft_comment")
    last = _last_day(month)
    if not any(one.facts["month"] == month for one in found["statement"]):
        yield NOBODY, (), "reviewer"
    unsaid = sum(_is_unsaid(one, last) for one in found["commitment"])
    if unsaid:
        yield UNSAID, (("n", str(unsaid)),), "officer"
    shut = sum(_is_shut(one, last) for one in found["outage"])
    if shut:
        yield SHUT, (("n", str(shut)),), "admin"
    if _unread(conn, rows, month, cut):
        yield UNREAD, (), "reviewer"
    said = [*_lessonless(conn, month, cut), *_unacted(conn, month, cut, found["action"])]
    if said:
        yield " ".join(said), (), "officer"


def _is_unsaid(item: Item, last: date) -> bool:
    due = item.newest["until"]
    return due is not None and due < last.isoformat() and item.on(last).get("state") in ("agreed", "done")


def _is_shut(item: Item, last: date) -> bool:
    then = item.on(last)
    return then.get("state") in ("out", "announced") and then["until"] is None


def _unread(conn: Connection, rows: Sequence[Any], month: str, cut: Cut) -> bool:
    """Whether comments waited then: those that wait still, and those that were decided only afterwards."""
    there = {one.id for one in written.items(rows, cut, "draft_comment")["draft_comment"]}
    ever = written.items(rows, Cut(cut.at.max.replace(tzinfo=cut.at.tzinfo), "9999"), "draft_comment")[
        "draft_comment"
    ]
    later = [one for one in ever if one.id not in there and one.facts["month"] == month]
    waits = int(conn.execute(_WAITING, {"month": month, "day": cut.day}).scalar_one())
    return waits > 0 or any(one.facts["received_on"] <= cut.day for one in later)


def _lessonless(conn: Connection, month: str, cut: Cut) -> Iterator[str]:
    last = _last_day(month)
    closed = {row.stream for row in conn.execute(_CLOSED, {"first": last.replace(day=1), "last": last})}
    learnt = {row.stream for row in conn.execute(_LEARNT, {"day": cut.day}) if row.kind == "grievance"}
    if closed - learnt:
        yield LESSONLESS


def _unacted(conn: Connection, month: str, cut: Cut, actions: Sequence[Item]) -> Iterator[str]:
    """Three cases of one cause in one place within ninety days, of those that a company could see, and no action."""
    last = _last_day(month)
    found: dict[tuple[str, str], dict[str, date]] = defaultdict(dict)
    for row in conn.execute(_LEARNT, {"day": last}):
        day, cause = _day(row.recorded_on), written.facts(row).get("root_cause")
        zone = row.learnt_at or row.stands_at
        if day > last - A_WHILE and cause and zone and _was_counted(conn, row.stream, cut):
            found[cause, zone][row.stream] = day
    for (cause, zone), days in found.items():
        since = min(days.values()).isoformat()
        acted = any(
            one.facts.get("cause") == cause
            and one.notes[-1].zone in (None, zone)  # as it was then: it may have been put right since
            and (one.newest["state"] == "open" or one.newest["held_on"] >= since)
            for one in actions
        )
        if len(days) >= THREE and not acted:
            yield UNACTED
            return


def _was_counted(conn: Connection, case: str, cut: Cut) -> bool:
    whom = None
    for row in conn.execute(_COUNTED, {"stream": case, "day": cut.day}):
        whom = written.facts(row).get("case", {}).get("counted", whom)
    return whom not in (None, "unrouted")


def _cannot_be_known(
    conn: Connection, rows: Sequence[Any], month: str, cut: Cut, mechanism: Mechanism | None
) -> set[str]:
    """Name the sentences of which nothing can be said: for want of the mechanism, or of places as they were then.

    A place is erased with the exact times; and a case that had none when something was learned has got one since.
    """
    unsure = {LATE, NO_HOLIDAYS} if mechanism is None else set()
    since = _last_day(month) - A_WHILE
    learnt = [row for row in conn.execute(_LEARNT, {"day": cut.day}) if _day(row.recorded_on) > since]
    actions = written.items(rows, cut, "action")["action"]
    if any(
        row.exact is None or (row.learnt_at is None and row.stands_at is not None) for row in learnt
    ) or any(one.notes[-1].recorded_at is None for one in actions):
        unsure |= {UNACTED, LESSONLESS, f"{LESSONLESS} {UNACTED}"}
    return unsure


def _last_day(month: str) -> date:
    year, number = int(month[:4]), int(month[5:])
    return date(year + number // 12, number % 12 + 1, 1) - timedelta(days=1)


def _day(value: date | str) -> date:
    """SQLite answers a text, PostgreSQL a date."""
    return value if isinstance(value, date) else date.fromisoformat(value)
