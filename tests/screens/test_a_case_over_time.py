"""The page of a case as its weeks pass, in a real browser: answered late, open to a yes, closed and asked about."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route

from tests.deployment import Keys, keys  # noqa: F401  pytest finds the fixture here
from tests.journeys.actors import CASE_NUMBER, TOKEN, World, a_world
from tests.journeys.actors import _words as words_of
from tests.journeys.endings import goes_on_by_page
from tests.journeys.test_at_the_kiosk import STORY, Somebody
from tests.screens.test_tour import CHROMIUM, HEIGHT, WIDTHS, browser, looks_right  # noqa: F401  the same

LANGUAGES = ("es", "qu", "ay")
FRONT = "https://quejas.example"
pytestmark = [
    pytest.mark.chromium,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Debian's chromium is not installed"),
]


@pytest.fixture
def world(tmp_path: Path, sqlite_template: Path, keys: Keys) -> Iterator[World]:  # noqa: F811
    """Found a deployment whose clock is ours: weeks pass in it in no time."""
    file = tmp_path / "grievance.db"
    shutil.copyfile(sqlite_template, file)
    with a_world(tmp_path, f"sqlite:///{file}", keys) as founded:
        yield founded


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:  # noqa: F811
    context = browser.new_context(viewport={"width": WIDTHS[0], "height": HEIGHT}, locale="es-PE")
    yield context.new_page()
    context.close()


def shows(page: Page, one: Somebody, name: str) -> None:
    """Show the page somebody got last, with everything it asks for from the same server, at both widths."""
    answer = one.answers[-1]

    def serve(route: Route) -> None:
        path = route.request.url.removeprefix(FRONT)
        got = answer if path == "/case" else one.browser.get(path, buffered=True)
        route.fulfill(status=got.status_code, headers=dict(got.headers.items()), body=got.data)

    page.route(f"{FRONT}/**", serve)
    page.goto(f"{FRONT}/case")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        looks_right(page, f"{name}-{one.language}")
    page.unroute(f"{FRONT}/**")


def _complains(world: World, language: str) -> tuple[Somebody, str, str]:
    one = Somebody(world.anybody(), language)
    one.sends("/complain", theme="water", text=STORY[language], site="qorimayu")
    return one, one.clave, CASE_NUMBER.findall(words_of(one.page))[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_case_that_is_answered_late_can_be_read_by_everybody(
    page: Page, world: World, language: str
) -> None:
    one, clave, _ = _complains(world, language)
    shows(page, one, "receipt")
    world.pass_time(hours=24 * 6)  # two days late; after six an independent reviewer takes it

    one.sends("/follow", clave=clave)

    assert 'class="inset late"' in one.page
    shows(page, one, "follow-late")


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_answer_that_waits_can_be_read_by_everybody(page: Page, world: World, language: str) -> None:
    one, clave, number = _complains(world, language)
    world.officer().answers(number, "Arreglamos la tubería rota.", "Cambiar la tubería")
    world.pass_time(minutes=5)
    one.sends("/follow", clave=clave)
    one.sends("/follow/accept", token=TOKEN.findall(one.page)[0])
    shows(page, one, "follow-accepted")

    one.sends("/follow", clave=clave)

    assert 'action="/follow/accept"' not in one.page
    shows(page, one, "follow-waits")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_case_that_is_closed_and_its_questions_can_be_read_by_everybody(
    page: Page, world: World, language: str
) -> None:
    one, clave, number = _complains(world, language)
    goes_on_by_page(one, world, world.officer(), number, clave=clave, follow="/follow")
    proposed, closed = _with(one, "/follow/accept"), _with(one, "/follow/verdict")

    for name, answer in (("proposed", proposed), ("closed", closed)):
        one.answers.append(answer)
        shows(page, one, f"follow-{name}")

    radios = re.findall(r'<input[^>]*type="radio"[^>]*name="(outcome|process|heard_of|sex|age)"', closed.text)
    assert len(set(radios)) == 5


def _with(one: Somebody, action: str) -> object:
    """Find the first page that offered something."""
    return next(answer for answer in one.answers if f'action="{action}"' in answer.text)


@pytest.mark.parametrize("language", LANGUAGES[1:])
@pytest.mark.parametrize(
    "path", ["/", "/listen", "/complain", "/follow", "/requests", "/requests/ask", "/promises", "/procedure",
             "/kiosk/kiosk-qorimayu?at=home", "/kiosk/kiosk-qorimayu?at=about", "/kiosk/kiosk-qorimayu/case"]
)  # fmt: skip
def test_the_pages_of_residents_can_be_read_in_their_own_language(
    page: Page, world: World, path: str, language: str
) -> None:
    one = Somebody(world.anybody(), language)
    one.goes(path)

    assert f'<html lang="{language}"' in one.page
    shows(page, one, re.sub(r"\W+", "-", path).strip("-") or "home")
