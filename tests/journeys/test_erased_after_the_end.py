"""What somebody wrote is theirs to erase after their case has ended, by text and under the clave."""

from sqlalchemy import select

from grievance.vault import TEXTS
from grievance.vocabulary import State
from tests.journeys.actors import World

WATER = "El agua sale turbia desde el lunes en Huaylluray"


def texts_of(world: World, number: str) -> int:
    return len(world.look(select(TEXTS.c.id).where(TEXTS.c.case == world.case(number).id)))


def test_the_second_erase_with_the_code_erases_a_case_that_is_closed(world: World) -> None:
    resident, officer = world.resident(), world.officer()
    resident.texts(WATER)
    number = resident.number
    officer.waits_for(number)
    officer.acknowledges(number)
    resident.waits_for("una persona ya lo tiene")
    world.pass_time(hours=1)
    resident.answers("RETIRAR")
    world.pass_time(hours=1)
    resident.answers("2")
    world.until(lambda: world.case(number).state == State.CLOSED, days=12)
    world.pass_time(hours=1)
    assert texts_of(world, number) > 0

    resident.answers("BORRAR")
    world.pass_time(hours=1)
    resident.answers("BORRAR")
    world.until(lambda: texts_of(world, number) == 0)

    assert world.case(number).state == State.CLOSED
    assert "Borramos" in resident.reads_of("Borramos")


def test_the_page_of_the_clave_offers_it_and_then_no_more(small_world: World) -> None:
    world = small_world
    neighbour, officer = world.neighbour(), world.officer()
    neighbour.complains(WATER, site="qorimayu")
    number = neighbour.number
    officer.waits_for(number)
    neighbour.follows()
    neighbour.does("end", end="withdraw", pressed="no")
    world.until(lambda: world.case(number).state == State.CLOSED, days=12)

    neighbour.follows()
    offered = neighbour.page
    neighbour.does("end", end="erase", pressed="no")
    world.until(lambda: texts_of(world, number) == 0)
    neighbour.follows()

    assert 'value="erase"' in offered
    assert 'value="withdraw"' not in offered
    assert 'value="erase"' not in neighbour.page
