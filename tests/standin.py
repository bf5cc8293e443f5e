"""A stand-in for Twilio: a real HTTP server on loopback that takes Messages API calls and keeps them.

Every call about messages is held against what Twilio asks of it (`FIELDS`, `MESSAGES`): everywhere. Where its whole
OpenAPI document is found beside the checkout, it is held against that too.
"""

import base64
import json
import re
import threading
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]

ACCOUNT = "AC" + "0" * 32
TOKEN = "12345678901234567890123456789012"
DOCUMENT = Path(__file__).parents[2] / "shared" / "data" / "twilio-messages.openapi.json"
NO_DOCUMENT = f"Twilio's OpenAPI document is not at ../shared/data/{DOCUMENT.name}"
MESSAGES = re.compile(r"/2010-04-01/Accounts/AC[0-9a-fA-F]{32}/Messages(/(SM|MM)[0-9a-fA-F]{32})?\.json")
"""Where messages are: all of an account's, or one by its id."""
FIELDS: Mapping[str, frozenset[str]] = {
    "POST": frozenset({"To", "From", "MessagingServiceSid", "Body", "MediaUrl", "StatusCallback"}),
    "GET": frozenset({"To", "From", "DateSent", "DateSent<", "DateSent>", "PageSize", "Page", "PageToken"}),
    "DELETE": frozenset(),
}
"""What may be said of a message when it is sent, listed or deleted: the part of the API that we use."""
LONGEST = 1600
Form = dict[str, str]


def sign(url: str, form: Mapping[str, str], *, token: str = TOKEN) -> str:
    """Sign a webhook as Twilio does."""
    return str(RequestValidator(token).compute_signature(url, dict(form)))


def post(url: str, form: Mapping[str, str], *, public: str = "", token: str = TOKEN) -> int:
    """Post a signed webhook to a running server, signed for its public address; answer the HTTP status."""
    parts = urlsplit(url)
    address = (public or f"{parts.scheme}://{parts.netloc}") + url.partition(parts.netloc)[2]
    headers = {
        "X-Twilio-Signature": sign(address, form, token=token),
        "Content-Type": "application/x-www-form-urlencoded",
    }
    request = urllib.request.Request(url, data=urlencode(form).encode(), headers=headers)  # noqa: S310  loopback
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            return int(answer.status)
    except urllib.error.HTTPError as answer:
        return int(answer.code)


