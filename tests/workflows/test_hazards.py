"""A common danger: the hazard goes to the company, from a full hour on, and it has to answer; the person never goes."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from grievance import record, register
from grievance.errors import Unknown
from grievance.store import Store
from tests import factories
from tests.factories import LATER, a_focal_point, a_reviewer, an_officer
from workflows.registry import hazards
from workflows.registry.hazards import ANSWERED, OVER, TOLD, Hazard, Told
from workflows.registry.registers import NotWritten
from workflows.rulebook import Rulebook

NOW = LATER.replace(hour=14, minute=20, second=7)
HOUR = NOW.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
DAM = Told("dam", "qorimayu", "huaylluray", "today", "Hay una grieta en el dique, encima del canal")
FOCAL, OFFICER = a_focal_point(), an_officer()
NEIGHBOUR = replace(OFFICER, id="quispe", operator="illapa", sites=frozenset({"illapa"}))


class Room:
    """Whoever passes dangers on, and the company that answers."""

    def __init__(self, store: Store, rules: Rulebook) -> None:
        self.store, self.rules = store, rules

    def does(self, what: Callable[..., Any], *given: Any, by: Any = FOCAL, now: datetime = NOW) -> Any:
        at = factories.moment(now=now)
        return self.store.transact(lambda c: what(c, *given, by=by, rules=self.rules, at=at))

    def sees(self, by: Any = FOCAL, *, now: datetime = NOW) -> tuple[Hazard, ...]:
        return self.store.read(lambda c: hazards.listed(c, by=by, now=now))

    def refused(
        self, what: Callable[..., Any], *given: Any, by: Any = FOCAL, now: datetime = NOW
    ) -> set[str]:
        with pytest.raises(NotWritten) as said:
            self.does(what, *given, by=by, now=now)
        return {reason.field for reason in said.value.reasons}


@pytest.fixture
def room(store: Store, rules: Rulebook) -> Room:
    return Room(store, rules)


def test_the_company_sees_a_danger_from_the_next_full_hour_on(room: Room) -> None:
    room.does(hazards.pass_on, DAM)

    assert room.sees(OFFICER, now=HOUR - timedelta(seconds=1)) == ()
    (one,) = room.sees(OFFICER, now=HOUR)
    assert (one.kind, one.zone, one.state, one.words) == ("dam", "huaylluray", TOLD, DAM.words)
    assert one.answer_by == HOUR + timedelta(hours=8)
    assert room.sees(NEIGHBOUR, now=HOUR) == ()
    assert len(room.sees(a_reviewer())) == 1


def test_a_danger_to_life_is_seen_at_once_and_its_clock_is_a_full_hour(room: Room) -> None:
    room.does(hazards.pass_on, replace(DAM, urgency="life"))

    (one,) = room.sees(OFFICER)
    assert one.waits(NOW)
    assert one.answer_by == HOUR + timedelta(hours=1)
    assert not one.is_late(HOUR)
    assert one.is_late(HOUR + timedelta(hours=2))


@pytest.mark.parametrize(
    "words",
    [
        "Lo avisa Rosa Quispe",
        "Llamen al 987 654 321",
        "Es del caso 4821-7734",
        "Desde las 14:30 se mueve el muro",
        "Dicen «se mueve el muro»",
        "El muro se mueve. El vecino lo vio",
        "Los guardias me amenazaron de muerte",
        "El dique se mueve " * 12,
    ],
)
def test_nothing_of_anybody_is_passed_on_in_a_sentence(room: Room, words: str) -> None:
    assert room.refused(hazards.pass_on, replace(DAM, words=words)) == {"text"}
    assert room.sees() == ()


def test_what_is_passed_on_is_of_the_lists_and_by_the_third_party(room: Room) -> None:
    wrong = Told("gossip", "qorimayu", "jachapata", "soon")

    assert room.refused(hazards.pass_on, wrong) == {"kind", "urgency", "place"}
    assert room.refused(hazards.pass_on, DAM, by=OFFICER) == {""}


def test_the_record_of_a_danger_names_no_case(room: Room) -> None:
    item = room.does(hazards.pass_on, DAM)

    (entry,) = room.store.read(lambda c: record.entries_of(c, item))
    (row,) = room.store.read(lambda c: register.items(c, "hazard"))
    assert row.about is None
    assert "case" not in entry.facts


def test_the_company_answers_what_it_did_and_the_third_party_says_when_it_is_over(room: Room) -> None:
    item = room.does(hazards.pass_on, DAM)

    assert room.refused(hazards.end, item) == {""}
    assert room.refused(hazards.answer, item, [], "", by=OFFICER, now=HOUR) == {"done", "text"}
    assert room.refused(hazards.answer, item, ["warned"], "Al 987654321", by=OFFICER, now=HOUR) == {"text"}
    room.does(hazards.answer, item, ["warned", "repaired"], "Se selló la grieta.", by=OFFICER, now=HOUR)
    (answered,) = room.sees()
    room.does(hazards.end, item)
    (over,) = room.sees()

    assert (answered.state, answered.done) == (ANSWERED, ("repaired", "warned"))
    assert not answered.answered_late
    assert over.state == OVER
    assert room.refused(hazards.answer, item, ["warned"], "Otra vez.", by=OFFICER, now=HOUR) == {""}
    assert room.refused(hazards.again, item, "life") == {""}


def test_an_answer_after_its_hour_stays_late(room: Room) -> None:
    item = room.does(hazards.pass_on, DAM)

    room.does(hazards.answer, item, ["measured"], "Se midió.", by=OFFICER, now=HOUR + timedelta(hours=9))

    assert room.sees()[0].answered_late


@pytest.mark.parametrize(("who", "now"), [(NEIGHBOUR, HOUR), (FOCAL, HOUR), (OFFICER, NOW)])
def test_nobody_else_answers_and_not_before_it_is_shown(room: Room, who: Any, now: datetime) -> None:
    item = room.does(hazards.pass_on, DAM)

    with pytest.raises(Unknown):
        room.does(hazards.answer, item, ["warned"], "Se avisó.", by=who, now=now)


def test_reported_again_it_is_one_danger_and_nothing_changes_for_the_company(room: Room) -> None:
    item = room.does(hazards.pass_on, DAM)
    before = room.sees(OFFICER, now=HOUR)

    room.does(hazards.again, item, "days")

    assert room.sees(OFFICER, now=HOUR) == (replace(before[0], times=2),)


def test_a_danger_that_came_to_threaten_lives_is_shown_at_once(room: Room) -> None:
    item = room.does(hazards.pass_on, DAM)

    room.does(hazards.again, item, "life")

    (one,) = room.sees(OFFICER)
    assert (one.urgency, one.answer_by) == ("life", HOUR + timedelta(hours=1))


def test_what_was_answered_and_is_reported_again_is_owed_from_the_next_full_hour(room: Room) -> None:
    item = room.does(hazards.pass_on, DAM)
    room.does(hazards.answer, item, ["repaired"], "Se selló.", by=OFFICER, now=HOUR)
    later = HOUR + timedelta(minutes=10)

    room.does(hazards.again, item, "today", now=later)

    (one,) = room.sees(OFFICER, now=later)
    assert one.state_at_desk(later) == ANSWERED
    assert not one.waits(later)
    assert one.state_at_desk(HOUR + timedelta(hours=1)) == TOLD
    assert one.answer_by == HOUR + timedelta(hours=9)
