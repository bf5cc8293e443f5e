"""What is printed by company and by site is said as indicators of each, and no row of them can be changed or left out."""

import csv as reader
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from grievance.base import canonical
from reports import checking, release
from reports.formats import csv, csvw, package
from reports.month import Month
from reports.recount import indicators as recounted
from reports.recount import verify_release
from reports.saying.indicators import INDICATORS, OPERATOR, SITE, made_of
from reports.shelf import Release
from reports.tables import ALL, SPECS
from tests.reports.months import Town, on
from tests.reports.once import once
from tests.reports.test_verify_release import change_release
from tests.shell import run

APRIL = Month(2026, 4)
Edit = Callable[[dict[str, Any]], None]


@once
def a_month(town: Town) -> Release:
    """April: one company answers 32 people, nine of them late; 12 complain of the other, and wait for its answer."""
    for first, count, acknowledged, answered in (
        ("03-25", 9, "03-26", "04-29"),
        ("04-01", 23, "04-06", "04-14"),
    ):
        for case in town.crowd(first, count, named=f"neighbour of {first}"):
            town.acknowledge(case, acknowledged)
            town.answer(case, answered)
    for case in town.crowd("04-02", 12, named="herder", operator="illapa"):
        town.acknowledge(case, "04-06", operator="illapa")
    return town.publish("2026-04", day="05-08")


def row(made: Release, dimension: str, member: str, id_: str) -> dict[str, Any]:
    return next(
        dict(one)
        for one in made.document["indicators_of"]
        if (one["dimension"], one["member"], one["id"]) == (dimension, member, id_)
    )


def figures(made: Release, dimension: str, member: str, id_: str) -> tuple[int | None, ...]:
    found = row(made, dimension, member, id_)
    return found["n"], found["of"], found["percent"]


def test_a_company_and_a_site_have_the_indicators_that_their_printed_cells_say(town: Town) -> None:
    made = a_month(town)

    assert figures(made, OPERATOR, "qorimayu", "I-14") == (23, 32, 71)
    assert figures(made, OPERATOR, "qorimayu", "I-15") == (13, None, None)
    assert figures(made, OPERATOR, "illapa", "I-13") == (12, 12, None)
    assert row(made, OPERATOR, "illapa", "I-13")["why"]["msgid"] == "too few for a share of a hundred"
    assert row(made, OPERATOR, "illapa", "I-15")["why"]["msgid"] == "Shown from ten answers on."
    assert figures(made, SITE, "qorimayu", "I-14") == (23, 32, 71)
    assert row(made, SITE, "qorimayu", "I-14")["of_is"] == [
        "by_site/grievance/site=qorimayu/measure=answered_in_time",
        "by_site/grievance/site=qorimayu/measure=answered_late",
    ]
    assert row(made, SITE, "illapa", "I-14")["status"] == "suppressed"
    assert verify_release.run(town.store, "2026-04") == []


def test_they_stand_in_the_order_of_the_mechanism_and_none_is_of_the_whole_or_of_nobody(quick: Town) -> None:
    quick.complain("04-03", operator=None)

    made = a_month(quick)

    whom = [(one["dimension"], one["member"]) for one in made.document["indicators_of"]]
    operators = [one.key for one in quick.rules.current.operators]
    assert [key for key in dict.fromkeys(whom) if key[0] == OPERATOR] == [
        (OPERATOR, key) for key in operators
    ]
    assert whom == sorted(whom, key=lambda one: one[0] == SITE)
    assert not {member for _, member in whom} & {ALL, "unrouted", "not_stated"}
    assert len(whom) == len(
        set(zip(whom, (one["id"] for one in made.document["indicators_of"]), strict=True))
    )


def test_a_company_behind_which_few_stand_has_no_figure_of_its_own(quick: Town) -> None:
    quick.crowd("04-01", 32)
    quick.crowd("04-02", 3, named="herder", operator="illapa")

    made = quick.publish("2026-04", day="05-08")

    of_few = [one for one in made.document["indicators_of"] if one["member"] == "illapa"]
    assert {(one["n"], one["of"], one["percent"], one["status"]) for one in of_few} == {
        (None, None, None, "suppressed")
    }
    assert verify_release.run(quick.store, "2026-04") == []


