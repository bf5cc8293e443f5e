"""Two clocks and two sending workers, each with a store of its own, keep the same year: everything happens exactly once."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from channels import wiring
from channels.house import House
from channels.outgoing.delivery import drain
from grievance import case as cases
from grievance import record
from grievance.keyring import Ring
from grievance.store import Store
from grievance.vocabulary import Step
from reports import shelf
from reports.month import Month
from tests.factories import NOON, an_officer, take
from tests.sending import ATTEMPTS, NOTICES, Clock, Network, World, make_house, settle_in
from workflows.rulebook import Rulebook

EVERY = timedelta(days=2)
TIMES = 183
"""A year, every other day."""
BY_THE_CLOCK = (Step.OVERDUE, Step.ESCALATE, Step.RESUME)


@pytest.fixture
def two(store: Store, ring: Ring, rules: Rulebook) -> Iterator[tuple[House, House]]:
    """Two houses on one database, with one network and one time."""
    first = make_house(store, ring, rules, Clock(), Network())
    second = replace(first, store=Store(store.url))
    yield first, second
    second.store.close()


def a_year_goes_by(two: tuple[House, House], clock: Clock) -> None:
    """Let all four work through a day at once; the next one begins when all are done."""
    day = threading.Barrier(4, action=lambda: clock.pass_by(EVERY), timeout=30)

    def every_day(work: Callable[[House], object], house: House) -> None:
        try:
            for _ in range(TIMES):
                day.wait()
                work(house)
        except BaseException:
            day.abort()  # so that nobody waits for whoever broke
            raise

    with ThreadPoolExecutor(4) as hands:
        running = [
            hands.submit(every_day, work, house) for work in (wiring.run_rounds, drain) for house in two
        ]
        for one in running:
            one.result()


def acknowledged(world: World, rules: Rulebook) -> None:
    """Bring a case to where the company owes an answer."""
    case = world.house.store.read(lambda conn: cases.get(conn, world.case))
    assert case is not None
    for step in (Step.OPEN, Step.ACKNOWLEDGE):
        take(world.house.store, case, step, actor=an_officer(), rules=rules).settle()


def test_whatever_clocks_and_workers_do_in_a_year_they_do_once(
    two: tuple[House, House], rules: Rulebook
) -> None:
    house = two[0]
    clock, network = house.now, house.gateways["network"]
    assert isinstance(clock, Clock)
    assert isinstance(network, Network)
    forgotten, begun, _ = every = [
        settle_in(house, "network", phone=f"+5198765432{n}", protected=n == 2) for n in range(3)
    ]
    acknowledged(begun, rules)

    a_year_goes_by(two, clock)

    done: Counter[tuple[str, ...]] = Counter()
    for world in every:
        entries = house.store.read(lambda conn, w=world: record.entries_of(conn, w.case))  # type: ignore[misc]
        assert [e.step for e in entries if e.refused] == []
        for entry in (e for e in entries if e.step in BY_THE_CLOCK):
            facts = cases.parse_facts(entry.facts)
            done[world.case, entry.step, *(str(facts.get(k, "")) for k in ("clock", "round", "was_due"))] += 1
    assert set(done.values()) == {1}
    assert {world.case for world in (forgotten, begun)} <= {
        case for case, step, *_ in done if step == Step.ESCALATE
    }
    notices = forgotten.look(select(NOTICES).where(NOTICES.c.state == "sent"))
    attempts = forgotten.look(select(ATTEMPTS))
    assert len(notices) > len(BY_THE_CLOCK)
    assert sorted(a.notice for a in attempts) == sorted(n.id for n in notices)
    assert sorted(m.attempt for m in network.sent) == sorted(a.id for a in attempts)
    out = Counter(row.month for row in forgotten.look(select(shelf.RELEASES)))
    assert set(out.values()) == {1}
    assert str(Month.of((NOON + TIMES * EVERY).date()).previous.previous) in out
