"""A form in a real browser whose answer is lost on the way: the person holds only the page they wrote on."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route

from channels import wiring
from channels.simulation import demo
from tests.deployment import Running, free_port
from tests.screens.test_tour import CHROMIUM, Site, browser, looks_right, send  # noqa: F401  pytest finds the fixture here

CLAVE = re.compile(r"\b\d{4} \d{4} \d{4} \d{4}\b")
DUST = "Hay mucho polvo en la escuela"
pytestmark = [
    pytest.mark.chromium,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Debian's chromium is not installed"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    home = tmp_path_factory.mktemp("lost")
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    env = {"GRIEVANCE_DEMO": "1", "GRIEVANCE_HOME": str(home), "GRIEVANCE_BASE_URL": url}
    demo.install_only(wiring.settings_of(env))
    starter = Running(None, home / "logs")  # type: ignore[arg-type]
    process = starter.start("serve", "--port", str(port), url=url, **env).wait_ready()
    try:
        yield Site(url=process.url, month="", home=home)
    finally:
        process.stop()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:  # noqa: F811  the fixture of the tour
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="es-PE")
    yield context.new_page()
    context.close()


def _cases(home: Path) -> int:
    with closing(sqlite3.connect(home / "grievance.db")) as conn:
        return int(conn.execute("SELECT count(*) FROM cases").fetchone()[0])


def _writes(page: Page, site: Site, text: str) -> None:
    page.goto(f"{site.url}/complain?lang=es")
    page.fill("textarea[name=text]", text)


def _sends_and_hears_nothing(page: Page) -> None:
    """The server takes the complaint; the line breaks before its answer."""

    def lose(route: Route) -> None:
        if route.request.method == "POST":
            assert route.fetch().status == 200
        route.abort("internetdisconnected")

    page.route("**/complain*", lose)
    page.click("main button[type=submit]")
    page.wait_for_url("chrome-error://**")
    page.unroute("**/complain*")


def test_sent_again_after_the_line_broke_it_is_one_case_with_number_and_clave(page: Page, site: Site) -> None:
    before = _cases(site.home)
    _writes(page, site, DUST)
    _sends_and_hears_nothing(page)

    page.reload()
    clave = CLAVE.findall(page.inner_text("main"))[0]
    looks_right(page, "receipt-again")
    page.goto(f"{site.url}/follow?lang=es")
    page.fill("input[name=clave]", clave)
    send(page)

    assert _cases(site.home) == before + 1
    assert DUST in page.inner_text("main")


def test_who_comes_after_somebody_and_goes_back_reads_no_clave(page: Page, site: Site) -> None:
    _writes(page, site, DUST)
    send(page)
    clave = CLAVE.findall(page.inner_text("main"))[0]
    page.wait_for_load_state("networkidle")

    page.reload()

    assert clave not in page.content()
    assert "ya llegó antes" in page.inner_text("main")
    page.go_back()
    assert page.input_value("textarea[name=text]") == ""
