"""Nothing that staff typed is lost with a session, an old page or another's sign-in; and nobody else is shown it."""

import re
from typing import Any

import pytest
from sqlalchemy import select

from channels.web.pages import kept
from grievance.keyring import Ring
from grievance.record import Entry
from grievance.staff import StaffSession
from grievance.store import Store
from grievance.vocabulary import Role
from tests.channels.web.rooms import PASSPHRASE, PASSWORD, Rooms, Visitor
from workflows.rulebook import Rulebook

ENTRIES = Entry.__table__  # type: ignore[attr-defined]
ANSWER = 'Fuimos a ver el canal: la bomba estaba rota.\nSe cambia el lunes, ñ y "comillas" <b>.'
SHOWN = "Fuimos a ver el canal: la bomba estaba rota.\nSe cambia el lunes, ñ y &#34;comillas&#34; &lt;b&gt;."


@pytest.fixture
def rooms(store: Store, rules: Rulebook, ring: Ring) -> Rooms:
    made = Rooms(store, rules, ring, {"rosa": PASSPHRASE})
    made.hire("ana")
    made.hire("bea")
    made.hire("rosa", Role.REVIEWER, None)
    return made


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]+)"', page)
    return found[1] if found else ""


def heading(page: str) -> str:
    """Read what stands above the words of an error."""
    found = re.search(r'<div class="errors" role="alert"><h2>([^<]*)</h2>', page)
    return found[1] if found else ""


def entries(rooms: Rooms) -> int:
    return len(rooms.house.store.read(lambda conn: conn.execute(select(ENTRIES)).all()))


def at_a_case(rooms: Rooms, login: str = "ana", *, face: str = "desk") -> tuple[Visitor, str, dict[str, Any]]:
    """Somebody has a case open and typed into the form of a message; an hour goes by."""
    number = rooms.complain()
    somebody = rooms.sign_in(login, face=face)
    page = somebody.open(number)
    typed = {"step": "update", "mine": hidden(page, "mine"), "text": ANSWER}
    rooms.later(hours=1)
    return somebody, number, typed


def signs_in(rooms: Rooms, visitor: Visitor, login: str, carried: str, **other: str) -> str:
    typed = {"name": login, "password": PASSWORD, "code": rooms.code(login), "passphrase": PASSPHRASE}
    visitor.answer = visitor.client.post(f"/{visitor.face}/login", data=typed | {"kept": carried} | other)
    return visitor.answer.get_data(as_text=True)


def goes_on(visitor: Visitor, page: str) -> str:
    action = re.search(r'<form method="post" action="([^"]+)" class="box step"', page)
    assert action is not None
    visitor.answer = visitor.client.post(action[1], data={"kept": hidden(page, "kept")})
    return visitor.answer.get_data(as_text=True)


@pytest.mark.parametrize(("face", "login"), [("desk", "ana"), ("review", "rosa")])
def test_what_was_typed_stands_in_its_form_after_signing_in_again_and_nothing_is_done(
    rooms: Rooms, face: str, login: str
) -> None:
    somebody, number, typed = at_a_case(rooms, login, face=face)
    before = entries(rooms)

    door = somebody.step(number, "update", **typed)
    assert somebody.status == 403
    assert "bomba" not in door
    assert heading(door) == "Entre otra vez", "nobody tried to sign in"
    wrong = signs_in(rooms, somebody, login, hidden(door, "kept"), code="000000")
    assert heading(wrong) == "No se pudo entrar"
    assert somebody.status == 403
    between = signs_in(rooms, somebody, login, hidden(wrong, "kept"))
    assert "bomba" not in between
    page = goes_on(somebody, between)

    assert somebody.status == 200
    form = page[page.index('id="step-update"') :]
    assert SHOWN in form[: form.index("</form>")]
    assert '<details class="box" id="step-update"' not in page
    assert entries(rooms) == before
    somebody.takes(number, "update", step="update", mine=hidden(page, "mine"), text=ANSWER)
    assert somebody.status == 303
    assert entries(rooms) == before + 1


