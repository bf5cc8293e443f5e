"""Deployments that things go wrong in: in process, and as real processes, on both databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import standin
from tests.deployment import Deployment, Keys, Running, free_port, keys, running  # noqa: F401  a fixture
from tests.journeys.actors import World, a_world
from tests.standin import Standin


@pytest.fixture
def world(tmp_path: Path, database_url: str, keys: Keys) -> Iterator[World]:  # noqa: F811
    """Found a deployment in process: once on SQLite, once on PostgreSQL."""
    with a_world(tmp_path, database_url, keys) as founded:
        founded.receipts = False
        yield founded


@pytest.fixture
def network() -> Iterator[Standin]:
    """Run a telephone company."""
    with standin.running() as started:
        yield started


@pytest.fixture
def port() -> int:
    """Find a free port."""
    return free_port()


@pytest.fixture
def founded(tmp_path: Path, database_url: str, keys: Keys, network: Standin, port: int) -> Deployment:  # noqa: F811
    """Found a deployment for real processes, on either database."""
    base = f"http://127.0.0.1:{port}"
    return Deployment(tmp_path / "home", database_url, keys, api_base=network.url, base_url=base).prepare()


@pytest.fixture
def processes(founded: Deployment) -> Iterator[Running]:
    """Start processes, and end them."""
    with running(founded) as starter:
        yield starter
