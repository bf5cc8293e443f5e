"""Whoever keeps every release and reckons finds nothing in ours, and finds what is to be found in bad ones."""

import random
from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.attacking.attack import FEW, Found, Why, attack
from reports.measuring.measured import Measured
from reports.tables import BY_ENTRY, BY_THEME, FINAL, Cell, Table
from tests.reports.worlds import SITES, THEMES, months_of, pass_all


def documents(months: Sequence[Measured], tables: Sequence[Sequence[Table]]) -> list[dict[str, Any]]:
    return [
        {"month": str(month.month), "tables": [table.plain(FINAL) for table in found]}
        for month, found in zip(months, tables, strict=True)
    ]


def a_world(seed: int, months: int) -> list[Measured]:
    """Make months in which some themes are many people's and some a few's."""
    draw = random.Random(seed)
    busy = {(site, theme): draw.choice((0, 1, 3, 8, 25)) for site in SITES for theme in THEMES}
    return months_of(
        [
            {at: max(0, round(draw.gauss(many, many**0.5))) if many else 0 for at, many in busy.items()}
            for _ in range(months)
        ]
    )


@pytest.mark.parametrize("seed", range(3))
def test_nothing_is_found_in_what_went_through_the_gate(seed: int) -> None:
    months = a_world(seed, 4)
    made = pass_all(months, insiders=False)

    report = attack(documents(months, [each.tables for each in made]), sites=SITES)

    assert report.found == ()
    assert report.hidden > 0


@pytest.mark.parametrize("seed", range(2))
def test_the_same_months_masked_by_hiding_one_to_four_tell_of_people(seed: int) -> None:
    months = a_world(seed, 4)
    naive = [[_hide_one_to_four(table) for table in month.tables] for month in months]

    report = attack(documents(months, naive), sites=SITES)

    assert {Why.DETERMINED, Why.SOMEBODY} & {found.why for found in report.found}


def _hide_one_to_four(table: Table) -> Table:
    if table.name not in (BY_ENTRY, BY_THEME) and not table.period:
        return table
    cells = tuple(
        Cell(c.at, None if c.value in (1, 2, 3, 4) and "all" not in c.at else c.value) for c in table.cells
    )
    return Table(table.name, cells, kind=table.kind, period=table.period)


def one_month(
    themes: Mapping[str, int | None], doors: Mapping[str, int | None], whole: int
) -> dict[str, Any]:
    def plain(name: str, dimension: str, parts: Mapping[str, int | None]) -> dict[str, Any]:
        cells = [{dimension: member, "value": n} for member, n in {"all": whole, **parts}.items()]
        return {"name": name, "kind": "grievance", "period": "", "dimensions": [dimension], "cells": cells}

    return {
        "month": "2026-01",
        "tables": [plain("by_theme", "theme", themes), plain("by_entry", "channel", doors)],
    }


def possible(parts: Mapping[str, int | None], whole: int) -> dict[str, set[int]]:
    """Try every table of whole numbers that adds up, and say what each hidden member can be."""
    hidden = [name for name, n in parts.items() if n is None]
    left = whole - sum(n for n in parts.values() if n is not None)
    found: dict[str, set[int]] = {name: set() for name in hidden}
    for numbers in product(range(left + 1), repeat=len(hidden)):
        if sum(numbers) == left:
            for name, n in zip(hidden, numbers, strict=True):
                found[name].add(n)
    return found


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 8), st.booleans()), min_size=2, max_size=4))
def test_the_attack_finds_what_trying_every_table_finds(drawn: list[tuple[int, bool]]) -> None:
    parts = {f"theme{n}": None if hide else value for n, (value, hide) in enumerate(drawn)}
    whole = sum(value for value, _ in drawn)
    tells = {
        name
        for name, values in possible(parts, whole).items()
        if max(values) > 0
        and (len(values) == 1 or (min(values) > 0 and max(values) < FEW) or max(values) - min(values) < 3)
    }

    report = attack([one_month(parts, {"sms": whole}, whole)])

    few = {"theme:" + name for name, n in parts.items() if n is not None and n < FEW}
    found = {each.cell[-1] for each in report.found if each.cell[-1].startswith("theme:")}
    assert found == {"theme:" + name for name in tells} | few