def test_what_looks_back_over_months_adds_up_the_months_of_that_company(quick: Town) -> None:
    for case in quick.crowd("03-02", 11, named="baker"):
        quick.withdraw(case, "03-20")
    quick.crowd("03-03", 12, named="shepherd", operator="illapa")
    quick.publish("2026-03", day="04-08")
    for case in quick.crowd("04-01", 11):
        quick.withdraw(case, "04-20")

    made = quick.publish("2026-04", day="05-08")

    assert row(made, OPERATOR, "qorimayu", "I-33")["months"] == ["2026-04", "2026-03"]
    assert figures(made, OPERATOR, "qorimayu", "I-33") == (0, 22, 0)
    assert verify_release.run(quick.store, "2026-04") == []


def changed(whom: tuple[str, str, str], **values: Any) -> Edit:
    def edit(document: dict[str, Any]) -> None:
        next(
            one for one in document["indicators_of"] if (one["dimension"], one["member"], one["id"]) == whom
        ).update(values)

    return edit


def listed(change: Callable[[list[dict[str, Any]]], list[dict[str, Any]]]) -> Edit:
    def edit(document: dict[str, Any]) -> None:
        document["indicators_of"] = change(document["indicators_of"])

    return edit


OF_A_COMPANY, OF_A_SITE = (OPERATOR, "qorimayu", "I-14"), (SITE, "qorimayu", "I-14")


@pytest.mark.parametrize(
    "edit",
    [
        changed(OF_A_COMPANY, n=24),
        changed(OF_A_COMPANY, of=31),
        changed(OF_A_COMPANY, percent=72),
        changed(OF_A_COMPANY, status="suppressed"),
        changed(OF_A_COMPANY, months=["2026-04", "2026-03"]),
        changed(OF_A_COMPANY, member="illapa"),
        changed(OF_A_COMPANY, n_is=["timeliness/grievance/operator=all/clock=answer/measure=met"]),
        changed((OPERATOR, "illapa", "I-13"), percent=100),
        changed(OF_A_SITE, n=32, percent=100),
        changed((SITE, "illapa", "I-14"), n=0, of=3),
        listed(lambda rows: rows[1:]),
        listed(lambda rows: rows[:-1]),
        listed(lambda rows: rows[::-1]),
        listed(lambda rows: [*rows, rows[0]]),
        listed(lambda _: []),
        lambda document: document.pop("indicators_of"),
        lambda document: document.update(definitions="2026-4"),
    ],
)
def test_a_row_that_was_changed_left_out_or_put_elsewhere_is_found_by_the_recount(
    quick: Town, edit: Edit
) -> None:
    a_month(quick)
    honest = verify_release.run(quick.store, "2026-04")

    change_release(quick.store, edit)

    found = {problem.where for problem in verify_release.verify(quick.store, APRIL)}
    assert honest == []
    assert any(place == "indicators_of" or " of " in place for place in found), found


def test_a_month_from_before_has_none_is_right_without_and_gets_none_in_another_version(quick: Town) -> None:
    a_month(quick)

    def as_it_was(document: dict[str, Any]) -> None:
        document["definitions"] = "2026-4"
        del document["indicators_of"]

    change_release(quick.store, as_it_was)
    before = {problem.where for problem in verify_release.verify(quick.store, APRIL)}
    again = release.release(quick.store, APRIL, rules=quick.rules, at=on("05-10"))

    assert before == {"release as the record has it"}
    assert "indicators_of" not in again.document
    assert csv.indicators_of(again).decode().splitlines() == [",".join(csv.OF_EACH)]
    assert [one["name"] for one in package.describe(again)["resources"]].count("indicators_of") == 0


