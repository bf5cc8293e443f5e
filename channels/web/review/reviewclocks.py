"""Every clock of every case, counted again by the third party: `/review/clocks`, and its rows as a file.

It reads numbers, dates and codes, and no narrative: whoever wants to read a case opens it, which is recorded.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, request

from channels.house import House
from channels.web.pages import casewords as words
from channels.web.pages.access import Person, current_person, open_to
from channels.web.pages.render import language, render_view
from channels.web.staff import caseviews, login
from channels.web.staff.caselists import joined
from grievance import codes
from grievance.mechanism import Mechanism, Operator
from grievance.vocabulary import Role
from reports.month import Month, NotAMonth
from reports.recount import clocks as counting
from reports.recount.clocks import REQUESTS, Clock, Difference, Figures, Recount
from translations import Phrase, phrase
from translations.states import CLOCK_NAMES

A_PAGE = 50
MOST_REVIEWS = 10
NINE_TENTHS, THREE_QUARTERS = 0.9, 0.75
JUDGING = "independent_review"
OF_REQUESTS = phrase("Answer to a request")
FAULTS: Mapping[str, Phrase] = {
    "not_logged": phrase("The missed date was never logged"),
    "logged_twice": phrase("The missed date was logged twice"),
    "never_ended": phrase("The case is closed and this clock never ended"),
    "moved_after_its_end": phrase("It was moved after it had ended"),
    "paused_late": phrase("It was stopped after its date"),
    "paused_too_often": phrase("It was stopped more than twice"),
    "paused_without_question": phrase("It was stopped without a question that waits for an answer"),
    "extended_late": phrase("It was extended after its date"),
    "extended_twice": phrase("It was extended twice"),
}
CELLS: Mapping[str, Phrase] = {
    "clock": phrase("the clock itself"),
    "started_on": phrase("beginning"),
    "due_on": phrase("date due"),
    "first_due_on": phrase("first date due"),
    "paused_on": phrase("standing still since"),
    "remaining": phrase("days left"),
    "pauses": phrase("pauses"),
    "extended": phrase("extended"),
    "overdue_on": phrase("missed date logged"),
    "ended_on": phrase("end"),
    "ending": phrase("how it ended"),
}
WHY_STILL: Mapping[str, Phrase] = {
    **words.ASKING,
    "done": phrase("The person is asked whether it was done"),
    "withdrawal": phrase("The person withdrew, and could take that back"),
}


def _is_warned(clock: Clock) -> bool:
    running = clock.ended_on is None and clock.paused_on is None
    return running and not clock.late and clock.used >= THREE_QUARTERS


WHICH: Mapping[str, tuple[Phrase, str, Callable[[Clock], bool]]] = {
    "all": (phrase("All clocks"), "", lambda _clock: True),
    "running": (phrase("Running"), "", lambda clock: clock.ended_on is None),
    "late": (phrase("Late, or against a rule"), "late", lambda clock: clock.breach),
    "warned": (phrase("Nearly used up"), "soon", _is_warned),
    "still": (phrase("Standing still"), "", lambda clock: clock.paused_on is not None),
}
HEAD = (
    "case", "operator", "site", "clock", "round", "started_on", "first_due_on", "due_on", "pauses", "extensions",
    "overdue_on", "ended_on", "ending", "unit", "gross_days", "net_days", "late_by", "faults", "differences",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody asks to see. `theirs`: the sites they serve, all where none is named.

    `off`: the numbers of the cases in which they take no part.
    """

    operator: str
    site: str
    clock: str
    first: str
    last: str
    which: str
    page: int
    theirs: frozenset[str] = frozenset()
    off: frozenset[str] = frozenset()

    def serves(self, site: str) -> bool:
        """Tell whether a site is one of theirs."""
        return not self.theirs or site in self.theirs

    def query(self, **changes: object) -> str:
        """Write an address of this page with something else asked for."""
        asked = {
            "operator": self.operator, "site": self.site, "clock": self.clock, "from": self.first, "to": self.last,
            "which": self.which if self.which != "all" else "", "page": "", **changes,
        }  # fmt: skip
        kept = {key: value for key, value in asked.items() if value}
        return f"?{urlencode(kept)}" if kept else ""

    def has(self, clock: Clock) -> bool:
        """Tell whether a clock is asked for, apart from how it stands."""
        mine = clock.site is None or self.serves(clock.site)
        return (
            mine
            and clock.number not in self.off
            and (not self.site or clock.site == self.site)
            and (not self.clock or clock.name == self.clock)
        )


