"""What stands beside a case's way can be done at the desk and in the review room, and says what is missing."""

import pytest
from sqlalchemy import select, update

from grievance import record
from grievance.keyring import Ring
from grievance.staff import Staff
from grievance.store import Store
from grievance.vocabulary import Role, Step
from tests.channels.web.rooms import PASSPHRASE, Rooms, without_token
from workflows.rulebook import Rulebook

STAFF = Staff.__table__  # type: ignore[attr-defined]
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
    officer.takes_up(number)
    officer.takes(number, "acknowledge")
    rooms.everything_reaches(number)
    officer.takes(number, "assess", flags="none", issues="1", severity=severity, text="Agua turbia")
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

    officer.takes(number, "investigate")
    stopped = Step.INVESTIGATE not in steps(rooms, number)
    officer.takes(number, "interim", measure="none")
    officer.takes(number, "investigate")

    assert stopped
    assert steps(rooms, number)[-2:] == [Step.INTERIM, Step.INVESTIGATE]


def test_a_document_is_shared_and_two_cases_are_linked_by_number(rooms: Rooms) -> None:
    number, other = assessed(rooms, severity="low"), rooms.complain()
    rooms.later(days=1)
    officer = rooms.sign_in("rosa")

    officer.takes(number, "share", **LETTER)
    officer.takes(number, "link", other=f"{other[:4]}-{other[4:]}")
    unknown = officer.step(number, "link", other="12")

    assert steps(rooms, number)[-2:] == [Step.UPDATE, Step.LINK]
    assert "en su propia lista" in unknown


def test_a_reviewer_records_a_mandate_and_transfers_the_case(rooms: Rooms) -> None:
    number = assessed(rooms, severity="low")
    rooms.later(minutes=2)
    reviewer = rooms.sign_in("ines", face="review")
    reviewer.takes_up(number)

    reviewer.takes(number, "mandate", **MANDATE)
    reviewer.takes(number, "second", what="document_withheld")
    reviewer.takes(number, "transfer", place="illapa/illapa")

    assert steps(rooms, number)[-3:] == [Step.MANDATE, Step.SECOND, Step.TRANSFER]
    assert (rooms.case(number).operator, rooms.case(number).room) == ("illapa", "review")


MANDATE = {
    "held_on": "2026-03-01", "until": "2027-03-01", "people": "40", "women": "22", "opt_out": "yes",
    "speaker": "Eulalia Ccori, presidenta", "minutes": "Acta 14: se acepta si hay agua limpia.",
}  # fmt: skip


def test_only_review_reads_the_minutes_and_who_speaks_also_when_another_desk_gets_the_case(
    rooms: Rooms,
) -> None:
    number = assessed(rooms, severity="low")
    rooms.later(minutes=2)
    reviewer, rosa = rooms.sign_in("ines", face="review"), rooms.sign_in("rosa")

    reviewer.takes_up(number)
    reviewer.takes(number, "mandate", **MANDATE)
    at_review, at_the_desk = reviewer.open(number), rosa.open(number)
    reviewer.takes(number, "transfer", place="illapa/illapa")
    reviewer.takes(number, "release")
    rooms.hire("berta", operator="illapa")
    theirs = rooms.sign_in("berta").open(number)

    for words in ("Eulalia Ccori", "Acta 14"):
        assert [words in page for page in (at_review, at_the_desk, theirs)] == [True, False, False]
    for page in (at_the_desk, theirs):
        assert "Solo la lee la entidad independiente" in page
        assert "Quién habla por el grupo" in page
        assert "no es para usted" not in page


def test_a_mandate_whose_minutes_are_too_long_is_given_back_with_what_was_typed(rooms: Rooms) -> None:
    number = assessed(rooms, severity="low")
    rooms.later(minutes=2)
    reviewer = rooms.sign_in("ines", face="review")
    reviewer.takes_up(number)

    page = reviewer.step(number, "mandate", **{**MANDATE, "minutes": "a" * 4001})
    short = reviewer.step(number, "mandate", **{**MANDATE, "speaker": " "})
    reviewer.takes(number, "mandate", **{**MANDATE, "minutes": "a" * 4000})

    assert "4000 letras como máximo, hay 4001" in page
    assert "Eulalia Ccori" in page
    assert "quién habla por el grupo" in short
    assert steps(rooms, number)[-1] == Step.MANDATE


