"""What is measured: coverage watches a test on one of the two databases, and the test's own process.

Watching costs as much again as half the test. The same test on the other database walks the same lines of the
product, but for the store's own, whose tests are watched on both. Processes that tests start are killed or end
by a signal, which leaves nothing to count.
"""

import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pytest

SETTINGS = ("COVERAGE_PROCESS_START", "COVERAGE_PROCESS_CONFIG")
_STORE = "tests/grievance/"


def again(item: pytest.Item) -> bool:
    """Say whether a test was measured on SQLite already."""
    params: Mapping[str, object] = getattr(getattr(item, "callspec", None), "params", {})
    return "postgres" in params.values() and not item.nodeid.startswith(_STORE)


@contextmanager
def paused() -> Iterator[None]:
    """Run unwatched, in this thread and in those it starts."""
    here, there = sys.gettrace(), threading.gettrace()
    sys.settrace(None)
    threading.settrace(None)  # type: ignore[arg-type]
    try:
        yield
    finally:
        sys.settrace(here)
        threading.settrace(there)  # type: ignore[arg-type]
