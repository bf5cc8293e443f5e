"""The eight criteria, in the order of the Principle (a) to (h), and the one question asked of all of them."""

from collections.abc import Iterable, Iterator
from functools import cache

from grievance.vocabulary import Step
from workflows.criteria import (
    accessible,
    dialogue,
    equitable,
    learning,
    legitimate,
    predictable,
    rights_compatible,
    transparent,
)
from workflows.criterion import Criterion, Guard, Refusal

CRITERIA: tuple[Criterion, ...] = (
    legitimate.CRITERION,
    accessible.CRITERION,
    predictable.CRITERION,
    equitable.CRITERION,
    transparent.CRITERION,
    rights_compatible.CRITERION,
    learning.CRITERION,
    dialogue.CRITERION,
)


ALL: tuple[Guard, ...] = tuple(one for criterion in CRITERIA for one in criterion.guards)
"""Every guard there is, of steps and of gates."""


@cache
def guards_of(step: Step) -> tuple[tuple[Criterion, Guard], ...]:
    """List the guards that a step has to pass."""
    return tuple((criterion, one) for criterion in CRITERIA for one in criterion.guards if step in one.steps)


def guards_at(gate: str) -> Iterator[tuple[Criterion, Guard]]:
    """List the guards of a gate: of something that is no step of a case (`workflows.gates`)."""
    for criterion in CRITERIA:
        for one in criterion.guards:
            if one.gate == gate:
                yield criterion, one


def verdicts(step: Step, evidence: object) -> tuple[dict[str, str], tuple[Refusal, ...]]:
    """Ask every guard of a step: verdicts by guard id (`passed`, `refused`, `missing`), and all refusals with reasons.

    `missing` is the word of a guard that stops nothing: it stands in the record, and the step is taken.
    """
    said, refusals, _ = _ask(guards_of(step), evidence)
    return said, refusals


def verdicts_at(
    gate: str, evidence: object
) -> tuple[dict[str, str], tuple[Refusal, ...], tuple[Refusal, ...]]:
    """Ask every guard of a gate: verdicts, refusals, and what is only printed as an omission."""
    return _ask(guards_at(gate), evidence)


def _ask(
    guards: Iterable[tuple[Criterion, Guard]], evidence: object
) -> tuple[dict[str, str], tuple[Refusal, ...], tuple[Refusal, ...]]:
    said: dict[str, str] = {}
    refusals: list[Refusal] = []
    omissions: list[Refusal] = []
    for criterion, one in guards:
        reason = one.ask(evidence)
        said[one.id] = "passed" if reason is None else "refused" if one.stops else "missing"
        if reason is not None:
            found = refusals if one.stops else omissions
            found.append(Refusal(guard=one.id, criterion=criterion.key, reason=reason))
    return said, tuple(refusals), tuple(omissions)
