import json
import re
from typing import Any

import pytest
from sqlalchemy import Row, insert, select

from channels.outgoing import delivery
from channels.sms.words import worst_case
from grievance.case import CASES
from grievance.notice import Notice
from grievance.record import Entry
from grievance.vocabulary import NoticeState, State
from tests.journeys.actors import CLAVE, PICTURE, Browsing, Officer, World
from tests.journeys.actors import _words as words_of
from translations.notices import TEMPLATES

ENTRIES = Entry.__table__  # type: ignore[attr-defined]
SITES = re.compile(r'<select id="site" name="site">\s*<option value="([^"]*)"')
SHOWN_AGAIN = sorted(key for key, one in TEMPLATES.items() if not one.clave and not one.text)
KNOWN_TO_THE_CASE = {"number", "date", "web", "emergency", "services"}
AUTOMATIC = 'class="automatic"'
DUST = "Hay mucho polvo en la escuela de Huaylluray"


def _proposed(world: World, neighbour: Browsing, officer: Officer) -> None:
    officer.waits_for(neighbour.number)
    officer.acknowledges(neighbour.number)
    neighbour.follows()
    officer.assesses(neighbour.number)
    officer.investigates(neighbour.number)
    officer.hears(neighbour.number)
    neighbour.follows()
    officer.proposes(neighbour.number, "Regamos la pista dos veces al día.", "Regar la pista")
    world.pass_time(minutes=5)


def test_a_form_without_name_shows_number_and_clave_once_and_the_clave_opens_the_case(world: World) -> None:
    neighbour = world.neighbour()

    status = neighbour.complains(DUST, site="qorimayu", theme="dust")

    assert status == 200
    assert world.case(neighbour.number).site == "qorimayu"
    assert neighbour.follows() == 200
    assert DUST in neighbour.sees()
    assert neighbour.clave not in neighbour.page


def test_whoever_does_not_choose_a_mine_is_read_by_no_company(small_world: World) -> None:
    neighbour = small_world.neighbour()
    form = neighbour.browser.get("/complain").text
    untouched = SITES.findall(form)[0]

    neighbour.complains("Sale mal olor del agua", site=untouched)
    hasty = small_world.case(neighbour.number)
    neighbour.complains("Sale mal olor del agua", site="illapa")
    careful = small_world.case(neighbour.number)

    assert "No sé, o es otra" in form
    assert (hasty.operator, hasty.room) == (None, "review")
    assert (careful.operator, careful.room) == ("illapa", "desk")


def test_the_clave_agrees_on_the_web(world: World) -> None:
    neighbour, officer = world.neighbour(), world.officer()
    neighbour.complains(DUST, site="qorimayu")
    _proposed(world, neighbour, officer)

    neighbour.follows()
    assert "Regamos la pista dos veces al día." in neighbour.sees()
    status = neighbour.does("accept")

    assert status == 200
    world.until(lambda: world.case(neighbour.number).state == State.AGREED)


def test_what_somebody_answered_is_not_asked_again_while_it_waits_for_the_desks_hours(world: World) -> None:
    neighbour, officer = world.neighbour(), world.officer()
    neighbour.complains(DUST, site="qorimayu")
    _proposed(world, neighbour, officer)

    neighbour.follows()
    before = neighbour.page
    neighbour.does("accept")
    at_once = neighbour.page
    neighbour.follows()
    later = neighbour.page
    world.until(lambda: world.case(neighbour.number).state == State.AGREED)
    neighbour.follows()

    buttons, kept = ("accept", "talk", "decline", "review"), "Ya tenemos su respuesta"
    may_ask = "puede pedir que una entidad independiente lo vea"
    assert [button for button in buttons if f'/follow/{button}"' in before] == list(buttons)
    assert kept not in before
    for page in (at_once, later):
        assert page.count(kept) == 1
        assert not [button for button in buttons if f'/follow/{button}"' in page]
        assert "Regamos la pista dos veces al día." in page
        assert "Retirar mi queja" in page
        assert f"{kept}: «Acepto»." in page, "whoever pressed the wrong button sees it"
        assert ("usted responde" in page, "sale su respuesta" in page) == (False, True)
        assert may_ask not in page
    assert may_ask in before
    assert kept not in neighbour.page


def test_a_high_severity_needs_the_clave_typed_again_and_seven_days(small_world: World) -> None:
    world = small_world
    neighbour, officer = world.neighbour(), world.officer()
    neighbour.complains(DUST, site="qorimayu")
    officer.waits_for(neighbour.number)
    officer.acknowledges(neighbour.number)
    neighbour.follows()
    officer.assesses(neighbour.number, severity="high")
    officer.investigates(neighbour.number)
    officer.hears(neighbour.number)
    neighbour.follows()
    officer.proposes(neighbour.number, "Regamos la pista dos veces al día.", "Regar la pista")
    world.pass_time(hours=24 * 8)

    neighbour.follows()
    without = neighbour.does("accept")
    neighbour.follows()
    again = neighbour.does("accept", clave=neighbour.clave)

    assert (without, again) == (403, 200)
    world.until(lambda: world.case(neighbour.number).state == State.AGREED)


