"""31(c) Predictable: a known procedure, with a time for each step."""

from datetime import date

from grievance.vocabulary import (
    ANSWER_TYPES,
    ANSWERED_ON_TIME,
    EXTENDING,
    LEGAL_REASONS,
    PROOFS,
    Clock,
    Kind,
    Role,
    State,
    Step,
)
from translations import Phrase, phrase
from workflows.criterion import Criterion, Indicator, Move, done, guard, last_deal
from workflows.knowing import silence

ATTEMPTS = 3
KEPT_BACK = frozenset({"confidential", "reserved", "refused_other"})
"""Answers to a request that keep something back, and so say by which reason of the law."""
MOST_PAUSES = 2


@guard("G11", steps=(Step.ASSESS,), reads=("entries", "reached", "attempts", "pull"))
def they_know_it_arrived(move: Move) -> Phrase | None:
    """G11: nobody assesses a case whose person was not told the number, the date and their rights.

    The acknowledgement reached them, or three sendings failed, or the page that showed the clave told them
    all of it because they left no address.
    """
    if not done(move.entries, Step.ACKNOWLEDGE):
        return phrase("Acknowledge the case first.")
    if "acknowledgement" in move.reached or move.pull or move.attempts.get("acknowledgement", 0) >= ATTEMPTS:
        return None
    return phrase(
        "The acknowledgement has not reached the person yet. Wait until it has, or until three tries failed."
    )


@guard("G12", steps=(Step.ACKNOWLEDGE,), reads=("published",), stops=False)
def the_rules_are_known(move: Move) -> Phrase | None:
    """G12: the procedure was made known in every language and in two ways, one without internet; else it is noted.

    It stops nothing: a complaint is never turned away because somebody did not print a poster.
    """
    if move.published:
        return None
    return phrase(
        "The rules of this mechanism were not made known yet in every language, on paper or by radio."
    )


@guard("G13", steps=(Step.ASK,), reads=("facts", "clocks", "words"))
def a_pause_needs_a_question(move: Move) -> Phrase | None:
    """G13: the clock stops only for a concrete question that reached the person, twice at most; force majeure is none.

    The norm lets a panel approve a pause by force majeure. Here only the person's turn stops a clock (stricter).
    """
    if move.facts.get("reason") not in ("need_info", "complainant_asked_wait", "access_to_place"):
        return phrase(
            "Say why you ask: you need information, they asked to wait, or you need to see the place."
        )
    if not str(move.words).strip():
        return phrase("Write the question. Without one the clock does not stop.")
    if any(c.pauses >= MOST_PAUSES for c in move.clocks if c.name == Clock.ANSWER):
        return phrase("This clock was already stopped twice. It runs on.")
    return None


@guard("G14", steps=(Step.EXTEND,), reads=("facts", "clocks", "entries", "on", "words"))
def one_extension_before_the_date(move: Move) -> Phrase | None:
    """G14: a deadline is extended once, by ten working days at most, with a reason; it counts if told before the date."""
    running = [c for c in move.clocks if c.ended_on is None and c.name == move.facts.get("clock")]
    days = move.facts.get("days")
    if not running:
        return phrase("This clock is not running.")
    asked = [e.on for e in done(move.entries, Step.EXTEND) if e.facts.get("clock") == move.facts.get("clock")]
    if any(c.extended or (asked and asked[-1] >= c.started_on) for c in running):
        return phrase("This deadline was already extended once.")
    if any(move.on > c.due_on for c in running):
        return phrase("The deadline has passed. It can no longer be extended.")
    if not isinstance(days, int) or not 1 <= days <= 10:  # noqa: PLR2004  Mexico's ten working days (G14)
        return phrase("An extension is ten working days at most.")
    if not str(move.words).strip():
        return phrase("Write the reason to the person.")
    return None


@guard("G14b", steps=(Step.EXTEND,), reads=("facts", "case", "actor"))
def everybody_asks_time_for_what_they_owe(move: Move) -> Phrase | None:
    """G14: the company asks for more time for what it owes, and the reviewer for what the reviewer owes, never for another."""
    judging = move.facts.get("clock") == Clock.INDEPENDENT_REVIEW
    if judging == (move.actor.role == Role.REVIEWER) or (not judging and move.case.room == "review"):
        return None
    return phrase("Somebody else owes this. They alone can ask for more time.")


@guard("G14c", steps=(Step.EXTEND,), reads=("facts",))
def more_time_has_a_reason_of_the_list(move: Move) -> Phrase | None:
    """G14: more time is asked for by a reason of the list; the words to the person say it in full, the reason is counted."""
    if move.facts.get("reason") in EXTENDING:
        return None
    return phrase("Choose why it takes longer.")


@guard("G15", steps=(Step.OVERDUE,), reads=("facts", "clocks", "on", "case", "entries"))
def a_missed_date_is_said_once(move: Move) -> Phrase | None:
    """G15: the day after a date the person and the reviewer are told: of a date that really passed, and once."""
    which = (move.facts.get("clock"), move.facts.get("round"))
    if which[0] == "silence":
        told = silence.last_spoken(move.entries) or move.case.received_on
        passed = told < date.fromisoformat(str(move.facts.get("was_due"))) < move.on
        return None if passed else phrase("This date has not passed.")
    running = [c for c in move.clocks if (c.name, c.round) == which and c.ended_on is None]
    if not any(c.paused_on is None and move.on > c.due_on for c in running):
        return phrase("This date has not passed.")
    if any(c.overdue_on is not None for c in running):
        return phrase("The person was already told that this date was missed.")
    return None