@dataclass
class Standin:
    """What it was told to do, and what it took.

    `fault` is one of: "" (answer 201), "hang" (take it, answer nothing until `release`), "hang_before" (hang and
    take nothing), "fail_after" (take it, answer 500), "fail" (answer 500), "garbage" (take it, answer no JSON),
    "cut" (take it, close the line), "refuse" (answer `refusal` as (HTTP status, error code)). `faults` says how
    many calls that lasts; None is for ever. `cannot_list`: listing fails. `on_status` gets (address, form) of a
    callback (fault "callback" calls back before it answers). `on_taken` gets what was taken, before any answer.
    `media` is what hangs on a message, by its id, as (type, bytes); it is asked for at one address and lies at another
    (`/cdn/`), where our secret has no business: `fetched` says what was asked for there, and whether the secret came along.
    `inbox` is what people wrote, whether we were told or not; what is `on_the_way` cannot be `deleted` yet.
    """

    url: str = ""
    fault: str = ""
    faults: int | None = None
    refusal: tuple[int, int] = (400, 21211)
    cannot_list: bool = False
    on_status: Callable[[str, Form], None] | None = None
    on_taken: Callable[[Form], None] | None = None
    taken: list[Form] = field(default_factory=list)
    inbox: list[Form] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    on_the_way: set[str] = field(default_factory=set)
    calls: list[Form] = field(default_factory=list)
    invalid: list[str] = field(default_factory=list)
    recordings: dict[str, bytes] = field(default_factory=dict)
    media: dict[str, list[tuple[str, bytes]]] = field(default_factory=dict)
    fetched: list[tuple[str, bool]] = field(default_factory=list)
    dialled: list[Form] = field(default_factory=list)
    release: threading.Event = field(default_factory=threading.Event)
    now: Callable[[], datetime] = lambda: datetime.now(UTC)  # noqa: TID251  a provider has a clock of its own
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def bodies(self) -> list[str]:
        """List the texts it took."""
        return [message["Body"] for message in self.taken]

    def call_back(self, message: Form, status: str, *, error: str = "") -> None:
        """Call back about a message, signed, as Twilio would."""
        form = {
            "MessageSid": message["sid"],
            "MessageStatus": status,
            "AccountSid": ACCOUNT,
            "To": message["To"],
        }
        if error:
            form["ErrorCode"] = error
        if self.on_status is not None:
            self.on_status(message["StatusCallback"], form)

    def create(self, form: Form) -> tuple[int, bytes] | None:
        """Take a message, or do what it was told to do instead; None closes the line."""
        with self._lock:
            self.calls.append(form)
            fault = self.fault if self.faults is None or self.faults > 0 else ""
            self.faults = None if self.faults is None else self.faults - 1
        if fault == "refuse":
            status, code = self.refusal
            return status, json.dumps(
                {"code": code, "message": f"no: {form['To']}", "status": status}
            ).encode()
        if fault == "fail":
            return 500, b"oops"
        if fault == "hang_before":
            self.release.wait(30)
            return None
        with self._lock:
            form = {**form, "sid": f"SM{len(self.taken):032x}", "created": format_datetime(self.now())}
            self.taken.append(form)
        if self.on_taken is not None:
            self.on_taken(form)
        if fault == "callback":
            self.call_back(form, "delivered")
        if fault == "hang":
            self.release.wait(30)
            return None
        if fault == "cut":
            return None
        if fault == "fail_after":
            return 500, b'{"code": 20500, "message": "Internal Server Error", "status": 500}'
        return 201, b"<html>" if fault == "garbage" else json.dumps(_shown(form)).encode()

    def posted(self, path: str, form: Form) -> tuple[int, bytes] | None:
        """Take a message, or place a call."""
        return self.call(form) if path.endswith("/Calls.json") else self.create(form)

    def got(self, path: str) -> tuple[int, bytes]:
        """Give a recording, what hangs on a message, or list messages."""
        if "/Media" in path:
            return self.hanging(urlsplit(path).path)
        return self.recording(path) if "/Recordings/" in path else self.listed(parse_qs(urlsplit(path).query))

    def recording(self, path: str) -> tuple[int, bytes]:
        """Give a recording of a call, where there is one."""
        sound = self.recordings.get(path.rpartition("/")[2].partition(".")[0])
        return (404, b'{"code": 20404, "message": "none", "status": 404}') if sound is None else (200, sound)

    def hanging(self, path: str) -> tuple[int, bytes]:
        """List what hangs on a message, or send on to where one thing of it lies."""
        if self.cannot_list:
            return 503, b'{"code": 20503, "message": "away", "status": 503}'
        of = path.partition("/Messages/")[2].partition("/")[0]
        found = [] if of in self.deleted else self.media.get(of, [])
        if not path.endswith("/Media.json"):
            there = path.rpartition("/")[2] in {f"ME{n:032x}" for n in range(len(found))}
            name = f"{self.url}/cdn/{of}/{path.rpartition('/')[2]}"
            return (
                (307, name.encode()) if there else (404, b'{"code": 20404, "message": "none", "status": 404}')
            )
        rows = [
            {"sid": f"ME{n:032x}", "account_sid": ACCOUNT, "parent_sid": of, "content_type": kind, "uri": "",
             "date_created": format_datetime(self.now()), "date_updated": format_datetime(self.now())}
            for n, (kind, _) in enumerate(found)
        ]  # fmt: skip
        page = {"media_list": rows, "page": 0, "page_size": 50, "start": 0, "end": len(rows), "uri": ""}
        more = {"first_page_uri": "", "previous_page_uri": None, "next_page_uri": None}
        return 200, json.dumps(page | more).encode()

    def lying(self, path: str, *, secret: bool) -> tuple[int, bytes]:
        """Give what lies at the other address, to whoever knows it."""
        self.fetched.append((path, secret))
        _, of, name = path.strip("/").split("/")
        return 200, self.media[of][int(name.removeprefix("ME"), 16)][1]

    def forget(self, path: str) -> tuple[int, bytes]:
        """Delete a recording."""
        gone = self.recordings.pop(path.rpartition("/")[2].partition(".")[0], None)
        return (404, b'{"code": 20404, "message": "none", "status": 404}') if gone is None else (204, b"")

    def call(self, form: Form) -> tuple[int, bytes]:
        """Place a call."""
        self.dialled.append(form)
        return 201, json.dumps({"sid": f"CA{len(self.dialled):032x}", "status": "queued"}).encode()

    def receive(self, words: str, *, sender: str, to: str, at: datetime, media: int = 0) -> Form:
        """Take a message from a person, and tell nobody; answer its webhook."""
        sid = f"SM{len(self.inbox) + 0xABC0000:032x}"
        form = {
            "From": sender,
            "To": to,
            "Body": words,
            "sid": sid,
            "created": format_datetime(at),
            "media": str(media),
        }
        self.inbox.append(form)
        return {
            "MessageSid": sid,
            "AccountSid": ACCOUNT,
            "From": sender,
            "To": to,
            "Body": words,
            "NumMedia": str(media),
        }

    def delete(self, path: str) -> tuple[int, bytes]:
        """Forget a message for good, unless it is on its way or nobody knows it."""
        if "/Recordings/" in path:
            return self.forget(path)
        sid = path.rpartition("/")[2].removesuffix(".json")
        if sid in self.on_the_way:
            return 409, b'{"code": 20009, "message": "not before it has completed", "status": 409}'
        if sid in self.deleted or sid not in {message["sid"] for message in (*self.taken, *self.inbox)}:
            return 404, b'{"code": 20404, "message": "not found", "status": 404}'
        self.deleted.append(sid)
        return 204, b""

    def listed(self, query: Mapping[str, list[str]]) -> tuple[int, bytes]:
        """List what it took for a person, newest first."""
        if self.cannot_list:
            return 503, b'{"code": 20503, "message": "away", "status": 503}'
        to, since = query.get("To", [""])[0], query.get("DateSent>", [""])[0]
        ours = [_shown(message) for message in reversed(self.taken) if message["To"] == to or not to]
        theirs = [_heard(one) for one in reversed(self.inbox) if not to or one["To"] == to]
        day = datetime.fromisoformat(since) if since else None
        rows = [
            row
            for row in (*theirs, *ours)
            if row["sid"] not in self.deleted
            and (day is None or parsedate_to_datetime(row["date_created"]) >= day)
        ]
        page = {
            "messages": rows,
            "page": 0,
            "page_size": 50,
            "start": 0,
            "end": len(rows),
            "uri": "",
            "next_page_uri": None,
        }
        return 200, json.dumps(page | {"first_page_uri": "", "previous_page_uri": None}).encode()


