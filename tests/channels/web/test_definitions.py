"""Everybody can read what each figure counts, in every language of the place."""

import gzip

import pytest
from flask.testing import FlaskClient

from channels.app import create_app
from channels.house import House
from grievance import settings
from grievance.keyring import Ring
from grievance.store import Store
from reports.document import DEFINITIONS
from reports.month import Month
from reports.saying import definitions
from reports.saying.indicators import INDICATORS
from reports.tables import SPECS
from tests.factories import NOON
from tests.reports.released import put, release
from workflows.rulebook import Rulebook

BUDGET = 20 * 1024


@pytest.fixture
def public(sqlite_store: Store, rules: Rulebook, ring: Ring) -> FlaskClient:
    faces = settings.load({"GRIEVANCE_FACES": "public"})
    return create_app(House(faces, sqlite_store, ring, rules, now=lambda: NOON)).test_client()


@pytest.mark.parametrize("language", ["es", "qu", "ay", "en"])
def test_every_table_and_every_indicator_has_its_place_on_the_page(
    public: FlaskClient, language: str
) -> None:
    answer = public.get(f"/reports/definitions?lang={language}")

    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert DEFINITIONS in page
    assert [name for name in SPECS if f'id="{name}"' not in page] == []
    assert [one.id for one in INDICATORS if f">{one.id} " not in page] == []
    assert len(gzip.compress(answer.data)) < BUDGET


def test_what_is_not_counted_says_why(public: FlaskClient) -> None:
    page = public.get("/reports/definitions?lang=en").get_data(as_text=True)

    assert "It is not asked" not in page
    assert "Whoever wants says their sex and age when a case ends with an answer" in page
    assert "joined with nothing else, so groups cannot be compared" in page


def test_each_version_says_what_changed_and_which_month_was_the_first_with_it(
    public: FlaskClient, sqlite_store: Store
) -> None:
    for month, version in ((8, "2026-1"), (9, "2026-1"), (10, "2026-2"), (11, "2026-2")):
        put(sqlite_store, release(month=Month(2026, month), more={"definitions": version}))

    page = public.get("/reports/definitions?lang=en").text

    newest, _, oldest = page.partition('id="v2026-2"')[2].partition('id="v2026-1"')
    assert "asked for too late" in newest
    assert "since the report of October 2026" in newest
    assert "The first definitions." in oldest
    assert "since the report of August 2026" in oldest
    made_with = {
        month: public.get(f"/reports/{month}?lang=en").text.count(f"/reports/definitions#v{version}")
        for month, version in (("2026-09", "2026-1"), ("2026-10", "2026-2"))
    }
    assert made_with == {"2026-09": 1, "2026-10": 1}


def test_a_version_that_no_month_was_made_with_yet_says_so(public: FlaskClient) -> None:
    assert public.get("/reports/definitions?lang=en").text.count("not yet in any report") == len(
        definitions.VERSIONS
    )


def test_the_newest_version_is_the_one_that_months_are_made_with() -> None:
    names = [version.name for version in definitions.VERSIONS]

    assert names[0] == DEFINITIONS
    assert names == sorted(set(names), reverse=True)
    assert all(version.changes for version in definitions.VERSIONS)
    dated = [name for name in names if not name.startswith("v")]
    assert dated == ["2026-5", "2026-4", "2026-3", "2026-2", "2026-1"]  # spreadsheets take these for a date
