"""The phone lab: a menu with its meter and a line that drops, and a call with its keys, by forms alone."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from channels import wiring
from channels.app import create_app
from channels.house import House
from channels.incoming.attached import recordings
from channels.simulation import demo
from channels.talking.menus import LABELS
from channels.telephone import rings
from grievance.case import CASES
from grievance.line import RECORDINGS
from grievance.settings import load
from tests.sending import Clock
from translations import say

OWN = "+51900999001"


@pytest.fixture
def house(demo_home: Path) -> Iterator[House]:
    """Open a demo in which nothing has happened yet."""
    env = {"GRIEVANCE_DEMO": "1", "GRIEVANCE_HOME": str(demo_home), "GRIEVANCE_FACES": "public,intake"}
    settings = load(env)
    demo.install_only(settings)
    made = wiring.house_of(settings, processes=wiring.EMBEDDED)
    yield made
    made.store.close()


@pytest.fixture
def web(house: House) -> FlaskClient:
    """Give a browser without cookies."""
    return create_app(house).test_client(use_cookies=False)


def fields_of(page: str, action: str) -> dict[str, str]:
    """Read the hidden fields of the lab's form on a page."""
    form = page.split('class="phone lab"')[1].split(f'action="{action}"')[1].split("</form>", maxsplit=1)[0]
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', unescape(form)))


def press(web: FlaskClient, page: str, action: str, **more: str) -> str:
    """Fill in the form of the lab and send it."""
    return web.post(action, data=fields_of(page, action) | more).get_data(as_text=True)


def dial(web: FlaskClient, door: str = "menu", to: str = "*555#") -> str:
    """Begin a session."""
    return web.post(f"/phone/{door}", data={"from": OWN, "to": to, "lang": "es"}).get_data(as_text=True)


def test_a_complaint_goes_by_menu_from_the_lab_and_the_meter_shows_how_full_a_screen_is(
    house: House, web: FlaskClient
) -> None:
    page = dial(web)
    page = press(web, page, "/phone/menu", text="1")
    told = press(web, page, "/phone/menu", text="El agua sale turbia desde el lunes")

    meter = re.findall(r'<meter id="meter" min="0" max="182" high="150" value="(\d+)"', told)
    assert len(house.store.read(lambda conn: conn.execute(select(CASES)).all())) == 1
    assert len(meter) == 1
    assert 0 < int(meter[0]) <= 150


def test_the_lab_brings_with_each_entry_what_was_typed_before_as_some_networks_do(web: FlaskClient) -> None:
    page = press(web, dial(web), "/phone/menu", text="2")
    page = press(web, page, "/phone/menu", text="1234")

    assert fields_of(page, "/phone/menu")["typed"] == "2*1234"
    assert "typed" not in fields_of(dial(web, "call", "*556#"), "/phone/call")


def test_sending_the_same_form_again_shows_the_same_screen_and_files_once(
    house: House, web: FlaskClient
) -> None:
    page = press(web, dial(web), "/phone/menu", text="1")
    first = press(web, page, "/phone/menu", text="El agua sale turbia desde el lunes")

    again = press(web, page, "/phone/menu", text="El agua sale turbia desde el lunes")

    assert again == first
    assert len(house.store.read(lambda conn: conn.execute(select(CASES)).all())) == 1


def test_a_line_that_was_dropped_can_be_taken_up(web: FlaskClient) -> None:
    press(web, dial(web), "/phone/menu", text="1")

    page = dial(web)

    assert f"1 {say(LABELS['go_on'], 'es')}" in page


def test_a_call_from_the_lab_leaves_a_voice_that_the_worker_seals(house: House, web: FlaskClient) -> None:
    page = dial(web, "call", "+51900000009")
    page = press(web, page, "/phone/call", text="1")
    page = press(web, page, "/phone/call", speak="1")

    fetched = recordings.fetch(wiring.worker_house(house))

    assert fetched == 1
    assert [row.state for row in house.store.read(lambda conn: conn.execute(select(RECORDINGS)).all())] == [
        "sealed"
    ]
    assert "¿De qué se trata?" in page


@pytest.mark.parametrize(("faces", "linked"), [("public,intake,radio", True), ("public,intake", False)])
def test_the_lab_leads_to_the_radio_desk_where_there_is_one(
    house: House, faces: str, *, linked: bool
) -> None:
    settings = replace(house.settings, faces=tuple(faces.split(",")))
    browser = create_app(replace(house, settings=settings)).test_client(use_cookies=False)

    page = browser.get("/phone").get_data(as_text=True)

    assert ('href="/radio"' in page) == linked


def test_a_phone_that_does_not_exist_is_refused(web: FlaskClient) -> None:
    answers = [web.post(f"/phone/{door}", data={"from": "../keys"}).status_code for door in ("menu", "call")]

    assert answers == [400, 400]


