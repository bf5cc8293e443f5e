"""What `/follow` says of a case in sentences: where it stands, its dated steps, what came late, what nobody knows."""

from datetime import date
from typing import Any

from channels.web.pages.dates import day
from grievance import case as cases
from grievance.case import Case
from grievance.vocabulary import Kind
from translations import phrase, say
from translations.states import STATES
from workflows import clocks


def sentence(case: Case, running: list[cases.CaseClock], spoken: str, *, last: date | None = None) -> str:
    """Say where the case stands and which date is next; who withdrew reads until when that can be taken back."""
    if last is not None:
        taken_back = phrase(
            "You withdrew it. It closes after {date}. Until then you can take that back, and all is as it was.",
            date=day(last, spoken),
        )
        return say(taken_back, spoken)
    where = say(STATES[case.state], spoken)
    asked = case.kind == Kind.INFORMATION_REQUEST
    due = min((c.due_on for c in running if c.ended_on is None and c.paused_on is None), default=None)
    if due is None:
        ended = (
            phrase("Your request: {where}.", where=where)
            if asked
            else phrase("Your case: {where}.", where=where)
        )
        return say(ended, spoken)
    on = day(due, spoken)
    going = (
        phrase("Your request: {where}. The next date is {date}.", where=where, date=on)
        if asked
        else phrase("Your case: {where}. The next date is {date}.", where=where, date=on)
    )
    return say(going, spoken)


def late(missed: list[cases.CaseClock], spoken: str, *, may_review: bool) -> dict[str, Any] | None:
    """Say which date the company missed, the earliest of them; nothing where it missed none."""
    if not missed:
        return None
    due = min(c.due_on for c in missed)
    sentence = phrase(
        "The company did not keep its date, {date}. An independent person knows it.", date=day(due, spoken)
    )
    return {"sentence": say(sentence, spoken), "may_review": may_review}


def steps(running: list[cases.CaseClock], today: date, spoken: str) -> list[dict[str, str]]:
    """List the dated steps of a case: what was done when, and what is owed until when."""
    words = {
        "acknowledge": phrase("a person reads it"),
        "assess": phrase("it is decided how to look into it"),
        "answer": phrase("the company answers"),
        "complainant": phrase("you answer"),
        "review": phrase("the company looks at its answer again"),
        "independent_review": phrase("an independent person decides"),
        "carry_out": phrase("what was agreed is carried out"),
        "close": phrase("the case is closed"),
        "confirm": phrase("you say whether it was done"),
        "regret": phrase("you can take back that you withdrew it"),
    }
    lines = []
    for clock in sorted(running, key=lambda c: (c.ended_on or c.due_on, c.due_on)):
        if clock.ending in ("stopped", "closed"):
            continue
        if clock.ended_on is not None:
            state, when = ("met" if clock.ending == "met" else "late"), day(clock.ended_on, spoken)
        else:
            state = "late" if clocks.is_overdue(clock, today) else "waiting"
            when = say(phrase("Until {date}", date=day(clock.due_on, spoken)), spoken)
        lines.append({"state": state, "when": when, "what": say(words[clock.name], spoken)})
    return lines


def unknown(spoken: str) -> list[str]:
    """List what the company does not know about whoever wrote."""
    sentences = (
        phrase("Your name: we never asked for it."),
        phrase("Your phone number and from where you wrote: the company never sees them."),
        phrase(
            "Names, numbers and plates that we recognised: they were covered before anybody at the company read it."
        ),
        phrase("At what hour you wrote: the company sees dates only."),
        phrase("Where and when your photos were taken: it is taken out before anybody sees them."),
    )
    return [say(s, spoken) for s in sentences]
