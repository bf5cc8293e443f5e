"""What stands beside the figures of a month: plans, the reviewer's word, the company's, the context, comments, corrections.

People write these texts, in registers, before the month is published; publishing freezes them into the document. They
are public prose without figures below five and without anybody's name. A text is in the language of `texts_in`.

In the frozen document:

    "texts_in": "es"

    "plans": [{"id": "item-…", "criterion": "predictable", "name": WORDS, "month": "2026-10",
               "operator": "qorimayu",          null: the mechanism's own plan
               "reason": "…", "plan": "…",
               "owner": "community_relations", "owner_words": WORDS,
               "written_on": "2026-11-05", "due_on": "2026-11-30",
               "state": "open",                 open | done | kept | kept_late | late   (done: says who owes it)
               "state_words": WORDS, "ended_on": null}, ...]
        the month's own first, then those of earlier months that were not kept before the release before this one

    "statement": {"text": "…", "party": "…", "written_on": "2026-11-08"} or null       the independent reviewer's

    "verdicts": [{"criterion": "predictable", "result": "partly", "text": "…"}, ...]    where the reviewer sees it otherwise;
        the result stands in the scorecard's row as `independent`, too

    "comment": [{"operator": "qorimayu", "text": "…", "written_on": "2026-11-08"}, ...]      the companies', as theirs

    "context": [{"what": "rain", "words": WORDS, "site": "…" or null, "held_on": "2026-10-12", "text": "…",
                 "source": "…"}, ...]

    "comments": {"opened_on": "2026-10-30", "closed_on": "2026-11-12",          of the draft, both days included
                 "shown": [{"id": "item-…", "month": "2026-10", "number": 1, "written_on": "2026-11-02", "text": "…"}, ...],
                 "withheld": 0, "waiting": 0}
        shown are those of this month, and those of earlier months that were looked at too late for their own report

    "corrections": {"total": 12,                the printed cell; null where it is not shown
                    "reasons": [{"reason": "misread", "words": WORDS, "n": 7}, ...],    printed cells; n null: not shown
                    "versions": [{"month": "2026-08", "version": 2, "published_on": "2026-10-03", "words": WORDS}, ...],
                    "withdrawn": [{"month": "2026-07", "withdrawn_on": "2026-10-05", "because": "…"}, ...]}

    "qualities": [{"key": "timely", "name": WORDS, "holds": true, "words": WORDS}, ...]      five, in a fixed order

WORDS is {"msgid": the English sentence, "blanks": {}}.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, select

from grievance import record, register
from grievance.published import Release as PublishedRelease
from grievance.vocabulary import Kind, Role
from reports import shelf
from reports.beside import ownacts, scorecard
from reports.beside.scorecard import Result, in_words
from reports.month import Month
from reports.saying.definitions import WHY_CORRECTED
from reports.shelf import Release
from reports.tables import ALL, CORRECTIONS, Table
from translations import Phrase, phrase
from workflows.registry import draftrounds
from workflows.registry.reportbook import CRITERIA_NAMES, DONE, HAPPENINGS, KEPT, OPEN, OWNERS
from workflows.rulebook import Rulebook

KEPT_LATE, LATE = "kept_late", "late"
STATES_OF_PLANS: Mapping[str, Phrase] = {
    OPEN: phrase("Under way"),
    DONE: phrase("Done, says who owes it"),
    KEPT: phrase("Kept"),
    KEPT_LATE: phrase("Kept, but late"),
    LATE: phrase("Overdue, not done yet"),
}
WITHOUT_A_PLAN: Mapping[str, Phrase] = {
    "legitimate": phrase("Legitimate: not met, and nobody wrote why nor what will be done."),
    "accessible": phrase("Accessible: not met, and nobody wrote why nor what will be done."),
    "predictable": phrase("Predictable: not met, and nobody wrote why nor what will be done."),
    "equitable": phrase("Equitable: not met, and nobody wrote why nor what will be done."),
    "transparent": phrase("Transparent: not met, and nobody wrote why nor what will be done."),
    "rights_compatible": phrase("Rights-compatible: not met, and nobody wrote why nor what will be done."),
    "learning": phrase(
        "A source of continuous learning: not met, and nobody wrote why nor what will be done."
    ),
    "dialogue": phrase("Based on dialogue: not met, and nobody wrote why nor what will be done."),
}
UNREAD = phrase("Comments on the draft were not looked at in time. They stand in the next report.")
NO_STATEMENT = phrase("The independent reviewer wrote nothing about this month.")
NEW_VERSION = phrase("A new version: words and forms changed, no figure.")
_RELEASES = PublishedRelease.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Omission:
    """Something that is missing in a release, in words, and the role that could have done it."""

    words: Phrase
    role: str


@dataclass(frozen=True, slots=True)
class Beside:
    """What a release says beside its figures: parts of the document, and what nobody wrote."""

    parts: Mapping[str, Any]
    omissions: tuple[Omission, ...] = ()


def read(
    conn: Connection,
    month: Month,
    *,
    printed: Iterable[Table],
    earlier: Sequence[Release],
    rules: Rulebook,
    today: date,
    first: date | None = None,
) -> Beside:
    """Read what stands beside the figures of a month; call it within the same look at the database as the figures.

    Args:
        conn: the one look.
        month: the month.
        printed: the tables of the month, as they are printed.
        earlier: the newest version of each month of the year before.
        rules: the mechanism.
        today: the day of publishing.
        first: the day on which the month came first, where this is another version of it.
    """
    printed = tuple(printed)
    verdicts = _newest_by(_of_month(conn, "verdict", month), "criterion")
    rows = scorecard.score(
        month,
        printed,
        ownacts.read(conn, month, rules=rules, today=first or today),
        earlier,
        independent={key: Result(register.facts_of(row)["result"]) for key, row in verdicts.items()},
    )
    plans = _plans(conn, month, earlier, today)
    statement = _statement(conn, month, rules)
    comments = _comments(conn, month, earlier, rules)
    return Beside(
        parts={
            "texts_in": rules.current.default_language,
            "scorecard": scorecard.plain(rows, month),
            "plans": plans,
            "statement": statement,
            "verdicts": [
                {"criterion": key, "result": register.facts_of(row)["result"], "text": _text(row)}
                for key, row in verdicts.items()
            ],
            "comment": _companies(conn, month),
            "context": _context(conn, month),
            "comments": comments,
            "corrections": _corrections(conn, month, printed, earlier, today),
        },
        omissions=(*_without_a_plan(rows, plans, month), *_silent(statement), *_unread(comments)),
    )


def draft(conn: Connection, month: Month, *, rules: Rulebook, today: date) -> dict[str, Any]:
    """Read what people wrote so far for a month that is not published yet: words, no figures."""
    earlier = shelf.all_newest(conn, before=month)
    return {
        "plans": _plans(conn, month, earlier, today),
        "statement": _statement(conn, month, rules),
        "comment": _companies(conn, month),
        "context": _context(conn, month),
    }


def _of_month(conn: Connection, key: str, month: Month) -> list[Row[Any]]:
    """Read the items of a register about a month, the last written first."""
    rows = [row for row in register.items(conn, key) if register.facts_of(row)["month"] == str(month)]
    return sorted(rows, key=lambda row: (row.noted_on, row.held_on), reverse=True)


def _newest_by(rows: Iterable[Row[Any]], fact: str) -> dict[str, Row[Any]]:
    found: dict[str, Row[Any]] = {}
    for row in rows:
        found.setdefault(register.facts_of(row)[fact], row)
    return {key: found[key] for key in CRITERIA_NAMES if key in found}


def _text(row: Row[Any], key: str = "text") -> str:
    return register.words_of(row)[key]


def _plans(conn: Connection, month: Month, earlier: Iterable[Release], today: date) -> list[dict[str, Any]]:
    """The month's plans, and those of earlier months until a release has said that they were kept."""
    told = {
        plan["id"]
        for release in earlier
        for plan in release.document.get("plans", ())
        if plan["state"] in (KEPT, KEPT_LATE)
    }
    rows = [row for row in register.items(conn, "plan") if row.id not in told]
    plans = [_plan(conn, row, today) for row in rows if register.facts_of(row)["month"] <= str(month)]
    order = list(CRITERIA_NAMES)
    newest_first = sorted(
        plans, key=lambda plan: (order.index(plan["criterion"]), plan["due_on"], plan["id"])
    )
    return sorted(newest_first, key=lambda plan: plan["month"], reverse=True)


