"""What the conformance suite knows of gateways in general: words, knocks, a provider on loopback, a door.

A gateway joins the suite with one file in `specimens/` that ends in `SPECIMEN = ...`: how its provider writes
a message and a report, and how it answers when we send. The cases themselves are in `test_conformance.py`.
"""

import importlib
import itertools
import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar, Literal
from urllib.parse import parse_qsl, quote_plus, urlencode, urlsplit

from flask.testing import FlaskClient
from sqlalchemy import MetaData, func, select
from werkzeug.test import TestResponse
from werkzeug.wrappers import Response as Heard

from channels.gateway import Gateway, Inbound
from channels.house import House
from channels.outgoing import delivery, outbox
from grievance import inbox, notice, vault
from grievance.case import CASES
from grievance.message import Message
from tests.sending import BASE

Signing = Literal["good", "bad", "none"]
Kind = Literal["ok", "refused", "later", "garbage"]
TAKEN = ("ok", "hang", "cut")
NUMBER = "+51900000002"
"""The number of the example mechanism that people write to."""
SPECIMENS = Path(__file__).parent / "specimens"
PATIENT = 30.0
"""Seconds that a provider has to answer: a busy machine is no provider that hangs."""


@dataclass(frozen=True, slots=True)
class Word:
    """What somebody sends, in the terms of no gateway. `odd` are raw octets that stand for the text."""

    text: str
    sender: str
    ref: str
    media: int = 0
    odd: bytes = b""
    more: Mapping[str, str] = field(default_factory=dict)
    part: tuple[int, int] = (1, 1)
    whole: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """What a provider says became of a message: a state of ours, or `odd`, a word nobody has heard before."""

    state: str
    attempt: str
    ref: str
    to: str


@dataclass(frozen=True, slots=True)
class Knock:
    """One HTTP request to us."""

    uri: str
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    method: str = "POST"


@dataclass(frozen=True, slots=True)
class Taken:
    """One HTTP request that a provider got from us."""

    method: str
    uri: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def form(self) -> dict[str, str]:
        """Read its form, or else its query."""
        text = self.body.decode() or urlsplit(self.uri).query
        return dict(parse_qsl(text, keep_blank_values=True))

    @property
    def told(self) -> Any:
        """Read its JSON."""
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class Reply:
    """What a provider answers us."""

    body: bytes
    status: int = 200
    kind: str = "application/json"


class Specimen:
    """One gateway as its provider behaves. `lacks` says of each case that it cannot be asked of it, and why."""

    name: ClassVar[str]
    label: ClassVar[str] = ""
    """What the table calls it, where one adapter is asked in several ways."""
    lacks: ClassVar[Mapping[str, str]] = {}
    refusal: ClassVar[str] = ""
    """The code that a permanent refusal is kept under."""
    polled: ClassVar[bool] = False
    """It does not knock: it is looked into, and `comes`, `becomes` and `read` stand for its knocks."""

    def provider(self) -> AbstractContextManager["Provider"] | None:
        """Run its provider's stand-in, where that is no HTTP interface."""
        return None

    def comes(self, door: "Door", word: Word) -> "Heard":
        """Let a message arrive, and look."""
        raise NotImplementedError

    def becomes(self, door: "Door", report: Report) -> "Heard":
        """Let it be known what became of a message of ours, and look."""
        raise NotImplementedError

    def read(self, gateway: Gateway, word: Word, *, provider: str, now: datetime) -> Sequence[Inbound]:
        """Let a message arrive, and read it by the adapter alone."""
        raise NotImplementedError

    def gateway(self, *, provider: str, now: Callable[[], datetime]) -> Gateway:
        """Make the adapter; `provider` is the address of its provider's stand-in."""
        raise NotImplementedError

    def knock(self, word: Word, *, now: datetime, signing: Signing = "good") -> Knock:
        """Write a message as the provider does."""
        raise NotImplementedError

    def report(self, report: Report, *, now: datetime, signing: Signing = "good") -> Knock:
        """Write a status callback as the provider does."""
        raise NotImplementedError

    def ref_of(self, word: Word) -> str:
        """Give the id under which a message is known: the provider's own, unless it has none."""
        return word.ref

    def known_as(self, taken: Taken, ref: str) -> str:  # noqa: ARG002
        """Give the id that a message of ours is known by: the provider's own, unless it gives none."""
        return ref

    def unreadable(self, *, now: datetime) -> Knock:
        """Write something signed that cannot be read."""
        raise NotImplementedError

    def reply(self, taken: Taken, *, ref: str, kind: Kind) -> Reply:
        """Answer when we send."""
        raise NotImplementedError

    def listed(self, taken: Taken, accepted: Sequence[tuple[str, Taken]]) -> Reply | None:  # noqa: ARG002
        """Answer when we ask what it took; None when that is not what we ask."""
        return None

    def sent(self, taken: Taken) -> tuple[str, str]:
        """Read whom we sent to, in E.164, and what."""
        raise NotImplementedError


