"""31(a) Legitimate: nobody is judge in their own case, and the company alone never says no."""

from datetime import timedelta

from grievance.vocabulary import (
    ADMISSIONS,
    CASE_KINDS,
    CORRECTIONS,
    MODULES,
    RULINGS,
    SEVERITIES,
    VEXATIOUS,
    WHY_LATE,
    Role,
    Sense,
    State,
    Step,
)
from translations import Phrase, phrase
from workflows.criterion import ANYTHING, Criterion, Indicator, Move, guard
from workflows.knowing import marks, rulings

_BY_PEOPLE = ANYTHING - {Step.RECUSE, Step.RECEIVE}
_DECIDES = (Step.CONFIRM_ANSWER, Step.ORDER, Step.RETURN)
MOST_CASES = 40
FEWEST_DAYS, MOST_DAYS = timedelta(days=5), timedelta(days=30)
"""How long somebody may be given to complete what they asked for."""


@guard("G01", steps=_BY_PEOPLE, reads=("conflicted",))
def nobody_handles_a_case_about_themselves(move: Move) -> Phrase | None:
    """G01: who was recused, or works in the reporting line of whom the case is about, takes no step in it."""
    if move.conflicted:
        return phrase("You may not handle this case. Somebody else takes this step.")
    return None


@guard("G01b", steps=(Step.ASSIGN, Step.ROUTE, Step.RELEASE), reads=("goes_to_somebody_off", "facts"))
def no_case_goes_to_whom_it_names(move: Move) -> Phrase | None:
    """G01: a case is given to nobody who is off it, and to no desk where everybody is: it stays with the third party."""
    if move.facts.get("release") is False or not move.goes_to_somebody_off:
        return None
    return phrase("Whoever would get this case may not handle it. Give it to somebody else, or keep it here.")


@guard("G01c", steps=(Step.PROPOSE,), reads=("case", "actor", "answered_by"))
def nobody_looks_again_at_their_own_answer(move: Move) -> Phrase | None:
    """G01: who asked the company to look at its answer again gets another pair of eyes, never those that gave it."""
    if move.case.state != State.UNDER_REVIEW or not move.actor.id or move.actor.id != move.answered_by:
        return None
    return phrase(
        "You gave this answer, so somebody else looks at it again. Where nobody else can, the independent entity decides."
    )


@guard("G02", steps=(Step.ASSIGN,), reads=("trained",))
def whoever_takes_it_on_is_trained(move: Move) -> Phrase | None:
    """G02: nobody gets a case without the three trainings (respect, confidentiality, referral) of the last two years."""
    if set(MODULES) <= move.trained:
        return None
    return phrase(
        "Whoever takes this case needs the three trainings of the last two years: respect, confidentiality, referral."
    )


@guard(
    "G03",
    steps=(Step.CLOSE, Step.CONFIRM_ANSWER, Step.RULE_OUT_OF_SCOPE, Step.CLOSE_NO_CONTACT),
    reads=("actor", "facts", "case", "step"),
)
def the_company_never_closes_against_the_person(move: Move) -> Phrase | None:
    """G03: an officer ends a case only as the complainant already said; a negative end is the reviewer's."""
    if move.step != Step.CLOSE:
        against = move.actor.role != Role.REVIEWER
    else:
        as_said = (
            Sense.RESOLVED_IMPLEMENTED if move.case.state == State.VERIFIED else Sense.EXPLAINED_ACCEPTED
        )
        against = move.facts.get("sense") != as_said
    if not against:
        return None
    return phrase("Only the independent reviewer may close a case against the person who complained.")


@guard("G04", steps=_DECIDES, reads=("declared",))
def the_judge_is_nobodys(move: Move) -> Phrase | None:
    """G04: a reviewer decides only with a declaration of independence signed within twelve months."""
    if move.declared:
        return None
    return phrase("Sign your yearly declaration of independence first. Without it you decide nothing.")


@guard("G04b", steps=_DECIDES, reads=("facts", "step"))
def a_ruling_is_one_of_the_list(move: Move) -> Phrase | None:
    """A review is admitted, sent back to be completed or rejected, and ends in a sense of the list (standards 3)."""
    ruling, admission = move.facts.get("ruling"), move.facts.get("admission")
    if ruling not in (None, *RULINGS[move.step]) or admission not in (None, *ADMISSIONS):
        return phrase("Choose what you decide from the list of this step.")
    if admission in ADMISSIONS[1:] and move.step != Step.RETURN:
        return phrase("What was not admitted is sent back. It is neither confirmed nor ordered.")
    return None


