"""`/evidence/<scheme>.zip`: the evidence pack of a scheme over the months that are published, at most twelve of them.

It is made of what is public already, so everybody may have it, and two people get the same bytes.
"""

from flask import Blueprint, Response, abort
from sqlalchemy import Connection

from channels.house import House
from channels.web.pages.access import open_to_all
from channels.web.pages.render import language, public_cache
from reports import shelf
from reports.certifying import evidencepack
from reports.certifying.evidencepack import Period
from reports.certifying.schemes import SCHEMES
from translations import Phrase, phrase

A_YEAR = 12
ARCHIVE = phrase("{scheme}: the evidence of the last twelve months, as one archive")


def blueprint(house: House) -> Blueprint:
    """Make the address of the archives."""
    bp = Blueprint("evidencepacks", __name__)

    @bp.get("/evidence/<scheme>.zip")
    @open_to_all
    def pack(scheme: str) -> Response:
        spoken = language(house)

        def look(conn: Connection) -> tuple[bytes, Period] | None:
            period = _newest(conn)
            if period is None or scheme not in SCHEMES:
                return None
            body = evidencepack.build(
                conn, scheme, period, rules=house.rules, now=house.now(), language=spoken
            )
            return body, period

        found = house.store.read(look)
        if found is None:
            abort(404)
        answer = Response(found[0], mimetype="application/zip")
        named = evidencepack.name(scheme, found[1])
        answer.headers["Content-Disposition"] = f'attachment; filename="{named}"'
        return public_cache(answer)

    return bp


def links() -> tuple[tuple[str, Phrase], ...]:
    """List the archives with their names."""
    return tuple(
        (f"/evidence/{scheme.key}.zip", Phrase(ARCHIVE.msgid, {"scheme": scheme.name}))
        for scheme in SCHEMES.values()
    )


def _newest(conn: Connection) -> Period | None:
    months = shelf.months(conn)[-A_YEAR:]
    return Period.between(months[0], months[-1]) if months else None
