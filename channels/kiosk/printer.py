"""The slip on paper: plain ESC/POS bytes, and the small program on the kiosk's own machine that prints them.

The page cannot reach a printer, and the server is far away; so `grievance kiosk-printer` listens on the device's
loopback, takes clave and number from the page it trusts, adds the words itself and writes to the printer's file.
"""

import re
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from grievance.errors import Misconfigured
from grievance.settings import LOOPBACK, PREFIX, Settings
from translations import NAMES, phrase, say

SETTING = "KIOSK_PRINTER"
"""Where the printer's program listens, such as http://127.0.0.1:9315; without it the browser prints."""
COLUMNS = 32
MOST = 4096
_BEGIN = b"\x1b@\x1bt\x02"
"""Reset, and code page 850: it has the letters of Spanish, Quechua and Aymara."""
_BIG, _PLAIN = b"\x1b!\x30", b"\x1b!\x00"
_CUT = b"\n\n\n\n\x1dV\x42\x00"
_CLAVE = re.compile(r"\d{4}( \d{4}){3}")
_NUMBER = re.compile(r"\d{4}-\d{4}")


def address_of(settings: Settings) -> str:
    """Read where the printer listens; empty where the browser prints.

    Raises:
        Misconfigured: it is not on the device itself: a clave would cross the network.
    """
    value = settings.extra.get(SETTING, "").rstrip("/")
    parts = urlsplit(value)
    if value and not (
        parts.scheme == "http" and parts.hostname in LOOPBACK and re.fullmatch(r"[\w.:/\[\]]+", value)
    ):
        raise Misconfigured(f"{PREFIX}{SETTING} must be like http://127.0.0.1:9315")
    return value


def slip(clave: str, number: str, language: str, address: str) -> bytes:
    """Write a slip for a printer of 58 or 80 mm; `address`: where the clave opens the case.

    Raises:
        ValueError: that is no clave or no case number.
    """
    if not _CLAVE.fullmatch(clave) or not _NUMBER.fullmatch(number):
        raise ValueError("only a clave and a case number are printed")
    lines = [_BEGIN, *_words(say(phrase("Your secret clave is"), language)), _BIG]
    lines += [four.encode() + b"\n" for four in (clave[:9], clave[10:])]
    lines += [
        _PLAIN,
        *_words(say(phrase("Tell it to nobody. If you lose it, we cannot get it back for you."), language)),
    ]
    lines += [b"\n", *_words(say(phrase("Case number:"), language)), _BIG, number.encode() + b"\n", _PLAIN]
    said = phrase("This number you may say aloud, in the office or on the radio. It opens nothing.")
    how = phrase(
        "How: open {address} and type the key, or ask for help where you got this paper.", address=address
    )
    return b"".join([*lines, *_words(say(said, language)), b"\n", *_words(say(how, language)), _CUT])


def answer(form: Mapping[str, str], *, origin: str, trusted: str, device: Path) -> int:
    """Print what a page asks for, if it is the page we trust; answers the status."""
    if origin != trusted:
        return 403
    language = form.get("lang", "")
    try:
        printed = slip(
            form.get("clave", ""),
            form.get("number", ""),
            language if language in NAMES else "es",
            f"{trusted}/follow",
        )
    except ValueError:
        return 400
    with device.open("ab") as paper:
        paper.write(printed)
    return 204


def listen(device: Path, *, port: int, trusted: str) -> HTTPServer:
    """Make the program that listens on this machine only; nothing it prints is kept or logged."""

    class Page(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            size = min(int(self.headers.get("Content-Length") or 0), MOST)
            form = {
                name: some[0]
                for name, some in parse_qs(self.rfile.read(size).decode(errors="replace")).items()
            }
            self.send_response(
                answer(form, origin=self.headers.get("Origin", ""), trusted=trusted, device=device)
            )
            self.end_headers()

        def log_message(self, *_what: object) -> None:
            """Log nothing: not even that somebody was here."""

    return HTTPServer(("127.0.0.1", port), Page)


def _words(text: str) -> list[bytes]:
    lines, line = list[str](), ""
    for word in text.split():
        if line and len(line) + 1 + len(word) > COLUMNS:
            lines.append(line)
            line = ""
        line = f"{line} {word}".strip()
    return [one.encode("cp850", "replace") + b"\n" for one in [*lines, line]]
