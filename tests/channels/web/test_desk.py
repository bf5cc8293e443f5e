"""An officer runs a case through the desk, and sees nothing beyond it."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_file
from sqlalchemy import text

import channels.web
from channels.app import create_app
from grievance import record, vault
from grievance.keyring import Ring
from grievance.record import Entry
from grievance.store import Store
from grievance.vocabulary import Role, State, Step
from tests.channels.web.rooms import (
    MASKED,
    NARRATIVE,
    PASSPHRASE,
    Rooms,
    Visitor,
    shown,
    without_token,
    words_of,
)
from translations import catalogue, translate
from workflows.clockwork import rounds
from workflows.rulebook import Rulebook

WEB = Path(channels.web.__file__).parent
ROOMS = (
    "desk", "review", "login", "staffroom", "casewords", "casepage", "caselists", "missing", "forms", "officerforms",
    "reviewforms",
)  # fmt: skip
MODULES = [file for file in sorted(WEB.rglob("*.py")) if file.stem in ROOMS]
ASSESSMENT = {"flags": "none", "issues": "1", "severity": "medium", "text": "El agua del canal baja turbia"}
VISIT = {"went": "visit", "visited_on": "2026-03-04", "text": "Vimos el canal con la familia."}
PROPOSAL = {
    "text": "Limpiamos el canal y medimos el agua cada mes.",
    "answered": "1",
    "evidence": "visit",
    "outcome": "commitments",
    "commitment_1": "Limpiar el canal",
    "due_1": "2026-04-15",
}
LESSON = {
    "root_cause": "maintenance",
    "contractor": "no",
    "preventable": "yes",
    "lesson": "written",
    "text": "Revisar el canal cada mes",
}
VIEWS = ("owed", "decide", "late", "soon", "mine", "requests", "person", "judging", "all")
UNSUPPORTED = "Say what the answer rests on: at least one visit, sample, document or conversation."
UNREACHED = (
    "The acknowledgement has not reached the person yet. Wait until it has, or until three tries failed."
)


@pytest.fixture
def rooms(store: Store, rules: Rulebook, ring: Ring) -> Rooms:
    return Rooms(store, rules, ring, {"rosa": PASSPHRASE})


@pytest.fixture
def officer(rooms: Rooms) -> Visitor:
    rooms.hire("ana")
    return rooms.sign_in("ana")


def investigated(rooms: Rooms, officer: Visitor) -> str:
    number = rooms.complain()
    officer.takes_up(number)
    officer.takes(number, "acknowledge")
    rooms.everything_reaches(number)
    officer.takes(number, "assess", **ASSESSMENT)
    officer.takes(number, "investigate")
    officer.takes(number, "hear")
    officer.takes(number, "visit", **VISIT)
    rooms.everything_reaches(number)
    return number


@pytest.mark.parametrize(
    ("said", "told", "stands"), [(None, "roads", "roads"), ("water", "roads", "water"), (None, "", None)]
)
def test_what_a_complaint_is_about_is_said_at_its_assessment_where_the_person_did_not(
    rooms: Rooms, officer: Visitor, said: str | None, told: str, stands: str | None
) -> None:
    number = rooms.complain(theme=said)
    officer.takes_up(number)
    officer.takes(number, "acknowledge")
    rooms.everything_reaches(number)

    asks = 'name="theme"' in form_of(officer.open(number), "assess")
    officer.takes(number, "assess", **ASSESSMENT | {"theme": told})

    case = rooms.case(number)
    assert asks is (said is None)
    assert (case.state, case.theme) == (State.ASSESSED, stands)
    entries = rooms.house.store.read(lambda conn: record.entries_of(conn, case.id))
    assert not [entry for entry in entries if entry.step == Step.CORRECT]


def test_a_place_in_an_officers_summary_is_no_name_and_a_name_is_none_that_stays(
    rooms: Rooms, officer: Visitor
) -> None:
    number = rooms.complain()
    officer.takes_up(number)
    officer.takes(number, "acknowledge")
    rooms.everything_reaches(number)

    officer.takes(
        number, "assess", **ASSESSMENT | {"text": "Polvo en Thaya Pampa; lo dijo Rosa Mamani Quispe"}
    )

    seen = officer.see("")
    assert "Thaya Pampa" in seen
    assert "Mamani" not in seen


def test_an_officer_walks_a_case_to_closed_and_every_end_is_the_persons_word(
    rooms: Rooms, officer: Visitor
) -> None:
    number = investigated(rooms, officer)
    officer.takes(number, "propose", **PROPOSAL)
    rooms.everything_reaches(number)
    rooms.person(number, Step.ACCEPT)
    officer.takes(number, "carry_out")
    case_page = officer.see(f"/cases/{number}")
    commitment = re.search(r'name="commitment" value="(\w+)"', case_page)
    assert commitment is not None
    officer.takes(number, "keep", commitment=commitment[1], proof="photo")
    rooms.everything_reaches(number)
    rooms.person(number, Step.CONFIRM)
    officer.takes(number, "learn", **LESSON)
    officer.takes(number, "closing_letter", text="Limpiamos el canal. Gracias por avisar.")
    rooms.everything_reaches(number)

    page = officer.step(number, "close")

    assert officer.status == 200
    assert rooms.case(number).state == State.CLOSED
    assert rooms.case(number).sense == "resolved_implemented"
    assert "Limpiar el canal" in page


def test_an_explanation_that_was_accepted_closes_without_carrying_anything_out(
    rooms: Rooms, officer: Visitor
) -> None:
    number = investigated(rooms, officer)
    officer.takes(number, "propose", **PROPOSAL | {"outcome": "explanation", "commitment_1": "", "due_1": ""})
    rooms.everything_reaches(number)
    rooms.person(number, Step.ACCEPT)
    officer.takes(number, "learn", **LESSON)
    officer.takes(number, "closing_letter", text="Así funciona la compuerta. Gracias por avisar.")
    rooms.everything_reaches(number)

    officer.takes(number, "close")

    assert rooms.case(number).sense == "explained_accepted"


def test_a_refused_step_says_why_in_words_and_keeps_what_was_typed(rooms: Rooms, officer: Visitor) -> None:
    number = investigated(rooms, officer)

    page = officer.step(number, "propose", **PROPOSAL | {"evidence": ""})

    assert officer.status == 409
    assert translate("This step was refused", "es") in words_of(page)
    assert translate(UNSUPPORTED, "es") in words_of(page)
    assert "Limpiamos el canal y medimos el agua cada mes." in page
    assert 'value="2026-04-15"' in page
    assert rooms.case(number).state == State.INVESTIGATING


def test_what_no_typing_can_mend_is_said_before_anybody_clicks(rooms: Rooms, officer: Visitor) -> None:
    number = rooms.complain(by=rooms.somebody())
    officer.takes_up(number)
    before = officer.step(number, "acknowledge")
    rooms.everything_reaches(number, days_ago=1)

    after = officer.see(f"/cases/{number}")

    assert translate(UNREACHED, "es") in form_of(before, "assess")
    assert "<button" not in form_of(before, "assess")
    assert "<button" in form_of(after, "assess")


@pytest.mark.parametrize(
    "path", ["?after=-_%00", "?after=2026-03-04_%00", "/findings?item=%00", "/cases/%00"]
)
def test_a_sign_that_is_none_is_refused_wherever_something_is_looked_up_by_it(
    officer: Visitor, path: str
) -> None:
    officer.see(path)
    refused = officer.status
    officer.see(path.replace("%00", "%C3%B1"))

    assert (refused, officer.status) == (400, 404 if "=" not in path or "item" in path else 200)


def test_a_sign_that_is_none_is_refused_in_what_a_desk_writes_and_a_letter_is_not(
    rooms: Rooms, officer: Visitor
) -> None:
    number = investigated(rooms, officer)

    officer.step(number, "update", text="Vamos\0 el lunes.")
    refused = officer.status
    officer.step(number, "update", text="Vamos el lunes, señora.")

    assert (refused, officer.status) == (400, 200)
    assert [m.purpose for m in messages(rooms, number)].count("update") == 1


ARRIVED, SHOWN_LATER = "llegó a la persona el", "se verá aquí desde el día siguiente"


def test_no_page_of_a_desk_changes_in_the_minute_in_which_somebodys_phone_rang(
    rooms: Rooms, officer: Visitor
) -> None:
    number = acknowledged(rooms, officer)
    pages = [f"/cases/{number}", *(f"?view={view}" for view in VIEWS)]
    before = [without_token(officer.see(page)) for page in pages]

    rooms.everything_reaches(number)

    assert [without_token(officer.see(page)) for page in pages] == before
    assert SHOWN_LATER in before[0]
    assert ARRIVED not in before[0]


def test_a_desk_learns_the_day_after_that_a_message_arrived_and_goes_on(
    rooms: Rooms, officer: Visitor
) -> None:
    number = acknowledged(rooms, officer)
    rooms.everything_reaches(number)
    lines = officer.see(f"/cases/{number}").count("sello")
    rooms.later(days=1)
    again = rooms.sign_in("ana")

    page = again.open(number)

    assert ARRIVED in page
    assert SHOWN_LATER not in page
    assert page.count("sello") == lines + 2  # that it was opened, and that the message arrived
    assert "<button" in form_of(page, "assess")


def test_review_and_a_desk_without_batches_learn_at_once_that_a_message_arrived(
    rooms: Rooms, officer: Visitor
) -> None:
    number = acknowledged(rooms, officer)
    rooms.everything_reaches(number)
    rooms.hire("rosa", role=Role.REVIEWER, operator=None)

    at_review = rooms.sign_in("rosa", face="review").open(number)
    settings = replace(rooms.house.settings, batches=())
    demo = create_app(replace(rooms.house, settings=settings)).test_client()
    demo.set_cookie("desk", cookie_of(officer))

    assert ARRIVED in at_review
    assert ARRIVED in demo.get(f"/desk/cases/{number}").text


def acknowledged(rooms: Rooms, officer: Visitor) -> str:
    number = rooms.complain(by=rooms.somebody())
    officer.takes_up(number)
    officer.takes(number, "acknowledge")
    return number


def cookie_of(visitor: Visitor) -> str:
    cookie = visitor.client.get_cookie(visitor.face)
    assert cookie is not None
    return str(cookie.value)


def test_the_page_counts_what_is_missing_to_close(rooms: Rooms, officer: Visitor) -> None:
    number = rooms.complain(by=rooms.somebody())

    first = words_of(officer.open(number))
    officer.takes(number, "acknowledge")
    rooms.everything_reaches(number, days_ago=1)
    officer.takes(number, "assess", **ASSESSMENT)
    second = words_of(officer.see(f"/cases/{number}"))

    assert "Para poder cerrar 0 de 9" in first
    assert "Para poder cerrar 2 de 9" in second


def test_while_a_withdrawal_can_be_taken_back_nothing_presses_the_desk_and_it_closes_nothing(
    rooms: Rooms, officer: Visitor
) -> None:
    number = rooms.complain(by=rooms.somebody())
    before = officer.open(number)
    rooms.person(number, Step.ASK_WITHDRAWAL, pressed=False).settle()
    rooms.later(days=6)
    again = rooms.sign_in("ana")

    after, line = again.open(number), again.see("?view=person")

    assert ("Para poder cerrar" in before, "Para poder cerrar" in after) == (True, False)
    assert "Hasta el" in after
    assert "Hasta el" in line
    assert "Usado el" not in after + line
    assert "Vence " not in line


@pytest.mark.parametrize(
    "words", ["Mire www.mina.example", "Llame al 987654321", "Escriba a ana@mina.pe", "wa.me/51987"]
)
def test_no_link_and_nobodys_number_leaves_in_an_officers_words(
    rooms: Rooms, officer: Visitor, words: str
) -> None:
    number = investigated(rooms, officer)

    page = officer.step(number, "update", text=words)

    assert officer.status == 409
    assert words in page
    assert [m.purpose for m in messages(rooms, number)].count("update") == 0


def test_plain_words_leave(rooms: Rooms, officer: Visitor) -> None:
    number = investigated(rooms, officer)

    officer.step(number, "update", text="Mañana 12/03/2026 vamos a medir el agua.")

    assert officer.status == 200
    assert [m.purpose for m in messages(rooms, number)].count("update") == 1


def test_an_officer_of_another_operator_meets_a_case_that_does_not_exist(rooms: Rooms) -> None:
    number = rooms.complain()
    rooms.hire("beto", operator="illapa")
    stranger = rooms.sign_in("beto")

    seen = [stranger.client.get(f"/desk/cases/{number}"), stranger.client.get("/desk/cases/00000000")]
    done = [
        stranger.client.post(f"/desk/cases/{number}/open"),
        stranger.client.post(f"/desk/cases/{number}/steps/acknowledge"),
        stranger.client.post("/desk/cases/00000000/steps/acknowledge"),
    ]

    assert {answer.status_code for answer in (*seen, *done)} == {404}
    assert seen[0].data == seen[1].data
    assert rooms.case(number).state == State.RECEIVED
    assert shown(number) not in stranger.see()


def test_a_protected_case_is_nowhere_at_the_desk(rooms: Rooms, officer: Visitor) -> None:
    ordinary, protected = rooms.complain(), rooms.complain("Me amenazaron por hablar", protected=True)

    pages = [officer.see(f"?view={view}") for view in VIEWS]
    pages.append(officer.see(f"?q={protected}"))
    officer.see(f"/cases/{protected}")

    assert officer.status == 404
    assert all(shown(protected) not in page for page in pages[: len(VIEWS)])
    assert shown(ordinary) in pages[VIEWS.index("all")]
    assert re.search(r'<span class="count">1</span>', pages[VIEWS.index("all")])


def test_what_waits_for_others_is_not_the_companys_turn(rooms: Rooms) -> None:
    rooms.hire("ana")
    ours, judged = rooms.complain(), rooms.complain("El polvo entra en la casa")
    rooms.later(days=120)
    case_id, at = rooms.case(judged).id, rooms.moment()
    rooms.house.store.transact(lambda c: rounds.escalate(c, case_id, rules=rooms.house.rules, at=at))
    officer = rooms.sign_in("ana")

    seen = {view for view in VIEWS if shown(judged) in officer.see(f"?view={view}")}
    theirs = {view for view in VIEWS if shown(ours) in officer.see(f"?view={view}")}

    assert seen == {"judging", "all"}
    assert theirs == {"owed", "decide", "late", "all"}


def test_a_case_shows_no_narrative_until_it_was_opened_and_opening_is_an_entry(
    rooms: Rooms, officer: Visitor
) -> None:
    number = rooms.complain()

    before = officer.see() + officer.see(f"/cases/{number}")
    after = officer.open(number)

    assert MASKED not in before
    assert MASKED in after
    assert "987654321" not in after
    assert NARRATIVE not in after
    assert [e.step for e in entries(rooms, number)] == ["receive", "open"]


def test_looking_changes_nothing(rooms: Rooms, officer: Visitor) -> None:
    number = rooms.complain()
    officer.takes_up(number)
    before = entries(rooms, number)

    officer.see()
    officer.see(f"/cases/{number}")
    officer.see(f"/cases/{number}/open")

    assert entries(rooms, number) == before


def test_the_list_shows_the_officers_summary_and_never_the_persons_words(
    rooms: Rooms, officer: Visitor
) -> None:
    number = investigated(rooms, officer)
    unread = rooms.complain("Otra queja con palabras propias")

    page = officer.see()

    assert "El agua del canal baja turbia" in page
    assert "palabras propias" not in page
    assert page.index(shown(number)) > 0
    assert shown(unread) in page


def test_a_case_without_a_summary_is_not_read_or_has_none_yet_and_never_both(
    rooms: Rooms, officer: Visitor
) -> None:
    number = rooms.complain()

    before = officer.see()
    officer.takes_up(number)
    officer.takes(number, "acknowledge")
    after = officer.see(f"/cases/{number}")

    assert "Todavía sin leer" in before
    assert "Todavía sin resumen" not in before
    assert "Todavía sin resumen" in after
    assert "Todavía sin leer" not in after


def test_what_is_owed_stands_before_what_was_said_and_every_other_step_after_it(
    rooms: Rooms, officer: Visitor
) -> None:
    number = rooms.complain()

    page = officer.open(number)

    assert page.index('id="step-acknowledge"') < page.index('id="talk"') < page.index('id="step-recuse"')


def test_a_long_list_comes_in_pages_and_every_case_stands_on_exactly_one(
    rooms: Rooms, officer: Visitor
) -> None:
    numbers = {shown(rooms.complain(f"Queja número {n}")) for n in range(53)}

    first = officer.see()
    following = re.search(r'href="/desk(\?view=owed&amp;after=[^"]+)"', first)
    assert following is not None
    second = officer.see(following[1].replace("&amp;", "&"))

    here = set(re.findall(r'<span class="mono">(\d{4}-\d{4})</span>', first))
    there = set(re.findall(r'<span class="mono">(\d{4}-\d{4})</span>', second))
    assert len(here) == 50
    assert here | there == numbers
    assert not here & there


def test_a_case_that_is_not_due_to_be_seen_yet_waits_for_its_batch(rooms: Rooms, officer: Visitor) -> None:
    number = rooms.complain()
    rooms.later(days=-1)

    page = officer.see()

    assert shown(number) not in page


def test_no_page_of_the_desk_tells_a_time_of_day(rooms: Rooms, officer: Visitor) -> None:
    number = investigated(rooms, officer)

    pages = officer.see() + officer.see(f"/cases/{number}")

    assert not re.search(r"\b\d{1,2}:\d{2}\b", words_of(pages))


def test_who_stepped_back_reads_the_case_no_more(rooms: Rooms, officer: Visitor) -> None:
    number = rooms.complain()
    officer.takes_up(number)

    officer.takes(number, "recuse")
    page = officer.see(f"/cases/{number}")
    read = officer.status
    refused = officer.open(number)

    assert MASKED not in page
    assert MASKED not in refused
    assert (read, officer.status) == (404, 404)


def test_who_stepped_back_sees_no_number_date_or_count_of_the_case_and_a_colleague_does(
    rooms: Rooms, officer: Visitor
) -> None:
    number, other = rooms.complain(), rooms.complain()
    before = officer.see("?view=all")
    rooms.hire("carla")

    officer.takes_up(number)
    officer.takes(number, "recuse")
    after, searched = officer.see("?view=all"), officer.see(f"?q={number}")

    assert all(shown(one) in before for one in (number, other))
    assert shown(other) in after
    assert shown(number) not in after + searched
    assert officer.status == 200
    counts = [re.findall(r"Todos los casos abiertos\D{0,9}(\d+)", words_of(page)) for page in (before, after)]
    assert [found[:1] for found in counts] == [["2"], ["1"]]
    assert shown(number) in rooms.sign_in("carla").see("?view=all")


def test_a_case_handed_to_the_focal_point_is_gone_and_the_desks_key_opens_none_of_it(
    rooms: Rooms, officer: Visitor
) -> None:
    number = rooms.complain()
    officer.takes_up(number)

    officer.takes(number, "hand_to_focal", flag="retaliation")

    case = rooms.case(number)
    officer.see(f"/cases/{number}")
    readers = rooms.house.store.read(
        lambda c: (
            set(c.execute(vault.SEALS.select()).scalars().all())
            and {r.reader for r in c.execute(vault.SEALS.select())}
        )
    )
    assert officer.status == 404
    assert case.protected
    assert vault.desk("qorimayu") not in readers


def test_an_officer_cannot_take_a_step_that_is_somebody_elses(rooms: Rooms, officer: Visitor) -> None:
    number = rooms.complain()
    officer.takes_up(number)

    officer.step(number, "close_no_contact")

    assert officer.status == 409
    assert rooms.case(number).state == State.RECEIVED


def test_a_form_from_elsewhere_changes_nothing(rooms: Rooms, officer: Visitor) -> None:
    number = rooms.complain()
    rooms.app.config["WTF_CSRF_ENABLED"] = True

    officer.open(number)

    assert officer.status == 400
    assert [e.step for e in entries(rooms, number)] == ["receive"]


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.stem)
def test_every_sentence_of_the_rooms_has_its_spanish(module: Path) -> None:
    spanish = catalogue("es")

    found = [
        str(sentence) for _, sentence, _, _ in extract_from_file("python", module, keywords={"phrase": None})
    ]

    assert [sentence for sentence in found if sentence not in spanish] == []


def test_a_reviewers_account_does_not_open_the_desk(rooms: Rooms) -> None:
    rooms.hire("rosa", Role.REVIEWER, None)

    visitor = rooms.sign_in("rosa", face="desk")

    assert visitor.status == 403


def form_of(page: str, key: str) -> str:
    found = re.search(rf'<(section|details)[^>]*id="step-{key}".*?</\1>', page, re.DOTALL)
    assert found is not None
    return found[0]


def messages(rooms: Rooms, number: str) -> list:
    from grievance.message import Message  # noqa: PLC0415

    table, case_id = Message.__table__, rooms.case(number).id
    return rooms.house.store.read(lambda c: c.execute(table.select().where(table.c.case == case_id)).all())


def entries(rooms: Rooms, number: str) -> list[tuple]:
    table, case_id = Entry.__table__, rooms.case(number).id
    return rooms.house.store.read(
        lambda c: c.execute(table.select().where(table.c.stream == case_id).order_by(table.c.seq)).all()
    )


@pytest.mark.parametrize(
    ("answered", "kept"),
    [
        ({"reason": "misread"}, {"theme": "dust", "reason": "misread"}),
        ({"reason": "because"}, {"theme": "dust"}),
    ],
)
def test_whoever_corrects_a_theme_says_why_by_a_closed_list(
    rooms: Rooms, officer: Visitor, store: Store, answered: dict[str, str], kept: dict[str, str]
) -> None:
    number = rooms.complain()
    officer.takes_up(number)

    officer.takes(number, "correct", theme="dust", **answered)

    case = rooms.case(number)
    entries = store.read(lambda conn: record.entries_of(conn, case.id))
    facts = [json.loads(each.facts) for each in entries if each.step == Step.CORRECT]
    assert [{key: one[key] for key in ("theme", "reason") if key in one} for one in facts] == [kept]


def after_of(page: str, key: str) -> str:
    form = page[page.index(f'id="step-{key}"') :]
    found = re.search(r'name="after" value="(\d+)"', form)
    assert found is not None
    return found[1]


def questions(rooms: Rooms) -> int:
    asked = text("SELECT count(*) FROM notices WHERE template = 'question'")
    return int(rooms.house.store.read(lambda conn: conn.execute(asked).scalar_one()))


def test_a_second_click_does_nothing_twice_keeps_the_words_and_a_third_on_purpose_does_it(
    rooms: Rooms, officer: Visitor
) -> None:
    number = rooms.complain()
    officer.open(number)
    officer.takes(number, "acknowledge")
    typed = {"text": "¿Desde cuándo sale turbia?", "reason": "need_info"}
    page = officer.see(f"/cases/{number}")

    with ThreadPoolExecutor(max_workers=2) as hands:
        clicks = [Visitor(rooms.app.test_client(), "desk") for _ in range(2)]
        for one in clicks:
            one.client.set_cookie("desk", cookie_of(officer))
        pages = list(
            hands.map(lambda one: one.step(number, "ask", after=after_of(page, "ask"), **typed), clicks)
        )

    assert sorted(one.status for one in clicks) == [200, 409]
    assert questions(rooms) == 1
    second = pages[[one.status for one in clicks].index(409)]
    assert typed["text"] in second[second.index('id="step-ask"') :]
    officer.takes(number, "ask", after=after_of(second, "ask"), **typed)
    assert (officer.status, questions(rooms)) == (303, 2)


def test_a_second_click_on_a_step_that_moved_the_case_says_that_it_was_recorded(
    rooms: Rooms, officer: Visitor
) -> None:
    number = rooms.complain()
    page = officer.open(number)

    officer.takes(number, "acknowledge", after=after_of(page, "acknowledge"))
    first = officer.status
    again = words_of(officer.step(number, "acknowledge", after=after_of(page, "acknowledge")))

    assert (first, officer.status) == (303, 409)
    assert "Se registró una sola vez" in again


@pytest.mark.parametrize("after", ["", "x", "-1", "9" * 30, "²"])
def test_a_page_that_says_no_entry_is_taken_as_it_was(rooms: Rooms, officer: Visitor, after: str) -> None:
    number = rooms.complain()
    officer.open(number)

    officer.takes(number, "acknowledge", after=after)

    assert officer.status == 303
