"""A telephone with a gateway app, for tests: it signs what it brings, tries again, and takes what it is given."""

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from channels.gateway import Request

KEY = "una-llave-de-mas-de-treinta-y-dos-signos"
USER, PASSWORD = "quejas", "palabra"
PHONES_SIM = "+51970001122"


def sign(body: bytes, stamp: str, *, key: str = KEY) -> str:
    """Sign as the app does: HMAC-SHA256 of the raw body and the timestamp behind it, in hex."""
    return hmac.new(key.encode(), body + stamp.encode(), hashlib.sha256).hexdigest()


def event(kind: str, payload: dict[str, Any], *, own: str = "Ey6ECgOkVVFjz3CL48B8C") -> bytes:
    """Write an event as the app does."""
    told = {
        "deviceId": "ffffffffceb0b1db0000018e937c815b",
        "event": kind,
        "id": own,
        "payload": payload,
        "webhookId": "LreFUt-Z3sSq0JufY9uWB",
    }
    return json.dumps(told, ensure_ascii=False).encode()


def text(words: str, *, sender: str | None = "987654321", **more: Any) -> dict[str, Any]:
    """Say what a phone says of a text that came."""
    said = {"messageId": "abc123", "message": words, "sender": sender, "recipient": None, "simNumber": 1}
    return said | {"receivedAt": "2026-03-04T12:00:00.000-05:00"} | more


def knock(
    body: bytes, *, now: datetime, uri: str = "/channels/android/sms", key: str = KEY, stamp: str = ""
) -> Request:
    """Make the request that brings an event, signed now."""
    at = stamp or str(int(now.timestamp()))
    headers = {"X-Signature": sign(body, at, key=key), "X-Timestamp": at, "Content-Type": "application/json"}
    return Request("POST", uri, headers, body, ())


@dataclass
class Phone:
    """What it took, and what it answers: `statuses` one after the other, then 202."""

    url: str = ""
    taken: list[dict[str, Any]] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)

    def take(self, asked: dict[str, Any], authorization: str) -> int:
        """Take a message as the app's API does."""
        wanted = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        if authorization != wanted:
            return 401
        if self.statuses:
            return self.statuses.pop(0)
        if any(asked["id"] == before["id"] for before in self.taken):
            return 409
        self.taken.append(asked)
        return 202


@contextmanager
def running() -> Iterator[Phone]:
    """Run a phone's API on a free port of loopback."""
    phone = Phone()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status = phone.take(asked, self.headers.get("Authorization", ""))
            if status == 0:  # it breaks off
                self.close_connection = True
                return
            body = json.dumps({"id": asked["id"], "state": "Pending"}).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    phone.url = f"http://127.0.0.1:{server.server_address[1]}/message"
    try:
        yield phone
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
