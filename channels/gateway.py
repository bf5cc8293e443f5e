"""The shape of a gateway: what a telephone network, or anything that carries messages, must be able to do.

An adapter verifies and parses what comes in, sends what goes out, and knows nothing of cases.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol, TypeGuard, runtime_checkable

from grievance.errors import GrievanceError
from grievance.vocabulary import Channel

RANKS: Mapping[str, int] = {"queued": 0, "claimed": 1, "unknown": 2, "sent": 3, "failed": 4, "delivered": 5}
"""A status moves forward, never back: callbacks come out of order."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Which part of a longer text a message is: `whole` is what all its parts have in common, `index` counts from 1."""

    whole: str
    index: int
    total: int


@dataclass(frozen=True, slots=True)
class Brought:
    """A picture or voice that came with its message: the kind it is said to be, and its bytes."""

    kind: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Pointed:
    """A picture or voice that lies where its message says: the kind it is said to be, if it is said, and the address."""

    kind: str
    at: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Inbound:
    """A message from outside. `ref` is the provider's own id; `sender` is None when it was withheld.

    `piece`: the gateway hands long texts over in parts, and this is one of them. `counted`: the year and the token by which
    a release counts whoever wrote, drawn by the process that heard it first; the one that joins parts holds no such key.
    `awaited`: what hangs on it comes in a message of its own.
    """

    gateway: str
    sender: str | None
    recipient: str
    text: str
    ref: str
    received_at: datetime
    answerable: bool = True
    provider_stopped: bool = False
    media: int = 0
    channel: Channel = Channel.SMS
    piece: Piece | None = None
    counted: tuple[int, bytes] | None = None
    brought: tuple[Brought, ...] = ()
    pointed: tuple[Pointed, ...] = ()
    awaited: bool = False


@dataclass(frozen=True, slots=True)
class Rang:
    """Somebody rang a number of ours that carries texts and that nobody answers. `caller` is None when it was withheld.

    `reachable`: it is a telephone's number, so that somebody can call it.
    """

    gateway: str
    caller: str | None
    recipient: str
    reachable: bool


@dataclass(frozen=True, slots=True)
class StatusEvent:
    """What became of a message of ours: `attempt` is our own id, carried in the callback's address.

    A gateway whose callbacks can carry no id of ours leaves `attempt` empty; then its own `ref` finds the attempt.

    `again`: it surely did not arrive and may another time (a phone that is off). `stopped`: the person asked the
    provider for no messages.
    """

    gateway: str
    attempt: str
    ref: str
    state: str
    error: str = ""
    again: bool = False
    stopped: bool = False
    own: bool = False
    """It failed for the gateway's own reasons (no credit, a number the networks bar): another one may bring it."""
    part: str = ""
    """It speaks of one part of a longer text, and this names the part; the text arrived when all of them did."""
    parts: int = 0
    """In how many parts the text left, where the gateway says so."""


@dataclass(frozen=True, slots=True)
class Outbound:
    """A message to be sent."""

    to: str
    text: str
    attempt: str
    sender: str | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """The provider took it: its id, and how far it says it is."""

    ref: str
    state: str = "sent"


class Undelivered(GrievanceError):
    """The provider said no. `permanent`: trying again is useless. `stopped`: the person asked for no messages.

    `own`: it said no for reasons of its own (an unpaid account, a full queue), and another gateway may well take it.
    """

    def __init__(self, code: str, *, permanent: bool, stopped: bool = False, own: bool = False) -> None:
        super().__init__(code)
        self.code = code
        self.permanent = permanent
        self.stopped = stopped
        self.own = own


class Uncertain(GrievanceError):
    """We do not know whether the provider took it: it hung, broke off, or failed after accepting."""


class Forged(GrievanceError):
    """The request does not prove who sent it: 403, counted, nothing stored."""


class Garbled(GrievanceError):
    """The sender is who it says, and what it says cannot be read: 400, counted, nothing stored."""


@dataclass(frozen=True, slots=True)
class Request:
    """An HTTP request as a gateway needs it: raw address and body, nothing decoded on the way."""

    method: str
    uri: str
    headers: Mapping[str, str]
    body: bytes
    form: tuple[tuple[str, str], ...]
    files: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    """What came with a form (RFC 7578), by the names of its fields."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a gateway wants to hear once a message is safe: some repeat it until they hear exactly that."""

    body: str = ""
    kind: str = "text/plain"


@dataclass(frozen=True, slots=True)
class Can:
    """What a gateway can do; `grievance check` makes advice of it."""

    two_way: bool = True
    """People can write to it, and it can send."""
    receipts: bool = True
    """It tells us what became of a message."""
    retries_inbound: bool = True
    """It tries again when we answer 5xx, or do not answer."""
    answers_stop_itself: bool = False
    """It answers STOP and blocks, before we hear of it."""
    asks: bool = True
    """It can be asked whether it took a message."""
    joins_parts: bool = True
    """It hands a long text over whole."""
    sees_texts: bool = True
    """Somebody else's computer sees numbers and texts on their way."""
    forgets: bool = True
    """It keeps nothing for long, or can be told to delete it; else texts and numbers stay where they came in."""
    phone: bool = False
    """A telephone receives for it: its inbox keeps every text, until the telephone's own settings delete it."""
    signed: bool = True
    """What it sends carries its own proof; else nothing but a secret in our address does."""


