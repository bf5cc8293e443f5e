"""A case with a proposal on the kiosk's own screen, and its slip from the browser: large enough, whole, nothing empty."""

import re

import pytest
from playwright.sync_api import Page

from tests.journeys.actors import TOKEN, World
from tests.journeys.endings import goes_on_by_page
from tests.journeys.test_at_the_kiosk import KIOSK
from tests.screens.test_a_case_over_time import _complains, keys, page, shows, world  # noqa: F401  the same
from tests.screens.test_tour import CHROMIUM, browser, looks_right  # noqa: F401  the same

SIZE = "one => parseFloat(getComputedStyle(one).fontSize)"
BROKEN = """() => [...document.querySelectorAll('.btns .btn')].filter(one => one.offsetParent).flatMap(one => {
    const text = one.firstChild;
    return [...text.data.matchAll(/\\S+/g)].filter(word => {
        const range = document.createRange();
        range.setStart(text, word.index); range.setEnd(text, word.index + word[0].length);
        return new Set([...range.getClientRects()].map(line => line.top)).size > 1;
    }).map(word => word[0]);
})"""
pytestmark = [
    pytest.mark.chromium,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Debian's chromium is not installed"),
]


@pytest.mark.parametrize("language", ["es", "qu", "ay"])
def test_what_the_company_answers_is_as_large_as_all_else_and_no_word_of_a_button_is_broken(
    page: Page,  # noqa: F811
    world: World,  # noqa: F811
    language: str,
) -> None:
    one, clave, number = _complains(world, language)
    world.officer().answers(number, "Arreglamos la tubería rota.", "Cambiar la tubería")
    one.sends(f"{KIOSK}/case", clave=clave)
    shows(page, one, "kiosk-proposed")

    page.set_viewport_size({"width": 1080, "height": 1920})

    assert page.eval_on_selector(".office .msg", SIZE) >= page.eval_on_selector("body", SIZE)
    assert page.evaluate(BROKEN) == []
    assert page.evaluate("document.documentElement.scrollHeight") <= 1920, "the way out is in sight"
    one.sends(f"{KIOSK}/case/see", token=TOKEN.findall(one.page)[0], part="menu")
    shows(page, one, "kiosk-proposed-more")
    assert re.findall(r'<button[^>]*name="part" value="(\w+)"', one.page) == [
        "steps", "messages", "who", "more", "now"
    ]  # fmt: skip


def test_the_slip_of_the_browser_has_no_empty_box_of_a_switch(page: Page, world: World) -> None:  # noqa: F811
    one, _, _ = _complains(world, "es")
    one.sends(KIOSK, go="send", text="El canal está seco", theme="water", nonce="0" * 32)
    shows(page, one, "kiosk-receipt")

    page.emulate_media(media="print")

    assert page.is_visible(".clave")
    assert not page.is_visible("#larger")


@pytest.mark.parametrize("language", ["es", "qu", "ay"])
def test_each_screen_of_a_case_that_ended_stands_whole_with_its_way_out(
    page: Page,  # noqa: F811
    world: World,  # noqa: F811
    language: str,
) -> None:
    one, clave, number = _complains(world, language)
    goes_on_by_page(one, world, world.officer(), number, clave=clave, follow=f"{KIOSK}/case", judges=False)
    one.sends(f"{KIOSK}/case", clave=clave)
    token = TOKEN.findall(one.page)[0]
    parts = re.findall(r'<button[^>]*name="part" value="(\w+)"', one.page)
    tall = {}

    for part in ("now", *parts, "messages.1", "messages.2"):
        one.sends(f"{KIOSK}/case/see", token=token, part=part)
        shows(page, one, f"kiosk-case-{part}")
        page.set_viewport_size({"width": 1080, "height": 1920})
        looks_right(page, f"kiosk-case-{part}-{language}")
        tall[part] = page.evaluate("document.documentElement.scrollHeight")
        assert page.is_visible("footer .wipe")
        if part == "now":
            page.click("summary")
            looks_right(page, f"kiosk-case-adding-{language}")

    assert parts == ["opinion", "steps", "messages", "who", "more"]
    assert {part: pixels for part, pixels in tall.items() if pixels > 1920} == {}
