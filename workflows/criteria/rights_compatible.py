"""31(f) Rights-compatible: danger first, no rights signed away, and nobody is closed for being silent."""

import re
from datetime import timedelta

from grievance.vocabulary import FLAGS, Role, Step
from translations import Phrase, phrase
from workflows.criterion import Criterion, Indicator, Move, done, guard

CONTACT_TRIES = 3
CONTACT_SPAN = timedelta(days=30)
AFTER_STOP = timedelta(days=365)
_WAIVERS = re.compile(
    r"renunci\w*\s+(?:a|al|de)\b|no\s+(?:podra|puede|debe|va\s+a)\s+(?:denunciar|demandar|reclamar|contar|hablar)"
    r"|(?:desisti|retir)\w*\s+(?:de\s+)?(?:toda|cualquier|su)\s+(?:accion|demanda|denuncia)|confidencial"
    r"|guard\w*\s+(?:silencio|reserva)|waiv\w+|give\s+up\s+(?:any|your|all)|not\s+(?:to\s+)?(?:sue|go\s+to\s+court|tell\s+anyone)"
    r"|keep\s+(?:it\s+)?(?:secret|quiet)|in\s+full\s+and\s+final",
)
_PLAIN = str.maketrans("áéíóúü", "aeiouu")


@guard("G23", steps=(Step.PROPOSE, Step.ORDER), reads=("words",))
def no_right_is_signed_away(move: Move) -> Phrase | None:
    """G23: an offer asks nobody to give up a right or to keep silent about what happened (UNGP 29, PS1)."""
    if _WAIVERS.search(str(move.words).casefold().translate(_PLAIN)):
        return phrase(
            "This text asks the person to give up a right or to keep silent. Write it without that."
        )
    return None


@guard("G25", steps=(Step.ASSESS,), reads=("facts", "case"))
def danger_is_asked_about(move: Move) -> Phrase | None:
    """G25: each question about danger is answered; a yes hands the case to the protection focal point instead."""
    answers = move.facts.get("flags")
    if (
        not isinstance(answers, dict)
        or set(FLAGS) - set(answers)
        or any(not isinstance(v, bool) for v in answers.values())
    ):
        return phrase(
            "Answer each question about danger: life, violence, children, reprisals, forced work, guards, spills."
        )
    if any(answers.values()) and not move.case.protected:
        return phrase("There may be danger. Hand the case to the protection focal point.")
    return None


@guard(
    "G27", steps=(Step.CLOSE_NO_CONTACT,), reads=("entries", "case", "stopped_on", "withheld", "on", "actor")
)
def silence_is_documented(move: Move) -> Phrase | None:
    """G27: three tries on three days, by two ways, over thirty days, the last one saying so; never after STOP."""
    tries = done(move.entries, Step.ATTEMPT_CONTACT)
    days = sorted({e.on for e in tries})
    ways = {e.facts.get("way") for e in tries}
    if move.actor.role != Role.REVIEWER:
        return phrase("Only the independent reviewer may find that there is no contact.")
    if move.case.protected:
        return phrase("A protected case is never closed for silence.")
    if move.stopped_on is not None and move.on < move.stopped_on + AFTER_STOP:
        return phrase("The person asked for no messages. That is not silence.")
    if move.withheld:
        return phrase("A text of this person still waits to be looked at.")
    if len(days) < CONTACT_TRIES or len(ways) < 2 or days[-1] - days[0] < CONTACT_SPAN:  # noqa: PLR2004  two ways (G27)
        return phrase("Three tries are needed, on three days, by two ways, over thirty days.")
    if not tries[-1].facts.get("announces"):
        return phrase("The last try must say that the case will be closed.")
    return None


@guard("G28", steps=(Step.WITHDRAW,), reads=("actor",))
def only_they_withdraw(move: Move) -> Phrase | None:
    """G28: a case is withdrawn by the person's credential, never by anybody on their behalf."""
    if move.actor.role == Role.COMPLAINANT and move.actor.credential in ("code", "clave"):
        return None
    return phrase("Only the person who complained can withdraw it, with their code or clave.")


@guard("G41", steps=(Step.HAND_OVER,), reads=("case",))
def only_protected_cases_are_handed_over(move: Move) -> Phrase | None:
    """G41: handing a case to an outside body ends a protected case, and no other (DESIGN 7)."""
    if move.case.protected:
        return None
    return phrase("Only a protected case is handed over to an outside body.")


CRITERION = Criterion(
    key="rights_compatible",
    principle="31(f)",
    name=phrase("Rights-compatible"),
    promise=phrase(
        "If you are in danger, an independent person reads it, not the company. You never give up your right to go to court."
    ),
    guards=(
        no_right_is_signed_away,
        danger_is_asked_about,
        silence_is_documented,
        only_they_withdraw,
        only_protected_cases_are_handed_over,
    ),
    indicator=Indicator(
        id="I-30",
        words=phrase("Offers stopped because they asked somebody to give up a right"),
        numerator=("refused:G23",),
        denominator=("step:propose",),
    ),
)
