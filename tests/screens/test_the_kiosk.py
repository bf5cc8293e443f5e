"""The kiosk in a real browser: its script against our Python, and a network that is cut in the middle of a complaint."""

import base64
import itertools
import shutil
import threading
import wave
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from sqlalchemy import select

from channels.commands import kioskcommands
from channels.house import House
from channels.kiosk import kioskkeys, kiosks, printer
from grievance import inbox, pad
from grievance.case import CASES
from tests.channels.test_filing import opened
from tests.deployment import Deployment, Keys, free_port, keys, running, until  # noqa: F401  pytest finds the fixture
from tests.screens.test_tour import ARGS, CHROMIUM, looks_right

DOOR = "kiosk-qorimayu"
PHRASE = "llave de la casa comunal"
WORDS = "El canal está seco desde el lunes"
THREAT = "Me quieren matar por reclamar"
MORE = "Hoy tampoco bajó agua por la acequia"
STORED = """async () => {
    const open = indexedDB.open('kiosk'); await new Promise(r => open.onsuccess = r);
    const all = open.result.transaction('kept').objectStore('kept').getAll(); await new Promise(r => all.onsuccess = r);
    const raw = v => Array.from(v, b => String.fromCharCode(b)).join('');
    const inner = v => v && typeof v === 'object' ? Object.values(v).map(text).join('|') : String(v);
    const text = v => v instanceof Uint8Array ? raw(v) : inner(v);
    return [all.result.length, text(all.result)];
}"""
LOW = """() => [...document.querySelectorAll('a[href], button, input:not([type=hidden]), textarea')]
    .filter(e => e.offsetParent && !e.closest('.still') && !e.matches('.skip'))
    .filter(e => (e.closest('label') || e).getBoundingClientRect().height < 72).map(e => e.outerHTML.slice(0, 80))"""
TALL = "document.documentElement.scrollHeight"
LETTERS = "parseFloat(getComputedStyle(document.documentElement).fontSize)"
pytestmark = [
    pytest.mark.chromium,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Debian's chromium is not installed"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


@dataclass(frozen=True)
class Place:
    """A served deployment with one kiosk."""

    url: str
    house: House
    home: Path

    @property
    def kiosk(self) -> str:
        return f"{self.url}/kiosk/{DOOR}"

    def cases(self) -> list[Any]:
        return self.house.store.read(lambda conn: list(conn.execute(select(CASES))))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path, keys: Keys) -> Iterator[Place]:  # noqa: F811
    home = tmp_path_factory.mktemp("kiosk")
    shutil.copyfile(sqlite_template, home / "grievance.db")
    port = free_port()
    own = Keys(together=Path(shutil.copytree(keys.together, home / "keys")), apart=keys.apart)
    founded = Deployment(
        home / "home", f"sqlite:///{home / 'grievance.db'}", own, base_url=f"http://127.0.0.1:{port}"
    ).prepare()
    for said, seconds in (
        ("es/kiosk.home", 60),
        ("es/kiosk.cut", 60),
        ("qu/kiosk.home", 60),
        ("qu/kiosk.about", 1),
        ("qu/kiosk.words", 1),
    ):
        voice = founded.home / "voice-drafts" / f"{said}.draft.wav"
        voice.parent.mkdir(parents=True, exist_ok=True)
        with wave.open(str(voice), "wb") as sound:
            sound.setparams((1, 2, 8000, 0, "NONE", ""))
            sound.writeframes(bytes(16000 * seconds))
    with running(founded) as starter:
        listens = printer.listen(home / "paper", port=0, trusted=f"http://127.0.0.1:{port}")
        threading.Thread(target=listens.serve_forever, daemon=True).start()
        served = starter.serve(port=port, KIOSK_PRINTER=f"http://127.0.0.1:{listens.server_port}")
        house = founded.house()
        yield Place(served.url, house, home)
        house.store.close()
        listens.shutdown()
        listens.server_close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as play:
        started = play.chromium.launch(executable_path=str(CHROMIUM), args=ARGS)
        yield started
        started.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(viewport={"width": 1080, "height": 1920}, locale="es-PE")
    made.set_default_timeout(30_000)
    yield made
    made.close()


