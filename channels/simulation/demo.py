"""`grievance demo`: a home of its own with made-up mines, a made-up year of complaints through the real doors, and a server.

A demo's home carries a marker file, `demo.json`, with its made-up logins. Nothing without that marker is ever
deleted or written to.
"""

import json
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from subprocess import SubprocessError
from threading import Thread
from time import sleep
from urllib.request import urlopen

import pyotp
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from channels import clock, install, server, wiring
from channels.proving import Beside
from channels.simulation import history
from channels.simulation.history import Login
from channels.simulation.traffic import Volume, midnight
from channels.simulation.world import make
from channels.sound import voicedrafts, voices
from grievance import keyring, upgrade
from grievance.errors import GrievanceError, Misconfigured
from grievance.moment import SEED, Moment
from grievance.settings import DEMO_MARKER, PREFIX, Settings
from grievance.store import Store
from grievance.vocabulary import Role
from reports.month import Month

HOME = "var/demo"
PASSWORD = "demo-only-password"  # noqa: S105  made up, printed, and worth nothing
LOGINS = (
    Login("rosa", Role.OFFICER, PASSWORD, "DEMOROSAAAAAAAAAAAAAAAAAAAAAAAAA", operator="qorimayu"),
    Login("julio", Role.OFFICER, PASSWORD, "DEMOJULIOAAAAAAAAAAAAAAAAAAAAAAA", operator="qorimayu"),
    Login("marisol", Role.OFFICER, PASSWORD, "DEMOMARISOLAAAAAAAAAAAAAAAAAAAAA", operator="illapa"),
    Login("edwin", Role.OFFICER, PASSWORD, "DEMOEDWINAAAAAAAAAAAAAAAAAAAAAAA", operator="illapa"),
    Login("focal", Role.FOCAL, PASSWORD, "DEMOFOCALAAAAAAAAAAAAAAAAAAAAAAA", passphrase="demo only passphrase"),  # noqa: S106
    Login("wayra", Role.RELAY, PASSWORD, "DEMOWAYRAAAAAAAAAAAAAAAAAAAAAAAA", door="radio-shared"),
    Login("reviewer-1", Role.REVIEWER, PASSWORD, "DEMOREVIEWERIAAAAAAAAAAAAAAAAAAA", passphrase="demo only passphrase"),  # noqa: S106
    Login("reviewer-2", Role.REVIEWER, PASSWORD, "DEMOREVIEWERIIAAAAAAAAAAAAAAAAAA", passphrase="demo only passphrase"),  # noqa: S106
)  # fmt: skip
"""Made-up people of the staff. Fixed, so that whoever shows the demo knows them; a real deployment has none of them."""
_OURS = (
    "grievance.db",
    "grievance.db-wal",
    "grievance.db-shm",
    "grievance.db.lock",
    "keys",
    "phones",
    voicedrafts.FOLDER,
    DEMO_MARKER,
)


class NotADemo(GrievanceError):
    """A home that is not a demo's is left alone."""


@dataclass(frozen=True, slots=True)
class Made:
    """What a finished demo is: how it was made, and the months it published."""

    months: int
    seed: int
    published: tuple[str, ...]


def run(*, port: int, months: int, seed: int, fresh: bool, serving: bool) -> None:
    """Make a demo or go on with the one that is there, say where it is and who may sign in, and serve it.

    Raises:
        NotADemo: the home belongs to somebody else, or `fresh` would delete what is no demo's.
    """
    os.environ.setdefault(f"{PREFIX}DEMO", "1")
    os.environ.setdefault(f"{PREFIX}HOME", HOME)
    os.environ.setdefault(f"{PREFIX}BASE_URL", f"http://127.0.0.1:{port}")
    settings = wiring.settings_of()
    if not settings.demo:
        raise Misconfigured(f"{PREFIX}DEMO says that this is no demo")
    console = Console(highlight=False)
    with server.one_server(settings):
        made = None if fresh else finished(settings)
        if made is None:
            clear(settings)
            mark(settings, Made(months, seed, ()), done=False)
        else:
            bring_up(settings)
        with _drafted_meanwhile():
            made = made or build(settings, months=months, seed=seed, console=console)
        say(settings, made, console)
        if serving:
            Thread(target=_say_when_it_answers, args=(port,), daemon=True).start()
            server.run_server(settings, host="127.0.0.1", port=port)