@guard("G16", steps=(Step.PROPOSE,), reads=("facts", "entries", "words"))
def an_answer_answers_everything(move: Move) -> Phrase | None:
    """G16: an answer covers each question listed when the case was assessed, and says what was found."""
    assessed = done(move.entries, Step.ASSESS)
    asked = set(range(1, int(assessed[-1].facts.get("issues", 0)) + 1)) if assessed else set()
    if not asked:
        return phrase("Assess the case first: list the questions the person asks.")
    if not str(move.words).strip():
        return phrase("Write the answer in plain words.")
    if asked - set(move.facts.get("answered", ())):
        return phrase("Answer every question that was listed when the case was assessed.")
    if not move.facts.get("evidence"):
        return phrase("Say what the answer rests on: at least one visit, sample, document or conversation.")
    return None


@guard("G16b", steps=(Step.PROPOSE,), reads=("case", "facts"))
def a_request_is_answered_in_a_known_way(move: Move) -> Phrase | None:
    """G16: the answer to a request says what kind of answer it is, and by which reason something is kept back.

    An answer to a grievance has no such kind: it could look like a decision that the company may not take.
    """
    kind = move.facts.get("answer_type")
    if move.case.kind != Kind.INFORMATION_REQUEST:
        return phrase("Only a request for information has a kind of answer.") if kind else None
    if kind not in ANSWER_TYPES:
        return phrase("Say what kind of answer it is.")
    if kind in KEPT_BACK and move.facts.get("legal_reason") not in LEGAL_REASONS:
        return phrase("Say by which reason of the law it is kept back.")
    return None


@guard("G16c", steps=(Step.PROPOSE,), reads=("case", "facts", "working_days"))
def who_does_not_have_it_says_so_at_once(move: Move) -> Phrase | None:
    """G16: a request for another body is sent there, by name, in three working days; where it is public, said in five."""
    kind = str(move.facts.get("answer_type"))
    if move.case.kind != Kind.INFORMATION_REQUEST or kind not in ANSWERED_ON_TIME:
        return None
    elsewhere = kind == "not_competent_redirected"
    if elsewhere and not move.facts.get("body"):
        return phrase("Say which body has to answer it.")
    if move.working_days <= ANSWERED_ON_TIME[kind]:
        return None
    if elsewhere:
        return phrase("Three working days have passed. Now you answer it yourself.")
    return phrase("Five working days have passed. Now you give it yourself, even if it is public elsewhere.")


@guard("G29", steps=(Step.CONFIRM,), reads=("commitments", "actor", "entries"))
def a_promise_counts_when_it_is_done(move: Move) -> Phrase | None:
    """G29: a remedy is confirmed when every commitment was carried out with proof; the person or a reviewer says so.

    What was missed stands in the way until it is done after all, or until something else was agreed or ordered since.
    """
    if move.actor.role not in (Role.COMPLAINANT, Role.REVIEWER):
        return phrase("The person who complained confirms it, or the reviewer.")
    deal = last_deal(move.entries)
    missed = {e.facts.get("commitment") for e in done(deal.since, Step.MISS)} if deal else set()
    binding = [c for c in move.commitments if c.state != "missed" or c.id in missed or deal is None]
    if len(binding) < bool(move.commitments) or any(
        c.state not in ("done_by_company", "kept") for c in binding
    ):
        return phrase("The company has not yet shown that it did everything it promised.")
    return None


@guard("G29c", steps=(Step.KEEP,), reads=("facts", "entries"))
def what_was_done_can_be_seen(move: Move) -> Phrase | None:
    """G29: what is said to be done comes with a proof of the list; where money was promised, a signed receipt is one."""
    if move.facts.get("proof") not in PROOFS:
        return phrase("Say how it can be seen that it was done.")
    deal = last_deal(move.entries)
    if deal is None or not deal.money or not move.facts.get("last"):
        return None
    shown = {e.facts.get("proof") for e in done(deal.since, Step.KEEP)}
    if "document" not in shown | {move.facts.get("proof")}:
        return phrase("Money was promised here. One of the proofs has to be a signed document: the receipt.")
    return None


@guard("G29b", steps=(Step.CLOSE,), reads=("case", "commitments"))
def what_was_promised_is_carried_out_first(move: Move) -> Phrase | None:
    """An agreement closes as explained only if it promised nothing; else it is carried out and confirmed (DESIGN 7)."""
    if move.case.state == State.AGREED and move.commitments:
        return phrase("This agreement promises something. Carry it out first, and let the person confirm it.")
    return None


CRITERION = Criterion(
    key="predictable",
    principle="31(c)",
    name=phrase("Predictable"),
    promise=phrase(
        "You know the date by which we answer. If we miss it, you and an independent person learn of it that day."
    ),
    guards=(
        they_know_it_arrived,
        the_rules_are_known,
        a_pause_needs_a_question,
        one_extension_before_the_date,
        everybody_asks_time_for_what_they_owe,
        more_time_has_a_reason_of_the_list,
        a_missed_date_is_said_once,
        an_answer_answers_everything,
        a_request_is_answered_in_a_known_way,
        who_does_not_have_it_says_so_at_once,
        a_promise_counts_when_it_is_done,
        what_was_done_can_be_seen,
        what_was_promised_is_carried_out_first,
    ),
    indicator=Indicator(
        id="I-14",
        words=phrase("Answers given on time"),
        target_percent=88,
    ),
)
