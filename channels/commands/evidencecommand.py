"""What `grievance evidence` does: one archive for a scheme and a period, for whoever certifies."""

from pathlib import Path

import click

from channels import clock, install, wiring
from grievance.errors import Refused
from grievance.store import Store
from reports.certifying import evidencepack
from reports.certifying.evidencepack import Period
from reports.month import Month


def write(*, scheme: str, first: str, last: str, out: Path, language: str | None) -> None:
    """Write the archive to a new file.

    Raises:
        Refused: the file is there, or there is no such scheme, period or publication.
    """
    if out.exists():
        raise Refused(f"{out} is there already")
    period = Period.between(Month.parse(first), Month.parse(last))
    settings = wiring.settings_of()
    store = Store(settings.database_url)
    try:
        rules = install.rulebook(store, wiring.mechanism_of(settings))
        spoken = language or rules.current.default_language
        body = store.read(
            lambda conn: evidencepack.build(
                conn, scheme, period, rules=rules, now=clock.now(), language=spoken
            )
        )
    finally:
        store.close()
    out.write_bytes(body)
    click.echo(f"{out}: {len(body)} bytes")
