"""Everything the pages say to residents: what is in their templates, and what they call states, steps and people."""

import re
from functools import lru_cache
from pathlib import Path
from typing import Final

from channels.web.pages.casewords import DONE, READERS, WHO
from translations.checking import Channel, offered
from translations.states import CHANNELS, CLOCK_NAMES, NAMES_OF_STATES, SENSES, STATES
from workflows.criteria import CRITERIA

TEMPLATES: Final = Path(__file__).parents[1] / "templates"
_NOT_FOR_RESIDENTS: Final = (
    "desk_", "_desk", "review_", "registers_room", "request_desk", "login", "phone", "radio", "_registers",
)  # fmt: skip
_SAID: Final = re.compile(r"""\b_\(\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')""")


def pages_of_residents() -> tuple[Path, ...]:
    """List the templates that residents see."""
    files = sorted(TEMPLATES.glob("*.html"))
    return tuple(file for file in files if not file.name.startswith(_NOT_FOR_RESIDENTS))


def said_in(template: str) -> tuple[str, ...]:
    """List the sentences a template says, in its order."""
    return tuple(dict.fromkeys(one or other for one, other in _SAID.findall(template)))


@lru_cache(maxsize=1)
def said() -> Channel:
    """The pages of residents: their templates, and what they call states, steps, doors and people."""
    called = (
        *STATES.values(), *NAMES_OF_STATES.values(), *SENSES.values(), *CHANNELS.values(), *CLOCK_NAMES.values(),
        *DONE.values(), *WHO.values(), *READERS.values(),
        *(words for one in CRITERIA for words in (one.name, one.promise)),
    )  # fmt: skip
    in_templates = [
        words for file in pages_of_residents() for words in said_in(file.read_text(encoding="utf-8"))
    ]
    return Channel("web", tuple(dict.fromkeys([*in_templates, *(words.msgid for words in called)])))


@lru_cache(maxsize=16)
def whole_in(languages: tuple[str, ...]) -> tuple[str, ...]:
    """Name those of the languages in which the pages of residents are whole; all of them when none is."""
    return offered(said(), languages) or languages
