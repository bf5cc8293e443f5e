"""The scorecard of a month: the eight criteria, each with its question, its measure, its target and how it went.

There is no overall grade and no average. A measure is n of N; a percentage stands only where N is twenty or more, and
a measure about people of fewer than ten is told in words alone. Where nothing can be measured, that is said; after two
months without anything it counts as not met. What is measured of cases comes from printed cells only, so that the
scorecard tells nothing that the tables hide; what the mechanism itself did (its reports, its assemblies) is counted as
it is.

In the frozen document `scorecard` is:

    {"version": "2026-1",                       version of the measures and their targets
     "rows": [{"criterion": "predictable", "principle": "31(c)",
               "name": WORDS, "question": WORDS, "indicator": "I-14", "measure": WORDS,
               "n": 38, "of": 47,               null where the figures are not shown or too few to tell
               "percent": 80,                   null where `of` is below twenty or not shown
               "few": false,                    true: measured, but told in words only
               "target": 88, "partly": 75,      in percent; of a measure that should be small they are upper bounds
               "small_is_good": false,
               "result": "not_met",             met | partly | not_met | no_data
               "counts_as": "not_met",          as `result`; no_data counts as not_met after two months of it
               "earlier": [["2026-09", "met"], ["2026-08", null]],   newest first; null: not published, or not scored
               "independent": null,             what the independent reviewer says instead, where that differs
               "owed_by": "officer",            the role that owes reason and plan for a miss
               "evidence": ["/reports/2026-10/tables/timeliness.csv"]}, ...],   the eight, in the Principle's order
     "counts": {"met": 4, "partly": 3, "not_met": 1, "no_data": 0}}          by `result`

WORDS is {"msgid": the English sentence, "blanks": {}}.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from grievance.vocabulary import Clock, Ending, Kind, Role
from reports.month import Month
from reports.shelf import Release
from reports.tables import ALL, COMMITMENTS, HEARD, LEARNING, TIMELINESS, Table
from translations import Phrase, phrase
from workflows.criteria import CRITERIA

VERSION = "2026-2"
"""Changes whenever a measure or a target does; printed with every scorecard."""
ENOUGH_FOR_PERCENT = 20
ENOUGH_FOR_FIGURES = 10
MONTHS_WITHOUT_DATA = 2


class Result(StrEnum):
    """How a criterion went in a month."""

    MET = "met"
    PARTLY = "partly"
    NOT_MET = "not_met"
    NO_DATA = "no_data"


MISSES = frozenset({Result.PARTLY, Result.NOT_MET})
"""What calls for a reason and a plan."""

Place = tuple[str, tuple[str, ...]]
"""A printed cell: the name of its table, and where it stands in it."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What was found: n of N, both empty where it is not shown or nothing was counted."""

    n: int | None = None
    of: int | None = None


NOTHING = Measured()


@dataclass(frozen=True, slots=True)
class Measure:
    """How one criterion is measured. Cells are added up; without any the figures are the mechanism's own, by its key.

    `target` and `partly` are in percent; where small is good they are upper bounds.
    """

    criterion: str
    indicator: str
    question: Phrase
    words: Phrase
    target: int
    partly: int
    owed_by: Role
    numerator: tuple[Place, ...] = ()
    denominator: tuple[Place, ...] = ()
    small_is_good: bool = False
    evidence: tuple[str, ...] = ()

    @property
    def is_counted(self) -> bool:
        """Tell whether it is no sum of printed cells, but counted for the scorecard alone."""
        return not self.denominator

    @property
    def is_own(self) -> bool:
        """Tell whether it measures what the mechanism itself did, which nobody can be known by."""
        return not any(table in OF_CASES for table, _ in self.denominator)


_ANSWER = str(Clock.ANSWER)
_MET: Place = (TIMELINESS, (ALL, _ANSWER, str(Ending.MET)))
_LATE: Place = (TIMELINESS, (ALL, _ANSWER, str(Ending.LATE)))


