"""The parts of a mechanism: frozen values, and how each is read from the file that people write.

A part knows what is right for itself alone; whether it fits the others (a site of an operator that is not
there) is `grievance.mechanism`'s to say.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

from grievance.calendar import SATURDAY, SUNDAY, WEEKDAYS, Calendar, Holiday, HolidayKind, Moves
from grievance.errors import Misconfigured, Unknown
from grievance.tomltable import Table

SHARED = "shared"
DIALLED = ("sms", "ussd", "voice")
OFFLINE = ("office", "kiosk", "radio")
CHANNEL_KINDS = (*DIALLED, "web", *OFFLINE)
REVIEWS_BEFORE_A_SHARE = 10
FIRST_READERS = ("desk", "focal")
ROUTE_KINDS = (
    "ombudsman",
    "court",
    "prosecutor",
    "regulator",
    "labour",
    "police",
    "health",
    "care",
    "ncp",
    "scheme",
    "lender",
)
_KEY = re.compile(r"[a-z][a-z0-9-]{0,31}")
_PHONE = re.compile(r"\+[1-9][0-9]{7,14}|[0-9]{3,8}")
_DIRECT = re.compile(r"\+[1-9][0-9]{7,14}")
_NUMBERS = {"sms": _PHONE, "voice": _PHONE, "ussd": re.compile(r"\*[0-9*]+#")}


class Unit(StrEnum):
    """What a deadline counts in."""

    WORKING = "working"
    CALENDAR = "calendar"


@dataclass(frozen=True, slots=True)
class Deadline:
    """A number of days within which something is owed.

    `ceiling` is in calendar days from the start and may only bring the date forward; 0 means none.
    `extension` is how many days may be added, once.
    """

    name: str
    days: int
    unit: Unit
    ceiling: int = 0
    extension: int = 0


@dataclass(frozen=True, slots=True)
class Operator:
    """A company that runs mines. `emergency` is a number somebody always answers: a danger to many is sent there."""

    key: str
    name: str
    country: str
    emergency: str = ""


@dataclass(frozen=True, slots=True)
class Zone:
    """A hamlet or neighbourhood near a site; `places` are the other words people write for it."""

    key: str
    name: str
    site: str
    population: int
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Site:
    """A mine with the people around it.

    `first_reader` is `desk`, or `focal` where every new case is read by the protection focal point first.
    """

    key: str
    name: str
    operator: str
    country: str
    calendar: str
    languages: tuple[str, ...]
    first_reader: str
    places: tuple[str, ...]
    zones: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Category:
    """A finer sort of complaint within a theme."""

    key: str
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Theme:
    """What a complaint is about, in the languages of the mechanism."""

    key: str
    names: Mapping[str, str]
    categories: tuple[Category, ...]

    def name(self, *languages: str) -> str:
        """Its name in the first of these languages that it has one in, else in English, else in the first there is."""
        return next(
            (self.names[one] for one in (*languages, "en") if self.names.get(one)),
            next(iter(self.names.values())),
        )


@dataclass(frozen=True, slots=True)
class Channel:
    """A door: a number, a form, a counter, a radio programme. `operator` may be `shared`."""

    key: str
    kind: str
    gateway: str
    number: str
    operator: str
    site: str
    cost_to_user: int
    languages: tuple[str, ...]
    hours: str
    address: str

    @property
    def offline(self) -> bool:
        """Whether a person needs neither telephone nor network for it."""
        return self.kind in OFFLINE


@dataclass(frozen=True, slots=True)
class OutsideRoute:
    """Somebody outside the mechanism whom people may turn to at any time, instead or as well.

    `verified_on` is the day somebody last called; None prints as "not verified".
    """

    key: str
    name: str
    kind: str
    country: str
    contact: str
    verified_on: date | None
    note: str


@dataclass(frozen=True, slots=True)
class Seat:
    """A seat on the panel; `outside` means neither the company's nor paid by it."""

    holder: str
    outside: bool


