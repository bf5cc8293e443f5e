"""The tables of a month: which there are, which cells they have, and how they stand in a frozen release.

The lattice is fixed (trust A4): a table has the same cells every month whatever happened, so that the
presence of a row says nothing. Protected cases stand in none of them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from grievance.vocabulary import Clock, Ending, Kind

ALL = "all"
UNROUTED = "unrouted"
NOT_STATED = "not_stated"

PROVISIONAL = "provisional"
FINAL = "final"
SUPPRESSED = "suppressed"

STOCK_FLOW, BY_ENTRY, BY_THEME, TIMELINESS = "stock_flow", "by_entry", "by_theme", "timeliness"
BY_SITE, QUARTER_SITE_THEME, YEAR_SITE_THEME = "by_site", "quarter_site_theme", "year_site_theme"
ANSWERS_BY_TYPE, BY_STATE, OVERDUE_BANDS, OPEN_AGE = (
    "answers_by_type",
    "by_state",
    "overdue_bands",
    "open_age",
)
REVIEWS_FILED, REVIEWS_DECIDED, COMPLIANCE = "reviews_filed", "reviews_decided", "compliance"
LOOKED_AGAIN = "looked_again"
REVIEWS_HANDLED, REVIEW_TIMES = "reviews_handled", "review_times"
REMEDIES, GUARDS, CAUSES, PROTECTION = "remedies", "guards", "causes", "protection"
CORRECTIONS = "corrections"
REPEATED, REVIEWS_WHY = "repeated", "reviews_why"
FAILED_ATTEMPTS = "failed_attempts"
LEARNING, COMMITMENTS, OUTREACH, AIRTIME, ACCESS = "learning", "commitments", "outreach", "airtime", "access"
OFFICERS = "officers"
SITE_THEME = "site_theme"
"""What is received by site and theme in a month: measured, and never printed."""
COMING = ("opening", "received", "reopened", "moved_in")
GOING = ("closed", "moved_out", "closing")
STOCK = (*COMING, *GOING)
AT_A_SITE = ("received", "acknowledged_in_time", "answered_in_time", "answered_late", "closed")
CLOCKS = (Clock.ACKNOWLEDGE, Clock.ANSWER)
"""Clocks whose ends are printed in this issue; the rollups hold them all."""
ENDINGS = tuple(str(ending) for ending in Ending)
DAYS = ("median_days", "p90_days")
NET_DAYS = ("median_net_days", "p90_net_days")
"""The same without the days for which a clock stood still because the person had the word."""
TOUCHED = ("extended", "paused")
"""Of the clocks that were met or late: how many had been extended, how many had stood still."""
HEARD = "heard"
"""Of the first answers to complaints: how many people had been offered to be heard before."""
NEWS, TOLD = "news", "told"
"""Of what was open at the end: how many people somebody had written to in the last thirty days."""
NEWS_WITHIN = 30
PROTECTED, CONTACT_DUE, CONTACT_IN_TIME = "cases", "contact_due", "contact_in_time"
"""Of people in danger in a year: cases, contacts that were owed to somebody, and those that came within a day."""
HANDLING = (str(Ending.STOPPED), str(Ending.CLOSED), *TOUCHED)
"""Measures of a clock that tell what became of a case (it went to review, it was ended, its person was asked): masked."""
LATENESS: Mapping[str, int] = {"late_1_14": 14, "late_15_28": 28, "late_29_56": 56}
NOT_LATE, VERY_LATE = "not_late", "late_over_56"
AGES: Mapping[str, int] = {"age_0_30": 31, "age_31_60": 61, "age_61_90": 91, "age_91_180": 181}
OLDEST = "age_over_180"
"""Bands of days of the calendar, each with the first day that is no longer in it."""


class Every(StrEnum):
    """How long a period a table is about; its CSV names the period in a column of that name."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


class Rule(StrEnum):
    """What may be printed of a table (DESIGN 8)."""

    ACCOUNT = "account"
    """How cases were handled, by operator and above: exactly, zeros included, from ten people behind the row on."""
    PEOPLE = "people"
    """What people complained of, where and how, and how it ended: 0 to 4 people alike are not shown."""
    OWN = "own"
    """What the mechanism itself did, which nobody can be known by: as it is."""
    FEW = "few"
    """What stands in no sum with another figure: told from five on, else nothing, nought or not."""
    DANGER = "danger"
    """Cases of people in danger: once a year, for the whole, a count from ten people on, else nothing, nought or not."""


@dataclass(frozen=True, slots=True)
class Spec:
    """A table of the fixed lattice: its name, its number in the list of tables, what its cells are told apart by."""

    name: str
    code: str
    dimensions: tuple[str, ...]
    rule: Rule
    every: Every = Every.MONTH