def test_a_wrong_clave_and_a_clave_of_nobody_get_the_same_words(small_world: World) -> None:
    neighbour = small_world.neighbour()
    neighbour.complains(DUST, site="qorimayu")

    unknown = neighbour.browser.post("/follow", data={"clave": "4821 0937 5512 7381"})
    nonsense = neighbour.browser.post("/follow", data={"clave": "no soy una clave"})

    assert (unknown.status_code, nonsense.status_code) == (404, 404)
    assert unknown.text == nonsense.text


def test_sending_the_form_twice_makes_one_case(world: World) -> None:
    neighbour = world.neighbour()

    neighbour.complains(DUST, site="qorimayu", nonce="a" * 32)
    again = neighbour.complains(DUST, site="qorimayu", nonce="a" * 32)

    assert again == 200
    assert len(world.cases()) == 1


def test_a_form_whose_answer_was_lost_says_the_same_number_and_clave_again(world: World) -> None:
    neighbour = world.neighbour()
    neighbour.complains(DUST, site="qorimayu", nonce="a" * 32)
    first = neighbour.clave, neighbour.number
    neighbour.clave = neighbour.number = ""
    world.pass_time(minutes=14)

    neighbour.complains(DUST, site="qorimayu", nonce="a" * 32)

    assert (neighbour.clave, neighbour.number) == first
    assert len(world.cases()) == 1
    assert neighbour.follows() == 200
    assert DUST in neighbour.sees()


def test_a_page_that_arrived_is_not_said_again(world: World) -> None:
    neighbour = world.neighbour()
    neighbour.complains(DUST, site="qorimayu", nonce="a" * 32)
    neighbour.gets_the_pictures()

    again = neighbour.complains(DUST, site="qorimayu", nonce="a" * 32)

    assert again == 200
    assert neighbour.clave not in neighbour.sees()
    assert "ya llegó antes" in neighbour.sees()


@pytest.mark.parametrize("meanwhile", ["used", "late"])
def test_a_clave_that_was_used_or_a_form_from_long_ago_says_nothing_again(
    small_world: World, meanwhile: str
) -> None:
    world, neighbour = small_world, small_world.neighbour()
    neighbour.complains(DUST, site="qorimayu", nonce="a" * 32)
    if meanwhile == "used":
        neighbour.follows()
    else:
        world.pass_time(minutes=16)

    neighbour.complains(DUST, site="qorimayu", nonce="a" * 32)

    assert neighbour.clave not in neighbour.sees()
    assert len(world.cases()) == 1


def test_other_words_in_the_same_form_are_another_complaint_with_another_clave(world: World) -> None:
    neighbour = world.neighbour()
    neighbour.complains(DUST, site="qorimayu", nonce="a" * 32)
    first = neighbour.clave, neighbour.number

    neighbour.complains(DUST + ", y de noche", site="qorimayu", nonce="a" * 32)
    second = neighbour.clave, neighbour.number
    neighbour.complains(DUST + ", y de noche", site="qorimayu", nonce="a" * 32)

    assert second[0] != first[0]
    assert second[1] != first[1]
    assert (neighbour.clave, neighbour.number) == second
    assert len(world.cases()) == 2


@pytest.mark.parametrize("mark", ["0" * 64, "zz", "a" * 65])
def test_a_picture_of_nobodys_page_changes_nothing(small_world: World, mark: str) -> None:
    neighbour = small_world.neighbour()
    neighbour.complains(DUST, site="qorimayu", nonce="a" * 32)
    first = neighbour.clave

    answer = neighbour.browser.get(f"/complain/arrived/{mark}")
    neighbour.clave = ""
    neighbour.complains(DUST, site="qorimayu", nonce="a" * 32)

    assert answer.status_code == 200
    assert neighbour.clave == first


def test_an_opened_case_shuts_by_itself_after_a_quarter_of_an_hour(small_world: World) -> None:
    world = small_world
    neighbour = world.neighbour()
    neighbour.complains(DUST, site="qorimayu")
    neighbour.follows()

    world.pass_time(minutes=16)
    status = neighbour.does("withdraw")

    assert status == 403
    world.pass_time(hours=24)
    assert world.cases(CASES.c.state == State.RECEIVED)


def test_something_added_on_the_web_reaches_the_officer_with_the_next_batch(world: World) -> None:
    neighbour, officer = world.neighbour(), world.officer()
    neighbour.complains(DUST, site="qorimayu")
    officer.waits_for(neighbour.number)
    neighbour.follows()

    neighbour.does("add", text="También de noche se levanta el polvo")

    assert "También de noche" not in officer.opens(neighbour.number)
    world.pass_time(hours=24)
    assert "También de noche" in officer.opens(neighbour.number)


def test_an_empty_form_is_asked_again_and_stores_nothing(small_world: World) -> None:
    neighbour = small_world.neighbour()

    assert neighbour.complains("") == 400

    assert small_world.cases() == []


