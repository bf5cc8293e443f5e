"""A random walk: anybody tries anything with one case, for months; what must the record then say?

The predicates of the closure senses are written here a second time, from entries alone: they share no line
with the guards.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from sqlalchemy import Connection, text

from grievance import case as cases
from grievance import record
from grievance.case import Case
from grievance.errors import Unknown
from grievance.record import Act, Entry
from grievance.vocabulary import Kind, Sense, State, Step
from tests.factories import (
    ANSWERED,
    ANSWERED_WITH_ALL,
    ASSESSED,
    CLOSING_LETTER,
    LEARNED,
    NOBODYS_KEYS,
    THE_CLOCK,
    a_focal_point,
    a_reviewer,
    an_offer,
    an_officer,
    moment,
    said,
    sealed_apart,
    the_complainant,
    visited,
)
from workflows import casework
from workflows.casework import Doing, NoSuchStep
from workflows.clockwork import rounds, withdrawing
from workflows.criterion import Actor
from workflows.knowing import reading
from workflows.procedure import steps_open_to
from workflows.rulebook import Rulebook

ACTORS: tuple[Actor, ...] = (
    an_officer(),
    the_complainant(credential="clave"),
    an_officer(name="juan"),
    a_reviewer(),
    a_focal_point(),
    THE_CLOCK,
    the_complainant(credential="recent"),
    the_complainant(credential="code"),
)
BY_HAND = tuple(s for s in Step if s not in (Step.RECEIVE, Step.REACH))


@dataclass(frozen=True, slots=True)
class Try:
    """One thing somebody tries."""

    actor: int
    step: int
    lawful: bool
    right: bool
    days: int
    arrives: bool
    pick: int
    leaves: bool


EXITS = (
    Step.ASK_WITHDRAWAL,
    Step.ACCEPT_REFERRAL,
    Step.ERASE,
    Step.JOIN,
    Step.HAND_OVER,
    Step.RULE_OUT_OF_SCOPE,
    Step.CLOSE_NO_CONTACT,
)
"""Short ways out, taken less often so that walks also reach the long ones."""


tries = st.builds(
    Try,
    actor=st.integers(0, len(ACTORS) - 1),
    step=st.integers(0, 60),
    lawful=st.sampled_from((True, True, True, False)),
    right=st.sampled_from((True, True, True, False)),
    days=st.sampled_from((0, 0, 0, 1, 7, 16, 45)),
    arrives=st.sampled_from((True, True, False)),
    pick=st.integers(0, 3),
    leaves=st.sampled_from((False, False, False, True)),
)
walks = st.lists(tries, min_size=10, max_size=30)


@dataclass(slots=True)
class Wanderer:
    """One case in the hands of everybody."""

    conn: Connection
    rules: Rulebook
    case: str
    now: datetime
    pending: list[str] = field(default_factory=list)

    def try_all(self, walk: Sequence[Try]) -> None:
        for one in walk:
            self.now += timedelta(days=one.days, minutes=1)
            if one.arrives:
                rounds.note_reached(self.conn, self.pending, rules=self.rules, at=moment(now=self.now))
                self.pending = []
            self._tick()
            self._try(one)

    def _tick(self) -> None:
        today = self.now.date()
        for clock in cases.clocks_of(self.conn, self.case):
            if clock.ended_on is None and clock.due_on < today and clock.overdue_on is None:
                at = moment(now=self.now)
                rounds.log_overdue(self.conn, self.case, clock.name, clock.round, rules=self.rules, at=at)
        rounds.escalate(self.conn, self.case, rules=self.rules, at=moment(now=self.now))
        withdrawing.finish(self.conn, self.case, rules=self.rules, at=moment(now=self.now))

    def _try(self, one: Try) -> None:
        case = cases.get(self.conn, self.case)
        assert case is not None
        actor = ACTORS[one.actor]
        at_review = case.room == "review"
        lawful = [s for s in steps_open_to(actor.role, case.state, at_review=at_review) if s in BY_HAND]
        choices = lawful if one.lawful and lawful else BY_HAND
        step = choices[one.step % len(choices)]
        if step in EXITS and not one.leaves:
            step = choices[(one.step + 1) % len(choices)]
        doing = self._doing(step, case, one)
        self.now += timedelta(minutes=1)
        try:
            outcome = casework.take(
                self.conn,
                self.case,
                step,
                actor=actor,
                rules=self.rules,
                at=moment(now=self.now),
                doing=doing,
            )
        except (NoSuchStep, Unknown):
            return
        self.pending.extend(outcome.notices)

    def _doing(self, step: Step, case: Case, one: Try) -> Doing:
        if not one.right:
            return Doing(facts=NEEDED.get(step, {}))
        facts = self._facts(step, case, one)
        if step == Step.MANDATE:
            return Doing(facts=facts, said=sealed_apart(self.conn, case))
        words = WORDS.get(step, "") if step != Step.UPDATE else "We mended it."
        if not words:
            return Doing(facts=facts)
        readers = reading.publics_for(self.conn, case, NOBODYS_KEYS)
        offers = tuple(an_offer() for _ in range(one.pick % 2)) if step in (Step.PROPOSE, Step.ORDER) else ()
        return Doing(
            facts=facts, said=(said(words, readers=readers, purpose=str(step)),), words=words, offers=offers
        )

    def _facts(self, step: Step, case: Case, one: Try) -> Mapping[str, Any]:
        if step == Step.CLOSE:
            senses = [
                Sense.RESOLVED_IMPLEMENTED,
                Sense.EXPLAINED_ACCEPTED,
                Sense.NOT_UPHELD,
                Sense.NO_CONTACT,
            ]
            fitting = senses[0] if case.state == State.VERIFIED else senses[1]
            return {"sense": fitting if one.pick < 3 else senses[one.step % 4]}
        if step in (Step.KEEP, Step.MISS):
            query = text('SELECT id FROM commitments WHERE "case" = :case ORDER BY id')
            ids = list(self.conn.execute(query, {"case": self.case}).scalars())
            return {"commitment": ids[one.pick % len(ids)] if ids else "", "proof": "visit", "last": True}
        if step == Step.UPDATE and one.step % 2:
            return visited(self.rules, self.now)
        if step == Step.UPDATE:
            return LETTERS[one.pick % len(LETTERS)]
        if step == Step.REFER:
            return {"body": "pe-ombudsman", "follow_on": (self.now.date() + timedelta(days=20)).isoformat()}
        if step == Step.TRANSFER:
            return {"site": "yanaqaqa"} if one.pick < 3 else {"operator": "illapa", "site": "illapa"}
        if step == Step.SECOND and one.pick == 3:
            return {"what": "disclosure"}
        if step == Step.CORRECT and one.pick == 3:
            return {"theme": "dust", "collective": True}
        if step == Step.ATTEMPT_CONTACT:
            return {"way": ("sms", "visit")[one.pick % 2], "announces": True}
        return self._further(step, case, one)

    def _further(self, step: Step, case: Case, one: Try) -> Mapping[str, Any]:
        if step == Step.ROUTE:
            return {"operator": "qorimayu", "site": "yanaqaqa", "release": one.pick < 3}
        if step == Step.ASK_TO_COMPLETE:
            return {"until": (self.now.date() + timedelta(days=7)).isoformat()}
        if step == Step.PROPOSE and case.kind == Kind.INFORMATION_REQUEST:
            return ANSWERED_WITH_ALL
        return FACTS.get(step, NEEDED.get(step, {}))


REFERRAL: Mapping[str, Any] = {"what": "referral", "body": "pe-ombudsman"}
LETTERS: tuple[Mapping[str, Any], ...] = (
    CLOSING_LETTER,
    CLOSING_LETTER,
    {"purpose": "referral_preview"},
    {"purpose": "documents"},
)
NEEDED: Mapping[Step, Mapping[str, Any]] = {
    Step.ASSIGN: {"assigned": None},
    Step.EXTEND: {"days": 3},
    Step.JOIN: {"older": "0" * 32},
    Step.ROUTE: {"operator": "qorimayu", "site": "qorimayu"},
}
"""What the doors always bring, because they choose it themselves; everything else may be missing."""
FACTS: Mapping[Step, Mapping[str, Any]] = {
    Step.ASSESS: ASSESSED,
    Step.PROPOSE: ANSWERED,
    Step.LEARN: LEARNED,
    Step.UPDATE: CLOSING_LETTER,
    Step.ASK: {"reason": "need_info"},
    Step.EXTEND: {"clock": "answer", "days": 5, "reason": "sample"},
    Step.ASSIGN: {"assigned": "rosa"},
    Step.CORRECT: {"theme": "dust"},
    Step.CONFIRM_ANSWER: {"reason": "well_founded"},
    Step.RULE_OUT_OF_SCOPE: {"reason": "another_mine"},
    Step.CLOSE_NO_CONTACT: {"reason": "no_answer"},
    Step.OVERDUE: {"clock": "answer", "round": 1, "whose": "officer", "was_due": "2026-03-20"},
    Step.MARK_VEXATIOUS: {"reason": "abuse_only"},
    Step.PANEL: {"ruling": "lifted"},
    Step.MANDATE: {
        "held_on": "2026-03-01",
        "until": "2027-03-01",
        "people": 40,
        "women": 22,
        "opt_out": True,
    },
    Step.CONSENT: REFERRAL,
    Step.ASK_WITHDRAWAL: {"pressed": False},
    Step.INTERIM: {"measure": "none"},
    Step.SECOND: {"what": "severity"},
    Step.HAND_OVER: {"body": "pe-ombudsman", "reason": "life"},
    Step.UNMASK: {"reason": "nobodys_name"},
    Step.LINK: {"other": "0" * 32},
    Step.RECUSE: {"recused": "juan"},
}
WORDS: Mapping[Step, str] = {
    Step.PROPOSE: "We mend the pipe.",
    Step.ORDER: "The company mends the pipe.",
    Step.ASK: "Where is it?",
    Step.EXTEND: "The sample is at the laboratory.",
    Step.ADD: "It is worse today.",
    Step.ASK_TO_COMPLETE: "Since when?",
    Step.DISSENT: "It was taken elsewhere.",
    Step.MARK_VEXATIOUS: "It was decided in May.",
    Step.UNMASK: "behind the old mill",
}


def wander(
    conn: Connection, rules: Rulebook, case: Case, walk: Sequence[Try], *, now: datetime
) -> list[Entry]:
    """Let everybody try everything, and read what the record says of it."""
    Wanderer(conn, rules, case.id, now).try_all(walk)
    return list(record.entries_of(conn, case.id))


def act_of(conn: Connection, entry: Entry) -> Act:
    """Read an entry back as the act it was."""
    exact = conn.execute(
        text("SELECT zone, category FROM entry_exact WHERE stream = :stream AND seq = :seq"),
        {"stream": entry.stream, "seq": entry.seq},
    ).one()
    noon = datetime.combine(entry.recorded_on, datetime.min.time()).astimezone()
    return Act(
        stream=entry.stream,
        kind=entry.kind,
        role=entry.role,
        from_state=entry.from_state,
        step=entry.step,
        to_state=entry.to_state,
        recorded_at=noon,
        recorded_on=entry.recorded_on,
        happened_at=noon,
        happened_on=entry.happened_on,
        procedure_version=entry.procedure_version,
        operator=entry.operator,
        site=entry.site,
        theme=entry.theme,
        channel=entry.channel,
        zone=exact.zone,
        category=exact.category,
        facts=cases.parse_facts(entry.facts),
        refused=entry.refused,
    )


@dataclass(frozen=True, slots=True)
class Line:
    """An entry as a reader of the record sees it."""

    step: str
    role: str
    on: date
    facts: Mapping[str, Any]
    start: str
    to: str


def endings(entries: Sequence[Entry]) -> Iterator[tuple[str, list[Line]]]:
    """Find every ending: its sense, and what was really done since the case began or came back, it included."""
    lines: list[Line] = []
    for e in entries:
        if e.refused:
            continue
        line = Line(e.step, e.role, e.happened_on, cases.parse_facts(e.facts), e.from_state, e.to_state)
        lines = [*lines, line] if line.step != "reopen" else [*_kept(lines), line]
        if line.to == "closed" != line.start:
            yield str(line.facts["case"]["sense"]), lines


def _kept(lines: list[Line]) -> list[Line]:
    """What stays true when a case comes back: whether it is protected."""
    return [x for x in lines if "protected" in x.facts.get("case", {})]


def is_earned(sense: str, lines: list[Line]) -> bool:
    """Tell whether an ending has what its sense requires, by the record alone."""
    return PREDICATES[sense](lines)


def _own_word(step: str) -> Callable[[list[Line]], bool]:
    def theirs(lines: list[Line]) -> bool:
        last = lines[-1]
        return (
            last.step == step and last.role == "complainant" and last.facts["credential"] in ("code", "clave")
        )

    return theirs


def _withdrawn(lines: list[Line]) -> bool:
    """They asked for it themselves, were not pressed, and did not take it back in the seven days they had."""
    last = [i for i, x in enumerate(lines) if x.step in ("ask_withdrawal", "regret")]
    asked = lines[last[-1]]
    own = asked.role == "complainant" and asked.facts["credential"] in ("code", "clave")
    calm = asked.facts["pressed"] is False
    days = (lines[-1].on - asked.on).days
    return asked.step == "ask_withdrawal" and own and calm and days > 7 and lines[-1].role == "clock"


def _referred(lines: list[Line]) -> bool:
    """The person said yes to a body before it got the case, and again to end it here."""
    asked = [i for i, x in enumerate(lines) if x.step == "consent" and x.role == "complainant"]
    given = [i for i, x in enumerate(lines) if x.step == "refer"]
    own = all(lines[i].facts["credential"] in ("code", "clave") for i in asked)
    return bool(asked) and bool(given) and asked[0] < given[0] and own and _own_word("accept_referral")(lines)


def _since(lines: list[Line], *steps: str) -> list[Line]:
    places = [i for i, x in enumerate(lines) if x.step in steps]
    return lines[places[-1] :] if places else []


def _arrived(lines: list[Line], template: str) -> bool:
    return any(x.step == "reach" and x.facts["template"] == template and x.role == "channel" for x in lines)


def _agreed(lines: list[Line]) -> bool:
    """The person said yes, with a credential, to the last proposal, which had arrived."""
    after = _since(lines, "propose")
    yes = [i for i, x in enumerate(after) if x.step == "accept"]
    if not yes:
        return False
    accept = after[yes[-1]]
    own = accept.role == "complainant" and accept.facts["credential"] in ("code", "clave")
    return own and _arrived(after[: yes[-1]], "proposal")


def _letter_and_lesson(lines: list[Line]) -> bool:
    letter = [
        i for i, x in enumerate(lines) if x.step == "update" and x.facts.get("purpose") == "closing_letter"
    ]
    return (
        bool(letter)
        and _arrived(lines[letter[0] :], "closing_letter")
        and any(x.step == "learn" for x in lines)
    )


def _resolved(lines: list[Line]) -> bool:
    ordered = [x for x in lines if x.step == "order" and x.role == "reviewer"]
    agreed = _agreed(lines)
    deal = _since(lines, "propose", "order")
    promised = {offer[0] for offer in deal[0].facts.get("offers", ())} if deal else set()
    done = {x.facts["commitment"] for x in lines if x.step == "keep"}
    confirmed = [x for x in lines if x.step == "confirm" and x.role in ("complainant", "reviewer")]
    return (agreed or bool(ordered)) and promised <= done and bool(confirmed) and _letter_and_lesson(lines)


def _explained(lines: list[Line]) -> bool:
    deal = _since(lines, "propose")
    return _agreed(lines) and not deal[0].facts.get("offers") and _letter_and_lesson(lines)


def _not_upheld(lines: list[Line]) -> bool:
    last = lines[-1]
    return last.step == "confirm_answer" and last.role == "reviewer" and _arrived(lines, "proposal")


def _silent(lines: list[Line]) -> bool:
    words = [i for i, x in enumerate(lines) if x.role == "complainant"]
    tried = [x for x in lines[words[-1] + 1 if words else 0 :] if x.step == "attempt_contact"]
    days = sorted({x.on for x in tried})
    enough = (
        len(days) >= 3 and (days[-1] - days[0]).days >= 30 and len({x.facts.get("way") for x in tried}) >= 2
    )
    return (
        enough
        and bool(tried[-1].facts.get("announces"))
        and lines[-1].role == "reviewer"
        and not _protected(lines)
    )


def _out_of_scope(lines: list[Line]) -> bool:
    last = lines[-1]
    return last.role == "reviewer" and last.facts.get("reason") not in (None, "", "too_old")


def _handed_over(lines: list[Line]) -> bool:
    """The person said yes to that body, or another of the third party agreed that a life or a child is in danger."""
    last, body = lines[-1], lines[-1].facts.get("body")
    yes = [
        x
        for x in lines
        if x.step == "consent" and (x.facts.get("what"), x.facts.get("body")) == ("referral", body)
    ]
    two = [x for x in lines if x.step == "second" and x.facts.get("what") == "disclosure"]
    agreed = any(x.facts["by"] != last.facts["by"] for x in two) and last.facts.get("reason") in (
        "life",
        "child",
    )
    return last.role == "focal" and bool(body) and (bool(yes) or agreed) and _protected(lines)


def _protected(lines: list[Line]) -> bool:
    marks = [x.facts["case"]["protected"] for x in lines if "protected" in x.facts.get("case", {})]
    return bool(marks and marks[-1])


PREDICATES: Mapping[str, Callable[[list[Line]], bool]] = {
    "resolved_implemented": _resolved,
    "explained_accepted": _explained,
    "not_upheld_by_independent_reviewer": _not_upheld,
    "withdrawn_confirmed": _withdrawn,
    "referred_accepted": _referred,
    "erased_by_person": _own_word("erase"),
    "joined_by_person": _own_word("join"),
    "no_contact": _silent,
    "out_of_scope_explained": _out_of_scope,
    "protected_transferred": _handed_over,
}
