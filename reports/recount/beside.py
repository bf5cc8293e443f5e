"""What a month says beside its tables, worked out again: the tables it must have, its series, scorecard and qualities.

It shares nothing with what wrote them but the tables in the database, the mechanism and its calendars. Without the
mechanism of that month nothing is said of what needs it: the places that were told, and what was in time.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import Connection, text

from grievance.mechanism import Mechanism
from reports.recount import printed, written
from reports.recount.indicators import place
from reports.recount.printed import Cells
from reports.recount.written import Cut, Item

Difference = tuple[str, str, str]
"""Where, what is found, what is right."""
MONTHLY: Final = (
    "stock_flow", "by_entry", "by_theme", "timeliness", "answers_by_type", "by_state", "overdue_bands", "open_age",
    "reviews_filed", "reviews_decided", "compliance", "remedies", "guards", "causes", "by_site",
)  # fmt: skip
NEWER: Final[Mapping[str, str]] = {"corrections": "since_start", "reviews_handled": "indicators"}
"""Tables that came later, each with a part that every document since then carries."""
SIXTH_SINCE: Final = (2026, 6)
"""The definitions that began with what a third party looked at again, and with a quarter's reviews, causes and attempts."""
SIXTH: Final = ("looked_again",)
"""Monthly tables that began with that version of the definitions."""
OWN: Final = ("learning", "commitments", "outreach", "airtime", "access")
KINDS: Final = ("grievance", "information_request")
SERIES: Final[Mapping[str, str]] = {
    "received": "stock_flow/grievance/operator=all/measure=received",
    "closed": "stock_flow/grievance/operator=all/measure=closed",
    "met": "timeliness/grievance/operator=all/clock=answer/measure=met",
    "late": "timeliness/grievance/operator=all/clock=answer/measure=late",
}
ENOUGH, ENOUGH_TO_TELL, SILENT = 20, 10, 2
QUARTER, YEAR, WINDOW = timedelta(days=90), timedelta(days=365), 12
TENTH: Final = 10
DECEMBER: Final = 12


@dataclass(frozen=True, slots=True)
class _Rule:
    """How a criterion is scored: its bounds of a hundred, and the cells it is made of, if it is made of any."""

    met: int
    partly: int
    numerator: tuple[str, ...] = ()
    denominator: tuple[str, ...] = ()

    @property
    def of_cases(self) -> bool:
        """Whether it is about people's cases, of which few are told in words alone."""
        return any("/grievance/" in term for term in self.denominator)


_KEPT, _LEARNT = "commitments/mechanism/state", "learning/mechanism/measure"
RULES: Final[Mapping[str, _Rule]] = {
    "legitimate": _Rule(50, 34),
    "accessible": _Rule(100, 75),
    "predictable": _Rule(88, 75, (SERIES["met"],), (SERIES["met"], SERIES["late"])),
    "equitable": _Rule(
        100,
        90,
        ("timeliness/grievance/operator=all/clock=answer/measure=heard",),
        (SERIES["met"], SERIES["late"]),
    ),
    "transparent": _Rule(100, 90),
    "rights_compatible": _Rule(
        90, 75, (f"{_KEPT}=kept",), tuple(f"{_KEPT}={state}" for state in ("kept", "missed", "disputed"))
    ),
    "learning": _Rule(
        80,
        60,
        (f"{_LEARNT}=actions_done_in_time",),
        tuple(f"{_LEARNT}=actions_{how}" for how in ("done_in_time", "done_late", "overdue")),
    ),
    "dialogue": _Rule(90, 75),
}
BEFORE: Final[Mapping[str, Mapping[str, _Rule]]] = {
    "2026-1": {
        "equitable": _Rule(
            100, 90, ("by_state/grievance/step=hear",), ("by_state/grievance/step=investigate",)
        )
    }
}
"""By version of the scorecard: the criteria that were scored otherwise then."""
_ZONES = text("SELECT id, zone FROM register_items WHERE name = 'outreach'")
_PUBLISHED = text("SELECT month, MIN(published_on) AS first FROM releases GROUP BY month")


