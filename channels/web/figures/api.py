"""`/api/v1`: the published months as data for programs, a page at a time, and problems as RFC 9457 says them.

The same printed cells as on the pages; nothing else is asked and nothing can be written. A cursor names a place in one
version of a month: when the month is published anew meanwhile, it is refused rather than mixed.
"""

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any, Final

from flask import Blueprint, Response, abort, request
from werkzeug.exceptions import BadRequest, HTTPException

from channels.house import House
from channels.web.figures import withdrawals
from channels.web.figures.openapi import KINDS, LARGEST_PAGE, SMALLEST_PAGE, USUAL_PAGE, describe
from channels.web.pages.access import open_to_all
from channels.web.pages.render import cached
from reports import shelf
from reports.month import Month, NotAMonth
from reports.shelf import Release
from reports.tables import Table

PROBLEM: Final = "application/problem+json"
READING: Final = ("GET", "HEAD", "OPTIONS")


def blueprint(house: House) -> Blueprint:
    """Make `/api`."""
    bp = Blueprint("api", __name__, url_prefix="/api")
    withdrawals.guard(bp, house)

    @bp.get("/openapi.json")
    @open_to_all
    def described() -> Response:
        return _data(describe(house.rules.current.name, house.settings.base_url))

    @bp.get("/v1/releases")
    @open_to_all
    def releases() -> Response:
        limit, after = _limit(), _cursor(request.args.get("cursor"))
        if after is not None and not isinstance(after, str):
            raise BadRequest("this cursor is not one of this list")
        found = house.store.read(shelf.all_newest)
        return _data(_page_of(found, after, limit))

    @bp.get("/v1/releases/<month>")
    @open_to_all
    def release(month: str) -> Response:
        found = _found(house, month)
        keys = (
            "definitions",
            "cut_off",
            "mechanism",
            "operators",
            "sites",
            "themes",
            "omissions",
            "series",
            "since_start",
            "longer",
            "indicators",
            "indicators_of",
        )
        told = {key: found.document[key] for key in keys if key in found.document}
        return _data(_summary(found) | told | {"tables": [_named(found, t) for t in found.tables]})

    @bp.get("/v1/releases/<month>/tables")
    @open_to_all
    def tables(month: str) -> Response:
        found = _found(house, month)
        return _data({"tables": [_named(found, table) for table in found.tables]})

    @bp.get("/v1/releases/<month>/tables/<name>")
    @open_to_all
    def table(month: str, name: str) -> Response:
        found = _found(house, month)
        chosen = [one for one in found.tables if one.name == name]
        if not chosen:
            abort(404, "this month has no such table")
        return _data({"tables": [one.plain(found.status) for one in chosen]})

    @bp.get("/v1/releases/<month>/cells")
    @open_to_all
    def cells(month: str) -> Response:
        found, limit = _found(house, month), _limit()
        named, kind = request.args.get("table"), request.args.get("kind")
        if kind is not None and kind not in KINDS:
            raise BadRequest("kind is one of " + ", ".join(KINDS))
        start = _place(request.args.get("cursor"), found)
        listed = [
            cell for cell in _cells(found) if named in (None, cell["table"]) and kind in (None, cell["kind"])
        ]
        end = start + limit
        more = _written([found.digest, end]) if end < len(listed) else None
        return _data({"cells": listed[start:end], "next": more})

    _problems(bp)
    return bp


def _problems(bp: Blueprint) -> None:
    """Answer for whatever is not there or not understood."""

    @bp.route("/", defaults={"rest": ""}, methods=[*READING, "POST", "PUT", "PATCH", "DELETE"])
    @bp.route("/<path:rest>", methods=["POST", "PUT", "PATCH", "DELETE", *READING])
    @open_to_all
    def elsewhere(rest: str) -> Response:  # noqa: ARG001  whatever it is, it is not here
        abort(404 if request.method in READING else 405)

    @bp.errorhandler(HTTPException)
    def problem(error: HTTPException) -> Response:
        status = error.code or 500
        told = {"type": "about:blank", "title": error.name, "status": status, "detail": error.description}
        answer = Response(json.dumps(told, ensure_ascii=False), status, content_type=PROBLEM)
        if status == 405:  # noqa: PLR2004  RFC 9110: it names what is allowed
            answer.headers["Allow"] = ", ".join(READING)
        return answer


def _data(body: Mapping[str, Any]) -> Response:
    """Answer with public data that any page of the web may read, and that a cache may keep an hour."""
    answer = Response(json.dumps(body, ensure_ascii=False), content_type="application/json")
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return cached(answer)


def _page_of(found: tuple[Release, ...], after: str | None, limit: int) -> dict[str, Any]:
    rest = [one for one in found if after is None or str(one.month) < after]
    page = rest[:limit]
    more = _written(str(page[-1].month)) if len(rest) > limit else None
    return {"releases": [_summary(one) for one in page], "next": more}


def _summary(release: Release) -> dict[str, Any]:
    here = f"/reports/{release.month}"
    return {
        "month": str(release.month),
        "version": release.version,
        "status": release.status,
        "published_on": release.document["published_on"],
        "sha256": release.digest,
        "links": {
            "self": f"/api/v1/releases/{release.month}",
            "page": here,
            "document": f"{here}.json",
            "cells": f"{here}/cells.csv",
            "datapackage": f"{here}/datapackage.json",
        },
    }


def _named(release: Release, table: Table) -> dict[str, Any]:
    return {
        "name": table.name,
        "kind": table.kind,
        "period": table.period or str(release.month),
        "dimensions": list(table.dimensions),
        "cells": len(table.cells),
        "links": {
            "self": f"/api/v1/releases/{release.month}/tables/{table.name}",
            "csv": f"/reports/{release.month}/tables/{table.name}.csv",
        },
    }


def _cells(release: Release) -> list[dict[str, Any]]:
    return [
        {"table": table.name, "period": table.period or str(release.month), "kind": table.kind, **cell}
        for table in release.tables
        for cell in table.plain(release.status)["cells"]
    ]


def _found(house: House, written: str) -> Release:
    try:
        month = Month.parse(written)
    except NotAMonth:
        abort(404, "a month is written as 2026-10")
    found = house.store.read(lambda conn: shelf.newest(conn, month))
    if found is None:
        abort(404, "this month was not published")
    return found


def _limit() -> int:
    written = request.args.get("limit", str(USUAL_PAGE))
    if not (written.isascii() and written.isdigit() and len(written) <= len(str(LARGEST_PAGE))):
        raise BadRequest(f"limit is a whole number from {SMALLEST_PAGE} to {LARGEST_PAGE}")
    limit = int(written)
    if not SMALLEST_PAGE <= limit <= LARGEST_PAGE:
        raise BadRequest(f"limit is a whole number from {SMALLEST_PAGE} to {LARGEST_PAGE}")
    return limit


def _place(cursor: str | None, release: Release) -> int:
    read = _cursor(cursor)
    match read:
        case None:
            return 0
        case [str(digest), int(place)] if digest == release.digest and place >= 0:
            return place
        case [str(_), int(_)]:
            raise BadRequest("the month was published anew since; start again without a cursor")
        case _:
            raise BadRequest("this cursor is not one of this list")


def _written(place: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


def _cursor(written: str | None) -> Any:
    if written is None:
        return None
    try:
        read = json.loads(
            base64.b64decode(written + "=" * (-len(written) % 4), altchars=b"-_", validate=True)
        )
    except (ValueError, binascii.Error, RecursionError):
        read = None
    if read is None:
        raise BadRequest("this cursor is not one of ours")
    return read
