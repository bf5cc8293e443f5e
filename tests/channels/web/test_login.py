"""Who gets in, who does not, and that nobody learns which part was wrong."""

import json
from pathlib import Path

import pyotp
import pytest
from argon2 import Type, extract_parameters

from channels import staffing, wiring
from channels.app import create_app
from grievance import keyring, register, reviewkeys
from grievance.errors import Misconfigured, Refused, Unknown
from grievance.keyring import Ring
from grievance.staff import Slip, Staff
from grievance.store import Store
from grievance.vocabulary import Role
from reports.measuring import officers
from reports.month import Month
from reports.tables import Table
from tests import cheap
from tests.channels.web.rooms import PASSPHRASE, PASSWORD, Rooms, words_of
from workflows.rulebook import Rulebook


@pytest.fixture
def rooms(store: Store, rules: Rulebook, ring: Ring) -> Rooms:
    made = Rooms(store, rules, ring, {"rosa": PASSPHRASE})
    made.hire("ana")
    made.hire("rosa", Role.REVIEWER, None)
    return made


def test_the_right_password_and_code_open_the_desk(rooms: Rooms) -> None:
    ana = rooms.sign_in("ana")

    ana.see()

    assert ana.status == 200


def test_without_signing_in_there_is_only_the_door(rooms: Rooms) -> None:
    stranger = rooms.app.test_client()

    seen = stranger.get("/desk/")
    tried = stranger.post("/desk/cases/41073293/open")

    assert seen.headers["Location"].endswith("/desk/login")
    assert tried.status_code == 403


@pytest.mark.parametrize("path", ["/desk//cases", "//desk/cases", "/review//staff", "/static//desk.css"])
def test_an_address_with_two_slashes_leads_to_no_host_that_the_request_names(rooms: Rooms, path: str) -> None:
    ana = rooms.sign_in("ana")

    for client in (ana.client, rooms.app.test_client()):
        answer = client.get(path, headers={"Host": "elsewhere.example"})
        assert (answer.status_code, answer.headers.get("Location")) == (404, None)


@pytest.mark.parametrize(
    "wrong", [{"password": "otra cosa larga"}, {"code": "000000"}, {"code": ""}, {"name": "nadie"}]
)
def test_whatever_is_wrong_the_words_are_the_same_and_the_door_stays_shut(
    rooms: Rooms, wrong: dict[str, str]
) -> None:
    plain = words_of(
        rooms.sign_in("ana", name="ana", password="muy equivocada").answer.get_data(as_text=True)
    )

    ana = rooms.sign_in("ana", **wrong)
    said = words_of(ana.answer.get_data(as_text=True))
    ana.see()

    assert said == plain
    assert ana.status == 302


def test_a_code_works_once(rooms: Rooms) -> None:
    code = rooms.code("ana")
    rooms.sign_in("ana", code=code)

    again = rooms.sign_in("ana", code=code)
    rooms.later(seconds=30)
    following = rooms.sign_in("ana")

    assert again.status == 403
    assert following.status == 303


def test_a_code_of_half_a_minute_ago_still_works_and_an_older_one_does_not(rooms: Rooms) -> None:
    old, older = (pyotp.TOTP(rooms.secrets["ana"]).at(rooms.now, counter_offset=-n) for n in (1, 2))

    refused = rooms.sign_in("ana", code=older)
    taken = rooms.sign_in("ana", code=old)

    assert refused.status == 403
    assert taken.status == 303


def test_wrong_tries_slow_the_next_ones_and_never_lock_for_ever(rooms: Rooms) -> None:
    for _ in range(12):
        rooms.sign_in("ana", code="000000")
        rooms.later(seconds=1)

    slowed = rooms.sign_in("ana")
    other = rooms.sign_in("rosa", face="review")
    rooms.later(seconds=61)
    later = rooms.sign_in("ana")

    assert slowed.status == 429
    assert 0 < int(slowed.answer.headers["Retry-After"]) <= 60
    assert other.status == 303
    assert later.status == 303


def test_a_name_nobody_has_is_slowed_alike(rooms: Rooms) -> None:
    answers = [rooms.sign_in("ana", name="nadie", code="000000").status for _ in range(5)]

    assert answers == [403, 403, 403, 429, 429]


@pytest.fixture
def dear(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staffing, "_HASHER", cheap.DEAR[0])
    monkeypatch.setattr(staffing, "_NOBODYS", cheap.DEAR[1])


