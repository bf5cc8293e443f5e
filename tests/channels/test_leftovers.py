from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from channels.gateway import Inbound, StatusEvent, Uncertain
from channels.incoming import intake, leftovers
from channels.incoming.catching import catch_up
from channels.outgoing.delivery import drain, status
from channels.outgoing.errands import ASK_EVERY, REST, Errands
from channels.outgoing.outbox import PEOPLE
from channels.sms.twilio import Twilio
from grievance.case import CASES
from grievance.errors import Misconfigured
from grievance.inbox import Inbound as Row
from grievance.keyring import Ring
from grievance.notice import Leftover
from grievance.store import Store
from grievance.vault import TEXTS
from tests import standin
from tests.sending import BASE, NOTICES, PHONE, Clock, Network, World, make_house, settle_in
from tests.standin import ACCOUNT, TOKEN, Standin
from workflows.rulebook import Rulebook

LEFT = Leftover.__table__  # type: ignore[attr-defined]
INBOX = Row.__table__  # type: ignore[attr-defined]
NUMBER = "+51900000002"
WATER = "El agua sale turbia desde el lunes en Huaylluray"


@pytest.fixture
def company() -> Iterator[Standin]:
    with standin.running() as started:
        yield started


@pytest.fixture
def world(store: Store, ring: Ring, rules: Rulebook, company: Standin) -> World:
    clock = Clock()
    company.now = clock
    gateway = Twilio(
        account=ACCOUNT, tokens=(TOKEN,), sender="+51900000001", base_url=BASE, api_base=company.url, timeout=30
    )  # fmt: skip
    return settle_in(make_house(store, ring, rules, clock, gateway), "twilio")


def wrote(world: World, company: Standin, words: str = WATER, **more: Any) -> Inbound:
    """Write to us by way of the company; gives what its webhook would say."""
    given = {"sender": "+51987000111", "to": NUMBER, "at": world.clock.now - timedelta(hours=2)} | more
    form = company.receive(words, **given)
    media = int(form["NumMedia"])
    return Inbound(
        "twilio", form["From"], form["To"], words, form["MessageSid"], world.clock.now, media=media
    )


def left(world: World) -> list[Any]:
    return world.look(select(LEFT))


def sealed(world: World) -> int:
    return len(world.look(select(TEXTS.c.id).where(TEXTS.c.field == leftovers.FIELD)))


def test_a_text_is_deleted_at_the_provider_once_it_is_safe_here(world: World, company: Standin) -> None:
    message = wrote(world, company)
    intake.take_in(world.house, message)
    assert sealed(world) == 1

    Errands()(world.house)

    assert company.deleted == [message.ref]
    assert (left(world), sealed(world)) == ([], 0)
    assert company.invalid == []


def test_an_id_of_the_provider_stands_nowhere_in_clear(world: World, company: Standin) -> None:
    message = wrote(world, company)
    intake.take_in(world.house, message)
    drain(world.house)

    rows = repr([world.look(select(table)) for table in (LEFT, TEXTS, NOTICES, INBOX)])
    assert message.ref not in rows
    assert company.taken[0]["sid"] not in rows


def test_what_we_sent_is_deleted_there_when_its_fate_is_final_and_not_before(
    world: World, company: Standin
) -> None:
    drain(world.house)
    (attempt,), (taken,) = world.attempts(), company.taken
    Errands()(world.house)
    assert company.deleted == []

    status(world.house, StatusEvent("twilio", attempt.id, taken["sid"], "delivered"))
    Errands()(world.house)

    assert company.deleted == [taken["sid"]]
    assert (left(world), sealed(world)) == ([], 0)


def test_what_nobody_reports_on_is_deleted_there_after_days(world: World, company: Standin) -> None:
    drain(world.house)

    world.clock.pass_by(leftovers.NO_WORD)
    Errands()(world.house)

    assert company.deleted == [company.taken[0]["sid"]]


def test_what_cannot_be_deleted_now_is_tried_again_later_and_holds_nothing_up(
    world: World, company: Standin
) -> None:
    message = wrote(world, company)
    intake.take_in(world.house, message)
    company.on_the_way.add(message.ref)
    errands = Errands()

    errands(world.house)
    assert (company.deleted, [row.tries for row in left(world)]) == ([], [1])
    company.on_the_way.clear()
    errands(world.house)
    assert company.deleted == []
    world.clock.pass_by(max(REST, leftovers.FIRST_WAIT))
    errands(world.house)

    assert (company.deleted, left(world)) == ([message.ref], [])


def test_what_is_gone_there_already_is_forgotten_here(world: World, company: Standin) -> None:
    message = wrote(world, company)
    intake.take_in(world.house, message)
    company.deleted.append(message.ref)

    Errands()(world.house)

    assert left(world) == []