def test_no_form_stands_open_by_itself_that_sends_a_case_elsewhere_or_begins_it_anew(rooms: Rooms) -> None:
    number = assessed(rooms, severity="low")
    rooms.later(minutes=2)
    reviewer = rooms.sign_in("ines", face="review")

    page = reviewer.open(number)

    assert 'id="step-route"' not in page  # a desk has it: it is transferred
    assert 'id="step-transfer"' in page
    assert '<section class="box act" id="step-transfer">' not in page


def test_nobody_is_referred_before_they_said_yes(rooms: Rooms) -> None:
    number = assessed(rooms, severity="low")
    rooms.later(minutes=2)
    officer = rooms.sign_in("rosa")

    officer.takes(number, "referral_preview", body="pe-ombudsman", text="Recibirían la fecha y el lugar.")
    rooms.everything_reaches(number)
    early = officer.step(number, "refer", body="pe-ombudsman")
    rooms.person(number, Step.CONSENT, what="referral", body="pe-ombudsman").settle()
    officer.takes(number, "refer", body="pe-ombudsman")

    assert "no ha dicho sí" in early
    assert steps(rooms, number)[-1] == Step.REFER


def test_a_reviewer_takes_somebody_off_a_case_and_their_reporting_line_where_it_is_about_them(
    rooms: Rooms,
) -> None:
    number = assessed(rooms, severity="low")
    rooms.hire("juan")
    rooms.hire("carla")
    line = update(STAFF).where(STAFF.c.login.in_(["rosa", "juan"])).values(unit="relations")
    rooms.house.store.transact(lambda c: c.execute(line))
    rosa = rooms.house.store.read(
        lambda c: c.execute(select(STAFF.c.id).where(STAFF.c.login == "rosa")).scalar_one()
    )
    rooms.later(days=1)
    desks = {name: rooms.sign_in(name) for name in ("rosa", "juan", "carla")}
    before = [desk.open(number) for desk in desks.values()]
    reviewer = rooms.sign_in("ines", face="review")
    reviewer.takes_up(number)

    reviewer.takes(number, "recuse_other", recused=rosa, line="yes")

    after = {name: desk.see(f"/cases/{number}") for name, desk in desks.items()}
    assert all("step-" in page for page in before)
    assert {name for name, page in after.items() if "step-" in page} == {"carla"}
    assert "step-" not in desks["juan"].open(number)
    assert "step-" in reviewer.see(f"/cases/{number}")


def test_no_sign_on_a_page_tells_a_desk_that_a_colleague_was_taken_off(rooms: Rooms) -> None:
    number = assessed(rooms, severity="low")
    rooms.hire("carla")
    rosa = rooms.house.store.read(
        lambda c: c.execute(select(STAFF.c.id).where(STAFF.c.login == "rosa")).scalar_one()
    )
    rooms.later(days=1)
    desk = rooms.sign_in("carla")
    desk.open(number)
    reviewer = rooms.sign_in("ines", face="review")
    reviewer.takes_up(number)
    before = without_token(desk.see(f"/cases/{number}"))

    reviewer.takes(number, "recuse_other", recused=rosa)

    assert without_token(desk.see(f"/cases/{number}")) == before
    assert steps(rooms, number)[-1] == Step.RECUSE


def test_a_longer_answer_needs_a_reason_of_the_list(rooms: Rooms) -> None:
    number = assessed(rooms, severity="low")
    rooms.later(days=1)
    officer = rooms.sign_in("rosa")
    form = {"clock": "answer", "days": "5", "text": "El laboratorio demora más."}

    refused = officer.step(number, "extend", **form)
    before = steps(rooms, number)
    officer.takes(number, "extend", **form, reason="sample")

    assert "Elija por qué demora" in refused
    assert Step.EXTEND not in before
    assert steps(rooms, number)[-1] == Step.EXTEND


def test_how_serious_a_case_is_is_corrected_with_a_reason_and_nothing_is_missing_before(rooms: Rooms) -> None:
    number = assessed(rooms, severity="low")
    rooms.later(days=1)
    officer = rooms.sign_in("rosa")
    page = officer.open(number)

    refused = officer.step(number, "correct_severity", severity="high")
    officer.takes(number, "correct_severity", severity="high", reason="misread")

    assert "Elija qué se corrige" not in page
    assert "Elija de la lista por qué se corrige" in refused
    assert rooms.case(number).severity == "high"
