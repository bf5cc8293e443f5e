"""Casework: the only way to change a case. One verb receives, one takes a step.

Both keep the whole order:

rule of the procedure -> criteria -> new state -> entry in the record -> projections -> notices owed -> tallies,

in the caller's one transaction. A refusal is an entry of its own that commits while the step does not.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, insert

from grievance import case as cases
from grievance import pad, record, vault
from grievance.case import Case
from grievance.complainant import Bond, Contributor, Link
from grievance.errors import Damaged, Refused, Unknown
from grievance.moment import Moment
from grievance.vocabulary import Clock, Kind, Role, State, Step
from workflows import clocks, counting, criteria, effects, owing, requests, texts
from workflows.criterion import Actor, Refusal
from workflows.effects import Offer
from workflows.knowing import conflicts, erasures, rulings
from workflows.knowing.evidence import Evidence
from workflows.procedure import Rule, rules_for
from workflows.rulebook import Rulebook
from workflows.texts import Said
from workflows.workedout import Brought, worked_out

_BONDS = insert(Bond.__table__)  # type: ignore[attr-defined]
_TOKENS = insert(Contributor.__table__)  # type: ignore[attr-defined]
_LINKS = insert(Link.__table__)  # type: ignore[attr-defined]
NUMBER_TRIES = 64


class NoSuchStep(Refused):
    """The procedure has no such step from here, or not for this role."""


class StepRefused(Refused):
    """The criteria say no, with reasons; the refusal is in the record."""

    def __init__(self, refusals: Sequence[Refusal]) -> None:
        super().__init__("; ".join(f"{r.guard}: {r.reason}" for r in refusals))
        self.refusals = tuple(refusals)


@dataclass(frozen=True, slots=True)
class Complaint:
    """What a door knows of a new complaint; the words are already sealed to their readers.

    `number`: it stands on a slip that was printed before; without one, a free number is drawn. `relayed_by` took
    it down and read it back to whoever spoke. `named`: accounts of staff that the words name; they are off the case.
    `asked`: the version of the questions that its door asks, so that it can be seen when they changed; 0 for a relay.
    """

    channel: str
    language: str
    said: tuple[Said, ...]
    room: str
    operator: str | None = None
    site: str | None = None
    zone: str | None = None
    theme: str | None = None
    protected: bool = False
    complainant: str | None = None
    token: tuple[int, bytes] | None = None
    happened_at: datetime | None = None
    visible_on: date | None = None
    visible_hour: int = 0
    link: tuple[str, str, date | None] | None = None
    kind: str = Kind.GRIEVANCE
    recording: bool = False
    pull: bool = False
    number: str | None = None
    care: bool = False
    embargo: int = 0
    relayed_by: str = ""
    named: tuple[str, ...] = ()
    asked: int = 0


@dataclass(frozen=True, slots=True)
class Received:
    """A case that exists: its id, its number, the date of the first answer, and the receipt that is owed."""

    case: str
    number: str
    due_on: date
    notice: str | None
    leaf_hash: bytes


@dataclass(frozen=True, slots=True)
class Doing:
    """What somebody brings to a step: closed-vocabulary facts, sealed texts, commitments.

    `words` is the outgoing text in clear, for the guards that read it; it is never stored. `told`: of the messages that
    are owed, those that the person got already when they answered; they are owed, and not sent twice.
    """

    facts: Mapping[str, Any] = field(default_factory=dict)
    said: tuple[Said, ...] = ()
    words: str = ""
    offers: tuple[Offer, ...] = ()
    to: State | None = None
    happened_at: datetime | None = None
    told: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a step: taken, or refused with reasons (the refusal is recorded either way)."""

    case: str
    state: str
    refusals: tuple[Refusal, ...] = ()
    notices: tuple[str, ...] = ()

    def settle(self) -> "Outcome":
        """Raise what was refused, once the transaction is safe.

        Raises:
            StepRefused: with every reason.
        """
        if self.refusals:
            raise StepRefused(self.refusals)
        return self


