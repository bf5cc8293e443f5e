"""A complaint that a page sends, or that somebody takes down for another: one way in for web, kiosk, radio, office.

Danger is looked for before anything is sealed; the clave is drawn in the request that shows it, or was
drawn before and printed on a slip. Sending the same thing twice makes one case.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from channels.claves.stretching import stretch_new
from channels.house import House
from channels.incoming import recusing, routing, sealing
from channels.incoming.timing import next_batch
from channels.incoming.waiting import wait_for_batch
from channels.talking import programmes, questions
from channels.talking.subjects import guess_theme
from grievance import claves, inbox, pad, vault
from grievance.case import CASES, Case
from grievance.codes import make_clave
from grievance.complainant import Clave, Complainant
from grievance.moment import Moment
from grievance.vocabulary import Channel, Kind, Step
from translations.lists import every_danger
from workflows import casework
from workflows.danger import CARE, flags
from workflows.knowing import reading

NOTHING_SAID = "…"
_DRAWN = 14
_INBOX = inbox.Inbound.__table__  # type: ignore[attr-defined]
_HEARD = insert(_INBOX)
_NEW_CLAVE = insert(Clave.__table__)  # type: ignore[attr-defined]
_NEW_PERSON = insert(Complainant.__table__)  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Filing:
    """What came in by a page or was taken down.

    `door` and `key` name it: the same key at the same door is the same complaint. `operator` is the door's own.
    `older` is the ordinary case of somebody who now tells of a danger: it becomes a protected case of its own,
    linked at review only, and nothing moves in the older one (DESIGN 5). `danger` is what they said of it by a
    choice, where no word of the text would tell. `prepared` is the number on a slip that was printed before.
    `by` is whom a release counts it for: a page's key, or a kiosk, a station or a site and its day. `relayed_by` took
    it down and read it back. `keyless`: nobody is there to be given a clave, so none is made. `programme` is what
    was read on the air before: it is counted, and never stands with the case. `again`: the key is known to this page
    alone, so the same form may ask once more for the clave it was answered with (`sentagain`).
    """

    door: str
    key: str
    text: str
    language: str
    channel: Channel = Channel.WEB
    theme: str = ""
    place: str = ""
    site: str = ""
    operator: str | None = None
    collective: bool = False
    older: Case | None = None
    danger: frozenset[str] = frozenset()
    kind: str = Kind.GRIEVANCE
    embargo: int = 0
    happened_at: datetime | None = None
    prepared: str | None = None
    by: str = ""
    relayed_by: str = ""
    keyless: bool = False
    programme: str = ""
    again: bool = False


@dataclass(frozen=True, slots=True)
class Filed:
    """A complaint that is safe: its case, whether it is protected, and the clave, to be shown once.

    `clave` is None where a slip that was printed before has it, or where there is none. `ref` names it among what came in.
    """

    received: casework.Received
    protected: bool
    kind: str
    clave: str | None
    ref: bytes


class NoSuchSlip(ValueError):
    """The number is on no slip of this door, or its slip was used: nothing was stored."""


def file(house: House, filing: Filing) -> Filed | None:
    """File a complaint, durable; `None` when the same one came before.

    Raises:
        NoSuchSlip: it names a slip that is not to be had.
        StepRefused: there is no content at all.
        Busy: nothing was stored.
    """
    at = house.moment()
    ref = reference(filing.door, filing.key)
    clave = None if filing.prepared or filing.keyless else clave_of(house, filing, at)
    own, slip = _key_of(house, filing, at, clave)
    complaint = _complaint(
        house, filing, at, own_key={claves.reader(own["id"]): own["public"]} if own else {}
    )

    def work(conn: Connection) -> casework.Received | None:
        if inbox.came_before(conn, filing.door, ref):
            return None
        conn.execute(
            _NEW_PERSON,
            {
                "id": complaint.complainant, "pseudonym": None, "gateway": None, "address": None,
                "language": filing.language, "stopped_on": None, "since": at.now.date(),
            },
        )  # fmt: skip
        if slip is not None and not pad.use(conn, slip.id, on=at.now.date()):
            raise NoSuchSlip(slip.number)
        got = casework.receive(conn, complaint, rules=house.rules, at=at)
        if own:
            conn.execute(_NEW_CLAVE, {**own, "case": got.case, "complainant": complaint.complainant})
        who = filing.by or f"{filing.door}/{filing.key}"
        programmes.count(conn, house.ring, filing.programme, who=who, on=at.now.date())
        if filing.collective:
            wait_for_batch(
                conn,
                house,
                case_id=got.case,
                step=Step.ADD,
                told=None,
                credential="clave",
                at=at,
                collective=True,
            )
        conn.execute(
            _HEARD,
            {
                "id": at.id("inbox"), "gateway": filing.door, "ref": ref, "received_at": at.now, "outcome": "case",
                "case": got.case,
            },
        )  # fmt: skip
        return got

    got = house.store.transact(work)
    return None if got is None else Filed(got, complaint.protected, complaint.kind, clave, ref)


def clave_of(house: House, filing: Filing, at: Moment) -> str:
    """Draw the clave of a filing: at random, or from the form itself, where the same form may ask for it again.

    From a form it is an HMAC over all that the form says, its own random key first: neither that key nor the clave is
    stored, so nothing here can make it again but the very same form (RFC 2104; 14 digits of 32 bytes).
    """
    if not filing.again:
        return make_clave(at.digits("clave", _DRAWN))
    drawn = int.from_bytes(house.ring.mac("clave of a form", _said(filing))) % 10**_DRAWN
    return make_clave(str(drawn).zfill(_DRAWN))


def dangers(house: House, filing: Filing) -> frozenset[str]:
    """Tell which dangers are spoken of, by a choice or by the words."""
    return filing.danger | flags(_whole(filing), every_danger(), places=house.rules.current.place_names())


def _whole(filing: Filing) -> str:
    return f"{filing.text}\n{filing.place}".strip() if filing.place else filing.text


def fingerprint(filing: Filing) -> str:
    """Name all that a form says, its key with it: 64 hex digits."""
    return hashlib.sha256(_said(filing).encode()).hexdigest()


def _said(filing: Filing) -> str:
    older = filing.older.id if filing.older else ""
    said = (
        filing.door, filing.key, filing.text, filing.theme, filing.place, filing.site, filing.collective, older,
        sorted(filing.danger), filing.kind, filing.embargo,
    )  # fmt: skip
    return json.dumps(said)


def reference(door: str, key: str) -> bytes:
    """Name a complaint of a door: the same door and key give the same reference."""
    return hashlib.sha256(f"{door}/{key}".encode()).digest()


def number_of(conn: Connection, door: str, key: str) -> str | None:
    """Find the number of the case that came in by this door under this key, if one did."""
    came = select(CASES.c.number).join(_INBOX, _INBOX.c.case == CASES.c.id)
    row = conn.execute(came.where(_INBOX.c.gateway == door, _INBOX.c.ref == reference(door, key))).first()
    return None if row is None else str(row.number)


def _key_of(
    house: House, filing: Filing, at: Moment, clave: str | None
) -> tuple[dict[str, Any], pad.Prepared | None]:
    """Make the clave's row: of a new clave (one scrypt), or of the slip that has it already (none); or no row."""
    if filing.keyless and not filing.prepared:
        return {}, None
    row = {"made_on": at.now.date(), "visited_at": None}
    if clave is not None:
        made = stretch_new(house, clave)
        scheme = house.schemes()[0].version
        return {
            **row,
            "id": at.id("clave"),
            "scheme": scheme,
            "lookup": made.lookup,
            "public": made.public,
        }, None
    number = filing.prepared or ""
    slip = house.store.read(lambda conn: pad.unused(conn, number, place=filing.door))
    if slip is None:
        raise NoSuchSlip(number)
    return {**row, "id": slip.id, "scheme": slip.scheme, "lookup": slip.lookup, "public": slip.public}, slip


