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


@guard("G35", gate="publish", reads=("values", "certified"))
def only_figures_leave_the_house(move: Move) -> Phrase | None:
    """G35: what is published is figures and nothing anybody wrote, masked so that no row speaks of one person."""
    if not all(value is None or (isinstance(value, int) and value >= 0) for value in move.values):
        return phrase("Only figures are published, never what anybody wrote.")
    if not move.certified:
        return phrase("These figures could show who somebody is. Hide more of them.")
    return None


@guard("G42", gate="publish", reads=("problems",))
def a_month_adds_up(move: Move) -> Phrase | None:
    """G42: a month is published when it adds up, and nothing else stops it."""
    if not move.problems:
        return None
    return phrase("The figures of this month contradict each other. Find out why before they are published.")


@guard("G42b", gate="publish", reads=("late", "gap"), stops=False)
def a_late_month_says_so(move: Move) -> Phrase | None:
    """G42: a month that comes late, or after one that never came, says so in print."""
    if move.late:
        return phrase("This report came later than the tenth working day.")
    if move.gap:
        return phrase("The month before was not published.")
    return None


CRITERION = Criterion(
    key="transparent",
    principle="31(e)",
    name=phrase("Transparent"),
    promise=phrase(
        "You are told of every step. Every month we publish what arrived, what was answered and what was late."
    ),
    guards=(
        nobody_waits_in_silence,
        they_know_how_it_ended,
        only_figures_leave_the_house,
        a_month_adds_up,
        a_late_month_says_so,
    ),
    indicator=Indicator(
        id="I-23",
        words=phrase("Reports of the last twelve months that came by the tenth working day"),
        target_percent=100,
    ),
)
