"""Requests for information: what of them becomes public, when, and what may be taken out of it (DESIGN 7).

An item is listed from the day after a desk could see its case, without a word; so nobody hides a request by not
working on it. Words are published by a person who looked at them, and only by taking passages out of what was
written: the company can neither rewrite a question nor leave one out. Of requests in danger, erased, embargoed
or not yet at a desk nothing is listed, and none of these can be told from another.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, exists, extract, func, not_, or_, select

from grievance import archive
from grievance import case as cases
from grievance.archive import DOCUMENTS, ITEMS, File, Words
from grievance.case import CASES, CLOCKS, Case
from grievance.errors import Refused
from grievance.moment import Moment
from grievance.record import Act, Entry
from grievance.register import By
from grievance.vocabulary import Clock, Kind, Sense, State, Step
from translations import Phrase, phrase
from translations.folding import fold
from translations.lists import every_danger
from workflows import owing
from workflows.anonymity.masking import mask, mask_numbers
from workflows.anonymity.takenout import taken_out
from workflows.danger import flags

RECEIPTS: Mapping[str, str] = {Kind.GRIEVANCE: "receipt", Kind.INFORMATION_REQUEST: "request_receipt"}
"""With which message a case of each kind is received."""
ANSWERS: Mapping[str, Phrase] = {
    "full": phrase("Answered in full"),
    "partial": phrase("Answered in part"),
    "publicly_available": phrase("Was public already"),
    "not_held": phrase("They do not have it"),
    "not_competent_redirected": phrase("Another body has to answer"),
    "confidential": phrase("Confidential"),
    "reserved": phrase("Reserved"),
    "refused_other": phrase("Refused for another reason"),
}
"""How a request may be answered, as short as a text message wants it."""
EMBARGOES = (30, 91)
"""Days for which whoever asks may ask that nobody else reads it; then it is public by itself."""
TOLD_BEFORE = timedelta(days=7)
"""So long before an embargo ends its person is told [P]: time to answer, or to erase it."""
MOST_DOCUMENTS = 5
MOST_BYTES = 1024 * 1024
SIGNS: Mapping[str, bytes] = {"application/pdf": b"%PDF-", "text/csv": b"", "text/plain": b""}
"""What may be published as a document, and how its first bytes look."""
ENDINGS: Mapping[str, str] = {"pdf": "application/pdf", "csv": "text/csv", "txt": "text/plain"}
WAITING = (State.RECEIVED, State.ACKNOWLEDGED, State.ASSESSED, State.INVESTIGATING, State.REOPENED)
REVIEWED = (State.UNDER_REVIEW, State.UNDER_INDEPENDENT_REVIEW)
STATES = ("waiting", "asked_back", "answered", "in_review", "ended")
TOLD = frozenset(
    {
        Step.RECEIVE, Step.ACKNOWLEDGE, Step.ASK, Step.EXTEND, Step.PROPOSE, Step.ASK_REVIEW,
        Step.ASK_INDEPENDENT_REVIEW, Step.ESCALATE, Step.OVERDUE, Step.CONFIRM_ANSWER, Step.ORDER, Step.RETURN,
        Step.CLOSE,
    }
)  # fmt: skip
"""Steps of a request whose day everybody may read."""
ENOUGH_FOR_MEDIAN = 10
_REGRETTING = CLOCKS.alias()
_ASKED_BACK = and_(
    exists().where(
        CLOCKS.c.case == CASES.c.id, CLOCKS.c.name == str(Clock.ANSWER), CLOCKS.c.ended_on.is_(None),
        CLOCKS.c.paused_on.is_not(None),
    ),
    ~exists().where(
        _REGRETTING.c.case == CASES.c.id, _REGRETTING.c.name == str(Clock.REGRET), _REGRETTING.c.ended_on.is_(None)
    ),
)  # fmt: skip
"""Who asked was asked to say more: the clock of the answer stands still until they do, or their days are over.

It stands still for who withdrew as well, which nobody else is told.
"""
_ENTRIES = Entry.__table__  # type: ignore[attr-defined]


class NotPublished(Refused):
    """What was brought does not become public; nothing was written. By field, why."""

    def __init__(self, reasons: Mapping[str, Phrase]) -> None:
        super().__init__("; ".join(f"{name}: {why}" for name, why in reasons.items()))
        self.reasons = dict(reasons)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for in the archive; what is empty is not asked."""

    words: str = ""
    state: str = ""
    operator: str = ""
    answer_type: str = ""
    year: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One request as everybody may read it; `question` and `answer` are None until somebody looked at them."""

    item: str
    case: str
    number: str
    state: str
    operator: str | None
    site: str | None
    received_on: date
    due_on: date | None
    late: bool
    answer_type: str | None
    answered_on: date | None
    question: str | None
    answer: str | None
    redactions: Mapping[str, Mapping[str, int]]
    changed_on: date


@dataclass(frozen=True, slots=True)
class Event:
    """One day of a request's history: a step of its case, or what became public of it."""

    on: date
    what: str


