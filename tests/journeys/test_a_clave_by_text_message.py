"""A clave that is typed by SMS proves its sender, is kept nowhere, and is worth nothing to whoever forges a number."""

import json
from datetime import timedelta

from sqlalchemy import select

from grievance.inbox import WAITING
from grievance.record import Entry
from grievance.staff import Slip
from grievance.vocabulary import State
from tests.journeys.actors import Officer, Resident, World, proposed

ENTRIES = Entry.__table__  # type: ignore[attr-defined]
SLIPS = Slip.__table__  # type: ignore[attr-defined]
WATER = "El agua sale turbia desde el lunes en Huaylluray"
SMELL = "Ahora el agua del canal de Huaylluray huele mal"


def told_and_serious(world: World) -> tuple[Resident, Officer, str]:
    """Walk a serious case to a proposal that is a week old."""
    resident, officer = world.resident(), world.officer()
    resident.texts(WATER)
    proposed(world, resident, officer, severity="high")
    world.pass_time(days=8)
    return resident, officer, resident.number


def credentials(world: World, step: str) -> list[str]:
    """Read by what each step of this name was proved."""
    query = select(ENTRIES.c.facts).where(ENTRIES.c.step == step, ENTRIES.c.refused.is_(False))
    return [json.loads(row.facts).get("credential", "") for row in world.look(query)]


def test_a_serious_proposal_is_accepted_by_text_with_the_clave_and_one(world: World) -> None:
    resident, _, number = told_and_serious(world)
    resident.answers("1")
    asked = resident.reads()

    resident.texts(f"{resident.clave} 1")

    assert "mande aqui su clave y luego 1" in asked
    world.until(lambda: world.case(number).state == State.AGREED)
    assert credentials(world, "accept") == ["clave"]


def test_a_clave_sent_plainly_proves_the_sender_for_half_an_hour(world: World) -> None:
    resident, _, number = told_and_serious(world)

    resident.texts(f"Mi clave es {resident.clave.replace(' ', '-')}")
    greeted = resident.reads()
    resident.texts("ACEPTO")

    assert number in greeted
    assert "Borre ahora" in greeted
    assert len(world.cases()) == 1
    world.until(lambda: world.case(number).state == State.AGREED)


def test_after_half_an_hour_the_sender_is_a_stranger_again(small_world: World) -> None:
    world = small_world
    resident, _, number = told_and_serious(world)
    resident.texts(resident.clave)
    world.clock.now += timedelta(minutes=31)

    resident.texts("ACEPTO")
    world.pass_time(days=2)

    assert world.case(number).state == State.PROPOSED
    assert credentials(world, "accept") == []


def test_a_forged_sender_without_the_clave_accepts_nothing(world: World) -> None:
    resident, _, number = told_and_serious(world)
    forger = world.resident(resident.phone)  # the network says it is the same number

    for words in ("ACEPTO", "1", "4821 0937 5512 7381 1", "mi clave es 4821 0937 5512 7381 acepto"):
        forger.texts(words)
        world.clock.now += timedelta(minutes=40)
    forger.answers("1")  # even with our code, which a phone that lies on a table shows
    world.pass_time(days=2)

    assert world.case(number).state == State.PROPOSED
    assert credentials(world, "accept") == []
    assert len(world.cases()) == 1
    assert any("no abre ningun caso" in text for text in resident.inbox())


def test_a_wrong_clave_is_counted_makes_no_case_and_uses_up_no_code(world: World) -> None:
    resident, _, number = told_and_serious(world)
    code = resident.code

    for _ in range(4):
        resident.texts("4821 0937 5512 7381 hablemos")

    assert len(world.look(select(SLIPS).where(SLIPS.c.what == "clave"))) == 4
    assert len(world.cases()) == 1
    resident.texts(f"{code} 2")
    world.until(lambda: world.case(number).state == State.IN_DIALOGUE)


def test_a_clave_in_a_longer_text_adds_the_rest_to_its_case(world: World) -> None:
    resident, officer = world.resident(), world.officer()
    resident.texts(WATER)
    world.pass_time(hours=2)
    number = resident.number

    resident.texts(f"{SMELL}. Mi clave es {resident.clave}")

    assert len(world.cases()) == 1
    officer.waits_for(number)
    world.pass_time(hours=24)
    page = officer.opens(number)
    assert SMELL in page
    assert resident.clave not in page
    assert "lave es" not in page
    assert credentials(world, "add") == ["clave"]


def test_a_longer_text_with_a_wrong_clave_is_a_case_of_its_own(world: World) -> None:
    resident = world.resident()
    resident.texts(WATER)
    world.pass_time(hours=2)

    resident.texts(f"{SMELL}. Mi clave es 4821 0937 5512 7381")

    assert len(world.cases()) == 2
    assert any("no abre ningun caso" in text for text in resident.inbox())


def test_danger_told_beside_a_clave_is_looked_for_first(world: World) -> None:
    resident = world.resident()
    resident.texts(WATER)
    world.pass_time(hours=2)

    resident.texts(f"Mi clave es {resident.clave}. Me amenazaron de muerte por quejarme")

    assert [case.protected for case in world.cases()].count(True) == 1


def test_a_case_that_came_by_the_web_is_answered_from_any_phone_with_its_clave(world: World) -> None:
    neighbour, resident, officer = world.neighbour(), world.resident(), world.officer()
    neighbour.complains(WATER, site="qorimayu")

    resident.texts(neighbour.clave)
    resident.texts("Hoy tampoco hay agua en mi casa")
    resident.texts("ESTADO")

    assert len(world.cases()) == 1
    assert neighbour.number in resident.reads()
    officer.waits_for(neighbour.number)
    world.pass_time(hours=24)
    assert "Hoy tampoco hay agua" in officer.opens(neighbour.number)
    resident.texts("ESTADO")
    assert "No hay un caso de este" in resident.reads()


def test_withdrawing_with_the_clave_still_asks_whether_somebody_presses(world: World) -> None:
    resident = world.resident()
    resident.texts(WATER)
    world.pass_time(hours=2)

    resident.texts(f"{resident.clave} RETIRAR")
    asked = resident.reads()
    resident.texts("no")

    assert "presiona" in asked
    waits = [row.step for row in world.look(select(WAITING.c.step))]
    assert waits == ["ask_withdrawal"]


def test_stop_is_stop_in_a_thread_that_a_clave_opened(small_world: World) -> None:
    resident = small_world.resident()
    resident.texts(WATER)
    small_world.pass_time(hours=2)
    resident.texts(resident.clave)

    resident.texts("BAJA")

    assert resident.reads().startswith("Listo")
    assert small_world.look(select(WAITING.c.id)) == []
