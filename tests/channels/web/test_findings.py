"""A finding stands where it has to be answered: in the review room, at the desk of that company, on a public page."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from channels.app import create_app
from channels.house import House
from grievance import settings
from grievance.commitment import Commitment
from grievance.keyring import Ring
from grievance.store import Store
from grievance.vocabulary import CommitmentState, Role
from tests.channels.web.rooms import PASSPHRASE, Rooms, Visitor, words_of
from tests.factories import NOON
from workflows.clockwork import rounds
from workflows.rulebook import Rulebook

COMMITMENTS = Commitment.__table__  # type: ignore[attr-defined]
DUE = (NOON.date() + timedelta(days=10)).isoformat()
FOUND, SAID = "Tres respuestas no dicen qué se hará.", "Cada respuesta dirá qué se hará y cuándo."
OF_SITE = {"kind": "answers", "place": "qorimayu/qorimayu", "due_on": DUE, "text": FOUND}


@pytest.fixture
def rooms(sqlite_store: Store, rules: Rulebook, ring: Ring) -> Rooms:
    made = Rooms(sqlite_store, rules, ring, {"ines": PASSPHRASE, "luis": PASSPHRASE})
    made.hire("rosa")
    made.hire("marisol", operator="illapa")
    made.hire("ines", Role.REVIEWER, None)
    made.hire("luis", Role.FOCAL, None)
    return made


@pytest.fixture
def reviewer(rooms: Rooms) -> Visitor:
    return rooms.sign_in("ines", face="review")


@pytest.fixture
def officer(rooms: Rooms) -> Visitor:
    return rooms.sign_in("rosa")


def write(who: Visitor, **typed: str) -> str:
    page = who.client.post(f"/{who.face}/findings", data=typed, follow_redirects=True)
    who.answer = page
    return words_of(page.text)


def last(who: Visitor) -> str:
    """The item that the page offers to say something about."""
    return who.see("/findings").split("?item=")[1].split('"')[0]


def public_page(rooms: Rooms) -> str:
    house = House(settings.load({"GRIEVANCE_FACES": "public"}), rooms.house.store, rooms.house.ring, rooms.house.rules,
                  now=lambda: rooms.now)  # fmt: skip
    return words_of(create_app(house).test_client().get("/findings?lang=es").text)


def test_a_finding_goes_from_the_review_room_to_the_desk_and_back(
    rooms: Rooms, reviewer: Visitor, officer: Visitor
) -> None:
    write(reviewer, **OF_SITE)
    asked = words_of(officer.see("/findings?lang=es"))
    write(officer, item=last(officer), text=SAID)
    again = words_of(officer.see("/findings?lang=es"))
    write(reviewer, item=last(reviewer), verdict="accepted")

    assert FOUND in asked
    assert "Espera la respuesta de la empresa" in asked
    assert "Se responde una sola vez" not in again
    assert all(words in public_page(rooms) for words in (FOUND, SAID, "acepta la respuesta"))


def test_an_answer_that_is_late_is_said_in_words_at_the_desk_and_in_the_review_room(
    rooms: Rooms, reviewer: Visitor
) -> None:
    write(reviewer, **OF_SITE)
    rooms.later(days=11)
    pages = {who: rooms.sign_in(who, face=face) for who, face in (("rosa", "desk"), ("ines", "review"))}

    lists = [who.see("?lang=es") for who in pages.values()]
    found = [words_of(who.see("/findings?lang=es")) for who in pages.values()]

    assert all('<b class="late">1</b>' in page for page in lists)
    assert all("Respuesta vencida desde el" in page for page in found)


def test_a_finding_about_a_case_is_for_who_read_it_and_for_no_other_company(rooms: Rooms) -> None:
    number = rooms.complain()
    about = {"kind": "dates", "case": number, "due_on": DUE, "text": FOUND}
    rooms.later(days=1)
    reviewer = rooms.sign_in("ines", face="review")
    unread = write(reviewer, **about, lang="es")
    reviewer.takes_up(number)
    write(reviewer, **about)
    at_review = reviewer.see(f"/cases/{number}")
    rosa = rooms.sign_in("rosa")
    rosa.takes_up(number)
    at_the_desk = rosa.see(f"/cases/{number}")
    shown = words_of(rosa.see("/findings?lang=es"))
    other = words_of(rooms.sign_in("marisol").see("/findings?lang=es"))

    assert "Abra primero el caso" in unread
    item = at_review.split("/review/findings?item=")[1].split('"')[0]
    assert f"/desk/findings?item={item}" in at_the_desk
    assert "Observación del" in words_of(at_review)
    assert f"/review/findings?case={number[:4]}-{number[4:]}" in at_review
    assert "findings?case=" not in at_the_desk
    assert FOUND in reviewer.see(f"/findings?item={item}")
    assert f"{number[:4]}-{number[4:]}" in shown
    assert FOUND not in other
    assert FOUND not in public_page(rooms)


def test_a_focal_point_reads_findings_and_an_officer_writes_none(
    rooms: Rooms, reviewer: Visitor, officer: Visitor
) -> None:
    write(reviewer, **OF_SITE)
    focal = rooms.sign_in("luis", face="review")

    tried = write(officer, **OF_SITE, lang="es")
    item = focal.see("/findings").split('class="box act"')

    assert "Solo una persona revisora" in tried
    assert len(item) == 1
    assert FOUND in words_of(item[0])


def test_a_reviewer_says_whether_an_order_was_followed_and_the_company_reads_it_in_the_case(
    rooms: Rooms,
) -> None:
    number = rooms.complain()
    rooms.later(days=120)
    case_id, at = rooms.case(number).id, rooms.moment()
    rooms.house.store.transact(lambda c: rounds.escalate(c, case_id, rules=rooms.house.rules, at=at))
    reviewer = rooms.sign_in("ines", face="review")
    reviewer.takes_up(number)
    reviewer.takes(number, "decide", decision="order_answer", text="Reparen el canal.", outcome="commitments",
                  commitment_1="Reparar el canal", due_1=(rooms.now.date() + timedelta(days=20)).isoformat())  # fmt: skip
    rooms.later(days=60)
    reviewer = rooms.sign_in("ines", face="review")
    listed = words_of(reviewer.see("/orders?lang=es"))
    item = reviewer.see("/orders").split("?item=")[1].split('"')[0]
    typed = {"item": item, "verdict": "partly", "evidence": "visit", "action": "panel", "lang": "es"}
    after = reviewer.see(f"/orders?item={item}").split('name="after" value="')[1].split('"')[0]
    clicks = [reviewer.client.post("/review/orders", data=typed | {"after": after}) for _ in range(2)]

    assert [one.status_code for one in clicks] == [303, 409]
    assert "no se hizo por segunda vez" in clicks[1].text
    assert "Su día pasó y nadie lo ha revisado" in listed
    assert "Se avisa a la mesa" in words_of(reviewer.see("/orders?lang=es"))
    assert "Se hizo en parte" in words_of(rooms.sign_in("rosa").open(number))


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (CommitmentState.AGREED, "Todavía en plazo"),
        (CommitmentState.DONE_BY_COMPANY, "La empresa dice que se hizo y nadie lo ha revisado"),
        (CommitmentState.KEPT, "Se confirmó que se hizo y nadie de revisión lo ha mirado"),
        (CommitmentState.MISSED, "Se dijo que no se hizo y nadie de revisión lo ha mirado"),
    ],
)
def test_of_an_order_it_is_said_who_spoke_of_it_last(rooms: Rooms, state: CommitmentState, said: str) -> None:
    number = rooms.complain()
    rooms.later(days=120)
    case_id, at = rooms.case(number).id, rooms.moment()
    rooms.house.store.transact(lambda c: rounds.escalate(c, case_id, rules=rooms.house.rules, at=at))
    reviewer = rooms.sign_in("ines", face="review")
    reviewer.takes_up(number)
    reviewer.takes(number, "decide", decision="order_answer", text="Reparen el canal.", outcome="commitments",
                  commitment_1="Reparar el canal", due_1=(rooms.now.date() + timedelta(days=20)).isoformat())  # fmt: skip
    rooms.house.store.transact(lambda c: c.execute(update(COMMITMENTS).values(state=state)))

    assert said in words_of(reviewer.see("/orders?lang=es"))
