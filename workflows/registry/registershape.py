"""The shape of a register: what an item asks, who may write it, what becomes public, what it feeds.

An answer is a code of a closed list, a number, a day or a count of people; these stand in the record. Texts
are public sentences, looked at before they are written.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from grievance.vocabulary import Role
from translations import Phrase, phrase

WHEN = phrase("Date")
COLUMNS = ("held_on", "until", "site", "zone", "about")
"""Answers with a column of their own; all others are facts or words."""


class Asks(StrEnum):
    """What kind of answer a field wants.

    `people` is a number that is printed only behind the gate of small numbers; `name` is a version of the
    rules, or the login of somebody of the staff; `month` is written `2026-10`.
    """

    CODE = "code"
    CODES = "codes"
    NUMBER = "number"
    PEOPLE = "people"
    DAY = "day"
    TEXT = "text"
    NAME = "name"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Field:
    """One answer. `among` names a list of the mechanism (or `staff`) where `options` are not fixed.

    `fixed`: what was agreed stays as it was written. `shown`: whether the public reads it. `prose`: it stands beside
    published figures, so it tells no small count, and people's names are covered.
    """

    key: str
    label: Phrase
    kind: Asks
    options: Mapping[str, Phrase] = field(default_factory=dict)
    among: str = ""
    required: bool = True
    least: int = 0
    most: int = 100_000
    fixed: bool = False
    shown: bool = True
    prose: bool = False


@dataclass(frozen=True, slots=True)
class Register:
    """One register as data: `feeds` are the obligations (standards 1.2) that look at it.

    `only` narrows who may say a state; `final` states are the end of an item; `own`: one signs for oneself.
    `numbered`: anybody may ask for an item by its number.
    """

    key: str
    name: Phrase
    purpose: Phrase
    states: Mapping[str, Phrase]
    fields: tuple[Field, ...]
    who: frozenset[Role]
    feeds: tuple[str, ...]
    public: bool = True
    only: Mapping[str, frozenset[Role]] = field(default_factory=dict)
    final: frozenset[str] = frozenset()
    own: bool = False
    numbered: bool = False
    when: Phrase = WHEN

    @property
    def asked(self) -> tuple[Field, ...]:
        """Every field of its form: the day it happened comes first."""
        return (Field("held_on", self.when, Asks.DAY, fixed=bool(self.final)), *self.fields)
