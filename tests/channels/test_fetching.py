from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from channels.gateway import Fetched, Inbound
from channels.house import House
from channels.incoming import intake
from channels.outgoing.delivery import drain
from channels.outgoing.errands import Errands, fetch
from channels.wiring import worker_house
from grievance.case import CASES
from grievance.complainant import Contributor
from grievance.errors import Busy
from grievance.keyring import Ring
from grievance.store import Store
from tests.channels.sms.test_gammu import Desk
from tests.sending import ATTEMPTS, NOTICES, PHONE, Clock, World, make_house
from workflows.rulebook import Rulebook

CONTRIBUTORS = Contributor.__table__  # type: ignore[attr-defined]
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


def with_modem(house: House, desk: Desk) -> House:
    given = {"GAMMU_DATABASE": str(desk.gateway.database), "GAMMU_NUMBER": desk.gateway.number}
    return replace(house, settings=replace(house.settings, extra=given))


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


def test_two_people_who_write_to_a_modem_count_as_two(world: World, desk: Desk) -> None:
    worker = worker_house(with_modem(world.house, desk))
    for number in (PHONE, "+51987654322"):
        desk.comes(WATER, sender=number)

    Errands()(worker)

    tokens = {row.token for row in world.look(select(CONTRIBUTORS.c.token))}
    assert tokens == {
        world.house.ring.contributor(worker.now().year, number) for number in (PHONE, "+51987654322")
    }


def test_only_a_worker_that_hears_people_first_may_hold_what_counts_them(world: World, desk: Desk) -> None:
    held = set(worker_house(with_modem(world.house, desk)).ring.secrets) - set(
        worker_house(world.house).ring.secrets
    )

    assert {name.partition(".")[0] for name in held} == {"contributor"}


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
