"""The whole way by text message alone, in Quechua (draft words), and with somebody who forges the sender."""

import re

from grievance.vocabulary import State
from tests.journeys.actors import CODE, NUMBER, Officer, Resident, World

COMPLAINT = "Mayu unu qhilli kachkan, mana allinchu, Huaylluray llaqtapi"
QUECHUA_CODE = re.compile(r"(?:\b(\d{4}) (?:qillqay|nispa)|Código (\d{4}))|\b(\d{4}) [A-ZÑ']{3}")


def _code(resident: Resident) -> str:
    """Find the newest code on the phone, as a Quechua message says it."""
    for text in reversed(resident.inbox()):
        if found := QUECHUA_CODE.findall(text):
            return next(part for part in found[-1] if part)
    raise AssertionError("no code has come")


def _answers(resident: Resident, words: str) -> None:
    """Answer after an hour, with the code."""
    resident.world.pass_time(hours=1)
    assert resident.texts(f"{_code(resident)} {words}") == 200


def _becomes(world: World, number: str, state: State) -> None:
    world.until(lambda: world.case(number).state == state)


def _offered(resident: Resident, officer: Officer) -> str:
    """Walk a complaint in Quechua to its first proposal."""
    resident.texts(COMPLAINT)
    number = resident.number
    officer.waits_for(number)
    officer.acknowledges(number)
    resident.waits_for("huk runam qhawachkan")
    officer.assesses(number)
    officer.investigates(number)
    officer.hears(number)
    resident.waits_for("uyariytam munaykiku")
    officer.proposes(number, "Unutaqa manam qhillichaykuchu.")
    resident.waits_for("1 Chaskini")
    return number


def test_the_whole_way_in_quechua_by_text_message_alone(small_world: World) -> None:
    world = small_world
    resident, officer, reviewer = world.resident(), world.officer(), world.reviewer()
    world.officer("juan")

    number = _offered(resident, officer)
    _answers(resident, "manam")
    _becomes(world, number, State.IN_DIALOGUE)
    officer.proposes(number, "Rimanakusunchik.", "Reunión en la casa comunal")
    resident.waits_for("1 Chaskini")
    _answers(resident, "rimanakuy")
    _becomes(world, number, State.IN_DIALOGUE)
    resident.waits_for("kutichiyniykita chaskiykum")
    _answers(resident, "qhaway")
    _becomes(world, number, State.UNDER_REVIEW)
    _answers(resident, "qhaway")
    _becomes(world, number, State.UNDER_INDEPENDENT_REVIEW)
    due = (world.clock.now.date().replace(day=28)).isoformat()
    ordered = {"commitment_1": "Unu ch'uyanchana bomba", "due_1": due, "outcome": "commitments"}
    reviewer.does("decide", number, text="Empresaqa unuta ch'uyanchanan.", decision="modify", **ordered)
    resident.waits_for("runam kamachinña")
    officer.keeps_the_promise(number)
    resident.waits_for("hunt'asqañam nin")
    _answers(resident, "arí")
    _becomes(world, number, State.VERIFIED)
    officer.learns(number)
    officer.writes_the_closing_letter(number, "Unuqa ch'uyañam.")
    resident.waits_for("ch'uyañam")
    officer.closes(number)

    assert (world.case(number).state, world.case(number).sense) == (State.CLOSED, "resolved_implemented")
    assert [text for text in resident.inbox() if not text.endswith("(borrador)")] == []


def test_whoever_forges_the_sender_accepts_nothing_in_quechua_either(small_world: World) -> None:
    world = small_world
    resident, officer = world.resident(), world.officer()
    number = _offered(resident, officer)
    forger = Resident(world, resident.phone, NUMBER)
    wrong = f"{(int(_code(resident)) + 1) % 10_000:04}"

    forger.texts("chaskini")
    forger.texts("arí")
    forger.texts(f"{wrong} chaskini")
    forger.texts(f"{wrong} 1")
    world.pass_time(hours=48)

    assert world.case(number).state == State.PROPOSED
    assert not CODE.search(resident.reads())
