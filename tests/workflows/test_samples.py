"""Danger that no word list heard is looked for by people, in cases that nobody chose."""

from datetime import timedelta

import pytest

from grievance.store import Store
from grievance.vocabulary import Step
from tests.factories import NOON, a_case, a_focal_point, a_reviewer, an_officer, take
from workflows.protection import samples
from workflows.rulebook import Rulebook

NEXT_MONTH = NOON.date() + timedelta(days=30)


def test_one_in_twenty_is_drawn_and_one_at_least_of_each_company_and_always_the_same(
    store: Store, rules: Rulebook
) -> None:
    for _ in range(5):
        a_case(store, rules)
    a_case(store, rules, operator="illapa", site="illapa")
    a_case(store, rules, protected=True)

    once = store.read(lambda conn: samples.draw(conn, today=NEXT_MONTH))
    again = store.read(lambda conn: samples.draw(conn, today=NEXT_MONTH))
    too_early = store.read(lambda conn: samples.draw(conn, today=NOON.date()))

    assert once == again
    assert {one.operator for one in once} == {"qorimayu", "illapa"}
    assert (len(once) < 6, too_early) == (True, ())


@pytest.mark.parametrize(
    ("officers", "looked"), [(True, False), (False, True)], ids=["by the company", "by the third party"]
)
def test_only_a_look_of_the_third_party_counts(
    store: Store, rules: Rulebook, *, officers: bool, looked: bool
) -> None:
    case = a_case(store, rules)
    actor = an_officer() if officers else a_reviewer()
    take(store, case, Step.OPEN, actor=actor, rules=rules).settle()

    (one,) = store.read(lambda conn: samples.draw(conn, today=NEXT_MONTH))

    assert (one.looked, one.missed) == (looked, False)


def test_danger_that_is_found_so_is_counted_as_missed(store: Store, rules: Rulebook) -> None:
    case = a_case(store, rules)
    facts = {"flag": "child"}
    take(store, case, Step.OPEN, actor=a_focal_point(), rules=rules).settle()
    take(store, case, Step.HAND_TO_FOCAL, actor=a_focal_point(), rules=rules, facts=facts).settle()

    (one,) = store.read(lambda conn: samples.draw(conn, today=NEXT_MONTH))

    assert (one.looked, one.missed) == (True, True)


def test_the_one_ordinary_case_of_a_company_is_found_behind_many_that_were_not(
    store: Store, rules: Rulebook
) -> None:
    for _ in range(2 * samples.AHEAD):
        a_case(store, rules, protected=True)
    ordinary = a_case(store, rules)

    (one,) = store.read(lambda conn: samples.draw(conn, today=NEXT_MONTH))

    assert one.number == ordinary.number
