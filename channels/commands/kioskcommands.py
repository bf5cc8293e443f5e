"""What the commands about kiosks do: admit devices, trust none any more, change and destroy their keys."""

import click
from sqlalchemy import Connection

from channels import install, wiring
from channels.house import House
from channels.kiosk import kioskkeys, kiosks
from channels.sound import kioskvoice
from grievance import kiosk, pad
from grievance.errors import Refused


def add(door: str) -> None:
    """Admit one more device at a door; prints its code, once."""
    with wiring.taking_in() as house:
        if kiosks.newest_key(house, _known(house, door)) is None:
            draw_key(house, door)
        click.echo(kiosks.admit(house, door))


def show() -> None:
    """List doors, their devices, their slips and keys."""
    with wiring.taking_in() as house:
        for door in kiosks.doors(house):
            click.echo("\n".join(house.store.read(lambda conn, key=door.key: _lines(conn, house, key))))  # type: ignore[misc]


def stolen(door: str) -> None:
    """Trust no device of a door any more, and void its slips."""
    with wiring.taking_in() as house:
        devices, slips = kiosks.stolen(house, _known(house, door))
        click.echo(f"{devices} devices are trusted no more, {slips} slips are void; draw a new key as well")


def recordings_missing() -> None:
    """List what nobody has recorded for the kiosks yet."""
    with wiring.taking_in() as house:
        offered = {code for door in kiosks.doors(house) for code in door.languages}
        for one in kioskvoice.missing(house.settings, tuple(sorted(offered))):
            click.echo(one)


def rotate(door: str) -> None:
    """Draw a new key for a kiosk."""
    with wiring.taking_in() as house:
        click.echo(f"{door} seals to key {draw_key(house, _known(house, door))} now")


def retire(door: str) -> None:
    """Destroy the earlier keys of a kiosk."""
    with wiring.taking_in() as house:
        gone = destroy_earlier(house, _known(house, door))
        click.echo(f"destroyed: {', '.join(map(str, gone)) or 'none, there is only one'}")


def draw_key(house: House, door: str) -> int:
    """Draw the next key of a door; answers its number."""
    folder, at = house.settings.keys_dir, house.moment()
    number = max(kioskkeys.numbers(folder, door), default=0) + 1
    public = kioskkeys.make(folder, door, number)
    version = house.rules.current.version
    reader = kioskkeys.reader(door, number)
    house.store.transact(lambda conn: install.publish_key(conn, reader, public, at=at, version=version))
    return number


def destroy_earlier(house: House, door: str) -> tuple[int, ...]:
    """Destroy every key of a door but the newest.

    Raises:
        Refused: a device has not said that nothing waits under them; nothing was destroyed.
    """
    *earlier, _ = kioskkeys.numbers(house.settings.keys_dir, door) or (0,)
    if not earlier:
        return ()
    needed = house.store.read(lambda conn: kiosk.who_needs(conn, door, earlier[-1]))
    if needed:
        raise Refused(
            f"{needed} devices of {door} have not reported empty: what waits there could never be read"
        )
    version = house.rules.current.version
    for number in earlier:
        reader, at = kioskkeys.reader(door, number), house.moment()
        house.store.transact(
            lambda conn, reader=reader, at=at: install.retire_key(conn, reader, at=at, version=version)  # type: ignore[misc]
        )
        kioskkeys.destroy(house.settings.keys_dir, door, number)
    return tuple(earlier)


def _lines(conn: Connection, house: House, door: str) -> list[str]:
    held = ", ".join(map(str, kioskkeys.numbers(house.settings.keys_dir, door)))
    lines = [f"{door}: {pad.left(conn, door)} slips, keys {held or 'none'}"]
    for one in kiosk.of_door(conn, door):
        seen = one.seen_on or "never"
        lines.append(
            f"  {one.id[:8]} since {one.added_on}, seen {seen}, {one.waiting} wait, needs key {one.oldest_key}"
        )
    return lines


def _known(house: House, door: str) -> str:
    if door not in {one.key for one in kiosks.doors(house)}:
        raise Refused(f"the mechanism has no kiosk named {door}")
    return door
