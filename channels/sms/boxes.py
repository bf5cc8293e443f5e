"""Gateways of one's own from their settings: a Kannel on the server, a modem or a telephone on a desk.

Each raises Misconfigured where it would be set up so that texts are read or forged on the way.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from channels.sms import android, gammu, gammufiles, kannel
from channels.sms.calling import private
from channels.sms.senders import region_of
from grievance.errors import Misconfigured
from grievance.settings import PREFIX

_SECRET = re.compile(r"[A-Za-z0-9_-]{32,}")
Given = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Here:
    """What a gateway may need to know of the process it is made in.

    `together`: one process does everything, so that what leaves may be handed over in memory.
    """

    base_url: str
    now: Callable[[], datetime]
    together: bool = False


def of_kannel(given: Given, here: Here) -> kannel.Kannel:
    """Make a Kannel."""
    secrets = [given[name] for name in ("KANNEL_SECRET", "KANNEL_SECRET_2") if name in given]
    if not all(_SECRET.fullmatch(secret) for secret in secrets):
        raise Misconfigured(
            f"{PREFIX}KANNEL_SECRET takes 32 letters, digits, - and _ at least: it stands in addresses"
        )
    return kannel.Kannel(
        url=private("KANNEL_URL", given["KANNEL_URL"]),
        username=given["KANNEL_USERNAME"],
        password=given["KANNEL_PASSWORD"],
        secrets=secrets,
        sender=given["KANNEL_FROM"] if "KANNEL_COUNTRY" in given else _number(given, "KANNEL_FROM"),
        callback=private("KANNEL_CALLBACK", given.get("KANNEL_CALLBACK", here.base_url)),
        smsc=given.get("KANNEL_SMSC", ""),
    )


def of_gammu(given: Given, _: Here) -> gammu.Gammu:
    """Make a modem that is met in its daemon's SQLite file."""
    return gammu.Gammu(database=Path(given["GAMMU_DATABASE"]), number=_number(given, "GAMMU_NUMBER"))


def of_gammufiles(given: Given, here: Here) -> gammufiles.GammuFiles:
    """Make a modem that is met in its daemon's folders."""
    return gammufiles.GammuFiles(
        folder=Path(given["GAMMUFILES_FOLDER"]), number=_number(given, "GAMMUFILES_NUMBER"), now=here.now
    )


def of_android(given: Given, here: Here) -> android.Android:
    """Make a telephone."""
    key, sim = given["ANDROID_SIGNING_KEY"], given.get("ANDROID_SIM", "")
    if len(key) < android.SHORTEST_KEY:
        raise Misconfigured(
            f"{PREFIX}ANDROID_SIGNING_KEY needs {android.SHORTEST_KEY} characters: the app's own has eight"
        )
    if sim and not (sim.isascii() and sim.isdigit()):
        raise Misconfigured(f"{PREFIX}ANDROID_SIM is the place of a SIM card: 1 or 2")
    return android.Android(
        url=private("ANDROID_URL", given["ANDROID_URL"]),
        username=given["ANDROID_USERNAME"],
        password=given["ANDROID_PASSWORD"],
        key=key,
        number=_number(given, "ANDROID_NUMBER"),
        sim=int(sim) if sim else None,
        now=here.now,
    )


def _number(given: Given, name: str) -> str:
    number = given[name]
    if region_of(number) is None:
        raise Misconfigured(f"{PREFIX}{name} is a number with its country, as +51970001122")
    return number