def test_another_version_of_a_month_keeps_them(quick: Town) -> None:
    first = a_month(quick)
    release.release(quick.store, Month(2026, 3), rules=quick.rules, at=on("05-09"))

    again = release.release(quick.store, APRIL, rules=quick.rules, at=on("05-10"))

    assert again.version == 2
    assert again.document["indicators_of"] == first.document["indicators_of"]


def test_the_recount_knows_of_every_company_and_site_what_its_indicators_are_made_of() -> None:
    of_operators = {
        one.id for one in INDICATORS
        if one.numerator and {SPECS[c.table].dimensions[0] for c in (*one.numerator, *one.denominator)} == {OPERATOR}
    }  # fmt: skip

    assert set(recounted.OF_A_COMPANY) == of_operators
    assert [one.id for one in made_of(OPERATOR, "x")] == list(recounted.OF_A_COMPANY)
    assert [one.id for one in made_of(SITE, "x")] == list(recounted.OF_A_SITE)
    assert {cell.at[0] for one in made_of(OPERATOR, "x") for cell in (*one.numerator, *one.denominator)} == {
        "x"
    }


def test_the_file_names_for_each_row_whom_it_is_of_and_the_cells_it_is_made_of(quick: Town) -> None:
    made = a_month(quick)

    rows = list(reader.DictReader(io.StringIO(csv.indicators_of(made).decode())))

    assert [(one["dimension"], one["member"], one["indicator"]) for one in rows] == [
        (one["dimension"], one["member"], one["id"]) for one in made.document["indicators_of"]
    ]
    assert next(one for one in rows if (one["dimension"], one["indicator"]) == (SITE, "I-14")) == {
        "month": "2026-04", "indicator": "I-14", "criterion": "predictable", "n": "23", "of": "32", "percent": "71",
        "status": "final", "definitions": made.document["definitions"], "months": "2026-04",
        "n_is": "by_site/grievance/site=qorimayu/measure=answered_in_time",
        "of_is": "by_site/grievance/site=qorimayu/measure=answered_in_time "
        "by_site/grievance/site=qorimayu/measure=answered_late", "dimension": "site", "member": "qorimayu",
    }  # fmt: skip
    described = json.loads(csvw.of_each(made))
    assert [column["name"] for column in described["tableSchema"]["columns"]] == list(csv.OF_EACH)
    key = described["tableSchema"]["primaryKey"]
    assert len({tuple(one[name] for name in key) for one in rows}) == len(rows)
    assert all(
        one[column["name"]]
        for one in rows
        for column in described["tableSchema"]["columns"]
        if column["required"]
    )


def test_a_month_without_them_has_a_file_with_a_header_alone() -> None:
    old = Release(APRIL, 1, "final", canonical({"tables": [], "definitions": "2026-1"}))

    assert csv.indicators_of(old).decode().splitlines() == [",".join(csv.OF_EACH)]


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        (b"", b"", ""),
        (b"I-14,predictable,23,32,71,", b"I-14,predictable,24,32,75,", "I-14 of qorimayu: 24 of 32 (75)"),
        (b"I-13,predictable,12,12,,", b"I-13,predictable,12,12,100,", "I-13 of illapa: 12 of 12 (100)"),
    ],
)
def test_anybody_makes_them_again_at_home_from_the_printed_cells(
    quick: Town, tmp_path: Path, right: bytes, wrong: bytes, said: str
) -> None:
    made = a_month(quick)
    body = csv.indicators_of(made)
    assert right in body
    (tmp_path / "check.awk").write_text(checking.ADDER)
    (tmp_path / "cells.csv").write_bytes(csv.everything(made))
    (tmp_path / "indicators.csv").write_bytes(csv.indicators(made))
    (tmp_path / "indicators_of.csv").write_bytes(body.replace(right, wrong) if right else body)

    files = ("cells.csv", "indicators.csv", "indicators_of.csv")
    answer = run("awk", "-f", "check.awk", *files, here=tmp_path)

    assert answer.returncode == bool(wrong), answer.stdout
    assert said in answer.stdout
