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
from grievance.calendar import Calendar
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
    target = _rule(case, step, actor, doing).target
    texts.check_readers(conn, case, doing.said)
    taking = _begun(conn, case, step, target, actor=actor, rules=rules, at=at, doing=doing)
    evidence = taking.evidence
    evidence.facts = rulings.complete(step, doing.facts, evidence.entries)
    verdicts, refused = criteria.verdicts(step, evidence)
    if any(r.guard == "G05" for r in refused):
        raise Damaged(f"the record of case {case_id} is broken")
    return _refuse(taking, verdicts, refused) if refused else _carry_out(taking, verdicts)


@dataclass(frozen=True, slots=True)
class _Taking:
    """A step while it is taken: whose, from where to where, what comes with it, and on which days of the site.

    `on` is the day on which it is written down; it may have happened earlier, on `happened_on`.
    """

    conn: Connection
    case: Case
    step: Step
    target: str
    actor: Actor
    doing: Doing
    rules: Rulebook
    calendar: Calendar
    at: Moment
    on: date
    happened: datetime
    happened_on: date
    evidence: Evidence


def _begun(
    conn: Connection, case: Case, step: Step, target: str, *, actor: Actor, rules: Rulebook, at: Moment, doing: Doing
) -> _Taking:  # fmt: skip
    calendar = rules.calendar(case.procedure_version, site=case.site, operator=case.operator)
    happened = doing.happened_at or at.now
    happened_on = calendar.site_date(happened)
    evidence = Evidence(
        conn=conn,
        case=case,
        step=step,
        to=target,
        actor=actor,
        on=happened_on,
        calendar=calendar,
        facts=doing.facts,
        words=doing.words,
        owed=_owed(case, step, doing.facts, actor),
        kept_apart=frozenset(s.purpose for s in doing.said) & texts.APART,
        languages=rules.of(case.procedure_version).languages,
        governance=rules.current.governance,
        hour=calendar.full_hours(at.now),
    )
    on = calendar.site_date(at.now)
    return _Taking(
        conn, case, step, target, actor, doing, rules, calendar, at, on, happened, happened_on, evidence
    )


def _refuse(taking: _Taking, verdicts: Mapping[str, str], refused: tuple[Refusal, ...]) -> Outcome:
    """Write down that a step was tried and why it was not taken; nothing else of the case changes."""
    case = taking.case
    by = {"by": taking.actor.id} if taking.actor.id else {}
    # What was refused did not happen: its day is the one on which it was tried.
    _write(taking, to=case.state, happened_on=taking.on, facts=by, verdicts=verdicts, refused=True)
    counting.count_refusals(taking.conn, case, refused, month=taking.on.isoformat()[:7])
    return Outcome(case=case.id, state=case.state, refusals=refused)


def _carry_out(taking: _Taking, verdicts: Mapping[str, str]) -> Outcome:
    """Write a step that every criterion lets through: its entry, then all that follows from the entry."""
    conn, case, step, doing, evidence = taking.conn, taking.case, taking.step, taking.doing, taking.evidence
    owed, advisers = _now_owed(evidence.owed, evidence, taking.rules)
    facts, zone = _facts_of(taking)
    moved = effects.columns(step, case=case, facts=facts, on=taking.on)
    if owed:
        moved["last_told_on"] = taking.on.isoformat()
    ops = _clocks_of(taking, facts)
    running = evidence.clocks if ops or owed else ()
    facts |= {"case": moved} if moved else {}
    facts |= {"clocks": ops} if ops else {}
    facts |= {"texts": [d for s in doing.said for d in s.digests]} if doing.said else {}
    facts |= {"offers": [[o.id, o.due_on.isoformat()] for o in doing.offers]} if doing.offers else {}
    act = _write(
        taking, to=taking.target, happened_on=taking.happened_on, facts=facts, verdicts=verdicts, zone=zone
    )
    cases.apply(conn, act, standing=running)
    if case.kind == Kind.INFORMATION_REQUEST:
        requests.follow(conn, act)
    _keep_texts(taking, facts, moved)
    counting.count_step(conn, act, before=case, changed=moved, ops=ops, clocks=running, owed=owed)
    older = cases.get(conn, str(facts["older"])) if step == Step.JOIN else None
    told = owing.owe_all(
        conn,
        case=case,
        templates=tuple(one for one in owed if one not in doing.told),
        codes={"date": _date_to_say(step, facts, ops, running), "older": older.number if older else None},
        at=taking.at,
        on=taking.on,
        text=doing.said[0].masked.id if doing.said else None,
        people=evidence.people if owed else (),
        advisers=advisers,
    )
    return Outcome(case=case.id, state=taking.target, notices=tuple(told))


