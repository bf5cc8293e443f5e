"""Whoever sends more than fits is told so, in their language."""

import pytest

from channels.app import MOST, create_app
from channels.web.people.complaint import LONGEST
from grievance.keyring import Ring
from grievance.store import Store
from tests.sending import Clock, Network, make_house
from workflows.rulebook import Rulebook


@pytest.mark.parametrize(
    ("lang", "words"),
    [("es", "Mande hasta 6000 letras por vez"), ("en", "Send at most 6000 letters at a time")],
)
def test_a_complaint_that_is_too_long_is_answered_in_words(
    sqlite_store: Store, ring: Ring, rules: Rulebook, lang: str, words: str
) -> None:
    client = create_app(
        make_house(sqlite_store, ring, rules, Clock(), Network(), FACES="intake")
    ).test_client()

    answer = client.post(f"/complain?lang={lang}", data={"text": "x" * (MOST + 1)})

    assert answer.status_code == 413
    assert words in answer.get_data(as_text=True)
    assert answer.headers["Connection"] == "close", "what was not read stands before whatever comes next"


def test_a_text_that_is_a_little_too_long_stands_in_its_form_with_how_much_fits(
    sqlite_store: Store, ring: Ring, rules: Rulebook
) -> None:
    client = create_app(
        make_house(sqlite_store, ring, rules, Clock(), Network(), FACES="intake")
    ).test_client()

    long = client.post("/complain?lang=es", data={"text": "x" * (LONGEST + 1)})
    fits = client.post("/complain?lang=es", data={"text": "agua " * (LONGEST // 5)})

    assert (long.status_code, fits.status_code) == (413, 200)
    assert f"entran {LONGEST} letras por vez" in long.get_data(as_text=True)
    assert "x" * LONGEST in long.get_data(as_text=True)
