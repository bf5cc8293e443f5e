"""What people do with one word and the code of our last message: ask who read their case, withdraw it, be left in peace."""

import re

import pytest
from sqlalchemy import select

from grievance.complainant import Link
from grievance.inbox import WAITING
from grievance.record import Entry
from grievance.vocabulary import State
from tests.journeys.actors import Officer, Resident, World, proposed

WATER = "El agua sale turbia desde el lunes en Huaylluray"
LINKS = Link.__table__  # type: ignore[attr-defined]
ENTRIES = Entry.__table__  # type: ignore[attr-defined]


def _known(world: World) -> tuple[Resident, Officer]:
    """Somebody whose case an officer has read and acknowledged."""
    resident, officer = world.resident(), world.officer()
    resident.texts(WATER)
    officer.waits_for(resident.number)
    officer.acknowledges(resident.number)
    resident.waits_for("una persona ya lo tiene")
    world.pass_time(hours=1)
    return resident, officer


def _desk(officer: Officer, number: str) -> list[str]:
    """Every page the officer sees, without the form tokens."""
    paths = ["/desk", "/desk?view=all", "/desk?view=decide", f"/desk/cases/{number.replace('-', '')}"]
    return [re.sub(r'name="csrf_token"[^>]*>', "", officer.gets(path).text) for path in paths]


def test_somebody_asks_who_read_their_case_and_is_told_the_role_and_never_the_name(
    small_world: World,
) -> None:
    resident, _officer = _known(small_world)
    small_world.reviewer().opens(resident.number)

    resident.answers("¿quién?")

    said = resident.reads()
    assert re.search(r"lo abrieron \d+ veces, la .ltima el 4 mar", said)
    assert "oficial de la empresa" in said
    assert "entidad independiente 1" in said
    assert not re.search(r"rosa|ines", said, re.IGNORECASE)


def test_whoever_has_no_code_or_a_wrong_one_is_not_told_who_read_a_case(small_world: World) -> None:
    resident, _officer = _known(small_world)
    wrong = f"{(int(resident.code) + 1) % 10_000:04}"

    resident.texts("QUIEN")
    without = resident.reads()
    resident.texts(f"{wrong} QUIEN")
    with_a_wrong_one = resident.reads()

    assert "los 4 numeros" in without
    assert "no es" in with_a_wrong_one
    assert not any("lo abrieron" in text for text in resident.inbox())


def test_the_page_of_the_clave_lists_who_opened_the_case(small_world: World) -> None:
    resident, _officer = _known(small_world)
    neighbour = small_world.neighbour()

    neighbour.follows(resident.clave)

    assert "Un oficial de la empresa" in neighbour.sees()
    assert "rosa" not in neighbour.sees().lower()


def test_whoever_withdraws_is_asked_first_and_their_no_ends_the_case_after_seven_days(
    small_world: World,
) -> None:
    world = small_world
    resident, _officer = _known(world)
    number = resident.number

    resident.answers("RETIRAR")
    world.pass_time(hours=30)
    waiting = world.case(number).state
    resident.answers("2")
    resident.waits_for("usted lo retir")
    world.pass_time(days=6)
    regrettable = world.case(number).state

    world.until(lambda: world.case(number).state == State.CLOSED)
    assert (waiting, regrettable) == (State.ACKNOWLEDGED, State.ACKNOWLEDGED)
    assert world.case(number).sense == "withdrawn_confirmed"
    assert "REABRIR" in resident.reads()


def test_one_word_takes_a_withdrawal_back_and_nothing_else_does(small_world: World) -> None:
    world = small_world
    resident, officer = _known(world)
    number = resident.number
    resident.answers("RETIRAR")
    resident.answers("2")
    resident.waits_for("usted lo retir")
    desk = officer.opens(number)

    resident.answers("1")
    reminded = resident.reads()
    resident.answers("REABRIR")
    resident.waits_for("sigue tal como estaba")
    world.pass_time(days=10)

    assert "queda quieto" in desk
    assert "REABRIR" in reminded
    assert world.case(number).state != State.CLOSED
    steps = [entry.step for entry in world.look(select(ENTRIES).order_by(ENTRIES.c.seq))]
    assert "accept" not in steps
    assert ("ask_withdrawal" in steps, "regret" in steps, "withdraw" in steps) == (True, True, False)


