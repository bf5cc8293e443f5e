"""A phone that was stolen: whoever has the clave parts it from the case, and whoever has the phone is nobody there."""

import pytest
from sqlalchemy import select

from grievance.complainant import Bond, LostPhone
from grievance.inbox import WAITING
from grievance.notice import NOTICES
from grievance.vocabulary import State
from tests.journeys.actors import TOKEN, Officer, Resident, World, proposed

BONDS = Bond.__table__  # type: ignore[attr-defined]
LOST = LostPhone.__table__  # type: ignore[attr-defined]
WATER = "El agua sale turbia desde el lunes en Huaylluray"
WORDS = {"es": "ROBADO", "en": "stolen", "qu": "suwasqa", "ay": "lunthatata"}


def offered(world: World) -> tuple[Resident, str, str, Officer]:
    """Walk a case to a proposal; its phone, its number, its clave, its officer."""
    resident, officer = world.resident(), world.officer()
    resident.texts(WATER)
    number, clave = resident.number, resident.clave
    proposed(world, resident, officer)
    return resident, number, clave, officer


def mails(resident: Resident) -> int:
    return len(resident.inbox())


@pytest.mark.parametrize("language", ["es", "en", "qu", "ay"])
def test_from_another_phone_with_the_clave_the_stolen_one_speaks_no_more(
    small_world: World, language: str
) -> None:
    world = small_world
    thief, number, clave, _ = offered(world)
    code = thief.code
    other = world.resident()

    other.texts(f"{clave} {WORDS[language]}")
    assert number in other.reads()
    before = mails(thief)
    for words in (f"{code} 1", "1", f"{clave} 1", "ACEPTO", "ESTADO"):
        thief.texts(words)
    world.pass_time(days=2)

    assert world.case(number).state == State.PROPOSED
    assert world.look(select(BONDS).where(BONDS.c.case == world.case(number).id)) == []
    told = thief.inbox()[before:]
    assert not any(number in text for text in told)
    assert any("no abre ningun caso" in text or "ningun caso" in text for text in told)


def test_what_is_owed_later_goes_to_no_phone_and_is_read_with_the_clave(world: World) -> None:
    thief, number, clave, officer = offered(world)
    world.resident().texts(f"{clave} robado")
    before = mails(thief)

    officer.does("update", number, text="Vamos a revisar el canal el martes.", purpose="other")
    world.pass_time(days=2)

    assert mails(thief) == before
    case = world.case(number).id
    written = select(NOTICES.c.complainant).where(NOTICES.c.case == case, NOTICES.c.template == "update")
    assert world.look(written.order_by(NOTICES.c.owed_at.desc()))[0].complainant is None
    page = world.anybody().post("/follow", data={"lang": "es", "clave": clave}).text
    assert "Vamos a revisar el canal el martes." in page


@pytest.mark.parametrize("words", ["4821 0937 5512 7381 robado", "robado", "0000 robado", "{code} robado"])
def test_without_the_clave_nobody_parts_a_phone_from_its_case(small_world: World, words: str) -> None:
    world = small_world
    resident, number, _, _ = offered(world)
    said = words.format(code=resident.code)

    (resident if "{" in words else world.resident()).texts(said)
    resident.answers("1")

    assert world.look(select(LOST)) == []
    world.until(lambda: world.case(number).state == State.AGREED)


def test_the_phone_itself_is_told_to_say_it_from_another_one(world: World) -> None:
    resident, _, _, _ = offered(world)

    resident.texts("ROBADO")

    assert "Desde otro" in resident.reads()
    assert len(world.cases()) == 1
    assert world.look(select(LOST)) == []
    assert world.look(select(WAITING)) == []


def test_whoever_complains_that_a_phone_was_stolen_has_a_case(world: World) -> None:
    resident = world.resident()

    resident.texts("Los guardias de la mina me robaron el celular ayer")

    assert len(world.cases()) == 1


def test_every_case_of_the_phone_is_parted_from_it_and_given_back_with_it(small_world: World) -> None:
    world = small_world
    resident = world.resident()
    resident.texts(WATER)
    first, clave = resident.number, resident.clave
    resident.texts("Me han amenazado de muerte por hablar")
    assert len(world.cases()) == 2

    browser = world.anybody()
    page = browser.post("/follow", data={"lang": "es", "clave": clave}).text
    assert "Me robaron o perdí el celular" in page
    page = browser.post("/follow/stolen", data={"lang": "es", "token": TOKEN.findall(page)[0]}).text
    assert "Ya lo tengo otra vez" in page
    assert world.look(select(BONDS)) == []
    assert len(world.look(select(LOST))) == 2

    page = browser.post("/follow/found", data={"lang": "es", "token": TOKEN.findall(page)[0]}).text
    assert len(world.look(select(BONDS))) == 2
    assert world.look(select(LOST)) == []
    assert "Me robaron o perdí el celular" in page
    resident.texts(f"{clave} ESTADO")
    assert first in resident.reads()


def test_it_can_be_found_by_text_from_another_phone_and_stolen_twice(world: World) -> None:
    resident, number, clave, _ = offered(world)
    other = world.resident()

    for words, lost in (("robado", 1), ("robado", 1), ("recuperado", 0), ("recuperado", 0), ("robado", 1)):
        other.texts(f"{clave} {words}")
        assert len(world.look(select(LOST))) == lost

    assert world.case(number).state == State.PROPOSED
    assert resident.phone != other.phone
