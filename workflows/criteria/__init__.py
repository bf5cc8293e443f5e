"""The eight criteria, in the order of the Principle (a) to (h), and the one question asked of all of them."""

from collections.abc import Iterator

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


def guards_of(step: Step) -> Iterator[tuple[Criterion, Guard]]:
    """List the guards that a step has to pass."""
    for criterion in CRITERIA:
        for one in criterion.guards:
            if step in one.steps:
                yield criterion, one


def verdicts(step: Step, evidence: object) -> tuple[dict[str, str], tuple[Refusal, ...]]:
    """Ask every guard of a step: verdicts by guard id (`passed`, `refused`), and all refusals with reasons."""
    said: dict[str, str] = {}
    refusals: list[Refusal] = []
    for criterion, one in guards_of(step):
        reason = one.ask(evidence)
        said[one.id] = "passed" if reason is None else "refused"
        if reason is not None:
            refusals.append(Refusal(guard=one.id, criterion=criterion.key, reason=reason))
    return said, tuple(refusals)