def problems(
    conn: Connection, month: str, document: Mapping[str, Any], cut: Cut, mechanism: Mechanism | None
) -> Iterator[Difference]:
    """Compare what a published month says beside its tables with what the record and its own cells say."""
    cells = Cells.of(document)
    yield from _tables(month, document, cells)
    yield from _series(conn, month, document)
    if "longer" in document:
        yield from _longer(conn, month, document)
    if "scorecard" in document:
        yield from _scorecard(conn, month, document, cells, cut, mechanism)
    if "qualities" in document:
        yield from _qualities(conn, month, document, cells, mechanism)


def _due(month: str, document: Mapping[str, Any]) -> set[tuple[str, str]]:
    number = int(month[5:])
    names = [*MONTHLY, *(name for name, carried in NEWER.items() if carried in document)]
    ends_a_quarter = number % 3 == 0
    names += ["quarter_site_theme"] if ends_a_quarter else []
    is_sixth = place(str(document["definitions"])) >= SIXTH_SINCE
    names += SIXTH if is_sixth else []
    names += ["year_site_theme"] if number == DECEMBER else []
    own = [*OWN, *(["protection"] if number == DECEMBER else [])]
    again: set[tuple[str, str]] = set()
    if ends_a_quarter and is_sixth:
        names += ["review_times"]
        again = {
            ("repeated", KINDS[0]),
            ("failed_attempts", "mechanism"),
            *(("reviews_why", kind) for kind in KINDS),
        }
    return again | {(name, kind) for name in names for kind in KINDS} | {(name, "mechanism") for name in own}


def _tables(month: str, document: Mapping[str, Any], cells: Cells) -> Iterator[Difference]:
    there = {(table["name"], table["kind"]) for table in document["tables"]}
    for name, kind in sorted(_due(month, document) - there):
        yield f"table {kind} {name}", "left out", "a table of the fixed list"
    for name in cells.twice:
        yield f"cell {name}", "twice", "once"
    for table in document["tables"]:
        yield from _parts(table)


def _parts(table: Mapping[str, Any]) -> Iterator[Difference]:
    """Add up a table along each dimension that has a sum, so that a part that was left out is missed."""
    for dimension in table["dimensions"]:
        groups: dict[tuple[str, ...], list[Mapping[str, Any]]] = {}
        for cell in table["cells"]:
            rest = tuple(cell[d] for d in table["dimensions"] if d != dimension)
            groups.setdefault(rest, []).append(cell)
        for rest, group in groups.items():
            whole = [cell["value"] for cell in group if cell[dimension] == "all"]
            parts = [c["value"] for c in group if c[dimension] != "all" and "days" not in c[dimension]]
            is_sum = not any("days" in each or each.startswith("moved_") for each in rest)
            if not whole or whole[0] is None or not is_sum:
                continue
            told = sum(n for n in parts if n is not None)
            if told > whole[0] or (None not in parts and told != whole[0]):
                where = " ".join([table["kind"], table["name"], *rest])
                yield f"parts of {where}", str(told), str(whole[0])


def _series(conn: Connection, month: str, document: Mapping[str, Any]) -> Iterator[Difference]:
    for part in ("series", "since_start"):
        if part not in document:
            continue
        told = document[part]
        named = set(told["months"])
        came = printed.first_day(conn, month, part)
        out = {**printed.out_before(conn, month, came=came, told=named), month: document}
        first = min(out) if part == "since_start" else printed.back(month, DECEMBER)
        months = _from(first, month)
        if told["months"] != months:
            yield f"{part} months", " ".join(told["months"]), " ".join(months)
            continue
        by_month = {each: Cells.of(said) for each, said in out.items() if each in months}
        for name, term in SERIES.items():
            right = [by_month[each].found.get(term) if each in by_month else None for each in months]
            if told[name] != right:
                yield f"{part} {name}", str(told[name]), str(right)
            if part == "since_start":
                total = None if None in right else sum(n for n in right if n is not None)
                if told["total"][name] != total:
                    yield f"{part} total {name}", str(told["total"][name]), str(total)


def _from(first: str, last: str) -> list[str]:
    found = [last]
    while found[-1] > first:
        found.append(printed.back(found[-1], 1))
    return found[::-1]


