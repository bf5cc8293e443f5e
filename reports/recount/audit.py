"""The recount: what a month must say, from the entries alone, by code of its own (DESIGN 8 and 9).

It shares nothing with the figures, the masking or the rollups but the tables in the database: it reads
every entry once, oldest first within its case, and adds up again what casework should have counted.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, text

Key = tuple[str, str, str]
"""Measure, dimension, member."""
AT_A_SITE = ("closed", "acknowledge:met", "answer:met", "answer:late")
THE_COMPANYS = ("acknowledge", "assess", "answer", "review", "carry_out", "close")
WRITTEN_BY = ("officer", "focal", "reviewer")
WRITTEN_IN = (
    "propose", "order", "ask", "extend", "update", "confirm_answer", "rule_out_of_scope", "ask_to_complete", "dissent",
    "mark_vexatious", "acknowledge", "hear", "refer", "return", "close",
)  # fmt: skip
"""Who of the staff writes to the person, and in which steps; what is sent by itself is nobody's word."""
A_WHILE = timedelta(days=30)
SECOND_LOOKS = ("order", "confirm_answer", "return", "confirm", "close_no_contact", "rule_out_of_scope")
OF_REVIEWS = ("ruling:", "independent_review:", "days:independent_review:")
ENOUGH_FOR_DAYS = 10
SAID = {
    "repeated": ("repeat", ("closed",)),
    "reviews_why": ("why", ("step:ask_review", "step:ask_independent_review")),
}
"""Tables about a quarter: the word that is counted, and of which measures' entries."""
COMES, GOES = ("received", "reopened", "moved_in"), ("closed", "moved_out")
_ENTRIES = text(
    "SELECT stream, kind, month, role, step, from_state, to_state, refused, recorded_on, happened_on, channel, theme, "
    "site, facts, guards FROM entries WHERE kind = :kind AND month <= :month ORDER BY stream, seq"
)
_COUNTED = text(
    "SELECT measure, dimension, member, SUM(n) FROM ("
    "SELECT measure, dimension, member, n FROM rollups WHERE kind = :kind AND month = :month UNION ALL "
    "SELECT measure, dimension, member, n FROM deltas WHERE kind = :kind AND month = :month) AS every_row "
    "GROUP BY measure, dimension, member"
)


