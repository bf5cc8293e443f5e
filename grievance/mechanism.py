"""The mechanism is data: who runs which mine, by which doors people come, and what they are promised by when.

`mechanism.toml` is read once, checked, and frozen. Its canonical form and digest stand with every case
received under it, so that a later change of the procedure can't worsen an open case. `load` refuses what
would break a promise; `check` says what is still missing from a file that loads.
"""

import hashlib
import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

from grievance.calendar import WEEKDAYS, Calendar, Holiday
from grievance.errors import Misconfigured, Unknown
from grievance.mechanism_parts import (
    SHARED,
    Adviser,
    Category,
    Channel,
    Deadline,
    Governance,
    Operator,
    OutsideRoute,
    Retention,
    Seat,
    Site,
    Theme,
    Unit,
    Zone,
    by_key,
    read_adviser,
    read_calendar,
    read_channel,
    read_deadline,
    read_governance,
    read_operator,
    read_outside_route,
    read_retention,
    read_site,
    read_theme,
    read_zone,
)
from grievance.tomltable import Table

__all__ = [
    "DEADLINES",
    "SHARED",
    "Adviser",
    "Category",
    "Channel",
    "Deadline",
    "Governance",
    "Mechanism",
    "Operator",
    "OutsideRoute",
    "Retention",
    "Seat",
    "Site",
    "Theme",
    "Unit",
    "Zone",
    "check",
    "example",
    "load",
    "number_key",
]

DEADLINES = (
    #        name                    days  unit           ceiling  extension
    Deadline("acknowledge",             3, Unit.WORKING,        7,  0),
    Deadline("assess",                  5, Unit.WORKING,        0,  0),
    Deadline("answer",                 20, Unit.WORKING,        0, 10),
    Deadline("complainant",            15, Unit.WORKING,        0,  0),
    Deadline("ask_review",             30, Unit.CALENDAR,       0,  0),
    Deadline("review",                 20, Unit.WORKING,        0,  0),
    Deadline("independent_review",     40, Unit.WORKING,        0,  0),
    Deadline("carry_out",              30, Unit.CALENDAR,       0,  0),
    Deadline("confirm",                30, Unit.CALENDAR,       0,  0),
    Deadline("close",                   5, Unit.WORKING,        0,  0),
    Deadline("regret",                  7, Unit.CALENDAR,       0,  0),
    Deadline("silence",                30, Unit.CALENDAR,       0,  0),
    Deadline("no_contact",             30, Unit.CALENDAR,       0,  0),
    Deadline("reopen",                365, Unit.CALENDAR,       0,  0),
    Deadline("route",                   3, Unit.WORKING,        0,  0),
    Deadline("safe_contact",            1, Unit.CALENDAR,       0,  0),
    Deadline("information_request",    20, Unit.WORKING,        0, 10),
    Deadline("comment",                14, Unit.CALENDAR,       0,  0),
)  # fmt: skip
"""What is promised where a file says nothing (domain: the time frames of the norms)."""