def test_a_withdrawal_that_is_taken_back_before_its_batch_was_never_heard_of(small_world: World) -> None:
    world = small_world
    resident, officer = _known(world)
    before = _desk(officer, resident.number)
    resident.answers("RETIRAR")
    resident.answers("2")

    resident.texts(f"{_code_about(resident, resident.number)} REABRIR")
    said, after = resident.reads(), _desk(officer, resident.number)
    world.pass_time(hours=30)

    assert "sigue tal como estaba" in said
    assert after == before
    assert not world.look(select(ENTRIES).where(ENTRIES.c.step.in_(("ask_withdrawal", "regret"))))


def test_who_writes_on_after_withdrawing_is_told_the_word_again(small_world: World) -> None:
    world = small_world
    resident, _officer = _known(world)
    resident.answers("RETIRAR")
    resident.answers("2")
    resident.waits_for("usted lo retir")

    resident.answers("ya no sé si quiero retirarla")
    reminded = resident.reads()
    resident.texts("ESTADO")

    assert "REABRIR" in reminded
    assert "usted lo retir" in resident.reads()


def test_whoever_is_pressed_to_withdraw_is_heard_at_review_and_nothing_moves_at_the_desk(
    world: World,
) -> None:
    resident, officer = _known(world)
    number, reviewer = resident.number, world.reviewer()
    before = _desk(officer, number)

    resident.answers("RETIRAR")
    resident.answers("sí")
    protected, after = resident.number, _desk(officer, number)
    world.pass_time(hours=30)

    assert after == before
    assert protected != number
    assert (world.case(protected).protected, world.case(protected).room) == (True, "review")
    assert "alguien me presiona" in reviewer.opens(protected)
    assert [(link.older, link.why) for link in world.look(select(LINKS))] == [
        (world.case(number).id, "danger")
    ]
    assert world.case(number).state == State.ACKNOWLEDGED
    assert not any(protected in page for page in _desk(officer, number))


def test_a_yes_needs_no_code_and_a_no_does(small_world: World) -> None:
    world = small_world
    resident, _officer = _known(world)
    number = resident.number
    resident.answers("RETIRAR")

    resident.texts("no")
    refused = resident.reads()
    resident.texts("1")

    assert "los 4 numeros" in refused
    assert resident.number != number
    assert world.case(resident.number).protected
    world.pass_time(hours=30)
    assert world.case(number).state == State.ACKNOWLEDGED


def test_a_second_withdrawal_waits_until_review_has_looked(small_world: World) -> None:
    world = small_world
    resident, _officer = _known(world)
    number, reviewer = resident.number, world.reviewer()
    resident.answers("RETIRAR")
    resident.answers("1")
    protected = resident.number

    resident.texts(f"{_code_about(resident, number)} RETIRAR")
    resident.texts(f"{_code_about(resident, number)} 2")
    world.pass_time(hours=72)
    held = world.look(select(ENTRIES).where(ENTRIES.c.step == "ask_withdrawal"))
    reviewer.does("rule_out_of_scope", protected, reason="other_body", text="Hablamos y quiere retirarla.")
    world.until(lambda: world.case(number).state == State.CLOSED, days=12)

    assert held == []
    assert world.case(number).sense == "withdrawn_confirmed"


def test_on_the_web_too_they_are_asked_before_they_withdraw(small_world: World) -> None:
    world = small_world
    neighbour = world.neighbour()
    neighbour.complains(WATER, site="qorimayu")
    number = neighbour.number
    neighbour.follows()

    unasked = neighbour.does("withdraw")
    told = neighbour.does("withdraw", pressed="yes")
    world.pass_time(hours=30)

    assert (unasked, told) == (400, 200)
    assert [case.protected for case in world.cases()].count(True) == 1
    assert world.case(number).state == State.RECEIVED
    neighbour.follows(neighbour.clave)
    assert neighbour.does("withdraw", pressed="no") == 200


