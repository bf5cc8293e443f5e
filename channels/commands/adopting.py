"""What `grievance adopt` does: take up a mechanism.toml that was changed."""

import os
from pathlib import Path

import click

from channels import clock, install, takingup, wiring
from grievance.errors import Refused
from grievance.mechanism import Mechanism
from grievance.moment import SEED, Moment
from grievance.settings import Settings
from grievance.store import Store


def adopt(*, split: Path | None) -> None:
    """Draw what is missing for the mechanism, and write its version into the record."""
    settings = wiring.settings_of()
    rules = wiring.mechanism_of(settings)
    folders = _folders(settings, rules, split)
    store = Store(settings.database_url)
    try:
        install.rulebook(store, rules)  # a database without a schema is said to be one
        drawn = takingup.take_up(store, folders, rules, at=Moment(clock.now(), os.urandom(SEED)))
    finally:
        store.close()
    click.echo(
        f"version {rules.version} is in the record; drawn: {', '.join(drawn) or 'nothing was missing'}"
    )
    if drawn and split is not None:
        click.echo(
            "copy each new file into the folder of its process where that is on another machine (mode 0600)"
        )
    click.echo("start every process again, so that it runs by this")


def _folders(settings: Settings, rules: Mechanism, split: Path | None) -> takingup.Folders:
    """Find the folders: one that holds everything, or one for each process.

    Raises:
        Refused: neither is there.
    """
    if split is None:
        one = settings.keys_dir
        if not all((one / name).is_file() for name in ("follow", "dispatch", "session-desk")):
            raise Refused(
                f"{one} does not hold the keys of all processes: name the folder of their folders (--split FOLDER)"
            )
        return takingup.Folders(one, (one,), {o.key: one for o in rules.operators}, (one,))
    counting = [split / "web"]
    if "fetcher" in wiring.worker_processes(settings) and (split / "worker").is_dir():
        counting.append(split / "worker")
    desks = {o.key: split / f"desk-{o.key}" for o in rules.operators}
    every = tuple(sorted(folder for folder in split.iterdir() if folder.is_dir())) if split.is_dir() else ()
    return takingup.Folders(split / "web", tuple(counting), desks, every)