def _longer(conn: Connection, month: str, document: Mapping[str, Any]) -> Iterator[Difference]:
    """Add up the months of the quarter and the year that end, for every row and measure of the accounts."""
    number = int(month[5:])
    lengths = {3: f"{month[:4]}-Q{number // 3}"} if number % 3 == 0 else {}
    lengths |= {DECEMBER: month[:4]} if number == DECEMBER else {}
    told = {one["period"]: one["rows"] for one in document["longer"]}
    if list(told) != list(lengths.values()):
        yield "longer periods", " ".join(told), " ".join(lengths.values())
        return
    came = printed.first_day(conn, month, "longer")
    out = {
        **printed.out_before(conn, month, came=came, told=_from(printed.back(month, 11), month)),
        month: document,
    }
    for length, period in lengths.items():
        cells = [
            Cells.of(out[each]) if each in out else Cells()
            for each in _from(printed.back(month, length - 1), month)
        ]
        for row in told[period]:
            for measure, value in row.items():
                if measure == "operator":
                    continue
                clock = "clock=answer/" if measure in ("met", "late") else ""
                table = "timeliness" if clock else "stock_flow"
                term = f"{table}/grievance/operator={row['operator']}/{clock}measure={measure}"
                figures = [each.found.get(term) for each in cells]
                at = {"opening": figures[:1], "closing": figures[-1:]}.get(measure, figures)
                right = None if None in figures else sum(n for n in at if n is not None)
                if value != right:
                    yield f"longer {period} {row['operator']} {measure}", str(value), str(right)


def _scorecard(
    conn: Connection,
    month: str,
    document: Mapping[str, Any],
    cells: Cells,
    cut: Cut,
    mechanism: Mechanism | None,
) -> Iterator[Difference]:
    rows = {row["criterion"]: row for row in document["scorecard"]["rows"]}
    if list(rows) != list(RULES):
        yield "scorecard criteria", " ".join(rows), " ".join(RULES)
        return
    notes = written.notes(conn)
    either = [_own(conn, notes, month, one, mechanism) for one in cut.either]
    before = printed.out_before(
        conn, month, came=printed.first_day(conn, month, "scorecard"), told=_named(rows)
    )
    counts = dict.fromkeys(("met", "partly", "not_met", "no_data"), 0)
    for key, rule in {**RULES, **BEFORE.get(document["scorecard"]["version"], {})}.items():
        row = rows[key]
        counts[row["result"]] += 1
        earlier = [
            _result(before.get(each), key) for each in (printed.back(month, 1), printed.back(month, 2))
        ]
        if rule.denominator:
            n, of = cells.added(rule.numerator), cells.added(rule.denominator)
            may_be = [_scored(rule, *((None, None) if None in (n, of) else (n, of)), earlier)]
        else:
            may_be = [_scored(rule, *own[key], earlier) for own in either if key in own]
        if not may_be:
            continue
        right = next((one for one in may_be if all(row[k] == v for k, v in one.items())), may_be[0])
        for field, value in right.items():
            if row[field] != value:
                yield f"scorecard {key} {field}", str(row[field]), str(value)
        if [was for _, was in row["earlier"]] != earlier:
            yield f"scorecard {key} earlier", str(row["earlier"]), str(earlier)
    if document["scorecard"]["counts"] != counts:
        yield "scorecard counts", str(document["scorecard"]["counts"]), str(counts)


def _named(rows: Mapping[str, Mapping[str, Any]]) -> set[str]:
    return {month for row in rows.values() for month, was in row["earlier"] if was is not None}


def _result(document: Mapping[str, Any] | None, key: str) -> str | None:
    rows = (document or {}).get("scorecard", {}).get("rows", ())
    return next((row["result"] for row in rows if row["criterion"] == key), None)


