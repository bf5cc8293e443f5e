from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest
from sqlalchemy import func, select

from channels.gateway import Inbound, Outbound, Piece, StatusEvent
from channels.house import House
from channels.incoming import parts
from channels.outgoing.delivery import drain, let_go_of_old, status
from grievance import inbox, vault
from grievance.case import CASES
from grievance.complainant import Contributor
from grievance.keyring import Ring
from grievance.message import Message
from grievance.notice import Stray
from grievance.store import Store
from tests import factories
from tests.sending import Clock, Network, World, make_house, settle_in
from workflows.rulebook import Rulebook

LONG = ("El agua del canal sale turbia desde el lunes, llame al 987", "654321 y pregunte, ", "o a mi vecina.")
CONTRIBUTORS = Contributor.__table__  # type: ignore[attr-defined]
WHOLE = "El agua del canal sale turbia desde el lunes, llame al 987654321 y pregunte, o a mi vecina."


@pytest.fixture
def house(store: Store, ring: Ring, rules: Rulebook) -> House:
    return make_house(store, ring, rules, Clock(), Network())


@pytest.fixture
def world(house: House) -> World:
    return settle_in(house, "network")


def part(index: int, *, words: Iterable[str] = LONG, whole: str = "77") -> Inbound:
    told = list(words)
    return Inbound(
        gateway="network", sender="+51911222333", recipient="+51900000002", text=told[index - 1],
        ref=f"part-{whole}-{index}", received_at=factories.NOON, piece=Piece(whole, index, len(told)),
    )  # fmt: skip


def test_a_text_in_parts_counts_for_whoever_wrote_it_though_the_joiner_holds_no_such_key(
    house: House,
) -> None:
    web, worker = (replace(house, ring=house.ring.face(process)) for process in ("web", "worker"))

    for index in (1, 2, 3):
        parts.take_in(web, part(index))
    parts.join(worker)

    (row,) = house.store.read(lambda conn: list(conn.execute(select(CONTRIBUTORS))))
    assert (row.year, row.token) == (2026, house.ring.contributor(2026, "+51911222333"))


def count(house: House, table: Any) -> int:
    return house.store.read(lambda conn: conn.execute(select(func.count()).select_from(table)).scalar_one())


def told(house: House) -> tuple[str, str | None]:
    """What the case's readers read of the one text there is, and the original that review alone can open."""
    review = house.ring.key("reviewer", vault.REVIEW)
    (row,) = house.store.read(lambda conn: conn.execute(select(Message.__table__)).all())  # type: ignore[attr-defined]
    masked = house.store.read(lambda conn: vault.read(conn, row.masked, review))
    whole = house.store.read(lambda conn: vault.read(conn, row.original, review)) if row.original else None
    return masked, whole


@pytest.mark.parametrize("order", list(permutations((1, 2, 3))))
def test_a_text_in_parts_is_one_complaint_in_whatever_order_they_come(
    house: House, order: tuple[int, ...]
) -> None:
    for index in order:
        parts.take_in(house, part(index))

    assert (parts.join(house), parts.join(house)) == (1, 0)
    assert count(house, CASES) == 1
    assert told(house)[1] == WHOLE


def test_a_number_cut_in_two_is_masked_all_the_same(house: House) -> None:
    for index in (1, 2, 3):
        parts.take_in(house, part(index))
    parts.join(house)

    masked, _ = told(house)

    assert "987" not in masked
    assert "654321" not in masked
    assert "El agua del canal sale turbia" in masked


def test_parts_that_come_again_change_nothing_before_and_after_the_text_is_whole(house: House) -> None:
    for index in (1, 1, 2, 3, 2):
        parts.take_in(house, part(index))
    parts.join(house)

    parts.take_in(house, part(2))
    house.now.pass_by(parts.PATIENCE)  # type: ignore[attr-defined]

    assert parts.join(house) == 0
    assert count(house, CASES) == 1


def test_a_part_that_never_comes_is_waited_for_and_then_the_text_has_a_hole(house: House) -> None:
    parts.take_in(house, part(1))
    parts.take_in(house, part(3))
    assert parts.join(house) == 0

    house.now.pass_by(parts.PATIENCE)  # type: ignore[attr-defined]

    assert parts.join(house) == 1
    masked, _ = told(house)
    assert parts.HOLE in masked
    assert masked.endswith("o a mi vecina.")


def test_what_waits_is_sealed_to_dispatch_and_forgotten_once_it_came_in(house: House) -> None:
    parts.take_in(house, part(1))
    seals = house.store.read(lambda conn: conn.execute(select(vault.SEALS.c.reader)).scalars().all())
    kept = house.store.read(lambda conn: conn.execute(select(vault.TEXTS.c.body)).scalars().all())

    assert seals == ["dispatch"]
    assert not any(b"agua" in body for body in kept)
    parts.take_in(house, part(2))
    parts.take_in(house, part(3))
    parts.join(house)
    assert count(house, inbox.Part.__table__) == 0  # type: ignore[attr-defined]
    fields = house.store.read(lambda conn: conn.execute(select(vault.TEXTS.c.field)).scalars().all())
    assert "part" not in fields


@pytest.mark.parametrize(
    "piece", [Piece("77", 0, 3), Piece("77", 4, 3), Piece("77", 1, 1), Piece("77", 1, 256)]
)
def test_a_piece_that_cannot_be_is_a_text_of_its_own(house: House, piece: Piece) -> None:
    odd = Inbound(
        gateway="network", sender="+51911222333", recipient="+51900000002", text="El agua sale turbia", ref="x",
        received_at=factories.NOON, piece=piece,
    )  # fmt: skip

    parts.take_in(house, odd)

    assert count(house, CASES) == 1


def test_the_sender_puts_parts_together_on_its_rounds(house: House) -> None:
    for index in (2, 1, 3):
        parts.take_in(house, part(index))

    drain(house)

    assert count(house, CASES) == 1


def test_word_that_knows_only_the_providers_id_finds_its_message(world: World) -> None:
    drain(world.house)

    status(world.house, StatusEvent("network", "", f"ref-{world.attempts()[0].id}", "delivered"))

    assert world.notice().state == "delivered"


def test_word_that_comes_before_the_id_is_written_down_is_not_lost(world: World) -> None:
    def early(message: Outbound) -> None:
        status(world.house, StatusEvent("network", "", f"ref-{message.attempt}", "delivered"))

    world.network.while_sending = early

    drain(world.house)

    assert world.notice().state == "delivered"


def test_word_of_messages_that_were_never_ours_is_forgotten(world: World) -> None:
    drain(world.house)
    status(world.house, StatusEvent("network", "", "nobodys", "delivered"))
    assert count(world.house, Stray.__table__) == 1  # type: ignore[attr-defined]

    world.clock.pass_by(timedelta(days=4))
    let_go_of_old(world.house)

    assert count(world.house, Stray.__table__) == 0  # type: ignore[attr-defined]
    assert world.notice().state == "sent"
