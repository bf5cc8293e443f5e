"""A walk through every room in a real browser, at the width of a cheap phone and of an office screen."""

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyotp
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from channels import wiring
from channels.simulation import demo
from channels.simulation.traffic import Volume
from channels.web.public.registers import OWN_PAGES
from channels.web.public.registerviews import GROUPS
from tests.deployment import Process, Running, free_port

CHROMIUM = Path("/usr/bin/chromium")
ARGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-quic",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
WIDTHS = (360, 1280)
IN_LARGE = (
    "/", "/listen", "/complain", "/follow", "/promises", "/procedure", "/registers", "/commitments", "/dialogues",
    "/evidence", "/findings", "/requests", "/requests/ask", "/reports", "/nowhere",
)  # fmt: skip
HEIGHT = 740
PICTURES = os.environ.get("PICTURES", "")
"""A folder into which every page seen is painted, for people to look at; painting them takes as long as the looking."""
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
pytestmark = [
    pytest.mark.chromium,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Debian's chromium is not installed"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


@dataclass(frozen=True)
class Site:
    """A served demo: where it is, and the month it published last."""

    url: str
    month: str
    home: Path


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    home = tmp_path_factory.mktemp("demo")
    port = free_port()
    env = {
        "GRIEVANCE_DEMO": "1", "GRIEVANCE_HOME": str(home), "GRIEVANCE_BASE_URL": f"http://127.0.0.1:{port}",
    }  # fmt: skip
    made = demo.build(wiring.settings_of(env), months=2, seed=1, volume=Volume(large=(6, 8), small=(2, 3)))
    starter = Running(None, home / "logs")  # type: ignore[arg-type]
    process: Process = starter.start(
        "serve", "--port", str(port), url=f"http://127.0.0.1:{port}", **env
    ).wait_ready()
    try:
        yield Site(url=process.url, month=made.published[-1], home=home)
    finally:
        process.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as play:
        started = play.chromium.launch(executable_path=str(CHROMIUM), args=ARGS)
        yield started
        started.close()


@pytest.fixture(params=WIDTHS)
def page(request: pytest.FixtureRequest, browser: Browser, site: Site) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": request.param, "height": HEIGHT}, java_script_enabled=True, locale="es-PE"
    )
    opened = context.new_page()
    opened.goto(site.url + "/healthz")
    yield opened
    context.close()


def looks_right(page: Page, name: str) -> None:
    """No violation of WCAG 2.2 AA, nothing to scroll sideways, nothing from anybody else; where asked, a picture."""
    # A click returns as soon as the next page begins to come: without this, half of it is looked at on a slow machine.
    page.wait_for_load_state("load")
    width = page.viewport_size["width"] if page.viewport_size else 0
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"{name}-{width}.png"), full_page=True)
    if not page.evaluate("'axe' in window"):  # the same page at another width has it still
        page.evaluate(Axe().axe_script)
    found: list[dict[str, Any]] = page.evaluate(
        "async rules => (await axe.run(document, rules)).violations", RULES
    )

    broken = [f"{v['id']}: {v['nodes'][0]['html'][:120]}" for v in found]
    assert broken == [], f"{name} at {width}"
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1"), (
        f"{name} scrolls sideways at {width}"
    )
    assert not re.search(r'(?:src|href)="(?:https?:)?//', page.content()), (
        f"{name} loads something from elsewhere"
    )


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/complain",
        "/follow",
        "/promises",
        "/procedure",
        "/registers",
        "/commitments",
        "/dialogues",
        "/evidence",
        "/findings",
        "/surveys",
        "/requests",
        "/requests?q=xyzzy",
        "/requests/ask",
        "/reports",
        "/reports/definitions",
        "/reports/check",
        "/kiosk/kiosk-qorimayu",
        "/kiosk/kiosk-qorimayu?at=about",
        "/kiosk/kiosk-qorimayu/case",
        "/phone",
        "/desk/login",
        "/review/login",
        "/radio/login",
        "/nowhere",
    ],
)
@pytest.mark.parametrize("page", WIDTHS[:1], indirect=True)
def test_everybodys_pages_can_be_read_by_everybody(page: Page, site: Site, path: str) -> None:
    page.goto(site.url + path)

    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        looks_right(page, re.sub(r"\W+", "-", path).strip("-") or "home")


@pytest.mark.parametrize("register", [key for _, keys in GROUPS for key in keys if key not in OWN_PAGES])
@pytest.mark.parametrize("page", WIDTHS[:1], indirect=True)
def test_every_register_can_be_read_by_everybody(page: Page, site: Site, register: str) -> None:
    answer = page.goto(f"{site.url}/registers/{register}")

    assert answer is not None
    assert answer.status == 200
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        looks_right(page, f"registers-{register}")


