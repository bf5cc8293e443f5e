from typing import Any

import pytest
from sqlalchemy import func, select

from channels.claves import pads
from channels.claves.stretching import stretch
from channels.house import House
from channels.incoming import filing
from channels.incoming.filing import Filing, NoSuchSlip
from grievance import claves, pad, vault
from grievance.case import CASES
from grievance.complainant import Clave
from grievance.keyring import Ring
from grievance.message import Message
from grievance.store import Store
from grievance.vocabulary import Channel
from tests.sending import Clock, Network, make_house
from workflows.rulebook import Rulebook

WORDS = "El agua sale turbia desde el lunes"


@pytest.fixture
def house(store: Store, ring: Ring, rules: Rulebook) -> House:
    return make_house(store, ring, rules, Clock(), Network())


def relayed(slip: pads.Slip | None, key: str = "a", **more: Any) -> Filing:
    return Filing(
        door="radio-shared", key=key, text=WORDS, language="es", channel=Channel.RADIO_RELAY,
        prepared=slip.number if slip else None, **more,
    )  # fmt: skip


def cases_in(house: House) -> int:
    return house.store.read(lambda conn: conn.execute(select(func.count()).select_from(CASES)).scalar_one())


def test_the_same_thing_sent_twice_is_one_case(house: House) -> None:
    first, second = filing.file(house, relayed(None)), filing.file(house, relayed(None))

    assert first is not None
    assert first.clave is not None
    assert second is None
    assert cases_in(house) == 1


def test_a_slip_gives_the_case_its_number_and_its_clave_opens_what_was_said(house: House) -> None:
    slip, other = pads.draw(house, "radio-shared", 2)

    filed = filing.file(house, relayed(slip))

    assert filed is not None
    assert (filed.received.number, filed.clave) == (slip.number, None)
    assert opened(house, slip.clave) == WORDS
    assert opened(house, other.clave) is None


def test_a_slip_is_given_away_once(house: House) -> None:
    (slip,) = pads.draw(house, "radio-shared", 1)
    filing.file(house, relayed(slip))

    with pytest.raises(NoSuchSlip):
        filing.file(house, relayed(slip, key="b"))

    assert cases_in(house) == 1


def test_a_slip_of_another_door_a_void_one_and_none_at_all_are_refused(house: House) -> None:
    (elsewhere,) = pads.draw(house, "kiosk-qorimayu", 1)
    (lost,) = pads.draw(house, "radio-shared", 1)
    house.store.transact(lambda conn: pad.void(conn, "radio-shared", on=house.now().date()))

    for slip in (elsewhere, lost, pads.Slip("00000000", "")):
        with pytest.raises(NoSuchSlip):
            filing.file(house, relayed(slip))

    assert cases_in(house) == 0
    assert house.store.read(lambda conn: pad.left(conn, "kiosk-qorimayu")) == 1


@pytest.mark.parametrize("count", [0, pads.MOST + 1])
def test_nobody_prints_none_or_too_many(house: House, count: int) -> None:
    with pytest.raises(ValueError, match="slips at a time"):
        pads.draw(house, "radio-shared", count)


def test_a_danger_that_is_relayed_is_a_protected_case(house: House) -> None:
    filed = filing.file(house, Filing(door="radio", key="x", text="me amenazaron de muerte", language="es"))

    assert filed is not None
    assert filed.protected


def opened(house: House, clave: str) -> str | None:
    """What a clave opens, as `/follow` does it: stretched, looked up, and the key of what was said."""
    (made,) = stretch(house, clave)
    table = Clave.__table__  # type: ignore[attr-defined]
    row = house.store.read(
        lambda conn: conn.execute(select(table).where(table.c.lookup == made.lookup)).first()
    )
    if row is None:
        return None
    messages = Message.__table__  # type: ignore[attr-defined]
    query = select(messages.c.masked).where(messages.c.case == row.case)
    text = house.store.read(lambda conn: conn.execute(query).scalar_one())
    assert claves.reader(row.id) == made.key(row.id).reader
    return house.store.read(lambda conn: vault.read(conn, text, made.key(row.id)))
