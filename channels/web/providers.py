"""Where gateways knock: verify, take in, answer. Bad signatures get 403 and leave nothing but a count."""

import logging
from collections.abc import Callable, Sequence
from typing import TypeVar
from urllib.parse import quote

from flask import Blueprint, Response, request

from channels import delivery, jobs, parts
from channels.gateway import Forged, Garbled, Gateway, Inbound, Request, StatusEvent
from channels.house import House
from channels.web.access import open_to_all
from grievance.errors import Busy

logger = logging.getLogger(__name__)
Said = TypeVar("Said")


def blueprint(house: House) -> Blueprint:
    """Make the routes `/channels/<gateway>/sms` and `/channels/<gateway>/status`."""
    bp = Blueprint("providers", __name__, url_prefix="/channels")

    @bp.route("/<gateway>/sms", methods=["GET", "POST"])
    @open_to_all
    def sms(gateway: str) -> Response:
        adapter = house.gateways.get(gateway)
        return _heard(adapter, "message", lambda at: at.inbound(as_request(), now=house.now()), _take_in)

    @bp.route("/<gateway>/status", methods=["GET", "POST"])
    @open_to_all
    def status(gateway: str) -> Response:
        adapter = house.gateways.get(gateway)
        return _heard(adapter, "status", lambda at: at.status(as_request()), _note)

    def _take_in(message: Inbound) -> None:
        jobs.wake(house, parts.take_in(house, message))

    def _note(event: StatusEvent) -> None:
        delivery.status(house, event)

    return bp


def _heard(
    adapter: Gateway | None,
    what: str,
    read: Callable[[Gateway], Sequence[Said]],
    take: Callable[[Said], None],
) -> Response:
    """Verify, read, store; only then say to the gateway what it waits for."""
    if adapter is None:
        return Response(status=404)
    if request.method != "POST" and not (adapter.by_get and request.method == "GET"):
        return Response(status=405, headers={"Allow": "GET, POST" if adapter.by_get else "POST"})
    try:
        found = read(adapter)
    except Forged:
        logger.warning("forged %s refused", what, extra={"gateway": adapter.name})
        return Response(status=403)
    except Garbled:
        logger.warning("garbled %s refused", what, extra={"gateway": adapter.name})
        return Response(status=400)
    try:
        for each in found:
            take(each)
    except Busy:
        return Response(status=503, headers={"Retry-After": "5"})
    said = adapter.answer
    return Response(said.body, status=200, content_type=f"{said.kind}; charset=utf-8")


def as_request() -> Request:
    """Take the request as it came over the wire: the raw address, never a decoded one (RFC 3986)."""
    raw = request.environ.get("REQUEST_URI") or request.environ.get("RAW_URI") or ""
    if "://" in raw.partition("?")[0]:
        raw = "/" + raw.split("://", 1)[1].partition("/")[2]
    if not raw.startswith("/"):
        query = request.environ.get("QUERY_STRING", "")
        raw = quote(request.environ.get("SCRIPT_NAME", "") + request.environ.get("PATH_INFO", "/")) + (
            f"?{query}" if query else ""
        )
    body = request.get_data(cache=True)
    form = tuple((k, v) for k, values in request.form.lists() for v in values)
    return Request(method=request.method, uri=raw, headers=dict(request.headers), body=body, form=form)
