"""What is measured: coverage watches the tests of parts, on one of the two databases, and the tests' own process.

Watching costs as much again as half the test. The same test on the other database walks the same lines of the
product, but for the store's own, whose tests are watched on both. A whole journey walks by thousands of lines
and looks at few of them: a line that only a journey knows is not counted as tested. Processes that tests start
are killed or end by a signal, which leaves nothing to count.
"""

import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pytest

SETTINGS = ("COVERAGE_PROCESS_START", "COVERAGE_PROCESS_CONFIG")
_STORE = "tests/grievance/"
_WHOLE = tuple(
    f"tests/{folder}/" for folder in ("faults", "journeys", "peers", "privacy", "promises", "screens")
)


def unwatched(item: pytest.Item) -> bool:
    """Say whether a test was measured on SQLite already, or walks by more than it looks at."""
    params: Mapping[str, object] = getattr(getattr(item, "callspec", None), "params", {})
    again = "postgres" in params.values() and not item.nodeid.startswith(_STORE)
    return again or item.nodeid.startswith(_WHOLE)


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
