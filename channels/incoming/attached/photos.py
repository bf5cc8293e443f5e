"""A photo that somebody adds to their case: decoded and written anew, so that nothing of it is left but the picture.

EXIF, GPS, comments, thumbnails, whatever was hung on behind the picture: none of it is copied, because nothing is
copied but the points. What the picture itself shows, nobody takes out; the page says so before it is sent.
A photo is sealed like a text, as a `data:` address: whoever knows only texts reads a long one, and breaks nothing.
"""

import base64
import io
import json
import os
import threading

from sqlalchemy import Connection, bindparam, func, select

from channels.house import House
from channels.incoming.waiting import wait_for_batch
from grievance import case as cases
from grievance import vault
from grievance.case import Case
from grievance.errors import Refused
from grievance.inbox import WAITING
from grievance.message import Message
from grievance.vocabulary import Step
from translations import phrase, say
from workflows.knowing import reading
from workflows.texts import Said

PURPOSE = "photo"
MOST_BYTES = 5 * 1024 * 1024
MOST_POINTS = 25_000_000
MOST_OF_A_JPEG = 120_000_000
"""A JPEG is decoded at the size that is kept; other kinds are decoded whole."""
MOST_OF_A_CASE = 10
"""So many photos a case holds, those that wait for the next round among them: each is sealed to several, for years."""
SIDE = 1280
QUALITY = 72
FORMATS = ("JPEG", "PNG", "WEBP")
HEAD = "data:image/jpeg;base64,"
ONLY_REVIEW = phrase("A photo that only the independent body sees")
_MESSAGES = Message.__table__  # type: ignore[attr-defined]
_OF_THE_CASE = select(func.count()).select_from(_MESSAGES)
_ON_THE_WAY = select(func.count()).select_from(WAITING)
_COUNTED = (
    _OF_THE_CASE.where(_MESSAGES.c.case == bindparam("of"), _MESSAGES.c.purpose == PURPOSE),
    _ON_THE_WAY.where(
        WAITING.c.case == bindparam("of"), WAITING.c.facts.contains(json.dumps({"purpose": PURPOSE})[1:-1])
    ),
)
_ONE_AT_A_TIME = threading.BoundedSemaphore(1)


class NoPhoto(Refused):
    """It is no picture that we take: another kind, too large, or broken."""


class Full(Refused):
    """The case has as many photos as it holds."""


def clean(raw: bytes) -> bytes:
    """Write a picture anew, as JPEG, upright, at most SIDE points wide or high.

    Raises:
        NoPhoto: it is no JPEG, PNG or WebP, too large in bytes or in points, or broken.
    """
    from PIL import Image, ImageOps  # noqa: PLC0415  only whoever sends a photo needs it

    if not 0 < len(raw) <= MOST_BYTES:
        raise NoPhoto("a photo has at most 5 MB")
    try:
        with _ONE_AT_A_TIME, Image.open(io.BytesIO(raw), formats=FORMATS) as given:
            points = given.width * given.height
            if points > (MOST_OF_A_JPEG if given.format == "JPEG" else MOST_POINTS):
                raise NoPhoto("too many points")
            given.draft("RGB", (SIDE, SIDE))
            upright = ImageOps.exif_transpose(given)
            upright.thumbnail((SIDE, SIDE))
            flat = upright.convert("RGBA")
            picture = Image.new("RGB", flat.size, "white")
            picture.paste(flat, mask=flat)
            out = io.BytesIO()
            picture.save(out, "JPEG", quality=QUALITY, optimize=True)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as cause:
        raise NoPhoto("no picture that we take") from cause
    return out.getvalue()


def address(picture: bytes) -> str:
    """Write a clean picture as the text that is sealed."""
    return HEAD + base64.b64encode(picture).decode()


def shown(text: str | None) -> str:
    """Give the picture of an opened text for a page; nothing if it is none of ours."""
    return text if text is not None and text.startswith(HEAD) else ""


def said(house: House, case: Case, picture: bytes, *, only_review: bool) -> Said:
    """Seal a photo to the case's readers, or to review and the person alone; then the desk has a sentence instead."""

    def publics(conn: Connection) -> tuple[dict[str, bytes], dict[str, bytes]]:
        house_keys = house.ring.publics
        readers = reading.publics_for(conn, case, house_keys)
        return readers, reading.publics_for(conn, case, house_keys, original=True)

    readers, alone = house.store.read(publics)
    words = say(ONLY_REVIEW, house.rules.current.default_language) if only_review else address(picture)
    return Said(
        id=_id(),
        said_by="complainant",
        purpose=PURPOSE,
        masked=vault.seal(words, text_id=_id(), field=PURPOSE, readers=readers),
        original=vault.seal(address(picture), text_id=_id(), field=f"{PURPOSE}.original", readers=alone)
        if only_review
        else None,
    )


def add(house: House, case: Case, picture: bytes, *, only_review: bool) -> None:
    """Let a clean picture wait for the next round, as whatever else its person says in the case.

    Raises:
        Full: the case has as many as it holds; nothing was stored.
    """
    told, at = said(house, case, picture, only_review=only_review), house.moment()

    def work(conn: Connection) -> None:
        cases.get(conn, case.id, lock=True)
        if is_full(conn, case.id):
            raise Full("as many photos as a case holds")
        wait_for_batch(conn, house, case_id=case.id, step=Step.ADD, told=told, credential="clave", at=at)

    house.store.transact(work)


def count(conn: Connection, case_id: str) -> int:
    """Count the photos of a case, those on the way among them."""
    return sum(int(conn.execute(query, {"of": case_id}).scalar_one()) for query in _COUNTED)


def is_full(conn: Connection, case_id: str) -> bool:
    """Tell whether a case holds no more photos."""
    return count(conn, case_id) >= MOST_OF_A_CASE


def _id() -> str:
    return os.urandom(16).hex()
