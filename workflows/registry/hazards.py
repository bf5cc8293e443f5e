"""A common danger: what is shared is the hazard, never the person (standards 6).

Whoever reads a case about a danger to many passes on the hazard alone: a kind, a place, how urgent it is, at
most a sentence of their own. No case stands in it, none is asked for, and no case's stream says that anything
was passed on: two entries of one hour would be a pair. The company sees it from the next full hour on, so that
no minute tells whose message just came, unless a life is at stake; it has to answer, by a full hour.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row

from grievance import register
from grievance.errors import Unknown
from grievance.mechanism import Mechanism
from grievance.moment import Moment
from grievance.register import By, Note
from grievance.vocabulary import Role
from translations import Phrase, phrase
from translations.lists import every_danger
from workflows.anonymity.masking import mask
from workflows.criterion import Actor
from workflows.danger import flags
from workflows.registry.registers import THEIRS, NotWritten, Reason
from workflows.rulebook import Rulebook

KEY = "hazard"
TOLD, ANSWERED, OVER = "told", "answered", "over"
STATES: Mapping[str, Phrase] = {
    TOLD: phrase("The company has to answer"),
    ANSWERED: phrase("The company has answered"),
    OVER: phrase("The danger is over"),
}
KINDS: Mapping[str, Phrase] = {
    "dam": phrase("A tailings dam or dyke that may fail"),
    "spill": phrase("Something is leaking or spilt"),
    "water": phrase("Water that may be poisoned"),
    "blasting": phrase("Blasting, or explosives left behind"),
    "slide": phrase("A landslide or falling rocks"),
    "fire": phrase("A fire"),
    "gas": phrase("Gas, smoke or fumes"),
    "other": phrase("Another danger to many people"),
}
LIFE = "life"
URGENCY: Mapping[str, Phrase] = {
    LIFE: phrase("Lives are at stake now"),
    "today": phrase("It cannot wait until tomorrow"),
    "days": phrase("It can get worse within days"),
}
HOURS: Mapping[str, int] = {LIFE: 1, "today": 8, "days": 24}
"""Full hours for the answer, from the full hour after it was passed on [P]."""
DONE: Mapping[str, Phrase] = {
    "warned": phrase("The people nearby were warned"),
    "evacuated": phrase("The people nearby were brought to safety"),
    "stopped": phrase("The work there was stopped"),
    "closed_off": phrase("The place was closed off"),
    "repaired": phrase("It was repaired or contained"),
    "clean_water": phrase("Clean water was brought"),
    "measured": phrase("It was inspected or measured"),
    "authority": phrase("An authority was told"),
    "nothing_found": phrase("Somebody went there and found no danger"),
}
LONGEST = 160
LONGEST_ANSWER = 480
COMMON = "common_danger"
HOUR = timedelta(hours=1)
_MORE_THAN_A_SENTENCE = re.compile(r"[.!?;]\s+\S|\n")
_QUOTED = re.compile('["“”«»„]')
_THIRD_PARTY = (Role.FOCAL, Role.REVIEWER)


@dataclass(frozen=True, slots=True)
class Told:
    """What is passed on: a kind, a place, how urgent it is, and at most a sentence of whoever passes it on."""

    kind: str
    site: str
    zone: str | None
    urgency: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class Hazard:
    """A danger as it stands; `shown_from` and `answer_by` are full hours, but for a life `shown_from` is at once.

    `times`: how often it was passed on. Nobody at a desk is told.
    """

    id: str
    state: str
    kind: str
    operator: str
    site: str
    zone: str | None
    urgency: str
    shown_from: datetime
    owed_from: datetime
    answer_by: datetime
    words: str
    done: tuple[str, ...]
    answer: str
    answered_late: bool
    times: int

    def waits(self, now: datetime) -> bool:
        """Tell whether the company owes an answer."""
        return self.state == TOLD and self.owed_from <= now

    def is_late(self, now: datetime) -> bool:
        """Tell whether the hour of the answer has passed without one."""
        return self.state == TOLD and now > self.answer_by

    def hours_left(self, now: datetime) -> int:
        """Count the whole hours until the answer is owed; below zero: begun hours since then."""
        return int((self.answer_by - now) // HOUR)

    def state_at_desk(self, now: datetime) -> str:
        """Say how it stands for the company: what was reported again is so only from its full hour on."""
        return ANSWERED if self.state == TOLD and now < self.owed_from else self.state


def pass_on(conn: Connection, what: Told, *, by: Actor, rules: Rulebook, at: Moment) -> str:
    """Pass a danger on to the operator of the site; answers the item's id.

    Raises:
        NotWritten: with every reason. A sentence in which anything looks like a person, a number, an hour or
            somebody's own words is one.
    """
    mechanism = rules.current
    words = what.words.strip()
    reasons = [*_not_theirs(by), *_about(what, mechanism), *_sentence(words, mechanism)]
    if reasons:
        raise NotWritten(tuple(reasons))
    shown, owed = _hours(what.urgency, at.now)
    facts = {
        "kind": what.kind, "urgency": what.urgency, "shown_from": shown.isoformat(), "owed_from": shown.isoformat(),
        "answer_by": owed.isoformat(), "times": 1,
    }  # fmt: skip
    site = mechanism.site(what.site)
    day = rules.calendar(mechanism.version, site=site.key, operator=site.operator).site_date(shown)
    note = Note(
        KEY, TOLD, held_on=day, operator=site.operator, site=site.key, zone=what.zone, facts=facts,
        words={"text": words} if words else {},
    )  # fmt: skip
    return register.note(conn, note, by=_by(by, rules, at), at=at)


def again(conn: Connection, item: str, urgency: str, *, by: Actor, rules: Rulebook, at: Moment) -> None:
    """Write that the same danger was reported again: one item, however many cases speak of it.

    While the company owes an answer, only a life that is at stake now changes what it sees. What it had answered
    it has to answer again.

    Raises:
        Unknown: there is no such danger.
        NotWritten: with every reason.
    """
    one, row = _found(conn, item)
    reasons = [*_not_theirs(by)]
    if urgency not in URGENCY:
        reasons.append(Reason("urgency", phrase("Say how urgent it is.")))
    if one.state == OVER:
        reasons.append(Reason("", phrase("This danger is over. Pass it on as a new one.")))
    if reasons:
        raise NotWritten(tuple(reasons))
    facts = register.facts_of(row) | {"times": one.times + 1}
    reopened, raised = one.state == ANSWERED, urgency == LIFE != one.urgency
    if reopened or raised:
        shown, owed = _hours(urgency, at.now)
        facts |= {
            "urgency": urgency,
            "owed_from": (shown if reopened else min(shown, one.owed_from)).isoformat(),
        }
        facts |= {"answer_by": (owed if reopened else min(owed, one.answer_by)).isoformat()}
        facts |= {"shown_from": min(shown, one.shown_from).isoformat()}
    _write(conn, row, TOLD, facts, register.words_of(row), by=by, rules=rules, at=at)


def answer(
    conn: Connection, item: str, done: Collection[str], text: str, *, by: Actor, rules: Rulebook, at: Moment
) -> None:
    """Write what the company did about a danger.

    Raises:
        Unknown: no such danger stands at the desk of this person's company.
        NotWritten: with every reason.
    """
    one, row = _found(conn, item)
    if by.role != Role.OFFICER or one.operator != by.operator or one.shown_from > at.now:
        raise Unknown(item)
    reasons, text = [], text.strip()
    if not one.waits(at.now):
        reasons.append(Reason("", phrase("No answer is owed to this danger.")))
    if not done or not set(done) <= set(DONE):
        reasons.append(Reason("done", phrase("Say what was done.")))
    if not text or len(text) > LONGEST_ANSWER:
        words = phrase("Say it in a few words, {most} letters at most.", most=LONGEST_ANSWER)
        reasons.append(Reason("text", words))
    elif mask(text, places=rules.current.place_names()).kinds & THEIRS:
        reasons.append(
            Reason("text", phrase("Write it without phone or identity numbers, e-mail addresses or plates."))
        )
    if reasons:
        raise NotWritten(tuple(reasons))
    facts = register.facts_of(row) | {"done": sorted(set(done)), "late": one.is_late(at.now)}
    words_of = register.words_of(row) | {"answer": text}
    _write(conn, row, ANSWERED, facts, words_of, by=by, rules=rules, at=at)


def end(conn: Connection, item: str, *, by: Actor, rules: Rulebook, at: Moment) -> None:
    """Write that a danger is over: the third party says so, and only after the company has answered.

    Raises:
        Unknown: there is no such danger.
        NotWritten: with every reason.
    """
    one, row = _found(conn, item)
    reasons = [*_not_theirs(by)]
    if one.state != ANSWERED:
        reasons.append(Reason("", phrase("A danger is over only after the company has answered.")))
    if reasons:
        raise NotWritten(tuple(reasons))
    _write(conn, row, OVER, register.facts_of(row), register.words_of(row), by=by, rules=rules, at=at)


def listed(conn: Connection, *, by: Actor, now: datetime) -> tuple[Hazard, ...]:
    """List the dangers somebody may see, what is owed first; an officer those of their company that are shown yet."""
    if by.role == Role.OFFICER:
        rows = register.items(conn, KEY, operator=by.operator or "-")
        found = [one for one in map(_hazard, rows) if one.shown_from <= now]
    else:
        found = [_hazard(row) for row in register.items(conn, KEY)] if by.role in _THIRD_PARTY else []
    return tuple(sorted(found, key=lambda one: _order(one, now)))


def waiting(conn: Connection, *, now: datetime) -> list[Hazard]:
    """List every danger that a desk sees and owes an answer to, whoever's it is."""
    rows = register.items(conn, KEY, states=(TOLD,))
    return [one for one in map(_hazard, rows) if one.shown_from <= now and one.waits(now)]


