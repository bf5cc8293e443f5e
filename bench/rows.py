"""The rows of the table: what each measures, and the budget of the design it is held against."""

import http.client
import os
import re
import statistics
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

from bench import load, messages, postgres, servers, standin
from bench.load import Result
from bench.servers import Deployment, NotMeasured, Running
from channels.gateway import Inbound
from channels.incoming import intake
from grievance import claves

CLIENTS = (1, 32)
MANY = 32
WARM = 64
FASTEST = 5000
"""Messages a second that are built beforehand; a faster server ends its measurement early."""
EXTRA_MS = 2.0
STARTS = 5
AT_ONCE = 8
FEW = 200
"""Below so many answers a rate is a guess, and its row says so."""
_CLAVE = re.compile(r"(?<!\d)\d{4}([ -]?)\d{4}\1\d{4}\1\d{4}(?!\d)")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; `met` is None where the design has no budget, or nothing was measured."""

    what: str
    value: str
    budget: str = ""
    met: bool | None = None


@dataclass
class Run:
    """How long to measure, where to keep what is made, and what must be said loudly."""

    folder: Path
    seconds: float
    rounds: int
    loud: list[str] = field(default_factory=list)
    figures: dict[str, float] = field(default_factory=dict)
    _next: int = 0

    def take(self, count: int) -> int:
        """Reserve numbers of messages, so that no two measurements send the same."""
        first, self._next = self._next, self._next + count
        return first


@dataclass
class _Target:
    """A server under load, and what came of it with each number of clients."""

    server: Running
    path: str = messages.SMS
    stores: Deployment | None = None
    results: dict[int, Result] = field(default_factory=dict)

    def measure(self, run: Run, *, clients: int) -> None:
        seconds = run.seconds / run.rounds
        again = self.path != messages.SMS
        count = 1000 if again else int(seconds * 1.2 * FASTEST) + clients
        port, group = self.server.port, self.server.group
        if not self.results:  # what is loaded with the first message is not a message's
            first = messages.build(port, first=run.take(WARM), count=WARM, path=self.path)
            self.results[0] = load.run(port, first, clients=WARM // 4, seconds=run.seconds)
        requests = messages.build(port, first=run.take(count), count=count, path=self.path)
        before = servers.processor(group)
        result = load.run(port, requests, clients=clients, seconds=seconds, again=again)
        result.computed = servers.processor(group) - before
        self.results[clients] = self.results.get(clients, Result()) + result


def intake_rows(run: Run) -> Iterator[Row]:
    """Intake on SQLite beside F and beside the same route without its store, all servers up, taking turns."""
    with ExitStack() as stack:
        plain = servers.deploy(run.folder / "plain")
        floor = _Target(stack.enter_context(servers.serve_less("floor", plain)), servers.FORM)
        real = _Target(stack.enter_context(servers.serve(plain)), stores=plain)
        no_store = _Target(stack.enter_context(servers.serve_less("no_store", plain)))
        no_database = _Target(stack.enter_context(servers.serve_less("no_database", plain)))
        slow, why = _slow(run, stack)
        for _ in range(run.rounds):
            for clients in CLIENTS:
                for target in (floor, real, *([slow] if slow else [])):
                    target.measure(run, clients=clients)
            for target in (no_store, no_database):
                target.measure(run, clients=MANY)
        _check(run, "intake", real)
        if slow:
            _check(run, "intake on a slow disk", slow)
    yield from _beside_floor(run, floor, real)
    yield from _without(real, no_store, no_database)
    yield from _on_slow_disk(run, real, slow, why)


def _slow(run: Run, stack: ExitStack) -> tuple[_Target | None, str]:
    try:
        shim = servers.slow_disk(run.folder, ms=EXTRA_MS)
    except NotMeasured as cause:
        return None, str(cause)
    deployment = servers.deploy(run.folder / "slow")
    served = stack.enter_context(servers.serve(deployment, preload=shim))
    return _Target(served, stores=deployment), ""


def _beside_floor(run: Run, floor: _Target, real: _Target) -> Iterator[Row]:
    for clients in CLIENTS:
        f, r = floor.results[clients], real.results[clients]
        run.figures[f"F{clients}"], run.figures[f"intake{clients}"] = f.rate, r.rate
        yield Row(f"F, {_clients(clients)}", _speed(f))
        yield Row(f"intake, SQLite, {_clients(clients)}", _speed(r))
        share = _ratio(r.rate, f.rate)
        if clients == MANY:
            yield Row(
                f"  ratio to F, {_clients(clients)}", f"{share:.3f}", ">= 0.12 (stretch 0.20)", share >= 0.12
            )
            worse = _ratio(r.quantile(0.99), f.quantile(0.99))
            yield Row("  p99 as ratio to F's p99", f"{worse:.2f}", "<= 2", worse <= 2)
            run.figures["intake_ms"] = r.cost
            yield Row("  processor a message, beside F's", _cost(r, f))
        else:
            yield Row(f"  ratio to F, {_clients(clients)}", f"{share:.3f}")


def _without(real: _Target, no_store: _Target, no_database: _Target) -> Iterator[Row]:
    rate = real.results[MANY].rate
    for name, target, budget in (
        ("the route, signature and seals, no transaction", no_store, 0.55),
        ("the route and its transaction's work, no database", no_database, None),
    ):
        result = target.results[MANY]
        share = _ratio(rate, result.rate)
        yield Row(f"{name}, {_clients(MANY)}", _speed(result))
        yield Row("  processor a message", _cost(result))
        yield Row(
            "  intake as ratio to it",
            f"{share:.2f}",
            f">= {budget}" if budget else "",
            share >= budget if budget else None,
        )


def _on_slow_disk(run: Run, real: _Target, slow: _Target | None, why: str) -> Iterator[Row]:
    for clients in CLIENTS:
        what = f"intake, +{EXTRA_MS:g} ms a sync, {_clients(clients)}"
        if slow is None:
            yield Row(what, f"not measured: {why}", ">= 0.75 of the rate without" if clients == MANY else "")
            continue
        result = slow.results[clients]
        share = _ratio(result.rate, real.results[clients].rate)
        run.figures[f"slow{clients}"] = result.rate
        yield Row(what, _speed(result))
        if clients == MANY:
            yield Row("  ratio to the rate without", f"{share:.2f}", ">= 0.75", share >= 0.75)
        else:
            yield Row("  ratio to the rate without", f"{share:.2f}")


def postgres_rows(run: Run) -> Iterator[Row]:
    """Intake on a real PostgreSQL that syncs, beside F and beside SQLite in the same minutes."""
    with ExitStack() as stack:
        url = stack.enter_context(postgres.running())
        other, plain = (
            servers.deploy(run.folder / "pg", database_url=url),
            servers.deploy(run.folder / "lite"),
        )
        floor = _Target(stack.enter_context(servers.serve_less("floor", plain)), servers.FORM)
        lite = _Target(stack.enter_context(servers.serve(plain)), stores=plain)
        real = _Target(stack.enter_context(servers.serve(other)), stores=other)
        for _ in range(run.rounds):
            for target in (floor, lite, real):
                target.measure(run, clients=MANY)
        _check(run, "intake on PostgreSQL", real)
    f, s, r = (target.results[MANY] for target in (floor, lite, real))
    yield Row(f"intake, PostgreSQL, {_clients(MANY)}", _speed(r))
    yield Row("  ratio to F", f"{_ratio(r.rate, f.rate):.3f}", ">= 0.10", _ratio(r.rate, f.rate) >= 0.10)
    yield Row("  processor a message, the database's apart, beside F's", _cost(r, f))
    yield Row("  ratio to SQLite", f"{_ratio(r.rate, s.rate):.2f}", ">= 0.6", _ratio(r.rate, s.rate) >= 0.6)


def receipt_rows(run: Run) -> Iterator[Row]:
    """Receipts by the process that sends, against a provider that answers at once; then their claves at `/follow`."""
    deployment = servers.deploy(run.folder / "receipts")
    stretch = _time_of_scrypt(deployment)
    cores = os.cpu_count() or 1
    bound = cores / stretch
    owed = max(AT_ONCE * 4, int(run.seconds * bound))
    _take_in(run, deployment, owed)
    port = servers.free_port()
    with standin.running() as provider:
        env = deployment.at(
            port, TWILIO_API_BASE=provider.url, KEYS_DIR=str(deployment.home / "keys" / "worker")
        )
        with servers.run([*servers.COMMAND, "worker"], env=env) as worker:
            until = time.perf_counter() + 30 + 6 * run.seconds
            while len(provider.at) < owed and time.perf_counter() < until and worker.poll() is None:
                time.sleep(0.02)
    sent = len(provider.at)
    yield Row(
        "one scrypt of this deployment", f"{stretch * 1000:.0f} ms, so at most {bound:.1f}/s on {cores} cores"
    )
    if sent != owed:
        run.loud.append(f"receipts: {owed} owed, {sent} sent")
    if sent < 2:
        yield Row("receipts made and sent", "not measured: none was sent", ">= 0.8 of the bound")
        return
    rate = (sent - 1) / (provider.at[-1] - provider.at[0])
    yield Row("receipts made and sent, one worker", f"{rate:.1f}/s ({sent})")
    yield Row("  ratio to cores / one scrypt", f"{rate / bound:.2f}", ">= 0.8", rate / bound >= 0.8)
    run.figures |= {"receipts": rate, "scrypt_ms": stretch * 1000}
    yield from _follow_rows(deployment, provider.texts, stretch=stretch, cores=cores)


def _follow_rows(deployment: Deployment, texts: list[str], *, stretch: float, cores: int) -> Iterator[Row]:
    found = [match.group() for match in map(_CLAVE.search, texts) if match]
    batches = [found[i : i + AT_ONCE] for i in range(0, min(len(found), AT_ONCE * 4), AT_ONCE)]
    took = []
    with servers.serve(deployment) as served, ThreadPoolExecutor(AT_ONCE) as pool:
        for batch in (b for b in batches if len(b) == AT_ONCE):
            began = time.perf_counter()
            opened = list(pool.map(lambda clave: _opens(served.port, clave), batch))
            took.append(time.perf_counter() - began)
            if not all(opened):
                yield Row(
                    "claves opened at /follow",
                    f"not measured: {opened.count(False)} of {AT_ONCE} did not open",
                )
                return
    if len(took) < 2:
        yield Row("claves opened at /follow", "not measured: no clave was sent")
        return
    usual = statistics.median(took[1:])  # during the first its pages are still being compiled
    worse = usual / (AT_ONCE / cores * stretch)
    yield Row(
        f"claves opened at /follow, {AT_ONCE} at once",
        f"{usual * 1000:.0f} ms, {worse:.2f} of {AT_ONCE}/cores scrypts", "<= 1.5", worse <= 1.5,
    )  # fmt: skip


def start_rows(run: Run) -> Iterator[Row]:
    """From the command to the first 200 of one embedded process on a deployment that exists."""
    deployment = servers.deploy(run.folder / "start", split=False)
    took = []
    for _ in range(STARTS):
        with servers.serve(deployment, workers=1) as served:
            took.append(served.seconds)
    best, middle = min(took), statistics.median(took)
    run.figures["start"] = middle
    yield Row(
        "start to first 200, embedded",
        f"{middle:.2f} s (best {best:.2f} of {STARTS})",
        "<= 0.5 s",
        middle <= 0.5,
    )


def memory_rows(run: Run) -> Iterator[Row]:
    """What an embedded server holds once it has served a page, and once each worker has taken messages in."""
    for workers, budget in ((1, 85), (2, 150)):
        who = f"embedded, {workers} worker{'s' if workers > 1 else ''}, all its processes"
        deployment = servers.deploy(run.folder / f"memory{workers}", split=False)
        with servers.serve(deployment, workers=workers) as served:
            _page(served.port, "/")
            time.sleep(1.0)
            idle = servers.memory(served.group)
            count = 8 * workers
            posts = messages.build(served.port, first=run.take(count), count=count)
            load.run(served.port, posts, clients=4 * workers, seconds=5)
            time.sleep(1.0)
            busy = servers.memory(served.group)
        run.figures[f"rss{workers}"] = idle.resident
        # What several processes share is there once: of one worker all is held against the budget, of two what they take.
        kind, held = ("resident", idle.resident) if workers == 1 else ("proportional", idle.proportional)
        yield Row(f"memory idle, {who}", _held(idle), f"<= {budget} MiB {kind}", held <= budget)
        yield Row("  after messages, while their receipts are made", _held(busy))


def _take_in(run: Run, deployment: Deployment, count: int) -> None:
    house = servers.house_of(deployment)
    first = run.take(count)

    def one(number: int) -> None:
        intake.take_in(
            house,
            Inbound(
                gateway="twilio", sender=f"+5198{number % 10**7:07d}", recipient=messages.NUMBER, text=messages.WORDS,
                ref=f"SM{number:032x}", received_at=datetime.now(UTC),
            ),
        )  # fmt: skip

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(one, range(first, first + count)))
    house.store.close()


def _time_of_scrypt(deployment: Deployment) -> float:
    scheme, took = servers.house_of(deployment).schemes()[0], []
    for _ in range(5):
        began = time.perf_counter()
        claves.derive("0" * 16, scheme=scheme, pepper=b"0" * 32)
        took.append(time.perf_counter() - began)
    return min(took)


def _check(run: Run, name: str, target: _Target) -> None:
    """Compare what was answered with what is stored: every 200 is a row and a case, and nothing is there twice."""
    if target.stores is None:
        return
    total = sum(target.results.values(), Result())
    rows, cases = servers.count(target.stores, "inbox", "cases")
    most = total.ok + total.unanswered
    if not total.ok <= rows <= most or cases != rows:
        run.loud.append(
            f"{name}: {total.ok} answered 200, {total.unanswered} not answered; {rows} messages, {cases} cases"
        )
    others = {status: n for status, n in sorted(total.statuses.items()) if status != load.OK}
    if others or total.unanswered:
        run.loud.append(f"{name}: answers other than 200: {others}, not answered: {total.unanswered}")


def _opens(port: int, clave: str) -> bool:
    line = http.client.HTTPConnection(load.HOST, port, timeout=60)
    try:
        body = urlencode({"clave": clave})
        line.request("POST", "/follow", body, {"Content-Type": "application/x-www-form-urlencoded"})
        answer = line.getresponse()
        return b'name="token"' in answer.read() and answer.status == load.OK
    finally:
        line.close()


def _page(port: int, path: str) -> None:
    line = http.client.HTTPConnection(load.HOST, port, timeout=10)
    try:
        line.request("GET", path)
        line.getresponse().read()
    finally:
        line.close()


def _speed(result: Result) -> str:
    few = f" (only {result.counted})" if result.counted < FEW else ""
    return f"{result.rate:,.0f}/s, p50 {result.quantile(0.5):.1f} ms, p99 {result.quantile(0.99):.1f} ms{few}"


def _held(memory: servers.Memory) -> str:
    return f"{memory.resident:.0f} MiB resident, {memory.proportional:.0f} proportional"


def _cost(result: Result, beside: Result | None = None) -> str:
    return f"{result.cost:.2f} ms" + (f", F {beside.cost:.2f} ms" if beside else "")


def _clients(count: int) -> str:
    return "1 client" if count == 1 else f"{count} clients"


def _ratio(one: float, other: float) -> float:
    return one / other if other else float("nan")