def test_a_picture_that_only_the_provider_has_stays_there_for_a_while(world: World, company: Standin) -> None:
    message = wrote(world, company, "", media=1)
    intake.take_in(world.house, message)

    Errands()(world.house)
    assert company.deleted == []
    world.clock.pass_by(leftovers.PICTURES_STAY)
    Errands()(world.house)

    assert company.deleted == [message.ref]


def test_a_gateway_that_cannot_delete_leaves_nothing_to_do(store: Store, ring: Ring, rules: Rulebook) -> None:
    house = make_house(store, ring, rules, Clock(), Network())
    intake.take_in(house, Inbound("network", PHONE, NUMBER, WATER, "m1", house.now()))
    drain(house)

    Errands()(house)

    assert house.store.read(lambda conn: conn.execute(select(LEFT)).all()) == []


def test_what_we_missed_is_asked_for_and_taken_in_once_with_the_day_it_was_written(
    world: World, company: Standin
) -> None:
    had = wrote(world, company, "El polvo entra a la escuela de Huaylluray")
    intake.take_in(world.house, had)
    wrote(world, company, sender="+51987000222", at=world.clock.now - timedelta(days=1))

    assert catch_up(world.house, "twilio") == 1
    assert catch_up(world.house, "twilio") == 0

    (missed,) = [
        row for row in world.look(select(INBOX)) if row.received_at < world.clock.now - timedelta(hours=3)
    ]
    assert missed.received_at == world.clock.now - timedelta(days=1)
    assert missed.case
    assert company.invalid == []


def test_what_came_by_the_webhook_meanwhile_is_the_same_message(world: World, company: Standin) -> None:
    message = wrote(world, company)

    assert catch_up(world.house, "twilio") == 1
    assert intake.take_in(world.house, message) == ()


def test_danger_is_heard_in_what_we_missed_though_it_was_coded(world: World, company: Standin) -> None:
    said = "Me quieren matar por reclamar del agua, vengan por favor a Huaylluray"
    wrote(world, company, b64encode(said.encode()).decode())

    assert catch_up(world.house, "twilio") == 1

    (row,) = [row for row in world.look(select(CASES)) if row.id != world.case]
    assert row.protected


def test_what_we_missed_by_whatsapp_is_filed_as_that_and_its_stop_blocks_nobody(
    world: World, company: Standin
) -> None:
    account = world.house.gateways["twilio"]
    assert isinstance(account, Twilio)
    account.whatsapp = "+51900000009"  # a number that the mechanism does not name
    whom = {"sender": "whatsapp:+51987000333", "to": "whatsapp:+51900000009"}
    wrote(world, company, **whom)
    wrote(world, company, "stop", **whom, at=world.clock.now - timedelta(hours=1))

    assert catch_up(world.house, "twilio") == 2

    (row,) = [row for row in world.look(select(CASES)) if row.id != world.case]
    assert row.channel == "whatsapp"
    mine = PEOPLE.c.pseudonym == world.house.ring.pseudonym("whatsapp:+51987000333")
    (person,) = world.look(select(PEOPLE).where(mine))
    assert person.stopped_on is not None
    said = [n.template for n in world.look(select(NOTICES)) if n.complainant == person.id]
    assert "stopped" in said  # nobody but us says it


def test_other_numbers_of_the_account_and_our_own_messages_are_not_ours_to_take(
    world: World, company: Standin
) -> None:
    drain(world.house)
    wrote(world, company, to="+51911112222")

    assert catch_up(world.house, "twilio") == 0


def test_only_what_is_new_enough_is_asked_for(world: World, company: Standin) -> None:
    wrote(world, company, at=world.clock.now - timedelta(days=9))

    assert catch_up(world.house, "twilio") == 0
    assert catch_up(world.house, "twilio", since=world.clock.now - timedelta(days=10)) == 1


def test_the_process_that_sends_asks_by_itself_now_and_then(world: World, company: Standin) -> None:
    errands = Errands()
    errands(world.house)
    wrote(world, company)

    errands(world.house)
    assert world.look(select(INBOX)) == []
    world.clock.pass_by(ASK_EVERY)
    errands(world.house)

    assert len(world.look(select(INBOX))) == 1


def test_a_company_that_cannot_list_is_left_alone_for_a_while(world: World, company: Standin) -> None:
    company.cannot_list = True
    with pytest.raises(Uncertain):
        catch_up(world.house, "twilio")
    Errands()(world.house)
    wrote(world, company)
    company.cannot_list = False

    assert catch_up(world.house, "twilio") == 1


def test_a_gateway_that_keeps_no_list_cannot_be_asked(world: World) -> None:
    house = replace(world.house, gateways={"network": Network()})

    for name in ("network", "twilio"):
        with pytest.raises(Misconfigured):
            catch_up(house, name)
