"""31(g) A source of continuous learning: no case ends without what it taught."""

from grievance.vocabulary import ROOT_CAUSES, Kind, Step
from translations import Phrase, phrase
from workflows.criterion import Criterion, Indicator, Move, done, guard, since_opened


@guard("G30", steps=(Step.CLOSE,), reads=("case", "entries"))
def a_case_teaches_something(move: Move) -> Phrase | None:
    """G30: before closing, a cause from the list, whose work it was, whether it could be avoided, and a lesson.

    A question that was answered has no cause.
    """
    if move.case.kind == Kind.INFORMATION_REQUEST:
        return None
    learned = done(since_opened(move.entries), Step.LEARN)
    if not learned:
        return phrase("Record the cause and the lesson first.")
    facts = learned[-1].facts
    if facts.get("root_cause") not in ROOT_CAUSES or facts.get("lesson") not in ("written", "none_because"):
        return phrase("Choose a cause from the list, and write a lesson or why there is none.")
    if not isinstance(facts.get("contractor"), bool) or not isinstance(facts.get("preventable"), bool):
        return phrase("Say whether a contractor did it, and whether it could have been avoided.")
    return None


@guard("G31", gate="publish", reads=("closed_without_lesson", "clusters_without_action"), stops=False)
def what_comes_back_gets_an_action(move: Move) -> Phrase | None:
    """G31: a month that closed cases without a lesson, or has a cluster without an action, says so in print."""
    if move.closed_without_lesson and move.clusters_without_action:
        return phrase(
            "Cases were closed without a cause and a lesson. "
            "Something happened three times in one place, and nobody decided what to change."
        )
    if move.closed_without_lesson:
        return phrase("Cases were closed without a cause and a lesson.")
    if move.clusters_without_action:
        return phrase("Something happened three times in one place, and nobody decided what to change.")
    return None


CRITERION = Criterion(
    key="learning",
    principle="31(g)",
    name=phrase("A source of continuous learning"),
    promise=phrase(
        "Every case ends with its cause and a lesson, and what happens again and again must get an action."
    ),
    guards=(a_case_teaches_something, what_comes_back_gets_an_action),
    indicator=Indicator(
        id="I-32",
        words=phrase("Improvement actions that were due and were done on time"),
        target_percent=80,
    ),
)
