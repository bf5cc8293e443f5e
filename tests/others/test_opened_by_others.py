"""A released month in the hands of others: a spreadsheet, a statistician, a reader of feeds, paper, a browser's own critic.

A spreadsheet and a reader of feeds come from Debian. `make others` brings the rest into a folder that it throws away, names
that folder in OTHERS_TOOLS, and prints what they say; without it these tests are skipped, each with its reason.
"""

import gzip
import json
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from werkzeug.serving import make_server

from channels.app import create_app
from channels.house import House
from grievance import settings
from grievance.keyring import Ring
from grievance.store import Store
from reports import formats
from reports.document import DEFINITIONS
from reports.formats import atom, csv, paper
from reports.tables import SPECS, Cell, Table
from tests.reports.released import full, put, release
from tests.shell import run
from workflows.rulebook import Rulebook

TOOLS = Path(os.environ.get("OTHERS_TOOLS", "/nowhere"))
HERE = Path(__file__).parent
CELL = "{http://www.gnumeric.org/v10.dtd}Cell"
TEXT, NUMBERS = "60", ("30", "40")
"""How Gnumeric's own file calls a cell of text and one of a number."""
BASE = "https://quejas.example/"
LEAST = 95
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
HARD_NAME = "Ch'aska Ñuñoa K'ana"
"""An apostrophe of Quechua within, letters of Spanish."""

spreadsheet = pytest.mark.skipif(
    shutil.which("ssconvert") is None, reason="Debian's gnumeric is not installed"
)


def python_with(module: str) -> str:
    """Find a Python that has a module: that of `make others`, else Debian's."""
    for python in (TOOLS / "venv/bin/python", Path("/usr/bin/python3")):
        if python.exists() and run(str(python), "-c", f"import {module}", here=HERE).returncode == 0:
            return str(python)
    pytest.skip(f"{module} is not there: `make others` brings it, or Debian's python3-{module}")