@contextmanager
def _drafted_meanwhile() -> Iterator[None]:
    """Let a machine speak its drafts meanwhile, in a process of its own: as a thread it held up the year by a tenth."""
    machine = get_context("spawn").Process(target=_draft, name="drafts", daemon=True)
    machine.start()
    yield
    machine.join()


def _draft() -> None:
    settings = wiring.settings_of()
    with suppress(SubprocessError, OSError):  # a demo without a voice is a demo all the same
        voices.make_drafts(settings, wiring.mechanism_of(settings))


def _say_when_it_answers(port: int) -> None:
    """Print the line that scripts wait for, not before a page can be had."""
    url = f"http://127.0.0.1:{port}"
    while True:
        with suppress(OSError), urlopen(f"{url}/healthz", timeout=5):  # noqa: S310  ourselves
            break
        sleep(0.1)
    print(f"ready: {url}", flush=True)  # noqa: T201


def finished(settings: Settings) -> Made | None:
    """Read what the home's marker says, if a demo was finished there."""
    file = settings.home / DEMO_MARKER
    if not file.exists():
        return None
    held = json.loads(file.read_text(encoding="utf-8"))
    return Made(held["months"], held["seed"], tuple(held["published"])) if held.get("finished") else None


def bring_up(settings: Settings) -> None:
    """Give a demo that an earlier version made the tables that came since."""
    store = Store(settings.database_url)
    upgrade.to_head(store)
    store.close()


def clear(settings: Settings) -> None:
    """Take away an earlier demo of this home, and nothing else.

    Raises:
        NotADemo: there is something here that no demo made.
    """
    home = settings.home
    if not (home / DEMO_MARKER).exists():
        theirs = [name for name in _OURS if (home / name).exists()]
        if theirs or (settings.keys_dir.exists() and any(settings.keys_dir.iterdir())):
            raise NotADemo(
                f"{home} holds {theirs[0] if theirs else 'keys'} and is no demo's home: give {PREFIX}HOME another folder"
            )
        return
    if not settings.database_url.startswith("sqlite"):
        raise NotADemo("this demo's database is not in its home: empty it yourself, and delete the home")
    if settings.keys_dir != home / "keys":
        raise NotADemo(f"this demo's keys are not in its home: delete {settings.keys_dir} yourself")
    for name in _OURS:
        path = home / name
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


def build(
    settings: Settings, *, months: int, seed: int, volume: Volume | None = None, console: Console | None = None,
    until: datetime | None = None,
) -> Made:  # fmt: skip
    """Install a demo and let its past go by; `volume` is how much happens in a month."""
    until = until or clock.now()
    start = midnight(history.beginning(until, months).first_day) + timedelta(hours=6)
    mark(settings, Made(months, seed, ()), done=False)
    install_only(settings, start=start, until=until)
    return _go_by(
        settings, Made(months, seed, ()), since=start, until=until, volume=volume or Volume(), console=console
    )


def go_on(
    settings: Settings, made: Made, *, since: datetime, until: datetime, seed: int, volume: Volume,
    console: Console | None = None,
) -> Made:  # fmt: skip
    """Let time go by in a demo that is there, from where its record ends."""
    before = Made(made.months, seed, made.published)
    return _go_by(settings, before, since=since, until=until, volume=volume, console=console)


