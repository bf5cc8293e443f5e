"""The one command, `grievance`: its words. What each does is in `channels.commands`, imported when it is called.

So the process that only starts the server stays small, and starts at once.
"""

import errno
import os
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from grievance.errors import GrievanceError

# ruff: noqa: PLC0415  commands import what they need: see above
FAILED = 1
PORTS = click.IntRange(0, 65535)


class _Commands(click.Group):
    """Says what is wrong in one line, without a traceback: 1 for a failed check, 2 for a wrong call."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except GrievanceError as cause:
            click.echo(f"grievance: {cause}", err=True)
            ctx.exit(FAILED)
        except (
            OSError
        ) as cause:  # a folder that is not there or cannot be written, a disk that is full, a port in use
            if cause.errno == errno.EPIPE:
                raise
            click.echo(
                f"grievance: {': '.join(map(str, filter(None, (cause.filename, cause.strerror))))}", err=True
            )
            ctx.exit(FAILED)


@click.group(cls=_Commands)
def main() -> None:
    """A grievance mechanism for communities around mines (UNGP 31)."""


@main.command()
@click.option(
    "--reviewer",
    multiple=True,
    metavar="LOGIN",
    help="Whoever signs in at the review room, focal points too; give two or more.",
)
@click.option(
    "--split", type=click.Path(path_type=Path), help="Write one key folder per process under this folder."
)
def init(reviewer: tuple[str, ...], split: Path | None) -> None:
    """Write keys, an example mechanism to adapt, and the schema."""
    from channels.commands import operating

    operating.init(reviewers=reviewer, split=split)


@main.command()
@click.option(
    "--split", type=click.Path(path_type=Path), help="The folder of the key folders, as `init` had it."
)
def adopt(*, split: Path | None) -> None:
    """Take up a changed mechanism.toml: its version, keys for who is new in it and for the years to come."""
    from channels.commands import adopting

    adopting.adopt(split=split)


@main.command()
def migrate() -> None:
    """Bring the schema to head."""
    from channels.commands import operating

    operating.migrate()


@main.command()
@click.option("--port", type=PORTS, default=8000, show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--workers", type=click.IntRange(1), default=1, show_default=True)
def serve(port: int, host: str, workers: int) -> None:
    """Serve the faces of this process; with all of them and no Redis, also send and keep the clock."""
    from channels.server import one_server, run_server
    from channels.setting_names import EXTRA
    from grievance.settings import load

    settings = load(os.environ, extra=EXTRA)
    with one_server(settings):
        run_server(settings, host=host, port=port, workers=workers)


@main.command()
def worker() -> None:
    """Send what is owed, until stopped."""
    from channels.commands import operating

    operating.worker()


@main.command()
@click.argument("gateway")
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M"]),
    default=None,
    help="UTC; three days by default.",
)
def reconcile(gateway: str, *, since: datetime | None) -> None:
    """Take in what came to a provider and never to us; the worker does it by itself every ten minutes."""
    from channels.commands import operating

    operating.reconcile(gateway, since=since)


@main.command("clock")
@click.option(
    "--every", type=click.FloatRange(0), default=30.0, show_default=True, help="Seconds between rounds."
)
@click.option("--once", is_flag=True, help="One round, then stop.")
def keep_clock(*, every: float, once: bool) -> None:
    """Keep the clock: missed dates, escalations, what waited for the batch, rollups."""
    from channels.commands import operating

    operating.keep_clock(every=every, once=once)


@main.command()
@click.option("--json", "as_json", is_flag=True)
def check(*, as_json: bool) -> None:
    """Check settings, keys, schema and mechanism; say of each promise what it is worth here."""
    from channels.commands import operating

    operating.check(as_json=as_json)


@main.group()
def translations() -> None:
    """What is said to residents, in every language."""


@translations.command("check")
@click.option("--json", "as_json", is_flag=True)
def translations_check(*, as_json: bool) -> None:
    """Say of each channel and language what is missing, drafted, reviewed, by which role; 1 when something is wrong."""
    from channels.commands import wording

    wording.check(as_json=as_json)


@translations.command("sheet")
@click.argument("channel", type=click.Choice(["sms", "ussd", "voice", "web", "radio"]))
@click.argument("language")
def translations_sheet(channel: str, language: str) -> None:
    """Print all a channel says as one PO file for a translator, with notes on length and on reading aloud."""
    from channels.commands import wording

    wording.sheet(channel, language)


@main.command()
@click.argument("site")
@click.option("--language", default=None, help="One language; else every language of the site.")
@click.option("--wpm", default=130, show_default=True, help="Words a minute at the station.")
def spots(site: str, *, language: str | None, wpm: int) -> None:
    """Print the radio spots of a site, of twenty and of forty seconds."""
    from channels.commands import wording

    wording.spots(site, language=language, words_per_minute=wpm)


@main.command()
@click.option(
    "--script", "language", default=None, metavar="LANGUAGE", help="Print what is to be read aloud."
)
@click.option("--drafts", is_flag=True, help="Have espeak-ng speak what nobody recorded, as marked drafts.")
def prompts(*, language: str | None, drafts: bool) -> None:
    """Say which prompts of calls nobody has recorded; 1 where a language is answered in Spanish for want of them."""
    from channels.commands import prompting

    prompting.run(language=language, drafts=drafts)


@main.group()
def staff() -> None:
    """Accounts of officers, focal points, reviewers and relays."""


@staff.command("add")
@click.argument("login")
@click.option("--role", type=click.Choice(["officer", "focal", "reviewer", "relay"]), required=True)
@click.option("--operator", default=None)
@click.option("--site", "sites", multiple=True)
@click.option("--unit", default=None, help="Reporting line, in letters: off every case about one of them.")
@click.option("--door", default=None, help="Of a relay: the station or office where they take things down.")
@click.option(
    "--called", multiple=True, help="Name or office people know them by: off every case that names it."
)
def staff_add(
    login: str, role: str, operator: str | None, sites: tuple[str, ...], unit: str | None, door: str | None,
    called: tuple[str, ...],
) -> None:  # fmt: skip
    """Add an account; asks for its password, prints the second factor's secret once."""
    from channels.commands import operating
    from grievance.vocabulary import Role

    operating.staff_add(
        login=login, role=Role(role), operator=operator, sites=sites, unit=unit, door=door, called=called
    )


