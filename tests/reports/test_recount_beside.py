"""Whoever changes what a month says beside its tables, or leaves a table out, is found by the recount."""

from collections.abc import Callable
from typing import Any

import pytest

from grievance.vocabulary import Step
from reports.beside import scorecard
from reports.month import Month
from reports.recount import beside, verify_release
from reports.tables import SPECS, Every
from tests.reports.months import Town
from tests.reports.once import once
from tests.reports.test_verify_release import change_release

APRIL = Month(2026, 4)
Edit = Callable[[dict[str, Any]], None]


def live(town: Town) -> None:
    """April: 24 people complain, 21 get an answer in time; a panel met, places were told, people were heard."""
    town.note("panel", "held", "03-20", present=6, seats=8, outside=4)
    town.note("outreach", "held", "04-03", medium="assembly", minutes=30)
    heard = town.note("consultation", "heard", "02-10")
    town.note("consultation", "heard", "04-11")
    town.note("consultation", "answered", "04-20", item=heard)
    kept = town.note("commitment", "agreed", "02-10", until="04-10")
    town.note("commitment", "kept", "04-09", item=kept, until="04-10")
    people = town.crowd("04-01", 24)
    for case in people:
        town.acknowledge(case, "04-06")
    for case in people[:21]:
        town.answer(case, "04-14")
    for case in people[:12]:
        town.officer(case, Step.CORRECT, "04-15", facts={"theme": "dust", "reason": "misread"})


@once
def publish(town: Town) -> None:
    live(town)
    town.publish("2026-04", day="05-08")


def found(town: Town) -> set[str]:
    versions = {town.rules.current.version: town.rules.current}
    return {problem.where for problem in verify_release.verify(town.store, APRIL, versions)}


def test_an_honest_month_agrees_in_all_that_stands_beside_its_tables(town: Town) -> None:
    publish(town)

    assert found(town) == set()


def test_months_one_after_the_other_agree_also_where_one_was_never_published(town: Town) -> None:
    town.crowd("02-03", 12, named="herder")
    town.publish("2026-02", day="03-10")
    live(town)
    town.publish("2026-04", day="05-29")

    assert found(town) == set()


def table(name: str, kind: str = "grievance") -> Edit:
    def edit(document: dict[str, Any]) -> None:
        document["tables"] = [t for t in document["tables"] if (t["name"], t["kind"]) != (name, kind)]

    return edit


def score(key: str, **values: Any) -> Edit:
    def edit(document: dict[str, Any]) -> None:
        next(row for row in document["scorecard"]["rows"] if row["criterion"] == key).update(values)

    return edit


def quality(key: str) -> Edit:
    def edit(document: dict[str, Any]) -> None:
        one = next(each for each in document["qualities"] if each["key"] == key)
        one["holds"] = not one["holds"]

    return edit


def in_series(part: str, name: str) -> Edit:
    def edit(document: dict[str, Any]) -> None:
        document[part][name][-1] = 99

    return edit


def a_part_less(document: dict[str, Any]) -> None:
    entry = next(t for t in document["tables"] if (t["name"], t["kind"]) == ("by_entry", "grievance"))
    entry["cells"] = [cell for cell in entry["cells"] if cell["channel"] != "sms"]
    for cell in entry["cells"]:
        cell.update(value=cell["value"] or 0, status="final")


def a_total(document: dict[str, Any]) -> None:
    document["since_start"]["total"]["received"] = 23


def a_month_more(document: dict[str, Any]) -> None:
    document["since_start"]["months"].insert(0, "2026-03")


def counts(document: dict[str, Any]) -> None:
    document["scorecard"]["counts"]["met"] += 1


def a_row_less(document: dict[str, Any]) -> None:
    document["scorecard"]["rows"].pop()


@pytest.mark.parametrize(
    ("edit", "where"),
    [
        (table("open_age"), "table grievance open_age"),
        (table("compliance", "information_request"), "table information_request compliance"),
        (table("learning", "mechanism"), "table mechanism learning"),
        (table("corrections"), "table grievance corrections"),
        (a_part_less, "parts of grievance by_entry"),
        (in_series("series", "received"), "series received"),
        (in_series("series", "late"), "series late"),
        (in_series("since_start", "met"), "since_start met"),
        (a_total, "since_start total received"),
        (a_month_more, "since_start months"),
        (score("legitimate", n=6), "scorecard legitimate n"),
        (score("accessible", n=99), "scorecard accessible n"),
        (score("accessible", result="met"), "scorecard accessible result"),
        (score("predictable", percent=99), "scorecard predictable percent"),
        (score("transparent", of=2), "scorecard transparent of"),
        (score("rights_compatible", n=None, of=None, result="no_data"), "scorecard rights_compatible result"),
        (score("dialogue", n=2), "scorecard dialogue n"),
        (score("learning", counts_as="met"), "scorecard learning counts_as"),
        (score("dialogue", earlier=[["2026-03", "met"], ["2026-02", None]]), "scorecard dialogue earlier"),
        (counts, "scorecard counts"),
        (a_row_less, "scorecard criteria"),
        *((quality(key), f"quality {key}") for key in ("timely", "complete", "accurate", "comparable")),
        (quality("interoperable"), "quality interoperable"),
    ],
)  # fmt: skip
def test_what_was_changed_or_left_out_is_found_where_it_stands(quick: Town, edit: Edit, where: str) -> None:
    publish(quick)

    change_release(quick.store, edit)

    assert where in found(quick)


def test_without_the_mechanism_nothing_is_said_of_places_and_of_time(quick: Town) -> None:
    publish(quick)
    change_release(quick.store, score("accessible", n=99))

    without = {problem.where for problem in verify_release.verify(quick.store, APRIL)}

    assert "scorecard accessible n" not in without
    assert "scorecard accessible n" in found(quick)


def test_the_recount_knows_every_table_that_a_month_must_have_and_every_measure_of_the_scorecard() -> None:
    own = {"outreach", "airtime", "access", "learning", "commitments"}
    monthly = {spec.name for spec in SPECS.values() if spec.every == Every.MONTH}

    assert {
        *beside.MONTHLY,
        *beside.NEWER,
        *beside.OWN,
        *beside.SIXTH,
        "officers",
    } == monthly  # where the record knows how many
    assert set(beside.OWN) == own
    assert {m.criterion: (m.target, m.partly) for m in scorecard.MEASURES} == {
        key: (rule.met, rule.partly) for key, rule in beside.RULES.items()
    }
    assert {m.criterion: bool(m.denominator) for m in scorecard.MEASURES} == {
        key: bool(rule.denominator) for key, rule in beside.RULES.items()
    }