@dataclass(frozen=True, slots=True)
class Mechanism:
    """Everything a deployment has decided, as published at /procedure.

    Every lookup by key raises `Unknown` for a key that is not there.
    """

    version: str
    name: str
    languages: tuple[str, ...]
    default_language: str
    operators: tuple[Operator, ...]
    sites: tuple[Site, ...]
    zones: tuple[Zone, ...]
    themes: tuple[Theme, ...]
    calendars: tuple[Calendar, ...]
    channels: tuple[Channel, ...]
    deadlines: tuple[Deadline, ...]
    outside_routes: tuple[OutsideRoute, ...]
    governance: Governance
    advisers: tuple[Adviser, ...]
    retention: Retention

    def __hash__(self) -> int:
        """By version and name, because the names of themes are mappings and have no hash."""
        return hash((self.version, self.name))

    def operator(self, key: str) -> Operator:
        """The company of that key."""
        return by_key(self.operators, key, "operator")

    def site(self, key: str) -> Site:
        """The site of that key."""
        return by_key(self.sites, key, "site")

    def zone(self, key: str) -> Zone:
        """The zone of that key."""
        return by_key(self.zones, key, "zone")

    def theme(self, key: str) -> Theme:
        """The theme of that key."""
        return by_key(self.themes, key, "theme")

    def channel(self, key: str) -> Channel:
        """The channel of that key."""
        return by_key(self.channels, key, "channel")

    def deadline(self, name: str) -> Deadline:
        """The deadline of that name."""
        for deadline in self.deadlines:
            if deadline.name == name:
                return deadline
        raise Unknown(f"no deadline {name!r}")

    def calendar(self, name: str) -> Calendar:
        """The calendar of that name."""
        for calendar in self.calendars:
            if calendar.name == name:
                return calendar
        raise Unknown(f"no calendar {name!r}")

    def calendar_of(self, site: str) -> Calendar:
        """The calendar by which a site counts its days."""
        return self.calendar(self.site(site).calendar)

    def sites_of(self, operator: str) -> tuple[Site, ...]:
        """The sites a company runs, in the file's order; every site for `shared`."""
        if operator == SHARED:
            return self.sites
        return tuple(site for site in self.sites if site.operator == self.operator(operator).key)

    def zones_of(self, site: str) -> tuple[Zone, ...]:
        """The zones around a site, in the file's order."""
        return tuple(zone for zone in self.zones if zone.site == self.site(site).key)

    def place_names(self) -> tuple[str, ...]:
        """What people call the sites and zones, each name once."""
        return _place_names(self)

    def channel_for(self, gateway: str, recipient: str, *, kind: str = "sms") -> Channel | None:
        """The channel that an inbound message was sent to; None when no channel has that number.

        The number decides, whoever brought the message (a spare modem, the simulator); the gateway only
        chooses between two channels of the same number. A message to a number nobody declared is still a
        complaint: treat None as shared.
        """
        same = _by_number(self).get((kind, number_key(recipient)), ())
        return next((each for each in same if each.gateway == gateway), same[0] if same else None)

    def document(self) -> dict[str, Any]:
        """The mechanism as plain values, defaults filled in; reading it again gives an equal mechanism."""
        plain: dict[str, Any] = _plain(self)
        for site in plain["sites"]:
            del site["zones"]
        return plain

    def to_json(self) -> str:
        """The canonical form: sorted keys, no blanks, UTF-8."""
        return json.dumps(self.document(), sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical form, in hexadecimal."""
        return _digest(self)


@lru_cache(maxsize=8)
def _place_names(mechanism: Mechanism) -> tuple[str, ...]:
    sites = [name for site in mechanism.sites for name in (site.name, *site.places)]
    zones = [name for zone in mechanism.zones for name in (zone.name, *zone.places)]
    return tuple(dict.fromkeys((*sites, *zones)))


@lru_cache(maxsize=8)
def _by_number(mechanism: Mechanism) -> dict[tuple[str, str], tuple[Channel, ...]]:
    found: dict[tuple[str, str], tuple[Channel, ...]] = {}
    for each in mechanism.channels:
        if each.number:
            key = each.kind, number_key(each.number)
            found[key] = (*found.get(key, ()), each)
    return found


def number_key(number: str) -> str:
    """What two spellings of one number have in common: the digits, and the star and hash of a USSD code."""
    return "".join(character for character in number if character in "0123456789*#")


def load(source: Path | str) -> Mechanism:
    """The mechanism of a file, or of TOML text (a string with a line break in it).

    Raises:
        Misconfigured: naming the key, what it says, and what would be right.
    """
    if isinstance(source, str) and "\n" in source:
        return _loads(source)
    try:
        return _loads(Path(source).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise Misconfigured(
            f"{source}: cannot be read as a mechanism ({error}); right would be a UTF-8 file"
        ) from error


def example() -> Mechanism:
    """The example that comes with the package: invented mines in the Andes, real holidays."""
    return _loads(resources.files("grievance").joinpath("example_mechanism.toml").read_text(encoding="utf-8"))


def check(mechanism: Mechanism) -> tuple[str, ...]:
    """What a person should still put right, one sentence each; nothing here stops a deployment."""
    return (
        *_missing_words(mechanism),
        *_missing_doors(mechanism),
        *_longer_than_usual(mechanism),
        *_missing_institutions(mechanism),
    )


@lru_cache(maxsize=4)
def _loads(text: str) -> Mechanism:
    """The mechanism of a text; the same text, read by several parts of one process, is the same mechanism."""
    try:
        return read_document(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise Misconfigured(f"the mechanism is not valid TOML: {error}") from error


def read_document(values: Mapping[str, Any]) -> Mechanism:
    """The mechanism of plain values, as TOML or the canonical form hold them.

    Raises:
        Misconfigured: as `load` does.
    """
    table = Table(values)
    languages = table.texts("languages")
    for language in languages:
        if not re.fullmatch("[a-z]{2,3}", language):
            raise table.wrong("languages", language, "codes of two or three letters such as es, qu, ay")
    zones = tuple(read_zone(each) for each in table.tables("zones"))
    mechanism = Mechanism(
        version=table.text("version"),
        name=table.text("name"),
        languages=languages,
        default_language=table.word("default_language", languages),
        operators=tuple(read_operator(each) for each in table.tables("operators")),
        sites=tuple(read_site(each, zones, languages) for each in table.tables("sites")),
        zones=zones,
        themes=tuple(read_theme(each) for each in table.tables("themes")),
        calendars=tuple(read_calendar(each) for each in table.tables("calendars")),
        channels=tuple(read_channel(each, languages) for each in table.tables("channels")),
        deadlines=_read_deadlines(table),
        outside_routes=tuple(read_outside_route(each) for each in table.tables("outside_routes")),
        governance=read_governance(table.table("governance")),
        advisers=tuple(read_adviser(each) for each in table.tables("advisers")),
        retention=read_retention(table.table("retention")),
    )
    table.done()
    _must_fit_together(mechanism)
    return mechanism


def _read_deadlines(table: Table) -> tuple[Deadline, ...]:
    """Defaults, overridden by what the file says; the canonical form's list is read too."""
    if isinstance(table.peek("deadlines"), list):
        said = {each.text("name"): each for each in table.tables("deadlines")}
    else:
        group = table.table("deadlines")
        said = {name: group.table(name) for name in group.left()}
    names = [default.name for default in DEADLINES]
    for name in said:
        if name not in names:
            raise Misconfigured(
                f"deadlines.{name}: no such deadline; right would be one of {', '.join(names)}"
            )
    return tuple(read_deadline(said[each.name], each) if each.name in said else each for each in DEADLINES)


def _must_fit_together(mechanism: Mechanism) -> None:
    operators = {operator.key for operator in mechanism.operators}
    sites = {site.key: site for site in mechanism.sites}
    calendars = {calendar.name for calendar in mechanism.calendars}
    _must_be_there("operators", operators)
    _must_be_there("sites", sites)
    for what, keys in (
        ("operators", [each.key for each in mechanism.operators]),
        ("sites", [each.key for each in mechanism.sites]),
        ("zones", [each.key for each in mechanism.zones]),
        ("themes", [each.key for each in mechanism.themes]),
        ("calendars", [each.name for each in mechanism.calendars]),
        ("channels", [each.key for each in mechanism.channels]),
        ("outside_routes", [each.key for each in mechanism.outside_routes]),
        ("advisers", [each.key for each in mechanism.advisers]),
    ):
        _must_differ(what, keys)
    for site in mechanism.sites:
        _must_be_one_of(f"sites[{site.key}].operator", site.operator, operators)
        _must_be_one_of(f"sites[{site.key}].calendar", site.calendar, calendars)
        for language in site.languages:
            _must_be_one_of(f"sites[{site.key}].languages", language, mechanism.languages)
    for zone in mechanism.zones:
        _must_be_one_of(f"zones[{zone.key}].site", zone.site, sites)
    _themes_must_serve(mechanism)
    numbers: dict[tuple[str, str], Channel] = {}
    for channel in mechanism.channels:
        where = f"channels[{channel.key}]"
        _must_be_one_of(f"{where}.operator", channel.operator, {SHARED, *operators})
        for language in channel.languages:
            _must_be_one_of(f"{where}.languages", language, mechanism.languages)
        if channel.site:
            _must_be_one_of(f"{where}.site", channel.site, sites)
            _must_be_one_of(f"{where}.operator", channel.operator, {SHARED, sites[channel.site].operator})
        if channel.number:
            other = numbers.setdefault((channel.kind, number_key(channel.number)), channel)
            if other.operator != channel.operator:
                raise Misconfigured(
                    f"{where}.number: {channel.number!r} belongs to {other.operator!r} already; "
                    f"right would be a number of its own, or operator = {SHARED!r} for both"
                )


def _themes_must_serve(mechanism: Mechanism) -> None:
    if "other" not in {theme.key for theme in mechanism.themes}:
        raise Misconfigured(
            'themes: none has the key "other"; right would be one for whatever fits nowhere else'
        )
    for theme in mechanism.themes:
        _must_differ(f"themes[{theme.key}].categories", [category.key for category in theme.categories])
        nameless = [key for key, names in _named(theme) if mechanism.default_language not in names]
        if nameless:
            raise Misconfigured(
                f"themes[{theme.key}].names: {', '.join(nameless)} has no name in "
                f"{mechanism.default_language!r}; right would be one in the default language at least"
            )


def _named(theme: Theme) -> list[tuple[str, Mapping[str, str]]]:
    return [(theme.key, theme.names), *((each.key, each.names) for each in theme.categories)]


def _must_be_there(what: str, keys: object) -> None:
    if not keys:
        raise Misconfigured(f"{what}: missing; right would be at least one [[{what}]]")


def _must_differ(what: str, keys: list[str]) -> None:
    for key in keys:
        if keys.count(key) > 1:
            raise Misconfigured(
                f"{what}: {key!r} stands there {keys.count(key)} times; right would be each key once"
            )


def _must_be_one_of(where: str, got: str, choices: object) -> None:
    known = sorted(choices) if isinstance(choices, (set, frozenset, dict, tuple)) else []
    if got not in known:
        raise Misconfigured(
            f"{where}: got {got!r}; right would be one of {', '.join(known) or '(none is declared)'}"
        )


def _missing_words(mechanism: Mechanism) -> Iterator[str]:
    for theme in mechanism.themes:
        for language in mechanism.languages:
            nameless = [key for key, names in _named(theme) if language not in names]
            if nameless:
                yield f"Theme {theme.key}: no name in {language} for {', '.join(nameless)}."
    for site in mechanism.sites:
        doors = _doors_of(mechanism, site)
        for language in site.languages:
            if not any(language in door.languages for door in doors):
                yield f"Site {site.key}: no channel speaks {language}."


def _missing_doors(mechanism: Mechanism) -> Iterator[str]:
    enough = 2
    for operator in mechanism.operators:
        if not operator.emergency:
            yield f"Operator {operator.key}: no number is named that a danger to many people is sent to (emergency)."
    for site in mechanism.sites:
        doors = _doors_of(mechanism, site)
        if len(doors) < enough:
            yield f"Site {site.key}: {len(doors)} channel; people need at least {enough}."
        if not any(door.offline for door in doors):
            yield f"Site {site.key}: no channel works without a telephone or network."
        if not site.zones:
            yield f"Site {site.key}: no zone is named, so nobody can see which hamlets are never heard."
    for zone in mechanism.zones:
        if not zone.population:
            yield f"Zone {zone.key}: its population is not known, so contacts per 1,000 people can't be told."
    for calendar in mechanism.calendars:
        if not calendar.holidays:
            yield f"Calendar {calendar.name}: no holiday is named; deadlines will fall on feast days."


def _longer_than_usual(mechanism: Mechanism) -> Iterator[str]:
    for usual in DEADLINES:
        ours = mechanism.deadline(usual.name)
        if usual.name in {"reopen", "complainant", "ask_review", "comment", "no_contact", "regret"}:
            if ours.days < usual.days:
                yield f"Deadline {usual.name}: {ours.days} days are less time than the usual {usual.days}."
        elif ours.days > usual.days:
            yield f"Deadline {usual.name}: {ours.days} days are longer than the usual {usual.days}."
        if usual.ceiling and not 0 < ours.ceiling <= usual.ceiling:
            yield f"Deadline {usual.name}: the ceiling of {usual.ceiling} calendar days is missing or passed."


def _missing_institutions(mechanism: Mechanism) -> Iterator[str]:
    for country in sorted({site.country for site in mechanism.sites}):
        if not any(route.country == country for route in mechanism.outside_routes):
            yield f"Country {country}: no outside route is named."
    for route in mechanism.outside_routes:
        if route.verified_on is None:
            yield f"Outside route {route.key}: nobody has verified the contact yet."
    seats = mechanism.governance.seats
    if 2 * sum(seat.outside for seat in seats) < len(seats):
        yield "Governance: fewer than half of the panel's seats are outside the company."
    if not mechanism.governance.income_ceiling:
        yield "Governance: nothing says how much of the third party's income one company may pay (income_ceiling)."
    if not mechanism.governance.review_share:
        yield "Governance: nothing says how many of one company's reviews one reviewer may decide (review_share)."
    enough = 2
    if len(mechanism.advisers) < enough:
        yield f"Advisers: {len(mechanism.advisers)} named; people need at least {enough} to choose from."


def _doors_of(mechanism: Mechanism, site: Site) -> tuple[Channel, ...]:
    """The channels that a person near that site can use."""
    return tuple(
        channel
        for channel in mechanism.channels
        if channel.operator in {SHARED, site.operator} and channel.site in {"", site.key}
    )


@lru_cache(maxsize=16)
def _digest(mechanism: Mechanism) -> str:
    return hashlib.sha256(mechanism.to_json().encode()).hexdigest()


def _plain(value: object) -> Any:
    if isinstance(value, Holiday):
        return {value.kind.value: value.rule, "name": value.name, "moves": value.moves.value}
    if isinstance(value, Calendar):
        weekend = [WEEKDAYS[day] for day in sorted(value.weekend)]
        return {
            "name": value.name,
            "zone": value.zone,
            "weekend": weekend,
            "holidays": _plain(value.holidays),
        }
    if is_dataclass(value):
        return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, (tuple, list)):
        return [_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return value.isoformat() if isinstance(value, date) else value
