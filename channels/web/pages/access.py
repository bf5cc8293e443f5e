"""Who may see what: every view says so in its decorator, and a house test refuses one that does not.

Staff sessions live on the server; the cookie holds a random token, the table its digest. A view of the desk
gets the signed-in `Person`, from whom its queries take their scope.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import wraps
from typing import Any

from flask import abort, g, redirect, request
from sqlalchemy import delete, select, update
from werkzeug.wrappers import Response

from channels.house import House
from channels.web.pages import kept
from channels.web.pages.kept import SignedOut
from grievance.staff import Staff, StaffSession
from grievance.vocabulary import Role
from workflows.criterion import Actor

View = Callable[..., Any]
IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=10)
_SESSIONS = StaffSession.__table__  # type: ignore[attr-defined]
_STAFF = Staff.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who signed in: role, operator and sites are the scope of everything they see; `door` a relay's.

    `knows_before`: as an `Actor` has it.
    """

    id: str
    login: str
    role: Role
    face: str
    operator: str | None
    sites: frozenset[str]
    session: str
    door: str = ""
    knows_before: date | None = None

    @property
    def actor(self) -> Actor:
        """This person as casework knows them."""
        return Actor(self.role, id=self.id, operator=self.operator, sites=self.sites)

    @property
    def onlooker(self) -> Actor:
        """This person as somebody who looks and takes no step: that a message arrived is shown to a desk a day later."""
        return replace(self.actor, knows_before=self.knows_before)


def open_to_all(view: View) -> View:
    """Mark a view that anybody may see."""
    view.open_to = ("all",)  # type: ignore[attr-defined]
    return view


def open_to(*roles: Role, house: House, face: str) -> Callable[[View], View]:
    """Mark a view that needs a signed-in person of some role; others are sent to sign in, or see 404.

    Whoever sends a form without being signed in gets the sign-in page, with the form in it (`kept`).
    """

    def mark(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            person = signed_in(house, face)
            if person is None:
                if request.method != "GET":
                    raise SignedOut(face, view)
                return redirect(f"/{face}/login")
            if person.role not in roles:
                abort(404)
            g.person = person
            kept.check(house, face, person.id, view)
            return view(*args, **kwargs)

        guarded.open_to = tuple(roles)  # type: ignore[attr-defined]
        return guarded

    return mark


def current_person() -> Person:
    """Get who is signed in; only in a view marked with `open_to`."""
    person: Person = g.person
    return person


def cookie_name(face: str, *, secure: bool) -> str:
    """Name the cookie of a face; `__Host-` binds it to this host where there is https."""
    return f"__Host-{face}" if secure else face


def digest(token: str) -> bytes:
    """SHA-256 of a session token: what the table holds."""
    return hashlib.sha256(token.encode()).digest()


def signed_in(house: House, face: str) -> Person | None:
    """Find the signed-in person of this request, if the session still lives and the account is active."""
    token = request.cookies.get(cookie_name(face, secure=house.settings.base_url.startswith("https")))
    if not token:
        return None
    now = house.now()
    mark = digest(token)

    def look(conn: Any) -> Any:
        return conn.execute(
            select(_STAFF, _SESSIONS.c.id.label("session"), _SESSIONS.c.seen_at)
            .join(_SESSIONS, _SESSIONS.c.staff == _STAFF.c.id)
            .where(
                _SESSIONS.c.token == mark,
                _SESSIONS.c.face == face,
                _SESSIONS.c.ends_at > now,
                _STAFF.c.active,
            )
        ).one_or_none()

    row = house.store.read(look)
    if row is None or row.seen_at + IDLE < now:
        return None
    if now - row.seen_at > timedelta(minutes=1):
        house.store.transact(
            lambda c: c.execute(update(_SESSIONS).where(_SESSIONS.c.id == row.session).values(seen_at=now))
        )
    return Person(
        id=row.id, login=row.login, role=Role(row.role), face=row.face, operator=row.operator,
        sites=frozenset(json.loads(row.sites)), session=row.session,
        door=row.door or "", knows_before=_knows_before(house, row.operator) if face == "desk" else None,
    )  # fmt: skip


def _knows_before(house: House, operator: str | None) -> date | None:
    """Say from which day on a desk does not know yet what reached somebody; it knows all of it where it has no batches."""
    if not house.settings.batches:
        return None
    rules = house.rules
    return rules.calendar(rules.current.version, site=None, operator=operator).site_date(house.now())


def start_session(house: House, staff_id: str, face: str, response: Response) -> str:
    """Start a session: a new token at every sign-in. Returns the session's id."""
    moment = house.moment()
    token = moment.draw("token", 32).hex()
    session = moment.id("session")
    row = {
        "id": session, "token": digest(token), "staff": staff_id, "face": face, "started_at": moment.now,
        "seen_at": moment.now, "ends_at": moment.now + LONGEST,
    }  # fmt: skip
    house.store.transact(lambda c: c.execute(_SESSIONS.insert(), row))
    secure = house.settings.base_url.startswith("https")
    response.set_cookie(
        cookie_name(face, secure=secure), token, httponly=True, samesite="Strict", secure=secure, path="/"
    )
    return session


def end_session(house: House, person: Person) -> None:
    """End a session on the server; the cookie alone opens nothing any more."""
    house.store.transact(lambda c: c.execute(delete(_SESSIONS).where(_SESSIONS.c.id == person.session)))
