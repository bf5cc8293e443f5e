"""What a text costs on the air: its encoding and segments, and how to say it in the cheap alphabet.

GSM 03.38 (3GPP TS 23.038): 160 septets alone, 153 in each part of a longer text; one character outside of the
alphabet makes the whole text UCS-2: 70 units alone, 67 in each part. Counts as Twilio's calculator does,
which never parts an escape pair, a surrogate pair, or the pieces of what people see as one sign.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

Encoding = Literal["GSM-7", "UCS-2"]

_ESCAPE: Final = 0x1B
_IN_ORDER: Final = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_BASIC: Final = frozenset(_IN_ORDER) - {"\x1b"}
_AFTER_ESCAPE: Final = {
    0x0A: "\f", 0x14: "^", 0x28: "{", 0x29: "}", 0x2F: "\\", 0x3C: "[", 0x3D: "~", 0x3E: "]", 0x40: "|", 0x65: "€",
}  # fmt: skip
_EXTENSION: Final = frozenset(_AFTER_ESCAPE.values())
GSM7: Final = _BASIC | _EXTENSION
_STRANGE: Final = re.compile(f"[^{re.escape(''.join(sorted(GSM7)))}]")
_LIMITS: Final[dict[Encoding, tuple[int, int]]] = {"GSM-7": (160, 153), "UCS-2": (70, 67)}

# What the fallback below cannot know: signs without a decomposition, or whose decomposition misleads.
_PLAIN: Final = {
    **dict.fromkeys("‘’‚‛ʼʹʻʽ´`′", "'"),
    **dict.fromkeys("“”„‟«»″", '"'),
    **dict.fromkeys("‐‑‒–—―−⁃", "-"),
    **dict.fromkeys("•·∙", "-"),
    **dict.fromkeys("\t\v\u00a0\u202f\u2007\u3000\u1680\u205f", " "),
    **dict.fromkeys("\u0085\u2028\u2029", "\n"),
    "‹": "<",
    "›": ">",
    "…": "...",
    "°": "o",
    "×": "x",
    "÷": "/",
    "¢": "c",
    "¨": '"',
    "¬": "-",
    "¦": "|",
    "ı": "i",
    "ł": "l",
    "Ł": "L",
    "đ": "d",
    "Đ": "D",
    "œ": "oe",
    "Œ": "OE",
    "⁄": "/",
    "✓": "OK",
}
_ZERO_WIDTH_JOINER: Final = "\u200d"


@dataclass(frozen=True, slots=True)
class Segments:
    """How a text travels: `units` are septets (GSM-7) or UTF-16 code units (UCS-2)."""

    encoding: Encoding
    units: int
    segments: int


def measure(text: str) -> Segments:
    """What this text, exactly as it stands, costs. An empty text has no units and still is one message."""
    encoding: Encoding = "GSM-7" if GSM7.issuperset(text) else "UCS-2"
    pieces = (
        [2 if sign in _EXTENSION else 1 for sign in text]
        if encoding == "GSM-7"
        else [_utf16_units(sign) for sign in _visible_signs(text)]
    )
    alone, in_part = _LIMITS[encoding]
    total = sum(pieces)
    return Segments(encoding, total, 1 if total <= alone else _parts(pieces, in_part))


def from_septets(octets: bytes) -> str:
    """Read unpacked GSM-7, a septet in each octet; an octet that is none, or a lone escape, becomes a space or "?"."""
    found, escaped = "", False
    for septet in octets:
        if escaped:
            found += _AFTER_ESCAPE.get(septet, " ")
            escaped = False
        elif septet == _ESCAPE:
            escaped = True
        else:
            found += _IN_ORDER[septet] if septet < len(_IN_ORDER) else "?"
    return found


def split(text: str) -> list[str]:
    """Cut a text into the parts it travels in, for gateways that leave that to us; together they are the text."""
    cost = measure(text)
    if cost.segments == 1:
        return [text]
    narrow, (_, limit) = cost.encoding == "GSM-7", _LIMITS[cost.encoding]
    parts, room = [""], limit
    for sign in text if narrow else _visible_signs(text):
        units = (2 if sign in _EXTENSION else 1) if narrow else _utf16_units(sign)
        # A sign with so many marks that no part holds it is cut between them.
        for piece in (sign,) if units <= limit else sign:
            size = units if piece == sign else _utf16_units(piece)
            if size > room:
                parts, room = [*parts, ""], limit
            parts[-1], room = parts[-1] + piece, room - size
    return parts


def to_gsm7(text: str) -> str:
    """The text in the GSM-7 alphabet, for sending only: ñ é ü ä stay, á í ó ú lose their accent.

    A sign that has no likeness there becomes "?"; what has no width disappears.
    """
    # First composed: "n" with a combining tilde must stay ñ.
    composed = unicodedata.normalize("NFC", text)
    return composed if GSM7.issuperset(composed) else _STRANGE.sub(_plain, composed)


def _parts(pieces: list[int], limit: int) -> int:
    parts, used = 1, 0
    for piece in pieces:
        if used + piece <= limit:
            used += piece
        elif piece <= limit:
            parts, used = parts + 1, piece
        else:  # a sign with so many marks that no part holds it: it flows on
            full = (used + piece - 1) // limit
            parts, used = parts + full, used + piece - full * limit
    return parts


def _utf16_units(text: str) -> int:
    return len(text) + sum(sign > "\uffff" for sign in text)


def _visible_signs(text: str) -> Iterator[str]:
    """The text in pieces that people see as one sign: a short form of UAX #29's grapheme clusters."""
    piece = ""
    for sign in text:
        if piece and not _continues(piece, sign):
            yield piece
            piece = ""
        piece += sign
    if piece:
        yield piece


