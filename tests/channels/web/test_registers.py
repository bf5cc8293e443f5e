"""What was done beside the cases is read by everybody, written by those who may, and points at nobody."""

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import insert

from channels.app import create_app
from channels.house import House
from grievance import register, settings
from grievance.commitment import Commitment
from grievance.complainant import Contributor
from grievance.keyring import Ring
from grievance.register import By, Note
from grievance.staff import Staff
from grievance.store import Store
from grievance.verdict import SUMS
from grievance.vocabulary import CommitmentState, Role
from reports import commitments
from reports.month import Month
from tests import factories
from tests.channels.web.rooms import PASSPHRASE, Rooms, Visitor, words_of
from tests.factories import NOON, a_case
from tests.reports.released import put, release
from translations import translate
from workflows.registry.registerbook import BY_KEY, REGISTERS
from workflows.rulebook import Rulebook

TODAY = NOON.date()
DIALOGUE = {
    "state": "held", "held_on": TODAY.isoformat(), "kind": "assembly", "zone": "ichupata", "women": "3", "men": "14",
    "company": "2", "authority": "0", "commitments": "1", "objective": "Hablar del canal", "result": "Se acordó una visita",
}  # fmt: skip
COMMITMENT = {
    "state": "agreed", "held_on": TODAY.isoformat(), "owed_by": "company", "owed_to": "community", "site": "qorimayu",
    "until": (TODAY + timedelta(days=30)).isoformat(), "proof": "none", "text": "Reparar el canal",
}  # fmt: skip


def es(sentence: str) -> str:
    return translate(sentence, "es")


@pytest.fixture
def house(sqlite_store: Store, rules: Rulebook, ring: Ring) -> House:
    faces = settings.load({"GRIEVANCE_FACES": "public"})
    return House(faces, sqlite_store, ring, rules, now=lambda: NOON)


@pytest.fixture
def public(house: House) -> FlaskClient:
    return create_app(house).test_client()


def note(house: House, key: str, state: str, *, about: str | None = None, **more: Any) -> str:
    columns = {k: more.pop(k) for k in ("until", "zone", "site", "operator") if k in more}
    what = Note(key, state, TODAY, about=about, words=more.pop("words", {}), facts=more, **columns)
    by = By("reviewer", "ines", TODAY, "2026-01")
    return house.store.transact(lambda c: register.note(c, what, by=by, at=factories.moment()))


def promised(house: House, state: CommitmentState, people: int, *, protected: bool = False) -> None:
    for _ in range(people):
        case = a_case(house.store, house.rules, protected=protected)
        at = factories.moment()
        made = {
            "id": at.id("made"), "case": case.id, "proposal": "p", "state": str(state), "due_on": TODAY,
            "done_on": None, "confirmed_on": None,
        }  # fmt: skip
        token = {"case": case.id, "year": 2026, "token": at.draw("token", 16)}
        house.store.transact(lambda c, made=made: c.execute(Commitment.__table__.insert(), made))  # type: ignore[attr-defined]
        house.store.transact(lambda c, token=token: c.execute(Contributor.__table__.insert(), token))  # type: ignore[attr-defined]


# --- everybody ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("of", [one for one in REGISTERS if one.public], ids=lambda one: one.key)
def test_a_register_in_which_nothing_stands_says_so(public: FlaskClient, of: Any) -> None:
    page = public.get(f"/registers/{of.key}?lang=es", follow_redirects=True)

    assert page.status_code == 200
    assert es(of.name.msgid) in words_of(page.text)
    assert es("Nothing has been written here yet.") in page.text


def test_the_register_of_data_incidents_is_not_for_everybody(public: FlaskClient) -> None:
    assert public.get("/registers/incident").status_code == 404
    assert public.get("/registers/gossip").status_code == 404


def test_a_page_that_is_not_there_says_so_in_the_readers_language(public: FlaskClient) -> None:
    page = public.get("/registers/gossip?lang=es")

    assert es("Not found") in page.text
    assert es("There is no such page, or it is not for you.") in page.text
    assert "Not found" not in page.text


def test_the_index_links_every_public_register(public: FlaskClient) -> None:
    page = public.get("/registers?lang=es").text

    for of in REGISTERS:
        link = {"commitment": "/commitments", "dialogue": "/dialogues"}.get(of.key, f"/registers/{of.key}")
        assert (f'href="{link}?lang=es"' in page) is of.public


