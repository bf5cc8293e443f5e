"""Whoever is in danger is spoken with within the day the rules say, and everybody who has to sees when nobody did."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select

from grievance import record, vault
from grievance.moment import Moment
from grievance.notice import NOTICES
from grievance.store import Store
from grievance.vocabulary import State, Step
from tests.factories import (
    LATER,
    NOBODYS_KEYS,
    NOON,
    a_case,
    a_focal_point,
    an_officer,
    moment,
    take,
    the_complainant,
)
from translations import say
from translations.notices import TEMPLATES
from workflows.clockwork import pages, rounds
from workflows.protection import safecontact
from workflows.protection.safecontact import Waiting
from workflows.rulebook import Rulebook

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
DISPATCH = {vault.DISPATCH: NOBODYS_KEYS[vault.DISPATCH]}


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


def calls(store: Store, rules: Rulebook, *, hours: int) -> list[int]:
    """Let a clock look each hour, and say in which hours after noon it calls the focal point."""
    address = vault.seal("+51900000000", text_id="0" * 32, field="address", readers=DISPATCH)
    made = []
    for hour in range(1, hours + 1):
        at = moment(now=NOON + hour * HOUR)

        def round_(conn: Connection, at: Moment = at, n: int = hour) -> str | None:
            again = replace(address, id=f"{n:032}")
            return pages.call(conn, again, gateway="simulator", language="es", rules=rules, at=at)

        made += [hour] if store.transact(round_) else []
    return made


def test_who_opened_a_case_and_spoke_with_nobody_is_called_after_four_hours_and_when_the_day_is_over(
    store: Store, rules: Rulebook
) -> None:
    case = a_case(store, rules, protected=True)
    take(store, case, Step.OPEN, actor=a_focal_point(), rules=rules, now=NOON + timedelta(minutes=5)).settle()

    assert calls(store, rules, hours=24 * 6) == [
        4,
        36,
    ]  # noon in Lima: midnight of the next day is 36 hours on


@pytest.mark.parametrize(
    ("step", "words", "called"), [(Step.ACKNOWLEDGE, "", []), (Step.INTERIM, "", [4, 36])]
)
def test_only_a_word_to_the_person_ends_the_calls(
    store: Store, rules: Rulebook, step: Step, words: str, called: list[int]
) -> None:
    case = a_case(store, rules, protected=True)
    soon = NOON + timedelta(minutes=5)
    facts = {"measure": "none"} if step == Step.INTERIM else {}
    take(store, case, step, actor=a_focal_point(), rules=rules, now=soon, words=words, facts=facts).settle()

    assert calls(store, rules, hours=24 * 6) == called


def test_nobody_is_called_for_an_ordinary_case(store: Store, rules: Rulebook) -> None:
    a_case(store, rules)

    assert calls(store, rules, hours=48) == []


def test_a_call_belongs_to_no_case_that_a_company_could_see(store: Store, rules: Rulebook) -> None:
    case = a_case(store, rules, protected=True)
    take(store, case, Step.OPEN, actor=a_focal_point(), rules=rules, now=NOON + timedelta(minutes=5)).settle()
    before = len(store.read(lambda conn: record.done_in(conn, case.id)))
    calls(store, rules, hours=5)

    owed = store.read(
        lambda conn: conn.execute(select(NOTICES.c.case).where(NOTICES.c.template == "page")).all()
    )
    assert [row.case for row in owed] == [None]
    assert len(store.read(lambda conn: record.done_in(conn, case.id))) == before


def test_of_what_is_over_nobody_is_owed_anything(store: Store, rules: Rulebook) -> None:
    case = a_case(store, rules, protected=True)
    take(store, case, Step.ERASE, actor=the_complainant(), rules=rules, facts={"pressed": False}).settle()

    assert waiting(store, rules) == []


@pytest.mark.parametrize(
    ("first_read", "told"),
    [({"protected": True}, "escalated_apart"), ({"room": "review"}, "escalated_apart"), ({}, "escalated")],
)
def test_whose_case_no_company_reads_is_told_of_twice_the_time_and_of_no_company(
    store: Store, rules: Rulebook, *, first_read: dict[str, Any], told: str
) -> None:
    case = a_case(store, rules, **first_read)
    after = NOON + 60 * DAY

    for due in store.read(lambda conn: rounds.overdue(conn, today=after.date())):
        store.transact(lambda conn, d=due: rounds.log_overdue(conn, *d, rules=rules, at=moment(now=after)))
    store.transact(lambda conn: rounds.escalate(conn, case.id, rules=rules, at=moment(now=after)))

    query = select(NOTICES.c.template).where(
        NOTICES.c.case == case.id, NOTICES.c.template.startswith("escalated")
    )
    assert list(store.read(lambda conn: conn.execute(query).scalars().all())) == [told]
    assert ("empresa" in say(TEMPLATES[told].words, "es")) is not bool(first_read)