def unlocked(context: BrowserContext, place: Place) -> Page:
    """Open the kiosk as the office does: with its code once, and with the phrase."""
    # Devices of earlier tests keep their slips, and a door has only so many: this one begins with all of them.
    place.house.store.transact(lambda conn: pad.void(conn, DOOR, on=place.house.now().date()))
    code = kiosks.admit(place.house, DOOR)
    page = context.new_page()
    page.goto(f"{place.kiosk}/shell?lang=es")
    page.wait_for_selector("body[data-ready]")
    page.fill("#code", code)
    page.fill("#phrase", PHRASE)
    page.click("button[value=unlock]")
    page.wait_for_selector("[data-screen=language]:not([hidden])")
    # The slips are there when they can be given, which is a little after the server's answer.
    page.wait_for_selector("body[data-slips]:not([data-slips='0'])")
    return page


def tells(page: Page, words: str = WORDS) -> None:
    """Go from the first screen to the last question."""
    page.click("a.door >> text=Castellano")
    page.click("[data-screen=home] a.first")
    page.click("button.card2 >> nth=0")
    page.fill("#text", words)
    page.click("button[value=where]")


def received(page: Page) -> tuple[str, str]:
    page.click("button[value=send]")
    page.wait_for_selector("[data-screen=sent]:not([hidden])")
    number, clave = (page.text_content(f"strong[data-say={what}]") or "" for what in ("number", "clave"))
    return number.replace("-", ""), clave.replace(" ", "")


def test_a_complaint_in_a_network_cut_is_one_case_when_the_network_is_back(
    context: BrowserContext, place: Place
) -> None:
    page = unlocked(context, place)
    before = len(place.cases())
    tells(page)

    context.set_offline(True)
    number, clave = received(page)
    page.click("[data-screen=sent] a.wipe")
    kept = page.evaluate(STORED)
    assert kept[0] == 2, "the box, and what waits"
    assert not any(told in kept[1] for told in (WORDS, "canal", number, clave))
    assert len(place.cases()) == before

    page.reload()
    page.wait_for_selector("[data-screen=language]:not([hidden])")
    assert WORDS not in page.content()
    assert clave not in page.content().replace(" ", "")
    context.set_offline(False)
    until(lambda: len(place.cases()) > before, what="what waited")

    assert [case.number for case in place.cases()].count(number) == 1
    assert len(place.cases()) == before + 1
    assert WORDS in str(opened(place.house, clave))


def test_a_screen_is_heard_through_a_network_cut_and_letters_are_large_until_the_next_person(
    context: BrowserContext, place: Place
) -> None:
    page = unlocked(context, place)
    page.wait_for_function(
        "async () => (await (await caches.open('kiosk')).keys()).filter(r => r.url.includes('/sound/')).length === 3"
    )
    small = page.evaluate(LETTERS)
    page.check("#larger")
    context.set_offline(True)
    page.click("a.door >> text=Castellano")

    page.click("[data-screen=home] .hear")
    page.wait_for_selector("[data-screen=home] .hear.on")
    page.click("[data-screen=home] .hear")
    page.wait_for_selector("[data-screen=home] .hear:not(.on)")

    page.click("[data-screen=home] a[data-go=case]")
    page.wait_for_selector("[data-screen=case] .cut h1:visible")
    page.click("[data-screen=case] .cut .hear")
    page.wait_for_selector("[data-screen=case] .cut .hear.on")
    looks_right(page, "kiosk-case-in-a-cut")

    assert not page.is_visible("[data-screen=case] .wait")
    assert page.evaluate(LETTERS) == 2 * small
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.click("footer a.wipe")
    assert page.evaluate(LETTERS) == small


def test_only_the_first_screen_leads_the_office_to_its_phrase(context: BrowserContext, place: Place) -> None:
    page = unlocked(context, place)
    assert page.is_visible("p.office a")

    tells(page)
    assert not page.is_visible("p.office a")
    received(page)

    assert not page.is_visible("p.office a")


