"""Who may sign in at the review room: a passphrase that is lost, somebody new, a name with a capital."""

from pathlib import Path

import pyotp
import pytest
from click.testing import Result
from sqlalchemy import select

from channels import clock, wiring
from channels.app import create_app
from grievance import keyring, reviewkeys
from grievance.mechanism import example
from grievance.staff import Staff
from grievance.store import Store
from grievance.vocabulary import Step
from tests import factories
from tests.commandline import says
from workflows.rulebook import Rulebook

FIRST, OTHER, NEW = (
    "siete llamas cruzan el puente",
    "ocho truchas nadan en el lago",
    "nueve cerros miran el mar",
)
STAFF = Staff.__table__  # type: ignore[attr-defined]
PASSWORD = "una montaña de sal"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A mechanism set up with two reviewers; passphrases are asked for, as of people."""
    monkeypatch.setenv("GRIEVANCE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("GRIEVANCE_DEMO", "1")
    monkeypatch.delenv("REVIEWER_PASSPHRASE", raising=False)
    monkeypatch.setenv("STAFF_PASSWORD", PASSWORD)
    made = says(
        "init", "--reviewer", "Rosa", "--reviewer", "daniel", typed=f"{FIRST}\n" * 2 + f"{OTHER}\n" * 2
    )
    assert made.exit_code == 0, made.output
    return tmp_path / "home"


def signs_in(login: str, added: Result, passphrase: str) -> bool:
    """Go through the form of the review room, with the second factor that `staff add` printed."""
    secret = added.output.split("second factor ", 1)[1].split()[0]
    settings = wiring.settings_of()
    house = wiring.house_of(settings, processes=wiring.EMBEDDED)
    app = create_app(house)
    app.config["WTF_CSRF_ENABLED"] = False
    typed = {
        "name": login,
        "password": PASSWORD,
        "code": pyotp.TOTP(secret).at(clock.now()),
        "passphrase": passphrase,
    }
    answer = app.test_client().post("/review/login", data=typed)
    house.store.close()
    return answer.status_code == 303


def test_a_reviewer_set_up_with_a_capital_signs_in(home: Path) -> None:
    added = says("staff", "add", "Rosa", "--role", "reviewer")

    assert signs_in("Rosa", added, FIRST)
    assert (home / "keys" / "reviewer.rosa").exists()


@pytest.mark.parametrize("name", ["../rosa", "rosa/x", " "])
@pytest.mark.usefixtures("home")
def test_no_login_names_another_file(name: str) -> None:
    said = says("keys", "reviewer", name, "--by", "daniel", typed=f"{OTHER}\n{NEW}\n{NEW}\n")

    assert (said.exit_code, said.output) == (1, "grievance: a login has letters, digits, dots and dashes\n")


def test_a_lost_passphrase_is_replaced_with_a_colleagues_and_the_old_one_opens_no_more(home: Path) -> None:
    added = says("staff", "add", "rosa", "--role", "reviewer")

    given = says("keys", "reviewer", "rosa", "--by", "daniel", typed=f"{OTHER}\n{NEW}\n{NEW}\n")

    assert given.exit_code == 0, given.output
    assert NEW not in given.output
    assert not signs_in("rosa", added, FIRST)
    assert signs_in("rosa", added, NEW)
    file = home / "keys" / "reviewer.rosa"
    assert file.stat().st_mode & 0o077 == 0
    ring = keyring.load(home / "keys", processes=wiring.EMBEDDED)
    opened = reviewkeys.unlock(ring, "rosa", NEW)
    assert opened.public == reviewkeys.unlock(ring, "daniel", OTHER).public == ring.public("review")


def test_a_focal_point_who_came_later_is_told_to_have_no_key_until_somebody_gives_one(home: Path) -> None:
    added = says("staff", "add", "focal", "--role", "focal")

    words = "focal has no review key here and cannot sign in"
    assert words in added.output
    assert words in says("check").output
    assert not signs_in("focal", added, NEW)

    given = says("keys", "reviewer", "focal", "--by", "Daniel", typed=f"{OTHER}\n{NEW}\n{NEW}\n")

    assert given.exit_code == 0, given.output
    assert words not in says("check").output
    assert signs_in("focal", added, NEW)
    assert (home / "keys" / "reviewer.focal").exists()


@pytest.mark.parametrize(
    ("by", "typed", "why"),
    [
        ("daniel", "no es esta\n", "that is not the passphrase of daniel: nothing was written"),
        ("nadie", "", "nadie has no review key here: nothing was written"),
    ],
)
def test_nobody_gives_the_key_who_cannot_open_it(home: Path, by: str, typed: str, why: str) -> None:
    before = {file.name: file.read_bytes() for file in (home / "keys").iterdir()}

    said = says("keys", "reviewer", "rosa", "--by", by, typed=typed)

    assert said.exit_code == 1
    assert said.output.endswith(f"grievance: {why}\n")
    assert {file.name: file.read_bytes() for file in (home / "keys").iterdir()} == before


def test_a_new_passphrase_has_twelve_letters_too_and_a_short_one_changes_nothing(home: Path) -> None:
    before = (home / "keys" / "reviewer.rosa").read_bytes()

    said = says("keys", "reviewer", "rosa", "--by", "daniel", typed=f"{OTHER}\nab\nab\n")

    assert (said.exit_code, "at least 12 letters" in said.output) == (1, True)
    assert (home / "keys" / "reviewer.rosa").read_bytes() == before
    assert (
        says("keys", "reviewer", "rosa", "--by", "daniel", typed=f"{OTHER}\n" + f"{NEW}\n" * 2).exit_code == 0
    )
    assert (home / "keys" / "reviewer.rosa").read_bytes() != before


def test_a_face_without_a_review_room_gives_none(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRIEVANCE_FACES", "public,intake")

    said = says("keys", "reviewer", "rosa", "--by", "daniel")

    assert said.exit_code == 1
    assert "this process serves no review room" in said.output
    assert (home / "keys" / "reviewer.rosa").exists()


def test_one_passphrase_for_everything_is_said_until_there_are_two(home: Path) -> None:
    alone = "one passphrase alone opens the review key"
    assert alone not in says("check").output

    (home / "keys" / "reviewer.rosa").unlink()

    assert alone in says("check").output


def test_a_case_of_the_review_room_that_everybody_there_is_off_is_said(home: Path) -> None:
    nobody = "everybody at review is off a case that only review reads"
    for login in ("rosa", "daniel"):
        says("staff", "add", login, "--role", "reviewer")
    store = Store(f"sqlite:///{home / 'grievance.db'}")
    rules = Rulebook(current=example())
    case = factories.a_case(store, rules, protected=True)
    who = {one.login: one.id for one in store.read(lambda conn: conn.execute(select(STAFF)).all())}

    def steps_back(login: str) -> None:
        off = {"recused": who[login]}
        factories.take(
            store, case, Step.RECUSE, actor=factories.a_reviewer(), rules=rules, facts=off
        ).settle()

    steps_back("rosa")
    assert nobody not in says("check").output

    steps_back("daniel")

    assert nobody in says("check").output
    store.close()
