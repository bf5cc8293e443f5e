"""3. Nothing we hold or show tells the company who complained. What is written by mistake is covered first."""

import re

from sqlalchemy import select

from grievance.vault import SEALS, TEXTS
from tests.journeys.actors import World

PHONE = "+51987654321"
WATER = "El agua sale turbia desde el lunes en Huaylluray"


def test_an_officer_never_reads_the_number_of_who_wrote_nor_the_hour(world: World) -> None:
    resident, officer = world.resident(PHONE), world.officer()
    resident.texts(WATER)
    officer.waits_for(resident.number)

    page = officer.opens(resident.number)

    assert WATER in page
    assert PHONE[3:] not in page.replace(" ", "")
    assert re.findall(r"\b\d{1,2}:\d\d\b", page) == []


def test_an_officer_reads_what_happened_and_not_the_numbers_in_it(world: World) -> None:
    resident, officer = world.resident(PHONE), world.officer()
    resident.texts(f"{WATER} y mi celular es 987 654 321, mi DNI 43617259 y la camioneta V7K-936")
    officer.waits_for(resident.number)

    page = officer.opens(resident.number)

    assert WATER in page
    assert [said for said in ("987 654 321", "43617259", "V7K-936") if said in page] == []


def test_the_address_is_sealed_to_dispatch_and_to_nobody_else(world: World) -> None:
    world.resident(PHONE).texts(WATER)

    sealed = select(SEALS.c.reader).join(TEXTS, TEXTS.c.id == SEALS.c.text).where(TEXTS.c.field == "address")

    assert [row.reader for row in world.look(sealed)] == ["dispatch"]


def test_an_officer_does_not_read_the_name_somebody_wrote(small_world: World) -> None:
    resident, officer = small_world.resident(PHONE), small_world.officer()
    resident.texts(f"{WATER} y soy Anselmo Quispe Mamani")
    officer.waits_for(resident.number)

    page = officer.opens(resident.number)

    assert "Quispe Mamani" not in page