def receive(conn: Connection, complaint: Complaint, *, rules: Rulebook, at: Moment) -> Received:
    """Make a case of a complaint.

    Raises:
        StepRefused: there is no content at all; nothing was stored.
    """
    version = rules.current.version
    calendar = rules.calendar(version, site=complaint.site, operator=complaint.operator)
    happened = complaint.happened_at or at.now
    happened_on, recorded_on = calendar.site_date(happened), calendar.site_date(at.now)
    case_id = at.id("case")
    number = complaint.number or _free_number(conn, at)
    visible = complaint.room == "desk" and not complaint.protected
    columns: dict[str, Any] = {
        "number": number,
        "room": complaint.room,
        "protected": complaint.protected,
        "language": complaint.language,
        "counted": counting.member(
            protected=complaint.protected, room=complaint.room, operator=complaint.operator
        ),
        "visible_on": (complaint.visible_on or recorded_on).isoformat() if visible else None,
        "visible_hour": complaint.visible_hour if visible else None,
    }
    starting = clocks.starting(
        State.RECEIVED,
        rules=rules,
        version=version,
        calendar=calendar,
        on=happened_on,
        rounds={},
        kind=complaint.kind,
    )
    marks: dict[str, object] = {
        "recording": complaint.recording,
        "care": complaint.care,
        "embargo": complaint.embargo,
        "asked": complaint.asked,
    }
    marks |= {"relayed_by": complaint.relayed_by, "read_back": bool(complaint.relayed_by)}
    facts: dict[str, Any] = {
        "case": columns,
        "clocks": starting,
        "texts": [d for s in complaint.said for d in s.digests],
    } | {mark: value for mark, value in marks.items() if value}
    safe = "safe_care" if complaint.care else "safe_first"
    template = safe if complaint.protected else requests.RECEIPTS[complaint.kind]
    evidence = Evidence.of_intake(
        facts={**facts, "theme": complaint.theme}, owed=(template,), language=complaint.language
    )
    verdicts, refusals = criteria.verdicts(Step.RECEIVE, evidence)
    if refusals:
        raise StepRefused(refusals)
    act = record.Act(
        stream=case_id,
        kind=complaint.kind,
        role=Role.CHANNEL,
        from_state=State.NEW,
        step=Step.RECEIVE,
        to_state=State.RECEIVED,
        recorded_at=at.now,
        recorded_on=recorded_on,
        happened_at=happened,
        happened_on=happened_on,
        procedure_version=version,
        operator=complaint.operator,
        site=complaint.site,
        theme=complaint.theme,
        channel=complaint.channel,
        zone=complaint.zone,
        facts=facts,
        guards=verdicts,
    )
    record.begin(conn, case_id, complaint.kind)
    written = record.write(conn, act, at=at, first=True)
    cases.apply(conn, act)
    if complaint.kind == Kind.INFORMATION_REQUEST:
        who = complaint.complainant
        requests.begin(conn, act, at=at, number=number, complainant=who, language=complaint.language)
    texts.add(conn, case_id, complaint.said, said_on=happened_on, first=0)
    counting.count_receipt(conn, act, complaint, counted=columns["counted"])
    if complaint.complainant:
        conn.execute(_BONDS, {"case": case_id, "complainant": complaint.complainant})
    if complaint.token:
        conn.execute(_TOKENS, {"case": case_id, "year": complaint.token[0], "token": complaint.token[1]})
    if complaint.link:
        older, why, until = complaint.link
        conn.execute(_LINKS, {"case": case_id, "older": older, "why": why, "until": until})
    due_on = next(date.fromisoformat(op["due"]) for op in starting if op["name"] == "answer")
    notice = None
    if not complaint.pull:
        notice = owing.owe(
            conn,
            case=case_id,
            complainant=complaint.complainant,
            template=template,
            language=complaint.language,
            codes={"number": number, "date": due_on.isoformat()},
            at=at,
            on=recorded_on,
            text=None,
            soon=True,
        )
    recuse(conn, case_id, complaint.named, rules=rules, at=at)
    return Received(case=case_id, number=number, due_on=due_on, notice=notice, leaf_hash=written.leaf_hash)


