"""Clocks: which start, which end and how, when a case moves. Dates only; lateness is worked out, never stored.

Every clock counts in the unit of its own deadline, under the version the case was received with. It stands
still only while the person has the word: a question, or word that all is done, has reached them and they
have not answered. A late clock never stands still: that would hide that it is late.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row

from grievance.calendar import Calendar
from grievance.case import Case, CaseClock
from grievance.mechanism import Unit
from grievance.vocabulary import Clock, Ending, Kind, Role, State, Step
from workflows import deadlines
from workflows.procedure import CLOCKS, ClockRule, clocks_in
from workflows.rulebook import Rulebook

_RULES = {rule.name: rule for rule in CLOCKS}
MOST_PAUSES = 2
MOST_STILL = 30
"""A clock stands still for less than so many working days in all, so the second pause is a shorter one (G13)."""
MORE_TIME = frozenset({"extension", "extension_review"})
"""The messages that say until when an answer takes longer, the company's or the reviewer's."""
STILL: Mapping[str, frozenset[Clock]] = {
    "question": frozenset({Clock.ASSESS, Clock.ANSWER, Clock.REVIEW, Clock.CARRY_OUT, Clock.CLOSE}),
    "done": frozenset({Clock.CARRY_OUT}),
}
"""Which clocks stand still once which message reached the person; to acknowledge a complaint needs no answer."""
_ANSWERED_BY: Mapping[str, frozenset[str]] = {
    "question": frozenset({Step.ADD, Step.RESUME}),
    "done": frozenset({Step.CONFIRM, Step.DISPUTE, Step.RESUME, Step.CARRY_OUT, Step.ORDER}),
}
_ASKED_BY: Mapping[str, Step] = {"question": Step.ASK, "done": Step.KEEP}


def starting(
    state: State, *, rules: Rulebook, version: str, calendar: Calendar, on: date, rounds: Mapping[str, int],
    running: Iterable[str] = (), commitments: Sequence[date] = (), kind: str = Kind.GRIEVANCE,
) -> list[dict[str, Any]]:  # fmt: skip
    """List the start operations of the clocks that run in a state and do not run yet."""
    ops: list[dict[str, Any]] = []
    already = set(running)
    for rule in clocks_in(state):
        if rule.name in already:
            continue
        due = rules.due(version, deadline_of(rule.name, kind), start=on, calendar=calendar)
        if rule.name == Clock.CARRY_OUT and commitments:
            due = max(on, *commitments)
        ops.append(
            {
                "op": "start",
                "name": str(rule.name),
                "round": rounds.get(rule.name, 0) + 1,
                "due": due.isoformat(),
            }
        )
    return ops


def moving(
    case: Case,
    step: Step,
    to: str,
    *,
    rules: Rulebook,
    calendar: Calendar,
    on: date,
    running: Callable[[], Sequence[CaseClock]],
    facts: Mapping[str, Any],
    commitments: Sequence[date] = (),
    happened_on: date | None = None,
    taken: Callable[[], Sequence[str]] | None = None,
    held: Callable[[], Collection[tuple[str, int]]] = tuple,
) -> list[dict[str, Any]]:
    """List the clock operations of a step: every clock ends with exactly one terminal event.

    `running` gives the clocks of the case, and is asked only by a step that may do something to them. `happened_on` is
    the day a complainant did it, which meets their own clock; `taken` gives the steps of the case so far, oldest
    first, of which only a message that has arrived asks; `held` the clocks that a withdrawal holds.
    """

    def unit(clock: CaseClock) -> Unit:
        return rules.deadline(case.procedure_version, deadline_of(clock.name, case.kind)).unit

    if to == case.state:
        return _staying(
            step,
            on,
            facts,
            running,
            happened_on=happened_on or on,
            taken=taken,
            held=held,
            unit=unit,
            calendar=calendar,
        )
    every = running()
    live = _live(every)
    ops: list[dict[str, Any]] = []
    stay = {rule.name for rule in clocks_in(State(to))}
    for clock in live:
        rule = _RULES[Clock(clock.name)]
        met = step in rule.met_by
        if met or clock.name not in stay:
            day = happened_on if happened_on and rule.whose == Role.COMPLAINANT else on
            ops.append(_op("end", clock, ending=_ending(clock, met=met, to=to, on=day)))
    ended = {op["name"] for op in ops}
    rounds: dict[str, int] = {}
    for clock in every:
        rounds[clock.name] = max(rounds.get(clock.name, 0), clock.round)
    if to != State.CLOSED:
        still = {c.name for c in live} - ended
        ops += starting(
            State(to),
            rules=rules,
            version=case.procedure_version,
            calendar=calendar,
            on=on,
            rounds=rounds,
            running=still,
            commitments=commitments,
            kind=case.kind,
        )
    return ops


def _staying(
    step: Step, on: date, facts: Mapping[str, Any], running: Callable[[], Sequence[CaseClock]], *, happened_on: date,
    taken: Callable[[], Sequence[str]] | None, held: Callable[[], Collection[tuple[str, int]]],
    unit: Callable[[CaseClock], Unit], calendar: Calendar,
) -> list[dict[str, Any]]:  # fmt: skip
    """List the clock operations of a step that moves no case; more time counts only from when the person was told (G14)."""
    match step:
        case Step.OVERDUE:
            meant = facts.get("clock"), facts.get("round")
            return [_op("overdue", c) for c in _live(running()) if (c.name, c.round) == meant]
        case Step.REACH:
            return _once_told(running, facts, on, unit=unit, calendar=calendar, taken=taken)
        case Step.ADD | Step.RESUME:
            standing = _live(running())
            if can_be_regretted(standing):
                return []  # who withdrew goes on by the word for it alone, whatever else they write
            return [_resume(c, on, unit(c), calendar) for c in standing if c.paused_on is not None]
        case Step.ASK_WITHDRAWAL:
            return _hold(running(), on, str(facts["until"]), unit=unit, calendar=calendar)
        case Step.REGRET:
            so_far = taken() if taken else ()
            return _go_on(
                _live(running()), on, happened_on, held=held(), taken=so_far, unit=unit, calendar=calendar
            )
        case _:
            return []


def _live(every: Iterable[CaseClock]) -> list[CaseClock]:
    return [clock for clock in every if clock.ended_on is None]


def _once_told(
    running: Callable[[], Sequence[CaseClock]], facts: Mapping[str, Any], on: date, *, unit: Callable[[CaseClock], Unit],
    calendar: Calendar, taken: Callable[[], Sequence[str]] | None,
) -> list[dict[str, Any]]:  # fmt: skip
    """Say what a message does by reaching the person: more time counts, or the clocks wait for their answer."""
    template = str(facts.get("template", ""))
    if template in MORE_TIME and "days" in facts:
        days = int(facts["days"])
        return [_extend(c, days, unit(c), calendar) for c in _live(running()) if _takes_more(c, facts, on)]
    if template not in STILL or (taken is not None and not has_the_word(template, taken())):
        return []
    return [
        _pause(c, on, unit(c), calendar)
        for c in running()
        if may_stand_still(c, on) and c.name in STILL[template]
    ]


def _hold(
    every: Sequence[CaseClock],
    on: date,
    until: str,
    *,
    unit: Callable[[CaseClock], Unit],
    calendar: Calendar,
) -> list[dict[str, Any]]:
    """Begin the days in which a withdrawal can be taken back; what is not late holds the days it has left."""
    rounds = max((c.round for c in every if c.name == Clock.REGRET), default=0)
    begins = {"op": "start", "name": str(Clock.REGRET), "round": rounds + 1, "due": until}
    running = (c for c in _live(every) if c.paused_on is None and on <= c.due_on)
    return [begins, *(_pause(c, on, unit(c), calendar) | {"held": True} for c in running)]


def _go_on(
    live: Sequence[CaseClock], on: date, regretted: date, *, held: Collection[tuple[str, int]], taken: Sequence[str],
    unit: Callable[[CaseClock], Unit], calendar: Calendar,
) -> list[dict[str, Any]]:  # fmt: skip
    """End those days, and let every clock run again whose person owes no answer to what they were asked before."""
    owes = {name for template, names in STILL.items() if has_the_word(template, taken) for name in names}
    ops: list[dict[str, Any]] = []
    for clock in live:
        if clock.name == Clock.REGRET:
            ops.append(_op("end", clock, ending=_ending(clock, met=True, to="", on=regretted)))
        elif clock.paused_on is not None and ((clock.name, clock.round) in held or clock.name not in owes):
            ops.append(_resume(clock, on, unit(clock), calendar))
    return ops


def has_the_word(template: str, taken: Sequence[str]) -> bool:
    """Tell whether the person still owes an answer to a message: it may arrive after they answered elsewhere."""
    for step in reversed(taken):
        if step in _ANSWERED_BY[template]:
            return False
        if step == _ASKED_BY[template]:
            return True
    return False


def date_told(
    step: Step,
    case: Case,
    facts: Mapping[str, Any],
    *,
    running: Callable[[], Sequence[CaseClock]],
    rules: Rulebook,
    calendar: Calendar,
    on: date,
) -> dict[str, str]:
    """Say what date the message of a step names: until when a clock will run, or until when it may stand still."""
    if step == Step.ASK:
        return {"until": _still_until(case, _live(running()), on, rules=rules, calendar=calendar).isoformat()}
    if step == Step.ASK_WITHDRAWAL:
        due = rules.due(case.procedure_version, Clock.REGRET, start=on, calendar=calendar)
        return {"until": due.isoformat()}
    if step != Step.EXTEND:
        return {}
    for clock in _live(running()):
        if clock.name == facts.get("clock"):
            deadline = rules.deadline(case.procedure_version, deadline_of(clock.name, case.kind))
            return {"until": str(_extend(clock, int(facts["days"]), deadline.unit, calendar)["due"])}
    return {}


def _still_until(
    case: Case, live: Sequence[CaseClock], on: date, *, rules: Rulebook, calendar: Calendar
) -> date:
    """Say until when at most the clocks wait for an answer to a question that is asked now."""
    told = rules.due(case.procedure_version, "complainant", start=on, calendar=calendar)
    if not any(clock.pauses for clock in live if clock.name in STILL["question"]):
        return told
    stood = (
        calendar.working_days_between(on, told) + 1
    )  # it ran again on the day after the last one of the first pause
    return min(told, calendar.add_working_days(on, max(1, MOST_STILL - 2 - stood)))


def _takes_more(clock: CaseClock, facts: Mapping[str, Any], on: date) -> bool:
    """Tell whether word of more time moves a clock: the one it was asked for, once, told before its date had passed."""
    in_time = clock.paused_on is not None or on <= clock.due_on
    meant = clock.name == facts.get("clock") and clock.started_on.isoformat() <= str(
        facts.get("asked_on", "9")
    )
    return meant and in_time and not clock.extended


def may_stand_still(clock: CaseClock, on: date) -> bool:
    """Tell whether a clock may be paused: it runs, is not late, and was not stopped twice before."""
    return (
        clock.ended_on is None
        and clock.paused_on is None
        and on <= clock.due_on
        and clock.pauses < MOST_PAUSES
    )


def can_be_regretted(every: Iterable[CaseClock]) -> bool:
    """Tell whether a case was withdrawn and its person can still take that back: nothing else moves it then."""
    return any(clock.name == Clock.REGRET for clock in _live(every))


def is_overdue(clock: CaseClock | Row[Any], today: date) -> bool:
    """Tell whether a running clock has passed its date; the day itself is still in time."""
    return clock.ended_on is None and clock.paused_on is None and today > clock.due_on


def next_date(every: Iterable[CaseClock], today: date) -> date | None:
    """Find the next date that a person can wait for: one that has passed is none, and is told as missed elsewhere."""
    running = (c.due_on for c in _live(every) if c.paused_on is None and c.due_on >= today)
    return min(running, default=None)


def is_twice_overdue(clock: CaseClock | Row[Any], today: date, calendar: Calendar) -> bool:
    """Tell whether a clock is later than all the time it had at first, in working days whatever its unit.

    Pauses moved its date, so they are not in it; what an extension gave is not given twice.
    """
    if not is_overdue(clock, today):
        return False
    allowed = max(1, calendar.working_days_between(clock.started_on, clock.first_due_on))
    return calendar.working_days_between(clock.due_on, today) > allowed


def pause_is_over(
    clock: CaseClock,
    today: date,
    *,
    rules: Rulebook,
    version: str,
    calendar: Calendar,
    told: date | None = None,
) -> bool:
    """Tell whether a clock has stood still for all the days the person has to answer; then it runs again by itself.

    `told`: the date that the question named; no clock that waits for its answer stands still for longer.
    """
    if clock.ended_on is not None or clock.paused_on is None:
        return False
    if told is not None and clock.name != Clock.CARRY_OUT and today > told:
        return True
    name = "confirm" if clock.name == Clock.CARRY_OUT else "complainant"
    return today > rules.due(version, name, start=clock.paused_on, calendar=calendar)


def warning(
    clock: CaseClock, today: date, *, kind: str, rules: Rulebook, version: str, calendar: Calendar
) -> float | None:
    """Say which of the two warnings a running clock has reached: 0.75 or 0.9 of its days are used up."""
    if clock.ended_on is not None or clock.paused_on is not None:
        return None
    deadline = rules.deadline(version, deadline_of(clock.name, kind))
    allowed = deadlines.between(clock.started_on, clock.first_due_on, deadline.unit, calendar)
    allowed = max(1, allowed + (deadline.extension if clock.extended else 0))
    left = deadlines.between(today, clock.due_on, deadline.unit, calendar)
    return max((w for w in deadlines.WARNINGS if allowed - left >= w * allowed), default=None)


def is_companys(name: str) -> bool:
    """Tell whether the company owes what a clock measures."""
    return whose(name) == Role.OFFICER


def whose(name: str) -> Role:
    """Say who owes what a clock measures."""
    return _RULES[Clock(name)].whose


def deadline_of(name: str, kind: str) -> str:
    """Name the deadline of a clock: the answer to a request for information has one of its own."""
    asked = kind == Kind.INFORMATION_REQUEST and name == Clock.ANSWER
    return str(Kind.INFORMATION_REQUEST) if asked else rule_of(name).deadline


def rule_of(name: str) -> ClockRule:
    """Find the rule of a clock."""
    return _RULES[Clock(name)]


def _ending(clock: CaseClock, *, met: bool, to: str, on: date) -> Ending:
    if met:
        return Ending.LATE if on > clock.due_on and clock.paused_on is None else Ending.MET
    return Ending.CLOSED if to == State.CLOSED else Ending.STOPPED


def _op(op: str, clock: CaseClock, **more: Any) -> dict[str, Any]:
    return {"op": op, "name": clock.name, "round": clock.round, **{k: str(v) for k, v in more.items()}}


def _pause(clock: CaseClock, on: date, unit: Unit, calendar: Calendar) -> dict[str, Any]:
    remaining = deadlines.between(on, clock.due_on, unit, calendar)
    return {"op": "pause", "name": clock.name, "round": clock.round, "remaining": remaining}


def _resume(clock: CaseClock, on: date, unit: Unit, calendar: Calendar) -> dict[str, Any]:
    due = deadlines.after(on, clock.remaining or 0, unit, calendar)
    if not clock.remaining and unit is Unit.WORKING:
        due = calendar.next_working_day(on)
    return {"op": "resume", "name": clock.name, "round": clock.round, "due": due.isoformat()}


def _extend(clock: CaseClock, days: int, unit: Unit, calendar: Calendar) -> dict[str, Any]:
    due = deadlines.after(clock.due_on, days, unit, calendar).isoformat()
    op = {"op": "extend", "name": clock.name, "round": clock.round, "due": due, "days": days}
    return op if clock.remaining is None else op | {"remaining": clock.remaining + days}
