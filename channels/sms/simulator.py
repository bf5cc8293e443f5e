"""Simulated phones: a gateway without a telephone network, for the demo and for tests.

Its memory is the simulated phones' own, as a real phone keeps what it received: numbers and texts in clear.
With a folder it is kept in files, so that the page of one process shows what another one sent. It exists in
demos only; `/phone` says so.
"""

import base64
import hashlib
import hmac
import io
import json
import math
import threading
import wave
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, urlsplit

from channels import clock
from channels.gateway import Answer, Can, Forged, Inbound, Outbound, Request, Sent, StatusEvent
from grievance.keyring import Ring

SIGNATURE: Final = "X-Simulator-Signature"
STATES: Final = ("sent", "delivered", "failed")
RANG: Final = "rang"
CALLS: Final = "call"
ANSWERED: Final = "answered"
RINGS_FOR: Final = timedelta(minutes=5)
"""So long a simulated phone rings: whoever shows it need not hurry."""


_RATE: Final = 8000


@dataclass(frozen=True, slots=True)
class Told:
    """One line of a phone's screen. `direction` is `in` for what the person wrote, `out` for what we sent.

    Of calls the text is the number of ours: `rang` whom the person let ring, `call` who calls them, `answered` whom they
    answered.
    """

    direction: str
    text: str
    at: datetime
    ref: str = ""


def key_of(ring: Ring) -> bytes:
    """Derive the key that signs what simulated phones send."""
    return ring.mac("simulator", "inbound")


def sign(key: bytes, body: bytes) -> str:
    """HMAC-SHA256 of the raw body, in hex."""
    return hmac.new(key, body, hashlib.sha256).hexdigest()


class Simulator:
    """Phones that exist only here. Whatever is sent to them arrives at once."""

    name = "simulator"
    can = Can(sees_texts=False)
    answer = Answer()
    by_get = False

    def __init__(
        self, key: bytes, *, folder: Path | None = None, now: Callable[[], datetime] = clock.now
    ) -> None:
        self._key = key
        self._folder = folder
        self.now = now
        self._phones: dict[str, list[Told]] = defaultdict(list)
        self._lock = threading.Lock()
        if folder is not None:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def inbound(self, request: Request, *, now: datetime) -> tuple[Inbound]:
        """Verify and parse what a simulated phone sends.

        Raises:
            Forged: the signature is missing or wrong, or there is no message.
        """
        self._verify(request)
        form = dict(request.form)
        if not form.get("MessageSid"):
            raise Forged("no message id")
        sender = form.get("From") or None
        message = Inbound(
            gateway=self.name, sender=sender, recipient=form.get("To", ""), text=form.get("Body", ""),
            ref=form["MessageSid"], received_at=now, answerable=sender is not None,
        )  # fmt: skip
        return (message,)

    def status(self, request: Request) -> tuple[StatusEvent, ...]:
        """Verify and parse a status callback, which only tests send.

        Raises:
            Forged: the signature is missing or wrong.
        """
        self._verify(request)
        form = dict(request.form)
        attempt = parse_qs(urlsplit(request.uri).query).get("a", [""])[0]
        state = form.get("MessageStatus", "")
        if not attempt or state not in STATES:
            return ()
        return (StatusEvent(gateway=self.name, attempt=attempt, ref=form.get("MessageSid", ""), state=state),)

    def send(self, message: Outbound) -> Sent:
        """Put a message on a phone's screen; it has arrived."""
        reference = f"SIM{message.attempt}"
        self._note(message.to, Told("out", message.text, self.now(), reference))
        return Sent(ref=reference, state="delivered")

    def call(self, to: str, *, sender: str) -> None:
        """Let a phone ring; its owner answers, or not."""
        self._note(to, Told(CALLS, sender, self.now()))

    def note_call(self, number: str, line: str, ours: str) -> None:
        """Show on a phone's screen that its owner let a number of ours ring (`rang`), or answered it (`answered`)."""
        self._note(number, Told(line, ours, self.now()))

    def ringing(self, number: str) -> str:
        """Name who calls a phone now: the last call, while it is neither answered nor older than `RINGS_FOR`."""
        calls = [told for told in self._told(number) if told.direction in (CALLS, ANSWERED)]
        if not calls or calls[-1].direction == ANSWERED or self.now() - calls[-1].at > RINGS_FOR:
            return ""
        return calls[-1].text

    def find(self, *, to: str, since: datetime, matches: Callable[[str], bool]) -> Sent | None:
        """Look at the phone's screen."""
        for told in self._told(to):
            if told.direction == "out" and told.at >= since and matches(told.text):
                return Sent(ref=told.ref, state="delivered")
        return None

    def recording(self, ref: str) -> tuple[bytes, str]:  # noqa: ARG002  every simulated voice is the same tone
        """Give the voice of a simulated call: a tone of a second, since nobody spoke."""
        return _tone(), "audio/wav"

    def forget_recording(self, ref: str) -> None:
        """Forget a recording; none was kept."""

    def note_inbound(self, number: str, text: str, *, at: datetime | None = None) -> None:
        """Show on a phone's screen what its owner wrote."""
        self._note(number, Told("in", text, at or self.now()))

    def inbox(self, number: str) -> list[tuple[str, str, datetime]]:
        """List what a phone's screen shows, oldest first, as (direction, text, at)."""
        return [(told.direction, told.text, told.at) for told in self._told(number)]

    def numbers(self) -> list[str]:
        """List the phones that were ever written to or from."""
        if self._folder is None:
            return sorted(self._phones)
        return sorted(base64.urlsafe_b64decode(file.stem).decode() for file in self._folder.glob("*.jsonl"))

    def _verify(self, request: Request) -> None:
        given = next((v for k, v in request.headers.items() if k.lower() == SIGNATURE.lower()), "")
        if not hmac.compare_digest(given.encode(), sign(self._key, request.body).encode()):
            raise Forged("not signed by a simulated phone")

    def _note(self, number: str, told: Told) -> None:
        with self._lock:
            if self._folder is None:
                self._phones[number].append(told)
                return
            line = json.dumps([told.direction, told.text, told.at.isoformat(), told.ref], ensure_ascii=False)
            with self._file(number).open("a", encoding="utf-8") as file:
                file.write(line + "\n")

    def _told(self, number: str) -> list[Told]:
        if self._folder is None:
            with self._lock:
                return list(self._phones.get(number, ()))
        file = self._file(number)
        lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
        rows = [json.loads(line) for line in lines]
        return [Told(direction, text, datetime.fromisoformat(at), ref) for direction, text, at, ref in rows]

    def _file(self, number: str) -> Path:
        """Name a phone's file so that no number a stranger types leaves the folder."""
        assert self._folder is not None  # noqa: S101  for the type checker: callers looked
        return self._folder / f"{base64.urlsafe_b64encode(number.encode()).decode()}.jsonl"


@cache
def _tone() -> bytes:
    """Make a second of A (440 Hz) as a WAV file of 8,000 samples of one byte."""
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(_RATE)
        sound.writeframes(bytes(128 + int(60 * math.sin(math.tau * 440 * n / _RATE)) for n in range(_RATE)))
    return file.getvalue()
