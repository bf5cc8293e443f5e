"""Others' tools open a month: a data package, described tables, a catalogue, a feed, and sums of it all."""

import csv
import io
import json
import sys
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from reports import checking, formats
from reports.formats import atom, dcat
from reports.month import Month
from reports.shelf import Release
from reports.tables import STOCK_FLOW, Cell, Table
from tests.reports.released import full, release
from tests.shell import run

ATOM = "{http://www.w3.org/2005/Atom}"
BASE = "https://quejas.example/"
REQUESTS = Table(STOCK_FLOW, (Cell(("all", "received"), None),), kind="information_request")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    formats.write(release(others=(REQUESTS,)), tmp_path)
    return tmp_path


def made(path: str) -> bytes:
    return formats.forms(release())[path].make()


def test_one_file_holds_every_cell_of_every_table(folder: Path) -> None:
    month = release(others=(REQUESTS,))

    rows = list(csv.DictReader(io.StringIO((folder / "2026-10/cells.csv").read_text())))

    assert len(rows) == sum(len(table.cells) for table in month.tables)
    assert rows[0] == {
        "table": "stock_flow", "period": "2026-10", "kind": "grievance", "operator": "all", "measure": "opening",
        "channel": "", "theme": "", "clock": "", "value": "38", "status": "final",
    }  # fmt: skip
    assert (rows[-1]["kind"], rows[-1]["value"], rows[-1]["status"]) == (
        "information_request",
        "",
        "suppressed",
    )


def test_the_data_package_is_valid_by_the_tool_of_those_who_made_the_standard(folder: Path) -> None:
    asked = [sys.executable, "-m", "frictionless", "validate", "--json", "datapackage.json"]

    answer = run(*asked, here=folder / "2026-10")

    report = json.loads(answer.stdout)
    assert report["valid"], report
    assert report["stats"]["tasks"] == 5


def test_what_is_of_each_company_and_site_is_described_for_others_tools(tmp_path: Path) -> None:
    month = full()
    data = {path: form for path, form in formats.forms(month).items() if path.endswith((".csv", ".json"))}
    for path, form in data.items():
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(form.make())

    answer = run(
        *(sys.executable, "-m", "frictionless", "validate", "--json", "datapackage.json"),
        here=tmp_path / "2026-10",
    )

    package = json.loads((tmp_path / "2026-10/datapackage.json").read_text())
    named = {one["name"]: one for one in package["resources"]}["indicators_of"]
    head = (tmp_path / "2026-10/indicators_of.csv").read_text().splitlines()[0].split(",")
    described = json.loads((tmp_path / "2026-10/indicators_of.csv-metadata.json").read_text())
    files = [one["dcat:downloadURL"]["@id"] for one in catalogued(month)]
    assert json.loads(answer.stdout)["valid"], answer.stdout
    assert [one["name"] for one in named["schema"]["fields"]] == head
    assert [one["name"] for one in described["tableSchema"]["columns"]] == head
    assert "https://quejas.example/reports/2026-10/indicators_of.csv" in files


def catalogued(month: Release) -> list[dict[str, Any]]:
    read = json.loads(dcat.write([month], base=BASE, publisher="Mecanismo de Quejas"))
    return list(read["dcat:dataset"][0]["dcat:distribution"])


def test_a_data_package_whose_file_was_changed_is_not_valid(folder: Path) -> None:
    changed = folder / "2026-10/tables/by_theme.csv"
    changed.write_bytes(changed.read_bytes().replace(b",16,", b",15,"))
    asked = [sys.executable, "-m", "frictionless", "validate", "--json", "datapackage.json"]

    answer = run(*asked, here=folder / "2026-10")

    assert not json.loads(answer.stdout)["valid"]