def blueprint(house: House) -> Blueprint:
    """Make `/review/clocks` and `/review/clocks.csv`."""
    made = Blueprint("review_clocks", __name__, url_prefix="/review")
    third_party = open_to(Role.FOCAL, Role.REVIEWER, house=house, face="review")

    def count(wanted: Wanted) -> Recount:
        rules = house.rules
        return house.store.read(
            lambda conn: counting.recount(
                conn, current=rules.current, earlier=rules.earlier, now=house.now(), operator=wanted.operator,
                first=wanted.first, last=wanted.last,
            )
        )  # fmt: skip

    @made.get("/clocks")
    @third_party
    def clocks() -> Response:
        wanted = _wanted(house, current_person())
        frame = login.frame("review", staff=current_person().login, note=house.rules.current.governance.host)
        page = frame | _page(house, wanted, count(wanted), language(house))
        return render_view("review_clocks.html", page, house=house)

    @made.get("/clocks.csv")
    @third_party
    def rows() -> Response:
        wanted = _wanted(house, current_person())
        answer = Response(_csv(count(wanted), wanted), mimetype="text/csv")
        answer.headers["Content-Disposition"] = 'attachment; filename="clocks.csv"'
        answer.headers["Cache-Control"] = "no-store"
        return answer

    return made


def _wanted(house: House, person: Person) -> Wanted:
    """Read what is asked for; what is not there to be asked for, or not theirs, is not found."""
    theirs = person.sites
    mechanism = house.rules.current
    asked = request.args
    known = {
        "operator": {one.key for one in mechanism.operators},
        "site": {one.key for one in mechanism.sites if not theirs or one.key in theirs},
        "clock": set(CLOCK_NAMES),
        "which": set(WHICH),
    }
    for key, values in known.items():
        if asked.get(key) and asked[key] not in values:
            abort(404)
    for key in ("from", "to"):
        try:
            if asked.get(key):
                Month.parse(asked[key])
        except NotAMonth:
            abort(404)
    number = asked.get("page", "1")
    return Wanted(
        operator=asked.get("operator", ""), site=asked.get("site", ""), clock=asked.get("clock", ""),
        first=asked.get("from", ""), last=asked.get("to", ""), which=asked.get("which") or "all",
        theirs=theirs,
        off=house.store.read(lambda conn: caseviews.hidden(conn, person.id)),
        page=max(1, int(number)) if number.isascii() and number.isdigit() and len(number) < 6 else 1,  # noqa: PLR2004
    )  # fmt: skip


def _page(house: House, wanted: Wanted, found: Recount, tongue: str) -> dict[str, Any]:
    every = [c for c in found.clocks if wanted.has(c)]
    scope = Recount(tuple(every), found.differences, found.stored)
    keys = {(c.number, c.name, c.round) for c in every}
    differences = [
        d
        for d in found.differences
        if (d.number, d.clock, d.round) in keys
        or not (d.recounted or wanted.theirs or d.number in wanted.off)
    ]
    _, _, test = WHICH[wanted.which]
    shown = sorted((c for c in every if test(c)), key=_order)
    reviews = [c for c in sorted(every, key=_order) if c.name == JUDGING and c.ended_on is None]
    if (wanted.which, wanted.clock, wanted.page) != ("all", "", 1):
        reviews = []
    first = (wanted.page - 1) * A_PAGE
    mechanism = house.rules.current
    breaches = scope.breaches()
    return {
        "view_groups": [
            {
                "name": phrase("Clocks"),
                "views": [
                    (
                        f"/review/clocks{wanted.query(which=key)}",
                        name,
                        sum(map(has, every)),
                        tone,
                        key == wanted.which,
                    )
                    for key, (name, tone, has) in WHICH.items()
                ],
            }
        ],
        "figures": _tiles(scope, differences, len(breaches)),
        "differences": [_difference(one) for one in differences],
        "more_reviews": (
            f"/review/clocks{wanted.query(clock=JUDGING, which='running')}",
            phrase("All {n} of them", n=len(reviews)),
        )
        if len(reviews) > MOST_REVIEWS
        else (),
        "reviews": [_line(c, mechanism, tongue) for c in reviews[:MOST_REVIEWS]],
        "table": [_row(f) for f in scope.figures()],
        "name": WHICH[wanted.which][0],
        "clocks": [_line(c, mechanism, tongue) for c in shown[first : first + A_PAGE]],
        "count": len(shown),
        "csv": f"/review/clocks.csv{wanted.query()}",
        "next": f"/review/clocks{wanted.query(page=wanted.page + 1)}" if len(shown) > first + A_PAGE else "",
        "before": f"/review/clocks{wanted.query(page=wanted.page - 1)}" if wanted.page > 1 else "",
        "asked": {
            "operator": wanted.operator, "site": wanted.site, "clock": wanted.clock, "first": wanted.first,
            "last": wanted.last, "which": wanted.which,
        },
        "operators": [("", phrase("All companies")), *((o.key, o.name) for o in mechanism.operators)],
        "sites": [("", phrase("All sites")), *((s.key, s.name) for s in mechanism.sites if wanted.serves(s.key))],
        "names": [("", phrase("All clocks")), *CLOCK_NAMES.items()],
        "months": [("", phrase("Any month")), *((month, month) for month in _months(house))],
    }  # fmt: skip