def _complaint(
    house: House, filing: Filing, at: Moment, *, own_key: dict[str, bytes]
) -> casework.Complaint:  # fmt: skip
    mechanism, older = house.rules.current, filing.older
    known = {s.key: s for s in mechanism.sites}
    site = (older.site or "") if older else filing.site
    operator = known[site].operator if site in known else filing.operator
    whole, danger = _whole(filing), dangers(house, filing)
    where = routing.route(
        mechanism, operator=operator, site=site if site in known else None, text=whole, protected=bool(danger)
    )
    keys = {t.key for t in mechanism.themes}
    off = recusing.of(house, whole, operator=where.operator, site=where.site)
    room = routing.REVIEW if off.nobody_left else where.room
    readers = reading.first_publics(
        house.ring.publics, room=room, operator=where.operator, protected=bool(danger)
    )
    own = sealing.said(
        whole or NOTHING_SAID,
        by="complainant",
        purpose="narrative",
        readers=readers | own_key,
        original={vault.REVIEW: house.ring.public(vault.REVIEW), **own_key},
        places=sealing.place_names(mechanism),
    )
    calendar = house.rules.calendar(mechanism.version, site=where.site, operator=where.operator)
    batch = next_batch(house, calendar, at.now)
    return casework.Complaint(
        channel=filing.channel,
        language=filing.language,
        said=(own,),
        room=room,
        operator=where.operator,
        site=where.site,
        zone=where.zone,
        theme=filing.theme if filing.theme in keys else guess_theme(whole),
        protected=bool(danger),
        care=bool(danger & CARE),
        complainant=at.id("person"),
        token=_token(house, filing, at),
        happened_at=filing.happened_at,
        visible_on=batch.on,
        visible_hour=batch.hour,
        pull=True,
        link=(older.id, "danger", None) if older else None,
        kind=Kind.GRIEVANCE if danger else filing.kind,
        embargo=0 if danger else filing.embargo,
        number=filing.prepared,
        relayed_by=filing.relayed_by,
        named=off.people,
        asked=0 if filing.relayed_by else questions.VERSION,  # a relay asks in their own words
    )


def _token(house: House, filing: Filing, at: Moment) -> tuple[int, bytes] | None:
    year = at.now.year
    if f"contributor.{year}" not in house.ring.secrets:
        return None
    return year, house.ring.contributor(year, filing.by or f"{filing.door}/{filing.key}")
