"""A simulated year beside the cases: every register is written in by who may, and almost everything stays green."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from channels.simulation import demo, history
from channels.simulation.institutions import institutions
from channels.simulation.world import FastClock, World, make
from grievance import register
from grievance.settings import load
from workflows import readiness
from workflows.obligations.looking import Colour
from workflows.registry import findings
from workflows.registry.registerbook import BY_KEY

START = datetime(2025, 10, 1, 11, 0, tzinfo=UTC)
DAYS = 400


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Let four hundred days go by in which nobody complains."""
    home = tmp_path_factory.mktemp("institutions")
    settings = load({"GRIEVANCE_DEMO": "1", "GRIEVANCE_HOME": str(home)})
    until = START + timedelta(days=DAYS)
    demo.install_only(settings, start=START, until=until)
    made = make(settings, seed=3, start=START, until=until)
    history.hire(made, demo.LOGINS)
    for n in range(DAYS):
        made.clock.set(START + timedelta(days=n))
        institutions(made, made.clock.at.date())
    yield made
    made.house.store.close()


def test_every_register_is_written_in(world: World) -> None:
    empty = [key for key in BY_KEY if not world.house.store.read(lambda c, key=key: register.items(c, key))]

    assert empty == ["action", "incident"]


def test_what_institutions_do_keeps_the_mechanism_ready(world: World) -> None:
    found = world.house.store.read(lambda c: readiness.assess(c, world.house.rules, now=world.house.now()))

    assert {one.id for one in found if one.colour == Colour.RED} <= {"O17", "O18"}


def test_a_year_goes_by_without_a_commitment_that_a_company_confirmed_to_itself(world: World) -> None:
    kept = world.house.store.read(lambda c: register.items(c, "commitment", states=("kept",)))

    assert kept
    assert {register.facts_of(row)["proof"] for row in kept} == {"visit"}


def test_reviewers_find_things_and_companies_answer_most_of_them_in_time(world: World) -> None:
    found = world.house.store.read(findings.of_practice)

    late = [one for one in found if one.answered_on and one.answered_on > one.due_on]
    assert {one.state for one in found} >= {"accepted", "not_enough"}
    assert 0 < len(late) * 3 <= len(found)


def test_a_demo_made_at_night_writes_of_no_day_that_is_still_to_come(world: World) -> None:
    start = START + timedelta(days=DAYS)
    night = (start + timedelta(days=1)).replace(hour=3, minute=47)
    over: list[date] = []

    replace(world, clock=FastClock(start), until=night).run(each_day=over.append)

    assert over == [start.date()]
