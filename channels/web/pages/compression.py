"""What goes over the wire, made small: gzip for whoever takes it, from the first byte of every public page.

A page that answers with something secret (an opened case) is compressed as well: nobody else can make a browser
send what opens it, so nobody can try words against its length. Pages of staff, who carry a cookie, are not.
"""

import gzip
from functools import lru_cache

from flask import Flask, Response, request

OK = 200
SMALLEST = 500
LEVEL = 6
KINDS = ("text/", "application/json", "application/atom+xml", "image/svg+xml")
NOT_THERE = ("/desk", "/review", "/radio", "/channels")


def compress(app: Flask) -> None:
    """Compress answers to everybody; static files once."""

    @app.after_request
    def _smaller(response: Response) -> Response:
        if request.path.startswith(NOT_THERE) or not response.content_type.startswith(KINDS):
            return response
        response.vary.add("Accept-Encoding")
        if (
            not request.accept_encodings["gzip"]
            or response.status_code != OK
            or "Content-Encoding" in response.headers
        ):
            return response
        response.direct_passthrough = False
        body = response.get_data()
        if len(body) < SMALLEST:
            return response
        static = request.path.startswith("/static/") or request.path in ("/kiosk/app.js", "/kiosk/style.css")
        response.set_data(_file(body) if static else gzip.compress(body, LEVEL, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
        return response


@lru_cache(maxsize=16)
def _file(body: bytes) -> bytes:
    return gzip.compress(body, 9, mtime=0)
