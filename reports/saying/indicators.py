"""The forty indicators (standards 1.3) as data: what each is made of, or why nothing is made of it.

They are computed from printed cells alone, so an indicator tells nothing that the tables do not; a share is said only
from twenty on. What is hidden in a cell hides every indicator made of it. Where all its cells are printed by company, or
others that say the same by site, it is made of each of them as well.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from grievance.vocabulary import Kind
from reports import tables
from reports.saying.definitions import BY_QUARTER
from reports.tables import ALL, BY_SITE, LATENESS, SPECS, VERY_LATE
from translations import Phrase, phrase

A_YEAR = 12
SURVEYED = phrase(
    "Who answered 4 or 5 of 5 in the opinion survey that ended in the month. It is about no case."
)
_NOT_WRITTEN = phrase("It is not written down.")
_THEIRS = phrase(
    "Who advises a person is theirs to know: nobody asks it, and no entry says it. Everybody gets the list of free "
    "advisers before their yes counts."
)
_NAMELESS = phrase(
    "Every complaint comes without one, and nobody is asked. Too few want to be known to the company for that to be told."
)
_PLACES = phrase("Places are erased after two years, so nobody could count it again.")
_DANGER = phrase("People in danger stand in no figure of a month.")
SCORED = phrase("It is counted for the month's result of its criterion.")
_APART = phrase("What people say of themselves is joined with nothing else, so groups cannot be compared.")
FORMER = (
    phrase("It is not asked: nobody has to say who they are."),
    phrase("Only opinion surveys ask that, and about no case."),
    phrase("The clock notes it of each case on the thirtieth day, and no table counts it."),
    phrase("It is written down in each case, and no table counts it."),
    phrase("Who works at a desk changes without an entry, so nobody could count it again."),
)
"""Reasons that hold no longer: months that were frozen with them say them still."""
_RULE = phrase("A rule of the system sees to it, so there is nothing to count.")


@dataclass(frozen=True, slots=True)
class Of:
    """A printed cell: its table, where it stands in it, and of which kind of case."""

    table: str
    at: tuple[str, ...]
    kind: str = str(Kind.GRIEVANCE)

    @property
    def term(self) -> str:
        """Where it stands as files write it: `timeliness/grievance/operator=all/clock=answer/measure=met`."""
        where = (f"{d}={member}" for d, member in zip(SPECS[self.table].dimensions, self.at, strict=True))
        return "/".join((self.table, self.kind, *where))


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator: sums of printed cells over each other; or, where it has no numerator, why there is none.

    `target` is a share of a hundred to reach, or not to pass where `at_most`. `months`: how many it adds up, the
    newest first. `each`: it is so many for each one of the second, and no share. `scored`: it is counted for the
    scorecard and read from its row. `asked`: the question of the opinion survey whose answers it counts. `source`: where
    the measure comes from.
    """

    id: str
    criterion: str
    name: Phrase
    numerator: tuple[Of, ...] = ()
    denominator: tuple[Of, ...] = ()
    target: int | None = None
    at_most: bool = False
    months: int = 1
    each: bool = False
    why_not: Phrase | None = None
    scored: bool = False
    asked: str = ""
    source: str = "standards"


def _stock(measure: str) -> Of:
    return Of(tables.STOCK_FLOW, (ALL, measure))


def _time(clock: str, *measures: str) -> tuple[Of, ...]:
    return tuple(Of(tables.TIMELINESS, (ALL, clock, measure)) for measure in measures)


def _cells(table: str, *members: str, kind: Kind = Kind.GRIEVANCE) -> tuple[Of, ...]:
    return tuple(Of(table, (member,), str(kind)) for member in members)


def _danger(measure: str) -> tuple[Of, ...]:
    return _cells(tables.PROTECTION, measure, kind=Kind.MECHANISM)


_ENDS = _cells(tables.ANSWERS_BY_TYPE, ALL)
_AGREED = _cells(tables.ANSWERS_BY_TYPE, "resolved_implemented", "explained_accepted")
_BY_OTHERS = _cells(
    tables.ANSWERS_BY_TYPE, "not_upheld_by_independent_reviewer", "no_contact", "out_of_scope_explained"
)
_ANSWERS = _time("answer", "met", "late")
_OWN = str(Kind.MECHANISM)
_FAILED = Of(tables.FAILED_ATTEMPTS, (ALL,), _OWN)
_LEGITIMATE, _ACCESSIBLE, _PREDICTABLE, _EQUITABLE = "legitimate", "accessible", "predictable", "equitable"
_TRANSPARENT, _RIGHTS, _LEARNING, _DIALOGUE = "transparent", "rights_compatible", "learning", "dialogue"

