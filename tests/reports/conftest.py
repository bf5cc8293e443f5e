"""A town whose months are lived and published: on both databases, or on the quick one for what no database changes."""

import pytest

from grievance.store import Store
from tests.reports.months import Town
from workflows.rulebook import Rulebook


@pytest.fixture
def town(store: Store, rules: Rulebook) -> Town:
    """Found a town: once on SQLite, once on PostgreSQL."""
    return Town(store, rules)


@pytest.fixture
def quick(sqlite_store: Store, rules: Rulebook) -> Town:
    """Found a town on SQLite alone."""
    return Town(sqlite_store, rules)
