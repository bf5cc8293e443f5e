"""31(f) Rights-compatible: danger first, no rights signed away, and nobody is closed for being silent."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from grievance.vocabulary import FLAGS, INTERIM_MEASURES, RISKS, UNMASKING, WITHOUT_CONSENT, Role, Step
from translations import Phrase, phrase
from workflows.anonymity.masking import mask
from workflows.criterion import (
    OUTGOING,
    Criterion,
    Indicator,
    Move,
    Past,
    done,
    guard,
    last_deal,
    since_opened,
)
from workflows.knowing import settlements, silence, withdrawals
from workflows.protection import reprisals, survivors

CONTACT_TRIES = 3
CONTACT_SPAN = timedelta(days=30)
UNVISITED = timedelta(days=60)
AFTER_STOP = timedelta(days=365)
_STIGMA = re.compile(
    r"\b(?:mentiros\w+|terroris\w+|terruc\w+|agitador\w*|revoltos\w+|alborotador\w*|extorsion\w*|chantaj\w+|antiminer\w+"
    r"|delincuent\w+|vandal\w*|oportunist\w+|ignorant\w+|azuzador\w*|falsa\s+(?:denuncia|queja)|denuncia\s+falsa|queja\s+falsa"
    r"|liars?|lying|terrorists?|agitators?|troublemakers?|extort\w*|blackmail\w*|anti-?mining|criminals?|vandals?|false\s+complaint)\b"
)
ASKED_WAIT = "complainant_asked_wait"
"""Why a clock stands still because the person wants it to."""
WAIT = "wait"
"""What a person consents to who asks that their case waits: a choice of its own, never any text of theirs."""
_ELSEWHERE = ("court_case", "labour_claim", "parallel_proceeding")
_REACHES = frozenset({"phone", "document", "email"})
"""What leads to somebody: it is released to no desk for any reason."""
_SPEAKS = (Step.ACKNOWLEDGE, Step.HEAR, Step.ASK, Step.UPDATE, Step.PROPOSE, Step.REFER)
"""Steps by which somebody speaks to the person of a protected case."""
AT_ONCE = timedelta(days=2)
FOLLOW_UP = timedelta(days=30)


@guard("G23", steps=(Step.PROPOSE, Step.ORDER), reads=("words",))
def no_right_is_signed_away(move: Move) -> Phrase | None:
    """G23: an offer asks nobody to give up a right or to keep silent (UNGP 29, PS1); no signature makes an exception."""
    if settlements.gives_up_a_right(str(move.words)):
        return phrase(
            "This text asks the person to give up a right or to keep silent. Write it without that."
        )
    return None


@guard("G23b", steps=(Step.CARRY_OUT,), reads=("entries",))
def money_is_read_by_two(move: Move) -> Phrase | None:
    """G23b: what was agreed for money is carried out after somebody of the third party read that no right is given up."""
    deal = last_deal(move.entries)
    if deal is None or not deal.money:
        return None
    read = [e for e in done(deal.since, Step.SECOND) if e.facts.get("what") == "no_waiver"]
    if any(e.role in (Role.FOCAL, Role.REVIEWER) and e.by != deal.by for e in read):
        return None
    return phrase(
        "This offer speaks of money. Ask the independent entity to read that nobody gives up a right for it."
    )


@guard("G24", steps=(Step.ASK, Step.EXTEND, Step.CLOSE_NO_CONTACT), reads=("facts", "entries"))
def a_court_stops_nothing_here(move: Move) -> Phrase | None:
    """G24: a case goes on while a court or a union has one as well; it waits only when the person chose that, once each."""
    reason = move.facts.get("reason")
    if reason not in (*_ELSEWHERE, ASKED_WAIT) or _wants_to_wait(move.entries):
        return None
    if reason == ASKED_WAIT:
        return phrase(
            "The person did not ask to wait. They do it by text message, with the word WAIT, or on their page."
        )
    return phrase("A case goes on here while a court has it too. It waits only when the person asks for it.")


def _wants_to_wait(entries: Iterable[Past]) -> bool:
    """Tell whether the person chose to wait since a clock last stood still or got more time for such a wish."""
    wanted = False
    for e in done(entries, Step.CONSENT, Step.ASK, Step.EXTEND):
        if e.step == Step.CONSENT and e.role == Role.COMPLAINANT and e.facts.get("what") == WAIT:
            wanted = True
        elif e.step != Step.CONSENT and e.facts.get("reason") in (*_ELSEWHERE, ASKED_WAIT):
            wanted = False
    return wanted


@guard("G25", steps=(Step.ASSESS, Step.CORRECT), reads=("facts", "case", "step"))
def danger_is_asked_about(move: Move) -> Phrase | None:
    """G25: each question about danger is answered; a yes hands the case to the protection focal point instead."""
    if move.step == Step.CORRECT and "flags" not in move.facts:
        return None
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


@guard("G26", steps=(Step.ASSESS, Step.CORRECT), reads=("facts", "entries", "actor", "case", "step"))
def danger_is_not_made_small_by_one_person(move: Move) -> Phrase | None:
    """G26: where a word or a mark spoke of danger, low or medium takes a second person: their entry, never a tick.

    A correction from high to less, or of a mark of danger to none, takes one too, written since it was last said:
    what is serious asks for the clave and for time to think. To raise it takes nobody.
    """
    if move.step == Step.CORRECT:
        return _made_smaller(move, high=move.case.severity == "high")
    if move.facts.get("severity") == "high" or not _spoke_of_danger(move.entries):
        return None
    words = [e for e in done(move.entries, Step.SECOND) if e.facts.get("what") == "severity"]
    if any(e.by and e.by != move.actor.id for e in (*words, *done(move.entries, Step.RELEASE))):
        return None
    return phrase("Something here spoke of danger. A second person has to agree that it is not serious.")


@guard(
    "G27",
    steps=(Step.CLOSE_NO_CONTACT,),
    reads=("entries", "case", "stopped_on", "withheld", "on", "actor", "pull", "visited_on"),
)
def silence_is_documented(move: Move) -> Phrase | None:
    """G27: since their last word three tries on three days, by two ways, over thirty days, the last one saying so.

    Never after STOP, in a protected case, or while something agreed or ordered is owed. A try by text message is
    one that the record shows. Who left no address has sixty days, counted from when they last looked.
    """
    lines = since_opened(move.entries)
    tries = silence.tries(lines)
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
    if silence.is_owed_something(lines):
        return phrase("Something was agreed or ordered. It is still owed, whoever is silent.")
    if len(days) < CONTACT_TRIES or len(ways) < 2 or days[-1] - days[0] < CONTACT_SPAN:  # noqa: PLR2004  two ways (G27)
        return phrase(
            "Since the person last said something three tries are needed, on three days, by two ways, over thirty days. "
            "A text message counts when it was written here that day."
        )
    if not tries[-1].facts.get("announces"):
        return phrase("The last try must say that the case will be closed.")
    if (
        move.pull
        and move.on < max(filter(None, (lines[0].on, silence.last_word(lines), move.visited_on))) + UNVISITED
    ):
        return phrase("This person left no address. Wait until nobody has looked at the case for sixty days.")
    return None


@guard("G28", steps=(Step.ASK_WITHDRAWAL,), reads=("actor", "facts", "withdrawal"))
def only_they_withdraw(move: Move) -> Phrase | None:
    """G28: a case is withdrawn by the person's credential, after they were asked whether anybody presses them.

    The mechanism asks, never the company; a yes is a protected case, and this step is not taken.
    """
    if move.actor.role != Role.COMPLAINANT or move.actor.credential not in ("code", "clave"):
        return phrase("Only the person who complained can withdraw it, with their code or clave.")
    if move.facts.get("pressed") is not False:
        return phrase("Before it is withdrawn the person is asked whether somebody presses them.")
    if move.withdrawal is not None:
        return phrase("This case is withdrawn already.")
    return None


@guard("G28b", steps=(Step.WITHDRAW, Step.REGRET), reads=("step", "withdrawal", "on"))
def they_have_days_to_regret_it(move: Move) -> Phrase | None:
    """G28: a case ends as withdrawn only after the days in which its person can take that back."""
    if move.withdrawal is None:
        return phrase("This case was not withdrawn.")
    if move.step == Step.WITHDRAW and move.on <= move.withdrawal.until:
        return phrase("The person can still take it back.")
    return None


@guard("G28c", steps=frozenset(Step) - withdrawals.LIVES_ON, reads=("step", "actor", "case", "withdrawal"))
def nobody_moves_what_was_withdrawn(move: Move) -> Phrase | None:
    """G28: while a withdrawal can be taken back the case stands still, and nobody talks its person into anything.

    The third party may still ask somebody in danger how they are.
    """
    if move.withdrawal is None or withdrawals.may_go_on(move.step, move.actor.role, move.case.room):
        return None
    return phrase(
        "The person withdrew this case. Until {date} they can take that back, and until then it stands still.",
        date=move.withdrawal.until,
    )


@guard("G34", gate="open_identities", reads=("purpose",))
def there_is_nothing_to_open(move: Move) -> Phrase | None:
    """G34: nobody reads who somebody is. This mechanism keeps no vault of names: there is none to open, for any purpose."""
    return phrase(
        "There is no list of names here. Nobody can open one, whatever it is for: {why}.", why=move.purpose
    )


@guard("G34b", steps=(Step.UNMASK,), reads=("facts", "words", "case"))
def what_was_covered_stays_covered_without_a_reason(move: Move) -> Phrase | None:
    """G34b: a covered passage goes to the desk for a reason of the list, never a number, never in a protected case."""
    if move.case.protected or move.case.room != "desk":
        return phrase("The company does not read this case, so nothing of it is released to the company.")
    if move.facts.get("reason") not in UNMASKING:
        return phrase("Say from the list why the company may read it.")
    if not str(move.words).strip():
        return phrase("Copy the passage that the company may read.")
    if mask(str(move.words)).kinds & _REACHES:
        return phrase("There is somebody's number or address in it. The company never gets those.")
    return None


@guard("G38", steps=(Step.REFER, Step.ACCEPT_REFERRAL), reads=("step", "facts", "entries", "told", "on"))
def nobody_is_passed_on_unasked(move: Move) -> Phrase | None:
    """G38: another body gets a case after the person saw what it will get and said yes; within 30 days we ask how it went."""
    if move.step == Step.ACCEPT_REFERRAL:
        if done(since_opened(move.entries), Step.REFER):
            return None
        return phrase("No other body has this case yet.")
    body = move.facts.get("body")
    if not body:
        return phrase("Say which body gets the case.")
    shown = move.told.get("referral_preview")
    if shown is None:
        return phrase("Let the person see first what the other body will get.")
    asked = [e for e in done(move.entries, Step.CONSENT) if e.facts.get("what") == "referral"]
    said = [e for e in asked if e.facts.get("body") == body and e.on >= shown]
    if not said or said[-1].facts.get("answer") == "no":
        return phrase("The person has not said yes to this body. Only they can.")
    until = move.facts.get("follow_on")
    if not isinstance(until, str) or not move.on.isoformat() < until <= (move.on + FOLLOW_UP).isoformat():
        return phrase("Say on which day, within thirty, you ask how it went.")
    return None


@guard(
    "G39",
    steps=(Step.INTERIM, Step.INVESTIGATE, Step.ASK, Step.EXTEND, Step.PROPOSE),
    reads=("step", "facts", "case", "entries", "on"),
)
def what_cannot_wait_is_decided_at_once(move: Move) -> Phrase | None:
    """G39: when a case is serious somebody decides within 48 hours what cannot wait, even if it is nothing."""
    if move.step == Step.INTERIM:
        if move.facts.get("measure") in INTERIM_MEASURES:
            return None
        return phrase("Choose from the list what is done at once, or that nothing is.")
    since = _serious_since(move.entries) if move.case.severity == "high" else None
    if since is None or move.on <= since + AT_ONCE or done(move.entries, Step.INTERIM):
        return None
    return phrase(
        "This is serious, and 48 hours have passed. Decide first what cannot wait, even if it is nothing."
    )


@guard(
    "G39b", steps=(Step.INTERIM, Step.INVESTIGATE, Step.PROPOSE, Step.CARRY_OUT),
    reads=("step", "case", "entries", "facts"),
)  # fmt: skip
def the_risk_is_looked_at_before_each_step(move: Move) -> Phrase | None:
    """G39b: who may be punished for complaining: the risk (how likely, how bad) and a plan are new at every step."""
    if not move.case.protected or not reprisals.may_be_punished(move.entries):
        return None
    if move.step == Step.INTERIM:
        if move.facts.get("likelihood") in RISKS and move.facts.get("harm") in RISKS:
            return None
        return phrase(
            "Say how likely it is that somebody harms this person, and how badly: from 1 to 5 each."
        )
    here: list[Past] = []
    for entry in (e for e in move.entries if not e.refused):
        here = [] if entry.start != entry.to else [*here, entry]
    if any("likelihood" in e.facts for e in done(here, Step.INTERIM)):
        return None
    return phrase(
        "This person may be punished for complaining. Look at the risk again first: how likely, how bad, what is done."
    )


@guard("G41", steps=(Step.HAND_OVER,), reads=("case", "facts", "entries", "actor"))
def nobody_is_handed_over_unasked(move: Move) -> Phrase | None:
    """G41: only a protected case goes to an outside body for good, by the person's yes to that body, or by two people.

    Without the yes only a life in danger now, or a duty to report harm to a child, counts.
    """
    if not move.case.protected:
        return phrase("Only a protected case is handed over to an outside body.")
    body, lines = move.facts.get("body"), since_opened(move.entries)
    if not body:
        return phrase("Say which body gets the case.")
    asked = [
        e
        for e in done(lines, Step.CONSENT)
        if (e.facts.get("what"), e.facts.get("body")) == ("referral", body)
    ]
    if asked and asked[-1].facts.get("answer") != "no":
        return None
    if move.facts.get("reason") not in WITHOUT_CONSENT:
        return phrase(
            "The person has not said yes to this body. Without it only a life in danger now, or harm to a child, counts."
        )
    others = [e for e in done(lines, Step.SECOND) if e.facts.get("what") == "disclosure"]
    if any(e.by and e.by != move.actor.id for e in others):
        return None
    return phrase("Without the person's yes a second person has to agree to it, in the record.")


@guard(
    "G41b", steps=(Step.HEAR, Step.INVESTIGATE, Step.ASK, Step.PROPOSE),
    reads=("case", "entries", "step", "facts"),
)  # fmt: skip
def whoever_suffered_violence_is_not_questioned(move: Move) -> Phrase | None:
    """G41b: after sexual violence, or harm to a child, nobody questions, investigates or mediates unless the person asked."""
    if not move.case.protected or survivors.asked(move.entries):
        return None
    if move.step == Step.ASK and move.facts.get("reason") == "complainant_asked_wait":
        return None
    if not survivors.was_seen(move.entries):
        return None
    return phrase(
        "Nobody questions this person, investigates or brings them together with anybody unless they ask for it. "
        "Tell them who helps, and wait for their word."
    )


@guard("G41c", steps=_SPEAKS, reads=("case", "entries", "attends_as", "attended_by"))
def they_choose_who_attends_them(move: Move) -> Phrase | None:
    """G41c: after violence the person may choose to be attended by a woman or a man; then nobody else speaks to them.

    Where nobody of the third party attends as they wish, whoever is there does, and the page says so.
    """
    if not move.case.protected or not survivors.was_seen(move.entries):
        return None
    wish = survivors.wish(move.entries)
    if not wish or move.attends_as == wish or wish not in move.attended_by:
        return None
    if wish == survivors.WOMAN:
        return phrase("This person wants to be attended by a woman. Leave this step to her.")
    return phrase("This person wants to be attended by a man. Leave this step to him.")


@guard("G43", steps=OUTGOING, reads=("words",))
def nobody_is_named_or_blamed(move: Move) -> Phrase | None:
    """G43: what we write has nobody's number or address in it, and calls nobody who complains a liar or worse."""
    words = str(move.words)
    if mask(words).kinds:
        return phrase("There is somebody's number or address in this text. Write it without.")
    if _STIGMA.search(settlements.plain(words)):
        return phrase(
            "This text accuses the person or those who speak for them. Write what you found instead."
        )
    return None


