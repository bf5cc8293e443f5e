"""What the adapters of all providers have in common, so that the module of each says only what is peculiar to it.

A provider names its fields, its words and its proof; a message, a report and an address to call back are made here.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

from channels.gateway import Answer, Brought, Inbound, Piece, Pointed, Rang, Sent, StatusEvent, Uncertain
from channels.sms import calling
from channels.sms.senders import country_for, read_bare, read_sender

LAYOUT: Final = "application/smil"
"""How the parts of a picture message are laid out: nothing that anybody sent."""
_SILENCE: Final = Answer()


class Adapter:
    """A gateway by HTTP: it knocks by POST, waits for no particular answer, and cannot be asked about a text."""

    name: str
    base_url: str
    answer: Answer = _SILENCE
    by_get: bool = False
    countries: Mapping[str, str] = MappingProxyType({})
    """The countries of numbers written without one, by our number they came to; under "" for all others."""

    @property
    def home(self) -> str:
        """Our own number there: of a country, or a short code."""
        return str(getattr(self, "sender", "") or getattr(self, "number", ""))

    def find(self, *, to: str, since: datetime, matches: Callable[[str], bool]) -> Sent | None:  # noqa: ARG002
        """Say that it cannot be asked whether it took a message: it gives no texts back.

        Raises:
            Uncertain: always.
        """
        raise Uncertain("it cannot be asked")

    def heard(
        self, text: str, *, sender: str, to: str, ref: str, now: datetime, bare: bool = False,
        media: int = 0, brought: tuple[Brought, ...] = (), pointed: tuple[Pointed, ...] = (),
        piece: Piece | None = None, awaited: bool = False,
    ) -> Inbound:  # fmt: skip
        """Make a message of what a provider says. `to`: our number, whose country short spellings belong to.

        `bare`: it writes international numbers without their "+".
        """
        region = country_for(to, self.home, self.countries)
        who, answerable = (read_bare if bare else read_sender)(sender, region=region)
        recipient = (read_bare(to, region=region)[0] or "") if bare else to
        return Inbound(
            gateway=self.name, sender=who, recipient=recipient, text=text, ref=ref, received_at=now,
            answerable=answerable, media=media, brought=brought, pointed=pointed, piece=piece, awaited=awaited,
        )  # fmt: skip

    def rung(self, sender: str, *, to: str) -> tuple[Rang, ...]:
        """Say who rang a telephone of ours, as it wrote the number."""
        who, reachable = read_sender(sender, region=country_for(to, self.home, self.countries))
        return (Rang(self.name, who, to or self.home, reachable),)

    def told_of(
        self, state: str | None, *, attempt: str = "", ref: str = "", error: object = "", again: bool = False,
        stopped: bool = False, own: bool = False,
    ) -> tuple[StatusEvent, ...]:  # fmt: skip
        """Say what became of a message of ours; nothing, where the word is unknown or nothing names the message.

        An error is kept if it is a code, and of what failed alone.
        """
        if state is None or not (attempt or ref):
            return ()
        code = calling.code_of(error) if state == "failed" else ""
        event = StatusEvent(self.name, attempt, ref, state, error=code, again=again, stopped=stopped, own=own)
        return (event,)

    def status_url(self, query: str = "") -> str:
        """Write the address at which the provider tells what became of a message."""
        return f"{self.base_url}/channels/{self.name}/status" + (f"?{query}" if query else "")


def kind_of(raw: object) -> str:
    """Read the kind of a thing (RFC 9110, 8.3.1) without its parameters; empty where it is not said."""
    return str(raw or "").partition(";")[0].strip().lower()


def hangs_on(kind: str) -> bool:
    """Tell whether a part of a picture message is something that was sent with its words."""
    return not kind.startswith("text/") and kind != LAYOUT


def piece_of(whole: str, index: str, total: str) -> Piece | None:
    """Read which part of a longer text it is; odd numbers make it a text of its own."""
    if not (_is_small(index) and _is_small(total)):
        return None
    return Piece(whole=whole, index=int(index), total=int(total))


def _is_small(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) <= 3  # noqa: PLR2004  at most 255 parts