def _order(one: Hazard, now: datetime) -> tuple[object, ...]:
    """What is owed by the nearest hour, then the newest: nothing here moves before a desk may know why."""
    if one.state_at_desk(now) == TOLD:
        return (0, one.answer_by.timestamp(), one.id)
    return (1, -one.shown_from.timestamp(), one.id)


def _not_theirs(by: Actor) -> list[Reason]:
    if by.role in _THIRD_PARTY:
        return []
    return [Reason("", phrase("Only the independent entity can say that."))]


def _about(what: Told, mechanism: Mechanism) -> list[Reason]:
    reasons = []
    if what.kind not in KINDS:
        reasons.append(Reason("kind", phrase("Say what kind of danger it is.")))
    if what.urgency not in URGENCY:
        reasons.append(Reason("urgency", phrase("Say how urgent it is.")))
    zones = {zone.key: zone.site for zone in mechanism.zones}
    there = any(site.key == what.site for site in mechanism.sites)
    if not there or (what.zone and zones.get(what.zone) != what.site):
        reasons.append(Reason("place", phrase("Say where it is.")))
    return reasons


def _sentence(words: str, mechanism: Mechanism) -> list[Reason]:
    """Look for whatever could come from a case: more than a sentence, figures, quotes, a person, what was done to one."""
    reasons = []
    if len(words) > LONGEST or _MORE_THAN_A_SENTENCE.search(words):
        reasons.append(phrase("One sentence of your own, {most} letters at most.", most=LONGEST))
    if any(map(str.isdigit, words)) or _QUOTED.search(words):
        reasons.append(phrase("Write it without figures and without quoting anybody."))
    elif mask(words, places=mechanism.place_names()).kinds:
        reasons.append(phrase("Something in it looks like somebody's name, number or address."))
    if flags(words, every_danger(), places=mechanism.place_names()) - {COMMON}:
        reasons.append(phrase("Write about the danger alone, and about nobody."))
    return [Reason("text", why) for why in reasons]