def test_a_page_that_not_everybody_can_read_is_found(browser: Browser) -> None:
    page = browser.new_page(viewport={"width": WIDTHS[0], "height": HEIGHT})
    page.set_content("<html lang='es'><title>Mapa</title><main><h1>Mapa</h1><img src='data:,'></main></html>")

    with pytest.raises(AssertionError, match="image-alt"):
        looks_right(page, "unreadable")

    page.close()


def test_in_letters_twice_as_large_on_a_narrow_phone_nobody_scrolls_sideways(
    browser: Browser, site: Site
) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 740}, locale="es-PE")
    page, wide = context.new_page(), []
    for path in (*IN_LARGE, f"/reports/{site.month}"):
        page.goto(f"{site.url}{path}?lang=qu")
        for letters in ("100%", "200%"):
            page.evaluate("size => document.documentElement.style.setProperty('font-size', size)", letters)
            if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
                wide.append((path, letters))
    context.close()

    assert wide == []


def test_a_menu_and_a_call_can_be_played_on_a_simulated_phone(page: Page, site: Site) -> None:
    page.goto(site.url + "/phone")
    page.locator("form[action='/phone/menu'] button").first.click()
    looks_right(page, "phone-menu")
    page.locator("form[action='/phone/call'] button").first.click()
    looks_right(page, "phone-call")


def test_a_request_and_its_answer_can_be_read_by_everybody(page: Page, site: Site) -> None:
    page.goto(site.url + "/requests?state=answered")
    page.locator("li.card h3 a").last.click()

    looks_right(page, "request")