def _measure(criterion: str, question: Phrase, *, partly: int, owed_by: Role, **more: Any) -> Measure:
    """Make a measure of what its criterion says of itself: its number, what it counts, and the share to reach."""
    (said,) = (one.indicator for one in CRITERIA if one.key == criterion)
    return Measure(criterion, said.id, question, said.words, said.target_percent, partly, owed_by, **more)


MEASURES: tuple[Measure, ...] = (
    _measure(
        "legitimate", phrase("Do people from outside the company watch over it?"),
        partly=34, owed_by=Role.REVIEWER, evidence=("/registers/panel", "/findings"),
    ),
    _measure(
        "accessible", phrase("Were people told everywhere that it is there?"),
        partly=75, owed_by=Role.ADMIN, evidence=("/registers/outreach",),
    ),
    _measure(
        "predictable", phrase("Does the answer come by the promised day?"),
        partly=75, owed_by=Role.OFFICER, numerator=(_MET,), denominator=(_MET, _LATE),
    ),
    _measure(
        "equitable", phrase("Is the person offered to be heard?"),
        partly=90, owed_by=Role.OFFICER,
        numerator=((TIMELINESS, (ALL, _ANSWER, HEARD)),), denominator=(_MET, _LATE),
    ),
    _measure(
        "transparent", phrase("Does the report come out on time?"),
        partly=90, owed_by=Role.REVIEWER, evidence=("/reports",),
    ),
    _measure(
        "rights_compatible", phrase("Is what was promised really done?"),
        partly=75, owed_by=Role.OFFICER,
        numerator=((COMMITMENTS, ("kept",)),),
        denominator=tuple((COMMITMENTS, (state,)) for state in ("kept", "missed", "disputed")),
        evidence=("/commitments",),
    ),
    _measure(
        "learning", phrase("Is what was learned put into practice?"),
        partly=60, owed_by=Role.OFFICER,
        numerator=((LEARNING, ("actions_done_in_time",)),),
        denominator=tuple(
            (LEARNING, (state,)) for state in ("actions_done_in_time", "actions_done_late", "actions_overdue")
        ),
        evidence=("/registers/lesson", "/registers/action"),
    ),
    _measure(
        "dialogue", phrase("Is what people say about it answered?"),
        partly=75, owed_by=Role.REVIEWER, evidence=("/registers/consultation", "/dialogues"),
    ),
)  # fmt: skip
"""One measure for each criterion, with its threshold: data, with a version, printed with the scorecard."""
FORMER = (
    phrase("Offers to be heard, beside the investigations that were opened in the month"),
    phrase("Cases in which the person was offered to be heard before an answer"),
)
"""Words of measures that are no longer: months that were frozen with them say them still."""
OF_CASES = frozenset({TIMELINESS})
"""Tables whose figures are about cases; the others tell what the mechanism did itself."""