def _hours(urgency: str, now: datetime) -> tuple[datetime, datetime]:
    """Say from when the company sees it, and by which full hour it answers."""
    hour = now.replace(minute=0, second=0, microsecond=0) + HOUR
    return now if urgency == LIFE else hour, hour + HOURS[urgency] * HOUR


def _found(conn: Connection, item: str) -> tuple[Hazard, Row[Any]]:
    row = next((row for row in register.items(conn, KEY) if row.id == item), None)
    if row is None:
        raise Unknown(item)
    return _hazard(row), row


def _write(
    conn: Connection, row: Row[Any], state: str, facts: Mapping[str, Any], words: Mapping[str, str],
    *, by: Actor, rules: Rulebook, at: Moment,
) -> None:  # fmt: skip
    note = Note(
        KEY, state, held_on=row.held_on, operator=row.operator, site=row.site, zone=row.zone, facts=dict(facts),
        words=words,
    )  # fmt: skip
    register.note(conn, note, by=_by(by, rules, at), at=at, item=row.id)


def _by(by: Actor, rules: Rulebook, at: Moment) -> By:
    version = rules.current.version
    today = rules.calendar(version, site=None, operator=by.operator).site_date(at.now)
    return By(str(by.role), by.id, today, version)


def _hazard(row: Row[Any]) -> Hazard:
    facts, words = register.facts_of(row), register.words_of(row)
    return Hazard(
        id=row.id, state=row.state, kind=facts["kind"], operator=row.operator, site=row.site, zone=row.zone,
        urgency=facts["urgency"], shown_from=datetime.fromisoformat(facts["shown_from"]),
        owed_from=datetime.fromisoformat(facts["owed_from"]), answer_by=datetime.fromisoformat(facts["answer_by"]),
        words=words.get("text", ""), done=tuple(facts.get("done", ())), answer=words.get("answer", ""),
        answered_late=bool(facts.get("late")), times=facts["times"],
    )  # fmt: skip