def test_a_dialogue_is_told_with_its_numbers_and_small_ones_are_not_told_apart(
    house: House, public: FlaskClient
) -> None:
    words = {"objective": "Hablar del canal", "result": "Se acordó una visita"}
    note(house, "dialogue", "held", kind="assembly", zone="ichupata", site="qorimayu", women=3, men=14, company=2,
         authority=0, commitments=1, words=words)  # fmt: skip

    page = words_of(public.get("/dialogues?lang=es").text)

    assert "Se acordó una visita" in page
    assert "Mujeres: 0 a 4" in page
    assert "Hombres: 14" in page
    assert "Ichupata" in page


def test_of_trainings_only_roles_and_numbers_are_shown(house: House, public: FlaskClient) -> None:
    rooms = Rooms(house.store, house.rules, house.ring, {"ines": PASSPHRASE})
    trained = rooms.hire("rosa-quispe")
    new = {
        "id": "julio", "login": "julio-mamani", "role": "officer", "face": "desk", "operator": "qorimayu", "sites": "[]",
        "unit": None, "password": "", "totp": b"", "totp_last": 0, "active": True,
    }  # fmt: skip
    house.store.transact(lambda c: c.execute(Staff.__table__.insert(), new))  # type: ignore[attr-defined]

    page = public.get("/registers/training?lang=es").text

    assert "1 de 2" in page
    assert "quispe" not in page
    assert "mamani" not in page
    assert trained not in page


def test_a_reviewers_declaration_names_nobody(house: House, public: FlaskClient) -> None:
    note(house, "independence", "signed", about="ines-vargas", until=TODAY + timedelta(days=90))

    page = public.get("/registers/independence?lang=es").text

    assert es("Signed") in page
    assert "vargas" not in page


def test_of_few_answers_a_survey_says_no_share(house: House, public: FlaskClient) -> None:
    note(house, "survey", "held", asked=30, answered=6, trust=83, questions=5)
    few = public.get("/registers/survey?lang=es").text
    note(house, "survey", "held", asked=90, answered=40, trust=61, questions=5)
    many = public.get("/registers/survey?lang=es").text

    assert es("not shown: too few answers") in few
    assert "83" not in words_of(few)
    assert "61" in words_of(many)


@pytest.mark.parametrize(
    ("quarter", "bad", "printed"), [("2025Q4", 11, True), ("2025Q4", 2, False), ("2026Q1", 11, False)]
)
def test_verdicts_are_shown_of_a_quarter_that_is_over_and_of_twenty_people_on(
    house: House, public: FlaskClient, quarter: str, bad: int, *, printed: bool
) -> None:
    said = {1: 17, 2: 0, 3: bad}
    rows = [
        {"quarter": quarter, "kind": "grievance", "question": "outcome", "digit": digit, "n": n}
        for digit, n in said.items()
    ]
    house.store.transact(lambda conn: conn.execute(insert(SUMS), rows))

    page = words_of(public.get("/surveys?lang=es").text)

    assert (es("What do you think of the answer?") in page) is printed
    assert ("17 no se muestra no se muestra" in page) is printed


@pytest.mark.parametrize(
    ("quarter", "young", "reported", "said"),
    [
        ("2025Q4", 12, 3, "De 18 a 29 12 De 30 a 44 17 De 45 a 59 no se muestra 60 o más no se muestra Nadie lo dijo 83"),
        ("2025Q4", 12, 2, "De 30 a 44 17 De 45 a 59 no se muestra 60 o más no se muestra Nadie lo dijo no se muestra"),
        ("2025Q4", 0, 3, ""),
        ("2026Q1", 12, 3, ""),
    ],
)  # fmt: skip
def test_who_they_are_is_shown_of_a_quarter_that_is_over_and_of_twenty_people_on(
    house: House, public: FlaskClient, quarter: str, young: int, reported: int, said: str
) -> None:
    people = {1: 0, 2: young, 3: 17, 4: 9 if young else 0, 5: 2 if young else 0}
    rows = [
        {"quarter": quarter, "kind": "grievance", "question": "age", "digit": digit, "n": n}
        for digit, n in people.items()
    ]
    house.store.transact(lambda conn: conn.execute(insert(SUMS), rows))
    for month in range(10, 10 + reported):
        put(house.store, release(month=Month(2025, month)))

    page = words_of(public.get("/surveys?lang=es").text)

    assert ("Quejas que terminaron, 2025-Q4: ¿Qué edad tiene?" in page) is bool(said)
    assert said in page
    assert ("bajo su clave; nadie tiene que decirlo" in page) is bool(said)


