"""Where gateways knock: verify, take in, answer. Bad signatures get 403 and leave nothing but a count."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from urllib.parse import quote

from flask import Blueprint, Response, request
from werkzeug.datastructures import FileStorage

from channels import jobs
from channels.gateway import (
    Answer,
    Asking,
    Forged,
    Garbled,
    Gateway,
    Inbound,
    Rang,
    Request,
    StatusEvent,
    asks,
    hears_rings,
)
from channels.house import House
from channels.incoming import parts
from channels.outgoing import delivery
from channels.sms import octets
from channels.telephone import rings
from channels.web.pages.access import open_to_all
from grievance.errors import Busy

FORM = "application/x-www-form-urlencoded"
Said = Inbound | StatusEvent | Rang
logger = logging.getLogger(__name__)


def blueprint(house: House) -> Blueprint:
    """Make the routes `/channels/<gateway>/sms` and `/channels/<gateway>/status`."""
    bp = Blueprint("providers", __name__, url_prefix="/channels")

    @bp.route("/<gateway>/sms", methods=["GET", "POST"])
    @open_to_all
    def sms(gateway: str) -> Response:
        adapter = house.gateways.get(gateway)
        return _heard(adapter, "message", lambda at: _messages(at, now=house.now()), _take)

    @bp.route("/<gateway>/status", methods=["GET", "POST"])
    @open_to_all
    def status(gateway: str) -> Response:
        adapter = house.gateways.get(gateway)
        return _heard(adapter, "status", lambda at: _events(at, now=house.now()), _take)

    def _take(what: Said) -> None:
        if isinstance(what, Inbound):
            jobs.wake(house, parts.take_in(house, what))
        elif isinstance(what, Rang):
            rings.take(house, what)
        else:
            delivery.status(house, what)

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
        for each in read(adapter):
            take(each)
        said = _answer(adapter)
    except Forged:
        logger.warning("forged %s refused", what, extra={"gateway": adapter.name})
        return Response(status=403)
    except Garbled:
        logger.warning("garbled %s refused", what, extra={"gateway": adapter.name})
        return Response(status=400)
    except Busy:
        return Response(status=503, headers={"Retry-After": "5"})
    return Response(said.body, status=200, content_type=f"{said.kind}; charset=utf-8")


def _messages(adapter: Gateway, *, now: datetime) -> Sequence[Said]:
    """Read messages and calls; where a gateway says everything at one address, also what became of ours."""
    said: list[Said] = [*adapter.inbound(as_request(), now=now)]
    ringing: object = adapter
    if not said and hears_rings(ringing):
        said += ringing.rang(as_request())
    return [*said, *adapter.status(as_request())] if _asking(adapter) else said


def _events(adapter: Gateway, *, now: datetime) -> Sequence[Said]:
    """Read what became of ours; a message that is said here by such a gateway must not be lost."""
    return _messages(adapter, now=now) if _asking(adapter) else adapter.status(as_request())


def _answer(adapter: Gateway) -> Answer:
    asking = _asking(adapter)
    return adapter.answer if asking is None else asking.asked(as_request())


def _asking(adapter: object) -> Asking | None:
    return adapter if asks(adapter) else None


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
    if request.mimetype == FORM and not octets.is_utf8(body):
        form = octets.pairs(body)  # flask would keep %F1 for a letter, or nothing at all
    else:
        form = tuple((k, v) for k, values in request.form.lists() for v in values)
    files = {name: _whole(file) for name, file in request.files.items()}
    return Request(request.method, raw, dict(request.headers), body, form, files)


def _whole(file: FileStorage) -> bytes:
    """Read a file from its beginning: a gateway that says everything at one address is asked more than once."""
    file.stream.seek(0)
    return file.stream.read()
