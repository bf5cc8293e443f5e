from datetime import timedelta

import pytest
from sqlalchemy import func, select

from channels.web.pages.dates import day
from grievance import inbox, record
from grievance.case import CASES
from grievance.codes import show
from grievance.notice import ATTEMPTS
from grievance.vault import TEXTS
from grievance.vocabulary import State, Step
from tests.deployment import SHARED_NUMBER
from tests.journeys.actors import CLAVE, World, proposed

WATER = "El agua sale turbia desde el lunes en Huaylluray"
SMELL = "Ahora el agua del canal de Huaylluray huele mal"
ILLAPA_NUMBER = "+59170000003"
INBOX = inbox.Inbound.__table__  # type: ignore[attr-defined]


def test_a_short_text_is_kept_and_is_a_case_after_a_day(world: World) -> None:
    resident = world.resident()

    resident.texts("mi gallina")

    assert world.cases() == []
    assert "un poco m" in resident.reads()
    receipt = resident.waits_for("aso ", days=2)
    (case,) = world.cases()
    assert CLAVE.search(receipt)
    assert case.received_on.isoformat() == "2026-03-04"


def test_a_short_text_and_the_longer_one_after_it_are_one_case(world: World) -> None:
    resident, officer = world.resident(to=ILLAPA_NUMBER), world.officer("mario", operator="illapa")

    resident.texts("mi gallina")
    resident.texts("ya no pone huevos, el agua sale sucia en Uma Phuju")

    (case,) = world.cases()
    officer.waits_for(resident.number)
    page = officer.opens(case.number)
    assert "mi gallina" in page
    assert "el agua sale sucia" in page


def test_within_half_an_hour_more_texts_belong_to_the_case_without_a_code(world: World) -> None:
    resident, officer = world.resident(), world.officer()
    resident.texts(WATER)

    world.pass_time(minutes=20)
    resident.texts(SMELL)

    assert len(world.cases()) == 1
    world.pass_time(hours=24)
    assert SMELL in officer.opens(resident.number)


def test_a_later_text_without_code_is_withheld_from_the_desk_and_joined_by_its_code(world: World) -> None:
    resident, officer = world.resident(), world.officer()
    resident.texts(WATER)
    older = resident.number
    world.pass_time(hours=2)

    resident.texts(SMELL)

    newer = resident.number
    assert newer != older
    assert older in resident.reads_of("es sobre el caso")
    world.pass_time(hours=24)
    assert not officer.sees(newer)
    assert SMELL not in officer.opens(older)
    resident.answers("")
    world.until(lambda: world.case(newer).state == State.CLOSED)
    assert world.case(newer).sense == "joined_by_person"
    assert SMELL in officer.opens(older)


def test_a_withheld_text_without_its_code_is_an_ordinary_case_after_three_days(world: World) -> None:
    resident, officer = world.resident(), world.officer()
    resident.texts(WATER)
    world.pass_time(hours=2)
    resident.texts(SMELL)
    newer = resident.number

    world.until(lambda: world.case(newer).room == "desk", days=5)

    assert officer.sees(newer)
    assert SMELL in officer.opens(newer)


def test_a_withheld_text_that_names_no_place_waits_for_the_first_reader(small_world: World) -> None:
    world = small_world
    resident, officer, focal = world.resident(), world.officer(), world.focal_point()
    resident.texts(WATER)
    world.pass_time(hours=2)
    resident.texts("Ahora el agua del canal huele mal")
    newer = resident.number

    world.pass_time(days=5)

    assert not officer.sees(newer)
    assert "huele mal" in focal.opens(newer)
    focal.does("release", newer)
    assert "huele mal" in officer.opens(newer)


def test_a_case_that_was_kept_for_a_day_answers_like_any_other(small_world: World) -> None:
    resident = small_world.resident()
    resident.texts("mi gallina")
    resident.waits_for("aso ", days=2)

    resident.texts("ESTADO")

    assert resident.number in resident.reads()


