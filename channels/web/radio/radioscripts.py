"""What a station reads of a month and of the mechanism: one script at a time, chosen by language and by length.

Whoever stands at a microphone with a telephone in the hand sees nothing but what is read now; the rest is a tap away.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from flask import request

from channels.house import House
from channels.radio import relaying
from channels.web.pages.access import Person
from channels.web.radio.radio import door_of
from grievance.mechanism import Mechanism
from reports import shelf
from reports.aloud import bulletin, spots
from reports.aloud.bulletin import Bulletin
from reports.aloud.spots import Spot
from reports.saying import sentences
from translations import NAMES, Phrase, phrase

PATH: Final = "/radio/bulletin"
MONTH, SPOT = "month", "spot"
_SENTENCE: Final = re.compile(r"(?<=[.?!]) ")


@dataclass(frozen=True, slots=True)
class Script:
    """One thing that can be read: which, in which language, for how many seconds, and how it is made."""

    kind: str
    made: Bulletin | Spot

    @property
    def name(self) -> str:
        """What it is asked for with."""
        return f"{self.kind}-{self.made.seconds}"

    @property
    def paragraphs(self) -> Sequence[str]:
        """What is read, in pieces between which somebody breathes."""
        return self.made.paragraphs if isinstance(self.made, Bulletin) else _SENTENCE.split(self.made.text)


def page(house: House, person: Person) -> dict[str, Any]:
    """Show the script that was asked for, or else the shortest of the newest month in the station's first language."""
    mechanism, door = house.rules.current, door_of(house, person)
    sites = [
        s for s in mechanism.sites if door.site in ("", s.key) and door.operator in ("shared", s.operator)
    ]
    site = next((s for s in sites if s.key == request.args.get("site", "")), sites[0])
    newest = next(iter(house.store.read(shelf.all_newest)), None)
    found = {
        tongue: every
        for tongue in relaying.languages_at(mechanism, door)
        if (every := tuple(_scripts(mechanism, site.key, newest, tongue)))
    }
    tongue = request.args.get("in", "") if request.args.get("in", "") in found else next(iter(found), "")
    listed = found.get(tongue, ())
    shown = next(
        (one for one in listed if one.name == request.args.get("read", "")), next(iter(listed), None)
    )

    def way(**changed: str) -> str:
        here = {"site": site.key, "in": tongue, "read": shown.name if shown else ""}
        return f"{PATH}?{urlencode(here | changed)}"

    return {
        "tongues": [(way(**{"in": code}), code, NAMES.get(code, code), code == tongue) for code in found],
        "lengths": [
            (words, [(way(read=one.name), one.made.seconds, one == shown) for one in listed if one.kind == kind])
            for kind, words in _kinds(newest).items()
        ],
        "sites": [(way(site=s.key), s.name, s.key == site.key) for s in sites],
        "script": _shown(shown, _kinds(newest), site.name) if shown else None,
    }  # fmt: skip


def _kinds(newest: shelf.Release | None) -> Mapping[str, Phrase]:
    month = phrase("The report of {month}", month=sentences.month_name(newest.month)) if newest else None
    return ({MONTH: month} if month else {}) | {SPOT: phrase("Spots")}


def _scripts(mechanism: Mechanism, site: str, newest: shelf.Release | None, tongue: str) -> Iterator[Script]:
    """Make everything that can be read in a language: of the newest published month, and at any time."""
    if newest is not None and tongue in bulletin.languages_of(newest):
        for length in bulletin.LENGTHS:
            yield Script(MONTH, bulletin.make(newest, tongue, seconds=length))
    if tongue in spots.languages_of(mechanism, site):
        for seconds in spots.LENGTHS:
            yield Script(SPOT, spots.make(mechanism, site, tongue, seconds=seconds))


def _shown(one: Script, kinds: Mapping[str, Phrase], site: str) -> dict[str, Any]:
    made = one.made
    return {
        "kind": kinds[one.kind], "site": site if one.kind == SPOT else "", "tongue": made.language,
        "name": NAMES.get(made.language, made.language), "seconds": round(made.reading.seconds),
        "words": made.reading.words, "unread": made.unread, "paragraphs": one.paragraphs,
    }  # fmt: skip