def test_somebody_without_an_address_is_sent_nothing(small_world: World) -> None:
    world = small_world
    neighbour, officer = world.neighbour(), world.officer()
    neighbour.complains(DUST, site="qorimayu")
    officer.waits_for(neighbour.number)

    officer.acknowledges(neighbour.number)
    world.pass_time(hours=24)

    assert delivery.drain(world.worker) == 0
    assert world.network.calls == []


def test_a_referral_is_asked_and_ended_on_the_page_of_the_clave(small_world: World) -> None:
    world = small_world
    neighbour, officer = world.neighbour(), world.officer()
    neighbour.complains(DUST, site="qorimayu")
    number = neighbour.number
    officer.waits_for(number)
    officer.acknowledges(number)
    officer.does("referral_preview", number, body="pe-ombudsman", text="Recibirían la fecha y el lugar.")
    neighbour.follows()
    asked = neighbour.sees()

    neighbour.does("yes")
    world.pass_time(hours=24)
    officer.does("refer", number, body="pe-ombudsman")
    neighbour.follows()
    neighbour.does("yes")
    world.until(lambda: world.case(number).state == State.CLOSED)

    assert "¿Puede recibir su caso Defensoría del Pueblo (Perú)?" in asked
    assert world.case(number).sense == "referred_accepted"


def _owe(world: World, number: str, template: str) -> None:
    now = world.house.now()
    codes = {k: v for k, v in worst_case(TEMPLATES[template]).items() if k not in KNOWN_TO_THE_CASE}
    row = {
        "id": template, "case": world.case(number).id, "template": template, "language": "es",
        "codes": json.dumps(codes), "state": NoticeState.QUEUED, "owed_on": now.date(), "owed_at": now,
        "not_before": now,
    }  # fmt: skip
    world.house.store.transact(lambda conn: conn.execute(insert(Notice), [row]))


@pytest.mark.parametrize("words", [DUST, "Me amenazaron de muerte por hablar"])
def test_every_message_of_a_case_is_read_again_with_the_clave(small_world: World, words: str) -> None:
    world, neighbour = small_world, small_world.neighbour()
    neighbour.complains(words, site="qorimayu")
    neighbour.follows()
    before = neighbour.page.count(AUTOMATIC)
    for template in SHOWN_AGAIN:
        _owe(world, neighbour.number, template)

    status = neighbour.follows()

    assert status == 200
    assert neighbour.page.count(AUTOMATIC) == before + len(SHOWN_AGAIN)


def test_a_case_that_was_handed_to_the_focal_point_opens_and_says_whom_to_call(small_world: World) -> None:
    world, neighbour, officer = small_world, small_world.neighbour(), small_world.officer()
    neighbour.complains(DUST, site="qorimayu")
    officer.waits_for(neighbour.number)
    officer.opens(neighbour.number)
    officer.does("hand_to_focal", neighbour.number, flag="retaliation")
    world.pass_time(hours=24)

    status = neighbour.follows()

    assert status == 200
    assert "¿Peligro ahora? Llame 105" in neighbour.sees()


def test_a_request_and_a_kiosks_form_whose_answers_were_lost_say_the_same_again(small_world: World) -> None:
    world, asked = small_world, ("/requests/ask", "/kiosk/kiosk-qorimayu")
    forms = {
        asked[0]: {"text": "¿Cuánta agua saca la mina?", "site": "qorimayu", "nonce": "b" * 32},
        asked[1]: {"text": DUST, "go": "send", "nonce": "c" * 32},
    }
    for path, form in forms.items():
        first, again = (world.anybody().post(path, data=form) for _ in range(2))
        claves = [CLAVE.findall(words_of(answer.text)) for answer in (first, again)]
        world.anybody().get(PICTURE.findall(again.text)[0])
        over = world.anybody().post(path, data=form)

        assert len(claves[0]) == 1
        assert claves[0] == claves[1]
        assert CLAVE.findall(words_of(over.text)) == []
    assert len(world.cases()) == 2


@pytest.mark.parametrize(("chosen", "kept"), [("late", "late"), ("", None)])
def test_whoever_asks_for_a_review_may_say_why_and_need_not(
    world: World, chosen: str, kept: str | None
) -> None:
    neighbour, officer = world.neighbour(), world.officer()
    neighbour.complains(DUST, site="qorimayu", theme="dust")
    _proposed(world, neighbour, officer)
    neighbour.follows()
    offered = neighbour.page

    made_up = neighbour.does("review", why="because")
    neighbour.follows()
    status = neighbour.does("review", why=chosen)
    world.until(lambda: _asked_reviews(world))

    assert (made_up, status) == (409, 200)
    assert "La respuesta llegó demasiado tarde" in offered
    assert re.search(r'name="why" value=""[^>]* checked', offered)
    assert [json.loads(row.facts).get("why") for row in _asked_reviews(world)] == [kept]
    assert "demasiado tarde" not in officer.opens(neighbour.number)


def _asked_reviews(world: World) -> list[Row[Any]]:
    return world.look(select(ENTRIES).where(ENTRIES.c.step == "ask_review"))
