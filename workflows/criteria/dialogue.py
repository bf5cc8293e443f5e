"""31(h) Based on dialogue: talking comes first, the choice is the person's, and a promise is agreed by both."""

from datetime import timedelta

from grievance.vocabulary import Role, State, Step
from translations import Phrase, phrase
from workflows.criterion import Criterion, Indicator, Move, done, guard, since_opened

NOTICE = timedelta(days=30)
_ANY_TIME = (State.PROPOSED, State.IN_DIALOGUE, State.UNDER_REVIEW)


@guard(
    "G33",
    steps=(Step.ASK_INDEPENDENT_REVIEW, Step.ESCALATE),
    reads=("actor", "case", "twice_overdue", "nobody_else"),
)
def judgement_is_their_choice(move: Move) -> Phrase | None:
    """G33: a third party decides when the person chooses it, or the company took twice its time or has nobody to look again."""
    if move.actor.role == Role.COMPLAINANT and move.case.state in _ANY_TIME:
        return None
    if move.twice_overdue or (move.actor.role == Role.CLOCK and move.nobody_else):
        return None
    return phrase(
        "You can ask the independent person once there is an answer, or when the company takes twice its time."
    )


@guard("G33b", steps=(Step.CONFIRM_ANSWER,), reads=("entries", "reached"))
def there_was_an_answer_to_judge(move: Move) -> Phrase | None:
    """A reviewer confirms an answer only if there was one and it reached the person (DESIGN 7)."""
    if not done(since_opened(move.entries), Step.PROPOSE):
        return phrase("The company never gave an answer. There is nothing to confirm.")
    if "proposal" in move.reached:
        return None
    return phrase("The company's answer never reached the person.")


@guard("G18b", steps=(Step.ACCEPT, Step.CARRY_OUT), reads=("entries", "reached"))
def a_commitment_is_agreed_by_both(move: Move) -> Phrase | None:
    """A commitment binds when both sides said yes to the same words: the last proposal, and it reached the person."""
    if not done(move.entries, Step.PROPOSE, Step.ORDER):
        return phrase("There is no proposal to agree on yet.")
    if "proposal" in move.reached or "order" in move.reached:
        return None
    return phrase("The last proposal has not reached the person yet.")


@guard("G32", gate="change_procedure", reads=("first", "consulted", "voted", "announced_on", "on"))
def the_rules_change_with_those_they_are_for(move: Move) -> Phrase | None:
    """G32: the procedure changes after two sessions with users, one of them of women alone, the panel's vote, and 30 days' notice.

    The first procedure of a mechanism changes nothing.
    """
    if move.first:
        return None
    if not move.consulted:
        return phrase("Ask the people it is for first: two sessions at least, one of them for women alone.")
    if not move.voted:
        return phrase("The panel has not voted for this change.")
    if move.announced_on is None or move.on < move.announced_on + NOTICE:
        return phrase("Tell everybody thirty days before the rules change.")
    return None


CRITERION = Criterion(
    key="dialogue",
    principle="31(h)",
    name=phrase("Based on dialogue"),
    promise=phrase(
        "You can always say no and talk. An agreement counts only when both sides said yes to the same words."
    ),
    guards=(
        judgement_is_their_choice,
        there_was_an_answer_to_judge,
        a_commitment_is_agreed_by_both,
        the_rules_change_with_those_they_are_for,
    ),
    indicator=Indicator(
        id="I-36",
        words=phrase("What was said in consultations of the last twelve months and has an answer"),
        target_percent=90,
    ),
)
