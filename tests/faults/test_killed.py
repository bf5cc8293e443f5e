"""Processes that die: kill -9, on both databases. What was answered 200 is there, and nobody is told twice."""

import secrets
import urllib.error
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import insert, select, update

from channels import wiring
from channels.app import create_app
from channels.house import House
from channels.incoming import sealing
from grievance import inbox, vault
from grievance.case import CASES
from grievance.complainant import Complainant
from grievance.notice import ATTEMPTS, NOTICES
from grievance.vocabulary import NoticeState, State
from tests import factories, standin
from tests.deployment import NUMBER, Clock, Deployment, Process, Running, rows, until
from tests.journeys.actors import CLAVE, Resident, World
from tests.standin import ACCOUNT, Standin

WATER = "El agua sale turbia desde el lunes en Huaylluray"
TEXTS = 200
AT_ONCE = 32
INBOX = inbox.Inbound.__table__  # type: ignore[attr-defined]
PEOPLE = Complainant.__table__  # type: ignore[attr-defined]
OPEN = (NoticeState.QUEUED, NoticeState.CLAIMED)


@pytest.fixture
def house(founded: Deployment) -> Iterator[House]:
    """Look into the deployment from outside its processes."""
    made = founded.house()
    yield made
    made.store.close()


@pytest.fixture
def resident(founded: Deployment, house: House, network: Standin) -> Resident:
    """Meet somebody whose text is taken in here, and answered by the worker under test."""
    world = World(founded, house, create_app(house), network, Clock(house.now()))
    world.deliver = lambda: None  # type: ignore[method-assign]
    return world.resident()


def _let_leases_run_out(house: House) -> None:
    past = house.now() - timedelta(hours=1)
    house.store.transact(lambda conn: conn.execute(update(ATTEMPTS).values(lease_until=past)).rowcount)


def _states(house: House) -> list[str]:
    return [row.state for row in rows(house.store, select(NOTICES.c.state))]


def test_a_worker_killed_after_claiming_leaves_the_receipt_to_the_next(
    founded: Deployment, house: House, resident: Resident, network: Standin, processes: Running
) -> None:
    network.fault = "hang_before"
    resident.texts(WATER)
    first = processes.worker(keys_dir=founded.keys.apart["worker"])
    until(lambda: network.calls, what="the first worker's call")

    first.kill()
    assert _states(house) == ["claimed"]
    network.fault = ""
    _let_leases_run_out(house)
    processes.worker(keys_dir=founded.keys.apart["worker"])

    until(lambda: _states(house) == ["sent"])
    assert len(resident.inbox()) == 1


def test_a_worker_killed_after_sending_is_asked_about_and_nobody_is_told_twice(
    founded: Deployment, house: House, resident: Resident, network: Standin, processes: Running
) -> None:
    network.fault, network.faults = "hang", 1
    resident.texts(WATER)
    first = processes.worker(keys_dir=founded.keys.apart["worker"])
    until(lambda: network.taken, what="the first worker's message")

    first.kill()
    network.release.set()
    _let_leases_run_out(house)
    processes.worker(keys_dir=founded.keys.apart["worker"])

    until(lambda: _states(house) == ["sent"])
    assert len(resident.inbox()) == 1
    assert len(network.calls) == 1


