"""`grievance prompts`: which recordings are missing, what somebody is to read aloud, and a machine's drafts until then."""

import sys

import click

from channels import wiring
from channels.sound import draftvoice, kioskvoice, voicedrafts, voices
from channels.sound.recorded import SPOKEN_BY_MACHINE, Shelf, prompts, script
from grievance.mechanism import Mechanism
from grievance.settings import Settings

FAILED = 1


def run(*, language: str | None, drafts: bool = False) -> None:
    """Print the script of one language, or say of each language of the site what nobody has recorded yet."""
    settings = wiring.settings_of()
    mechanism = wiring.mechanism_of(settings)
    languages = mechanism.languages
    if language is not None:
        if language not in languages:
            raise click.BadParameter(f"the site speaks {', '.join(languages)}")
        click.echo(script(language), nl=False)
        return
    if drafts:
        _draft(settings, mechanism)
    shelf, silent = Shelf(settings.home / "prompts", voicedrafts.folder_of(settings)), False
    for one in languages:
        missing = shelf.missing(one)
        without = [key for key in missing if shelf.draft(key, one) is None]
        if one in SPOKEN_BY_MACHINE:
            instead = "a machine says them"
        elif without:
            instead = "they are said in Spanish"
        else:
            instead = "a machine's drafts say them, which nobody has reviewed"
        click.echo(
            f"{one}: {len(prompts()) - len(missing)} of {len(prompts())} recorded"
            + (f"; {instead}" if missing else "")
        )
        if without and one not in SPOKEN_BY_MACHINE:
            silent = True
            click.echo("  " + ", ".join(without))
    if silent:
        sys.exit(FAILED)


def kiosk_script(language: str) -> None:
    """Print what somebody is to read aloud for the kiosks, a line each: the file's name, and the words."""
    mechanism = wiring.mechanism_of(wiring.settings_of())
    if language not in mechanism.languages:
        raise click.BadParameter(f"the site speaks {', '.join(mechanism.languages)}")
    for screen, words in kioskvoice.script(mechanism, language).items():
        click.echo(f"{language}/{screen}.mp3\t{words}")


def _draft(settings: Settings, mechanism: Mechanism) -> None:
    made = voices.make_drafts(settings, mechanism)
    for language in mechanism.languages:
        if language in made:
            click.echo(
                f"{language}: {made[language]} drafts spoken anew, in {voicedrafts.folder_of(settings)}"
            )
        elif language in draftvoice.VOICES:
            click.echo(f"{language}: {draftvoice.PROGRAM} is not installed here")
        else:
            click.echo(f"{language}: no machine speaks it; somebody has to record it")