def _continues(piece: str, sign: str) -> bool:
    if piece[-1] in "\r\n" or unicodedata.category(piece[-1]) in {"Cc", "Zl", "Zp"}:
        return False
    if sign == _ZERO_WIDTH_JOINER or unicodedata.category(sign) in {"Mn", "Me", "Mc"} or _modifies(sign):
        return True
    if "\u1160" <= sign <= "\u11ff":  # the second and third letters of a Korean syllable
        return "\u1100" <= piece[-1] <= "\u11ff" or "\uac00" <= piece[-1] <= "\ud7a3"
    if piece[-1] == _ZERO_WIDTH_JOINER:
        return _is_pictograph(piece[0]) and _is_pictograph(sign)
    return len(piece) == 1 and _is_flag_letter(piece) and _is_flag_letter(sign)


def _modifies(sign: str) -> bool:
    # ZWNJ, the Thai and Lao am, skin tones, and the tags that make the flags of regions.
    return (
        sign in "\u200c\u0e33\u0eb3"
        or "\U0001f3fb" <= sign <= "\U0001f3ff"
        or "\U000e0020" <= sign <= "\U000e007f"
    )


def _is_pictograph(sign: str) -> bool:
    return unicodedata.category(sign) == "So" or "\U0001f000" <= sign <= "\U0001faff"


def _is_flag_letter(sign: str) -> bool:
    return "\U0001f1e6" <= sign <= "\U0001f1ff"


def _plain(found: re.Match[str]) -> str:
    sign = found.group()
    if sign in _PLAIN:
        return _PLAIN[sign]
    if unicodedata.category(sign) in {"Cf", "Mn", "Me"}:
        return ""
    if unicodedata.category(sign) == "Nd":
        return str(unicodedata.decimal(sign))
    likeness = "".join(
        _PLAIN.get(part, part)
        for part in unicodedata.normalize("NFKD", sign)
        if not unicodedata.combining(part)
    )
    return likeness if likeness and GSM7.issuperset(likeness) else "?"