def recuse(conn: Connection, case_id: str, named: Iterable[str], *, rules: Rulebook, at: Moment) -> None:
    """Take off a case whom its person's own words name, and their reporting line; who is off already stays so."""
    past = conflicts.recusals_of(conn, case_id)
    for person in named:
        if not any(one.get("recused") == person and one.get("line") for one in past):
            (facts,) = conflicts.about([person])
            take(
                conn,
                case_id,
                Step.RECUSE,
                actor=Actor(Role.CHANNEL),
                rules=rules,
                at=at,
                doing=Doing(facts=facts),
            )


def take(
    conn: Connection,
    case_id: str,
    step: Step,
    *,
    actor: Actor,
    rules: Rulebook,
    at: Moment,
    doing: Doing | None = None,
    case: Case | None = None,
) -> Outcome:
    """Take a step in a case, or record why not. `case`: its row, if this transaction has locked and read it.

    Raises:
        Unknown: there is no such case, or not for this actor.
        NoSuchStep: the procedure has no such step from here for this role; nothing is recorded, since
            nobody was shown it.
        ReadersChanged: the texts were sealed to the wrong readers; seal again.
        Damaged: the case's record does not add up (G05); nothing moves until a reviewer looked.
    """
    doing = doing or Doing()
    case = case or cases.get(conn, case_id, lock=True)
    if case is None or not may_touch(actor, case):
        raise Unknown("no such case")
    rule = _rule(case, step, actor, doing)
    texts.check_readers(conn, case, doing.said)
    calendar = rules.calendar(case.procedure_version, site=case.site, operator=case.operator)
    recorded_on = calendar.site_date(at.now)
    happened = doing.happened_at or at.now
    owed = owing.owed_by(step, doing.facts, protected=case.protected, by=actor.role, state=case.state)
    evidence = Evidence(
        conn=conn,
        case=case,
        step=step,
        to=rule.target,
        actor=actor,
        on=calendar.site_date(happened),
        calendar=calendar,
        facts=doing.facts,
        words=doing.words,
        owed=owed,
        kept_apart=frozenset(s.purpose for s in doing.said) & texts.APART,
        languages=rules.of(case.procedure_version).languages,
        governance=rules.current.governance,
    )
    evidence.facts = rulings.complete(step, doing.facts, evidence.entries)
    verdicts, refusals = criteria.verdicts(step, evidence)
    facts = (
        dict(evidence.facts)
        | ({"by": actor.id} if actor.id else {})
        | ({"credential": actor.credential} if actor.credential else {})
    )
    if step == Step.ERASE and erasures.is_unread(case, evidence.entries):
        facts |= {erasures.UNREAD: True}
    if any(r.guard == "G05" for r in refusals):
        raise Damaged(f"the record of case {case_id} is broken")
    if refusals:
        _write(
            conn,
            case,
            step,
            to=case.state,
            actor=actor,
            at=at,
            on=recorded_on,
            happened=happened,
            happened_on=recorded_on,
            facts={"by": actor.id} if actor.id else {},
            verdicts=verdicts,
            refused=True,
            after=evidence.last,
        )
        counting.count_refusals(conn, case, refusals, month=recorded_on.isoformat()[:7])
        return Outcome(case=case_id, state=case.state, refusals=refusals)
    owed, advisers = _with_advisers(owed, evidence, rules)
    brought = Brought(facts, doing.words, recorded_on)
    facts |= worked_out(step, brought, evidence=evidence, rules=rules)
    facts |= clocks.date_told(
        step, case, facts, running=lambda: evidence.clocks, rules=rules, calendar=calendar, on=recorded_on
    )
    # The zone goes after 24 months, and facts stay.
    zone = facts.pop("zone", None) if step == Step.CORRECT else None
    moved = effects.columns(step, case=case, facts=facts, on=recorded_on)
    ops = clocks.moving(
        case,
        step,
        rule.target,
        rules=rules,
        calendar=calendar,
        on=recorded_on,
        running=lambda: evidence.clocks,
        facts=facts,
        commitments=[o.due_on for o in doing.offers]
        or (evidence.promised_by if rule.target in (State.AGREED, State.IMPLEMENTING) else ()),
        happened_on=calendar.site_date(happened),
        taken=lambda: [past.step for past in evidence.entries if not past.refused],
        held=lambda: evidence.withdrawal.held if evidence.withdrawal else (),
    )
    running = evidence.clocks if ops or owed else ()
    if owed:
        moved["last_told_on"] = recorded_on.isoformat()
    facts |= {"case": moved} if moved else {}
    facts |= {"clocks": ops} if ops else {}
    facts |= {"texts": [d for s in doing.said for d in s.digests]} if doing.said else {}
    facts |= {"offers": [[o.id, o.due_on.isoformat()] for o in doing.offers]} if doing.offers else {}
    act = _write(
        conn,
        case,
        step,
        to=rule.target,
        actor=actor,
        at=at,
        on=recorded_on,
        happened=happened,
        happened_on=calendar.site_date(happened),
        facts=facts,
        verdicts=verdicts,
        refused=False,
        after=evidence.last,
        zone=zone,
    )
    cases.apply(conn, act, standing=running)
    if case.kind == Kind.INFORMATION_REQUEST:
        requests.follow(conn, act)
    texts.add(conn, case_id, doing.said, said_on=recorded_on)
    effects.promised(conn, case, step, proposal=doing.said, offers=doing.offers, facts=facts, on=recorded_on)
    if step == Step.ERASE:
        vault.forget(conn, vault.texts_of(conn, case_id))
    elif step in (Step.TRANSFER, Step.RECUSE) and case.room == "desk" and "room" in moved:
        for text in vault.texts_of(conn, case_id):
            vault.close_to(conn, text, vault.desk(case.operator or ""))
    counting.count_step(conn, act, before=case, changed=moved, ops=ops, clocks=running, owed=owed)
    answer = _date_to_say(step, facts, ops, running)
    older = cases.get(conn, str(facts["older"])) if step == Step.JOIN else None
    told = owing.owe_all(
        conn,
        case=case,
        templates=tuple(one for one in owed if one not in doing.told),
        codes={"date": answer, "older": older.number if older else None},
        at=at,
        on=recorded_on,
        text=doing.said[0].masked.id if doing.said else None,
        people=evidence.people if owed else (),
        advisers=advisers,
    )
    return Outcome(case=case_id, state=rule.target, notices=tuple(told))