def test_a_long_register_is_read_page_by_page(house: House, public: FlaskClient) -> None:
    for n in range(27):
        note(house, "outreach", "held", zone="ichupata", medium="radio", minutes=n, language="es")

    first, second = (public.get(f"/registers/outreach?lang=es&page={n}").text for n in (1, 2))

    assert first.count("<h3>") == 24
    assert second.count("<h3>") == 3
    assert "page=2" in first
    assert "page=1" in second
    assert f' class="num">{sum(range(27))}</td>' in first


def test_the_commitments_of_the_mechanism_are_shown_and_those_of_cases_only_counted(
    house: House, public: FlaskClient
) -> None:
    note(house, "commitment", "agreed", site="qorimayu", until=TODAY, owed_by="company", owed_to="community",
         proof="none", words={"text": "Reparar el canal"})  # fmt: skip
    promised(house, CommitmentState.KEPT, 9)
    nine = words_of(public.get("/commitments?lang=es").text)
    promised(house, CommitmentState.KEPT, 3)
    promised(house, CommitmentState.MISSED, 2)
    promised(house, CommitmentState.MISSED, 6, protected=True)
    many = words_of(public.get("/commitments?lang=es").text)

    assert "Reparar el canal" in nine
    assert f"{es('All of them')} {es('not shown')}" in nine
    assert f"{es('All of them')} 14" in many
    assert f"{es('Missed')} {es('not shown')}" in many


def test_small_figures_of_commitments_are_never_told(house: House) -> None:
    promised(house, CommitmentState.KEPT, 20)
    promised(house, CommitmentState.AGREED, 6)
    promised(house, CommitmentState.MISSED, 1)

    found = house.store.read(commitments.of_cases)

    assert found.total == 27
    assert found.states["missed"] is None
    assert found.states["done_by_company"] is None
    assert 27 - sum(n for n in found.states.values() if n is not None) >= 5


def test_the_evidence_answers_six_points_and_24_obligations(public: FlaskClient) -> None:
    page = public.get("/evidence?lang=es").text

    assert page.count('<section class="card"') == 6
    assert page.count('<li class="score') == 24
    assert "De 24 obligaciones" in page
    assert 'href="/registers/outreach?lang=es"' in page


def test_every_link_of_the_evidence_leads_somewhere(house: House) -> None:
    faces = settings.load({"GRIEVANCE_FACES": "public,intake"})
    everything = create_app(
        House(faces, house.store, house.ring, house.rules, now=lambda: NOON)
    ).test_client()
    page = everything.get("/evidence?lang=es").text
    links = {part.split('"')[0] for part in page.split('href="/')[1:] if not part.startswith("static")}

    broken = [link for link in links if everything.get(f"/{link}", follow_redirects=True).status_code != 200]
    assert broken == []


# --- staff -------------------------------------------------------------------------------------------------


@pytest.fixture
def rooms(sqlite_store: Store, rules: Rulebook, ring: Ring) -> Rooms:
    made = Rooms(sqlite_store, rules, ring, {"ines": PASSPHRASE, "luis": PASSPHRASE})
    made.hire("rosa")
    made.hire("marisol", operator="illapa")
    made.hire("ines", Role.REVIEWER, None)
    made.hire("luis", Role.FOCAL, None)
    return made


def write(visitor: Visitor, key: str, **typed: str) -> str:
    visitor.answer = visitor.client.post(f"/{visitor.face}/registers/{key}", data=typed)
    return visitor.answer.get_data(as_text=True)


def item_of(rooms: Rooms, key: str) -> Any:
    return rooms.house.store.read(lambda c: register.items(c, key))[0]


def test_whoever_is_not_signed_in_is_sent_to_the_door(rooms: Rooms) -> None:
    stranger = Visitor(rooms.app.test_client(), "desk")

    stranger.see("/registers/dialogue")
    seen = stranger.status
    write(stranger, "dialogue", **DIALOGUE)

    assert (seen, stranger.status) == (302, 403)


def test_an_officer_writes_a_dialogue_and_reads_it(rooms: Rooms) -> None:
    officer = rooms.sign_in("rosa")

    write(officer, "dialogue", **DIALOGUE)
    moved = officer.status
    page = words_of(officer.see("/registers/dialogue?done=1"))

    assert moved == 303
    assert "Se acordó una visita" in page
    assert es("It is written down.") in page
    assert item_of(rooms, "dialogue").operator == "qorimayu"