def _facts_of(taking: _Taking) -> tuple[dict[str, Any], str | None]:
    """Say what the entry tells of the step itself, and apart from it the zone: that goes after 24 months, and facts stay."""
    case, step, actor, evidence = taking.case, taking.step, taking.actor, taking.evidence
    facts = (
        dict(evidence.facts)
        | ({"by": actor.id} if actor.id else {})
        | ({"credential": actor.credential} if actor.credential else {})
    )
    if step == Step.ERASE and erasures.is_unread(case, evidence.entries):
        facts |= {erasures.UNREAD: True}
    brought = Brought(facts, taking.doing.words, taking.on)
    facts |= worked_out(step, brought, evidence=evidence, rules=taking.rules)
    facts |= clocks.date_told(
        step, case, facts, running=lambda: evidence.clocks, rules=taking.rules, calendar=taking.calendar, on=taking.on
    )  # fmt: skip
    return facts, facts.pop("zone", None) if step == Step.CORRECT else None


def _clocks_of(taking: _Taking, facts: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Say which clocks the step starts, stops, pauses or moves."""
    evidence = taking.evidence
    promised: Sequence[date] = [offer.due_on for offer in taking.doing.offers]
    if not promised and taking.target in (State.AGREED, State.IMPLEMENTING):
        promised = evidence.promised_by
    return clocks.moving(
        taking.case,
        taking.step,
        taking.target,
        rules=taking.rules,
        calendar=taking.calendar,
        on=taking.on,
        running=lambda: evidence.clocks,
        facts=facts,
        commitments=promised,
        happened_on=taking.happened_on,
        taken=lambda: [past.step for past in evidence.entries if not past.refused],
        held=lambda: evidence.withdrawal.held if evidence.withdrawal else (),
    )


def _keep_texts(taking: _Taking, facts: Mapping[str, Any], moved: Mapping[str, Any]) -> None:
    """Keep the words that came with the step and what was promised in them; close or forget what nobody may read now."""
    conn, case, step, doing = taking.conn, taking.case, taking.step, taking.doing
    texts.add(conn, case.id, doing.said, said_on=taking.on)
    effects.promised(conn, case, step, proposal=doing.said, offers=doing.offers, facts=facts, on=taking.on)
    if step == Step.ERASE:
        vault.forget(conn, vault.texts_of(conn, case.id))
    elif step in (Step.TRANSFER, Step.RECUSE) and case.room == "desk" and "room" in moved:
        for text in vault.texts_of(conn, case.id):
            vault.close_to(conn, text, vault.desk(case.operator or ""))


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
    evidence = Evidence(
        conn=conn, case=case, step=step, to=case.state, actor=actor, on=on, calendar=calendar, facts=facts,
        words=words,
        owed=_owed(case, step, facts, actor), languages=rules.of(case.procedure_version).languages,
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


def _owed(case: Case, step: Step, facts: Mapping[str, Any], actor: Actor) -> tuple[str, ...]:
    """Name the messages that a step owes in this case, as it stands before."""
    apart = case.room != "desk"
    return owing.owed_by(step, facts, protected=case.protected, apart=apart, by=actor.role, state=case.state)


def _now_owed(
    owed: tuple[str, ...], evidence: Evidence, rules: Rulebook
) -> tuple[tuple[str, ...], list[str]]:
    """Say what is owed, and who advises the person if they are to be told now: once, and of a complaint alone.

    Of dates that were missed a person hears once a day.
    """
    conn = evidence.conn
    if (
        conn
        and evidence.step == Step.OVERDUE
        and owing.was_told(conn, evidence.case.id, owed, on=evidence.on)
    ):
        return (), []
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
    if (
        step == Step.ROUTE
        and case.room == "desk"
        and doing.facts.get("operator", case.operator) != case.operator
    ):
        # A route opens a desk and closes none: the first company would keep what it was given.
        raise NoSuchStep("a case that a company has is transferred, never routed to another")
    return found[0]


def _write(
    taking: _Taking,
    *,
    to: str,
    happened_on: date,
    facts: Mapping[str, Any],
    verdicts: Mapping[str, str],
    refused: bool = False,
    zone: str | None = None,
) -> record.Act:
    case, at = taking.case, taking.at
    moved: Mapping[str, Any] = facts.get("case", {})
    act = record.Act(
        stream=case.id,
        kind=case.kind,
        role=taking.actor.role,
        from_state=case.state,
        step=taking.step,
        to_state=to,
        recorded_at=at.now,
        recorded_on=taking.on,
        happened_at=taking.happened,
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
    record.write(taking.conn, act, at=at, after=taking.evidence.last)
    return act


def _free_number(conn: Connection, at: Moment) -> str:
    from grievance.codes import make_case_number  # noqa: PLC0415  kept beside its one use

    for attempt in range(NUMBER_TRIES):
        number = make_case_number(at.digits(f"number/{attempt}", 6))
        if pad.is_free(conn, number):
            return number
    raise Refused("no free case number was found")
