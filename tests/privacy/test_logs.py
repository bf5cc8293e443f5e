"""Logs say that something happened, and never who said what: at debug level, in real processes, and when a view breaks."""

import logging
import secrets
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import NoReturn

import pytest
from flask import request
from redis import Redis
from sqlalchemy import text

from channels import wiring
from tests import standin
from tests.deployment import NUMBER, Deployment, Keys, Running, free_port, rows, running, until
from tests.journeys.actors import CLAVE, NOTICES, Browser, Browsing, RealWorld, World
from tests.moved import MovedClock
from tests.privacy import canary
from tests.privacy.canary import SENDER, WATER, WRITTEN, traces
from tests.standin import Standin


@pytest.fixture
def log() -> Iterator[StringIO]:
    """Log as a process does, at debug level, into a buffer; afterwards as before."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    own = {name: logging.getLogger(name).level for name in ("channels", "reports", "workflows", "grievance")}
    wiring.log_to_stderr("debug")
    written = StringIO()
    root.handlers[0].setStream(written)  # type: ignore[attr-defined]
    yield written
    logging.captureWarnings(capture=False)
    root.handlers[:] = before
    root.setLevel(level)
    for name, earlier in own.items():
        logging.getLogger(name).setLevel(earlier)


def _texts(world: World) -> int:
    return world.resident(SENDER).texts(f"{WATER} y {WRITTEN}", ProfileName=canary.EMAIL)


def test_a_view_that_breaks_with_the_words_in_its_error_logs_where_and_not_what(
    small_world: World, log: StringIO
) -> None:
    def broken(**_blanks: str) -> NoReturn:
        raise ValueError(f"cannot take {request.form} from {SENDER}")

    for view in ("providers.sms", "complaint.send", "follow.open_case"):
        small_world.app.view_functions[view] = broken

    statuses = [
        _texts(small_world),
        small_world.anybody().post("/follow", data={"clave": SENDER}).status_code,
    ]

    said = log.getvalue()
    assert statuses == [500, 500]
    assert said.count("unexpected ValueError") == 2
    assert "test_logs.py" in said
    assert traces(said) == set()


def test_a_database_that_breaks_in_the_middle_logs_no_statement(world: World, log: StringIO) -> None:
    world.house.store.transact(lambda conn: conn.execute(text("DROP TABLE bonds")).rowcount)

    by_phone = _texts(world)
    form = {"text": f"{WATER} y {WRITTEN}", "place": WRITTEN}
    by_form = world.anybody().post("/complain", data=form).status_code

    said = log.getvalue()
    assert min(by_phone, by_form) >= 500
    assert traces(said) == set()


def test_the_judge_of_logs_finds_what_a_careless_line_would_say(log: StringIO) -> None:
    logging.getLogger("channels.incoming.intake").debug("heard %s", SENDER)

    assert SENDER in traces(log.getvalue())


def test_real_processes_at_debug_level_leave_no_trace_in_home_logs_tables_and_queue(
    tmp_path: Path, database_url: str, redis_url: str, keys: Keys
) -> None:
    apart = database_url.startswith("postgres")
    port = free_port()
    with standin.running(fault="refuse", faults=1) as network:
        network.on_status = standin.post
        founded = Deployment(
            tmp_path / "home", database_url, keys, api_base=network.url, base_url=f"http://127.0.0.1:{port}",
            redis_url=redis_url if apart else None,
        ).prepare()  # fmt: skip
        with running(founded) as processes:
            house = founded.house()
            queued = _tell(founded, processes, network, port, redis_url=redis_url if apart else "")
            found = {f"table {name}": traces(data) for name, data in canary.tables(house.store)}
            house.store.close()
            found |= {f"file {name}": traces(data) for name, data in canary.files(tmp_path)}
    logs = b"".join(process.log.read_bytes() for process in processes.started)
    assert {where: what for where, what in found.items() if what} == {}
    assert traces(queued) == set()
    assert (b"deliver_by_id" in queued) == apart
    assert b"forged message refused" in logs
    assert SENDER in {message["To"] for message in network.taken}


def _tell(founded: Deployment, processes: Running, network: Standin, port: int, *, redis_url: str) -> bytes:
    """Tell running processes; give the queue as it stood while nobody worked it off."""
    keys = founded.keys
    if redis_url:
        web = processes.serve(port=port, keys_dir=keys.apart["web"], FACES="public,intake")
    else:
        web = processes.serve(port=port)
    world = RealWorld(
        founded, founded.house(), None, network, MovedClock(founded.home / "clock"), web=web.url,  # type: ignore[arg-type]  no application here
    )  # fmt: skip
    first, other = world.resident(SENDER), world.resident("+51933222111")
    sids = [f"SM{secrets.token_hex(16)}" for _ in range(3)]
    statuses = [
        other.texts("Hay mucho polvo en la escuela de Huaylluray"),
        first.texts(f"{WATER} y {WRITTEN}", sid=sids[0], ProfileName=canary.EMAIL),
        first.texts(f"{WATER} y {WRITTEN}", sid=sids[0]),
        first.texts(f"Y también {WRITTEN}", sid=sids[1]),
        first.texts(f"Me amenazaron de muerte, {WRITTEN}", sid=sids[2]),
    ]
    assert statuses == [200] * 5
    forged = {"From": SENDER, "To": NUMBER, "Body": WRITTEN, "MessageSid": "SM" + "f" * 32}
    assert Browser(web.url).post("/channels/twilio/sms", forged).status_code == 403
    canary.tell_by_form(Browsing(world, Browser(web.url)))
    queued = canary.queue(redis_url) if redis_url else b""
    if redis_url:
        processes.worker(keys_dir=keys.apart["worker"])
        processes.keep_clock(keys_dir=keys.apart["clock"])
    until(lambda: CLAVE.search(" ".join(first.inbox())), what="the receipt", within=60)
    left = NOTICES.select().where(NOTICES.c.state == "queued", NOTICES.c.complainant.is_not(None))
    until(lambda: not rows(world.house.store, left), what="everything owed", within=60)
    world.house.store.close()
    if redis_url:
        with Redis.from_url(redis_url) as redis:
            assert redis.ping()
        queued += canary.queue(redis_url)
    return queued
