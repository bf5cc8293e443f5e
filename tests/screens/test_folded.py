"""Long pages are folded on a narrow phone, open in print, and what a link points at opens by itself."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.screens.test_a_lost_answer import site  # noqa: F401  pytest finds the fixture here
from tests.screens.test_tour import CHROMIUM, HEIGHT, WIDTHS, Site, browser, looks_right  # noqa: F401  the same

TALL = "document.documentElement.scrollHeight"
pytestmark = [
    pytest.mark.chromium,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Debian's chromium is not installed"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:  # noqa: F811
    context = browser.new_context(viewport={"width": WIDTHS[0], "height": HEIGHT}, locale="es-PE")
    yield context.new_page()
    context.close()


@pytest.mark.parametrize(
    ("path", "folds", "screens"),
    [
        ("/registers", "details.fold", 2),
        ("/evidence", "details.fold", 11),
        ("/reports/definitions", "details.part", 6),
    ],
)
def test_a_long_page_is_folded_on_a_phone_and_whole_on_paper(
    page: Page,
    site: Site,  # noqa: F811
    path: str,
    folds: str,
    screens: int,
) -> None:
    page.goto(f"{site.url}{path}?lang=es")
    folded = page.evaluate(TALL)
    looks_right(page, f"folded{path.replace('/', '-')}")
    page.set_viewport_size({"width": WIDTHS[1], "height": HEIGHT})
    looks_right(page, f"folded{path.replace('/', '-')}")
    widths = page.locator(folds).evaluate_all("all => all.map(one => one.getBoundingClientRect().width)")
    assert min(widths) > WIDTHS[1] / 2
    page.set_viewport_size({"width": WIDTHS[0], "height": HEIGHT})
    hidden = page.locator(f"{folds}:not([open]) > :not(summary)").first
    assert not hidden.is_visible()

    page.emulate_media(media="print")

    assert folded <= screens * HEIGHT
    assert hidden.is_visible()
    assert (hidden.bounding_box() or {"height": 0})["height"] > 0
    assert page.evaluate(TALL) > folded


def test_what_a_link_points_at_is_opened(page: Page, site: Site) -> None:  # noqa: F811
    page.goto(f"{site.url}/evidence?lang=es")
    names = page.locator("li.score").evaluate_all("all => all.map(one => one.id)")

    page.goto(f"{site.url}/evidence?lang=es#{names[-1]}")

    assert page.locator(f"#{names[-1]} summary").is_visible()
    page.locator(f"#{names[-1]} summary").click()
    assert len(names) == 24
