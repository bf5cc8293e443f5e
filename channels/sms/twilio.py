"""Twilio: SMS and WhatsApp by a cloud number. Signed webhooks in, its Messages API out, status callbacks back.

What is not signed is nobody's word (`twiliosigned`); whatever goes wrong while that is found out is a forgery.
"""

import base64
import logging
import ssl
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from channels.gateway import (
    Answer,
    Can,
    Enclosed,
    Forged,
    Inbound,
    Outbound,
    Request,
    Sent,
    StatusEvent,
    Uncertain,
    Undelivered,
)
from channels.sms.senders import country_for, read_sender
from channels.sms.twiliosigned import is_genuine
from grievance.vocabulary import Channel

if TYPE_CHECKING:
    from twilio.rest import Client  # type: ignore[import-untyped]

API_BASE = "https://api.twilio.com"
TWIML = Answer('<?xml version="1.0" encoding="UTF-8"?><Response></Response>', "text/xml")
WHATSAPP = "whatsapp:"
CODED_FROM = 60
"""Letters from which on a body may be coded; shorter ones are left as people wrote them."""
CAN = Can(retries_inbound=False, answers_stop_itself=True)
TIMEOUT = 10.0
LISTED = 100
"""How many of a person's newest messages are looked through when we ask whether one was taken."""
HOPS = 3
"""So often we let Twilio send us on to where a picture lies."""
MISSED, PAGE = 10_000, 1000
"""The most messages that are listed when we ask what we missed, and Twilio's own largest page."""
_GONE = frozenset({"20404", "404"})
TRIAL = "Sent from your Twilio trial account - "
STATES: Mapping[str, str] = {
    "accepted": "sent", "scheduled": "sent", "queued": "sent", "sending": "sent", "sent": "sent",
    "delivered": "delivered", "read": "delivered",
    "undelivered": "failed", "failed": "failed", "canceled": "failed",
}  # fmt: skip
STOPPED = "21610"
NOT_NOW = frozenset({"20429", "429", "21611", "30001", "30003", "30017", "30022", "63018"})
"""Full queues, too many at once, a phone that is switched off: worth trying again."""
OWN_REASONS = frozenset(
    {"20003", "20005", "20429", "21408", "21606", "21608", "21611", "21612", "21659", "21660", "30002"}
)
"""It is the account, its number or its queue that is at fault, not the person: another gateway may well reach them."""
STOP_WORDS = frozenset({"STOP", "UNSUBSCRIBE", "END", "QUIT", "STOPALL", "REVOKE", "OPTOUT", "CANCEL"})
_REFUSED = range(400, 500)
_TOO_MANY = 429
_SILENT = logging.getLogger("twilio.silent")
_SILENT.propagate = False
_SILENT.setLevel(logging.CRITICAL + 1)


