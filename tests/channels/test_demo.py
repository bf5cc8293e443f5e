"""A demo shows everything the mechanism does, honestly made: real doors, real releases, nobody in danger at a desk."""

import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from io import StringIO
from pathlib import Path

import pytest
from alembic import command
from click.testing import CliRunner
from rich.console import Console
from sqlalchemy import Connection, select

from channels import wiring
from channels.cli import main
from channels.incoming.attached import recordings
from channels.simulation import demo, docket, words
from channels.simulation.demo import Made
from channels.simulation.traffic import DOORS, Volume, leads_to
from channels.web.staff import caseviews
from channels.web.staff.caseviews import Scope
from grievance import keyring, mechanism, register, reviewkeys, upgrade, vault
from grievance.case import CASES
from grievance.mechanism import Site
from grievance.settings import DEMO_MARKER, Settings, load
from grievance.store import Store
from grievance.vocabulary import State, Step
from reports.recount import verify_release
from translations.lists import every_danger
from workflows.anonymity.masking import mask
from workflows.danger import flags
from workflows.registry import hazards

UNTIL = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)
"""The evening of the 20th in the Andes: in UTC it is tomorrow, and nothing of that day may be written yet."""
MARKS = ('"shared_phone":true', '"collective":true', '"answer":"no"')
FEW = Volume(large=(6, 9), small=(2, 3))


@dataclass(frozen=True)
class Demo:
    """A small demo that is ready."""

    settings: Settings
    made: Made
    store: Store


def settings_in(home: Path) -> Settings:
    return load({"GRIEVANCE_DEMO": "1", "GRIEVANCE_HOME": str(home)})


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """Make one small demo for the tests of this module."""
    settings = settings_in(tmp_path_factory.mktemp("demo"))
    made = demo.build(settings, months=1, seed=7, volume=FEW, until=UNTIL)
    store = Store(settings.database_url)
    yield Demo(settings, made, store)
    store.close()


def desks() -> list[Scope]:
    return [
        Scope(
            "desk",
            one.login,
            one.operator,
            frozenset({"qorimayu", "yanaqaqa", "illapa", "sajrapunku"}),
            date(2026, 11, 20),
        )
        for one in demo.LOGINS
        if one.operator
    ]


def test_a_case_stands_in_every_open_state(shown: Demo) -> None:
    states = shown.store.read(lambda c: set(c.execute(select(CASES.c.state)).scalars()))

    assert states == {str(state) for state in State if state != State.NEW}


def test_every_list_of_a_desk_shows_something(shown: Demo) -> None:
    for scope in desks():
        counts = shown.store.read(partial(caseviews.counts, scope=scope))

        assert all(counts[view] for view in ("decide", "late", "soon", "all"))


def test_no_desk_sees_a_protected_case(shown: Demo) -> None:
    protected = shown.store.read(
        lambda c: set(c.execute(select(CASES.c.number).where(CASES.c.protected)).scalars())
    )

    seen = set()
    for scope in desks():
        rows, _ = shown.store.read(partial(caseviews.queue, scope=scope, view="all", key=None))
        seen |= {row.number for row in rows}

    assert protected
    assert not protected & seen


def test_the_month_that_is_over_is_published_and_agrees_with_the_record(shown: Demo) -> None:
    problems = [verify_release.run(shown.store, month) for month in shown.made.published]

    assert shown.made.published == ("2026-10",)
    assert problems == [[]]


def test_dangers_referrals_shared_phones_and_groups_are_there_to_be_seen(shown: Demo) -> None:
    def look(conn: Connection) -> tuple[set[str], list[str], set[str]]:
        dangers = {row.state for row in register.items(conn, hazards.KEY)}
        told = conn.exec_driver_sql("SELECT step, facts, refused FROM entries ORDER BY stream, seq").all()
        marks = [mark for _, facts, _ in told for mark in MARKS if mark in facts]
        return dangers, marks, {step for step, _, refused in told if not refused}

    dangers, marks, steps = shown.store.read(look)

    assert dangers == {hazards.TOLD, hazards.ANSWERED, hazards.OVER}
    assert set(marks) == set(MARKS)
    assert {Step.REFER, Step.ACCEPT_REFERRAL, Step.MANDATE} <= steps
    assert {Step.TRANSFER, Step.LINK, Step.RECUSE, Step.UNMASK} <= steps


def test_people_came_by_every_door(shown: Demo) -> None:
    came = shown.store.read(
        lambda c: set(
            c.exec_driver_sql("SELECT DISTINCT channel FROM entries WHERE step = 'receive'").scalars()
        )
    )

    assert came == {"sms", "web", "ussd", "kiosk", "radio_relay", "phone_voice"}


@pytest.mark.parametrize("site", mechanism.example().sites, ids=lambda site: site.key)
def test_text_messages_are_about_half_of_what_comes(site: Site) -> None:
    much = {door: many for door, many in DOORS if leads_to(mechanism.example(), site, door)}

    assert 0.4 <= (much["phone"] + much["shared"]) / sum(much.values()) <= 0.6


