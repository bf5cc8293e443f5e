"""A month to be read aloud: a sheet in large letters, the month as one text message, and a machine's voice as a draft."""

from flask import Blueprint, Response, abort

from channels.house import House
from channels.sms.summary import one_message
from channels.sound import draftvoice
from channels.web.figures import withdrawals
from channels.web.figures.months import found_month
from channels.web.pages.access import open_to_all
from channels.web.pages.render import cached, language, render_view
from reports import formats
from reports.aloud import bulletin
from reports.saying import sentences


def blueprint(house: House) -> Blueprint:
    """Make `/reports/<month>/sheet` and the drafts beside it."""
    bp = Blueprint("aloud", __name__)
    withdrawals.guard(bp, house)

    @bp.get("/reports/<month>/sheet")
    @open_to_all
    def sheet(month: str) -> Response:
        """Show what is read aloud at an assembly or by a loudspeaker, to be printed in large letters."""
        found, spoken = found_month(house, month), language(house)
        if spoken not in bulletin.languages_of(found):
            spoken = "es"
        short = bulletin.make(found, spoken, seconds=60)
        shown = {
            "name": sentences.month_name(found.month),
            "tongue": spoken,
            "made_up": sentences.MADE_UP if found.made_up else "",
            "head": formats.radio.heading(short),
            "paragraphs": short.paragraphs,
            "unread": short.unread,
            "voices": [
                (f"/reports/{month}/draft-{spoken}-{length}.wav", length)
                for length in bulletin.LENGTHS
                if draftvoice.has_voice(spoken)
            ],
            "message": one_message(found, spoken, base=house.settings.base_url),
        }
        return render_view("report_sheet.html", shown, house=house)

    @bp.get("/reports/<month>/draft-<spoken>-<int:seconds>.wav")
    @open_to_all
    def draft_voice(month: str, spoken: str, seconds: int) -> Response:
        """Give a bulletin as a machine speaks it, named a draft."""
        found = found_month(house, month)
        lengths = [length for length in bulletin.LENGTHS if length == seconds]
        if not lengths or spoken not in bulletin.languages_of(found) or not draftvoice.has_voice(spoken):
            abort(404)
        made = bulletin.make(found, spoken, seconds=lengths[0])
        answer = Response(draftvoice.speak(made), content_type="audio/wav")
        answer.headers["Content-Disposition"] = f'attachment; filename="{month}-{draftvoice.name_of(made)}"'
        return cached(answer)

    return bp
