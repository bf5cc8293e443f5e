"""How a request proves who sent it, and what it says: secrets compared in constant time, fields read leniently.

What is no UTF-8 is read as `channels.sms.octets` says, never refused: a complaint with one broken letter is a complaint.
"""

import hashlib
import hmac
import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from channels.gateway import Forged, Garbled, Request
from channels.sms import octets

WINDOW = timedelta(minutes=5)
"""So far a clock may be off where each try is signed anew."""


def same(given: str, wanted: str) -> bool:
    """Compare two secrets in constant time. An empty secret is nobody's."""
    return bool(wanted) and hmac.compare_digest(
        given.encode("utf-8", "surrogatepass"), wanted.encode("utf-8", "surrogatepass")
    )


def header(request: Request, name: str) -> str:
    """Give a header of a request, whatever its case; empty where it is not."""
    return next((value for key, value in request.headers.items() if key.lower() == name.lower()), "")


def prove(*, proven: bool) -> None:
    """Let who proved it pass.

    Raises:
        Forged: it was not.
    """
    if not proven:
        raise Forged("it does not prove who sent it")


def prove_key(request: Request, wanted: str) -> None:
    """Ask for the secret that stands in our address as `key`, where a provider can sign nothing.

    Raises:
        Forged: it is missing or wrong.
    """
    prove(proven=same(query(request).get("key", ""), wanted))


def ticket(secret: str, attempt: str) -> str:
    """Write the query of a callback's address so that only who was given it can have it: our id, and a mark of it."""
    return f"a={attempt}&k={hmac_hex(secret, attempt.encode())[:32]}"


def attempt_of(request: Request, secret: str) -> str:
    """Read our id from a callback's address, if its mark is ours; empty where it is not."""
    told = query(request)
    attempt = told.get("a", "")
    wanted = hmac_hex(secret, attempt.encode("utf-8", "replace"))[:32]
    return attempt if secret and attempt and same(told.get("k", ""), wanted) else ""


def is_basic(request: Request, user: str, password: str) -> bool:
    """Tell whether it carries this name and password (RFC 7617)."""
    kind, _, given = header(request, "Authorization").partition(" ")
    try:
        said = b64decode(given, validate=True).decode()
    except ValueError:
        return False
    return kind.lower() == "basic" and same(said, f"{user}:{password}")


def is_hmac(given: str, secret: str, said: bytes) -> bool:
    """Tell whether it is the HMAC-SHA256 of what is said (RFC 2104), in hex or base64, its name before it or not."""
    wanted, bare = hmac.digest(secret.encode(), said, "sha256"), given.removeprefix("sha256=")
    return same(bare.lower(), wanted.hex()) or same(bare, b64encode(wanted).decode())


def vouched(request: Request, secret: str) -> Mapping[str, Any]:
    """Read what a JSON Web Token says (RFC 7519) that was made with a secret of ours and vouches for this very body.

    Raises:
        Forged: there is none, it was signed otherwise than with HMAC-SHA256, or it vouches for something else.
    """
    signed, _, mark = header(request, "Authorization").removeprefix("Bearer ").strip().rpartition(".")
    try:
        head, said = (json.loads(_from_url64(part)) for part in signed.split("."))
        given = _from_url64(mark)
    except (ValueError, RecursionError):
        raise Forged("no token") from None
    prove(proven=isinstance(head, dict) and isinstance(said, dict) and head.get("alg") == "HS256")
    wanted = hmac.digest(secret.encode(), signed.encode("utf-8", "replace"), "sha256")
    prove(proven=bool(secret) and hmac.compare_digest(given, wanted))
    prove(proven=same(str(said.get("payload_hash")).lower(), hashlib.sha256(request.body).hexdigest()))
    return dict(said)


def _from_url64(part: str) -> bytes:
    """Read what is written in base64 for addresses, without its filling (RFC 7515, 2)."""
    return b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)


def hmac_hex(secret: str, said: bytes, algorithm: str = "sha256") -> str:
    """HMAC in hex (RFC 2104)."""
    return hmac.new(secret.encode(), said, getattr(hashlib, algorithm)).hexdigest()


def is_near(
    stamp: str, *, now: datetime, past: timedelta = WINDOW, ahead: timedelta = WINDOW, each: int = 1
) -> bool:
    """Tell whether a time in Unix seconds is near enough; `each` is how many of its units make a second."""
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 13):  # noqa: PLR2004  longer is no time
        return False
    off = now.timestamp() - int(stamp) / each
    return -ahead.total_seconds() <= off <= past.total_seconds()


def query(request: Request) -> dict[str, str]:
    """Read the fields in the address."""
    try:
        pairs = parse_qsl(
            urlsplit(request.uri).query, keep_blank_values=True, errors=octets.LETTERS, max_num_fields=99
        )
    except ValueError:
        return {}
    return dict(pairs)


def body_fields(request: Request) -> dict[str, str]:
    """Read the fields of a body, a form or a flat JSON object.

    Raises:
        Garbled: it says it is JSON, and is none.
    """
    if "json" not in header(request, "Content-Type").lower():
        return dict(reversed(request.form))  # the first of a name counts
    told = read_json(request)
    if not isinstance(told, dict):
        raise Garbled("JSON without names")
    return {key: as_text(value) for key, value in told.items()}


def fields(request: Request) -> dict[str, str]:
    """Read what it says, wherever it says it; a body counts before an address.

    Raises:
        Garbled: it says it is JSON, and is none.
    """
    return {**query(request), **body_fields(request)}


def read_json(request: Request) -> Any:
    """Read a JSON body.

    Raises:
        Garbled: it is none.
    """
    try:
        return json.loads(octets.read(request.body))
    except (ValueError, RecursionError):
        raise Garbled("no JSON") from None


def as_text(value: object) -> str:
    """Write a value of JSON as words; half a surrogate pair becomes a sign that can be stored."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case str():
            return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        case int() | float():
            return str(value)
        case _:
            return as_text(json.dumps(value, ensure_ascii=False))


def named(told: Mapping[str, str], name: str) -> str:
    """Read the provider's own id of a message.

    Raises:
        Forged: it has none, and no provider sends such a one.
    """
    if not told.get(name):
        raise Forged("no message id")
    return told[name]


def as_list(value: object) -> list[Mapping[str, Any]]:
    """Read a list of objects from JSON.

    Raises:
        Garbled: it is something else.
    """
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise Garbled("no list")
    return value


def fingerprint(*said: str) -> str:
    """Name a message that came without an id by what it says; the name is kept as an HMAC only."""
    return "print/" + hashlib.sha256("\x1f".join(said).encode("utf-8", "surrogatepass")).hexdigest()
