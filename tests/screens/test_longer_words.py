"""The pages of residents on the smallest telephone, in a language whose words are two fifths longer."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from channels import wiring
from channels.simulation import demo
from tests.deployment import Running, free_port
from tests.screens.test_tour import CHROMIUM, Site, browser, looks_right, send  # noqa: F401  pytest finds the fixture here
from translations.pseudo import PSEUDO

EXAMPLE = Path(__file__).parents[2] / "grievance" / "example_mechanism.toml"
pytestmark = [
    pytest.mark.chromium,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Debian's chromium is not installed"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    home = tmp_path_factory.mktemp("longer")
    own = home / "mechanism.toml"
    own.write_text(
        EXAMPLE.read_text(encoding="utf-8").replace(
            'languages = ["es", "qu", "ay", "en"]',
            f'languages = ["es", "qu", "ay", "en", "{PSEUDO}"]',
            1,
        ),
        encoding="utf-8",
    )
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    env = {
        "GRIEVANCE_DEMO": "1", "GRIEVANCE_HOME": str(home), "GRIEVANCE_BASE_URL": url,
        "GRIEVANCE_MECHANISM": str(own),
    }  # fmt: skip
    demo.install_only(wiring.settings_of(env))
    starter = Running(None, home / "logs")  # type: ignore[arg-type]
    process = starter.start("serve", "--port", str(port), url=url, **env).wait_ready()
    try:
        yield Site(url=process.url, month="", home=home)
    finally:
        process.stop()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:  # noqa: F811
    context = browser.new_context(viewport={"width": 320, "height": 640})
    yield context.new_page()
    context.close()


PATHS = ("/", "/complain", "/follow", "/promises", "/procedure", "/requests/ask", "/nowhere")
ALSO = ("/requests", "/surveys", "/reports", "/reports/definitions", "/registers", "/evidence")


@pytest.mark.parametrize("path", PATHS)
def test_longer_words_fit_the_smallest_telephone(page: Page, site: Site, path: str) -> None:
    page.goto(f"{site.url}{path}?lang={PSEUDO}")

    assert page.get_attribute("html", "lang") == PSEUDO
    looks_right(page, f"longer-{re.sub(r'[^a-z]+', '-', path).strip('-') or 'home'}")


def test_a_complaint_in_longer_words_fits_the_smallest_telephone(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/complain?lang={PSEUDO}")
    page.fill("textarea[name=text]", "El agua del canal sale turbia")
    send(page)
    looks_right(page, "longer-receipt")
    clave = re.findall(r"\d{4}", page.locator(".panel").first.inner_text())
    page.goto(f"{site.url}/follow?lang={PSEUDO}")
    page.fill("input[name=clave]", " ".join(clave))
    send(page)

    looks_right(page, "longer-follow-case")
    assert "El agua del canal" in page.content()


@pytest.mark.parametrize("language", ["qu", "ay"])
def test_the_drafts_fit_the_smallest_telephone(page: Page, site: Site, language: str) -> None:
    wide = []
    for path in PATHS + ALSO:
        page.goto(f"{site.url}{path}?lang={language}")
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth + 1"):
            wide.append(path)

    assert page.get_attribute("html", "lang") == language
    assert wide == []