@dataclass(frozen=True, slots=True)
class Sums:
    """The archive in figures, all of which whoever reads its pages can count again."""

    received: int
    states: Mapping[str, int]
    answers: Mapping[str, int]
    median_days: int | None
    reviewed: int


def begin(
    conn: Connection, act: Act, *, at: Moment, number: str, complainant: str | None, language: str
) -> None:
    """Begin the archive's item of a request that came in; before an embargo ends, whoever asked for it is told.

    Raises:
        Refused: an embargo was asked for that is longer than the longest.
    """
    days = (act.facts or {}).get("embargo", 0)
    if not isinstance(days, int) or not 0 <= days <= max(EMBARGOES):
        raise Refused("no embargo is longer than ninety-one days")
    until = act.happened_on + timedelta(days=days) if days else None
    archive.begin(conn, act.stream, embargo_until=until, at=at)
    if until is not None:
        codes = {"number": number, "date": (until + timedelta(days=1)).isoformat()}
        owing.owe(
            conn, case=act.stream, complainant=complainant, template=owing.EMBARGO_ENDS, language=language,
            codes=codes, at=at, on=act.recorded_on, text=None, soon=True, label=act.stream,
            not_before=act.happened_at + timedelta(days=days) - TOLD_BEFORE,
        )  # fmt: skip


def follow(conn: Connection, act: Act) -> None:
    """Let the archive follow a step of a request."""
    if act.step == Step.PROPOSE:
        archive.answered(conn, act.stream, str((act.facts or {})["answer_type"]), on=act.recorded_on)
    elif act.step == Step.ERASE:
        archive.forget(conn, act.stream)


def publish(
    conn: Connection, case: Case, *, question: tuple[str, str], answer: tuple[str, str] | None, by: By, at: Moment,
    places: Sequence[str] = (),
) -> None:  # fmt: skip
    """Publish the question, and the answer if there is one: each as (what staff read, what is to be shown).

    Raises:
        NotPublished: something was added or rewritten, or nothing is left, or it speaks of a danger.
    """
    cases.get(conn, case.id, lock=True)
    item, reasons = archive.of_case(conn, case.id), dict[str, Phrase]()
    shown: dict[str, str] = {}
    taken: dict[str, Mapping[str, int]] = {}
    pairs = {"question": question} | ({"answer": answer} if answer else {})
    for name, (read, show) in pairs.items():
        found = taken_out(read, show)
        if found is None:
            reasons[name] = phrase(
                "Only take words out, and put one of the marks in their place. Add nothing."
            )
            continue
        if not found.words_left:
            reasons[name] = phrase("Something of it has to stay.")
        elif name == "question" and flags(found.text, every_danger(), places=places):
            reasons[name] = phrase("This speaks of a danger. Hand it to the protection focal point.")
        whole = mask(found.text, places=places) if name == "question" else mask_numbers(found.text)
        shown[name], taken[name] = whole.text, found.reasons
    if reasons:
        raise NotPublished(reasons)
    words = Words(
        question=shown["question"],
        answer=shown.get("answer"),
        found_by=fold(" ".join(shown.values())),
        redactions={name: dict(counts) for name, counts in taken.items() if counts},
    )
    if (words.question, words.answer) != (item.question, item.answer):  # a second click publishes nothing
        archive.publish(conn, item, words, by=by, at=at)


def add_document(conn: Connection, case: Case, *, name: str, body: bytes, by: By, at: Moment) -> None:
    """Add a document to the answer of a request.

    Raises:
        NotPublished: it is of another kind than its name says, too large, empty, one too many, or too early.
    """
    cases.get(conn, case.id, lock=True)
    item = archive.of_case(conn, case.id)
    there = archive.documents_of(conn, item.id)
    media = ENDINGS.get(name.rpartition(".")[2].lower(), "")
    why: Phrase | None = None
    if item.answered_on is None:
        why = phrase("Answer the request first.")
    elif not media or not _looks_like(media, body):
        why = phrase("Only PDF, CSV and plain text can be published.")
    elif not body or len(body) > MOST_BYTES:
        why = phrase("A document is one megabyte at most, and not empty.")
    elif hashlib.sha256(body).hexdigest() in {one.sha256 for one in there}:
        why = phrase("This very document is public already.")
    elif len(there) >= MOST_DOCUMENTS:
        why = phrase("A request has five documents at most.")
    if why is not None:
        raise NotPublished({"document": why})
    archive.add_document(conn, item, File(_plain_name(name, media), media, body), by=by, at=at)


