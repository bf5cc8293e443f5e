"""The rules change when people were asked, and never for who came before: whatever somebody writes into the file."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert

from channels import clock, install, wiring
from grievance.errors import Misconfigured
from grievance.mechanism import example
from grievance.published import MechanismVersion
from grievance.register import By, Note, note
from grievance.store import Store
from tests import factories
from tests.commandline import says
from workflows.rulebook import Rulebook

LONGER = ("answer = { days = 20,", "answer = { days = 40,")
FEAST = ("holidays = [", 'holidays = [\n  { fixed = "12-01", name = "Fiesta" },')
NEXT = ('version = "2026-01"', 'version = "2026-02"')


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GRIEVANCE_HOME", str(tmp_path))
    monkeypatch.setenv("GRIEVANCE_SCRYPT_LOG_N", "15")
    made = says("init", typed="siete llamas cruzan\n" * 4)
    assert made.exit_code == 0, made.output
    return tmp_path


def rewrite(home: Path, *changes: tuple[str, str]) -> None:
    file = home / "mechanism.toml"
    words = file.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in words
        words = words.replace(old, new, 1)
    file.write_text(words, encoding="utf-8")


def in_force(home: Path) -> Rulebook:
    store = Store(f"sqlite:///{home / 'grievance.db'}")
    rules = install.rulebook(store, wiring.mechanism_of(wiring.settings_of()))
    store.close()
    return rules


def answer_by(rules: Rulebook, version: str, *, start: date = date(2026, 11, 23)) -> date:
    calendar = rules.calendar(version, site="qorimayu")
    return rules.due(version, "answer", start=start, calendar=calendar)


def everybody_was_asked(home: Path, version: str) -> None:
    """Write down two sessions, one of women alone, the panel's vote, and that everybody was told 31 days ago."""
    store, now = Store(f"sqlite:///{home / 'grievance.db'}"), clock.now()
    before = now.date() - timedelta(days=31)
    by = By("reviewer", "ines", now.date(), "2026-01")
    papers = (
        Note("consultation", "heard", before, facts={"sessions": 2, "women_only": 1}),
        Note("panel", "held", before, about=version, facts={"decided": "procedure"}),
        Note("comment_round", "open", before, about=version),
    )
    for n, paper in enumerate(papers):
        at = factories.moment(now=now + timedelta(seconds=n))
        store.transact(lambda conn, paper=paper, at=at: note(conn, paper, by=by, at=at))  # type: ignore[misc]
    store.close()


def somebody_complained(home: Path) -> None:
    store = Store(f"sqlite:///{home / 'grievance.db'}")
    factories.a_case(store, install.rulebook(store, example()), operator="qorimayu", site="qorimayu")
    store.close()


COMPANY = ("[[sites]]", '[[operators]]\nkey = "wayra"\nname = "Wayra"\ncountry = "PE"\n\n[[sites]]')


@pytest.mark.parametrize("change", [LONGER, FEAST, COMPANY])
def test_once_somebody_complained_a_file_changed_under_its_old_version_moves_no_date_and_stops_nobody(
    home: Path, change: tuple[str, str]
) -> None:
    somebody_complained(home)
    before = in_force(home)
    assert says("check").exit_code == 0

    rewrite(home, change)

    after = in_force(home)
    assert answer_by(after, "2026-01") == answer_by(before, "2026-01")
    assert after.current == before.current
    assert says("check").exit_code == 1
    house = wiring.house_of(wiring.settings_of(), processes=wiring.EMBEDDED)
    assert house.rules.current == before.current
    house.store.close()


@pytest.mark.parametrize("change", [LONGER, FEAST])
def test_before_anybody_complained_nothing_starts_by_such_a_file(home: Path, change: tuple[str, str]) -> None:
    rewrite(home, change)

    with pytest.raises(Misconfigured, match="version is still 2026-01"):
        wiring.house_of(wiring.settings_of(), processes=wiring.EMBEDDED)


def test_what_is_no_rule_is_taken_from_the_file_as_it_stands(home: Path) -> None:
    somebody_complained(home)
    rewrite(home, ('number = "+51900000001"', 'number = "+51900000077"'))

    assert in_force(home).current.channel("sms-shared").number == "+51900000077"
    assert says("check").exit_code == 0


def test_a_new_version_is_in_force_only_once_the_criteria_let_it_be_taken_up(home: Path) -> None:
    somebody_complained(home)
    rewrite(home, LONGER, NEXT)
    before = in_force(home)

    assert (before.current.version, answer_by(before, "2026-01")) == (
        "2026-01",
        answer_by(Rulebook(example()), "2026-01"),
    )
    assert "version 2026-02 is not in the record" in says("check").output
    refused = says("adopt")
    assert refused.exit_code == 1
    assert "G32: Ask the people it is for first" in refused.output
    assert in_force(home).current.version == "2026-01"

    everybody_was_asked(home, "2026-02")
    done = says("adopt")

    after = in_force(home)
    assert done.exit_code == 0, done.output
    assert after.current.version == "2026-02"
    assert answer_by(after, "2026-02") > answer_by(after, "2026-01") == answer_by(before, "2026-01")
    assert "is not in the record" not in says("check").output


def test_the_newest_version_that_was_taken_up_holds_where_the_files_was_not_and_all_earlier_ones_are_kept(
    store: Store,
) -> None:
    first = example()
    shorter = tuple(replace(one, days=10) if one.name == "answer" else one for one in first.deadlines)
    second = replace(first, version="2025-12", deadlines=shorter)
    today = date(2026, 11, 23)
    rows = [
        {"version": one.version, "published_on": today + timedelta(days=n), "toml": one.to_json()}
        for n, one in enumerate((first, second))
    ]
    store.transact(lambda conn: conn.execute(insert(MechanismVersion.__table__), rows))  # type: ignore[attr-defined]
    newer = replace(first, version="2027-01", name="Otro nombre")
    nobody_yet = install.rulebook(store, newer)
    factories.a_case(store, Rulebook(first))

    rules = install.rulebook(store, newer)
    own = install.rulebook(store, first)

    assert nobody_yet.current is newer
    assert (rules.current, set(rules.earlier)) == (second, {"2026-01"})
    assert rules.deadline("2025-12", "answer").days == 10
    assert rules.deadline("2026-01", "answer").days == 20
    assert (own.current, set(own.earlier)) == (first, {"2025-12"})