@dataclass
class Twilio:
    """One account of Twilio. `tokens` are tried in turn, so that one can be replaced without a gap.

    `signing_keys` are shared keys by id: a request that names one is checked with HMAC-SHA256 and nothing else.
    `whatsapp` is the number that answers there, where it is another one.
    """

    account: str
    tokens: Sequence[str] = field(repr=False)
    sender: str
    base_url: str
    api_base: str = API_BASE
    signing_keys: Mapping[str, str] = field(default_factory=dict, repr=False)
    whatsapp: str = ""
    timeout: float = TIMEOUT
    name: str = "twilio"
    can: Can = CAN
    answer: Answer = TWIML
    by_get: bool = False
    countries: Mapping[str, str] = field(default_factory=dict)

    @property
    def home(self) -> str:
        """Our own number there, or a Messaging Service."""
        return self.sender

    def inbound(self, request: Request, *, now: datetime) -> Sequence[Inbound]:
        """Verify and parse an incoming message; where Twilio thinks the phone stands is dropped here.

        Raises:
            Forged: the signature is missing or wrong, or it is no message of this account.
        """
        form = self.verified(request)
        reference = form.get("MessageSid") or form.get("SmsSid", "")
        if not reference:
            raise Forged("no message id")
        message = self._message(
            form.get("Body", ""), sender=form.get("From", ""), to=form.get("To", ""), ref=reference, at=now,
            media=form.get("NumMedia", ""), opted_out=form.get("OptOutType", "").upper() == "STOP",
        )  # fmt: skip
        return (message,)

    def status(self, request: Request) -> Sequence[StatusEvent]:
        """Verify and parse a status callback; words Twilio may invent one day say nothing.

        Raises:
            Forged: the signature is missing or wrong.
        """
        form = self.verified(request)
        attempt = parse_qs(urlsplit(request.uri).query).get("a", [""])[0]
        state = STATES.get(form.get("MessageStatus", "") or form.get("SmsStatus", ""))
        if not attempt or state is None:
            return ()
        error = form.get("ErrorCode", "")
        event = StatusEvent(
            gateway=self.name, attempt=attempt, ref=form.get("MessageSid", ""), state=state, error=error,
            again=state == "failed" and error in NOT_NOW, stopped=error == STOPPED,
            own=state == "failed" and error in OWN_REASONS,
        )  # fmt: skip
        return (event,)

    def send(self, message: Outbound) -> Sent:
        """Hand a message to the Messages API.

        Raises:
            Undelivered: Twilio refused it, or could not be reached at all.
            Uncertain: it hung, broke off, failed, or answered something that cannot be read.
        """
        by_whatsapp = message.to.startswith(WHATSAPP)
        sender = message.sender or (by_whatsapp and self.whatsapp) or self.sender
        prefix = WHATSAPP if by_whatsapp else ""
        by = {"messaging_service_sid": sender} if sender.startswith("MG") else {"from_": prefix + sender}
        callback = f"{self.base_url}/channels/{self.name}/status?a={message.attempt}"
        created = _asked(
            lambda: self._client.messages.create(
                to=message.to, body=message.text, status_callback=callback, **by
            )
        )
        if not created.sid:
            raise Uncertain("an answer without an id")
        return Sent(ref=str(created.sid), state=STATES.get(str(created.status), "sent"))

    def find(self, *, to: str, since: datetime, matches: Callable[[str], bool]) -> Sent | None:
        """Look through the person's newest messages at Twilio.

        Not by DateSent: a message still in Twilio's queue has none, and would be sent twice.

        Raises:
            Uncertain: Twilio cannot say.
        """
        try:
            listed = _asked(lambda: self._client.messages.list(to=to, limit=LISTED, page_size=LISTED))
        except Undelivered as cause:
            raise Uncertain(cause.code) from None
        for one in listed:
            body = one.body or ""
            old = one.date_created is not None and one.date_created < since - timedelta(minutes=5)
            if not old and (matches(body) or matches(body.removeprefix(TRIAL))):
                return Sent(ref=str(one.sid), state=STATES.get(str(one.status), "sent"))
        return None

    def recording(self, ref: str) -> tuple[bytes, str]:
        """Fetch a recording of a call; its address is made of our own settings and its id.

        Raises:
            Undelivered: it is not there, or not yet.
            Uncertain: Twilio cannot say.
        """
        import requests  # noqa: PLC0415  comes with twilio.rest

        address = f"{self.api_base}/2010-04-01/Accounts/{self.account}/Recordings/{ref}.mp3"
        try:
            answer = requests.get(
                address, auth=(self.account, self.tokens[0]), timeout=self.timeout, allow_redirects=False
            )
        except requests.RequestException as cause:
            raise Uncertain(type(cause).__name__) from None
        if answer.status_code == HTTPStatus.OK:
            return answer.content, answer.headers.get("Content-Type", "").partition(";")[0].strip()
        if answer.status_code == HTTPStatus.NOT_FOUND:  # it takes Twilio some seconds to have it ready
            raise Undelivered("not there yet", permanent=False)
        raise _refusal(answer.status_code, str(answer.status_code))

    def forget_recording(self, ref: str) -> None:
        """Have Twilio delete a recording.

        Raises:
            Undelivered, Uncertain: it did not, or nobody knows.
        """
        _asked(lambda: self._client.recordings(ref).delete())

    def enclosed(self, ref: str) -> Sequence[Enclosed]:
        """List the pictures and voices of a message.

        Raises:
            Undelivered, Uncertain: it is not there, or Twilio cannot say.
        """
        listed = _asked(lambda: self._client.messages(ref).media.list(limit=LISTED))
        return tuple(
            Enclosed(str(one.sid), str(one.content_type or "").partition(";")[0].strip()) for one in listed
        )

    def enclosure(self, ref: str, name: str, *, most: int) -> bytes:
        """Fetch one of them. Twilio sends us on to where it lies; our account's secret does not go there.

        Raises:
            Undelivered, Uncertain: it is not there, too large, or Twilio cannot say.
        """
        import requests  # noqa: PLC0415  comes with twilio.rest

        address = f"{self.api_base}/2010-04-01/Accounts/{self.account}/Messages/{ref}/Media/{name}"
        login: tuple[str, str] | None = (self.account, self.tokens[0])
        try:
            for _ in range(HOPS):
                with requests.get(
                    address, auth=login, timeout=self.timeout, allow_redirects=False, stream=True
                ) as answer:
                    if answer.status_code == HTTPStatus.OK:
                        return _read(answer, most)
                    if not answer.is_redirect:
                        raise _refusal(answer.status_code, str(answer.status_code))
                    address, login = _onward(answer.headers["Location"], self.api_base), None
        except requests.RequestException as cause:
            raise Uncertain(type(cause).__name__) from None
        raise Undelivered("sent on and on", permanent=True)

    def call(self, to: str, *, sender: str) -> None:
        """Call somebody; what is said then, Twilio asks us.

        Raises:
            Undelivered: it was refused.
            Uncertain: nobody knows.
        """
        address = f"{self.base_url}/channels/{self.name}/voice"
        _asked(lambda: self._client.calls.create(to=to, from_=sender, url=address, method="POST"))

    def missed(self, *, since: datetime, now: datetime) -> Sequence[Inbound]:
        """List what people wrote to this account since then; it may have other numbers, for other things.

        Raises:
            Undelivered, Uncertain: Twilio cannot say now.
        """
        listed = _asked(
            lambda: self._client.messages.list(date_sent_after=since, limit=MISSED, page_size=PAGE)
        )
        return tuple(self._listed(one, now=now) for one in listed if one.direction == "inbound" and one.sid)

    def erase(self, ref: str) -> None:
        """Delete a message at Twilio, and with it its pictures and voices (so since October 2020).

        Raises:
            Undelivered, Uncertain: not now; one still on its way cannot be deleted.
        """
        try:
            gone = _asked(lambda: self._client.messages(ref).delete())
        except Undelivered as refusal:
            if refusal.code in _GONE:
                return
            raise
        if not gone:
            raise Uncertain("not deleted")

    def _listed(self, one: Any, *, now: datetime) -> Inbound:
        written = one.date_sent or one.date_created or now
        return self._message(
            str(one.body or ""), sender=str(one.from_ or ""), to=str(one.to or ""), ref=str(one.sid),
            at=min(now, written), media=str(one.num_media or ""),
        )  # fmt: skip

    def _message(
        self, body: str, *, sender: str, to: str, ref: str, at: datetime, media: str, opted_out: bool = False
    ) -> Inbound:
        """Read a message the same way, whether we were told of it or asked for it."""
        text, by_whatsapp = _decoded(body), WHATSAPP in sender + to  # the prefix of From may be missing
        prefix = WHATSAPP if by_whatsapp else ""
        who, answerable = self.read_sender(prefix + _without_prefix(sender), to=_without_prefix(to))
        blocks = not by_whatsapp and text.strip().upper() in STOP_WORDS
        return Inbound(
            gateway=self.name, sender=who, recipient=_without_prefix(to), text=text, ref=ref, received_at=at,
            answerable=answerable, provider_stopped=opted_out or blocks, media=_count(media),
            channel=Channel.WHATSAPP if by_whatsapp else Channel.SMS,
        )  # fmt: skip

    def read_sender(self, raw: str, *, to: str = "") -> tuple[str | None, bool]:
        """Read who wrote, as (address, can be answered); names and short codes can't be, withheld is None.

        `to`: the number of ours that they wrote to or called, whose country a number without one belongs to.

        Whoever writes by WhatsApp keeps its prefix, and is answered there: with a number, or with an id of their own.
        """
        if raw.strip().startswith(WHATSAPP):
            bare = _without_prefix(raw)
            return (WHATSAPP + bare, True) if bare else (None, False)
        return read_sender(raw, region=country_for(to, self.home, self.countries))

    @cached_property
    def _client(self) -> "Client":
        from twilio.rest import Client  # noqa: PLC0415  importing it takes 0.2 s that intake must not wait for

        logging.getLogger("urllib3").setLevel(
            logging.ERROR
        )  # it writes addresses of requests, and ours hold numbers
        return Client(self.account, self.tokens[0], http_client=_client_of(self.api_base, self.timeout))

    def verified(self, request: Request) -> dict[str, str]:
        """Give the form of a request that Twilio signed for this account, of a text or of a call.

        Raises:
            Forged: it did not.
        """
        try:
            genuine = is_genuine(
                request, base_url=self.base_url, tokens=self.tokens, signing_keys=self.signing_keys
            )
            form = dict(request.form)
        except Exception:  # noqa: BLE001  the library raises on odd input, and odd input is a forgery
            raise Forged("not signed by Twilio") from None
        if not genuine:
            raise Forged("not signed by Twilio")
        if form.get("AccountSid", self.account) != self.account:
            raise Forged("another account")
        return form


