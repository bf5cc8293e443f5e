"""The procedure is a table: from where, which step, to where, by whom (DESIGN 7).

Menus, desk buttons, the README, `/procedure` and the tests are read from it; migrations carry its paths
literally, so that the database refuses what it does not list.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from grievance.vocabulary import CASE_KINDS, Clock, Role, State, Step

S, R = State, Role


@dataclass(frozen=True, slots=True)
class Rule:
    """One path: a step from a state to a state, and who may take it. `to` of None stays where it is."""

    start: State
    step: Step
    to: State | None
    who: tuple[Role, ...]

    @property
    def target(self) -> State:
        """The state the case is in afterwards."""
        return self.start if self.to is None else self.to


OPEN = tuple(state for state in State if state not in (S.NEW, S.CLOSED))
"""Every state in which somebody owes something."""


def _rules(starts: tuple[State, ...], step: Step, to: State | None, *who: Role) -> Iterator[Rule]:
    yield from (Rule(start, step, to, who) for start in starts)


PROCEDURE: tuple[Rule, ...] = (
    Rule(S.NEW, Step.RECEIVE, S.RECEIVED, (R.CHANNEL,)),
    Rule(S.RECEIVED, Step.ACKNOWLEDGE, S.ACKNOWLEDGED, (R.OFFICER,)),
    *_rules((S.ACKNOWLEDGED, S.REOPENED), Step.ASSESS, S.ASSESSED, R.OFFICER),
    Rule(S.ASSESSED, Step.INVESTIGATE, S.INVESTIGATING, (R.OFFICER,)),
    *_rules((S.INVESTIGATING, S.IN_DIALOGUE, S.UNDER_REVIEW), Step.PROPOSE, S.PROPOSED, R.OFFICER),
    *_rules((S.PROPOSED, S.IN_DIALOGUE), Step.ACCEPT, S.AGREED, R.COMPLAINANT),
    Rule(S.PROPOSED, Step.DECLINE, S.IN_DIALOGUE, (R.COMPLAINANT,)),
    Rule(S.PROPOSED, Step.TALK, S.IN_DIALOGUE, (R.COMPLAINANT,)),
    *_rules((S.PROPOSED, S.IN_DIALOGUE), Step.ASK_REVIEW, S.UNDER_REVIEW, R.COMPLAINANT),
    *_rules(
        tuple(s for s in OPEN if s != S.UNDER_INDEPENDENT_REVIEW),
        Step.ASK_INDEPENDENT_REVIEW, S.UNDER_INDEPENDENT_REVIEW, R.COMPLAINANT,
    ),
    *_rules(
        tuple(s for s in OPEN if s != S.UNDER_INDEPENDENT_REVIEW),
        Step.ESCALATE, S.UNDER_INDEPENDENT_REVIEW, R.CLOCK,
    ),
    *_rules((S.AGREED, S.IMPLEMENTING, S.VERIFIED), Step.DISPUTE, S.UNDER_INDEPENDENT_REVIEW, R.COMPLAINANT),
    Rule(S.UNDER_INDEPENDENT_REVIEW, Step.CONFIRM_ANSWER, S.CLOSED, (R.REVIEWER,)),
    Rule(S.UNDER_INDEPENDENT_REVIEW, Step.ORDER, S.IMPLEMENTING, (R.REVIEWER,)),
    Rule(S.UNDER_INDEPENDENT_REVIEW, Step.RETURN, S.INVESTIGATING, (R.REVIEWER,)),
    Rule(S.UNDER_INDEPENDENT_REVIEW, Step.RETURN, S.ACKNOWLEDGED, (R.REVIEWER,)),
    Rule(S.UNDER_INDEPENDENT_REVIEW, Step.ASK_TO_COMPLETE, None, (R.REVIEWER,)),
    *_rules((S.ACKNOWLEDGED, S.INVESTIGATING, S.IMPLEMENTING, S.CLOSED), Step.DISSENT, None, R.REVIEWER),
    Rule(S.AGREED, Step.CARRY_OUT, S.IMPLEMENTING, (R.OFFICER,)),
    Rule(S.AGREED, Step.CLOSE, S.CLOSED, (R.OFFICER,)),
    Rule(S.IMPLEMENTING, Step.CONFIRM, S.VERIFIED, (R.COMPLAINANT, R.REVIEWER)),
    Rule(S.VERIFIED, Step.CLOSE, S.CLOSED, (R.OFFICER,)),
    *_rules(OPEN, Step.WITHDRAW, S.CLOSED, R.CLOCK),
    *_rules(OPEN, Step.ACCEPT_REFERRAL, S.CLOSED, R.COMPLAINANT),
    *_rules((*OPEN, S.CLOSED), Step.ERASE, S.CLOSED, R.COMPLAINANT),
    *_rules(OPEN, Step.JOIN, S.CLOSED, R.COMPLAINANT),
    *_rules(OPEN, Step.CLOSE_NO_CONTACT, S.CLOSED, R.REVIEWER),
    *_rules(OPEN, Step.RULE_OUT_OF_SCOPE, S.CLOSED, R.REVIEWER),
    *_rules(OPEN, Step.HAND_OVER, S.CLOSED, R.FOCAL),
    Rule(S.CLOSED, Step.REOPEN, S.REOPENED, (R.COMPLAINANT, R.REVIEWER)),
    *_rules(OPEN, Step.ASK_WITHDRAWAL, None, R.COMPLAINANT),
    *_rules(OPEN, Step.REGRET, None, R.COMPLAINANT),
    *_rules((*OPEN, S.CLOSED), Step.ADD, None, R.COMPLAINANT),
    *_rules((*OPEN, S.CLOSED), Step.REACH, None, R.CHANNEL),
    *_rules((*OPEN, S.CLOSED), Step.OPEN, None, R.OFFICER, R.FOCAL, R.REVIEWER, R.COMPLAINANT),
    *_rules(OPEN, Step.ASSIGN, None, R.OFFICER, R.REVIEWER),
    *_rules(OPEN, Step.ASK, None, R.OFFICER, R.REVIEWER),
    *_rules(OPEN, Step.RESUME, None, R.COMPLAINANT, R.CLOCK),
    *_rules(OPEN, Step.EXTEND, None, R.OFFICER, R.REVIEWER),
    *_rules(OPEN, Step.UPDATE, None, R.OFFICER, R.REVIEWER),
    *_rules(OPEN, Step.HEAR, None, R.OFFICER, R.REVIEWER),
    *_rules(OPEN, Step.TRANSFER, None, R.REVIEWER),
    *_rules(OPEN, Step.ROUTE, None, R.FOCAL, R.REVIEWER, R.CHANNEL),
    *_rules(OPEN, Step.RELEASE, None, R.FOCAL, R.REVIEWER, R.CLOCK),
    *_rules(OPEN, Step.HAND_TO_FOCAL, None, R.OFFICER, R.FOCAL, R.REVIEWER),
    *_rules(OPEN, Step.CORRECT, None, R.OFFICER, R.REVIEWER),
    *_rules((S.AGREED, S.IMPLEMENTING), Step.COMMIT, None, R.OFFICER),
    *_rules((S.AGREED, S.IMPLEMENTING), Step.KEEP, None, R.OFFICER),
    *_rules((S.IMPLEMENTING, S.VERIFIED), Step.MISS, None, R.COMPLAINANT, R.REVIEWER, R.CLOCK),
    *_rules(OPEN, Step.REFER, None, R.OFFICER, R.REVIEWER),
    *_rules(OPEN, Step.RECUSE, None, R.OFFICER, R.FOCAL, R.REVIEWER, R.CHANNEL),
    *_rules(OPEN, Step.LEARN, None, R.OFFICER, R.REVIEWER),
    *_rules(OPEN, Step.ATTEMPT_CONTACT, None, R.OFFICER, R.REVIEWER),
    *_rules(OPEN, Step.OVERDUE, None, R.CLOCK),
    *_rules(OPEN, Step.MARK_VEXATIOUS, None, R.REVIEWER),
    *_rules((*OPEN, S.CLOSED), Step.APPEAL, None, R.COMPLAINANT),
    *_rules((*OPEN, S.CLOSED), Step.PANEL, None, R.FOCAL, R.REVIEWER),
    *_rules(OPEN, Step.LINK, None, R.OFFICER, R.REVIEWER),
    *_rules(OPEN, Step.MANDATE, None, R.FOCAL, R.REVIEWER),
    *_rules(OPEN, Step.CONSENT, None, R.COMPLAINANT),
    *_rules(OPEN, Step.INTERIM, None, R.OFFICER, R.REVIEWER),
    *_rules(OPEN, Step.SECOND, None, R.OFFICER, R.FOCAL, R.REVIEWER),
    *_rules(OPEN, Step.UNMASK, None, R.FOCAL, R.REVIEWER),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ClockRule:
    """A clock: which states it runs in, which steps meet it, whose it is, and which deadline it has."""

    name: Clock
    states: tuple[State, ...]
    met_by: tuple[Step, ...]
    whose: Role
    deadline: str


CLOCKS: tuple[ClockRule, ...] = (
    ClockRule(Clock.ACKNOWLEDGE, (S.RECEIVED,), (Step.ACKNOWLEDGE,), R.OFFICER, "acknowledge"),
    ClockRule(Clock.ASSESS, (S.RECEIVED, S.ACKNOWLEDGED, S.REOPENED), (Step.ASSESS,), R.OFFICER, "assess"),
    ClockRule(
        Clock.ANSWER, (S.RECEIVED, S.ACKNOWLEDGED, S.ASSESSED, S.INVESTIGATING, S.IN_DIALOGUE, S.REOPENED),
        (Step.PROPOSE,), R.OFFICER, "answer",
    ),
    ClockRule(
        Clock.COMPLAINANT, (S.PROPOSED,),
        (Step.ACCEPT, Step.DECLINE, Step.TALK, Step.ASK_REVIEW, Step.ASK_INDEPENDENT_REVIEW), R.COMPLAINANT, "complainant",
    ),
    ClockRule(Clock.REVIEW, (S.UNDER_REVIEW,), (Step.PROPOSE,), R.OFFICER, "review"),
    ClockRule(
        Clock.INDEPENDENT_REVIEW, (S.UNDER_INDEPENDENT_REVIEW,), (Step.CONFIRM_ANSWER, Step.ORDER, Step.RETURN),
        R.REVIEWER, "independent_review",
    ),
    ClockRule(Clock.CARRY_OUT, (S.AGREED, S.IMPLEMENTING), (Step.CONFIRM, Step.CLOSE), R.OFFICER, "carry_out"),
    ClockRule(Clock.CLOSE, (S.VERIFIED,), (Step.CLOSE,), R.OFFICER, "close"),
    ClockRule(Clock.REGRET, (), (Step.REGRET,), R.COMPLAINANT, "regret"),
)  # fmt: skip
"""Every open state has at least one clock (a house test says so); the one of regret begins with a step, in any of them."""

AT_REVIEW: dict[Role, Role] = {Role.OFFICER: Role.FOCAL}
"""In protected, unrouted and unreleased cases the focal point does the officer's steps (DESIGN 7)."""