def _plan(conn: Connection, row: Row[Any], today: date) -> dict[str, Any]:
    facts, words = register.facts_of(row), register.words_of(row)
    done = _done_on(conn, row)
    state = standing(row.state, due=row.until, done=done, today=today)
    return {
        "id": row.id,
        "criterion": facts["criterion"],
        "name": in_words(CRITERIA_NAMES[facts["criterion"]]),
        "month": facts["month"],
        "operator": row.operator,
        "reason": words["reason"],
        "plan": words["plan"],
        "owner": facts["owner"],
        "owner_words": in_words(OWNERS[facts["owner"]]),
        "written_on": row.held_on.isoformat(),
        "due_on": row.until.isoformat(),
        "state": state,
        "state_words": in_words(STATES_OF_PLANS[state]),
        "ended_on": done.isoformat() if state in (KEPT, KEPT_LATE) else None,
    }


def _done_on(conn: Connection, row: Row[Any]) -> date:
    """The day on which whoever owes a plan said that it was done, else that on which the other side said so."""
    said = [
        e.recorded_on for e in record.entries_of(conn, row.id) if not e.refused and f'"{DONE}"' in e.facts
    ]
    return min(said, default=row.noted_on)


def standing(state: str, *, due: date, done: date, today: date) -> str:
    """Say how a plan stands on a day: whether it was kept, and in time, nobody has to say.

    Args:
        state: what was last written of it.
        due: the day by which it was to be done.
        done: the day on which it was done, if it was.
        today: the day on which it is asked.
    """
    if state == KEPT:
        return KEPT if done <= due else KEPT_LATE
    if state == DONE and done <= due:
        return DONE
    return LATE if today > due else state


