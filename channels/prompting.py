"""`grievance prompts`: which recordings are missing, and what somebody is to read aloud."""

import sys

import click

from channels import wiring
from channels.recorded import SPOKEN_BY_MACHINE, Shelf, prompts, script

FAILED = 1


def run(*, language: str | None) -> None:
    """Print the script of one language, or say of each language of the site what nobody has recorded yet."""
    settings = wiring.settings_of()
    languages = wiring.mechanism_of(settings).languages
    if language is not None:
        if language not in languages:
            raise click.BadParameter(f"the site speaks {', '.join(languages)}")
        click.echo(script(language), nl=False)
        return
    shelf, silent = Shelf(settings.home / "prompts"), False
    for one in languages:
        missing = shelf.missing(one)
        instead = "a machine says them" if one in SPOKEN_BY_MACHINE else "they are said in Spanish"
        click.echo(
            f"{one}: {len(prompts()) - len(missing)} of {len(prompts())} recorded"
            + (f"; {instead}" if missing else "")
        )
        if missing and one not in SPOKEN_BY_MACHINE:
            silent = True
            click.echo("  " + ", ".join(missing))
    if silent:
        sys.exit(FAILED)
