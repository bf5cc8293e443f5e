"""A complaint that came as a request, or a request that came as a complaint: an officer opens the other kind beside it."""

import pytest
from sqlalchemy import select

from grievance import record
from grievance.case import CLOCKS
from grievance.complainant import Link
from grievance.vault import TEXTS
from grievance.vocabulary import Kind, State
from tests.journeys.actors import World

WATER = "El agua sale turbia desde el lunes en Huaylluray"
ASKED = "¿Cuánta agua sacan del río cada día?"
LINKS = Link.__table__  # type: ignore[attr-defined]


def dates(world: World, case_id: str) -> dict[str, tuple[object, object]]:
    found = world.look(select(CLOCKS).where(CLOCKS.c.case == case_id))
    return {clock.name: (clock.started_on, clock.due_on) for clock in found}


def test_a_complaint_that_came_as_a_request_gets_a_case_of_its_own_with_its_dates_from_the_first_day(
    world: World,
) -> None:
    resident, officer = world.resident(), world.officer()
    resident.texts(f"PEDIDO: {WATER}")
    asked = resident.number
    officer.waits_for(asked)
    world.pass_time(days=3)

    officer.does("recast", asked, kind="grievance")
    world.pass_time(hours=1)
    number = resident.number
    again = officer.tries("recast", asked, kind="grievance")
    back = officer.tries("recast", number, kind="information_request")

    older, newer = world.case(asked), world.case(number)
    assert number != asked
    assert (older.kind, older.state, older.closed_on) == (Kind.INFORMATION_REQUEST, State.RECEIVED, None)
    assert (newer.kind, newer.state, newer.received_on) == (Kind.GRIEVANCE, State.RECEIVED, older.received_on)
    assert dates(world, newer.id)["acknowledge"] == dates(world, older.id)["acknowledge"]
    assert WATER in officer.opens(number)
    assert asked in officer.page
    assert [(link.case, link.older, link.why) for link in world.look(select(LINKS))] == [
        (newer.id, older.id, "recast")
    ]
    entries = world.house.store.read(lambda conn: record.entries_of(conn, older.id))
    assert [entry.role for entry in entries if '"kind":"grievance"' in entry.facts] == ["officer"]
    assert (again.status_code, back.status_code) == (409, 409)


def test_whoever_wrote_on_the_web_opens_both_with_one_clave_and_no_public_page_shows_what_they_complained_of(
    world: World,
) -> None:
    neighbour, officer = world.neighbour(), world.officer()
    neighbour.complains(ASKED, site="qorimayu")
    number = neighbour.number
    officer.waits_for(number)

    officer.does("recast", number, kind="information_request")
    world.pass_time(days=40)
    neighbour.follows()
    first = neighbour.sees()
    beside = neighbour.does("beside")
    second = neighbour.sees()
    public = world.anybody().get("/requests?lang=es").text

    (request,) = [case for case in world.cases() if case.kind == Kind.INFORMATION_REQUEST]
    shown = f"{request.number[:4]}-{request.number[4:]}"
    assert shown in first
    assert beside == 200
    assert shown in second
    assert ASKED in second
    assert world.case(number).state != State.CLOSED
    assert "Huaylluray" not in public
    assert ASKED not in public
    assert neighbour.does("add", text="Y también quiero saber de noviembre") == 200


@pytest.mark.parametrize("door", ["phone", "web"])
def test_what_is_erased_is_erased_in_both(small_world: World, door: str) -> None:
    world = small_world
    resident, officer = world.resident(), world.officer()
    resident.texts(WATER)
    first, clave = resident.number, resident.clave
    officer.waits_for(first)
    officer.does("recast", first, kind="information_request")
    officer.acknowledges(first)
    resident.waits_for("una persona ya lo tiene")

    if door == "phone":
        resident.answers("BORRAR")
        resident.answers("BORRAR")
    else:
        neighbour = world.neighbour()
        neighbour.follows(clave)
        assert neighbour.does("end", end="erase", pressed="no") == 200
    world.pass_time(hours=30)

    assert [case.sense for case in world.cases()] == ["erased_by_person"] * 2
    assert world.look(select(TEXTS).where(TEXTS.c.case.in_([case.id for case in world.cases()]))) == []


@pytest.mark.parametrize("kind", ["", "grievance", "commitment"])
def test_a_case_becomes_no_kind_that_it_is_already_and_none_that_there_is_not(
    small_world: World, kind: str
) -> None:
    resident, officer = small_world.resident(), small_world.officer()
    resident.texts(WATER)
    officer.waits_for(resident.number)

    refused = officer.tries("recast", resident.number, kind=kind)

    assert refused.status_code == 409
    assert len(small_world.cases()) == 1


def test_a_case_in_danger_becomes_no_other_kind_and_nobody_who_is_off_it_opens_one(
    small_world: World,
) -> None:
    world = small_world
    resident, threatened, officer, focal = (
        world.resident(),
        world.resident(),
        world.officer(),
        world.focal_point(),
    )
    threatened.texts("Los guardias me amenazaron de muerte")
    resident.texts(WATER)
    officer.waits_for(resident.number)

    at_review = focal.tries("recast", threatened.number, kind="information_request")
    officer.does("recuse", resident.number)
    off = officer.posts(
        f"/desk/cases/{resident.number.replace('-', '')}/steps/recast",
        step="recast",
        kind="information_request",
    )

    assert at_review.status_code in (404, 409)
    assert off.status_code == 404
    assert len(world.cases()) == 2
