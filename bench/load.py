"""A closed loop of clients: each keeps one connection, sends, waits for the whole answer, and sends again.

One thread and one epoll, on the cores the servers use too: what it costs is in every rate, so only ratios
of one run mean something. It talks to 127.0.0.1 and nobody else.
"""

import gc
import select
import socket
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

HOST = "127.0.0.1"
OK = 200
DRAIN = 10.0
"""Seconds that answers still under way may take when the time is over."""
_LENGTH = b"content-length:"
_END = b"\r\n\r\n"


@dataclass
class Result:
    """What came back: how many answers of each status, how many requests none, and how long each answer took."""

    seconds: float = 0.0
    statuses: Counter[int] = field(default_factory=Counter)
    unanswered: int = 0
    counted: int = 0
    waits: list[float] = field(default_factory=list)
    computed: float = 0.0
    """Seconds of processor that whoever answered took; whoever starts the servers knows it."""

    @property
    def ok(self) -> int:
        """How many were answered 200, the warm-up and what came after the end included."""
        return self.statuses[OK]

    @property
    def rate(self) -> float:
        """Answers of 200 in a second of the measured time."""
        return self.counted / self.seconds if self.seconds else 0.0

    @property
    def cost(self) -> float:
        """Milliseconds of processor for an answer of 200: steady where a busy machine moves every rate."""
        return self.computed / self.ok * 1000 if self.ok else float("nan")

    def quantile(self, share: float) -> float:
        """The time in milliseconds within which this share of the measured answers came."""
        ordered = sorted(self.waits)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000 if ordered else float("nan")

    def __add__(self, other: "Result") -> "Result":
        return Result(
            seconds=self.seconds + other.seconds,
            statuses=self.statuses + other.statuses,
            unanswered=self.unanswered + other.unanswered,
            counted=self.counted + other.counted,
            waits=self.waits + other.waits,
            computed=self.computed + other.computed,
        )


@dataclass
class _Client:
    line: socket.socket
    sent_at: float = 0.0
    got: bytes = b""


def run(port: int, requests: Sequence[bytes], *, clients: int, seconds: float, again: bool = False) -> Result:
    """Load a server for so long, or until the requests are used up.

    Args:
        port: on 127.0.0.1.
        requests: sent in their order, each once, unless `again` lets them begin anew.
        clients: connections, each with one request under way.
        seconds: measured time; a tenth of it before that warms up and is not in the rate.
        again: begin with the first request again after the last.
    """
    gc.collect()
    gc.disable()
    try:
        return _run(port, _endless(requests) if again else iter(requests), clients=clients, seconds=seconds)
    finally:
        gc.enable()


def _endless(requests: Sequence[bytes]) -> Iterator[bytes]:
    while True:
        yield from requests


def _run(port: int, source: Iterator[bytes], *, clients: int, seconds: float) -> Result:
    result = Result()
    poll = select.epoll()
    lines: dict[int, _Client] = {}
    began = time.perf_counter()
    start, end = began + seconds / 10, began + seconds * 1.1
    last = start
    try:
        for _ in range(clients):
            client = _Client(socket.create_connection((HOST, port), timeout=DRAIN))
            client.line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if _send(client, source):
                lines[client.line.fileno()] = client
                poll.register(client.line.fileno(), select.EPOLLIN)
        while lines and (now := time.perf_counter()) < end + DRAIN:
            for number, _ in poll.poll(min(0.5, max(0.0, end + DRAIN - now))):
                client = lines[number]
                status = _receive(client)
                if status is None:
                    continue
                now = time.perf_counter()
                if status:
                    result.statuses[status] += 1
                    if status == OK and start <= now <= end:
                        result.counted += 1
                        result.waits.append(now - client.sent_at)
                        last = now
                else:
                    result.unanswered += 1
                if not status or now >= end or not _send(client, source):
                    poll.unregister(number)
                    lines.pop(number).line.close()
    finally:
        result.unanswered += len(lines)
        for client in lines.values():
            client.line.close()
        poll.close()
    result.seconds = max(0.0, last - start)
    return result


def _send(client: _Client, source: Iterator[bytes]) -> bool:
    request = next(source, None)
    if request is None:
        return False
    client.sent_at = time.perf_counter()
    client.line.sendall(request)
    return True


def _receive(client: _Client) -> int | None:
    """Take what came: the status of a whole answer, 0 when the line broke, None when more must come."""
    try:
        more = client.line.recv(65536)
    except OSError:
        more = b""
    if not more:
        return 0
    got = client.got = client.got + more if client.got else more
    head = got.find(_END)
    if head < 0:
        return None
    at = got[:head].lower().find(_LENGTH)
    if at < 0:
        return 0
    length = int(got[at + len(_LENGTH) : head].split(b"\r\n", 1)[0])
    if len(got) < head + len(_END) + length:
        return None
    client.got = b""
    return int(got[9:12])
