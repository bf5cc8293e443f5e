"""What guards may look at: everything known about one step of one case, read only when a guard asks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, select

from grievance import case as cases
from grievance import record, register
from grievance.base import loaded
from grievance.calendar import Calendar
from grievance.case import Case, CaseClock
from grievance.commitment import Commitment
from grievance.complainant import Clave, Link
from grievance.mechanism import Governance
from grievance.notice import ATTEMPTS, NOTICES
from grievance.staff import Staff
from grievance.vocabulary import CommitmentState, Role, State, Step
from translations import notices
from workflows import clocks, owing
from workflows.criterion import Actor, Past, done, since_opened
from workflows.knowing import conflicts, rulings, withdrawals

_COMMITMENTS = Commitment.__table__  # type: ignore[attr-defined]
_LINKS = Link.__table__  # type: ignore[attr-defined]
_CLAVES = Clave.__table__  # type: ignore[attr-defined]
# What the guards of nearly every step read, built once.
_REACHED = (
    select(NOTICES.c.template, NOTICES.c.reached_on)
    .where(NOTICES.c.case == bindparam("of"))
    .order_by(NOTICES.c.owed_at, NOTICES.c.id)
)
_TRIED = (
    select(NOTICES.c.template, func.count(func.distinct(ATTEMPTS.c.tried_on)).label("n"))
    .join(ATTEMPTS, ATTEMPTS.c.notice == NOTICES.c.id)
    .where(NOTICES.c.case == bindparam("of"), ATTEMPTS.c.state.in_(("failed", "unknown")))
    .group_by(NOTICES.c.template)
)
_BINDING = select(_COMMITMENTS).where(
    _COMMITMENTS.c.case == bindparam("of"), _COMMITMENTS.c.state != CommitmentState.OFFERED
)
_WITHHELD = (
    select(func.count())
    .select_from(_LINKS)
    .where(_LINKS.c.older == bindparam("of"), _LINKS.c.why == "withheld")
)
_CASELOAD = (
    select(func.count())
    .select_from(cases.CASES)
    .where(
        cases.CASES.c.assigned == bindparam("who"), cases.CASES.c.id != bindparam("but"),
        cases.CASES.c.state != State.CLOSED,
    )
)  # fmt: skip
_LETTERS = (
    select(NOTICES.c.complainant, NOTICES.c.reached_on)
    .where(NOTICES.c.case == bindparam("of"), NOTICES.c.template == bindparam("what"))
    .order_by(NOTICES.c.owed_at, NOTICES.c.id)
)
_OWED_ONE = (
    select(NOTICES.c.id)
    .where(NOTICES.c.case == bindparam("of"), NOTICES.c.template == bindparam("what"))
    .limit(1)
)
_PROMISED = select(_COMMITMENTS.c.due_on).where(
    _COMMITMENTS.c.case == bindparam("of"),
    _COMMITMENTS.c.state.in_((CommitmentState.OFFERED, CommitmentState.AGREED)),
)

_STAFF = Staff.__table__  # type: ignore[attr-defined]
_OFFLINE = frozenset({"audio", "poster", "radio"})
"""Ways of making the rules known that need no internet."""
_NO_CASE = Case.model_construct()
"""What intake's guards would read of a case: nothing."""


