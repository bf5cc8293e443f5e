"""What a resident's page costs on the wire, with its stylesheet, as a browser gets it from a first visit."""

import gzip
import re
import zlib
from pathlib import Path
from typing import Any

import pytest

from channels.web.kiosk import api as kioskapi
from channels.web.pages.compression import EVEN, packed_evenly
from tests.deployment import Keys, keys  # noqa: F401  pytest finds the fixture here
from tests.journeys.actors import CLAVE, TOKEN, a_world

BUDGET = 14 * 1024
GZIP = {"Accept-Encoding": "gzip"}
KIOSK = "/kiosk/kiosk-qorimayu"
AT_A_KIOSK = (KIOSK, f"{KIOSK}?at=home", f"{KIOSK}?at=about", f"{KIOSK}/case", f"{KIOSK}/shell")
ORDINARY, IN_DANGER, VIOLATED = (
    "El agua sale turbia desde el lunes.",
    "El ingeniero dijo que me va a matar si hablo con ustedes.",
    "Mi jefe me viola.",
)
PAGES = ("/", "/listen", "/complain", "/follow", "/promises", "/requests/ask", *AT_A_KIOSK)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path, keys: Keys) -> Any:  # noqa: F811
    home = tmp_path_factory.mktemp("wire")
    (home / "grievance.db").write_bytes(sqlite_template.read_bytes())
    with a_world(home, f"sqlite:///{home / 'grievance.db'}", keys) as world:
        yield world.anybody()


def on_the_wire(browser: Any, answer: Any) -> int:
    """Sum the bytes of a page and of everything it asks for."""
    assert answer.headers["Content-Encoding"] == "gzip"
    page = gzip.decompress(answer.data).decode()
    asked = set(re.findall(r'(?:href|src)="(/(?:static|kiosk)/[^"]+\.(?:css|js|svg))"', page))
    return len(answer.data) + sum(len(browser.get(path, headers=GZIP, buffered=True).data) for path in asked)


@pytest.mark.parametrize("language", ["es", "qu", "ay"])
@pytest.mark.parametrize("path", PAGES)
def test_a_residents_page_comes_in_the_first_fourteen_kilobytes(
    browser: Any, path: str, language: str
) -> None:
    answer = browser.get(f"{path}{'&' if '?' in path else '?'}lang={language}", headers=GZIP)

    assert on_the_wire(browser, answer) <= BUDGET


def test_receipt_and_case_come_in_fourteen_kilobytes_too(browser: Any) -> None:
    form = {"text": "El agua sale turbia. " * 40, "site": "qorimayu", "lang": "es"}
    receipt = browser.post("/complain", data=form, headers=GZIP)
    words = re.sub(r"<[^>]+>", " ", gzip.decompress(receipt.data).decode())
    clave = CLAVE.findall(" ".join(words.split()))[0]
    case = browser.post("/follow", data={"clave": clave, "lang": "es"}, headers=GZIP)

    assert TOKEN.findall(gzip.decompress(case.data).decode())
    assert on_the_wire(browser, receipt) <= BUDGET
    assert on_the_wire(browser, case) <= BUDGET


def test_at_a_kiosk_every_question_receipt_and_case_come_in_fourteen_kilobytes_too(browser: Any) -> None:
    said = {"text": "El agua sale turbia. " * 40, "theme": "water", "lang": "ay"}
    asked = [browser.post(KIOSK, data=said | {"go": go}, headers=GZIP) for go in ("words", "where")]
    receipt = browser.post(KIOSK, data=said | {"go": "send"}, headers=GZIP)
    words = re.sub(r"<[^>]+>", " ", gzip.decompress(receipt.data).decode())
    clave = CLAVE.findall(" ".join(words.split()))[0]
    case = browser.post(f"{KIOSK}/case", data={"clave": clave, "lang": "ay"}, headers=GZIP)

    assert TOKEN.findall(gzip.decompress(case.data).decode())
    assert max(on_the_wire(browser, one) for one in (*asked, receipt, case)) <= BUDGET