SPECS: Mapping[str, Spec] = {
    spec.name: spec
    for spec in (
        Spec(STOCK_FLOW, "T01", ("operator", "measure"), Rule.ACCOUNT),
        Spec(BY_ENTRY, "T02", ("channel",), Rule.PEOPLE),
        Spec(FAILED_ATTEMPTS, "T02", ("channel",), Rule.FEW, Every.QUARTER),
        Spec(BY_THEME, "T03", ("theme",), Rule.PEOPLE),
        Spec(TIMELINESS, "T06", ("operator", "clock", "measure"), Rule.ACCOUNT),
        Spec(ANSWERS_BY_TYPE, "T05", ("answer",), Rule.PEOPLE),
        Spec(BY_STATE, "T04", ("step",), Rule.PEOPLE),
        Spec(OVERDUE_BANDS, "T07", ("operator", "band"), Rule.ACCOUNT),
        Spec(OPEN_AGE, "T07", ("band",), Rule.PEOPLE),
        Spec(REVIEWS_FILED, "T08", ("review",), Rule.PEOPLE),
        Spec(REVIEWS_WHY, "T08", ("why",), Rule.PEOPLE, Every.QUARTER),
        Spec(REVIEWS_DECIDED, "T09", ("ruling",), Rule.PEOPLE),
        Spec(REVIEWS_HANDLED, "T09", ("measure",), Rule.PEOPLE),
        Spec(LOOKED_AGAIN, "T09", ("again",), Rule.PEOPLE),
        Spec(COMPLIANCE, "T10", ("verdict",), Rule.PEOPLE),
        Spec(REMEDIES, "T15", ("measure",), Rule.PEOPLE),
        Spec(GUARDS, "T17", ("guard",), Rule.PEOPLE),
        Spec(CAUSES, "T18", ("cause",), Rule.PEOPLE),
        Spec(CORRECTIONS, "T20", ("reason",), Rule.PEOPLE),
        Spec(BY_SITE, "T11", ("site", "measure"), Rule.PEOPLE),
        Spec(QUARTER_SITE_THEME, "T03", ("site", "theme"), Rule.PEOPLE, Every.QUARTER),
        Spec(YEAR_SITE_THEME, "T03", ("site", "theme"), Rule.PEOPLE, Every.YEAR),
        Spec(REVIEW_TIMES, "T09", ("measure",), Rule.PEOPLE, Every.QUARTER),
        Spec(REPEATED, "T18", ("repeat",), Rule.PEOPLE, Every.QUARTER),
        Spec(LEARNING, "T18", ("measure",), Rule.OWN),
        Spec(COMMITMENTS, "T15", ("state",), Rule.OWN),
        Spec(OUTREACH, "T19", ("medium", "measure"), Rule.OWN),
        Spec(AIRTIME, "T19", ("language", "measure"), Rule.OWN),
        Spec(ACCESS, "T19", ("measure",), Rule.OWN),
        Spec(OFFICERS, "T11", ("operator",), Rule.OWN),
        Spec(PROTECTION, "T16", ("measure",), Rule.DANGER, Every.YEAR),
    )
}
"""Every table there is, in printed order. A table is never taken out or given other dimensions: it gets another name."""


def rule_of(table: str, at: tuple[str, ...]) -> Rule:
    """What may be printed of a cell: the rule of its table, but that of people where an account tells how a case ended."""
    rule = SPECS[table].rule
    return Rule.PEOPLE if rule is Rule.ACCOUNT and at[-1] in HANDLING and table == TIMELINESS else rule


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure: where it stands in each dimension, and its value, or `None` where it is not shown."""

    at: tuple[str, ...]
    value: int | None

    def status(self, of_release: str) -> str:
        """`suppressed` where it is not shown, else whether its release is `final` or may still change."""
        if self.value is None:
            return SUPPRESSED
        return FINAL if of_release == FINAL else PROVISIONAL


@dataclass(frozen=True, slots=True)
class Table:
    """A named table of cells about one kind of case and one period, in the order in which they are printed."""

    name: str
    cells: tuple[Cell, ...]
    kind: str = str(Kind.GRIEVANCE)
    period: str = ""
    """The quarter (`2026-Q4`) or year (`2026`) it is about; empty where that is the month of its release."""

    @property
    def dimensions(self) -> tuple[str, ...]:
        """What its cells are told apart by."""
        return SPECS[self.name].dimensions

    def value(self, *at: str) -> int | None:
        """The figure that stands there; `None` where it is not shown, or not in the table."""
        return next((cell.value for cell in self.cells if cell.at == at), None)

    def members(self, dimension: str) -> tuple[str, ...]:
        """Who stands in a dimension, in printed order, each once."""
        place = self.dimensions.index(dimension)
        return tuple(dict.fromkeys(cell.at[place] for cell in self.cells))

    def plain(self, of_release: str) -> dict[str, Any]:
        """The table as a release of that status freezes it."""
        return {
            "name": self.name,
            "kind": self.kind,
            "period": self.period,
            "dimensions": list(self.dimensions),
            "cells": [
                {
                    **dict(zip(self.dimensions, cell.at, strict=True)),
                    "value": cell.value,
                    "status": cell.status(of_release),
                }
                for cell in self.cells
            ],
        }


def read(plain: Mapping[str, Any]) -> Table:
    """Read a table back from a frozen release."""
    return Table(
        plain["name"],
        tuple(Cell(tuple(cell[d] for d in plain["dimensions"]), cell["value"]) for cell in plain["cells"]),
        kind=plain["kind"],
        period=plain["period"],
    )


def hidden(cells: Iterable[Cell]) -> int:
    """Count the figures that are not shown."""
    return sum(cell.value is None for cell in cells)