def test_a_printed_few_and_a_figure_that_changed_are_found() -> None:
    first = one_month({"water": 12, "dust": 3}, {"sms": 15}, 15)
    second = one_month({"water": 13, "dust": 3}, {"sms": 15}, 15)

    found = attack([first, second]).found

    assert Found(("grievance", "2026-01", "received", "theme:dust"), Why.PRINTED_FEW, 3, 3) in found
    assert Found(("grievance", "2026-01", "received", "theme:water"), Why.CHANGED, 12, 13) in found


def test_a_few_that_were_given_more_time_are_nobodys_performance() -> None:
    at = ("all", "answer")
    times = Table(
        "timeliness", (*(Cell((*at, m), n) for m, n in (("met", 3), ("late", 2), ("extended", 2))),)
    )

    found = attack([{"month": "2026-01", "tables": [times.plain(FINAL)]}]).found

    assert [each.cell[2:] for each in found] == [("answer extended",)]
    assert found[0].why is Why.PRINTED_FEW


def every_table(figures: Mapping[tuple[str, str], int | None]) -> dict[tuple[str, str], set[int]]:
    """Try every table of two sites and two themes that agrees with what is shown; what can each hidden cell be?"""
    places = ("north", "south"), ("water", "dust")
    inner = list(product(*places))
    whole = figures["all", "all"] or 0
    found: dict[tuple[str, str], set[int]] = {at: set() for at, n in figures.items() if n is None}
    for numbers in product(range(whole + 1), repeat=len(inner) - 1):
        if sum(numbers) > whole:
            continue
        table = dict(zip(inner, (*numbers, whole - sum(numbers)), strict=True))
        for site in (*places[0], "all"):
            for theme in (*places[1], "all"):
                table[site, theme] = sum(
                    n for at, n in table.items() if "all" not in at and site in (at[0], "all") and theme in (at[1], "all")
                )  # fmt: skip
        if all(table[at] == n for at, n in figures.items() if n is not None):
            for at, values in found.items():
                values.add(table[at])
    return found


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.integers(0, 7), min_size=4, max_size=4),
    st.lists(st.booleans(), min_size=8, max_size=8),
)
def test_the_attack_finds_in_two_dimensions_what_trying_every_table_finds(
    drawn: list[int], hide: list[bool]
) -> None:
    sites, themes = ("north", "south"), ("water", "dust")
    inner = dict(zip(product(sites, themes), drawn, strict=True))
    figures: dict[tuple[str, str], int | None] = {("all", "all"): sum(drawn), **inner}
    figures |= {(site, "all"): sum(inner[site, theme] for theme in themes) for site in sites}
    figures |= {("all", theme): sum(inner[site, theme] for site in sites) for theme in themes}
    shown = {
        at: None if hidden else figures[at]
        for at, hidden in zip([at for at in figures if at != ("all", "all")], hide, strict=True)
    } | {("all", "all"): sum(drawn)}
    tells = {
        at
        for at, values in every_table(shown).items()
        if max(values) > 0
        and (len(values) == 1 or (min(values) > 0 and max(values) < FEW) or max(values) - min(values) < 3)
    }

    found = attack([a_quarter(shown)]).found

    def named(cell: Sequence[str]) -> tuple[str, str]:
        where = dict(part.split(":") for part in cell[3:])
        return where.get("site", "all"), where.get("theme", "all")

    of_the_quarter = {(named(each.cell), each.why) for each in found if each.cell[1] == "2026-Q1"}
    few = {at for at, n in shown.items() if n is not None and n < FEW}
    assert {at for at, why in of_the_quarter if why is Why.PRINTED_FEW} == few
    assert {at for at, why in of_the_quarter if why is not Why.PRINTED_FEW} == tells


