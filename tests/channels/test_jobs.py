import logging
import os
import signal
import subprocess
import sys
import threading
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from redis import Redis
from sqlalchemy import update

from channels import jobs
from channels.house import House
from channels.sms import simulator
from grievance.keyring import Ring
from grievance.store import Store
from tests.sending import PEOPLE, Clock, Network, World, make_house, settle_in
from workflows.rulebook import Rulebook

WORKER = """
import sys
from pathlib import Path
from channels import clock, jobs
from channels.house import House
from channels.sms import SETTINGS, build
from grievance import keyring, mechanism, settings
from grievance.store import Store
from workflows.rulebook import Rulebook
import os
given = settings.load(os.environ, extra=SETTINGS)
ring = keyring.load(given.keys_dir, processes=("worker",))
store = Store(given.database_url)
house = House(given, store, ring, Rulebook(current=mechanism.example()), build(given, ring))
jobs.work(house, every=float(sys.argv[1]), rounds=[lambda _: print("round", flush=True)])
store.close()
print("closed", flush=True)
"""


def until(done: Callable[[], bool], *, seconds: float = 20) -> None:
    pause = threading.Event()
    for _ in range(int(seconds / 0.02)):
        if done():
            return
        pause.wait(0.02)
    raise AssertionError("it did not happen")


@contextmanager
def worker(env: Mapping[str, str], *, every: float) -> Iterator["subprocess.Popen[str]"]:
    """Run the process that sends, up to its first round."""
    running = subprocess.Popen(  # noqa: S603  our own worker
        [sys.executable, "-c", WORKER, str(every)],
        env={**os.environ, **env},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert running.stdout is not None
        assert running.stdout.readline() == "round\n"
        yield running
    finally:
        running.kill()
        running.wait()
        assert running.stdout is not None
        running.stdout.close()


@pytest.fixture
def network() -> Network:
    return Network()


@pytest.fixture
def world(store: Store, ring: Ring, rules: Rulebook, redis_url: str, network: Network) -> World:
    return settle_in(make_house(store, ring, rules, Clock(), network, REDIS_URL=redis_url), "network")


def _everything(url: str) -> bytes:
    """Read all that Redis holds, unpacked: a job's call is compressed."""
    with Redis.from_url(url) as redis:
        jobs_of = [redis.hgetall(key) for key in redis.scan_iter("rq:job:*")]
        names = list(redis.scan_iter())
    calls = [zlib.decompress(job.pop(b"data")) for job in jobs_of]
    return b" ".join([*names, *calls, repr(jobs_of).encode()])


def test_the_queue_carries_ids_and_nothing_else(world: World, redis_url: str) -> None:
    jobs.wake(world.house, [world.receipt])

    everything = _everything(redis_url)
    assert world.receipt.encode() in everything
    assert b"channels.jobs.deliver_by_id" in everything
    for secret in (b"987654321", world.case.encode(), world.number.encode(), world.person.encode()):
        assert secret not in everything


def test_waking_twice_is_waking_once(world: World, redis_url: str) -> None:
    jobs.wake(world.house, [world.receipt])
    jobs.wake(world.house, [world.receipt, world.receipt])

    with Redis.from_url(redis_url) as redis:
        assert redis.llen(f"rq:queue:{jobs.QUEUE}") == 1


def test_a_queue_that_is_away_keeps_nobody_waiting(
    store: Store, ring: Ring, rules: Rulebook, network: Network, caplog: pytest.LogCaptureFixture
) -> None:
    house = make_house(store, ring, rules, Clock(), network, REDIS_URL="redis://127.0.0.1:1/0")

    jobs.wake(house, ["0" * 32])

    assert "nobody could be woken" in caplog.text


def test_without_a_queue_nobody_is_woken(store: Store, ring: Ring, rules: Rulebook, network: Network) -> None:
    house = make_house(store, ring, rules, Clock(), network)

    jobs.wake(house, ["0" * 32])

    assert house.settings.redis_url is None


@pytest.fixture
def env(database_url: str, key_folders: Mapping[str, Path], tmp_path: Path) -> dict[str, str]:
    return {
        "GRIEVANCE_DATABASE_URL": database_url, "GRIEVANCE_KEYS_DIR": str(key_folders["worker"]), "GRIEVANCE_DEMO": "1",
        "GRIEVANCE_HOME": str(tmp_path / "home"), "PYTHONPATH": str(Path(jobs.__file__).parents[1]),
    }  # fmt: skip


def _with_a_phone(house: House, tmp_path: Path) -> House:
    phones = simulator.Simulator(simulator.key_of(house.ring), folder=tmp_path / "home" / "phones")
    house.gateways["simulator"] = phones  # type: ignore[index]
    return house


def test_a_worker_that_is_woken_sends_at_once_and_stops_when_told(
    world: World, env: dict[str, str], redis_url: str, tmp_path: Path
) -> None:
    with worker({**env, "GRIEVANCE_REDIS_URL": redis_url}, every=3600) as running:
        house = _with_a_phone(world.house, tmp_path)
        mine = _move_to_the_simulator(world)
        jobs.wake(house, [mine.receipt])
        until(lambda: mine.notice().state == "delivered")

        running.send_signal(signal.SIGTERM)
        assert running.stdout is not None
        assert "closed\n" in running.stdout.readlines()
        assert running.wait(20) == 0


def test_a_worker_without_a_queue_looks_into_the_outbox(
    store: Store, ring: Ring, rules: Rulebook, network: Network, env: dict[str, str]
) -> None:
    with worker(env, every=0.05) as running:
        mine = _move_to_the_simulator(settle_in(make_house(store, ring, rules, Clock(), network), "network"))
        until(lambda: mine.notice().state == "delivered")

        running.send_signal(signal.SIGTERM)
        assert running.wait(20) == 0


def test_what_a_killed_worker_had_in_hand_another_one_sends(
    world: World, env: dict[str, str], redis_url: str, tmp_path: Path
) -> None:
    del tmp_path
    with worker({**env, "GRIEVANCE_REDIS_URL": redis_url}, every=3600) as running:
        running.kill()
        running.wait()
        mine = _move_to_the_simulator(world)
        jobs.wake(mine.house, [mine.receipt])
    with worker({**env, "GRIEVANCE_REDIS_URL": redis_url}, every=0.05):
        until(lambda: mine.notice().state == "delivered")


def _move_to_the_simulator(world: World) -> World:
    world.house.store.transact(lambda conn: conn.execute(update(PEOPLE).values(gateway="simulator")).rowcount)
    return world


def test_a_thread_that_polls_outlives_whatever_breaks(
    store: Store, ring: Ring, rules: Rulebook, network: Network, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    stop, health = threading.Event(), jobs.Health()

    def broken(_: House) -> None:
        raise RuntimeError("+51987654321")

    def last(_: House) -> None:
        if health.beats == 2:
            stop.set()

    world = settle_in(make_house(store, ring, rules, Clock(), network), "network")
    jobs.poll(world.house, stop, 0.0, rounds=[broken, last], health=health)

    assert (health.beats, health.failures) == (3, 3)
    assert world.notice().state == "sent"
    assert "a round broke" in caplog.text
    assert "987654321" not in caplog.text