@dataclass(frozen=True, slots=True)
class ThirdParty:
    """An independent entity whose people review and protect; none of them works for a company."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Governance:
    """Who watches over the mechanism itself (UNGP 31(a)).

    `income_ceiling`: of a hundred of a third party's income of a year, how many may come from one company; 0
    where nobody decided. `review_share`: of a hundred reviews of one company in twelve months, how many one reviewer
    may decide, once there are `review_share_from` of them; 0 where nobody decided.
    """

    panel: str
    seats: tuple[Seat, ...]
    quorum: int
    term_months: int
    meets_every_days: int
    funding: str
    host: str
    income_ceiling: int
    review_share: int
    review_share_from: int
    third_parties: tuple[ThirdParty, ...]


@dataclass(frozen=True, slots=True)
class Adviser:
    """Somebody outside who helps a complainant, free of charge (UNGP 31(d))."""

    key: str
    name: str
    contact: str
    country: str
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Retention:
    """How long what is personal is kept. Entries without personal data stay for ever."""

    addresses_days: int
    texts_months: int
    exact_times_months: int
    audio_days: int
    backups_days: int


Keyed = TypeVar("Keyed", Operator, Site, Zone, Theme, Category, Channel)


def by_key(things: tuple[Keyed, ...], key: str, what: str) -> Keyed:
    """The one thing of that key.

    Raises:
        Unknown: there is none.
    """
    for thing in things:
        if thing.key == key:
            return thing
    raise Unknown(f"no {what} {key!r}")


def read_operator(table: Table) -> Operator:
    """A company; `shared` is no company but the word for a channel of several."""
    emergency = table.text("emergency", "")
    operator = Operator(_key(table), table.text("name"), _country(table), emergency)
    if emergency and not _DIRECT.fullmatch(emergency):
        raise table.wrong("emergency", emergency, "a number that takes text messages, such as +51900000009")
    if operator.key == SHARED:
        raise table.wrong("key", SHARED, "another word: 'shared' means a channel of several operators")
    table.done()
    return operator


def read_zone(table: Table) -> Zone:
    """A zone; its own name is always among the words for it."""
    zone = Zone(
        key=_key(table),
        name=table.text("name"),
        site=table.text("site"),
        population=table.number("population", 0),
        places=table.texts("places", ()),
    )
    table.done()
    return zone


def read_site(table: Table, zones: tuple[Zone, ...], languages: tuple[str, ...]) -> Site:
    """A site with the zones that name it."""
    key = _key(table)
    site = Site(
        key=key,
        name=table.text("name"),
        operator=table.text("operator"),
        country=_country(table),
        calendar=table.text("calendar"),
        languages=table.texts("languages", languages),
        first_reader=table.word("first_reader", FIRST_READERS, "desk"),
        places=table.texts("places"),
        zones=tuple(zone.key for zone in zones if zone.site == key),
    )
    table.done()
    return site


def read_theme(table: Table) -> Theme:
    """A theme with its categories."""
    theme = Theme(
        key=_key(table),
        names=table.names("names"),
        categories=tuple(_read_category(each) for each in table.tables("categories")),
    )
    table.done()
    return theme


def read_channel(table: Table, languages: tuple[str, ...]) -> Channel:
    """A door; whoever comes by it pays nothing."""
    kind = table.word("kind", CHANNEL_KINDS)
    dialled = kind in DIALLED
    cost = table.take("cost_to_user") if "cost_to_user" in table else None
    if cost != 0 or isinstance(cost, bool):
        raise table.wrong(
            "cost_to_user", cost, "0: a complaint must cost nothing (a free number, or the mechanism pays)"
        )
    channel = Channel(
        key=_key(table),
        kind=kind,
        gateway=table.text("gateway", None if dialled else ""),
        number=table.text("number", None if dialled else ""),
        operator=table.text("operator"),
        site=table.text("site", ""),
        cost_to_user=0,
        languages=table.texts("languages", languages),
        hours=table.text("hours", ""),
        address=table.text("address", ""),
    )
    if dialled and not _NUMBERS[kind].fullmatch(channel.number):
        right = "a code such as *123#" if kind == "ussd" else "a number such as +51900000001, or a short code"
        raise table.wrong("number", channel.number, right)
    table.done()
    return channel


def read_deadline(table: Table, default: Deadline) -> Deadline:
    """A deadline; what is not said stays as the default has it."""
    deadline = Deadline(
        name=default.name,
        days=table.number("days", default.days, least=1),
        unit=Unit(table.word("unit", [unit.value for unit in Unit], default.unit.value)),
        ceiling=table.number("ceiling", default.ceiling),
        extension=table.number("extension", default.extension),
    )
    if 0 < deadline.ceiling < deadline.days:
        raise table.wrong("ceiling", deadline.ceiling, f"0 (none) or at least the {deadline.days} days")
    table.done()
    return deadline


def read_calendar(table: Table) -> Calendar:
    """A calendar; a mistake in a holiday is reported with the calendar's place in the file."""
    name, zone = table.text("name"), table.text("zone")
    weekend = table.texts("weekend", (WEEKDAYS[SATURDAY], WEEKDAYS[SUNDAY]))
    if not set(weekend) <= set(WEEKDAYS):
        raise table.wrong("weekend", list(weekend), "days of " + ", ".join(WEEKDAYS))
    holidays = tuple(_read_holiday(each) for each in table.tables("holidays"))
    try:
        calendar = Calendar(name, zone, holidays, frozenset(WEEKDAYS.index(day) for day in weekend))
    except Misconfigured as error:
        raise Misconfigured(f"{table.at('zone')}: {error}") from error
    table.done()
    return calendar