@pytest.mark.usefixtures("dear")
def test_a_password_costs_whoever_guesses_it_what_owasp_asks() -> None:
    cost = extract_parameters(staffing._HASHER.hash(PASSWORD))

    assert cost.type == Type.ID
    assert (cost.memory_cost, cost.time_cost, cost.parallelism) == (19 * 1024, 2, 1)


@pytest.mark.usefixtures("dear")
def test_a_name_nobody_has_costs_as_much_work_as_one_that_is_known() -> None:
    known = staffing._HASHER.hash(PASSWORD)

    assert extract_parameters(staffing._NOBODYS) == extract_parameters(known)
    assert not staffing._password_fits(staffing._NOBODYS, PASSWORD)
    assert staffing._password_fits(known, PASSWORD)


def test_a_slip_holds_no_name(rooms: Rooms) -> None:
    rooms.sign_in("ana", code="000000")

    slips = rooms.house.store.read(lambda c: c.execute(Slip.__table__.select()).all())

    assert len(slips) == 1
    assert b"ana" not in slips[0].who


def test_signing_out_ends_the_session_on_the_server(rooms: Rooms) -> None:
    ana = rooms.sign_in("ana")
    cookie = ana.client.get_cookie("desk")
    assert cookie is not None

    ana.client.post("/desk/logout")
    thief = rooms.app.test_client()
    thief.set_cookie("desk", cookie.value)

    assert thief.get("/desk/").status_code == 302


def test_every_sign_in_gets_a_new_token(rooms: Rooms) -> None:
    first = rooms.sign_in("ana").client.get_cookie("desk")
    rooms.later(seconds=30)
    second = rooms.sign_in("ana").client.get_cookie("desk")

    assert first is not None
    assert second is not None
    assert first.value != second.value


def test_a_session_nobody_uses_ends(rooms: Rooms) -> None:
    ana = rooms.sign_in("ana")
    rooms.later(minutes=31)

    ana.see()

    assert ana.status == 302


def test_a_disabled_account_is_out_at_once(rooms: Rooms) -> None:
    ana = rooms.sign_in("ana")

    staffing.disable(rooms.house.store, login="ana", rules=rooms.house.rules, moment=rooms.moment())
    ana.see()

    assert ana.status == 302
    assert [a.active for a in staffing.accounts(rooms.house.store)] == [False, True]


def test_an_officer_signs_in_only_where_their_desks_key_is(rooms: Rooms) -> None:
    ring = rooms.house.ring
    kept = {name: value for name, value in ring.secrets.items() if name != "desk.qorimayu"}
    rooms.app = create_app(rooms.with_ring(Ring(ring.processes, kept, ring.publics)))
    rooms.app.config["WTF_CSRF_ENABLED"] = False

    assert rooms.sign_in("ana").status == 403


def test_the_reviewer_needs_the_passphrase_too(rooms: Rooms) -> None:
    wrong = rooms.sign_in("rosa", face="review", passphrase="otra frase")
    right = rooms.sign_in("rosa", face="review", passphrase="  siete llamas   cruzan el puente ")

    assert wrong.status == 403
    assert right.status == 303


def test_the_second_factors_secret_is_not_in_the_database(rooms: Rooms) -> None:
    row = rooms.house.store.read(
        lambda c: c.execute(Staff.__table__.select().where(Staff.__table__.c.login == "ana")).one()
    )

    assert rooms.secrets["ana"].encode() not in row.totp
    assert PASSWORD not in row.password


@pytest.mark.parametrize(
    "wrong",
    [
        {"password": "corta"},
        {"role": Role.ADMIN},
        {"operator": None},
        {"login": "ana"},
        {"login": "a b/c"},
        {"role": Role.REVIEWER},
        {"face": "review"},
    ],
)
def test_an_account_that_could_not_be_right_is_refused(rooms: Rooms, wrong: dict[str, object]) -> None:
    given = {
        "login": "eva",
        "role": Role.OFFICER,
        "operator": "qorimayu",
        "sites": (),
        "password": PASSWORD,
    } | wrong

    with pytest.raises(Refused):
        staffing.add(
            rooms.house.store, rooms.house.ring, rules=rooms.house.rules, moment=rooms.moment(), **given
        )


def test_disabling_an_account_that_is_not_there_is_said(rooms: Rooms) -> None:
    with pytest.raises(Unknown):
        staffing.disable(rooms.house.store, login="nadie", rules=rooms.house.rules, moment=rooms.moment())


