"""A resident at the kiosk and on the web, without a script, in each language: every word of each page, in order."""

import base64
import io
import re
import wave
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select

from channels.kiosk.printer import address_of, answer, slip
from channels.sound import draftvoice, kioskvoice
from channels.web.follow import more, parts, verdicts, voice
from channels.web.kiosk.screens import OF_THE_SHELL
from grievance import settings as settings_module
from grievance.complainant import Contributor
from grievance.errors import Misconfigured
from grievance.record import Entry
from grievance.verdict import SUMS
from tests.journeys import golden
from tests.journeys.actors import CASE_NUMBER, CLAVE, NONCE, TOKEN, World, a_world
from tests.journeys.actors import _words as words_of
from tests.journeys.endings import goes_on_by_page
from translations import say

KIOSK = "/kiosk/kiosk-qorimayu"
needs_the_voice = pytest.mark.skipif(not draftvoice.has_voice("es"), reason="espeak-ng is not installed")
BLOCK = re.compile(
    r"</?(?:p|h\d|li|div|section|form|button|label|legend|summary|header|footer|ul|ol|dt|dd|option|b|a)\b[^>]*>"
)
STORY = {"es": "El canal está seco", "qu": "Mayu unu ch'akisqa", "ay": "Uma larqax wañsutawa"}


@dataclass
class Somebody:
    """Somebody before a screen: what each page says, line by line."""

    browser: Any
    language: str
    page: str = ""
    read: list[str] = field(default_factory=list)
    answers: list[Any] = field(default_factory=list)

    def sees(self, answer: Any) -> None:
        """Read a page, all its words in order."""
        self.page = answer.text
        self.answers.append(answer)
        main = re.sub(r"(?s)<(head|svg|noscript)\b.*?</\1>", "", answer.text)
        blocks = BLOCK.split(main)
        lines = (" ".join(unescape(re.sub(r"<[^>]+>", " ", block)).split()) for block in blocks)
        self.read += [f"--- {answer.status_code}", *(line for line in lines if line)]

    def goes(self, path: str) -> None:
        self.sees(self.browser.get(f"{path}{'&' if '?' in path else '?'}lang={self.language}"))

    def sends(self, path: str, **form: str) -> None:
        self.sees(self.browser.post(path, data={"lang": self.language, **form}))

    def tells(self, theme: str = "water", place: str = "Huaylluray", **more: str) -> None:
        """Answer the three questions of a kiosk, as its forms carry them on."""
        self.goes(f"{KIOSK}?at=about")
        self.sends(KIOSK, to="words", theme=theme, nonce=NONCE.findall(self.page)[0])
        said = {"theme": theme, "text": STORY[self.language], "nonce": NONCE.findall(self.page)[0]}
        self.sends(KIOSK, go="where", **said)
        self.sends(KIOSK, go="send", zone=place, **said, **more)

    @property
    def clave(self) -> str:
        return str(CLAVE.findall(words_of(self.page))[0])


def judged(world: World) -> dict[tuple[str, int], int]:
    """Count what people thought of how their cases ended."""
    return {(row.question, row.digit): row.n for row in world.look(select(SUMS)) if row.n}


@pytest.mark.parametrize("language", ["es", "qu", "ay"])
def test_the_whole_way_at_a_kiosk_is_said_as_it_was(small_world: World, language: str) -> None:
    one = Somebody(small_world.anybody(), language)
    one.goes(KIOSK)
    one.goes(f"{KIOSK}?at=home")
    one.tells()
    clave, number = one.clave, CASE_NUMBER.findall(words_of(one.page))[0]
    one.goes(f"{KIOSK}/case")
    one.sends(f"{KIOSK}/case/pad", typed="", digit="4")
    one.sends(f"{KIOSK}/case", clave="4821093755127381")
    officer = small_world.officer()
    goes_on_by_page(one, small_world, officer, number, clave=clave, follow=f"{KIOSK}/case")

    golden.compare(f"kiosk-{language}", one.read)
    assert judged(small_world) == {("outcome", 1): 1, ("process", 2): 1}
    assert {answer.headers["Cache-Control"] for answer in one.answers} == {"no-store"}
    assert not any(answer.headers.getlist("Set-Cookie") for answer in one.answers)
    assert "script-src 'self'" in one.answers[0].headers["Content-Security-Policy"]