def _without_a_plan(
    rows: Iterable[scorecard.Row], plans: Iterable[Mapping[str, Any]], month: Month
) -> Iterable[Omission]:
    planned = {plan["criterion"] for plan in plans if plan["month"] == str(month)}
    for row in rows:
        if row.is_missed and row.measure.criterion not in planned:
            yield Omission(WITHOUT_A_PLAN[row.measure.criterion], str(row.measure.owed_by))


def _silent(statement: object) -> Iterable[Omission]:
    if statement is None:
        yield Omission(NO_STATEMENT, str(Role.REVIEWER))


def _statement(conn: Connection, month: Month, rules: Rulebook) -> dict[str, Any] | None:
    rows = _of_month(conn, "statement", month)
    if not rows:
        return None
    party = ", ".join(party.name for party in rules.current.governance.third_parties)
    return {"text": _text(rows[0]), "party": party, "written_on": rows[0].held_on.isoformat()}


def _comments(conn: Connection, month: Month, earlier: Iterable[Release], rules: Rulebook) -> dict[str, Any]:
    """What people said of the draft, and how much of it is not shown."""
    told = {
        shown["id"] for release in earlier for shown in release.document.get("comments", {}).get("shown", ())
    }
    rows = [(row, register.facts_of(row)) for row in draftrounds.decided(conn)]
    window = draftrounds.window(str(month), rules=rules)
    return {
        "opened_on": window.opens_on.isoformat(),
        "closed_on": window.closes_on.isoformat(),
        "shown": [
            {
                "id": row.id,
                "month": facts["month"],
                "number": facts["number"],
                "written_on": facts["received_on"],
                "text": _text(row),
            }
            for row, facts in rows
            if row.state == draftrounds.SHOWN and row.id not in told and facts["month"] <= str(month)
        ],
        "withheld": sum(
            row.state == draftrounds.WITHHELD and facts["month"] == str(month) for row, facts in rows
        ),
        "waiting": len(draftrounds.waiting(conn, str(month))),
    }


def _unread(comments: Mapping[str, Any]) -> Iterable[Omission]:
    if comments["waiting"]:
        yield Omission(UNREAD, str(Role.REVIEWER))


def _companies(conn: Connection, month: Month) -> list[dict[str, Any]]:
    """What each company says, the last word of each."""
    found: dict[str, Row[Any]] = {}
    for row in _of_month(conn, "company_comment", month):
        if row.operator is not None:
            found.setdefault(row.operator, row)
    return [
        {"operator": operator, "text": _text(row), "written_on": row.held_on.isoformat()}
        for operator, row in sorted(found.items())
    ]


def _context(conn: Connection, month: Month) -> list[dict[str, Any]]:
    rows = sorted(_of_month(conn, "context", month), key=lambda row: (row.held_on, row.id))
    made = []
    for row in rows:
        what = register.facts_of(row)["what"]
        made.append(
            {
                "what": what,
                "words": in_words(HAPPENINGS[what]),
                "site": row.site,
                "held_on": row.held_on.isoformat(),
                "text": _text(row),
                "source": _text(row, "source"),
            }
        )
    return made


def _corrections(
    conn: Connection, month: Month, printed: Iterable[Table], earlier: Iterable[Release], today: date
) -> dict[str, Any]:
    """What was corrected in the month, as far as its table shows it, and which months got a new version since the last."""
    why = next(
        (table for table in printed if table.name == CORRECTIONS and table.kind == Kind.GRIEVANCE), None
    )
    since = max((date.fromisoformat(one.document["published_on"]) for one in earlier), default=date.min)
    query = select(_RELEASES).where(
        _RELEASES.c.version > 1,
        _RELEASES.c.month <= str(month),
        _RELEASES.c.published_on.between(since, today),
    )
    gone = select(shelf.WITHDRAWALS).where(shelf.WITHDRAWALS.c.withdrawn_on.between(since, today))
    return {
        "total": None if why is None else why.value(ALL),
        "reasons": [
            {"reason": key, "words": in_words(words), "n": None if why is None else why.value(key)}
            for key, words in WHY_CORRECTED.items()
        ],
        "versions": [
            {
                "month": row.month,
                "version": row.version,
                "published_on": row.published_on.isoformat(),
                "words": in_words(NEW_VERSION),
            }
            for row in conn.execute(query.order_by(_RELEASES.c.month, _RELEASES.c.version))
        ],
        "withdrawn": [
            {
                "month": row.month,
                "withdrawn_on": row.withdrawn_on.isoformat(),
                "because": row.because,
            }
            for row in conn.execute(gone)
        ],
    }
