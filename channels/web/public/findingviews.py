"""Findings of the reviewers as pages show them, and the page that everybody may read: those about how a site works."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Blueprint, Response

from channels.house import House
from channels.web.pages.access import open_to_all
from channels.web.pages.render import render_view
from grievance import codes
from grievance.mechanism import Mechanism
from translations import phrase
from workflows.registry import findings
from workflows.registry.findings import ACCEPTED, ANSWERED, NOT_ENOUGH, RECORDED, Finding

Page = dict[str, Any]
NAME = phrase("Findings of the reviewers")
PUBLIC_PURPOSE = phrase(
    "What independent reviewers found in how a site works, and what the company answered. No case is in it."
)
TONES: Mapping[str, str] = {RECORDED: "due", ANSWERED: "soon", ACCEPTED: "met", NOT_ENOUGH: "late"}
NEWEST = 60


def blueprint(house: House) -> Blueprint:
    """Make `/findings`, which everybody may read."""
    made = Blueprint("findings", __name__)

    @made.get("/findings")
    @open_to_all
    def public_findings() -> Response:
        found = house.store.read(findings.of_practice)
        mechanism = house.rules.current
        page = {
            "name": NAME, "purpose": PUBLIC_PURPOSE, "subtitle": "", "when": phrase("Written on"), "ready": [],
            "items": [card(one, mechanism, today(house, one.operator), public=True) for one in found[:NEWEST]],
            "empty": not found, "older": "", "newer": "", "tables": [], "repeats": [], "counts": None,
            "written_in": mechanism.default_language, "safe": False,
        }  # fmt: skip
        return render_view("registers_items.html", page, house=house)

    return made


def today(house: House, operator: str | None) -> date:
    """Say which day it is where an operator works."""
    calendar = house.rules.calendar(house.rules.current.version, site=None, operator=operator)
    return calendar.site_date(house.now())


def card(
    one: Finding, mechanism: Mechanism, today: date, *, public: bool = False, waits: bool = False
) -> Page:
    """Show a finding; `waits`: whoever looks has to say something to it."""
    sites = {site.key: site.name for site in mechanism.sites}
    late = one.is_late(today)
    pairs: list[tuple[Any, Any]] = [(phrase("Kind"), findings.KINDS.get(one.kind, one.kind))]
    if one.site:
        pairs.append((phrase("Site"), sites.get(one.site, one.site)))
    if one.number and not public:
        pairs.append((phrase("Case"), codes.show(one.number)))
    pairs.append((phrase("To be answered by"), [one.due_on]))
    pairs += [(phrase("Answered on"), [one.answered_on])] if one.answered_on else []
    pairs += [(phrase("Looked at on"), [one.judged_on])] if one.judged_on else []
    if one.unseen:
        pairs.append((phrase("The company"), phrase("cannot see this case now, so it owes no answer")))
    texts = [(phrase("What was found"), one.text)]
    texts += [(phrase("The company's answer"), one.answer)] if one.answer else []
    texts += [(phrase("The reviewer about the answer"), one.verdict)] if one.verdict else []
    days = (today - one.due_on).days
    waiting = phrase("Answer overdue since {date} ({n} days)", date=one.due_on, n=days)
    return {
        "id": one.id,
        "when": one.recorded_on,
        "tone": "late" if late else TONES[one.state],
        "state": waiting if late else findings.STATES[one.state],
        "pairs": pairs,
        "texts": texts,
        "final": not waits,
    }
