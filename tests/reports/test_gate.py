"""What goes through the gate prints what ten people stand behind, and tells of nobody over all months together."""

import builtins
from dataclasses import replace
from typing import Any

import pytest

from grievance.vocabulary import Kind
from reports.gate import Level, NotCertified, Passed, Told, pass_through
from reports.gate.days import rows_with_days
from reports.gate.rows import choose
from reports.gate.weave import cells_of, weave
from reports.masking import program, publish
from reports.month import Month
from reports.tables import BY_THEME, STOCK_FLOW, Cell, Table
from tests.reports.worlds import SEED, SITES, month_of, months_of, pass_all, remember


def test_a_row_that_ten_people_stand_behind_is_printed() -> None:
    assert choose({"all": 22, "north": 12, "south": 10}) == {"all", "north", "south"}


def test_a_row_with_nine_takes_one_more_with_it() -> None:
    shown = choose({"all": 60, "north": 30, "south": 25, "east": 9})

    assert shown == {"all", "north"}


def test_where_nobody_waits_for_a_company_that_is_printed() -> None:
    shown = choose({"all": 22, "north": 12, "south": 10, "unrouted": 0}, empty=["unrouted"])

    assert shown == {"all", "north", "south", "unrouted"}


def test_nine_people_behind_the_whole_hide_all_of_it() -> None:
    assert choose({"all": 9, "north": 9}) == frozenset()


@pytest.mark.parametrize(("answers", "shown"), [(9, []), (10, ["all"])])
def test_a_median_needs_ten_answers(answers: int, shown: list[str]) -> None:
    found = rows_with_days({"all": answers}, printed=["all"], measure="median_days")

    assert sorted(found) == shown


@pytest.mark.parametrize(("answers", "shown"), [(49, []), (50, ["all"])])
def test_a_ninth_decile_needs_fifty(answers: int, shown: list[str]) -> None:
    found = rows_with_days({"all": answers}, printed=["all"], measure="p90_days")

    assert sorted(found) == shown


@pytest.mark.parametrize(("others", "shown"), [(0, True), (9, False), (10, True)])
def test_a_companys_median_is_hidden_where_it_would_tell_of_fewer_than_ten_others(
    others: int,
    shown: bool,  # noqa: FBT001
) -> None:
    answers = {"all": 30 + others, "north": 30, "south": others}

    found = rows_with_days(answers, printed=answers, measure="median_days")

    assert ("north" in found) is shown


def table(passed: Passed, name: str) -> Table:
    return next(each for each in passed.tables if each.name == name)


def test_what_a_month_leaves_open_is_what_the_next_opens_with() -> None:
    january, february = (
        month_of(1, {("north", "dust"): 12}),
        month_of(2, {("north", "dust"): 3}, opening={"acme": 12}),
    )
    stock = next(each for each in january.tables if each.name == STOCK_FLOW)

    cells = {
        cells_of(stock, january.month)[("all", "closing")],
        cells_of(stock, february.month)[("all", "opening")],
    }

    assert len(cells) == 1
    assert weave([january, february], sites=SITES).values[cells.pop()] == 12  # type: ignore[index]


def test_the_whole_is_one_cell_in_whatever_table_it_stands() -> None:
    january = month_of(1, {("north", "dust"): 12})

    named = {
        cells_of(each, january.month)[("all",)] for each in january.tables if each.dimensions == ("theme",)
    }
    named |= {
        cells_of(each, january.month)[("all", "received")]
        for each in january.tables
        if each.name == STOCK_FLOW
    }

    assert named == {("2026-01", "received")}


def test_all_corrections_are_one_cell_with_the_step_that_corrects() -> None:
    whole = Table("corrections", (Cell(("all",), 7), Cell(("misread",), 7)))
    steps = Table("by_state", (Cell(("correct",), 7), Cell(("assess",), 7)))

    assert cells_of(whole, Month(2026, 1))[("all",)] == cells_of(steps, Month(2026, 1))[("correct",)]
    assert cells_of(whole, Month(2026, 1))[("misread",)] != cells_of(steps, Month(2026, 1))[("correct",)]


def test_a_few_people_about_a_theme_are_not_told_by_the_others() -> None:
    *_, made = pass_all([month_of(1, {("north", "dust"): 30, ("south", "dust"): 25, ("south", "water"): 2})])

    themes = {cell.at[0]: cell.value for cell in table(made, BY_THEME).cells}

    assert themes["water"] is None
    assert themes["dust"] is None
    assert themes["all"] == 57


