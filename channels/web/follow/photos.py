"""Photos that somebody sends to their own case under `/follow`, until it holds as many as a case can."""

from typing import Any

from flask import request

from channels.house import House
from channels.incoming.attached import photos
from grievance.case import Case
from translations import Phrase, phrase, say

PHOTO, PHOTOS = "photo", "photos"
"""To send one, and to see those that were sent: a page without them stays light."""
NO_MORE_PHOTOS = phrase(
    "Your case has {most} photos now, and that is as many as it holds. Thank you. Tell the rest in words.",
    most=photos.MOST_OF_A_CASE,
)


def take(house: House, case: Case, spoken: str) -> dict[str, Any]:
    """Take the photo of this request, and give what the page says of it: thanks, or what is wrong and its status."""
    file = request.files.get("photo")
    raw = file.read(photos.MOST_BYTES + 1) if file else b""
    try:
        picture = photos.clean(raw)
    except photos.NoPhoto:
        wrong = phrase("That is no photo we can take: a JPEG, PNG or WebP of 5 MB at most.")
        return _refused(wrong if raw else phrase("Choose a photo first."), spoken, status=400)
    try:
        photos.add(house, case, picture, only_review=request.form.get("who") != "company")
    except photos.Full:
        return _refused(NO_MORE_PHOTOS, spoken, status=409)
    return {"said": say(phrase("We have your photo. It is passed on in the next round."), spoken)}


def full(conn: Any, case: Case, spoken: str) -> str:
    """Say that the case holds no more photos; nothing while it does."""
    return say(NO_MORE_PHOTOS, spoken) if photos.is_full(conn, case.id) else ""


def _refused(wrong: Phrase, spoken: str, *, status: int) -> dict[str, Any]:
    words = say(wrong, spoken)
    return {"errors": [("photo", words)], "error": {"photo": words}, "status": status}