@staff.command("name")
@click.argument("login")
@click.argument("called", nargs=-1)
def staff_name(login: str, called: tuple[str, ...]) -> None:
    """Say by which names and offices people know somebody; without any, forget them."""
    from channels.commands import operating

    operating.staff_name(login, called)


@staff.command("list")
def staff_list() -> None:
    """List accounts."""
    from channels.commands import operating

    operating.staff_list()


@staff.command("disable")
@click.argument("login")
def staff_disable(login: str) -> None:
    """Disable an account; its sessions end."""
    from channels.commands import operating

    operating.staff_disable(login)


@main.group(invoke_without_command=True)
@click.option("--place", default="", help="The station or office whose pad it is.")
@click.option("--count", default=20, show_default=True)
@click.option("--out", type=click.Path(path_type=Path), help="A new file; .html gives an A4 page to cut.")
@click.pass_context
def pads(ctx: click.Context, *, place: str, count: int, out: Path | None) -> None:
    """Print slips for a station: a case number and a clave each, whose public half alone is kept here."""
    if ctx.invoked_subcommand is not None:
        return
    from channels.commands import radiocommands

    if not place:
        raise click.UsageError("say --place: the station or office whose pad it is")
    radiocommands.print_pad(place=place, count=count, out=out)


@pads.command("void")
@click.argument("place")
def pads_void(place: str) -> None:
    """Take back every slip of a place that nobody has: a pad was lost."""
    from channels.commands import radiocommands

    radiocommands.void_pad(place)


@pads.command("left")
def pads_left() -> None:
    """Count the slips that are left."""
    from channels.commands import radiocommands

    radiocommands.slips_left()


