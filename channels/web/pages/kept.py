"""What staff had typed when they were signed out, or their page was old: it goes on with the page, stored nowhere.

Each form of a signed-in page bears a mark of its account. A form that comes back after the session ended is sealed into
the sign-in page, by this process to itself; it opens for the account of the mark alone, and then stands in its form again.
A form that comes back is shown and never acted upon: somebody reads it and presses the button.
"""

import base64
import hashlib
import hmac
import json
import os
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import abort, g, request
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.exceptions import Forbidden

from channels.house import House

View = Callable[..., Any]
MINE: Final = "mine"
"""The field of each staff form that says whose page it was."""
KEPT: Final = "kept"
"""The field of the sign-in page in which a form travels."""
MOST: Final = 64 * 1024
"""How many bytes of typed words go on, as many as a form may have; more than that is a file's."""
ROOM: Final = 3 * MOST
"""How many bytes a form may have that carries another one, sealed and in Base64."""
NEVER: Final = frozenset({"csrf_token", MINE, KEPT, "password", "passphrase", "code"})
_NONCE: Final = 12


class SignedOut(Forbidden):
    """Who sends a form is not signed in, or is not the account whose page it was: nothing was done."""

    def __init__(self, face: str, view: View, *, another: bool = False) -> None:
        super().__init__()
        self.face = face
        self.view = view
        self.another = another


@dataclass(frozen=True, slots=True)
class Kept:
    """A form on its way: the mark of its account, where it was sent, and its fields in their order."""

    mark: str
    path: str
    fields: Sequence[tuple[str, str]]

    def is_of(self, house: House, face: str, staff: str) -> bool:
        """Tell whether an account typed it."""
        return _same(self.mark, mark(house, face, staff))


def comes_back(view: View) -> View:
    """Mark a view that can show its form filled in, doing nothing; any other never sees a form that comes back."""
    view.comes_back = True  # type: ignore[attr-defined]
    return view


def stands() -> bool:
    """Tell whether what came is only to be shown again."""
    return bool(g.get("stands", False))


def mark(house: House, face: str, staff: str) -> str:
    """Name an account on its own pages, so that nobody else's page can be told for one of them."""
    return hmac.new(_secret(house, face), f"mine|{staff}".encode(), hashlib.sha256).hexdigest()


def sealed(house: House, face: str, view: View | None) -> str:
    """Seal the form that came, or hand on the one it carries; empty where there is nothing to keep."""
    if carried := request.form.get(KEPT, ""):
        return carried
    whose = request.form.get(MINE, "")
    if not whose or not getattr(view, "comes_back", False):
        return ""
    fields = [(key, value) for key, value in request.form.items(multi=True) if key not in NEVER]
    if sum(len(key.encode()) + len(value.encode()) for key, value in fields) > MOST:
        return ""
    plain = zlib.compress(json.dumps([whose, request.path, fields], ensure_ascii=False).encode())
    nonce = os.urandom(_NONCE)
    return base64.urlsafe_b64encode(nonce + _lock(house, face).encrypt(nonce, plain, face.encode())).decode()


def opened(house: House, face: str, carried: str) -> Kept | None:
    """Open what a page carries; `None` where it was not sealed here, for this face."""
    try:
        raw = base64.urlsafe_b64decode(carried)
        plain = _lock(house, face).decrypt(raw[:_NONCE], raw[_NONCE:], face.encode())
    except (ValueError, InvalidTag):
        return None
    whose, path, fields = json.loads(zlib.decompress(plain))
    return Kept(whose, path, [(key, value) for key, value in fields])


def check(house: House, face: str, staff: str, view: View) -> None:
    """Before a form of an account is acted upon: put back what it carries, and refuse one of another account's page.

    Raises:
        SignedOut: the page was another account's. Or HTTP 400: what it carries is not for this account or view.
    """
    g.mine = mark(house, face, staff)
    if request.method != "POST":
        return
    if carried := request.form.get(KEPT, ""):
        found = opened(house, face, carried)
        if found is None or found.path != request.path or not found.is_of(house, face, staff):
            abort(400)
        _put_back(found)
        g.stands = True
    elif not _same(request.form.get(MINE, g.mine), g.mine):
        raise SignedOut(face, view, another=True)
    if stands() and not getattr(view, "comes_back", False):
        abort(400)


def show_again(view: View | None) -> Any:
    """Show a form again whose page was too old to act upon, to whoever is signed in; any other page is refused."""
    if not request.form.get(MINE, "") or view is None:
        abort(400)
    g.stands = True
    return view(**(request.view_args or {}))


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())


def _put_back(found: Kept) -> None:
    request.__dict__.pop("values", None)
    request.__dict__["form"] = ImmutableMultiDict(found.fields)


def _secret(house: House, face: str) -> bytes:
    return house.ring.secret(f"session-{face}")


def _lock(house: House, face: str) -> AESGCM:
    return AESGCM(hmac.new(_secret(house, face), b"kept", hashlib.sha256).digest())
