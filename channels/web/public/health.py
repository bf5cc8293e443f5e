"""Is the process alive (`/healthz`), and can it take a complaint (`/readyz`)? Neither says a version or a count."""

from flask import Blueprint, Response
from sqlalchemy import text

from channels.house import House
from channels.web.pages.access import open_to_all
from grievance import upgrade
from grievance.errors import Busy


def blueprint(house: House) -> Blueprint:
    """Make `/healthz` and `/readyz`."""
    bp = Blueprint("health", __name__)
    checked: list[bool] = []

    @bp.get("/healthz")
    @open_to_all
    def healthz() -> Response:
        return Response("ok\n", content_type="text/plain; charset=utf-8")

    @bp.get("/readyz")
    @open_to_all
    def readyz() -> Response:
        try:
            house.store.read(lambda conn: conn.execute(text("SELECT 1")))
            if not checked and upgrade.at_head(house.store):
                checked.append(True)
        except Busy:
            return Response(
                "the database cannot be reached\n", status=503, content_type="text/plain; charset=utf-8"
            )
        if not checked:
            return Response("migrations are missing\n", status=503, content_type="text/plain; charset=utf-8")
        return Response("ready\n", content_type="text/plain; charset=utf-8")

    return bp