def test_on_the_web_it_is_taken_back_by_one_button_and_then_all_is_as_it_was(small_world: World) -> None:
    world = small_world
    neighbour = world.neighbour()
    neighbour.complains(WATER, site="qorimayu")
    number = neighbour.number
    neighbour.follows()
    nothing = neighbour.does("regret")
    neighbour.follows(neighbour.clave)
    neighbour.does("withdraw", pressed="no")
    world.pass_time(hours=30)

    neighbour.follows(neighbour.clave)
    shown = neighbour.sees()
    neighbour.does("regret")
    world.pass_time(days=10)
    neighbour.follows(neighbour.clave)

    assert nothing in (400, 409)
    assert "Usted lo retiró" in shown
    assert "Retirar mi queja" not in shown
    assert world.case(number).state == State.RECEIVED
    assert "Retirar mi queja" in neighbour.sees()


def test_whoever_is_pressed_to_erase_is_heard_at_review_and_nothing_is_erased(world: World) -> None:
    resident, officer = _known(world)
    number, reviewer = resident.number, world.reviewer()
    before = _desk(officer, number)

    resident.answers("BORRAR")
    asked = resident.reads()
    resident.texts("sí")
    protected, after = resident.number, _desk(officer, number)
    world.pass_time(hours=30)

    assert "BORRAR" in asked
    assert after == before
    assert (protected != number, world.case(protected).protected) == (True, True)
    assert "alguien me presiona" in reviewer.opens(protected)
    assert world.case(number).state == State.ACKNOWLEDGED


@pytest.mark.parametrize("second", ["BORRAR", "2"])
def test_whoever_is_not_pressed_erases_with_a_second_word(small_world: World, second: str) -> None:
    world = small_world
    resident, _officer = _known(world)
    number = resident.number

    resident.answers("BORRAR")
    resident.answers(second)

    world.until(lambda: world.case(number).state == State.CLOSED)
    assert world.case(number).sense == "erased_by_person"
    (entry,) = world.look(select(ENTRIES).where(ENTRIES.c.step == "erase"))
    assert '"pressed":false' in entry.facts


def test_who_said_already_that_nobody_presses_them_is_not_asked_again_before_they_erase(
    small_world: World,
) -> None:
    world = small_world
    resident, _officer = _known(world)
    number = resident.number
    resident.answers("RETIRAR")
    resident.answers("2")
    told = len(resident.inbox())

    resident.answers("BORRAR")

    assert resident.inbox()[told:] == [f"Caso {number}: tenemos su respuesta."]
    assert len(world.look(select(WAITING).where(WAITING.c.step == "erase"))) == 1
    assert world.case(number).state == State.ACKNOWLEDGED


def test_from_a_phone_that_others_read_the_second_word_erases_too(small_world: World) -> None:
    world = small_world
    resident, _officer = _known(world)
    number = resident.number
    resident.answers("COMPARTIDO")
    code = resident.code

    resident.texts(f"{code} BORRAR")
    quietly = resident.reads()
    resident.texts(f"{code} BORRAR")

    assert "presiona" not in quietly
    world.until(lambda: world.case(number).state == State.CLOSED)
    assert world.case(number).sense == "erased_by_person"


def test_on_the_web_too_they_are_asked_before_they_erase(small_world: World) -> None:
    world = small_world
    neighbour = world.neighbour()
    neighbour.complains(WATER, site="qorimayu")
    number = neighbour.number
    neighbour.follows()

    unasked = neighbour.does("end", end="erase")
    told = neighbour.does("end", end="erase", pressed="yes")
    world.pass_time(hours=30)
    kept = world.case(number).state
    neighbour.follows(neighbour.clave)
    erased = neighbour.does("end", end="erase", pressed="no")
    world.pass_time(hours=30)

    assert (unasked, told, erased) == (400, 200, 200)
    assert [case.protected for case in world.cases()].count(True) == 1
    assert (kept, world.case(number).sense) == (State.RECEIVED, "erased_by_person")


