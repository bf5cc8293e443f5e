"""Items of a register as a page shows them: closed vocabulary in words, small numbers of people behind the gate."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, Row

from grievance import register
from grievance.mechanism import Mechanism
from grievance.vocabulary import Role
from reports.disclosure import SMALLEST_PRINTED
from translations import Phrase, phrase
from workflows.criterion import Actor
from workflows.readiness import Ready
from workflows.registry import registers
from workflows.registry.registershape import COLUMNS, Asks, Field, Register

ANYBODY = Actor(Role.REVIEWER)
"""Whose lists of places the public reads: all of them. Fields of staff are never shown."""
FEW = phrase("0 to 4")
RELIABLE = 10
TONES: Mapping[str, str] = {
    "kept": "met", "done": "met", "answered": "met", "worked": "met", "answers": "met", "told": "met", "over": "met",
    "closed": "met", "missed": "missing", "disputed": "late", "failed": "missing", "silent": "late", "out": "missing",
    "open": "soon", "agreed": "due", "heard": "soon", "announced": "soon", "ended": "due", "contained": "soon",
}  # fmt: skip

COLOURS: Mapping[str, tuple[str, Phrase]] = {
    "green": ("met", phrase("Met")),
    "amber": ("soon", phrase("Partly met")),
    "red": ("missing", phrase("Not met")),
}
GROUPS: tuple[tuple[Phrase, tuple[str, ...]], ...] = (
    (phrase("Agreed and talked about"), ("commitment", "dialogue", "consultation", "comment_round", "survey")),
    (phrase("Beside the figures of a month"), ("plan", "statement", "verdict", "company_comment", "context")),
    (phrase("What was learned"), ("lesson", "action", "evaluation")),
    (phrase("How people come to know of it"),
     ("outreach", "broadcast", "helper", "stakeholder_map", "procedure_published", "channel_test", "outage",
      "continuity_plan")),
    (phrase("Who watches over it"), ("panel", "account", "independence", "training", "funding", "income")),
    (phrase("Who else can help"), ("adviser", "service", "outside_route")),
    (phrase("How it keeps people safe"), ("retaliation_policy", "privacy_notice")),
)  # fmt: skip

Page = dict[str, Any]


def items(
    conn: Connection, of: Register, rows: Iterable[Row[Any]], *, mechanism: Mechanism, public: bool = True
) -> list[Page]:
    """Build the cards of some items."""
    lists = {
        one.key: registers.choices(conn, one, by=ANYBODY, mechanism=mechanism)
        for one in of.fields
        if one.kind in (Asks.CODE, Asks.CODES) and (one.shown or not public)
    }
    sites = {site.key: site.name for site in mechanism.sites}
    return [_card(of, row, lists, sites, public=public) for row in rows]


def _card(
    of: Register, row: Row[Any], lists: Mapping[str, Mapping[str, object]], sites: Mapping[str, str], *, public: bool
) -> Page:  # fmt: skip
    values = {key: getattr(row, key) for key in COLUMNS} | register.facts_of(row)
    words = register.words_of(row)
    pairs: list[tuple[Any, Any]] = []
    texts = []
    if row.number is not None:
        pairs += [(phrase("Ask for it by text message"), phrase("COMMITMENT {n}", n=row.number))]
    for one in of.fields:
        if public and not one.shown:
            continue
        if one.kind is Asks.TEXT:
            texts += [(one.label, words[one.key])] if words.get(one.key) else []
        elif values.get(one.key) is not None:
            pairs.append((one.label, _said(one, values, lists.get(one.key, {}), public=public)))
    if row.site and "site" not in {one.key for one in of.fields}:
        pairs.append((phrase("Site"), sites.get(row.site, row.site)))
    several = len(of.states) > 1
    return {
        "id": row.id,
        "when": row.held_on,
        "tone": TONES.get(row.state, "due"),
        "state": of.states.get(row.state, row.state) if several else "",
        "pairs": pairs,
        "texts": texts,
        "final": row.state in of.final,
    }


def _said(one: Field, values: Mapping[str, Any], among: Mapping[str, object], *, public: bool) -> Any:
    value = values[one.key]
    match one.kind:
        case Asks.CODE:
            return among.get(value, value)
        case Asks.CODES:
            return [among.get(code, code) for code in value]
        case Asks.PEOPLE:
            return FEW if public and value < SMALLEST_PRINTED else value
        case Asks.NUMBER if public and one.key == "trust" and values.get("answered", 0) < RELIABLE:
            return phrase("not shown: too few answers")
        case _:
            return value


def newest(rows: Iterable[Row[Any]]) -> Phrase:
    """Say when a register was last written in."""
    first = next(iter(rows), None)
    if first is None:
        return phrase("Nothing has been written here yet.")
    return phrase("Newest: {date}", date=first.held_on)


def line(one: Ready) -> Page:
    """Show how one obligation stands."""
    return {
        "id": one.id,
        "name": one.name,
        "badge": COLOURS[one.colour],
        "reason": one.reason,
        "turns_red": one.turns_red,
    }
