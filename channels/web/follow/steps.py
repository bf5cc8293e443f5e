"""What `/follow` says of a case in sentences: where it stands, its dated steps, what came late, what nobody knows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from channels.web.pages.dates import day
from grievance import case as cases
from grievance import record
from grievance.case import Case
from grievance.vocabulary import Clock, Kind, Role, State
from translations import Phrase, phrase, say
from translations.states import STATES
from workflows import clocks
from workflows.knowing.evidence import past

_WORDS: Mapping[str, Phrase] = {
    Clock.ACKNOWLEDGE: phrase("a person reads it"),
    Clock.ASSESS: phrase("it is decided how to look into it"),
    Clock.ANSWER: phrase("the company answers"),
    Clock.COMPLAINANT: phrase("you answer"),
    Clock.REVIEW: phrase("the company looks at its answer again"),
    Clock.INDEPENDENT_REVIEW: phrase("an independent person decides"),
    Clock.CARRY_OUT: phrase("what was agreed is carried out"),
    Clock.CONFIRM: phrase("you say whether it was done"),
    Clock.CLOSE: phrase("the case is closed"),
    Clock.REGRET: phrase("you can take back that you withdrew it"),
}
"""What each clock waits for, in the order of the procedure."""
_PLACE: Mapping[str, int] = {name: place for place, name in enumerate(_WORDS)}
_ANSWERED_BY_THEM = frozenset({Clock.COMPLAINANT, Clock.CONFIRM})
NEXT_ROUND, PASSED_ON = phrase("In the next round"), phrase("your answer is passed on")
_BY_THE_FOCAL: Mapping[str, Phrase] = {
    Clock.ANSWER: phrase("the protection focal point answers, who is not of the company"),
    Clock.REVIEW: phrase("the protection focal point looks at the answer again"),
}
"""What no company does in a case that no company reads (DESIGN 7)."""


def sentence(
    case: Case, running: list[cases.CaseClock], today: date, spoken: str, *, last: date | None = None
) -> str:
    """Say where the case stands and which date is next; who withdrew reads until when that can be taken back."""
    if last is not None:
        taken_back = phrase(
            "You withdrew it. It closes after {date}. Until then you can take that back, and all is as it was.",
            date=day(last, spoken),
        )
        return say(taken_back, spoken)
    theirs = case.protected and case.state == State.UNDER_REVIEW
    where = say(_BY_THE_FOCAL[Clock.REVIEW] if theirs else STATES[case.state], spoken)
    asked = case.kind == Kind.INFORMATION_REQUEST
    due = clocks.next_date(running, today)
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


def late(
    missed: list[cases.CaseClock], spoken: str, *, may_review: bool, protected: bool
) -> dict[str, Any] | None:
    """Say which date was missed, the earliest of them, and by whom; nothing where none was."""
    if not missed:
        return None
    due = day(min(c.due_on for c in missed), spoken)
    sentence = (
        phrase("The protection focal point did not keep the date, {date}. The reviewer knows it.", date=due)
        if protected
        else phrase("The company did not keep its date, {date}. An independent person knows it.", date=due)
    )
    return {"sentence": say(sentence, spoken), "may_review": may_review}


def steps(
    case: Case,
    running: Iterable[cases.CaseClock],
    entries: Iterable[record.Entry],
    today: date,
    spoken: str,
    *,
    answered: bool = False,
) -> list[dict[str, str]]:
    """List the dated steps of a case: what was done when, and what is owed until when.

    Those of one day stand in the order in which they came about, as the record has it. `answered`: what their person
    said to it waits for the next batch, so that they owe nothing.
    """
    turns, lines = _turns(entries), []

    def by_date(clock: cases.CaseClock) -> tuple[date, bool, int, int]:
        over = clock.ended_on is not None
        turn = turns.get((clock.name, clock.round), _NO_TURN)
        at = turn.ended if over else turn.began
        return clock.ended_on or clock.due_on, not over, at, _PLACE[clock.name]

    for clock in sorted(running, key=by_date):
        if clock.ending in ("stopped", "closed"):
            continue
        if clock.ended_on is not None:
            state, when = ("met" if clock.ending == "met" else "late"), day(clock.ended_on, spoken)
            turn = turns.get((clock.name, clock.round), _NO_TURN)
            by = turn.by
            if clock.name in _ANSWERED_BY_THEM and by == Role.COMPLAINANT and turn.happened is not None:
                when = day(turn.happened, spoken)  # the day on which they answered, not that of the batch
            focal = by == Role.FOCAL or (case.protected and by != Role.OFFICER)
        else:
            state = "late" if clocks.is_overdue(clock, today) else "waiting"
            when = say(phrase("Until {date}", date=day(clock.due_on, spoken)), spoken)
            focal = case.protected
        if answered and clock.ended_on is None and clock.name in _ANSWERED_BY_THEM:
            state, when = "waiting", say(NEXT_ROUND, spoken)
            lines.append({"state": state, "when": when, "what": say(PASSED_ON, spoken)})
            continue
        words = (_BY_THE_FOCAL if focal else {}).get(clock.name) or _WORDS[clock.name]
        lines.append({"state": state, "when": when, "what": say(words, spoken)})
    return lines


@dataclass(slots=True)
class _Turn:
    """Which entries of the record began and ended a clock, by their sequence, the role that ended it, and on which day."""

    began: int = 0
    ended: int = 0
    by: str = ""
    happened: date | None = None


_NO_TURN: Final = _Turn()


def _turns(entries: Iterable[record.Entry]) -> Mapping[tuple[str, int], _Turn]:
    found: dict[tuple[str, int], _Turn] = {}
    latest: dict[str, _Turn] = {}
    for entry in entries:
        for op in past(entry).facts.get("clocks", ()):
            name = op["name"]
            if op["op"] == "start":
                latest[name] = found[name, op["round"]] = _Turn(began=entry.seq)
            elif op["op"] == "end" and name in latest:
                latest[name].ended, latest[name].by = entry.seq, entry.role
                latest[name].happened = entry.happened_on
    return found


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
