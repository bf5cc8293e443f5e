"""What stands beside a case's way can be done at the desk and in the review room, and says what is missing."""

import pytest

from grievance import record
from grievance.keyring import Ring
from grievance.store import Store
from grievance.vocabulary import Role, Step
from tests.channels.web.rooms import PASSPHRASE, Rooms
from workflows.rulebook import Rulebook

LETTER = {"text": "El informe dice que se midió el lunes."}


@pytest.fixture
def rooms(sqlite_store: Store, rules: Rulebook, ring: Ring) -> Rooms:
    return Rooms(sqlite_store, rules, ring, {"ines": PASSPHRASE})


def assessed(rooms: Rooms, *, severity: str) -> str:
    number = rooms.complain(by=rooms.somebody())
    rooms.hire("rosa")
    rooms.hire("ines", Role.REVIEWER, None)
    rooms.later(days=1)
    officer = rooms.sign_in("rosa")
    officer.open(number)
    officer.step(number, "acknowledge")
    rooms.everything_reaches(number)
    officer.step(number, "assess", flags="none", issues="1", severity=severity, text="Agua turbia")
    return number


def steps(rooms: Rooms, number: str) -> list[str]:
    case = rooms.case(number).id
    return [
        e.step for e in rooms.house.store.read(lambda c: list(record.entries_of(c, case))) if not e.refused
    ]


def test_an_officer_decides_what_cannot_wait_and_goes_on(rooms: Rooms) -> None:
    number = assessed(rooms, severity="high")
    rooms.later(days=4)
    officer = rooms.sign_in("rosa")

    officer.step(number, "investigate")
    stopped = Step.INVESTIGATE not in steps(rooms, number)
    officer.step(number, "interim", measure="none")
    officer.step(number, "investigate")

    assert stopped
    assert steps(rooms, number)[-2:] == [Step.INTERIM, Step.INVESTIGATE]


def test_a_document_is_shared_and_two_cases_are_linked_by_number(rooms: Rooms) -> None:
    number, other = assessed(rooms, severity="low"), rooms.complain()
    rooms.later(days=1)
    officer = rooms.sign_in("rosa")

    officer.step(number, "share", **LETTER)
    officer.step(number, "link", other=f"{other[:4]}-{other[4:]}")
    unknown = officer.step(number, "link", other="12")

    assert steps(rooms, number)[-2:] == [Step.UPDATE, Step.LINK]
    assert "en su propia lista" in unknown


def test_a_reviewer_records_a_mandate_and_transfers_the_case(rooms: Rooms) -> None:
    number = assessed(rooms, severity="low")
    rooms.later(minutes=2)
    reviewer = rooms.sign_in("ines", face="review")
    reviewer.open(number)

    reviewer.step(number, "mandate", held_on="2026-03-01", people="40", women="22", opt_out="yes")
    reviewer.step(number, "second", what="document_withheld")
    reviewer.step(number, "transfer", place="illapa/illapa")

    assert steps(rooms, number)[-3:] == [Step.MANDATE, Step.SECOND, Step.TRANSFER]
    assert (rooms.case(number).operator, rooms.case(number).room) == ("illapa", "review")


def test_nobody_is_referred_before_they_said_yes(rooms: Rooms) -> None:
    number = assessed(rooms, severity="low")
    rooms.later(minutes=2)
    officer = rooms.sign_in("rosa")

    officer.step(number, "referral_preview", body="pe-ombudsman", text="Recibirían la fecha y el lugar.")
    rooms.everything_reaches(number)
    early = officer.step(number, "refer", body="pe-ombudsman")
    rooms.person(number, Step.CONSENT, what="referral", body="pe-ombudsman").settle()
    officer.step(number, "refer", body="pe-ombudsman")

    assert "no ha dicho sí" in early
    assert steps(rooms, number)[-1] == Step.REFER
