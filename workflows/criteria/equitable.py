"""31(d) Equitable: the person is heard, has time and help, and their word is their own."""

from datetime import timedelta

from grievance.vocabulary import Role, Step
from translations import Phrase, phrase
from workflows.criterion import Criterion, Indicator, Move, done, guard

COOLING_OFF = timedelta(days=7)
ALWAYS_REOPENS = timedelta(days=365)


@guard("G17", steps=(Step.PROPOSE,), reads=("entries", "reached", "pull"))
def they_were_offered_to_be_heard(move: Move) -> Phrase | None:
    """G17: before an answer the person was offered to be heard and to bring somebody; it reached them, or they spoke."""
    spoke = done(move.entries, Step.TALK, Step.DECLINE, Step.ADD, Step.ASK_REVIEW)
    offered = done(move.entries, Step.HEAR)
    if spoke or (offered and ("hearing" in move.reached or move.pull)):
        return None
    if offered:
        return phrase("The offer to be heard has not reached the person yet.")
    return phrase("Offer the person to be heard first, with somebody at their side if they wish.")


@guard("G19", steps=(Step.ACCEPT, Step.ACCEPT_REFERRAL, Step.WITHDRAW, Step.ERASE, Step.JOIN),
       reads=("actor", "case", "step", "entries", "on"))  # fmt: skip
def their_yes_is_their_own(move: Move) -> Phrase | None:
    """G19: a yes comes with the person's own credential, after the proposal reached them.

    The code of our last message, or the clave; at high severity the clave, and seven days to think.
    """
    if move.actor.role != Role.COMPLAINANT or move.actor.credential not in ("code", "clave"):
        return phrase("Send the 4-digit code of our last message with your answer, or use your clave.")
    if move.step != Step.ACCEPT:
        return None
    proposed = done(move.entries, Step.PROPOSE)
    if not proposed:
        return phrase("There is no proposal to accept yet.")
    if move.case.severity == "high":
        if move.actor.credential != "clave":
            return phrase("This is serious, so we ask for your clave to accept it.")
        if move.on < proposed[-1].on + COOLING_OFF:
            return phrase(
                "Take seven days to think about it. Ask somebody you trust. Then you can accept it."
            )
    return None


@guard("G36", steps=(Step.REOPEN,), reads=("actor", "case", "on"))
def a_closed_case_can_come_back(move: Move) -> Phrase | None:
    """G36: within twelve months the person's word reopens a case; later only a reviewer does."""
    if move.actor.role == Role.REVIEWER:
        return None
    if move.case.closed_on is not None and move.on <= move.case.closed_on + ALWAYS_REOPENS:
        return None
    return phrase("More than twelve months have passed. Ask the independent reviewer to open it again.")


CRITERION = Criterion(
    key="equitable",
    principle="31(d)",
    name=phrase("Equitable"),
    promise=phrase(
        "You are heard before anything is decided, with somebody you trust beside you. Only you can say yes for you."
    ),
    guards=(they_were_offered_to_be_heard, their_yes_is_their_own, a_closed_case_can_come_back),
    indicator=Indicator(
        id="I-19",
        words=phrase("Cases in which the person was offered to be heard before an answer"),
        numerator=("step:hear",),
        denominator=("step:investigate",),
        target_percent=100,
    ),
)
