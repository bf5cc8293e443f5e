"""The evidence pack: the same bytes twice, from what is public already, with nothing of a single or protected case."""

import csv
import hashlib
import io
import json
import shutil
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from grievance.store import Store
from reports.certifying import evidencepack, schemes
from reports.certifying.evidencepack import NoSuchPack, Period
from reports.certifying.schemes import ROWS, SCHEMES
from reports.month import Month
from reports.saying import comparing
from reports.shelf import Release
from reports.tables import SPECS
from tests.factories import a_reviewer
from tests.reports.months import Town, on
from workflows.criteria import CRITERIA
from workflows.readiness import OBLIGATIONS
from workflows.registry import registers
from workflows.registry.registerbook import BY_KEY
from workflows.rulebook import Rulebook

NOW = datetime(2026, 7, 1, tzinfo=UTC)
SPRING = Period.between(Month(2026, 3), Month(2026, 4))


@pytest.fixture(scope="module")
def town(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory, rules: Rulebook) -> Iterator[Town]:
    """Two published months with a protected case in one of them, and what stands in the registers."""
    file = tmp_path_factory.mktemp("pack") / "pack.db"
    shutil.copyfile(sqlite_template, file)
    store = Store(f"sqlite:///{file}")
    made = Town(store, rules)
    for case in made.crowd("03-03", 12):
        made.acknowledge(case, "03-04")
    made.complain("03-05", person="eva", protected=True)
    made.publish("2026-03", day="04-09")
    made.publish("2026-04", day="05-12")
    for day in range(1, 8):
        row = {"held_on": date(2026, 3, day), "cause": "weather", "text": "Avisar antes."}
        store.transact(
            lambda c, row=row: registers.write(
                c, "lesson", "written", row, {}, by=a_reviewer(), rules=rules, at=on("03-20")
            )
        )
    yield made
    store.close()


def build(town: Town, scheme: str = "irma", *, now: datetime = NOW, language: str = "es") -> bytes:
    return town.store.read(
        lambda c: evidencepack.build(c, scheme, SPRING, rules=town.rules, now=now, language=language)
    )


def opened(body: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rows(body: bytes, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(opened(body)[name].decode())))


def test_two_people_get_the_same_bytes_on_different_days(town: Town) -> None:
    assert build(town) == build(town, now=datetime(2026, 11, 3, tzinfo=UTC))


def test_the_list_of_digests_is_right_and_whole(town: Town) -> None:
    files = opened(build(town))

    listed = dict(line.split("  ")[::-1] for line in files.pop("SHA256SUMS").decode().splitlines())
    assert listed == {name: hashlib.sha256(body).hexdigest() for name, body in files.items()}


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_scheme_has_its_clauses_with_evidence_and_the_mark(town: Town, scheme: str) -> None:
    body = build(town, scheme, language="en")

    found = rows(body, "crosswalk.csv")
    assert len(found) == len(schemes.rows_of(scheme)) > 5
    assert all(row["clause"] and row["evidence"] for row in found)
    assert {row["mapping"] for row in found} == {"Mapping by the project, not verified by the scheme."}
    assert json.loads(opened(body)["crosswalk.json"])["scheme"]["key"] == scheme


def test_the_crosswalk_names_only_what_there_is() -> None:
    obligations = {one.id for one in OBLIGATIONS}

    for row in ROWS:
        assert set(row.clauses) <= set(SCHEMES)
        assert set(row.obligations) <= obligations
        assert set(row.tables) <= set(SPECS)
        assert set(row.criteria) <= {criterion.key for criterion in CRITERIA}
        assert all(BY_KEY[key].public for key in row.registers)
    assert {key for row in ROWS for key in row.obligations} == obligations - {"O21"}


def test_small_counts_of_registers_are_told_alike_and_private_ones_not_at_all(town: Town) -> None:
    counts = {row["register"]: row["entries"] for row in rows(build(town), "registers.csv")}

    assert counts["lesson"] == "7"
    assert counts["panel"] == "0-4"
    assert "incident" not in counts


def test_nothing_of_cases_is_in_it_but_the_published_months(town: Town) -> None:
    body = build(town)
    files = opened(body)

    months = {name for name in files if name.startswith("months/")}
    stock = files["months/2026-03/stock_flow.csv"].decode()
    assert "2026-03,grievance,all,received,12," in stock
    assert set(files) - months == {
        "index.html", "crosswalk.csv", "crosswalk.json", "readiness.csv", "registers.csv", "scorecard.csv",
        "comparison.csv", "procedure.md", "SHA256SUMS",
    }  # fmt: skip
    assert {row["month"] for row in rows(body, "scorecard.csv")} == {"2026-03", "2026-04"}


@pytest.mark.parametrize("scheme", ["gossip", ""])
def test_an_unknown_scheme_is_refused(town: Town, scheme: str) -> None:
    with pytest.raises(NoSuchPack):
        build(town, scheme)


def test_a_period_without_a_published_month_is_refused(sqlite_store: Store, rules: Rulebook) -> None:
    with pytest.raises(NoSuchPack):
        build(Town(sqlite_store, rules))


@pytest.mark.parametrize(("first", "last"), [((2026, 5), (2026, 4)), ((2023, 1), (2026, 1))])
def test_a_period_runs_forward_and_is_not_endless(first: tuple[int, int], last: tuple[int, int]) -> None:
    with pytest.raises(NoSuchPack):
        Period.between(Month(*first), Month(*last))

    assert str(Period.between(Month(2026, 1), Month(2026, 1))) == "2026-01--2026-01"


def timed(**operators: tuple[int | None, int | None]) -> Release:
    """A release that says of each company how many answers were on time and late."""
    cells = [
        {"operator": name, "clock": "answer", "measure": measure, "value": n}
        for name, both in operators.items()
        for measure, n in zip(("met", "late"), both, strict=True)
    ]
    table = {
        "name": "timeliness", "kind": "grievance", "period": "", "dimensions": ["operator", "clock", "measure"],
        "cells": cells,
    }  # fmt: skip
    return Release(Month(2026, 3), 1, "final", json.dumps({"tables": [table]}))


def test_companies_are_compared_only_where_each_has_twenty_answers_and_none_is_hidden() -> None:
    enough = comparing.compare(
        [timed(qorimayu=(10, 2), illapa=(9, 1)), timed(qorimayu=(10, 0), illapa=(8, 2))]
    )
    few = comparing.compare([timed(qorimayu=(30, 2), illapa=(9, 1))])
    hidden = comparing.compare([timed(qorimayu=(30, 2), illapa=(None, None))])
    alone = comparing.compare([timed(qorimayu=(30, 2))])

    assert [(one.key, one.met, one.of, one.percent) for one in enough] == [
        ("illapa", 17, 20, 85),
        ("qorimayu", 20, 22, 90),
    ]
    assert (few, hidden, alone) == ((), (), ())
