import shutil
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import event

from tests import servers
from tests.deployment import Keys
from tests.journeys.actors import World, a_world

WATER = "El agua sale turbia desde el lunes en Huaylluray"


def test_a_full_disk_is_answered_503_and_later_everything_works_again(
    tmp_path: Path, sqlite_template: Path, keys: Keys
) -> None:
    file = tmp_path / "grievance.db"
    shutil.copyfile(sqlite_template, file)
    with a_world(tmp_path, f"sqlite:///{file}", keys) as world:
        resident = world.resident()
        full = {"pages": 1}
        world.house.store.close()

        @event.listens_for(world.house.store.engine, "checkout")
        def _limit(raw: sqlite3.Connection, *_: object) -> None:
            raw.execute(f"PRAGMA max_page_count={full['pages']}")

        refused = resident.texts(WATER * 1000, sid="SM" + "1" * 32)
        assert refused == 503
        assert world.cases() == []

        full["pages"] = 1_000_000
        world.house.store.close()
        taken = resident.texts(WATER * 1000, sid="SM" + "1" * 32)

        assert taken == 200
        assert len(world.cases()) == 1


def test_a_dead_database_is_answered_503_and_nothing_is_lost(
    tmp_path: Path, postgres_server: servers.Postgres, postgres_template: str, keys: Keys
) -> None:
    name = postgres_server.create(template=postgres_template)
    with a_world(tmp_path, postgres_server.url(name), keys) as world:
        resident = world.resident()
        resident.texts(WATER)
        world.house.store.engine.dispose()
        _rename(postgres_server, name, "gone")

        form = resident_form(resident.phone)
        refused = [signed(world, form), world.anybody().get("/readyz").status_code]
        web = world.neighbour().browser.post("/complain", data={"text": WATER, "site": "qorimayu"})
        _rename(postgres_server, "gone", name)
        taken = resident.texts("Hay mucho polvo en la escuela", sid=form["MessageSid"])

        assert refused == [503, 503]
        assert web.status_code == 503
        assert taken == 200
        assert len(world.cases()) == 1
    postgres_server.drop(name)


@pytest.mark.parametrize("path", ["/healthz", "/complain"])
def test_pages_that_need_no_database_stay_open(world: World, path: str) -> None:
    world.house.store.engine.dispose()

    assert world.anybody().get(path).status_code == 200


def resident_form(phone: str) -> dict[str, str]:
    """Write the form of one message."""
    from tests.standin import ACCOUNT  # noqa: PLC0415

    return {
        "MessageSid": "SM" + "2" * 32, "AccountSid": ACCOUNT, "From": phone, "To": "+51900000002",
        "Body": "Hay mucho polvo en la escuela", "NumMedia": "0",
    }  # fmt: skip


def signed(world: World, form: dict[str, str]) -> int:
    """Post a message without looking at the outbox."""
    from tests.journeys.actors import signed_post  # noqa: PLC0415

    return signed_post(world, "/channels/twilio/sms", form).status_code


def _rename(server: servers.Postgres, old: str, new: str) -> None:
    import psycopg  # noqa: PLC0415
    from psycopg import sql  # noqa: PLC0415

    host = server.url("postgres").partition("host=")[2]
    with psycopg.connect(host=host, user="postgres", dbname="postgres", autocommit=True) as conn:
        conn.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (old,))
        conn.execute(
            sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(old), sql.Identifier(new))
        )