def test_stop_mutes_and_alta_says_everything_that_waited(world: World) -> None:
    resident, officer = world.resident(), world.officer()
    resident.texts(WATER)
    number = resident.number

    resident.texts("BAJA")

    assert resident.reads().startswith("Listo")
    officer.waits_for(number)
    before = len(resident.inbox())
    officer.acknowledges(number)
    world.pass_time(hours=24)
    assert len(resident.inbox()) == before
    resident.texts("ALTA")
    world.pass_time(hours=24)
    assert any("una persona ya lo tiene" in text for text in resident.inbox()[before:])


@pytest.mark.parametrize("words", [WATER, "Nos amenazaron de muerte por el agua de Huaylluray"])
def test_whoever_complains_after_a_stop_gets_a_receipt_and_nothing_that_they_did_not_ask_for(
    world: World, words: str
) -> None:
    resident, officer = world.resident(), world.officer()
    resident.texts("BAJA")

    resident.texts(words)

    (_, receipt) = resident.inbox()
    assert CLAVE.search(receipt)
    number = resident.number
    if words == WATER:
        officer.waits_for(number)
        officer.acknowledges(number)
    world.pass_time(hours=48)
    assert len(resident.inbox()) == 2
    resident.texts("ESTADO")
    assert len(resident.inbox()) == 3
    assert number in resident.reads()


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("AYUDA", "BAJA"),
        ("ESTADO", "ya lo tenemos"),
        ("IDIOMA", "quechua"),
        ("QUIEN", "16 numeros"),
    ],
)
def test_a_question_after_a_stop_is_answered_once_and_nothing_else_follows(
    world: World, words: str, answer: str
) -> None:
    resident, officer = world.resident(), world.officer()
    resident.texts(WATER)
    number = resident.number
    resident.texts("BAJA")
    before = len(resident.inbox())

    resident.texts(words)

    assert len(resident.inbox()) == before + 1
    assert answer.lower() in resident.reads().lower()
    officer.waits_for(number)
    officer.acknowledges(number)
    world.pass_time(days=2)
    assert len(resident.inbox()) == before + 1


def test_help_is_said_after_a_stop_to_whoever_has_no_case(small_world: World) -> None:
    resident = small_world.resident()
    resident.texts("BAJA")

    resident.texts("AYUDA")
    resident.texts("ESTADO")

    assert len(resident.inbox()) == 3


def test_a_short_text_after_a_stop_gets_its_receipt_a_day_later_and_nothing_else(world: World) -> None:
    resident = world.resident()
    resident.texts("BAJA")

    resident.texts("mi gallina")
    assert "un poco m" in resident.reads()
    world.pass_time(hours=25)

    (_, _, receipt) = resident.inbox()
    assert CLAVE.search(receipt)
    for _ in range(6):
        world.pass_time(days=1)
    assert len(resident.inbox()) == 3


@pytest.mark.parametrize("stop", [{}, {"OptOutType": "STOP"}])
@pytest.mark.parametrize("first", [True, False])
def test_a_stop_after_a_short_text_holds_its_receipt(
    small_world: World, stop: dict[str, str], *, first: bool
) -> None:
    resident = small_world.resident()
    if first:
        resident.texts("BAJA")
    resident.texts("mi gallina")
    resident.texts("STOP", **stop)
    before = len(resident.inbox())

    small_world.pass_time(hours=25)

    assert len(small_world.cases()) == 1
    assert len(resident.inbox()) == before
    resident.texts("ALTA")
    assert any(CLAVE.search(text) for text in resident.inbox()[before:])


