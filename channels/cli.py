"""The one command, `grievance`: install, serve, send, keep the clock, publish, check."""

import fcntl
import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from channels import clock, install, jobs, wiring
from channels.house import House
from grievance import keyring, mechanism, upgrade
from grievance.errors import GrievanceError
from grievance.settings import Settings

FAILED, USAGE = 1, 2


class _Commands(click.Group):
    """Says what is wrong in one line, without a traceback: 1 for a failed check, 2 for a wrong call."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except GrievanceError as cause:
            click.echo(f"grievance: {cause}", err=True)
            ctx.exit(FAILED)


@click.group(cls=_Commands)
def main() -> None:
    """A grievance mechanism for communities around mines (UNGP 31)."""


@main.command()
@click.option("--reviewer", multiple=True, metavar="LOGIN", help="A reviewer who gets the review key; give two or more.")
@click.option("--split", type=click.Path(path_type=Path), help="Write one key folder per process under this folder.")
def init(reviewer: tuple[str, ...], split: Path | None) -> None:
    """Write keys, an example mechanism to adapt, and the schema."""
    settings = wiring.settings_of()
    settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    own = settings.home / "mechanism.toml"
    if settings.mechanism is None and not own.exists() and not settings.demo:
        own.write_text((Path(mechanism.__file__).parent / "example_mechanism.toml").read_text(encoding="utf-8"), encoding="utf-8")
        click.echo(f"wrote {own}: adapt it to your sites before you open the doors")
    rules = wiring.mechanism_of(settings)
    names = reviewer or ("reviewer-1", "reviewer-2")
    passphrases = {name: _passphrase(name) for name in names}
    folders = _folders(settings, rules, split)
    install.write_keys(folders, mechanism=rules, reviewers=passphrases, log_n=settings.scrypt_log_n,
                       years=install.years_around(clock.now()))  # fmt: skip
    where = split / "web" if split else settings.keys_dir
    ring = keyring.load(where, processes=("web",) if split else wiring.EMBEDDED)
    house = House(settings=settings, store=wiring.Store(settings.database_url), ring=ring, rules=wiring.install.Rulebook(current=rules))
    install.prepare(house.store, ring=ring, mechanism=rules, at=house.moment())
    house.store.close()
    click.echo(f"keys in {split or settings.keys_dir}, database ready")


def _passphrase(name: str) -> str:
    given = os.environ.get("REVIEWER_PASSPHRASE")
    return given or str(click.prompt(f"Passphrase of {name}", hide_input=True, confirmation_prompt=True))


def _folders(settings: Settings, rules: mechanism.Mechanism, split: Path | None) -> dict[str, list[Path]]:
    desks = [f"desk:{o.key}" for o in rules.operators]
    if split is None:
        return dict.fromkeys(("web", "worker", "review", "clock", *desks), [settings.keys_dir])
    return {name: [split / name.replace(":", "-")] for name in ("web", "worker", "review", "clock", *desks)}


@main.command()
@click.option("--port", default=8000, show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--workers", default=1, show_default=True)
def serve(port: int, host: str, workers: int) -> None:
    """Serve the faces of this process; with all of them and no Redis, also send and keep the clock."""
    settings = wiring.settings_of()
    with _one_server(settings):
        run_server(settings, host=host, port=port, workers=workers)


def run_server(settings: Settings, *, host: str, port: int, workers: int = 1) -> None:
    """Run granian until it is told to stop."""
    from granian import Granian  # type: ignore[attr-defined]  # noqa: PLC0415  only the process that serves needs it
    from granian.constants import Interfaces  # noqa: PLC0415

    embedded = settings.redis_url is None and {"intake", "desk", "review"} <= set(settings.faces)
    os.environ["SERVE_EMBEDDED"] = "1" if embedded else "0"
    Granian(
        "channels.serving:app", address=host, port=port, interface=Interfaces.WSGI, workers=workers, blocking_threads=16,
        factory=True, log_access=False, log_enabled=False, backpressure=64,
    ).serve()  # fmt: skip


@contextmanager
def _one_server(settings: Settings) -> Iterator[None]:
    """One embedded server a home: a second one would send everything twice as often."""
    if not settings.database_url.startswith("sqlite"):
        yield
        return
    settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (settings.home / "serve.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise GrievanceError(f"another server already runs on {settings.home}") from None
        yield


@main.command()
def worker() -> None:
    """Send what is owed, until stopped."""
    settings = wiring.settings_of()
    wiring.log_to_stderr(settings.log)
    jobs.work(wiring.house_of(settings, processes=("worker",)))


@main.command("clock")
@click.option("--every", default=30.0, show_default=True, help="Seconds between rounds.")
@click.option("--once", is_flag=True, help="One round, then stop.")
def clock_command(every: float, once: bool) -> None:  # noqa: FBT001  click hands flags over so
    """Keep the clock: missed dates, escalations, what waited for the batch, rollups."""
    settings = wiring.settings_of()
    wiring.log_to_stderr(settings.log)
    house = wiring.house_of(settings, processes=("clock",))
    while True:
        wiring.run_rounds(house)
        if once:
            return
        time.sleep(every)


@main.command()
@click.option("--json", "as_json", is_flag=True)
def check(as_json: bool) -> None:  # noqa: FBT001  click hands flags over so
    """Check settings, keys, schema and mechanism; say of each promise what it is worth here."""
    from workflows.promises import judge  # noqa: PLC0415  kept beside its one use

    settings = wiring.settings_of()
    rules = wiring.mechanism_of(settings)
    store = wiring.Store(settings.database_url)
    found: list[tuple[str, bool, str]] = [("schema at head", upgrade.at_head(store), "run `grievance init`")]
    processes = wiring.EMBEDDED if settings.redis_url is None else tuple(settings.processes)
    ring = keyring.load(settings.keys_dir, processes=processes)
    install.check_fingerprints(store, ring)
    found.append(("keys are the recorded ones", True, ""))
    found += [(warning, False, "see mechanism.toml") for warning in mechanism.check(rules)]
    promises = [(v.number, str(v.title), v.verdict, str(v.why)) for v in judge(settings, rules, gateways=tuple(sorted(wiring.sms.build(settings, ring))))]
    if as_json:
        click.echo(json.dumps({"checks": found, "promises": promises}, ensure_ascii=False))
    else:
        for what, good, fix in found:
            click.echo(f"{'ok ' if good else 'no '} {what}{'' if good else f'  ({fix})'}")
        for number, title, verdict, why in promises:
            click.echo(f"{number:>2}. {title}: {verdict.replace('_', ' ')}. {why}")
        click.echo("Who owns the provider's account? If it is the company, it can read every number and text there.")
    store.close()
    if not all(good for what, good, _ in found if what in ("schema at head", "keys are the recorded ones")):
        sys.exit(FAILED)


@main.group()
def staff() -> None:
    """Accounts of officers, focal points and reviewers."""


@staff.command("add")
@click.argument("login")
@click.option("--role", type=click.Choice(["officer", "focal", "reviewer"]), required=True)
@click.option("--operator", default=None)
@click.option("--site", "sites", multiple=True)
def staff_add(login: str, role: str, operator: str | None, sites: tuple[str, ...]) -> None:
    """Add an account; asks for its password, prints the second factor's secret once."""
    from channels import staffing  # noqa: PLC0415  argon2 is not needed to serve

    settings = wiring.settings_of()
    face = "desk" if role == "officer" else "review"
    house = wiring.house_of(settings, processes=wiring.EMBEDDED if settings.redis_url is None else (face, "admin"))
    password = os.environ.get("STAFF_PASSWORD") or click.prompt("Password", hide_input=True, confirmation_prompt=True)
    given = staffing.add(house.store, house.ring, login=login, role=role, face=face, operator=operator,
                         sites=sites or tuple(s.key for s in house.rules.current.sites_of(operator)) if operator else sites,
                         password=password, moment=house.moment())  # fmt: skip
    click.echo(f"{login}: second factor {given.secret}\n{given.uri}")
    house.store.close()


