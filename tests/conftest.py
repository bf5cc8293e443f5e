"""What every test may ask for: both databases, a real Valkey, the rules, the keys. All of them are real."""

import gc
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import nullcontext
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from redis import Redis

from grievance import keyring, mechanism, upgrade
from grievance.keyring import Ring
from grievance.moment import Moment
from grievance.store import Store
from tests import cheap, factories, kept, measured, servers
from workflows.rulebook import Rulebook

settings.register_profile(
    "ci",
    derandomize=True,
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.register_profile(
    "deep",
    deadline=None,
    max_examples=1000,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
kept.keep()
cheap.passwords()
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))

DATABASES = ("sqlite", "postgres")
TESTS = Path(__file__).parent
LONG = ("screens/", "faults/", "privacy/", "peers/", "journeys/", "promises/", "reports/", "channels/web/")
"""Folders of browsers, of processes that are killed, of whole journeys: what a module of them lasts, counts in minutes."""


GARBAGE = (2000, 20, 20)
"""Of what is made anew, how much before it is looked through: all of it each few seconds costs a twelfth of all the time."""


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[servers.Postgres]:
    """One PostgreSQL for the run."""
    with servers.postgres() as running:
        yield running


@pytest.fixture(scope="session")
def postgres_template(postgres_server: servers.Postgres) -> str:
    """Name a database with every migration run, from which the others are copied."""
    name = postgres_server.create()
    store = Store(postgres_server.url(name))
    upgrade.to_head(store)
    store.close()
    return name


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a file with every migration run, from which the others are copied."""
    file = tmp_path_factory.mktemp("template") / "grievance.db"
    store = Store(f"sqlite:///{file}")
    upgrade.to_head(store)
    store.close()
    return file


@pytest.fixture
def demo_home(sqlite_template: Path, tmp_path: Path) -> Path:
    """Make the home of a demo that is yet to be installed: its database has every migration."""
    shutil.copyfile(sqlite_template, tmp_path / "grievance.db")
    return tmp_path


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give the address of a fresh database with every migration: once on SQLite, once on PostgreSQL."""
    if request.param == "sqlite":
        file = tmp_path / "grievance.db"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), file)
        yield f"sqlite:///{file}"
        return
    server: servers.Postgres = request.getfixturevalue("postgres_server")
    name = server.create(template=request.getfixturevalue("postgres_template"))
    yield server.url(name)
    server.drop(name)


@pytest.fixture(params=DATABASES)
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give the address of a database that no migration has seen."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    server: servers.Postgres = request.getfixturevalue("postgres_server")
    name = server.create()
    yield server.url(name)
    server.drop(name)


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """Open a fresh store on both databases."""
    opened = Store(database_url)
    yield opened
    opened.close()


@pytest.fixture
def sqlite_store(sqlite_template: Path, tmp_path: Path) -> Iterator[Store]:
    """Open a fresh store on SQLite only, for what concerns only its writer."""
    file = tmp_path / "alone.db"
    shutil.copyfile(sqlite_template, file)
    opened = Store(f"sqlite:///{file}")
    yield opened
    opened.close()


@pytest.fixture
def postgres_store(postgres_server: servers.Postgres, postgres_template: str) -> Iterator[Store]:
    """Open a fresh store on PostgreSQL only, for what concerns only its isolation."""
    name = postgres_server.create(template=postgres_template)
    opened = Store(postgres_server.url(name))
    yield opened
    opened.close()
    postgres_server.drop(name)


@pytest.fixture(scope="session")
def rules() -> Rulebook:
    """Give the rules of the example mechanism."""
    return Rulebook(current=mechanism.example())


@pytest.fixture
def moment() -> Callable[..., Moment]:
    """Give moments: `moment()` is noon of a working day, `moment(now=...)` any other."""

    def make(*, now: datetime = factories.NOON) -> Moment:
        return factories.moment(now=now)

    return make


@pytest.fixture(scope="session")
def key_folders(tmp_path_factory: pytest.TempPathFactory, rules: Rulebook) -> Mapping[str, Path]:
    """Write one deployment's keys: `web`, `worker`, `review`, `clock`, `desk:<operator>`, and `all`.

    Tests share them and change none; whoever needs a spoilt folder writes one with `factories.write_keys`.
    """
    return factories.write_keys(tmp_path_factory.mktemp("keys"), rules.current)


@pytest.fixture(scope="session")
def ring(key_folders: Mapping[str, Path]) -> Ring:
    """Give the whole ring of an embedded deployment: narrow it with `ring.face("desk")`."""
    return keyring.load(key_folders["all"], processes=("web", "worker", "desk", "review", "admin"))


@pytest.fixture(scope="session")
def valkey_url() -> Iterator[str]:
    """One Valkey for the run."""
    with servers.valkey() as url:
        yield url


@pytest.fixture
def redis_url(valkey_url: str) -> str:
    """Give the address of a real, empty Valkey."""
    with Redis.from_url(valkey_url) as client:
        client.flushall()
    return valkey_url


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Nothing of what is collected goes before the end: neither now nor later need it be looked through."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.set_threshold(*GARBAGE)
        gc.enable()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the long ones, or one of them runs alone at the end: as they are shuffled, kind by kind."""
    items.sort(key=lambda item: not item.path.relative_to(TESTS).as_posix().startswith(LONG))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """What was watched on SQLite runs unwatched on PostgreSQL, and so do whole journeys."""
    with measured.paused() if measured.unwatched(item) else nullcontext():
        return (yield)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Note which real servers a test stands on."""
    fixtures = getattr(item, "fixturenames", ())
    params: Mapping[str, object] = getattr(getattr(item, "callspec", None), "params", {})
    chosen = (params.get("database_url"), params.get("empty_database_url"))
    if (
        "postgres" in chosen
        or "postgres_store" in fixtures
        or (not any(chosen) and "postgres_server" in fixtures)
    ):
        item.user_properties.append(("runs_on", "PostgreSQL"))
    if "valkey_url" in fixtures:
        item.user_properties.append(("runs_on", "Valkey"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """In CI a test that needs Chromium or a gateway of Debian's must run: there its skip is a failure."""
    report: pytest.TestReport = yield  # type: ignore[assignment]
    if (
        report.skipped
        and not hasattr(report, "wasxfail")
        and os.environ.get("CI")
        and any(map(item.get_closest_marker, ("chromium", "peers")))
    ):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped in CI, where it must run: {report.longrepr}"
    return report  # type: ignore[return-value]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many tests stood on real servers."""
    ran = [
        name
        for outcome in ("passed", "failed")
        for report in terminalreporter.stats.get(outcome, [])
        if getattr(report, "when", "") == "call"
        for key, name in report.user_properties
        if key == "runs_on"
    ]
    for server in ("PostgreSQL", "Valkey"):
        terminalreporter.write_line(f"{ran.count(server)} tests ran on a real {server}")
