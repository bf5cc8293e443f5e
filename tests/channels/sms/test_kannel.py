import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import quote_plus

import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st

from channels.gateway import Forged, Garbled, Inbound, Outbound, Request, Uncertain, Undelivered
from channels.sms import SETTINGS, build
from channels.sms.kannel import HEADER, Kannel
from grievance import settings
from grievance.errors import Misconfigured
from grievance.keyring import Ring

NOW = datetime(2026, 3, 4, 17, 0, tzinfo=UTC)
SECRET = "un-secreto-de-mas-de-treinta-y-dos-letras"
NUMBER = "+51970001122"


def gateway(**changed: Any) -> Kannel:
    given = {"url": "http://127.0.0.1:9", "username": "quejas", "password": "palabra", "secrets": (SECRET,)}
    return Kannel(**given | {"sender": NUMBER, "callback": "https://quejas.example"} | changed)


def got(text: bytes, *, where: str = "sms", key: str = SECRET, **fields: str) -> Request:
    """Make what `get-url` makes of a message."""
    said = {
        "from": "+51987654321",
        "to": "970001122",
        "coding": "0",
        "charset": "UTF-8",
        "id": "d577",
        **fields,
    }
    query = "&".join(f"{name}={quote_plus(value)}" for name, value in {"key": key, **said}.items())
    return Request("GET", f"/channels/kannel/{where}?{query}&text={quote_plus(text)}", {}, b"", ())


def posted(body: bytes, *, kind: str, coding: str = "0") -> Request:
    """Make what `post-url` makes of a message."""
    uri = (
        f"/channels/kannel/sms?key={SECRET}&id=d577&from=%2B51987654321&to=970001122&coding={coding}&charset="
    )
    return Request("POST", uri.removesuffix("&charset="), {"Content-Type": kind}, body, ())


def heard(request: Request) -> Inbound:
    (message,) = gateway().inbound(request, now=NOW)
    return message


def test_a_text_comes_in_by_either_way_and_with_every_space() -> None:
    words = "hola   el agua: ñandú & = ? +"

    for request in (got(words.encode()), posted(words.encode(), kind='text/plain; charset="UTF-8"')):
        message = heard(request)
        assert (message.sender, message.recipient, message.text) == ("+51987654321", "970001122", words)
        assert (message.ref, message.answerable) == ("d577", True)


def test_unicode_comes_in_as_it_was_written() -> None:
    words = "niño ágil 😀"
    raw = words.encode("utf-16-be")

    assert heard(got(raw, coding="2", charset="UTF-16BE")).text == words
    assert heard(posted(raw, kind="application/octet-stream", coding="2")).text == words


@effort(max_examples=60)
@given(st.binary(max_size=60), st.sampled_from(["0", "1", "2", "", "x"]))
def test_no_bytes_break_the_door(raw: bytes, coding: str) -> None:
    assert heard(got(raw, coding=coding)).ref == "d577"


def test_a_national_number_gets_the_country_of_ours_and_a_name_is_not_answered() -> None:
    assert heard(got(b"x", **{"from": "987654321"})).sender == "+51987654321"
    assert not heard(got(b"x", **{"from": "Claro"})).answerable
    assert heard(got(b"x", **{"from": ""})).sender is None


@pytest.mark.parametrize("key", ["", "another", SECRET[:-1], SECRET + "x", "ñ"])
def test_without_the_secret_it_is_a_forgery(key: str) -> None:
    with pytest.raises(Forged):
        gateway().inbound(got(b"x", key=key), now=NOW)
    with pytest.raises(Forged):
        gateway().status(got(b"", where="status", key=key, a="attempt", s="1"))


def test_the_secret_may_come_in_a_header_and_the_old_one_counts_while_it_is_replaced() -> None:
    request = got(b"x", key="")
    with_header = Request("GET", request.uri.replace("key=", "no="), {HEADER: "old-one"}, b"", ())

    assert gateway(secrets=(SECRET, "old-one")).inbound(with_header, now=NOW)
    with pytest.raises(Forged):
        gateway().inbound(with_header, now=NOW)


def test_a_message_without_an_id_is_garbled_and_a_bare_knock_is_a_test_of_the_address() -> None:
    with pytest.raises(Garbled):
        gateway().inbound(got(b"x", id=""), now=NOW)
    assert not gateway().inbound(Request("GET", f"/channels/kannel/sms?key={SECRET}", {}, b"", ()), now=NOW)


@pytest.mark.parametrize(
    ("bit", "state"),
    [("1", "delivered"), ("2", "failed"), ("4", "sent"), ("8", "sent"), ("16", "failed"), ("32", "sent")],
)
def test_each_bit_of_a_report_says_how_far_it_is(bit: str, state: str) -> None:
    (event,) = gateway().status(got(b"", where="status", a="attempt", s=bit))

    assert (event.attempt, event.state) == ("attempt", state)


