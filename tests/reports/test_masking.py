from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.masking import Cell, Effort, Known, Lattice, NotCertified, Sum, Sums, certify, protect, publish
from reports.masking.closure import is_covered
from reports.masking.effort import TooMuch
from reports.masking.program import Program

SEED = b"a seed of this test"
ROWS, COLUMNS = ("north", "south", "east"), ("water", "dust", "roads")


def two_ways(numbers: list[list[int]], **more: object) -> Lattice:
    """Places against themes: margins and a whole that may be printed, and the cells within."""
    rows, columns = ROWS[: len(numbers)], COLUMNS[: len(numbers[0])]
    values: dict[Cell, int] = {
        (r, c): numbers[i][j] for i, r in enumerate(rows) for j, c in enumerate(columns)
    }
    sums = []
    for r in rows:
        values[r, "all"] = sum(values[r, c] for c in columns)
        sums.append(Sum((r, "all"), tuple((r, c) for c in columns)))
    for c in columns:
        values["all", c] = sum(values[r, c] for r in rows)
        sums.append(Sum(("all", c), tuple((r, c) for r in rows)))
    values["all", "all"] = sum(values[r, "all"] for r in rows)
    sums += [
        Sum(("all", "all"), tuple((r, "all") for r in rows)),
        Sum(("all", "all"), tuple(("all", c) for c in columns)),
    ]
    return Lattice(values, Sums(tuple(sums)), offered=frozenset(values), **more)  # type: ignore[arg-type]


def shown(lattice: Lattice, printed: frozenset[Cell]) -> dict[Cell, int]:
    return {cell: lattice.values[cell] for cell in printed}


def possible(lattice: Lattice, printed: frozenset[Cell]) -> dict[Cell, set[int]]:
    """Every value that each cell has in some table of whole numbers that agrees with all that is printed."""
    atoms = [cell for cell in lattice.values if "all" not in cell]
    most = lattice.values["all", "all"] if ("all", "all") in printed else 12
    found: dict[Cell, set[int]] = {cell: set() for cell in lattice.values}
    ranges = [
        [lattice.values[a]] if a in printed else range(min(most, _most(lattice, printed, a)) + 1)
        for a in atoms
    ]
    for numbers in product(*ranges):
        table = dict(zip(atoms, numbers, strict=True))
        for one in lattice.sums.all:
            if all(part in table for part in one.parts):
                table.setdefault(one.whole, sum(table[part] for part in one.parts))
        if all(table[cell] == lattice.values[cell] for cell in printed):
            for cell, value in table.items():
                found[cell].add(value)
    return found


def _most(lattice: Lattice, printed: frozenset[Cell], atom: Cell) -> int:
    wholes = [
        lattice.values[one.whole] for one in lattice.sums.all if atom in one.parts and one.whole in printed
    ]
    return min(wholes, default=12)


tables = st.lists(
    st.lists(st.sampled_from([0, 1, 2, 3, 4, 5, 6, 7]), min_size=2, max_size=2), min_size=2, max_size=2
)
cells = st.sets(st.sampled_from(["01", "10", "11", "00", "0a", "1a", "a0", "a1"]))


@settings(max_examples=60, deadline=None)
@given(tables, cells)
def test_the_certificate_finds_what_trying_every_table_finds(
    numbers: list[list[int]], hide: set[str]
) -> None:
    lattice = two_ways(numbers)
    names = {"0": ("north", "water"), "1": ("south", "dust"), "a": ("all", "all")}
    hidden = frozenset((names[a][0], names[b][1]) for a, b in hide)
    printed = lattice.offered - hidden

    certificate = certify(shown(lattice, printed), lattice.sums, hidden)

    every = possible(lattice, printed)
    for cell in hidden:
        low, high = min(every[cell]), max(every[cell])
        tells = high > 0 and ((low > 0 and high < 5) or high - low < 3)
        assert tells == any(finding.cell == cell for finding in certificate.findings), (cell, low, high)
        bounds = [(f.low, f.high) for f in certificate.findings if f.cell == cell]
        assert bounds in ([], [(low, high)])