@main.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.argument("number", default="")
def rang(folder: Path, number: str) -> None:
    """Note that somebody rang the modem whose daemon works in FOLDER: what gammu-smsd runs on an incoming call."""
    from channels.telephone import modemcalls

    try:
        modemcalls.note(folder, number)
    except OSError as cause:
        raise click.ClickException(f"{folder / modemcalls.FOLDER}: {cause.strerror}") from None


@main.group()
def radio() -> None:
    """What radio stations send and read."""


@radio.command("import")
@click.argument("file", type=click.File("rb"))
@click.option(
    "--by", required=True, metavar="LOGIN", help="Which relay wrote it down; their door is its door."
)
def radio_import(file: Any, by: str) -> None:
    """Take in what a station wrote down without a line; 1 when anything was refused."""
    from channels.commands import radiocommands

    radiocommands.bring_in(file.read(), by=by)


@radio.command("list")
@click.option("--language", default="", help="In which language it is read; the site's own unless said.")
def radio_list(language: str) -> None:
    """Print this week's numbers as a script; the same whenever in the week it is asked for."""
    from channels.commands import radiocommands

    radiocommands.weekly_list(language)


@main.command()
@click.argument("month")
@click.option("--out", type=click.Path(path_type=Path))
@click.option("--draft", is_flag=True)
def release(month: str, *, out: Path | None, draft: bool) -> None:
    """Publish a month (YYYY-MM)."""
    from channels.commands import operating

    operating.release(month, out=out, draft=draft)


@main.command("withdraw-release")
@click.argument("month")
@click.option("--because", required=True, help="The reason, in words that everybody will read.")
def withdraw_release(month: str, *, because: str) -> None:
    """Take a wrong month (YYYY-MM) back for good; its address says so, and no other of it is made."""
    from channels.commands import operating

    operating.withdraw_release(month, because=because)


@main.command("verify-release")
@click.argument("month")
@click.option(
    "--hidden",
    is_flag=True,
    help="Ask as well whether what is hidden had to be; takes as long as publishing.",
)
def verify_release(month: str, *, hidden: bool) -> None:
    """Recount a published month from the entries; 0 when every cell agrees, 1 when one does not."""
    from channels.commands import operating

    operating.verify_release(month, hidden=hidden)


@main.command("attack")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--site", "sites", multiple=True, metavar="SITE=OPERATOR", help="Whose a site is; may be repeated."
)
@click.option(
    "--began", default="", metavar="YYYY-MM", help="When the mechanism began; the first month unless said."
)
def attack(files: tuple[Path, ...], *, sites: tuple[str, ...], began: str) -> None:
    """Try to work out hidden figures from published months (JSON FILES, or all of this home); 0 when nothing is found."""
    from channels.commands import attacking

    attacking.run(files, sites=sites, began=began)


@main.command()
@click.option(
    "--scheme", required=True, help="ungp31, irma, copper_mark, tsm, icmm, cmsi, ifc_ps1, ess10 or iso10002."
)
@click.option("--from", "first", required=True, metavar="YYYY-MM", help="The first month.")
@click.option("--to", "last", required=True, metavar="YYYY-MM", help="The last month.")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="A new .zip file.")
@click.option("--language", default=None, help="The language of its words; the site's own unless said.")
def evidence(*, scheme: str, first: str, last: str, out: Path, language: str | None) -> None:
    """Write what certifiers ask for: one archive of a scheme and a period, from what is public already."""
    from channels.commands import evidencecommand

    evidencecommand.write(scheme=scheme, first=first, last=last, out=out, language=language)


@main.command("recount-clocks")
@click.option("--operator", default="", help="Only the cases of one operator.")
@click.option(
    "--from", "first", default="", metavar="YYYY-MM", help="Only clocks that ran in this month or later."
)
@click.option(
    "--to", "last", default="", metavar="YYYY-MM", help="Only clocks that ran in this month or before."
)
def recount_clocks(*, operator: str, first: str, last: str) -> None:
    """Count every clock again from the entries; 0 when every cell agrees, 1 when one does not."""
    from channels.commands import recounting

    recounting.run(operator=operator, first=first, last=last)


