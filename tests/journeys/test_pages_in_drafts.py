"""Somebody who reads Quechua or Aymara meets no Spanish sentence of ours, and is told that the words are a draft."""

import re
from html import unescape

import pytest

from tests.journeys.actors import World, proposed
from translations import catalogue

TEXTS = re.compile(r">([^<>]+)<")
SCRIPTLESS = re.compile(r"<(style|script|svg)\b.*?</\1>", re.DOTALL)
PATHS = (
    "/", "/complain", "/follow", "/promises", "/procedure", "/requests", "/requests/ask", "/surveys", "/reports",
    "/registers", "/dialogues", "/commitments", "/registers/training", "/findings", "/evidence", "/nowhere",
)  # fmt: skip
WATER = "El agua del canal sale turbia"
ENOUGH = 12
"""Letters of a sentence beside its blanks, so that it cannot be found by chance."""
MARK = "Draft: not yet read by a native speaker."


def spanish_left(html: str, language: str) -> list[str]:
    """Find sentences of ours that are said in Spanish because the language lacks them."""
    only = [
        re.compile(
            "".join(".+" if part.startswith("{") else re.escape(part) for part in re.split(r"({\w+})", words))
        )
        for msgid, words in catalogue("es").items()
        if msgid not in catalogue(language) and len(re.sub(r"{\w+}|\W", "", words)) > ENOUGH
    ]
    ours = html.replace(catalogue("es")[MARK], "")
    said = [unescape(text).strip() for text in TEXTS.findall(SCRIPTLESS.sub("", ours))]
    return [text for text in said if len(text.split()) > 1 and any(each.fullmatch(text) for each in only)]


def test_a_sentence_that_stayed_spanish_is_found() -> None:
    assert spanish_left("<p>Entrar a la sala</p><b>Todavía no se puede:</b>", "qu") == [
        "Todavía no se puede:"
    ]


@pytest.mark.parametrize("language", ["qu", "ay"])
def test_the_pages_of_residents_are_whole_and_say_that_they_are_drafts(
    small_world: World, language: str
) -> None:
    browser = small_world.anybody()

    pages = {path: browser.get(f"{path}?lang={language}").text for path in PATHS}

    assert {path: left for path, html in pages.items() if (left := spanish_left(html, language))} == {}
    assert [path for path, html in pages.items() if catalogue(language)[MARK] not in unescape(html)] == []


@pytest.mark.parametrize("language", ["qu", "ay"])
def test_a_complaint_its_receipt_and_its_answer_are_whole(small_world: World, language: str) -> None:
    resident, officer, browsing = small_world.resident(), small_world.officer(), small_world.neighbour()
    browsing.complains(WATER, lang=language)
    receipt, clave = browsing.page, browsing.clave
    resident.texts(f"{WATER}, Huaylluray")
    proposed(small_world, resident, officer)

    fresh = browsing.browser.post("/follow", data={"clave": clave, "lang": language}).text
    answered = browsing.browser.post("/follow", data={"clave": resident.clave, "lang": language}).text
    wrong = browsing.browser.post("/follow", data={"clave": "1", "lang": language}).text

    assert [spanish_left(page, language) for page in (receipt, fresh, answered, wrong)] == [[], [], [], []]
    assert "1 Acepto" not in answered


def test_a_page_in_a_language_of_the_house_carries_no_mark(small_world: World) -> None:
    browser = small_world.anybody()

    assert 'class="wrap narrow unread"' not in browser.get("/?lang=es").text
    assert 'class="wrap narrow unread"' in browser.get("/?lang=qu").text
