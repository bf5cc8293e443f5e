"""Readiness: the obligations O01 to O24 of the mechanism as a whole, red, amber or green (standards 1.2).

Each is worked out from what the registers, the rules, the releases and the outbox say on a day, with its
reason in words. Nobody sets a colour. What nobody wrote down is not there.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, Row, func, select

from grievance import register
from grievance.calendar import Calendar
from grievance.case import CASES
from grievance.commitment import Commitment
from grievance.mechanism import Mechanism
from grievance.published import Release
from grievance.staff import Staff
from grievance.vocabulary import CommitmentState, Role
from translations import NAMES, Phrase, phrase
from workflows.knowing import rulings
from workflows.registry import findings, incomes
from workflows.registry.clusters import clusters
from workflows.registry.registerbook import GROUPS, LANGUAGES_WAYS, MODULES, REGISTERS
from workflows.registry.registers import door_name
from workflows.rulebook import Rulebook

DAY = timedelta(days=1)
YEAR = 365
WORKING_DAYS_TO_PUBLISH = 10
_STAFF = Staff.__table__  # type: ignore[attr-defined]
_RELEASES = Release.__table__  # type: ignore[attr-defined]
_COMMITMENTS = Commitment.__table__  # type: ignore[attr-defined]


class Colour(StrEnum):
    """How an obligation stands."""

    RED = "red"
    AMBER = "amber"
    GREEN = "green"


Verdict = tuple[Colour, Phrase]


@dataclass(frozen=True, slots=True)
class Ready:
    """How one obligation stands today: its colour, why, and what turns it red."""

    id: str
    criterion: str
    name: Phrase
    colour: Colour
    reason: Phrase
    turns_red: Phrase


@dataclass(frozen=True)
class Look:
    """What the obligations look at: one read of the database on one day."""

    conn: Connection
    mechanism: Mechanism
    calendar: Calendar
    today: date
    now: datetime
    _by_name: Mapping[str, list[Row[Any]]] = field(default_factory=dict)

    @cached_property
    def staff(self) -> list[Row[Any]]:
        """Everybody who has an account that works."""
        return list(self.conn.execute(select(_STAFF.c.id, _STAFF.c.role).where(_STAFF.c.active)))

    def items(self, name: str, *, states: Iterable[str] = (), within: int | None = None) -> list[Row[Any]]:
        """Items of a register up to today, newest first; `within` so many days."""
        states = set(states)
        since = date.min if within is None else self.today - timedelta(days=within)
        rows = self._by_name.get(name, ())
        return [r for r in rows if since <= r.held_on <= self.today and (not states or r.state in states)]


def assess(conn: Connection, rules: Rulebook, *, now: datetime) -> tuple[Ready, ...]:
    """Say how every obligation stands now, in the order of the specification."""
    mechanism = rules.current
    calendar = rules.calendar(mechanism.version, site=None)
    by_name: dict[str, list[Row[Any]]] = {}
    for row in register.items(conn, *(r.key for r in REGISTERS)):
        by_name.setdefault(row.name, []).append(row)
    look = Look(conn, mechanism, calendar, calendar.site_date(now), now, by_name)
    made = []
    for one in OBLIGATIONS:
        colour, reason = one.judge(look)
        made.append(Ready(one.id, one.criterion, one.name, colour, reason, one.turns_red))
    return tuple(made)


def red(reason: Phrase) -> Verdict:
    """Not met."""
    return Colour.RED, reason


def amber(reason: Phrase) -> Verdict:
    """Met, with something missing."""
    return Colour.AMBER, reason


def green(reason: Phrase) -> Verdict:
    """Met."""
    return Colour.GREEN, reason


def worst(found: Iterable[Colour]) -> Colour:
    """Find the worst of some colours; nothing to look at is red."""
    order = {Colour.GREEN: 0, Colour.AMBER: 1, Colour.RED: 2}
    return max(found, key=order.__getitem__, default=Colour.RED)


NOTHING = phrase("Nothing is written down.")


def _facts(row: Row[Any], key: str) -> set[str]:
    return set(register.facts_of(row).get(key, ()))


def _names(found: Iterable[str]) -> str:
    shown = sorted(found)
    more = "…" if len(shown) > 5 else ""  # noqa: PLR2004  so many names a line can hold
    return ", ".join(shown[:5]) + more


def _recent(look: Look, name: str, days: int, *, states: Iterable[str] = ()) -> Verdict:
    """Green when the newest item is not older than so many days; amber in the last eighth of that time."""
    rows = look.items(name, states=states)
    if not rows:
        return red(NOTHING)
    age = (look.today - rows[0].held_on).days
    said = {"date": rows[0].held_on, "days": age}
    if age > days:
        return red(phrase("The newest is {days} days old, of {date}.", **said))
    if age > days - days // 8:
        return amber(phrase("The newest is {days} days old, of {date}: it is soon due again.", **said))
    return green(phrase("The newest is of {date}.", date=rows[0].held_on))


# --- predictable, legitimate -------------------------------------------------------------------------------


def _procedure(look: Look) -> Verdict:
    rows = look.items("procedure_published", within=3 * YEAR)
    if not rows:
        return red(NOTHING)
    said = set().union(*(_facts(r, "languages") for r in rows))
    ways = set().union(*(_facts(r, "ways") for r in rows))
    missing = set(look.mechanism.languages) - said
    if missing:
        return red(phrase("Not published in: {names}.", names=_names(NAMES.get(m, m) for m in missing)))
    if set(LANGUAGES_WAYS) - ways:
        return red(phrase("Not yet as text, recording, poster and radio script."))
    return green(phrase("In every language and form since {date}.", date=rows[0].held_on))


def _panel(look: Look) -> Verdict:
    rows = [row for row in look.items("panel") if "present" in register.facts_of(row)]
    if not rows:
        return red(phrase("The panel has not met."))
    age = (look.today - rows[0].held_on).days
    if age > look.mechanism.governance.meets_every_days:
        return red(phrase("The panel last met {days} days ago.", days=age))
    quorum = look.mechanism.governance.quorum
    there = [register.facts_of(row)["present"] >= quorum for row in rows[:2]]
    if not any(there):
        return red(phrase("Fewer than {quorum} seats came to the last meetings.", quorum=quorum))
    facts = register.facts_of(rows[0])
    if not there[0] or facts.get("outside", 0) * 2 < facts["present"]:
        return amber(phrase("The last meeting had no quorum, or fewer than half from outside the company."))
    return green(phrase("The panel met on {date}, with its quorum.", date=rows[0].held_on))


def _reviewers(look: Look) -> Verdict:
    active = {r.id for r in look.staff if r.role == Role.REVIEWER}
    signed = {
        r.about
        for r in look.items("independence", states=("signed",), within=YEAR)
        if r.until is None or r.until >= look.today
    }
    n, need = len(active & signed), 2
    if n < need:
        return red(phrase("{n} reviewers have a valid declaration; there must be two.", n=n))
    paid = incomes.shares(
        look.mechanism,
        look.items(incomes.KEY, within=YEAR),
        look.items("panel", states=("held",), within=YEAR),
    )
    ceiling = look.mechanism.governance.income_ceiling
    if above := incomes.too_much(paid, ceiling):
        return red(above)
    if active - signed:
        return amber(phrase("A reviewer has no valid declaration of independence."))
    if any(not one.protected for one in rulings.late_reviews(look.conn, look.today)):
        return amber(phrase("A reviewer is past the date of a review; the panel and the person know."))
    if unsaid := incomes.omitted(paid, ceiling):
        return amber(unsaid)
    return green(phrase("{n} reviewers have a valid declaration.", n=n))


def _trained(look: Look) -> Verdict:
    if not look.staff:
        return red(phrase("Nobody has an account yet."))
    valid = {
        (r.about, register.facts_of(r).get("module"))
        for r in look.items("training", within=2 * YEAR)
        if r.until is None or r.until >= look.today
    }
    missing = {who.id for who in look.staff for module in MODULES if (who.id, module) not in valid}
    if missing:
        n, total = len(missing), len(look.staff)
        return red(phrase("{n} of {total} people lack a training, or it has run out.", n=n, total=total))
    return green(phrase("Everybody who works here is trained."))


# --- accessible --------------------------------------------------------------------------------------------


def _doors(look: Look) -> Verdict:
    doors, least = look.mechanism.channels, 2
    if len(doors) < least or not any(c.offline for c in doors):
        return red(phrase("There must be two doors, one of them without a network."))
    worked = {r.about for r in look.items("channel_test", states=("worked",), within=30)}
    missing = [door_name(c) for c in doors if c.key not in worked]
    if missing:
        return red(phrase("Without a test that worked in thirty days: {names}.", names=_names(missing)))
    if look.items("channel_test", states=("failed",), within=30):
        return amber(phrase("A test failed in the last thirty days; it works again."))
    return green(phrase("Every door was tried in the last thirty days, and worked."))


def _outreach(look: Look) -> Verdict:
    reached = {r.zone for r in look.items("outreach", within=90)}
    missing = [z.name for z in look.mechanism.zones if z.key not in reached]
    if missing:
        return red(phrase("Nobody told them for ninety days: {names}.", names=_names(missing)))
    return green(phrase("Every place was told in the last ninety days."))


def _people(look: Look) -> Verdict:
    found = _recent(look, "stakeholder_map", YEAR)
    if found[0] is Colour.RED:
        return found
    groups = set().union(*(_facts(r, "groups") for r in look.items("stakeholder_map", within=YEAR)))
    if set(GROUPS) - groups:
        return amber(phrase("Some groups of people are not on it."))
    return found


def _helpers(look: Look) -> Verdict:
    pledged = {
        r.zone
        for r in look.items("helper", states=("active",))
        if register.facts_of(r).get("pledge") == "yes"
    }
    missing = [z.name for z in look.mechanism.zones if z.key not in pledged]
    if missing:
        return red(phrase("Nobody there helps, pledged to confidence: {names}.", names=_names(missing)))
    return green(phrase("In every place somebody helps who signed to keep it confidential."))


def _reprisals(look: Look) -> Verdict:
    return _complete(look, "retaliation_policy", ("zero_tolerance", "risks", "response"), days=2 * YEAR)


def _going_on(look: Look) -> Verdict:
    unsaid = [r for r in look.items("outage", states=("out",)) if r.held_on < look.today]
    if unsaid:
        return red(phrase("A door is closed since {date}, and nobody was told.", date=unsaid[-1].held_on))
    told = look.items("outage", states=("announced",))
    # Not from the outbox: a public light that follows messages would tell when somebody's was waiting.
    if not look.items("continuity_plan", within=2 * YEAR):
        return red(phrase("There is no plan for when the network is down."))
    if told:
        return amber(phrase("An outage goes on, and people were told."))
    return green(phrase("There is a plan, and every door is open."))


# --- equitable, rights-compatible ----------------------------------------------------------------------------


def _advisers(look: Look) -> Verdict:
    latest = _latest(look.items("adviser"))
    named = [a.key for a in look.mechanism.advisers]
    there = [key for key in named if key not in latest or latest[key].state == "answers"]
    least = 2
    if len(there) < least:
        return red(phrase("{n} free advisers; there must be two.", n=len(there)))
    fresh = [key for key in there if key in latest and _age(look, latest[key]) <= YEAR // 2]
    if len(fresh) < least:
        return amber(phrase("They are named; somebody has to speak to them again."))
    return green(phrase("{n} free advisers, spoken to in the last half year.", n=len(fresh)))


def _services(look: Look) -> Verdict:
    latest: dict[tuple[str, str | None, str], Row[Any]] = {}
    for row in _ranked(look.items("service")):
        name = register.words_of(row).get("name", "")
        latest.setdefault((register.facts_of(row).get("kind", ""), row.site, name), row)
    there = [row for row in latest.values() if row.state != "ended"]
    if not there:
        return red(NOTHING)
    old = [row for row in there if _age(look, row) > 90]  # noqa: PLR2004  the specification's own days
    if old:
        return red(phrase("{n} were not called for more than ninety days.", n=len(old)))
    silent = [row for row in there if row.state == "silent"]
    if silent:
        return amber(phrase("{n} did not answer when they were called.", n=len(silent)))
    return green(phrase("All {n} answered in the last ninety days.", n=len(there)))


def _routes(look: Look) -> Verdict:
    latest = _latest(look.items("outside_route"))
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
        return red(phrase("Not verified for half a year: {names}.", names=_names(old)))
    if silent:
        return amber(phrase("Verified, and these did not answer: {names}.", names=_names(silent)))
    return green(phrase("Every one was verified in the last half year."))


def _privacy(look: Look) -> Verdict:
    parts = ("notice", "retention", "risks", "processors")
    return _complete(look, "privacy_notice", parts, days=2 * YEAR)


def _incidents(look: Look) -> Verdict:
    open_ = look.items("incident", states=("open", "contained"))
    late = [r for r in open_ if (r.until or r.held_on + 3 * DAY) < look.today]
    if late:
        return red(phrase("An incident is open beyond its limit, of {date}.", date=late[-1].held_on))
    if open_:
        return amber(phrase("An incident is open, within its limit."))
    return green(phrase("No incident is open."))


# --- dialogue, learning, transparent ---------------------------------------------------------------------------


def _consulted(look: Look) -> Verdict:
    found = _recent(look, "consultation", YEAR)
    if found[0] is not Colour.RED and not look.items("consultation", states=("answered",), within=YEAR):
        return amber(phrase("People were heard; what was done about it is not written yet."))
    return found


def _surveyed(look: Look) -> Verdict:
    found = _recent(look, "survey", 120, states=("held",))
    if found[0] is Colour.RED:
        return found
    facts, few = register.facts_of(look.items("survey", states=("held",))[0]), 20
    if facts.get("answered", 0) * 100 < facts.get("asked", 0) * few:
        return amber(phrase("Fewer than one in five answered: it tells little."))
    return found


def _evaluated(look: Look) -> Verdict:
    waiting = [one.due_on for one in findings.of_practice(look.conn) if one.is_late(look.today)]
    if waiting:
        return red(
            phrase(
                "A finding of the reviewers waits for the company's answer since {date}.", date=min(waiting)
            )
        )
    found = _recent(look, "evaluation", 547)
    if found[0] is not Colour.RED and look.items("evaluation")[0].state != "answered":
        return amber(phrase("It is published; the company has not answered."))
    return found


def _learned(look: Look) -> Verdict:
    found = clusters(look.conn, look.today)
    if any(not one.acted for one in found):
        return red(phrase("The same happens again and again in one place, and no action is open."))
    actions = look.items("action", states=("open",))
    late = [r for r in actions if r.until is not None and r.until < look.today]
    few = 20
    if len(late) * 100 > len(actions) * few:
        return red(phrase("{n} of {total} open actions are late.", n=len(late), total=len(actions)))
    if not look.items("lesson") and not look.items("action"):
        return amber(NOTHING)
    if late:
        return amber(phrase("{n} of {total} open actions are late.", n=len(late), total=len(actions)))
    return green(phrase("No open action is late, and whatever repeats itself has one."))


def _published(look: Look) -> Verdict:
    months = set(look.conn.execute(select(_RELEASES.c.month)).scalars())
    last = look.today.replace(day=1) - DAY
    due = look.calendar.add_working_days(last, WORKING_DAYS_TO_PUBLISH)
    if look.today <= due and f"{last:%Y-%m}" not in months:
        last = last.replace(day=1) - DAY
    if not months:
        return red(phrase("No month has been published yet."))
    if f"{last:%Y-%m}" not in months:
        return red(phrase("The report of {month} is late.", month=f"{last:%m/%Y}"))
    days = _RELEASES.c.published_on
    first = select(func.min(days)).where(_RELEASES.c.month == f"{last:%Y-%m}")
    out = look.conn.execute(first).scalar()
    if out is not None and out > look.calendar.add_working_days(last, WORKING_DAYS_TO_PUBLISH):
        return amber(phrase("The report of {month} came late.", month=f"{last:%m/%Y}"))
    return green(phrase("The report of {month} came in time.", month=f"{last:%m/%Y}"))


def _commitments(look: Look) -> Verdict:
    """Look at both kinds: those of the mechanism in its register, those of ordinary cases by their dates alone."""
    long_ago = look.today - 60 * DAY
    own = look.items("commitment", states=("agreed", "done", "disputed"))
    stale = [r for r in own if r.noted_on < long_ago and (r.until is None or r.until < look.today)]
    waiting = (
        ((_COMMITMENTS.c.state == CommitmentState.AGREED) & (_COMMITMENTS.c.due_on < long_ago))
        | ((_COMMITMENTS.c.state == CommitmentState.DONE_BY_COMPANY) & (_COMMITMENTS.c.done_on < long_ago))
    )  # fmt: skip
    of_cases = look.conn.execute(
        select(_COMMITMENTS.c.id)
        .join(CASES, CASES.c.id == _COMMITMENTS.c.case)
        .where(waiting, CASES.c.protected.is_(False), CASES.c.room == "desk", CASES.c.closed_on.is_(None))
        .limit(1)
    ).first()
    if stale or of_cases:
        return red(phrase("Of some nobody has said for sixty days whether they were kept."))
    if not look.items("commitment"):
        return amber(phrase("No commitment of the mechanism itself is written down."))
    if any(r.state == "disputed" for r in own):
        return amber(phrase("Some are disputed."))
    return green(phrase("Of every commitment it is known how it stands."))


def _talked(look: Look) -> Verdict:
    rows = look.items("dialogue")
    if not rows:
        return red(NOTHING)
    if (look.today - rows[0].held_on).days > YEAR // 2:
        return amber(phrase("The last one was on {date}.", date=rows[0].held_on))
    return green(phrase("The last one was on {date}.", date=rows[0].held_on))


def _commented(look: Look) -> Verdict:
    rows = [
        r
        for r in look.items("comment_round", within=YEAR)
        if r.until is not None and (r.until - r.held_on).days >= look.mechanism.deadline("comment").days
    ]
    if not rows:
        return red(phrase("No draft was open for comments for two weeks in the last year."))
    if rows[0].state != "closed" and rows[0].until < look.today:
        return amber(phrase("A round has ended, and its comments are not published."))
    return green(phrase("The newest is of {date}.", date=rows[0].held_on))


# --- shared ------------------------------------------------------------------------------------------------------


def _complete(look: Look, name: str, parts: Iterable[str], *, days: int) -> Verdict:
    rows = look.items(name, within=days)
    if not rows:
        return red(NOTHING)
    if set(parts) - set().union(*(_facts(r, "parts") for r in rows)):
        return red(phrase("A part of it is missing."))
    return green(phrase("Complete, of {date}.", date=rows[0].held_on))


def _ranked(rows: Iterable[Row[Any]]) -> list[Row[Any]]:
    """Newest first; of one day the end counts before an answer, and an answer before a silence."""
    order = ("ended", "answers", "silent")
    return sorted(rows, key=lambda row: (-row.held_on.toordinal(), order.index(row.state)))


def _latest(rows: Iterable[Row[Any]]) -> dict[str, Row[Any]]:
    found: dict[str, Row[Any]] = {}
    for row in _ranked(rows):
        found.setdefault(row.about, row)
    return found


def _age(look: Look, row: Row[Any]) -> int:
    days: int = (look.today - row.held_on).days
    return days


@dataclass(frozen=True, slots=True)
class Obligation:
    """One line of the specification: what it is, how it is judged, what turns it red."""

    id: str
    criterion: str
    name: Phrase
    turns_red: Phrase
    judge: Callable[[Look], Verdict]


# fmt: off
OBLIGATIONS: tuple[Obligation, ...] = (
    Obligation("O01", "predictable", phrase("The rules are published"),
               phrase("a language or a form is missing, or it is older than 36 months"), _procedure),
    Obligation("O02", "legitimate", phrase("A panel watches over it"),
               phrase("no meeting for 90 days, or twice no quorum"), _panel),
    Obligation("O03", "legitimate", phrase("It is known who pays"),
               phrase("older than 12 months"), lambda look: _recent(look, "funding", YEAR)),
    Obligation("O04", "legitimate", phrase("Independent reviewers"),
               phrase("fewer than two with a valid declaration, or one company pays too much of their income"), _reviewers),
    Obligation("O05", "accessible", phrase("The doors work"),
               phrase("a door without a test that worked in 30 days, fewer than two, or none without a network"), _doors),
    Obligation("O06", "accessible", phrase("People know of it"),
               phrase("a place where nobody was told for 90 days"), _outreach),
    Obligation("O07", "accessible", phrase("It is known who lives here"),
               phrase("older than 12 months"), _people),
    Obligation("O08", "accessible", phrase("Somebody helps those who need it"),
               phrase("a place without a helper who signed to keep it confidential"), _helpers),
    Obligation("O09", "rights_compatible", phrase("No reprisals"),
               phrase("the policy, its risks or its response are missing"), _reprisals),
    Obligation("O10", "equitable", phrase("Free advisers"),
               phrase("fewer than two"), _advisers),
    Obligation("O11", "rights_compatible", phrase("Help for people in danger"),
               phrase("one that nobody called for 90 days"), _services),
    Obligation("O12", "legitimate", phrase("Everybody is trained"),
               phrase("a training of anybody has run out"), _trained),
    Obligation("O13", "dialogue", phrase("People were asked about it"),
               phrase("no consultation in 12 months"), _consulted),
    Obligation("O14", "dialogue", phrase("Opinion surveys"),
               phrase("none in 120 days"), _surveyed),
    Obligation("O15", "learning", phrase("Outside evaluations"),
               phrase("older than 18 months, or a finding of the reviewers without an answer in time"), _evaluated),
    Obligation("O16", "learning", phrase("Lessons become actions"),
               phrase("more than 20 % of the actions are late, or what repeats itself has none"), _learned),
    Obligation("O17", "transparent", phrase("The monthly report"),
               phrase("not out by the tenth working day"), _published),
    Obligation("O18", "transparent", phrase("Commitments are followed"),
               phrase("for 60 days nobody said how one stands"), _commitments),
    Obligation("O19", "dialogue", phrase("Dialogues are written down"),
               phrase("there is none"), _talked),
    Obligation("O20", "rights_compatible", phrase("Privacy"),
               phrase("notice, keeping times, study of the risks or list of who handles data are missing or old"), _privacy),
    Obligation("O21", "rights_compatible", phrase("Data incidents"),
               phrase("one is open beyond its limit"), _incidents),
    Obligation("O22", "dialogue", phrase("Comments on drafts"),
               phrase("no draft was open for two weeks in 12 months"), _commented),
    Obligation("O23", "rights_compatible", phrase("Other ways that stay open to you"),
               phrase("one that nobody verified for 180 days"), _routes),
    Obligation("O24", "accessible", phrase("When the network is down"),
               phrase("no plan, or an outage of more than a day that nobody announced"), _going_on),
)
# fmt: on