def lines(
    conn: Connection, wanted: Wanted, *, today: date, first: int = 0, most: int | None = None
) -> list[Line]:
    """List what everybody may read, newest first."""
    query = _listed(today).where(*_conditions(wanted)).order_by(CASES.c.received_on.desc(), ITEMS.c.number)
    if most is not None:
        query = query.offset(first).limit(most)
    rows = conn.execute(query).all()
    dues = _dues(conn, [row.case for row in rows])
    return [_line(row, dues.get(row.case), today) for row in rows]


def count(conn: Connection, wanted: Wanted, *, today: date) -> int:
    """Count what everybody may read."""
    found = _listed(today).where(*_conditions(wanted)).subquery()
    return int(conn.execute(select(func.count()).select_from(found)).scalar_one())


def years(conn: Connection, *, today: date) -> list[int]:
    """List the years in which listed requests were received, newest first."""
    year = extract("year", CASES.c.received_on)
    query = _listed(today).with_only_columns(year).distinct()
    return sorted((int(y) for y in conn.execute(query).scalars()), reverse=True)


def find(conn: Connection, number: str, *, today: date) -> Line | None:
    """Find a listed request by the archive's number."""
    row = conn.execute(_listed(today).where(ITEMS.c.number == number.upper())).one_or_none()
    return None if row is None else _line(row, _dues(conn, [row.case]).get(row.case), today)


def listed_as(conn: Connection, case: Case, *, today: date) -> str | None:
    """Say under which number a case is listed, if it is."""
    if case.kind != Kind.INFORMATION_REQUEST:
        return None
    query = _listed(today).where(CASES.c.id == case.id).with_only_columns(ITEMS.c.number)
    return conn.execute(query).scalar_one_or_none()


def history(conn: Connection, line: Line) -> list[Event]:
    """Read the days of a request, oldest first: what everybody may know of its case, and what became public.

    It came in on the day it was asked, also where it waited at a radio, a kiosk or on paper: two days would tell which.
    """
    query = (
        select(_ENTRIES.c.recorded_on, _ENTRIES.c.step, _ENTRIES.c.facts, _ENTRIES.c.stream, _ENTRIES.c.seq)
        .where(_ENTRIES.c.stream.in_((line.case, line.item)), _ENTRIES.c.refused.is_(False))
        .order_by(_ENTRIES.c.recorded_on, _ENTRIES.c.stream != line.case, _ENTRIES.c.seq)
    )
    events = []
    for row in conn.execute(query):
        if row.stream == line.item:
            events.append(Event(row.recorded_on, str(json.loads(row.facts)["state"])))
        elif row.step in TOLD and _everybodys(row):
            on = line.received_on if row.step == Step.RECEIVE else row.recorded_on
            events.append(Event(on, row.step))
    return events


