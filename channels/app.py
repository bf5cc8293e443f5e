"""The wiring: `create_app(house)` mounts the faces of this process and nothing else.

A process that faces the internet carries no desk routes and no desk key; each face gets only its own ring.
"""

import logging
from collections.abc import Mapping
from dataclasses import replace
from io import BytesIO
from typing import IO, Any

from flask import Flask, Request, Response, abort, g, request
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.exceptions import BadRequest, HTTPException

from channels.house import House
from channels.incoming.attached import photos
from channels.web.figures import aloud, api, definitions, drafts, reports, withdrawals
from channels.web.follow import views as follow
from channels.web.kiosk import api as kioskapi
from channels.web.kiosk import screens as kiosk
from channels.web.networks import lines, phone, phonelab, providers
from channels.web.pages import kept
from channels.web.pages.access import signed_in
from channels.web.pages.compression import compress
from channels.web.pages.kept import SignedOut
from channels.web.pages.render import add_headers, render_view
from channels.web.pages.rooms import room_of
from channels.web.people import asking, complaint
from channels.web.public import evidencepacks, findingviews, health, home, registers, requests, robots
from channels.web.review import surveys
from grievance.errors import Busy, Refused, Unknown
from translations import Phrase, phrase
from workflows.requests import MOST_BYTES

logger = logging.getLogger(__name__)
MOST = 64 * 1024
MOST_OF_A_DOCUMENT = MOST_BYTES + MOST
MOST_OF_A_GATEWAY = 1 << 22
WORDS: dict[int, tuple[Phrase, Phrase]] = {
    400: (
        phrase("That did not work"),
        phrase("Something in the form was missing or broken. Please try again."),
    ),
    403: (phrase("Not allowed"), phrase("This page cannot be opened like this.")),
    404: (phrase("Not found"), phrase("There is no such page, or it is not for you.")),
    405: (phrase("Not allowed"), phrase("This page cannot be opened like this.")),
    409: (phrase("Not now"), phrase("This step is not possible at the moment.")),
    413: (
        phrase("Too long"),
        phrase(
            "More came than fits at once, and nothing of it was kept. Send at most {most} letters at a time, or one picture "
            "of at most {mega} MB. If you go back, your words may still stand there.",
            most=complaint.LONGEST,
            mega=photos.MOST_BYTES >> 20,
        ),
    ),
    429: (phrase("One moment, please"), phrase("Too many tries. Please wait a little.")),
    500: (
        phrase("Something broke"),
        phrase("That is our fault. Nothing you sent was changed. Please try again."),
    ),
    503: (
        phrase("One moment, please"),
        phrase("We could not store it just now. Please send it again in a minute."),
    ),
}


class _Request(Request):
    """A request whose uploads stay in memory: a photo as it came, with its place in it, never touches a disk."""

    def _get_file_stream(self, *_of: Any, **_what: Any) -> IO[bytes]:
        return BytesIO()


def create_app(house: House) -> Flask:
    """Build the web application of one process from its settings' faces."""
    app = Flask("channels.web", template_folder="templates", static_folder="static")
    app.request_class = _Request
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False  # else `/desk//x` is led on to whatever host the request names
    faces = set(house.settings.faces)
    app.config.update(
        MAX_CONTENT_LENGTH=MOST,
        SESSION_COOKIE_NAME=_cookie(house),
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SECURE=house.settings.base_url.startswith("https"),
        SESSION_COOKIE_SAMESITE="Strict",
        WTF_CSRF_SSL_STRICT=False,
        WTF_CSRF_TIME_LIMIT=None,
    )
    _room_for_documents(app)
    _no_sign_at_all(app)
    csrf = CSRFProtect()
    app.register_blueprint(health.blueprint(house))
    app.register_blueprint(robots.blueprint())
    ring = replace(house, ring=house.ring.face("web"))
    if "intake" in faces:
        for made in (
            providers.blueprint(ring),
            lines.blueprint(ring),
            complaint.blueprint(ring),
            asking.blueprint(ring),
            follow.blueprint(ring),
        ):
            app.register_blueprint(made)
            csrf.exempt(made)
    if "public" in faces:
        faces_of_all = (
            home, definitions, reports, aloud, api, drafts, evidencepacks, registers, requests, findingviews, surveys,
            withdrawals,
        )  # fmt: skip
        for made in (face.blueprint(ring) for face in faces_of_all):
            app.register_blueprint(made)
            csrf.exempt(made)
    if "kiosk" in faces:
        for made in (kiosk.blueprint(ring), kioskapi.blueprint(ring)):
            app.register_blueprint(made)
            csrf.exempt(made)
    if house.settings.demo and "intake" in faces:
        for made in (phone.blueprint(ring), phonelab.blueprint(ring)):
            app.register_blueprint(made)
            csrf.exempt(made)
    _errors(app, house)
    _staff(app, house, faces, csrf)
    add_headers(app, house)
    compress(app)
    return app


