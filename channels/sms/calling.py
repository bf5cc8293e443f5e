"""Calling a provider: one request, one answer, and what goes wrong sorted by what we then know.

The connection is made before anything is said, so that "nobody was there" and "nobody knows" are never mixed
up. Nothing here writes an address, a body or an answer anywhere: they name people. Redirects are not followed.
"""

import http.client
import json
import re
import ssl
from base64 import b64encode
from collections.abc import Collection, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from http import HTTPStatus
from time import monotonic
from typing import Any
from urllib.parse import unquote, urlencode, urlsplit

from channels.gateway import Brought, Uncertain, Undelivered
from grievance.errors import Misconfigured
from grievance.settings import LOOPBACK, PREFIX

TIMEOUT = 10.0
"""Seconds to connect, and again for the whole answer."""
FETCHING = 60.0
"""So many for a picture: offices hang on thin lines."""
MOST = 1 << 20
"""More of an answer than this is not read."""
UNREACHABLE = "unreachable"
FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
OK = range(200, 300)
_REFUSED = range(400, 500)
_ELSEWHERE = range(300, 400)
_LATER = frozenset({401, 402, 403, 404, 405, 409, 425, 429})
"""A key that ran out, an account without money, an address that moved, too many at once: ours to put right."""
_HAD_ENOUGH = 408
_HOST = re.compile(r"[A-Za-z0-9.:_-]+", re.ASCII)
_CODE = re.compile(r"[A-Za-z0-9_.-]{1,16}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Said:
    """What a provider answered."""

    status: int
    body: bytes = field(repr=False)
    kind: str = ""

    @property
    def text(self) -> str:
        """The body as words."""
        return self.body.decode("utf-8", "replace")

    def told(self) -> Any:
        """Read its JSON.

        Raises:
            Uncertain: it is none.
        """
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            raise Uncertain("an answer that cannot be read") from None


class TooMuch(Exception):
    """It says more than we read."""


def call(
    method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes | None = None,
    timeout: float = TIMEOUT,
) -> Said:  # fmt: skip
    """Ask once.

    Raises:
        Undelivered: nobody was there, or not who they should be: nothing was said.
        Uncertain: it hung or broke off.
    """
    try:
        return _ask(method, url, headers or {}, body, timeout=timeout, most=MOST)
    except TooMuch:
        raise Uncertain(TooMuch.__name__) from None


def fetch(
    url: str, *, below: str, most: int, headers: Mapping[str, str] | None = None, timeout: float = FETCHING
) -> Brought:
    """Fetch what lies at an address that somebody else named, if it lies below one of ours.

    Raises:
        Undelivered: it lies elsewhere, and nobody was asked; it is larger than that; it is not there, or not now.
        Uncertain: it hung, broke off or failed.
    """
    if not is_below(url, below):
        raise Undelivered("elsewhere", permanent=True)
    try:
        said = _ask("GET", url, headers or {}, None, timeout=timeout, most=most)
    except TooMuch:
        raise Undelivered("too large", permanent=True) from None
    if said.status not in OK:
        gone = said.status == HTTPStatus.GONE or said.status in _ELSEWHERE
        if said.status in _REFUSED or gone:
            raise Undelivered(str(said.status), permanent=gone)
        raise Uncertain(str(said.status))
    return Brought(said.kind, said.body)


def is_below(url: str, base: str) -> bool:
    """Tell whether an address lies at the host of ours, under its path, and says nothing of who asks."""
    try:
        given, ours = urlsplit(url), urlsplit(base)
        same = (given.scheme, given.hostname, given.port) == (ours.scheme, ours.hostname, ours.port)
    except ValueError:
        return False
    plain = url.isascii() and url.isprintable() and " " not in url and "\\" not in url
    up = ".." in unquote(given.path)
    return (
        bool(ours.hostname)
        and same
        and plain
        and not up
        and "@" not in given.netloc
        and (given.path.startswith(f"{ours.path.rstrip('/')}/"))
    )


def _ask(
    method: str, url: str, headers: Mapping[str, str], body: bytes | None, *, timeout: float, most: int
) -> Said:
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port  # read by `private` before, so that it can be
    made: http.client.HTTPConnection = (
        http.client.HTTPSConnection(host, port, timeout=timeout, context=ssl.create_default_context())
        if parts.scheme == "https"
        else http.client.HTTPConnection(host, port, timeout=timeout)
    )
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    with closing(made):
        try:
            made.connect()
        except (OSError, UnicodeError, http.client.HTTPException):
            raise Undelivered(UNREACHABLE, permanent=False) from None
        try:
            made.request(method, target, body=body, headers=dict(headers))
            with made.getresponse() as answer:
                kind = (answer.getheader("Content-Type") or "").partition(";")[0].strip().lower()
                return Said(answer.status, _read(answer, until=monotonic() + timeout, most=most), kind)
        except (OSError, http.client.HTTPException, ValueError) as cause:
            raise Uncertain(type(cause).__name__) from None


def post_form(
    url: str, fields: Mapping[str, str], *, headers: Mapping[str, str] | None = None, timeout: float = TIMEOUT
) -> Said:
    """Post a form.

    Raises:
        Undelivered, Uncertain: as `call` says.
    """
    given = {"Content-Type": FORM, "Accept": JSON, **(headers or {})}
    return call("POST", url, headers=given, body=urlencode(fields).encode(), timeout=timeout)


def post_json(
    url: str, told: Any, *, headers: Mapping[str, str] | None = None, timeout: float = TIMEOUT
) -> Said:
    """Post JSON.

    Raises:
        Undelivered, Uncertain: as `call` says.
    """
    given = {"Content-Type": JSON, "Accept": JSON, **(headers or {})}
    body = json.dumps(told, ensure_ascii=False).encode("utf-8", "replace")
    return call("POST", url, headers=given, body=body, timeout=timeout)


def basic(user: str, password: str) -> str:
    """Write the header of basic authentication (RFC 7617)."""
    return "Basic " + b64encode(f"{user}:{password}".encode()).decode()


def check(
    reply: Said, *, code: object = "", later: Collection[str] = (), stopped: Collection[str] = ()
) -> None:
    """Let a good answer pass, and say of any other what it means. `later`: codes after which trying again may help.

    Raises:
        Undelivered: it was refused.
        Uncertain: it failed, or sent us elsewhere: nobody knows what became of the message.
    """
    if reply.status in OK:
        return
    if reply.status not in _REFUSED or reply.status == _HAD_ENOUGH:
        raise Uncertain(str(reply.status))
    name = code_of(code) or str(reply.status)
    again = reply.status in _LATER or name in later
    raise Undelivered(name, permanent=not again, stopped=name in stopped, own=again)


def objects_in(told: Any, name: str) -> list[Mapping[str, Any]]:
    """Read the list of an answer that says of each message what became of it.

    Raises:
        Uncertain: there is none, or it is empty.
    """
    found = told.get(name) if isinstance(told, dict) else None
    if not isinstance(found, list) or not found or not all(isinstance(one, dict) for one in found):
        raise Uncertain("an answer without a message")
    return found


def id_in(told: Any, name: str) -> str:
    """Read the provider's own id from an answer.

    Raises:
        Uncertain: there is none, so nobody knows whether it was taken.
    """
    found = told.get(name) if isinstance(told, dict) else None
    if not isinstance(found, str) or not found:
        raise Uncertain("an answer without an id")
    return found


def code_of(raw: object) -> str:
    """Keep a provider's code if it is one; whatever else it says could name a person."""
    found = _CODE.fullmatch(str(raw)) if isinstance(raw, str | int) and not isinstance(raw, bool) else None
    digits = found and sum(c.isdigit() for c in found.group())
    return found.group() if found and (digits or 0) <= 6 else ""  # noqa: PLR2004  more digits may be a number


def private(name: str, value: str) -> str:
    """Read a provider's address from a setting: https, or this very machine.

    Raises:
        Misconfigured: it is not https: texts and numbers would cross the network in clear.
    """
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname or "", parts.port
    except ValueError:  # a port beyond all ports, half an IPv6 address
        parts, host = urlsplit(""), ""
    local = parts.scheme == "http" and host in LOOPBACK
    if not _HOST.fullmatch(host) or not (parts.scheme == "https" or local):
        raise Misconfigured(
            f"{PREFIX}{name} must be https: texts and numbers would cross the network in clear"
        )
    return value.rstrip("/")


def _read(answer: http.client.HTTPResponse, *, until: float, most: int) -> bytes:
    """Read an answer whole; one that drips or never ends is left."""
    found = bytearray()
    while piece := answer.read1(MOST):
        found += piece
        if len(found) > most:
            raise TooMuch
        if monotonic() > until:
            raise TimeoutError
    if answer.length:
        raise http.client.IncompleteRead(b"", answer.length)
    return bytes(found)
