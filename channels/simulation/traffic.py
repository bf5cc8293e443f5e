"""How many complaints, when, and of which kind: seasons of a year at two large and two small sites, with two bad weeks."""

import random
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from channels.simulation import asking, doorways, rarer
from channels.simulation.lives import life, second_text
from channels.simulation.plans import Plan
from channels.simulation.world import World
from grievance.mechanism import Mechanism, Site
from grievance.vocabulary import State
from reports.month import Month

LARGE, SMALL = (13, 36), (2, 8)
"""Ordinary complaints a month. With what is rarer, which comes beside them, a large site has 15 to 40."""
COURSES = (
    ("resolved", 38), ("explained", 11), ("dialogue", 13), ("review", 6), ("independent", 4), ("disputed", 4),
    ("ignored", 5), ("silent", 5), ("withdraw", 3), ("erase", 1), ("stop", 3), ("reopened", 3), ("out_of_scope", 2),
    ("hand_to_focal", 0.3),
)  # fmt: skip
DOORS = (
    ("phone", 30), ("shared", 6), ("web", 12), ("web-shared", 3), ("ussd", 12), ("kiosk", 9), ("radio", 9), ("voice", 8),
)  # fmt: skip
"""By which door people come, where there is such a one: text messages are about half."""
THEMES = (("water", 30), ("dust", 24), ("roads", 15), ("land", 14), ("work", 12), ("other", 5))
DANGERS_A_QUARTER = 2
IN_TIME, LATE = 1.0, 2.6
_FIRST_PHONE = 10_000


@dataclass(frozen=True, slots=True)
class Volume:
    """Complaints a month of a large and of a small site, at least and at most."""

    large: tuple[int, int] = LARGE
    small: tuple[int, int] = SMALL


def of_so_many(per_month: int) -> Volume:
    """Spread so many complaints a month over the sites: a large one gets six times what a small one gets."""
    large, small = max(1, round(per_month * 3 / 7)), max(0, round(per_month / 14))
    return Volume(large=(large, large), small=(small, small))


def leads_to(mechanism: Mechanism, site: Site, door: str) -> bool:
    """Tell whether people of a site have such a door."""
    return (
        door not in doorways.KINDS
        or doorways.door_to(mechanism, door, operator=site.operator, site=site.key) is not None
    )