def _scored(rule: _Rule, n: int | None, of: int | None, earlier: Sequence[str | None]) -> dict[str, Any]:
    told = of is not None and (of >= ENOUGH_TO_TELL or (of > 0 and not rule.of_cases))
    result = "no_data"
    if n is not None and of:
        result = "met" if 100 * n >= rule.met * of else "partly" if 100 * n >= rule.partly * of else "not_met"
    silent = result == "no_data" and earlier.count("no_data") >= SILENT
    return {
        "n": n if told else None,
        "of": of if told else None,
        "percent": min(100, 100 * n // of) if n is not None and of and of >= ENOUGH else None,
        "few": bool(of) and not told,
        "result": result,
        "counts_as": "not_met" if silent else result,
    }


def _own(
    conn: Connection, notes: Sequence[Any], month: str, cut: Cut, mechanism: Mechanism | None
) -> dict[str, tuple[int | None, int | None]]:
    """Count what the mechanism did itself until the last day of the month, as it was written when the month was made."""
    last = _last_day(month)
    found = written.items(notes, cut, "panel", "consultation", "outreach")
    panel = [one.facts for one in _held(found["panel"], last, QUARTER)]
    present = sum(facts["present"] for facts in panel)
    said = _held(found["consultation"], last, YEAR)
    answered = sum(one.on(last).get("state") == "answered" for one in said)
    own: dict[str, tuple[int | None, int | None]] = {
        "legitimate": (sum(facts["outside"] for facts in panel), present) if present else (None, None),
        "dialogue": (answered, len(said)) if said else (None, None),
    }
    if mechanism is not None:
        zones = {zone.key for zone in mechanism.zones}
        now = {row.id: row.zone for row in conn.execute(_ZONES)}
        held = _held(found["outreach"], last, QUARTER)
        # With its exact time a place is gone from the record; then it is taken as it stands now.
        reached = {now[one.id] if one.notes[-1].recorded_at is None else one.notes[-1].zone for one in held}
        own["accessible"] = (len(zones & reached), len(zones)) if zones else (None, None)
        own["transparent"] = _in_time(conn, month, mechanism)
    return own


def _held(items: Sequence[Item], last: date, within: timedelta) -> list[Item]:
    return [one for one in items if last - within < _day(one.newest["held_on"]) <= last]


def _in_time(conn: Connection, month: str, mechanism: Mechanism) -> tuple[int, int]:
    """How many of the last twelve reports came by the tenth working day, one that never came among them."""
    first = {row.month: _day(row.first) for row in conn.execute(_PUBLISHED)}
    came = first[month]
    known = {
        each: on
        for each, on in first.items()
        if printed.back(month, WINDOW - 1) <= each <= month and on <= came
    }
    owed = _from(min(known), month)
    return sum(each in known and known[each] <= _due_on(each, mechanism) for each in owed), len(owed)


def _due_on(month: str, mechanism: Mechanism) -> date:
    """Count working days one by one from the end of the month."""
    calendar = mechanism.calendar_of(mechanism.sites[0].key)
    day, left = _last_day(month), TENTH
    while left:
        day += timedelta(days=1)
        left -= calendar.is_working_day(day)
    return day


def _qualities(
    conn: Connection, month: str, document: Mapping[str, Any], cells: Cells, mechanism: Mechanism | None
) -> Iterator[Difference]:
    told = {one["key"]: one["holds"] for one in document["qualities"]}
    first = printed.first_day(conn, month, "qualities")
    before = printed.out_before(conn, month, came=first, told={printed.back(month, 1)})
    previous = before.get(printed.back(month, 1))
    there = {table["name"] for table in document["tables"] if table["kind"] != KINDS[1]}
    of_year = [each for each in before if each >= printed.back(month, DECEMBER)]
    right = {
        "complete": {name for name, kind in _due(month, document) if kind != KINDS[1]} <= there,
        "accurate": not any(found for table in document["tables"] for found in _parts(table)),
        "interoperable": not cells.twice and all((n or 0) >= 0 for n in cells.found.values()),
        "comparable": previous is None
        or (
            previous["definitions"] == document["definitions"]
            and previous["scorecard"]["version"] == document["scorecard"]["version"]
        ),
    }
    if mechanism is not None:
        in_time = date.fromisoformat(first) <= _due_on(month, mechanism)
        right["timely"] = in_time and (previous is not None or not of_year)
    for key, holds in right.items():
        if told.get(key) != holds:
            yield f"quality {key}", str(told.get(key)), str(holds)


def _last_day(month: str) -> date:
    year, number = int(month[:4]), int(month[5:])
    return date(year + number // 12, number % 12 + 1, 1) - timedelta(days=1)


def _day(value: date | str) -> date:
    """SQLite answers a text, PostgreSQL a date."""
    return value if isinstance(value, date) else date.fromisoformat(value)