@pytest.mark.parametrize("language", ["es", "qu", "ay"])
def test_the_whole_way_on_the_web_is_said_as_it_was(small_world: World, language: str) -> None:
    one = Somebody(small_world.anybody(), language)
    one.goes("/")
    one.goes("/complain")
    nonce = NONCE.findall(one.page)[0]
    one.sends("/complain", theme="", text="", nonce=nonce)
    one.sends("/complain", theme="water", text=STORY[language], site="qorimayu", nonce=nonce)
    clave, number = one.clave, CASE_NUMBER.findall(words_of(one.page))[0]
    one.sends("/complain", theme="water", text=STORY[language], site="qorimayu", nonce=nonce)
    one.goes("/follow")
    one.sends("/follow", clave=clave)
    one.sends("/follow/add", text=STORY[language], token=TOKEN.findall(one.page)[0])
    officer = small_world.officer()
    goes_on_by_page(one, small_world, officer, number, clave=clave, follow="/follow")

    golden.compare(f"web-{language}", one.read)
    assert judged(small_world) == {("outcome", 1): 1, ("process", 2): 1}
    assert len(small_world.cases()) == 1
    assert not any(answer.headers.getlist("Set-Cookie") for answer in one.answers)


def test_a_kiosk_names_its_door_its_mine_and_counts_for_itself_and_its_day(world: World) -> None:
    one, other = (Somebody(world.anybody(), "es") for _ in range(2))

    one.tells()
    other.tells()

    first, second = world.cases()
    assert (first.site, first.operator, first.zone) == ("qorimayu", "qorimayu", "huaylluray")
    channels = {row.channel for row in world.look(select(Entry.__table__))}  # type: ignore[attr-defined]
    assert "kiosk" in channels
    tokens = world.look(select(Contributor.__table__))  # type: ignore[attr-defined]
    assert len({row.token for row in tokens}) == 1
    assert first.id != second.id


def test_what_was_said_comes_back_with_each_question_and_is_asked_when_it_is_missing(
    small_world: World,
) -> None:
    one = Somebody(small_world.anybody(), "es")

    one.sends(KIOSK, go="where", theme="water", text="  ")
    assert one.answers[-1].status_code == 400
    assert "Bastan pocas palabras" in words_of(one.page)
    one.sends(KIOSK, go="words", theme="water", text="Sale <b>turbia</b>", place="Ichupata")

    assert "Sale &lt;b&gt;turbia&lt;/b&gt;" in one.page
    assert small_world.cases() == []


def test_a_danger_that_is_told_at_a_kiosk_never_stands_at_the_desk(small_world: World) -> None:
    one = Somebody(small_world.anybody(), "es")
    form = {"theme": "water", "text": "El capataz me amenazó de muerte", "go": "send", "nonce": "b" * 32}

    one.sends(KIOSK, **form)

    (case,) = small_world.cases()
    assert case.protected
    assert "La empresa no lo ve. ¿Peligro ahora? Llame al 105. ¿Le hicieron daño? Llame al 100." in words_of(
        one.page
    )
    assert not small_world.officer().sees(CASE_NUMBER.findall(words_of(one.page))[0])


@pytest.mark.parametrize(
    ("site", "called", "cared"),
    [("qorimayu", "105", "100"), ("illapa", "110", "800-14-0348"), ("", "112", "")],
)
def test_who_is_in_danger_reads_on_the_web_whom_to_call_where_they_are_and_nobody_else_does(
    small_world: World, site: str, called: str, cared: str
) -> None:
    one, calm = (Somebody(small_world.anybody(), "es") for _ in range(2))

    one.sends("/complain", text="Me quieren matar por reclamar", site=site, nonce="c" * 32)
    calm.sends("/complain", text=STORY["es"], site=site, nonce="d" * 32)

    assert f"¿Peligro ahora? Llame al {called}." in words_of(one.page)
    assert (f"daño? Llame al {cared}." in words_of(one.page)) == bool(cared)
    assert ("hicieron daño" in words_of(one.page)) == bool(cared), "nobody is named who is not there"
    assert "Peligro" not in words_of(calm.page)


