"""`grievance recount-clocks`: anybody with the database can count the clocks again, and the exit says whether they agree."""

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from channels import clock
from channels.cli import main
from grievance.store import Store
from grievance.vocabulary import State
from tests.factories import NOON, a_case
from workflows.rulebook import Rulebook


@pytest.fixture
def run(store: Store, rules: Rulebook, monkeypatch: pytest.MonkeyPatch) -> "Command":
    monkeypatch.setenv("GRIEVANCE_DEMO", "1")
    monkeypatch.setenv("GRIEVANCE_DATABASE_URL", store.url)
    a_case(store, rules, state=State.CLOSED, now=clock.now())
    a_case(store, rules, now=NOON)
    return Command()


class Command:
    def __call__(self, *given: str) -> Result:
        return CliRunner().invoke(main, ["recount-clocks", *given])


def test_a_record_that_agrees_ends_well(run: Command) -> None:
    said = run()

    assert said.exit_code == 0, said.output
    assert "clocks counted again, 0 differences" in said.output
    assert "acknowledge" in said.output


def test_one_altered_date_ends_badly_and_is_printed(run: Command, store: Store) -> None:
    store.transact(
        lambda conn: conn.execute(
            text(
                "UPDATE clocks SET due_on = '2026-12-24' WHERE name = 'answer' AND started_on = '2026-03-04'"
            )
        )
    )

    said = run()

    assert said.exit_code == 1
    assert "counted again, 1 difference\n" in said.output
    assert "due_on is 2026-04-01 by the record, 2026-12-24 at the desk" in said.output


def test_an_operator_or_a_month_that_is_none_is_refused(run: Command) -> None:
    nobody, never = run("--operator", "nobody"), run("--from", "soon")

    assert (nobody.exit_code, never.exit_code) == (1, 1)
    assert "no operator 'nobody'" in nobody.output
    assert "is not a month" in never.output


def test_a_scope_counts_less_than_everything(run: Command) -> None:
    everything = int(run().output.split()[0])

    scoped = int(run("--operator", "qorimayu", "--to", "2026-03").output.split()[0])

    assert 0 < scoped < everything