def _go_by(
    settings: Settings,
    made: Made,
    *,
    since: datetime,
    until: datetime,
    volume: Volume,
    console: Console | None,
) -> Made:
    world = make(settings, seed=made.seed, start=since, until=until)
    first = Month.of(since.date())
    world.ahead = Beside(settings, patient=True)
    try:
        history.hire(world, LOGINS)
        with _bar(console or Console(quiet=True)) as bar:
            task = bar.add_task("time goes by", total=1.0, cases=0)

            def show(share: float) -> None:
                bar.update(task, completed=share, cases=world.began)

            published = history.go_by(world, first=first, volume=volume, done=show)
    finally:
        world.ahead.close()
        world.house.store.close()
    whole = Made(made.months, made.seed, (*made.published, *published))
    mark(settings, whole, done=True)
    return whole


def mark(settings: Settings, made: Made, *, done: bool) -> None:
    """Write the marker: this home is a demo's, and these are its made-up logins."""
    logins = [asdict(one) | {"role": str(one.role)} for one in LOGINS]
    held = {
        "note": "DEMO: made up, worth nothing, never use elsewhere",
        "finished": done,
        "logins": logins,
        **asdict(made),
    }
    settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = settings.home / DEMO_MARKER
    file.write_text(json.dumps(held, indent=2, ensure_ascii=False), encoding="utf-8")
    file.chmod(0o600)


def say(settings: Settings, made: Made, console: Console) -> None:
    """Print where everything is and who may sign in."""
    pages = ["/", "/complain", "/follow", "/phone", "/desk", "/review", "/radio", "/promises", "/requests"]
    pages += [f"/reports/{made.published[-1]}"] if made.published else ["/reports"]
    console.print(
        f"\nA demonstration in {settings.home}. Everybody and everything in it is made up.", style="bold"
    )
    for page in pages:
        console.print(f"  {settings.base_url}{page}")
    console.print("\nLogins of this DEMO (never use them elsewhere):", style="bold")
    now = clock.now()
    for one in LOGINS:
        code = pyotp.TOTP(one.secret).at(now)
        who = f"{one.role}{f' of {one.operator}' if one.operator else ''}"
        console.print(
            f"  DEMO /{one.face}: {one.login} ({who})  password {one.password}  TOTP secret {one.secret}  code now {code}",
            soft_wrap=True,
        )
        if one.passphrase:
            console.print(f"       review passphrase: {one.passphrase}")
    numbers = ", ".join(
        f"{c.number} ({c.operator})" for c in wiring.mechanism_of(settings).channels if c.kind == "sms"
    )
    console.print(f"\nNumbers to write to from /phone: {numbers}", soft_wrap=True)
    if made.published:
        here = Path.cwd()
        home = settings.home.relative_to(here) if settings.home.is_relative_to(here) else settings.home
        told = f"{PREFIX}HOME={home} .venv/bin/grievance verify-release {made.published[-1]}"
        console.print(f"To count a month again from its entries: {told}", soft_wrap=True)
    sys.stdout.flush()


def install_only(settings: Settings, *, start: datetime | None = None, until: datetime | None = None) -> None:
    """Write keys and schema of a demo in which nothing has happened yet."""
    until = until or clock.now()
    start = start or until
    rules = wiring.mechanism_of(settings)
    processes = ("web", "worker", "review", "clock", *(f"desk:{o.key}" for o in rules.operators))
    folders = {process: [settings.keys_dir] for process in processes}
    passphrases = {one.login: one.passphrase for one in LOGINS if one.passphrase}
    years = range(start.year - 1, until.year + 2)
    install.write_keys(
        folders, mechanism=rules, reviewers=passphrases, log_n=settings.scrypt_log_n, years=years
    )
    ring = keyring.load(settings.keys_dir, processes=wiring.EMBEDDED)
    store = Store(settings.database_url)
    install.prepare(store, ring=ring, mechanism=rules, at=Moment(start, os.urandom(SEED)))
    store.close()


def _bar(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f}%  {task.fields[cases]} cases"),
        TimeElapsedColumn(), console=console,
    )  # fmt: skip