def _read(answer: Any, most: int) -> bytes:
    """Read an answer, and stop when it is more than we take, whatever it said before."""
    found = bytearray()
    for piece in answer.iter_content(64 * 1024):
        found += piece
        if len(found) > most:
            raise Undelivered("too large", permanent=True)
    return bytes(found)


def _onward(location: str, base: str) -> str:
    """Take where we are sent on to: encrypted, or at the very address that a setting names."""
    if location.startswith(("https://", f"{base}/")):
        return location
    raise Undelivered("sent on in clear", permanent=True)


def _decoded(body: str) -> str:
    """Read a body that came in base64, as long ones sometimes do: danger must be heard in it. It can be coded back.

    Only what is long, without a space, valid throughout and then mostly plain letters is taken for coded; else it stays.
    """
    if len(body) < CODED_FROM or len(body) % 4:
        return body
    try:
        raw = base64.b64decode(body, validate=True)
        text = raw.decode("utf-8")
    except ValueError:
        return body
    plain = sum(letter.isascii() and (letter.isprintable() or letter.isspace()) for letter in text)
    return text if 2 * plain >= len(text) and base64.b64encode(raw).decode() == body else body


def _without_prefix(address: str) -> str:
    return address.strip().removeprefix(WHATSAPP).strip()


def _count(value: str) -> int:
    return int(value) if value.isascii() and value.isdigit() else 0