def test_a_stop_after_a_question_holds_its_answer(small_world: World) -> None:
    world = small_world
    resident = world.resident()
    resident.texts("BAJA")
    world.network.fault, world.network.refusal, world.network.faults = "refuse", (429, 20429), 1
    resident.texts(WATER)
    assert len(resident.inbox()) == 1

    world.clock.now += timedelta(days=1)
    resident.texts("BAJA")
    world.pass_time(hours=2)

    assert not any(CLAVE.search(text) for text in resident.inbox())
    resident.texts("ALTA")
    assert any(CLAVE.search(text) for text in resident.inbox())


def test_where_the_provider_itself_blocks_nothing_is_offered_to_it(world: World) -> None:
    resident = world.resident()
    resident.texts("STOP", OptOutType="STOP")

    resident.texts(WATER)
    assert resident.inbox() == []
    assert len(world.cases()) == 1
    assert world.look(select(ATTEMPTS)) == []

    resident.texts("START")
    assert CLAVE.search(resident.reads_of("aso "))


def test_a_provider_that_says_only_when_we_send_that_it_blocks_is_asked_once(world: World) -> None:
    resident = world.resident()
    resident.texts("BAJA")
    world.network.fault, world.network.refusal = "refuse", (400, 21610)

    resident.texts(WATER)
    resident.texts("ESTADO")

    assert len(resident.inbox()) == 1
    assert len(world.look(select(ATTEMPTS).where(ATTEMPTS.c.state == "failed"))) == 1


def test_the_same_message_twice_is_one_case_and_one_receipt(world: World) -> None:
    resident = world.resident()

    first = resident.texts(WATER, sid="SM" + "7" * 32)
    again = resident.texts(WATER, sid="SM" + "7" * 32)

    assert (first, again) == (200, 200)
    assert len(world.cases()) == 1
    assert len([text for text in resident.inbox() if CLAVE.search(text)]) == 1
    assert world.look(select(func.count()).select_from(INBOX))[0][0] == 1


def test_a_forged_message_is_refused_and_leaves_nothing(small_world: World) -> None:
    world = small_world
    form = {"From": "+51987654321", "To": "+51900000002", "Body": WATER, "MessageSid": "SM" + "8" * 32}

    answer = world.anybody().post("/channels/twilio/sms", data=form, headers={"X-Twilio-Signature": "bm8="})

    assert answer.status_code == 403
    assert world.cases() == []
    assert world.look(select(INBOX)) == []


def test_erasing_takes_the_code_and_ends_the_case(world: World) -> None:
    resident, officer = world.resident(), world.officer()
    resident.texts(WATER)
    number = proposed(world, resident, officer)

    resident.texts("BORRAR")
    world.pass_time(hours=24)
    assert world.case(number).state == State.PROPOSED
    resident.answers("BORRAR")
    asked = resident.reads()
    world.pass_time(hours=24)
    assert world.case(number).state == State.PROPOSED
    resident.answers("BORRAR")
    world.until(lambda: world.case(number).state == State.CLOSED)

    assert "alguien le presiona" in asked
    assert world.case(number).sense == "erased_by_person"
    assert world.look(select(TEXTS).where(TEXTS.c.case == world.case(number).id)) == []
    assert "borramos" in resident.reads().lower()
    assert world.case(number).next_due_on is None


def test_after_three_wrong_codes_the_right_one_opens_nothing_until_a_new_one_comes(world: World) -> None:
    resident, officer = world.resident(), world.officer()
    resident.texts(WATER)
    number = proposed(world, resident, officer)
    right = resident.code
    wrong = f"{(int(right) + 1) % 10000:04}"

    for _ in range(3):
        resident.texts(f"{wrong} 1")
        assert "no coincide" in resident.reads() or "4 n" in resident.reads()
    resident.texts(f"{right} 1")
    world.pass_time(hours=24)

    assert world.case(number).state == State.PROPOSED
    officer.does("update", number, text="Seguimos esperando su respuesta.")
    resident.waits_for("Seguimos esperando")
    world.pass_time(hours=1)
    resident.answers("1")
    world.until(lambda: world.case(number).state == State.AGREED)


