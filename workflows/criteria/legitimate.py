"""31(a) Legitimate: nobody is judge in their own case, and the company alone never says no."""

from grievance.vocabulary import CASE_KINDS, Role, Sense, State, Step
from translations import Phrase, phrase
from workflows.criterion import ANYTHING, Criterion, Indicator, Move, guard

_BY_PEOPLE = ANYTHING - {Step.RECUSE, Step.RECEIVE}
_COMPANY_SENSES = (Sense.RESOLVED_IMPLEMENTED, Sense.EXPLAINED_ACCEPTED)


@guard("G01", steps=_BY_PEOPLE, reads=("actor", "entries"))
def nobody_handles_a_case_about_themselves(move: Move) -> Phrase | None:
    """G01: who was recused from a case, by themselves or by a reviewer, takes no step in it."""
    recused = {e.facts.get("recused") for e in move.entries if e.step == Step.RECUSE and not e.refused}
    if move.actor.id and move.actor.id in recused:
        return phrase("You are recused from this case. Somebody else must take this step.")
    return None


@guard(
    "G03",
    steps=(Step.CLOSE, Step.CONFIRM_ANSWER, Step.RULE_OUT_OF_SCOPE, Step.CLOSE_NO_CONTACT),
    reads=("actor", "facts"),
)
def the_company_never_closes_against_the_person(move: Move) -> Phrase | None:
    """G03: an officer ends a case only as the complainant already said; a negative end is the reviewer's."""
    sense = move.facts.get("sense")
    if move.actor.role == Role.REVIEWER:
        return None
    if sense in _COMPANY_SENSES:
        return None
    return phrase("Only the independent reviewer may close a case against the person who complained.")


@guard("G05", steps=ANYTHING - {Step.RECEIVE}, reads=("entries", "case"))
def the_record_is_whole(move: Move) -> Phrase | None:
    """G05: replaying the entries gives the state the case is in; else nothing moves until a reviewer looked."""
    if move.case.kind not in CASE_KINDS or not move.entries:
        return phrase("This case has no record. A reviewer must look at it first.")
    state = State.NEW
    for past in move.entries:
        if past.start != state:
            return phrase("The record of this case is broken. A reviewer must look at it first.")
        state = past.to
    if state != move.case.state:
        return phrase("The record of this case is broken. A reviewer must look at it first.")
    return None


CRITERION = Criterion(
    key="legitimate",
    principle="31(a)",
    name=phrase("Legitimate"),
    promise=phrase(
        "The company cannot end your case against you. If you disagree, an independent person decides."
    ),
    guards=(
        nobody_handles_a_case_about_themselves,
        the_company_never_closes_against_the_person,
        the_record_is_whole,
    ),
    indicator=Indicator(
        id="I-03",
        words=phrase("Cases that ended by the person's own word or by an independent decision"),
        numerator=(
            "sense:resolved_implemented",
            "sense:explained_accepted",
            "sense:not_upheld_by_independent_reviewer",
            "sense:withdrawn_confirmed",
            "sense:referred_accepted",
            "sense:out_of_scope_explained",
            "sense:erased_by_person",
            "sense:joined_by_person",
        ),
        denominator=("closed",),
        target_percent=90,
    ),
)
