from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from channels.gateway import Outbound, Undelivered
from tests.deployment import NUMBER, until
from tests.journeys.actors import CASE_NUMBER, CLAVE
from tests.peers import peers
from tests.peers.conftest import Serve, Served
from tests.peers.peers import Kannel

pytestmark = [
    pytest.mark.peers,
    pytest.mark.skipif(
        not all(map(peers.program, peers.BOXES)),
        reason="Debian's kannel (bearerbox, smsbox) is not installed",
    ),
]
PHONE = "+51987654321"
WATER = "El agua sale turbia   desde el lunes en Huaylluray"


@pytest.fixture(params=["post-url", "get-url"])
def network(request: pytest.FixtureRequest, tmp_path: Path, port: int) -> Iterator[Kannel]:
    """Run Kannel, which brings messages to us in either of its ways."""
    base = f"http://127.0.0.1:{port}"
    with peers.kannel(tmp_path, base_url=base, by_get=request.param == "get-url") as started:
        yield started


@pytest.fixture
def served(serve: Serve, network: Kannel, port: int) -> Iterator[Served]:
    """Serve a deployment behind it."""
    given = network.settings(number=NUMBER, callback=f"http://127.0.0.1:{port}")
    with serve(**given) as opened:
        yield opened


def test_texts_of_every_kind_come_in_through_a_real_kannel_and_answers_go_out(
    network: Kannel, served: Served
) -> None:
    phones = network.handsets
    wide, long = (
        "Ñandú 😀 el río está turbio en Huaylluray",
        ("El polvo entra a la escuela ", "de Huaylluray"),
    )
    served.busy = 2

    phones.texts(WATER, sender=PHONE, to=NUMBER)
    phones.texts_in_unicode(wide, sender="+51987654322", to=NUMBER)
    phones.texts_in_parts(*long, sender="+51987654323", to=NUMBER, mark=7)
    phones.texts("Recarga ya y gana premios", sender="Claro", to=NUMBER)
    until(lambda: len(served.cases()) == 3, what="three cases, though we were busy at first")
    until(lambda: served.outcomes().count("held") == 1, what="an operator's text to be held")

    until(lambda: served.turn() or served.states().count("delivered") == 3, what="reports of three receipts")
    theirs = [f"+5198765432{n}" for n in (1, 2, 3)]
    until(lambda: all(map(phones.got, theirs)), what="three receipts on three phones, as they show them")
    receipts = [phones.got(one) for one in theirs]
    assert [len(got) for got in receipts] == [1, 1, 1]
    assert all(CLAVE.search(got[0].text) and CASE_NUMBER.search(got[0].text) for got in receipts)
    assert {got[0].encoding for got in receipts} == {"text"}
    assert served.gateways() == {"kannel"}

    mine, letter = served.house.gateways["kannel"], "Ñandú 😀: le respondemos hasta el miércoles"
    mine.send(Outbound("+51911111111", letter, "a" * 32))
    mine.send(Outbound("+51922222222", "Recibimos su queja. " * 12, "b" * 32))
    until(
        lambda: phones.got("+51911111111") and len(phones.got("+51922222222")) == 2,
        what="a letter, and two parts",
    )
    assert [(got.text, got.encoding) for got in phones.got("+51911111111")] == [(letter, "ucs-2")]
    assert (
        "".join(got.text for got in phones.got("+51922222222")).strip()
        == ("Recibimos su queja. " * 12).strip()
    )
    assert [got.part[-4:] for got in phones.got("+51922222222")] == ["0201", "0202"]
    with pytest.raises(Undelivered) as refusal:
        replace(mine, password="another").send(Outbound(PHONE, "x", "c" * 32))  # type: ignore[type-var]
    assert (refusal.value.code, refusal.value.own) == ("403", True)