def test_what_is_sent_twice_is_one_case(context: BrowserContext, place: Place) -> None:
    page = unlocked(context, place)
    before = len(place.cases())
    tells(page)
    sent: list[str] = []

    def twice(route: Any) -> None:
        sent.append(route.request.post_data)
        if len(sent) == 1:
            route.fetch()
            route.abort()
        else:
            route.continue_()

    page.route("**/hand-in", twice)
    received(page)
    until(
        lambda: (page.evaluate("dispatchEvent(new Event('online'))"), len(sent) > 3)[1],
        what="the second sending",
    )

    assert sum('"box"' in said for said in sent) >= 2
    assert len(place.cases()) == before + 1


def test_a_wrong_phrase_opens_nothing_and_without_one_a_complaint_is_kept_all_the_same(
    context: BrowserContext, place: Place
) -> None:
    page = unlocked(context, place)
    page.reload()
    page.wait_for_selector("body[data-ready]")
    page.click("p.office a")
    page.fill("#phrase", "no es la frase")
    page.click("button[value=unlock]")
    page.wait_for_selector("[data-say=wrong]:not([hidden])")
    page.click("button[value=language]")
    before = len(place.cases())
    tells(page)

    context.set_offline(True)
    page.click("button[value=send]")
    page.wait_for_selector("[data-screen=waits]:not([hidden])")
    context.set_offline(False)

    until(lambda: len(place.cases()) == before + 1, what="what waited without a slip")


def test_with_a_network_and_without_a_phrase_the_server_draws_the_clave(
    context: BrowserContext, place: Place
) -> None:
    page = unlocked(context, place)
    page.reload()
    page.wait_for_selector("body[data-ready]")
    tells(page)

    page.click("button[value=send]")
    page.wait_for_selector("[data-screen=case] .clave")

    clave = "".join((page.text_content("[data-screen=case] .clave") or "").split())
    assert WORDS in str(opened(place.house, clave))


def test_whoever_is_threatened_is_told_on_the_screen_who_reads_it_and_whom_to_call_and_nobody_after_them(
    context: BrowserContext, place: Place
) -> None:
    page = unlocked(context, place)
    tells(page, THREAT)
    received(page)

    page.wait_for_selector("[data-screen=sent] .safe:visible")
    looks_right(page, "kiosk-sent-in-danger")
    told = page.inner_text("[data-screen=sent]")
    assert "La empresa no lo ve." in told
    assert "¿Peligro ahora? Llame al 105." in told
    assert page.evaluate(TALL) <= 1920
    page.click("[data-screen=sent] a.wipe")

    tells(page)
    with page.expect_response("**/hand-in") as answer:
        received(page)
    assert answer.value.json()["protected"] == []
    looks_right(page, "kiosk-sent")
    assert not page.is_visible(".safe")


def test_a_complaint_after_another_in_a_second_language_is_a_case_of_its_own(
    context: BrowserContext, place: Place
) -> None:
    page = unlocked(context, place)
    before = len(place.cases())
    tells(page)
    first = received(page)
    page.click(".langs a[hreflang=qu]")
    page.wait_for_selector("html[lang=qu] [data-screen=home]:not([hidden])")
    page.click("[data-screen=home] a.first")
    page.click("button.card2 >> nth=0")
    page.fill("#text", MORE)
    page.click("button[value=where]")
    second = received(page)

    assert second != first
    until(lambda: len(place.cases()) == before + 2, what="both")


