"""What was said in an opened case, from both sides, in the order in which it was said, and what is offered last.

Of the messages that went out by themselves each is said again as it was sent, without its code.
"""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, select

from channels.house import House
from channels.incoming.attached import photos
from channels.outgoing import blanks
from channels.sms.words import render as render_sms
from channels.web.pages.dates import day
from grievance import case as cases
from grievance import vault
from grievance.case import Case
from grievance.commitment import Commitment
from grievance.errors import Damaged, Unknown
from grievance.inbox import WAITING
from grievance.message import Message
from grievance.notice import NOTICES
from grievance.vocabulary import State, Step
from translations import phrase, say
from translations.notices import TEMPLATES
from workflows import owing, texts

_MESSAGES = Message.__table__  # type: ignore[attr-defined]
_COMMITMENTS = Commitment.__table__  # type: ignore[attr-defined]
# Asked at every visit, and built once.
_SAID = select(_MESSAGES).where(_MESSAGES.c.case == bindparam("of")).order_by(_MESSAGES.c.seq)
_OWED = select(NOTICES).where(NOTICES.c.case == bindparam("of")).order_by(NOTICES.c.owed_at)
_WAITS = (
    select(WAITING.c.facts)
    .where(WAITING.c.case == bindparam("of"), WAITING.c.step == Step.ADD)
    .order_by(WAITING.c.seq)
)
_PROPOSAL = (
    select(_MESSAGES)
    .where(_MESSAGES.c.case == bindparam("of"), _MESSAGES.c.purpose == "proposal")
    .order_by(_MESSAGES.c.seq.desc())
)
_OFFERED = select(_COMMITMENTS).where(
    _COMMITMENTS.c.case == bindparam("of"), _COMMITMENTS.c.state == "offered"
)
_KEPT = select(vault.TEXTS.c.id).where(vault.TEXTS.c.id.in_(bindparam("which", expanding=True)))
_OFFICE = ("officer", "reviewer", "focal")
_INTERNAL = ("summary", "note", "lesson")
"""Texts of staff that the person is told they do not see."""
_RELEASED = "released"


def thread(
    conn: Any,
    house: House,
    case: Case,
    running: Sequence[cases.CaseClock],
    key: vault.Key,
    spoken: str,
    *,
    pictures: bool,
) -> list[dict[str, str]]:
    """Everything said since the clave exists; what was said before it stays closed, and the page says so."""
    lines: list[tuple[Any, int, dict[str, str]]] = []
    shown: set[str] = set()
    said = [row for row in conn.execute(_SAID, {"of": case.id}) if row.purpose not in _INTERNAL]
    written = [one for row in said for one in (row.original, row.masked) if one]
    opened = _open_all(conn, written, key)
    # Whether what does not open is still there, is asked for those alone: nearly always for none.
    closed = [one for one in written if not opened.get(one)]
    kept = set(conn.execute(_KEPT, {"which": closed}).scalars()) if closed else set()
    for row in said:
        text = opened.get(row.original) or opened.get(row.masked)
        if text is None and not {row.original, row.masked} & kept:
            text = say(phrase("(this is erased: nobody can read it any more)"), spoken)
        if text is None:
            text = say(phrase("(said before this clave existed: it opens with the earlier one)"), spoken)
        if row.purpose in texts.APART:
            text = say(texts.INSTEAD[row.purpose], spoken)
        picture = photos.shown(text)
        if picture:
            text = say(phrase("A photo"), spoken)
        shown.add(row.masked)
        by = "office" if row.said_by in _OFFICE else "person"
        who = say(phrase("The mechanism") if by == "office" else phrase("You"), spoken)
        if row.purpose == _RELEASED:
            by, who = "person", say(phrase("Your words that the company may read now"), spoken)
        lines.append(
            (
                row.said_on,
                row.seq,
                {
                    "by": by,
                    "text": text,
                    "who": who,
                    "when": day(row.said_on, spoken),
                    "picture": picture if pictures else "",
                    "hidden": "" if pictures else picture[:1],
                },
            )
        )
    for row in conn.execute(_OWED, {"of": case.id}):
        template = TEMPLATES.get(row.template)
        if row.text in shown or template is None or template.clave or template.text:
            continue
        if row.template in owing.LATER and row.not_before > house.now():
            continue
        text = _as_sent(house, case, running, row, spoken)
        if text is None:
            continue
        lines.append(
            (
                row.owed_on,
                10_000,
                {
                    "by": "automatic",
                    "text": text,
                    "who": say(phrase("Automatic"), spoken),
                    "when": day(row.owed_on, spoken),
                },
            )
        )
    return [line for _, _, line in sorted(lines, key=lambda x: (x[0], x[1]))] + _waiting(
        conn, case, key, spoken
    )


def _waiting(conn: Any, case: Case, key: vault.Key, spoken: str) -> list[dict[str, str]]:
    """Show what was added and no batch has passed on yet: whoever does not see their words writes them again."""
    kept = [json.loads(row.facts).get("said") for row in conn.execute(_WAITS, {"of": case.id})]
    opened = _open_all(
        conn, [one[which] for one in kept if one for which in ("original", "masked") if one[which]], key
    )
    texts_of = [opened.get(one["original"]) or opened.get(one["masked"]) for one in kept if one]
    return [
        {
            "by": "person",
            "text": text,
            "who": say(phrase("You"), spoken),
            "when": say(phrase("We have what you wrote. It is passed on in the next round."), spoken),
            "picture": "",
            "hidden": "",
        }
        for text in texts_of
        if text and not photos.shown(text)
    ]


def _as_sent(
    house: House, case: Case, running: Sequence[cases.CaseClock], row: Any, spoken: str
) -> str | None:
    """Say a message again as it was sent, without its code; None where nobody can fill it: it was not sent either."""
    template = row.template
    known = blanks.known(house, template, case=case, clocks=running, said_on=row.owed_on)
    filled = {name: value for name, value in known.items() if value is not None}
    try:
        return render_sms(
            template, spoken, filled | blanks.carried(template, json.loads(row.codes)) | {"code": "····"}
        )
    except (KeyError, ValueError):
        return None


def _open_all(conn: Any, text_ids: Sequence[str], key: vault.Key) -> dict[str | None, str]:
    try:
        return vault.read_all(conn, text_ids, key)
    except Damaged:  # one by one, so that a broken text closes no other
        return {one: text for one in text_ids if (text := _open(conn, one, key)) is not None}


def _open(conn: Any, text_id: str | None, key: vault.Key) -> str | None:
    if text_id is None:
        return None
    try:
        return vault.read(conn, text_id, key)
    except (Unknown, Damaged):
        return None


def proposal(conn: Any, case: Case, key: vault.Key, spoken: str) -> dict[str, Any] | None:
    """Show what is offered last and waits for the person, if something does."""
    if case.state not in (State.PROPOSED, State.IN_DIALOGUE):
        return None
    row = conn.execute(_PROPOSAL, {"of": case.id}).first()
    if row is None:
        return None
    offers = conn.execute(_OFFERED, {"of": case.id}).all()
    # No company reads a protected case, so nobody there can be said to do what was offered.
    by = (
        phrase("The protection focal point sees that it is done")
        if case.protected
        else phrase("The company does it")
    )
    done = [
        (
            say(by, spoken),
            say(phrase("Until {date}", date=day(o.due_on, spoken)), spoken),
        )
        for o in offers
    ]
    return {
        "text": _open(conn, row.masked, key) or "",
        "commitments": done,
        "explanation_only": not offers,
        "answer_by": "",
    }