@settings(max_examples=60, deadline=None)
@given(tables, cells, cells)
def test_tables_that_are_known_beforehand_change_nothing_of_what_is_found(
    numbers: list[list[int]], hide: set[str], hidden_before: set[str]
) -> None:
    lattice = two_ways(numbers)
    names = {"0": ("north", "water"), "1": ("south", "dust"), "a": ("all", "all")}
    hidden, others = ({(names[a][0], names[b][1]) for a, b in which} for which in (hide, hidden_before))
    inside = [cell for cell in (("north", "water"), ("south", "dust")) if lattice.values[cell]]
    eyes = (None, *inside)
    printed, otherwise = (shown(lattice, lattice.offered - which) for which in (hidden, others))

    earlier = Known(otherwise, lattice.sums, truth=lattice.values)
    earlier.certify(others, eyes=eyes, crowd=inside)
    by_truth = Known(printed, lattice.sums, truth=lattice.values, like=earlier)
    found = by_truth.certify(hidden, eyes=eyes, crowd=inside)

    # What everybody can work out bounds what anybody can, whether it was asked for before or not.
    alone = [f for eye in eyes for f in Known(printed, lattice.sums).certify(hidden, eyes=[eye]).findings]
    assert found.findings == certify(printed, lattice.sums, hidden, insiders=inside).findings
    assert set(found.findings) <= set(alone)
    assert {f for f in alone if f.inside is None} == {f for f in found.findings if f.inside is None}


def test_more_is_hidden_and_what_was_found_with_less_is_not_looked_for_again() -> None:
    lattice = two_ways([[9, 2, 8], [3, 8, 1], [2, 9, 7]])
    hidden = frozenset(cell for cell in lattice.offered if "all" not in cell)
    seen = Known(shown(lattice, lattice.offered - hidden), lattice.sums, truth=lattice.values)
    more = hidden | {("all", "dust"), ("all", "water")}
    printed = shown(lattice, lattice.offered - more)

    first = seen.certify(hidden)
    again = Known(printed, lattice.sums, truth=lattice.values, like=seen).certify(more)
    alone = Known(printed, lattice.sums, truth=lattice.values).certify(more)

    assert first.findings == again.findings == alone.findings == ()
    assert again.programs < alone.programs


def test_a_witness_is_reckoned_again_in_whole_numbers() -> None:
    import numpy as np  # noqa: PLC0415

    program = Program(3, [({0: 1, 1: 1, 2: -1}, 0), ({2: 1}, 7)])

    assert program.agrees(np.array([3, 4, 7]))
    assert not program.agrees(np.array([3, 5, 7]))
    assert not program.agrees(np.array([-1, 8, 7]))


@pytest.mark.parametrize(
    ("to", "inside", "reached"), [(0, [], 0), (0, [0], 1), (5, [], 5), (9, [], 7), (9, [1], 6)]
)
def test_a_place_is_brought_as_near_as_can_be_and_the_rest_follows(
    to: int, inside: list[int], reached: int
) -> None:
    import numpy as np  # noqa: PLC0415

    program = Program(3, [({0: 1, 1: 1, 2: -1}, 0), ({2: 1}, 7)])

    table = program.near(np.array([3, 4, 7]), 0, to, inside=inside)

    assert table.tolist() == [reached, 7 - reached, 7]


@pytest.mark.parametrize(
    ("is_up", "beyond", "found"), [(True, 2, 3), (True, 3, None), (False, 1, 0), (False, 0, None)]
)
def test_where_no_whole_number_goes_further_than_what_is_known_there_is_no_table(
    *,
    is_up: bool,
    beyond: int,
    found: int | None,
) -> None:
    """Twice a place and another are seven: three and a half at most, which is nobody."""
    table = Program(2, [({0: 2, 1: 1}, 7)]).furthest(0, is_up=is_up, beyond=beyond)

    assert (None if table is None else int(table[0])) == found


def test_a_table_in_fractions_is_none() -> None:
    """Two and two of three make one: a half of everybody, and nobody whole."""
    import numpy as np  # noqa: PLC0415

    odd = Program(3, [({0: 1, 1: 1}, 1), ({1: 1, 2: 1}, 1), ({0: 1, 2: 1}, 1)])
    even = Program(3, [({0: 1, 1: 1}, 3), ({1: 1, 2: 1}, 3), ({0: 1, 2: 1}, 4)])

    assert odd.any_table() is None
    assert even.any_table().tolist() == [2, 1, 2]
    assert even.any_table(inside=[0, 1]).tolist() == [2, 1, 2]
    assert Program(2, [({0: 2, 1: 1}, 7)]).near(np.array([3, 1]), 0, 4) is None


