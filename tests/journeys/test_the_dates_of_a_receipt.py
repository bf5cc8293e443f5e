"""The page that answers a form names the dates of the case itself: its site's hour and holidays, and working days."""

import re
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from channels.web.pages.dates import day
from grievance.case import CLOCKS
from grievance.vocabulary import Clock
from tests.journeys.actors import World

DUST = "Hay polvo en mi casa todo el día"
DATES = re.compile(r"Hasta el (\d+ de [a-z]+)")


@pytest.mark.parametrize("site", ["qorimayu", "illapa", ""])
@pytest.mark.parametrize(
    "now",
    [
        datetime(2026, 3, 5, 4, 30, tzinfo=UTC),  # the 5th in Bolivia, the 4th in Peru
        datetime(2026, 4, 1, 20, tzinfo=UTC),  # before Easter
        datetime(2026, 7, 27, 20, tzinfo=UTC),  # before Peru's holidays, which are none in Bolivia
        datetime(2026, 12, 31, 4, 30, tzinfo=UTC),
    ],
)
def test_a_receipt_names_the_dates_that_the_record_and_the_case_page_have(
    small_world: World, site: str, now: datetime
) -> None:
    small_world.clock.now = now
    neighbour = small_world.neighbour()

    neighbour.complains(DUST, site=site)
    told = DATES.findall(neighbour.sees())
    neighbour.follows()

    dues = clocks(small_world, neighbour.number)
    assert told[:2] == [day(dues[name], "es") for name in (Clock.ACKNOWLEDGE, Clock.ANSWER)]
    assert set(told[:2]) <= set(DATES.findall(neighbour.sees()))


def test_the_time_to_say_yes_or_no_is_counted_in_working_days_as_the_procedure_says(
    small_world: World,
) -> None:
    neighbour = small_world.neighbour()

    neighbour.complains(DUST, site="qorimayu")

    assert DATES.findall(neighbour.sees())[:3] == ["9 de marzo", "1 de abril", "24 de abril"]


def clocks(world: World, number: str) -> dict[str, date]:
    query = select(CLOCKS).where(CLOCKS.c.case == world.case(number).id)
    return {row.name: row.due_on for row in world.look(query)}