def _code_about(resident: Resident, number: str) -> str:
    """Find the newest code of one case."""
    said = next(
        text for text in reversed(resident.inbox()) if number in text and re.search(r"onteste \d{4}", text)
    )
    return re.findall(r"onteste (\d{4})", said)[-1]


def test_a_phone_that_others_read_is_told_only_that_there_is_something_new(world: World) -> None:
    resident, officer = _known(world)
    number, clave = resident.number, resident.clave

    resident.answers("celular compartido")
    noted = len(resident.inbox())
    world.pass_time(hours=24)
    officer.assesses(number)
    officer.investigates(number)
    officer.hears(number)
    resident.waits_for("Hay algo nuevo para usted")

    assert {text.partition(".")[0] for text in resident.inbox()[noted:]} == {"Hay algo nuevo para usted"}
    assert "otros leen este celular" in officer.opens(number)
    early = officer.tries("propose", number, text="Arreglamos.", answered="1", outcome="explanation")
    assert early.status_code >= 400
    neighbour = world.neighbour()
    neighbour.follows(clave)
    assert "queremos escucharle" in neighbour.sees()
    officer.proposes(number, "Arreglamos la bomba rota.", "Cambiar la bomba")


def test_a_phone_that_is_private_again_is_told_everything_again(small_world: World) -> None:
    resident, _officer = _known(small_world)
    resident.answers("compartido")
    resident.texts("ESTADO")
    quiet = resident.reads()

    resident.answers("propio")
    resident.texts("ESTADO")

    assert "Hay algo nuevo" in quiet
    assert resident.number in resident.reads()


def test_a_group_agrees_to_nothing_before_its_assembly_has_said_who_may(small_world: World) -> None:
    world = small_world
    resident, officer, reviewer = world.resident(), world.officer(), world.reviewer()
    resident.texts(WATER)
    number = proposed(world, resident, officer)

    resident.answers("somos un grupo")
    world.pass_time(minutes=5)
    resident.answers("1")
    world.pass_time(hours=30)
    without = world.case(number).state
    assembly = {
        "held_on": "2026-03-01",
        "until": "2027-03-01",
        "people": "40",
        "women": "22",
        "opt_out": "yes",
        "speaker": "Doña Eulalia Ccori, presidenta",
        "minutes": "Acta 14: se acepta si hay agua limpia.",
    }
    reviewer.does("mandate", number, **assembly)
    neighbour = world.neighbour()
    neighbour.follows(resident.clave)
    kept = "El acta de la asamblea. Solo la lee la entidad independiente."
    resident.answers("1")

    assert without == State.PROPOSED
    assert [kept in page for page in (neighbour.sees(), officer.opens(number))] == [True, True]
    assert [name in reviewer.opens(number) for name in ("Eulalia Ccori", "agua limpia")] == [True, True]
    for page in (neighbour.sees(), officer.opens(number)):
        assert "Eulalia" not in page
        assert "agua limpia" not in page
    world.until(lambda: world.case(number).state == State.AGREED)


def test_somebody_stays_out_of_a_group_and_the_desk_learns_only_that_somebody_does(
    small_world: World,
) -> None:
    world = small_world
    speaker, member, officer, reviewer = world.resident(), world.resident(), world.officer(), world.reviewer()
    speaker.texts(WATER)
    group = proposed(world, speaker, officer)
    speaker.answers("somos un grupo")
    member.texts(WATER)
    officer.waits_for(member.number)
    officer.acknowledges(member.number)
    member.waits_for("una persona ya lo tiene")
    officer.does("link", group, other=member.number)
    world.pass_time(hours=30)
    before = officer.opens(group)

    member.answers("no me obliga")
    world.pass_time(hours=30)

    says = "alguien queda fuera de lo que acuerde"
    assert (says in before, says in officer.opens(group), says in reviewer.opens(group)) == (
        False,
        True,
        True,
    )
    assert "queda fuera" not in officer.opens(member.number)
    assert "La persona queda fuera" in reviewer.opens(member.number)

    member.answers("vuelvo al grupo")
    world.pass_time(hours=30)

    assert says not in officer.opens(group)
    assert "le obliga otra vez" not in officer.opens(member.number)
    assert "le obliga otra vez" in reviewer.opens(member.number)


