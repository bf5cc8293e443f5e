"""Calls that a modem's daemon hung up: a file for each in a folder of their own, written by `grievance rang`.

gammu-smsd stores no call. It runs a program with the caller's number behind it (`RunOnIncomingCall`, only together with
`HangupCalls`). So that the program is done at once, needs no key of ours and loses nothing while we are down, it
writes a file and ends; the process that sends looks into the folder.
"""

import os
import secrets
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Final

from channels.gateway import Rang
from channels.sms.senders import read_sender, region_of

FOLDER: Final = "calls"
LONGEST: Final = 40
"""Signs of a caller's number: E.164 has fifteen digits, and some networks write spaces."""
_DRAFT: Final = "."
_GROUP_TOO: Final = 0o660
"""The daemon's user writes it, the worker's deletes it; they share a group."""


def note(folder: Path, number: str) -> bool:
    """Write down that somebody rang; no, where the number was withheld.

    Raises:
        FileNotFoundError: there is no folder `calls` in `folder`.
    """
    caller = number.strip()[:LONGEST]
    if not caller:
        return False
    name = secrets.token_hex(8)  # names of files are seen by whoever lists them: no number in it
    calls = folder / FOLDER
    draft = calls / f"{_DRAFT}{name}"
    file = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _GROUP_TOO)
    try:
        os.fchmod(file, _GROUP_TOO)  # whatever mask the daemon runs with
        os.write(file, caller.encode())
        os.fsync(file)
    finally:
        os.close(file)
    draft.replace(calls / name)
    return True


def missed(folder: Path, *, gateway: str, ours: str) -> Iterator[tuple[Rang, Callable[[], None]]]:
    """List who rang `ours`, and what deletes the note of it. Nobody rang where no such folder was made."""
    calls = folder / FOLDER
    try:
        found = sorted(
            path for path in calls.iterdir() if not path.name.startswith(_DRAFT) and path.is_file()
        )
    except FileNotFoundError:
        return
    for path in found:
        said = path.read_bytes()[: 2 * LONGEST].decode("utf-8", "replace")
        caller, reachable = read_sender(said.strip(), region=region_of(ours))
        yield Rang(gateway, caller, ours, reachable), partial(_burn, path)


def _burn(path: Path) -> None:
    with path.open("r+b") as file:
        os.pwrite(file.fileno(), bytes(os.fstat(file.fileno()).st_size), 0)
        os.fsync(file.fileno())
    path.unlink()