def test_what_goes_wrong_at_a_kiosk_leads_back_to_the_kiosk_and_nowhere_else(small_world: World) -> None:
    one = Somebody(small_world.anybody(), "es")
    one.sends(KIOSK, go="send", text="x" * 70_000)
    one.sends(f"{KIOSK}/case/accept", token="00")
    one.sends(f"{KIOSK}/case", clave="4821093755127381")

    assert [shown.status_code for shown in one.answers] == [413, 403, 404]
    for shown in one.answers:
        links = set(re.findall(r'<a [^>]*href="([^"#?]+)', shown.text))
        assert links <= {KIOSK, f"{KIOSK}/case"}
        assert "Borrar todo y salir" in shown.text


def test_without_a_script_a_screen_that_is_left_alone_goes_back_to_the_first(small_world: World) -> None:
    one = Somebody(small_world.anybody(), "es")
    one.goes(KIOSK)
    first = one.page
    one.goes(f"{KIOSK}?at=about")
    question = one.page
    one.tells()

    assert 'http-equiv="refresh"' not in first
    for page, seconds in ((question, 90), (one.page, 330)):
        assert f'<noscript><meta http-equiv="refresh" content="{seconds};url={KIOSK}"></noscript>' in page
    assert one.clave not in one.browser.get(KIOSK).text


def test_the_pad_takes_sixteen_digits_takes_them_back_and_nothing_else(small_world: World) -> None:
    one = Somebody(small_world.anybody(), "es")
    for typed, digit, after in (
        ("", "7", "7··· ····"), ("48", "last", "4··· ····"), ("48", "all", "···· ····"), ("48", "x", "48·· ····"),
        ("1" * 16, "2", "1111 1111 1111 1111"), ("4<8", "1", "481· ····"),
    ):  # fmt: skip
        one.sends(f"{KIOSK}/case/pad", typed=typed, digit=digit)

        assert after in words_of(one.page)


@pytest.mark.parametrize(
    "path", ["/kiosk/nowhere", "/kiosk/office-illapa", f"{KIOSK}/nothing", "/kiosk/sound/es/words"]
)
def test_there_is_no_kiosk_where_the_mechanism_names_none(small_world: World, path: str) -> None:
    assert small_world.anybody().get(path).status_code == 404


def test_a_screen_is_heard_by_a_persons_voice_or_by_a_marked_draft_and_else_not_at_all(
    tmp_path: Path, sqlite_template: Path, keys: Any
) -> None:
    (tmp_path / "grievance.db").write_bytes(sqlite_template.read_bytes())
    for file in (
        "sound/qu/about.mp3",
        "home/voice-drafts/qu/kiosk.about.draft.wav",
        "home/voice-drafts/es/kiosk.about.draft.wav",
    ):
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_bytes(file.encode())
    with a_world(
        tmp_path, f"sqlite:///{tmp_path / 'grievance.db'}", keys, KIOSK_RECORDINGS=str(tmp_path / "sound")
    ) as world:
        page = {
            code: world.anybody().get(f"{KIOSK}?at=about&lang={code}").text for code in ("qu", "es", "ay")
        }
        heard = {code: world.anybody().get(f"/kiosk/sound/{code}/about", buffered=True) for code in page}
        lacking = kioskvoice.missing(world.house.settings, ("es", "qu"))
        shell = world.anybody().get(f"{KIOSK}/shell?lang=ay").text

    assert "Lo dice una máquina. Nadie lo ha revisado." in page["es"]
    assert all(
        'data-sound="/kiosk/sound/' in page[code] and "autoplay" not in page[code] for code in ("qu", "es")
    )
    assert "Máquinam kayta rimachkan" not in page["qu"]
    assert "/kiosk/sound/" not in page["ay"]
    assert [heard[code].status_code for code in ("qu", "es", "ay")] == [200, 200, 404]
    assert (heard["qu"].data, heard["qu"].content_type) == (b"sound/qu/about.mp3", "audio/mpeg")
    assert heard["es"].content_type == "audio/wav"
    assert ("es/about" in lacking, "qu/about" in lacking) == (True, False)
    assert (
        len(re.findall(r"/kiosk/sound/\w+/about\?v=", shell.partition('data-sounds="')[2].partition('"')[0]))
        == 2
    )


