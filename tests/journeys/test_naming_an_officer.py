"""Somebody complains of an officer by name: that officer learns of no case, and the desk of no reason."""

import pytest
from sqlalchemy import select

from channels import staffing
from grievance.record import Entry
from grievance.vocabulary import State, Step
from tests.journeys.actors import Officer, World

ENTRIES = Entry.__table__  # type: ignore[attr-defined]
ABOUT_ROSA = "La ingeniera Rosa Quispe no quiso recibir mi queja del agua en Huaylluray"
WATER = "El agua sale turbia desde el lunes en Huaylluray"


@pytest.fixture
def rosa(world: World) -> Officer:
    officer = world.officer("rosa")
    staffing.name(world.house.store, login="rosa", called=["Rosa Quispe Mamani", "relacionista comunitaria"])
    return officer


def recusals(world: World) -> list[str]:
    query = select(ENTRIES.c.role).where(ENTRIES.c.step == Step.RECUSE, ENTRIES.c.refused.is_(False))
    return [row.role for row in world.look(query)]


def test_who_is_named_sees_no_case_and_a_colleague_handles_it_without_learning_why(
    world: World, rosa: Officer
) -> None:
    juan, resident, other = world.officer("juan"), world.resident(), world.resident()

    resident.texts(ABOUT_ROSA)
    other.texts(WATER)
    juan.waits_for(resident.number)

    assert not rosa.sees(resident.number)
    assert rosa.sees(other.number)
    assert rosa.posts(f"/desk/cases/{resident.number.replace('-', '')}/open").status_code == 404
    page = juan.opens(resident.number)
    assert "[nombre]" in page
    assert "apart" not in page
    juan.acknowledges(resident.number)
    assert world.case(resident.number).state == State.ACKNOWLEDGED
    assert recusals(world) == ["channel"]


def test_who_is_the_only_officer_gets_no_case_that_names_her_and_nobody_can_release_it_to_her(
    world: World, rosa: Officer
) -> None:
    focal, resident = world.focal_point(), world.resident()

    resident.texts(ABOUT_ROSA)
    world.pass_time(hours=25)

    case = world.case(resident.number)
    assert (case.room, case.protected) == ("review", False)
    assert not rosa.sees(resident.number)
    assert "Rosa Quispe" in focal.opens(resident.number)
    refused = focal.tries("release", resident.number)
    assert refused.status_code == 409
    assert "no puede atenderlo" in refused.text
    assert world.case(resident.number).room == "review"
    focal.does("acknowledge", resident.number)
    world.officer("juan")
    focal.does("release", resident.number)
    assert world.case(resident.number).room == "desk"
    assert not rosa.sees(resident.number)


def test_who_is_named_in_what_is_added_later_is_off_from_then_on(world: World, rosa: Officer) -> None:
    juan, neighbour = world.officer("juan"), world.neighbour()
    neighbour.complains(WATER, site="qorimayu")
    rosa.waits_for(neighbour.number)
    rosa.opens(neighbour.number)

    neighbour.follows()
    neighbour.does("add", text="La señora Quispe me trató mal.")
    world.pass_time(hours=25)

    assert not rosa.sees(neighbour.number)
    assert "me trató mal" in juan.opens(neighbour.number)


def test_what_names_the_only_officer_later_goes_to_the_third_party_and_its_texts_with_it(
    world: World, rosa: Officer
) -> None:
    resident, focal = world.resident(), world.focal_point()
    resident.texts(WATER)
    rosa.waits_for(resident.number)
    rosa.opens(resident.number)
    resident.texts(f"{resident.clave}. La señora Quispe me trató mal.")
    world.pass_time(hours=25)

    assert world.case(resident.number).room == "review"
    assert not rosa.sees(resident.number)
    assert "me trató mal" in focal.opens(resident.number)
    assert "turbia" in focal.opens(resident.number)


def test_an_officer_who_steps_back_and_was_alone_leaves_the_case_to_the_third_party(world: World) -> None:
    officer, resident = world.officer(), world.resident()
    resident.texts(WATER)
    officer.waits_for(resident.number)

    officer.does("recuse", resident.number)

    assert world.case(resident.number).room == "review"


def leaves(world: World, login: str) -> None:
    staffing.disable(world.house.store, login=login, rules=world.house.rules, moment=world.house.moment())


def test_where_only_who_is_named_stays_at_the_desk_the_case_goes_to_the_third_party(
    world: World, rosa: Officer
) -> None:
    juan, focal = world.officer("juan"), world.focal_point()
    named, other = world.resident(), world.resident()
    named.texts(ABOUT_ROSA)
    other.texts(WATER)
    juan.waits_for(named.number)
    assert world.case(named.number).room == "desk"

    leaves(world, "juan")

    assert world.case(named.number).room == "review"
    assert "Rosa Quispe" in focal.opens(named.number)
    assert not rosa.sees(named.number)
    assert world.case(other.number).room == "desk"
    assert rosa.sees(other.number)
    assert recusals(world) == ["channel", "channel"]


def test_while_a_colleague_who_may_is_there_the_case_stays_at_the_desk(world: World, rosa: Officer) -> None:
    juan, carla, resident = world.officer("juan"), world.officer("carla"), world.resident()
    resident.texts(ABOUT_ROSA)
    juan.waits_for(resident.number)

    leaves(world, "juan")

    assert world.case(resident.number).room == "desk"
    assert carla.sees(resident.number)
    assert not rosa.sees(resident.number)


def test_a_complaint_that_names_nobody_here_is_read_by_all(world: World, rosa: Officer) -> None:
    resident = world.resident()
    resident.texts("Mi vecina Rosa Huanca vio que el agua sale turbia en Huaylluray")

    rosa.waits_for(resident.number)

    assert recusals(world) == []