def test_every_menu_and_every_number_that_the_mechanism_names_can_be_tried_and_leads_to_its_company(
    house: House, web: FlaskClient
) -> None:
    lines = [c for c in house.rules.current.channels if c.kind in ("ussd", "voice")]
    web.post("/phone", data={"from": OWN, "to": "+51900000002", "text": "El canal esta seco"})
    page = web.get("/phone?lang=es").get_data(as_text=True)

    told = press(
        web, press(web, dial(web), "/phone/menu", text="1"), "/phone/menu", text="Hay mucho polvo aqui"
    )
    dial(web, "call", "+59170000009")

    assert all(f'name="to" value="{line.number}"' in page for line in lines)
    cases = house.store.read(lambda conn: conn.execute(select(CASES).where(CASES.c.channel == "ussd")).all())
    assert "Caso" in told
    assert [case.operator for case in cases] == ["qorimayu"]


def test_the_procedure_names_every_door_in_words(house: House, web: FlaskClient) -> None:
    page = unescape(web.get("/procedure?lang=es").get_data(as_text=True))

    kinds = {channel.kind for channel in house.rules.current.channels}
    assert {"voice", "radio", "ussd"} <= kinds
    assert [kind for kind in kinds if f">{kind}:" in page or f">{kind}<" in page] == []
    assert "Llamada: +51900000009" in " ".join(re.sub(r"<[^>]+>", " ", page).split()).replace(" :", ":")


@pytest.fixture
def by_day(demo_home: Path) -> Iterator[tuple[House, Clock]]:
    """Open a demo at noon of its own clock."""
    settings = load(
        {"GRIEVANCE_DEMO": "1", "GRIEVANCE_HOME": str(demo_home), "GRIEVANCE_FACES": "public,intake"}
    )
    demo.install_only(settings)
    clock = Clock()
    made = wiring.house_of(settings, processes=wiring.EMBEDDED, now=clock)
    yield made, clock
    made.store.close()


def ring(web: FlaskClient, to: str = rings.OF_THE_DEMO) -> str:
    """Let a number ring, and look at the phone again."""
    answer = web.post("/phone/ring", data={"from": OWN, "to": to, "lang": "es"}, follow_redirects=True)
    return unescape(answer.get_data(as_text=True))


def test_a_missed_call_is_called_back_and_the_complaint_goes_by_that_call(
    by_day: tuple[House, Clock],
) -> None:
    house, clock = by_day
    web = create_app(house).test_client(use_cookies=False)

    rang = ring(web)
    soon = rings.call_back(house)
    clock.pass_by(rings.SOON)
    called = rings.call_back(house)
    page = unescape(web.get("/phone?lang=es").get_data(as_text=True))
    calling = {"from": OWN, "to": rings.OF_THE_DEMO, "placed": "1", "lang": "es"}
    answered = web.post("/phone/call", data=calling).get_data(as_text=True)
    press(web, press(web, answered, "/phone/call", text="1"), "/phone/call", speak="1")

    assert "Le llamamos en un minuto, de 8 a 19 horas." in rang
    assert f"Llamada perdida a {rings.OF_THE_DEMO}" in rang
    assert (soon, called) == (0, 1)
    assert f"Suena: contestar al {rings.OF_THE_DEMO}" in page
    assert all(f'name="{name}" value="{value}"' in page for name, value in calling.items())
    assert 'aria-labelledby="call"' in answered
    (case,) = house.store.read(lambda conn: conn.execute(select(CASES)).all())
    assert case.channel == "phone_voice"
    assert "Suena" not in unescape(web.get("/phone?lang=es").get_data(as_text=True))


def test_a_simulated_phone_stops_ringing_by_itself_and_nobody_calls_at_night(
    by_day: tuple[House, Clock],
) -> None:
    house, clock = by_day
    web = create_app(house).test_client(use_cookies=False)
    ring(web)
    clock.pass_by(timedelta(hours=10))
    at_night = rings.call_back(house)
    clock.pass_by(timedelta(hours=14))
    by_morning = rings.call_back(house)
    rings_now = unescape(web.get("/phone?lang=es").get_data(as_text=True))
    clock.pass_by(timedelta(minutes=6))
    later = unescape(web.get("/phone?lang=es").get_data(as_text=True))

    assert (at_night, by_morning) == (0, 1)
    assert ("Suena" in rings_now, "Suena" in later) == (True, False)
    assert f"Llama el {rings.OF_THE_DEMO}" in later


@pytest.mark.parametrize(("own", "to"), [("../keys", rings.OF_THE_DEMO), (OWN, "+51900000009"), (OWN, "")])
def test_only_a_simulated_phone_rings_and_only_a_number_that_never_answers(
    by_day: tuple[House, Clock], own: str, to: str
) -> None:
    house, _ = by_day
    web = create_app(house).test_client(use_cookies=False)

    assert web.post("/phone/ring", data={"from": own, "to": to}).status_code == 400
    assert house.store.read(rings.waiting) == []


def test_outside_a_demo_no_number_rings_that_no_setting_names(house: House) -> None:
    real = replace(house, settings=replace(house.settings, demo=False))
    named = replace(house.settings, demo=False, extra={"RING_BACK": "+51900000001, +59170000001"})

    assert rings.numbers(house) == (rings.OF_THE_DEMO,)
    assert rings.numbers(real) == ()
    assert not rings.is_for_ringing(real, rings.OF_THE_DEMO)
    assert rings.numbers(replace(house, settings=named)) == ("+51900000001", "+59170000001")