def _months(house: House) -> list[str]:
    """The last two years, newest first: older ones can be asked for in the address."""
    month = Month.of(house.now().date())
    return [str(month.back(n)) for n in range(24)]


def _tiles(scope: Recount, differences: list[Difference], breaches: int) -> list[dict[str, Any]]:
    agree = not differences
    running = sum(c.ended_on is None for c in scope.clocks)
    return [
        {
            "name": phrase("Differences to the desk's table"),
            "figure": len(differences),
            "after": "",
            "tone": "met" if agree else "late",
            "verdict": phrase("Every cell agrees") if agree else phrase("Look at each of them"),
            "notes": [phrase("Counted from the entries alone, by code of its own")],
        },
        {
            "name": phrase("Clocks counted again"),
            "figure": len(scope.clocks),
            "after": "",
            "tone": "",
            "verdict": "",
            "notes": [phrase("{n} of them are running", n=running)],
        },
        {
            "name": phrase("Late, or against a rule"),
            "figure": breaches,
            "after": "",
            "tone": "late" if breaches else "met",
            "verdict": "",
            "notes": [phrase("By the company or by the reviewer, since the beginning")],
        },
    ]


def _row(one: Figures) -> list[object]:
    def desk(value: int | None, mine: int | None) -> object:
        return "–" if value is None else value if value == mine else phrase("{n}, differs", n=value)

    return [
        OF_REQUESTS if one.name == REQUESTS else CLOCK_NAMES.get(one.name, one.name),
        one.clocks,
        one.running,
        *(one.endings.get(ending, 0) for ending in ("met", "late", "stopped", "closed")),
        "–" if one.median is None else one.median,
        desk(one.stored_median, one.median),
        "–" if one.p90 is None else one.p90,
        desk(one.stored_p90, one.p90),
    ]


def _difference(one: Difference) -> Phrase:
    return phrase(
        "Case {number}, {clock} {round}: {cell} is {recounted} by the record and {stored} at the desk",
        number=codes.show(one.number) if one.number else "–",
        clock=CLOCK_NAMES.get(one.clock, one.clock),
        round=one.round,
        cell=CELLS.get(one.cell, one.cell),
        recounted=one.recounted or "–",
        stored=one.stored or "–",
    )


def _name(known: Iterable[Operator], key: str | None) -> str:
    return next((one.name for one in known if one.key == key), key or "")