def _made_smaller(move: Move, *, high: bool) -> Phrase | None:
    severity, marked = move.facts.get("severity"), move.facts.get("flags")
    said = [
        e
        for e in done(move.entries, Step.ASSESS, Step.CORRECT)
        if "severity" in e.facts or "flags" in e.facts
    ]
    before: Mapping[str, Any] = next(
        (e.facts["flags"] for e in reversed(said) if isinstance(e.facts.get("flags"), dict)), {}
    )
    less = severity is not None and severity != "high" and high
    fewer = isinstance(marked, dict) and any(yes and not marked.get(flag) for flag, yes in before.items())
    if not less and not fewer:
        return None
    since = move.entries[move.entries.index(said[-1]) :] if said else move.entries
    agreed = [e for e in done(since, Step.SECOND) if e.facts.get("what") == "severity"]
    if any(e.by and e.by != move.actor.id for e in agreed):
        return None
    return phrase("This makes it less serious than it was. A second person has to agree first.")


def _spoke_of_danger(entries: Iterable[Past]) -> bool:
    return any(
        e.step == Step.HAND_TO_FOCAL or e.facts.get("case", {}).get("protected")
        for e in entries
        if not e.refused
    )


def _serious_since(entries: Iterable[Past]) -> date | None:
    days = [e.on for e in done(entries, Step.ASSESS, Step.CORRECT) if e.facts.get("severity") == "high"]
    return days[-1] if days else None


CRITERION = Criterion(
    key="rights_compatible",
    principle="31(f)",
    name=phrase("Rights-compatible"),
    promise=phrase(
        "If you are in danger, an independent person reads it, not the company. You never give up your right to go to court."
    ),
    guards=(
        no_right_is_signed_away,
        money_is_read_by_two,
        a_court_stops_nothing_here,
        danger_is_asked_about,
        danger_is_not_made_small_by_one_person,
        silence_is_documented,
        only_they_withdraw,
        they_have_days_to_regret_it,
        nobody_moves_what_was_withdrawn,
        there_is_nothing_to_open,
        what_was_covered_stays_covered_without_a_reason,
        nobody_is_passed_on_unasked,
        what_cannot_wait_is_decided_at_once,
        the_risk_is_looked_at_before_each_step,
        nobody_is_handed_over_unasked,
        whoever_suffered_violence_is_not_questioned,
        they_choose_who_attends_them,
        nobody_is_named_or_blamed,
    ),
    indicator=Indicator(
        id="I-27",
        words=phrase("Commitments to communities that ended this month and were kept, says the other side"),
        target_percent=90,
    ),
)