class Gateway(Protocol):
    """One provider, or one box on a desk."""

    name: str
    can: Can
    answer: Answer
    by_get: bool
    """It knocks with GET too; for all others that is 405."""

    def inbound(self, request: Request, *, now: datetime) -> Sequence[Inbound]:
        """Verify and parse what came in: usually one message, sometimes several, or none (a test of the address).

        Raises:
            Forged: the signature is missing or wrong.
            Garbled: it is signed, and cannot be read.
        """
        ...

    def status(self, request: Request) -> Sequence[StatusEvent]:
        """Verify and parse a status callback; empty when it says nothing we need.

        Raises:
            Forged: the signature is missing or wrong.
            Garbled: it is signed, and cannot be read.
        """
        ...

    def send(self, message: Outbound) -> Sent:
        """Hand a message over.

        Raises:
            Undelivered: the provider refused it.
            Uncertain: nobody knows.
        """
        ...

    def find(self, *, to: str, since: datetime, matches: Callable[[str], bool]) -> Sent | None:
        """Ask the provider whether it took a text that matches for this person since then; `None` if it did not.

        The text itself cannot be asked for: it held a clave, and nobody kept it; only its HMAC is known.

        Raises:
            Uncertain: it cannot say.
        """
        ...


@dataclass(frozen=True, slots=True)
class Fetched:
    """What was found when a gateway was looked into: a message, word of one of ours, or nothing of ours (None).

    `done` is called once it is safe here, and only then: it makes the gateway forget it.
    """

    what: Inbound | StatusEvent | None
    done: Callable[[], None]


@runtime_checkable
class Polled(Protocol):
    """A gateway that cannot knock: the process that sends looks into it each round."""

    name: str

    def fetch(self, *, now: datetime) -> Iterable[Fetched]:
        """List what came, and what became of ours, oldest first.

        Raises:
            Undelivered, Uncertain: it cannot be looked into now.
        """
        ...


@runtime_checkable
class Noting(Protocol):
    """A modem whose daemon runs a program when somebody rings `number`; it works in the folder `daemon`."""

    name: str
    number: str

    @property
    def daemon(self) -> Path:
        """Where its daemon works, and its notes of calls lie."""
        ...


@runtime_checkable
class Asking(Protocol):
    """A gateway that says everything at one address, asks there what it shall send, and hears it as the answer."""

    name: str

    def asked(self, request: Request) -> Answer:
        """Verify a request, and hand over what it asks for; nothing to do, if it asks for nothing.

        Raises:
            Forged: it does not prove who asks.
        """
        ...


@runtime_checkable
class Ringing(Protocol):
    """A gateway whose telephone tells of the calls that nobody answered."""

    name: str

    def rang(self, request: Request) -> Sequence[Rang]:
        """Verify a request, and say who rang; empty when it tells of no call.

        Raises:
            Forged: it does not prove who sent it.
            Garbled: it cannot be read.
        """
        ...


@runtime_checkable
class Remembering(Protocol):
    """A gateway whose provider keeps what came to us, so that what we missed can be asked for."""

    name: str

    def missed(self, *, since: datetime, now: datetime) -> Iterable[Inbound]:
        """List what people wrote to us since then, whether we have it or not.

        Raises:
            Undelivered, Uncertain: it cannot say now.
        """
        ...


@runtime_checkable
class Erasing(Protocol):
    """A gateway whose provider keeps texts, and can be told to forget one."""

    name: str

    def erase(self, ref: str) -> None:
        """Make the provider forget a message by its own id, pictures and voices with it; forgotten already is well.

        Raises:
            Undelivered, Uncertain: not now.
        """
        ...


@dataclass(frozen=True, slots=True)
class Enclosed:
    """One thing that hangs on a message: the provider's id of it, and the kind it is said to be."""

    name: str
    kind: str


@runtime_checkable
class Carrier(Protocol):
    """A gateway that keeps what hangs on a message until we have it."""

    def enclosed(self, ref: str) -> Sequence[Enclosed]:
        """List what hangs on a message.

        Raises:
            Undelivered: it is not there (`permanent`), or not now.
            Uncertain: nobody knows.
        """
        ...

    def enclosure(self, ref: str, name: str, *, most: int) -> bytes:
        """Fetch one thing, of so many bytes at most.

        Raises:
            Undelivered: it is not there, not now, or too large (`permanent`).
            Uncertain: nobody knows.
        """
        ...


@runtime_checkable
class Fetcher(Protocol):
    """A gateway whose provider keeps what hangs on a message at addresses of its own hosts, and shows it to us alone."""

    def fetched(self, address: str, *, most: int) -> Brought:
        """Fetch what lies at an address that a message named, of so many bytes at most.

        Raises:
            Undelivered: it lies at a host that no setting names (`permanent`, and nobody is asked), or is not there.
            Uncertain: nobody knows.
        """
        ...


def asks(gateway: object) -> TypeGuard[Asking]:
    """Tell whether a gateway says everything at one address."""
    return _is(gateway, Asking)


def hears_rings(gateway: object) -> TypeGuard[Ringing]:
    """Tell whether a gateway says who rang."""
    return _is(gateway, Ringing)


def erases(gateway: object) -> TypeGuard[Erasing]:
    """Tell whether a gateway can be told to forget a message."""
    return _is(gateway, Erasing)


def carries(gateway: object) -> TypeGuard[Carrier]:
    """Tell whether a gateway keeps for us what came with a message."""
    return _is(gateway, Carrier)


_KINDS: dict[tuple[type, Any], bool] = {}


def _is(gateway: object, what: Any) -> bool:
    """Find out once for each kind of gateway: to hold it against a protocol takes long, and every message asks."""
    kind = type(gateway), what
    if kind not in _KINDS:
        _KINDS[kind] = isinstance(gateway, what)
    return _KINDS[kind]
