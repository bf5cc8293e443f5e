"""7. Every published figure can be recomputed, and none can unmask anyone."""

import pytest
from sqlalchemy import update

from grievance.store import Store
from grievance.tally import ROLLUPS, fold
from reports.recount import verify_release
from tests.journeys.actors import World
from tests.reports.months import Town
from workflows.rulebook import Rulebook

MARCH = "2026-03"


@pytest.fixture
def town(store: Store, rules: Rulebook) -> Town:
    """Let twelve people complain about one operator and two about another, in March."""
    made = Town(store, rules)
    made.crowd("03-04", 12)
    made.complain("03-05", person="a miner's widow", operator="illapa", theme="dust")
    made.complain("03-06", person="a shepherd", operator="illapa", theme="dust")
    return made


def test_a_journalist_recounts_the_month_from_the_record_and_it_agrees(town: Town) -> None:
    made = town.publish(MARCH, day="04-03")

    assert made.complaints["stock_flow"].value("all", "received") == 14
    assert verify_release.run(town.store, MARCH) == []


def test_one_altered_row_behind_the_figures_is_found(town: Town) -> None:
    town.publish(MARCH, day="04-03")

    town.store.transact(fold)
    town.store.transact(lambda conn: conn.execute(update(ROLLUPS).values(n=ROLLUPS.c.n + 1)).rowcount)

    assert verify_release.run(town.store, MARCH) != []


def test_two_people_of_one_mine_are_in_no_figure_of_their_own(town: Town) -> None:
    made = town.publish(MARCH, day="04-03")

    table = made.complaints["stock_flow"]
    assert table.value("all", "received") == 14
    assert table.value("illapa", "received") is None
    assert table.value("qorimayu", "received") is None


def test_a_month_is_final_because_its_masking_is_certified(town: Town) -> None:
    made = town.publish(MARCH, day="04-03")

    assert made.status == "final"


def test_a_certifier_takes_the_month_as_one_data_package(small_world: World) -> None:
    town = Town(small_world.house.store, small_world.house.rules)
    town.crowd("03-04", 12)
    town.publish(MARCH, day="04-03")

    answer = small_world.anybody().get(f"/reports/{MARCH}/datapackage.json")

    assert answer.status_code == 200
    assert {one["path"] for one in answer.get_json()["resources"]} >= {"cells.csv", "tables/stock_flow.csv"}