@staff.command("list")
def staff_list() -> None:
    """List accounts."""
    from channels import staffing  # noqa: PLC0415

    store = wiring.Store(wiring.settings_of().database_url)
    for account in staffing.accounts(store):
        click.echo(f"{account}")
    store.close()


@staff.command("disable")
@click.argument("login")
def staff_disable(login: str) -> None:
    """Disable an account; its sessions end."""
    from channels import staffing  # noqa: PLC0415

    store = wiring.Store(wiring.settings_of().database_url)
    staffing.disable(store, login=login)
    store.close()


@main.command()
@click.argument("month")
@click.option("--out", type=click.Path(path_type=Path))
@click.option("--draft", is_flag=True)
def release(month: str, out: Path | None, draft: bool) -> None:  # noqa: FBT001  click hands flags over so
    """Publish a month (YYYY-MM)."""
    from reports import release as releases  # noqa: PLC0415

    settings = wiring.settings_of()
    store = wiring.Store(settings.database_url)
    house = House(settings=settings, store=store, ring=keyring.Ring(frozenset(), {}, {}), rules=install.rulebook(store, wiring.mechanism_of(settings)))
    click.echo(releases.run(store, house.rules, month, out, draft, house.moment()))
    store.close()


@main.command("verify-release")
@click.argument("month")
def verify_release(month: str) -> None:
    """Recount a published month from the entries; 0 when every cell agrees, 1 when one does not."""
    from reports import verify_release as verifier  # noqa: PLC0415

    store = wiring.Store(wiring.settings_of().database_url)
    problems = verifier.run(store, month)
    store.close()
    for problem in problems:
        click.echo(problem)
    click.echo(f"{month}: {'agrees with the record' if not problems else f'{len(problems)} differences'}")
    sys.exit(FAILED if problems else 0)


@main.command()
@click.option("--port", default=8000, show_default=True)
@click.option("--months", default=13, show_default=True)
@click.option("--seed", default=1, show_default=True)
@click.option("--fresh", is_flag=True, help="Begin anew, even if there is a demo already.")
@click.option("--no-serve", is_flag=True, help="Make the data and stop.")
def demo(port: int, months: int, seed: int, fresh: bool, no_serve: bool) -> None:  # noqa: FBT001  click hands flags over so
    """Make a world of made-up complaints through the real doors, publish its months, and serve it."""
    from channels import demo as play  # noqa: PLC0415

    play.run(port=port, months=months, seed=seed, fresh=fresh, serving=not no_serve)
