"""Who chose to complain by telephone and was gone before a word: one sum a month, and nothing of anybody."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from grievance.line import LINES as SESSIONS
from grievance.record import Entry
from grievance.tally import DELTAS, ROLLUPS
from tests.deployment import Keys
from tests.journeys.actors import World, a_world
from tests.journeys.handsets import LINES, Caller, Handset

ENTRIES = Entry.__table__  # type: ignore[attr-defined]


@pytest.fixture
def lined(tmp_path: Path, database_url: str, keys: Keys) -> Iterator[World]:
    with a_world(tmp_path, database_url, keys, **LINES) as founded:
        yield founded


def gone(world: World, phone: str) -> None:
    """Let somebody choose to complain on the menu, and hang up."""
    handset = Handset(world, phone)
    handset.dials()
    handset.types("1")


def said(world: World) -> list[dict[str, object]]:
    rows = world.look(select(ENTRIES.c.facts).where(ENTRIES.c.facts.contains('"register":"attempts"')))
    return [json.loads(row.facts)["facts"] for row in rows]


def test_what_came_to_nothing_is_one_sum_a_month_and_nobodys(lined: World) -> None:
    gone(lined, "+51987650001")
    call = Caller(lined, "+51987650002")
    call.calls()
    call.presses("1")
    Handset(lined, "+51987650003").dials()  # chose nothing
    told = Handset(lined, "+51987650004")
    told.dials()
    told.types("1")
    told.types("El polvo no deja respirar a nadie")

    lined.pass_time(days=2)
    at_once = said(lined)
    lined.pass_time(days=31)
    lined.pass_time(days=1)

    assert at_once == [{"month": "2026-02", "phone_voice": 0, "ussd": 0}]
    assert said(lined)[1:] == [{"month": "2026-03", "phone_voice": 1, "ussd": 1}]
    assert lined.look(select(SESSIONS)) == []
    assert "5198765" not in json.dumps(said(lined))


@pytest.mark.parametrize(("minutes", "failed"), [(40, 1), (90, 2)])
def test_who_calls_again_soon_tried_once(lined: World, minutes: int, failed: int) -> None:
    for wait in (minutes, 0):
        call = Caller(lined, "+51987650002", call=f"CA{wait:032d}")
        call.calls()
        call.presses("1")
        lined.pass_time(minutes=wait)

    lined.pass_time(days=2)

    counted = lined.look(select(DELTAS.c.member, DELTAS.c.n).where(DELTAS.c.measure == "attempt_failed"))
    counted += lined.look(select(ROLLUPS.c.member, ROLLUPS.c.n).where(ROLLUPS.c.measure == "attempt_failed"))
    assert sum(row.n for row in counted) == failed
    assert {row.member for row in counted} == {"phone_voice"}


def test_who_dials_again_goes_on_and_tried_once(lined: World) -> None:
    gone(lined, "+51987650001")
    lined.pass_time(hours=3)
    again = Handset(lined, "+51987650001")
    again.dials()
    again.types("1")
    again.types("El polvo no deja respirar a nadie")

    lined.pass_time(days=35)

    assert [one["ussd"] for one in said(lined)] == [0, 0]
