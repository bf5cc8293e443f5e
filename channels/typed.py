"""What people type or say, read strictly: codes in digits or in words of five languages, whole messages.

Nothing is ever corrected: a code whose check digits do not hold is no code, and the person is asked again.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Final, NamedTuple

from grievance.codes import CASE_NUMBER_LENGTH, CLAVE_LENGTH, is_case_number, is_clave
from translations.folding import fold, shorten, trim

__all__ = [
    "AND",
    "FAREWELLS",
    "TakenOut",
    "fold",
    "only_digits",
    "read_case_number",
    "read_clave",
    "read_code",
    "take_out_clave",
    "whole_message",
    "without_claves",
]

_SPOKEN: Final = (
    "cero zero oh ch'usaq chusaq illaq ch'usa chusa muruq'u muruqu",
    "uno un una one um uma huk uk huq hoq juk maya",
    "dos two dois duas iskay ishkay paya pa",
    "tres three kimsa kinsa quimsa quinsa",
    "cuatro four quatro tawa tahua pusi",
    "cinco five pichqa pisqa phisqa pichka pheska piska",
    "seis six meia suqta soqta sojta suxta sojjta sujta",
    "siete seven sete qanchis canchis paqallqu pakallqu",
    "ocho eight oito pusaq pusac kimsaqallqu kimsakallqu quimsaqallqu",
    "nueve nine nove isqun isqon isjon llatunka llatunca",
)
_DIGIT_OF: Final = {
    word.replace("'", ""): str(n) for n, words in enumerate(_SPOKEN) for word in words.split()
}
_LABELS: Final = frozenset(
    [
        "mi",
        "mis",
        "my",
        "meu",
        "minha",
        "la",
        "el",
        "the",
        "a",
        "o",
        "es",
        "is",
        "e",
        "este",
        "esta",
        "de",
        "del",
        "of",
        "mia",
        "hola",
        "clave",
        "claves",
        "llave",
        "key",
        "chave",
        "secreta",
        "secreto",
        "secret",
        "codigo",
        "codigos",
        "code",
        "cod",
        "caso",
        "case",
        "queja",
        "reclamo",
        "expediente",
        "numero",
        "number",
        "nro",
        "num",
        "nr",
        "n",
        "n°",
        "nº",
        "conteste",
        "contesto",
        "respondo",
        "respuesta",
        "answer",
        "numeru",
        "yupay",
        "yupayniy",
        "clavey",
        "clavejaxa",
        "claveyqa",
        "caja",
        "casoy",
    ]
) - {"o"}  # a lone o is a zero
FAREWELLS: Final = frozenset(
    ["gracias", "thanks", "thank", "you", "obrigado", "obrigada", "por", "favor", "please", "porfa"]
)
_LOOK_ALIKE: Final = str.maketrans("OoIl|", "00111")
_LIKE_DIGITS: Final = re.compile(r"[0-9OoIl|]+")
_BEGINS_LIKE_DIGITS: Final = "OoIl"
_WORD: Final = re.compile(r"[^\s\-‐‑‒–—−.,:;/\\_()\[\]#*+\"“”«»¿?¡!=]+")
_NOT_ASCII: Final = re.compile(r"[^\x00-\x7f]")
_PIECE: Final = re.compile(r"\d+|\D+")
_LONGEST: Final = 500
_CODE_LENGTH: Final = 4
_LONG_CODE: Final = 8
_MOST_WORDS: Final = 4
_PHRASE = 5
"""So many words has the longest phrase that a message is looked through for."""
_FILLERS: Final = frozenset({"porfavor", "porfa", "ya"})
_NEARLY: Final = range(12, 21)
"""So many digits after the word for a key were meant to be one, and are kept nowhere either."""
_KEYS: Final = frozenset({"llave", "key", "chave", "contrasena", "password"})
AND: Final = frozenset({"y", "and", "e", "hinaspa", "hinaspapas", "ukat", "ukatsti"})
_JOINT: Final = " \t\r\n,:;-–—([])"
CLAVE_STOOD_HERE: Final = "[clave]"
"""What is left where a clave was typed into words that are kept."""


class _Read(NamedTuple):
    """One word of what was typed: its digits, or none, and where it stands."""

    word: str
    digits: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class TakenOut:
    """A text without the clave that was typed in it. `wrong`: what was meant as one is none."""

    rest: str
    clave: str | None = None
    wrong: bool = False


def take_out_clave(text: str) -> TakenOut:
    """Take the clave out of a text, with the words that only introduce it: "mi clave es 4821 ... acepto".

    The digits may be spaced, spelled and said as `read_clave` reads them; of several the last one counts. Digits whose
    check digits do not hold are taken for a mistyped clave where the word for one leads them, or where they are all
    there is. Farewells and a case number alone are no words of their own.
    """
    found = _clave_in(text)
    if found is None:
        return TakenOut(text)
    start, end, clave = found
    before, after = text[:start].rstrip(_JOINT), text[end:].lstrip(_JOINT + ".")
    first, _, others = after.partition(" ")
    if not before and fold(first) in AND:
        after = others.strip()
    rest = f"{before} {after}".strip()
    said_more = read_case_number(rest) is None and any(
        fold(read.word) not in FAREWELLS and not _introduces(read.word) for read in _words(rest)
    )
    return TakenOut(rest if said_more else "", clave, wrong=clave is None)


def without_claves(text: str) -> str:
    """Blank every clave in words that are to be kept: whoever reads them later must not hold it."""
    while (found := _clave_in(text)) is not None:
        start, end, _ = found
        text = f"{text[:start].rstrip()} {CLAVE_STOOD_HERE} {text[end:].lstrip()}".strip()
    return text


def read_clave(text: str) -> str | None:
    """The sixteen digits of a clave, if that is what was typed, and its check digits hold."""
    digits = only_digits(text)
    return digits if digits is not None and is_clave(digits) else None


def read_case_number(text: str) -> str | None:
    """The eight digits of a case number, if that is what was typed, and its check digits hold."""
    digits = only_digits(text)
    return digits if digits is not None and is_case_number(digits) else None


def part_case_number(text: str) -> tuple[str, str, str] | None:
    """The words before a case number, its eight digits, and the words behind: "mi caso es el 4107-3293, que paso".

    Words that only introduce the number are left out. None where no number stands, or more than one.
    """
    if len(text) > _LONGEST or digits_at_most(text) < CASE_NUMBER_LENGTH:
        return None
    reads = list(_words(text))
    numbers = [at for at, read in enumerate(reads) if read.digits]
    if not numbers:
        return None
    first, end = numbers[0], numbers[-1] + 1
    digits = "".join(read.digits for read in reads[first:end])
    if end - first != len(numbers) or not is_case_number(digits):
        return None
    led = first
    while led and _introduces(reads[led - 1].word):
        led -= 1
    before = text[: reads[led].start] if led else ""
    return before.strip(_JOINT), digits, text[reads[end - 1].end :].strip(_JOINT)


def read_code(text: str) -> tuple[str, str] | None:
    """The four-digit code that leads a text, and the rest as it was typed: "4827 si acepto".

    A text that is nothing but a longer number, such as a clave, carries no code.
    """
    code = ""
    for read in _after_label(_words(text)):
        code += read.digits
        if not read.digits or len(code) > _CODE_LENGTH:
            return None
        if len(code) == _CODE_LENGTH:
            alone = only_digits(text)
            if alone is not None and len(alone) >= _LONG_CODE:
                return None
            # "lo lo que" looks like 1010: letters alone are no code.
            leads = any(map(str.isdecimal, text[: read.end])) or not _looks(read.word)
            return (code, _rest(text, read.end)) if leads else None
    return None


def whole_message(text: str, words: Iterable[str]) -> bool:
    """Whether the whole message is one of these words or phrases, however it is spelled.

    "por favor" and "ya" around it are looked past in messages of at most four words ("por favor" is one).
    """
    known, long_letters, most = _forms(tuple(words))
    if _says_more(text, most):
        return False
    said = spaced(text)
    bare = _without_fillers(said)
    return any(form and (form in known or shorten(form) in long_letters) for form in (said, bare))


def _says_more(text: str, most: int) -> bool:
    """Tell at once of nearly every complaint that it has more plain words than any phrase of a list."""
    enough = max(most, 2 * _MOST_WORDS)  # "por favor" is two words, and counts as one
    plain = (word for word in text.split() if word.isascii() and word.isalpha())
    return sum(1 for _ in islice(plain, enough + 1)) > enough


def made_of(text: str, words: Iterable[str]) -> bool:
    """Whether a message is nothing but these words or phrases, one after the other: "hola, muy buenas tardes señor"."""
    known, _, _ = _forms(tuple(words))
    said, begins, reached = spaced(text).split(), {0}, 0
    for end in range(1, len(said) + 1):
        if end - reached > _PHRASE:
            return False  # as of nearly every complaint after its first words
        if any(
            begin in begins and " ".join(said[begin:end]) in known
            for begin in range(max(0, end - _PHRASE), end)
        ):
            begins.add(end)
            reached = end
    return bool(said) and len(said) in begins


@lru_cache(maxsize=512)
def _forms(words: tuple[str, ...]) -> tuple[frozenset[str], frozenset[str], int]:
    """Fold a list once, with the words of its longest phrase: it is data. What people write is never kept like this."""
    known = {fold(word) for word in words}
    apart = {spaced(word) for word in known}
    most = max((len(phrase.split()) for phrase in known | apart), default=0)
    return frozenset(known | apart), frozenset(shorten(word) for word in apart), most


def spaced(text: str) -> str:
    """Fold a text to its words, without the signs around each: "Huaylluray, mi casa" is "huaylluray mi casa"."""
    folded = fold(text)
    return " ".join(word for word in map(trim, folded.split()) if word) or folded


def _without_fillers(said: str) -> str:
    words = said.replace("por favor", "porfavor").split()
    if len(words) > _MOST_WORDS:
        return ""
    while words and words[0] in _FILLERS:
        del words[0]
    while words and words[-1] in _FILLERS:
        del words[-1]
    return " ".join(words)


def only_digits(text: str) -> str | None:
    """The digits that were typed or said, if it was nothing but digits, a label before and thanks behind."""
    if len(text) > _LONGEST:
        return None
    digits, over = "", False
    for read in _after_label(_words(text)):
        if read.digits and not over:
            digits += read.digits
        elif read.digits or fold(read.word) not in FAREWELLS:
            return None  # as most texts do with their first word: the others need not be read
        else:
            over = True
    return digits or None


def _clave_in(text: str) -> tuple[int, int, str | None] | None:
    """Find where a clave stands, its introducing words with it; no digits where it was mistyped."""
    if digits_at_most(text) < _NEARLY.start:
        return None
    reads = list(_words(text))
    whole = not any(sign.isalpha() for sign in text)
    nearly, right = None, None
    at = 0
    while at < len(reads):
        if not reads[at].digits:
            at += 1
            continue
        end = next((n for n in range(at, len(reads)) if not reads[n].digits), len(reads))
        right = _last_clave(reads, at, end) or right
        told = _introduced(reads, at)
        if sum(len(read.digits) for read in reads[at:end]) in _NEARLY and (whole or told < at):
            nearly = told, end
        at = end
    if right is not None:
        first, end, clave = right
        return reads[_introduced(reads, first)].start, reads[end - 1].end, clave
    return None if nearly is None else (reads[nearly[0]].start, reads[nearly[1] - 1].end, None)


def _last_clave(reads: list[_Read], start: int, end: int) -> tuple[int, int, str] | None:
    for first in reversed(range(start, end)):
        digits = ""
        for n in range(first, end):
            digits += reads[n].digits
            if len(digits) >= CLAVE_LENGTH:
                break
        if is_clave(digits):
            return first, n + 1, digits
    return None


def _introduced(reads: list[_Read], at: int) -> int:
    """Go back over the words that introduce a clave, if one of them is the word for it: "mi clave secreta es"."""
    first, named = at, False
    while first and not reads[first - 1].digits and _introduces(reads[first - 1].word):
        first -= 1
        named = named or _names_a_clave(reads[first].word)
    return first if named else at


def _introduces(word: str) -> bool:
    return fold(word) in _LABELS or _names_a_clave(word)


def _names_a_clave(word: str) -> bool:
    said = fold(word)
    return said.startswith("clave") or said in _KEYS


def _after_label(reads: Iterable[_Read]) -> Iterator[_Read]:
    in_label, first = True, True
    for read in reads:
        if in_label:
            word = fold(read.word)
            # "caso no. 4107" has a label; "no 4827" begins with an answer.
            in_label = not read.digits and (word in _LABELS or (word == "no" and not first))
            first = False
        if not in_label:
            yield read


def digits_at_most(text: str) -> int:
    """So many digits can be read in a text, or fewer: of nearly every complaint that is none, known at a glance."""
    most = 0
    for word in _WORD.findall(_ascii_digits(text)):
        if not word.isalpha():
            most += len(word)
        elif not word.isascii() or word.lower() in _DIGIT_OF or word[0] in _BEGINS_LIKE_DIGITS:
            most += len(_digits(word))
    return most


def _words(text: str) -> Iterator[_Read]:
    for found in _WORD.finditer(_ascii_digits(text)):
        word, start = found.group(), found.start()
        if (digits := _digits(word)) or word.isalpha():
            yield _Read(word, digits, start, found.end())
            continue
        for piece in _PIECE.finditer(word):
            yield _Read(piece.group(), _digits(piece.group()), start + piece.start(), start + piece.end())


def _ascii_digits(text: str) -> str:
    if text.isascii():
        return text
    # One sign stays one sign, so that places in the text hold; what has no width parts words as a space does.
    return _NOT_ASCII.sub(_ascii_digit, text)


def _ascii_digit(found: re.Match[str]) -> str:
    sign = found.group()
    if sign.isdecimal():  # unlike isdigit, false for "²"
        return str(unicodedata.decimal(sign))
    return " " if unicodedata.category(sign) == "Cf" else sign


def _digits(word: str) -> str:
    if _LIKE_DIGITS.fullmatch(word):
        return word.translate(_LOOK_ALIKE)
    if word.isascii() and word.isalpha():  # nearly every word is: nothing of it is to fold but its capitals
        return _DIGIT_OF.get(word.lower(), "")
    return _DIGIT_OF.get(fold(word).replace("'", ""), "")


def _looks(word: str) -> bool:
    plain = word.translate(_LOOK_ALIKE)
    return plain != word and plain.isascii() and plain.isdigit()


def _rest(text: str, at: int) -> str:
    return text[at:].lstrip(" \t\r\n\x1f,.:;-–—").rstrip()