def test_nobody_is_added_or_removed_unseen(rooms: Rooms) -> None:
    before = len(rooms.house.store.read(lambda conn: register.items(conn, "account")))
    rooms.hire("ines", Role.REVIEWER, None)

    staffing.disable(rooms.house.store, login="ines", rules=rooms.house.rules, moment=rooms.moment())
    with pytest.raises(Unknown):
        staffing.disable(rooms.house.store, login="ines", rules=rooms.house.rules, moment=rooms.moment())

    noted = rooms.house.store.read(lambda conn: register.items(conn, "account"))
    said = [(row.state, json.loads(row.facts)["role"]) for row in noted]
    assert len(noted) == before + 2
    assert {("opened", "reviewer"), ("closed", "reviewer")} <= set(said)
    assert "ines" not in str([row.facts for row in noted])


def test_an_officer_is_written_with_their_company_when_the_account_opens_and_when_it_ends(
    rooms: Rooms,
) -> None:
    store, rules = rooms.house.store, rooms.house.rules
    before = store.read(lambda conn: officers.table(conn, Month.of(rooms.now.date()), rules=rules))
    rooms.hire("luz", Role.OFFICER, "illapa")

    def now() -> Table:
        found = store.read(lambda conn: officers.table(conn, Month.of(rooms.now.date()), rules=rules))
        assert found is not None
        return found

    there = 0 if before is None else before.value("illapa") or 0
    opened = now().value("illapa")
    staffing.disable(store, login="luz", rules=rules, moment=rooms.moment())

    assert (opened, now().value("illapa")) == (there + 1, there)


def test_a_house_from_before_writes_its_officers_with_the_first_round_of_the_clock(rooms: Rooms) -> None:
    staff = Staff.__table__  # type: ignore[attr-defined]
    new = {
        "id": "julio", "login": "julio-mamani", "role": "officer", "face": "desk", "operator": "illapa", "sites": "[]",
        "unit": None, "password": "", "totp": b"", "totp_last": 0, "active": True,
    }  # fmt: skip
    rooms.house.store.transact(lambda conn: conn.execute(staff.insert(), new))

    wiring.run_rounds(rooms.house)
    wiring.run_rounds(rooms.house)

    noted = rooms.house.store.read(lambda conn: register.items(conn, "account", about="julio"))
    assert [(row.state, json.loads(row.facts)) for row in noted] == [
        ("there", {"company": "illapa", "role": "officer"})
    ]


def test_the_review_key_opens_to_each_reviewer_by_their_own_passphrase(tmp_path: Path) -> None:
    public = reviewkeys.make(tmp_path / "keys", {"rosa": "una frase", "juan": "otra frase"}, log_n=10)

    loaded = keyring.load(tmp_path / "keys", processes=("review",))

    assert reviewkeys.unlock(loaded, "rosa", "una frase").public == public
    assert reviewkeys.unlock(loaded, "juan", "otra frase").public == public
    assert loaded.public("review") == public
    with pytest.raises(Misconfigured):
        keyring.load(tmp_path / "keys", processes=("web",))


@pytest.mark.parametrize(
    ("login", "passphrase"),
    [("rosa", "otra frase"), ("juan", "una frase"), ("nadie", "una frase"), ("rosa", "")],
)
def test_no_other_passphrase_opens_the_review_key(login: str, passphrase: str, ring: Ring) -> None:
    _, files = reviewkeys.draw({"rosa": "una frase", "juan": "otra frase"}, log_n=10)
    held = Ring(ring.processes, files, {})

    with pytest.raises(Unknown):
        reviewkeys.unlock(held, login, passphrase)


def test_a_passphrase_costs_whoever_guesses_it_the_same_work_for_a_known_name_and_for_nobodys() -> None:
    assert set(cheap.DEAR_LOG_N) == {reviewkeys.LOG_N} == {15}


def test_every_reviewers_key_says_what_work_its_passphrase_costs(tmp_path: Path) -> None:
    reviewkeys.make(tmp_path / "keys", {"rosa": "una frase"}, log_n=cheap.DEAR_LOG_N[1])

    held = json.loads((tmp_path / "keys" / reviewkeys.name_of("rosa")).read_text())

    assert held["log_n"] == reviewkeys.LOG_N


def test_a_review_key_without_reviewers_is_refused() -> None:
    with pytest.raises(ValueError, match="nobody"):
        reviewkeys.draw({})
