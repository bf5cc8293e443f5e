"""What a step's entry says that nobody types: it is worked out from the case and from what the step brings."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from grievance import case as cases
from grievance.vocabulary import Step
from workflows import clocks, effects
from workflows.knowing import conflicts, repeats, rulings, settlements
from workflows.knowing.evidence import Evidence
from workflows.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class Brought:
    """What a step brings: its facts and its words, on a day of the site."""

    facts: Mapping[str, Any]
    words: str
    on: date


def worked_out(step: Step, brought: Brought, *, evidence: Evidence, rules: Rulebook) -> dict[str, Any]:
    """Say what is added to the facts of a step; nothing, for most."""
    work_out = _WORKED_OUT.get(step)
    found = {} if work_out is None else work_out(brought, evidence, rules)
    return found | repeats.at_the_end(evidence, brought.on)


def _is_late(_brought: Brought, evidence: Evidence, rules: Rulebook) -> dict[str, Any]:
    """A review is asked for after its days; never while the company itself is late."""
    case, today = evidence.case, evidence.on
    if evidence.calendar is None or any(
        clocks.is_companys(c.name) and clocks.is_overdue(c, today) for c in evidence.clocks
    ):
        return {}
    until = rulings.asked_in_time_until(
        evidence.entries, rules, version=case.procedure_version, calendar=evidence.calendar
    )
    return {"late": True} if until is not None and today > until else {}


def _speaks_of_money(brought: Brought, _evidence: Evidence, _rules: Rulebook) -> dict[str, Any]:
    return {"money": True} if settlements.speaks_of_money(brought.words) else {}


def _dates_moved(brought: Brought, evidence: Evidence, _rules: Rulebook) -> dict[str, Any]:
    """Who takes a withdrawal back finds what was promised, later by the days it stood still."""
    later = effects.later(evidence.commitments, evidence.clocks, on=brought.on)
    return {"moved": later} if later else {}


def _id_of_other(brought: Brought, evidence: Evidence, _rules: Rulebook) -> dict[str, Any]:
    """A case is linked by its id: its number is somebody else's a year later."""
    if evidence.conn is None:
        return {}
    named = str(brought.facts["other"])
    other = cases.get(evidence.conn, named) or cases.by_number(evidence.conn, named)
    return {"other": other.id} if other is not None else {}


def _what_was(brought: Brought, evidence: Evidence, _rules: Rulebook) -> dict[str, Any]:
    """A correction keeps what it replaces, but no place: that stands apart, and is forgotten in time."""
    old = {"severity_was": evidence.case.severity} if "severity" in brought.facts else {}
    return old | ({"corrected": "zone"} if "zone" in brought.facts else {})


def _who_is_left(brought: Brought, evidence: Evidence, _rules: Rulebook) -> dict[str, Any]:
    if evidence.conn is None:
        return {}
    return conflicts.follows(evidence.conn, evidence.case, [*evidence.recusals, brought.facts])


_WORKED_OUT: Mapping[Step, Callable[[Brought, Evidence, Rulebook], dict[str, Any]]] = {
    Step.ASK_INDEPENDENT_REVIEW: _is_late,
    Step.CORRECT: _what_was,
    Step.LINK: _id_of_other,
    Step.PROPOSE: _speaks_of_money,
    Step.RECUSE: _who_is_left,
    Step.REGRET: _dates_moved,
}
