"""Public prose that tells no small number of people: "one complaint" in a sentence is a figure like any other.

What is written beside the figures of a month (a reason, a plan, a statement, the context) is read by whoever adds and
subtracts, so it may not say of how few people or complaints it speaks: no count below five, in digits or in words, and
no two counts that lie closer together than that ("nine of ten" says one). Days, hours, money, dates and things may be
counted. What is no count of things is taken for one of people: whoever is refused writes the sentence without it.

It knows Spanish, English, Portuguese, Quechua and Aymara. "The complaint of Ichupata" speaks of one as well, and no
list of words finds that; the reviewer who reads the month before it is published has to.
"""

import re
import tomllib
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from translations import HERE, Phrase, phrase
from translations.folding import fold

SMALLEST: Final = 5
"""The smallest count of people or complaints that is ever printed."""

_LISTS: Final = tomllib.loads((HERE / "counts.toml").read_text(encoding="utf-8"))
_VALUES: Final = {word: int(n) for n, said in _LISTS["numbers"].items() for word in said.split()}
_ARTICLES, _SINGLES, _PEOPLE, _THINGS, _MONTHS = (
    frozenset(_LISTS["words"][name].split()) for name in ("articles", "singles", "people", "things", "months")
)
_OF: Final = frozenset({"de", "del", "los", "las", "the", "of", "do", "da", "dos", "das"})
_BETWEEN: Final = 2
"""Words that may stand between a count and what it counts: "two late complaints"."""
_TOKEN: Final = re.compile(r"\d+(?:[.,:/]\d+)*|[^\W\d_]+(?:'[^\W\d_]+)*|[%°º$)]")
_PLAIN: Final = re.compile(r"0*\d{1,6}")
REFUSED: Final = phrase(
    "Everybody will read this. Write it without saying how many people or complaints it was: "
    "“one complaint” is a figure, too. Figures stand in the tables."
)


def refused(text: str) -> Phrase | None:
    """Say why a text may not stand beside published figures, or `None`."""
    found = sorted(set(_counts(_TOKEN.findall(fold(text)))))
    close = any(b - a < SMALLEST for a, b in pairwise(found))
    return REFUSED if close or (found and found[0] < SMALLEST) else None


def _counts(tokens: list[str]) -> Iterator[int]:
    """Find what may count people or complaints."""
    for at, token in enumerate(tokens):
        after, before = tokens[at + 1 : at + 2 + _BETWEEN], tokens[max(0, at - 2) : at]
        if token in _ARTICLES or token in _SINGLES:
            if _PEOPLE & set(after[: _BETWEEN if token in _ARTICLES else 1]):
                yield 1
            continue
        n = int(token) if _PLAIN.fullmatch(token) else _VALUES.get(token)
        if n is None or _is_date(after, before):
            continue
        if not _is_of_things(after):
            yield n


def _is_of_things(after: list[str]) -> bool:
    """Tell whether a number is followed by something that may be counted, before any people are."""
    for word in after:
        if word in _PEOPLE:
            return False
        if word in _THINGS or word in {"%", "°", "º", "$", ")"}:
            return True
    return False


def _is_date(after: list[str], before: list[str]) -> bool:
    """Tell whether a number is a day of a month, or a year."""
    near = [word for word in after[:2] if word not in _OF]
    return bool(near and near[0] in _MONTHS) or any(word in _MONTHS for word in before)
