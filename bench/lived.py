"""Months that were lived through: complaints that come in, are answered, end, move and come back by casework's own verbs.

No web and no telephone: what a door would have sealed is left away, and everybody sees their case on the page of its
clave, so that nothing waits for a message. Everything else is the real thing, the clock's rounds and its escalations
included, on SQLite. The same seed lives the same life.
"""

import heapq
import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection

from grievance import mechanism
from grievance.mechanism import Mechanism
from grievance.moment import SEED, Moment
from grievance.store import Store
from grievance.vocabulary import FLAGS, Channel, Clock, Kind, Role, Sense, Step
from reports import release
from reports.attacking.solving import Name
from reports.month import Month
from reports.shelf import Release
from workflows import casework
from workflows.casework import Complaint, Doing, Outcome
from workflows.clockwork import rounds
from workflows.criterion import Actor
from workflows.rulebook import Rulebook

DOORS = ("sms", "web", "kiosk", "office", "radio_relay")
THEMES = 15
SERVED = ("sms", "web", "kiosk", "office", "radio")
PERSON, CLOCK = Actor(Role.COMPLAINANT, credential="clave"), Actor(Role.CLOCK)
FOCAL = Actor(Role.FOCAL, id="luz")
ASSESSED: Mapping[str, Any] = {"flags": dict.fromkeys(FLAGS, False), "issues": 1, "severity": "medium"}
ANSWERED: Mapping[str, Any] = {"answered": [1], "evidence": ["visit"]}
GIVEN: Mapping[str, Any] = {"answer_type": "full", "explanation_only": True}
LEARNED: Mapping[str, Any] = {
    "root_cause": "maintenance", "contractor": False, "preventable": True, "lesson": "written",
}  # fmt: skip
Came = Counter[tuple[str, str, str]]
"""How many came in a month by site, theme and way in."""


def rules(themes: int = THEMES) -> Rulebook:
    """The example mechanism with so many subjects and five ways in."""
    example = mechanism.example()
    first = example.themes[0]
    more = tuple(replace(first, key=f"theme{n:02}") for n in range(themes))
    return Rulebook(
        replace(example, themes=more, channels=tuple(c for c in example.channels if c.kind in SERVED))
    )


def theme_names(themes: int = THEMES) -> tuple[str, ...]:
    """Name the subjects of `rules`."""
    return tuple(f"theme{n:02}" for n in range(themes))


def published_on(month: Month) -> date:
    """The tenth of the next month."""
    return month.next.first_day + timedelta(9)


