"""The simulated world: one clock, one queue of what happens next, the doors people knock at, and the rounds.

A life is a generator that yields when it wants to go on; the world wakes it then. Every morning the rounds run, and
mornings and evenings what is owed is sent.
"""

import gc
import heapq
import os
import random
from collections.abc import Callable, Generator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from http import HTTPStatus
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from channels import install, wiring
from channels.app import create_app
from channels.claves import pads
from channels.house import House
from channels.outgoing import delivery
from channels.proving import Beside
from channels.simulation.store import SeedingStore
from channels.sms import simulator
from channels.sms.simulator import Simulator
from channels.web.pages.access import Person
from grievance import keyring, vault
from grievance.calendar import SUNDAY
from grievance.settings import Settings
from grievance.store import Store
from reports.month import Month

Life = Generator[datetime, None, None]
MORNING, EVENING = time(12, 30), time(22, 0)
"""Hours in UTC: before the Andean morning's work, when the clock goes its round, and when offices close."""
AT_A_TIME = 64
OVER_EVERYWHERE = 2
"""On this day of a month the one before is over, whatever the site's hours are."""


@dataclass
class FastClock:
    """A clock that is set, and never goes back."""

    at: datetime

    def __call__(self) -> datetime:
        """Say what time it is in the simulated world."""
        return self.at

    def set(self, at: datetime) -> None:
        """Go on to a time, if it is later."""
        self.at = max(self.at, at)

    def tick(self, **much: float) -> None:
        """Let a little time pass."""
        self.at += timedelta(**much)


class NotAnswered(RuntimeError):
    """A door did not do what it promises; the simulation stops rather than invent a result."""


class Doors(FlaskClient):
    """The doors as people knock at them: one that breaks stops the simulation, whoever would not look at the answer."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Knock.

        Raises:
            NotAnswered: the door broke.
        """
        answer = super().open(*args, **kwargs)
        if answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise NotAnswered(f"{answer.request.path} was answered {answer.status_code}")
        return answer


@dataclass
class World:
    """Everything lives share.

    `staff` are people by login; `review` is the opened review key; `slips` lie at each station, printed before. `ahead`
    proves months that are over, while time goes on.
    """

    house: House
    clock: FastClock
    rng: random.Random
    web: FlaskClient
    phones: Simulator
    until: datetime
    staff: dict[str, Person] = field(default_factory=dict)
    review: vault.Key | None = None
    began: int = 0
    slips: dict[str, list[pads.Slip]] = field(default_factory=dict)
    ahead: Beside | None = None
    _queue: list[tuple[datetime, int, Life]] = field(default_factory=list)
    _drawn: int = 0

    def chance(self, share: float) -> bool:
        """Draw whether something happens that happens to so many of one."""
        return self.rng.random() < share

    def begin(self, life: Life, at: datetime) -> None:
        """Let a life begin at a time."""
        self._drawn += 1
        heapq.heappush(self._queue, (at, self._drawn, life))

    def run(self, *, each_day: Callable[[date], None]) -> None:
        """Let everything happen until the end; `each_day` is called when a day is over."""
        gc.disable()  # nothing here makes cycles that matter, and looking for them costs a tenth of the time
        day = self.clock.at.date()
        while day <= self.until.date():
            self._until(min(datetime.combine(day, MORNING, UTC), self.until))
            self._round()
            self._prove(day)
            self._until(min(datetime.combine(day, EVENING, UTC), self.until))
            self.send()
            self._until(min(datetime.combine(day + timedelta(days=1), time(), UTC), self.until))
            if day.weekday() == SUNDAY and isinstance(self.house.store, SeedingStore):
                self.house.store.commit()
            if (
                self.clock.at.date() > day
            ):  # in the evening of the Andes it is tomorrow in UTC: that day is not over
                each_day(day)
            day += timedelta(days=1)
        self._round()
        gc.enable()

    def send(self) -> None:
        """Send what is owed now."""
        while delivery.drain(self.house, limit=AT_A_TIME, hands=1) >= AT_A_TIME:
            continue

    def _until(self, end: datetime) -> None:
        while self._queue and self._queue[0][0] <= end:
            at, _, life = heapq.heappop(self._queue)
            self.clock.set(at)
            following = next(life, None)
            if following is not None:
                self.begin(life, max(following, self.clock.at))
        self.clock.set(end)

    def _round(self) -> None:
        wiring.run_rounds(self.house, proofs=self.ahead)
        self.send()

    def _prove(self, day: date) -> None:
        """Begin with the proof of a month when it is over at every site, a week and more before it is published."""
        if self.ahead is None or day.day != OVER_EVERYWHERE:
            return
        if isinstance(self.house.store, SeedingStore):
            self.house.store.commit()
        self.ahead.begin(Month.of(day).previous)


def make(settings: Settings, *, seed: int, start: datetime, until: datetime) -> World:
    """Open a home for the simulation: only simulated phones, no queue, no batches, public doors only."""
    quiet = replace(settings, redis_url=None, batches=(), faces=("public", "intake", "kiosk"))
    ring = keyring.load(settings.keys_dir, processes=wiring.EMBEDDED)
    clock = FastClock(start)
    sqlite = settings.database_url.startswith("sqlite")
    store = SeedingStore(settings.database_url) if sqlite else Store(settings.database_url)
    phones = Simulator(simulator.key_of(ring), folder=settings.home / "phones", now=clock)
    rules = install.rulebook(store, wiring.mechanism_of(settings))
    house = House(
        settings=quiet, store=store, ring=ring, rules=rules, gateways={"simulator": phones}, now=clock
    )
    app = create_app(house)
    app.test_client_class = Doors
    return World(
        house=house, clock=clock, rng=random.Random(seed), web=app.test_client(use_cookies=False),  # noqa: S311
        phones=phones, until=until,
    )  # fmt: skip


def reference() -> str:
    """Draw the id a telephone network gives a message."""
    return f"SM{os.urandom(16).hex()}"


def shown(view: Any) -> str:
    """Read the body of a page."""
    return str(view.get_data(as_text=True))