def test_a_proof_that_takes_more_programs_than_it_may_is_none() -> None:
    lattice = two_ways([[9, 2, 8], [3, 8, 1], [2, 9, 7]])
    enough = Effort()

    made = publish(lattice, seed=SEED, effort=enough)
    again = publish(lattice, seed=SEED, effort=Effort(enough.spent))

    assert made == again
    assert made.certificate.programs == enough.spent > 1
    with pytest.raises(NotCertified, match="programs"):
        publish(lattice, seed=SEED, effort=Effort(enough.spent - 1))


def test_no_effort_goes_beyond_its_measure() -> None:
    effort = Effort(1)
    effort.spend()

    with pytest.raises(TooMuch):
        effort.spend()

    assert effort.spent == 1


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.integers(0, 9), min_size=3, max_size=3), min_size=3, max_size=3))
def test_what_goes_through_the_gate_prints_nothing_small_and_tells_nothing_small(
    numbers: list[list[int]],
) -> None:
    lattice = two_ways(numbers)

    try:
        published = publish(lattice, seed=SEED)
    except NotCertified:
        return

    assert all(lattice.values[cell] >= 5 for cell in published.printed)
    assert certify(shown(lattice, published.printed), lattice.sums, published.hidden).findings == ()


def test_figures_that_are_large_are_all_printed() -> None:
    lattice = two_ways([[9, 8, 7], [6, 9, 8], [7, 7, 9]])

    published = publish(lattice, seed=SEED)

    assert published.hidden == frozenset()
    assert published.printed == lattice.offered


def test_a_small_figure_takes_others_with_it_and_the_whole_stays() -> None:
    lattice = two_ways([[2, 8, 7], [6, 9, 8], [7, 7, 9]])

    published = publish(lattice, seed=SEED)

    assert ("north", "water") in published.hidden
    assert len(published.hidden) >= 4
    assert {("all", "all"), ("north", "all"), ("all", "water")} <= published.printed


def test_many_messages_of_few_people_are_a_small_figure() -> None:
    lattice = two_ways([[9, 8], [9, 9]], people={("north", "water"): 2})

    assert ("north", "water") not in protect(lattice, seed=SEED)


def test_nothing_at_all_is_hidden_like_a_few() -> None:
    lattice = two_ways([[0, 8, 7], [6, 9, 8], [7, 7, 9]])

    assert ("north", "water") in publish(lattice, seed=SEED).hidden


def test_what_was_printed_once_stays_and_the_new_figures_give_way() -> None:
    first = two_ways([[9, 8], [9, 9]])
    later = two_ways(
        [[2, 8], [9, 9]], before={("all", "all"): True, ("north", "all"): True, ("south", "all"): True}
    )
    assert publish(first, seed=SEED).hidden == frozenset()

    published = publish(later, seed=SEED)

    assert {("all", "all"), ("north", "all"), ("south", "all")} <= published.printed
    assert ("north", "dust") in published.hidden


def overlapping() -> Lattice:
    """Two sums that share their small parts: each tells nothing, both together tell the third part."""
    values = {("a",): 3, ("b",): 4, ("c",): 5, ("two",): 7, ("three",): 12}
    sums = (Sum(("two",), (("a",), ("b",))), Sum(("three",), (("a",), ("b",), ("c",))))
    return Lattice(values, Sums(sums), offered=frozenset(values), people={("c",): 2})


def test_what_two_sums_tell_together_is_found_and_hidden() -> None:
    published = publish(overlapping(), seed=SEED)

    assert published.printed == {("two",)}
    assert published.rounds == 1


def test_a_gate_that_finds_no_safe_choice_stays_shut() -> None:
    with pytest.raises(NotCertified):
        publish(overlapping(), seed=SEED, rounds=1)


def test_a_figure_that_ten_stand_behind_is_printed_however_small() -> None:
    exact = frozenset({("all", "all"), ("north", "all"), ("south", "all")})
    lattice = two_ways([[1, 1], [9, 9]], exact=exact)

    published = publish(lattice, seed=SEED)

    assert exact <= published.printed
    assert {("north", "water"), ("north", "dust")} <= published.hidden


