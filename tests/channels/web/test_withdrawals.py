"""A month that was wrong says so wherever it is asked for, and one that is right can be checked by its signature."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from flask.testing import FlaskClient

from channels.app import create_app
from channels.house import House
from channels.web.figures import withdrawals
from grievance import settings, signing
from grievance.keyring import Ring
from grievance.store import Store
from reports import release
from reports.month import Month
from tests.reports.months import Town, on
from workflows.rulebook import Rulebook

MARCH, APRIL = Month(2026, 3), Month(2026, 4)
SECRET = bytes(range(32))


@pytest.fixture
def town(sqlite_store: Store, rules: Rulebook) -> Town:
    made = Town(sqlite_store, rules)
    made.crowd("03-03", 12)
    release.release(sqlite_store, MARCH, rules=rules, at=on("04-15"), secret=SECRET)
    return made


@pytest.fixture
def public(town: Town, ring: Ring, tmp_path: Path) -> FlaskClient:
    given = {"GRIEVANCE_HOME": str(tmp_path), "GRIEVANCE_FACES": "public"}
    with_key = Ring(ring.processes, ring.secrets, {**ring.publics, signing.NAME: signing.public_of(SECRET)})
    late = datetime(2026, 6, 1, 17, tzinfo=UTC)
    return create_app(
        House(settings.load(given), town.store, with_key, town.rules, now=lambda: late)
    ).test_client()


def withdraw(town: Town) -> None:
    town.store.transact(
        lambda conn: release.withdraw(
            conn, MARCH, "Los plazos de una mina estaban mal.", rules=town.rules, at=on("04-20")
        )
    )


@pytest.mark.parametrize(
    "address",
    ["/reports/2026-03", "/reports/2026-03.json", "/reports/2026-03/tables/by_theme.csv",
     "/reports/2026-03/signature", "/api/v1/releases/2026-03"],
)  # fmt: skip
def test_every_address_of_a_month_says_that_it_was_withdrawn_and_why(
    public: FlaskClient, town: Town, address: str
) -> None:
    before = public.get(address).status_code
    withdraw(town)

    answer = public.get(address, headers={"Accept-Language": "es"})

    assert (before, answer.status_code) == (200, 410)
    assert "Los plazos de una mina estaban mal." in answer.text
    assert "20 de abril de 2026" in answer.text


def test_the_list_of_months_tells_of_it(public: FlaskClient, town: Town) -> None:
    withdraw(town)

    page = public.get("/reports?lang=en").text

    assert "The report of March 2026 was withdrawn on 20 April 2026" in page


def test_the_first_page_says_how_many_answers_came_on_time_in_the_newest_month_that_stands(
    public: FlaskClient, town: Town
) -> None:
    before = public.get("/?lang=en").text
    withdraw(town)
    after = public.get("/?lang=en").text

    assert 'href="/reports/2026-03?lang=en"' in before
    assert "March 2026: " in before
    assert "/reports/2026-03" not in after
    assert 'href="/reports?lang=en"' in after


def test_a_month_that_is_late_says_why_it_was_refused(public: FlaskClient, town: Town) -> None:
    quiet = public.get("/reports?lang=en").text
    for code in (*withdrawals.WHY, "other"):
        town.store.transact(
            lambda conn, code=code: release.refuse(conn, APRIL, code, rules=town.rules, at=on("05-15"))
        )
        said = str(withdrawals.WHY.get(code, withdrawals.SOMETHING_ELSE).msgid)

        assert said in public.get("/reports?lang=en").text
        assert said not in quiet
    assert "It is late." in quiet


def test_anybody_can_check_a_signature_with_the_published_key(public: FlaskClient) -> None:
    document = public.get("/reports/2026-03.json").data
    signature = public.get("/reports/2026-03/signature").data
    key = load_pem_public_key(public.get("/reports/key.pem").data)

    key.verify(signature, document)  # type: ignore[call-arg, union-attr]


def test_no_signature_is_shown_of_a_month_that_has_none(public: FlaskClient, town: Town) -> None:
    town.publish("2026-04", day="05-15")

    assert public.get("/reports/2026-04/signature").status_code == 404
    assert public.get("/reports/2026-05/signature").status_code == 404


def test_a_month_that_was_refused_says_so_also_when_later_ones_came_out(
    public: FlaskClient, town: Town
) -> None:
    town.store.transact(
        lambda conn: release.refuse(conn, APRIL, "certificate", rules=town.rules, at=on("05-15"))
    )
    may = release.release(town.store, Month(2026, 5), rules=town.rules, at=on("06-01"), draft=False)

    page = public.get("/reports?lang=en").text

    assert may.month == Month(2026, 5)
    assert "The report of April 2026 was due on 15 May 2026. It is late." in page
    assert str(withdrawals.WHY["certificate"].msgid) in page
    assert "The report of March 2026" not in page


def test_a_withdrawn_month_is_not_called_late_and_its_reason_stands_in_the_list(
    public: FlaskClient, town: Town
) -> None:
    withdraw(town)

    page = public.get("/reports?lang=en").text

    assert "The report of March 2026 was due" not in page
    assert "The report of April 2026 was due on" in page
    assert '<span lang="es">Los plazos de una mina estaban mal.</span>' in page


def a_house(store: Store, rules: Rulebook, ring: Ring, here: Path, *, day: str) -> FlaskClient:
    given = settings.load({"GRIEVANCE_HOME": str(here), "GRIEVANCE_FACES": "public"})
    return create_app(House(given, store, ring, rules, now=lambda: on(day).now)).test_client()


def test_before_the_first_month_it_says_when_it_is_due_and_then_that_it_is_late_and_why(
    sqlite_store: Store, rules: Rulebook, ring: Ring, tmp_path: Path
) -> None:
    def index(day: str) -> str:
        return a_house(sqlite_store, rules, ring, tmp_path, day=day).get("/reports?lang=en").text

    empty = index("03-01")
    Town(sqlite_store, rules).crowd("03-03", 12)
    first, day_before = index("03-20"), index("04-14")
    sqlite_store.transact(lambda conn: release.refuse(conn, MARCH, "arithmetic", rules=rules, at=on("04-14")))
    refused, late = index("04-15"), index("04-20")

    assert "due on" not in empty
    assert "The first report is about March 2026 and is due on 16 April 2026." in first
    assert "It is late." not in day_before
    assert "The report of March 2026 is due on 16 April 2026. It cannot come out" in refused
    assert "The report of March 2026 was due on 16 April 2026. It is late. It cannot come out" in late
