"""What is rarer in a demo is lived through the real doors: a review that comes late, and an officer whom somebody names."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from channels.simulation import demo, history, rarer
from channels.simulation.traffic import Traffic, Volume
from channels.simulation.world import World, make
from grievance.settings import load
from grievance.vocabulary import Role, Sense, Step

START = datetime(2026, 1, 5, 14, 0, tzinfo=UTC)
DAYS = 120


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Let two people live four months, and nobody else."""
    settings = load({"GRIEVANCE_DEMO": "1", "GRIEVANCE_HOME": str(tmp_path_factory.mktemp("rarer"))})
    until = START + timedelta(days=DAYS)
    demo.install_only(settings, start=START, until=until)
    made = make(settings, seed=3, start=START, until=until)
    history.hire(made, demo.LOGINS)
    traffic = Traffic(made, Volume(large=(0, 0), small=(0, 0)))
    aside = replace(made, rng=random.Random(5))
    for nth, (course, operator) in enumerate((("asks_late", "qorimayu"), ("accused", "qorimayu"))):
        plan = replace(traffic._showcase(made.house.rules.current.sites_of(operator)[0]), course=course)
        phone = f"{plan.own[:-1]}{nth}"
        made.begin(rarer._life(aside, replace(plan, own=phone)), START + timedelta(hours=nth))
    made.run(each_day=lambda _day: None)
    yield made
    made.house.store.close()


def taken(world: World, step: Step) -> list[dict[str, Any]]:
    """Read the entries of a step that was really taken."""
    query = "SELECT stream, role, step, facts FROM entries WHERE step = ? AND NOT refused ORDER BY recorded_on, seq"
    rows = world.house.store.read(lambda c: c.exec_driver_sql(query, (str(step),)).mappings().all())
    return [dict(row) for row in rows]


def test_a_review_is_asked_for_late_completed_decided_and_seen_otherwise_by_another_reviewer(
    world: World,
) -> None:
    (asked,) = taken(world, Step.ASK_INDEPENDENT_REVIEW)
    (ordered,) = taken(world, Step.ORDER)
    (otherwise,) = taken(world, Step.DISSENT)

    assert '"late":true' in asked["facts"]
    assert '"why_late":"not_told"' in ordered["facts"]
    assert [one["stream"] for one in taken(world, Step.ASK_TO_COMPLETE)] == [asked["stream"]]
    assert otherwise["stream"] == ordered["stream"] == asked["stream"]
    ended = [one for one in taken(world, Step.CLOSE) if one["stream"] == asked["stream"]]
    assert [str(Sense.RESOLVED_IMPLEMENTED) in one["facts"] for one in ended] == [True]


def test_an_officer_whom_somebody_names_is_off_and_a_colleague_goes_on(world: World) -> None:
    (off,) = taken(world, Step.RECUSE)
    named = world.staff["julio"].id

    assert (off["role"], f'"recused":"{named}"' in off["facts"]) == (str(Role.CHANNEL), True)
    answers = [one for one in taken(world, Step.PROPOSE) if one["stream"] == off["stream"]]
    assert answers
    assert not any(named in one["facts"] for one in answers)
