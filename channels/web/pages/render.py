"""Pages: one template, one frozen view value, one language; and the headers every page has."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, make_response, render_template, request
from werkzeug.exceptions import RequestEntityTooLarge

from channels.house import House
from channels.web.pages.pagewords import whole_in
from channels.web.pages.rooms import AT_HOME
from channels.web.pages.speaking import spoken
from grievance.mechanism import SHARED, Mechanism
from translations import NAMES, Phrase, chain, is_unread, phrase, say, translate

CSP = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": CSP,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


def for_tools(page: Response) -> Response:
    """Let a tool that judges a page read /robots.txt from within it; without a script nothing else ever asks."""
    page.headers["Content-Security-Policy"] = f"{CSP}; connect-src 'self'"
    return page


UNREAD = phrase("Draft: not yet read by a native speaker.")


@dataclass(frozen=True, slots=True)
class Place:
    """What the shell of a page says of the mechanism: its name and the number to write to."""

    name: str
    phone: str


def place(mechanism: Mechanism) -> Place:
    """Name a mechanism and the number that reaches it: the shared one, else the first."""
    numbers = [c for c in mechanism.channels if c.kind == "sms" and c.number]
    shared = [c for c in numbers if c.operator == SHARED]
    chosen = (shared or numbers)[:1]
    return Place(name=mechanism.name, phone=chosen[0].number if chosen else "")


def offered_by(mechanism: Mechanism) -> tuple[str, ...]:
    """Name the languages a page can be read in: those of the mechanism in which the pages are whole."""
    return whole_in(mechanism.languages)


def language(house: House) -> str:
    """Choose the language of a page: what the address asks for, else the browser's, else the site's."""
    offered = offered_by(house.rules.current)
    try:
        asked = request.values.get("lang", "")
    except RequestEntityTooLarge:  # the page that says so must not read the form either
        asked = request.args.get("lang", "")
    if asked in offered:
        return asked
    accepted = request.accept_languages.best_match(offered)
    return accepted or house.rules.current.default_language


def render(
    template: str, *, house: House, page: Any = None, status: int = 200, quick_exit: bool = False, **more: Any
) -> Response:
    """Render a page in the language of the request."""
    chosen = language(house)

    def words(msgid: str | Phrase, /, **blanks: Any) -> str:
        if isinstance(msgid, Phrase):
            return say(msgid, chosen)
        text = translate(msgid, chosen)
        return (
            text.format(**{k: words(v) if isinstance(v, Phrase) else v for k, v in blanks.items()})
            if blanks
            else text
        )

    mechanism = house.rules.current
    more.setdefault("room", AT_HOME)
    body = render_template(
        template, page=page, _=words, language=chosen, quick_exit=quick_exit, mechanism=place(mechanism),
        languages=[(code, NAMES.get(code, code), f"?lang={code}") for code in offered_by(mechanism)],
        demo=house.settings.demo, unread=_unread(chosen), **more,
    )  # fmt: skip
    response = make_response(body, status)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Language"] = chosen
    return response


def _unread(chosen: str) -> list[tuple[str, str]]:
    """Warn of words that no native speaker has reviewed, in them and in the language that stands in for them."""
    if not any(map(is_unread, chain(chosen))):
        return []
    return [(tongue, say(UNREAD, tongue)) for tongue in chain(chosen) if tongue in {chosen, "es"}]


def render_view(
    template: str, view: Mapping[str, Any], *, house: House, status: int = 200, **more: Any
) -> Response:
    """Render a page from a view of phrases, dates and plain values, all said in the language of the request."""
    return render(template, house=house, page=spoken(view, language(house)), status=status, **more)


def public_cache(response: Response) -> Response:
    """Let caches keep a page that is the same for everybody."""
    response.headers["Cache-Control"] = "public, max-age=300"
    return response


def cached(response: Response) -> Response:
    """Let caches keep data that is the same for everybody an hour, and ask again by its ETag."""
    response.headers["Cache-Control"] = "public, max-age=3600"
    response.add_etag()
    response.make_conditional(request)
    return response


def add_headers(app: Flask, house: House) -> None:
    """Put the security headers on every answer."""

    @app.after_request
    def _headers(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if house.settings.base_url.startswith("https"):
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        return response
