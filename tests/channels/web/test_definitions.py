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
from reports.saying.indicators import INDICATORS
from reports.tables import SPECS
from tests.factories import NOON
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

    assert "It is not asked: nobody has to say who they are." in page