def test_no_other_account_is_shown_it_and_its_own_still_finds_it_there(rooms: Rooms) -> None:
    ana, number, typed = at_a_case(rooms)
    door = ana.step(number, "update", **typed)
    carried = hidden(door, "kept")

    bea = Visitor(ana.client, "desk")
    page = signs_in(rooms, bea, "bea", carried)
    tried = bea.client.post(f"/desk/cases/{number}/steps/update?kept=1", data={"kept": carried})

    assert bea.status == 409
    assert "bomba" not in page
    assert hidden(page, "kept") == carried
    assert tried.status_code == 400
    rooms.later(seconds=40)
    assert SHOWN in goes_on(ana, signs_in(rooms, ana, "ana", hidden(page, "kept")))


def test_a_page_of_one_account_never_acts_for_another_who_signed_in_since(rooms: Rooms) -> None:
    number = rooms.complain()
    ana = rooms.sign_in("ana")
    mine = hidden(ana.open(number), "mine")
    bea = Visitor(ana.client, "desk")
    signs_in(rooms, bea, "bea", "")
    bea.open(number)
    before = entries(rooms)

    door = ana.step(number, "update", step="update", mine=mine, text=ANSWER)

    assert ana.status == 403
    assert entries(rooms) == before
    assert "bomba" not in door
    rooms.later(seconds=40)
    assert SHOWN in goes_on(ana, signs_in(rooms, ana, "ana", hidden(door, "kept")))
    assert entries(rooms) == before


def test_a_form_that_is_nobodys_page_is_not_kept(rooms: Rooms) -> None:
    stranger, number = Visitor(rooms.app.test_client(), "desk"), rooms.complain()

    without = stranger.step(number, "update", text="palabras de otro sitio")
    forged = stranger.step(number, "update", text="palabras de otro sitio", mine="ñ" * 64)
    between = signs_in(rooms, stranger, "ana", hidden(forged, "kept"))

    assert hidden(without, "kept") == ""
    assert "palabras de otro sitio" not in without + forged + between


def test_what_is_carried_opens_at_its_own_face_and_form_alone(rooms: Rooms) -> None:
    ana, number, typed = at_a_case(rooms)
    other = rooms.complain("Otra cosa")
    carried = hidden(ana.step(number, "update", **typed), "kept")
    signs_in(rooms, ana, "ana", "")
    ana.open(other)
    rosa = rooms.sign_in("rosa", face="review")

    elsewhere = ana.client.post(f"/desk/cases/{other}/steps/update?kept=1", data={"kept": carried})
    broken = ana.client.post(
        f"/desk/cases/{number}/steps/update?kept=1", data={"kept": carried[:-8] + "AAAAAAAA"}
    )
    no_text = ana.client.post(f"/desk/cases/{number}/steps/update?kept=1", data={"kept": "ñ"})
    opened = ana.client.post(f"/desk/cases/{number}/open?kept=1", data={"kept": carried})
    across = rosa.client.post(f"/review/cases/{number}/steps/update?kept=1", data={"kept": carried})

    assert {one.status_code for one in (elsewhere, broken, no_text, opened, across)} == {400}


def test_of_a_session_that_was_revoked_the_words_are_kept_too(rooms: Rooms) -> None:
    ana, number, typed = at_a_case(rooms)
    rooms.house.store.transact(lambda conn: conn.execute(StaffSession.__table__.delete()))  # type: ignore[attr-defined]

    door = ana.step(number, "update", **typed)

    assert SHOWN in goes_on(ana, signs_in(rooms, ana, "ana", hidden(door, "kept")))


def test_an_old_page_is_shown_again_to_its_account_and_nothing_is_done(rooms: Rooms) -> None:
    ana, number, typed = at_a_case(rooms)
    signs_in(rooms, ana, "ana", "")
    before = entries(rooms)
    rooms.app.config["WTF_CSRF_ENABLED"] = True

    page = ana.step(number, "update", **typed)
    stranger = ana.step(number, "update", text=ANSWER)
    unmarked = ana.status
    ana.answer = ana.client.post(f"/desk/cases/{number}/open", data={"mine": typed["mine"]})

    assert SHOWN in page
    assert (unmarked, ana.status) == (400, 400)
    assert "bomba" not in stranger
    assert entries(rooms) == before


def test_an_old_page_without_a_session_and_an_old_sign_in_page_keep_the_words(rooms: Rooms) -> None:
    ana, number, typed = at_a_case(rooms)
    rooms.app.config["WTF_CSRF_ENABLED"] = True

    door = ana.step(number, "update", **typed)
    again = signs_in(rooms, ana, "ana", hidden(door, "kept"))
    token = hidden(again, "csrf_token")
    between = signs_in(rooms, ana, "ana", hidden(again, "kept"), csrf_token=token)
    ana.answer = ana.client.post(
        f"/desk/cases/{number}/steps/update?kept=1",
        data={"kept": hidden(between, "kept"), "csrf_token": hidden(between, "csrf_token")},
    )

    assert (ana.status, SHOWN in ana.answer.get_data(as_text=True)) == (200, True)


