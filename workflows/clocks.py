"""Clocks: which start, which end and how, when a case moves. Dates only; lateness is worked out, never stored."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from grievance.calendar import Calendar
from grievance.case import Case, CaseClock
from grievance.vocabulary import Clock, Ending, Role, State, Step
from workflows.procedure import CLOCKS, ClockRule, clocks_in
from workflows.rulebook import Rulebook

_RULES = {rule.name: rule for rule in CLOCKS}
TWICE = 2


def starting(
    state: State, *, rules: Rulebook, version: str, calendar: Calendar, on: date, rounds: Mapping[str, int],
    running: Iterable[str] = (), commitments: Sequence[date] = (),
) -> list[dict[str, Any]]:  # fmt: skip
    """List the start operations of the clocks that run in a state and do not run yet."""
    ops: list[dict[str, Any]] = []
    already = set(running)
    for rule in clocks_in(state):
        if rule.name in already:
            continue
        due = rules.due(version, rule.deadline, start=on, calendar=calendar)
        if rule.name == Clock.CARRY_OUT and commitments:
            due = max(commitments)
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
    running: Sequence[CaseClock],
    facts: Mapping[str, Any],
    commitments: Sequence[date] = (),
) -> list[dict[str, Any]]:
    """List the clock operations of a step: every clock ends with exactly one terminal event."""
    live = [c for c in running if c.ended_on is None]
    ops: list[dict[str, Any]] = []
    if step == Step.EXTEND:
        return [_extend(c, int(facts["days"]), calendar) for c in live if c.name == facts.get("clock")]
    if step == Step.OVERDUE:
        return [
            _op("overdue", c) for c in live if c.name == facts.get("clock") and c.round == facts.get("round")
        ]
    if step == Step.REACH and facts.get("template") == "question":
        return [_pause(c, on, calendar) for c in live if c.paused_on is None and is_companys(c.name)]
    if step in (Step.ADD, Step.RESUME):
        return [_resume(c, on, calendar) for c in live if c.paused_on is not None]
    if to == case.state:
        return ops
    stay = {rule.name for rule in clocks_in(State(to))}
    for clock in live:
        rule = _RULES[Clock(clock.name)]
        met = step in rule.met_by
        if met or clock.name not in stay:
            ops.append(_op("end", clock, ending=_ending(clock, met=met, to=to, on=on)))
    ended = {op["name"] for op in ops}
    rounds: dict[str, int] = {}
    for clock in running:
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
        )
    return ops


def is_overdue(clock: CaseClock, today: date) -> bool:
    """Tell whether a running clock has passed its date; the day itself is still in time."""
    return clock.ended_on is None and clock.paused_on is None and today > clock.due_on


def is_twice_overdue(clock: CaseClock, today: date, calendar: Calendar) -> bool:
    """Tell whether a clock has run for twice the working days it had."""
    if not is_overdue(clock, today):
        return False
    allowed = max(1, calendar.working_days_between(clock.started_on, clock.due_on))
    return calendar.working_days_between(clock.started_on, today) > TWICE * allowed


def is_companys(name: str) -> bool:
    """Tell whether the company owes what a clock measures."""
    return whose(name) == Role.OFFICER


def whose(name: str) -> Role:
    """Say who owes what a clock measures."""
    return _RULES[Clock(name)].whose


def rule_of(name: str) -> ClockRule:
    """Find the rule of a clock."""
    return _RULES[Clock(name)]


def _ending(clock: CaseClock, *, met: bool, to: str, on: date) -> Ending:
    if met:
        return Ending.LATE if on > clock.due_on and clock.paused_on is None else Ending.MET
    return Ending.CLOSED if to == State.CLOSED else Ending.STOPPED


def _op(op: str, clock: CaseClock, **more: Any) -> dict[str, Any]:
    return {"op": op, "name": clock.name, "round": clock.round, **{k: str(v) for k, v in more.items()}}


def _pause(clock: CaseClock, on: date, calendar: Calendar) -> dict[str, Any]:
    remaining = max(0, calendar.working_days_between(on, clock.due_on))
    return {"op": "pause", "name": clock.name, "round": clock.round, "remaining": remaining}


def _resume(clock: CaseClock, on: date, calendar: Calendar) -> dict[str, Any]:
    due = (
        calendar.add_working_days(on, clock.remaining or 0)
        if clock.remaining
        else calendar.next_working_day(on)
    )
    return {"op": "resume", "name": clock.name, "round": clock.round, "due": due.isoformat()}


def _extend(clock: CaseClock, days: int, calendar: Calendar) -> dict[str, Any]:
    return {
        "op": "extend",
        "name": clock.name,
        "round": clock.round,
        "due": calendar.add_working_days(clock.due_on, days).isoformat(),
    }
