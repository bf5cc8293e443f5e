"""What the review room shows that waits for somebody's eyes: offers of money, a risk nobody looked at, six months after."""

from datetime import timedelta

import pytest

from grievance.keyring import Ring
from grievance.store import Store
from grievance.vocabulary import Role, State, Step
from tests.channels.web.rooms import PASSPHRASE, Rooms, Visitor, shown
from tests.factories import ANSWERED, a_case, a_reviewer, an_officer, take, the_complainant, withdraw
from workflows.protection import reprisals
from workflows.rulebook import Rulebook

THE_PERSON = the_complainant()
NOBODY_LOOKED = "nadie miró el riesgo"
SIX_MONTHS = "Van a ser seis meses"


@pytest.fixture
def rooms(sqlite_store: Store, rules: Rulebook, ring: Ring) -> Rooms:
    made = Rooms(sqlite_store, rules, ring, {"rosa": PASSPHRASE})
    made.hire("rosa", Role.REVIEWER, None)
    return made


@pytest.fixture
def reviewer(rooms: Rooms) -> Visitor:
    return rooms.sign_in("rosa", face="review")


def test_an_offer_of_money_stands_in_a_list_until_somebody_of_the_third_party_read_it(
    rooms: Rooms, reviewer: Visitor
) -> None:
    store, rules = rooms.house.store, rooms.house.rules
    paid, mended = (a_case(store, rules, state=State.INVESTIGATING, now=rooms.now) for _ in range(2))
    for case, words in ((paid, "We pay you 300 soles."), (mended, "We mend the pipe.")):
        take(store, case, Step.ADD, actor=THE_PERSON, rules=rules, now=rooms.now).settle()
        take(
            store,
            case,
            Step.PROPOSE,
            actor=an_officer(),
            rules=rules,
            now=rooms.now,
            facts=ANSWERED,
            words=words,
        ).settle()

    waiting = reviewer.see("?view=money")
    facts = {"what": "no_waiver"}
    take(store, paid, Step.SECOND, actor=a_reviewer(), rules=rules, now=rooms.now, facts=facts).settle()
    read = reviewer.see("?view=money")

    assert shown(paid.number) in waiting
    assert shown(mended.number) not in waiting
    assert shown(paid.number) not in read


def test_a_risk_that_nobody_looked_at_is_owed_within_a_day_and_then_gone(
    rooms: Rooms, reviewer: Visitor
) -> None:
    number = rooms.complain()
    case = rooms.case(number)
    store, rules, danger = rooms.house.store, rooms.house.rules, {"flag": "retaliation"}
    take(
        store, case, Step.HAND_TO_FOCAL, actor=an_officer(), rules=rules, now=rooms.now, facts=danger
    ).settle()

    owed = store.read(reprisals.first_looks)
    before = reviewer.see()
    looked = {"measure": "none", "likelihood": 2, "harm": 3}
    take(store, case, Step.INTERIM, actor=a_reviewer(), rules=rules, now=rooms.now, facts=looked).settle()

    assert [one.due_at for one in owed] == [rooms.now + timedelta(hours=24)]
    assert NOBODY_LOOKED in before
    assert NOBODY_LOOKED not in reviewer.see()


def test_six_months_after_the_end_somebody_opens_it_again_and_no_other_case_is_shown(
    rooms: Rooms, reviewer: Visitor
) -> None:
    store, rules = rooms.house.store, rooms.house.rules
    threatened, ordinary = rooms.complain(protected=True), rooms.complain(protected=True)
    for number, flag in ((threatened, "retaliation"), (ordinary, "common_danger")):
        facts = {"flag": flag}
        take(
            store,
            rooms.case(number),
            Step.HAND_TO_FOCAL,
            actor=a_reviewer(),
            rules=rules,
            now=rooms.now,
            facts=facts,
        ).settle()
        withdraw(store, rooms.case(number), rules=rules, now=rooms.now)
    early = reviewer.see()
    rooms.later(days=8 + 166)
    again = rooms.sign_in("rosa", face="review")

    late = again.see()
    again.takes_up(threatened)

    assert SIX_MONTHS not in early
    assert shown(threatened) in late[late.index(SIX_MONTHS) :][:200]
    assert store.read(lambda conn: reprisals.last_looks(conn, today=rooms.now.date())) == []


def test_the_review_room_says_with_whom_in_danger_nobody_has_spoken_and_by_when(
    rooms: Rooms, reviewer: Visitor
) -> None:
    number = rooms.complain(protected=True)

    owed = reviewer.see()
    rooms.later(days=3)
    again = rooms.sign_in("rosa", face="review")
    late = again.see()
    again.takes_up(number)
    again.takes(number, "acknowledge")

    assert f"con cuidado: {shown(number)}" in owed
    assert f"nadie se ha comunicado con la persona: {shown(number)}" in late
    assert "nadie se ha comunicado" not in again.see()
