"""31(e) Transparent: the person is told, and the public sees whether the mechanism keeps its word."""

from datetime import timedelta

from grievance.vocabulary import Step
from translations import Phrase, phrase
from workflows.criterion import Criterion, Indicator, Move, done, guard, since_opened

SILENCE = timedelta(days=30)


@guard("G21", steps=(Step.EXTEND,), reads=("case", "on", "owed"))
def nobody_waits_in_silence(move: Move) -> Phrase | None:
    """G21: whoever takes more time tells the person in the same step, so that no case is silent for 30 days."""
    told = move.case.last_told_on or move.case.received_on
    if not move.owed and move.on > told + SILENCE:
        return phrase("The person has heard nothing for 30 days. Write to them first.")
    return None


@guard("G22", steps=(Step.CLOSE,), reads=("entries", "reached", "attempts", "pull"))
def they_know_how_it_ended(move: Move) -> Phrase | None:
    """G22: a case closes after a closing letter (reasons, remedy, how to reopen, outside bodies) reached the person."""
    letters = [
        e for e in done(since_opened(move.entries), Step.UPDATE) if e.facts.get("purpose") == "closing_letter"
    ]
    if not letters:
        return phrase("Send the closing letter first: what was decided, what was done, how to open it again.")
    if "closing_letter" in move.reached or move.pull or move.attempts.get("closing_letter", 0) >= 3:  # noqa: PLR2004  as G11
        return None
    return phrase("The closing letter has not reached the person yet.")


CRITERION = Criterion(
    key="transparent",
    principle="31(e)",
    name=phrase("Transparent"),
    promise=phrase(
        "You are told of every step. Every month we publish what arrived, what was answered and what was late."
    ),
    guards=(nobody_waits_in_silence, they_know_how_it_ended),
    indicator=Indicator(
        id="I-17",
        words=phrase("Closed cases whose person got a closing letter"),
        numerator=("letter:closing",),
        denominator=("step:close",),
        target_percent=95,
    ),
)