def rules_for(start: str, step: str) -> tuple[Rule, ...]:
    """Find the paths of a step from a state: none, one, or the two of `return`."""
    return _BY_STEP.get((start, step), ())


def steps_open_to(role: Role, start: str, *, at_review: bool = False) -> tuple[Step, ...]:
    """List what a role may do from a state, in the order of the table."""
    roles = {role} | ({Role.OFFICER} if at_review and role in (Role.FOCAL, Role.REVIEWER) else set())
    return tuple(dict.fromkeys(r.step for r in PROCEDURE if r.start == start and roles & set(r.who)))


def clocks_in(state: str) -> tuple[ClockRule, ...]:
    """List the clocks that run in a state."""
    return tuple(rule for rule in CLOCKS if state in rule.states)


def transitions() -> frozenset[tuple[str, str, str, str]]:
    """List every path as the database knows it: kind, from, step, to."""
    return frozenset(
        (str(k), str(r.start), str(r.step), str(r.target)) for k in CASE_KINDS for r in PROCEDURE
    )


def as_markdown() -> str:
    """Write the table of the README: moves first, then what a case can do without moving."""
    lines = ["| from | step | to | who |", "| --- | --- | --- | --- |"]
    moves = [r for r in PROCEDURE if r.to is not None]
    grouped: dict[tuple[Step, State, tuple[Role, ...]], list[State]] = {}
    for rule in moves:
        grouped.setdefault((rule.step, rule.target, rule.who), []).append(rule.start)
    for (step, to, who), starts in grouped.items():
        every = set(starts) == set(OPEN)
        shown = "any open" if every else ", ".join(starts)
        lines.append(f"| {shown} | {step} | {to} | {', '.join(who)} |")
    stays: dict[tuple[Step, tuple[Role, ...]], list[State]] = {}
    for rule in PROCEDURE:
        if rule.to is None:
            stays.setdefault((rule.step, rule.who), []).append(rule.start)
    staying: dict[tuple[str, tuple[Role, ...]], list[Step]] = {}
    for (step, who), starts in stays.items():
        where = "any open" if set(starts) >= set(OPEN) else ", ".join(starts)
        staying.setdefault((where, who), []).append(step)
    lines += [
        f"| {where} | {', '.join(steps)} | same | {', '.join(who)} |"
        for (where, who), steps in staying.items()
    ]
    return "\n".join(lines)


_BY_STEP: dict[tuple[str, str], tuple[Rule, ...]] = {}
for _rule in PROCEDURE:
    _key = (str(_rule.start), str(_rule.step))
    _BY_STEP[_key] = (*_BY_STEP.get(_key, ()), _rule)
