"""A world for each journey: one deployment on either database, its telephone company, its clock."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deployment import Keys, keys  # noqa: F401  pytest finds the fixture here
from tests.journeys.actors import World, a_world


@pytest.fixture
def world(tmp_path: Path, database_url: str, keys: Keys) -> Iterator[World]:  # noqa: F811
    """Found a deployment: once on SQLite, once on PostgreSQL."""
    with a_world(tmp_path, database_url, keys) as founded:
        yield founded


@pytest.fixture
def small_world(tmp_path: Path, sqlite_template: Path, keys: Keys) -> Iterator[World]:  # noqa: F811
    """Found a deployment on SQLite alone, for what no database changes."""
    file = tmp_path / "grievance.db"
    shutil.copyfile(sqlite_template, file)
    with a_world(tmp_path, f"sqlite:///{file}", keys) as founded:
        yield founded