def test_a_report_keeps_the_code_of_an_error_and_never_its_words() -> None:
    (event,) = gateway().status(
        got(b"", where="status", a="attempt", s="16", err="NACK/0x0000000b/Invalid +51987654321")
    )

    assert event.error == "0x0000000b"


def test_a_report_without_our_id_or_with_a_bit_to_come_says_nothing() -> None:
    assert not gateway().status(got(b"", where="status", a="", s="1"))
    assert not gateway().status(got(b"", where="status", a="attempt", s="64"))


@dataclass
class Box:
    """A smsbox that answers what it is told to."""

    url: str = ""
    answer: tuple[int, bytes] | None = (202, b"0: Accepted for delivery")
    taken: list[tuple[str, Mapping[str, str], bytes]] = field(default_factory=list)


@contextmanager
def a_box() -> Iterator[Box]:
    """Run it on a free port of loopback."""
    box = Box()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            box.taken.append((self.path, dict(self.headers), body))
            if box.answer is not None:
                self.send_response(box.answer[0])
                self.send_header("Content-Length", str(len(box.answer[1])))
                self.end_headers()
                self.wfile.write(box.answer[1])

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    box.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield box
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def box() -> Iterator[Box]:
    with a_box() as started:
        yield started


def test_a_cheap_text_leaves_as_it_is_and_any_other_as_utf_16(box: Box) -> None:
    for text, coding, kind, body in (
        ("Recibido ñ {x}", "0", "text/plain; charset=UTF-8", "Recibido ñ {x}".encode()),
        ("Recibido ú", "2", "application/octet-stream", "Recibido ú".encode("utf-16-be")),
    ):
        gateway(url=box.url).send(Outbound("+51987654321", text, "attempt"))
        path, headers, sent = box.taken[-1]
        assert (headers["X-Kannel-Coding"], headers["Content-Type"], sent) == (coding, kind, body)
        assert path == "/cgi-bin/sendsms"
        assert "a=attempt&s=%d" in headers["X-Kannel-DLR-Url"]
        assert headers["X-Kannel-DLR-Mask"] == "31"


@pytest.mark.parametrize(
    "answer", [(202, b"0: Accepted for delivery"), (202, b"3: Queued for later delivery")]
)
def test_accepted_and_queued_are_both_taken(box: Box, answer: tuple[int, bytes]) -> None:
    box.answer = answer

    assert gateway(url=box.url, smsc="a").send(Outbound("+51987654321", "x", "attempt")).ref == "attempt"
    assert box.taken[0][1]["X-Kannel-SMSC"] == "a"


@pytest.mark.parametrize(
    ("status", "permanent", "own"), [(403, False, True), (503, False, True), (400, True, False)]
)
def test_what_kannel_refuses_is_sorted_by_whose_fault_it_is(
    box: Box, status: int, permanent: object, own: object
) -> None:
    box.answer = (status, b"Authorization failed for sendsms")

    with pytest.raises(Undelivered) as refusal:
        gateway(url=box.url).send(Outbound("+51987654321", "x", "a"))

    assert (refusal.value.permanent, refusal.value.own) == (permanent, own)


@pytest.mark.parametrize("answer", [(500, b""), (202, b"who knows"), None])
def test_an_answer_that_says_nothing_leaves_the_matter_unknown(
    box: Box, answer: tuple[int, bytes] | None
) -> None:
    box.answer = answer

    with pytest.raises(Uncertain):
        gateway(url=box.url).send(Outbound("+51987654321", "x", "a"))


def test_a_kannel_that_is_away_took_nothing() -> None:
    with pytest.raises(Undelivered) as refusal:
        gateway().send(Outbound("+51987654321", "x", "a"))

    assert (refusal.value.code, refusal.value.permanent) == ("unreachable", False)


GIVEN = {
    "KANNEL_URL": "http://127.0.0.1:13013", "KANNEL_USERNAME": "u", "KANNEL_PASSWORD": "p",
    "KANNEL_SECRET": SECRET, "KANNEL_FROM": NUMBER,
}  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [
        {"KANNEL_SECRET": "short"},
        {"KANNEL_SECRET": "with%20signs-that-an-address-would-change"},
        {"KANNEL_SECRET_2": "short"},
        {"KANNEL_URL": "http://kannel.example:13013"},
        {"KANNEL_FROM": "1122"},
        {"KANNEL_USERNAME": ""},
    ],
    ids=str,
)
def test_a_kannel_set_up_so_that_texts_could_be_read_or_forged_is_refused(
    change: dict[str, str], ring: Ring
) -> None:
    def made(given: dict[str, str]) -> set[str]:
        env = {f"GRIEVANCE_{name}": value for name, value in given.items()}
        return set(build(settings.load(env, extra=SETTINGS), ring))

    assert made(GIVEN) == {"kannel"}
    with pytest.raises(Misconfigured):
        made(GIVEN | change)