INDICATORS: tuple[Indicator, ...] = (
    Indicator("I-01", _LEGITIMATE, phrase("Trust"), target=60, asked="trust"),
    Indicator(
        "I-02", _LEGITIMATE, phrase("Conflicts of interest that were found"),
        (*_cells(tables.GUARDS, "G01"), *_cells(tables.BY_STATE, "recuse")),
    ),
    Indicator(
        "I-03", _LEGITIMATE, phrase("Ended by the person's yes or by a reviewer"), (*_AGREED, *_BY_OTHERS), _ENDS, 90
    ),
    Indicator(
        "I-04", _LEGITIMATE, phrase("Answers that reviewers changed or annulled"),
        _cells(tables.REVIEWS_DECIDED, "modify", "revoke"), _cells(tables.REVIEWS_DECIDED, ALL), 40, at_most=True,
    ),
    Indicator("I-05", _LEGITIMATE, phrase("Outside seats that came to the panel"), target=50, scored=True),
    Indicator("I-06", _ACCESSIBLE, phrase("Places that were reached"), target=100, scored=True),
    Indicator("I-07", _ACCESSIBLE, phrase("Contacts for every thousand people"), why_not=_PLACES),
    Indicator(
        "I-08", _ACCESSIBLE, phrase("Attempts that failed"), (_FAILED,),
        (_FAILED, Of(tables.QUARTER_SITE_THEME, (ALL, ALL))), 2, at_most=True,
    ),
    Indicator("I-09", _ACCESSIBLE, phrase("Complaints without a name"), why_not=_NAMELESS),
    Indicator("I-10", _ACCESSIBLE, phrase("How people heard of it"), why_not=BY_QUARTER),
    Indicator("I-11", _ACCESSIBLE, phrase("Answered in the person's language"), why_not=_RULE),
    Indicator("I-12", _ACCESSIBLE, phrase("People who know how to complain"), target=70, asked="number"),
    Indicator(
        "I-13", _PREDICTABLE, phrase("Acknowledged in time"), _time("acknowledge", "met"),
        _time("acknowledge", "met", "late"), 95,
    ),
    Indicator("I-14", _PREDICTABLE, phrase("Answers in time"), _time("answer", "met"), _ANSWERS, 88),
    Indicator("I-15", _PREDICTABLE, phrase("Days to the answer, half of them"), _time("answer", "median_days")),
    Indicator(
        "I-15b", _PREDICTABLE, phrase("Days to the answer, nine of ten"), _time("answer", "p90_days")
    ),
    Indicator(
        "I-16", _PREDICTABLE, phrase("Answers with a later date"), _time("answer", "extended"), _ANSWERS, 15,
        at_most=True,
    ),
    Indicator(
        "I-16b", _PREDICTABLE, phrase("Answers that waited for the person"), _time("answer", "paused"), _ANSWERS,
        15, at_most=True,
    ),
    Indicator(
        "I-17", _TRANSPARENT, phrase("Open cases with news in thirty days"), _time(tables.NEWS, tables.TOLD),
        (_stock("closing"),), 95,
    ),
    Indicator(
        "I-18", _PREDICTABLE, phrase("Open cases with a missed date"),
        tuple(Of(tables.OVERDUE_BANDS, (ALL, band)) for band in (*LATENESS, VERY_LATE)), (_stock("closing"),),
    ),
    Indicator(
        "I-19", _EQUITABLE, phrase("Offered to be heard"), _time("answer", tables.HEARD), _ANSWERS, 100,
    ),
    Indicator("I-20", _EQUITABLE, phrase("Outside advisers"), why_not=_THEIRS),
    Indicator("I-21", _EQUITABLE, phrase("Differences between groups of people"), why_not=_APART),
    Indicator("I-22", _EQUITABLE, phrase("Answers to every question"), why_not=_RULE),
    Indicator("I-23", _TRANSPARENT, phrase("Reports in time"), target=100, scored=True),
    Indicator(
        "I-24", _TRANSPARENT, phrase("Requests answered in full or in part"),
        _cells(tables.ANSWERS_BY_TYPE, "full", "partial", kind=Kind.INFORMATION_REQUEST),
        _cells(tables.ANSWERS_BY_TYPE, ALL, kind=Kind.INFORMATION_REQUEST),
    ),
    Indicator("I-25", _TRANSPARENT, phrase("Figures that are not shown")),
    Indicator(
        "I-26", _RIGHTS, phrase("Answers that explain and promise nothing"), _cells(tables.REMEDIES, "explained")
    ),
    Indicator(
        "I-27", _RIGHTS, phrase("Commitments to communities that were kept"),
        (Of(tables.COMMITMENTS, ("kept",), _OWN),),
        tuple(Of(tables.COMMITMENTS, (state,), _OWN) for state in ("kept", "missed", "disputed")), 90,
    ),
    Indicator(
        "I-28", _RIGHTS, phrase("Safe contact within a day"), _danger(tables.CONTACT_IN_TIME),
        _danger(tables.CONTACT_DUE), 100,
    ),
    Indicator("I-29", _RIGHTS, phrase("Reprisals"), why_not=_DANGER),
    Indicator("I-30", _RIGHTS, phrase("Attempts to make people give up a right"), _cells(tables.GUARDS, "G23")),
    Indicator(
        "I-31", _LEARNING, phrase("The same cause in the same place again"),
        _cells(tables.REPEATED, "again"), _cells(tables.REPEATED, ALL),
    ),
    Indicator(
        "I-32", _LEARNING, phrase("Actions done by their date"),
        (Of(tables.LEARNING, ("actions_done_in_time",), _OWN),),
        tuple(Of(tables.LEARNING, (m,), _OWN) for m in ("actions_done_in_time", "actions_done_late", "actions_overdue")),
        80,
    ),
    Indicator(
        "I-33", _LEARNING, phrase("Cases that were opened again, in twelve months"), (_stock("reopened"),),
        (_stock("closed"),), 10, at_most=True, months=A_YEAR,
    ),
    Indicator("I-34", _LEARNING, phrase("Whether people are content"), why_not=BY_QUARTER),
    Indicator("I-35", _DIALOGUE, phrase("Cases that ended by agreement"), _AGREED, _ENDS),
    Indicator("I-36", _DIALOGUE, phrase("What people said and was answered"), target=90, scored=True),
    Indicator(
        "I-37", _PREDICTABLE, phrase("Solved, of the cases that ended"), _AGREED, (_stock("closed"),), 85
    ),
    Indicator(
        "I-38", _EQUITABLE, phrase("Reviews for every hundred answers"),
        _cells(tables.REVIEWS_FILED, "internal", "independent"), _ANSWERS,
    ),
    Indicator(
        "I-39", _LEGITIMATE, phrase("Cases that a third party looked at again"), _cells(tables.LOOKED_AGAIN, "yes"),
        _cells(tables.LOOKED_AGAIN, ALL),
    ),
    Indicator(
        "I-40", _LEGITIMATE, phrase("Open cases for each officer"), (_stock("closing"),),
        (Of(tables.OFFICERS, (ALL,), _OWN),), 40, at_most=True, each=True,
    ),
)  # fmt: skip