def _staff(app: Flask, house: House, faces: set[str], csrf: CSRFProtect) -> None:
    owns: dict[str, House] = {}
    for face in ("desk", "review"):
        if face not in faces:
            continue
        from channels.web.review import (  # noqa: PLC0415  the public process never imports the desk
            commentdesk,
            findings,
            heldtexts,
            listening,
            orders,
            review,
            reviewclocks,
            sampling,
        )
        from channels.web.staff import desk, hazards, login, registerdesk, requestdesk  # noqa: PLC0415  the public process never imports the desk

        room = {"desk": desk, "review": review}[face]
        own = replace(house, ring=house.ring.face(face))
        app.secret_key = app.secret_key or own.ring.secret(f"session-{face}")
        owns[face] = own
        app.register_blueprint(login.blueprint(own, face))
        app.register_blueprint(room.blueprint(own))
        app.register_blueprint(registerdesk.blueprint(own, face))
        app.register_blueprint(findings.blueprint(own, face))
        app.register_blueprint(requestdesk.blueprint(own, face))
        app.register_blueprint(hazards.blueprint(own, face))
        if face == "review":
            app.register_blueprint(reviewclocks.blueprint(own))
            app.register_blueprint(listening.blueprint(own))
            app.register_blueprint(heldtexts.blueprint(own))
            app.register_blueprint(orders.blueprint(own))
            app.register_blueprint(commentdesk.blueprint(own))
            app.register_blueprint(sampling.blueprint(own))
            app.register_blueprint(surveys.review_blueprint(own))
    # A deployment whose keys are older than the radio room goes on without it; `grievance check` says so.
    if "radio" in faces and "session-radio" in house.ring.secrets:
        from channels.web.radio import radio, radiopages  # noqa: PLC0415  as above
        from channels.web.staff import login  # noqa: PLC0415  as above

        own = replace(house, ring=house.ring.face("web"))
        app.secret_key = app.secret_key or own.ring.secret("session-radio")
        owns["radio"] = own
        for made in (login.blueprint(own, "radio"), radio.blueprint(own), radiopages.blueprint(own)):
            app.register_blueprint(made)
    if app.secret_key:
        _kept(app, owns)
        csrf.init_app(app)


def _kept(app: Flask, owns: Mapping[str, House]) -> None:
    """Let a form that came back stand in its page again: what staff wrote is lost by no session and no page that ended."""
    from channels.web.staff import login  # noqa: PLC0415  as above

    app.jinja_env.globals["mine"] = lambda: g.get("mine", "")
    app.jinja_env.globals["stands"] = kept.stands

    @app.before_request
    def _room_for_kept() -> None:
        if request.path.split("/")[1] in owns and (
            request.path.endswith("/login") or kept.KEPT in request.args
        ):
            request.max_content_length = kept.ROOM

    @app.errorhandler(SignedOut)
    def _signed_out(error: SignedOut) -> Response:
        why = login.ANOTHER if error.another else login.ENDED
        try:
            return login.again(owns[error.face], error.face, error.view, why=why)
        except HTTPException as stopped:  # what came is too long to be read
            return app.handle_user_exception(stopped)  # type: ignore[return-value]

    @app.errorhandler(CSRFError)
    def _old_page(_error: CSRFError) -> Any:
        face, view = request.path.split("/")[1], app.view_functions.get(request.endpoint or "")
        if face not in owns:
            return app.handle_user_exception(BadRequest())
        if request.path == f"/{face}/login":
            return login.again(owns[face], face, view, why=login.OLD, status=400)
        if signed_in(owns[face], face) is None:
            return login.again(owns[face], face, view)
        try:
            return kept.show_again(view)
        except HTTPException as stopped:
            return app.handle_user_exception(stopped)


def _room_for_documents(app: Flask) -> None:
    """Let staff send a document, people a photo, and gateways many messages: larger than any other form of a person's."""

    @app.before_request
    def _room() -> None:
        if request.endpoint in ("desk_requests.publish_document", "review_requests.publish_document"):
            request.max_content_length = MOST_OF_A_DOCUMENT
        elif request.blueprint == "providers":  # many messages after a while away, or a picture in one
            request.max_content_length = MOST_OF_A_GATEWAY
        elif request.endpoint == "follow.send_photo":
            request.max_content_length = photos.MOST_BYTES + MOST


def _no_sign_at_all(app: Flask) -> None:
    """Refuse what looks something up by U+0000, or writes it at a desk: no keyboard has it, and PostgreSQL keeps none.

    What people and gateways say is taken in whatever it holds.
    """

    @app.before_request
    def _look() -> None:
        if request.blueprint in ("providers", "lines"):
            return
        asked = [request.path, *(one for _, values in request.args.lists() for one in values)]
        if request.method == "POST" and request.path.startswith(("/desk/", "/review/")):
            asked += [one for _, values in request.form.lists() for one in values]
        if any("\0" in one for one in asked):
            abort(400)


def _errors(app: Flask, house: House) -> None:
    def page(code: int) -> Response:
        title, words = WORDS.get(code, WORDS[500])
        view = {"title": title, "words": words, "again": ""}
        return render_view("error.html", view, house=house, status=code, room=room_of(house))

    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> Response:
        if error.response is not None:
            return error.response  # type: ignore[return-value]
        code = error.code or 500
        answer = page(code)
        if code == 405 and getattr(error, "valid_methods", None):  # noqa: PLR2004  RFC 9110 wants `Allow`
            answer.headers["Allow"] = ", ".join(error.valid_methods)  # type: ignore[attr-defined]
        if code == 413:  # noqa: PLR2004  the rest of it was not read: whoever writes on after it would not be heard
            answer.headers["Connection"] = "close"
        return answer

    @app.errorhandler(Unknown)
    def _unknown(_error: Unknown) -> Response:
        return page(404)

    @app.errorhandler(Refused)
    def _refused(_error: Refused) -> Response:
        return page(409)

    @app.errorhandler(Busy)
    def _busy(_error: Busy) -> Response:
        answer = page(503)
        answer.headers["Retry-After"] = "5"
        return answer

    @app.errorhandler(Exception)
    def _any(error: Exception) -> Response:
        # The traceback's last frame and the kind of error, never its text: it may quote what somebody wrote.
        logger.error(
            "unexpected %s",
            type(error).__name__,
            extra={"endpoint": request.endpoint},
            exc_info=error,
        )
        return page(500)


def _cookie(house: House) -> str:
    return "__Host-form" if house.settings.base_url.startswith("https") else "form"
