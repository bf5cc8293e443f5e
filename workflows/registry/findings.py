"""Findings of the reviewers: what the company has to answer by a day, and cannot change.

A reviewer writes one, about a case or about how the site works; the company answers it once; the reviewer
says whether that is enough. Nothing that was written is written again, and every change is an entry.

The company meets a finding about a case only while it may see that case. What a protected case taught is
written as a finding about how the site works, with nothing of the case in it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select

from grievance import case as cases
from grievance import register
from grievance.base import loaded
from grievance.case import CASES, Case
from grievance.errors import Unknown
from grievance.moment import Moment
from grievance.register import ITEMS, By, Note
from grievance.vocabulary import Role
from translations import Phrase, phrase
from workflows.anonymity.masking import mask
from workflows.casework import may_touch
from workflows.criterion import Actor
from workflows.knowing import conflicts
from workflows.registry.registers import LONGEST, THEIRS, NotWritten, Reason
from workflows.rulebook import Rulebook

KEY = "finding"
_AMONG = select(CASES).where(CASES.c.id.in_(bindparam("ids", expanding=True)))
RECORDED, ANSWERED, ACCEPTED, NOT_ENOUGH = "recorded", "answered", "accepted", "not_enough"
STATES: Mapping[str, Phrase] = {
    RECORDED: phrase("Waits for the company's answer"),
    ANSWERED: phrase("Answered, waits for the reviewer"),
    ACCEPTED: phrase("The reviewer accepts the answer"),
    NOT_ENOUGH: phrase("The answer is not enough, says the reviewer"),
}
KINDS: Mapping[str, Phrase] = {
    "dates": phrase("Dates that were not kept"),
    "pauses": phrase("Pauses or extensions without a good reason"),
    "answers": phrase("Answers that do not answer"),
    "orders": phrase("What was ordered and not done"),
    "treatment": phrase("How people were treated"),
    "confidence": phrase("What should have stayed confidential"),
    "records": phrase("What was not written down"),
    "access": phrase("A door that was closed to people"),
}
NOT_SEEN = phrase(
    "The company cannot see this case, so it could not answer. Write it as a finding about how the site works, "
    "without anything of the case."
)


@dataclass(frozen=True, slots=True)
class Written:
    """What a reviewer writes: what kind, about whose site or which case, by when it is to be answered."""

    kind: str
    text: str
    due_on: date
    operator: str = ""
    site: str | None = None
    case: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding as it stands; `number` is that of its case, `unseen`: the company may not see that case now."""

    id: str
    state: str
    kind: str
    operator: str
    site: str | None
    number: str
    recorded_on: date
    due_on: date
    answered_on: date | None
    judged_on: date | None
    text: str
    answer: str
    verdict: str
    unseen: bool = False

    def is_late(self, today: date) -> bool:
        """Tell whether the company owes an answer since before today; what it may not see it cannot owe."""
        return self.state == RECORDED and today > self.due_on and not self.unseen


def note(conn: Connection, what: Written, *, by: Actor, rules: Rulebook, at: Moment) -> str:
    """Write a finding down; answers its id.

    Raises:
        Unknown: there is no such case.
        NotWritten: with every reason.
    """
    mechanism = rules.current
    operator, site, reasons = what.operator, what.site, []
    if what.case is not None:
        case = cases.get(conn, what.case)
        if case is None:
            raise Unknown("no such case")
        today = _today(rules, case.operator, at)
        operator, site = case.operator or "", case.site
        if not _company_sees(case, today):
            reasons.append(Reason("case", NOT_SEEN))
    elif (operator, what.site) not in {(one.operator, one.key) for one in mechanism.sites}:
        operator = ""
        reasons.append(Reason("place", phrase("Choose the operator and the site.")))
    today = _today(rules, operator or None, at)
    if by.role != Role.REVIEWER:
        reasons.append(Reason("", phrase("Only a reviewer writes a finding.")))
    if what.kind not in KINDS:
        reasons.append(Reason("kind", phrase("Choose what it is about.")))
    if what.due_on <= today:
        reasons.append(Reason("due_on", phrase("Give the company until a day after today.")))
    reasons += _unfit(what.text)
    if reasons:
        raise NotWritten(tuple(reasons))
    facts = {"kind": what.kind, "about_case": what.case is not None}
    made = Note(
        KEY, RECORDED, held_on=today, until=what.due_on, operator=operator, site=site, about=what.case,
        facts=facts, words={"text": what.text.strip()},
    )  # fmt: skip
    return register.note(conn, made, by=_by(by, today, rules), at=at)


def answer(conn: Connection, item: str, text: str, *, by: Actor, rules: Rulebook, at: Moment) -> None:
    """Answer a finding for the company: once, and for good.

    Raises:
        Unknown: there is no such finding for this person.
        NotWritten: with every reason.
    """
    row = _for_the_company(conn, item, by)
    today = _today(rules, by.operator, at)
    reasons = _unfit(text)
    if row.state != RECORDED:
        reasons = [Reason("", phrase("The company has answered this. An answer is given once and stays."))]
    if reasons:
        raise NotWritten(tuple(reasons))
    _go_on(conn, row, ANSWERED, {"answered_on": today.isoformat()}, {"answer": text.strip()},
           by=_by(by, today, rules), at=at)  # fmt: skip