@dataclass(frozen=True, slots=True)
class Row:
    """One criterion as it is printed."""

    measure: Measure
    found: Measured
    result: Result
    counts_as: Result
    earlier: tuple[tuple[Month, Result | None], ...]
    independent: Result | None = None

    @property
    def is_told(self) -> bool:
        """Tell whether n of N is printed: always of what the mechanism did, of cases from ten on."""
        of = self.found.of or 0
        return of >= ENOUGH_FOR_FIGURES or (of > 0 and self.measure.is_own)

    @property
    def percent(self) -> int | None:
        """The share in percent, rounded down; nothing below twenty, and a hundred where n counts more than N."""
        if self.found.n is None or self.found.of is None or self.found.of < ENOUGH_FOR_PERCENT:
            return None
        return min(100, 100 * self.found.n // self.found.of)

    @property
    def is_missed(self) -> bool:
        """Tell whether it calls for a reason and a plan."""
        return self.counts_as in MISSES or self.independent in MISSES

    def plain(self, month: Month) -> dict[str, Any]:
        """The row as a release freezes it."""
        criterion = next(c for c in CRITERIA if c.key == self.measure.criterion)
        tables = dict.fromkeys(name for name, _ in (*self.measure.numerator, *self.measure.denominator))
        csv = [f"/reports/{month}/tables/{name}.csv" for name in tables if self.found.of is not None]
        return {
            "criterion": criterion.key,
            "principle": criterion.principle,
            "name": in_words(criterion.name),
            "question": in_words(self.measure.question),
            "indicator": self.measure.indicator,
            "measure": in_words(self.measure.words),
            "n": self.found.n if self.is_told else None,
            "of": self.found.of if self.is_told else None,
            "percent": self.percent,
            "few": bool(self.found.of) and not self.is_told,
            "target": self.measure.target,
            "partly": self.measure.partly,
            "small_is_good": self.measure.small_is_good,
            "result": str(self.result),
            "counts_as": str(self.counts_as),
            "earlier": [[str(at), None if was is None else str(was)] for at, was in self.earlier],
            "independent": None if self.independent is None else str(self.independent),
            "owed_by": str(self.measure.owed_by),
            "evidence": [*csv, *self.measure.evidence],
        }


def score(
    month: Month,
    tables: Iterable[Table],
    own: Mapping[str, Measured],
    earlier: Iterable[Release],
    *,
    independent: Mapping[str, Result] | None = None,
) -> tuple[Row, ...]:
    """Score the eight criteria of a month.

    Args:
        month: the month.
        tables: what is printed of that month; tables of requests for information are not read.
        own: what the mechanism itself did and no table says, by criterion.
        earlier: earlier releases; the two months before are read.
        independent: what the independent reviewer says, by criterion, where it differs.
    """
    printed = {table.name: table for table in tables if table.kind != Kind.INFORMATION_REQUEST}
    before = {release.month: _results(release) for release in earlier}
    rows = []
    for measure in MEASURES:
        found = own.get(measure.criterion, NOTHING) if measure.is_counted else _found(measure, printed)
        then = tuple((m, before.get(m, {}).get(measure.criterion)) for m in (month.previous, month.back(2)))
        result = judge(measure, found)
        said = (independent or {}).get(measure.criterion)
        rows.append(
            Row(measure, found, result, _counts_as(result, then), then, said if said != result else None)
        )
    return tuple(rows)


def judge(measure: Measure, found: Measured) -> Result:
    """Compare n of N with the target, without rounding."""
    if found.n is None or not found.of:
        return Result.NO_DATA
    share, of = 100 * found.n, found.of
    if measure.small_is_good:
        if share <= measure.target * of:
            return Result.MET
        return Result.PARTLY if share <= measure.partly * of else Result.NOT_MET
    if share >= measure.target * of:
        return Result.MET
    return Result.PARTLY if share >= measure.partly * of else Result.NOT_MET


def plain(rows: Sequence[Row], month: Month) -> dict[str, Any]:
    """The scorecard as a release freezes it."""
    results = [row.result for row in rows]
    return {
        "version": VERSION,
        "rows": [row.plain(month) for row in rows],
        "counts": {str(result): results.count(result) for result in Result},
    }


def in_words(said: Phrase) -> dict[str, Any]:
    """A sentence as a release freezes it."""
    return {"msgid": said.msgid, "blanks": dict(said.blanks)}


def _found(measure: Measure, printed: Mapping[str, Table]) -> Measured:
    n, of = _sum(measure.numerator, printed), _sum(measure.denominator, printed)
    return NOTHING if n is None or of is None else Measured(n, of)


def _sum(places: Iterable[Place], printed: Mapping[str, Table]) -> int | None:
    """Add cells up; one that is not shown, or a table that is not there, hides the sum."""
    found = [printed[name].value(*at) if name in printed else None for name, at in places]
    return None if None in found else sum(filter(None, found))


def _results(release: Release) -> dict[str, Result]:
    rows = release.document.get("scorecard", {}).get("rows", ())
    return {row["criterion"]: Result(row["result"]) for row in rows}


def _counts_as(result: Result, then: Sequence[tuple[Month, Result | None]]) -> Result:
    silent = [was for _, was in then if was is Result.NO_DATA]
    return Result.NOT_MET if result is Result.NO_DATA and len(silent) >= MONTHS_WITHOUT_DATA else result
