"""Signing in and out at the desk and at the review room: password, second factor, and for review the passphrase."""

from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Response, g, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from channels import staffing
from channels.house import House
from channels.web.pages import kept
from channels.web.pages.access import (
    IDLE,
    LONGEST,
    cookie_name,
    current_person,
    end_session,
    open_to,
    open_to_all,
    start_session,
)
from channels.web.pages.render import render_view
from grievance import reviewkeys, vault
from grievance.errors import Unknown
from grievance.settings import PROCESSES_OF
from grievance.staff import Staff
from grievance.vocabulary import Role
from translations import Phrase, phrase

ROOMS = {"desk": phrase("Case desk"), "review": phrase("Review room"), "radio": phrase("Radio room")}
ROLES = {"desk": (Role.OFFICER,), "review": (Role.FOCAL, Role.REVIEWER), "radio": (Role.RELAY,)}
RADIO = (
    ("/radio", phrase("Take down")),
    ("/radio/list", phrase("Weekly list")),
    ("/radio/bulletin", phrase("Scripts")),
    ("/radio/log", phrase("What was read")),
    ("/radio/import", phrase("Bring in")),
)
"""The pages of the radio room."""
WRONG = phrase("Name, password or code are not right. A code works once: wait for the next one.")
WRONG_REVIEW = phrase(
    "Name, password, passphrase or code are not right. A code works once: wait for the next one."
)
ENDED = phrase("You were signed out before this was sent. Nothing was recorded.")
KEPT = phrase("What you had written is kept in this page: sign in here, and it stands in its form again.")
NOT_KEPT = phrase("What you had written could not be kept. Go back in the browser, and copy it.")
NOT_YOURS = phrase(
    "This page keeps what another account had written. It is not shown to you; who wrote it can sign in here."
)
ANOTHER = phrase(
    "In this browser somebody else signed in since, so nothing was recorded. Sign in as who wrote it."
)
OLD = phrase("This page was old. Sign in once more.")
NOT_LET_IN = phrase("It did not work")
ONCE_MORE = phrase("Sign in again")
"""What stands above words on a session or a page that is over: nobody tried to sign in yet."""
WAIT = phrase("Too many tries. Wait {seconds} seconds and try again.")


class Unlocked:
    """Review keys opened by passphrase: in this process only, by session, gone at sign-out or when nobody uses them."""

    def __init__(self) -> None:
        self._keys: dict[str, tuple[vault.Key, datetime, datetime]] = {}

    def keep(self, session: str, key: vault.Key, *, now: datetime) -> None:
        """Keep a key for a session."""
        self._keys[session] = (key, now + LONGEST, now)

    def of(self, session: str, *, now: datetime) -> vault.Key | None:
        """Get the key of a session, and let go of every one that has expired."""
        for one, (_, ends, used) in list(self._keys.items()):
            if now >= ends or now - used > IDLE:
                self._keys.pop(one, None)
        found = self._keys.get(session)
        if found is None:
            return None
        self._keys[session] = (found[0], found[1], now)
        return found[0]

    def drop(self, session: str) -> None:
        """Let go of a session's key."""
        self._keys.pop(session, None)


def blueprint(house: House, face: str) -> Blueprint:
    """Make `/<face>/login` and `/<face>/logout`. At review every request gets this process's opened keys in `g.unlocked`."""
    made = Blueprint(f"{face}_login", __name__, url_prefix=f"/{face}")
    unlocked = Unlocked() if face == "review" else None

    if unlocked is not None:

        @made.before_app_request
        def _lend() -> None:
            g.unlocked = unlocked

    @made.get("/login")
    @open_to_all
    def login() -> Response:
        return _page(house, face)

    @made.post("/login")
    @open_to_all
    def sign_in() -> BaseResponse:
        return _sign_in(house, face, unlocked)

    @made.post("/logout")
    @open_to(*ROLES[face], house=house, face=face)
    def logout() -> BaseResponse:
        person = current_person()
        if unlocked is not None:
            unlocked.drop(person.session)
        end_session(house, person)
        answer = redirect(f"/{face}/login", 303)
        secure = house.settings.base_url.startswith("https")
        answer.delete_cookie(
            cookie_name(face, secure=secure), path="/", secure=secure, httponly=True, samesite="Strict"
        )
        return answer

    return made


def unlocked_keys() -> Unlocked:
    """Get the opened review keys of this process; only in a request of the review face."""
    found: Unlocked = g.unlocked
    return found


def frame(face: str, *, staff: str = "", note: str | Phrase = "") -> dict[str, Any]:
    """What the shell of every staff page needs."""
    return {
        "room": ROOMS[face],
        "room_note": note,
        "staff": staff,
        "home": f"/{face}",
        "links": _links(face) if staff else (),
        "out": f"/{face}/logout",
    }


