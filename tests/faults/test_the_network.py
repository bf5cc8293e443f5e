import threading
from datetime import timedelta

from sqlalchemy import select

from channels.outgoing import delivery
from channels.outgoing.delivery import LEASE
from grievance.notice import ATTEMPTS, NOTICES
from tests.deployment import until
from tests.journeys.actors import CLAVE, World

WATER = "El agua sale turbia desde el lunes en Huaylluray"


def _states(world: World) -> list[str]:
    return [
        row.state for row in world.look(select(NOTICES.c.state).order_by(NOTICES.c.owed_at, NOTICES.c.id))
    ]


def _after_the_lease(world: World) -> None:
    world.clock.now += LEASE + timedelta(seconds=1)
    world.deliver()


def test_a_500_after_accepting_is_asked_about_and_sent_once(world: World) -> None:
    resident = world.resident()
    world.network.fault, world.network.faults = "fail_after", 1

    resident.texts(WATER)
    assert _states(world) == ["unknown"]
    _after_the_lease(world)

    assert len(resident.inbox()) == 1
    assert _states(world) == ["sent"]
    assert world.neighbour().follows(resident.clave) == 200


def test_a_500_without_accepting_is_sent_again(world: World) -> None:
    resident = world.resident()
    world.network.fault, world.network.faults = "fail", 1

    resident.texts(WATER)
    _after_the_lease(world)

    assert len(resident.inbox()) == 1
    assert _states(world) == ["sent"]


def test_a_callback_before_the_answer_counts_and_is_not_undone_by_it(world: World) -> None:
    resident = world.resident()
    world.network.fault = "callback"

    resident.texts(WATER)

    assert len(resident.inbox()) == 1
    assert _states(world) == ["delivered"]
    (attempt,) = world.look(select(ATTEMPTS.c.state))
    assert attempt.state == "delivered"


def test_a_provider_that_hangs_does_not_keep_a_complaint_waiting(world: World) -> None:
    resident, neighbour = world.resident(), world.resident()
    world.network.fault, world.network.faults = "hang", 1
    gateway = world.house.gateways["twilio"]
    gateway.timeout = 20  # type: ignore[attr-defined]
    hanging = threading.Thread(target=resident.texts, args=(WATER,))

    hanging.start()
    until(lambda: world.network.calls)
    status = neighbour.texts("Hay mucho polvo en la escuela de Huaylluray")
    arrived = len(neighbour.inbox())
    world.network.release.set()
    hanging.join(30)

    assert not hanging.is_alive()
    assert (status, arrived) == (200, 1)
    _after_the_lease(world)
    assert len(resident.inbox()) == 1
    assert len(world.cases()) == 2


def test_a_receipt_that_nobody_can_ask_about_goes_once_more_marked_so(world: World) -> None:
    resident = world.resident()
    world.network.fault, world.network.faults, world.network.cannot_list = "cut", 1, True

    resident.texts(WATER)
    for _ in range(delivery.PATIENCE + 2):
        _after_the_lease(world)

    first, again = resident.inbox()
    assert CLAVE.findall(first) != CLAVE.findall(again)
    assert sorted(_states(world)) == ["sent", "unknown"]


def test_an_officers_proposal_is_never_sent_twice(world: World) -> None:
    from tests.journeys.actors import proposed  # noqa: PLC0415  walks the whole way

    resident, officer = world.resident(), world.officer()
    world.receipts = True
    resident.texts(WATER)
    number = proposed(world, resident, officer)
    world.network.fault, world.network.faults, world.network.cannot_list = "cut", 1, True
    before = len(resident.inbox())

    officer.does("update", number, text="Mañana va una persona a ver el canal.")
    world.until(lambda: any("va una persona" in text for text in resident.inbox()[before:]))
    for _ in range(delivery.PATIENCE + 2):
        _after_the_lease(world)

    assert len([text for text in resident.inbox()[before:] if "va una persona" in text]) == 1


def test_every_call_is_what_the_provider_documents(world: World) -> None:
    resident = world.resident()

    resident.texts(WATER)

    assert world.network.invalid == []
    assert len(world.network.calls) == 1


def test_two_workers_at_once_send_one_message(world: World) -> None:
    resident = world.resident()
    resident.texts("hola")
    world.network.calls.clear()
    (notice,) = world.look(select(NOTICES.c.id))
    world.house.store.transact(lambda conn: conn.execute(NOTICES.update().values(state="queued")).rowcount)

    workers = [threading.Thread(target=delivery.deliver, args=(world.worker, notice.id)) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(30)

    assert len(world.network.calls) == 1
