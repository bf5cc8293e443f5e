"""Whoever does not read hears how it works: a person, a machine that says so, or somebody who reads it to them."""

import re
from pathlib import Path

import pytest

from tests.deployment import Keys, keys  # noqa: F401  pytest finds the fixture here
from tests.journeys.actors import a_world


@pytest.fixture
def heard(tmp_path: Path, sqlite_template: Path, keys: Keys) -> dict[str, str]:  # noqa: F811
    (tmp_path / "grievance.db").write_bytes(sqlite_template.read_bytes())
    for file in ("sound/qu/how.mp3", "home/voice-drafts/es/kiosk.how.draft.wav"):
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_bytes(b"una voz" * 300)
    database = f"sqlite:///{tmp_path / 'grievance.db'}"
    with a_world(tmp_path, database, keys, KIOSK_RECORDINGS=str(tmp_path / "sound")) as world:
        browser = world.anybody()
        pages = {code: browser.get(f"/listen?lang={code}") for code in ("es", "qu", "ay")}
        sounds = [re.findall(r'<audio controls preload="none" src="([^"]+)"', p.text) for p in pages.values()]
        played = [browser.get(each[0], buffered=True).data for each in sounds if each]
        shell = browser.get("/kiosk/kiosk-qorimayu/shell?lang=qu").text
        home = browser.get("/?lang=es").text
    assert played == [b"una voz" * 300] * 2
    assert all(
        page.headers["Content-Security-Policy"].endswith("; media-src 'self'") for page in pages.values()
    )
    return {code: page.text for code, page in pages.items()} | {"home": home, "shell": shell}


def test_the_first_page_leads_to_it_and_each_language_says_who_speaks(heard: dict[str, str]) -> None:
    assert 'href="/listen?lang=es"' in heard["home"]
    assert "Lo dice una máquina. Nadie lo ha revisado. Gasta 3 kilobytes." in heard["es"]
    assert "Máquinam kayta rimachkan" not in heard["qu"]
    assert "3 kilobytesta gastan." in heard["qu"]


def test_where_nobody_and_no_machine_spoke_it_the_words_are_there_to_be_read_aloud(
    heard: dict[str, str],
) -> None:
    assert "<audio" not in heard["ay"]
    assert "Janïraw khitis ak arumat grabkiti." in heard["ay"]
    assert "Janiw khitis arsutamat mutuyiristamti." in heard["ay"]


def test_a_kiosk_does_not_keep_it_at_hand(heard: dict[str, str]) -> None:
    assert "/how?v=" not in heard["shell"]