def test_a_case_is_seen_at_an_open_kiosk_and_it_stays_open(context: BrowserContext, place: Place) -> None:
    page = unlocked(context, place)
    tells(page)
    _, clave = received(page)
    until(lambda: opened(place.house, clave), what="the case")
    page.click("[data-screen=sent] a.wipe")

    page.click("a.door >> text=Castellano")
    page.click("[data-screen=home] a[data-go=case]")
    page.wait_for_selector("[data-screen=case] #pad")
    assert not page.is_visible("[data-screen=case] .cut")
    assert not page.is_visible("[data-screen=case] .wait")
    looks_right(page, "kiosk-case-pad")
    for digit in clave:
        page.click(f"button.key[value='{digit}']")
    page.click("[data-screen=case] form:not(#pad) button")
    page.click("button[value=messages]")
    page.wait_for_selector(f"text={WORDS}")
    page.click("button[value=now]")
    page.wait_for_selector("[data-say=case] h1 >> text=Caso ")
    assert not page.is_visible(f"text={WORDS}")
    page.click("footer a.wipe")

    assert WORDS not in page.content()
    tells(page)
    assert received(page)[1]


def test_whoever_leaves_is_asked_after_a_minute_and_then_everything_goes(
    context: BrowserContext, place: Place
) -> None:
    page = unlocked(context, place)
    tells(page)
    page.evaluate("document.body.dataset.idle = '0'; document.body.dataset.wipe = '60'")
    page.wait_for_selector(".still.now")
    page.click(".still .stay")
    page.evaluate("document.body.dataset.idle = '60'")
    page.wait_for_selector(".still:not(.now)", state="attached")
    assert page.is_visible("[data-screen=where]")

    page.evaluate("document.body.dataset.idle = '0'; document.body.dataset.wipe = '0'")
    page.wait_for_selector("[data-screen=language]:not([hidden])")

    assert WORDS not in page.evaluate(
        "[...document.querySelectorAll('textarea, input')].map(e => e.value).join()"
    )


def test_a_device_that_saw_a_new_key_never_seals_to_the_old_one_again(
    context: BrowserContext, place: Place
) -> None:
    page = unlocked(context, place)
    cached = page.evaluate("async () => (await (await caches.open('kiosk')).keys()).length")
    newest = kioskcommands.draw_key(place.house, DOOR)

    page.evaluate("dispatchEvent(new Event('online'))")
    page.wait_for_selector(f"body[data-key^='{newest}.']")
    context.set_offline(True)
    page.reload()

    page.wait_for_selector(f"body[data-key^='{newest}.']")
    assert cached


def test_a_device_that_is_trusted_no_more_gives_no_clave_and_may_be_admitted_again(
    context: BrowserContext, place: Place
) -> None:
    page = unlocked(context, place)
    kiosks.stolen(place.house, DOOR)
    with page.expect_response("**/hand-in"):
        page.evaluate("dispatchEvent(new Event('online'))")

    tells(page)
    page.click("button[value=send]")
    page.wait_for_selector("[data-screen=case] .clave")
    page.click("footer a.wipe")
    page.click("p.office a")
    page.fill("#code", kiosks.admit(place.house, DOOR))
    page.fill("#phrase", PHRASE)
    with page.expect_response("**/stock"):
        page.click("button[value=unlock]")
    page.wait_for_selector("[data-screen=language]:not([hidden])")
    tells(page)

    assert received(page)[1]


@pytest.mark.parametrize("script", [True, False])
def test_a_slip_comes_out_of_the_printer_with_and_without_a_script(
    browser: Browser, place: Place, *, script: bool
) -> None:
    context = browser.new_context(locale="es-PE", java_script_enabled=script)
    page = context.new_page()
    page.goto(f"{place.kiosk}?lang=es&at=about")
    page.click("button.card2 >> nth=0")
    page.fill("#text", WORDS)
    page.click("button[value=where]")
    page.click("button[value=send]")
    clave = (page.text_content(".clave") or "").split()

    with page.expect_request("**/slip"):
        page.click("button[data-print]")

    printed = f"{clave[0]} {clave[1]}\n{clave[2]} {clave[3]}\n".encode()
    until(
        lambda: (place.home / "paper").exists() and printed in (place.home / "paper").read_bytes(),
        what="paper",
    )
    assert page.is_visible(".clave")
    context.close()