def _client_of(api_base: str, timeout: float) -> Any:
    from twilio.http.http_client import TwilioHttpClient  # type: ignore[import-untyped]  # noqa: PLC0415

    class Pointed(TwilioHttpClient):  # type: ignore[misc]
        """Twilio's own client, pointed at an address of ours; it never writes what it sends."""

        def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
            parts = urlsplit(url)
            query = f"?{parts.query}" if parts.query else ""
            return super().request(method, api_base + parts.path + query, *args, **kwargs)

    return Pointed(timeout=timeout, logger=_SILENT)


def _asked(ask: Callable[[], Any]) -> Any:
    """Ask Twilio, and sort what goes wrong by what we then know; its words are not kept, since they name people."""
    from requests.exceptions import RequestException  # noqa: PLC0415  comes with twilio.rest
    from twilio.base import exceptions as twilios  # type: ignore[import-untyped]  # noqa: PLC0415

    try:
        return ask()
    except (twilios.TwilioRestException, twilios.TwilioServiceException) as cause:
        raise _refusal(int(cause.status), str(cause.code or cause.status)) from None
    except RequestException as cause:
        if _never_left(cause):
            raise Undelivered("unreachable", permanent=False) from None
        raise Uncertain(type(cause).__name__) from None
    except (twilios.TwilioException, ValueError, KeyError, TypeError, AttributeError) as cause:
        raise Uncertain(type(cause).__name__) from None


def _refusal(status: int, code: str) -> Undelivered | Uncertain:
    if status not in _REFUSED or status == 408:  # noqa: PLR2004  408: it waited for us, and may have had enough
        return Uncertain(str(status))
    again = code in NOT_NOW or status in (_TOO_MANY, 401, 403)
    own = code in OWN_REASONS or status in (_TOO_MANY, 401, 403)
    return Undelivered(code[:16], permanent=not again, stopped=code == STOPPED, own=own)


def _never_left(cause: BaseException) -> bool:
    """Tell whether nothing can have been sent: no connection was made, or its certificate was not good."""
    from urllib3.exceptions import ConnectTimeoutError, NewConnectionError  # noqa: PLC0415  comes with twilio.rest

    inner: object = cause
    for _ in range(8):  # exceptions wrap exceptions, not for ever
        if isinstance(inner, NewConnectionError | ConnectTimeoutError | ssl.SSLCertVerificationError):
            return True
        if not isinstance(inner, BaseException):
            return False
        wrapped = next((each for each in inner.args if isinstance(each, BaseException)), None)
        inner = getattr(inner, "reason", None) if wrapped is None else wrapped
    return False
