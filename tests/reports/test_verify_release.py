"""Whoever changes one number afterwards, in the rollups or in what was printed, is found out by a recount."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, text

from channels.cli import main
from grievance import tally
from grievance.base import canonical
from grievance.errors import Refused, Unknown
from grievance.store import Store
from grievance.vocabulary import Step
from reports.month import Month
from reports.recount import verify_release
from reports.recount.audit import Recount
from tests.reports.months import Town, disagreements
from tests.reports.once import once
from workflows.rulebook import Rulebook

MARCH = Month(2026, 3)
ADD = (
    "UPDATE rollups SET n = n + :more "
    "WHERE month = '2026-03' AND measure = :m AND dimension = :d AND member = :w"
)


@once
def publish(town: Town) -> None:
    """Live through a month in which a little of everything happens, and publish it."""
    old = town.complain("02-10", person="ana")
    north = town.crowd("03-03", 10)
    town.crowd("03-05", 10, named="shepherd", operator="illapa", channel="web", theme="dust")
    lost = [town.complain("03-06", person=f"herder {n}", operator=None, theme=None) for n in range(10)]
    town.is_refused(north[0], Step.EXTEND, "03-04")
    for case in (old, north[0], north[1]):
        town.acknowledge(case, "03-11")
    town.answer(north[0], "03-12")
    town.route(lost[0], "03-12", "illapa")
    town.withdraw(old, "03-20")
    town.reopen(old, "03-21")
    town.protect(north[0], "03-23")
    town.publish("2026-03", day="04-07")


def change(store: Store, statement: str, **values: Any) -> None:
    changed = store.transact(lambda conn: by_force(conn, statement, values))
    assert changed == 1


def by_force(conn: Connection, statement: str, values: Mapping[str, Any]) -> int:
    """Change what was published as somebody does who owns the database, whose triggers are in their hands."""
    if conn.dialect.name == "postgresql":
        conn.execute(text("ALTER TABLE releases DISABLE TRIGGER releases_no_change"))
    else:
        conn.execute(text("DROP TRIGGER IF EXISTS releases_no_update"))
    return conn.execute(text(statement), values).rowcount


def change_release(store: Store, edit: Callable[[dict[str, Any]], None]) -> None:
    """Change what was printed, and its digest with it."""

    def work(conn: Connection) -> None:
        document = json.loads(conn.execute(text("SELECT value FROM releases")).scalar_one())
        edit(document)
        value = canonical(document)
        new = {"value": value, "digest": hashlib.sha256(value.encode()).hexdigest()}
        by_force(conn, "UPDATE releases SET value = :value, digest = :digest", new)

    store.transact(work)


def change_cell(store: Store, name: str, at: Mapping[str, str], value: int) -> None:
    """Change one figure of a table about complaints, and the digest with it."""

    def edit(document: dict[str, Any]) -> None:
        table = next(t for t in document["tables"] if (t["name"], t["kind"]) == (name, "grievance"))
        next(cell for cell in table["cells"] if at.items() <= cell.items())["value"] = value

    change_release(store, edit)


def cells(document: dict[str, Any], table: str) -> list[dict[str, Any]]:
    return next(t["cells"] for t in document["tables"] if t["name"] == table)


def where(store: Store) -> set[str]:
    """Name the places where something is wrong."""
    return {problem.where for problem in verify_release.verify(store, MARCH)}


def test_an_honest_month_has_no_problem(town: Town, store: Store) -> None:
    publish(town)

    assert verify_release.run(store, "2026-03") == []


def test_folding_the_deltas_changes_nothing(town: Town, store: Store) -> None:
    publish(town)

    while store.transact(lambda conn: tally.fold(conn, limit=50)):
        assert verify_release.run(store, "2026-03") == []


def test_one_altered_rollup_row_is_found_whichever_it_is(town: Town, store: Store) -> None:
    publish(town)
    store.transact(tally.fold)
    rows = store.read(
        lambda conn: conn.execute(
            text("SELECT measure, dimension, member FROM rollups WHERE month = '2026-03' ORDER BY 1, 2, 3")
        ).all()
    )
    assert len(rows) > 50

    for row in rows:
        key = {"m": row.measure, "d": row.dimension, "w": row.member}
        change(store, ADD, more=1, **key)
        assert where(store) == {f"rollup grievance {row.measure} {row.dimension} {row.member}"}
        change(store, ADD, more=-1, **key)


def test_a_rollup_row_that_vanished_is_found(town: Town, store: Store) -> None:
    publish(town)
    store.transact(tally.fold)

    change(store, "DELETE FROM rollups WHERE month = '2026-03' AND measure = 'closed' AND dimension = 'all'")

    assert where(store) == {"rollup grievance closed all all"}


def test_a_delta_that_nothing_in_the_record_stands_for_is_found(town: Town, store: Store) -> None:
    publish(town)
    invented = [tally.Count("received", {"site": "illapa"})]

    store.transact(lambda conn: tally.append(conn, month="2026-03", kind="grievance", counts=invented))

    assert where(store) == {"rollup grievance received site illapa"}


@pytest.mark.parametrize(
    ("table", "place"),
    [("stock_flow", 1), ("by_entry", 0), ("timeliness", 0), ("timeliness", 4)],
)
def test_one_altered_cell_of_a_release_is_found(town: Town, store: Store, table: str, place: int) -> None:
    publish(town)

    def edit(document: dict[str, Any]) -> None:
        cell = cells(document, table)[place]
        cell["value"], cell["status"] = (cell["value"] or 0) + 1, "provisional"

    change_release(store, edit)

    assert any(name.startswith(f"grievance {table}") for name in where(store))


def test_a_hidden_cell_that_carries_its_figure_is_found(town: Town, store: Store) -> None:
    publish(town)

    change_release(store, lambda document: cells(document, "by_theme")[-2].update(value=0))

    assert any(name.startswith("grievance by_theme") for name in where(store))


def test_a_sum_that_is_broken_is_found(town: Town, store: Store) -> None:
    publish(town)

    change_release(store, lambda document: cells(document, "stock_flow")[6].update(value=99))

    assert "sum of grievance all" in where(store)


def test_a_document_changed_without_its_digest_is_found(town: Town, store: Store) -> None:
    publish(town)

    change(store, "UPDATE releases SET value = replace(value, 'cut_off', 'cut_on')")

    assert "digest of the release" in where(store)


def test_a_digest_that_is_not_the_one_in_the_record_is_found(town: Town, store: Store) -> None:
    publish(town)

    change_release(store, lambda document: document.update(contact={"sms": "666"}))

    assert where(store) == {"release as the record has it"}


def test_a_month_that_was_not_published_cannot_be_verified(town: Town, store: Store) -> None:
    town.crowd("03-03", 10)

    with pytest.raises(Unknown):
        verify_release.verify(store, MARCH)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            (
                "complain",
                "acknowledge",
                "answer",
                "withdraw",
                "reopen",
                "protect",
                "route",
                "refuse",
                "extend",
                "ask",
                "add",
                "review",
                "judge",
                "correct",
            )
        ),
        st.integers(0, 3),
        st.integers(1, 20),
    ),
    max_size=25,
)


@settings(max_examples=25)
@given(steps=STEPS)
def test_whatever_happens_figures_and_recount_agree(
    sqlite_template: Any,
    tmp_path_factory: pytest.TempPathFactory,
    rules: Rulebook,
    steps: list[tuple[str, int, int]],
) -> None:
    file = tmp_path_factory.mktemp("walk") / "walk.db"
    file.write_bytes(sqlite_template.read_bytes())
    store = Store(f"sqlite:///{file}")
    town = Town(store, rules)
    cases = [*town.crowd("02-25", 3), town.complain("02-26", operator=None)]
    for n, (verb, which, days) in enumerate(sorted(steps, key=lambda step: step[2])):
        _try(town, verb, cases[which], f"03-{days:02d}", n)

    town.publish("2026-03", day="04-07")
    problems = [*verify_release.run(store, "2026-03"), *disagreements(town, "2026-03")]
    store.close()

    assert problems == []


def _try(town: Town, verb: str, case: str, day: str, n: int) -> None:
    """Let somebody try something; what the procedure or the criteria refuse is part of the month."""
    doing: dict[str, Callable[[], object]] = {
        "complain": lambda: town.complain(day, person=f"new {n}", protected=n % 5 == 0),
        "acknowledge": lambda: town.acknowledge(case, day),
        "answer": lambda: town.answer(case, day),
        "withdraw": lambda: town.withdraw(case, day),
        "reopen": lambda: town.reopen(case, day),
        "protect": lambda: town.protect(case, day),
        "route": lambda: town.route(case, day, ("qorimayu", "illapa")[n % 2]),
        "refuse": lambda: town.is_refused(case, Step.EXTEND, day),
        "extend": lambda: town.officer(
            case,
            Step.EXTEND,
            day,
            facts={"clock": "answer", "days": 5, "reason": "sample"},
            words="A week more.",
        ),
        "ask": lambda: town.reach(
            town.officer(case, Step.ASK, day, facts={"reason": "need_info"}, words="Which road?"), day
        ),
        "add": lambda: town.person(case, Step.ADD, day),
        "review": lambda: town.person(case, Step.ASK_REVIEW, day),
        "judge": lambda: town.person(case, Step.ASK_INDEPENDENT_REVIEW, day),
        "correct": lambda: town.officer(case, Step.CORRECT, day, facts={"theme": "dust"}),
    }
    try:
        doing[verb]()
    except (Refused, Unknown):
        return


@pytest.mark.parametrize(("net", "days"), [(4, [4, 9]), (7, [7, 9]), (9, [9, 9])])
def test_a_clock_that_stood_still_is_recounted_once_also_when_it_stood_for_no_whole_day(
    net: int, days: list[int]
) -> None:
    stood = Counter({("days:answer:9", "all", "all"): 2, (f"net:answer:9:{net}", "all", "all"): 1})

    assert Recount(counts=stood).net_days("all", "answer") == days


@pytest.mark.parametrize("readable", [True, False])
def test_a_month_of_other_definitions_is_said_to_be_one_instead_of_being_accused_or_breaking(
    quick: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, readable: bool
) -> None:
    publish(quick)

    def age(document: dict[str, Any]) -> None:
        document["definitions"] = "2026-1"
        for table in document["tables"] if not readable else ():
            del table["kind"]

    change_release(quick.store, age)
    monkeypatch.setenv("GRIEVANCE_HOME", str(tmp_path))
    monkeypatch.setenv("GRIEVANCE_DEMO", "1")
    monkeypatch.setenv("GRIEVANCE_DATABASE_URL", str(quick.store.engine.url))
    said = CliRunner().invoke(main, ["verify-release", "2026-03"])

    assert said.exit_code == 1
    assert (
        f"2026-03 was made by definitions 2026-1, and these programs {'count by' if readable else 'read'}"
        in said.output
    )
    assert (said.output.count("\n") == 1) is not readable
