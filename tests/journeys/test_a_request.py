"""Somebody asks, is answered, and everybody may read it; who asked, nobody."""

from datetime import timedelta
from io import BytesIO
from xml.etree import ElementTree as ET

from sqlalchemy import select

from channels.sms.segments import measure
from grievance.complainant import Link
from grievance.vocabulary import Kind, State
from tests.journeys.actors import CASE_NUMBER, CLAVE, NONCE, Browsing, Officer, World, _words

LINKS = Link.__table__  # type: ignore[attr-defined]
QUESTION = "¿Cuánta agua saca la mina del canal? Pregunte a Ramón Quispe, 987654321."
ANSWER = "Saca cuarenta litros por segundo. La tabla está en el archivo."


def _asks(world: World, text: str = QUESTION, **form: str) -> Browsing:
    neighbour = world.neighbour()
    nonce = NONCE.findall(neighbour.browser.get("/requests/ask").text)[0]
    answer = neighbour.browser.post(
        "/requests/ask", data={"text": text, "site": "qorimayu", "nonce": nonce, **form}
    )
    neighbour.page = answer.text
    neighbour.clave = CLAVE.findall(_words(answer.text))[0]
    neighbour.number = CASE_NUMBER.findall(_words(answer.text))[0]
    return neighbour


def _answers(officer: Officer, neighbour: Browsing, **form: str) -> None:
    number = neighbour.number
    officer.waits_for(number)
    officer.acknowledges(number)
    neighbour.follows()
    officer.assesses(number)
    officer.investigates(number)
    officer.does("propose", number, text=ANSWER, **(form or {"answer_type": "full"}))


def _archive(world: World, path: str = "/requests") -> str:
    return _words(world.anybody().get(path).text)


def test_a_question_is_answered_for_one_and_published_for_all(world: World) -> None:
    neighbour, officer = _asks(world), world.officer()
    number = neighbour.number.replace("-", "")

    _answers(officer, neighbour)
    world.pass_time(hours=26)
    before = _archive(world)
    page = officer.gets(f"/desk/requests/{number}").text
    masked = page.split('name="question"')[1].split(">", 1)[1].split("</textarea>")[0].strip()
    officer.posts(f"/desk/requests/{number}", question=masked, answer=ANSWER)
    document = {"document": (BytesIO(b"dia,litros\n1,40\n"), "caudal.csv"), "csrf_token": officer.csrf}
    sent = officer.browser.post(
        f"/desk/requests/{number}/documents", data=document, content_type="multipart/form-data"
    )
    after = world.anybody().get("/requests").text
    public = after.split('href="/requests/P')[1][:6]
    one = world.anybody().get(f"/requests/P{public}")
    digest = one.text.split(f"/requests/P{public}/documents/")[1][:64]
    file = world.anybody().get(f"/requests/P{public}/documents/{digest}")

    assert "Sus palabras se muestran cuando" in before
    assert "Ramón" not in masked
    assert sent.status_code == 303
    assert "¿Cuánta agua saca la mina del canal?" in _words(one.text)
    assert "Respondido por completo" in _words(one.text)
    assert ANSWER in _words(one.text)
    for told in ("Ramón", "Quispe", "987654321", neighbour.number, number, "web"):
        assert told not in one.text.replace("/static", "").replace("web page", "")
    assert file.data == b"dia,litros\n1,40\n"
    assert file.headers["Content-Disposition"].startswith("attachment")
    neighbour.follows()
    assert f"/requests/P{public}" in neighbour.page
    assert "Su pedido" in neighbour.sees()


def test_the_feed_and_the_search_show_what_is_public_and_nothing_else(small_world: World) -> None:
    world = small_world
    neighbour, officer = _asks(world), world.officer()
    _asks(world, "¿Cuántos camiones pasan?", wait="91")
    _answers(officer, neighbour)
    world.pass_time(hours=26)

    feed = ET.fromstring(world.anybody().get("/requests.atom").data)  # noqa: S314  our own feed
    entries = feed.findall("{http://www.w3.org/2005/Atom}entry")

    assert len(entries) == 1
    assert "Pedidos encontrados: 1" in _archive(world)
    assert "Pedidos encontrados: 0" in _archive(world, "/requests?answer=partial")
    assert "Pedidos encontrados: 1" in _archive(world, "/requests?answer=full&operator=qorimayu&year=2026")
    assert "Pedidos encontrados: 0" in _archive(world, "/requests?q=camiones")
    folded = "<details><summary>Elegir empresa"
    assert folded in world.anybody().get("/requests?q=camiones").text
    assert folded not in world.anybody().get("/requests?answer=full").text  # what was chosen is in sight
    assert world.anybody().get("/requests/P000000").status_code == 404
    assert world.anybody().get("/requests?page=99999999&state=nonsense&year=x").status_code == 200


def test_the_desk_cannot_rewrite_a_question_nor_publish_what_it_did_not_open(small_world: World) -> None:
    world = small_world
    neighbour, officer = _asks(world), world.officer()
    number = neighbour.number.replace("-", "")
    officer.waits_for(neighbour.number)

    unopened = officer.posts(f"/desk/requests/{number}", question="¿Qué tal?")
    officer.opens(neighbour.number)
    rewritten = officer.posts(f"/desk/requests/{number}", question="¿Qué tal?")
    elsewhere = world.officer("julio", operator="illapa").gets(f"/desk/requests/{number}")

    assert (unopened.status_code, rewritten.status_code, elsewhere.status_code) == (404, 409, 404)
    assert "No agregue nada" in _words(rewritten.text)


