"""A station's pad as a browser prints it: three slips below one another on an A4 page, in three languages."""

import pytest
from playwright.sync_api import Browser

from channels.claves import padsheets
from tests.channels.test_pads import SLIP, WAYS
from tests.screens.test_tour import CHROMIUM, PICTURES, browser  # noqa: F401  the same

ACROSS, DOWN = 190, 277
"""Millimetres of an A4 page within its margins."""
PIXELS = 96 / 25.4
pytestmark = [
    pytest.mark.chromium,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Debian's chromium is not installed"),
]


def test_three_rows_of_slips_in_three_languages_stand_on_a_page(browser: Browser) -> None:  # noqa: F811
    page = browser.new_page(viewport={"width": int(ACROSS * PIXELS), "height": int(DOWN * PIXELS)})
    page.set_content(padsheets.as_page([SLIP] * 6, languages=("es", "qu", "ay"), ways=WAYS))
    page.emulate_media(media="print")

    ends = page.evaluate(
        "[...document.querySelectorAll('section')].map(e => e.getBoundingClientRect().bottom)"
    )

    if PICTURES:
        page.screenshot(path=f"{PICTURES}/pad.png", full_page=True)
    assert len(ends) == 6
    assert max(ends) <= DOWN * PIXELS
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.close()