def test_many_complaints_of_few_people_are_a_few_people() -> None:
    one_sender = replace(
        month_of(1, {("north", "dust"): 30, ("south", "roads"): 25, ("south", "water"): 20}),
        people={
            **month_of(1, {("north", "dust"): 30, ("south", "roads"): 25}).people,
            (BY_THEME, ("water",)): 1,
        },
    )

    *_, made = pass_all([one_sender])

    assert table(made, BY_THEME).value("water") is None


def test_a_quarter_is_not_printed_where_it_would_tell_of_a_month() -> None:
    busy = {("north", "dust"): 30, ("south", "water"): 25}
    months = months_of([busy, busy, {**busy, ("north", "water"): 2}])

    *_, made = pass_all(months)

    quarter = table(made, "quarter_site_theme")
    assert quarter.value("all", "all") == 167
    assert quarter.value("north", "water") is None
    assert quarter.value("south", "dust") is None


def test_a_figure_that_was_printed_otherwise_before_lets_nothing_through() -> None:
    january = month_of(1, {("north", "dust"): 30})

    with pytest.raises(NotCertified, match="printed"):
        pass_through([january], Told({("2026-01", "received"): 31}), sites=SITES, seed=SEED)


def test_who_has_no_highspy_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *args: Any, **more: Any) -> Any:
        if name == "highspy":
            raise ImportError(name)
        return real(name, *args, **more)

    monkeypatch.setattr(builtins, "__import__", without)

    with pytest.raises(NotCertified, match=r"grievance\[publish\]"):
        pass_through([month_of(1, {("north", "dust"): 30})], Told(), sites=SITES, seed=SEED)


def test_the_certificate_says_what_was_looked_at_and_commits_to_what_is_hidden() -> None:
    month = month_of(1, {("north", "dust"): 30, ("south", "water"): 2})

    *_, made = pass_all([month])
    *_, other = pass_all([month_of(1, {("north", "dust"): 31, ("south", "water"): 1})])

    assert made.level == Level.WHOLE
    assert made.certificate["cells_looked_at"] > 0
    assert set(made.certificate["tools"]) == {"highspy", "python"}
    assert made.certificate["unmasked"] != other.certificate["unmasked"]


def test_the_certificate_says_nothing_that_depends_on_what_is_hidden() -> None:
    """Where people stood within the same printed figures: whoever guesses has nothing to hold a guess against."""
    same = {("north", "water"): 6}
    mixed = same | {("north", "dust"): 9, ("north", "roads"): 4, ("south", "dust"): 2, ("south", "roads"): 4}
    moved = same | {("north", "dust"): 10, ("north", "roads"): 3, ("south", "dust"): 1, ("south", "roads"): 5}

    some, others = (
        pass_through(months_of([came]), Told(), sites=SITES, seed=SEED) for came in (mixed, moved)
    )

    assert some.tables == others.tables
    assert some.certificate == others.certificate
    assert some.programs != others.programs


def test_where_there_is_no_proof_the_gate_falls_to_the_coarser_level(monkeypatch: pytest.MonkeyPatch) -> None:
    month = month_of(1, {("north", "dust"): 30, ("south", "water"): 20})
    crossed = month_of(3, {("north", "dust"): 30, ("south", "water"): 20})

    def never_with_crosses(lattice: Any, **more: Any) -> Any:
        return publish(lattice, **more, rounds=0 if _crosses(lattice.offered) else 40)

    monkeypatch.setattr("reports.masking.publish", never_with_crosses)
    alone = pass_through([month], Told(), sites=SITES, seed=SEED)
    made = pass_through([crossed], Told(), sites=SITES, seed=SEED)

    assert alone.level == Level.WHOLE
    assert made.level == Level.MARGINS
    quarter = table(made, "quarter_site_theme")
    assert quarter.value("all", "dust") == 30
    assert quarter.value("north", "dust") is None


def test_a_proof_that_would_take_too_long_falls_to_what_companies_did_and_the_month_appears() -> None:
    months = months_of([{("north", "dust"): 30, ("south", "water"): 20, ("south", "dust"): 4}])

    whole = pass_through(months, Told(), sites=SITES, seed=SEED)
    programs = whole.programs
    just = pass_through(months, Told(), sites=SITES, seed=SEED, effort=programs)
    short, again = (pass_through(months, Told(), sites=SITES, seed=SEED, effort=0) for _ in range(2))

    assert programs > 0
    assert (whole.level, just) == (Level.WHOLE, whole)
    assert short.level is Level.ACCOUNTS
    assert short == again
    assert {cell.value for cell in table(short, BY_THEME).cells if "all" not in cell.at} == {None}
    assert table(short, STOCK_FLOW).value("all", "received") == 54
    assert pass_through(months, Told(), sites=SITES, seed=SEED, effort=programs - 1).level is not Level.WHOLE


