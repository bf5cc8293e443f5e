"""Every gateway carries a complaint and its answer, and afterwards none of its ids and numbers is left in clear."""

import base64
import itertools
import json
import logging
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from channels import jobs
from channels.app import create_app
from channels.house import House
from channels.outgoing import delivery
from channels.outgoing.errands import Errands
from grievance import notice
from grievance.keyring import Ring
from grievance.store import Store
from tests.channels.sms.conformance import NUMBER, Door, Report, Word, provider_of, specimens
from tests.journeys.handsets import HOOK, Caller, Handset
from tests.privacy import canary
from tests.sending import Clock, make_house
from workflows.rulebook import Rulebook

COMPLAINT = "El agua del canal sale turbia desde el lunes en Huaylluray"
FIRST = {one.name: one for one in reversed(specimens())}


@pytest.fixture
def doors(store: Store, ring: Ring, rules: Rulebook, redis_url: str) -> Iterator[dict[str, Door]]:
    """Open a house with every gateway there is."""
    clock, phones = Clock(), itertools.count(1)
    with ExitStack() as stack:
        providers = {name: stack.enter_context(provider_of(one)) for name, one in FIRST.items()}
        gateways: dict[str, Any] = {
            name: one.gateway(provider=providers[name].url, now=clock) for name, one in FIRST.items()
        }
        house = make_house(store, ring, rules, clock, gateways["gammu"], FACES="intake", REDIS_URL=redis_url)
        lines = replace(house.settings, extra={**house.settings.extra, "AFRICASTALKING_HOOK": HOOK})
        house = replace(house, gateways=gateways, settings=lines)
        client = create_app(house).test_client()
        yield {name: Door(one, house, client, providers[name], phones) for name, one in FIRST.items()}


@dataclass
class Phones:
    """What a telephone in a call or a menu needs of a world: our house, and a network that keeps recordings."""

    house: House
    client: FlaskClient
    recordings: dict[str, bytes] = field(default_factory=dict)

    @property
    def network(self) -> "Phones":
        """Be the network too."""
        return self

    def anybody(self) -> FlaskClient:
        """Knock at our door."""
        return self.client

    def deliver(self) -> None:
        """Send nothing in between: the whole run does."""


def by_other_ways(door: Door) -> dict[str, str]:
    """Complain by a call with a voice note, by a menu and by WhatsApp; answers every number and id of theirs."""
    phones = Phones(door.house, door.client)
    caller = Caller(phones, "+51987555001", to=NUMBER)  # type: ignore[arg-type]
    caller.calls()
    caller.presses("1")
    caller.speaks()
    handset = Handset(phones, "+51987555002")  # type: ignore[arg-type]
    handset.dials()
    handset.types("1")
    handset.types(COMPLAINT)
    text = door.word(COMPLAINT, sender="whatsapp:+51987555003", ref="SM5e0faab0c1d24e6f9b7a8c3d2e1f0a9b")
    assert door.say(text).status_code == 200
    (recording,) = phones.recordings
    return {
        "call: number": caller.phone, "call: id": caller.call, "call: recording": recording,
        "menu: number": handset.phone, "menu: session": handset.session,
        "whatsapp: number": text.sender.removeprefix("whatsapp:"), "whatsapp: id": text.ref,
    }  # fmt: skip


def left_by(secret: str, places: dict[str, bytes]) -> set[str]:
    """Find the places where a number or an id stands, as it is or in a usual coat."""
    raw = secret.removeprefix("+").removeprefix("51").encode()
    coats = {
        raw,
        raw.hex().encode(),
        raw[::-1],
        base64.b64encode(raw).rstrip(b"="),
        raw.decode().encode("utf-16-le"),
    }
    return {where for where, what in places.items() if any(coat.lower() in what for coat in coats)}


def test_no_gateways_ids_and_numbers_are_left_in_the_database_the_logs_or_the_queue(
    doors: dict[str, Door], redis_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    house = next(iter(doors.values())).house
    words: dict[str, Word] = {name: door.word(COMPLAINT) for name, door in doors.items()}

    for name, door in doors.items():
        assert door.say(words[name]).status_code == 200
        door.say(door.word(COMPLAINT, sender=words[name].sender), signing="bad")  # to a modem nobody can lie
    before = doors["twilio"].cases()
    others = by_other_ways(doors["twilio"])
    assert doors["twilio"].cases() == before + 3
    Errands()(house)
    waiting = house.store.read(lambda conn: list(conn.execute(select(notice.NOTICES.c.id)).scalars()))
    jobs.wake(house, waiting)
    delivery.drain(house, hands=1)
    refs = {name: door.provider.refs[-1] for name, door in doors.items() if door.provider.refs}
    for name, ref in refs.items():
        attempts = house.store.read(
            lambda conn, name=name: list(
                conn.execute(select(notice.ATTEMPTS.c.id).where(notice.ATTEMPTS.c.gateway == name)).scalars()
            )
        )
        doors[name].tell(Report("delivered", attempts[0], ref, words[name].sender))

    places = {f"table {name}": data for name, data in canary.tables(house.store)}
    file = house.store.engine.url.database
    if house.store.engine.dialect.name == "sqlite":
        places |= {each.name: each.read_bytes() for each in Path(str(file)).parent.glob("*.db*")}
    places["the logs"] = json.dumps([str(record.__dict__) for record in caplog.records]).encode()
    places["the queue"] = canary.queue(redis_url)
    places = {where: what.lower() for where, what in places.items()}

    secrets = {f"{name}: number": word.sender for name, word in words.items()}
    secrets |= {f"{name}: id": word.ref for name, word in words.items()}
    secrets |= {
        f"{name}: id of what we sent": ref
        for name, ref in refs.items()
        if name not in ("gammu", "gammufiles")
    }  # it knows ours alone
    secrets |= others
    assert {what: found for what, one in secrets.items() if (found := left_by(one, places))} == {}
    assert len(waiting) >= len(FIRST)
    assert b"notice-" in places["the queue"]
    assert set(refs) >= {"kannel", "android", "twilio", "infobip", "vonage", "telerivet"}


@pytest.mark.parametrize("coat", ["{0}", "x{0}y", "tel:+51{0}"])
def test_its_twin_an_id_left_lying_about_is_found(coat: str) -> None:
    assert left_by("+51987000001", {"a": coat.format("987000001").encode(), "b": b"987 000"}) == {"a"}