@guard("G04d", steps=_DECIDES, reads=("facts", "review", "on"))
def a_review_is_judged_by_what_the_record_says(move: Move) -> Phrase | None:
    """Late is what the record says is late, heard is who was offered to be heard, and who was asked to complete it may.

    A hearing has a day, since the review began.
    """
    review = move.review
    if review is None:
        return None
    if move.facts.get("ruling") == "late_filing" and not review.late:
        return phrase("The person asked in time. It is no reason.")
    if move.facts.get("why_late") not in (None, *WHY_LATE):
        return phrase("Choose from the list why it came late.")
    if review.complete_by is not None and move.on <= review.complete_by:
        return phrase(
            "The person was asked to complete it, and has time until {date}.", date=review.complete_by
        )
    held = move.facts.get("held_on")
    if held is not None and not review.heard:
        return phrase("Offer the person to be heard first. The offer is written down.")
    if held is not None and not review.since.isoformat() <= str(held) <= move.on.isoformat():
        return phrase("Say on which day they were heard: since the review began, and not after today.")
    return None


@guard("G04e", steps=(Step.ASK_TO_COMPLETE,), reads=("facts", "words", "review", "on"))
def what_is_missing_is_asked_for_once(move: Move) -> Phrase | None:
    """A review that lacks something is not thrown out: the person is asked for it, once, with time to answer."""
    if move.review is None or move.review.asked_to_complete:
        return phrase("The person was asked once already. Decide on what is there.")
    if not str(move.words).strip():
        return phrase("Write what is missing, in plain words.")
    until = str(move.facts.get("until"))
    if not (move.on + FEWEST_DAYS).isoformat() <= until <= (move.on + MOST_DAYS).isoformat():
        return phrase("Give the person five days at least, and thirty at most.")
    return None


@guard("G04f", steps=(Step.DISSENT,), reads=("entries", "actor", "words", "declared", "on"))
def who_sees_it_otherwise_did_not_decide_it(move: Move) -> Phrase | None:
    """Another reviewer, who is nobody's either, may say within ten days why they see a decision otherwise; it stands."""
    decision = rulings.decided_by(move.entries)
    if decision is None or move.on > decision.on + rulings.DISSENTING:
        return phrase("There is no decision of the last ten days that nobody has answered yet.")
    if not decision.by or decision.by == move.actor.id:
        return phrase("Whoever decided it cannot also see it otherwise. Another reviewer can.")
    if not move.declared:
        return phrase("Sign your yearly declaration of independence first. Without it you decide nothing.")
    if not str(move.words).strip():
        return phrase("Write how you see it, in plain words.")
    return None


@guard(
    "G04c",
    steps=(*_DECIDES, Step.ASSIGN),
    reads=("step", "case", "judged", "review_limits", "panel_lets_judge"),
)
def no_company_has_a_judge_of_its_own(move: Move) -> Phrase | None:
    """G04: no reviewer decides more than their share of one company's reviews without a note of the panel.

    It counts twelve months and this review with them, and bites only where there are enough to have a share of.
    """
    percent, enough = move.review_limits
    if not percent or (move.step == Step.ASSIGN and move.case.state != State.UNDER_INDEPENDENT_REVIEW):
        return None
    mine, every = (count + 1 for count in move.judged)
    if every < enough or mine * 100 <= percent * every or move.panel_lets_judge:
        return None
    return phrase(
        "This would be more than {percent} % of this company's reviews in twelve months for one reviewer. "
        "Another one decides it, or the panel agrees first.",
        percent=percent,
    )


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


