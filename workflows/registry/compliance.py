"""Compliance with what reviewers ordered: each measure, whether it was done, how that is known, what follows.

Only a reviewer says so, as often as they look again; every word is an entry. What the company says of its own
measures stands beside it and changes nothing here. The answer stands under no operator and no site: of a
protected case nothing may be told by where an entry lies.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select

from grievance import register
from grievance.case import CASES
from grievance.commitment import Commitment
from grievance.errors import Unknown
from grievance.message import Message
from grievance.moment import Moment
from grievance.register import By, Note
from grievance.vocabulary import CommitmentState, Role, Step
from translations import Phrase, phrase
from workflows.criterion import Actor
from workflows.knowing.rulings import Ordered
from workflows.registry.registers import NotWritten, Reason
from workflows.rulebook import Rulebook

KEY = "compliance"
COMPLIED, PARTLY, NOT_COMPLIED = "complied", "partly", "not_complied"
VERDICTS: Mapping[str, Phrase] = {
    COMPLIED: phrase("It was done as ordered"),
    PARTLY: phrase("It was done in part"),
    NOT_COMPLIED: phrase("It was not done"),
}
EVIDENCE: Mapping[str, Phrase] = {
    "visit": phrase("The reviewer saw it at the place"),
    "person": phrase("The person says so"),
    "photo": phrase("A photo of the place"),
    "document": phrase("A signed document"),
    "sample": phrase("A sample or a measurement"),
    "nothing_shown": phrase("The company showed nothing"),
}
NOTHING = "nothing_more"
ACTIONS: Mapping[str, Phrase] = {
    NOTHING: phrase("Nothing more is needed"),
    "looked_at_again": phrase("It is looked at again"),
    "finding": phrase("The company has to answer a finding"),
    "panel": phrase("The panel is told"),
    "authority": phrase("An authority is told"),
}
_COMMITMENTS = Commitment.__table__  # type: ignore[attr-defined]
_MESSAGES = Message.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a reviewer said of a measure, and when."""

    verdict: str
    evidence: tuple[str, ...]
    action: str
    said_on: date


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure that was ordered in a case, and the newest word about it."""

    ordered: Ordered
    case: str
    number: str
    operator: str | None
    site: str | None
    verdict: Verdict | None

    def waits(self, today: date) -> bool:
        """Tell whether a reviewer has to look: its day has come, or the company says it is done."""
        said_done = self.ordered.state != CommitmentState.AGREED
        return self.verdict is None and (said_done or today > self.ordered.due_on)


def measures(conn: Connection, *, sites: Collection[str] = (), case: str = "") -> tuple[Measure, ...]:
    """List what reviewers ordered, the nearest date first; of some sites, or of one case."""
    query = (
        select(_COMMITMENTS, _MESSAGES.c.said_on, CASES.c.number, CASES.c.operator, CASES.c.site)
        .join(_MESSAGES, _MESSAGES.c.id == _COMMITMENTS.c.proposal)
        .join(CASES, CASES.c.id == _COMMITMENTS.c.case)
        .where(_MESSAGES.c.purpose == Step.ORDER)
    )
    if sites:
        query = query.where(CASES.c.site.in_(set(sites)) | CASES.c.site.is_(None))
    if case:
        query = query.where(_COMMITMENTS.c.case == case)
    said = _verdicts(conn)
    return tuple(
        Measure(
            Ordered(row.id, row.said_on, row.due_on, row.state, row.done_on, row.confirmed_on),
            row.case, row.number, row.operator, row.site, said.get(row.id),
        )
        for row in conn.execute(query.order_by(_COMMITMENTS.c.due_on, _COMMITMENTS.c.id))
    )  # fmt: skip


def judge(
    conn: Connection, measure: str, verdict: str, evidence: Collection[str], action: str,
    *, by: Actor, rules: Rulebook, at: Moment,
) -> None:  # fmt: skip
    """Say of a measure whether it was done, how that is known, and what follows.

    Raises:
        Unknown: no reviewer ordered that, or not where this one works.
        NotWritten: with every reason.
    """
    if not any(one.ordered.commitment == measure for one in measures(conn, sites=by.sites)):
        raise Unknown(measure)
    reasons = []
    if by.role != Role.REVIEWER:
        reasons.append(Reason("", phrase("Only a reviewer says whether an order was followed.")))
    if verdict not in VERDICTS:
        reasons.append(Reason("verdict", phrase("Say whether it was done.")))
    if not evidence or not set(evidence) <= set(EVIDENCE):
        reasons.append(Reason("evidence", phrase("Say how that is known.")))
    elif verdict == COMPLIED and set(evidence) == {"nothing_shown"}:
        reasons.append(
            Reason("evidence", phrase("Where the company showed nothing, nobody can say that it was done."))
        )
    if action not in ACTIONS or (verdict in (PARTLY, NOT_COMPLIED) and action == NOTHING):
        reasons.append(Reason("action", phrase("Say what follows.")))
    if reasons:
        raise NotWritten(tuple(reasons))
    today = rules.today(at.now)
    facts = {"evidence": sorted(set(evidence)), "action": action}
    what = Note(KEY, verdict, held_on=today, about=measure, facts=facts)
    before = register.items(conn, KEY, about=measure)
    who = By(str(by.role), by.id, today, rules.current.version)
    register.note(conn, what, by=who, at=at, item=before[0].id if before else "")


def _verdicts(conn: Connection) -> dict[str, Verdict]:
    found = {}
    for row in register.items(conn, KEY):
        facts = register.facts_of(row)
        found[row.about] = Verdict(row.state, tuple(facts["evidence"]), facts["action"], row.held_on)
    return found
