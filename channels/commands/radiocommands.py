"""What the commands for stations do: pads of slips, batches that came by another way, the weekly list."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import IO

import click
from sqlalchemy import select

from channels import install, staffing, wiring
from channels.claves import pads, padsheets
from channels.radio import relaybatch, relaying, weeklylist
from grievance import keyring, pad
from grievance.codes import show
from grievance.errors import Refused, Unknown
from grievance.keyring import Ring
from grievance.mechanism import Mechanism
from grievance.staff import Staff
from grievance.store import Store
from grievance.vocabulary import Role

FAILED = 1
_STAFF = Staff.__table__  # type: ignore[attr-defined]


def print_pad(*, place: str, count: int, out: Path | None) -> None:
    """Draw slips for a station and write them to a file only its owner may read, or to the screen."""
    if out is not None and out.exists():
        raise Refused(f"{out} is there already: a pad is never written over another")
    with wiring.taking_in() as house, _paper(out) as paper:
        door = relaying.door_of(house.rules.current, place)
        try:
            slips = pads.draw(house, place, count)
        except ValueError as wrong:
            raise Refused(str(wrong)) from wrong
        languages = relaying.languages_at(house.rules.current, door)
        write = padsheets.as_page if out is not None and out.suffix == ".html" else padsheets.as_text
        address = f"{house.settings.base_url}/follow"
        ways = padsheets.ways_from(house.rules.current, door, address=address)
        paper.write(write(slips, languages=languages, ways=ways))
    where = out or "what was just printed"
    click.echo(
        f"{count} slips for {place}. Their keys stand on this sheet and nowhere else: whoever copies {where} can read "
        "the answers of everybody who is given one. Print it, hand it over yourself, and destroy the file. "
        f"If it is lost: grievance pads void {place}",
        err=True,
    )


@contextmanager
def _paper(out: Path | None) -> Iterator[IO[str]]:
    """Open the file before anything is drawn: slips that could not be written down would be nobody's for ever."""
    if out is None:
        yield (screen := StringIO())
        click.echo(screen.getvalue(), nl=False)
        return
    descriptor = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            yield file
    except BaseException:
        out.unlink()
        raise


def void_pad(place: str) -> None:
    """Take back every slip of a station that nobody has."""
    with wiring.taking_in() as house:
        relaying.door_of(house.rules.current, place)
        count = house.store.transact(lambda conn: pad.void(conn, place, on=house.now().date()))
    click.echo(f"{count} slips of {place} are worth nothing now; those that were given away still are")


def slips_left() -> None:
    """Say how many slips each station has left."""
    with wiring.taking_in() as house:
        for door, left in left_at(house.store, house.rules.current):
            click.echo(f"{door}  {left}")


def make_keys() -> None:
    """Draw the keys of the radio room where a deployment is older than it; what is there stays as it is.

    Raises:
        Refused: this process has no such room, and may not hold its keys.
    """
    settings = wiring.settings_of()
    if "radio" not in settings.faces:
        raise Refused("this process serves no radio room: run it where GRIEVANCE_FACES names radio")
    keyring.load(settings.keys_dir, processes=wiring.processes_here(settings))
    drawn = install.write_radio_keys(settings.keys_dir)
    click.echo(
        f"drawn: {', '.join(drawn)}; start the server again" if drawn else "both are there: nothing was drawn"
    )


def left_at(store: Store, mechanism: Mechanism) -> list[tuple[str, int]]:
    """Count the slips of every station and office."""
    doors = [door.key for door in mechanism.channels if door.kind in relaying.KINDS]
    return store.read(lambda conn: [(door, pad.left(conn, door)) for door in doors])


def bring_in(file: bytes, *, by: str) -> None:
    """Take in a batch that a relay wrote down without a line."""
    with wiring.taking_in() as house:
        query = select(_STAFF).where(_STAFF.c.login == staffing.plain(by), _STAFF.c.role == str(Role.RELAY))
        who = house.store.read(lambda conn: conn.execute(query).one_or_none())
        if who is None:
            raise Unknown(f"nobody named {by} takes things down")
        door = relaying.door_of(house.rules.current, who.door)
        outcomes = relaybatch.bring_in(house, relaybatch.decoded(file), door=door, by=who.id)
    for one in outcomes:
        said = show(one.taken.number) if one.taken else "; ".join(str(words) for words in one.reasons)
        click.echo(f"{one.place}  {said}{'  (before)' if one.taken and one.taken.again else ''}")
    if any(one.taken is None for one in outcomes):
        sys.exit(FAILED)


def weekly_list(language: str) -> None:
    """Print this week's list."""
    with wiring.taking_in() as house:
        click.echo(weeklylist.script(house, language or house.rules.current.default_language), nl=False)


def advice(
    store: Store, mechanism: Mechanism, ring: Ring, *, faces: tuple[str, ...]
) -> list[tuple[str, bool, str]]:
    """Say to whoever runs the server which station has few slips, and whether the radio room can open."""
    found = [
        (f"{door} has {left} slips left", False, f"grievance pads --place {door} --count 20 --out FILE")
        for door, left in left_at(store, mechanism)
        if left < pads.FEW
    ]
    if "radio" in faces and "session-radio" not in ring.secrets:
        found.append(("the radio room is closed", False, "grievance keys radio"))
    return found