def specimens() -> Sequence[Specimen]:
    """Find every gateway that has a file in `specimens/`."""
    names = sorted(file.stem for file in SPECIMENS.glob("*.py"))
    found = [importlib.import_module(f"tests.channels.sms.specimens.{name}") for name in names]
    return [one for module in found for one in getattr(module, "SPECIMENS", ()) or (module.SPECIMEN,)]


def form_of(fields: Mapping[str, str], odd: bytes = b"", *, at: str = "") -> bytes:
    """Write a form; with `odd` octets in the place of one field's value."""
    body = urlencode(dict(fields) | ({at: "@"} if odd else {})).encode()
    return body.replace(b"%40", quote_plus(odd).encode()) if odd else body


def json_of(told: object, odd: bytes = b"", *, text: str = "") -> bytes:
    """Write JSON; with `odd` octets, and half a surrogate pair, in the place of a text."""
    body = json.dumps(told, ensure_ascii=False).encode()
    return (
        body.replace(json.dumps(text, ensure_ascii=False).encode(), b'"' + odd + b'\\ud83d"') if odd else body
    )


@dataclass
class Provider:
    """A provider's HTTP interface on loopback. `mood`: a kind of reply, `hang` until released, or `cut` the line."""

    specimen: Specimen
    url: str = ""
    mood: str = "ok"
    taken: list[Taken] = field(default_factory=list)
    refs: list[str] = field(default_factory=list)
    accepted: list[tuple[str, Taken]] = field(default_factory=list)
    """What it will carry, by its own ids: it said so, or would have if the line had held."""
    numbers: Iterator[int] = field(default_factory=itertools.count)
    while_taking: Callable[[Taken, str], None] = lambda *_: None
    release: threading.Event = field(default_factory=threading.Event)

    def take(self, taken: Taken) -> Reply | None:
        """Answer one request; None closes the line."""
        listed = self.specimen.listed(taken, self.accepted)
        if listed is not None:
            return listed
        ref = f"out-{next(self.numbers)}"
        self.taken.append(taken)
        self.refs.append(ref)
        if self.mood in TAKEN:
            self.accepted.append((ref, taken))
        self.while_taking(taken, ref)
        if self.mood == "hang":
            self.release.wait(10)
            return None
        if self.mood == "cut":
            return None
        return self.specimen.reply(taken, ref=ref, kind=self.mood)  # type: ignore[arg-type]

    def calm(self) -> None:
        """Forget everything that it was told to do, and what it took."""
        self.mood, self.while_taking = "ok", lambda *_: None
        self.taken.clear()
        self.refs.clear()
        self.accepted.clear()


