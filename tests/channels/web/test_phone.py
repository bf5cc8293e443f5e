"""Whoever shows the demo writes from a simulated phone, and sees there what a real phone would show."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from channels import wiring
from channels.app import create_app
from channels.house import House
from channels.outgoing import delivery
from channels.simulation import demo
from grievance.case import CASES
from grievance.settings import load

OWN = "+51900999001"
OPERATORS = "+51900000002"


@pytest.fixture
def house(demo_home: Path) -> Iterator[House]:
    """Open a demo in which nothing has happened yet."""
    settings = load(
        {"GRIEVANCE_DEMO": "1", "GRIEVANCE_HOME": str(demo_home), "GRIEVANCE_FACES": "public,intake"}
    )
    demo.install_only(settings)
    made = wiring.house_of(settings, processes=wiring.EMBEDDED)
    yield made
    made.store.close()


@pytest.fixture
def web(house: House) -> FlaskClient:
    """Give a browser without cookies."""
    return create_app(house).test_client(use_cookies=False)


def cases_of(house: House) -> int:
    return house.store.read(lambda c: int(c.execute(select(func.count()).select_from(CASES)).scalar_one()))


def test_a_text_becomes_a_case_and_its_receipt_is_on_the_screen(house: House, web: FlaskClient) -> None:
    sent = web.post(
        "/phone", data={"from": OWN, "to": OPERATORS, "text": "El agua sale turbia desde el lunes"}
    )
    delivery.drain(house)

    page = web.get(sent.headers["Location"]).get_data(as_text=True)

    assert sent.status_code == 303
    assert cases_of(house) == 1
    assert "El agua sale turbia" in page
    assert re.search(r"\d{4} \d{4} \d{4} \d{4}", page)
    assert "GSM-7" in page


def test_a_new_phone_is_shown_first(web: FlaskClient) -> None:
    web.post("/phone", data={"from": OWN, "to": OPERATORS, "text": "Hay mucho polvo en Ichupata"})

    made = web.post("/phone/new")
    page = web.get(made.headers["Location"]).get_data(as_text=True)

    numbers = list(dict.fromkeys(re.findall(r'name="from" value="(\+\d+)"', page)))
    assert made.status_code == 303
    assert len(numbers) == 2
    assert numbers[1] == OWN


def test_an_empty_text_is_refused_in_words(house: House, web: FlaskClient) -> None:
    answer = web.post("/phone", data={"from": OWN, "to": OPERATORS, "text": "  ", "lang": "en"})

    assert answer.status_code == 400
    assert "Write something first." in answer.get_data(as_text=True)
    assert cases_of(house) == 0


def test_what_is_no_number_has_no_phone(house: House, web: FlaskClient) -> None:
    answer = web.post(
        "/phone", data={"from": "../keys", "to": OPERATORS, "text": "El agua sale turbia", "lang": "en"}
    )

    assert answer.status_code == 400
    assert cases_of(house) == 0
