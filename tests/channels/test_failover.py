from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from channels.gateway import Can, Inbound, StatusEvent, Uncertain, Undelivered
from channels.gateway_names import SIMULATED
from channels.incoming import intake, sealing
from channels.outgoing.delivery import LEASE, drain, status
from channels.outgoing.errands import Errands
from channels.outgoing.failover import PATIENT, can_change
from grievance import vault
from grievance.keyring import Ring
from grievance.store import Store
from tests.sending import NOTICES, PEOPLE, PHONE, Accepted, Clock, Network, World, make_house, settle_in
from workflows.rulebook import Rulebook

AWAY = Undelivered("unreachable", permanent=False)
UNPAID = Undelivered("20003", permanent=False, own=True)


@pytest.fixture
def other() -> Network:
    """A gateway that serves the operator of the case in the example mechanism."""
    return Network(name="twilio")


@pytest.fixture
def world(store: Store, ring: Ring, rules: Rulebook, other: Network) -> World:
    house = make_house(store, ring, rules, Clock(), Network())
    own = house.gateways["network"]
    return settle_in(replace(house, gateways={"network": own, other.name: other}), "network")


def pass_by(world: World, **span: float) -> None:
    world.clock.pass_by(timedelta(**span))
    drain(world.house)


def test_what_one_gateway_refuses_for_its_own_reasons_leaves_by_the_other_a_moment_later(
    world: World, other: Network
) -> None:
    world.network.raises = [UNPAID]

    drain(world.house)
    pass_by(world, seconds=1)

    assert [message.to for message in other.sent] == [PHONE]
    assert world.network.sent == []
    assert [(a.gateway, a.state) for a in world.attempts()] == [("network", "suppressed"), ("twilio", "sent")]
    assert world.notice().state == "sent"


def test_a_reason_that_is_the_gateways_for_good_does_not_fail_the_message(
    world: World, other: Network
) -> None:
    world.network.raises = [Undelivered("21408", permanent=True, own=True)]

    drain(world.house)
    pass_by(world, seconds=1)

    assert len(other.sent) == 1


def test_a_wrong_number_is_wrong_for_every_gateway(world: World, other: Network) -> None:
    world.network.raises = [Undelivered("21211", permanent=True)]

    drain(world.house)

    assert other.sent == []
    assert world.notice().state == "failed"


def test_whoever_asked_one_gateway_for_silence_hears_from_none(world: World, other: Network) -> None:
    world.network.raises = [Undelivered("21610", permanent=True, stopped=True, own=True)]

    drain(world.house)

    assert other.sent == []
    assert world.notice().state == "held"


def test_a_gateway_that_cannot_be_reached_is_tried_some_times_before_another_is(
    world: World, other: Network
) -> None:
    world.network.raises = [AWAY] * (PATIENT + 5)

    drain(world.house)
    for _ in range(PATIENT - 2):
        pass_by(world, minutes=15)
    pass_by(world, seconds=1)
    assert other.sent == []
    pass_by(world, minutes=15)
    pass_by(world, seconds=1)

    assert len(other.sent) == 1
    assert world.notice().state == "sent"


def test_what_may_have_arrived_is_never_said_by_another_gateway(world: World, other: Network) -> None:
    world.network.raises = [Accepted("hung")]

    drain(world.house)
    assert world.notice().state == "unknown"
    pass_by(world, seconds=LEASE.total_seconds() + 1)

    assert other.sent == []
    assert world.notice().state == "sent"


def test_what_nobody_can_tell_stays_unknown_and_the_receipt_comes_again_by_the_same_gateway(
    world: World, other: Network
) -> None:
    world.network.raises, world.network.lists = [Uncertain("hung")], False

    drain(world.house)
    for _ in range(10):
        pass_by(world, seconds=LEASE.total_seconds() + 1)

    assert other.sent == []
    assert [message.to for message in world.network.sent] == [PHONE]


def test_what_a_gateway_took_and_could_not_bring_leaves_by_the_other_if_the_fault_is_its_own(
    world: World, other: Network
) -> None:
    drain(world.house)
    (attempt,) = world.attempts()

    status(world.house, StatusEvent("network", attempt.id, "", "failed", error="no credit", own=True))
    pass_by(world, seconds=1)

    assert [message.to for message in other.sent] == [PHONE]
    assert world.notice().state == "sent"


def test_what_no_other_could_bring_either_has_failed(world: World) -> None:
    house = replace(world.house, gateways={"network": world.network})
    drain(house)
    (attempt,) = world.attempts()

    status(house, StatusEvent("network", attempt.id, "", "failed", error="barred", own=True))

    assert world.notice().state == "failed"


def test_an_address_that_only_its_own_gateway_knows_goes_back_to_it(world: World, other: Network) -> None:
    _move(world, "US.1234")
    drain(world.house)
    (attempt,) = world.attempts()

    status(world.house, StatusEvent("network", attempt.id, "", "failed", again=True, own=True))
    pass_by(world, seconds=1)
    pass_by(world, hours=1)

    assert other.sent == []
    assert [message.to for message in world.network.sent] == ["US.1234"] * 2