def test_the_stylesheet_of_a_kiosk_lacks_no_word_that_its_pages_use(browser: Any) -> None:
    left_out = re.findall(r"/\* \[.*?/\* \] \*/", (kioskapi.STATIC / "public.css").read_text(), re.DOTALL)
    form = {"text": "El agua sale turbia", "go": "send"}
    pages = [browser.get(path).text for path in AT_A_KIOSK] + [browser.post(KIOSK, data=form).text]
    used = {
        name for page in pages for names in re.findall(r'class="([^"]*)"', page) for name in names.split()
    }

    assert len(left_out) > 1
    rules = re.sub(r"/\*.*?\*/|\{[^{}]*\}|@media[^{]*\{|\}", ",", "".join(left_out), flags=re.DOTALL)
    selectors = [{*re.findall(r"\.([a-z][\w-]*)", one)} for one in rules.split(",") if "tr." not in one]
    assert [one for one in selectors if one and one <= used] == [{"key"}], (
        "a kiosk says all of its keys itself"
    )
    assert not any("<table" in page for page in pages)
    assert ".score.ok" not in kioskapi.stylesheet()
    assert ".clave" in kioskapi.stylesheet()


def test_whoever_does_not_take_gzip_gets_the_page_as_it_is(browser: Any) -> None:
    answer = browser.get("/complain")

    assert "Content-Encoding" not in answer.headers
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert "<h1>" in answer.text


def test_a_page_of_staff_is_not_compressed(browser: Any) -> None:
    answer = browser.get("/desk/login", headers=GZIP)

    assert answer.status_code == 200
    assert "Content-Encoding" not in answer.headers


@pytest.mark.parametrize("path", ["/static/public.css", "/"])
def test_what_is_compressed_is_what_was_there(browser: Any, path: str) -> None:
    plain, small = browser.get(path, buffered=True), browser.get(path, headers=GZIP, buffered=True)

    assert zlib.decompress(small.data, 31) == plain.data
    assert int(small.headers["Content-Length"]) == len(small.data)


@pytest.mark.parametrize("headers", [GZIP, {}], ids=["packed", "plain"])
@pytest.mark.parametrize("language", ["es", "qu", "ay", "en"])
@pytest.mark.parametrize(
    ("path", "more"), [("/complain", {}), (KIOSK, {"go": "send", "theme": "water"}), ("/requests/ask", {})]
)
def test_the_length_of_a_receipt_does_not_tell_who_is_in_danger(
    browser: Any, path: str, more: dict[str, str], language: str, headers: dict[str, str]
) -> None:
    said = [{"text": text, "lang": language, **more} for text in (ORDINARY, IN_DANGER, VIOLATED)]

    answers = [browser.post(path, data=one, headers=headers) for one in said]

    assert {answer.status_code for answer in answers} == {200}
    assert len({page_of(answer) for answer in answers}) == 3
    assert len({len(answer.data) for answer in answers}) == 1
    assert len({answer.headers["Content-Length"] for answer in answers}) == 1


def claves_in(page: str) -> list[str]:
    return CLAVE.findall(" ".join(re.sub(r"<[^>]+>", " ", page).split()))


def page_of(answer: Any) -> str:
    packed = answer.headers.get("Content-Encoding") == "gzip"
    return (zlib.decompress(answer.data, 31) if packed else answer.data).decode()


def test_the_length_of_an_answer_in_a_case_does_not_tell_what_was_read_in_what_somebody_added(
    browser: Any,
) -> None:
    receipt = page_of(browser.post("/complain", data={"text": ORDINARY, "lang": "es"}, headers=GZIP))
    clave = claves_in(receipt)[0]
    token = TOKEN.findall(page_of(browser.post("/follow", data={"clave": clave}, headers=GZIP)))[0]
    forms = [("add", {"text": ORDINARY}), ("add", {"text": IN_DANGER}), ("erase", {"pressed": "yes"})]

    answers = [
        browser.post(f"/follow/{act}", data={"token": token, "lang": "es", **form}, headers=GZIP)
        for act, form in forms
    ]

    assert [(bool(claves_in(page_of(answer))), answer.status_code) for answer in answers] == [
        (False, 200), (True, 200), (True, 200)
    ]  # fmt: skip
    assert len({len(answer.data) for answer in answers}) == 1


@pytest.mark.parametrize("length", [0, 1, 499, 5_000, 40_000])
def test_what_is_packed_evenly_opens_everywhere_as_the_page_and_empty_lines(length: int) -> None:
    body = (Path(__file__).read_bytes() * 8)[:length]

    packed = packed_evenly(body, EVEN)

    assert gzip.decompress(packed) == zlib.decompress(packed, 31)
    assert gzip.decompress(packed).rstrip(b"\n") == body.rstrip(b"\n")
    assert len(packed) % EVEN == 0


def test_what_nobody_sent_keeps_its_own_length(browser: Any) -> None:
    answers = [
        browser.get(path, headers=headers) for path in ("/complain", "/follow") for headers in (GZIP, {})
    ]

    assert all(len(answer.data) % EVEN for answer in answers)
