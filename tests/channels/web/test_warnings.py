"""Before a date passes the desk says so twice, in words: when three quarters and when nine tenths of the time are used."""

import pytest

from grievance import case as cases
from grievance.keyring import Ring
from grievance.store import Store
from grievance.vocabulary import Clock, Role
from tests.channels.web.rooms import PASSPHRASE, Rooms, words_of
from workflows import deadlines
from workflows.rulebook import Rulebook

HALF, MOST, NEARLY = 0.6, 0.8, 0.95
SAID = ("Usado el 75 % del plazo", "Usado el 90 % del plazo")


@pytest.fixture
def rooms(store: Store, rules: Rulebook, ring: Ring) -> Rooms:
    made = Rooms(store, rules, ring, {"ines": PASSPHRASE})
    made.hire("rosa")
    made.hire("ines", Role.REVIEWER, None)
    return made


def used(rooms: Rooms, number: str, name: Clock, share: float) -> None:
    """Let so much of a clock's time go by."""
    case = rooms.case(number)
    clock = next(c for c in rooms.house.store.read(lambda c: cases.clocks_of(c, case.id)) if c.name == name)
    calendar = rooms.house.rules.calendar(case.procedure_version, site=case.site, operator=case.operator)
    unit = rooms.house.rules.deadline(case.procedure_version, name).unit
    days = deadlines.between(clock.started_on, clock.due_on, unit, calendar)
    day = deadlines.after(clock.started_on, int(days * share + 0.5), unit, calendar)
    rooms.later(days=(day - rooms.now.date()).days)


@pytest.mark.parametrize(("share", "said"), [(HALF, ""), (MOST, SAID[0]), (NEARLY, SAID[1])])
def test_a_clock_warns_in_the_case_before_its_date(rooms: Rooms, share: float, said: str) -> None:
    number = rooms.complain()
    used(rooms, number, Clock.ANSWER, share)

    page = words_of(rooms.sign_in("rosa").open(number))

    assert [words for words in SAID if words in page] == [said] * bool(said)


def test_the_list_warns_of_what_is_due_next_and_a_missed_date_is_no_warning_any_more(rooms: Rooms) -> None:
    number = rooms.complain()
    used(rooms, number, Clock.ACKNOWLEDGE, NEARLY)
    desk = words_of(rooms.sign_in("rosa").see())
    rooms.later(days=7)
    after = words_of(rooms.sign_in("rosa").see())

    assert SAID[1] in desk
    assert not any(words in after for words in SAID)