def test_a_second_page_of_the_same_device_gets_no_slips(context: BrowserContext, place: Place) -> None:
    unlocked(context, place)
    second = context.new_page()
    second.goto(f"{place.kiosk}/shell?lang=es")
    second.wait_for_selector("body[data-ready]")
    second.click("p.office a")
    second.fill("#phrase", PHRASE)
    second.click("button[value=unlock]")

    second.wait_for_selector("[data-say=wrong]:not([hidden])")


def test_what_the_page_seals_python_opens_and_both_count_the_same_keys(
    context: BrowserContext, place: Place
) -> None:
    page = context.new_page()
    page.goto(place.kiosk)
    private = ec.generate_private_key(ec.SECP256R1())
    public = kioskkeys.public(place.house.settings.keys_dir, DOOR, 1)

    box = page.evaluate(
        "async pub => { const raw = Uint8Array.from(atob(pub), c => c.charCodeAt(0));"
        "const made = await hpke.seal(new TextEncoder().encode('agua'), raw, 'grievance/1/kiosk/kiosk-qorimayu/1/x');"
        "return btoa(String.fromCharCode(...made)); }",
        base64.b64encode(public).decode(),
    )
    suite = Suite(KEM.P256, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
    sealed = suite.encrypt(b"polvo", private.public_key(), info=b"lugar")
    enc, size = sealed[:65], (private.private_numbers().private_value).to_bytes(32, "big")
    shared = private.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), enc))
    read = page.evaluate(
        "async ([shared, enc, pub, ct]) => { const raw = s => Uint8Array.from(atob(s), c => c.charCodeAt(0));"
        "const { key, iv } = await hpke.schedule(raw(shared), raw(enc), raw(pub), new TextEncoder().encode('lugar'));"
        "return new TextDecoder().decode(await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, key, raw(ct))); }",
        [base64.b64encode(part).decode() for part in (shared, enc, _point(private), sealed[65:])],
    )

    opened_here = kioskkeys.open_sealed(
        base64.b64decode(box), place.house.settings.keys_dir, door=DOOR, number=1, item="x"
    )
    assert opened_here == b"agua"
    assert read == "polvo"
    assert len(size) == 32


def _point(private: ec.EllipticCurvePrivateKey) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat  # noqa: PLC0415

    return private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


@pytest.mark.parametrize(("width", "height"), [(1080, 1920), (768, 1024)])
def test_every_screen_can_be_read_and_touched_by_everybody(
    browser: Browser, place: Place, width: int, height: int
) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": height}, locale="es-PE", java_script_enabled=True
    )
    page = context.new_page()
    page.goto(place.kiosk)
    steps = (
        "a.door >> text=Castellano", "a.door.first", "button.card2 >> nth=0", "button[value=where]", "button[value=send]",
    )  # fmt: skip
    for n, step in enumerate(steps):
        page.wait_for_load_state()
        if width == 1080:
            looks_right(page, f"kiosk-{n}-{width}")
            assert page.evaluate(TALL) <= height
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        assert page.evaluate(LOW) == [], "too low for a finger at a kiosk"
        if page.query_selector("#text"):
            page.fill("#text", WORDS)
        page.click(step)
    page.wait_for_load_state()
    if width == 1080:
        looks_right(page, f"kiosk-receipt-{width}")
        assert page.evaluate(TALL) <= height
        page.evaluate("document.body.dataset.idle = '0'; document.body.dataset.wipe = '60'")
        page.wait_for_selector(".still.now")
        page.click(".still .stay")
        assert page.is_visible(".clave")
        page.evaluate("document.body.dataset.idle = '0'; document.body.dataset.wipe = '0'")
        page.wait_for_selector(steps[0])  # the receipt has the same address as the first screen
        page.wait_for_load_state()
    page.goto(f"{place.kiosk}/case?lang=es")
    looks_right(page, f"kiosk-pad-{width}")
    page.goto(f"{place.kiosk}/shell?lang=es")
    page.wait_for_selector("[data-screen=open]:not([hidden])")
    looks_right(page, f"kiosk-open-{width}")
    assert context.cookies() == []
    for tongue, screen in itertools.product(
        ("qu", "en"), ("home", "about", "words", "where") if width == 1080 else ()
    ):
        page.goto(f"{place.kiosk}?lang={tongue}&at={screen}")
        assert page.evaluate(TALL) <= height, f"whoever reads {tongue} must scroll at {screen}"
    context.close()


