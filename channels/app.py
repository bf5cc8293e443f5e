"""The wiring: `create_app(house)` mounts the faces of this process and nothing else.

A process that faces the internet carries no desk routes and no desk key; each face gets only its own ring.
"""

import logging
from dataclasses import replace

from flask import Flask, Response, request
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.exceptions import HTTPException

from channels.house import House
from channels.web import (
    asking,
    complaint,
    findingviews,
    follow,
    health,
    phone,
    providers,
    public,
    registers,
    reports,
    requests,
    surveys,
)
from channels.web.render import add_headers, render_view
from grievance.errors import Busy, Refused, Unknown
from translations import Phrase, phrase
from workflows.requests import MOST_BYTES

logger = logging.getLogger(__name__)
MOST = 64 * 1024
MOST_OF_A_DOCUMENT = MOST_BYTES + MOST
WORDS: dict[int, tuple[Phrase, Phrase]] = {
    400: (
        phrase("That did not work"),
        phrase("Something in the form was missing or broken. Please try again."),
    ),
    403: (phrase("Not allowed"), phrase("This page cannot be opened like this.")),
    404: (phrase("Not found"), phrase("There is no such page, or it is not for you.")),
    405: (phrase("Not allowed"), phrase("This page cannot be opened like this.")),
    409: (phrase("Not now"), phrase("This step is not possible at the moment.")),
    413: (phrase("Too long"), phrase("That is too long. Please send it in parts.")),
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


def create_app(house: House) -> Flask:
    """Build the web application of one process from its settings' faces."""
    app = Flask("channels.web", template_folder="templates", static_folder="static")
    app.url_map.strict_slashes = False
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
    csrf = CSRFProtect()
    app.register_blueprint(health.blueprint(house))
    ring = replace(house, ring=house.ring.face("web"))
    if "intake" in faces:
        for made in (
            providers.blueprint(ring),
            complaint.blueprint(ring),
            asking.blueprint(ring),
            follow.blueprint(ring),
        ):
            app.register_blueprint(made)
            csrf.exempt(made)
    if "public" in faces:
        faces_of_all = (public, reports, registers, requests, findingviews, surveys)
        for made in (face.blueprint(ring) for face in faces_of_all):
            app.register_blueprint(made)
            csrf.exempt(made)
    if house.settings.demo and "intake" in faces:
        made = phone.blueprint(ring)
        app.register_blueprint(made)
        csrf.exempt(made)
    _staff(app, house, faces, csrf)
    _errors(app, house)
    add_headers(app, house)
    return app


def _staff(app: Flask, house: House, faces: set[str], csrf: CSRFProtect) -> None:
    for face in ("desk", "review"):
        if face not in faces:
            continue
        from channels.web import (  # noqa: PLC0415  the public process never imports the desk
            desk,
            findings,
            hazards,
            login,
            orders,
            registerdesk,
            requestdesk,
            review,
            reviewclocks,
            sampling,
        )

        room = {"desk": desk, "review": review}[face]
        own = replace(house, ring=house.ring.face(face))
        app.secret_key = app.secret_key or own.ring.secret(f"session-{face}")
        app.register_blueprint(login.blueprint(own, face))
        app.register_blueprint(room.blueprint(own))
        app.register_blueprint(registerdesk.blueprint(own, face))
        app.register_blueprint(findings.blueprint(own, face))
        app.register_blueprint(requestdesk.blueprint(own, face))
        app.register_blueprint(hazards.blueprint(own, face))
        if face == "review":
            app.register_blueprint(reviewclocks.blueprint(own))
            app.register_blueprint(orders.blueprint(own))
            app.register_blueprint(sampling.blueprint(own))
            app.register_blueprint(surveys.review_blueprint(own))
    if app.secret_key:
        csrf.init_app(app)


def _room_for_documents(app: Flask) -> None:
    """Let staff send a document to the archive: larger than any form, and known before the body is read."""

    @app.before_request
    def _room() -> None:
        if request.endpoint in ("desk_requests.publish_document", "review_requests.publish_document"):
            request.max_content_length = MOST_OF_A_DOCUMENT


def _errors(app: Flask, house: House) -> None:
    def page(code: int) -> Response:
        title, words = WORDS.get(code, WORDS[500])
        return render_view(
            "error.html", {"title": title, "words": words, "again": ""}, house=house, status=code
        )

    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> Response:
        if error.response is not None:
            return error.response  # type: ignore[return-value]
        code = error.code or 500
        if isinstance(error, CSRFError):
            code = 400
        answer = page(code)
        if code == 405 and getattr(error, "valid_methods", None):  # noqa: PLR2004  RFC 9110 wants `Allow`
            answer.headers["Allow"] = ", ".join(error.valid_methods)  # type: ignore[attr-defined]
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