def judge(
    conn: Connection, item: str, verdict: str, text: str, *, by: Actor, rules: Rulebook, at: Moment
) -> None:
    """Say whether an answer is enough. Words are needed only where it is not.

    Raises:
        Unknown: there is no such finding.
        NotWritten: with every reason.
    """
    row = _item(conn, item)
    today = _today(rules, row.operator, at)
    reasons = [] if verdict == ACCEPTED and not text.strip() else _unfit(text)
    if by.role != Role.REVIEWER:
        reasons.append(Reason("", phrase("Only a reviewer says whether an answer is enough.")))
    if verdict not in (ACCEPTED, NOT_ENOUGH):
        reasons.append(Reason("verdict", phrase("Say whether the answer is enough.")))
    if row.state != ANSWERED:
        reasons = [Reason("", phrase("There is no answer that waits to be looked at."))]
    if reasons:
        raise NotWritten(tuple(reasons))
    _go_on(conn, row, verdict, {"judged_on": today.isoformat()}, {"verdict": text.strip()},
           by=_by(by, today, rules), at=at)  # fmt: skip


def listed(conn: Connection, *, by: Actor) -> tuple[Finding, ...]:
    """List what somebody may see, what waits for an answer first, and there the nearest date."""
    rows = register.items(conn, KEY)
    about = _cases(conn, {row.about for row in rows if row.about})
    off = conflicts.off(conn, by.id) if about and by.role == Role.OFFICER else frozenset[str]()
    found = []
    for row in rows:
        case = about.get(row.about) if row.about else None
        if by.role == Role.OFFICER and (row.about in off or not _theirs(row, case, by)):
            continue
        if by.role != Role.OFFICER and by.sites and row.site not in by.sites:
            continue
        found.append(_read(row, case))
    return tuple(
        sorted(found, key=lambda one: (one.state != RECORDED, one.state != ANSWERED, one.due_on, one.id))
    )


def about_case(conn: Connection, case: Case, *, by: Actor) -> tuple[Finding, ...]:
    """List the findings about one case that somebody has opened, newest first; the focal point and officers read them."""
    found = register.items(conn, KEY, about=case.id)
    return tuple(_read(row, case) for row in found if by.role != Role.OFFICER or _theirs(row, case, by))


def of_practice(conn: Connection) -> tuple[Finding, ...]:
    """List the findings about how sites work, newest first: the ones that everybody may read."""
    return tuple(_read(row, None) for row in register.items(conn, KEY) if row.about is None)


def _theirs(row: Row[Any], case: Case | None, by: Actor) -> bool:
    if row.operator != by.operator or (row.site is not None and row.site not in by.sites):
        return False
    return row.about is None or (case is not None and may_touch(by, case))


def _company_sees(case: Case, today: date) -> bool:
    open_to_it = case.room == "desk" and not case.protected and case.operator is not None
    return open_to_it and case.visible_on is not None and case.visible_on < today


def _for_the_company(conn: Connection, item: str, by: Actor) -> Row[Any]:
    row = _item(conn, item)
    case = cases.get(conn, row.about) if row.about else None
    if by.role != Role.OFFICER or not _theirs(row, case, by) or row.about in conflicts.off(conn, by.id):
        raise Unknown(item)
    return row


def _item(conn: Connection, item: str) -> Row[Any]:
    query = select(ITEMS).where(ITEMS.c.id == item, ITEMS.c.name == KEY).with_for_update()
    row = conn.execute(query).one_or_none()
    if row is None:
        raise Unknown(item)
    return row


def _go_on(
    conn: Connection, row: Row[Any], state: str, facts: Mapping[str, Any], words: Mapping[str, str], *, by: By, at: Moment
) -> None:  # fmt: skip
    """Write the next state beside what is there: nothing of it changes."""
    what = Note(
        KEY, state, held_on=row.held_on, until=row.until, operator=row.operator, site=row.site, about=row.about,
        facts={**register.facts_of(row), **facts}, words={**register.words_of(row), **words},
    )  # fmt: skip
    register.note(conn, what, by=by, at=at, item=row.id)


def _cases(conn: Connection, ids: Iterable[str]) -> dict[str, Case]:
    rows = conn.execute(_AMONG, {"ids": sorted(set(ids))})
    return {row.id: loaded(Case, row) for row in rows}


def _read(row: Row[Any], case: Case | None) -> Finding:
    facts, words = register.facts_of(row), register.words_of(row)
    unseen = case is not None and (case.room != "desk" or case.protected or case.operator != row.operator)
    return Finding(
        id=row.id, state=row.state, kind=facts["kind"], operator=row.operator, site=row.site,
        number=case.number if case is not None else "", recorded_on=row.held_on, due_on=row.until,
        answered_on=_day(facts.get("answered_on")), judged_on=_day(facts.get("judged_on")), text=words["text"],
        answer=words.get("answer", ""), verdict=words.get("verdict", ""), unseen=unseen,
    )  # fmt: skip


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _unfit(text: str) -> list[Reason]:
    """Look at words that stay: there are some, not too many, and nobody's number is in them."""
    words = text.strip()
    if not words:
        return [Reason("text", phrase("Write it in words."))]
    if len(words) > LONGEST:
        return [Reason("text", phrase("Write it shorter, {most} letters at most.", most=LONGEST))]
    if mask(words).kinds & THEIRS:
        return [
            Reason("text", phrase("Write it without phone or identity numbers, e-mail addresses or plates."))
        ]
    return []


def _today(rules: Rulebook, operator: str | None, at: Moment) -> date:
    return rules.calendar(rules.current.version, site=None, operator=operator).site_date(at.now)


def _by(by: Actor, today: date, rules: Rulebook) -> By:
    return By(str(by.role), by.id, today, rules.current.version)
