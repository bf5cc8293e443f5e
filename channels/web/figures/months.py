"""The month in an address: read as it is written, and its release found; whatever else stands there is no page."""

from flask import abort

from channels.house import House
from reports import shelf
from reports.month import Month, NotAMonth
from reports.shelf import Release


def month_of(written: str) -> Month:
    """Read a month as it is written in an address.

    Raises:
        NotFound: it is none.
    """
    try:
        return Month.parse(written)
    except NotAMonth:
        abort(404)


def found_month(house: House, written: str) -> Release:
    """Find the release of a month as it is written in an address.

    Raises:
        NotFound: it is no month, or was not published, or was withdrawn.
    """
    asked = month_of(written)
    found = house.store.read(lambda conn: shelf.newest(conn, asked))
    if found is None:
        abort(404)
    return found
