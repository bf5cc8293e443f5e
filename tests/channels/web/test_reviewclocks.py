"""The third party looks at every clock itself, and reads nobody's words while it does."""

import csv
import io

import pytest
from sqlalchemy import text

from grievance.keyring import Ring
from grievance.store import Store
from grievance.vocabulary import Role, State
from tests.channels.web.rooms import NARRATIVE, PASSPHRASE, Rooms, Visitor, shown, words_of
from workflows.clockwork import rounds
from workflows.rulebook import Rulebook

CLOCKS = "/clocks?lang=en"


@pytest.fixture
def rooms(store: Store, rules: Rulebook, ring: Ring) -> Rooms:
    made = Rooms(store, rules, ring, {"rosa": PASSPHRASE, "luis": PASSPHRASE})
    made.hire("rosa", Role.REVIEWER, None)
    made.hire("luis", Role.FOCAL, None)
    return made


@pytest.fixture
def reviewer(rooms: Rooms) -> Visitor:
    return rooms.sign_in("rosa", face="review")


def rows(visitor: Visitor, path: str = "/clocks.csv") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(visitor.see(path))))


def test_every_clock_stands_there_with_its_dates(rooms: Rooms, reviewer: Visitor) -> None:
    ordinary, protected = rooms.complain(), rooms.complain(protected=True)

    page = words_of(reviewer.see(CLOCKS))

    assert "Every cell agrees" in page
    assert shown(ordinary) in page
    assert shown(protected) in page
    assert "from Mar 4, 2026" in page or "from 4 Mar 2026" in page


def test_no_narrative_is_shown_and_no_case_is_opened(rooms: Rooms, reviewer: Visitor) -> None:
    number = rooms.complain()

    page = reviewer.see(CLOCKS) + reviewer.see("/clocks.csv")

    assert NARRATIVE not in page
    assert "Anselmo" not in page
    opened = rooms.house.store.read(
        lambda c: c.execute(text("SELECT count(*) FROM entries WHERE step = 'open'")).scalar()
    )
    assert opened == 0
    assert shown(number) in page


def test_a_date_changed_by_hand_is_shown_with_both_dates(rooms: Rooms, reviewer: Visitor) -> None:
    number = rooms.complain()
    change = text("UPDATE clocks SET due_on = '2027-01-01' WHERE name = 'answer'")
    rooms.house.store.transact(lambda c: c.execute(change))

    page = words_of(reviewer.see(CLOCKS))

    assert "Look at each of them" in page
    assert f"Case {shown(number)}, First answer 1: date due is 2026-04-01" in page
    assert "2027-01-01 at the desk" in page


def test_what_is_late_can_be_listed_alone(rooms: Rooms) -> None:
    late = rooms.complain()
    rooms.later(days=20)
    in_time = rooms.complain()
    again = rooms.sign_in("luis", face="review")

    page = words_of(again.see("/clocks?which=late&lang=en"))

    assert shown(late) in page
    assert shown(in_time) not in page
    assert "The missed date was never logged" in page


def test_a_question_and_a_longer_date_say_why(rooms: Rooms, reviewer: Visitor) -> None:
    rooms.hire("ana")
    officer = rooms.sign_in("ana")
    number = rooms.complain()
    officer.takes_up(number)
    officer.takes(number, "acknowledge")
    officer.takes(number, "assess", flags="none", issues="1", severity="medium", text="Agua turbia")
    officer.takes(number, "ask", reason="need_info", text="¿En qué canal?")
    rooms.everything_reaches(number)

    page = words_of(reviewer.see("/clocks?which=still&lang=en"))
    (row,) = [row for row in rows(reviewer) if row["pauses"]]

    assert "Stands still since" in page
    assert "We need information" in page
    assert (row["clock"], row["pauses"]) == ("answer", "2026-03-04.. need_info")


def test_the_reviews_that_wait_stand_first_with_their_clock(rooms: Rooms) -> None:
    number, escalated = rooms.complain(), rooms.complain()
    rooms.later(days=90)
    case_id, at = rooms.case(escalated).id, rooms.moment()
    rooms.house.store.transact(lambda c: rounds.escalate(c, case_id, rules=rooms.house.rules, at=at))
    reviewer = rooms.sign_in("rosa", face="review")

    page = words_of(reviewer.see(CLOCKS))

    assert rooms.case(escalated).state == State.UNDER_INDEPENDENT_REVIEW
    assert "Independent reviews to decide" in page
    assert page.index(shown(escalated)) < page.index(shown(number))


def test_company_site_clock_and_months_can_be_chosen(rooms: Rooms, reviewer: Visitor) -> None:
    mine, theirs = rooms.complain(), rooms.complain(operator="illapa")

    of_one = {row["case"] for row in rows(reviewer, "/clocks.csv?operator=illapa")}
    of_site = {row["case"] for row in rows(reviewer, "/clocks.csv?site=qorimayu")}
    of_clock = {row["clock"] for row in rows(reviewer, "/clocks.csv?clock=assess")}
    of_later = rows(reviewer, "/clocks.csv?from=2026-03&to=2026-03")
    of_before = rows(reviewer, "/clocks.csv?to=2026-02")

    assert (of_one, of_site) == ({shown(theirs)}, {shown(mine)})
    assert of_clock == {"assess"}
    assert len(of_later) == 6
    assert of_before == []


@pytest.mark.parametrize(
    "asked", ["operator=nobody", "site=nowhere", "clock=cuckoo", "which=mine", "from=2026", "to=13"]
)
def test_what_is_not_there_cannot_be_asked_for(reviewer: Visitor, asked: str) -> None:
    reviewer.see(f"/clocks?{asked}")

    assert reviewer.status == 404


def test_a_page_that_is_no_number_is_the_first(rooms: Rooms, reviewer: Visitor) -> None:
    number = rooms.complain()

    page = reviewer.see(f"{CLOCKS}&page=soon")

    assert reviewer.status == 200
    assert shown(number) in page


def test_the_desk_has_no_such_page_and_nobody_sees_it_unsigned(rooms: Rooms) -> None:
    rooms.hire("ana")
    officer = rooms.sign_in("ana")

    at_the_desk = officer.client.get("/desk/clocks")
    not_theirs = officer.client.get("/review/clocks")

    assert at_the_desk.status_code == 404
    assert not_theirs.status_code == 302
    assert not_theirs.headers["Location"].endswith("/review/login")


def test_the_room_leads_to_the_page(reviewer: Visitor) -> None:
    page = reviewer.see("")

    assert 'href="/review/clocks"' in page


def test_who_serves_one_site_sees_the_clocks_of_that_site_and_of_no_other(
    rooms: Rooms, reviewer: Visitor
) -> None:
    number = rooms.complain()
    site = rows(reviewer)[0]["site"]
    other = next(one.key for one in rooms.house.rules.current.sites if one.key != site)

    def serves(key: str) -> None:
        change = text("UPDATE staff SET sites = :sites WHERE login = 'rosa'")
        rooms.house.store.transact(lambda conn: conn.execute(change, {"sites": f'["{key}"]'}).rowcount)

    serves(other)
    assert rows(reviewer) == []
    assert shown(number) not in reviewer.see(CLOCKS)
    reviewer.see(f"/clocks?site={site}")
    assert reviewer.status == 404
    serves(site)
    assert {row["site"] for row in rows(reviewer)} == {site}
    assert shown(number) in reviewer.see(CLOCKS)
