"""Whoever is in danger is spoken with within the day the rules say, and everybody who has to sees when nobody did."""

from datetime import timedelta

from grievance.store import Store
from grievance.vocabulary import State, Step
from tests.factories import LATER, NOON, a_case, a_focal_point, an_officer, take, the_complainant
from workflows.protection import safecontact
from workflows.protection.safecontact import Waiting
from workflows.rulebook import Rulebook

DAY = timedelta(days=1)


def waiting(store: Store, rules: Rulebook) -> list[Waiting]:
    return store.read(lambda conn: safecontact.waiting(conn, rules=rules))


def test_who_is_in_danger_waits_until_somebody_of_the_third_party_speaks_with_them(
    store: Store, rules: Rulebook
) -> None:
    case = a_case(store, rules, protected=True)
    a_case(store, rules)

    owed = waiting(store, rules)
    take(store, case, Step.OPEN, actor=a_focal_point(), rules=rules).settle()
    opened = waiting(store, rules)
    take(store, case, Step.ACKNOWLEDGE, actor=a_focal_point(), rules=rules).settle()

    assert owed == opened == [Waiting(case.number, (NOON + DAY).date())]
    assert [owed[0].is_late((NOON + days * DAY).date()) for days in (1, 2)] == [False, True]
    assert waiting(store, rules) == []


def test_what_the_company_said_before_is_no_safe_contact(store: Store, rules: Rulebook) -> None:
    case = a_case(store, rules, state=State.INVESTIGATING)
    handed = {"flag": "retaliation"}
    take(
        store, case, Step.HAND_TO_FOCAL, actor=an_officer(), rules=rules, facts=handed, now=LATER + 3 * DAY
    ).settle()

    assert waiting(store, rules) == [Waiting(case.number, (LATER + 4 * DAY).date())]


def test_of_what_is_over_nobody_is_owed_anything(store: Store, rules: Rulebook) -> None:
    case = a_case(store, rules, protected=True)
    take(store, case, Step.ERASE, actor=the_complainant(), rules=rules, facts={"pressed": False}).settle()

    assert waiting(store, rules) == []