def test_a_voice_waits_at_each_company_for_somebody_who_writes_it_down(shown: Demo) -> None:
    waiting = shown.store.read(recordings.waiting)

    assert len(waiting) == len(mechanism.example().operators)


def test_some_people_were_refused_by_the_criteria(shown: Demo) -> None:
    refused = shown.store.read(
        lambda c: c.exec_driver_sql("SELECT count(*) FROM entries WHERE refused").scalar_one()
    )

    assert refused > 0


def test_the_logins_are_written_down_and_marked(shown: Demo) -> None:
    held = json.loads((shown.settings.home / DEMO_MARKER).read_text())

    assert held["finished"] is True
    assert "DEMO" in held["note"]
    assert {one["login"] for one in held["logins"]} >= {
        "rosa",
        "marisol",
        "focal",
        "reviewer-1",
        "reviewer-2",
    }


def test_whoever_reads_what_the_demo_prints_can_sign_in_at_every_room(shown: Demo) -> None:
    paper = Console(file=StringIO(), width=200)

    demo.say(shown.settings, shown.made, paper)

    said = paper.file.getvalue()  # type: ignore[attr-defined]
    ring = keyring.load(shown.settings.keys_dir, processes=wiring.EMBEDDED)
    for room in (one for one in demo.LOGINS if one.face == "review"):
        its_lines = said.split(f"/review: {room.login} ", 1)[1].split("DEMO /", 1)[0]
        phrase = re.search(r"review passphrase: (.+)", its_lines)
        assert phrase is not None, room.login
        assert reviewkeys.unlock(ring, room.login, phrase[1]).reader == vault.REVIEW


def test_every_command_knows_a_demos_home_by_its_marker(shown: Demo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GRIEVANCE_DEMO", raising=False)
    monkeypatch.setenv("GRIEVANCE_HOME", str(shown.settings.home))

    ran = CliRunner().invoke(main, ["verify-release", shown.made.published[-1]])

    assert ran.exit_code == 0, ran.output
    assert "agrees with the record" in ran.output


def test_the_recount_also_asks_whether_what_is_hidden_had_to_be(
    shown: Demo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRIEVANCE_HOME", str(shown.settings.home))

    ran = CliRunner().invoke(main, ["verify-release", shown.made.published[-1], "--hidden"])

    assert ran.exit_code == 0, ran.output
    assert "agrees with the record" in ran.output


def test_a_finished_demo_is_found_again(shown: Demo) -> None:
    assert demo.finished(shown.settings) == shown.made


def test_a_demo_of_an_earlier_version_gets_the_tables_that_came_since(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    store = Store(settings.database_url)
    with store.engine.connect() as conn:
        command.upgrade(upgrade.config(conn), "0021")
        conn.commit()
    before = upgrade.at_head(store)

    demo.bring_up(settings)

    assert (before, upgrade.at_head(store)) == (False, True)
    store.close()


def test_a_home_that_is_no_demos_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "grievance.db").write_bytes(b"somebody's cases")

    with pytest.raises(demo.NotADemo):
        demo.clear(settings_in(tmp_path))

    assert (tmp_path / "grievance.db").read_bytes() == b"somebody's cases"


def test_beginning_anew_takes_away_only_what_the_demo_made(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    demo.mark(settings, Made(1, 1, ()), done=True)
    (tmp_path / "grievance.db").write_bytes(b"made up")
    (tmp_path / "notes.txt").write_text("mine")

    demo.clear(settings)

    assert [file.name for file in tmp_path.iterdir()] == ["notes.txt"]


def texts_of_one_kind(kind: str) -> list[str]:
    rng = random.Random(3)
    return [
        words.complaint(rng, theme, "Huaylluray", danger=kind == "danger")
        for theme in words.COMPLAINTS
        for _ in range(60)
    ]


def test_most_reviews_are_decided_in_their_forty_working_days_and_a_few_are_not() -> None:
    turns = [docket.turn_of(f"{number:08}") for number in range(300)]

    late = sum(turn > 40 for turn in turns)
    assert 300 // 20 < late < 300 // 4
    assert (min(turns), max(turns)) == (docket.IN_TIME[0], docket.TOO_LATE[1])


def test_ordinary_complaints_speak_of_no_danger() -> None:
    found = [text for text in texts_of_one_kind("ordinary") if flags(text, every_danger())]

    assert found == []


def test_complaints_meant_to_speak_of_danger_do() -> None:
    silent = [text for text in texts_of_one_kind("danger") if not flags(text, every_danger())]

    assert silent == []


def test_some_people_leave_a_number_that_is_covered() -> None:
    covered = [text for text in texts_of_one_kind("ordinary") if mask(text).kinds]

    assert covered
