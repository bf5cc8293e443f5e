"""One table of questions, and every door: each asks what the table says, and the same answers make the same case."""

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path

import pytest
from sqlalchemy import select

from channels.incoming.filing import Filing
from channels.talking import menus, questions
from channels.talking.questions import DOORS, QUESTIONS, Question
from channels.web.kiosk import screens as kiosk
from grievance.record import Entry
from grievance.vocabulary import Step
from tests.deployment import Keys, keys  # noqa: F401  pytest finds the fixture here
from tests.journeys.actors import NONCE, World, a_world
from tests.journeys.handsets import LINES, Handset
from tests.journeys.test_at_the_kiosk import KIOSK
from translations.lists import every_command
from translations.notices import TEMPLATES

PHONE = "+51987654321"
WORDS = "El canal de riego sale con agua turbia"
PLACE = "Huaylluray"
AS_ASKED = {1: "dc27e75d7d5c3be0"}
"""What each version of the questions is: their digest. A changed table is a new version, beside the old ones."""
NO_QUESTION = {"lang", "nonce"}
ABOUT_A_CASE = {
    menus.STATUS,
    menus.UNKNOWN,
    menus.NONE,
    menus.RESUME,
    menus.HELP,
    menus.ASK,
    menus.STOPPING,
    *menus.WITH_CLAVE,
}
"""States of a menu that ask nothing of a complaint."""


@pytest.fixture
def lined(tmp_path: Path, sqlite_template: Path, keys: Keys) -> Iterator[World]:  # noqa: F811
    file = tmp_path / "grievance.db"
    file.write_bytes(sqlite_template.read_bytes())
    with a_world(tmp_path, f"sqlite:///{file}", keys, **LINES) as founded:
        yield founded


def test_who_changes_the_questions_raises_their_version() -> None:
    table = [(q.key, q.answer, q.writes, sorted(q.asked.items())) for q in QUESTIONS]

    assert hashlib.sha256(json.dumps(table).encode()).hexdigest()[:16] == AS_ASKED[questions.VERSION]


def test_words_that_become_a_case_a_day_later_keep_by_which_questions_they_came(lined: World) -> None:
    lined.resident(PHONE).texts("mi gallina")
    lined.pass_time(hours=25)

    (received,) = lined.look(select(Entry.facts).where(Entry.step == Step.RECEIVE))  # type: ignore[call-overload, arg-type]
    assert json.loads(received.facts)["asked"] == questions.VERSION


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.key)
def test_each_door_asks_a_question_or_says_why_not_and_never_both(question: Question) -> None:
    assert set(question.asked) | set(question.absent) == set(DOORS)
    assert not set(question.asked) & set(question.absent)
    assert all(len(why.split()) > 2 for why in question.absent.values())
    assert not question.writes or question.writes in {field.name for field in fields(Filing)}


def test_the_form_of_the_web_asks_what_the_table_says_in_its_order_and_nothing_else(lined: World) -> None:
    page = lined.anybody().get("/complain?lang=es").text
    form = page[page.index('action="/complain"') :]
    named = list(dict.fromkeys(re.findall(r'<(?:input|textarea|select)[^>]* name="(\w+)"', form)))

    assert [name for name in named if name not in NO_QUESTION] == list(
        dict.fromkeys(name for name in questions.steps("web") if name not in NO_QUESTION)
    )


def test_a_kiosk_has_a_screen_for_each_of_its_questions_in_their_order(lined: World) -> None:
    shell = lined.anybody().get(f"{KIOSK}/shell?lang=es").text
    screens = re.findall(r'data-screen="(\w+)"', shell)

    assert [name for name in screens if name in questions.steps("kiosk")] == list(questions.steps("kiosk"))
    assert [name for name in kiosk.SCREENS if name != "home"] == list(questions.steps("kiosk"))
    assert shell.count("Pregunta ") == len(kiosk.ASKED) == 3


@pytest.mark.parametrize("door", ["menu", "call"])
def test_a_line_has_a_state_for_each_of_its_questions_and_asks_nothing_else(door: questions.Door) -> None:
    asked = set(questions.steps(door))
    states = {state.id for state in menus.STATES.values() if state.kind in ("choice", "text", "code", "info")}

    assert asked <= set(menus.STATES)
    assert states - asked - ABOUT_A_CASE <= ({menus.PLACE} if door == "call" else set())


def test_a_text_message_has_a_message_or_a_word_for_each_of_its_questions() -> None:
    for name in questions.steps("sms"):
        assert name[1:] in TEMPLATES if name.startswith("@") else every_command(name[1:]), name


@pytest.mark.parametrize(("key", "door"), [("theme", "sms"), ("since_when", "web"), ("weather", "web")])
def test_a_question_that_is_not_asked_has_no_name(key: str, door: questions.Door) -> None:
    with pytest.raises(LookupError):
        questions.name_of(key, door)

    assert questions.name_of("theme", "web") == "theme"


def test_a_form_writes_its_answers_and_nothing_else_it_holds() -> None:
    told = questions.answers({"text": " agua ", "theme": "water", "operator": "illapa", "danger": "x"}, "web")

    assert told == {
        "language": "",
        "theme": "water",
        "text": "agua",
        "place": "",
        "site": "",
        "collective": "",
    }


def by_web(world: World) -> None:
    browser = world.anybody()
    nonce = NONCE.findall(browser.get("/complain?lang=es").text)[0]
    told = {"theme": "water", "text": WORDS, "place": PLACE, "site": "qorimayu"}
    browser.post("/complain", data={"lang": "es", "nonce": nonce, **told})


def by_kiosk(world: World) -> None:
    browser = world.anybody()
    browser.post(KIOSK, data={"lang": "es", "theme": "water", "text": WORDS, "zone": PLACE, "go": "send"})


def by_text(world: World) -> None:
    resident = world.resident(PHONE)
    resident.texts(WORDS)
    resident.texts(PLACE)


def by_menu(world: World) -> None:
    handset = Handset(world, PHONE)
    handset.dials()
    for entry in ("1", WORDS, PLACE, "1"):
        handset.types(entry)


@pytest.mark.parametrize(
    ("tells", "mine"),
    [
        (by_web, "qorimayu"), (by_kiosk, "qorimayu"), (by_text, "qorimayu"),
        (by_menu, None),  # its code is everybody's: somebody of the third party says whose case it is
    ],
)  # fmt: skip
def test_the_same_answers_make_the_same_case_by_every_door(
    lined: World, tells: Callable[[World], None], mine: str | None
) -> None:
    tells(lined)

    (case,) = lined.cases()
    assert (case.theme, case.site, case.operator, case.protected, case.kind, case.state) == (
        "water", mine, mine, False, "grievance", "received",
    )  # fmt: skip
    assert case.language == "es"
    (received,) = lined.look(select(Entry.facts).where(Entry.stream == case.id, Entry.step == Step.RECEIVE))  # type: ignore[call-overload, arg-type]
    assert json.loads(received.facts)["asked"] == questions.VERSION