def test_whoever_is_in_danger_and_reads_quechua_sees_clave_number_and_whom_to_call_without_scrolling(
    browser: Browser, context: BrowserContext, place: Place
) -> None:
    bare = browser.new_context(viewport={"width": 1080, "height": 1920}, java_script_enabled=False)
    by_hand, by_script = bare.new_page(), unlocked(context, place)
    by_hand.goto(place.kiosk)
    for page, first, shown in (
        (by_hand, "a.door.first", ".clave"),
        (by_script, "[data-screen=home] a.first", "[data-screen=sent] .safe:visible"),
    ):
        page.click("a.door >> text=Runasimi")
        page.click(first)
        page.click("button.card2 >> nth=0")
        page.fill("#text", THREAT)
        page.click("button[value=where]")
        page.click("button[value=send]")
        page.wait_for_selector(shown)
        page.wait_for_load_state()

        assert page.evaluate(TALL) <= 1920
        assert page.is_visible("text=105")
        assert page.is_visible("text=100 nisqaman")
        assert page.is_visible("button[data-print]:visible")
    bare.close()


def opens_own(page: Page, place: Place) -> str:
    """Complain, and open that case on the same screen."""
    tells(page)
    _, clave = received(page)
    until(lambda: opened(place.house, clave), what="the case")
    page.click("[data-screen=sent] a.wipe")
    page.click("a.door >> text=Castellano")
    page.click("[data-screen=home] a[data-go=case]")
    page.wait_for_selector("[data-screen=case] #pad")
    for digit in clave:
        page.click(f"button.key[value='{digit}']")
    page.click("[data-screen=case] form:not(#pad) button")
    page.click("summary >> text=Agregar algo")
    return clave


def added(place: Place) -> list[Any]:
    waiting = select(inbox.WAITING).where(inbox.WAITING.c.step == "add")
    return place.house.store.read(lambda conn: list(conn.execute(waiting)))


def test_words_added_when_the_network_goes_wait_sealed_and_come_to_the_case_once(
    context: BrowserContext, place: Place
) -> None:
    page = unlocked(context, place)
    clave = opens_own(page, place)
    before = len(added(place))
    right = page.get_attribute("form[data-right]", "data-right") or ""
    page.fill("textarea[name=text] >> visible=true", MORE)

    context.set_offline(True)
    page.click("form[data-right] button[type=submit]")
    page.wait_for_selector("[data-screen=kept]:not([hidden])")
    looks_right(page, "kiosk-kept-in-a-cut")
    kept = page.evaluate(STORED)
    page.click("[data-screen=kept] a.wipe")

    assert right
    assert kept[0] == 2, "the box, and what waits"
    assert not any(told in kept[1] + page.content() for told in (MORE, "tampoco", right, clave))
    context.set_offline(False)
    until(lambda: len(added(place)) > before, what="what waited")
    page.evaluate("dispatchEvent(new Event('online'))")
    until(lambda: page.evaluate(STORED)[0] == 1, what="the device to forget it")
    assert len(added(place)) == before + 1


def test_words_that_arrived_though_the_answer_was_lost_are_added_once(
    context: BrowserContext, place: Place
) -> None:
    page = unlocked(context, place)
    opens_own(page, place)
    before = len(added(place))

    def lost(route: Any) -> None:
        route.fetch()
        route.abort()

    page.route("**/case/add", lost)
    page.fill("textarea[name=text] >> visible=true", MORE)
    with page.expect_response("**/hand-in"):
        page.click("form[data-right] button[type=submit]")
    page.wait_for_selector("[data-screen=kept]:not([hidden])")

    until(lambda: page.evaluate(STORED)[0] == 1, what="the device to forget it")
    assert len(added(place)) == before + 1


