"""`grievance simulate`: realistic traffic through the real code path, into a demo's home that has room for it."""

import os
from datetime import datetime, timedelta

from rich.console import Console
from sqlalchemy import Connection, func, select

from channels import clock, server, wiring
from channels.simulation import demo
from channels.simulation.traffic import of_so_many
from grievance.errors import Refused
from grievance.record import EntryExact
from grievance.settings import PREFIX, Settings
from grievance.store import Store

_EXACT = EntryExact.__table__  # type: ignore[attr-defined]
LEAST = timedelta(days=1)


class NoRoom(Refused):
    """The record of this home already reaches today: its past is written, and stays as it is."""


def run(*, months: int, per_month: int, seed: int) -> None:
    """Let so many complaints a month go by in a demo's home, from where its record ends until now.

    Raises:
        NoRoom: the record ends today; give a home that is new.
        NotADemo: the home belongs to somebody else.
    """
    os.environ.setdefault(f"{PREFIX}DEMO", "1")
    os.environ.setdefault(f"{PREFIX}HOME", demo.HOME)
    settings = wiring.settings_of()
    console = Console(highlight=False)
    volume = of_so_many(per_month)
    with server.one_server(settings):
        until = clock.now()
        before = demo.finished(settings)
        if before is None:
            demo.clear(settings)
            made = demo.build(settings, months=months, seed=seed, volume=volume, console=console, until=until)
        else:
            demo.bring_up(settings)
            ended = _ended(settings)
            if until - ended < LEAST:
                raise NoRoom(
                    f"the record of {settings.home} ends today; give {PREFIX}HOME a new folder to fill"
                )
            since = max(ended, until - timedelta(days=31 * months))
            made = demo.go_on(
                settings, before, since=since, until=until, seed=seed, volume=volume, console=console
            )
    console.print(f"{settings.home}: {', '.join(made.published) or 'no month'} published")


def _ended(settings: Settings) -> datetime:
    store = Store(settings.database_url)

    def look(conn: Connection) -> datetime:
        found: datetime = conn.execute(select(func.max(_EXACT.c.recorded_at))).scalar_one()
        return found

    try:
        return store.read(look)
    finally:
        store.close()