def test_every_screen_of_a_kiosk_has_its_words_to_read_aloud(small_world: World) -> None:
    for language in ("es", "qu", "ay"):
        script = kioskvoice.script(small_world.house.rules.current, language)

        assert set(OF_THE_SHELL) - {"open"} <= set(script)
        assert all(said and "{" not in said for said in script.values())
    assert "Agua" in kioskvoice.script(small_world.house.rules.current, "es")["about"]


def test_letters_stay_large_from_one_question_to_the_next(small_world: World) -> None:
    one = Somebody(small_world.anybody(), "es")
    one.goes(f"{KIOSK}?at=about")
    small = one.page
    one.sends(KIOSK, theme="water", to="words", size="2")

    assert 'name="size" value="2" form="screen">' in small
    assert 'name="size" value="2" form="screen" checked>' in one.page


def test_without_a_script_letters_stay_large_over_every_link_and_go_with_whoever_leaves(
    small_world: World,
) -> None:
    one = Somebody(small_world.anybody(), "es")
    one.goes(KIOSK)
    (large,) = re.findall(r'<noscript><a class="larger[^>]+href="([^"]+)"', one.page)
    one.sees(one.browser.get(unescape(large)))
    one.goes(f"{KIOSK}?at=home&size=2")
    (small,) = re.findall(r'<noscript><a class="larger[^>]+href="([^"]+)"', one.page)
    ways = re.findall(r"<main.*?</main>", one.page, re.DOTALL)[0]

    assert "size=2" in large
    assert "size=2" not in small
    assert all("size=2" in way for way in re.findall(r'href="([^"]+)"', ways))
    assert f'<a class="btn warn wipe" href="{KIOSK}">' in one.page
    one.goes(f"{KIOSK}/case?size=2")
    one.sends(f"{KIOSK}/case", clave="4821 0937 5512 7381", size="2")
    assert 'id="larger" type="checkbox" name="size" value="2" form="pad" checked>' in one.page


def test_what_goes_wrong_is_heard_too(tmp_path: Path, sqlite_template: Path, keys: Any) -> None:
    (tmp_path / "grievance.db").write_bytes(sqlite_template.read_bytes())
    (tmp_path / "es").mkdir()
    for screen in kioskvoice.SCREENS:
        (tmp_path / "es" / f"{screen}.mp3").write_bytes(b"una voz")
    with a_world(
        tmp_path, f"sqlite:///{tmp_path / 'grievance.db'}", keys, KIOSK_RECORDINGS=str(tmp_path)
    ) as world:
        one = Somebody(world.anybody(), "es")
        one.sends(KIOSK, go="where", text=" ")
        one.sends(KIOSK, go="where", text="x" * 6001)
        one.sends(KIOSK, go="send", text="x" * 70_000)
        one.sends(f"{KIOSK}/case/accept", token="00")
        one.sends(f"{KIOSK}/case", clave="4821093755127381")
        heard = [re.findall(r'data-sound="/kiosk/sound/es/(\w+)', shown.text)[0] for shown in one.answers]

    assert heard == ["empty", "long", "wrong", "over", "unknown"]


