"""The Quechua of Chanka written from that of Collao: it has neither ejectives nor aspirates, and some other words.

A rule and not a copy: what is written in `qu` tomorrow is said in Chanka tomorrow, and what a speaker of Chanka writes in
`quy` is said instead. Like every draft it is marked until somebody has read it: a review of the one says nothing of the other.
"""

import re
from collections.abc import Callable, Mapping
from typing import Final

_STOPS: Final = re.compile(r"(ch|[kpqt])(?:['’ʼ]|h)", re.IGNORECASE)
_WORDS: Final = (
    (re.compile(r"wisq(?=['’ʼ])", re.IGNORECASE), "wichq"),
    (re.compile(r"\busqh", re.IGNORECASE), "utq"),
    (
        re.compile(r"\bunu(?=\b|kuna|ta\b|pi\b|manta\b|wan\b|qa\b|man\b|paq\b|n\b|yku\b)", re.IGNORECASE),
        "yaku",
    ),
)
"""What is another word, or has another letter besides: to close, quickly, water."""
_BLANK: Final = re.compile(r"(\{[^{}]*\}|https?://\S+)")


def to_chanka(sentence: str) -> str:
    """Write a sentence of Collao as in Chanka; blanks and addresses stay as they are."""
    return "".join(
        part if place % 2 else _respelled(part) for place, part in enumerate(_BLANK.split(sentence))
    )


def _respelled(text: str) -> str:
    for word, other in _WORDS:
        text = word.sub(lambda found, other=other: _in_case_of(found[0], other), text)  # type: ignore[misc]
    return _STOPS.sub(r"\1", text)


def _in_case_of(model: str, word: str) -> str:
    return word.upper() if model.isupper() else word.capitalize() if model[0].isupper() else word


RESPELLED: Final[Mapping[str, tuple[str, Callable[[str], str]]]] = {"quy": ("qu", to_chanka)}
"""Which variety is written from which language, and how."""
