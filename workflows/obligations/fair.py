"""Whether nobody stands alone or is harmed by it: advisers, services, other ways, data (equitable, rights-compatible)."""

from typing import Any

from grievance import register
from translations import phrase
from workflows.obligations.looking import (
    DAY,
    NOTHING,
    YEAR,
    Look,
    Verdict,
    amber,
    complete,
    days_since,
    green,
    latest_of,
    names,
    ranked,
    red,
)  # fmt: skip


def advisers(look: Look) -> Verdict:
    """O10: two free advisers who answer."""
    latest = latest_of(look.items("adviser"))
    named = [a.key for a in look.mechanism.advisers]
    there = [key for key in named if key not in latest or latest[key].state == "answers"]
    least = 2
    if len(there) < least:
        return red(phrase("{n} free advisers; there must be two.", n=len(there)))
    fresh = [key for key in there if key in latest and days_since(look, latest[key]) <= YEAR // 2]
    if len(fresh) < least:
        return amber(phrase("They are named; somebody has to speak to them again."))
    return green(phrase("{n} free advisers, spoken to in the last half year.", n=len(fresh)))


def services(look: Look) -> Verdict:
    """O11: the services for people in danger answer when they are called."""
    latest = dict[tuple[str, str | None, str], Any]()
    for row in ranked(look.items("service")):
        name = register.words_of(row).get("name", "")
        latest.setdefault((register.facts_of(row).get("kind", ""), row.site, name), row)
    there = [row for row in latest.values() if row.state != "ended"]
    if not there:
        return red(NOTHING)
    old = [row for row in there if days_since(look, row) > 90]  # noqa: PLR2004  the specification's own days
    if old:
        return red(phrase("{n} were not called for more than ninety days.", n=len(old)))
    silent = [row for row in there if row.state == "silent"]
    if silent:
        return amber(phrase("{n} did not answer when they were called.", n=len(silent)))
    return green(phrase("All {n} answered in the last ninety days.", n=len(there)))


def routes(look: Look) -> Verdict:
    """O23: the other ways that stay open were verified."""
    latest = latest_of(look.items("outside_route"))
    old, silent = [], []
    for route in look.mechanism.outside_routes:
        seen = latest.get(route.key)
        day = max(filter(None, (route.verified_on, seen.held_on if seen else None)), default=None)
        if day is None or (look.today - day).days > 180:  # noqa: PLR2004  the specification's own days
            old.append(route.name)
        elif seen is not None and seen.state != "answers" and seen.held_on == day:
            silent.append(route.name)
    if not look.mechanism.outside_routes:
        return red(NOTHING)
    if old:
        return red(phrase("Not verified for half a year: {names}.", names=names(old)))
    if silent:
        return amber(phrase("Verified, and these did not answer: {names}.", names=names(silent)))
    return green(phrase("Every one was verified in the last half year."))


def privacy(look: Look) -> Verdict:
    """O20: what is promised about data has all of its parts."""
    parts = ("notice", "retention", "risks", "processors")
    return complete(look, "privacy_notice", parts, days=2 * YEAR)


def incidents(look: Look) -> Verdict:
    """O21: no incident with data is open beyond its limit."""
    open_ = look.items("incident", states=("open", "contained"))
    late = [r for r in open_ if (r.until or r.held_on + 3 * DAY) < look.today]
    if late:
        return red(phrase("An incident is open beyond its limit, of {date}.", date=late[-1].held_on))
    if open_:
        return amber(phrase("An incident is open, within its limit."))
    return green(phrase("No incident is open."))