def test_an_officer_looks_what_becomes_public_of_a_request(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/requests/ask")
    page.fill("textarea[name=text]", "¿Cuánta agua saca la mina del río en un mes?")
    page.select_option("select[name=site]", "qorimayu")
    send(page)
    sign_in(page, site, "desk", "rosa" if page.viewport_size["width"] < 700 else "julio")  # type: ignore[index]
    page.goto(f"{site.url}/desk?view=requests")
    page.locator(".rows button").first.click()
    looks_right(page, "desk-case-of-a-request")
    page.goto(page.url.replace("/cases/", "/requests/").partition("?")[0])

    looks_right(page, "desk-request")


def test_the_month_can_be_read_by_everybody(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/reports/{site.month}")

    looks_right(page, "report")


def test_a_person_complains_and_follows_their_case_without_a_script(browser: Browser, site: Site) -> None:
    context = browser.new_context(
        viewport={"width": 360, "height": 740}, java_script_enabled=False, locale="es-PE"
    )
    page = context.new_page()
    page.goto(site.url + "/complain")
    page.fill("textarea[name=text]", "El polvo entra a la escuela desde hace dos semanas")
    send(page)
    clave = re.findall(r"\d{4}", page.locator(".panel").first.inner_text())
    page.goto(site.url + "/follow")
    page.fill("input[name=clave]", " ".join(clave))
    send(page)

    assert "El polvo entra a la escuela" in page.content()
    assert context.cookies() == []
    context.close()


def test_the_receipt_and_the_case_can_be_read_by_everybody(page: Page, site: Site) -> None:
    page.goto(site.url + "/complain")
    page.fill("textarea[name=text]", "El agua del canal sale turbia")
    send(page)
    looks_right(page, "receipt")
    clave = re.findall(r"\d{4}", page.locator(".panel").first.inner_text())
    page.goto(site.url + "/follow")
    page.fill("input[name=clave]", " ".join(clave))
    send(page)

    looks_right(page, "follow-case")


def test_an_officer_works_at_the_desk(page: Page, site: Site) -> None:
    sign_in(page, site, "desk", "rosa")

    looks_right(page, "desk")
    page.locator(".rows button").first.click()
    looks_right(page, "desk-case")


def test_an_officer_writes_in_a_register(page: Page, site: Site) -> None:
    sign_in(page, site, "desk", "julio")
    page.goto(f"{site.url}/desk/registers/dialogue")

    looks_right(page, "desk-register")
    page.locator("section.act button").click()
    looks_right(page, "desk-register-refused")
    page.goto(f"{site.url}/desk/findings")
    looks_right(page, "desk-findings")


def test_a_danger_is_passed_on_and_stands_at_the_desk(page: Page, site: Site) -> None:
    sign_in(page, site, "review", "focal")
    page.goto(f"{site.url}/review/hazards")
    looks_right(page, "review-hazards")
    page.locator("section.act button").click()
    looks_right(page, "review-hazards-refused")
    page.select_option("select[name=kind]", "dam")
    page.select_option("select[name=place]", "illapa/umaphuju")
    page.check("input[name=urgency][value=life]")
    page.fill("input[name=text]", "Hay una grieta en el dique, encima del canal")
    with page.expect_navigation(wait_until="load"):
        page.locator("section.act button").click()
    sign_in(page, site, "desk", "edwin")
    page.goto(f"{site.url}/desk")

    looks_right(page, "desk-with-a-danger")
    page.goto(f"{site.url}/desk/hazards")
    page.locator("main a.csv").first.click()
    looks_right(page, "desk-hazard")


def test_a_reviewer_reads_the_registers(page: Page, site: Site) -> None:
    sign_in(page, site, "review", "reviewer-2")
    page.goto(f"{site.url}/review/registers/action")

    looks_right(page, "review-register")


def test_a_reviewer_works_in_the_review_room(page: Page, site: Site) -> None:
    sign_in(page, site, "review", "reviewer-1")

    looks_right(page, "review")
    page.goto(f"{site.url}/review/clocks")
    looks_right(page, "review-clocks")
    page.goto(f"{site.url}/review/findings")
    looks_right(page, "review-findings")
    page.goto(f"{site.url}/review/orders")
    looks_right(page, "review-orders")
    page.goto(f"{site.url}/review/recordings")
    looks_right(page, "review-recordings")
    page.goto(f"{site.url}/review/sample")
    looks_right(page, "review-sample")
    page.goto(f"{site.url}/review/surveys")
    looks_right(page, "review-surveys")
    page.goto(f"{site.url}/review/comments")
    looks_right(page, "review-comments")
    page.goto(f"{site.url}/review")
    page.locator(".rows button").first.click()
    looks_right(page, "review-case")


IN_SIGHT = """() => { const at = document.querySelector('#queue p').getBoundingClientRect();
    return at.top >= 0 && at.bottom <= innerHeight; }"""


@pytest.fixture(scope="module")
def signed_in(browser: Browser, site: Site) -> Any:
    """Sign an operator of a station in once: a code is good once, and there are many pages to look at."""
    context = browser.new_context(locale="es-PE")
    sign_in(context.new_page(), site, "radio", "wayra")
    cookies = context.cookies()
    context.close()
    return cookies


@pytest.fixture
def station(page: Page, site: Site, signed_in: Any) -> Page:
    page.context.add_cookies(signed_in)
    page.goto(f"{site.url}/radio")
    return page


def test_an_operator_takes_somebody_down_with_the_keyboard_alone(station: Page) -> None:
    looks_right(station, "radio")
    station.focus("#theme")
    for keys in ("Space", "Tab", "Huaylluray", "Tab", "El agua sale turbia"):
        press_or_type(station, keys)
    while station.evaluate("document.activeElement.name") != "read_back":
        station.keyboard.press("Tab")
    station.keyboard.press("Space")
    station.keyboard.press("F2")
    station.wait_for_selector("#queue .digits")

    looks_right(station, "radio-sent")
    assert re.search(r"\d{4}-\d{4}", station.inner_text("#queue"))


def press_or_type(page: Page, keys: str) -> None:
    if keys in ("Tab", "Space"):
        page.keyboard.press(keys)
    else:
        page.keyboard.type(keys)


def test_what_an_operator_takes_down_without_a_line_is_one_case_when_it_comes_back(station: Page) -> None:
    station.context.set_offline(True)
    station.fill("textarea[name=text]", "El polvo entra a la escuela")
    station.check("input[name=read_back]")
    station.keyboard.press("F2")
    station.wait_for_selector("#queue button")
    looks_right(station, "radio-waiting")
    station.context.set_offline(False)
    station.wait_for_selector("#queue .digits")

    assert station.locator("#queue .digits").count() == 1
    assert station.locator("#queue button").count() == 0
    assert station.evaluate("localStorage.length + sessionStorage.length") == 0


def takes_down(station: Page, text: str, **typed: str) -> None:
    station.fill("textarea[name=text]", text)
    station.check("input[name=read_back]")
    for name, value in typed.items():
        station.evaluate("document.querySelectorAll('#relay details').forEach(d => { d.open = true; })")
        station.fill(f"#{name}", value)


def test_what_is_refused_comes_back_into_the_form_with_its_reason_and_is_mended_under_the_same_name(
    station: Page,
) -> None:
    sent: list[str] = []
    station.on(
        "request", lambda asked: sent.append(asked.post_data or "") if asked.method == "POST" else None
    )
    takes_down(station, "El polvo entra a la escuela", place="Huaylluray", slip="4107 3293")
    name = station.input_value("#relay input[name=id]")
    station.keyboard.press("F2")
    station.wait_for_selector("#relay .err:has-text('papelito')")

    looks_right(station, "radio-refused")
    assert station.evaluate("document.activeElement.name") == "slip"
    assert station.input_value("textarea[name=text]") == "El polvo entra a la escuela"
    assert station.input_value("#place") == "Huaylluray"
    assert station.is_checked("input[name=read_back]")
    assert station.input_value("#relay input[name=id]") == name
    station.evaluate("dispatchEvent(new Event('online'))")
    assert len(sent) == 1, "what was refused is not sent again as it was"
    station.fill("#slip", "")
    station.keyboard.press("F2")
    station.wait_for_selector("#queue .digits")

    assert len(sent) == 2
    assert name in sent[1]
    assert station.locator("#relay .err").count() == 0
    assert station.input_value("textarea[name=text]") == ""


def test_what_is_refused_while_the_next_is_taken_down_waits_beside_it_and_neither_is_lost(
    station: Page,
) -> None:
    held: list[Any] = []
    station.route(
        "**/radio", lambda route: held.append(route) if route.request.method == "POST" else route.continue_()
    )
    takes_down(station, "Hace mucho que no baja agua", said_on="2020-01-01")
    station.keyboard.press("F2")
    takes_down(station, "El polvo entra a la escuela")
    station.wait_for_function("document.querySelector('#queue button')")
    held[0].continue_()
    station.unroute("**/radio")
    station.wait_for_selector("#queue button:has-text('Retomarlo')")
    looks_right(station, "radio-refused-beside")
    assert station.input_value("textarea[name=text]") == "El polvo entra a la escuela"

    station.click("#queue button")
    assert station.input_value("textarea[name=text]") == "Hace mucho que no baja agua"
    assert station.input_value("#said_on") == "2020-01-01"
    assert "30 días" in station.inner_text("#relay .err")
    station.click("#queue button")

    assert station.input_value("textarea[name=text]") == "El polvo entra a la escuela"
    assert station.locator("#relay .err").count() == 0
    assert "Hace mucho" in station.inner_text("#queue")


def test_an_operator_who_forgot_the_words_or_to_read_them_back_is_told_so(station: Page) -> None:
    station.click("#relay button[type=submit]")
    assert "Bastan pocas palabras" in station.inner_text("#queue .err")
    assert station.evaluate(IN_SIGHT)
    station.fill("textarea[name=text]", "El polvo entra a la posta")
    station.click("#relay button[type=submit]")
    assert "vuelta" in station.inner_text("#queue .err")
    station.check("input[name=read_back]")
    station.keyboard.press("F2")
    station.wait_for_selector("#queue .digits")

    assert station.locator("#queue .err").count() == 0


def test_an_operator_is_told_to_stop_at_a_danger_without_another_page(station: Page) -> None:
    station.fill("textarea[name=text]", "Me amenazaron de muerte por hablar de la mina")
    station.check("input[name=read_back]")
    station.keyboard.press("F2")
    station.wait_for_selector("#queue .digits")

    told = station.inner_text("#queue")
    assert station.evaluate(IN_SIGHT)
    assert "Lo que se contó no se repite al aire." in told
    assert "Nunca se lee al aire." in told
    assert "lista de la semana" not in told


def test_the_rooms_of_a_station_can_be_read_by_everybody(station: Page, site: Site) -> None:
    for path in ("list", "bulletin", "log", "import"):
        station.goto(f"{site.url}/radio/{path}")
        looks_right(station, f"radio-{path}")
    station.goto(f"{site.url}/radio")
    station.locator("form[action='/radio/check'] input[name=number]").fill("4107-3294")
    station.locator("form[action='/radio/check'] button").click()
    station.wait_for_selector("#heard p:has-text('4107-3293')")
    looks_right(station, "radio-check")
    station.fill("textarea[name=text]", "El polvo entra a la escuela")
    station.check("input[name=read_back]")
    station.click("summary:has-text('papelito')")
    station.check("input[name=here]")
    station.locator("#relay button[type=submit]").click()

    looks_right(station, "radio-taken")
    assert not station.locator(".paper").is_visible()
    station.emulate_media(media="print")
    assert station.locator(".paper .key").is_visible()


def send(page: Page) -> None:
    """Send the form of a page, and wait until its answer is whole."""
    with page.expect_navigation(wait_until="load"):
        page.click("main button[type=submit], main button:not([type])")


def sign_in(page: Page, site: Site, face: str, login: str) -> None:
    """Sign in by the form, with the made-up second factor; a code is good once, so wait for the next if it was used."""
    logins = {
        one["login"]: one
        for one in json.loads((site.home / "demo.json").read_text(encoding="utf-8"))["logins"]
    }
    who = logins[login]
    for back in (0, 30, -30):
        page.goto(f"{site.url}/{face}/login")
        page.fill("input[name=name]", login)
        page.fill("input[name=password]", who["password"])
        if face == "review":
            page.fill("input[name=passphrase]", who["passphrase"])
        page.fill(
            "input[name=code]", pyotp.TOTP(who["secret"]).at(wiring.clock.now() + timedelta(seconds=back))
        )
        send(page)
        if not page.url.endswith("/login"):
            return
    raise AssertionError(f"{login} could not sign in: {page.inner_text('main')[:300]}")
