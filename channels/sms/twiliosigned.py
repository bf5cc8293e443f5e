"""Whether Twilio signed a request: over the address *we* configured and the raw address line that arrived.

A decoded line refuses real requests, and Host is the sender's word. Its library (9.13) knows two schemes and raises on
odd input: whoever asks takes whatever goes wrong here for a forgery.
"""

import hmac
from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs, urlsplit

from twilio.request_validator import (  # type: ignore[import-untyped]
    HMAC_SHA1,
    HMAC_SHA256,
    RequestValidator,
)

from channels.gateway import Request
from channels.sms import octets

SIGNATURE = "X-Twilio-Signature"
SCHEME = "X-Twilio-Webhooks-Signature-Settings"


def is_genuine(
    request: Request, *, base_url: str, tokens: Sequence[str], signing_keys: Mapping[str, str]
) -> bool:
    """Tell whether a request was signed with one of our tokens, or with the shared key it names (HMAC-SHA256).

    Raises:
        Exception: anything at all, where the request is odd; it is not genuine then.
    """
    headers = {name.lower(): value for name, value in request.headers.items()}
    signature = headers[SIGNATURE.lower()]
    address = base_url + _path_of(request.uri)
    hashed = "bodySHA256" in parse_qs(urlsplit(request.uri).query)
    said: Any = request.body.decode() if hashed else _Form(request.form)
    scheme = headers.get(SCHEME.lower(), "")
    if scheme:
        asked = {
            name.strip(): value.strip()
            for name, _, value in (part.partition("=") for part in scheme.split(","))
        }
        if asked.get("algorithm", "").upper() != HMAC_SHA256:
            return False
        return _signed(signing_keys[asked["key"]], address, said, signature, HMAC_SHA256)
    if any(_signed(token, address, said, signature, HMAC_SHA1) for token in tokens):
        return True
    sent = () if hashed else octets.pairs(request.body, octets.KEPT)
    return sent != request.form and any(_signed_octets(each, address, sent, signature) for each in tokens)


class _Form(dict[str, list[str]]):
    """A form as the validator wants it: every value of every name, blank and repeated ones too."""

    def __init__(self, pairs: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        for name, value in pairs:
            self.setdefault(name, []).append(value)

    def getall(self, name: str) -> list[str]:
        """Give every value of a name."""
        return self[name]


def _signed(secret: str, address: str, said: Any, signature: str, algorithm: str) -> bool:
    """Hold it against the address to the letter, as it nearly always is; else ask the library.

    The library computes it twice, with the port and without, and drops a bare "?" at the end of an address.
    """
    validator = RequestValidator(secret)
    if not isinstance(
        said, str
    ):  # a body that is hashed in the address has no signature of its own to hold against
        letter = validator.compute_signature(address, said, algorithm)
        if hmac.compare_digest(letter.encode(), signature.encode()):
            return True
    return bool(validator.validate(address, said, signature, algorithm))


def _signed_octets(secret: str, address: str, sent: octets.Pairs, signature: str) -> bool:
    """Hold it against the octets that were sent, where they are no UTF-8: its library knows letters alone."""
    said = address + "".join(name + value for name, value in sorted(set(sent)))
    wanted = b64encode(hmac.digest(secret.encode(), octets.signed(said), "sha1"))
    return hmac.compare_digest(wanted, signature.encode())


def _path_of(uri: str) -> str:
    """Take path and query of a raw request line, which may be in absolute form (RFC 9112, 3.2.2)."""
    if uri.startswith("/"):
        return uri
    _, _, rest = uri.partition("://")
    return "/" + rest.partition("/")[2]
