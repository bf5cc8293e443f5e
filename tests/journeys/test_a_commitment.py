"""Anybody with a phone asks how a public commitment stands, and no case comes of it."""

from datetime import date

from channels.sms.segments import measure
from grievance import register
from grievance.register import By, Note
from tests.factories import THAT_DAY, VERSION, moment
from tests.journeys.actors import World


def agreed(world: World, state: str, *, item: str = "") -> str:
    by = By("reviewer", "ines", THAT_DAY, VERSION)
    what = Note(
        "commitment", state, THAT_DAY, until=date(2026, 6, 30), numbered=True, facts={"owed_by": "company"},
        words={"text": "Regar la pista dos veces al día"},
    )  # fmt: skip
    return world.house.store.transact(
        lambda conn: register.note(conn, what, by=by, at=moment(now=world.clock.now), item=item)
    )


def test_a_commitment_is_asked_for_by_its_number_and_keeps_it(world: World) -> None:
    agreed(world, "agreed")
    second = agreed(world, "agreed")
    agreed(world, "missed", item=second)
    resident = world.resident()

    resident.texts("COMPROMISO 2")
    told = resident.reads()
    resident.texts("compromiso 3")

    assert "Compromiso 2: No se cumplio. Plazo: 30 jun 2026." in told
    assert measure(told).segments == 1
    assert "No hay un compromiso publico 3" in resident.reads()
    assert world.cases() == []
    page = world.anybody().get("/commitments?lang=es").text
    assert "COMPROMISO 2" in page
    assert "COMPROMISO 3" not in page


def test_a_text_that_says_more_than_the_number_is_a_complaint(small_world: World) -> None:
    resident = small_world.resident()

    resident.texts("Compromiso 2 no lo cumplieron, el agua sigue turbia")

    assert len(small_world.cases()) == 1
