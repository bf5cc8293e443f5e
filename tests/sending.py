"""A house with one person, one case and one telephone network, for tests of what is sent."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, select

from channels.gateway import Answer, Can, Inbound, Outbound, Request, Sent, StatusEvent, Uncertain
from channels.house import House
from channels.incoming import sealing
from channels.outgoing import outbox
from channels.sms import SETTINGS
from grievance import notice, settings, vault
from grievance.errors import Unknown
from grievance.keyring import Ring
from grievance.store import Store
from tests import factories
from workflows import casework, owing
from workflows.knowing.reading import first_publics
from workflows.rulebook import Rulebook

PHONE = "+51987654321"
BASE = "https://quejas.example"
NOTICES, ATTEMPTS, PEOPLE, CLAVES, CODES = (
    notice.NOTICES,
    notice.ATTEMPTS,
    outbox.PEOPLE,
    outbox.CLAVES,
    outbox.CODES,
)


_ONE_WAY_IN = Can(retries_inbound=False)
_NOTHING = Answer()


@dataclass
class Network:
    """A telephone network of the test's own: it takes, refuses or loses what it is told to."""

    name: str = "network"
    can: Can = _ONE_WAY_IN
    answer: Answer = _NOTHING
    by_get: bool = False
    raises: list[Exception] = field(default_factory=list)
    lists: bool = True
    sent: list[Outbound] = field(default_factory=list)
    while_sending: Callable[[Outbound], None] = lambda _: None

    def inbound(self, request: Request, *, now: datetime) -> tuple[Inbound, ...]:
        raise NotImplementedError

    def status(self, request: Request) -> tuple[StatusEvent, ...]:
        raise NotImplementedError

    def send(self, message: Outbound) -> Sent:
        trouble = self.raises.pop(0) if self.raises else None
        if trouble is None or isinstance(trouble, Accepted):
            self.sent.append(message)
        self.while_sending(message)
        if trouble is not None:
            raise trouble
        return Sent(ref=f"ref-{message.attempt}")

    def find(self, *, to: str, since: datetime, matches: Callable[[str], bool]) -> Sent | None:
        if not self.lists or since > factories.NOON + timedelta(days=365):
            raise Uncertain("cannot list")
        return next((Sent(f"ref-{m.attempt}") for m in self.sent if m.to == to and matches(m.text)), None)


class Accepted(Uncertain):
    """It took the message, and then said nothing."""


@dataclass
class Clock:
    now: datetime = factories.NOON

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, time: timedelta) -> None:
        self.now += time


@dataclass
class World:
    """A house with one person and one case in it."""

    house: House
    clock: Clock
    network: Network
    case: str = ""
    person: str = ""
    number: str = ""
    receipt: str = ""

    def notice(self, notice_id: str = "") -> Any:
        return self.look(select(NOTICES).where(NOTICES.c.id == (notice_id or self.receipt)))[0]

    def attempts(self, notice_id: str = "") -> list[Any]:
        return self.look(
            select(ATTEMPTS)
            .where(ATTEMPTS.c.notice == (notice_id or self.receipt))
            .order_by(ATTEMPTS.c.claimed_at)
        )

    def look(self, query: Any) -> list[Any]:
        return self.house.store.read(lambda conn: list(conn.execute(query)))

    def owe(self, template: str, *, text: str | None = None, soon: bool = True, **blanks: Any) -> str:
        at = self.house.moment()
        sealed = None
        if text is not None:
            readers = {
                vault.DISPATCH: self.house.ring.public(vault.DISPATCH),
                vault.REVIEW: self.house.ring.public(vault.REVIEW),
            }
            sealed = vault.seal(text, text_id=at.id("text"), field="said", readers=readers)

        def work(conn: Connection) -> str:
            if sealed is not None:
                vault.store(conn, [sealed], case=self.case)
            return owing.owe(
                conn, case=self.case, complainant=self.person, template=template, language="es",
                codes={"number": self.number, **blanks}, at=at, on=at.now.date(), text=sealed.id if sealed else None,
                soon=soon,
            )  # fmt: skip

        return self.house.store.transact(work)

    def dispatch_reads(self, notice_id: str) -> bool:
        key = self.house.ring.key("dispatch", vault.DISPATCH)
        text = self.notice(notice_id).text
        try:
            self.house.store.read(lambda conn: vault.read(conn, text, key))
        except Unknown:
            return False
        return True


def make_house(store: Store, ring: Ring, rules: Rulebook, clock: Clock, gateway: Any, **env: str) -> House:
    given = {"GRIEVANCE_BASE_URL": BASE} | {f"GRIEVANCE_{k}": v for k, v in env.items()}
    return House(
        settings=settings.load(given, extra=SETTINGS),
        store=store,
        ring=ring,
        rules=rules,
        gateways={gateway.name: gateway},
        now=clock,
    )


def settle_in(house: House, gateway: str, *, protected: bool = False, phone: str = PHONE) -> World:
    at = house.moment()
    room = "review" if protected else "desk"
    publics = first_publics(house.ring.publics, room=room, operator=factories.OPERATOR, protected=protected)
    said = sealing.said(
        "El agua sale turbia desde el lunes", by="complainant", purpose="complaint", readers=publics
    )
    address = sealing.address(phone, dispatch=house.ring.public(vault.DISPATCH))
    person = at.id("person")
    row = {
        "id": person,
        "pseudonym": house.ring.pseudonym(phone),
        "gateway": gateway,
        "address": address.id,
        "language": "es",
        "since": at.now.date(),
    }
    complaint = casework.Complaint(
        channel="sms", language="es", said=(said,), room=room, operator=factories.OPERATOR, site=factories.SITE,
        complainant=person, protected=protected,
    )  # fmt: skip

    def work(conn: Connection) -> casework.Received:
        vault.store(conn, [address])
        conn.execute(insert(PEOPLE), row)
        return casework.receive(conn, complaint, rules=house.rules, at=at)

    received = house.store.transact(work)
    assert received.notice is not None
    clock, network = house.now, house.gateways[gateway]
    assert isinstance(clock, Clock)
    world = World(house, clock, Network(), received.case, person, received.number, received.notice)
    if isinstance(network, Network):
        world.network = network
    return world