def test_a_device_that_cannot_keep_words_says_that_they_were_not_sent_and_leaves_them_there(
    context: BrowserContext, place: Place
) -> None:
    page = unlocked(context, place)
    opens_own(page, place)
    before = len(added(place))
    page.fill("textarea[name=text] >> visible=true", MORE)
    page.evaluate("document.body.dataset.key = ''")  # no key of this kiosk: there is nothing to seal to

    context.set_offline(True)
    page.click("form[data-right] button[type=submit]")
    page.wait_for_selector("[data-screen=case] > .unsent:visible")
    looks_right(page, "kiosk-not-sent")
    assert page.input_value("textarea[name=text] >> visible=true") == MORE
    context.set_offline(False)
    page.click("form[data-right] button[type=submit]")

    until(lambda: len(added(place)) == before + 1, what="the second try")
    page.wait_for_selector("[data-screen=case] >> text=Tenemos lo que escribió")
    assert not page.is_visible("[data-screen=case] > .unsent")


@pytest.mark.parametrize("admitted", [False, True])
def test_a_complaint_that_nothing_here_can_keep_is_promised_nothing_and_sent_when_its_person_tries_again(
    context: BrowserContext, place: Place, *, admitted: bool
) -> None:
    page = unlocked(context, place) if admitted else context.new_page()
    if admitted:
        page.evaluate("document.body.dataset.key = ''")  # the slips are there, and nothing to seal to
    else:
        page.goto(f"{place.kiosk}/shell?lang=es")
        page.wait_for_selector("body[data-ready]")
        page.click("button[value=language]")
    before, kept = len(place.cases()), page.evaluate(STORED)[0]
    tells(page)
    page.fill("#place", "Huaylluray, arriba")

    context.set_offline(True)
    page.click("button[value=send]")
    page.wait_for_selector("[data-screen=where] .unsent:visible")
    looks_right(page, f"kiosk-complaint-not-sent-{admitted}")
    assert page.input_value("#text") == WORDS
    assert page.input_value("#place") == "Huaylluray, arriba"
    assert page.evaluate(STORED)[0] == kept
    context.set_offline(False)
    page.click("button[value=send]")
    # With the network the device may have got its key again by now: then the complaint goes by a slip of its own.
    shown = page.wait_for_selector(
        "[data-screen=case] .clave, [data-screen=sent]:not([hidden]) strong[data-say=clave]"
    )
    assert shown is not None
    clave = "".join((shown.text_content() or "").split())
    until(lambda: len(place.cases()) == before + 1, what="the complaint to come in once")

    assert WORDS in str(opened(place.house, clave))


def test_words_without_the_right_to_add_change_nothing_and_stay_on_the_device(
    context: BrowserContext, place: Place
) -> None:
    page = unlocked(context, place)
    clave = opens_own(page, place)
    before = len(added(place)), len(place.cases())
    page.fill("textarea[name=text] >> visible=true", MORE)
    page.evaluate("clave => { document.querySelector('form[data-right]').dataset.right = clave; }", clave)

    context.set_offline(True)
    page.click("form[data-right] button[type=submit]")
    page.wait_for_selector("[data-screen=kept]:not([hidden])")
    context.set_offline(False)
    with page.expect_response("**/hand-in") as answer:
        page.evaluate("dispatchEvent(new Event('online'))")

    assert answer.value.ok
    assert page.evaluate(STORED)[0] == 2
    assert (len(added(place)), len(place.cases())) == before


def test_whoever_answers_in_a_cut_is_told_that_it_may_not_have_arrived(
    context: BrowserContext, place: Place
) -> None:
    page = unlocked(context, place)
    opens_own(page, place)
    page.click("button[value=more]")
    page.wait_for_selector("form[action$='/wait']", state="attached")
    context.set_offline(True)

    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    page.click("form[action$='/wait'] button")

    page.wait_for_selector("[data-screen=case] .cut .touched:visible")
    looks_right(page, "kiosk-answer-in-a-cut")
