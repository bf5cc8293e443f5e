"""What the kiosk's own script asks for: itself, the page with every screen, recordings, slips; and what it hands in."""

import base64
import binascii
import re
from functools import cache
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, abort, jsonify, make_response, request, send_file

from channels.house import House
from channels.kiosk import kiosks
from channels.kiosk.kiosks import Waited
from channels.sound import kioskvoice
from channels.sound.recorded import TYPES
from channels.web.kiosk import screens
from channels.web.pages.access import open_to_all
from channels.web.pages.compression import even
from channels.web.pages.render import render
from channels.web.pages.rooms import room_of
from grievance.kiosk import Kiosk
from grievance.mechanism_parts import Channel as Door

STATIC = Path(__file__).parents[1] / "static"
SCRIPT = STATIC / "kiosk.js"
LONGEST_ID = 36
_MOST = 10**14
_NOT_HERE = re.compile(r"/\* \[.*?/\* \] \*/", re.DOTALL)
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_REMARK = re.compile(r"^\s*//[^\n]*\n", re.MULTILINE)
_INDENT = re.compile(r"^ +", re.MULTILINE)
_BREAK = re.compile(r"(?<=[;{,])\n")
_SPACE = re.compile(r"\s*([{};,])\s*|(?<=:)\s+")


def blueprint(house: House) -> Blueprint:
    """Make what the script of a kiosk asks for."""
    bp = Blueprint("kioskapi", __name__, url_prefix="/kiosk")
    screens.surround(bp, house)

    @bp.get("/app.js")
    @open_to_all
    def script() -> Response:
        answer = make_response(script_text())
        answer.headers["Content-Type"] = "text/javascript; charset=utf-8"
        answer.headers["Cache-Control"] = "no-cache"
        return answer

    @bp.get("/style.css")
    @open_to_all
    def style() -> Response:
        answer = make_response(stylesheet())
        answer.headers["Content-Type"] = "text/css; charset=utf-8"
        answer.headers["Cache-Control"] = "no-cache"
        return answer

    @bp.get("/sound/<spoken>/<screen>")
    @open_to_all
    def sound(spoken: str, screen: str) -> Response:
        file = kioskvoice.file_of(house.settings, spoken, screen)
        if file is None:
            abort(404)
        return send_file(file, mimetype=TYPES[file.suffix], conditional=True, max_age=86400)

    @bp.get("/<kiosk>/shell")
    @open_to_all
    def shell(kiosk: str) -> Response:  # noqa: ARG001  the address names the door; `room_of` reads it
        page = screens.page_of(house, "language", screens=screens.OF_THE_SHELL, whole=True)
        return render("kiosk.html", house=house, page=page, room=room_of(house))

    @bp.post("/<kiosk>/hand-in")
    @open_to_all
    def hand_in(kiosk: str) -> Response:
        door, device, said = _device(house, kiosk)
        try:
            waited = [_waited(one) for one in said["items"]]
            clock, oldest, waiting = (_number(said[name]) for name in ("clock", "oldest", "waiting"))
        except (KeyError, TypeError, ValueError, binascii.Error):
            abort(400)
        safe = kiosks.take_in(house, door, waited, clock=clock)
        newest = kiosks.newest_key(house, kiosk)
        kiosks.report(
            house,
            device,
            oldest_key=min(oldest, newest[0] if newest else oldest),
            waiting=waiting - len(safe),
        )
        key = f"{newest[0]}.{base64.b64encode(newest[1]).decode()}" if newest else ""
        told = jsonify({"safe": safe, "protected": kiosks.protected_of(house, kiosk, safe), "key": key})
        return even(told, kiosk=True) if waited else told

    @bp.post("/<kiosk>/stock")
    @open_to_all
    def stock(kiosk: str) -> Response:
        _device(house, kiosk)
        return jsonify({"slips": [[slip.number, slip.clave] for slip in kiosks.stock(house, kiosk)]})

    return bp


@cache
def script_text() -> str:
    """Write the script of a kiosk as it goes over thin lines: without the lines that only tell us why."""
    told = _COMMENT.sub("", _REMARK.sub("", SCRIPT.read_text(encoding="utf-8")))
    return _BREAK.sub("", _INDENT.sub("", told))


@cache
def stylesheet() -> str:
    """Write the one stylesheet of a kiosk: that of everybody without what only reports and the demo need, and its own."""
    read = [(STATIC / name).read_text(encoding="utf-8") for name in ("public.css", "kiosk.css")]
    told = _COMMENT.sub("", "\n".join([_NOT_HERE.sub("", read[0]), *read[1:]]))
    return _SPACE.sub(r"\1", told).replace(";}", "}").strip() + "\n"


def _device(house: House, key: str) -> tuple[Door, Kiosk, dict[str, Any]]:
    """Find the door and the device that asks; without its code nothing is told."""
    door = next((d for d in kiosks.doors(house) if d.key == key), None)
    said = request.get_json(silent=True)
    if door is None or not isinstance(said, dict):
        abort(404 if door is None else 400)
    device = kiosks.known(house, key, str(said.get("token", "")))
    if device is None:
        abort(403)
    return door, device, said


def _waited(one: dict[str, Any]) -> Waited:
    item = str(one["id"])
    if not 0 < len(item) <= LONGEST_ID:
        raise ValueError("no such id")
    return Waited(item=item, key=_number(one["key"]), box=base64.b64decode(str(one["box"]), validate=True))


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _MOST:
        raise ValueError("no such number")
    return value
