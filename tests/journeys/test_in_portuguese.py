"""A site that lists a language nobody has written yet: nothing breaks, and every door speaks the one that stands in."""

import re
from dataclasses import replace

import pytest

from channels.app import create_app
from channels.sound import kioskvoice, voices
from channels.telephone import lines, sessions
from reports.aloud import spots
from tests.journeys.actors import World
from tests.journeys.test_at_the_kiosk import KIOSK
from workflows.rulebook import Rulebook

WATER = "A água do canal está suja desde segunda-feira em Huaylluray"


@pytest.fixture
def portuguese(small_world: World) -> World:
    mechanism = small_world.house.rules.current
    changed = replace(
        mechanism, languages=(*mechanism.languages, "pt", "quz", "quy", "zxx"), default_language="pt"
    )
    house = replace(small_world.house, rules=Rulebook(current=changed))
    return replace(small_world, house=house, app=create_app(house))


@pytest.mark.parametrize(
    "path", ["/", "/complain", "/follow", "/promises", "/procedure", "/requests/ask", KIOSK, "/nowhere"]
)
@pytest.mark.parametrize("language", ["pt", "quz", "quy", "zxx"])
def test_every_page_is_shown_in_whole_words_of_some_language(
    portuguese: World, path: str, language: str
) -> None:
    page = portuguese.anybody().get(f"{path}?lang={language}")

    assert page.status_code in (200, 404)
    assert not re.search(r"\{[a-z_]+\}", re.sub(r"(?s)<style.*?</style>", "", page.text))
    assert re.search(r'<html lang="(pt|es|quz|quy|qu|zxx)">', page.text)


def test_who_writes_in_portuguese_is_answered_and_follows_the_case(portuguese: World) -> None:
    one = portuguese.resident("+51987000222")
    one.texts(WATER)
    portuguese.deliver()

    (receipt,) = one.inbox()
    assert re.search(r"Caso \d{4}-\d{4}. Clave (\d{4} ?){4}", receipt)
    for words in ("ESTADO", "AYUDA"):
        one.texts(words)
    portuguese.deliver()
    assert len(one.inbox()) == 3
    page = portuguese.anybody().post("/follow", data={"clave": one.clave, "lang": "pt"}).text
    assert one.number in page


@pytest.mark.parametrize("kind", ["ussd", "voice"])
def test_a_menu_and_a_call_begin_in_what_stands_in_for_it(portuguese: World, kind: str) -> None:
    knock = sessions.Knock(
        gateway="africastalking", kind=kind, session="s1", subscriber="+51987000333", recipient="*384*1#"
    )

    shown = lines.answer(portuguese.house, knock)

    assert shown.at.language in ("pt", "es")


def test_what_is_read_aloud_is_made_for_the_languages_that_have_the_words(portuguese: World) -> None:
    mechanism, settings = portuguese.house.rules.current, portuguese.house.settings
    sites = tuple(replace(site, languages=("es", "pt", "quz")) for site in mechanism.sites)

    assert spots.languages_of(replace(mechanism, sites=sites), "qorimayu") == ("es", "quz")
    assert "Agua" in kioskvoice.script(mechanism, "pt")["about"]
    assert any("Português" in str(words) for words in voices.advice(settings, mechanism))
