"""Whoever reads Quechua or Aymara finds every page of residents whole in it, marked as a draft until it is reviewed."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from channels.web.casewords import DONE, WHO
from channels.web.followmore import READERS
from translations import Phrase, catalogue
from translations.states import CHANNELS, CLOCK_NAMES, NAMES_OF_STATES, SENSES, STATES
from workflows.criteria import CRITERIA

TEMPLATES = Path(__file__).parents[2] / "channels" / "web" / "templates"
NOT_FOR_RESIDENTS = (
    "desk_",
    "_desk",
    "review_",
    "registers_room",
    "request_desk",
    "login",
    "phone",
    "_registers",
)
PAGES = [file for file in sorted(TEMPLATES.glob("*.html")) if not file.name.startswith(NOT_FOR_RESIDENTS)]
NAMED: dict[str, list[Phrase]] = {
    "states": [*STATES.values(), *NAMES_OF_STATES.values(), *SENSES.values()],
    "doors and clocks": [*CHANNELS.values(), *CLOCK_NAMES.values()],
    "steps and people": [*DONE.values(), *WHO.values(), *READERS.values()],
    "criteria": [words for one in CRITERIA for words in (one.name, one.promise)],
}


def shown(file: Path) -> Iterator[str]:
    """List the sentences a template shows with `_`."""
    tree = Environment(autoescape=True).parse(file.read_text(encoding="utf-8"))
    for call in tree.find_all(nodes.Call):
        match call:
            case nodes.Call(node=nodes.Name(name="_"), args=[nodes.Const(value=str(words)), *_]):
                yield words
            case _:
                pass


def test_the_pages_of_residents_are_found() -> None:
    assert {
        "complain.html",
        "receipt.html",
        "follow_case.html",
        "home.html",
        "error.html",
        "requests.html",
    } <= {file.name for file in PAGES}


@pytest.mark.parametrize("language", ["qu", "ay"])
@pytest.mark.parametrize("file", PAGES, ids=lambda file: file.stem)
def test_every_sentence_of_a_page_of_residents_is_drafted(file: Path, language: str) -> None:
    missing = [words for words in shown(file) if words not in catalogue(language)]

    assert missing == [], f"draft these in a file of translations/{language}/"


@pytest.mark.parametrize("language", ["qu", "ay"])
@pytest.mark.parametrize("what", NAMED)
def test_what_things_are_called_on_those_pages_is_drafted(what: str, language: str) -> None:
    missing = [words.msgid for words in NAMED[what] if words.msgid not in catalogue(language)]

    assert missing == [], f"draft these in a file of translations/{language}/"