@pytest.mark.parametrize("change", ["another operator's", "sends nothing", "not there"])
def test_without_another_way_it_waits_for_its_own(world: World, other: Network, change: str) -> None:
    gateways = {"network": world.network, "twilio": other}
    if change == "another operator's":
        other.name, gateways = "android", {"network": world.network, "android": other}
    elif change == "sends nothing":
        other.can = Can(two_way=False)
    else:
        gateways.pop("twilio")
    house = replace(world.house, gateways=gateways)
    world.network.raises = [UNPAID]

    drain(house)
    assert (other.sent, world.notice().state) == ([], "queued")
    world.clock.pass_by(timedelta(hours=1))
    drain(house)

    assert (other.sent, len(world.network.sent)) == ([], 1)


def test_when_both_refuse_they_take_turns_and_it_ends(world: World, other: Network) -> None:
    world.network.raises, other.raises = [UNPAID] * 9, [UNPAID] * 9

    for _ in range(9):
        pass_by(world, days=1)

    assert [a.gateway for a in world.attempts()] == ["network", "twilio"] * 3
    assert world.notice().state == "failed"


def test_an_address_that_is_no_number_is_not_handed_to_another_gateway(world: World, other: Network) -> None:
    _move(world, "US.1234")
    world.network.raises = [UNPAID]

    drain(world.house)

    assert (other.sent, world.notice().state) == ([], "queued")


def test_whose_gateway_is_gone_is_reached_by_one_that_is_there(world: World, other: Network) -> None:
    house = replace(world.house, gateways={"twilio": other})

    drain(house)
    assert other.sent == []
    Errands()(house)
    drain(house)

    assert [message.to for message in other.sent] == [PHONE]


def test_whoever_is_made_up_is_reached_by_the_simulator_or_not_at_all(world: World, other: Network) -> None:
    world.house.store.transact(lambda conn: conn.execute(update(PEOPLE).values(gateway=SIMULATED)))
    real = replace(world.house, gateways={"twilio": other})

    Errands()(real)
    drain(real)
    assert (other.sent, world.notice().state) == ([], "queued")
    drain(replace(world.house, gateways={"twilio": other, SIMULATED: world.network}))

    assert (other.sent, [message.to for message in world.network.sent]) == ([], [PHONE])


def test_a_receipt_that_was_in_the_air_when_its_gateway_went_comes_again_by_another_marked_so(
    world: World, other: Network
) -> None:
    world.network.raises = [Uncertain("hung")]
    drain(world.house)
    house = replace(world.house, gateways={"twilio": other})

    for _ in range(10):
        world.clock.pass_by(LEASE + timedelta(seconds=1))
        drain(house)
        Errands()(house)
    drain(house)

    templates = [row.template for row in world.look(select(NOTICES.c.template).order_by(NOTICES.c.owed_at))]
    assert templates == ["receipt", "receipt_again"]
    assert world.notice().state == "unknown"
    assert [message.to for message in other.sent] == [PHONE]


def test_whose_gateway_is_gone_and_who_has_no_number_is_not_written_to(world: World, other: Network) -> None:
    _move(world, "US.1234")
    house = replace(world.house, gateways={"twilio": other})

    Errands()(house)
    drain(house)

    assert (other.sent, world.notice().state) == ([], "failed")


def test_a_reply_that_comes_by_the_other_gateway_is_the_same_persons(world: World) -> None:
    drain(world.house)
    words = Inbound("twilio", PHONE, "+51900000002", "Sigue igual de turbia el agua", "SM1", world.clock.now)

    intake.take_in(world.house, words)

    assert [row.id for row in world.look(select(PEOPLE))] == [world.person]


def test_the_parts_of_a_text_have_arrived_when_all_of_them_have(world: World) -> None:
    drain(world.house)
    (attempt,) = world.attempts()

    def said(state: str, part: str = "", total: int = 0) -> str:
        event = StatusEvent("network", attempt.id, "", state, part=part, parts=total)
        status(world.house, event)
        return str(world.notice().state)

    assert said("delivered", "e1") == "sent"
    assert said("delivered", "e1") == "sent"
    assert said("sent", total=2) == "sent"
    assert said("delivered", "e2") == "delivered"


@pytest.mark.parametrize(
    ("address", "is_one"),
    [(PHONE, True), ("+591700000031", True), ("Claro", False), ("+5", False), ("", False)],
)
def test_only_telephone_numbers_change_gateways(address: str, is_one: object) -> None:
    assert can_change(address) is is_one


def _move(world: World, address: str) -> None:
    """Give the person another address."""
    sealed = sealing.address(address, dispatch=world.house.ring.public(vault.DISPATCH))

    def work(conn: object) -> None:
        vault.store(conn, [sealed])  # type: ignore[arg-type]
        conn.execute(update(PEOPLE).values(address=sealed.id))  # type: ignore[attr-defined]

    world.house.store.transact(work)
