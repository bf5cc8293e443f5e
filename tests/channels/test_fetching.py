from pathlib import Path

import pytest
from sqlalchemy import select

from channels import intake
from channels.delivery import drain
from channels.errands import Errands, fetch
from channels.gateway import Fetched, Inbound
from grievance.case import CASES
from grievance.errors import Busy
from grievance.keyring import Ring
from grievance.store import Store
from tests.channels.sms.test_gammu import Desk
from tests.sending import ATTEMPTS, NOTICES, Clock, World, make_house
from workflows.rulebook import Rulebook

WATER = "El agua sale turbia desde el lunes en Huaylluray"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path)
    made.gateway.number = "+51900000002"
    return made


@pytest.fixture
def world(store: Store, ring: Ring, rules: Rulebook, desk: Desk) -> World:
    clock = Clock()
    return World(make_house(store, ring, rules, clock, desk.gateway), clock, None)  # type: ignore[arg-type]


def cases(world: World) -> int:
    return len(world.look(select(CASES.c.id)))


def test_a_text_that_waits_at_the_modem_is_a_case_and_its_answer_waits_there_to_leave(
    world: World, desk: Desk
) -> None:
    desk.comes(WATER)

    Errands()(world.house)
    drain(world.house)

    assert (cases(world), desk.fetch()) == (1, [])
    ((to, creator),) = desk.run("SELECT DestinationNumber, CreatorID FROM outbox")
    (attempt,) = world.look(select(ATTEMPTS.c.id))
    assert (to, creator) == ("+51987654321", f"grievance:{attempt.id}")


def test_a_crash_between_storing_and_forgetting_makes_no_second_case(world: World, desk: Desk) -> None:
    desk.comes(WATER)
    (found,) = desk.fetch()
    assert isinstance(found.what, Inbound)
    intake.take_in(world.house, found.what)

    Errands()(world.house)

    assert (cases(world), desk.fetch()) == (1, [])


def test_what_cannot_be_stored_stays_with_the_modem_and_those_behind_it_come_in(
    world: World, desk: Desk
) -> None:
    class Half:
        name = "gammu"

        def fetch(self, *, now: object) -> list[Fetched]:  # noqa: ARG002
            desk.comes(WATER)
            (good,) = desk.fetch()
            return [Fetched(None, done=lambda: desk.run("no such statement") and None), good]

    assert fetch(world.house, Half()) == 1
    assert cases(world) == 1


def test_a_busy_house_leaves_everything_where_it_is_and_asks_again_next_time(
    world: World, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.comes(WATER)
    errands = Errands()

    def busy(*_: object) -> tuple[str, ...]:
        raise Busy("later")

    with monkeypatch.context() as away:
        away.setattr(intake, "take_in", busy)
        errands(world.house)
    assert (cases(world), len(desk.fetch())) == (0, 1)
    errands(world.house)

    assert (cases(world), desk.fetch()) == (1, [])


def test_word_of_a_delivery_comes_from_the_modem_too(world: World, desk: Desk) -> None:
    desk.comes(WATER)
    Errands()(world.house)
    drain(world.house)
    (attempt,) = world.look(select(ATTEMPTS.c.id))
    desk.went(attempt.id, "DeliveryOK")

    Errands()(world.house)

    assert [row.state for row in world.look(select(NOTICES.c.state))] == ["delivered"]
