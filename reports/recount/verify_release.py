"""Does a published month say what the record says? Recounts it from the entries and compares cell by cell."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, select

from grievance import published
from grievance.errors import Unknown
from grievance.mechanism import Mechanism
from grievance.store import Store
from reports.month import Month
from reports.recount import audit, audit_registers, beside, indicators, owed, repeats, sealed, written
from reports.recount.audit import Recount

KINDS = ("grievance", "information_request")
STOCK = ("opening", "received", "reopened", "moved_in", "closed", "moved_out", "closing")
PERCENT_OF = {
    "median_days": (50, 10), "p90_days": (90, 50), "median_net_days": (50, 10), "p90_net_days": (90, 50),
}  # fmt: skip
"""Which share of the answers a measure of days is about, and from how many answers it may be printed."""
AT_A_SITE = {
    "received": "received",
    "acknowledged_in_time": "acknowledge:met",
    "answered_in_time": "answer:met",
    "answered_late": "answer:late",
    "closed": "closed",
}
REVIEWS = {
    "internal": "step:ask_review",
    "independent": "step:ask_independent_review",
    "by_clock": "step:escalate",
    "disputed": "step:dispute",
}
HANDLED = {
    "asked_to_complete": "step:ask_to_complete",
    "more_time": "review:more_time",
    "heard": "review:heard",
    "late_taken_up": "review:late",
    "dissent": "step:dissent",
}
REMEDIES = {
    "offered": "offered",
    "explained": "explained",
    "accepted": "step:accept",
    "ordered": "ordered",
    "done": "step:keep",
    "confirmed": "step:confirm",
    "missed": "step:miss",
}
NAMED = {"reviews_filed": REVIEWS, "reviews_handled": HANDLED, "remedies": REMEDIES}
"""Tables whose every cell is one measure; a sum of all is asked of the first alone."""
ALL_OF = {
    "reviews_decided": "ruling:",
    "guards": "refused:",
    "causes": "cause:",
    "corrections": "corrected:",
    "answers_by_type": "answered:",
    "looked_again": "again:",
}
"""Whose sum is everything that is counted under such a name; of complaints, every case that ended has an answer."""
FEWEST_IN_DANGER = 10
OWN = ("learning", "commitments", "outreach", "airtime", "access")
SINCE_OMISSIONS = (2026, 4)
"""The version of the definitions since which what is missing is recounted: older months had fewer kinds of it."""
SINCE_OFFICERS = (2026, 6)
"""The version of the definitions since which a month says how many officers there were, if the record does."""
ACCOUNTS = ("stock_flow", "timeliness", "overdue_bands")
"""Tables that say how cases were handled, exactly where ten people stand behind a row."""
OF_ANSWERS = ("extended", "paused", "heard")
"""What is counted of the ends of a clock, beside how they ended."""
HANDLING = ("stopped", "closed", "extended", "paused")
"""What is said of a clock that is about people: how often it ended so, or was let run on."""
FEWEST, FEWEST_DECIDED = 5, 10
_RELEASES = published.Release.__table__  # type: ignore[attr-defined]
_RELEASE = (
    select(
        _RELEASES.c.version,
        _RELEASES.c.value,
        _RELEASES.c.digest,
        _RELEASES.c.signature,
        _RELEASES.c.published_on,
        _RELEASES.c.cut_off,
    )
    .where(_RELEASES.c.month == bindparam("of"))
    .order_by(_RELEASES.c.version.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Problem:
    """A place where a release, the rollups and the record do not agree."""

    where: str
    found: str
    expected: str

    def __str__(self) -> str:
        return f"{self.where}: found {self.found}, the record says {self.expected}"


def run(store: Store, month_text: str, mechanisms: Mapping[str, Mechanism] | None = None) -> list[str]:
    """Verify a month for the command line: a line a problem; none means that everything agrees.

    Args:
        store: the database.
        month_text: the month, as `YYYY-MM`.
        mechanisms: the mechanism by version; what hangs on one that is not among them is left unsaid.

    Raises:
        Unknown: the month was not published.
    """
    return [str(problem) for problem in verify(store, Month.parse(month_text), mechanisms)]


def verify(
    store: Store, month: Month, mechanisms: Mapping[str, Mechanism] | None = None
) -> tuple[Problem, ...]:
    """Compare rollups and newest release of a month with a recount, in one look at the database.

    Raises:
        Unknown: the month was not published.
    """
    return store.read(lambda conn: tuple(_problems(conn, str(month), mechanisms or {})))


def _problems(conn: Connection, month: str, mechanisms: Mapping[str, Mechanism]) -> Iterator[Problem]:
    row = conn.execute(_RELEASE, {"of": month}).one_or_none()
    if row is None:
        raise Unknown(f"{month} was not published")
    yield from (Problem(*each) for each in sealed.release(conn, month, row._asdict()))
    yield from (Problem(*each) for each in sealed.entries(conn, month))
    document = json.loads(row.value)
    tables = document["tables"]
    yield from of_itself(conn, month, tables)
    yield from _uncounted(conn, month, document)
    yield from (Problem(*each) for each in repeats.problems(conn, month))
    yield from (Problem(*each) for each in indicators.problems(conn, month, document))
    yield from (Problem(*each) for each in indicators.problems_of_each(conn, month, document))
    of_month = mechanisms.get(document.get("mechanism", {}).get("version", ""))
    cut = written.Cut(row.cut_off, row.published_on.isoformat())
    yield from (Problem(*each) for each in beside.problems(conn, month, document, cut, of_month))
    yield from (Problem(*each) for each in written.problems(conn, month, document, cut, of_month))
    if indicators.place(document["definitions"]) >= SINCE_OMISSIONS:
        yield from (Problem(*each) for each in owed.problems(conn, month, document, cut, of_month))
    for kind in KINDS:
        truth = audit.recount(conn, month, kind)
        truth.verdicts = audit_registers.verdicts(conn, month, kind)
        yield from _rollups(conn, month, kind, truth)
        of_kind = {table["name"]: table for table in tables if table["kind"] == kind}
        yield from of_cases(month, kind, of_kind.values(), truth)
        yield from _sums(kind, of_kind)
        yield from _rows(kind, of_kind)
        yield from _too_few(kind, of_kind.values())


def of_itself(conn: Connection, month: str, tables: Iterable[Mapping[str, Any]]) -> Iterator[Problem]:
    """Compare the tables about what the mechanism did itself, which are printed as they are."""
    found = audit_registers.own(conn, month)
    for table in tables:
        if table["name"] == "protection":
            yield from _in_danger(conn, table)
        if table["name"] == "officers":
            yield from _of_companies(table, audit_registers.officers(conn, month))
        if table["name"] == "failed_attempts":
            yield from _failed(conn, table)
        for cell in table["cells"] if table["name"] in OWN else ():
            place = (table["name"], *(cell[dimension] for dimension in table["dimensions"]))
            if cell["value"] != found[place]:
                yield Problem(" ".join(place), str(cell["value"]), str(found[place]))


def _of_companies(table: Mapping[str, Any], counted: Mapping[str, int]) -> Iterator[Problem]:
    there = {cell["operator"]: cell["value"] for cell in table["cells"]}
    for row in sorted({*there, *counted}):
        if there.get(row) != counted.get(row, 0):
            yield Problem(f"officers {row}", str(there.get(row)), str(counted.get(row, 0)))


def _uncounted(conn: Connection, month: str, document: Mapping[str, Any]) -> Iterator[Problem]:
    """How many officers there were is left out only where the record does not say it."""
    is_there = any(table["name"] == "officers" for table in document["tables"])
    is_due = indicators.place(document["definitions"]) >= SINCE_OFFICERS
    known = audit_registers.officers(conn, month)
    if is_there != (is_due and bool(known)):
        yield Problem("table mechanism officers", "there" if is_there else "left out", f"{dict(known)}")


def _in_danger(conn: Connection, table: Mapping[str, Any]) -> Iterator[Problem]:
    """What a year tells of people in danger is told exactly, from ten on, or not at all."""
    counted = audit_registers.in_danger(conn, table["period"])
    for cell in table["cells"]:
        measure, told = cell["measure"], cell["value"]
        behind = counted.get("cases" if measure == "cases" else "contact_due", 0)
        if told is not None and (told != counted.get(measure) or behind < FEWEST_IN_DANGER):
            yield Problem(f"protection {table['period']} {measure}", str(told), str(counted.get(measure)))


def _failed(conn: Connection, table: Mapping[str, Any]) -> Iterator[Problem]:
    """Attempts that failed are told exactly or not at all: from five on, and by way in where each way has five."""
    counted = audit_registers.attempts(conn, _months(table["period"]))
    for cell in table["cells"]:
        way, told = cell["channel"], cell["value"]
        behind = (
            [counted.get("all", 0)] if way == "all" else [n for one, n in counted.items() if one != "all"]
        )
        if told is not None and (told != counted.get(way) or min(behind) < FEWEST):
            yield Problem(f"failed_attempts {table['period']} {way}", str(told), str(counted.get(way)))


def of_cases(month: str, kind: str, tables: Iterable[Mapping[str, Any]], truth: Recount) -> Iterator[Problem]:
    """Compare the tables about one kind of case, cell by cell."""
    for table in tables:
        name, period = table["name"], table["period"]
        if period not in ("", *_periods(month)):
            yield Problem(f"period of {kind} {name}", period, " or ".join(_periods(month)))
            continue
        for cell in table["cells"]:
            at = {dimension: cell[dimension] for dimension in table["dimensions"]}
            yield from _cell(f"{kind} {name}", name, at | {"period": period, "kind": kind}, cell, truth)


def _rollups(conn: Connection, month: str, kind: str, truth: Recount) -> Iterator[Problem]:
    counted = audit.counted(conn, month, kind)
    for key in sorted({*counted, *truth.counts}):
        if counted[key] != truth.counts[key]:
            yield Problem(f"rollup {kind} {' '.join(key)}", str(counted[key]), str(truth.counts[key]))


def _too_few(kind: str, tables: Iterable[Mapping[str, Any]]) -> Iterator[Problem]:
    """Of people, no figure under five is printed (trust A4); what accounts say of ten and more is told exactly."""
    for table in tables:
        if table["name"] == "review_times" and _decided(table) >= FEWEST_DECIDED:
            continue
        for cell in table["cells"]:
            members = [cell[dimension] for dimension in table["dimensions"]]
            is_handling = table["name"] == "timeliness" and cell["measure"] in HANDLING
            is_account = table["name"] in ACCOUNTS and not is_handling
            if (
                not is_account
                and "all" not in members
                and cell["value"] is not None
                and cell["value"] < FEWEST
            ):
                where = " ".join([kind, table["name"], *members, *filter(None, [table["period"]])])
                yield Problem(where, f"{cell['value']} of people", f"none under {FEWEST}")


def _decided(table: Mapping[str, Any]) -> int:
    """How many reviews a quarter tells of as in time or late; nothing where it hides one of them."""
    told = [cell["value"] for cell in table["cells"] if cell["measure"] in ("met", "late")]
    return 0 if None in told else sum(told)


def _rows(kind: str, tables: Mapping[str, Any]) -> Iterator[Problem]:
    """A row of the accounts is shown in all of its tables or in none."""
    shown: dict[str, dict[str, bool]] = {}
    for name in ACCOUNTS:
        for cell in tables.get(name, {"cells": ()})["cells"]:
            if cell.get("measure") not in (*HANDLING, *PERCENT_OF):
                of_row = shown.setdefault(cell["operator"], {})
                of_row[name] = of_row.get(name, True) and cell["value"] is not None
    for row, by_table in shown.items():
        if len(set(by_table.values())) > 1:
            hidden = ", ".join(name for name, is_shown in by_table.items() if not is_shown)
            yield Problem(
                f"accounts of {kind} {row}", f"{hidden} not shown", "a row that is shown as a whole or not"
            )


def _cell(
    table: str, name: str, at: Mapping[str, str], cell: Mapping[str, Any], truth: Recount
) -> Iterator[Problem]:
    """A printed figure must be the record's; a hidden one may be anything, but must not carry a figure."""
    where = " ".join([table, *(value for key, value in at.items() if value and key != "kind")])
    if cell["status"] == "suppressed":
        if cell["value"] is not None:
            yield Problem(where, f"{cell['value']} in a cell that is not shown", "nothing")
        return
    expected = _expected(name, at, truth)
    if cell["value"] != expected:
        yield Problem(where, str(cell["value"]), str(expected))


