"""A covered passage reaches the desk only by review, word for word, with its reason in the record, and no further."""

from typing import Any

import pytest

from grievance import record
from grievance.keyring import Ring
from grievance.store import Store
from grievance.vocabulary import Role, Step
from tests.channels.web.rooms import PASSPHRASE, Rooms, Visitor, words_of
from workflows.rulebook import Rulebook

WRITTEN = "El agua sale turbia detrás de la casa de don Anselmo Quispe, llame al 987654321"
PASSAGE = "la casa de don Anselmo Quispe"


@pytest.fixture
def rooms(store: Store, rules: Rulebook, ring: Ring) -> Rooms:
    made = Rooms(store, rules, ring, {"ines": PASSPHRASE})
    made.hire("rosa")
    made.hire("ines", Role.REVIEWER, None)
    return made


@pytest.fixture
def number(rooms: Rooms) -> str:
    return rooms.complain(WRITTEN)


@pytest.fixture
def reviewer(rooms: Rooms, number: str) -> Visitor:
    who = rooms.sign_in("ines", face="review")
    who.takes_up(number)
    return who


def at_desk(rooms: Rooms, number: str) -> str:
    return words_of(rooms.sign_in("rosa").open(number))


def release(reviewer: Visitor, number: str, **typed: Any) -> str:
    return words_of(reviewer.step(number, "unmask", **{"text": PASSAGE, "reason": "they_agreed", **typed}))


def test_a_passage_that_review_releases_is_read_at_the_desk_and_nothing_around_it(
    rooms: Rooms, number: str, reviewer: Visitor
) -> None:
    before = at_desk(rooms, number)
    release(reviewer, number)
    rooms.later(minutes=1)

    after = at_desk(rooms, number)

    assert "Anselmo" not in before
    assert PASSAGE in after
    assert "entregada por la entidad independiente el" in after
    assert "987654321" not in after


def test_the_release_is_an_entry_with_its_reason_and_without_the_words(
    rooms: Rooms, number: str, reviewer: Visitor
) -> None:
    release(reviewer, number)

    entries = rooms.house.store.read(lambda c: record.entries_of(c, rooms.case(number).id))
    assert (entries[-1].step, entries[-1].role, entries[-1].refused) == (Step.UNMASK, "reviewer", False)
    assert '"reason":"they_agreed"' in entries[-1].facts
    assert "Anselmo" not in entries[-1].facts


REFUSED: tuple[tuple[dict[str, str], str], ...] = (
    ({"text": "la casa de don Julián"}, "no están en lo que la persona escribió"),
    ({"reason": ""}, "Diga con la lista por qué"),
    ({"text": "llame al 987654321"}, "un número o una dirección de alguien"),
    ({"text": " "}, "Copie el pasaje"),
)


def test_what_the_person_did_not_write_and_what_leads_to_them_is_not_released(
    rooms: Rooms, number: str, reviewer: Visitor
) -> None:
    pages = [(release(reviewer, number, **typed), why) for typed, why in REFUSED]

    assert [why for page, why in pages if why not in page] == []
    assert "Anselmo" not in at_desk(rooms, number)


def test_another_companys_desk_does_not_get_what_was_released_to_this_one(
    rooms: Rooms, number: str, reviewer: Visitor
) -> None:
    rooms.hire("marisol", operator="illapa")
    release(reviewer, number)
    reviewer.takes(number, "transfer", place="illapa/illapa")
    reviewer.takes(number, "release")
    rooms.later(minutes=1)

    theirs = words_of(rooms.sign_in("marisol").open(number))

    assert "agua sale turbia" in theirs
    assert "Anselmo" not in theirs


def test_a_protected_case_offers_no_such_step(rooms: Rooms) -> None:
    number = rooms.complain(WRITTEN, protected=True)
    reviewer = rooms.sign_in("ines", face="review")

    page = reviewer.open(number)
    refused = words_of(reviewer.step(number, "unmask", text=PASSAGE, reason="they_agreed"))

    assert 'id="step-unmask"' not in page
    assert "Anotado" not in refused
