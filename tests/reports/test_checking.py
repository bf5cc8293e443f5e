"""The five lines on the page are run as they stand there, against the served files."""

import re
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import pytest
from werkzeug.serving import make_server

from channels.app import create_app
from channels.house import House
from grievance import settings
from grievance.keyring import Ring
from grievance.store import Store
from tests.reports.released import put, release
from tests.shell import run
from workflows.rulebook import Rulebook


@pytest.fixture
def served(sqlite_store: Store, rules: Rulebook, ring: Ring, tmp_path: Path) -> Iterator[tuple[str, House]]:
    put(sqlite_store, release())
    noon = datetime(2026, 12, 4, 17, tzinfo=UTC)
    server = make_server("127.0.0.1", 0, lambda *_: [])
    base = f"http://127.0.0.1:{server.port}"
    given = {"GRIEVANCE_HOME": str(tmp_path), "GRIEVANCE_FACES": "public", "GRIEVANCE_BASE_URL": base}
    house = House(settings.load(given), sqlite_store, ring, rules, now=lambda: noon)
    server.app = create_app(house)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield base, house
    server.shutdown()
    thread.join()
    server.server_close()


def the_lines(house: House) -> str:
    page = create_app(house).test_client().get("/reports/check?lang=en").text
    found = re.search(r"<pre[^>]*><code>(.*?)</code>", page, re.DOTALL)
    assert found
    return unescape(found[1])


def test_anybody_checks_a_month_in_five_lines_of_shell(served: tuple[str, House], tmp_path: Path) -> None:
    lines = the_lines(served[1])

    answer = run("sh", "-e", "-c", lines, here=tmp_path)

    assert len(lines.strip().splitlines()) == 5
    assert answer.returncode == 0, answer.stderr
    assert "2026-10.json: OK" in answer.stdout
    assert answer.stdout.splitlines()[-1].endswith(" 0 wrong")


def test_a_file_that_was_changed_on_the_way_is_found(served: tuple[str, House], tmp_path: Path) -> None:
    lines = the_lines(served[1])
    meddled = lines.replace("sha256sum -c", "sed -i s/,16,/,15,/ $M/tables/by_theme.csv; sha256sum -c")

    answer = run("sh", "-e", "-c", meddled, here=tmp_path)

    assert answer.returncode == 1
    assert "by_theme.csv: FAILED" in answer.stdout