@contextmanager
def provider_of(specimen: Specimen) -> Iterator[Provider]:
    """Run a provider: on a free port of loopback, or as its specimen says."""
    own = specimen.provider()
    if own is not None:
        with own as running:
            yield running
        return
    provider = Provider(specimen)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            reply = provider.take(Taken(self.command, self.path, dict(self.headers.items()), body))
            if reply is None:
                self.close_connection = True
                return
            self.send_response(reply.status)
            self.send_header("Content-Type", reply.kind)
            self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body)

        def do_GET(self) -> None:
            self.do_POST()

        def do_DELETE(self) -> None:
            self.do_POST()

        def log_message(self, *_: object) -> None: ...

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            """A caller that gave up is what half of these cases are about."""

    server = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    provider.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield provider
    finally:
        provider.release.set()
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass
class Door:
    """The house behind its real routes, with one gateway; every case brings a phone of its own."""

    specimen: Specimen
    house: House
    client: FlaskClient
    provider: Provider
    phones: Iterator[int]

    @cached_property
    def gateway(self) -> Gateway:
        return self.house.gateways[self.specimen.name]

    def word(self, text: str = "El agua del canal sale turbia desde el lunes", **told: Any) -> Word:
        """Write a message from a phone that never wrote before, unless told whose."""
        number = next(self.phones)
        given = {"sender": f"+51987{number:06d}", "ref": f"in-{self.specimen.name}-{number}"}
        return Word(text, **(given | told))

    def knock(self, knock: Knock, *, method: str = "") -> TestResponse:
        """Send a request over the real route."""
        headers = list(knock.headers.items())
        return self.client.open(
            knock.uri, method=method or knock.method, data=knock.body, headers=headers, base_url=BASE
        )

    def say(self, word: Word, *, signing: Signing = "good") -> Heard:
        """Hand in a message as the provider would."""
        if self.specimen.polled:
            return self.specimen.comes(self, word)
        return self.knock(self.specimen.knock(word, now=self.house.now(), signing=signing))

    def tell(self, report: Report, *, signing: Signing = "good") -> Heard:
        """Call back as the provider would."""
        if self.specimen.polled:
            return self.specimen.becomes(self, report)
        return self.knock(self.specimen.report(report, now=self.house.now(), signing=signing))

    def look(self, query: Any) -> list[Any]:
        return self.house.store.read(lambda conn: list(conn.execute(query)))

    def cases(self) -> int:
        return int(self.look(select(func.count()).select_from(CASES))[0][0])

    def person(self, sender: str) -> Any:
        """Find who writes under this address, if anybody."""
        pseudonym = self.house.ring.pseudonym(sender)
        found = self.look(select(outbox.PEOPLE).where(outbox.PEOPLE.c.pseudonym == pseudonym))
        return found[0] if found else None

    def address(self, sender: str) -> str | None:
        """Open where answers to this person go; None when nobody can answer them."""
        person = self.person(sender)
        if person is None or person.address is None:
            return None
        key = self.house.ring.key("dispatch", vault.DISPATCH)
        return self.house.store.read(lambda conn: vault.read(conn, person.address, key))

    def notices(self, sender: str) -> list[Any]:
        person = self.person(sender)
        mine = notice.NOTICES.c.complainant == (person.id if person else "")
        return self.look(select(notice.NOTICES).where(mine).order_by(notice.NOTICES.c.not_before))

    def attempt_of(self, sender: str, ref: str = "") -> str:
        """Find our attempt that the provider took under an id; without one, the attempt that is in the air."""
        mac = self.house.ring.mac("ref", ref) if ref else None
        notices = [notice.id for notice in self.notices(sender)]
        mine = select(notice.ATTEMPTS.c.id).where(notice.ATTEMPTS.c.notice.in_(notices))
        if not ref:
            mine = mine.where(notice.ATTEMPTS.c.state == "claimed")
        (row,) = self.look(mine.where(notice.ATTEMPTS.c.ref == mac))
        return str(row.id)

    def heard(self, word: Word) -> Any:
        """Find what became of a message; None where nothing was stored. A text in parts goes by its first."""
        table = inbox.Inbound.__table__  # type: ignore[attr-defined]
        own = self.specimen.ref_of(word)
        ref = own if word.part[1] == 1 else f"parts/{own}"
        mac = self.house.ring.mac("ref", f"{self.specimen.name}/{ref}")
        found = self.look(select(table).where(table.c.ref == mac))
        return found[0] if found else None

    def words_of(self, case: str) -> str:
        """Read the first text of a case; the whole of it, where a mask was laid over it, as the reviewer can."""
        key = self.house.ring.key("reviewer", vault.REVIEW)
        table = Message.__table__  # type: ignore[attr-defined]
        rows = self.look(select(table).where(table.c.case == case).order_by(table.c.seq))
        return self.house.store.read(lambda conn: vault.read(conn, rows[0].original or rows[0].masked, key))

    def everything(self) -> bytes:
        """Read every table of the database, and its files where it has any, as octets."""
        metadata = MetaData()
        metadata.reflect(self.house.store.engine)
        held = b""
        for table in metadata.tables.values():
            for row in self.look(select(table)):
                held += b"\x00".join(v if isinstance(v, bytes) else str(v).encode() for v in row)
        database = self.house.store.engine.url.database
        if self.house.store.engine.dialect.name == "sqlite" and database:
            held += b"".join(file.read_bytes() for file in Path(database).parent.iterdir())
        return held

    def drain(self) -> None:
        delivery.drain(self.house, hands=1)