def test_the_columns_of_a_table_are_described_beside_it(folder: Path) -> None:
    described = json.loads((folder / "2026-10/tables/timeliness.csv-metadata.json").read_text())

    head = (folder / "2026-10/tables/timeliness.csv").read_text().splitlines()[0].split(",")
    assert described["@context"] == ["http://www.w3.org/ns/csvw", {"@language": "es"}]
    assert {"@value": "What was in time and what was late, by company", "@language": "en"} in described[
        "dc:title"
    ]
    assert described["url"] == "timeliness.csv"
    assert [column["name"] for column in described["tableSchema"]["columns"]] == head


def test_the_sums_are_those_of_the_files(folder: Path) -> None:
    answer = run("sha256sum", "-c", "--strict", "2026-10.sha256", here=folder)

    assert answer.returncode == 0
    assert answer.stdout.count("OK") == 6


def test_the_catalogue_names_each_file_of_each_month() -> None:
    months = (release(), release(month=Month(2026, 9)))

    read = json.loads(dcat.write(months, base=BASE, publisher="Mecanismo de Quejas"))

    files = [d["dcat:downloadURL"]["@id"] for one in read["dcat:dataset"] for d in one["dcat:distribution"]]
    assert read["@type"] == "dcat:Catalog"
    assert "https://quejas.example/reports/2026-09/tables/by_theme.csv" in files
    assert (
        read["dcat:dataset"][0]["dcat:distribution"][0]["spdx:checksum"]["spdx:checksumValue"]
        == months[0].digest
    )


def test_an_entry_of_the_feed_keeps_its_id_and_its_date_moves_with_the_version() -> None:
    again = release(version=2, more={"cut_off": "2026-12-01T10:00:00Z"})

    first, second = (
        ET.fromstring(atom.write([one], base=BASE, name="Quejas & Más", language="es"))  # noqa: S314
        for one in (release(), again)
    )

    assert first.findtext(f"{ATOM}entry/{ATOM}id") == "https://quejas.example/reports/2026-10"
    assert second.findtext(f"{ATOM}entry/{ATOM}id") == first.findtext(f"{ATOM}entry/{ATOM}id")
    assert first.findtext(f"{ATOM}entry/{ATOM}updated") == "2026-11-05T17:00:00Z"
    assert second.findtext(f"{ATOM}updated") == "2026-12-01T10:00:00Z"
    assert "Llegaron 47 quejas" in (first.findtext(f"{ATOM}entry/{ATOM}summary") or "")
    assert first.findtext(f"{ATOM}author/{ATOM}name") == "Quejas & Más"


def test_a_feed_without_any_month_is_a_feed() -> None:
    feed = ET.fromstring(atom.write([], base=BASE, name="Quejas", language="en"))  # noqa: S314

    assert feed.find(f"{ATOM}entry") is None
    assert feed.findtext(f"{ATOM}updated")


@pytest.mark.parametrize(
    ("was", "becomes", "says"),
    [
        (b"all,closed,,,,41", b"all,closed,,,,40", "does not add up"),
        (b",sms,,,19,", b",sms,,,20,", "the parts are"),
        (b",,animals,,,suppressed", b",,animals,,90,final", "the parts are"),
        (b",,animals,,,suppressed", b",,animals,,3,suppressed", "hidden"),
    ],
)  # fmt: skip
def test_whoever_adds_the_figures_again_finds_a_wrong_one(
    tmp_path: Path, was: bytes, becomes: bytes, says: str
) -> None:
    right = made("2026-10/cells.csv")
    assert was in right

    agrees, differs = (_added(tmp_path, body) for body in (right, right.replace(was, becomes)))

    assert (agrees.returncode, differs.returncode) == (0, 1)
    assert "0 wrong" in agrees.stdout
    assert says in differs.stdout


def _added(folder: Path, cells: bytes) -> CompletedProcess[str]:
    (folder / "check.awk").write_text(checking.ADDER)
    (folder / "cells.csv").write_bytes(cells)
    return run("awk", "-f", "check.awk", "cells.csv", here=folder)
