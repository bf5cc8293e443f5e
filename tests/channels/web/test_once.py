"""A form of the staff that is sent twice writes one row, says so with the words in it, and does it when asked again."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from grievance import record, register
from grievance.keyring import Ring
from grievance.store import Store
from grievance.vocabulary import Role
from tests.channels.web.rooms import PASSPHRASE, Rooms, Visitor
from tests.factories import NOON
from workflows.rulebook import Rulebook

TODAY = NOON.date()
WORDS = "El dique tiene una grieta"
DIALOGUE = {
    "state": "held", "held_on": TODAY.isoformat(), "kind": "assembly", "zone": "ichupata", "women": "3", "men": "14",
    "company": "2", "authority": "0", "commitments": "1", "objective": WORDS, "result": "Se acordó una visita",
}  # fmt: skip
FINDING = {
    "kind": "answers", "place": "qorimayu/qorimayu", "due_on": (TODAY + timedelta(days=10)).isoformat(), "text": WORDS,
}  # fmt: skip
HAZARD = {"kind": "dam", "place": "qorimayu/huaylluray", "urgency": "today", "text": WORDS}
FORMS = [
    ("desk", "rosa", "/registers/dialogue", "dialogue", DIALOGUE),
    ("review", "ines", "/findings", "finding", FINDING),
    ("review", "ines", "/hazards", "hazard", HAZARD),
]


@pytest.fixture
def rooms(sqlite_store: Store, rules: Rulebook, ring: Ring) -> Rooms:
    return staffed(sqlite_store, rules, ring)


def staffed(store: Store, rules: Rulebook, ring: Ring) -> Rooms:
    made = Rooms(store, rules, ring, {"ines": PASSPHRASE, "luis": PASSPHRASE})
    made.hire("rosa")
    made.hire("ines", Role.REVIEWER, None)
    made.hire("luis", Role.FOCAL, None)
    return made


def after_of(page: str) -> str:
    found = re.search(r'name="after" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def send(who: Visitor, path: str, typed: dict[str, str]) -> str:
    who.answer = who.client.post(f"/{who.face}{path}", data=typed)
    return who.answer.text


def rows(rooms: Rooms, key: str) -> int:
    return len(rooms.house.store.read(lambda conn: register.items(conn, key)))


def refusals(rooms: Rooms) -> int:
    table = record.Entry.__table__  # type: ignore[attr-defined]
    found = select(table.c.seq).where(table.c.refused, table.c.kind == "register")
    return len(rooms.house.store.read(lambda conn: conn.execute(found).all()))


@pytest.mark.parametrize(("face", "login", "path", "key", "typed"), FORMS)
def test_a_second_click_writes_no_second_row_and_a_third_on_purpose_does(
    rooms: Rooms, face: str, login: str, path: str, key: str, typed: dict[str, str]
) -> None:
    who = rooms.sign_in(login, face=face)
    after = after_of(who.see(path))

    send(who, path, typed | {"after": after})
    first = who.status
    again = send(who, path, typed | {"after": after})

    assert (first, who.status, rows(rooms, key), refusals(rooms)) == (303, 409, 1, 0)
    assert "no se hizo por segunda vez" in again
    assert WORDS in again[again.index('name="after"') :]
    send(who, path, typed | {"after": after_of(again)})
    assert (who.status, rows(rooms, key)) == (303, 2)


@pytest.mark.parametrize("after", ["", "x", "2026-13-99.1", "²026-01-01.0"])
def test_a_page_that_says_nothing_is_taken_as_it_was(rooms: Rooms, after: str) -> None:
    officer = rooms.sign_in("rosa")

    send(officer, "/registers/dialogue", DIALOGUE | {"after": after})

    assert (officer.status, rows(rooms, "dialogue")) == (303, 1)


def test_of_two_clicks_at_once_one_writes(store: Store, rules: Rulebook, ring: Ring) -> None:
    rooms = staffed(store, rules, ring)
    officer = rooms.sign_in("rosa")
    after = after_of(officer.see("/registers/dialogue"))
    cookie = officer.client.get_cookie("desk")
    assert cookie is not None
    clicks = [Visitor(rooms.app.test_client(), "desk") for _ in range(4)]
    for one in clicks:
        one.client.set_cookie("desk", cookie.value)

    with ThreadPoolExecutor(max_workers=4) as hands:
        list(hands.map(lambda one: send(one, "/registers/dialogue", DIALOGUE | {"after": after}), clicks))

    assert sorted(one.status for one in clicks) == [303, 409, 409, 409]
    assert rows(rooms, "dialogue") == 1


def test_an_answer_sent_twice_is_said_to_stand_and_is_no_refusal(rooms: Rooms) -> None:
    reviewer, officer = rooms.sign_in("ines", face="review"), rooms.sign_in("rosa")
    send(reviewer, "/findings", FINDING)
    item = officer.see("/findings").split("?item=")[1].split('"')[0]
    answer = {"item": item, "text": "Se dirá", "after": after_of(officer.see(f"/findings?item={item}"))}

    send(officer, "/findings", answer)
    again = send(officer, "/findings", answer)

    assert officer.status == 409
    assert "Se registró una sola vez" in again
    assert refusals(rooms) == 0


def test_another_officers_row_stops_nobody(rooms: Rooms) -> None:
    rooms.hire("otro")
    one, other = rooms.sign_in("rosa"), rooms.sign_in("otro")
    after = after_of(one.see("/registers/dialogue"))

    send(other, "/registers/dialogue", DIALOGUE | {"after": after_of(other.see("/registers/dialogue"))})
    send(one, "/registers/dialogue", DIALOGUE | {"after": after})

    assert (one.status, rows(rooms, "dialogue")) == (303, 2)
