"""The whole way by a telephone's menu and by a call, in three languages; a line that drops, a voice nobody else hears."""

import json
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text, update

from channels.gateway_names import AFRICASTALKING_RECORDINGS, EVERY, OF_LINES
from channels.house import House
from channels.incoming.attached import recordings
from channels.outgoing.outbox import PEOPLE
from channels.sms.words import STANDS
from channels.sound import voicedrafts
from channels.sound.recorded import prompts
from channels.talking.menus import FILED, SAID, SURE
from channels.telephone import lines, replying, rings, sessions, ussd
from grievance import vault
from grievance.codes import show
from grievance.complainant import Link
from grievance.errors import Misconfigured, Unknown
from grievance.inbox import WAITING
from grievance.line import CALLED_BACK, RECORDINGS, RINGS
from grievance.line import LINES as SESSIONS
from grievance.message import Message
from grievance.notice import NOTICES
from grievance.record import Entry
from grievance.settings import load
from grievance.staff import Staff
from grievance.vocabulary import Kind, State
from tests.deployment import Keys
from tests.journeys import golden
from tests.journeys.actors import CASE_NUMBER, CLAVE, Officer, Resident, World, a_world, proposed, speaking
from tests.journeys.endings import Told, goes_on_by_text
from tests.journeys.handsets import CALLED, HOOK, LINES, RINGING, SOUND, Caller, Handset
from translations import say
from translations.notices import TEMPLATES
from workflows.rulebook import Rulebook

PHONE = "+51912345678"
LINKS = Link.__table__  # type: ignore[attr-defined]
MESSAGES = Message.__table__  # type: ignore[attr-defined]
IN_PART = {"es": "en parte", "qu": "wakillan", "quy": "wakillan", "ay": "2"}
KEYS = {"es": "1", "qu": "2", "quy": "2", "ay": "3"}
TOLD = {
    "es": "El agua sale turbia desde el lunes * y huele",
    "qu": "Mayu unu qhilli kachkan * mana allinchu",
    "quy": "Mayu yaku qilli kachkan * mana allinchu",
    "ay": "Jawira uma janiw walikiti * uka uma",
}


@pytest.fixture
def lined(tmp_path: Path, database_url: str, keys: Keys) -> Iterator[World]:
    """Found a deployment with menus and calls: once on SQLite, once on PostgreSQL."""
    with a_world(tmp_path, database_url, keys, **LINES) as founded:
        yield founded


@pytest.fixture
def small(tmp_path: Path, sqlite_template: Path, keys: Keys) -> Iterator[World]:
    """Found one on SQLite alone."""
    file = tmp_path / "grievance.db"
    shutil.copyfile(sqlite_template, file)
    with a_world(tmp_path, f"sqlite:///{file}", keys, **LINES) as founded:
        yield founded


def number_on(shown: str) -> str:
    """Find the case number on a screen."""
    return CASE_NUMBER.findall(shown)[0].replace("-", "")


