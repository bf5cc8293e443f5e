"""What is read aloud, measured: how long it takes, how long its sentences are, and what a reader stumbles over.

Spanish is also scored by the formula of Szigriszt Pazos (1993); on the INFLESZ scale 65 and more is easy for most
people. The syllables are counted here, by the rules of Spanish spelling. Other languages have no such scale: for
them only sentences and seconds count.
"""

import re
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from translations.numbers import number_words

WORDS_PER_MINUTE: Final = 130
"""How fast a station reads where it has not said how fast it does."""
EASY: Final = 65.0
MEAN: Final = 10.0
LONGEST: Final = 20

_WORD: Final = re.compile(r"[^\W\d_]+(?:['’ʼ-][^\W\d_]+)*")
_SENTENCE: Final = re.compile(r"[^.!?\n]+")
_SPOKEN: Final = re.compile(r"[^\W\d_]|\d|[\s,.:;?!¿¡'’ʼ-]")
_LETTERS_WITH_DOTS: Final = re.compile(r"\b(?:[^\W\d_]\.){2,}")
_CAPITALS: Final = re.compile(r"\b[A-ZÁÉÍÓÚÑ]{2,}\b")
_SHORTENED: Final = re.compile(
    r"\b(?:Sr|Sra|Srta|Dr|Dra|Ing|Lic|Prof|Av|Jr|Nro|Núm|Num|Tel|Cel|pág|aprox|etc|vs|Mr|Mrs|St|e\.g|i\.e|p\.ej)\.(?=\s+[^\W_]|,)"
    r"|\b(?:km|kg|cm|mm|hrs|hs|kWh|USD|PEN)\b"
)
_VOWELS: Final = re.compile(r"[aeiouáéíóúü]+")
_STRONG: Final = frozenset("aeoáéó")
_STRESSED_WEAK: Final = frozenset("íú")
_SILENT_U: Final = re.compile(r"(?<=q)u(?=[eiéí])|(?<=g)u(?=[eiéí])")
_FINAL_Y: Final = re.compile(r"(?<=[aeiouáéóú])y\b|\by\b")
_ARTICLES: Final = frozenset({"un", "una", "uno", "um", "uma", "one", "huk", "maya", "mä"})
_BETWEEN: Final = frozenset({"y", "e", "and"})
TOLERANCE: Final = 0.1
"""Of its time, by which what is read aloud may be longer or shorter."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How a text reads: its words, its seconds, its sentences in words, and in Spanish its ease from 0 to 100."""

    words: int
    seconds: float
    sentences: int
    mean_sentence: float
    longest_sentence: int
    ease: float | None = None

    def fits(self, seconds: float) -> bool:
        """Tell whether it takes that long, a tenth more or less."""
        return abs(self.seconds - seconds) <= TOLERANCE * seconds


def measure(text: str, language: str, *, words_per_minute: int = WORDS_PER_MINUTE) -> Reading:
    """Measure a text that somebody reads aloud at a pace of so many words a minute."""
    lengths = [len(words) for words in _sentences(text)]
    total = sum(lengths)
    return Reading(
        words=total,
        seconds=60 * total / words_per_minute,
        sentences=len(lengths),
        mean_sentence=total / len(lengths) if lengths else 0.0,
        longest_sentence=max(lengths, default=0),
        ease=ease(text) if language == "es" and total else None,
    )


def faults(
    text: str, language: str, *, mean: float = MEAN, longest: int = LONGEST, easy: float = EASY
) -> tuple[str, ...]:
    """Say what a reader would stumble over, one sentence each; nothing when the text may be read aloud."""
    reading = measure(text, language)
    if not reading.words:
        return ("There is nothing to read.",)
    found = []
    if digits := re.findall(r"\d+", text):
        found.append(f"Digits must be words: {', '.join(digits)}.")
    if strange := sorted({sign for sign in text if not _SPOKEN.fullmatch(sign)}):
        found.append(f"Signs nobody says: {' '.join(strange)}.")
    if short := [
        m[0] for pattern in (_LETTERS_WITH_DOTS, _CAPITALS, _SHORTENED) for m in pattern.finditer(text)
    ]:
        found.append(f"Shortened words must be said whole: {', '.join(dict.fromkeys(short))}.")
    found += [
        f"More than one number in a sentence: {' '.join(words)}."
        for words in _sentences(text)
        if numbers_in(words, language) > 1
    ]
    if reading.mean_sentence > mean:
        found.append(f"Sentences have {reading.mean_sentence:.1f} words on average, more than {mean:g}.")
    if reading.longest_sentence > longest:
        found.append(f"The longest sentence has {reading.longest_sentence} words, more than {longest}.")
    if reading.ease is not None and reading.ease < easy:
        found.append(f"Its ease is {reading.ease:.0f}, less than {easy:g}: shorter words are needed.")
    return tuple(found)


def ease(text: str) -> float:
    """Score a Spanish text from 0 (hard) to 100 (easy) by the formula of Szigriszt Pazos.

    Raises:
        ValueError: the text has no word.
    """
    sentences = _sentences(text)
    words = [word for sentence in sentences for word in sentence]
    if not words:
        raise ValueError("a text without words has no ease")
    per_word = sum(map(syllables, words)) / len(words)
    return 206.835 - 62.3 * per_word - len(words) / len(sentences)


def syllables(word: str) -> int:
    """Count the syllables of a Spanish word: strong vowels part, a weak one joins its neighbour unless stressed."""
    small = _FINAL_Y.sub("i", _SILENT_U.sub("", word.lower()))
    return max(1, sum(_nuclei(group) for group in _VOWELS.findall(small)))


def numbers_in(words: list[str], language: str) -> int:
    """Count the numbers among the words of a sentence; the article "a" or "one" alone is none."""
    known = number_words(language)
    count = 0
    pieces = [piece for word in words for piece in word.lower().split("-")]
    for is_number, run in groupby(pieces, lambda word: word in known):
        said = [word for word in run if word not in _BETWEEN]
        # Two articles in a row are digits said one at a time.
        count += is_number and bool(said) and (len(said) > 1 or said[0] not in _ARTICLES)
    return count


def _nuclei(vowels: str) -> int:
    strong = sum(vowel in _STRONG for vowel in vowels)
    stressed = sum(vowel in _STRESSED_WEAK for vowel in vowels) if strong else 0
    return max(1, strong + stressed)


def _sentences(text: str) -> list[list[str]]:
    found = [_WORD.findall(sentence) for sentence in _SENTENCE.findall(text)]
    return [words for words in found if words]