def test_a_refusal_says_why_and_keeps_what_was_typed(rooms: Rooms) -> None:
    officer = rooms.sign_in("rosa")

    page = write(officer, "dialogue", **{**DIALOGUE, "result": "Llame al 987654321 a Ana"})

    assert officer.status == 409
    assert es("It was not written down") in page
    assert "Escriba sin números de teléfono" in page
    assert "Llame al 987654321 a Ana" in page
    assert "Hablar del canal" in page


def test_what_an_officer_may_not_write_they_only_read(rooms: Rooms) -> None:
    officer = rooms.sign_in("rosa")

    page = officer.see("/registers/panel")
    typed = {
        "state": "held",
        "held_on": TODAY.isoformat(),
        "present": "5",
        "seats": "6",
        "outside": "4",
        "minutes": "Sí",
    }
    write(officer, "panel", **typed)
    refused = officer.status
    reviewer = rooms.sign_in("ines", face="review")
    write(reviewer, "panel", **typed)

    assert es("Your role reads this register and does not write in it.") in page
    assert "<textarea" not in page
    assert (refused, reviewer.status) == (409, 303)


def test_data_incidents_are_for_the_third_party_alone(rooms: Rooms) -> None:
    officer, reviewer = rooms.sign_in("rosa"), rooms.sign_in("ines", face="review")

    officer.see("/registers/incident")
    index = officer.see("/registers")
    at_desk = officer.status
    reviewer.see("/registers/incident")

    assert es(BY_KEY["incident"].name.msgid) not in index.split("<main")[0]
    assert (at_desk, reviewer.status) == (200, 200)
    assert write(officer, "incident")
    assert officer.status == 404


def test_an_officer_of_another_company_neither_sees_nor_changes_it(rooms: Rooms) -> None:
    write(rooms.sign_in("rosa"), "commitment", **COMMITMENT)
    item = item_of(rooms, "commitment").id
    other = rooms.sign_in("marisol")

    listed = other.see("/registers/commitment")
    other.see(f"/registers/commitment?item={item}")
    opened = other.status
    write(other, "commitment", item=item, state="done", proof="photo", held_on=COMMITMENT["held_on"])

    assert "Reparar el canal" not in listed
    assert (opened, other.status) == (404, 404)
    assert item_of(rooms, "commitment").state == "agreed"


def test_a_commitment_goes_from_hand_to_hand(rooms: Rooms) -> None:
    officer, focal = rooms.sign_in("rosa"), rooms.sign_in("luis", face="review")
    write(officer, "commitment", **COMMITMENT)
    item = item_of(rooms, "commitment").id

    form = officer.see(f"/registers/commitment?item={item}")
    write(officer, "commitment", item=item, state="done", proof="photo")
    own_word = write(officer, "commitment", item=item, state="kept", proof="photo")
    write(focal, "commitment", item=item, state="kept", proof="visit")

    assert 'name="text"' not in form
    assert "solo lo puede decir la otra parte" in own_word
    assert item_of(rooms, "commitment").state == "kept"
    assert register.words_of(item_of(rooms, "commitment")) == {"text": "Reparar el canal"}


def test_every_register_has_a_form_in_the_review_room_or_says_why_not(rooms: Rooms) -> None:
    focal = rooms.sign_in("luis", face="review")

    for of in REGISTERS:
        page = focal.see(f"/registers/{of.key}")
        writes = Role.FOCAL in of.who

        assert focal.status == 200
        assert ('class="box act"' in page) is writes
        assert (es("Your role reads this register and does not write in it.") in page) is not writes


def test_the_review_room_names_the_place_of_what_repeats_itself_and_the_public_does_not(
    rooms: Rooms, house: House, public: FlaskClient
) -> None:
    for _ in range(3):
        case = a_case(house.store, house.rules, state=factories.State.VERIFIED, zone="huaylluray")
        factories.take(
            house.store, case, factories.Step.LEARN, actor=factories.an_officer(), rules=house.rules,
            facts=factories.LEARNED,
        )  # fmt: skip

    note(house, "action", "open", cause="weather", zone="huaylluray", site="qorimayu", until=TODAY,
         words={"text": "Limpiar el canal"})  # fmt: skip
    at_review = words_of(rooms.sign_in("luis", face="review").see("/registers/action"))
    at_desk = words_of(rooms.sign_in("rosa").see("/registers/action"))
    outside = words_of(public.get("/registers/action?lang=es").text)

    assert "Falta de mantenimiento Huaylluray 3 No" in at_review
    assert "Falta de mantenimiento Huaylluray 3" not in at_desk
    assert es("No action has been decided yet") in outside
    assert "Limpiar el canal" in outside
    assert "Huaylluray" not in outside