@needs_the_voice
def test_a_whole_case_is_read_aloud_to_whoever_asks_and_only_where_a_machine_may_speak(
    tmp_path: Path, sqlite_template: Path, keys: Any
) -> None:
    (tmp_path / "grievance.db").write_bytes(sqlite_template.read_bytes())
    (tmp_path / "home" / "voice-drafts" / "es").mkdir(parents=True)
    with a_world(tmp_path, f"sqlite:///{tmp_path / 'grievance.db'}", keys) as world:
        one, other = Somebody(world.anybody(), "es"), Somebody(world.anybody(), "ay")
        one.tells()
        clave = one.clave
        one.sends(f"{KIOSK}/case", clave=clave)
        offered = one.page
        one.sends(f"{KIOSK}/case/listen", token=TOKEN.findall(one.page)[0])
        other.sends(f"{KIOSK}/case", clave=clave)
        other.sends(f"{KIOSK}/case/listen", token=TOKEN.findall(other.page)[0])

    assert ("Escuchar todo" in offered, "<audio" in offered) == (True, False)
    (sound,) = re.findall(r'<audio controls autoplay src="data:audio/wav;base64,([^"]+)"', one.page)
    with wave.open(io.BytesIO(base64.b64decode(sound))) as spoken:
        assert spoken.getnframes() / spoken.getframerate() > 10
    assert "Lo dice una máquina. Nadie lo ha revisado." in words_of(one.page)
    assert f'content="330;url={KIOSK}"' in one.page
    assert "listen" not in other.page
    assert "<audio" not in other.page


def test_of_a_case_is_read_first_what_its_person_must_know() -> None:
    page = SimpleNamespace(
        request=False, part="", status="Su caso: hay una propuesta", said="", late={"sentence": "No cumplieron"},
        proposal={"text": "Limpiamos el canal", "commitments": [("La empresa", "Hasta el 3 de mayo")]},
        steps=[{"when": "Hasta el 9", "what": "responde"}], actions={"accept", "withdraw"},
        until=("Hasta el 8 puede pedir revisión.",),
        messages=[{"who": "Usted", "when": "1 mar", "text": "primero " * 400},
                  {"who": "Ellos", "when": "2 mar", "text": "último"}],
    )  # fmt: skip

    words = voice.words_of(page, "es")

    order = [
        "No cumplieron.", "hay una propuesta.", "Hasta el 8 puede", "Limpiamos el canal.",
        "La empresa: Hasta el 3 de mayo.", "Acepto.",
        "Hasta el 9: responde.", "Ellos, 2 mar: último.", "Usted, 1 mar: primero", "Alguien de la oficina puede",
    ]  # fmt: skip
    assert sorted(order, key=words.index) == order
    assert len(words) <= voice.LONGEST + 100


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ("opinion", "Su opinión.\n¿Qué le parece la respuesta?\nBuena.\nMala."),
        ("steps", "Paso a paso.\nHasta el 9: responde."),
        ("messages", "Mensajes.\nUsted, 1 mar: el canal."),
        ("who", "Quién abrió su caso.\n2 mar: Un oficial.\nSu nombre: nunca se lo pedimos."),
        ("more", "Otra cosa.\nPedir que mi caso espere.\nTerminar o borrar mi caso."),
        ("menu", "\n".join(f"{say(one, 'es')}." for one in parts.NAMES.values()).replace("?.", "?")),
    ],
)
def test_of_one_screen_of_a_case_that_screen_is_read(part: str, words: str) -> None:
    page = SimpleNamespace(
        part=part, parts=[(name, say(said, "es")) for name, said in parts.NAMES.items()],
        verdict=(verdicts.Question("outcome", "¿Qué le parece la respuesta?", (("1", "Buena"), ("3", "Mala"))),),
        steps=[{"when": "Hasta el 9", "what": "responde"}],
        messages=[{"who": "Usted", "when": "1 mar", "text": "el canal"}],
        opened=more.Opened(1, (("2 mar", "Un oficial"),)), unknown=["Su nombre: nunca se lo pedimos."],
        actions={"reopen", "wait", "withdraw", "erase"},
    )  # fmt: skip

    assert voice.words_of(page, "es") == words


def test_messages_are_parted_the_newest_first_and_none_is_lost_however_long() -> None:
    said = [{"text": letter * n} for letter, n in (("a", 20), ("b", 20), ("c", 900), ("d", 6000), ("e", 20))]
    said += [{"text": letter} for letter in "fghi"]

    screens = parts.newest_first(said)

    assert [[one["text"][0] for one in screen] for screen in screens] == [
        ["f", "g", "h", "i"], ["e"], ["d"], ["c"], ["a", "b"],
    ]  # fmt: skip
    assert parts.newest_first([]) == [[]]


