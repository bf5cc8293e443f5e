"""`/follow`: the person opens their own case with their clave, and does there what they want to do.

Wrong, unknown and expired claves get the same words in the same time: the same scrypts are paid for each.
"""

from flask import Blueprint, Response, request

from channels.claves.stretching import note_slip, slow_down
from channels.house import House
from channels.web.follow import photos
from channels.web.follow.acts import act
from channels.web.follow.opened import Opened, by_clave, by_token, go_on_to, note_visit, said_by
from channels.web.follow.page import ENTER, EnterPage, respond, show, shut, unsent
from channels.web.pages.access import open_to_all
from channels.web.pages.render import language, render
from grievance.errors import Refused
from translations import phrase, say
from workflows import recast

NOT_SENT = phrase("What you wrote stands below. It is not sent yet.")


def blueprint(house: House) -> Blueprint:
    """Make `/follow`."""
    bp = Blueprint("follow", __name__, url_prefix="/follow")

    @bp.get("")
    @open_to_all
    def enter() -> Response:
        return render(ENTER, house=house, page=EnterPage(), quick_exit=True)

    @bp.post("")
    @open_to_all
    def open_case() -> Response:
        return opening(house)

    @bp.post("/photo")
    @open_to_all
    def send_photo() -> Response:
        return acting(house, photos.PHOTO)

    @bp.post("/<action>")
    @open_to_all
    def do(action: str) -> Response:
        return acting(house, action)

    return bp


def opening(house: House) -> Response:
    """Open a case with the clave that was typed; a wrong one costs as much time as a right one."""
    slow_down(house)
    opened = by_clave(house, request.form.get("clave", ""))
    if opened is None:
        note_slip(house)
        return shut(house)
    note_visit(house, opened)
    text = request.form.get("text", "").strip()
    if text and said_by(house, request.form.get("was", ""))[:2] == [opened.clave, opened.case]:
        return show(house, opened, text=text, said=say(NOT_SENT, language(house)))
    return show(house, opened)


def acting(house: House, action: str) -> Response:
    """Do something in the case that the form's token keeps open."""
    opened = by_token(house, request.form.get("token", ""))
    if opened is None:
        words = say(
            phrase("This page was open for more than 15 minutes. Write your clave again."), language(house)
        )
        text, was = unsent(house, request.form.get("token", ""))
        page = EnterPage(message=words, heard="over", text=text, was=was)
        return respond(house, ENTER, page, status=403)
    if action == "beside":
        return _beside(house, opened)
    # One question for two buttons, and no attribute that an old browser would not know.
    return act(house, opened, request.form.get("end", "") if action == "end" else action)


def _beside(house: House, opened: Opened) -> Response:
    """Go on to the case that an officer opened beside this one: the same clave opens it."""
    other = house.store.read(lambda conn: recast.newer(conn, opened.case))
    if other is None:
        raise Refused("there is no other case")
    there = go_on_to(house, opened, other)
    note_visit(house, there)
    return show(house, there)
