"""What was counted is counted once, however often and by however many it is folded."""

from concurrent.futures import ThreadPoolExecutor

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from grievance import tally
from grievance.store import Store
from grievance.tally import Count

MONTH, KIND = "2026-03", "grievance"
EVERYBODY = {"all": "all", "operator": "qorimayu"}


def append(store: Store, *counts: Count, month: str = MONTH) -> None:
    store.transact(lambda conn: tally.append(conn, month=month, kind=KIND, counts=counts))


def fold(store: Store, *, limit: int = 5000) -> int:
    return store.transact(lambda conn: tally.fold(conn, limit=limit))


def sums(store: Store, month: str = MONTH) -> dict[tuple[str, str, str], int]:
    return store.read(lambda conn: tally.read(conn, month=month, kind=KIND))


def rows(store: Store, table: str) -> int:
    query = text(f"SELECT count(*) FROM {table}")  # noqa: S608  a name of our own
    return int(store.read(lambda conn: conn.execute(query).scalar_one()))


def test_a_count_stands_in_every_dimension_it_names(store: Store) -> None:
    append(store, Count("received", EVERYBODY), Count("received", EVERYBODY | {"channel": "sms"}))

    assert sums(store) == {
        ("received", "all", "all"): 2,
        ("received", "operator", "qorimayu"): 2,
        ("received", "channel", "sms"): 1,
    }


def test_figures_are_the_same_before_and_after_folding(store: Store) -> None:
    append(store, Count("received", EVERYBODY), Count("closed", EVERYBODY, n=3))
    before = sums(store)

    folded = fold(store)

    assert folded == 4
    assert sums(store) == before
    assert rows(store, "deltas") == 0


def test_folding_twice_counts_once(store: Store) -> None:
    append(store, Count("received", EVERYBODY))

    assert [fold(store), fold(store)] == [2, 0]
    assert sums(store)["received", "all", "all"] == 1


def test_what_came_after_a_fold_is_added_to_it(store: Store) -> None:
    append(store, Count("received", EVERYBODY))
    fold(store)

    append(store, Count("received", EVERYBODY))
    fold(store)

    assert sums(store)["received", "operator", "qorimayu"] == 2
    assert rows(store, "rollups") == 2


def test_two_who_fold_at_once_count_nothing_twice(store: Store) -> None:
    for _ in range(40):
        append(store, Count("received", EVERYBODY))

    with ThreadPoolExecutor(max_workers=4) as clocks:
        folded = list(clocks.map(lambda _: fold(store, limit=7), range(24)))
    while fold(store):
        pass

    assert sum(folded) <= 80
    assert rows(store, "deltas") == 0
    assert sums(store)["received", "all", "all"] == 40


def test_a_month_opens_with_everything_of_the_months_before(store: Store) -> None:
    append(store, Count("received", EVERYBODY), month="2026-01")
    append(store, Count("received", EVERYBODY), month="2026-02")
    fold(store)
    append(store, Count("received", EVERYBODY, n=5), month="2026-03")

    before = store.read(lambda conn: tally.read_before(conn, month="2026-03", kind=KIND))

    assert before["received", "all", "all"] == 2
    assert sums(store)["received", "all", "all"] == 5


@given(ns=st.lists(st.integers(1, 9), max_size=12), cuts=st.lists(st.integers(1, 5), min_size=1, max_size=12))
def test_however_it_is_cut_the_sum_is_the_sum(sqlite_store: Store, ns: list[int], cuts: list[int]) -> None:
    sqlite_store.transact(lambda conn: conn.execute(text("DELETE FROM deltas")))
    sqlite_store.transact(lambda conn: conn.execute(text("DELETE FROM rollups")))

    append(sqlite_store, *(Count("closed", {"all": "all"}, n=n) for n in ns))
    for cut in cuts:
        fold(sqlite_store, limit=cut)

    assert sums(sqlite_store).get(("closed", "all", "all"), 0) == sum(ns)
