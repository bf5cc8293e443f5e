"""Months that people lived through, published as they are: whoever keeps them all and reckons finds nothing in them."""

import json
from typing import Any

import pytest

from grievance.store import Store
from grievance.vocabulary import Kind, Step
from reports import shelf
from reports.attacking.attack import Why, attack
from tests.reports.months import Town
from workflows.rulebook import Rulebook

THEMES = ("water", "dust", "roads", "land")
CROWDS = {
    "01": {"qorimayu": (14, 9, 3, 1), "illapa": (11, 0, 6, 2)},
    "02": {"qorimayu": (4, 12, 2, 0), "illapa": (13, 3, 1, 7)},
    "03": {"qorimayu": (21, 6, 1, 1), "illapa": (2, 8, 5, 0)},
}
"""How many complained by month, company and theme."""
DUE = {"01": "02-16", "02": "03-13", "03": "04-16"}


@pytest.fixture
def town(sqlite_store: Store, rules: Rulebook) -> Town:
    return Town(sqlite_store, rules)


def live(town: Town, month: str) -> None:
    """Some are answered, some late, some are given more time, ask for review, take their word back, or come again."""
    for operator, many in CROWDS[month].items():
        people = [
            case
            for n, theme in zip(many, THEMES, strict=True)
            for case in town.crowd(
                f"{month}-02", n, named=f"{theme} {operator}", operator=operator, theme=theme
            )
        ]
        for n, case in enumerate(people):
            town.acknowledge(case, f"{month}-{'04' if n % 7 else '19'}", operator=operator)
        for n, case in enumerate(people[::2]):
            if n % 3 == 0:
                facts = {"clock": "answer", "days": 5, "reason": "sample"}
                town.reach(
                    town.officer(
                        case, Step.EXTEND, f"{month}-20", operator=operator, facts=facts, words="Later."
                    ),
                    f"{month}-20",
                )
            town.answer(case, f"{month}-23", operator=operator)
            if n % 4 == 1:
                town.person(case, Step.ASK_REVIEW, f"{month}-24")
        for case in people[1:6:2]:
            town.withdraw(case, f"{month}-25")
        for case in people[7:9]:
            town.officer(case, Step.CORRECT, f"{month}-26", operator=operator, facts={"theme": "land"})
    town.complain(f"{month}-05", operator=None, theme=None)
    town.complain(f"{month}-06", protected=True)
    town.crowd(f"{month}-07", 3, named="reader", kind=Kind.INFORMATION_REQUEST)


def documents(town: Town) -> list[dict[str, Any]]:
    return [json.loads(one.value) for one in town.store.read(shelf.every_version)]


def test_nothing_is_found_in_months_made_by_casework(town: Town) -> None:
    sites = {site.key: site.operator for site in town.rules.current.sites}
    for month in CROWDS:
        live(town, month)
        town.publish(f"2026-{month}", day=DUE[month])

    published = documents(town)
    report = attack(published, sites=sites, began="2026-01")
    names = {table["name"] for document in published for table in document["tables"]}

    assert report.documents == 3
    assert report.found == ()
    assert report.hidden > 100
    assert {"quarter_site_theme", "corrections", "timeliness"} <= names


def test_nobody_who_complained_themselves_finds_anything_in_months_made_by_casework(town: Town) -> None:
    sites = {site.key: site.operator for site in town.rules.current.sites}
    for month in ("01", "02"):
        live(town, month)
        town.publish(f"2026-{month}", day=DUE[month])
    insiders = {
        ("grievance", f"2026-{month}", "received", f"site:{site}", f"theme:{theme}")
        for month in ("01", "02")
        for site, many in CROWDS[month].items()
        for n, theme in zip(many, THEMES, strict=True)
        if n
    } | {
        ("grievance", f"2026-{month}", "received", "site:not_stated", "theme:not_stated")
        for month in ("01", "02")
    }

    report = attack(documents(town), sites=sites, insiders=insiders, began="2026-01")

    assert len(insiders) == 16
    assert report.found == ()


def test_in_the_same_months_with_one_hidden_figure_told_something_is_found(town: Town) -> None:
    live(town, "01")
    town.publish("2026-01", day=DUE["01"])
    (january,) = documents(town)
    themes = next(t for t in january["tables"] if (t["name"], t["kind"]) == ("by_theme", "grievance"))
    hidden = [cell for cell in themes["cells"] if cell["value"] is None]
    told = {"roads": 9, "land": 3, "not_stated": 1}
    hidden_and_told = [cell for cell in hidden if cell["theme"] in told]
    assert hidden_and_told

    for cell in hidden_and_told:
        cell.update(value=told[cell["theme"]], status="final")
    report = attack([january])

    assert {Why.PRINTED_FEW} <= {each.why for each in report.found}


def test_that_nobody_is_with_no_company_any_more_tells_nothing_of_the_month_before(town: Town) -> None:
    sites = {site.key: site.operator for site in town.rules.current.sites}
    for operator, many in (("qorimayu", 15), ("illapa", 12)):
        for case in town.crowd("01-26", many, named=f"early {operator}", operator=operator):
            town.acknowledge(case, "01-27", operator=operator)
    town.complain(
        "01-15", operator="illapa"
    )  # nobody acknowledges it: one case is late when the month ends, and the whole says so
    town.route(town.complain("01-06", operator=None), "01-08", "qorimayu")
    town.publish("2026-01", day="02-16")
    for operator in ("qorimayu", "illapa"):
        town.crowd("02-03", 12, named=f"later {operator}", operator=operator)
    town.publish("2026-02", day="03-13")

    january, february = documents(town)
    report = attack([january, february], sites=sites, began="2026-01")

    assert {row["late_1_14"] for row in (bands(january, "all"), bands(january, "illapa"))} == {1, None}
    assert bands(february, "all")["late_1_14"] is not None
    assert report.found == ()


def bands(document: dict[str, Any], operator: str) -> dict[str, int | None]:
    """Read how late the open cases of a row were when the month ended."""
    (table,) = (t for t in document["tables"] if (t["name"], t["kind"]) == ("overdue_bands", "grievance"))
    return {cell["band"]: cell["value"] for cell in table["cells"] if cell["operator"] == operator}