def test_somebody_in_danger_stays_out_of_a_group_and_no_page_of_the_desk_changes(small_world: World) -> None:
    world = small_world
    speaker, member, officer, reviewer = world.resident(), world.resident(), world.officer(), world.reviewer()
    speaker.texts(WATER)
    group = proposed(world, speaker, officer)
    speaker.answers("somos un grupo")
    member.texts(WATER)
    officer.waits_for(member.number)
    officer.acknowledges(member.number)
    member.waits_for("una persona ya lo tiene")
    officer.does("link", group, other=member.number)
    officer.does("hand_to_focal", member.number, flag="retaliation")
    world.pass_time(hours=30)

    neighbour = world.neighbour()
    neighbour.follows(member.clave)
    neighbour.does("stays_out")
    world.pass_time(hours=30)

    assert world.case(member.number).protected
    assert "alguien queda fuera" in reviewer.opens(group)
    assert "queda fuera" not in officer.opens(group)

    neighbour.follows(member.clave)
    assert "Puede volver a entrar" in neighbour.sees()
    neighbour.does("comes_back")
    world.pass_time(hours=30)
    neighbour.follows(member.clave)

    assert "alguien queda fuera" not in reviewer.opens(group)
    assert "Puede volver a entrar" not in neighbour.sees()


def test_the_form_asks_whether_somebody_writes_for_a_group(small_world: World) -> None:
    world = small_world
    neighbour, officer = world.neighbour(), world.officer()

    neighbour.complains(WATER, site="qorimayu", collective="yes")
    officer.waits_for(neighbour.number)
    world.pass_time(hours=24)

    assert "la queja es de un grupo" in officer.opens(neighbour.number)


def test_the_page_says_until_when_a_review_is_asked_for_in_time_and_that_later_is_heard_too(
    small_world: World,
) -> None:
    resident, officer = small_world.resident(), small_world.officer()
    resident.texts(WATER)
    proposed(small_world, resident, officer)
    neighbour = small_world.neighbour()

    neighbour.follows(resident.clave)
    in_time = neighbour.sees()
    small_world.pass_time(days=40)
    neighbour.follows(resident.clave)

    assert "puede pedir que una entidad independiente lo vea" in in_time
    assert "Ya pasaron los días para pedir la revisión" in neighbour.sees()


def test_whoever_is_in_danger_reads_by_when_somebody_gets_in_touch(small_world: World) -> None:
    neighbour = small_world.neighbour()
    neighbour.complains("Me amenazaron de muerte por quejarme", site="qorimayu")

    neighbour.follows()
    in_time = neighbour.sees()
    small_world.pass_time(days=3)
    neighbour.follows(neighbour.clave)

    assert "se comunica con usted hasta el" in in_time
    assert "debió comunicarse hasta el" in neighbour.sees()


def test_what_was_added_stands_on_the_persons_page_until_it_is_passed_on(world: World) -> None:
    neighbour, officer = world.neighbour(), world.officer()
    neighbour.complains("El agua sale turbia en Huaylluray", site="qorimayu")
    officer.waits_for(neighbour.number)
    neighbour.follows()

    neighbour.does("add", text="Hoy también salió turbia")
    neighbour.follows()
    waiting = neighbour.sees()
    at_the_desk = officer.opens(neighbour.number)
    world.pass_time(hours=30)
    neighbour.follows()

    assert "Hoy también salió turbia" in waiting
    assert "Hoy también" not in at_the_desk
    assert neighbour.sees().count("Hoy también salió turbia") == 1
