"""Where gateways knock: verify, take in, answer. Bad signatures get 403 and leave nothing but a count."""

import logging
from collections.abc import Mapping
from urllib.parse import quote

from flask import Blueprint, Response, request

from channels import delivery, intake, jobs
from channels.gateway import Forged, Gateway, Request
from channels.house import House
from channels.web.access import open_to_all
from grievance.errors import Busy

logger = logging.getLogger(__name__)
EMPTY = {"twilio": ('<?xml version="1.0" encoding="UTF-8"?><Response></Response>', "text/xml")}


def blueprint(house: House) -> Blueprint:
    """Make the routes `/channels/<gateway>/sms` and `/channels/<gateway>/status`."""
    bp = Blueprint("providers", __name__, url_prefix="/channels")

    @bp.post("/<gateway>/sms")
    @open_to_all
    def sms(gateway: str) -> Response:
        adapter = _find(house.gateways, gateway)
        if adapter is None:
            return Response(status=404)
        now = house.now()
        try:
            message = adapter.inbound(as_request(), now=now)
        except Forged:
            logger.warning("forged message refused", extra={"gateway": gateway})
            return Response(status=403)
        try:
            owed = intake.take_in(house, message)
        except Busy:
            return Response(status=503, headers={"Retry-After": "5"})
        jobs.wake(house, owed)
        body, kind = EMPTY.get(gateway, ("", "text/plain"))
        return Response(body, status=200, content_type=f"{kind}; charset=utf-8")

    @bp.post("/<gateway>/status")
    @open_to_all
    def status(gateway: str) -> Response:
        adapter = _find(house.gateways, gateway)
        if adapter is None:
            return Response(status=404)
        try:
            event = adapter.status(as_request())
        except Forged:
            logger.warning("forged status refused", extra={"gateway": gateway})
            return Response(status=403)
        try:
            if event is not None:
                delivery.status(house, event)
        except Busy:
            return Response(status=503, headers={"Retry-After": "5"})
        return Response(status=204)

    return bp


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


def _find(gateways: Mapping[str, Gateway], name: str) -> Gateway | None:
    return gateways.get(name)