def refusals(
    conn: Connection,
    case: Case,
    step: Step,
    *,
    actor: Actor,
    rules: Rulebook,
    on: date,
    facts: Mapping[str, Any] | None = None,
    words: str = "",
) -> tuple[Refusal, ...]:
    """Say what is missing for a step, before anybody tries; nothing is recorded."""
    calendar = rules.calendar(case.procedure_version, site=case.site, operator=case.operator)
    facts = facts or {}
    owed = owing.owed_by(step, facts, protected=case.protected, by=actor.role, state=case.state)
    evidence = Evidence(
        conn=conn, case=case, step=step, to=case.state, actor=actor, on=on, calendar=calendar, facts=facts,
        words=words,
        owed=owed, languages=rules.of(case.procedure_version).languages,
        governance=rules.current.governance,
    )  # fmt: skip
    return criteria.verdicts(step, evidence)[1]


def may_touch(actor: Actor, case: Case) -> bool:
    """Tell whether a case exists for somebody: staff see their own room, operator and sites, nothing else."""
    match actor.role:
        case Role.OFFICER:
            return (
                case.room == "desk"
                and not case.protected
                and case.operator is not None
                and case.operator == actor.operator
                and (case.site is None or case.site in actor.sites)
            )
        case Role.FOCAL | Role.REVIEWER | Role.CLOCK | Role.CHANNEL | Role.COMPLAINANT:
            return True
        case Role.ADMIN | Role.RELAY:
            return False


