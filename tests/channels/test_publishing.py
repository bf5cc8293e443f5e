"""The clock publishes a month when it is due, signs it where it may, and notes what it could not publish."""

import shutil
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from channels import install, publishing, wiring
from channels.house import House
from channels.proving import Beside
from grievance import keyring, mechanism, settings, signing
from grievance.complainant import Contributor
from grievance.keyring import Ring
from grievance.store import Store
from grievance.vocabulary import CASE_KINDS
from reports import document, release, shelf
from reports.month import Month
from tests.deployment import until
from tests.reports.months import Town
from workflows.rulebook import Rulebook

MARCH = Month(2026, 3)
SECRET = bytes(range(32))
_TOKENS = Contributor.__table__  # type: ignore[attr-defined]


@pytest.fixture
def town(store: Store, rules: Rulebook) -> Town:
    made = Town(store, rules)
    made.crowd("03-03", 12)
    return made


def house(town: Town, home: Path, day: int) -> House:
    """Be the process of the clock at noon of a day of April."""
    given = settings.load({"GRIEVANCE_HOME": str(home)})
    noon = datetime(2026, 4, day, 17, tzinfo=UTC)
    ring = Ring(frozenset({"clock"}), {signing.NAME: SECRET}, {})
    return House(given, town.store, ring, town.rules, now=lambda: noon)


def beside(town: Town, home: Path) -> Beside:
    """Let another process prove what this town's database holds."""
    shutil.copy(Path(mechanism.__file__).with_name("example_mechanism.toml"), home / "mechanism.toml")
    return Beside(settings.load({"GRIEVANCE_HOME": str(home), "GRIEVANCE_DATABASE_URL": town.store.url}))


def test_nothing_is_published_before_it_is_due(town: Town, tmp_path: Path) -> None:
    assert publishing.publish_owed(house(town, tmp_path, 14)) == ()


def test_what_is_due_is_published_by_itself_once_and_signed(town: Town, tmp_path: Path) -> None:
    clock = house(town, tmp_path, 15)

    wiring.run_rounds(clock)
    again = publishing.publish_owed(clock)

    found = town.store.read(lambda conn: shelf.newest(conn, MARCH))
    assert again == ()
    assert found is not None
    assert found.signature is not None
    assert signing.is_signed(signing.public_of(SECRET), found.signature, found.value.encode())


def test_a_month_that_does_not_add_up_is_noted_and_comes_out_when_it_does(town: Town, tmp_path: Path) -> None:
    wrong = "UPDATE deltas SET n = :n WHERE member = 'sms'"
    town.store.transact(lambda conn: conn.execute(text(wrong), {"n": 2}))

    refused = publishing.publish_owed(house(town, tmp_path, 15))
    why = town.store.read(lambda conn: release.refusal_of(conn, MARCH))
    town.store.transact(lambda conn: conn.execute(text(wrong), {"n": 1}))
    mended = publishing.publish_owed(house(town, tmp_path, 16))

    assert (refused, why) == ((), publishing.ARITHMETIC)
    assert mended == (MARCH,)


def test_a_month_that_is_refused_is_tried_again_the_next_day_and_not_in_every_round(
    town: Town, tmp_path: Path
) -> None:
    wrong = "UPDATE deltas SET n = :n WHERE member = 'sms'"
    town.store.transact(lambda conn: conn.execute(text(wrong), {"n": 2}))
    rounds = wiring.Rounds()

    rounds(house(town, tmp_path, 15))
    town.store.transact(lambda conn: conn.execute(text("UPDATE rollups SET n = n / 2 WHERE member = 'sms'")))
    rounds(house(town, tmp_path, 15))
    same_day = town.store.read(shelf.months)
    rounds(house(town, tmp_path, 16))

    assert same_day == ()
    assert town.store.read(shelf.months) == (MARCH,)


def test_a_month_comes_out_when_another_process_proved_it_and_the_rounds_go_on_meanwhile(
    town: Town, tmp_path: Path
) -> None:
    clock = house(town, tmp_path, 15)
    proofs = beside(town, tmp_path)
    rounds = wiring.Rounds(proofs)

    rounds(clock)
    at_once = town.store.read(shelf.months)
    until(lambda: proofs.ready(MARCH))
    rounds(clock)

    assert at_once == ()
    assert town.store.read(shelf.months) == (MARCH,)
    assert proofs.taken == len(CASE_KINDS)