@contextmanager
def running(**told: Any) -> Iterator[Standin]:
    """Run a stand-in on a free port of loopback."""
    standin = Standin(**told)
    if is_documented():
        _document()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            standin.invalid += _problems(self, raw)
            self._answer(
                self._refused()
                or standin.posted(self.path, dict(parse_qsl(raw.decode(), keep_blank_values=True)))
            )

        def do_GET(self) -> None:
            standin.invalid += _problems(self, b"")
            if self.path.startswith("/cdn/"):
                self._answer(standin.lying(self.path, secret="Authorization" in self.headers))
                return
            self._answer(self._refused() or standin.got(self.path))

        def do_DELETE(self) -> None:
            standin.invalid += _problems(self, b"")
            self._answer(self._refused() or standin.delete(urlsplit(self.path).path))

        def log_message(self, *_: object) -> None: ...

        def _refused(self) -> tuple[int, bytes] | None:
            wanted = "Basic " + base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
            right = self.headers.get("Authorization") == wanted and f"/Accounts/{ACCOUNT}/" in self.path
            return None if right else (401, b'{"code": 20003, "message": "Authenticate", "status": 401}')

        def _answer(self, answer: tuple[int, bytes] | None) -> None:
            if answer is None:
                self.close_connection = True
                return
            status, body = answer
            self.send_response(status)
            if status == 307:
                self.send_header("Location", body.decode())
                body = b""
            self.send_header("Content-Type", "audio/mpeg" if ".mp3" in self.path else "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            """A caller that gave up is what half of these tests are about."""

    server = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    standin.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield standin
    finally:
        standin.release.set()
        server.shutdown()
        server.server_close()
        thread.join()


def is_documented() -> bool:
    """Tell whether calls can be held against Twilio's own document."""
    return DOCUMENT.exists()


def _shown(form: Form) -> dict[str, Any]:
    return {
        "sid": form["sid"], "status": "queued", "to": form["To"], "from": form.get("From"), "body": form["Body"],
        "account_sid": ACCOUNT, "date_created": form["created"], "date_sent": None, "date_updated": form["created"],
        "direction": "outbound-api", "error_code": None, "error_message": None, "num_media": "0", "num_segments": "1",
        "price": None, "price_unit": "USD", "messaging_service_sid": None, "api_version": "2010-04-01",
        "uri": f"/2010-04-01/Accounts/{ACCOUNT}/Messages/{form['sid']}.json", "subresource_uris": {},
    }  # fmt: skip


def _heard(form: Form) -> dict[str, Any]:
    shown = _shown({**form, "From": form["From"]})
    return shown | {
        "status": "received", "direction": "inbound", "date_sent": form["created"], "num_media": form["media"],
    }  # fmt: skip


@cache
def _document() -> Any:
    from openapi_core import OpenAPI  # noqa: PLC0415  takes half a second, and only where the document is

    return OpenAPI.from_dict(json.loads(DOCUMENT.read_text()))


def _problems(handler: BaseHTTPRequestHandler, body: bytes) -> list[str]:
    """Say what is wrong with a call about messages: by what the API asks, and by Twilio's own document where it is."""
    if "/Messages" not in handler.path or "/Media" in handler.path:
        return []
    found = wrong_with(handler.command, handler.path, body)
    return found + _by_the_document(handler, body) if is_documented() else found


def wrong_with(method: str, address: str, body: bytes) -> list[str]:
    """Say what is wrong with a call about messages by the part of the API that we use."""
    parts = urlsplit(address)
    said = dict(parse_qsl(body.decode() if method == "POST" else parts.query, keep_blank_values=True))
    one = MESSAGES.fullmatch(parts.path)
    found = [f"unknown: {name}" for name in sorted(set(said) - FIELDS.get(method, frozenset()))]
    if one is None or not {"GET": True, "POST": not one[1], "DELETE": bool(one[1])}.get(method):
        found.append(f"no such call: {method} {parts.path}")
    if method == "POST":
        found += ["To is missing"] * (not said.get("To"))
        found += ["nobody sends it"] * (not (said.get("From") or said.get("MessagingServiceSid")))
        found += ["nothing is sent"] * (not (said.get("Body") or said.get("MediaUrl")))
        found += ["too long"] * (len(said.get("Body", "")) > LONGEST)
        found += ["no address"] * (not re.match(r"https?://", said.get("StatusCallback", "http://")))
    if not re.fullmatch(r"[1-9]\d{0,2}|1000", said.get("PageSize", "1")):
        found.append("PageSize")
    return found


def _by_the_document(handler: BaseHTTPRequestHandler, body: bytes) -> list[str]:
    from openapi_core.exceptions import OpenAPIError  # noqa: PLC0415
    from openapi_core.testing import MockRequest  # noqa: PLC0415

    parts = urlsplit(handler.path)
    request = MockRequest(
        "https://api.twilio.com", handler.command, parts.path, args=dict(parse_qsl(parts.query)),
        headers=dict(handler.headers.items()), data=body,
        content_type=handler.headers.get("Content-Type", "").partition(";")[0],
    )  # fmt: skip
    try:
        _document().validate_request(request)
    except OpenAPIError as cause:
        return [f"{type(cause).__name__}: {cause} {cause.__cause__ or ''}"]
    return []
