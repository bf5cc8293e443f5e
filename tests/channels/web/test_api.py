"""Programs read the published months: in pages, in the shape that is described, and with problems they understand."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from werkzeug.test import TestResponse

from channels.app import create_app
from channels.house import House
from grievance import settings
from grievance.keyring import Ring
from grievance.store import Store
from reports.month import Month
from reports.shelf import Release
from tests.reports.released import OCTOBER, full, put, release
from workflows.rulebook import Rulebook

HERE = "/api/v1/releases"
PATHS = [HERE, *(f"{HERE}/{{month}}{rest}" for rest in ("", "/tables", "/tables/{name}", "/cells"))]
ANIMALS = {"table": "by_theme", "period": "2026-10", "kind": "grievance", "theme": "animals"}


@pytest.fixture
def api(sqlite_store: Store, rules: Rulebook, ring: Ring, tmp_path: Path) -> FlaskClient:
    given_settings = {"GRIEVANCE_HOME": str(tmp_path), "GRIEVANCE_FACES": "public"}
    noon = datetime(2026, 12, 4, 17, tzinfo=UTC)
    for month in (OCTOBER.previous, OCTOBER, OCTOBER.next):
        put(sqlite_store, release(month=month))
    house = House(settings.load(given_settings), sqlite_store, ring, rules, now=lambda: noon)
    return create_app(house).test_client()


@pytest.fixture
def described(api: FlaskClient) -> Mapping[str, Any]:
    read: Mapping[str, Any] = api.get("/api/openapi.json").get_json()
    return read


def assert_as_described(described: Mapping[str, Any], path: str, answer: TestResponse) -> None:
    said = described["paths"][path]["get"]["responses"][str(answer.status_code)]["content"][answer.mimetype]
    Draft202012Validator({**said["schema"], "components": described["components"]}).validate(
        answer.get_json()
    )


def test_the_indicators_of_a_month_are_as_described_and_a_row_that_says_less_is_not(
    api: FlaskClient, described: Mapping[str, Any], sqlite_store: Store
) -> None:
    made = full()
    put(sqlite_store, Release(made.month, 2, made.status, made.value))
    path = f"{HERE}/{{month}}"

    answer = api.get(f"{HERE}/2026-10")

    assert_as_described(described, path, answer)
    told = answer.get_json()
    assert len(told["indicators_of"]) > len({one["member"] for one in told["indicators_of"]}) > 1
    schema = described["components"]["schemas"]["Release"]
    del told["indicators_of"][0]["member"]
    assert not Draft202012Validator(schema).is_valid(told)


def test_the_description_is_valid_openapi(described: Mapping[str, Any]) -> None:
    from openapi_spec_validator import validate  # noqa: PLC0415  takes long to import

    validate(dict(described))

    assert set(described["paths"]) == set(PATHS)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    ("month", "name"), [("2026-10", "by_theme"), ("2026-01", "secrets"), ("october", "x")]
)
def test_every_answer_is_as_described(
    api: FlaskClient, described: Mapping[str, Any], path: str, month: str, name: str
) -> None:
    answer = api.get(path.format(month=month, name=name))

    assert answer.status_code == (200 if month == "2026-10" or path == HERE else 404)
    assert_as_described(described, path, answer)


@how(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    limit=st.one_of(st.integers(-5, 1005).map(str), st.text(max_size=5)),
    cursor=st.one_of(
        st.none(), st.text(max_size=12), st.sampled_from(["MQ", "bnVsbA", "WyJhIiwgMV0", "e30"])
    ),
    path=st.sampled_from([HERE, f"{HERE}/{{month}}/cells"]),
)
def test_whatever_is_asked_is_answered_or_refused_as_described(
    api: FlaskClient, described: Mapping[str, Any], limit: str, cursor: str | None, path: str
) -> None:
    asked = {"limit": limit} | ({} if cursor is None else {"cursor": cursor})

    answer = api.get(path.format(month="2026-10"), query_string=asked)

    assert answer.status_code in (200, 400)
    assert_as_described(described, path, answer)


@pytest.mark.parametrize(("path", "of"), [(HERE, "releases"), (f"{HERE}/2026-10/cells", "cells")])
def test_page_by_page_everything_comes_once(api: FlaskClient, path: str, of: str) -> None:
    whole = api.get(path, query_string={"limit": 1000}).get_json()
    pages: list[Any] = []
    asked: dict[str, Any] = {"limit": 2}

    while True:
        page = api.get(path, query_string=asked).get_json()
        pages += page[of]
        if page["next"] is None:
            break
        asked["cursor"] = page["next"]

    assert whole["next"] is None
    assert pages == whole[of]


def test_a_cursor_of_an_older_version_is_refused_rather_than_mixed(
    api: FlaskClient, sqlite_store: Store
) -> None:
    path = f"{HERE}/2026-10/cells"
    cursor = api.get(path, query_string={"limit": 2}).get_json()["next"]
    put(sqlite_store, release(version=2))

    answer = api.get(path, query_string={"limit": 2, "cursor": cursor})

    assert answer.status_code == 400
    assert "anew" in answer.get_json()["detail"]


def test_cells_can_be_asked_of_one_table_and_kind(api: FlaskClient) -> None:
    themes = api.get(f"{HERE}/2026-10/cells?table=by_theme&kind=grievance").get_json()["cells"]
    none = api.get(f"{HERE}/2026-10/cells?kind=information_request").get_json()["cells"]
    refused = api.get(f"{HERE}/2026-10/cells?kind=secrets")

    assert {cell["table"] for cell in themes} == {"by_theme"}
    assert {**ANIMALS, "value": None, "status": "suppressed"} in themes
    assert none == []
    assert refused.status_code == 400


def test_a_cache_asks_again_by_the_etag(api: FlaskClient, sqlite_store: Store) -> None:
    first = api.get(f"{HERE}/2026-10")
    asked = {"If-None-Match": first.headers["ETag"]}

    same = api.get(f"{HERE}/2026-10", headers=asked)
    put(sqlite_store, release(version=2))
    other = api.get(f"{HERE}/2026-10", headers=asked)

    assert first.headers["Cache-Control"] == "public, max-age=3600"
    assert first.headers["Access-Control-Allow-Origin"] == "*"
    assert (same.status_code, same.data) == (304, b"")
    assert other.status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/api/v2/x", 404), ("POST", HERE, 405), ("DELETE", "/api/v1/x", 405)],
)
def test_what_is_not_there_is_a_problem_too(api: FlaskClient, method: str, path: str, status: int) -> None:
    answer = api.open(path, method=method)

    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert answer.get_json()["status"] == status


def test_a_month_says_where_its_forms_are_and_they_are_there(api: FlaskClient) -> None:
    links = api.get(f"{HERE}/{Month(2026, 10)}").get_json()["links"]

    assert [api.get(href).status_code for href in links.values()] == [200] * len(links)
