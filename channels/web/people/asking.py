"""`/requests/ask`: a request for information, on one page, without JavaScript, cookie or name."""

from flask import Blueprint, Response, request

from channels.house import House
from channels.web.pages.access import open_to_all
from channels.web.pages.render import language, render
from channels.web.people import complaint
from grievance.vocabulary import Kind
from translations import Phrase, phrase, say
from workflows.requests import EMBARGOES

WORDS_OF_EMBARGO = phrase("{days} days")


def blueprint(house: House) -> Blueprint:
    """Make `/requests/ask`."""
    bp = Blueprint("asking", __name__)

    @bp.get("/requests/ask")
    @open_to_all
    def ask() -> Response:
        return _form(house)

    @bp.post("/requests/ask")
    @open_to_all
    def send() -> Response:
        text = request.form.get("text", "").strip()
        if not text:
            return _form(house, phrase("Write what you want to know."), status=400)
        if len(text) > complaint.LONGEST:
            return _form(house, complaint.TOO_LONG, status=413)
        wait = request.form.get("wait", "")
        embargo = int(wait) if wait in {str(days) for days in EMBARGOES} else 0
        return complaint.receive(house, text=text, theme="", kind=Kind.INFORMATION_REQUEST, embargo=embargo)

    return bp


def _form(house: House, wrong: Phrase | None = None, *, status: int = 200) -> Response:
    spoken = language(house)
    words = say(wrong, spoken) if wrong else ""
    more = {"errors": [("text", words)], "error": {"text": words}} if words else {}
    waits = [("", say(phrase("Everybody may read it from the start"), spoken))]
    waits += [(str(days), say(Phrase(WORDS_OF_EMBARGO.msgid, {"days": days}), spoken)) for days in EMBARGOES]
    page = complaint.form_page(house, **more)
    chosen = request.form.get("wait", "")
    return render(
        "request_ask.html", house=house, page=page, status=status, quick_exit=True, waits=waits, chosen=chosen
    )
