"""Who wakes whom: ids on Redis wake workers, and a thread looks into the outbox anyway.

A queue forgets when a worker is killed, so it carries nothing that matters: the outbox is the truth. Jobs
hold ids only, their serializer is JSON (a pickle would run what Redis says), and no job's text is logged.
"""

import logging
import signal
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from channels.house import House
from channels.outgoing import delivery
from channels.outgoing.errands import Errands

QUEUE: Final = "notices"
EVERY: Final = 1.0
TIMEOUT: Final = 0.5
"""Seconds that whoever wakes a worker waits for Redis: a person may be waiting for us."""
JOB_TIMEOUT: Final = 60
Round = Callable[[House], object]

logger = logging.getLogger(__name__)
_HOUSE: list[House] = []
"""What jobs of this process work on; set once by `work`, since a job arrives with an id and nothing else."""


@dataclass
class Health:
    """How a polling thread is: how often it went round, how often something went wrong there."""

    beats: int = 0
    failures: int = 0


def wake(house: House, notice_ids: Iterable[str]) -> None:
    """Tell workers that something is owed, if there is a queue; whatever goes wrong there changes nothing."""
    ids = tuple(notice_ids)
    url = house.settings.redis_url
    if url is None or not ids:
        return
    from redis import Redis, RedisError  # noqa: PLC0415  the embedded process never needs it
    from rq.exceptions import DuplicateJobError  # noqa: PLC0415

    try:
        with Redis.from_url(url, socket_timeout=TIMEOUT, socket_connect_timeout=TIMEOUT) as redis:
            queue = _queue(redis)
            for notice_id in ids:
                try:
                    queue.enqueue(
                        deliver_by_id, notice_id, job_id=f"notice-{notice_id}", unique=True, description="notice",
                        result_ttl=0, failure_ttl=60, ttl=600, job_timeout=JOB_TIMEOUT,
                    )  # fmt: skip
                except DuplicateJobError:
                    continue
    except (RedisError, OSError) as cause:
        logger.warning("nobody could be woken", extra={"why": type(cause).__name__})


def deliver_by_id(notice_id: str) -> None:
    """Deliver one notice: what a job on the queue says, in the house this worker was started for."""
    delivery.deliver_all(_HOUSE[0], [notice_id])


def work(house: House, *, rounds: Sequence[Round] = (), every: float = EVERY) -> None:
    """Be the process that sends, until SIGTERM: jobs from Redis where there is one, and the outbox all the time.

    Jobs run in this process: a forked child would share the store's connections and its writer's thread.
    """
    _HOUSE[:] = [house]
    ends = (signal.SIGTERM, signal.SIGINT)
    url = house.settings.redis_url
    if url is None:
        signal.pthread_sigmask(signal.SIG_BLOCK, ends)  # before the thread starts, which inherits it
    stop = threading.Event()
    named = {"rounds": rounds}
    poller = threading.Thread(target=poll, args=(house, stop, every), kwargs=named, name="poller")
    poller.start()
    if url is None:
        signal.sigwait(ends)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ends)
    else:
        _take_jobs(url, ends)
    stop.set()
    poller.join()


def poll(
    house: House, stop: threading.Event, every: float = EVERY, *, rounds: Sequence[Round] = (),
    health: Health | None = None,
) -> None:  # fmt: skip
    """Send what is due, do the errands and run the rounds, again and again until told to stop; nothing makes it die."""
    health = health or Health()
    turns: tuple[Round, ...] = (delivery.drain, Errands(), *rounds)
    while not stop.is_set():
        for turn in turns:
            try:
                turn(house)
            except Exception as cause:  # noqa: BLE001  whatever it is, what is owed must still go out
                health.failures += 1
                logger.error("a round broke", extra={"why": type(cause).__name__, "round": _name(turn)})  # noqa: TRY400
        health.beats += 1
        stop.wait(every)


def _take_jobs(url: str, ends: Sequence[signal.Signals]) -> None:
    """Take jobs until told to stop; while Redis is away, try again now and then: the poller goes on meanwhile."""
    from redis import Redis, RedisError  # noqa: PLC0415
    from rq import SimpleWorker  # noqa: PLC0415
    from rq.serializers import JSONSerializer  # noqa: PLC0415

    asked: list[int] = []  # an Event could be locked by the very thread that the signal interrupts

    class Worker(SimpleWorker):
        """One that remembers being told to stop; whatever else ends its work, it begins again."""

        log_job_description = False

        def request_stop(self, signum: int, frame: Any) -> None:
            """Finish what is in hand, then stop."""
            asked.append(signum)
            super().request_stop(signum, frame)  # type: ignore[no-untyped-call]

    while not asked:
        for number in ends:
            signal.signal(number, lambda number, _: asked.append(number))
        try:
            redis = Redis.from_url(url, health_check_interval=15)
            worker = Worker([_queue(redis)], connection=redis, serializer=JSONSerializer)
            worker.work(logging_level="WARNING", with_scheduler=False)
        except (RedisError, OSError) as cause:
            logger.warning("no queue", extra={"why": type(cause).__name__})
        if not asked:
            time.sleep(EVERY)


def _queue(redis: Any) -> Any:
    from rq import Queue  # noqa: PLC0415
    from rq.serializers import JSONSerializer  # noqa: PLC0415

    return Queue(QUEUE, connection=redis, serializer=JSONSerializer)


def _name(turn: Round) -> str:
    return str(getattr(turn, "__qualname__", type(turn).__name__))
