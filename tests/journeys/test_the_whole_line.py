import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from channels.publishing import secret_of
from channels.sms.segments import measure
from grievance.case import CASES
from grievance.errors import Unknown
from grievance.verdict import SUMS
from grievance.vocabulary import State
from reports import release, shelf
from reports.month import Month
from reports.recount import verify_release
from tests.journeys.actors import (
    CASE_NUMBER,
    CLAVE,
    World,
    agreed_by_talking,
    carried_out_and_closed,
    proposed,
)

MARCH = "2026-03"


def test_one_text_becomes_a_case_with_number_clave_and_date_in_one_segment(world: World) -> None:
    resident = world.resident()

    status = resident.texts("El agua sale turbia desde el lunes")

    (receipt,) = [text for text in resident.inbox() if CLAVE.search(text)]
    length = measure(receipt)
    assert status == 200
    assert (length.encoding, length.segments) == ("GSM-7", 1)
    assert CASE_NUMBER.search(receipt)
    assert "1 abr" in receipt
    assert [case.number for case in world.cases()] == [resident.number.replace("-", "")]


def test_a_resident_says_no_talks_says_yes_and_the_case_closes_by_their_word(world: World) -> None:
    resident, officer = world.resident(), world.officer()
    resident.texts("El agua sale turbia desde el lunes en Huaylluray")
    number = resident.number

    agreed_by_talking(world, resident, officer)
    carried_out_and_closed(resident, officer, number)

    case = world.case(number)
    assert (case.state, case.sense) == (State.CLOSED, "resolved_implemented")
    neighbour = world.neighbour()
    neighbour.follows(resident.clave)
    assert "¿Cómo le trataron?" in neighbour.sees()
    neighbour.does("verdict")
    assert "Elija primero una respuesta" in neighbour.sees()
    neighbour.does("verdict", outcome="3", process="1")
    assert "Gracias. Ya lo tenemos." in neighbour.sees()
    assert "¿Cómo le trataron?" not in neighbour.sees()
    assert "¿Cómo supo de nosotros?" in neighbour.sees()
    neighbour.does("verdict", heard_of="4", sex="1", age="")
    assert "Gracias. Ya lo tenemos." in neighbour.sees()
    assert "¿Cómo supo de nosotros?" not in neighbour.sees()
    neighbour.does("verdict", sex="2", age="6")
    assert "Elija primero una respuesta" in neighbour.sees()
    assert "¿Qué edad tiene?" in neighbour.sees()
    sums = {(row.question, row.digit): row.n for row in world.look(select(SUMS)) if row.n}
    assert sums == {("outcome", 3): 1, ("process", 1): 1, ("heard_of", 4): 1, ("sex", 1): 1}


def test_who_judged_the_answer_can_open_the_case_again_as_the_last_message_that_offers_it_says(
    world: World,
) -> None:
    resident, officer = world.resident(), world.officer()
    resident.texts("El agua sale turbia desde el lunes en Huaylluray")
    agreed_by_talking(world, resident, officer)
    carried_out_and_closed(resident, officer, resident.number)
    resident.waits_for("le parecio la respuesta")
    resident.answers("3")
    resident.waits_for("le trataron")
    resident.answers("3")

    offers = [text for text in resident.inbox() if "REABRIR" in text]
    code = re.findall(r"(\d{4}) REABRIR", offers[-1])[0]
    resident.texts(f"{code} REABRIR")

    world.until(lambda: world.case(resident.number).state == State.REOPENED)


def test_the_months_release_counts_it_and_anyone_can_recompute_the_count(small_world: World) -> None:
    world = small_world
    resident, officer = world.resident(), world.officer()
    resident.texts("El agua sale turbia desde el lunes en Huaylluray")
    proposed(world, resident, officer)
    for _ in range(10):
        world.resident().texts("Hay mucho polvo en la escuela de Huaylluray")
    resident.answers("RETIRAR")
    resident.answers("no")
    world.until(lambda: world.case(resident.number).state == State.CLOSED, days=12)
    world.clock.now = datetime(2026, 4, 2, 15, 0, tzinfo=UTC)
    world.pass_time()

    release.run(
        world.house.store,
        world.house.rules,
        MARCH,
        at=world.house.moment(),
        secret=secret_of(world.house.ring),
    )

    made = world.house.store.read(lambda conn: shelf.newest(conn, Month.parse(MARCH)))
    assert made is not None
    stock = made.complaints["stock_flow"]
    assert stock.value("all", "received") == 11
    assert stock.value("all", "closed") == 1
    assert verify_release.run(world.house.store, MARCH) == []
    assert world.anybody().get(f"/reports/{MARCH}").status_code == 200


def test_a_month_that_nobody_published_cannot_be_verified(small_world: World) -> None:
    with pytest.raises(Unknown):
        verify_release.run(small_world.house.store, MARCH)


def test_the_officer_reads_masked_words_and_never_the_number(world: World) -> None:
    resident, officer = world.resident("+51987654321"), world.officer()
    resident.texts("Llamen al 987 111 222, el canal de Huaylluray se rompió")
    officer.waits_for(resident.number)

    page = officer.opens(resident.number)

    assert "el canal de Huaylluray se rompió" in page
    assert "987 111 222" not in page
    assert "987654321" not in page


def test_an_officer_of_another_operator_finds_no_such_case(small_world: World) -> None:
    world = small_world
    resident, stranger = world.resident(), world.officer("mario", operator="illapa")
    resident.texts("El agua sale turbia desde el lunes en Huaylluray")
    world.pass_time(hours=24)

    assert not stranger.sees(resident.number)
    answer = stranger.posts(f"/desk/cases/{resident.number.replace('-', '')}/open")

    assert answer.status_code == 404


def test_what_is_missing_to_close_is_said_before_anybody_clicks(small_world: World) -> None:
    world = small_world
    resident, officer = world.resident(), world.officer()
    resident.texts("El agua sale turbia desde el lunes en Huaylluray")
    officer.waits_for(resident.number)

    page = officer.opens(resident.number)
    answer = officer.tries("assess", resident.number, flags="none", severity="low", issues="1")

    assert "Para poder cerrar" in page or "To be able to close" in page
    assert answer.status_code == 409
    assert world.cases(CASES.c.state == State.RECEIVED)