def read_outside_route(table: Table) -> OutsideRoute:
    """An outside route; who to turn to, and when somebody last checked that they answer."""
    route = OutsideRoute(
        key=_key(table),
        name=table.text("name"),
        kind=table.word("kind", ROUTE_KINDS),
        country=_country(table),
        contact=table.text("contact"),
        verified_on=_day(table, "verified_on"),
        note=table.text("note", ""),
    )
    table.done()
    return route


def read_governance(table: Table) -> Governance:
    """The panel; its seats must be able to make its quorum."""
    seats = tuple(_read_seat(each) for each in table.tables("seats"))
    quorum = table.number("quorum", least=1)
    if quorum > len(seats):
        raise table.wrong("quorum", quorum, f"at most the {len(seats)} seats")
    host, most = table.text("host"), 100
    named = table.tables("third_parties") if "third_parties" in table else ()
    governance = Governance(
        panel=table.text("panel"),
        seats=seats,
        quorum=quorum,
        term_months=table.number("term_months", least=1),
        meets_every_days=table.number("meets_every_days", 90, least=1),
        funding=table.text("funding"),
        host=host,
        income_ceiling=table.number("income_ceiling", 0),
        review_share=table.number("review_share", 0),
        review_share_from=table.number("review_share_from", REVIEWS_BEFORE_A_SHARE, least=1),
        third_parties=tuple(map(_read_third_party, named)) or (ThirdParty("host", host),),
    )
    for name in ("income_ceiling", "review_share"):
        if (percent := getattr(governance, name)) > most:
            raise table.wrong(name, percent, f"a percentage, at most {most}")
    keys = [party.key for party in governance.third_parties]
    if len(set(keys)) < len(keys):
        raise table.wrong("third_parties", keys, "each key once")
    table.done()
    return governance


def read_adviser(table: Table) -> Adviser:
    """An adviser."""
    adviser = Adviser(
        key=_key(table),
        name=table.text("name"),
        contact=table.text("contact"),
        country=_country(table),
        languages=table.texts("languages"),
    )
    table.done()
    return adviser


def read_retention(table: Table) -> Retention:
    """How long things are kept; addresses never longer than half a year after closing."""
    longest = 180
    retention = Retention(
        addresses_days=table.number("addresses_days", longest, least=1),
        texts_months=table.number("texts_months", 24, least=1),
        exact_times_months=table.number("exact_times_months", 24, least=1),
        audio_days=table.number("audio_days", 90, least=1),
        backups_days=table.number("backups_days", 35, least=1),
    )
    if retention.addresses_days > longest:
        raise table.wrong("addresses_days", retention.addresses_days, f"at most {longest}")
    table.done()
    return retention


def _read_category(table: Table) -> Category:
    category = Category(key=_key(table), names=table.names("names"))
    table.done()
    return category


def _read_third_party(table: Table) -> ThirdParty:
    party = ThirdParty(key=_key(table), name=table.text("name"))
    table.done()
    return party


def _read_seat(table: Table) -> Seat:
    seat = Seat(holder=table.text("holder"), outside=table.flag("outside"))
    table.done()
    return seat


def _read_holiday(table: Table) -> Holiday:
    name = table.text("name")
    moves = Moves(table.word("moves", [each.value for each in Moves], Moves.NEVER.value))
    kinds = [kind for kind in HolidayKind if kind in table]
    if len(kinds) != 1:
        raise table.wrong("", [kind.value for kind in kinds], "exactly one of " + ", ".join(HolidayKind))
    rule = table.take(kinds[0])
    table.done()
    try:
        return Holiday(kinds[0], str(rule), name, moves)
    except Misconfigured as error:
        raise Misconfigured(f"{table.at(kinds[0])}: {error}") from error


def _key(table: Table) -> str:
    key = table.text("key")
    if not _KEY.fullmatch(key):
        raise table.wrong("key", key, "a short word of a-z, 0-9 and hyphens, starting with a letter")
    return key


def _country(table: Table) -> str:
    country = table.text("country")
    if not re.fullmatch("[A-Z]{2}", country):
        raise table.wrong("country", country, "a country's two capital letters such as PE or BO")
    return country


def _day(table: Table, key: str) -> date | None:
    written = table.take(key) if key in table else None
    if written is None or (isinstance(written, date) and type(written) is date):
        return written
    try:
        return date.fromisoformat(str(written))
    except ValueError as error:
        raise table.wrong(key, written, "a day such as 2026-03-31") from error