def _line(clock: Clock, mechanism: Mechanism, tongue: str) -> dict[str, Any]:
    """Say everything about a clock in one item of a list."""
    tone, stands = _stands(clock)
    unit = phrase("working days") if clock.working else phrase("calendar days")
    company = _name(mechanism.operators, clock.operator) or phrase("Company not stated")
    span = phrase("from {start} to {due}", start=clock.started_on, due=clock.due_on)
    days = phrase("{gross} {unit}", gross=clock.gross, unit=unit)
    if clock.pauses:
        days = phrase("{gross} {unit}, {net} without pauses", gross=clock.gross, unit=unit, net=clock.net)
    more: list[Phrase] = []
    if clock.first_due_on != clock.due_on:
        more.append(phrase("First due on {date}", date=clock.first_due_on))
    for pause in clock.pauses:
        why = WHY_STILL.get(pause.reason, pause.reason)
        if pause.until is None:
            more.append(phrase("Stands still since {date}: {why}", date=pause.on, why=why))
        else:
            more.append(
                phrase("Stood still from {start} to {end}: {why}", start=pause.on, end=pause.until, why=why)
            )
    more += [
        phrase("Extended by {n} on {date}: {why}", n=one.days, date=one.on, why=words.EXTENDING[one.reason])
        if one.reason in words.EXTENDING
        else phrase(
            "Extended by {n} on {date}; why stands in the letter of that day", n=one.days, date=one.on
        )
        for one in clock.extensions
    ]
    if clock.overdue_on:
        more.append(phrase("The missed date was logged on {date}", date=clock.overdue_on))
    return {
        "number": codes.show(clock.number),
        "href": f"/review/cases/{clock.number}?lang={tongue}",
        "name": CLOCK_NAMES.get(clock.name, clock.name),
        "round": phrase("time {n}", n=clock.round) if clock.round > 1 else "",
        "tone": tone,
        "stands": stands,
        "facts": [joined([company, span]), days],
        "more": more,
        "faults": [FAULTS[fault] for fault in dict.fromkeys(clock.faults)],
    }


def _stands(clock: Clock) -> tuple[str, Phrase]:
    late = phrase("Late by 1 day") if clock.late_by == 1 else phrase("Late by {n} days", n=clock.late_by)
    if clock.ended_on is None:
        if clock.paused_on:
            return "paused", phrase("Stands still")
        if clock.late and clock.name in counting.PERSONS:
            return "due", phrase("The person's days are over")
        if clock.late:
            return "late", late
        if clock.used >= NINE_TENTHS:
            return "soon", phrase("Nine tenths used")
        if clock.used >= THREE_QUARTERS:
            return "soon", phrase("Three quarters used")
        return "due", phrase("{n} left", n=clock.left)
    match clock.ending:
        case "met":
            return "met", phrase("Done on {date}", date=clock.ended_on)
        case "late":
            return "late", phrase("Done late, on {date}", date=clock.ended_on)
        case "closed":
            return ("late" if clock.late else ""), phrase("Case closed on {date}", date=clock.ended_on)
        case _:
            return ("late" if clock.late else ""), phrase("Taken over on {date}", date=clock.ended_on)


def _order(clock: Clock) -> tuple[object, ...]:
    """Running clocks first, the next date first; then what ended, the newest first."""
    ended = clock.ended_on
    if ended is None:
        return (0, clock.due_on.toordinal(), clock.number, clock.name)
    return (1, -ended.toordinal(), clock.number, clock.name, clock.round)


def _csv(found: Recount, wanted: Wanted) -> str:
    differing: dict[tuple[str, str, int], list[str]] = {}
    for one in found.differences:
        cell = f"{one.cell}: {one.recounted or '-'} / {one.stored or '-'}"
        differing.setdefault((one.number, one.clock, one.round), []).append(cell)
    _, _, test = WHICH[wanted.which]
    file = io.StringIO()
    out = csv.writer(file)
    out.writerow(HEAD)
    for clock in sorted((c for c in found.clocks if wanted.has(c) and test(c)), key=_order):
        out.writerow(_cells(clock, differing.get((clock.number, clock.name, clock.round), [])))
    return file.getvalue()


def _cells(clock: Clock, differences: list[str]) -> Iterator[object]:
    yield from (codes.show(clock.number), clock.operator or "", clock.site or "", clock.name, clock.round)
    yield from (clock.started_on, clock.first_due_on, clock.due_on)
    yield "; ".join(f"{p.on}..{p.until or ''} {p.reason}" for p in clock.pauses)
    yield "; ".join(f"{e.on} +{e.days}" for e in clock.extensions)
    yield from (clock.overdue_on or "", clock.ended_on or "", clock.ending or "")
    yield from ("working" if clock.working else "calendar", clock.gross, clock.net, clock.late_by)
    yield from ("; ".join(clock.faults), "; ".join(differences))