@dataclass(kw_only=True)
class Evidence:
    """The evidence of one step. Attributes are what guards declare they read; the rest comes from the database.

    `kept_apart`: what the sealed texts are for that come with the step and that review alone opens (`texts.APART`).
    `hour`: how many full hours of its day had passed at the site when the step is taken.
    """

    case: Case
    step: Step
    to: str
    actor: Actor
    on: date
    facts: Mapping[str, Any]
    words: str
    owed: tuple[str, ...]
    kept_apart: frozenset[str] = frozenset()
    conn: Connection | None = field(default=None, repr=False)
    calendar: Calendar | None = None
    language: str = ""
    languages: tuple[str, ...] = ()
    governance: Governance | None = None
    hour: int = 0

    @classmethod
    def of_intake(cls, *, facts: Mapping[str, Any], owed: tuple[str, ...], language: str) -> "Evidence":
        """Make the evidence of a complaint that has no case yet: nothing is read from the database."""
        return cls(
            case=_NO_CASE,
            step=Step.RECEIVE,
            to="received",
            actor=Actor(Role.CHANNEL),
            on=date.min,
            facts=facts,
            words="",
            owed=owed,
            language=language,
        )

    def speaks(self, template: str) -> bool:
        """Tell whether a message exists in the person's language."""
        spoken = (
            {self.language} if self.language else {p.language for p in self.people} or {self.case.language}
        )
        return all(notices.speaks(template, language) for language in spoken)

    @cached_property
    def entries(self) -> tuple[Past, ...]:
        """Every entry of the case, oldest first."""
        return tuple(past(entry) for entry in self._record)

    @property
    def recusals(self) -> list[Mapping[str, Any]]:
        """The facts of every recusal."""
        return [e.facts for e in self.entries if e.step == Step.RECUSE and not e.refused]

    @property
    def withdrawal(self) -> withdrawals.Withdrawal | None:
        """The person withdrew the case, and can still take that back (G28)."""
        return withdrawals.waiting(self.entries)

    @property
    def answered_by(self) -> str:
        """Who gave the last answer, since the case was opened."""
        answers = [e.by for e in done(since_opened(self.entries), Step.PROPOSE)]
        return answers[-1] if answers else ""

    @property
    def nobody_else(self) -> bool:
        """The company looks at its answer again, and nobody is there for it but whoever gave it."""
        return self.case.state == State.UNDER_REVIEW and not conflicts.somebody_else(
            self._db, self.case, self.answered_by, self.recusals
        )

    @property
    def review(self) -> rulings.Review | None:
        """The independent review the case is in (T08, T09)."""
        return rulings.under_way(self.entries)

    @property
    def conflicted(self) -> bool:
        """Whoever acts was recused, or works in the reporting line of somebody the case is about (G01)."""
        past = self.recusals
        return bool(past) and conflicts.in_conflict(self._db, past, self.actor.id)

    @property
    def goes_to_somebody_off(self) -> bool:
        """Whoever is to get the case is off it, or nobody is left at the desk that is to get it (G01)."""
        past = self.recusals
        if not past:
            return False
        if self.step == Step.ASSIGN:
            return conflicts.in_conflict(self._db, past, str(self.facts.get("assigned", "")))
        where = {"operator": self.case.operator, "site": self.case.site}
        if self.step == Step.ROUTE:
            where = {key: self.facts.get(key) for key in where}
        return not conflicts.is_somebody_left(self._db, past, **where)

    @property
    def last(self) -> record.Entry | None:
        """The newest entry, to write the next one after."""
        return self._record[-1] if self._record else None

    @cached_property
    def _record(self) -> Sequence[record.Entry]:
        return record.done_in(self._db, self.case.id)

    @cached_property
    def _arrived(self) -> Mapping[str, date]:
        rows = self._db.execute(_REACHED, {"of": self.case.id}).all()
        newest = {row.template: row.reached_on for row in rows}
        return {template: on for template, on in newest.items() if on is not None}

    @property
    def reached(self) -> Mapping[str, date]:
        """Templates whose newest notice reached the person, as far as whoever acts knows, with the day (DESIGN 6)."""
        return {template: on for template, on in self._arrived.items() if self.actor.knows(on)}

    @property
    def advised(self) -> bool:
        """The list of those who advise free of charge reached the person, whoever knows it: it is not sent twice."""
        return owing.ADVISERS in self._arrived

    @property
    def advice_waits(self) -> bool:
        """The list of those who advise free of charge is owed to the person, and has not reached them (G19)."""
        asked = {"of": self.case.id, "what": owing.ADVISERS}
        return not self.advised and self._db.execute(_OWED_ONE, asked).first() is not None

    @cached_property
    def attempts(self) -> Mapping[str, int]:
        """How often each kind of message of this case was tried, on how many different days."""
        rows = self._db.execute(_TRIED, {"of": self.case.id}).all()
        return {row.template: row.n for row in rows}

    @cached_property
    def people(self) -> Sequence[Row[Any]]:
        """Whose case it is, as messages need to know them."""
        return owing.people_of(self._db, self.case.id)

    @cached_property
    def pull(self) -> bool:
        """The person left no address: they saw number, dates and rights on the page that showed the clave."""
        return not any(p.address for p in self.people)

    @cached_property
    def stopped_on(self) -> date | None:
        """The day the person asked for no messages, if they did."""
        return max((p.stopped_on for p in self.people if p.stopped_on is not None), default=None)

    @property
    def visited_on(self) -> date | None:
        """The day on which somebody last looked at the case with a clave, if anybody did (UTC)."""
        query = select(func.max(_CLAVES.c.visited_at)).where(_CLAVES.c.case == self.case.id)
        at: datetime | None = self._db.execute(query).scalar()
        return None if at is None else at.date()

    @cached_property
    def clocks(self) -> tuple[CaseClock, ...]:
        """Every clock of the case."""
        return tuple(cases.clocks_of(self._db, self.case.id))

    @cached_property
    def twice_overdue(self) -> bool:
        """Some clock of the company has run for twice its time."""
        return any(
            clocks.is_twice_overdue(c, self.on, self._calendar)
            for c in self.clocks
            if clocks.is_companys(c.name)
        )

    @cached_property
    def commitments(self) -> tuple[Commitment, ...]:
        """The commitments that bind: agreed or ordered, not merely offered."""
        rows = self._db.execute(_BINDING, {"of": self.case.id})
        return tuple(loaded(Commitment, row) for row in rows)

    @property
    def promised_by(self) -> tuple[date, ...]:
        """The dates of what is promised and not yet done; what was offered counts, since accepting makes it bind."""
        return tuple(self._db.execute(_PROMISED, {"of": self.case.id}).scalars())

    @cached_property
    def withheld(self) -> bool:
        """A text that may belong to this case still waits at review."""
        return bool(self._db.execute(_WITHHELD, {"of": self.case.id}).scalar_one())

    @property
    def trained(self) -> frozenset[str]:
        """Modules in which whoever is to get the case has a training that has not run out (G02)."""
        held = self._papers("training", about=str(self.facts.get("assigned")), years=2)
        return frozenset(str(register.facts_of(item).get("module")) for item in held)

    @property
    def declared(self) -> bool:
        """Whoever acts has signed within a year that nobody pays them for an outcome (G04)."""
        return bool(self._papers("independence", about=self.actor.id, years=1, state="signed"))

    @property
    def attends_as(self) -> str:
        """Whether whoever acts attends people as a woman or as a man, by their own word; nothing if they never said."""
        return self._attending().get(self.actor.id, "")

    @property
    def attended_by(self) -> frozenset[str]:
        """As what somebody of the third party, who still works here, attends people."""
        query = select(_STAFF.c.id).where(_STAFF.c.active, _STAFF.c.operator.is_(None))
        here = set(self._db.execute(query).scalars())
        return frozenset(who for person, who in self._attending().items() if person in here)

    def _attending(self) -> Mapping[str, str]:
        said = register.items(self._db, "attends")
        return {str(row.about): str(register.facts_of(row).get("attends")) for row in reversed(said)}

    @property
    def caseload(self) -> int:
        """How many open cases whoever is to get this one has already."""
        asked = {"who": str(self.facts.get("assigned")), "but": self.case.id}
        return int(self._db.execute(_CASELOAD, asked).scalar_one())

    @property
    def panel_allows(self) -> bool:
        """The panel noted within a year that whoever is to get the case may have more cases than the rule says."""
        return self._panel_let(str(self.facts.get("assigned")), "caseload")

    @property
    def review_limits(self) -> tuple[int, int]:
        """How many of a hundred reviews of one company one reviewer may decide, and from how many on (G04)."""
        rules = self.governance
        return (rules.review_share, rules.review_share_from) if rules else (0, 1)

    @property
    def judged(self) -> tuple[int, int]:
        """How many reviews of this company whoever is to decide decided in twelve months, and everybody together."""
        return rulings.decided(self._db, self.case.operator, self._judge, on=self.on)

    @property
    def panel_lets_judge(self) -> bool:
        """The panel noted within a year that whoever is to decide may decide more of one company's reviews."""
        return self._panel_let(self._judge, "reviews")

    @property
    def panel_met(self) -> list[date]:
        """The days on which the panel met about the mark of this case, by its number, within a year."""
        held = self._papers("panel", about=self.case.number, years=1, state="held")
        return [item.held_on for item in held if register.facts_of(item).get("decided") == "mark"]

    @property
    def _judge(self) -> str:
        return str(self.facts.get("assigned", "")) if self.step == Step.ASSIGN else self.actor.id

    def _panel_let(self, whom: str, decided: str) -> bool:
        held = self._papers("panel", about=whom, years=1, state="held")
        return any(register.facts_of(item).get("decided") == decided for item in held)

    @property
    def published(self) -> bool:
        """The rules were made known in every language, in two ways at least, one of them without internet (G12)."""
        for item in self._papers("procedure_published", years=3):
            facts = register.facts_of(item)
            ways = set(facts.get("ways", ()))
            if set(self.languages) <= set(facts.get("languages", ())) and len(ways) > 1 and ways & _OFFLINE:
                return True
        return False

    @property
    def working_days(self) -> int:
        """Working days of the site since the case was received; that day itself is day zero."""
        return self._calendar.working_days_between(self.case.received_on, self.on)

    @property
    def linkable(self) -> bool:
        """The other case is another one and stands in the list of whoever acts: of any elsewhere nothing is said."""
        named = str(self.facts.get("other"))
        other = cases.get(self._db, named) or cases.by_number(self._db, named)
        mine = self.case
        if other is None or other.id == mine.id:
            return False
        beside = (other.room, other.protected, other.operator) == (mine.room, mine.protected, mine.operator)
        return beside and self._is_listed(other)

    def _is_listed(self, other: Case) -> bool:
        """Tell whether whoever acts finds a case of the same room in their own list, and not only by its number.

        An officer does not: of another site, off it (G01), or before the batch it came with.
        """
        by = self.actor
        if by.role != Role.OFFICER:
            return not by.sites or other.site is None or other.site in by.sites
        if (other.site is not None and other.site not in by.sites) or other.visible_on is None:
            return False
        arrived = (other.visible_on, other.visible_hour or 0) <= (self.on, self.hour)
        return arrived and other.id not in conflicts.off(self._db, by.id)

    @cached_property
    def told(self) -> Mapping[str, date]:
        """Updates by what they were for (documents, a referral), with the day the newest of each reached the person.

        Whoever left no address reads them on the page of the clave: the day they were written counts.
        """
        written = [
            e
            for e in self.entries
            if e.step == Step.UPDATE and not e.refused and e.facts.get("purpose") != "closing_letter"
        ]
        if self.pull:
            return {str(e.facts.get("purpose")): e.on for e in written}
        by_letter: dict[str, list[Past]] = {}
        for entry in written:
            by_letter.setdefault(owing.letter_of(entry.facts.get("purpose")), []).append(entry)
        found: dict[str, date] = {}
        for letter, entries in by_letter.items():
            to = self._reached_by(letter)
            for back, entry in enumerate(
                reversed(entries), 1
            ):  # the newest was sent to everybody who is there now
                days = [sent[-back] for sent in to if len(sent) >= back]
                if reached := [day for day in days if day is not None]:
                    found.setdefault(str(entry.facts.get("purpose")), min(reached))
        return found

    def _reached_by(self, template: str) -> list[list[date | None]]:
        """List, for each person, on which days messages of one kind reached them, as far as is known, as they were owed."""
        rows = self._db.execute(_LETTERS, {"of": self.case.id, "what": template}).all()
        to: dict[str | None, list[date | None]] = {}
        for row in rows:
            to.setdefault(row.complainant, []).append(
                row.reached_on if self.actor.knows(row.reached_on) else None
            )
        return list(to.values())

    def _papers(self, name: str, *, years: int, about: str | None = None, state: str = "") -> list[Row[Any]]:
        """Read what a register holds that was valid on the day: not older than so many years, not run out."""
        if about == "":
            return []
        found = register.items(self._db, name, about=about or "", states=(state,) if state else ())
        oldest = self.on - timedelta(days=365 * years)
        return [
            i for i in found if oldest <= i.held_on <= self.on and (i.until is None or i.until >= self.on)
        ]

    @property
    def _db(self) -> Connection:
        if self.conn is None:
            raise LookupError("there is no case yet: a guard of intake reads only what came in")
        return self.conn

    @property
    def _calendar(self) -> Calendar:
        if self.calendar is None:
            raise LookupError("there is no calendar yet")
        return self.calendar


def past(entry: record.Entry) -> Past:
    """See an entry as a guard sees it."""
    known = _PASTS.get(entry.leaf_hash)
    if known is None:
        held = cases.parse_facts(entry.facts)
        known = Past(
            step=entry.step, role=entry.role, by=str(held.get("by", "")), on=entry.happened_on, facts=held,
            refused=entry.refused, start=entry.from_state, to=entry.to_state,
        )  # fmt: skip
        if len(_PASTS) >= _MOST_PASTS:
            _PASTS.clear()
        _PASTS[entry.leaf_hash] = known
    return known


_PASTS: dict[bytes, Past] = {}
"""Entries by the hash of their leaf, which commits to all of each: one is read again at every later step of its case."""
_MOST_PASTS = 4096
