"""Make a past: install staff, let months go by, publish each of them, and say how far it is."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from channels import staffing
from channels.publishing import secret_of
from channels.simulation import words
from channels.simulation.docket import docket
from channels.simulation.institutions import institutions
from channels.simulation.traffic import Traffic, Volume, midnight
from channels.simulation.world import World
from channels.web.pages.access import Person
from grievance import register, reviewkeys
from grievance.errors import GrievanceError
from grievance.register import By, Note
from grievance.vocabulary import MODULES, Role
from reports import release, shelf
from reports.gate import pass_through
from reports.month import Month

logger = logging.getLogger(__name__)
RENEWED_AFTER = 350
"""Days after which trainings and declarations are held and signed again, before they run out."""


@dataclass(frozen=True, slots=True)
class Login:
    """How somebody of the staff signs in; made up, and printed, because it is a demo."""

    login: str
    role: Role
    password: str
    secret: str
    operator: str | None = None
    passphrase: str = ""
    door: str | None = None

    @property
    def face(self) -> str:
        """At which door."""
        return staffing.FACES[self.role]


def hire(world: World, logins: tuple[Login, ...]) -> None:
    """Add the accounts of staff, or find those that are there."""
    house = world.house
    sites = {
        o.key: tuple(s.key for s in house.rules.current.sites_of(o.key))
        for o in house.rules.current.operators
    }
    known = {account.login for account in staffing.accounts(house.store)}
    for one in logins:
        if f"totp-{one.face}" not in house.ring.secrets:
            continue  # a demo of an earlier version has no key of a room that came later
        theirs = sites[one.operator] if one.operator else ()
        if one.login not in known:
            staffing.add(house.store, house.ring, login=one.login, role=one.role, operator=one.operator, sites=theirs,
                         password=one.password, rules=house.rules, moment=house.moment(), secret=one.secret,
                         door=one.door, called=[name for who, name in words.CALLED.items() if who == one.login])  # fmt: skip
        world.staff[one.login] = Person(id=_id_of(world, one.login), login=one.login, role=one.role, face=one.face,
                                        operator=one.operator, sites=frozenset(theirs), session="")  # fmt: skip
        if one.login not in known:
            _papers(world, world.staff[one.login])
        if one.passphrase and world.review is None:
            world.review = reviewkeys.unlock(house.ring, one.login, one.passphrase)


def _papers(world: World, person: Person) -> None:
    """Train whoever begins here, and let a reviewer sign; both are kept in the registers, and run out."""
    house, today = world.house, world.clock.at.date()
    by = By(role=str(Role.REVIEWER), id=person.id, on=today, version=house.rules.current.version)
    ends = today + timedelta(days=365)
    notes = [
        Note("training", "held", held_on=today, until=ends, about=person.id, facts={"module": module})
        for module in MODULES
    ]
    if person.role == Role.REVIEWER:
        notes += [Note("independence", "signed", held_on=today, until=ends, about=person.id)]
    moments = [house.moment() for _ in notes]

    def write(conn: Connection) -> None:
        for what, at in zip(notes, moments, strict=True):
            register.note(conn, what, by=by, at=at)

    house.store.transact(write)


def go_by(
    world: World, *, first: Month, volume: Volume, done: Callable[[float], None] = lambda _share: None,
) -> tuple[str, ...]:  # fmt: skip
    """Let time go by until the world's end, the clock publishing months; answers the months that are published."""
    start = world.clock.at
    last = Month.of(world.until.date())
    Traffic(world, volume).plan(first, last, since=start)
    world.begin(docket(world), start + timedelta(hours=9))
    whole = (world.until - start).total_seconds()

    def day_is_over(day: date) -> None:
        done(min(1.0, (midnight(day) - start).total_seconds() / whole))
        since = (day - start.date()).days
        if since > 0 and since % RENEWED_AFTER == 0:
            for person in world.staff.values():
                _papers(world, person)
        institutions(world, day)

    world.run(each_day=day_is_over)
    published = world.house.store.read(shelf.months)
    if last.previous >= first and last.previous not in published:
        published += _publish(world, last.previous)
    done(1.0)
    return tuple(str(month) for month in published if month >= first)


def beginning(until: datetime, months: int) -> Month:
    """Say which month comes first so that so many whole months lie before the one that runs."""
    return Month.of((until - timedelta(hours=5)).date()).back(months)


def _publish(world: World, month: Month) -> tuple[Month, ...]:
    """Publish the month that is just over, so that there is something to read on the first day, too."""
    house = world.house
    try:
        release.release(
            house.store,
            month,
            rules=house.rules,
            at=house.moment(),
            secret=secret_of(house.ring),
            made_up=True,
            gate=world.ahead or pass_through,
        )
    except GrievanceError as cause:
        logger.error("a month was not published: %s", cause)  # noqa: TRY400  it holds figures, and no words of anybody
        return ()
    return (month,)


def _id_of(world: World, login: str) -> str:
    from sqlalchemy import select  # noqa: PLC0415

    from grievance.staff import Staff  # noqa: PLC0415

    table = Staff.__table__  # type: ignore[attr-defined]
    return str(
        world.house.store.read(
            lambda c: c.execute(select(table.c.id).where(table.c.login == login)).scalar_one()
        )
    )