def everything_stored(world: World) -> str:
    """Read every value of every row, as somebody who stole the database would."""
    with world.house.store.engine.connect() as conn:
        if world.house.store.sqlite:
            tables = conn.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'")).scalars().all()
        else:
            tables = conn.execute(
                text("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
            ).scalars().all()  # fmt: skip
        return "\n".join(
            repr(row)
            for table in tables
            for row in conn.execute(text(f'SELECT * FROM "{table}"'))  # noqa: S608
        )


@pytest.mark.parametrize("language", ["es", "qu", "quy", "ay"])
def test_a_complaint_by_menu_becomes_a_case_and_its_key_comes_by_text(lined: World, language: str) -> None:
    lined = speaking(lined, language)
    handset, resident = Handset(lined, PHONE), lined.resident(PHONE)

    handset.dials()
    handset.types("3")
    handset.types(KEYS[language])
    handset.types("1")
    handset.types(TOLD[language])
    number = number_on(handset.shown)
    handset.types("Huaylluray")
    if not handset.shown.startswith("END"):
        handset.types("1")

    case = lined.case(number)
    assert handset.shown.startswith("END")
    assert not CLAVE.search(handset.shown)
    assert (case.state, case.channel, case.language) == (State.RECEIVED, "ussd", language)
    assert CLAVE.search(resident.reads_of(show(number)))
    told, page = Told(resident, lines=handset.page), handset.page
    told.reads()

    def looks() -> None:
        later = Handset(lined, PHONE)
        later.dials()
        later.types("2")
        later.types("1")
        page.extend(later.page)
        assert show(number) in later.shown

    looks()
    lined.reviewer().routes(
        number, "qorimayu", "qorimayu"
    )  # the code is everybody's: a person says whose case it is
    goes_on_by_text(told, lined.officer(), show(number), IN_PART[language], looks=looks)
    golden.compare(f"ussd-{language}", page)
    assert lined.case(number).state == State.CLOSED


def a_machine_speaks(world: World, language: str) -> None:
    """Put a machine's draft of every sentence of a language into this deployment."""
    folder = voicedrafts.folder_of(world.house.settings) / language
    folder.mkdir(parents=True)
    for key in prompts():
        (folder / f"{key}{voicedrafts.ENDING}").write_bytes(SOUND)


def test_a_phone_without_a_case_is_not_told_to_look_at_its_digits(small: World) -> None:
    handset = Handset(small, PHONE)
    handset.dials()
    handset.types("2")

    handset.types("1")

    assert "no muestra aqui ningun caso" in handset.shown
    assert "otra vez" not in handset.shown
    handset.types("1234567")
    assert "otra vez" in handset.shown


@pytest.mark.parametrize("language", ["es", "qu", "ay"])
def test_a_voice_becomes_a_case_at_review_and_a_person_writes_it_down(lined: World, language: str) -> None:
    caller, resident, reviewer = Caller(lined, PHONE), lined.resident(PHONE), lined.reviewer()
    if language != "es":
        a_machine_speaks(lined, language)

    caller.calls()
    caller.presses("3")
    caller.presses(KEYS[language])
    caller.presses("1")
    caller.speaks()
    caller.presses("1")

    case = lined.cases()[0]
    assert (case.channel, case.room, case.state) == ("phone_voice", "review", State.RECEIVED)
    assert "<Hangup" in caller.heard
    assert CLAVE.search(resident.reads_of(show(case.number)))
    assert recordings.fetch(lined.worker) == 1
    assert lined.network.recordings == {}
    reviewer.signs_in()
    page = reviewer.gets("/review/recordings").text
    assert show(case.number) in page
    recording = lined.look(select(RECORDINGS))[0]
    assert reviewer.gets(f"/review/recordings/{recording.id}").status_code == 404
    reviewer.posts(f"/review/recordings/{recording.id}/open")
    assert (
        f"/review/recordings/{recording.id}/sound" in reviewer.gets(f"/review/recordings/{recording.id}").text
    )
    assert reviewer.gets(f"/review/recordings/{recording.id}/sound").data == SOUND
    reviewer.posts(f"/review/recordings/{recording.id}", text="El agua sale turbia, dice Rosa Quispe")
    assert lined.look(select(RECORDINGS)) == []
    assert lined.look(select(vault.TEXTS).where(vault.TEXTS.c.field == "audio")) == []
    assert "El agua sale turbia" in reviewer.opens(case.number)
    told, page, clave = Told(resident, lines=caller.page), caller.page, resident.clave.replace(" ", "")
    told.reads()

    def looks() -> None:
        later = Caller(lined, "anonymous")
        later.calls()
        later.presses("2")
        later.presses(clave)
        page.extend(later.page)
        assert case.number in "".join(words for words in later.says() if words.isdigit())

    looks()
    if not lined.house.store.sqlite:
        return
    reviewer.routes(case.number, "qorimayu", "qorimayu")
    goes_on_by_text(told, lined.officer(), show(case.number), IN_PART[language], looks=looks)
    golden.compare(f"voice-{language}", page)
    assert lined.case(case.number).state == State.CLOSED


def test_a_line_that_drops_after_the_words_loses_nothing_and_goes_on(lined: World) -> None:
    first, again = Handset(lined, PHONE), Handset(lined, PHONE)
    first.dials()
    first.types("1")
    first.types("El polvo no deja respirar a nadie")

    offered = again.dials()
    gone_on = again.types("1")
    ended = again.types("Huaylluray")

    assert len(lined.cases()) == 1
    assert "polvo" not in offered
    assert not CASE_NUMBER.search(offered)
    assert CASE_NUMBER.findall(gone_on) == CASE_NUMBER.findall(first.shown)
    assert ended.startswith("END")


def test_somebody_who_begins_anew_tells_something_new(small: World) -> None:
    first, again = Handset(small, PHONE), Handset(small, PHONE)
    first.dials()
    first.types("1")

    again.dials()
    begun = again.types("2")

    assert first.dials() == begun


def test_what_is_written_where_somebody_comes_back_is_added_and_the_menu_says_to_which_case(
    lined: World,
) -> None:
    first, again, reviewer = Handset(lined, PHONE), Handset(lined, PHONE), lined.reviewer()
    first.dials()
    first.types("1")
    first.types("El polvo no deja respirar a nadie")
    number = number_on(first.shown)

    again.dials()
    said = again.types("Y ahora se enferman los animales")

    lined.pass_time(hours=20)
    reviewer.signs_in()
    assert f"al caso {show(number)} lo que usted escribio" in said
    assert len(lined.cases()) == 1
    assert "se enferman los animales" in reviewer.opens(number)


def test_a_question_on_a_menu_becomes_a_request_for_information(lined: World) -> None:
    handset = Handset(lined, PHONE)
    handset.dials()
    asked = handset.types("PREGUNTA")

    handset.types("Cuánta agua usa la mina de Huaylluray")

    assert "quiere saber" in asked
    assert handset.shown.startswith("END Caso ")
    assert [case.kind for case in lined.cases()] == [Kind.INFORMATION_REQUEST]


def test_a_step_the_network_repeats_is_answered_alike_and_files_once(lined: World) -> None:
    handset = Handset(lined, PHONE)
    handset.dials()
    handset.types("1")
    told = handset.types("El agua * sale * turbia")

    again = handset.repeats()

    assert again == told
    assert len(lined.cases()) == 1


def test_stars_are_part_of_what_somebody_writes_and_an_empty_entry_is_none(small: World) -> None:
    handset, reviewer = Handset(small, PHONE), small.reviewer()
    handset.dials()
    asked = handset.types("1")

    empty = handset.types("")
    handset.types("El agua * sale ** turbia *")

    assert empty == asked
    number = small.cases()[0].number
    reviewer.signs_in()
    assert "El agua * sale ** turbia *" in reviewer.opens(number)


def files(handset: Handset) -> str:
    """Complain on a menu, and name what it is about."""
    handset.dials()
    handset.types("1")
    handset.types("El agua de Huaylluray sale turbia desde el lunes")
    return handset.shown if handset.shown.startswith("END") else handset.types("1")


def test_whoever_chose_no_messages_and_complains_again_gets_the_key_that_the_menu_promises(
    lined: World,
) -> None:
    handset, resident = Handset(lined, PHONE), lined.resident(PHONE)
    files(handset)
    handset.dials()
    handset.types("4")
    handset.types("1")
    before = len(resident.inbox())

    shown = files(Handset(lined, PHONE))

    assert "le llega por mensaje" in shown
    assert len(resident.inbox()) > before
    assert resident.number == CASE_NUMBER.findall(shown)[0]


def test_a_call_that_mutes_a_phone_is_told_to_that_phone_and_taken_back_by_it(lined: World) -> None:
    resident = lined.resident(PHONE)
    resident.texts("El agua de Huaylluray sale turbia desde el lunes")
    forger = Caller(lined, PHONE)
    forger.calls()

    forger.presses("4")
    asked = forger.words
    before = len(resident.inbox())
    forger.presses("1")

    assert "¿Eso quiere?" in asked
    assert len(resident.inbox()) == before + 1
    assert "Mande ALTA" in resident.reads()
    resident.texts("ALTA")
    assert resident.reads() == say(TEMPLATES["started"].words, "es")


def test_who_spoke_of_a_danger_is_told_the_key_for_it_before_anybody_listens(lined: World) -> None:
    caller = Caller(lined, PHONE)
    caller.calls()
    caller.presses("1")

    caller.speaks()
    asked = " ".join(caller.page[-3:])
    caller.presses("9")

    assert "Marque 9 Estoy en peligro" in asked
    spoken, danger = sorted(lined.cases(), key=lambda case: case.protected)
    assert (spoken.protected, danger.protected) == (False, True)
    assert [(row.older, row.why) for row in lined.look(select(LINKS))] == [(spoken.id, "danger")]


def test_a_case_number_keyed_in_a_call_is_told_from_a_key_and_zero_leads_back(small: World) -> None:
    resident, caller = small.resident(PHONE), Caller(small, PHONE)
    resident.texts("El agua de Huaylluray sale turbia desde el lunes")
    caller.calls()
    caller.presses("2")

    caller.presses(resident.number.replace("-", ""))
    told = caller.words
    caller.presses("0")
    caller.presses("0")

    assert "No es el número de caso: tiene dieciséis cifras" in told
    assert "marque cero" in told
    assert "Contar qué pasa" in caller.words


def test_who_calls_hears_each_number_twice(small: World) -> None:
    told, danger = Caller(small, PHONE), Caller(small, PHONE)
    told.calls()
    told.presses("1")
    told.speaks()
    told.presses("1")
    danger.calls()
    danger.presses("9")

    numbers = [" ".join(case.number) for case in small.cases()]
    assert [sorted(one.page.count(f"> {number}") for number in numbers) for one in (told, danger)] == [
        [0, 3],
        [0, 1],
    ]
    assert danger.page.count("> 1 1 2") == 2


def test_where_the_provider_blocks_the_menu_says_how_the_key_comes_and_it_does(small: World) -> None:
    resident = small.resident(PHONE)
    resident.texts("STOP", OptOutType="STOP")

    shown = files(Handset(small, PHONE))
    assert "mande ALTA y le llega su clave" in shown
    assert resident.inbox() == []

    resident.texts("ALTA")
    assert CLAVE.search(resident.reads_of(CASE_NUMBER.findall(shown)[0]))


def test_a_menu_without_a_number_promises_no_message(small: World) -> None:
    shown = files(Handset(small, ""))

    assert len(small.cases()) == 1
    assert "numero esta oculto" in shown
    assert "le llega por mensaje" not in shown


def test_danger_by_menu_is_heard_before_anybody_hangs_up_and_stays_with_review(lined: World) -> None:
    handset, officer = Handset(lined, PHONE), lined.officer()
    handset.dials()

    shown = handset.types("9")

    case = lined.cases()[0]
    assert (case.protected, case.room) == (True, "review")
    assert "112" in shown
    assert not officer.sees(show(case.number))


def test_where_a_case_stands_is_told_to_its_phone_and_to_its_key_and_to_nobody_else(small: World) -> None:
    mine, another, resident = Handset(small, PHONE), Handset(small, "+51987000001"), small.resident(PHONE)
    mine.dials()
    mine.types("1")
    mine.types("El agua sale turbia desde el lunes")
    small.deliver()
    number, clave = resident.number.replace("-", ""), resident.clave.replace(" ", "")

    by_number = Handset(small, PHONE).dials(number)
    of_others = another.dials(number)
    by_key = another.dials(clave)
    wrong = another.dials(clave[:-1] + str((int(clave[-1]) + 1) % 10))

    assert show(number) in by_number
    assert show(number) in by_key
    assert show(number) not in of_others
    assert "Mire cada" in of_others
    assert show(number) not in wrong


def test_a_stolen_phone_is_told_of_no_case_by_its_menu_not_even_with_the_key_it_holds(small: World) -> None:
    resident = small.resident(PHONE)
    resident.texts("El agua sale turbia desde el lunes")
    number, clave = resident.number.replace("-", ""), resident.clave.replace(" ", "")
    before = Handset(small, PHONE).dials(number), Handset(small, PHONE).dials(clave)

    small.resident("+51987000007").texts(f"{clave} robado")

    after = Handset(small, PHONE).dials(number), Handset(small, PHONE).dials(clave)
    elsewhere = Handset(small, "+51987000007").dials(clave)
    assert all(resident.number in told for told in before)
    assert not any(resident.number in told for told in after)
    assert resident.number in elsewhere


def test_a_phone_that_others_read_tells_of_no_case_without_the_key(small: World) -> None:
    resident = small.resident(PHONE)
    resident.texts("El agua sale turbia desde el lunes en Huaylluray")
    officer = small.officer()
    officer.waits_for(resident.number)
    officer.acknowledges(resident.number)
    resident.waits_for("una persona ya lo tiene")
    number, clave = resident.number, resident.clave.replace(" ", "")
    before = Handset(small, PHONE).dials(number.replace("-", ""))

    resident.answers("COMPARTIDO")
    after = Handset(small, PHONE).dials(number.replace("-", ""))
    by_key = Handset(small, PHONE).dials(clave)

    assert number in before
    assert number not in after
    assert number in by_key


def test_a_key_typed_in_a_call_tells_where_the_case_stands_and_a_wrong_one_is_asked_again(
    small: World,
) -> None:
    resident, caller = small.resident(PHONE), Caller(small, "anonymous")
    resident.texts("El agua sale turbia desde el lunes en Huaylluray")
    clave = resident.clave.replace(" ", "")

    caller.calls()
    caller.presses("2")
    garbled = caller.presses(f"{clave[:-1]}{(int(clave[-1]) + 1) % 10}")
    wrong = caller.presses("4821093755127381")
    right = caller.presses(clave)

    assert "No encontramos esa clave" in garbled
    assert "No encontramos esa clave" in wrong
    assert say(STANDS[State.RECEIVED], "es") in right
    assert "<Gather" in right
    assert "<Hangup" in caller.presses("1")


def carried_out(world: World, officer: Officer, number: str) -> None:
    """Let the company carry out what was agreed, and let word of it arrive."""
    officer.carries_out(number)
    officer.keeps_the_promise(number)
    world.pass_time(hours=20)


def test_by_menu_somebody_answers_from_the_offer_to_the_end_with_the_key_they_were_sent(lined: World) -> None:
    handset, resident, officer = Handset(lined, PHONE), lined.resident(PHONE), lined.officer()
    handset.dials()
    for entry in ("1", "El agua sale turbia desde el lunes", "Huaylluray"):
        handset.types(entry)
    number = number_on(handset.shown)
    lined.deliver()
    clave = resident.clave.replace(" ", "")
    lined.reviewer().routes(number, "qorimayu", "qorimayu")
    proposed(lined, resident, officer)

    by_number = Handset(lined, PHONE).dials(number)
    asked = handset.dials(clave)
    words = handset.types("5")
    back = handset.types("1")
    sure = handset.types("1")
    noted = handset.types("1")
    waits = lined.look(select(WAITING.c.step, WAITING.c.facts).where(WAITING.c.step == "accept"))
    lined.until(lambda: lined.case(number).state == State.AGREED)
    carried_out(lined, officer, number)
    done = handset.dials(clave)
    handset.types("1")
    lined.until(lambda: lined.case(number).state == State.VERIFIED)

    assert by_number.startswith("END")
    assert "Arreglamos" not in asked, "whoever looks over a shoulder sees first what is asked, and no words"
    assert ("1 Acepto" in asked, "3 Que lo revise otra entidad" in asked) == (True,) * 2
    assert words.startswith("CON Lo que le escribieron:\nArreglamos la tuberia rota.")
    assert back == asked
    assert "1 Acepto" in sure
    assert noted == "END Anotado: Acepto. Sale en el proximo envio."
    assert [(step, json.loads(facts)["credential"]) for step, facts in waits] == [("accept", "clave")]
    assert "la empresa dice que ya cumplio" in done
    golden.compare("ussd-answers-es", handset.page)


def test_a_voice_is_heard_by_nobody_of_the_third_party_who_serves_another_site_or_is_off_its_case(
    small: World,
) -> None:
    caller, reviewer, other = Caller(small, PHONE), small.reviewer(), small.reviewer("pilar")
    caller.calls()
    caller.presses("1")
    caller.speaks()
    recordings.fetch(small.worker)
    voice, number = small.look(select(RECORDINGS))[0].id, small.cases()[0].number
    reviewer.routes(number, "qorimayu", "qorimayu", release=False)
    other.opens(number)

    def serves(sites: str) -> None:
        pilar = update(Staff.__table__).where(Staff.login == "pilar").values(sites=sites)  # type: ignore[attr-defined,arg-type]
        small.house.store.transact(lambda conn: conn.execute(pilar))

    def hears() -> tuple[bool, set[int]]:
        listed = show(number) in other.gets("/review/recordings").text
        tried = {
            other.posts(f"/review/recordings/{voice}/open").status_code,
            other.gets(f"/review/recordings/{voice}").status_code,
            other.gets(f"/review/recordings/{voice}/sound").status_code,
        }
        return listed, tried

    assert hears() == (True, {200, 303})
    serves('["illapa"]')
    assert hears() == (False, {404})
    serves("[]")
    assert hears() == (True, {200, 303})
    other.does("recuse", number)
    assert hears() == (False, {404})

    reviewer.posts(f"/review/recordings/{voice}/open")
    assert reviewer.gets(f"/review/recordings/{voice}/sound").data == SOUND


def test_by_call_somebody_without_a_number_hears_the_offer_says_yes_and_confirms_that_it_was_done(
    lined: World,
) -> None:
    caller, reviewer, officer = Caller(lined, "anonymous"), lined.reviewer(), lined.officer()
    caller.calls()
    caller.presses("1")
    caller.speaks()
    clave = "".join("".join(words for words in caller.says() if words.isdigit())[8:24])
    recordings.fetch(lined.worker)
    recording, number = lined.look(select(RECORDINGS))[0], lined.cases()[0].number
    reviewer.signs_in()
    reviewer.posts(f"/review/recordings/{recording.id}/open")
    reviewer.posts(f"/review/recordings/{recording.id}", text="El agua sale turbia desde el lunes")
    reviewer.routes(number, "qorimayu", "qorimayu")
    officer.answers(number, "Arreglamos la tubería rota.", "Cambiar la tubería")

    def opens() -> Caller:
        later = Caller(lined, "anonymous")
        later.calls()
        later.presses("2")
        later.presses(clave)
        caller.page += later.page
        return later

    heard = opens()
    offer, so_far = heard.says(), len(heard.page)
    heard.presses("1")
    noted = heard.presses("1")
    caller.page += heard.page[so_far:]
    lined.until(lambda: lined.case(number).state == State.AGREED)
    carried_out(lined, officer, number)
    done = opens()
    said = done.says()
    so_far = len(done.page)
    confirmed = done.presses("1")
    caller.page += done.page[so_far:]
    lined.until(lambda: lined.case(number).state == State.VERIFIED)

    assert any("Arreglamos la tubería rota." in words for words in offer)
    assert any("aconsejarle gratis" in words for words in offer), "the list that no text message could bring"
    assert "<Hangup" in noted
    assert "Acepto" in noted
    assert "La empresa dice que ya cumplió. ¿Es verdad?" in said
    assert "Sí, ya lo hicieron" in confirmed
    assert "tubería" not in everything_stored(lined)
    golden.compare("voice-answers-es", caller.page)


LONG = " ".join(f"Medida {n}: cambiamos un tramo de la tubería y lo probamos con ustedes." for n in range(6))


def undone(pages: list[str]) -> str:
    """Join pages of a menu: the keys to leaf through them left out."""
    kept = [
        line
        for page in pages
        for line in page.removeprefix("CON ").split("\n")
        if line[:3] not in ("99 ", "98 ")
    ]
    return " ".join(kept)


def reached(world: World, *templates: str) -> set[bool]:
    """Tell of all messages of some kinds whether they reached their person."""
    owed = select(NOTICES.c.reached_on).where(NOTICES.c.template.in_(templates))
    return {row.reached_on is not None for row in world.look(owed)}


def to_the_last_page(handset: Handset, page: str) -> Iterator[str]:
    """Leaf on from a page as far as it goes."""
    while "\n99 " in page:
        page = handset.types("99")
        yield page


@pytest.mark.parametrize("language", ["es", "qu", "ay"])
def test_whoever_has_no_number_reads_a_long_offer_by_page_with_the_clave_and_only_then_it_reached_them(
    lined: World, language: str
) -> None:
    neighbour, officer = lined.neighbour(), lined.officer()
    neighbour.complains("El agua sale turbia desde el lunes", site="qorimayu", place="Huaylluray")
    clave = neighbour.clave.replace(" ", "")
    officer.answers(neighbour.number, LONG, "Cambiar la tubería")
    handset = Handset(lined, PHONE)
    handset.dials()
    for entry in ("3", KEYS[language], "2"):
        handset.types(entry)

    asked = handset.types(clave)
    pages = [handset.types("5"), handset.types("99")]
    before = reached(lined, "proposal", "advisers")
    pages += to_the_last_page(handset, pages[-1])
    noted = reached(lined, "proposal", "advisers")
    waits = waiting(lined)
    said = " ".join(" ".join(page.split("\n")) for page in pages)

    assert "1 " in asked
    assert all(ussd.septets(page.removeprefix("CON ")) <= ussd.AIM for page in pages)
    assert all(f"Medida {n}: cambiamos un tramo" in undone(pages) for n in range(6))
    assert ("Castellano" in said.split("Medida")[0]) == (language != "es"), (
        "whose language it is, is said first"
    )
    assert (before, noted) == ({False}, {True})
    assert {"accept", "talk", "ask_review"}.isdisjoint(waits), "to read is to answer nothing"
    stored = everything_stored(lined)
    assert "Medida" not in stored
    assert clave not in stored


def test_the_words_of_an_offer_are_on_no_page_after_the_line_dropped_nor_without_the_key(
    small: World,
) -> None:
    resident, _ = an_offer(small)
    handset = in_case(small, resident)
    handset.types("5")

    again = Handset(small, PHONE)
    shown = [again.dials(), again.types("99"), again.types("2"), again.types("1")]
    house = replace(small.house, ring=small.house.ring.face("web"))
    without = lines.answer(
        house, sessions.Knock("simulator", "ussd", handset.session, PHONE, "*384*1#", entry="5", place=2)
    )

    assert not any("Arreglamos" in page for page in shown)
    assert without.known.words == ""


def test_a_network_that_brings_only_the_last_entry_is_told_by_which_ways_the_words_come(small: World) -> None:
    resident, _ = an_offer(small)
    clave, house = resident.clave.replace(" ", ""), replace(small.house, ring=small.house.ring.face("web"))

    phones = {"bare": PHONE, "whole": OTHER}

    def last(session: str, entry: str, place: int | None, *, typed: str = "") -> lines.Shown:
        knock = sessions.Knock(
            "simulator", "ussd", session, phones[session], "*555#", entry=entry, place=place, typed=typed
        )
        return lines.answer(house, knock)

    last("bare", clave, None)
    last("whole", clave, None, typed=clave)
    only, brought = last("bare", "5", 1), last("whole", "5", 1, typed=f"{clave}*5")
    wrong = last("whole", "99", 2, typed="5*99")

    assert (only.screen.prompt, only.known.words) == ("words", "")
    assert brought.known.words.startswith("Arreglamos la tubería rota.")
    assert (wrong.screen.prompt, wrong.known.words) == ("words", "")


def test_a_phone_that_was_stolen_meanwhile_reads_no_further(small: World) -> None:
    resident, _ = an_offer(small)
    handset = in_case(small, resident)
    read = handset.types("5")

    small.resident("+51987000007").texts(f"{resident.clave} robado")
    after = handset.types("99")

    assert "Arreglamos" in read
    assert "Arreglamos" not in after


def an_offer(world: World, *, severity: str = "medium") -> tuple[Resident, Officer]:
    """Walk a case that came by text message to its offer."""
    resident, officer = world.resident(PHONE), world.officer()
    resident.texts("El agua sale turbia desde el lunes en Huaylluray")
    proposed(world, resident, officer, severity=severity)
    return resident, officer


def in_case(world: World, resident: Resident, *, by: str = PHONE) -> Handset:
    """Dial the key that the resident was sent, from their own telephone or another one."""
    handset = Handset(world, by)
    handset.dials(resident.clave.replace(" ", ""))
    return handset


def waiting(world: World) -> list[str]:
    return [row.step for row in world.look(select(WAITING.c.step))]


def test_what_the_rules_refuse_is_refused_in_words_and_nothing_waits(small: World) -> None:
    resident, _ = an_offer(small, severity="high")
    handset, caller = in_case(small, resident), Caller(small, PHONE)
    caller.calls()
    caller.presses("2")
    caller.presses(resident.clave.replace(" ", ""))

    handset.types("1")
    shown = handset.types("1")
    caller.presses("1")
    heard = caller.presses("1")
    before = waiting(small)
    small.pass_time(days=8)
    later = in_case(small, resident)
    later.types("1")
    noted = later.types("1")

    assert "siete dias para pensarlo" in shown
    assert "siete días para pensarlo" in heard
    assert "accept" not in before
    assert noted.startswith("END Anotado")


def test_an_answer_to_what_is_asked_no_more_is_not_noted(small: World) -> None:
    resident, _ = an_offer(small)
    handset = in_case(small, resident)
    handset.types("1")
    resident.answers("3")
    small.until(lambda: small.case(resident.number).state != State.PROPOSED)
    house = replace(small.house, ring=small.house.ring.face("web"))

    said = replying.reply(
        house, small.case(resident.number).id, "accept", asked=SURE, pseudonym=house.ring.pseudonym(PHONE)
    )

    assert (said.work, said.why) == (None, replying.MOVED)


def test_a_key_counts_a_quarter_of_an_hour_in_a_menu_and_then_is_asked_for_again(small: World) -> None:
    resident, _ = an_offer(small)
    in_time, late = in_case(small, resident), in_case(small, resident, by=OTHER)

    small.clock.now += lines.OPEN_FOR
    shown = in_time.types("4")
    small.clock.now += timedelta(seconds=1)
    asked = late.types("2")
    danger = late.types("9")

    assert "Retirar mi queja" in shown
    assert "talk" not in waiting(small)
    assert "Mire cada numero" in asked
    assert "112" in danger, "danger is heard first, however late"


def test_whoever_is_pressed_to_erase_says_so_and_nothing_ends_and_who_is_not_has_it_erased(
    small: World,
) -> None:
    resident, officer = an_offer(small)
    handset, again, older = (
        in_case(small, resident),
        in_case(small, resident, by=OTHER),
        small.case(resident.number),
    )
    handset.types("4")
    asked = handset.types("3")
    safe = handset.types("1")
    before = waiting(small)
    again.types("4")
    again.types("3")
    noted = again.types("2")
    steps = waiting(small)
    small.until(lambda: small.case(older.number).state == State.CLOSED)

    protected = next(case for case in small.cases() if case.protected)
    assert "La empresa no ve su respuesta" in asked
    assert "entidad independiente" in safe
    assert ("erase" in before, "erase" in steps) == (False, True)
    assert noted.startswith("END Anotado")
    assert small.look(select(LINKS.c.older, LINKS.c.why).where(LINKS.c.case == protected.id)) == [
        (older.id, "danger")
    ]
    assert not officer.sees(show(protected.number))


def test_whether_another_body_may_get_the_case_is_asked_and_answered_by_call(
    small: World,
) -> None:
    resident, officer = an_offer(small)
    officer.does(
        "referral_preview", resident.number, body="pe-ombudsman", text="Recibirían la fecha y el lugar."
    )
    caller = Caller(small, PHONE)
    caller.calls()
    caller.presses("2")
    caller.presses(resident.clave.replace(" ", ""))
    asked = caller.says()

    noted = caller.presses("2")

    waits = small.look(select(WAITING.c.facts).where(WAITING.c.step == "consent"))
    assert any("Recibirían la fecha y el lugar." in words for words in asked)
    assert any("Nada se pasa sin su permiso" in words for words in asked)
    assert "No, que no se pase" in noted
    assert [json.loads(row.facts)["answer"] for row in waits] == ["no"]


def test_what_another_body_would_get_is_read_by_page_with_the_clave_before_anybody_says_yes(
    lined: World,
) -> None:
    neighbour, officer = lined.neighbour(), lined.officer()
    neighbour.complains("El agua sale turbia desde el lunes", site="qorimayu", place="Huaylluray")
    number, clave = neighbour.number.replace("-", ""), neighbour.clave.replace(" ", "")
    officer.waits_for(neighbour.number)
    officer.acknowledges(number)
    officer.does("referral_preview", number, body="pe-ombudsman", text=LONG)
    officer.does("update", number, text="El lunes miramos el canal otra vez.")
    handset = Handset(lined, PHONE)
    handset.dials()
    handset.types("2")

    asked = [handset.types(clave), handset.types("99")]
    pages, before = [handset.types("5")], reached(lined, "referral")
    pages += to_the_last_page(handset, pages[-1])
    back = handset.types("1")
    unread = "consent" in waiting(lined)
    noted = handset.types("1")

    assert "5 Ver u oir el texto" in asked[1]
    assert "Con 5 ve" in asked[0]
    assert all(ussd.septets(page.removeprefix("CON ")) <= ussd.AIM for page in pages)
    assert all(f"Medida {n}: cambiamos un tramo" in undone(pages) for n in range(6))
    assert "El lunes" not in undone(pages), "what was written since is no part of it"
    assert (before, reached(lined, "referral")) == ({False}, {True})
    assert "Nada se pasa sin su permiso" in back
    assert not unread, "to read is to answer nothing"
    assert noted.startswith("END Anotado")
    stored = everything_stored(lined)
    assert "Medida" not in stored
    assert clave not in stored


def test_a_network_that_brings_only_the_last_entry_says_how_else_to_see_what_another_body_would_get(
    small: World,
) -> None:
    resident, officer = an_offer(small)
    officer.does("referral_preview", resident.number, body="pe-ombudsman", text="Recibirían la fecha.")
    house = replace(small.house, ring=small.house.ring.face("web"))

    def last(entry: str, place: int | None) -> lines.Shown:
        knock = sessions.Knock("simulator", "ussd", "bare", PHONE, "*555#", entry=entry, place=place)
        return lines.answer(house, knock)

    last("", None)
    last("2", 1)
    last(resident.clave.replace(" ", ""), 2)
    shown = last("5", 3)

    assert shown.screen.prompt == "words"
    assert shown.known.words == ""


def test_what_is_written_in_an_opened_case_is_added_to_it_from_whichever_phone_holds_the_key(
    small: World,
) -> None:
    resident, officer = an_offer(small)
    borrowed = "+51987650000"
    handset = in_case(small, resident, by=borrowed)

    handset.types("4")
    menu = handset.types("99")
    asked = handset.types("4")
    told = handset.types("Vino el inspector y tomó muestras")

    assert "4 Agregar algo" in menu
    assert "Escriba lo que quiere agregar" in asked
    assert "lo que usted escribio" in told
    assert waiting(small) == ["add"]
    added = small.until(
        lambda: [row for row in small.look(select(Entry.__table__)) if row.step == "add"]  # type: ignore[attr-defined]
    )
    assert [json.loads(row.facts)["credential"] for row in added] == ["clave"]
    assert "Vino el inspector" in officer.opens(resident.number)
    assert len(small.cases()) == 1
    assert Handset(small, borrowed).dials() != menu


def test_a_session_that_broke_off_in_an_opened_case_is_not_gone_on_with(small: World) -> None:
    resident, _ = an_offer(small)
    in_case(small, resident)

    again = Handset(small, PHONE).dials()

    assert "Ya estuvo" not in again
    assert "1 Acepto" not in again


def test_whoever_hides_the_number_hears_the_key_once_and_can_open_the_case_by_it(lined: World) -> None:
    caller, neighbour = Caller(lined, "+266696687"), lined.neighbour()

    caller.calls()
    caller.presses("1")
    caller.speaks()
    said = [words for words in caller.says() if words.isdigit()]
    clave = "".join(said[8:24])
    first = caller.words
    status = neighbour.follows(clave)
    again = lines.answer(
        replace(lined.house, ring=lined.house.ring.face("web")),
        sessions.Knock("twilio", "voice", caller.call, None, CALLED, entry="", place=1, reachable=False),
    )

    assert again.at.state == SAID
    assert again.known.clave == ""
    assert "<Hangup" in caller.heard
    assert status == 200
    assert "Recibimos" in neighbour.sees() or lined.cases()[0].number[:4] in neighbour.sees()
    assert first.count("clave secreta") == 1
    assert clave not in everything_stored(lined)


def test_nobody_who_says_nothing_makes_a_case(small: World) -> None:
    caller = Caller(small, PHONE)
    caller.calls()
    caller.presses("1")

    for _ in range(3):
        caller.is_silent()

    assert "<Hangup" in caller.heard
    assert small.cases() == []


def test_who_rings_is_called_back_once_by_day_and_no_number_is_on_the_list(lined: World) -> None:
    reviewer, rung = lined.reviewer(), [Caller(lined, PHONE, to=RINGING) for _ in range(3)]
    for caller in rung:
        caller.calls()
    Caller(lined, "anonymous", to=RINGING).calls()
    placed_at_once = rings.call_back(lined.worker)
    reviewer.signs_in()
    page = reviewer.gets("/review/recordings").text

    lined.clock.now += rings.SOON
    placed = rings.call_back(lined.worker)

    assert all('<Reject reason="busy"' in caller.heard for caller in rung)
    assert (placed_at_once, placed) == (0, 1)
    assert [form["To"] for form in lined.network.dialled] == [PHONE]
    assert PHONE not in page
    assert "912345678" not in page
    assert lined.look(select(RINGS)) == []


OTHER = "+51987111222"


def test_whoever_is_called_back_is_the_person_who_rang_and_nobody_elses_call_goes_on_where_theirs_broke(
    lined: World,
) -> None:
    first = Caller(lined, PHONE, to=RINGING, called=True)
    second = Caller(lined, OTHER, to=RINGING, called=True)

    first.calls()
    first.presses("1")
    first.speaks()
    began = second.calls()
    second.presses("1")
    second.speaks()

    people = {row.pseudonym for row in lined.look(select(PEOPLE))}
    assert "<Reject" not in began
    assert people == {lined.house.ring.pseudonym(PHONE), lined.house.ring.pseudonym(OTHER)}
    assert len(lined.cases()) == 2


def _ring(world: World, caller: str, *, gateway: str = "africastalking", to: str = "+254711082000") -> None:
    rings.note(world.house, gateway=gateway, caller=caller, recipient=to, reachable=True)
    world.clock.now += timedelta(seconds=1)


def test_rings_of_a_network_that_cannot_call_are_called_by_another_the_oldest_first(lined: World) -> None:
    asked = [f"+5198711100{n}" for n in range(9)]
    for phone in asked:
        _ring(lined, phone)
    Caller(lined, PHONE, to=RINGING).calls()
    lined.clock.now += rings.SOON

    first, second = rings.call_back(lined.worker), rings.call_back(lined.worker)

    dialled = lined.network.dialled
    assert (first, second) == (rings.AT_ONCE, 2)
    assert [form["To"] for form in dialled] == [*asked, PHONE]
    assert {form["From"] for form in dialled[:9]} == {lined.worker.gateways["twilio"].sender}
    assert dialled[-1]["From"] == RINGING
    assert lined.look(select(RINGS)) == []


def test_whom_nobody_can_call_waits_for_three_days_and_is_forgotten_with_the_number(lined: World) -> None:
    nobody = replace(lined.worker, gateways={})
    _ring(lined, PHONE)
    address = lined.look(select(RINGS))[0].address
    lined.clock.now += rings.KEPT

    waits, kept = rings.call_back(nobody), len(lined.look(select(RINGS)))
    lined.clock.now += timedelta(days=1)
    rings.call_back(nobody)

    assert (waits, kept, lined.look(select(RINGS))) == (0, 1, [])
    with pytest.raises(Unknown):
        lined.house.store.read(
            lambda conn: vault.read(conn, address, lined.worker.ring.key("dispatch", vault.DISPATCH))
        )


def test_an_invented_phone_of_the_demo_is_never_called_by_a_real_network(lined: World) -> None:
    _ring(lined, PHONE, gateway="simulator")
    lined.clock.now += rings.SOON

    assert rings.call_back(lined.worker) == 0
    assert lined.network.dialled == []


def test_a_forged_caller_makes_nobodys_phone_ring_all_day_and_the_next_day_counts_anew(lined: World) -> None:
    def rings_all_day() -> int:
        placed = 0
        for _ in range(rings.A_DAY + 2):
            Caller(lined, PHONE, to=RINGING).calls()
            lined.clock.now += rings.SOON
            placed += rings.call_back(lined.worker)
        return placed

    today, kept = rings_all_day(), lined.look(select(CALLED_BACK))
    Caller(lined, "+51987111222", to=RINGING).calls()
    lined.clock.now += rings.SOON
    another = rings.call_back(lined.worker)
    lined.clock.now += timedelta(days=1)
    tomorrow = rings_all_day()

    assert (today, another, tomorrow) == (rings.A_DAY, 1, rings.A_DAY)
    assert [row.calls for row in kept] == [rings.A_DAY]
    assert PHONE not in str(kept)
    assert len(lined.look(select(CALLED_BACK))) == 1, "what was counted yesterday is gone"
    assert lined.look(select(RINGS)) == []


def test_who_asked_for_no_messages_is_not_called_back(small: World) -> None:
    small.resident(PHONE).texts("BAJA")

    Caller(small, PHONE, to=RINGING).calls()

    assert small.look(select(RINGS)) == []


@pytest.mark.parametrize("path", ["/channels/africastalking/ussd?k=otra", "/channels/africastalking/ussd"])
def test_a_menu_without_our_secret_is_refused_and_stores_nothing(small: World, path: str) -> None:
    form = {"sessionId": "s1", "phoneNumber": PHONE, "serviceCode": "*384#", "text": ""}

    refused = small.anybody().post(path, data=form)

    assert refused.status_code == 403
    assert small.look(select(SESSIONS)) == []


def test_a_call_that_twilio_did_not_sign_is_refused(small: World) -> None:
    form = {"CallSid": "CA1", "From": PHONE, "To": RINGING}

    refused = [
        small.anybody().post(f"/channels/twilio/{path}", data=form) for path in ("voice", "voice/recording")
    ]

    assert [answer.status_code for answer in refused] == [403, 403]


def test_a_network_nobody_set_up_has_no_menu_and_no_calls(small: World) -> None:
    answers = [small.anybody().post(f"/channels/{path}") for path in ("twilio/ussd", "nobody/voice")]

    assert [answer.status_code for answer in answers] == [404, 404]


def test_word_that_a_session_ended_is_heard_and_changes_nothing(small: World) -> None:
    handset = Handset(small, PHONE)
    handset.dials()
    over = {
        "sessionId": handset.session,
        "phoneNumber": PHONE,
        "status": "Success",
        "input": "1",
        "serviceCode": "*1#",
    }

    answer = small.anybody().post(f"/channels/africastalking/ussd?k={HOOK}", data=over)

    assert (answer.status_code, answer.text) == (200, "")
    assert small.look(select(SESSIONS.c.steps)) == [(1,)]


def test_neither_number_nor_words_nor_the_networks_ids_are_stored_in_clear(lined: World) -> None:
    handset, caller = Handset(lined, PHONE), Caller(lined, "+51987654321")
    handset.dials()
    handset.types("1")
    handset.types("xilofono turbio desde el lunes")
    caller.calls()
    caller.presses("1")
    caller.speaks()
    recordings.fetch(lined.worker)

    stored = everything_stored(lined)

    for secret in (PHONE, PHONE[3:], "987654321", "xilofono", handset.session, caller.call, "ID3 una voz"):
        assert secret not in stored


def test_a_session_is_forgotten_after_a_day_and_its_case_is_not(small: World) -> None:
    handset = Handset(small, PHONE)
    handset.dials()
    handset.types("1")
    handset.types("El agua sale turbia desde el lunes")

    small.clock.now += sessions.KEPT
    kept = sessions.forget_old(small.house)
    small.clock.now += sessions.KEPT / 24
    gone = sessions.forget_old(small.house)

    assert (kept, gone) == (0, 1)
    assert len(small.cases()) == 1


@pytest.mark.parametrize("state", ["", "{", "[]", '{"state": "tell"}', '{"nothing": 1, "trail": []}'])
def test_a_session_that_nobody_can_read_keeps_no_other_from_being_forgotten(small: World, state: str) -> None:
    for phone in (PHONE, "+51987650009"):
        handset = Handset(small, phone)
        handset.dials()
        handset.types("1")
    one = select(SESSIONS.c.id).order_by(SESSIONS.c.id).limit(1).scalar_subquery()
    small.house.store.transact(
        lambda conn: conn.execute(update(SESSIONS).where(SESSIONS.c.id == one).values(state=state))
    )

    small.clock.now += 2 * sessions.KEPT

    assert sessions.forget_old(small.house) == 2


def test_a_voice_that_is_not_there_yet_is_asked_for_again(small: World) -> None:
    caller = Caller(small, PHONE)
    caller.calls()
    caller.presses("1")
    caller.speaks()
    late = dict(small.network.recordings)
    small.network.recordings.clear()

    before = recordings.fetch(small.worker)
    small.network.recordings.update(late)
    too_soon = recordings.fetch(small.worker)
    small.clock.now += 2 * recordings.WAIT
    after = recordings.fetch(small.worker)

    assert (before, too_soon, after) == (0, 0, 1)


def test_a_voice_that_never_comes_is_given_up_and_review_sees_that(small: World) -> None:
    caller, reviewer = Caller(small, PHONE), small.reviewer()
    caller.calls()
    caller.presses("1")
    caller.speaks()
    small.network.recordings.clear()

    for _ in range(recordings.PATIENCE):
        recordings.fetch(small.worker)
        small.clock.now += recordings.WAIT * 2**recordings.PATIENCE

    assert [(row.state, row.ref) for row in small.look(select(RECORDINGS))] == [(recordings.LOST, None)]
    reviewer.signs_in()
    assert "pregunte a la persona" in reviewer.gets("/review/recordings?lang=es").text


def test_what_the_person_erased_is_no_longer_to_be_heard(small: World) -> None:
    caller, resident = Caller(small, PHONE), small.resident(PHONE)
    caller.calls()
    caller.presses("1")
    caller.speaks()
    recordings.fetch(small.worker)
    browser = small.neighbour()
    browser.follows(resident.clave)

    browser.does("erase", pressed="no")
    small.pass_time(hours=25)
    recordings.fetch(small.worker)

    assert small.look(select(RECORDINGS)) == []


def test_what_is_no_sound_is_never_kept(small: World) -> None:
    caller = Caller(small, PHONE)
    caller.calls()
    caller.presses("1")
    caller.speaks(sound=b"x" * (recordings.MOST_BYTES + 1))

    fetched = recordings.fetch(small.worker)

    assert fetched == 0
    assert small.look(select(vault.TEXTS).where(vault.TEXTS.c.field == "audio")) == []


def test_a_spoken_danger_makes_the_case_a_protected_one_when_it_is_written_down(small: World) -> None:
    caller, reviewer = Caller(small, PHONE), small.reviewer()
    caller.calls()
    caller.presses("1")
    caller.speaks()
    recordings.fetch(small.worker)
    recording = small.look(select(RECORDINGS))[0]

    reviewer.signs_in()
    reviewer.posts(f"/review/recordings/{recording.id}/open")
    reviewer.posts(f"/review/recordings/{recording.id}", text="Me quieren matar por reclamar")

    assert small.cases()[0].protected


def test_a_recording_of_a_person_is_played_and_served_where_there_is_one(small: World) -> None:
    folder = small.house.settings.home / "prompts" / "es"
    folder.mkdir(parents=True)
    (folder / "v.start.mp3").write_bytes(b"ID3 una voz de aqui")
    caller = Caller(small, PHONE)

    caller.calls()
    served = small.anybody().get("/channels/prompts/es/v.start.mp3")
    others = [small.anybody().get(f"/channels/prompts/{path}").status_code
              for path in ("es/v.tell.mp3", "xx/v.start.mp3", "es/..%2f..%2fgrievance.db", "es/v.start.wav")]  # fmt: skip

    assert "[es/v.start.mp3]" in caller.says()
    assert (served.status_code, served.data, served.mimetype) == (200, b"ID3 una voz de aqui", "audio/mpeg")
    assert others == [404, 404, 404, 404]


def test_two_steps_at_once_are_one(small: World) -> None:
    handset = Handset(small, PHONE)
    handset.dials()
    handset.types("1")
    knock = sessions.Knock(
        gateway="africastalking", kind="ussd", session=handset.session, subscriber=PHONE, recipient="*384*1#",
        entry="1*El agua sale turbia desde ayer", cumulative=True,
    )  # fmt: skip
    house = replace(small.house, ring=small.house.ring.face("web"))

    answers = [lines.answer(house, knock) for _ in range(2)]

    assert answers[0].at == answers[1].at
    assert len(small.cases()) == 1


SCHEDULES = st.lists(
    st.tuples(
        st.sampled_from(["1", "0", "2", "hola", "El agua sale turbia", "Huaylluray", "", "9"]),
        st.integers(0, 2),
    ),
    max_size=7,
)


@settings(max_examples=12)
@given(schedule=SCHEDULES)
def test_whatever_a_network_repeats_or_brings_late_it_is_as_if_all_had_come_once(
    small: World, schedule: list[tuple[str, int]]
) -> None:
    house = replace(small.house, ring=small.house.ring.face("web"))
    phones, before = [f"+519{secrets.randbelow(10**8):08}" for _ in range(2)], len(small.cases())

    def play(phone: str, *, disordered: bool) -> tuple[str, int]:
        session, typed, shown, first = secrets.token_hex(8), "", [], len(small.cases())
        for entry, times in [("", 0), *schedule]:
            typed = f"{typed}*{entry}" if len(shown) > 1 else entry
            late = [typed[:-1], typed] if disordered and typed else []
            for said in [typed, *(late * times)]:
                knock = sessions.Knock(
                    gateway="africastalking", kind="ussd", session=session, subscriber=phone, recipient="*384*1#",
                    entry=said or None, cumulative=True,
                )  # fmt: skip
                answered = lines.answer(house, knock)
            shown.append(answered.at.state)
        return ",".join(shown), len(small.cases()) - first

    once, again = (play(phone, disordered=bool(n)) for n, phone in enumerate(phones))

    assert once == again
    assert len(small.cases()) - before == once[1] + again[1]


def test_a_menu_that_is_an_operators_own_brings_its_desk_the_case_and_asks_no_company(small: World) -> None:
    mechanism, officer = small.house.rules.current, small.officer()
    own = replace(
        mechanism.channels[1], key="menu-qorimayu", kind="ussd", gateway="africastalking", number="*384*1#"
    )
    changed = replace(mechanism, channels=(*mechanism.channels, own))
    house = replace(small.house, ring=small.house.ring.face("web"), rules=Rulebook(current=changed))
    knock = sessions.Knock(
        gateway="africastalking", kind="ussd", session="s1", subscriber=PHONE, recipient="*384*1#",
        entry="El agua sale turbia en Huaylluray", cumulative=True,
    )  # fmt: skip

    shown = lines.answer(house, knock)
    small.pass_time(hours=25)

    assert shown.at.state == FILED
    assert officer.sees(show(shown.known.number))


def test_every_setting_a_door_declares_is_known_to_whoever_only_starts_a_server() -> None:
    env = {f"GRIEVANCE_{name}": "+51900000001" for name in ("FOCAL_PAGE", *OF_LINES)}

    known = load(env, extra=EVERY)

    assert set(known.extra) == {"FOCAL_PAGE", *OF_LINES}
    with pytest.raises(Misconfigured):
        load({"GRIEVANCE_RING_BAKC": "+51900000001"}, extra=EVERY)


def test_voices_are_never_fetched_without_encryption(small: World) -> None:
    def told(base: str) -> House:
        return replace(
            small.house, settings=replace(small.house.settings, extra={AFRICASTALKING_RECORDINGS: base})
        )

    with pytest.raises(Misconfigured, match="https"):
        recordings.keeper_of(told("http://voice.example"), "africastalking")
    assert recordings.keeper_of(told("https://voice.example"), "africastalking") is not None
    assert recordings.keeper_of(told(""), "africastalking") is None
