"""31(d) Equitable: the person is heard, has time and help, and their word is their own."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from grievance.vocabulary import Kind, Role, Step
from translations import Phrase, phrase
from workflows.criterion import Criterion, Indicator, Move, Past, done, guard, since_opened
from workflows.knowing import groups, visits
from workflows.texts import MINUTES, SPEAKER

COOLING_OFF = timedelta(days=7)
ALWAYS_REOPENS = timedelta(days=365)


@guard("G17", steps=(Step.PROPOSE,), reads=("case", "entries", "reached", "pull"))
def they_were_offered_to_be_heard(move: Move) -> Phrase | None:
    """G17: before an answer the person was offered to be heard and to bring somebody; it reached them, or they spoke.

    Who asks for information is not judged, and has said what they want.
    """
    if move.case.kind == Kind.INFORMATION_REQUEST:
        return None
    spoke = done(move.entries, Step.TALK, Step.DECLINE, Step.ADD, Step.ASK_REVIEW)
    offered = done(move.entries, Step.HEAR)
    if spoke or (offered and ("hearing" in move.reached or move.pull)):
        return None
    if offered:
        return phrase("The offer to be heard has not reached the person yet.")
    return phrase("Offer the person to be heard first, with somebody at their side if they wish.")


@guard("G17b", steps=(Step.UPDATE, Step.PROPOSE), reads=("step", "case", "facts", "words", "entries", "on"))
def somebody_went_to_see_it(move: Move) -> Phrase | None:
    """G17: before an answer somebody went to see the place, on a day, or wrote to the person why nobody does.

    The person reads either, and can say that nobody came. An answer rests on a visit only if there was one.
    """
    if move.step == Step.UPDATE:
        return _what_a_visit_lacks(move.facts, move.words, move.entries, move.on)
    if move.case.kind == Kind.INFORMATION_REQUEST:
        return None
    said = {e.facts.get("purpose") for e in visits.letters(move.entries)}
    if not said:
        return phrase("Go and see the place first, or write to the person why nobody goes.")
    if "visit" in move.facts.get("evidence", ()) and visits.SEEN not in said:
        return phrase("This answer says that it rests on a visit, and no visit is written down.")
    return None


@guard(
    "G18", steps=(Step.PROPOSE, Step.CONFIRM_ANSWER, Step.ORDER), reads=("case", "facts", "entries", "told")
)
def they_saw_what_it_rests_on(move: Move) -> Phrase | None:
    """G18: a finding rests on a document only when the person was told what it says, or a reviewer says why not.

    The answer to a request is what the document says.
    """
    if move.case.kind == Kind.INFORMATION_REQUEST:
        return None
    if "document" not in move.facts.get("evidence", ()) or "documents" in move.told:
        return None
    withheld = done(move.entries, Step.SECOND)
    if any(e.role == Role.REVIEWER and e.facts.get("what") == "document_withheld" for e in withheld):
        return None
    return phrase("Share what the document says with the person first, or let the reviewer say why not.")


@guard("G20", steps=(Step.MANDATE, Step.ACCEPT), reads=("step", "facts", "kept_apart", "entries", "on"))
def a_group_is_bound_by_its_own_assembly(move: Move) -> Phrase | None:
    """G20: who says yes for a group has its assembly's mandate: minutes, speaker, until when, how many, women, a way out.

    The third party records it, never the company, and alone reads the minutes and who speaks. Who stays out of the
    agreement says yes for nobody.
    """
    if move.step == Step.MANDATE:
        return _what_a_mandate_lacks(move.facts, move.kept_apart, move.on)
    if not groups.is_a_groups(move.entries):
        return None
    if not done(move.entries, Step.MANDATE):
        return phrase("This complaint is a group's. Its assembly has to say first who may agree for it.")
    if groups.has_run_out(move.entries, move.on):
        return phrase("The group's mandate has run out. Its assembly has to say again who may agree for it.")
    if groups.left_since(move.entries):
        return phrase(
            "You said that this group's agreement does not bind you. Its assembly has to say again who may agree for it."
        )
    return None


@guard("G19", steps=(Step.ACCEPT, Step.ACCEPT_REFERRAL, Step.ASK_WITHDRAWAL, Step.REGRET, Step.ERASE, Step.JOIN, Step.CONSENT),
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


@guard("G19b", steps=(Step.ACCEPT,), reads=("advice_waits",))
def they_know_who_advises_them(move: Move) -> Phrase | None:
    """G19: a yes counts once the list of free advisers reached the person; it goes out by itself, before any offer."""
    if move.advice_waits:
        return phrase("The list of those who advise you free of charge has not reached you yet.")
    return None


@guard("G36", steps=(Step.REOPEN,), reads=("actor", "case", "on", "entries"))
def a_closed_case_can_come_back(move: Move) -> Phrase | None:
    """G36: within twelve months the person's own word reopens a case; later only a reviewer does.

    What its person erased no reviewer opens. The code of our last message is enough.
    """
    if move.actor.role == Role.REVIEWER:
        if done(since_opened(move.entries), Step.ERASE):
            return phrase(
                "Its person erased this case. Nothing of it is left, and only their own word opens it again."
            )
        return None
    if move.actor.credential not in ("code", "clave"):
        return phrase("Send the 4-digit code of our last message with your answer, or use your clave.")
    if move.case.closed_on is not None and move.on <= move.case.closed_on + ALWAYS_REOPENS:
        return None
    return phrase("More than twelve months have passed. Ask the independent reviewer to open it again.")


@guard("G37", steps=(Step.LINK,), reads=("facts", "linkable"))
def linked_cases_stay_two(move: Move) -> Phrase | None:
    """G37: cases of the same desk can be linked so that answers are shared; each still ends by its own person's word.

    Of a case elsewhere nothing is said, not even that it is there.
    """
    if "other" not in move.facts or move.linkable:  # before anybody named one, nothing is missing
        return None
    return phrase("Only another case that you have in your own list can be linked.")


def _what_a_visit_lacks(
    facts: Mapping[str, Any], words: str, entries: Iterable[Past], on: date
) -> Phrase | None:
    purpose = facts.get("purpose")
    if purpose not in visits.PURPOSES:
        return None
    if not words.strip():
        return phrase("Write what was seen there, or why nobody goes. The person reads it.")
    if purpose == visits.SEEN and not visits.may_have_been(facts.get("visited_on"), entries, today=on):
        return phrase("Say on which day somebody was there: not before the complaint, and not after today.")
    return None


def _what_a_mandate_lacks(facts: Mapping[str, Any], kept_apart: Collection[str], on: date) -> Phrase | None:
    held, people, women = facts.get("held_on"), facts.get("people"), facts.get("women")
    if not isinstance(held, str) or not held or held > on.isoformat():
        return phrase("Say on which day the assembly was held.")
    if not groups.may_hold_until(facts.get("until"), held, on=on):
        return phrase("Say until which day the mandate holds: not before today, and two years at most.")
    if not isinstance(people, int) or not isinstance(women, int) or people < 1 or women < 0:
        return phrase("Say how many people were there, and how many of them were women.")
    if facts.get("opt_out") is not True:
        return phrase("Everybody of the group must be able to stay out of the agreement. Ask the assembly.")
    if MINUTES not in kept_apart:
        return phrase("Write what the assembly decided, as its minutes say it.")
    if SPEAKER not in kept_apart:
        return phrase("Say who speaks for the group.")
    return None


CRITERION = Criterion(
    key="equitable",
    principle="31(d)",
    name=phrase("Equitable"),
    promise=phrase(
        "You are heard before anything is decided, with somebody you trust beside you. Only you can say yes for you."
    ),
    guards=(
        they_were_offered_to_be_heard,
        somebody_went_to_see_it,
        they_saw_what_it_rests_on,
        their_yes_is_their_own,
        they_know_who_advises_them,
        a_group_is_bound_by_its_own_assembly,
        a_closed_case_can_come_back,
        linked_cases_stay_two,
    ),
    indicator=Indicator(
        id="I-19",
        words=phrase("Answers before which the person was offered to be heard"),
        target_percent=100,
    ),
)
