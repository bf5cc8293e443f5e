"""Octets that should be UTF-8 and are not: a complaint with one broken letter is a complaint, and is kept.

Old phones and boxes write Windows-1252, so an octet that is no UTF-8 is read as the letter it is there, by itself: the
rest of the text stays as it is. Who signs, signs octets and not letters: what was signed is given as it was sent.
"""

import codecs
from typing import Final
from urllib.parse import parse_qsl, unquote_to_bytes, urlsplit

from channels.gateway import Request

LETTERS: Final = "grievance.letters"
"""Reads octets that are no UTF-8 as Windows-1252; a name for `errors`, as Python's codecs take it."""
KEPT: Final = "surrogateescape"
"""Keeps such an octet so that it can be written again as it was (PEP 383)."""
Pairs = tuple[tuple[str, str], ...]


def _letter(cause: UnicodeError) -> tuple[str, int]:
    if not isinstance(cause, UnicodeDecodeError):
        raise cause
    return cause.object[cause.start : cause.end].decode("cp1252", "replace"), cause.end


codecs.register_error(LETTERS, _letter)


def read(octets: bytes) -> str:
    """Read octets as UTF-8, and each that is none as Windows-1252."""
    return octets.decode("utf-8", LETTERS)


def is_utf8(form: bytes) -> bool:
    """Tell whether a form says nothing but UTF-8."""
    try:
        unquote_to_bytes(form).decode()
    except UnicodeDecodeError:
        return False
    return True


def pairs(form: bytes, errors: str = LETTERS) -> Pairs:
    """Read a form (`application/x-www-form-urlencoded`), blank fields and repeated ones too."""
    plain = "".join(chr(one) if one < 128 else f"%{one:02X}" for one in form)  # noqa: PLR2004  ASCII ends there
    return tuple(parse_qsl(plain, keep_blank_values=True, errors=errors))


def as_sent(request: Request) -> Pairs:
    """Give the fields of the address and then of the body as they were sent: `signed` writes them as octets again."""
    query = urlsplit(request.uri).query.encode("latin-1", "replace")
    return pairs(query, KEPT) + pairs(request.body, KEPT)


def signed(said: str) -> bytes:
    """Write what was said as the octets that were signed."""
    try:
        return said.encode("utf-8", KEPT)
    except UnicodeEncodeError:
        return said.encode("utf-8", "replace")