def _with_advisers(
    owed: tuple[str, ...], evidence: Evidence, rules: Rulebook
) -> tuple[tuple[str, ...], list[str]]:
    """Say what is owed, and who advises the person if they are to be told now: once, and of a complaint alone."""
    if owing.ADVISERS not in owed:
        return owed, []
    told = evidence.case.kind == Kind.INFORMATION_REQUEST or evidence.advised
    advisers = [] if told else owing.advisers_of(rules.current, evidence.case)
    return tuple(one for one in owed if advisers or one != owing.ADVISERS), advisers


def _date_to_say(
    step: Step, facts: Mapping[str, Any], ops: Sequence[Mapping[str, Any]], running: Sequence[cases.CaseClock]
) -> str | None:
    """Choose the date a message names: the one that was missed, the one that changed, else the first answer's."""
    if step == Step.OVERDUE and "was_due" in facts:
        return str(facts["was_due"])
    if step in (Step.EXTEND, Step.ASK, Step.ASK_WITHDRAWAL) and "until" in facts:
        return str(facts["until"])
    changed = [str(op["due"]) for op in ops if op["op"] in ("extend", "resume")]
    started = [str(op["due"]) for op in ops if op["op"] == "start" and op["name"] == Clock.ANSWER]
    waiting = [c.due_on.isoformat() for c in running if c.name == Clock.ANSWER and c.ended_on is None]
    others = [str(op["due"]) for op in ops if op["op"] == "start"]
    return next(iter(changed + started + waiting + others), None)


def _rule(case: Case, step: Step, actor: Actor, doing: Doing) -> Rule:
    roles = {actor.role}
    if case.room == "review" and actor.role in (Role.FOCAL, Role.REVIEWER):
        roles.add(
            Role.OFFICER
        )  # in protected, unrouted and unreleased cases the focal point does the officer's steps
    found = [r for r in rules_for(case.state, step) if roles & set(r.who)]
    if len(found) > 1:
        found = [r for r in found if r.target == doing.to] or found[:1]
    if not found:
        raise NoSuchStep(f"{actor.role} cannot {step} a case that is {case.state}")
    if step == Step.LINK and "other" not in doing.facts:
        raise NoSuchStep("a link names the other case")
    return found[0]


def _write(
    conn: Connection,
    case: Case,
    step: Step,
    *,
    to: str,
    actor: Actor,
    at: Moment,
    on: date,
    happened: datetime,
    happened_on: date,
    facts: Mapping[str, Any],
    verdicts: Mapping[str, str],
    refused: bool,
    after: record.Entry | None,
    zone: str | None = None,
) -> record.Act:
    moved: Mapping[str, Any] = facts.get("case", {})
    act = record.Act(
        stream=case.id,
        kind=case.kind,
        role=actor.role,
        from_state=case.state,
        step=step,
        to_state=to,
        recorded_at=at.now,
        recorded_on=on,
        happened_at=happened,
        happened_on=happened_on,
        procedure_version=case.procedure_version,
        operator=moved.get("operator", case.operator),
        site=moved.get("site", case.site),
        theme=moved.get("theme", case.theme),
        channel=case.channel,
        zone=zone or case.zone,
        category=case.category,
        facts=facts,
        guards=verdicts,
        refused=refused,
    )
    record.write(conn, act, at=at, after=after)
    return act


def _free_number(conn: Connection, at: Moment) -> str:
    from grievance.codes import make_case_number  # noqa: PLC0415  kept beside its one use

    for attempt in range(NUMBER_TRIES):
        number = make_case_number(at.digits(f"number/{attempt}", 6))
        if pad.is_free(conn, number):
            return number
    raise Refused("no free case number was found")
