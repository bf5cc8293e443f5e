"""How a month's page says things: a phrase, a figure or the word for a hidden one, and a table as the macro wants it."""

from dataclasses import dataclass

from markupsafe import Markup

from reports.saying.sentences import NOT_SHOWN
from translations import Phrase, say


@dataclass(frozen=True, slots=True)
class Grid:
    """A table as the macro wants it: `numbers` are the columns of figures."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[int, ...]
    csv: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing with the table that says the same."""

    id: str
    question: str
    title: str
    sub: str
    keys: tuple[tuple[str, str], ...]
    drawing: Markup
    table: Grid
    half: bool


@dataclass(frozen=True, slots=True)
class Words:
    """Says phrases and figures in one language; `here` is the address of the month."""

    language: str
    here: str

    def __call__(self, value: Phrase | str | int | None) -> str:
        """Say a phrase, write a figure, or say that it is not shown."""
        if value is None:
            value = NOT_SHOWN
        return say(value, self.language) if isinstance(value, Phrase) else str(value)

    def csv(self, table: str) -> str:
        """The address of a table as CSV."""
        return f"{self.here}/tables/{table}.csv"