NUMBERED = (
    "1500 soles nos deben de la tierra",
    "2000 truchas murieron en la laguna",
    "2026 03 04 hubo polvo en la escuela",
    "0812 es mi puerta y la rajaron",
)
"""What people tell that begins with a number: no code, and no answer behind one."""


def test_what_somebody_tells_that_begins_with_a_number_is_a_case_and_costs_no_try(world: World) -> None:
    resident, officer = world.resident(), world.officer()
    resident.texts(WATER)
    number = proposed(world, resident, officer)
    right = resident.code

    for text in NUMBERED:
        resident.texts(text)
        assert f"es sobre el caso {number}" in resident.reads()

    assert len(world.cases()) == 1 + len(NUMBERED)
    kept = select(INBOX.c.outcome).where(INBOX.c.outcome == "wrong_code")
    assert world.look(kept) == []
    resident.texts(f"{right} 1")
    world.until(lambda: world.case(number).state == State.AGREED)


def test_within_the_first_half_hour_a_text_that_begins_with_a_number_is_added(small_world: World) -> None:
    world = small_world
    resident, officer = world.resident(), world.officer()
    resident.texts(WATER)
    number = resident.number

    resident.texts(NUMBERED[1])

    assert len(world.cases()) == 1
    world.pass_time(hours=24)
    assert NUMBERED[1] in officer.opens(number)


def test_words_after_the_right_code_are_added_and_after_a_spent_one_they_are_a_case(
    small_world: World,
) -> None:
    world = small_world
    resident, officer = world.resident(), world.officer()
    resident.texts(WATER)
    number = proposed(world, resident, officer)
    right = resident.code
    wrong = f"{(int(right) + 1) % 10000:04}"

    resident.texts(f"{right} el canal sigue sucio")
    assert len(world.cases()) == 1
    for _ in range(3):
        resident.texts(f"{wrong} 1")
    resident.texts(f"{right} y ahora huele mal")

    assert len(world.cases()) == 2
    world.pass_time(hours=24)
    page = officer.opens(number)
    assert "el canal sigue sucio" in page
    assert "huele mal" not in page


@pytest.mark.parametrize("bare", ["no", "No.", "1", "2", "3", "1."])
def test_a_bare_answer_to_a_proposal_is_told_that_it_needs_the_code(small_world: World, bare: str) -> None:
    world = small_world
    resident, officer = world.resident(), world.officer()
    resident.texts(WATER)
    number = proposed(world, resident, officer)

    resident.texts(bare)
    told = resident.reads()
    resident.texts("si")

    assert "Mande los 4 numeros" in told
    assert "Mande los 4 numeros" in resident.reads()
    assert len(world.cases()) == 1
    resident.answers("1")
    world.until(lambda: world.case(number).state == State.AGREED)
    resident.texts("no")
    assert "Ya no quiere mensajes" in resident.reads()