@dataclass(slots=True)
class Recount:
    """A month, counted again: everything that happened in it, and what was open when it began."""

    counts: Counter[Key] = field(default_factory=Counter)
    opening: Counter[str] = field(default_factory=Counter)
    received: Counter[tuple[str, str]] = field(default_factory=Counter)
    """By month and by site and theme (`illapa/water`), of this month and of every one before."""
    late: Counter[tuple[str, str]] = field(default_factory=Counter)
    ages: Counter[str] = field(default_factory=Counter)
    """What was open when the month ended: by row and how late, and by how old."""
    told: Counter[str] = field(default_factory=Counter)
    """Of what was open then: by row, whose person had word within a while."""
    reviews: Counter[tuple[str, str]] = field(default_factory=Counter)
    """By month, of this one and of every one before: how reviewers decided, whether in time, and in how many days."""
    verdicts: Counter[str] = field(default_factory=Counter)
    """What reviewers said in the month of what they had ordered."""
    said: dict[str, Counter[tuple[str, str]]] = field(
        default_factory=lambda: {name: Counter() for name in SAID}
    )
    """By table and by month, of this and of every one before: what entries say of themselves in one word."""

    def stock(self, row: str, measure: str) -> int:
        """One figure of the account of a row; `closing` follows from the others."""
        dimension = "all" if row == "all" else "operator"
        if measure == "opening":
            return self.opening[row]
        if measure != "closing":
            return self.counts[measure, dimension, row]
        came = sum(self.counts[m, dimension, row] for m in COMES)
        return self.opening[row] + came - sum(self.counts[m, dimension, row] for m in GOES)

    def received_over(self, months: Iterable[str], site: str, theme: str) -> int:
        """What came in over some months at a site about a theme; `all` stands for every one."""
        wanted = set(months)
        return sum(
            n
            for (month, place), n in self.received.items()
            if month in wanted
            and site in ("all", place.partition("/")[0])
            and theme in ("all", place.partition("/")[2])
        )

    def decided_over(self, months: Iterable[str], measure: str) -> int | None:
        """How many reviews were decided over some months, in time or late; or within how many days half of them were."""
        wanted = set(months)
        sums: Counter[str] = Counter()
        for (month, name), n in self.reviews.items():
            sums[name] += n if month in wanted else 0
        if measure == "all":
            return sum(n for name, n in sums.items() if name.startswith("ruling:"))
        if measure != "median_days":
            return sums[f"independent_review:{measure}"]
        days = sorted(int(name.rpartition(":")[2]) for name in sums.elements() if name.startswith("days:"))
        return days[(len(days) + 1) // 2 - 1] if len(days) >= ENOUGH_FOR_DAYS else None

    def net_days(self, row: str, clock: str) -> list[int]:
        """How long each met or late end of a clock took without the days it stood still, shortest first."""
        found = Counter(self.days(row, clock))
        dimension, start = "all" if row == "all" else "operator", f"net:{clock}:"
        for (measure, where, member), n in self.counts.items():
            if measure.startswith(start) and (where, member) == (dimension, row):
                gross, net = map(int, measure[len(start) :].split(":"))
                found[gross] -= n
                found[net] += n
        return sorted(found.elements())

    def days(self, row: str, clock: str) -> list[int]:
        """How long each met or late end of a clock took in a row, shortest first."""
        dimension = "all" if row == "all" else "operator"
        start = f"days:{clock}:"
        found: list[int] = []
        for (measure, where, member), n in self.counts.items():
            if measure.startswith(start) and (where, member) == (dimension, row):
                found += [int(measure[len(start) :])] * n
        return sorted(found)


@dataclass(slots=True)
class _Case:
    """What the recount remembers of one case while it reads on."""

    counted: str | None = None
    state: str = ""
    since: date | None = None
    word: date = date.min
    heard: bool = False
    again: bool = False
    due: dict[tuple[str, int], date] = field(default_factory=dict)
    started: dict[tuple[str, int], date] = field(default_factory=dict)
    stopped: dict[tuple[str, int], date] = field(default_factory=dict)
    still: Counter[tuple[str, int]] = field(default_factory=Counter)
    longer: set[tuple[str, int]] = field(default_factory=set)
    stops: set[tuple[str, int]] = field(default_factory=set)


def recount(conn: Connection, month: str, kind: str) -> Recount:
    """Count a month again from the entries."""
    made, stream, case = Recount(), "", _Case()
    rows = conn.execution_options(yield_per=2000).execute(_ENTRIES, {"kind": kind, "month": month})
    for row in rows:
        if row.stream != stream:
            _stood(made, case, _end_of(month))
            stream, case = row.stream, _Case()
        for measure, members in _happened(row._asdict(), case):
            if measure == "received":
                made.received[row.month, members["site_theme"]] += 1
            if measure.startswith(OF_REVIEWS) and "all" in members:
                made.reviews[row.month, measure] += 1
            for table, (fact, steps) in SAID.items():
                if measure in steps:
                    said = json.loads(row.facts).get(fact) or "not_stated"
                    made.said[table].update([(row.month, "all"), (row.month, said)])
            if row.month == month:
                made.counts.update((measure, dimension, member) for dimension, member in members.items())
            elif measure in COMES or measure in GOES:
                sign = 1 if measure in COMES else -1
                for dimension, member in members.items():
                    if dimension in ("all", "operator"):
                        made.opening[member] += sign
    _stood(made, case, _end_of(month))
    return made


def _stood(made: Recount, case: _Case, last: date) -> None:
    """Where a case stood when the month was over: open or not, how old, how late by its oldest missed date."""
    if case.counted is None or case.since is None or case.state == "closed":
        return
    missed = [
        (last - due).days
        for clock, due in case.due.items()
        if clock[0] in THE_COMPANYS and clock not in case.stopped and due < last
    ]
    late = "not_late" if not missed else _of(max(missed), "late", (1, 15, 29, 57))
    made.late.update([("all", late), (case.counted, late)])
    age = _of((last - case.since).days, "age", (0, 31, 61, 91, 181))
    made.ages.update(["all", age])
    if case.word + A_WHILE >= last:
        made.told.update(["all", case.counted])


def _of(days: int, word: str, begins: tuple[int, ...]) -> str:
    """Name the band in which a number of days lies by the days with which it begins and the next one does."""
    place = max(n for n, first in enumerate(begins) if days >= first)
    if place == len(begins) - 1:
        return f"{word}_over_{begins[place] - 1}"
    return f"{word}_{begins[place]}_{begins[place + 1] - 1}"


def _end_of(month: str) -> date:
    year, number = int(month[:4]), int(month[5:])
    return date(year + number // 12, number % 12 + 1, 1) - timedelta(days=1)


def counted(conn: Connection, month: str, kind: str) -> Counter[Key]:
    """Read what casework counted in a month: the rollups, and what still waits to be folded into them."""
    rows = conn.execute(_COUNTED, {"kind": kind, "month": month})
    return Counter({(row[0], row[1], row[2]): int(row[3]) for row in rows})


def _happened(row: Mapping[str, Any], case: _Case) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Say what one entry adds to which sums, and remember what later entries of the case need."""
    if row["refused"]:
        if case.counted is not None:
            for guard, verdict in json.loads(row["guards"]).items():
                if verdict == "refused":
                    yield f"refused:{guard}", {"all": "all", "operator": case.counted}
        return
    facts = json.loads(row["facts"])
    says, case.state = facts.get("case", {}), row["to_state"]
    if row["role"] == "reviewer" and row["step"] in SECOND_LOOKS:
        case.again = case.again or facts.get("ruling", "") not in ("reject", "late_filing")
    was, case.counted = case.counted, says.get("counted", case.counted)
    if row["step"] == "receive":
        case.since, case.word = _day(row["happened_on"]), _day(row["recorded_on"])
        if case.counted is not None:
            yield "received", _places_of(row, case.counted)
    elif was != case.counted:
        yield from _moved(was, case.counted)
    ends = list(_clock_ends(row, facts, case))
    ends += _heard(row, ends, case)
    if case.counted is None or row["step"] == "receive":
        return
    whom = {"all": "all", "operator": case.counted}
    there = whom | {"site": row["site"] or "not_stated"}
    for measure in (f"step:{row['step']}", *_closes(row, says), *_told(row, facts), *ends):
        yield measure, there if measure in AT_A_SITE else whom
    for measure in (*_brought(row["step"], facts), *_again(row, case)):
        yield measure, {"all": "all"}


def _heard(row: Mapping[str, Any], ends: list[str], case: _Case) -> Iterator[str]:
    """Remember who wrote to the person and offered to hear them; say it of a complaint's first answer."""
    if row["role"] in WRITTEN_BY and row["step"] in WRITTEN_IN:
        case.word = _day(row["recorded_on"])
    case.heard = case.heard or row["step"] == "hear"
    if case.heard and row["kind"] == "grievance" and not {"answer:met", "answer:late"}.isdisjoint(ends):
        yield "heard:answer"


def _places_of(row: Mapping[str, Any], counted_for: str) -> dict[str, str]:
    theme, site = row["theme"] or "not_stated", row["site"] or "not_stated"
    return {
        "all": "all", "operator": counted_for, "channel": row["channel"], "theme": theme, "site": site,
        "site_theme": f"{site}/{theme}",
    }  # fmt: skip


def _moved(was: str | None, becomes: str | None) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Between two operators a move leaves the whole as it is; into or out of protection it does not."""
    if was is not None:
        yield "moved_out", {"operator": was} | ({"all": "all"} if becomes is None else {})
    if becomes is not None:
        yield "moved_in", {"operator": becomes} | ({"all": "all"} if was is None else {})


def _closes(row: Mapping[str, Any], says: Mapping[str, Any]) -> Iterator[str]:
    if row["to_state"] == "closed" and row["from_state"] != "closed":
        yield "closed"
        yield f"sense:{says['sense']}"
    if row["step"] == "reopen":
        yield "reopened"


def _again(row: Mapping[str, Any], case: _Case) -> Iterator[str]:
    """Say of a case that ends now whether a reviewer had looked at it again."""
    if row["from_state"] != "closed" == row["to_state"]:
        yield "again:yes" if case.again else "again:no"


def _told(row: Mapping[str, Any], facts: Mapping[str, Any]) -> Iterator[str]:
    if "last_told_on" in facts.get("case", {}):
        yield "told"
        if row["step"] == "update" and facts.get("purpose") == "closing_letter":
            yield "letter:closing"


def _clock_ends(row: Mapping[str, Any], facts: Mapping[str, Any], case: _Case) -> Iterator[str]:
    """Follow every clock from its start, also while the case is counted nowhere: days run all the same."""
    recorded, happened = _day(row["recorded_on"]), _day(row["happened_on"])
    for op in facts.get("clocks", ()):
        clock, name = (op["name"], op["round"]), op["name"]
        if "due" in op:
            case.due[clock] = _day(op["due"])
        if op["op"] == "start":
            case.started[clock] = happened if row["step"] == "receive" else recorded
        elif op["op"] == "pause":
            case.stopped[clock] = recorded
            case.stops |= {clock} if not op.get("held") else set()
        elif op["op"] == "extend":
            case.longer.add(clock)
        if op["op"] in ("resume", "end") and clock in case.stopped:
            case.still[clock] += (recorded - case.stopped.pop(clock)).days
        if op["op"] == "end":
            case.due.pop(clock, None)
            yield f"{name}:{op['ending']}"
            if op["ending"] in ("met", "late"):
                days = (recorded - case.started[clock]).days
                yield f"days:{name}:{days}"
                if clock in case.longer:
                    yield f"extended:{name}"
                if clock in case.stops:
                    yield f"paused:{name}"
                if clock in case.still:
                    yield f"net:{name}:{days}:{days - case.still[clock]}"


def _brought(step: str, facts: Mapping[str, Any]) -> Iterator[str]:
    """What is counted of an answer, a decision or a lesson; once for each commitment that was offered or ordered."""
    if step == "propose":
        yield from (f"answered:{facts[key]}" for key in ("answer_type",) if key in facts)
        yield from ("offered" for _ in facts.get("offers", ()))
        yield from ("explained" for key in ("explanation_only",) if facts.get(key) is True)
    elif step in ("order", "confirm_answer", "return"):
        yield from (f"ruling:{facts[key]}" for key in ("ruling",) if key in facts)
        yield from ("review:heard" for key in ("held_on",) if facts.get(key))
        yield from ("review:late" for key in ("late",) if facts.get(key) and facts["admission"] != "rejected")
        yield from ("ordered" for _ in facts.get("offers", ()))
    elif step == "extend":
        yield from ("review:more_time" for key in ("clock",) if facts.get(key) == "independent_review")
    elif step == "learn":
        yield f"cause:{facts.get('root_cause') or 'not_stated'}"
    elif step == "correct":
        yield "corrected:" + ("other_kind" if "kind" in facts else facts.get("reason") or "not_stated")


def _day(value: date | str) -> date:
    """SQLite answers a text, PostgreSQL a date."""
    return value if isinstance(value, date) else date.fromisoformat(value)
