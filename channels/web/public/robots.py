"""`/robots.txt` (RFC 9309): search engines may read what is published, and stay away from the doors of single people."""

from flask import Blueprint, Response

from channels.web.pages.access import open_to_all
from channels.web.pages.render import cached

AWAY = ("/follow", "/leave", "/kiosk", "/phone", "/desk", "/review", "/radio")
TEXT = "".join(("User-agent: *\n", *(f"Disallow: {path}\n" for path in AWAY)))


def blueprint() -> Blueprint:
    """Make `/robots.txt`."""
    bp = Blueprint("robots", __name__)

    @bp.get("/robots.txt")
    @open_to_all
    def robots() -> Response:
        return cached(Response(TEXT, content_type="text/plain; charset=utf-8"))

    return bp