def test_a_screen_of_a_case_that_is_not_there_is_its_first_and_what_was_wrong_is_said_where_it_was_written(
    small_world: World,
) -> None:
    one = Somebody(small_world.anybody(), "es")
    one.tells()
    one.sends(f"{KIOSK}/case", clave=one.clave)
    token = TOKEN.findall(one.page)[0]

    for part in ("opinion", "attended", "nothing", "", "now.9", "steps'"):
        one.sends(f"{KIOSK}/case/see", token=token, part=part)
        assert "<h1>Caso " in one.page
    for part in (
        "messages.",
        "messages.0",
        "messages.x",
        "messages.99",
        "messages.9999999999",
        "messages.-1",
    ):
        one.sends(f"{KIOSK}/case/see", token=token, part=part)
        assert "<h1>Mensajes</h1>" in one.page
        assert STORY["es"] in words_of(one.page)
    one.sends(f"{KIOSK}/case/add", token=token, text=" ", part="now")
    assert one.answers[-1].status_code == 400
    assert 'id="added-error"' in one.page
    assert '<details class="no-print" open><summary>Agregar algo' in one.page
    one.sends(f"{KIOSK}/case/end", token=token, end="withdraw")
    assert one.answers[-1].status_code == 400
    assert "<details open>" in one.page
    one.sends(f"{KIOSK}/case/stay", token=token, part="who")
    assert "<h1>Quién abrió su caso</h1>" in one.page


@pytest.mark.parametrize("language", ["es", "qu", "ay"])
def test_a_slip_says_where_its_clave_opens_the_case(tmp_path: Path, language: str) -> None:
    paper = tmp_path / "lp0"
    form = {"clave": "4821 0937 5512 7381", "number": "4107-3293", "lang": language}

    answer(form, origin="https://quejas.example", trusted="https://quejas.example", device=paper)

    assert b"https://quejas.example/follow" in paper.read_bytes()


def test_a_slip_is_bytes_that_a_plain_printer_understands() -> None:
    printed = slip("4821 0937 5512 7381", "4107-3293", "es", "https://quejas.example/follow")

    assert printed.startswith(b"\x1b@\x1bt\x02")
    assert printed.endswith(b"\x1dV\x42\x00")
    assert b"4821 0937\n5512 7381\n" in printed
    assert "Número de caso:".encode("cp850") in printed
    words = re.sub(rb"\x1b.[\x00\x02\x30]?|\x1dV..", b"", printed).decode("cp850")
    assert max(len(line) for line in words.split("\n")) <= 32


@pytest.mark.parametrize(
    ("origin", "clave", "status"),
    [
        ("https://quejas.example", "4821 0937 5512 7381", 204),
        ("https://elsewhere.example", "4821 0937 5512 7381", 403),
        ("", "4821 0937 5512 7381", 403),
        ("https://quejas.example", "buy something", 400),
    ],
)
def test_only_the_page_we_trust_prints_and_only_a_slip(
    tmp_path: Path, origin: str, clave: str, status: int
) -> None:
    paper = tmp_path / "lp0"
    form = {"clave": clave, "number": "4107-3293", "lang": "qu"}

    assert answer(form, origin=origin, trusted="https://quejas.example", device=paper) == status
    assert paper.exists() is (status == 204)


@pytest.mark.parametrize(
    ("value", "good"), [("http://127.0.0.1:9315", True), ("", True), ("http://10.0.0.7:9315", False)]
)
def test_a_printer_stands_on_the_device_itself(value: str, *, good: bool) -> None:
    made = settings_module.load({"GRIEVANCE_KIOSK_PRINTER": value}, extra=("KIOSK_PRINTER",))

    if good:
        assert address_of(made) == value
    else:
        with pytest.raises(Misconfigured):
            address_of(made)
