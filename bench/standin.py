"""A provider on 127.0.0.1 that takes every message at once, as Twilio's Messages API would, and keeps it."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl


@dataclass
class Provider:
    """What it took: when, and which words."""

    url: str
    at: list[float] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, form: dict[str, str]) -> bytes:
        """Take a message and answer as the API does."""
        with self.lock:
            self.at.append(time.perf_counter())
            self.texts.append(form.get("Body", ""))
            sid = f"SM{len(self.at):032x}"
        shown: dict[str, object] = {
            "sid": sid, "status": "queued", "to": form.get("To"), "from": form.get("From"), "body": form.get("Body"),
            "account_sid": None, "api_version": "2010-04-01", "date_created": None, "date_sent": None, "date_updated": None,
            "direction": "outbound-api", "error_code": None, "error_message": None, "messaging_service_sid": None,
            "num_media": "0", "num_segments": "1", "price": None, "price_unit": "USD", "subresource_uris": {}, "uri": "",
        }  # fmt: skip
        return json.dumps(shown).encode()


@contextmanager
def running() -> Iterator[Provider]:
    """Run the provider on a free port."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            body = provider.take(dict(parse_qsl(raw.decode())))
            self.send_response(201)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    provider = Provider(url=f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
