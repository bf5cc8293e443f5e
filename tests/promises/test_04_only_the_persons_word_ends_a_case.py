"""4. The company cannot end a case against the complainant."""

from grievance.vocabulary import Role, State
from tests.journeys.actors import World, closed_by_their_word, proposed
from workflows.procedure import PROCEDURE

WATER = "El agua sale turbia desde el lunes en Huaylluray"


def test_an_officer_who_proposed_cannot_close_before_the_person_has_spoken(world: World) -> None:
    resident, officer = world.resident(), world.officer()
    resident.texts(WATER)
    number = proposed(world, resident, officer)

    answers = [
        officer.tries(step, number).status_code for step in ("close", "close_no_contact", "confirm_answer")
    ]

    assert [status for status in answers if status < 400] == []
    assert world.case(number).state == State.PROPOSED


def test_somebody_who_stays_silent_is_not_closed_out_by_the_company(world: World) -> None:
    resident, officer = world.resident(), world.officer()
    resident.texts(WATER)
    number = proposed(world, resident, officer)

    for _ in range(15):
        world.pass_time(days=7)

    assert world.case(number).state != State.CLOSED


def test_somebody_who_agrees_and_confirms_ends_it_by_their_own_word(world: World) -> None:
    number = closed_by_their_word(world, world.resident(), world.officer())

    assert world.case(number).sense == "resolved_implemented"


def test_no_path_to_the_end_is_the_companys_alone_but_after_agreed_or_verified() -> None:
    officers = {rule.start for rule in PROCEDURE if rule.to == State.CLOSED and Role.OFFICER in rule.who}

    assert officers == {State.AGREED, State.VERIFIED}


def test_somebody_who_is_referred_elsewhere_is_asked_and_ends_it_by_saying_yes(small_world: World) -> None:
    world = small_world
    resident, officer = world.resident(), world.officer()
    resident.texts(WATER)
    officer.waits_for(resident.number)
    officer.acknowledges(resident.number)
    number = resident.number
    resident.waits_for("una persona ya lo tiene")

    officer.does("referral_preview", number, body="pe-ombudsman", text="Esto lo ve la defensoría.")
    resident.waits_for("(Peru): Esto lo ve la")
    unasked = officer.tries("refer", number, body="pe-ombudsman").status_code
    world.pass_time(hours=1)
    resident.answers("1")
    world.pass_time(hours=24)
    officer.does("refer", number, body="pe-ombudsman")
    resident.waits_for("Termina aqu")
    world.pass_time(hours=1)
    resident.answers("1")
    world.until(lambda: world.case(number).state == State.CLOSED)

    assert unasked >= 400
    assert world.case(number).sense == "referred_accepted"


def test_somebody_who_says_no_to_a_referral_is_not_passed_on_and_their_case_goes_on(
    small_world: World,
) -> None:
    world = small_world
    resident, officer = world.resident(), world.officer()
    resident.texts(WATER)
    officer.waits_for(resident.number)
    officer.acknowledges(resident.number)
    number = resident.number
    resident.waits_for("una persona ya lo tiene")
    officer.does("referral_preview", number, body="pe-ombudsman", text="Esto lo ve la defensoría.")
    resident.waits_for("Esto lo ve la")
    world.pass_time(hours=1)

    resident.answers("no")
    world.pass_time(hours=24)

    assert officer.tries("refer", number, body="pe-ombudsman").status_code >= 400
    assert world.case(number).state == State.ACKNOWLEDGED
