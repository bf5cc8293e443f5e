"""The scorecard says of eight criteria how they went, from printed figures alone, and never more than those tell."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grievance.store import Store
from reports import shelf
from reports.beside import ownacts, scorecard
from reports.beside.scorecard import MEASURES, NOTHING, Measure, Measured, Result, Row
from reports.month import Month
from reports.shelf import Release
from reports.tables import TIMELINESS, Cell, Table
from tests import factories
from tests.factories import a_reviewer
from tests.reports.months import Town
from workflows.criteria import CRITERIA
from workflows.registry import registers
from workflows.rulebook import Rulebook

MARCH = Month(2026, 3)
BY_KEY = {measure.criterion: measure for measure in MEASURES}
PREDICTABLE = BY_KEY["predictable"]
SMALL_IS_GOOD = replace(PREDICTABLE, target=10, partly=20, small_is_good=True)


def answers(met: int | None, late: int | None) -> Table:
    """The one table that the criterion of predictability is measured by."""
    cells = [(("all", "answer", "met"), met), (("all", "answer", "late"), late)]
    return Table(TIMELINESS, tuple(Cell(at, n) for at, n in cells))


def scored(*tables: Table, own: Mapping[str, Measured] | None = None) -> dict[str, Row]:
    """Score March from some tables."""
    return {row.measure.criterion: row for row in scorecard.score(MARCH, tables, own or {}, ())}


def frozen(month: Month, **results: str) -> Release:
    """A release of an earlier month with some results in its scorecard."""
    rows = ", ".join(f'{{"criterion": "{key}", "result": "{result}"}}' for key, result in results.items())
    return Release(month, 1, "final", f'{{"scorecard": {{"rows": [{rows}]}}, "tables": []}}')


def test_each_criterion_has_one_measure_in_the_order_of_the_principle() -> None:
    assert [measure.criterion for measure in MEASURES] == [criterion.key for criterion in CRITERIA]


@pytest.mark.parametrize(
    ("measure", "n", "of", "result"),
    [
        (PREDICTABLE, 44, 50, "met"),
        (PREDICTABLE, 43, 50, "partly"),
        (PREDICTABLE, 75, 100, "partly"),
        (PREDICTABLE, 749, 1000, "not_met"),
        (PREDICTABLE, 0, 0, "no_data"),
        (PREDICTABLE, 0, 12, "not_met"),
        (SMALL_IS_GOOD, 10, 100, "met"),
        (SMALL_IS_GOOD, 11, 100, "partly"),
        (SMALL_IS_GOOD, 21, 100, "not_met"),
        (SMALL_IS_GOOD, 0, 40, "met"),
    ],
)
def test_n_of_n_is_held_against_the_target_without_rounding(
    measure: Measure, n: int, of: int, result: str
) -> None:
    assert scorecard.judge(measure, Measured(n, of)) == result


@given(of=st.integers(1, 300), data=st.data())
@settings(max_examples=50)
def test_doing_better_never_makes_a_result_worse(of: int, data: st.DataObject) -> None:
    order = ["not_met", "partly", "met"]
    n = data.draw(st.integers(0, of - 1))

    worse, better = (order.index(scorecard.judge(PREDICTABLE, Measured(k, of))) for k in (n, n + 1))

    assert worse <= better


@pytest.mark.parametrize(
    ("counts", "told", "percent", "few"),
    [
        ((38, 9), (38, 47), 80, "no"),
        ((15, 4), (15, 19), None, "no"),
        ((16, 4), (16, 20), 80, "no"),
        ((7, 3), (7, 10), None, "no"),
        ((7, 2), (None, None), None, "yes"),
        ((None, None), (None, None), None, "no"),
        ((0, 0), (None, None), None, "no"),
    ],
)
def test_few_cases_are_told_in_words_and_a_percentage_needs_twenty(
    counts: tuple[int | None, int | None], told: tuple[int | None, int | None], percent: int | None, few: str
) -> None:
    row = scored(answers(*counts))["predictable"].plain(MARCH)

    assert (row["n"], row["of"]) == told
    assert row["percent"] == percent
    assert row["few"] is (few == "yes")


def test_what_is_hidden_is_no_data_and_a_table_that_is_not_there_as_well() -> None:
    assert scored(answers(None, None))["predictable"].result is Result.NO_DATA
    assert scored(answers(20, None))["predictable"].result is Result.NO_DATA
    assert scored()["predictable"].result is Result.NO_DATA


def test_what_the_mechanism_did_itself_is_told_however_few() -> None:
    row = scored(own={"transparent": Measured(2, 3)})["transparent"].plain(MARCH)

    assert (row["n"], row["of"], row["percent"], row["few"]) == (2, 3, None, False)
    assert row["result"] == "not_met"


def test_nothing_to_measure_counts_as_not_met_after_two_months_of_it() -> None:
    first = frozen(Month(2026, 2), predictable="no_data", learning="met")
    second = frozen(Month(2026, 1), predictable="no_data", learning="no_data")

    rows = {row.measure.criterion: row for row in scorecard.score(MARCH, (), {}, (first, second))}

    assert rows["predictable"].result is Result.NO_DATA
    assert rows["predictable"].counts_as is Result.NOT_MET
    assert rows["predictable"].is_missed
    assert rows["learning"].counts_as is Result.NO_DATA
    assert not rows["learning"].is_missed


def test_two_earlier_months_stand_beside_and_one_that_was_not_published_is_empty() -> None:
    january = frozen(Month(2026, 1), predictable="partly")

    rows = scorecard.score(MARCH, (), {}, (january,))
    row = next(row for row in rows if row.measure is PREDICTABLE).plain(MARCH)

    assert row["earlier"] == [["2026-02", None], ["2026-01", "partly"]]


def test_the_reviewers_own_word_stands_beside_only_where_it_differs() -> None:
    table = answers(50, 0)
    said = {"predictable": Result.PARTLY}

    differing = scorecard.score(MARCH, (table,), {}, (), independent=said)[2]
    agreeing = scorecard.score(MARCH, (answers(40, 10),), {}, (), independent=said)[2]

    assert (differing.result, differing.independent) == ("met", "partly")
    assert differing.is_missed
    assert agreeing.independent is None


def test_there_is_no_grade_but_a_count_of_each_result() -> None:
    rows = scorecard.score(MARCH, (answers(30, 10),), {"transparent": Measured(3, 3)}, ())

    made = scorecard.plain(rows, MARCH)

    assert made["counts"] == {"met": 1, "partly": 1, "not_met": 0, "no_data": 6}
    assert made["version"] == scorecard.VERSION
    assert set(made) == {"version", "rows", "counts"}


def test_a_month_counts_what_the_mechanism_did_by_its_last_day(store: Store, rules: Rulebook) -> None:
    by, zone = a_reviewer(), rules.current.zones[0]

    def write(
        day: str, key: str, state: str, fields: dict[str, object], words: dict[str, str], item: str = ""
    ) -> str:
        at = factories.moment(now=factories.NOON.replace(year=2026, month=int(day[:2]), day=int(day[3:])))
        return store.transact(
            lambda c: registers.write(c, key, state, fields, words, by=by, rules=rules, at=at, item=item)
        )

    heard = {"held_on": date(2026, 3, 5), "sessions": 1, "women_only": 0, "women": 9, "men": 9}
    item = write("03-06", "consultation", "heard", heard, {"said": "Más radio"})
    write("03-06", "outreach", "held", {"held_on": date(2026, 3, 6), "zone": zone.key, "medium": "radio",
                                        "language": "es", "minutes": 5}, {})  # fmt: skip
    write("04-02", "consultation", "answered", {}, {"did": "Más radio"}, item)

    def own(month: Month) -> Mapping[str, Measured]:
        day = month.last_day + timedelta(days=5)
        return store.read(lambda c: ownacts.read(c, month, rules=rules, today=day))

    march, april, long_after = own(MARCH), own(Month(2026, 4)), own(Month(2027, 6))

    assert march["dialogue"] == Measured(0, 1)
    assert april["dialogue"] == Measured(1, 1)
    assert long_after["dialogue"] == NOTHING
    assert march["accessible"] == Measured(1, len(rules.current.zones))
    assert long_after["accessible"] == Measured(0, len(rules.current.zones))


def test_a_report_that_never_came_is_not_in_time_ever_after(store: Store, rules: Rulebook) -> None:
    town = Town(store, rules)
    town.publish("2026-01", day="02-05")
    town.publish("2026-03", day="04-20")

    march = store.read(lambda c: shelf.newest(c, MARCH))

    assert march is not None
    row = next(r for r in march.document["scorecard"]["rows"] if r["criterion"] == "transparent")
    assert (row["n"], row["of"], row["result"]) == (1, 3, "not_met")
