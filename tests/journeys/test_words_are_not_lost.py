"""What somebody typed under their clave is shown again where it was not taken, and to nobody else."""

import re

import pytest
from sqlalchemy import select

from grievance.inbox import WAITING
from grievance.vocabulary import Step
from tests.journeys.actors import NONCE, TOKEN, Browsing, World

DUST = "Hay mucho polvo en la escuela de Huaylluray"
MORE = "Ayer otra vez no se podía respirar"
TYPED = re.compile(r'<textarea[^>]*name="text"[^>]*>\n?([^<]*)</textarea>')


@pytest.fixture
def neighbour(small_world: World) -> Browsing:
    made = small_world.neighbour()
    made.complains(DUST, site="qorimayu")
    made.follows()
    return made


def typed(page: str) -> str:
    return TYPED.findall(page)[0]


def under_the_clave(who: Browsing, clave: str, page: str) -> str:
    was = re.findall(r'name="was" value="([0-9a-f]*)"', page)[0]
    form = {"clave": clave, "text": typed(page), "was": was}
    return str(who.browser.post("/follow", data=form).text)


def test_words_in_a_page_that_was_open_too_long_stand_in_the_case_again_after_the_clave(
    neighbour: Browsing,
) -> None:
    neighbour.world.clock.now = neighbour.world.clock.now.replace(hour=neighbour.world.clock.now.hour + 1)

    status = neighbour.does("add", text=MORE)
    wrong = under_the_clave(neighbour, "1234 5678 9012 3456", neighbour.page)
    case = under_the_clave(neighbour, neighbour.clave, wrong)

    assert status == 403
    assert typed(neighbour.page) == typed(wrong) == typed(case) == MORE
    assert "Todavía no se envió" in case
    assert waiting(neighbour.world) == 0


def test_they_stand_in_no_other_case(neighbour: Browsing) -> None:
    neighbour.world.clock.now = neighbour.world.clock.now.replace(hour=neighbour.world.clock.now.hour + 1)
    neighbour.does("add", text=MORE)
    other = neighbour.world.neighbour()
    other.complains(DUST, site="qorimayu")

    assert MORE not in under_the_clave(other, other.clave, neighbour.page)


@pytest.mark.parametrize("token", ["", "zz", "00" * 40])
def test_a_token_of_nobody_keeps_the_words_on_the_page_and_in_no_case(
    neighbour: Browsing, token: str
) -> None:
    answer = neighbour.browser.post("/follow/add", data={"token": token, "text": MORE})

    assert answer.status_code == 403
    assert typed(answer.text) == MORE
    assert MORE not in under_the_clave(neighbour, neighbour.clave, answer.text)


def test_words_that_are_too_many_are_shown_again(neighbour: Browsing) -> None:
    status = neighbour.does("add", text="a" * 6001)

    assert status == 400
    assert typed(neighbour.page) == "a" * 6001


def test_what_is_sent_twice_by_one_page_is_added_once(neighbour: Browsing) -> None:
    once, token = NONCE.findall(neighbour.page)[0], TOKEN.findall(neighbour.page)[0]
    for _ in range(2):
        neighbour.browser.post("/follow/add", data={"token": token, "nonce": once, "text": MORE})

    assert waiting(neighbour.world) == 1


def test_a_button_of_before_shows_the_case_as_it_stands(neighbour: Browsing) -> None:
    status = neighbour.does("accept")

    assert status == 409
    assert "ya avanzó" in neighbour.sees()
    assert neighbour.number in neighbour.sees()


def test_what_was_erased_is_said_to_be_erased(neighbour: Browsing) -> None:
    neighbour.does("end", end="erase", pressed="no")
    neighbour.world.pass_time(days=1)

    neighbour.follows()

    assert "esto se borró" in neighbour.sees()
    assert "con la clave anterior" not in neighbour.sees()


def waiting(world: World) -> int:
    """Count what waits to be added."""
    return len(world.look(select(WAITING.c.id).where(WAITING.c.step == Step.ADD)))
