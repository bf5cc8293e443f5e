"""What is counted when something happens: deltas of the marginal rollups, in the same transaction (DESIGN 8).

Protected cases are counted nowhere here. A case counts for an operator from the day its desk can see it;
until then it stands under `unrouted`, and moving from one to the other is `moved_out` and `moved_in`.

Measures: `received`, `reopened`, `closed`, `moved_in`, `moved_out`, `sense:<sense>`, `step:<step>`,
`<clock>:<met|late|stopped|closed>`, `days:<clock>:<gross calendar days>`, `refused:<guard>`, `told`,
`letter:closing`; of a clock that was met or late also `extended:<clock>`, `paused:<clock>` and
`net:<clock>:<gross>:<net calendar days>` where it stood still, and of a complaint's first answer `heard:answer` where
somebody had offered before to hear the person. For the whole only: `answered:<type of answer>`,
`ruling:<ruling>`, `review:<heard|late|more_time>`, `cause:<cause>`, `corrected:<why>`, and of answers and orders
`offered`, `ordered` (by commitment) and `explained`; of each case that ends `again:<yes|no>`.

Dimensions: `all`, `operator`; for `received` also `channel`, `theme`, `site` and `site_theme`; for what of a case's
end a month prints by site, also `site`.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

from sqlalchemy import Connection

from grievance import record, tally
from grievance.case import Case, CaseClock
from grievance.tally import Count
from grievance.vocabulary import ADMISSIONS, Clock, Ending, Kind, Role, State, Step
from workflows.criterion import Refusal

UNROUTED = "unrouted"
NOT_STATED = "not_stated"
ALL = "all"
BY_SITE = frozenset({"acknowledge:met", "answer:met", "answer:late", "closed"})
"""What is counted by site too, besides what came in."""

LOOKS_AGAIN = frozenset(
    {
        Step.ORDER,
        Step.CONFIRM_ANSWER,
        Step.RETURN,
        Step.CONFIRM,
        Step.CLOSE_NO_CONTACT,
        Step.RULE_OUT_OF_SCOPE,
    }
)
"""Steps with which a reviewer looks at a case again: decides a review, confirms what was done, or ends it."""
NOT_ADMITTED = frozenset({"reject", "late_filing"})
"""Rulings by which a review was not taken up, so that nobody looked."""
_ANSWERED = frozenset({f"{Clock.ANSWER}:{Ending.MET}", f"{Clock.ANSWER}:{Ending.LATE}"})


class Entering(Protocol):
    """What of a complaint is counted."""

    @property
    def channel(self) -> str:
        """By which door it came."""
        ...

    @property
    def theme(self) -> str | None:
        """What it is about, if that is known."""
        ...

    @property
    def site(self) -> str | None:
        """Which site it is about, if that is known."""
        ...


def member(*, protected: bool, room: str, operator: str | None) -> str | None:
    """Say for whom a case counts: nobody while it is protected, `unrouted` until a desk can see it."""
    if protected:
        return None
    return operator if room == "desk" and operator else UNROUTED


def count_receipt(conn: Connection, act: record.Act, complaint: Entering, *, counted: str | None) -> None:
    """Count a complaint that came in."""
    if counted is None:
        return
    theme, site = complaint.theme or NOT_STATED, complaint.site or NOT_STATED
    members = {
        "all": ALL, "operator": counted, "channel": complaint.channel, "theme": theme, "site": site,
        "site_theme": f"{site}/{theme}",
    }  # fmt: skip
    tally.append(conn, month=act.month, kind=act.kind, counts=[Count("received", members)])


def count_step(
    conn: Connection,
    act: record.Act,
    *,
    before: Case,
    changed: Mapping[str, Any],
    ops: Sequence[Mapping[str, Any]],
    clocks: Sequence[CaseClock],
    owed: Sequence[str],
) -> None:
    """Count a step whose entry is written: the move between operators, then all for whom the case counts afterwards."""
    old = before.counted
    new = changed.get("counted", old)
    counts: list[Count] = []
    if old != new:
        counts += _moves(old, new)
    if new is not None:
        for_whom = {"all": ALL, "operator": new}
        there = for_whom | {"site": act.site or NOT_STATED}
        measures = _measures(conn, act, changed, ops, clocks, owed)
        if _ANSWERED.intersection(measures) and _was_heard(conn, act):
            measures.append("heard:answer")
        counts += [Count(measure, there if measure in BY_SITE else for_whom) for measure in measures]
        counts += [Count(measure, {"all": ALL}, n) for measure, n in of_facts(act.step, act.facts or {})]
        if "closed" in measures:
            counts.append(Count(f"again:{'yes' if _was_looked_at_again(conn, act) else 'no'}", {"all": ALL}))
    if counts:
        tally.append(conn, month=act.month, kind=act.kind, counts=counts)


def count_refusals(conn: Connection, case: Case, refusals: Sequence[Refusal], *, month: str) -> None:
    """Count what the guards refused."""
    if case.counted is not None:
        counts = [Count(f"refused:{r.guard}", {"all": ALL, "operator": case.counted}) for r in refusals]
        tally.append(conn, month=month, kind=case.kind, counts=counts)


def of_facts(step: str, facts: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    """Say what is counted, for the whole only, of what a step brought: measure and how often."""
    match step:
        case Step.PROPOSE:
            if "answer_type" in facts:
                yield f"answered:{facts['answer_type']}", 1
            yield from _promised(facts, "offered")
            if facts.get("explanation_only"):
                yield "explained", 1
        case Step.ORDER | Step.CONFIRM_ANSWER | Step.RETURN:
            if "ruling" in facts:
                yield f"ruling:{facts['ruling']}", 1
            if facts.get("hearing") == "held":
                yield "review:heard", 1
            if facts.get("late") and facts.get("admission") == ADMISSIONS[0]:
                yield "review:late", 1
            yield from _promised(facts, "ordered")
        case Step.EXTEND if facts.get("clock") == Clock.INDEPENDENT_REVIEW:
            yield "review:more_time", 1
        case Step.LEARN:
            yield f"cause:{facts.get('root_cause', NOT_STATED)}", 1
        case Step.CORRECT:
            yield f"corrected:{'other_kind' if 'kind' in facts else facts.get('reason', NOT_STATED)}", 1
        case _:
            return


def looks_again(step: str, role: str, facts: Mapping[str, Any]) -> bool:
    """Tell whether with this step a third party looked at a case again."""
    return step in LOOKS_AGAIN and role == Role.REVIEWER and facts.get("ruling") not in NOT_ADMITTED


def _was_looked_at_again(conn: Connection, act: record.Act) -> bool:
    return any(
        looks_again(e.step, e.role, json.loads(e.facts))
        for e in record.done_in(conn, act.stream)
        if e.step in LOOKS_AGAIN and not e.refused
    )


def _promised(facts: Mapping[str, Any], measure: str) -> Iterator[tuple[str, int]]:
    if facts.get("offers"):
        yield measure, len(facts["offers"])


def _moves(old: str | None, new: str | None) -> list[Count]:
    counts = []
    if old is not None:
        counts.append(Count("moved_out", {"operator": old} | ({"all": ALL} if new is None else {})))
    if new is not None:
        counts.append(Count("moved_in", {"operator": new} | ({"all": ALL} if old is None else {})))
    return counts


def _measures(
    conn: Connection,
    act: record.Act,
    changed: Mapping[str, Any],
    ops: Sequence[Mapping[str, Any]],
    clocks: Sequence[CaseClock],
    owed: Sequence[str],
) -> list[str]:
    measures = [f"step:{act.step}"]
    if act.to_state == State.CLOSED != act.from_state:
        measures += ["closed", f"sense:{changed['sense']}"]
    if act.step == Step.REOPEN:
        measures.append("reopened")
    if owed:
        measures.append("told")
    if "closing_letter" in owed:
        measures.append("letter:closing")
    standing = {(c.name, c.round): c for c in clocks}
    withdrew = any(name == Clock.REGRET for name, _ in standing)
    for op in ops:
        if op["op"] == "end":
            name = op["name"]
            measures.append(f"{name}:{op['ending']}")
            if op["ending"] in (Ending.MET, Ending.LATE):
                clock = standing.get((name, op["round"]))
                days = 0 if clock is None else (act.recorded_on - clock.started_on).days
                measures.append(f"days:{name}:{days}")
                if clock is not None and clock.extended:
                    measures.append(f"extended:{name}")
                if clock is None:
                    continue
                still = _stood_still(conn, act, clock) if clock.pauses or withdrew else None
                if clock.pauses:
                    measures.append(f"paused:{name}")
                if still is not None:
                    measures.append(f"net:{name}:{days}:{days - still}")
    return measures


def _was_heard(conn: Connection, act: record.Act) -> bool:
    """Tell whether somebody had offered to hear the person before; who asks for information is not judged."""
    return act.kind == Kind.GRIEVANCE and any(
        e.step == Step.HEAR and not e.refused for e in record.done_in(conn, act.stream)
    )


def _stood_still(conn: Connection, act: record.Act, clock: CaseClock) -> int | None:
    """Add up the calendar days for which a clock stood still until it ended now; None if it never did."""
    days: int | None = None
    since = None
    for entry in record.done_in(conn, act.stream):
        if entry.refused or '"clocks":' not in entry.facts:
            continue
        for op in json.loads(entry.facts)["clocks"]:
            if (op["name"], op["round"]) != (clock.name, clock.round):
                continue
            if op["op"] == "pause":
                days, since = days or 0, entry.recorded_on
            elif since is not None and op["op"] in ("resume", "end"):
                days, since = (days or 0) + (entry.recorded_on - since).days, None
    return days