def test_ones_own_case_is_asked_for_as_people_type_its_number_and_no_try_is_spent(small_world: World) -> None:
    world = small_world
    resident, officer = world.resident(), world.officer()
    resident.texts(WATER)
    number = proposed(world, resident, officer)
    right = resident.code
    words = ["cero", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve"]
    spelled = " ".join(words[int(sign)] for sign in number.replace("-", ""))

    for text in (f"{number} estado", f"mi caso es el {number}, que paso", spelled, f"{number} ESTADO"):
        before = len(resident.inbox())
        resident.texts(text)
        assert len(resident.inbox()) == before + 1
        assert number in resident.reads()
        assert "no es" not in resident.reads()

    resident.texts(f"{right} 1")
    world.until(lambda: world.case(number).state == State.AGREED)


def test_two_wrong_codes_are_forgiven(small_world: World) -> None:
    world = small_world
    resident, officer = world.resident(), world.officer()
    resident.texts(WATER)
    number = proposed(world, resident, officer)
    right = resident.code

    for _ in range(2):
        resident.texts(f"{(int(right) + 1) % 10000:04} 1")
    resident.texts(f"{right} 1")

    world.until(lambda: world.case(number).state == State.AGREED)


def test_the_place_is_asked_after_the_complaint_is_safe(world: World) -> None:
    resident = world.resident()
    resident.texts("El agua sale turbia desde el lunes")
    assert world.case(resident.number).site is None

    resident.texts("en Huaylluray")

    assert "Mina Qorimayu" in resident.reads_of("nde")
    assert world.case(resident.number).site == "qorimayu"
    assert len(world.cases()) == 1


@pytest.mark.parametrize(
    ("text", "asked"),
    [("Sale agua turbia en Huaylluray desde el lunes", 0), ("Sale agua turbia desde el lunes", 1)],
)
def test_on_the_shared_number_nobody_is_asked_for_the_place_that_they_just_named(
    small_world: World, text: str, asked: int
) -> None:
    resident = small_world.resident(to=SHARED_NUMBER)

    resident.texts(text)

    assert sum("Donde pasa" in one for one in resident.inbox()) == asked
    assert small_world.case(resident.number).operator is None, "a person routes it"


def test_what_was_promised_stands_under_the_clave_as_it_was_said_whatever_date_came_later(
    small_world: World,
) -> None:
    world = small_world
    resident, officer, neighbour = world.resident(), world.officer(), world.neighbour()
    resident.texts(WATER)
    number = proposed(world, resident, officer)
    promised = resident.reads_of("Primera respuesta hasta el").partition("hasta el ")[2].partition(".")[0]
    resident.answers("no")
    world.until(lambda: world.case(number).state == State.IN_DIALOGUE)

    neighbour.follows(resident.clave)

    assert f"Primera respuesta hasta el {promised}." in neighbour.sees()


def test_who_answered_in_the_evening_reads_that_day_and_not_that_of_the_batch(small_world: World) -> None:
    world = small_world
    resident, officer, neighbour = world.resident(), world.officer(), world.neighbour()
    resident.texts(WATER)
    number = proposed(world, resident, officer)
    while (world.clock.now - timedelta(hours=5)).hour < 19:
        world.pass_time(hours=1)
    today = day((world.clock.now - timedelta(hours=5)).date(), "es")
    resident.answers("no")
    world.until(lambda: world.case(number).state == State.IN_DIALOGUE)

    neighbour.follows(resident.clave)

    assert f"{today} usted responde" in " ".join(neighbour.sees().split())


def test_on_the_shared_number_a_case_is_unrouted_until_a_reviewer_routes_it(world: World) -> None:
    resident, officer, reviewer = world.resident(to=SHARED_NUMBER), world.officer(), world.reviewer()
    resident.texts(WATER)
    number = resident.number
    world.pass_time(hours=24)
    assert world.case(number).operator is None
    assert not officer.sees(number)
    assert WATER in reviewer.opens(number)

    reviewer.routes(number, "qorimayu", "qorimayu")

    officer.waits_for(number)
    assert WATER in officer.opens(number)
    assert world.case(number).operator == "qorimayu"


def test_what_one_text_owes_leaves_in_an_order_that_makes_sense(small_world: World) -> None:
    for n in range(8):
        resident = small_world.resident()
        resident.texts(WATER)
        resident.texts("quechua")
        (_, changed, again) = resident.inbox()

        assert changed.startswith("Kunanmanta"), n
        assert CLAVE.search(again)
        small_world.pass_time(minutes=40)
        other = small_world.resident()
        other.texts("clave 1111 2222 3333 4444 el agua sale turbia en Huaylluray")
        assert CLAVE.search(other.inbox()[0])
        assert "no abre" in other.reads()


def test_a_change_of_language_sends_the_receipt_again_in_the_other_one(world: World) -> None:
    resident = world.resident()
    resident.texts(WATER)
    first = resident.clave

    resident.texts("English")

    receipt = resident.reads_of("AGAIN")
    assert CLAVE.findall(receipt)[0] != first
    assert world.neighbour().follows(CLAVE.findall(receipt)[0]) == 200


def test_help_says_what_to_do_and_status_says_where_the_case_stands(small_world: World) -> None:
    resident = small_world.resident()
    resident.texts("AYUDA")
    assert "gratis" in resident.reads()

    resident.texts(WATER)
    resident.texts("ESTADO")

    assert resident.number in resident.reads()


@pytest.mark.parametrize("words", ["hola", "...", "123"])
def test_greetings_and_noise_are_answered_with_help_and_kept_nowhere(small_world: World, words: str) -> None:
    resident = small_world.resident()

    resident.texts(words)
    small_world.pass_time(hours=25)

    assert small_world.cases() == []
    assert "gratis" in resident.reads()


def test_somebody_who_agrees_by_the_code_of_another_phone_changes_nothing(small_world: World) -> None:
    world = small_world
    resident, stranger, officer = world.resident(), world.resident(), world.officer()
    resident.texts(WATER)
    number = proposed(world, resident, officer)
    stranger.texts("Hay mucho polvo en la escuela de Ichupata")
    world.pass_time(hours=1)

    stranger.texts(f"{resident.code} 1")
    world.pass_time(hours=24)

    assert world.case(number).state == State.PROPOSED


def test_whoever_wants_their_case_to_wait_says_so_with_the_code_and_the_desk_reads_it(
    small_world: World,
) -> None:
    world = small_world
    resident, officer = world.resident(), world.officer()
    resident.texts(WATER)
    officer.waits_for(resident.number)
    officer.acknowledges(resident.number)
    resident.waits_for("una persona ya lo tiene")

    resident.texts("ESPERAR")
    without_code = resident.reads()
    resident.answers("esperar por favor")
    resident.waits_for("tenemos su respuesta")

    assert "Mande los 4 numeros" in without_code
    assert "La persona pidió que esperemos" in officer.opens(resident.number)


def test_one_word_tells_how_every_open_case_of_a_phone_stands(world: World) -> None:
    resident, other = world.resident(), world.resident()
    other.texts("El polvo entra a la escuela de Huaylluray")
    numbers = []
    for text in (
        WATER,
        "Nos quitaron el terreno de Huaylluray",
        "Los camiones pasan de noche por Huaylluray",
    ):
        resident.texts(text)
        numbers.append(resident.number)
        world.pass_time(days=4)
    resident.texts("Me amenazaron por quejarme")
    in_danger = world.cases(CASES.c.protected.is_(True))
    world.pass_time(days=1)
    read = len(resident.inbox())

    resident.texts("ESTADO")
    world.pass_time(minutes=1)

    told = resident.inbox()[read:]
    assert sorted(number for text in told for number in numbers if number in text) == sorted(numbers)
    assert len(in_danger) == 1
    assert not any(show(case.number) in text for case in in_danger for text in told)
    assert not any(other.number in text for text in told)


def test_a_digit_answers_the_question_that_asked_for_one_not_a_message_that_came_since(
    small_world: World,
) -> None:
    world = small_world
    resident, officer = world.resident(), world.officer()
    resident.texts(WATER)
    number = proposed(world, resident, officer)
    officer.does("referral_preview", number, body="pe-ombudsman", text="Recibirían la fecha y el lugar.")
    world.pass_time(hours=24)
    officer.does("update", number, text="El lunes medimos el agua otra vez.")
    world.pass_time(hours=24)

    resident.answers("1")
    world.pass_time(hours=48)

    case = world.case(number)
    steps = world.house.store.read(
        lambda conn: [e.step for e in record.entries_of(conn, case.id) if not e.refused]
    )
    assert case.state == State.PROPOSED
    assert Step.CONSENT in steps
    assert Step.ACCEPT not in steps