@guard("G05b", steps=(Step.CORRECT,), reads=("facts", "case"))
def a_correction_says_why(move: Move) -> Phrase | None:
    """G05: how serious it is, where it happened and its marks of danger are corrected for a reason of the list.

    The old value stays in the record, and nothing is corrected into what it is already.
    """
    corrected = {key: move.facts[key] for key in ("severity", "zone", "flags") if key in move.facts}
    if not corrected:
        said = "theme" in move.facts or "kind" in move.facts
        return None if said else phrase("Choose what is corrected.")
    if move.facts.get("reason") not in CORRECTIONS:
        return phrase("Choose from the list why it is corrected.")
    severity = corrected.get("severity", SEVERITIES[0])
    if severity not in SEVERITIES or ("severity" in corrected and move.case.severity is None):
        return phrase("Nobody has said yet how serious it is. Assess the case first.")
    if move.case.severity == corrected.get("severity", "") or move.case.zone == corrected.get("zone", ""):
        return phrase("That is what the case says already.")
    return None


@guard("G40", steps=(Step.MARK_VEXATIOUS,), reads=("actor", "facts", "words"))
def nobody_is_called_a_nuisance_lightly(move: Move) -> Phrase | None:
    """G40: only a reviewer marks a case as vexatious, for a reason of the list, and writes why; it is counted."""
    if move.actor.role != Role.REVIEWER:
        return phrase("Only the independent reviewer may say this of a case.")
    if move.facts.get("reason") not in VEXATIOUS or not str(move.words).strip():
        return phrase("Choose a reason from the list and write why. The person may ask for it.")
    return None


@guard("G40b", steps=(Step.APPEAL,), reads=("actor", "entries"))
def a_mark_can_be_taken_to_the_panel(move: Move) -> Phrase | None:
    """G40: whoever's case was marked takes it to the panel by their own word, once for each mark."""
    if move.actor.credential not in ("code", "clave"):
        return phrase("Send the 4-digit code of our last message with your answer, or use your clave.")
    if not marks.can_be_appealed(move.entries):
        return phrase("There is no mark on this case that the panel could look at now.")
    return None


@guard("G40c", steps=(Step.PANEL,), reads=("actor", "entries", "facts", "panel_met"))
def the_panel_rules_on_the_mark(move: Move) -> Phrase | None:
    """G40: a ruling rests on a meeting that the panel held since the appeal, and whoever set the mark writes none."""
    appeal, mark = marks.appeal(move.entries), marks.standing(move.entries)
    if appeal is None or mark is None:
        return phrase("Nobody has asked the panel about this case.")
    if mark.by == move.actor.id:
        return phrase("You set this mark yourself. Somebody else writes down what the panel ruled.")
    if move.facts.get("ruling") not in marks.RULINGS:
        return phrase("Choose what the panel ruled.")
    if not any(on >= appeal.on for on in move.panel_met):
        return phrase(
            "Write the meeting of the panel into its register first: held since the appeal, about this case."
        )
    return None


@guard("G44", steps=(Step.ASSIGN,), reads=("caseload", "panel_allows"))
def nobody_has_more_than_they_can_read(move: Move) -> Phrase | None:
    """G44: whoever has forty open cases gets another one only when the panel noted that they can."""
    if move.caseload < MOST_CASES or move.panel_allows:
        return None
    return phrase("Whoever takes this case has forty open cases already. The panel has to agree first.")


CRITERION = Criterion(
    key="legitimate",
    principle="31(a)",
    name=phrase("Legitimate"),
    promise=phrase(
        "The company cannot end your case against you. If you disagree, an independent person decides."
    ),
    guards=(
        nobody_handles_a_case_about_themselves,
        no_case_goes_to_whom_it_names,
        nobody_looks_again_at_their_own_answer,
        whoever_takes_it_on_is_trained,
        the_company_never_closes_against_the_person,
        the_judge_is_nobodys,
        a_ruling_is_one_of_the_list,
        a_review_is_judged_by_what_the_record_says,
        what_is_missing_is_asked_for_once,
        who_sees_it_otherwise_did_not_decide_it,
        no_company_has_a_judge_of_its_own,
        the_record_is_whole,
        a_correction_says_why,
        nobody_is_called_a_nuisance_lightly,
        a_mark_can_be_taken_to_the_panel,
        the_panel_rules_on_the_mark,
        nobody_has_more_than_they_can_read,
    ),
    indicator=Indicator(
        id="I-05",
        words=phrase(
            "Seats at the panel's meetings of the last ninety days that were taken by people from outside the company"
        ),
        target_percent=50,
    ),
)