def test_what_two_tables_tell_only_together_is_found() -> None:
    """The themes hide their whole, the ways in add up to it: the one theme that is hidden is known."""
    january = one_month({"water": 12, "dust": None}, {"sms": 10, "web": 5}, 15)
    january["tables"][0]["cells"][0]["value"] = None

    found = {each.cell[-1]: (each.low, each.high) for each in attack([january]).found}

    assert found["theme:dust"] == (3, 3)


def test_a_reason_that_the_table_of_steps_gives_away_is_found() -> None:
    """Nineteen corrections by the steps; the reasons hide their whole and one of them: three are known."""
    steps = Table("by_state", (Cell(("correct",), 19),))
    reasons = Table(
        "corrections", (Cell(("all",), None), Cell(("misread",), 16), Cell(("looked_into",), None))
    )
    january = {"month": "2026-01", "tables": [steps.plain(FINAL), reasons.plain(FINAL)]}

    found = {each.cell[-1]: (each.low, each.high) for each in attack([january]).found}

    assert found["reason:looked_into"] == (3, 3)


def test_ends_of_a_quarter_that_its_months_give_away_are_found() -> None:
    """Thirty ended in three months; of the quarter the whole is hidden, and one of three members: three are known."""
    months = [
        {"month": f"2026-0{n}", "tables": [Table("answers_by_type", (Cell(("all",), 10),)).plain(FINAL)]}
        for n in (1, 2, 3)
    ]
    ends = (("all", None), ("again", 20), ("first", 7), ("not_stated", None))
    quarter = Table("repeated", tuple(Cell((m,), n) for m, n in ends), period="2026-Q1")
    months[-1]["tables"] = [*months[-1]["tables"], quarter.plain(FINAL)]

    found = {each.cell[-1]: (each.low, each.high) for each in attack(months).found}

    assert found["repeat:not_stated"] == (3, 3)


def a_quarter(figures: Mapping[tuple[str, str], int | None]) -> dict[str, Any]:
    cells = [{"site": site, "theme": theme, "value": n} for (site, theme), n in figures.items()]
    table = {"name": "quarter_site_theme", "kind": "grievance", "period": "2026-Q1", "cells": cells}
    return {"month": "2026-03", "tables": [{**table, "dimensions": ["site", "theme"]}]}


def test_who_complained_works_out_more_than_everybody() -> None:
    """Four by dust or roads in the north, four about roads in the north or south: whoever complained of dust knows."""
    hidden = ("north", "dust"), ("north", "roads"), ("south", "dust"), ("south", "roads"), ("all", "dust")
    quarter = a_quarter(
        {
            ("all", "all"): 94, ("all", "water"): 30, ("all", "roads"): 14,
            ("north", "all"): 14, ("north", "water"): 10,
            ("south", "all"): 40, ("south", "water"): 10,
            ("east", "all"): 40, ("east", "water"): 10, ("east", "roads"): 10, ("east", "dust"): 20,
            **dict.fromkeys(hidden),
        }
    )  # fmt: skip
    mine = ("grievance", "2026-02", "received", "site:north", "theme:dust")

    everybody = attack([quarter])
    with_mine = attack([quarter], insiders=[mine])

    roads = ("grievance", "2026-Q1", "received", "site:south", "theme:roads")
    assert Found(roads, Why.SOMEBODY, 1, 4, inside=mine) in with_mine.found
    assert roads not in {each.cell for each in everybody.found}


