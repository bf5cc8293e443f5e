"""The words beside the figures, held against the record: the reviewer's, the companies', the context, plans, comments.

Of every text that somebody wrote for a month the record holds the digest, and the month for which it was written. So a
word that was changed afterwards is found, and so is one that was left out or invented; the registers themselves, which
whoever owns the database can change as well, are not asked.
"""

import hashlib
import json
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Connection, select

from grievance import record
from grievance.mechanism import Mechanism
from reports.recount import printed

Difference = tuple[str, str, str]
"""Where, what is found, what is right."""
Found = Mapping[str, tuple[Any, ...]]
"""By what a text goes by: everything that is compared of it, its digest among it."""
REGISTERS: Final = ("statement", "verdict", "company_comment", "context", "plan", "draft_comment")
A_YEAR: Final = 12
_ENTRIES = record.Entry.__table__  # type: ignore[attr-defined]
_EXACT = record.EntryExact.__table__  # type: ignore[attr-defined]
_NOTES = (
    select(
        _ENTRIES.c.stream, _ENTRIES.c.recorded_on, _ENTRIES.c.operator, _ENTRIES.c.site, _ENTRIES.c.facts,
        _EXACT.c.recorded_at, _EXACT.c.zone,
    )
    .outerjoin(_EXACT, (_EXACT.c.stream == _ENTRIES.c.stream) & (_EXACT.c.seq == _ENTRIES.c.seq))
    .where(_ENTRIES.c.kind == "register", _ENTRIES.c.refused.is_(False))
    .order_by(_ENTRIES.c.stream, _ENTRIES.c.seq)
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cut:
    """When a version of a month was made. Of notes whose exact time is gone those of that `day` may be before or after."""

    at: datetime
    day: str
    with_day: bool = True

    @property
    def either(self) -> "tuple[Cut, Cut]":
        """Both ways of it; they are one as long as exact times are there."""
        return self, replace(self, with_day=False)

    def is_before(self, row: Any) -> bool:
        """Tell whether an entry was written before the month was made."""
        if row.recorded_at is not None:
            return bool(row.recorded_at <= self.at)
        return str(row.recorded_on) < self.day or (self.with_day and str(row.recorded_on) == self.day)


@dataclass(slots=True)
class Item:
    """What was written of one item of a register until then, the newest last."""

    id: str
    notes: list[Any] = field(default_factory=list)
    said: list[dict[str, Any]] = field(default_factory=list)

    @property
    def newest(self) -> dict[str, Any]:
        """What its newest entry says."""
        return self.said[-1]

    @property
    def facts(self) -> dict[str, Any]:
        """The facts of its newest entry."""
        return dict(self.newest["facts"])

    def on(self, day: date) -> Mapping[str, Any]:
        """What was said of it on a day; nothing before it was there."""
        until = [
            s for n, s in zip(self.notes, self.said, strict=True) if str(n.recorded_on) <= day.isoformat()
        ]
        return until[-1] if until else {}


def notes(conn: Connection) -> Sequence[Any]:
    """Read everything that was ever written in registers, item by item, as the record has it."""
    return conn.execute(_NOTES).all()


def items(rows: Sequence[Any], cut: Cut, *names: str) -> dict[str, list[Item]]:
    """Give the items of some registers as they stood when a month was made, by register."""
    found: dict[str, Item] = {}
    for row in rows:
        facts = json.loads(row.facts)
        if facts.get("register") in names and "held_on" in facts and cut.is_before(row):
            one = found.setdefault(row.stream, Item(row.stream))
            one.notes.append(row)
            one.said.append(facts)
    by_name: dict[str, list[Item]] = {name: [] for name in names}
    for one in found.values():
        by_name[one.newest["register"]].append(one)
    return by_name


def problems(
    conn: Connection, month: str, document: Mapping[str, Any], cut: Cut, mechanism: Mechanism | None
) -> Iterator[Difference]:
    """Compare the words of a published month with those whose digest the record holds."""
    if "texts_in" not in document:
        return
    before = printed.out_before(conn, month, came=cut.day, told=())
    earlier = [said for each, said in before.items() if each >= printed.back(month, A_YEAR)]
    there = _there(document)
    results = {row["criterion"]: row["result"] for row in document.get("scorecard", {}).get("rows", ())}
    rows = notes(conn)
    either = [_right(items(rows, one, *REGISTERS), month, earlier, cut.day, results) for one in cut.either]
    for part, found in there.items():
        first, second = (each[part] for each in either)
        for key in sorted({*found, *first, *second}):
            may_be = (first.get(key), second.get(key))
            if found.get(key) not in may_be:
                yield f"{part} {key}".strip(), _told(found.get(key)), _told(may_be[0])
    if mechanism is not None and document["statement"] is not None:
        party = ", ".join(one.name for one in mechanism.governance.third_parties)
        if document["statement"]["party"] != party:
            yield "statement party", document["statement"]["party"], party


def facts(row: Any) -> dict[str, Any]:
    """Read the facts of an entry."""
    found: dict[str, Any] = json.loads(row.facts)
    return found


def _told(found: tuple[Any, ...] | None) -> str:
    return "nothing" if found is None else " ".join(str(one) for one in found)


def _digest(**words: str) -> str:
    plain = json.dumps(words, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(unicodedata.normalize("NFC", plain).encode()).hexdigest()


def _there(document: Mapping[str, Any]) -> dict[str, Found]:
    """What the document says."""
    statement = document["statement"]
    scored = document.get("scorecard", {}).get("rows", ())
    return {
        "statement": {"": (statement["written_on"], _digest(text=statement["text"]))} if statement else {},
        "verdict": {one["criterion"]: (one["result"], _digest(text=one["text"])) for one in document["verdicts"]},
        "independent": {row["criterion"]: (row["independent"],) for row in scored if row["independent"] is not None},
        "comment": {one["operator"]: (one["written_on"], _digest(text=one["text"])) for one in document["comment"]},
        "context": _numbered(
            (one["held_on"], one["what"], one["site"] or "", _digest(text=one["text"], source=one["source"]))
            for one in document["context"]
        ),
        "plan": {
            one["id"]: (
                one["month"], one["criterion"], one["operator"], one["owner"], one["written_on"], one["due_on"],
                one["state"], _digest(reason=one["reason"], plan=one["plan"]),
            )
            for one in document["plans"]
        },
        "comment on the draft": {
            one["id"]: (one["month"], one["number"], one["written_on"], _digest(text=one["text"]))
            for one in document["comments"]["shown"]
        },
        "comments withheld": {"": (document["comments"]["withheld"],)},
    }  # fmt: skip


def _right(
    found: Mapping[str, Sequence[Item]],
    month: str,
    earlier: Sequence[Mapping[str, Any]],
    day: str,
    results: Mapping[str, str],
) -> dict[str, Found]:
    """What it should say by the record."""
    of_month = {name: [one for one in of if one.facts["month"] == month] for name, of in found.items()}
    statement = _last_word(of_month["statement"])
    verdicts = {key: _last_word(of) for key, of in _by(of_month["verdict"], "criterion").items()}
    companies: dict[str, list[Item]] = {}
    for one in of_month["company_comment"]:
        companies.setdefault(one.notes[-1].operator or "", []).append(one)
    said = {key: _last_word(of) for key, of in companies.items() if key}
    kept = {
        plan["id"]
        for release in earlier
        for plan in release.get("plans", ())
        if plan["state"] in ("kept", "kept_late")
    }
    shown = {
        one["id"]
        for release in earlier
        for one in release.get("comments", {}).get("shown", ())
        if "id" in one
    }
    return {
        "statement": {"": (statement["held_on"], statement["words"])} if statement else {},
        "verdict": {key: (one["facts"]["result"], one["words"]) for key, one in verdicts.items() if one},
        "independent": {
            key: (one["facts"]["result"],)
            for key, one in verdicts.items()
            if one and one["facts"]["result"] != results.get(key)
        },
        "comment": {key: (one["held_on"], one["words"]) for key, one in said.items() if one},
        "context": _numbered(
            (one.newest["held_on"], one.facts["what"], one.notes[-1].site or "", one.newest["words"])
            for one in of_month["context"]
        ),
        "plan": {
            one.id: (
                one.facts["month"], one.facts["criterion"], one.notes[-1].operator, one.facts["owner"],
                one.newest["held_on"], one.newest["until"], _how_it_stands(one, day), one.newest["words"],
            )
            for one in found["plan"]
            if one.id not in kept and one.facts["month"] <= month
        },
        "comment on the draft": {
            one.id: (
                one.facts["month"], one.facts["number"], one.facts["received_on"], one.newest["words"],
            )
            for one in found["draft_comment"]
            if one.newest["state"] == "shown" and one.id not in shown and one.facts["month"] <= month
        },
        "comments withheld": {"": (sum(one.newest["state"] == "withheld" for one in of_month["draft_comment"]),)},
    }  # fmt: skip


def _numbered(found: Any) -> Found:
    """Give a key to what has none: the same in any order."""
    return {str(n): one for n, one in enumerate(sorted(found))}


def _by(found: Sequence[Item], fact: str) -> dict[str, list[Item]]:
    made: dict[str, list[Item]] = {}
    for one in found:
        made.setdefault(one.facts[fact], []).append(one)
    return made


def _last_word(found: Sequence[Item]) -> dict[str, Any] | None:
    """Of several items of a month the one that was written last, and of one day the one that is about the later day."""
    last = max(
        found,
        key=lambda one: (str(one.notes[-1].recorded_on), one.newest["held_on"], [-ord(c) for c in one.id]),
        default=None,
    )
    return None if last is None else last.newest


def _how_it_stands(plan: Item, day: str) -> str:
    """Whether a plan was kept, and in time: by the day on which it was first said to be done."""
    done = [
        str(row.recorded_on)
        for row, said in zip(plan.notes, plan.said, strict=True)
        if said["state"] == "done"
    ]
    ended, due, state = (
        min(done, default=str(plan.notes[-1].recorded_on)),
        plan.newest["until"],
        plan.newest["state"],
    )
    if state == "kept":
        return "kept" if ended <= due else "kept_late"
    if state == "done" and ended <= due:
        return "done"
    return "late" if day > due else str(state)