@main.command()
@click.option("--port", type=PORTS, default=8000, show_default=True)
@click.option("--months", default=13, show_default=True)
@click.option("--seed", default=1, show_default=True)
@click.option("--fresh", is_flag=True, help="Begin anew, even if there is a demo already.")
@click.option("--no-serve", is_flag=True, help="Make the data and stop.")
def demo(*, port: int, months: int, seed: int, fresh: bool, no_serve: bool) -> None:
    """Make a world of made-up complaints through the real doors, publish its months, and serve it."""
    from channels.simulation import demo as play

    play.run(port=port, months=months, seed=seed, fresh=fresh, serving=not no_serve)


@main.group()
def kiosk() -> None:
    """Devices that stand as kiosks."""


@kiosk.command("add")
@click.argument("door")
def kiosk_add(door: str) -> None:
    """Admit one more device at a door; prints the code that is typed into it, once."""
    from channels.commands import kioskcommands

    kioskcommands.add(door)


@kiosk.command("list")
def kiosk_list() -> None:
    """List doors, their devices, their slips and keys."""
    from channels.commands import kioskcommands

    kioskcommands.show()


@kiosk.command("stolen")
@click.argument("door")
def kiosk_stolen(door: str) -> None:
    """Trust no device of a door any more, and void its slips."""
    from channels.commands import kioskcommands

    kioskcommands.stolen(door)


@kiosk.command("recordings")
@click.option(
    "--script", "language", default=None, metavar="LANGUAGE", help="Print what is to be read aloud."
)
def kiosk_recordings(*, language: str | None) -> None:
    """List what nobody has recorded for the kiosks yet."""
    from channels.commands import kioskcommands, prompting

    if language is not None:
        prompting.kiosk_script(language)
    else:
        kioskcommands.recordings_missing()


@main.command("kiosk-printer")
@click.option("--device", type=click.Path(path_type=Path), default="/dev/usb/lp0", show_default=True)
@click.option("--port", type=PORTS, default=9315, show_default=True)
@click.option("--trust", required=True, metavar="ORIGIN", help="The address of the kiosk's pages.")
def kiosk_printer(*, device: Path, port: int, trust: str) -> None:
    """Print slips on this machine's own printer for the page it shows, until stopped."""
    from channels.kiosk import printer

    printer.listen(device, port=port, trusted=trust).serve_forever()


@main.group()
def keys() -> None:
    """Keys that change while the mechanism runs."""


@keys.command("radio")
def radio_keys() -> None:
    """Draw the keys of the radio room, where a deployment is older than it; run again, it does nothing."""
    from channels.commands import radiocommands

    radiocommands.make_keys()


@keys.command("release")
def release_key() -> None:
    """Draw the key that signs releases, where a deployment is older than it; run again, it does nothing."""
    from channels.commands import operating

    operating.make_release_key()


@keys.command("reviewer")
@click.argument("login")
@click.option(
    "--by", required=True, metavar="LOGIN", help="Who can open the review key now, and types it in."
)
def reviewer_key(login: str, by: str) -> None:
    """Let a reviewer or focal point open the review key: a new one, or one whose passphrase is lost."""
    from channels.commands import reviewercommands

    reviewercommands.give(login, by=by)


@keys.group("kiosk")
def keys_kiosk() -> None:
    """The keys to which kiosks seal what waits."""


@keys_kiosk.command("rotate")
@click.argument("door")
def rotate_kiosk_key(door: str) -> None:
    """Draw a new key for a kiosk: what waits from now on is sealed to it."""
    from channels.commands import kioskcommands

    kioskcommands.rotate(door)


@keys_kiosk.command("retire")
@click.argument("door")
def retire_kiosk_keys(door: str) -> None:
    """Destroy the earlier keys of a kiosk; refused while a device may still hold something under one."""
    from channels.commands import kioskcommands

    kioskcommands.retire(door)