def test_a_month_whose_process_was_killed_is_noted_and_tried_again_the_next_day(
    town: Town, tmp_path: Path
) -> None:
    proofs = beside(town, tmp_path)
    rounds = wiring.Rounds(proofs)

    rounds(house(town, tmp_path, 15))
    assert proofs._process is not None
    proofs._process.kill()
    until(lambda: proofs.ready(MARCH))
    rounds(house(town, tmp_path, 15))
    why = town.store.read(lambda conn: release.refusal_of(conn, MARCH))
    rounds(house(town, tmp_path, 16))
    until(lambda: proofs.ready(MARCH))
    rounds(house(town, tmp_path, 16))

    assert why == publishing.OTHER
    assert town.store.read(shelf.months) == (MARCH,)


def test_who_stood_behind_a_year_is_forgotten_when_its_december_is_final(town: Town, tmp_path: Path) -> None:
    clock = house(town, tmp_path, 15)
    keys = clock.settings.keys_dir
    for year in (2025, 2026):
        keyring.write_secret(keys, f"contributor.{year}")
    town.store.transact(
        lambda conn: conn.execute(_TOKENS.update().values(year=2025).where(_TOKENS.c.token == b"neighbour 1"))
    )

    before = publishing.forget_frozen_years(clock), tokens(town)
    for month in ("2025-11", "2025-12"):
        final(town, month)
    after = publishing.forget_frozen_years(clock), tokens(town)

    assert before == ((), [2025, *[2026] * 11])
    assert after == ((2025,), [2026] * 11)
    assert [file.name for file in keys.iterdir()] == ["contributor.2026"]


def test_a_year_with_a_month_that_is_still_owed_forgets_nobody(town: Town, tmp_path: Path) -> None:
    for month in ("2025-10", "2025-12"):
        final(town, month)

    assert publishing.forget_frozen_years(house(town, tmp_path, 15)) == ()


def final(town: Town, month: str) -> None:
    row = {"month": month, "version": 1, "status": "final", "cut_off": datetime(2026, 1, 9, tzinfo=UTC),
           "published_on": date(2026, 1, 9), "value": "{}", "digest": "0" * 64}  # fmt: skip
    town.store.transact(lambda conn: conn.execute(shelf.RELEASES.insert(), row))


def tokens(town: Town) -> list[int]:
    return town.store.read(lambda conn: sorted(conn.execute(select(_TOKENS.c.year)).scalars()))


def test_an_older_deployment_draws_its_signing_key_once(town: Town, tmp_path: Path) -> None:
    given = settings.load({"GRIEVANCE_HOME": str(tmp_path)})
    noon = datetime(2026, 4, 15, 17, tzinfo=UTC)
    old = House(given, town.store, Ring(frozenset({"clock"}), {}, {}), town.rules, now=lambda: noon)

    drawn = publishing.make_key(old)
    ring = keyring.load(given.keys_dir, processes=("clock",))
    again = publishing.make_key(House(given, town.store, ring, town.rules, now=lambda: noon))

    assert (drawn, again) == (True, False)
    assert ring.publics[signing.NAME] == signing.public_of(ring.secrets[signing.NAME])
    install.check_fingerprints(town.store, ring)


def test_of_two_clocks_that_publish_at_once_one_does_and_the_other_goes_on(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = house(town, tmp_path, 15), house(town, tmp_path, 15)
    compute, published = document.compute, []

    def while_the_other_publishes(*args: Any, **given: Any) -> Any:
        body = compute(*args, **given)
        if not published:
            published.append(MARCH)
            assert publishing.publish_owed(second) == (MARCH,)
        return body

    monkeypatch.setattr(document, "compute", while_the_other_publishes)
    assert publishing.publish_owed(first) == ()

    versions = town.store.read(lambda conn: conn.execute(select(shelf.RELEASES.c.version)).scalars().all())
    assert versions == [1]
    assert town.store.read(lambda conn: release.refusal_of(conn, MARCH)) is None
