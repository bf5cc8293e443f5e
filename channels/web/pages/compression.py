"""What goes over the wire, made small: gzip for whoever takes it, from the first byte of every public page.

A page that answers with something secret (an opened case) is compressed as well: nobody else can make a browser
send what opens it, so nobody can try words against its length. Pages of staff, who carry a cookie, are not.

What answers a sending has one length, packed or not: whoever sees only how long an encrypted answer was does not
learn from it that danger was read in what somebody sent.
"""

import gzip
import struct
import zlib
from functools import lru_cache

from flask import Flask, Response, g, request

OK = 200
SMALLEST = 500
LEVEL = 6
KINDS = ("text/", "application/json", "application/atom+xml", "image/svg+xml")
NOT_THERE = ("/desk", "/review", "/radio", "/channels")
EVEN, EVEN_AT_A_KIOSK = 4096, 3072
"""What answers a sending is a multiple of so many bytes; nearly all receipts and cases, packed, are once that."""
_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
_LAST_BLOCK = b"\x01"


def compress(app: Flask) -> None:
    """Compress answers to everybody; static files once."""

    @app.after_request
    def _smaller(response: Response) -> Response:
        if request.path.startswith(NOT_THERE) or not response.content_type.startswith(KINDS):
            return response
        response.vary.add("Accept-Encoding")
        if response.status_code != OK or "Content-Encoding" in response.headers:
            return response
        if to := g.get("even", default=0):
            return _evened(response, to)
        if not request.accept_encodings["gzip"]:
            return response
        response.direct_passthrough = False
        body = response.get_data()
        if len(body) < SMALLEST:
            return response
        static = request.path.startswith("/static/") or request.path in ("/kiosk/app.js", "/kiosk/style.css")
        response.set_data(_file(body) if static else gzip.compress(body, LEVEL, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
        return response


def even(response: Response, *, kiosk: bool) -> Response:
    """Give the answer of this request a length that tells nothing of what was decided about what somebody sent."""
    g.even = EVEN_AT_A_KIOSK if kiosk else EVEN
    return response


def _evened(response: Response, to: int) -> Response:
    body = response.get_data()
    if request.accept_encodings["gzip"]:
        response.set_data(packed_evenly(body, to))
        response.headers["Content-Encoding"] = "gzip"
    else:
        response.set_data(body + b"\n" * (-len(body) % to))
    return response


def packed_evenly(body: bytes, to: int) -> bytes:
    """Pack by gzip (RFC 1952) to a multiple of `to` bytes: empty lines follow, in a last block that is not packed.

    Such a block is in RFC 1951 from the beginning (3.2.4), so whatever opens gzip opens it.
    """
    packer = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = packer.compress(body) + packer.flush(zlib.Z_FULL_FLUSH)  # it ends on a whole byte
    rest = -(len(_HEAD) + len(packed) + len(_LAST_BLOCK) + 4 + 8) % to
    lines = b"\n" * rest
    whole = body + lines
    block = _LAST_BLOCK + struct.pack("<HH", rest, rest ^ 0xFFFF) + lines
    return _HEAD + packed + block + struct.pack("<II", zlib.crc32(whole), len(whole) & 0xFFFFFFFF)


@lru_cache(maxsize=16)
def _file(body: bytes) -> bytes:
    return gzip.compress(body, 9, mtime=0)
