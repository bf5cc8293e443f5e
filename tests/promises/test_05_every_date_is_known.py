"""5. Every deadline is known, visible and kept, or everybody concerned learns that it was not."""

from sqlalchemy import select

from grievance.case import CLOCKS
from grievance.vocabulary import State
from tests.journeys.actors import World

WATER = "El agua sale turbia desde el lunes en Huaylluray"


def test_somebody_who_complains_is_told_by_when_at_once(world: World) -> None:
    resident, neighbour = world.resident(), world.neighbour()

    resident.texts(WATER)
    neighbour.complains("Hay mucho polvo en la escuela", site="qorimayu")

    assert "1 abr" in resident.reads_of("hasta el")
    assert "1 de abril" in neighbour.sees()


def test_a_date_that_was_missed_is_told_to_the_person_the_officer_and_the_reviewer(world: World) -> None:
    resident, officer, reviewer = world.resident(), world.officer(), world.reviewer()
    resident.texts(WATER)
    number = resident.number
    before = len(resident.inbox())

    for _ in range(14):
        world.pass_time(hours=12)

    case = world.case(number)
    late = world.look(select(CLOCKS).where(CLOCKS.c.case == case.id, CLOCKS.c.overdue_on.is_not(None)))
    assert "acknowledge" in {clock.name for clock in late}
    assert [text for text in resident.inbox()[before:] if number in text]
    assert officer.gets("/desk?view=late").status_code == 200
    assert number in officer.page
    assert reviewer.gets("/review?view=late").status_code == 200
    assert number in reviewer.page


def test_a_company_that_takes_twice_its_time_loses_the_case_to_an_independent_person(world: World) -> None:
    resident = world.resident()
    resident.texts(WATER)

    for _ in range(20):
        world.pass_time(days=4)

    assert world.case(resident.number).state == State.UNDER_INDEPENDENT_REVIEW


def test_anybody_sees_which_commitments_were_kept_and_which_were_missed(small_world: World) -> None:
    assert small_world.anybody().get("/commitments").status_code == 200