def opened(file: Path) -> list[list[tuple[str, str, str]]]:
    """Open a CSV as a double click does; each cell as its type, its format and what stands in it."""
    book = file.with_suffix(".gnumeric")
    answer = run("ssconvert", "-T", "Gnumeric_XmlIO:sax", str(file), str(book), here=file.parent)
    assert answer.returncode == 0, answer.stderr
    rows: dict[int, dict[int, tuple[str, str, str]]] = {}
    with gzip.open(book) as packed:
        for cell in ET.parse(packed).iter(CELL):  # noqa: S314  written by the spreadsheet from our own file
            kind = (cell.get("ValueType", "formula"), cell.get("ValueFormat", ""), cell.text or "")
            rows.setdefault(int(cell.attrib["Row"]), {})[int(cell.attrib["Col"])] = kind
    width = len(rows[0])
    return [[rows[n].get(column, ("", "", "")) for column in range(width)] for n in sorted(rows)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    formats.write(full(), tmp_path)
    return tmp_path


@spreadsheet
def test_a_spreadsheet_opens_every_table_with_numbers_as_numbers_and_words_as_words(folder: Path) -> None:
    files = sorted((folder / "2026-10").rglob("*.csv"))
    assert len(files) > 10

    for file in files:
        head, *rows = opened(file)
        names = [text for _, _, text in head]
        assert rows, file.name
        for row in rows:
            cells = dict(zip(names, row, strict=True))
            kind, form, text = cells["value" if "value" in cells else "n"]
            if cells["status"][2] == "suppressed":
                assert (kind, text) == ("", ""), (file.name, cells)
                assert cells["status"][0] == TEXT
            else:
                assert kind in NUMBERS, (file.name, cells)
                assert not form
                assert text.isdigit()
            # A month is what a spreadsheet takes for a date: the first day of that month; nothing else is, not even
            # the version of the definitions beside an indicator (`v2026-06`, until the fifth `2026-5`).
            dated = {name for name, (_, form, _) in cells.items() if "y" in form.lower()}
            assert dated <= {"month", "period", "months"}, (file.name, cells)
            assert cells.get("definitions", (TEXT, "", DEFINITIONS))[::2] == (TEXT, DEFINITIONS)
            assert "formula" not in {kind for kind, _, _ in row}, (file.name, cells)


@spreadsheet
@pytest.mark.parametrize("name", [HARD_NAME, "=1+1", "+51900000001", "@SUM(A1)", "-3"])
def test_a_spreadsheet_keeps_the_letters_and_runs_nothing(tmp_path: Path, name: str) -> None:
    made = release(others=(Table("by_site", (Cell((name, "received"), 9),)),))
    file = tmp_path / "by_site.csv"
    file.write_bytes(csv.write(made, "by_site"))

    ((kind, form, text),) = [row[2] for row in opened(file)[1:]]

    assert (kind, form) == (TEXT, "")
    assert text == name  # a mark before it says that it is text, and is not shown


def test_a_statistician_reads_every_cell_as_it_was_frozen(folder: Path) -> None:
    python = python_with("pandas")
    script = (
        "import pandas as p; t = p.read_csv('2026-10/cells.csv', dtype={'value': 'Int64'}); "
        "print(t.groupby('table').value.agg(['size', 'count', 'sum']).to_json(orient='index')); "
        "print(t[t.status == 'suppressed'].value.isna().all(), str(t.value.dtype))"
    )

    answer = run(python, "-c", script, here=folder)

    assert answer.returncode == 0, answer.stderr
    found, rest = answer.stdout.splitlines()
    made = full()
    expected: dict[str, list[int]] = {}
    for table in made.tables:
        size, count, whole = expected.setdefault(table.name, [0, 0, 0])
        values = [cell.value for cell in table.cells if cell.value is not None]
        expected[table.name] = [size + len(table.cells), count + len(values), whole + sum(values)]
    assert {k: [v["size"], v["count"], v["sum"]] for k, v in json.loads(found).items()} == expected
    assert rest == "True Int64"
    assert set(expected) <= set(SPECS)


def test_a_reader_of_feeds_finds_the_month_its_words_and_its_files(tmp_path: Path) -> None:
    python = python_with("feedparser")
    (tmp_path / "reports.atom").write_bytes(
        atom.write([full()], base=BASE, name="Quejas & Más", language="es")
    )
    script = (
        "import feedparser, json; d = feedparser.parse('reports.atom'); e = d.entries[0]; "
        "print(json.dumps([d.bozo, d.version, d.feed.title, e.id, e.updated, e.summary, [l.href for l in e.links]]))"
    )

    answer = run(python, "-W", "ignore", "-c", script, here=tmp_path)

    assert answer.returncode == 0, answer.stderr
    wrong, version, title, name, updated, summary, links = json.loads(answer.stdout)
    assert not wrong
    assert version == "atom10"
    assert title.startswith("Quejas & Más")
    assert name == f"{BASE}reports/2026-10"
    assert updated.startswith("2026-11-05T")
    assert "47 quejas" in summary
    assert f"{BASE}reports/2026-10" in [link.split("?")[0] for link in links]


@pytest.mark.parametrize("language", ["es", "qu", "ay", "en"])
def test_paper_is_made_so_that_everybody_can_read_it(tmp_path: Path, language: str) -> None:
    python = python_with("pikepdf")
    (tmp_path / "a4.pdf").write_bytes(paper.report(full(), language=language))
    (tmp_path / "a3.pdf").write_bytes(
        paper.poster(full(), language=language, address=f"{BASE}reports/2026-10")
    )

    answer = run(python, str(HERE / "paper_for_everybody.py"), "a4.pdf", "a3.pdf", here=tmp_path)

    assert answer.returncode == 0, answer.stderr
    assert not answer.stdout


BROKEN = {
    "marked as tagged": "del p.Root.MarkInfo",
    "names no language": "del p.Root.Lang",
    "title is not shown": "p.Root.ViewerPreferences.DisplayDocTitle = False",
    "order of tabs": "del p.pages[0].obj.Tabs",
    "neither in the tree": "p.pages[0].contents_add(b'BT (x) Tj ET', prepend=True)",
    "no heading": "p.Root.StructTreeRoot.K = k.Array([])",
}


@pytest.mark.parametrize("says", list(BROKEN))
def test_what_is_missing_in_paper_is_found(tmp_path: Path, says: str) -> None:
    python = python_with("pikepdf")
    (tmp_path / "a4.pdf").write_bytes(paper.report(full(), language="es"))
    breaks = f"import pikepdf as k; p = k.open('a4.pdf'); {BROKEN[says]}; p.save('broken.pdf')"
    assert run(python, "-c", breaks, here=tmp_path).returncode == 0

    answer = run(python, str(HERE / "paper_for_everybody.py"), "broken.pdf", here=tmp_path)

    assert says in answer.stdout


def test_a_checker_of_others_finds_nothing_in_paper(tmp_path: Path) -> None:
    checker = TOOLS / "venv/bin/pdfua"
    if not checker.exists():
        pytest.skip("pdfua is not there: `make others` brings it")
    (tmp_path / "a4.pdf").write_bytes(paper.report(full(), language="es"))
    (tmp_path / "a3.pdf").write_bytes(paper.poster(full(), language="es", address=f"{BASE}reports/2026-10"))

    answer = run(str(checker), "check", "a4.pdf", "a3.pdf", here=tmp_path)

    _say(*(line.strip() for line in answer.stdout.splitlines() if "result:" in line))
    assert answer.returncode == 0, answer.stdout


@pytest.fixture
def served(sqlite_store: Store, rules: Rulebook, ring: Ring, tmp_path: Path) -> Iterator[str]:
    put(sqlite_store, full())
    given = {"GRIEVANCE_HOME": str(tmp_path), "GRIEVANCE_FACES": "public"}
    noon = datetime(2026, 12, 4, 17, tzinfo=UTC)
    app = create_app(House(settings.load(given), sqlite_store, ring, rules, now=lambda: noon))
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


@pytest.mark.parametrize("path", ["/reports", "/reports/2026-10", "/reports/definitions"])
def test_the_critic_of_a_browser_gives_a_month_nearly_full_marks(
    served: str, tmp_path: Path, path: str
) -> None:
    lighthouse = TOOLS / "node_modules/.bin/lighthouse"
    if not lighthouse.exists():
        pytest.skip("Lighthouse is not there: `make others` brings it")
    flags = "--chrome-flags=--headless --no-sandbox --disable-gpu"
    env = os.environ | {"CHROME_PATH": shutil.which("chromium") or ""}

    answer = subprocess.run(  # noqa: S603  a program that `make others` installed
        [lighthouse, served + path, "--quiet", "--output=json", "--output-path=seen.json", flags],
        cwd=tmp_path, env=env, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert answer.returncode == 0, answer.stderr
    seen: dict[str, Any] = json.loads((tmp_path / "seen.json").read_text())
    scores = {name: round(100 * seen["categories"][name]["score"]) for name in CATEGORIES}
    _say(f"{path}: {scores}")
    wrong = [
        f"{key}: {one.get('explanation') or one['title']}"
        for key, one in seen["audits"].items()
        if one["score"] == 0
    ]
    # How fast a busy machine is says nothing of the page: that one is told and not judged.
    assert {name: n for name, n in scores.items() if n < LEAST and name != "performance"} == {}, wrong


def _say(*lines: str) -> None:
    """Tell what was measured to whoever asked for it (`pytest -s`, which `make others` is)."""
    print("", *lines, sep="\n  ")  # noqa: T201
