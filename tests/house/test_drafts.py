"""Whoever reads Quechua or Aymara finds what residents are told whole in it, marked as a draft until it is reviewed."""

from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from channels import sayings
from channels.web import pagewords
from translations import checking
from translations.checking import Channel

CHANNELS = sayings.channels()
PAGES = pagewords.pages_of_residents()


def shown(file: Path) -> set[str]:
    """Read the sentences of a template as the template engine does."""
    tree = Environment(autoescape=True).parse(file.read_text(encoding="utf-8"))
    calls = [
        call.args[0].value
        for call in tree.find_all(nodes.Call)
        if isinstance(call.node, nodes.Name)
        and call.node.name == "_"
        and isinstance(call.args[0], nodes.Const)
    ]
    return {words for words in calls if isinstance(words, str)}


def test_the_pages_of_residents_are_found_and_those_of_the_staff_are_not() -> None:
    names = {file.name for file in PAGES}

    assert {
        "complain.html",
        "receipt.html",
        "follow_case.html",
        "home.html",
        "error.html",
        "requests.html",
    } <= names
    assert not names & {"desk_case.html", "review_list.html", "login.html"}


@pytest.mark.parametrize("file", PAGES, ids=lambda file: file.stem)
def test_every_sentence_of_a_page_is_looked_at(file: Path) -> None:
    assert set(pagewords.said_in(file.read_text(encoding="utf-8"))) == shown(file)


@pytest.mark.parametrize("language", ["es", "en", "qu", "ay"])
@pytest.mark.parametrize("channel", CHANNELS, ids=lambda channel: channel.name)
def test_every_channel_says_everything_in_every_language(channel: Channel, language: str) -> None:
    part = checking.check(channel, language)

    assert part.missing == (), f"write these in a file of translations/{language}/"
    assert part.faults == ()


@pytest.mark.parametrize("language", ["qu", "quz", "quy", "ay"])
@pytest.mark.parametrize("channel", CHANNELS, ids=lambda channel: channel.name)
def test_no_draft_is_shown_as_reviewed(channel: Channel, language: str) -> None:
    part = checking.check(channel, language)

    assert (part.state, part.reviewed, part.signed) == ("draft", 0, ())