def test_programs_without_an_answer_let_nothing_through(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(program._OPTIONS, "simplex_iteration_limit", 0)
    months = months_of([{("north", "dust"): 30, ("south", "water"): 20, ("south", "dust"): 4}])

    with pytest.raises(NotCertified, match="IterationLimit"):
        pass_through(months, Told(), sites=SITES, seed=SEED)


def _crosses(cells: Any) -> bool:
    return any(len(cell) > 3 for cell in cells)


def test_months_of_requests_and_of_complaints_are_apart() -> None:
    month = month_of(1, {("north", "dust"): 30}, kind=Kind.INFORMATION_REQUEST)

    *_, made = pass_all([month])

    assert made.certificate["kind"] == "information_request"
    assert month.month == Month(2026, 1)


@pytest.mark.parametrize("printed_before", [False, True])
def test_accounts_that_say_more_with_what_was_printed_of_people_before_are_not_printed(
    *, printed_before: bool
) -> None:
    sites = {"north": "acme", "high": "acme", "south": "bora"}
    water = {("north", "water"): 3, ("south", "water"): 3}
    months = months_of(
        [water, water, {("north", "dust"): 1, ("south", "dust"): 4}],
        sites=sites,
        first={"acme": 14, "bora": 12},
    )
    told = Told()
    for n in (0, 1):
        passed = pass_through(months[: n + 1], told, sites=sites, seed=SEED, insiders=False)
        told = remember(told, months[n], passed)
    if (
        printed_before
    ):  # so all of the quarter that is about dust came in March, and one of it at most to acme
        all_water = {(f"2026-0{month}", "received", "theme=water"): 6 for month in (1, 2)}
        told = Told({**told.printed, **all_water}, told.hidden - set(all_water))

    march = pass_through(months, told, sites=sites, seed=SEED, insiders=False)

    assert march.hidden_rows == ({"acme", "bora"} if printed_before else set())
    assert march.level is Level.WHOLE


def test_of_what_never_came_readers_do_not_know_that_it_never_did() -> None:
    came = {("north", "dust"): 7, ("south", "dust"): 6}
    full = months_of([came, came, {("north", "dust"): 6, ("south", "water"): 9}])
    counted = [
        replace(month, crossed={at: n for at, n in month.crossed.items() if n}) for month in full
    ]  # as casework counts

    by_both = [weave(months, sites=SITES) for months in (full, counted)]

    assert by_both[0].sums == by_both[1].sums
    assert by_both[0].implied == by_both[1].implied
    assert ("2026-01", "received", "site=north", "theme=roads") in by_both[1].implied


@pytest.mark.parametrize("seed", [b"one", b"two", b"three", b"four"])
def test_the_first_quarter_tells_nothing_of_its_only_month(seed: bytes) -> None:
    """The mechanism began in March: whoever knows that reads March in the quarter."""
    march = {("north", "dust"): 20, ("south", "roads"): 20, ("south", "water"): 2}
    months = months_of([{}, {}, march])

    made = pass_through(months, Told(), sites=SITES, seed=seed, insiders=False)

    by_month = {cell.at[0] for cell in table(made, BY_THEME).cells if cell.value is None}
    quarter = table(made, "quarter_site_theme")
    by_quarter = {cell.at[1] for cell in quarter.cells if cell.at[0] == "all" and cell.value is None}
    assert by_month == by_quarter
    assert "water" in by_month
    assert len(by_month) == 2


def test_readers_know_that_nothing_was_before_it_began_and_no_more() -> None:
    empty, busy = (
        weave(months_of([came, {("north", "dust"): 9}]), sites=SITES).values
        for came in ({}, {("north", "dust"): 1})
    )
    february = Month(2026, 2)

    nothing = Told().with_nothing_before(empty, february)
    something = Told().with_nothing_before(busy, february)
    released = Told({("2026-01", "received"): 0}).with_nothing_before(empty, february)

    assert ("2026-01", "received", "site=north") in nothing.noughts
    assert ("2026-02", "open", "operator=acme") in nothing.noughts
    assert ("2026-02", "received", "site=north") not in nothing.printed
    assert set(nothing.printed.values()) == {0}
    assert something.noughts == frozenset()
    assert ("2026-01", "received", "site=north") not in released.noughts