def _links(face: str) -> tuple[tuple[str, Phrase, bool], ...]:
    """List the pages of a face that are no list of cases, with the one that is shown marked."""
    pages = [(f"/{face}", phrase("Cases")), (f"/{face}/registers", phrase("Registers"))]
    pages = list(RADIO) if face == "radio" else pages
    pages += [("/review/clocks", phrase("Clocks"))] if face == "review" else []
    here = max((path for path, _ in pages if request.path.startswith(path)), key=len, default="")
    return tuple((path, words, path == here) for path, words in pages)


def slow_down(house: House, ring: Any, *, face: str, login: str) -> timedelta:
    """Say how long this name has to wait before its next try."""
    return staffing.wait(house.store, ring, face=face, login=login, now=house.now())


def _sign_in(house: House, face: str, unlocked: Unlocked | None) -> BaseResponse:
    typed = request.form.get("name", "")
    ring = house.ring.face(PROCESSES_OF[face])
    waiting = slow_down(house, ring, face=face, login=typed)
    if waiting:
        return _wait(house, face, typed, waiting)
    staff, key = _who(house, face)
    if staff is None:
        staffing.slipped(house.store, ring, face=face, login=typed, moment=house.moment())
        return _page(house, face, typed=typed, error=WRONG_REVIEW if face == "review" else WRONG, status=403)
    staffing.forgiven(house.store, ring, face=face, login=typed)
    carried = request.form.get(kept.KEPT, "")
    found = kept.opened(house, face, carried) if carried else None
    if found is None:
        answer: BaseResponse = redirect(f"/{face}", 303)
    elif found.is_of(house, face, staff.id):
        answer = _go_on(house, face, staff, found.path, carried)
    else:
        answer = _page(house, face, error=NOT_YOURS, carried=carried, status=409)
    session = start_session(house, staff.id, face, answer)
    if unlocked is not None and key is not None:
        unlocked.keep(session, key, now=house.now())
    return answer


def _who(house: House, face: str) -> tuple[Staff | None, vault.Key | None]:
    """Check all that was typed, always all of it, so that nobody learns from the time which part was wrong."""
    ring = house.ring.face(PROCESSES_OF[face])
    login = request.form.get("name", "")
    key = None
    fits = True
    if face == "review":
        try:
            key = reviewkeys.unlock(ring, staffing.plain(login), request.form.get("passphrase", ""))
        except Unknown:
            fits = False
    staff = staffing.check(
        house.store,
        ring,
        face=face,
        login=login,
        password=request.form.get("password", ""),
        code=request.form.get("code", "") if fits else "",
        now=house.now(),
    )
    if staff is None or not fits or not _at_home(staff, ring.secrets):
        return None, None
    return staff, key


def _at_home(staff: Staff, secrets: Any) -> bool:
    """An officer signs in only where their operator's desk key is: elsewhere nothing could be opened."""
    return staff.role != Role.OFFICER or f"desk.{staff.operator}" in secrets


def again(
    house: House, face: str, view: kept.View | None, *, why: Phrase = ENDED, status: int = 403
) -> Response:
    """Ask to sign in where a form came without a session; what was typed goes on in the page, sealed."""
    carried = kept.sealed(house, face, view)
    lost = bool(request.form.get("text", "").strip()) and not carried
    return _page(house, face, error=why, carried=carried, lost=lost, status=status)


def _go_on(house: House, face: str, staff: Staff, path: str, carried: str) -> Response:
    """Lead whoever is signed in again to their form: one button, and nothing is recorded by it."""
    page = frame(face, staff=staff.login) | {"action": f"{path}?{kept.KEPT}=1", "carried": carried}
    return render_view("login_again.html", page, house=house)


def _wait(house: House, face: str, typed: str, waiting: timedelta) -> Response:
    seconds = int(waiting.total_seconds()) + 1
    answer = _page(house, face, typed=typed, error=Phrase(WAIT.msgid, {"seconds": seconds}), status=429)
    answer.headers["Retry-After"] = str(seconds)
    return answer


def _page(
    house: House, face: str, *, typed: str = "", error: Phrase | str = "", carried: str | None = None,
    lost: bool = False, status: int = 200,
) -> Response:  # fmt: skip
    carried = request.form.get(kept.KEPT, "") if carried is None else carried
    page = frame(face) | {
        "carried": carried,
        "kept": KEPT if carried and error is not NOT_YOURS else NOT_KEPT if lost else "",
        "error": error,
        "heading": ONCE_MORE if error in (ENDED, NOT_YOURS, ANOTHER, OLD) else NOT_LET_IN,
        "name": typed,
        "action": f"/{face}/login",
        "demo": (),
        "passphrase": phrase("Your passphrase") if face == "review" else "",
        "passphrase_hint": phrase(
            "It opens the texts for this session only. It is never stored. "
            "If you lost it, a colleague of this room and whoever runs the server can give you a new one."
        ),
    }
    return render_view("login.html", page, house=house, status=status)