def _expected(name: str, at: Mapping[str, str], truth: Recount) -> int | None:
    match name:
        case "stock_flow":
            return truth.stock(at["operator"], at["measure"])
        case "by_entry" | "by_theme":
            dimension, member = next(iter(at.items()))
            return truth.counts["received", "all" if member == "all" else dimension, member]
        case "timeliness" if at["measure"] in PERCENT_OF:
            share, enough = PERCENT_OF[at["measure"]]
            taken = truth.net_days if "net" in at["measure"] else truth.days
            days = taken(at["operator"], at["clock"])
            return days[-(-len(days) * share // 100) - 1] if len(days) >= enough else None
        case "by_site":
            measure, site = AT_A_SITE[at["measure"]], at["site"]
            return truth.counts[measure, "all" if site == "all" else "site", site]
        case _ if at.get("period"):
            return _over_months(name, at, truth, _months(at["period"]))
        case "timeliness" if at["clock"] == "news":
            return truth.told[at["operator"]]
        case "timeliness":
            row, clock, measure = at["operator"], at["clock"], at["measure"]
            name = f"{measure}:{clock}" if measure in OF_ANSWERS else f"{clock}:{measure}"
            return truth.counts[name, "all" if row == "all" else "operator", row]
        case "overdue_bands":
            return truth.late[at["operator"], at["band"]]
        case "open_age":
            return truth.ages[at["band"]]
        case "compliance":
            return truth.verdicts[at["verdict"]]
        case _:
            return sum(truth.counts[measure, "all", "all"] for measure in _measures(name, at, truth))


def _over_months(name: str, at: Mapping[str, str], truth: Recount, months: Sequence[str]) -> int | None:
    """Count again what a quarter or a year tells."""
    match name:
        case "quarter_site_theme" | "year_site_theme":
            return truth.received_over(months, at["site"], at["theme"])
        case "review_times":
            return truth.decided_over(months, at["measure"])
        case _:
            member = next(iter(at.values()))
            return sum(truth.said[name][month, member] for month in months)


def _measures(name: str, at: Mapping[str, str], truth: Recount) -> list[str]:
    """Name what is counted of the whole in a cell of a table of events."""
    member = next(iter(at.values()))
    if name in NAMED:
        of = NAMED[name]
        return list(of.values()) if member == "all" else [of[member]]
    if name == "by_state":
        return [f"step:{member}"]
    if name == "answers_by_type" and at["kind"] == "grievance":
        both = ["sense:referred_accepted", "sense:protected_transferred"]
        return ["closed"] if member == "all" else both if member == "referred" else [f"sense:{member}"]
    start = ALL_OF[name]
    if member != "all":
        return [start + member]
    return [measure for measure, where, _ in truth.counts if where == "all" and measure.startswith(start)]


def _periods(month: str) -> tuple[str, ...]:
    """The quarter and the year that end with a month, as a release writes them."""
    year, number = month.split("-")
    quarter = f"{year}-Q{int(number) // 3}"
    return (*((quarter,) if int(number) % 3 == 0 else ()), *((year,) if number == "12" else ()))


def _months(period: str) -> list[str]:
    year, _, quarter = period.partition("-Q")
    last = int(quarter) * 3 if quarter else 12
    return [f"{year}-{number:02d}" for number in range(last - 2 if quarter else 1, last + 1)]


def _sums(kind: str, tables: Mapping[str, Any]) -> Iterator[Problem]:
    """Add up again what is printed, as any reader can."""
    stock: dict[str, dict[str, int | None]] = {}
    for cell in tables["stock_flow"]["cells"]:
        stock.setdefault(cell["operator"], {})[cell["measure"]] = cell["value"]
    for row, figures in stock.items():
        known = {measure: n for measure, n in figures.items() if n is not None}
        if len(known) == len(STOCK):
            came = sum(known[m] for m in STOCK[:4])
            went = sum(known[m] for m in STOCK[4:])
            if came != went:
                yield Problem(f"sum of {kind} {row}", f"{came} came", f"{went} went or stayed")
    received = stock["all"]["received"]
    for name in ("by_entry", "by_theme"):
        values = {cell[tables[name]["dimensions"][0]]: cell["value"] for cell in tables[name]["cells"]}
        total = values.pop("all")
        parts = list(values.values())
        printed = sum(n for n in parts if n is not None)
        if total != received or (
            total is not None and (printed > total or (None not in parts and printed != total))
        ):
            yield Problem(f"sum of {kind} {name}", f"{printed} of {total}", f"{received} received")