@dataclass
class Lives:
    """The people around the mines and whoever answers them, from one day to the next.

    `stood`: where somebody complained whom the tables count, as the attack names it. `refused`: how many steps the
    criteria refused; a refusal is an entry too.
    """

    store: Store
    rules: Rulebook
    seed: int = 1
    stood: set[Name] = field(default_factory=set)
    begun: int = 0
    steps: int = 0
    refused: int = 0
    _waiting: list[tuple[date, int, Callable[[Connection], None]]] = field(default_factory=list)
    _drawn: int = 0

    def __post_init__(self) -> None:
        self.rng = random.Random(self.seed)  # noqa: S311  a made-up world

    @property
    def mechanism(self) -> Mechanism:
        """What was decided around these mines."""
        return self.rules.current

    @property
    def sites(self) -> Mapping[str, str]:
        """The operator of each site."""
        return {site.key: site.operator for site in self.mechanism.sites}

    def plan(self, month: Month, came: Came) -> None:
        """Let so many complain on days of a month; nearly everybody is another person, and one in thirty is in danger."""
        days = [month.first_day + timedelta(n) for n in range((month.last_day - month.first_day).days + 1)]
        for (site, theme, door), n in sorted(came.items()):
            for _ in range(n):
                self._at(self.rng.choice(days), self._complains, site, theme, door, Kind.GRIEVANCE)
        for _ in range(max(1, sum(came.values()) // 20)):
            site = self.rng.choice(self.mechanism.sites).key
            self._at(self.rng.choice(days), self._complains, site, "theme00", "web", Kind.INFORMATION_REQUEST)

    def live(self, until: date) -> None:
        """Let the days go by until one of them, a transaction a day, the clock going round on each."""
        while self._waiting and self._waiting[0][0] <= until:
            today = self._waiting[0][0]
            self.store.transact(lambda conn, today=today: self._day(conn, today))  # type: ignore[misc]

    def publish(self, month: Month) -> Release:
        """Publish a month on the tenth of the next one, when what happens until then has happened."""
        on = published_on(month)
        self.live(on)
        return release.release(self.store, month, rules=self.rules, at=self._moment(on))

    def _day(self, conn: Connection, today: date) -> None:
        while self._waiting and self._waiting[0][0] == today:
            heapq.heappop(self._waiting)[2](conn)
        at = self._moment(today)
        for case, clock, number in rounds.overdue(conn, today=today):
            rounds.log_overdue(conn, case, clock, number, rules=self.rules, at=self._again(at, case + clock))
        for case in rounds.twice_overdue(conn, rules=self.rules, today=today):
            rounds.escalate(conn, case, rules=self.rules, at=self._again(at, case))

    def _complains(self, conn: Connection, today: date, site: str, theme: str, door: str, kind: Kind) -> None:
        operator = self.mechanism.site(site).operator
        in_danger = kind == Kind.GRIEVANCE and self.rng.random() < 1 / 30
        unrouted = kind == Kind.GRIEVANCE and not in_danger and self.rng.random() < 1 / 20
        nobody = self.begun + 1 if self.rng.random() < 0.97 else self.rng.randint(1, self.begun + 1)
        complaint = Complaint(
            channel=Channel(door), language="es", said=(), room="review" if in_danger or unrouted else "desk",
            operator=None if unrouted else operator, site=None if unrouted else site, theme=theme, kind=kind,
            protected=in_danger, recording=True, pull=True, token=(today.year, f"somebody {nobody}".encode()),
        )  # fmt: skip
        received = casework.receive(conn, complaint, rules=self.rules, at=self._moment(today))
        case = received.case
        self.begun += 1
        self._reach(conn, today, (received.notice,) if received.notice else ())
        if in_danger:
            return
        where = "not_stated" if unrouted else site
        self.stood.add((str(kind), str(Month.of(today)), "received", f"site:{where}", f"theme:{theme}"))
        if unrouted:
            facts = {"operator": operator, "site": site}
            self._later(today, (1, 3), case, Step.ROUTE, FOCAL, Doing(facts=facts))
        self._at(today + timedelta(4 if unrouted else 0), self._is_read, case, operator, kind)

    def _is_read(self, conn: Connection, today: date, case: str, operator: str, kind: Kind) -> None:
        """Acknowledge nine of ten in time; then some take their word back, and of the others most are answered in time."""
        _ = conn
        officer = Actor(
            Role.OFFICER,
            id="rosa",
            operator=operator,
            sites=frozenset(s.key for s in self.mechanism.sites),
        )
        slow = self.rng.random() < 0.1
        read = self._later(today, (8, 12) if slow else (1, 2), case, Step.ACKNOWLEDGE, officer)
        self._later(read, (0, 3), case, Step.ASSESS, officer, Doing(facts=ASSESSED))
        if self.rng.random() < 0.06:
            asked = self._later(
                read, (1, 4), case, Step.ASK_WITHDRAWAL, PERSON, Doing(facts={"pressed": False})
            )
            self._at(asked + timedelta(8), self._take, case, Step.WITHDRAW, CLOCK, Doing())
            return
        if self.rng.random() < 0.04 and kind == Kind.GRIEVANCE:
            other = {"theme": self.rng.choice(theme_names())}
            self._later(read, (1, 3), case, Step.CORRECT, officer, Doing(facts=other))
        if self.rng.random() < 0.1:
            more = Doing(facts={"clock": str(Clock.ANSWER), "days": 5}, words="Later.")
            self._later(read, (4, 6), case, Step.EXTEND, officer, more)
        late = self.rng.random() < 0.25
        on = read + timedelta(self.rng.randint(30, 48) if late else self.rng.randint(7, 20))
        self._at(on, self._is_answered, case, officer, kind)

    def _is_answered(
        self, conn: Connection, today: date, case: str, officer: Actor, kind: Kind, once_more: str = ""
    ) -> None:
        """Look into it and answer; `once_more` is who answers because the person asked for that."""
        officer = replace(officer, id=once_more or officer.id)
        visit = {"purpose": "visit", "visited_on": today.isoformat()}
        answer = {**ANSWERED, **(GIVEN if kind == Kind.INFORMATION_REQUEST else {})}
        steps: list[tuple[Step, Doing]] = [
            (Step.INVESTIGATE, Doing()), (Step.HEAR, Doing()),
            (Step.UPDATE, Doing(facts=visit, words="We were there.")),
            (Step.PROPOSE, Doing(facts=answer, words="The pipe is mended.")),
        ]  # fmt: skip
        for step, doing in steps[1:] if once_more else steps:
            if not self._take(conn, today, case, step, officer, doing):
                return
        word = self.rng.random()
        if word < 0.12 and not once_more:
            self._later(today, (2, 9), case, Step.ASK_REVIEW, PERSON)
            self._at(today + timedelta(20), self._is_answered, case, officer, kind, "juan")
        elif word < 0.85:
            agreed = self._later(today, (2, 12), case, Step.ACCEPT, PERSON)
            self._at(agreed + timedelta(self.rng.randint(2, 6)), self._ends, case, officer)

    def _ends(self, conn: Connection, today: date, case: str, officer: Actor) -> None:
        letter = Doing(facts={"purpose": "closing_letter"}, words="The pipe is mended.")
        for step, doing in (
            (Step.LEARN, Doing(facts=LEARNED)),
            (Step.UPDATE, letter),
            (Step.CLOSE, Doing(facts={"sense": Sense.EXPLAINED_ACCEPTED})),
        ):
            if not self._take(conn, today, case, step, officer, doing):
                return
        if self.rng.random() < 0.04:
            self._later(today, (20, 60), case, Step.REOPEN, PERSON)

    def _take(
        self, conn: Connection, today: date, case: str, step: Step, actor: Actor, doing: Doing
    ) -> Outcome | None:
        self.steps += 1
        try:
            outcome = casework.take(
                conn, case, step, actor=actor, rules=self.rules, at=self._moment(today), doing=doing
            )
        except casework.NoSuchStep:
            return None  # somebody else was there before: the case went to review, or ended
        self.refused += bool(outcome.refusals)
        self._reach(conn, today, outcome.notices)
        return None if outcome.refusals else outcome

    def _reach(self, conn: Connection, today: date, notices: Sequence[str]) -> None:
        if notices:  # whoever leaves no address looks at their page
            rounds.note_reached(conn, notices, rules=self.rules, at=self._moment(today))

    def _later(
        self,
        today: date,
        within: tuple[int, int],
        case: str,
        step: Step,
        actor: Actor,
        doing: Doing | None = None,
    ) -> date:
        on = today + timedelta(self.rng.randint(*within))
        self._at(on, self._take, case, step, actor, doing or Doing())
        return on

    def _at(self, on: date, act: Callable[..., object], *what: object) -> None:
        self._drawn += 1

        def then(conn: Connection) -> None:
            act(conn, on, *what)

        heapq.heappush(self._waiting, (on, self._drawn, then))

    def _moment(self, today: date) -> Moment:
        self._drawn += 1
        noon = datetime.combine(today, time(17), tzinfo=UTC) + timedelta(seconds=self._drawn % 3600)
        return Moment(noon, sha256(f"{self.seed} {self._drawn}".encode()).digest()[:SEED])

    def _again(self, at: Moment, label: str) -> Moment:
        return Moment(at.now, at.draw(label, SEED))