class Traffic:
    """Plans for every month; the same seed makes the same plans."""

    def __init__(self, world: World, volume: Volume) -> None:
        self.world, self.rng, self.volume = world, world.rng, volume
        self.mechanism: Mechanism = world.house.rules.current
        self._phones = _FIRST_PHONE + world.rng.randint(0, 9)
        self.large = {
            operator.key: self.mechanism.sites_of(operator.key)[0].key
            for operator in self.mechanism.operators
        }

    def plan(self, first: Month, last: Month, *, since: datetime) -> None:
        """Put every complaint of these months into the world's queue, none before `since`."""
        months = [first]
        while months[-1] < last:
            months.append(months[-1].next)
        bad = {
            ("illapa", months[len(months) // 3]): "water",
            ("qorimayu", months[2 * len(months) // 3]): "dust",
        }
        for at, month in enumerate(months):
            for site in self.mechanism.sites:
                self._site(site, month, bad.get((site.key, month)), since)
            if at % 3 == 0:
                self._dangers(month, since)
        self._left_open()
        self._requests(months, since)
        before = self.rng.getstate()  # so that everything else is as it would be without them
        plans = [self._showcase(self.mechanism.site(key)) for key in self.large.values()]
        self.rng.setstate(before)
        rarer.begin(self.world, plans, since=since)

    def _site(self, site: Site, month: Month, burst: str | None, since: datetime) -> None:
        low, high = self.volume.large if site.key in self.large.values() else self.volume.small
        many = high if burst else round(low + (high - low) * self.rng.random() ** _MOSTLY_FEW)
        bad_week = month.first_day + timedelta(days=self.rng.randint(6, 16))
        for n in range(many):
            in_burst = burst is not None and n % 5 != 0
            day = bad_week + timedelta(days=self.rng.randint(0, 6)) if in_burst else self._day(month)
            plan = self._plan(site, theme=burst if in_burst else None)
            self._begin(replace(plan, burst=in_burst), day, since)

    def _requests(self, months: Iterable[Month], since: datetime) -> None:
        rng = random.Random(self.rng.random())  # noqa: S311  a made-up world
        for month in months:
            for operator in self.mechanism.operators:
                for plan, asked, day in asking.of_month(self.world, operator, month, rng):
                    calendar = self.mechanism.calendar_of(plan.site)
                    at = calendar.start_of_day_utc(day) + timedelta(hours=rng.uniform(7, 21))
                    if since < at < self.world.until:
                        self.world.begin(asking.life(self.world, plan, asked), at)

    def _dangers(self, month: Month, since: datetime) -> None:
        for _ in range(self.rng.randint(1, DANGERS_A_QUARTER)):
            site = self.rng.choice(self.mechanism.sites)
            day = self._day(self.rng.choice((month, month.next, month.next.next)))
            self._begin(replace(self._plan(site), course="danger", door="phone"), day, since)

    def _begin(self, plan: Plan, day: date, since: datetime) -> None:
        calendar = self.mechanism.calendar_of(plan.site)
        at = calendar.start_of_day_utc(day) + timedelta(hours=self.rng.triangular(5, 22, 18))
        if not since < at < self.world.until:
            return
        self.world.begin(life(self.world, plan), at)
        own_number = plan.to == self._number(plan.operator, shared=False)
        if (
            plan.door == "phone"
            and own_number
            and plan.course in ("resolved", "dialogue")
            and self.world.chance(0.05)
        ):
            again = second_text(self.world, plan, joins=self.world.chance(0.5))
            self.world.begin(again, at + timedelta(days=self.rng.uniform(2, 9)))

    def _plan(self, site: Site, *, theme: str | None = None) -> Plan:
        rng = self.rng
        doors = [(door, much) for door, much in DOORS if leads_to(self.mechanism, site, door)]
        door = rng.choices([d for d, _ in doors], [w for _, w in doors])[0]
        pace = rng.choices((IN_TIME, 1.5, LATE), (82, 12, 6))[0]
        course = rng.choices([c for c, _ in COURSES], [w for _, w in COURSES])[0]
        return Plan(
            operator=site.operator, site=site.key, place=rng.choice(self.mechanism.zones_of(site.key)).name,
            course=course, theme=theme or rng.choices([t for t, _ in THEMES], [w for _, w in THEMES])[0],
            door="phone" if door == "shared" else door.partition("-")[0], own=self._new_phone(site),
            to=self._number(site.operator, shared=door.endswith("shared")),
            language="en" if "en" in site.languages and self.world.chance(0.02) else "es",
            pace=pace, severity=rng.choices(("low", "medium", "high"), (30, 60, 10))[0],
            names_place=self.world.chance(0.85),
        )  # fmt: skip

    def _number(self, operator: str, *, shared: bool) -> str:
        if shared:
            operator = "shared"
        found = next(
            (c.number for c in self.mechanism.channels if c.kind == "sms" and c.operator == operator), ""
        )
        return "shared" if shared and not found else found

    def _new_phone(self, site: Site) -> str:
        self._phones += 1
        return f"+51900{self._phones:06d}" if site.country == "PE" else f"+591700{self._phones:05d}"

    def _day(self, month: Month) -> date:
        return month.first_day + timedelta(days=self.rng.randint(0, month.last_day.day - 1))

    def _left_open(self) -> None:
        """Leave cases open in every state, some just come, some due soon, some late, so that each list shows something."""
        until = self.world.until
        for operator, key in self.large.items():
            site = self.mechanism.site(key)
            for state, days in _LEFT:
                course = _WAY_TO.get(state, "resolved")
                plan = replace(self._showcase(site), course=course, stop=state, severity="medium")
                self.world.begin(
                    life(self.world, plan), until - timedelta(days=days, hours=self.rng.randint(0, 5))
                )
            for back in _JUST_COME:
                plan = replace(self._showcase(site), course="waits")
                self.world.begin(life(self.world, plan), until - timedelta(days=back))
            shared = replace(
                self._showcase(site),
                course="waits",
                to=self._number(operator, shared=True),
                stop=State.RECEIVED,
            )
            self.world.begin(life(self.world, shared), until - timedelta(days=1.3))
            for back in _JUST_CALLED:
                voice = replace(self._showcase(site), door=doorways.CALL, course="waits")
                self.world.begin(life(self.world, voice), until - timedelta(days=back))
            danger = replace(self._showcase(site), course="danger", stop=State.ASSESSED)
            self.world.begin(life(self.world, danger), until - timedelta(days=9))

    def _showcase(self, site: Site) -> Plan:
        return replace(
            self._plan(site),
            door="phone",
            to=self._number(site.operator, shared=False),
            names_place=True,
            language="es",
            pace=IN_TIME,
        )


_MOSTLY_FEW = 8
"""Most months are quiet: the share of the span between the fewest and the most is a draw to this power."""
_JUST_COME = (0.02, 0.2, 1.0, 4.0, 8.0, 9.0)
"""Days before the end on which cases come that nobody looks at: the newest are new, then due soon, then late."""
_JUST_CALLED = (0.04,)
"""Days before the end on which somebody calls whose voice nobody has written down yet."""
_WAY_TO = {
    State.IN_DIALOGUE: "dialogue", State.UNDER_REVIEW: "review", State.UNDER_INDEPENDENT_REVIEW: "independent",
    State.REOPENED: "reopened",
}  # fmt: skip
_LEFT = (
    (State.ACKNOWLEDGED, 5), (State.ASSESSED, 7), (State.INVESTIGATING, 10), (State.PROPOSED, 14), (State.IN_DIALOGUE, 15),
    (State.UNDER_REVIEW, 15), (State.UNDER_INDEPENDENT_REVIEW, 18), (State.AGREED, 15), (State.IMPLEMENTING, 17),
    (State.VERIFIED, 18), (State.REOPENED, 27),
)  # fmt: skip
"""How many days before the end a case begins that is to stand there at the end."""


def midnight(day: date) -> datetime:
    """The beginning of a day, in UTC."""
    return datetime.combine(day, time(), UTC)
