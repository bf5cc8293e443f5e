"""What names a person is taken out of a text before the desk may read it: names, numbers, addresses and plates.

The masked text is for the case's officers; the original stays with the independent reviewer. When in doubt it
masks. Dates, sums of money, quantities and places stay, because without them nobody can act on a complaint.
"""

import re
import unicodedata
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Final

from workflows.anonymity.names import names_in
from workflows.anonymity.quantities import MONTHS, YEAR, stays, without_times

PHONE: Final = "[teléfono]"
DOCUMENT: Final = "[documento]"
EMAIL: Final = "[correo]"
PLATE: Final = "[placa]"
NUMBER: Final = "[número]"
NAME: Final = "[nombre]"
_KINDS: Final = {
    PHONE: "phone", DOCUMENT: "document", EMAIL: "email", PLATE: "plate", NUMBER: "number", NAME: "name",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Masked:
    """A text an officer may read, and what was taken out of it: phone, document, email, plate, number, name."""

    text: str
    kinds: frozenset[str]


def mask(text: str, *, places: Collection[str] = ()) -> Masked:
    """The text with a bracketed word in the place of everything that looks like somebody's name, number or address.

    `places` are names of places, which stay. Idempotent: masking what is masked changes nothing.
    """
    return _until_still(text, names=lambda now: [(*span, NAME) for span in names_in(now, places)])


def mask_numbers(text: str) -> Masked:
    """The text without numbers, addresses and plates; names stay, as in a letter that an officer signs."""
    return _until_still(text, names=lambda _now: [])


def _until_still(text: str, *, names: "Callable[[str], list[_Span]]") -> Masked:
    """Replace until nothing changes: one stand-in may bare the next number. Every round takes signs away."""
    kinds: set[str] = set()
    before = None
    while before != text:
        before = text
        shadow = _shadow(text)
        for find, may_be in _FINDERS:
            # Most texts have no number in them: what only a digit or an @ could begin is not looked for without.
            if may_be(shadow) and (spans := find(shadow)):
                text = _replaced(text, spans, kinds)
                shadow = _shadow(text)
        text = _replaced(text, names(text), kinds)
    return Masked(text, frozenset(kinds))


def _replaced(text: str, spans: "list[_Span]", kinds: set[str]) -> str:
    for start, end, stand_in in reversed(spans):
        text = f"{text[:start]}{stand_in}{text[end:]}"
        kinds.add(_KINDS[stand_in])
    return text


_Span = tuple[int, int, str]

# --- the shadow: the same length as the text, but with plain digits --------------------------------

_LOOK_ALIKE: Final = str.maketrans("OoIl|", "00111")
_SIGNS: Final = re.compile(r"[0-9OoIl|]+")
_MAY_STAND_IN: Final = re.compile(r"\||(?<![^\W_])\d*[OoIl][\dOoIl]*(?![^\W_])")
"""Without a bar, and without a word that is nothing but digits and letters like them, all is what it is."""
_MARGIN: Final = 3


def _shadow(text: str) -> str:
    """The text with ASCII digits for digits of any script and for letters that stand in for digits."""
    plain = text if text.isascii() else "".join(map(_plain, text))
    if not _MAY_STAND_IN.search(plain):
        return plain
    tokens = list(re.finditer(r"[^\W_|]+(?:\|[^\W_|]*)*|\|+", plain))
    out = list(plain)
    for at, token in enumerate(tokens):
        word = token.group()
        if not _SIGNS.fullmatch(word) or word.isdigit():
            continue
        if any(map(str.isdigit, word)) or _among_digits(tokens, at):
            out[token.start() : token.end()] = word.translate(_LOOK_ALIKE)
    return "".join(out)


def _plain(sign: str) -> str:
    if sign.isdecimal():
        return str(unicodedata.decimal(sign))
    if "！" <= sign <= "～":
        return chr(ord(sign) - 0xFEE0)
    return sign


def _among_digits(tokens: list[re.Match[str]], at: int) -> bool:
    """Whether letters such as "OOO" stand where digits would: "2026 o 2027" has a word, "9 8 o 7" a zero."""
    it = tokens[at]
    beside = [
        near.group()
        for near in (*tokens[max(0, at - 1) : at], *tokens[at + 1 : at + 2])
        if near.start() - it.end() <= _MARGIN
        and it.start() - near.end() <= _MARGIN
        and _SIGNS.fullmatch(near.group())
    ]
    if len(it.group()) == 1:
        return any(len(word) == 1 or word.isalpha() for word in beside)
    if set(it.group()) == {"O"}:  # no word in any language
        return bool(beside)
    return len(beside) > 1 and all(any(map(str.isdigit, word)) for word in beside)


# --- e-mail ----------------------------------------------------------------------------------------

_DOT: Final = r"(?:\s*\.\s*|\s+(?:punto|dot|ponto)\s+)"
_PROVIDERS: Final = r"(?:gmail|hotmail|yahoo|outlook|live|icloud|proton(?:mail)?)"
_EMAIL: Final = re.compile(
    rf"(?<![\w.+%-])[\w.+%-]++(?:\s+(?:punto|dot|ponto|guion|guión|guion\s+bajo|guión\s+bajo)\s+[\w.+%-]++){{0,4}}"
    rf"(?:\s*@\s*|\s*[(\[{{]\s*(?:at|arroba)\s*[)\]}}]\s*|\s+(?:arroba|at)\s+)"
    rf"(?:[\w-]++(?:{_DOT}[\w-]*[a-z]{{2}}[\w-]*)+|{_PROVIDERS}\b(?:[\s.,]+com\b)?)",
    re.IGNORECASE,
)


def _emails(shadow: str) -> list[_Span]:
    return [(found.start(), found.end(), EMAIL) for found in _EMAIL.finditer(shadow)]


# --- identity documents that a context names -------------------------------------------------------

_NAMED_DOCUMENT: Final = re.compile(
    r"(?<!\w)(?:d\.?n\.?i|c\.?i|r\.?u\.?[ct]|r\.?u\.?n|n\.?i\.?t|c[eé]dula|carn[eé]t?|documento|identidad|"
    r"pasaporte|passport)\.?"
    r"(?:\s*(?:[:#=-]|n[°ºr.]*o?\.?|n[uú]mero|es|de|mi)\s*){0,3}\s*"
    r"(?P<id>(?:[A-Z]{1,2}-?)?\d(?:[\W_]{0,4}\d){4,24}(?:\s?-?\s?[A-Z](?!\w))?(?:\s?-?\s?(?:LP|CB|SC|OR|PT|CH|TJ|BE|PD)(?!\w))?)",
    re.IGNORECASE,
)
_RUT: Final = re.compile(r"(?<!\d)\d{1,2}\.?\d{3}\.?\d{3}\s?[-–‐‑]\s?[\dkK](?!\w)")
_BOLIVIAN_ID: Final = re.compile(
    r"\d(?:[\W_]{0,8}\d){4,24}(?:\s?-?\s?[A-Z])?\s?[-.]?\s?"
    r"(?:LP|CB|SC|OR|PT|CH|TJ|BE|PD|LPZ|CBBA|SCZ|ORU|POT)(?!\w)"
    r"|(?<!\d)\d{6,8}\s?-\s?\d[A-Z](?!\w)"
)


def _documents(shadow: str) -> list[_Span]:
    spans = [
        (found.start("id"), found.end("id"), DOCUMENT)
        for found in _NAMED_DOCUMENT.finditer(shadow)
        if not stays(shadow, found.start("id"), found.end("id"))
    ]
    for pattern in (_RUT, _BOLIVIAN_ID):
        spans += [
            (_run_start(shadow, found.start()), found.end(), DOCUMENT) for found in pattern.finditer(shadow)
        ]
    return _apart(spans)


_DIGIT_BEFORE: Final = re.compile(r"\d[\W_]{0,8}$")


def _run_start(shadow: str, at: int) -> int:
    """Where the digits that stand before a document begin: half a number must never be left behind."""
    while before := _DIGIT_BEFORE.search(shadow, max(0, at - 9), at):
        at = before.start()
    return at


# --- plates ----------------------------------------------------------------------------------------

_UNITS_GLUED: Final = r"(?:MTS|KMS|GRS|KGS|LTS|SOL|MIL|HAS|HRS|MIN|SEG|BOB|PEN|USD|CLP|COP|DIA|ANO|AÑO)"
_DASH: Final = r"[-–‐‑·]"
_NO_VOWEL: Final = r"[BCDFGHJKLPRSTVWXYZ]"
_PLATE: Final = re.compile(
    rf"(?<!\w)(?:"
    rf"(?i:(?!{MONTHS}|ley|art|iso|nom){'[a-z]' * 3}\s?{_DASH}\s?\d{{3,4}}"
    rf"|\d{{3,4}}\s?{_DASH}\s?(?!{MONTHS}|mil|las|los){'[a-z]' * 3}"
    rf"|[a-z]\d[a-z]\s?{_DASH}?\s?\d{{3}}|[a-z]{{2}}\s?{_DASH}\s?[a-z]{{2}}\s?{_DASH}\s?\d{{2}}"
    rf"|(?!{YEAR})\d{{4}}{_DASH}\d[a-z])"
    rf"|(?!DS|RM|KM)[A-Z]{{2}}{_DASH}(?!{YEAR})\d{{4}}|{_NO_VOWEL}{{4}}\s?{_DASH}?\s?\d{{2}}"
    rf"|(?!ISO)[A-Z]{{3}}\d{{3,4}}|[A-Z]{{3}}\d{{2}}[A-Z]|\d{{3,4}}(?!{_UNITS_GLUED})[A-Z]{{3}}"
    rf")(?!\w)"
)
_NAMED_PLATE: Final = re.compile(
    r"(?<!\w)(?:placas?|plate|matr[ií]cula|patente)\W{1,3}(?:(?:n[°ºr.]*o?|n[uú]mero|es|de|la|rodaje)\W{1,3}){0,3}"
    r"(?P<id>[a-z0-9]{1,7}(?:[\s\-–]{1,3}\d[a-z0-9]{0,3}){0,2}(?!\w))",
    re.IGNORECASE,
)


def _plates(shadow: str) -> list[_Span]:
    spans = [(found.start(), found.end(), PLATE) for found in _PLATE.finditer(shadow)]
    spans += [
        (found.start("id"), found.end("id"), PLATE)
        for found in _NAMED_PLATE.finditer(shadow)
        if any(map(str.isdigit, found.group("id")))
    ]
    return _apart(spans)


# --- numbers in words ------------------------------------------------------------------------------

_DIGIT_WORD: Final = (
    r"(?:cero|uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce|trece|catorce|quince|dieci\w+|veint\w+|"
    r"treinta|cuarenta|cincuenta|sesenta|setenta|ochenta|noventa|"
    r"zero|one|two|three|four|five|six|seven|eight|nine|"
    r"huk|iskay|kimsa|tawa|pichqa|suqta|qanchis|pusaq|isqun|maya|paya|pusi|phisqa|suxta|paqallqu|kimsaqallqu|llätunka|"
    r"\d{1,4})"
)
_FEWEST_WORDS: Final = 4
_TOKEN: Final = re.compile(r"\w+")
_SPOKEN: Final = re.compile(
    rf"(?<!\w){_DIGIT_WORD}(?:[\s,.\-]{{1,3}}(?:y\s)?{_DIGIT_WORD}){{4,}}(?!\w)", re.IGNORECASE
)


def _spoken_numbers(shadow: str) -> list[_Span]:
    return [
        (found.start(), found.end(), NUMBER)
        for found in _SPOKEN.finditer(shadow)
        if len(re.findall(r"[^\W\d_]{2,}", found.group())) >= _FEWEST_WORDS
    ]


_WORDS_OF_DIGITS: Final = frozenset(re.findall(r"[^\W\d_]{2,}", _DIGIT_WORD))
_BEGUN: Final = ("dieci", "veint")
_ONE_I: Final = str.maketrans("İıſ\u212a", "iisk")
"""Letters that are another letter's capital or small one to a pattern, not to `lower`."""


def _may_speak_a_number(shadow: str) -> bool:
    """Whether there are words of digits enough for a number, wherever they stand."""
    found = 0
    for word in _TOKEN.findall(shadow.translate(_ONE_I).lower()):
        if word in _WORDS_OF_DIGITS:
            found += 1
        elif word.startswith(_BEGUN):
            found += 1 if word.isalpha() else _FEWEST_WORDS
    return found >= _FEWEST_WORDS


# --- numbers in digits -----------------------------------------------------------------------------

_RUN: Final = re.compile(r"\+?(?:\(\s?\+?)?\d(?:[\W_]{0,8}\d)*")
_ROUND_SUM: Final = re.compile(r"[1-9]\d{0,2}(?:[., ]?\d{3})*[., ]?000")
_SHORT_PHONE: Final = re.compile(r"\d{6}|\d{3}[ .\-]\d{3}|\d{2}[ .\-]\d{4}|\d{2}[.\-]\d{2}[.\-]\d{2}")
_LONG: Final = 7
# Which number it is matters little to the reader, and nothing to the person: the first shape that fits.
_SHAPES: Final = (
    (DOCUMENT, re.compile(r"[0-589]\d{7}|(?:10|15|17|20)\d{9}|\d{10}001")),  # DNI, RUC of Peru and Ecuador
    (PHONE, re.compile(r"\d{6,9}|3\d{9}|09\d{8}|\d{11}|(?:51|591|56|593|57)\d{9,10}")),
    (DOCUMENT, re.compile(r"\d{10}")),
)


def _numbers(shadow: str) -> list[_Span]:
    spans: list[_Span] = []
    for found in _RUN.finditer(shadow):
        start, end = _judged(shadow, found.start(), found.end())
        run = shadow[start:end]
        if (len(_digits(run)) >= _LONG or _is_short_phone(run)) and not stays(shadow, _bare(run, start), end):
            spans.append((start, end, _stand_in(run)))
    return spans


def _judged(shadow: str, start: int, end: int) -> tuple[int, int]:
    """The run without dates and times at its ends; a bracket before it goes with them, or else with the number."""
    bare = _bare(shadow[start:end], start)
    first, last = without_times(shadow, bare, end)
    return (start if first == bare else first), last


def _bare(run: str, start: int) -> int:
    """Where a run of digits begins behind its bracket: "(15/04/2026)" is a date all the same."""
    return start + len(run) - len(run.lstrip("( ")) if run.startswith("(") else start


def _is_short_phone(run: str) -> bool:
    bare = run.strip("+( ")
    return bool(_SHORT_PHONE.fullmatch(bare)) and not _ROUND_SUM.fullmatch(bare)


def _digits(run: str) -> str:
    return "".join(filter(str.isdigit, run))


def _stand_in(run: str) -> str:
    digits = _digits(run)
    if run.startswith(("+", "(")) or digits.startswith("00"):
        return PHONE
    for stand_in, shape in _SHAPES:
        if shape.fullmatch(digits):
            return stand_in
    return NUMBER


_HAS_DIGIT: Final = re.compile(r"\d").search
_FINDERS: Final = (
    (_emails, re.compile(r"@|(?<!\w)a(?:t|rroba)(?!\w)", re.IGNORECASE).search),
    (_documents, _HAS_DIGIT),
    (_plates, _HAS_DIGIT),
    (_spoken_numbers, _may_speak_a_number),
    (_numbers, _HAS_DIGIT),
)
"""What is looked for, each with what stands in every one of it."""


def _apart(spans: list[_Span]) -> list[_Span]:
    """The spans in their order, those that touch an earlier one left for the next round."""
    kept: list[_Span] = []
    for span in sorted(spans):
        if not kept or span[0] >= kept[-1][1]:
            kept.append(span)
    return kept