def test_whoever_knows_when_it_began_reads_its_only_month_in_the_first_quarter() -> None:
    """March hides water and dust, the quarter prints dust: without an earlier month, that is March."""
    march = {**one_month({"water": None, "dust": None, "roads": 20}, {"sms": 42}, 42), "month": "2026-03"}
    places: dict[tuple[str, str], int | None] = dict.fromkeys(
        product(("all", "north", "south"), ("all", "dust", "water", "roads"))
    )
    places["all", "dust"] = 20
    document = {**march, "tables": [*march["tables"], *a_quarter(places)["tables"]]}

    without = attack([document])
    knowing = attack([document], began="2026-03")

    assert "theme:water" not in {each.cell[-1] for each in without.found if each.cell[1] == "2026-03"}
    assert (("grievance", "2026-03", "received", "theme:water"), 2) in {
        (each.cell, each.high) for each in knowing.found
    }
    assert knowing.printed == without.printed


@pytest.mark.parametrize(
    ("whole", "north", "median_of", "found"),
    [
        (10, 0, ("all",), []),
        (9, 0, ("all",), [("all", 9)]),
        (40, 30, ("all", "north"), []),
        (39, 30, ("all", "north"), [("all", 9)]),
        (30, 30, ("all", "north"), []),
        (39, 30, ("all",), []),
        (40, 9, ("all", "north"), [("north", 9)]),
    ],
)
def test_days_of_few_are_found_also_as_the_rest_of_a_whole(
    whole: int, north: int, median_of: Sequence[str], found: list[tuple[str, int]]
) -> None:
    answers = {"all": whole, "north": north, "south": whole - north}
    cells = [Cell((row, "answer", "met"), n) for row, n in answers.items()]
    cells += [Cell((row, "answer", "median_days"), 7 if row in median_of else None) for row in answers]
    times = Table("timeliness", tuple(cells))

    report = attack([{"month": "2026-01", "tables": [times.plain(FINAL)]}])

    of_days = [each for each in report.found if each.why is Why.DAYS_OF_FEW]
    assert [(each.cell[3], each.high) for each in of_days] == found


def test_a_ninth_decile_needs_fifty_answers_and_says_how_many_there_were() -> None:
    def times(answers: int | None) -> list[int]:
        cells = (Cell(("all", "answer", "met"), answers), Cell(("all", "answer", "p90_days"), 20))
        table = Table("timeliness", cells)
        found = attack([{"month": "2026-01", "tables": [table.plain(FINAL)]}]).found
        return [each.high for each in found if each.why is Why.DAYS_OF_FEW]

    assert times(49) == [49]
    assert times(50) == []
    assert times(None) == [0]


@pytest.mark.parametrize(("whole", "found"), [(15, []), (16, [Why.CONTRADICTORY])])
def test_figures_that_no_table_agrees_with_are_not_passed_over_in_silence(
    whole: int, found: list[Why]
) -> None:
    january = one_month({"water": 9, "dust": 6}, {"sms": 15}, whole)
    january["tables"][1]["cells"][0]["value"] = 15

    assert [each.why for each in attack([january]).found if each.why is not Why.CHANGED] == found


@pytest.mark.parametrize(("began", "found"), [("2026-01", []), ("2026-03", [Why.CONTRADICTORY])])
def test_that_it_began_later_than_it_did_is_noticed(began: str, found: list[Why]) -> None:
    march = {**one_month({"water": 9, "dust": 6}, {"sms": 15}, 15), "month": "2026-03"}
    quarter = a_quarter({("all", "all"): 40, ("north", "all"): 40, ("all", "dust"): 12, ("all", "water"): 28,
                         ("north", "dust"): 12, ("north", "water"): 28})  # fmt: skip

    report = attack([march, quarter], began=began)

    assert [each.why for each in report.found if each.why is Why.CONTRADICTORY] == found


def test_a_whole_of_which_no_part_stands_in_a_table_is_not_nothing() -> None:
    january = one_month({"water": 9}, {}, 9)
    january["tables"][1]["cells"][0]["value"] = None
    january["tables"][0]["cells"] = [{"theme": "all", "value": None}, {"theme": "water", "value": None}]

    assert attack([january]).found == ()
