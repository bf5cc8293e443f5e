"""Whoever reads Quechua or Aymara finds what residents are told whole in it, marked as a draft until it is reviewed."""

import ast
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from channels.commands import sayings
from channels.web.pages import pagewords
from translations import catalogue, checking
from translations.checking import Channel

CHANNELS = sayings.channels()
PAGES = pagewords.pages_of_residents()
ROOT = Path(__file__).parents[2]
MODULES = [
    "channels/incoming/answers.py", "channels/web/figures/definitions.py", "channels/web/figures/drafts.py",
    "channels/web/figures/report_view.py", "channels/web/figures/reports.py",
    "channels/web/pages/render.py", "channels/web/pages/requestwords.py", "channels/web/people/asking.py",
    "channels/web/people/complaint.py", "channels/web/follow/acts.py", "channels/web/follow/more.py",
    "channels/web/follow/page.py", "channels/web/follow/parts.py", "channels/web/follow/photos.py",
    "channels/web/follow/steps.py", "channels/web/follow/thread.py", "channels/web/follow/verdicts.py",
    "channels/web/follow/views.py", "channels/web/follow/waits.py", "channels/web/public/evidence.py",
    "channels/web/public/evidencepacks.py", "channels/web/public/findingviews.py",
    "channels/web/public/home.py", "channels/web/public/registers.py",
    "channels/web/public/registerviews.py", "channels/web/public/requests.py", "reports/aloud/spots.py",
    "reports/beside/accompaniment.py", "reports/beside/qualities.py", "reports/beside/scorecard.py",
    "reports/saying/definitions.py", "reports/saying/indicators.py", "reports/saying/page.py",
    "reports/saying/sentences.py", "translations/notices.py", "translations/states.py",
    "workflows/promises.py", "workflows/readiness.py", "workflows/registry/reportbook.py",
    "workflows/registry/verdicts.py", "workflows/texts.py",
]  # fmt: skip
"""Modules that speak to residents alone, so that each of their sentences is theirs."""


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


def named(module: str) -> list[str]:
    """List the sentences a module names with `phrase`."""
    tree = ast.parse((ROOT / module).read_text(encoding="utf-8"))
    return [
        node.args[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "phrase"
        if node.args and isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str)
    ]


@pytest.mark.parametrize("language", ["qu", "ay"])
@pytest.mark.parametrize("module", MODULES)
def test_every_sentence_of_a_module_that_speaks_to_residents_is_drafted(module: str, language: str) -> None:
    missing = [words for words in named(module) if words not in catalogue(language)]

    assert missing == [], f"draft these in a file of translations/{language}/"


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


@pytest.mark.parametrize("language", ["es", "en", "qu", "quz", "quy", "ay"])
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