def test_a_server_killed_among_two_hundred_texts_loses_none_that_it_answered(
    founded: Deployment, house: House, network: Standin, processes: Running, port: int
) -> None:
    proposals = [_owe_a_proposal(house) for _ in range(6)]
    first = processes.serve(port=port)
    phones = {f"SM{secrets.token_hex(16)}": f"+5198{n:07}" for n in range(TEXTS)}

    answered = _text_all(first, phones, kill_after=TEXTS // 3)
    second = processes.serve(port=port)

    assert TEXTS // 3 <= len(answered) < TEXTS
    kept = rows(house.store, select(INBOX.c.ref, INBOX.c.case))
    cases = {row.id for row in rows(house.store, select(CASES.c.id).where(CASES.c.state == State.RECEIVED))}
    refs = {house.ring.mac("ref", f"twilio/{sid}") for sid in answered}
    assert refs <= {bytes(row.ref) for row in kept}
    assert len(kept) == len({bytes(row.ref) for row in kept}) == len({row.case for row in kept})
    assert {row.case for row in kept} == cases
    again = {sid: phones[sid] for sid in phones if sid not in answered}
    assert len(_text_all(second, again)) == len(again)
    assert len(rows(house.store, select(CASES.c.id).where(CASES.c.state == State.RECEIVED))) == TEXTS
    _let_leases_run_out(house)
    waiting = select(NOTICES.c.id).where(NOTICES.c.template == "receipt", NOTICES.c.state.in_(OPEN))
    until(lambda: not rows(house.store, waiting), what="every receipt", within=120)
    _everybody_was_told_once(house, network, set(phones.values()))
    told = Counter(form["To"] for form in network.taken if "1 Acepto" in form.get("Body", ""))
    assert all(told[phone] <= 1 for phone in proposals)
    assert founded.api_base == network.url


def _everybody_was_told_once(house: House, network: Standin, phones: set[str]) -> None:
    """Each receipt was sent once, or is shown as unknown; one that says so may have come again."""
    receipts = Counter(
        form["To"] for form in network.taken if CLAVE.search(form.get("Body", "")) and form["To"] in phones
    )
    unknown = rows(house.store, select(NOTICES.c.id).where(NOTICES.c.state == NoticeState.UNKNOWN))
    assert len(phones - set(receipts)) <= len(unknown)
    assert [phone for phone, times in receipts.items() if times > 1] == []


def _text_all(server: Process, phones: dict[str, str], *, kill_after: int = 0) -> set[str]:
    """Send every text, many at once; the server may be killed in the middle. Gives those that were answered 200."""
    answered: set[str] = set()

    def send(sid: str) -> None:
        form = {
            "MessageSid": sid,
            "AccountSid": ACCOUNT,
            "From": phones[sid],
            "To": NUMBER,
            "Body": WATER,
            "NumMedia": "0",
        }
        for _ in range(1 if kill_after else 5):
            try:
                status = standin.post(f"{server.url}/channels/twilio/sms", form)
            except (urllib.error.URLError, OSError):
                return
            if status == 200:
                answered.add(sid)
            if status != 503:
                break
        if kill_after and len(answered) >= kill_after:
            server.kill()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(send, phones))
    return answered


def _owe_a_proposal(house: House) -> str:
    """Walk a case to a proposal that is owed to a phone, and give the phone."""
    phone = f"+5197{secrets.randbelow(10**7):07}"
    address = sealing.address(phone, dispatch=house.ring.public("dispatch"))
    person = secrets.token_hex(16)

    def meet(conn: object) -> None:
        vault.store(conn, [address])  # type: ignore[arg-type]
        row = {
            "id": person, "pseudonym": house.ring.pseudonym(phone), "gateway": "twilio", "address": address.id,
            "language": "es", "stopped_on": None, "since": house.now().date(),
        }  # fmt: skip
        conn.execute(insert(PEOPLE), row)  # type: ignore[attr-defined]

    house.store.transact(meet)
    noon = house.now() - timedelta(days=2)
    factories.a_case(
        house.store, house.rules, state=State.PROPOSED, complainant=person, reached=False, language="es", now=noon,
        house=house.ring.publics,
    )  # fmt: skip
    return phone


def test_one_home_is_served_by_one_server(founded: Deployment, processes: Running, port: int) -> None:
    if not founded.database_url.startswith("sqlite"):
        return
    processes.serve(port=port)

    second = processes.start("serve", "--port", str(port), **founded.env())

    assert second.popen.wait(30) == 1
    assert "another server" in second.said()
    assert wiring.EMBEDDED