def test_a_keyword_makes_a_text_a_request_that_says_so_in_one_message(world: World) -> None:
    resident = world.resident()

    resident.texts("El agua del canal sale turbia desde el lunes")
    complaint = resident.number
    resident.texts("PREGUNTA cuanta agua saca la mina del canal")
    asked = world.case(resident.number)
    receipt = resident.reads_of("Clave")

    assert asked.kind == Kind.INFORMATION_REQUEST
    assert world.look(select(LINKS)) == []
    assert resident.number != complaint
    assert "su pedido" in receipt
    assert (measure(receipt).encoding, measure(receipt).segments) == ("GSM-7", 1)
    assert [case.kind for case in world.cases()].count(Kind.GRIEVANCE) == 1


def test_whoever_asked_by_text_message_follows_it_by_its_number_and_nobody_else_does(
    small_world: World,
) -> None:
    world = small_world
    resident, stranger, officer = world.resident(), world.resident(), world.officer()
    resident.texts("PREGUNTA cuanta agua saca la mina Qorimayu del canal")
    asked = resident.number
    resident.texts(f"PREGUNTA {asked}")
    before = resident.reads()
    officer.waits_for(asked)
    officer.acknowledges(asked)
    resident.waits_for("una persona ya lo tiene")
    officer.assesses(asked)
    officer.investigates(asked)
    officer.does("propose", asked, text=ANSWER, answer_type="full")
    world.pass_time(hours=26)

    resident.texts(f"estado {asked}")
    stranger.texts(f"estado {asked}")

    public = world.anybody().get("/requests").text.split('href="/requests/P')[1][:6]
    assert f"Caso {asked}: ya lo tenemos" in before
    assert f"Pedido {asked}: Respondido por completo" in resident.reads()
    assert f"/requests/P{public}" in resident.reads()
    assert "De ese numero" in stranger.reads()
    assert len(world.cases()) == 1


def test_before_everybody_can_read_it_whoever_asked_that_nobody_does_is_told(small_world: World) -> None:
    world = small_world
    neighbour = _asks(world, wait="30")
    neighbour.follows()
    at_once = neighbour.sees()

    world.clock.now += timedelta(days=22)
    neighbour.follows()
    too_early = neighbour.sees()
    world.clock.now += timedelta(days=2)
    neighbour.follows()

    told = f"Pedido {neighbour.number}: desde el 4 abr cualquiera puede leerlo, sin su nombre."
    assert told not in at_once + too_early
    assert told in neighbour.sees()


def test_a_protected_case_is_told_by_its_number_to_nobody(small_world: World) -> None:
    world = small_world
    resident = world.resident()
    resident.texts("Hay mucho polvo en la escuela de Huaylluray")
    world.pass_time(hours=2)
    resident.texts("Me amenazaron de muerte por quejarme")
    hidden = resident.number

    resident.texts(f"estado {hidden}")
    of_hidden = resident.reads()
    resident.texts("estado 4107-3293")

    assert world.case(hidden).protected
    assert of_hidden == resident.reads()


def test_a_keyword_alone_is_explained_and_stores_no_case(small_world: World) -> None:
    resident = small_world.resident()

    resident.texts("Pregunta")

    assert "PREGUNTA" in resident.reads()
    assert small_world.cases() == []


def test_a_question_that_speaks_of_a_danger_is_a_protected_grievance(small_world: World) -> None:
    world = small_world
    resident = world.resident()

    resident.texts("PREGUNTA quien me amenazo de muerte por quejarme")
    _asks(world, "Me amenazaron de muerte, ¿quién fue?", wait="91")
    world.pass_time(hours=50)

    assert [(case.kind, case.protected, case.room) for case in world.cases()] == [
        (Kind.GRIEVANCE, True, "review"),
        (Kind.GRIEVANCE, True, "review"),
    ]
    assert "Pedidos encontrados: 0" in _archive(world)


def test_whoever_asked_says_no_and_the_archive_says_that_it_is_in_review(small_world: World) -> None:
    world = small_world
    neighbour, officer = _asks(world), world.officer()
    world.officer("juan")
    _answers(officer, neighbour, answer_type="confidential", legal_reason="trade_secret")
    world.pass_time(hours=1)

    neighbour.follows()
    neighbour.does("review")
    world.until(lambda: world.case(neighbour.number).state == State.UNDER_REVIEW)
    world.pass_time(hours=24)

    assert "Pedidos encontrados: 1" in _archive(world, "/requests?state=in_review&answer=confidential")


def test_nothing_is_looked_up_by_a_sign_that_is_none_and_what_somebody_tells_with_one_is_kept(
    world: World,
) -> None:
    browser, resident = world.anybody(), world.resident()
    looked = [
        browser.get(path).status_code for path in ("/requests?q=%00", "/requests/P%00", "/requests?q=agua")
    ]

    told = [
        browser.post("/complain", data={"text": "El agua\0 sale turbia."}).status_code,
        resident.texts("El agua\0 sale turbia desde ayer"),
    ]

    assert looked == [400, 400, 200]
    assert told == [200, 200]
    assert len(world.cases()) == 2
