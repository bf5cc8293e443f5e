"""The week's list of numbers: read from the record, worked out once, frozen, and put into words for an announcer."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, or_, select

from channels.house import House
from channels.radio import airwords
from grievance import airing
from grievance.airing import Line
from grievance.case import CASES
from grievance.complainant import Contributor
from grievance.mechanism import Mechanism
from grievance.record import Entry
from grievance.vocabulary import Channel, Kind, Step
from reports.aloud import acklist
from reports.aloud.acklist import STAGES, Stage, Told
from translations import Phrase, phrase, say
from translations.numbers import digit_by_digit

AREAS = {
    acklist.EVERYWHERE: phrase("Of all places together"),
    acklist.NO_PLACE: phrase("Of places nobody named"),
}
_ENTRIES = Entry.__table__  # type: ignore[attr-defined]
_TOKENS = Contributor.__table__  # type: ignore[attr-defined]
_NOBODY_KNOWN = b""


@dataclass(frozen=True, slots=True)
class Section:
    """What is read in one go: for which area, which stage, and each number as it is written and as it is said."""

    area: str
    stage: Stage
    numbers: tuple[tuple[str, str], ...]


def of_this_week(house: House) -> tuple[date, tuple[Line, ...]]:
    """Give this week's list, the same for whoever asks, whenever in the week."""
    rules = house.rules
    today = rules.today(house.now())
    week = airing.monday(today)
    before = house.store.read(lambda conn: airing.issued(conn, week))
    if before is not None:
        return week, before

    def secret(label: str) -> bytes:
        return house.ring.mac("acklist", label)

    def work(conn: Connection) -> tuple[Line, ...]:
        lines = acklist.draw(_told(conn, before=week), week, secret=secret)
        return airing.issue(conn, week, lines, on=today)

    return week, house.store.transact(work)


def sections(lines: tuple[Line, ...], language: str) -> tuple[Section, ...]:
    """Put the numbers of one slot in order of reading: area by area, stage by stage, digit by digit."""
    found: list[Section] = []
    for line in lines:
        from_code = (f"{line.number[:4]}-{line.number[4:]}", digit_by_digit(line.number, language))
        stage = Stage(line.stage)
        if found and (found[-1].area, found[-1].stage) == (line.area, stage):
            found[-1] = Section(line.area, stage, (*found[-1].numbers, from_code))
        else:
            found.append(Section(line.area, stage, (from_code,)))
    return tuple(found)


def area_name(mechanism: Mechanism, area: str) -> Phrase | str:
    """Name an area as people do."""
    places = {s.key: s.name for s in mechanism.sites}
    places |= {acklist.COMPANY + o.key: o.name for o in mechanism.operators}
    return AREAS.get(area) or places.get(area, area)


def script(house: House, language: str) -> str:
    """Write this week's list as a script: every number twice, one digit at a time."""
    week, lines = of_this_week(house)
    if not lines:
        return say(airwords.NOTHING, language) + "\n"
    return "\n".join(_slots(house, week, lines, language)) + "\n"


def _slots(house: House, week: date, lines: tuple[Line, ...], language: str) -> Iterator[str]:
    for slot in acklist.slots(lines):
        yield f"# {acklist.day_of(slot[0].slot, week).isoformat()} ({slot[0].slot})"
        yield say(airwords.GREETING, language)
        for section in sections(slot, language):
            area = area_name(house.rules.current, section.area)
            yield f"{say(area, language) if isinstance(area, Phrase) else area}. {say(STAGES[section.stage], language)}."
            if section.stage is Stage.ANSWERED:
                yield say(airwords.ANSWERED, language)
            for number, said in section.numbers:
                yield f"{number}: {said}. {said}."
        yield say(airwords.GOODBYE, language)
        yield ""


def _told(conn: Connection, *, before: date) -> list[Told]:
    """Read the cases that came by radio, with every change of state before a day, and every word that all is done."""
    mine = (CASES.c.channel == str(Channel.RADIO_RELAY), CASES.c.kind == str(Kind.GRIEVANCE))
    rows = conn.execute(
        select(CASES.c.id, CASES.c.number, CASES.c.operator, CASES.c.site, CASES.c.protected, _TOKENS.c.token)
        .outerjoin(_TOKENS, _TOKENS.c.case == CASES.c.id)
        .where(*mine, CASES.c.protected.is_(False))
    ).all()
    moves: dict[str, list[tuple[date, str]]] = {}
    asked = (
        select(
            _ENTRIES.c.stream, _ENTRIES.c.recorded_on, _ENTRIES.c.to_state, _ENTRIES.c.step, _ENTRIES.c.facts
        )
        .join(CASES, CASES.c.id == _ENTRIES.c.stream)
        .where(*mine, _ENTRIES.c.refused.is_(False))
        .where(or_(_ENTRIES.c.from_state != _ENTRIES.c.to_state, _ENTRIES.c.step == str(Step.KEEP)))
        .where(_ENTRIES.c.recorded_on < before)
        .order_by(_ENTRIES.c.stream, _ENTRIES.c.seq)
    )
    for row in conn.execute(asked):
        if row.step != Step.KEEP:
            moves.setdefault(row.stream, []).append((row.recorded_on, row.to_state))
        elif json.loads(row.facts).get("last"):
            moves.setdefault(row.stream, []).append((row.recorded_on, acklist.SAID_DONE))
    return [
        Told(r.id, r.number, r.operator, r.site, r.token or _NOBODY_KNOWN, r.protected, tuple(moves[r.id]))
        for r in rows
        if r.id in moves
    ]