def sums(conn: Connection, *, today: date) -> Sums:
    """Count the archive: only what is listed, so that everybody can count it again."""
    counted = (
        CASES.c.state, CASES.c.received_on, ITEMS.c.answered_on, ITEMS.c.answer_type, _ASKED_BACK.label("asked_back"),
    )  # fmt: skip
    rows = conn.execute(_listed(today).with_only_columns(*counted)).all()
    answered = [row for row in rows if row.answered_on is not None]
    days = sorted((row.answered_on - row.received_on).days for row in answered)
    enough = len(days) >= ENOUGH_FOR_MEDIAN
    asked = (
        select(func.count(func.distinct(_ENTRIES.c.stream)))
        .where(_ENTRIES.c.step.in_((Step.ASK_REVIEW, Step.ASK_INDEPENDENT_REVIEW)))
        .where(_ENTRIES.c.refused.is_(False))
        .where(_ENTRIES.c.stream.in_(_listed(today).with_only_columns(CASES.c.id)))
    )
    return Sums(
        received=len(rows),
        states=Counter(_state(row) for row in rows),
        answers=Counter(row.answer_type for row in answered),
        median_days=days[(len(days) - 1) // 2] if enough else None,
        reviewed=int(conn.execute(asked).scalar_one()),
    )


def documents(conn: Connection, line: Line) -> Sequence[Row[Any]]:
    """List the documents of a listed request."""
    return archive.documents_of(conn, line.item)


def with_documents(conn: Connection, found: Sequence[Line]) -> Mapping[str, int]:
    """Count the documents of some requests."""
    query = (
        select(DOCUMENTS.c.item, func.count().label("n"))
        .where(DOCUMENTS.c.item.in_([line.item for line in found]))
        .group_by(DOCUMENTS.c.item)
    )
    return {row.item: row.n for row in conn.execute(query)}


def _listed(today: date) -> Select[Any]:
    """Select what is listed: one place says what everybody may see."""
    return (
        select(
            ITEMS,
            CASES.c.state,
            CASES.c.operator,
            CASES.c.site,
            CASES.c.received_on,
            _ASKED_BACK.label("asked_back"),
        )
        .join(CASES, CASES.c.id == ITEMS.c.case)
        .where(
            CASES.c.kind == str(Kind.INFORMATION_REQUEST),
            CASES.c.room == "desk",
            CASES.c.protected.is_(False),
            CASES.c.operator.is_not(None),
            CASES.c.visible_on < today,
            or_(CASES.c.sense.is_(None), CASES.c.sense != str(Sense.ERASED_BY_PERSON)),
            or_(ITEMS.c.embargo_until.is_(None), ITEMS.c.embargo_until < today),
        )
    )


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [
        ITEMS.c.found_by.contains(word, autoescape=True) for word in fold(wanted.words).split()
    ]
    if wanted.state:
        found.append(_in_state(wanted.state))
    if wanted.operator:
        found.append(CASES.c.operator == wanted.operator)
    if wanted.answer_type:
        found.append(ITEMS.c.answer_type == wanted.answer_type)
    if wanted.year.isdecimal():
        found.append(extract("year", CASES.c.received_on) == int(wanted.year[:4]))
    return found


def _in_state(state: str) -> ColumnElement[bool]:
    where: ColumnElement[str] = CASES.c.state
    ended = and_(where == State.CLOSED, ITEMS.c.answered_on.is_(None))
    match state:
        case "waiting":
            return and_(where.in_(WAITING), not_(_ASKED_BACK))
        case "asked_back":
            return and_(where.in_(WAITING), _ASKED_BACK)
        case "in_review":
            return where.in_(REVIEWED)
        case "ended":
            return ended
        case _:
            return and_(CASES.c.state.not_in((*WAITING, *REVIEWED)), not_(ended))


def _state(row: Any) -> str:
    if row.state in WAITING:
        return "asked_back" if row.asked_back else "waiting"
    if row.state in REVIEWED:
        return "in_review"
    return "ended" if row.state == State.CLOSED and row.answered_on is None else "answered"


def _dues(conn: Connection, case_ids: Sequence[str]) -> Mapping[str, Row[Any]]:
    query = (
        select(CLOCKS.c.case, CLOCKS.c.due_on, CLOCKS.c.ended_on, CLOCKS.c.paused_on)
        .where(CLOCKS.c.case.in_(case_ids), CLOCKS.c.name == str(Clock.ANSWER))
        .order_by(CLOCKS.c.round)
    )
    return {row.case: row for row in conn.execute(query)}


def _line(row: Row[Any], clock: Row[Any] | None, today: date) -> Line:
    running = clock is not None and clock.ended_on is None
    due = clock.due_on if clock is not None and running and clock.paused_on is None else None
    days = [day for day in (row.answered_on, row.changed_on) if day is not None]
    return Line(
        item=row.id,
        case=row.case,
        number=row.number,
        state=_state(row),
        operator=row.operator,
        site=row.site,
        received_on=row.received_on,
        due_on=due,
        late=due is not None and due < today,
        answer_type=row.answer_type,
        answered_on=row.answered_on,
        question=row.question,
        answer=row.answer,
        redactions=json.loads(row.redactions),
        changed_on=max(days, default=row.received_on),
    )


def _everybodys(row: Any) -> bool:
    """Whether the day of a step is everybody's: of missed dates only those of the company."""
    return bool(row.step != Step.OVERDUE or json.loads(row.facts).get("whose") == "officer")


def _looks_like(media: str, body: bytes) -> bool:
    if not body.startswith(SIGNS[media]):
        return False
    if media == "application/pdf":
        return True
    try:
        return "\x00" not in body.decode("utf-8")
    except UnicodeDecodeError:
        return False


def _plain_name(name: str, media: str) -> str:
    """Keep of a file's name what can stand in an address and tells nobody's folder."""
    ending = next(end for end, kind in ENDINGS.items() if kind == media)
    stem = fold(name.replace("\\", "/").rpartition("/")[2].rpartition(".")[0])
    kept = "".join(sign if sign.isascii() and sign.isalnum() else "-" for sign in stem).strip("-")
    return f"{kept[:80] or 'documento'}.{ending}"
