"""Whoever sends more than fits is told so, in their language."""

import pytest

from channels.app import MOST, create_app
from grievance.keyring import Ring
from grievance.store import Store
from tests.sending import Clock, Network, make_house
from workflows.rulebook import Rulebook


@pytest.mark.parametrize(("lang", "words"), [("es", "Muy largo"), ("en", "Too long")])
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
