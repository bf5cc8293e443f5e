"""Who answers what cannot be done yet is told so, with the reason and the way on, by the door they came in by."""

from sqlalchemy import select

from grievance.inbox import WAITING
from grievance.vocabulary import State
from tests.journeys.actors import World, proposed

WATER = "El agua sale turbia desde el lunes en Huaylluray"


def test_no_message_offers_a_review_where_none_can_be_asked_for(world: World) -> None:
    resident = world.resident()
    resident.texts(WATER)

    late = resident.waits_for("no cumplimos el plazo", days=9)
    resident.answers("REVISAR")
    told = resident.reads()

    assert "REVISAR" not in late
    assert "cuando ya hay una respuesta" in told
    assert waits(world) == []


def test_a_missed_date_after_an_answer_still_offers_the_review(world: World) -> None:
    resident, officer = world.resident(), world.officer()
    resident.texts(WATER)
    number = proposed(world, resident, officer)
    resident.answers("hablemos")
    world.until(lambda: world.case(number).state == State.IN_DIALOGUE)

    late = resident.waits_for("no cumplimos el plazo", days=60)
    resident.answers("REVISAR")

    assert "REVISAR" in late
    assert "ask_review" in waits(world)


def test_a_yes_to_something_serious_within_seven_days_says_when_it_counts(world: World) -> None:
    resident, officer = world.resident(), world.officer()
    resident.texts(WATER)
    number = proposed(world, resident, officer, severity="high")

    resident.texts(f"{resident.clave} 1")
    early = resident.reads()
    world.pass_time(days=8)
    resident.texts(f"{resident.clave} 1")

    assert "siete dias" in early
    world.until(lambda: world.case(number).state == State.AGREED)


def test_the_page_says_too_that_a_yes_does_not_count_yet(world: World) -> None:
    neighbour, officer = world.neighbour(), world.officer()
    neighbour.complains(WATER, site="qorimayu")
    officer.answers(neighbour.number, "Arreglamos la tubería.", "Cambiar la tubería", severity="high")
    neighbour.follows()

    status = neighbour.does("accept", clave=neighbour.clave)

    assert status == 409
    assert "siete días" in neighbour.sees()
    assert waits(world) == []


def test_who_wants_a_review_of_what_was_agreed_disputes_it(small_world: World) -> None:
    world, resident, officer = small_world, small_world.resident(), small_world.officer()
    resident.texts(WATER)
    number = proposed(world, resident, officer)
    resident.answers("1")
    world.until(lambda: world.case(number).state == State.AGREED)

    resident.answers("3")
    no_such_number = waits(world)
    resident.answers("REVISAR")

    assert no_such_number == []
    world.until(lambda: world.case(number).state == State.UNDER_INDEPENDENT_REVIEW)


def waits(world: World) -> list[str]:
    """List the steps that wait for the desk's next batch."""
    return [row.step for row in world.look(select(WAITING.c.step).order_by(WAITING.c.seq))]


def test_who_answers_hears_at_once_that_we_have_it_and_only_once(world: World) -> None:
    resident, officer = world.resident(), world.officer()
    resident.texts(WATER)
    number = proposed(world, resident, officer)

    resident.answers("no")
    at_once = resident.reads()
    world.until(lambda: world.case(number).state == State.IN_DIALOGUE)
    world.pass_time(hours=3)

    assert at_once.endswith("tenemos su respuesta.")
    assert [one for one in resident.inbox() if "tenemos su respuesta" in one] == [at_once]


def test_a_yes_that_nobody_asked_for_hears_where_it_stands(small_world: World) -> None:
    world, resident, officer = small_world, small_world.resident(), small_world.officer()
    resident.texts(WATER)
    number = proposed(world, resident, officer)

    resident.texts("no es verdad")
    asked = resident.reads()
    resident.answers("1")
    world.until(lambda: world.case(number).state == State.AGREED)
    resident.texts("ok")

    assert "Mande los 4 numeros" in asked
    assert "hay un acuerdo" in resident.reads()


def test_the_answer_as_our_message_shows_it_is_taken(world: World) -> None:
    resident, officer = world.resident(), world.officer()
    resident.texts(WATER)
    number = proposed(world, resident, officer)

    resident.answers("1 Acepto")

    world.until(lambda: world.case(number).state == State.AGREED)


def test_words_instead_of_the_number_are_added_and_the_number_is_asked_for_again(small_world: World) -> None:
    world, resident, officer = small_world, small_world.resident(), small_world.officer()
    resident.texts(WATER)
    number = proposed(world, resident, officer)

    resident.answers("la verdad no sabemos que decir, vamos a ver")
    asked = resident.reads()
    resident.answers("2")

    assert "Falta su respuesta" in asked
    world.until(lambda: world.case(number).state == State.IN_DIALOGUE)