OPERATOR, SITE = "operator", "site"
_OF_A_SITE: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "I-14": (("answered_in_time",), ("answered_in_time", "answered_late")),
}
"""By indicator the measures of a site that say the same; which acknowledgements were late is not printed by site."""


def made_of(dimension: str, member: str) -> tuple[Indicator, ...]:
    """List the indicators that are made of one company or of one site, in their order, each of its own cells.

    Args:
        dimension: `operator` or `site`.
        member: the key of the company or of the site.
    """
    if dimension == SITE:
        return tuple(
            replace(
                one,
                numerator=_at_a_site(member, _OF_A_SITE[one.id][0]),
                denominator=_at_a_site(member, _OF_A_SITE[one.id][1]),
            )
            for one in INDICATORS
            if one.id in _OF_A_SITE
        )
    return tuple(
        replace(one, numerator=_of(member, one.numerator), denominator=_of(member, one.denominator))
        for one in INDICATORS
        if one.numerator and all(_is_by_operator(cell) for cell in (*one.numerator, *one.denominator))
    )


def _at_a_site(site: str, measures: tuple[str, ...]) -> tuple[Of, ...]:
    return tuple(Of(BY_SITE, (site, measure)) for measure in measures)


def _is_by_operator(cell: Of) -> bool:
    return SPECS[cell.table].dimensions[0] == OPERATOR


def _of(operator: str, cells: tuple[Of, ...]) -> tuple[Of, ...]:
    return tuple(replace(cell, at=(operator, *cell.at[1:])) for cell in cells)