def test_as_much_as_a_form_may_bring_is_kept(rooms: Rooms) -> None:
    ana, number, typed = at_a_case(rooms)
    noise = "".join(f"{n * n * 7919 % 999983:06}" for n in range(10_000))

    door = ana.step(number, "update", **(typed | {"text": noise}))

    assert noise in goes_on(ana, signs_in(rooms, ana, "ana", hidden(door, "kept")))


def test_more_than_that_is_said_to_be_too_long(rooms: Rooms) -> None:
    ana, number, typed = at_a_case(rooms)

    ana.step(number, "update", **(typed | {"text": "x" * 70_000}))
    bare = ana.status
    ana.answer = ana.client.post("/desk/login", data={"kept": "x" * (kept.ROOM + 1)})

    assert (bare, ana.status) == (413, 413)


def test_no_secret_that_was_typed_goes_on(rooms: Rooms) -> None:
    ana, number, typed = at_a_case(rooms)

    door = ana.step(
        number, "update", **(typed | {"password": "x", "passphrase": "y", "code": "z", "csrf_token": "w"})
    )
    found = kept.opened(rooms.with_ring(rooms.house.ring.face("desk")), "desk", hidden(door, "kept"))

    assert found is not None
    assert dict(found.fields) == {"step": "update", "text": ANSWER}


def test_of_a_step_that_is_possible_no_more_the_words_stand_there_to_copy(rooms: Rooms) -> None:
    number = rooms.complain()
    ana = rooms.sign_in("ana")
    mine = hidden(ana.open(number), "mine")

    page = ana.step(number, "propose", mine=mine, text=ANSWER)

    assert ana.status == 409
    assert SHOWN in page


FORMS = [
    ("desk", "ana", "/registers/dialogue", {"company": "31", "result": ANSWER}, ("31", SHOWN)),
    ("review", "rosa", "/registers/dialogue", {"company": "31", "result": ANSWER}, ("31", SHOWN)),
    ("review", "rosa", "/findings", {"text": ANSWER, "case": "4107-3293"}, (SHOWN, "4107-3293")),
    ("review", "rosa", "/hazards", {"text": "Una roca suelta"}, ("Una roca suelta",)),
    ("desk", "ana", "/findings", {"text": "Lo mandamos reparar"}, ("Lo mandamos reparar",)),
    ("desk", "ana", "/hazards", {"text": "Lo mandamos cerrar"}, ("Lo mandamos cerrar",)),
]
"""Forms beside the cases; the last two have no item, so no form: their words stand there to copy."""


@pytest.mark.parametrize(("face", "login", "path", "typed", "stands"), FORMS, ids=lambda one: str(one)[:24])
def test_forms_beside_the_cases_come_back_too(
    rooms: Rooms, face: str, login: str, path: str, typed: dict[str, str], stands: tuple[str, ...]
) -> None:
    somebody = rooms.sign_in(login, face=face)
    mine = hidden(somebody.see(path), "mine")
    rooms.later(hours=1)
    before = entries(rooms)

    somebody.answer = somebody.client.post(f"/{face}{path}", data=typed | {"mine": mine})
    door = somebody.answer.get_data(as_text=True)
    page = goes_on(somebody, signs_in(rooms, somebody, login, hidden(door, "kept")))

    assert somebody.status == 200
    assert all(words in page for words in stands)
    assert entries(rooms) == before


WITHOUT_WORDS = {
    "sign_in", "logout", "unlock", "open_case", "publish_document", "decide", "start_or_end",
}  # fmt: skip


def test_every_form_in_which_staff_write_can_come_back(rooms: Rooms) -> None:
    posting = {
        rule.endpoint
        for rule in rooms.app.url_map.iter_rules()
        if "POST" in (rule.methods or ()) and rule.rule.startswith(("/desk/", "/review/"))
    }

    silent = {one for one in posting if not getattr(rooms.app.view_functions[one], "comes_back", False)}

    assert {one.split(".")[1] for one in silent} == WITHOUT_WORDS