def test_months_that_are_safe_alone_tell_nobody_when_the_quarter_is_printed_too() -> None:
    values: dict[Cell, int] = {}
    sums = []
    for place, months in {"north": (1, 2, 9), "south": (9, 8, 7), "east": (7, 9, 8)}.items():
        for n, value in enumerate(months):
            values[f"m{n}", place] = value
        values["quarter", place] = sum(months)
        sums.append(Sum(("quarter", place), tuple((f"m{n}", place) for n in range(3))))
    for when in ("m0", "m1", "m2", "quarter"):
        values[when, "all"] = sum(values[when, place] for place in ROWS)
        sums.append(Sum((when, "all"), tuple((when, place) for place in ROWS)))
    sums.append(Sum(("quarter", "all"), tuple((f"m{n}", "all") for n in range(3))))
    lattice = Lattice(values, Sums(tuple(sums)), offered=frozenset(values))

    published = publish(lattice, seed=SEED)

    assert {("m0", "north"), ("m1", "north")} <= published.hidden
    values_of = shown(lattice, published.printed)
    assert certify(values_of, lattice.sums, published.hidden).findings == ()
    worse = published.printed | (published.hidden - {("m0", "north"), ("m1", "north")})
    assert certify(shown(lattice, worse), lattice.sums, [("m0", "north"), ("m1", "north")]).findings


def test_somebody_who_complained_is_told_no_more_than_the_others() -> None:
    """The chain of trust A2: x + y = 2, y + z = 2; outside nobody is proven, inside the neighbour is."""
    sums = (Sum(("xy",), (("x",), ("y",))), Sum(("yz",), (("y",), ("z",))), Sum(("zc",), (("z",), ("c",))))
    printed = {("xy",): 2, ("yz",): 2, ("zc",): 10}
    hidden = [("z",)]

    outside = certify(printed, sums, hidden)
    inside = certify(printed, sums, hidden, insiders=[("x",)])

    assert [f.inside for f in outside.findings] == [None]
    assert any(f.inside == ("x",) and f.low == 1 for f in inside.findings)


def test_parts_that_do_not_add_up_are_no_lattice() -> None:
    with pytest.raises(ValueError, match="the parts of"):
        Lattice(
            {("a",): 3, ("b",): 1, ("c",): 1}, Sums((Sum(("a",), (("b",), ("c",))),)), offered=frozenset()
        )


@pytest.mark.parametrize(
    ("hidden", "rest", "covered"),
    [(1, 9, False), (2, 5, False), (2, 6, True), (3, 5, True), (3, 4, False), (1, 0, True)],
)
def test_what_is_hidden_must_be_two_and_add_up(hidden: int, rest: int, covered: bool) -> None:  # noqa: FBT001
    assert is_covered(hidden, rest) is covered


def test_cells_in_the_same_sums_can_be_the_same_except_the_one_that_somebody_knows_of() -> None:
    sums = (Sum(("all",), tuple((name,) for name in "abcdefgh")),)
    hidden = [(name,) for name in "abcdefgh"]

    everybody = certify({("all",): 3}, sums, hidden)
    inside = certify({("all",): 2}, sums, hidden, insiders=[("a",)])

    assert everybody.findings == ()
    assert everybody.programs <= 4
    assert {(f.low, f.high) for f in inside.findings if f.inside} == {(0, 1)}
    assert {f.cell for f in inside.findings if f.inside} == set(hidden) - {("a",)}


def test_what_was_told_before_is_told_no_more_and_stops_nothing() -> None:
    everything_but_one = dict.fromkeys(two_ways([[2, 8], [9, 9]]).values, True) | {("north", "water"): False}
    lattice = two_ways([[2, 8], [9, 9]], before=everything_but_one)

    published = publish(lattice, seed=SEED)

    assert published.hidden == {("north", "water")}
    assert published.printed == frozenset(cell for cell, shown in everything_but_one.items() if shown)


def test_what_no_table_prints_may_be_worked_out_when_five_stand_in_it_and_not_when_one_does() -> None:
    sums = (Sum(("all",), (("a",), ("b",))), Sum(("few",), (("c",), ("d",))))
    printed = {("all",): 20, ("a",): 12, ("few",): 8, ("c",): 7}

    findings = certify(printed, sums, (), implied=[("b",), ("d",)]).findings

    assert [(finding.cell, finding.low, finding.high) for finding in findings] == [(("d",), 1, 1)]
