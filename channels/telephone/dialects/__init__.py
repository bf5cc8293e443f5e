"""Dialects of menus and calls: what each network posts and wants back. The dialogue knows none of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from channels.gateway import Answer, Request
from channels.telephone.voice import Plan


@dataclass(frozen=True, slots=True)
class UssdTurn:
    """One request of a telephone's menu. `entry` is None where nothing was typed yet.

    `cumulative`: it is everything typed in this session, parted by stars. `typed`: the same beside an entry that is
    not, from a network that brings both. `over`: the session has ended, and no screen is wanted.
    """

    session: str
    subscriber: str | None
    entry: str | None
    new: bool
    recipient: str = ""
    cumulative: bool = False
    place: int | None = None
    over: bool = False
    typed: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """One request of a call. `caller` is None when withheld. `place`: the step that is answered.

    Who called does not matter: `caller` is the person at the other end, and `recipient` the number of ours, where we
    called them too (`placed`). `recording` is the provider's id of a voice note, `seconds` its length.
    """

    session: str
    caller: str | None
    recipient: str
    digits: str
    place: int | None
    recording: str = ""
    seconds: int = 0
    reachable: bool = True
    over: bool = False
    placed: bool = False


class UssdDialect(Protocol):
    """A network of telephone menus."""

    @property
    def name(self) -> str:
        """The gateway's name, as it stands in addresses."""
        ...

    def parse(self, request: Request) -> UssdTurn:
        """Verify and read a request.

        Raises:
            Forged: it does not prove who sent it.
            Garbled: it cannot be read.
        """
        ...

    def render(self, screen: str, *, end: bool) -> Answer:
        """Show a screen."""
        ...


class VoiceDialect(Protocol):
    """A network of calls."""

    @property
    def name(self) -> str:
        """The gateway's name, as it stands in addresses."""
        ...

    def hear(self, request: Request) -> Call:
        """Verify and read a request.

        Raises:
            Forged: it does not prove who sent it.
            Garbled: it cannot be read.
        """
        ...

    def speak(self, plan: Plan) -> Answer:
        """Say a plan, and wait for what it waits for."""
        ...

    def busy(self) -> Answer:
        """Refuse a call so that it costs its caller nothing."""
        ...


@dataclass(frozen=True)
class Dialects:
    """What this deployment's networks speak, by gateway."""

    ussd: Mapping[str, UssdDialect]
    voice: Mapping[str, VoiceDialect]


def place_of(raw: str) -> int | None:
    """Read the step that an answer names; None where it names none."""
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 6 else None  # noqa: PLR2004  no session is so long
