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
from grievance import settings, signing
from grievance.keyring import Ring
from grievance.store import Store
from grievance.vocabulary import Step
from reports import checking
from reports import release as release_of
from reports.formats import csv
from reports.month import Month
from reports.shelf import Release
from reports.tables import REVIEW_TIMES, STOCK_FLOW, Cell, Table
from tests.reports.months import Town, on
from tests.reports.released import put, release
from tests.shell import run
from workflows.rulebook import Rulebook

SECRET = bytes(range(32))


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


def signed(town: Town, ring: Ring, here: Path, now: datetime) -> House:
    people = town.crowd("03-03", 12)
    town.acknowledge(people[0], "03-04")
    release_of.release(town.store, Month(2026, 3), rules=town.rules, at=on("04-15"), secret=SECRET)
    with_key = Ring(ring.processes, ring.secrets, {**ring.publics, signing.NAME: signing.public_of(SECRET)})
    given = {"GRIEVANCE_HOME": str(here), "GRIEVANCE_FACES": "public"}
    return House(settings.load(given), town.store, with_key, town.rules, now=lambda: now)


def test_anybody_checks_a_signature_in_two_lines_more_and_one_of_another_month_fails(
    sqlite_store: Store, rules: Rulebook, ring: Ring, tmp_path: Path
) -> None:
    town = Town(sqlite_store, rules)
    public = create_app(signed(town, ring, tmp_path, datetime(2026, 5, 4, 17, tzinfo=UTC))).test_client()
    page = unescape(public.get("/reports/check?lang=en").text)
    fetch, verify = checking.signature_lines()
    for name, address in (
        ("2026-03.json", "/reports/2026-03.json"),
        ("2026-03.sig", "/reports/2026-03/signature"),
        ("key.pem", "/reports/key.pem"),
    ):
        (tmp_path / name).write_bytes(public.get(address).data)

    right = run("sh", "-c", f"M=2026-03; {verify}", here=tmp_path)
    (tmp_path / "2026-03.json").write_bytes(b"{}")
    wrong = run("sh", "-c", f"M=2026-03; {verify}", here=tmp_path)

    assert fetch in page
    assert verify in page
    assert (right.returncode, "Successfully" in right.stdout) == (0, True), right.stderr
    assert wrong.returncode != 0
    assert 'href="/reports/2026-03/signature"' in public.get("/reports/2026-03?lang=en").text


def test_where_no_key_is_published_the_page_speaks_of_no_signature(served: tuple[str, House]) -> None:
    public = create_app(served[1]).test_client()

    assert "openssl" not in public.get("/reports/check?lang=en").text
    assert "/signature" not in public.get("/reports/2026-10?lang=en").text


def test_a_file_that_was_changed_on_the_way_is_found(served: tuple[str, House], tmp_path: Path) -> None:
    lines = the_lines(served[1])
    meddled = lines.replace("sha256sum -c", "sed -i s/,16,/,15,/ $M/tables/by_theme.csv; sha256sum -c")

    answer = run("sh", "-e", "-c", meddled, here=tmp_path)

    assert answer.returncode == 1
    assert "by_theme.csv: FAILED" in answer.stdout


def moved(store: Store, rules: Rulebook, *, many: int) -> Release:
    """March, in which a reviewer gave complaints to another company, and one to the next mine of the same."""
    town = Town(store, rules)
    here = town.crowd("03-02", 12 + many)
    for operator in ("illapa", "sajrapunku"):
        town.crowd("03-03", 12, named=operator, operator=operator, theme="dust")
    for case in here[:many]:
        town.reviewer(case, Step.TRANSFER, "03-04", facts={"operator": "illapa", "site": "illapa"})
        town.route(case, "03-05", "illapa")
    town.reviewer(here[-1], Step.TRANSFER, "03-04", facts={"site": "yanaqaqa"})
    return town.publish("2026-03", day="04-07")


def add_up(cells: bytes, here: Path) -> tuple[int, str]:
    (here / "check.awk").write_text(checking.ADDER)
    (here / "cells.csv").write_bytes(cells)
    answer = run("awk", "-f", "check.awk", "cells.csv", here=here)
    return answer.returncode, answer.stdout


def test_a_month_in_which_complaints_moved_adds_up_at_home_and_with_any_figure_altered_it_does_not(
    sqlite_store: Store, rules: Rulebook, tmp_path: Path
) -> None:
    march = moved(sqlite_store, rules, many=10)
    cells = csv.everything(march)
    account = [line for line in cells.splitlines() if line.startswith(b"stock_flow,2026-03,grievance,")]

    failed, said = add_up(cells, tmp_path)
    altered = [add_up(cells.replace(line, one_more(line)), tmp_path)[0] for line in account]

    assert b"2026-03,grievance,illapa,moved_in,10,final" in csv.write(march, STOCK_FLOW)
    assert (failed, said.splitlines()[-1].endswith(" 0 wrong")) == (0, True), said
    assert altered == [1] * len(account)


def test_a_month_adds_up_at_home_where_the_row_that_something_moved_through_is_hidden(
    sqlite_store: Store, rules: Rulebook, tmp_path: Path
) -> None:
    march = moved(sqlite_store, rules, many=1)

    failed, said = add_up(csv.everything(march), tmp_path)

    assert b"2026-03,grievance,unrouted,moved_in,,suppressed" in csv.write(march, STOCK_FLOW)
    assert failed == 0, said


def one_more(line: bytes) -> bytes:
    *place, value, status = line.split(b",")
    return b",".join((*place, b"%d" % (int(value) + 1), status))


@pytest.mark.parametrize(("late", "status"), [(1, 0), (2, 1)])
def test_reviews_of_a_quarter_add_up_at_home_and_their_days_are_no_part_of_it(
    tmp_path: Path, late: int, status: int
) -> None:
    times = (("all", 12), ("met", 11), ("late", late), ("median_days", 24))
    table = Table(REVIEW_TIMES, tuple(Cell((m,), n) for m, n in times), period="2026-Q4")

    assert add_up(csv.everything(release(others=(table,))), tmp_path)[0] == status
