"""Delivery: a notice that is owed becomes a message that was sent, or a fate that is shown (DESIGN 6).

Here, and only in the process that sends, an address is opened and a clave is drawn. A notice is claimed
before it is sent; when nobody knows whether the provider took it, the provider is asked; failing that, a
receipt goes once more, marked so, and an officer's words never. Nothing here writes a number, a text, a
clave or a code anywhere but to the gateway.
"""

import hmac
import json
import logging
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import Connection

from channels.cores import everywhere
from channels.gateway import Outbound, Sent, StatusEvent, Uncertain, Undelivered
from channels.house import House
from channels.incoming import leftovers, parts
from channels.outgoing import blanks, failover, fates, outbox
from channels.outgoing.outbox import Owed, Secrets
from channels.sms import words
from channels.talking.discretion import said_as
from grievance import case as cases
from grievance import claves, vault
from grievance.codes import make_clave
from grievance.errors import Damaged, GrievanceError, Unknown
from grievance.moment import Moment
from grievance.vocabulary import NoticeState
from translations.notices import TEMPLATES

LEASE: Final = timedelta(seconds=120)
"""How long a worker may take over one message before others ask what became of it."""
PATIENCE: Final = 8
"""So many leases long a provider that cannot answer is asked again."""
SAID_AGAIN: Final = frozenset({"receipt", "request_receipt", "safe_first", "safe_care", "new_clave"})
UNREADABLE: Final = "unreadable"
PASSES: Final = 6
"""So many messages one person is sent in a row before others have their turn."""
BACK: Final = 60
"""A round looks at texts of so many days: what is older was let go of by one of many rounds before."""
EVER: Final = 36_500
_NO_NUMBER: Final = "no number"
_SKEW: Final = timedelta(minutes=5)

logger = logging.getLogger(__name__)


def drain(house: House, *, limit: int = 64, lease: timedelta = LEASE, hands: int = 4) -> int:
    """Send what is due and find out about what is not known; answers how many notices moved.

    `hands` messages at a time, so that one slow answer does not hold up the rest.
    """
    parts.join(house)
    looked = 0
    for turn in range(PASSES):
        done = _drain_once(house, limit=limit, lease=lease, hands=hands, asking=turn == 0)
        looked += done
        if done == 0:
            break
    return looked


def _drain_once(house: House, *, limit: int, lease: timedelta, hands: int, asking: bool) -> int:
    """One pass: at most one message to a person, so that a receipt comes before the question that follows it.

    `asking`: to find out as well about what is not known; a lease lasts longer than all the passes.
    """
    now, gateways = house.now(), tuple(house.gateways)
    if not gateways:
        return 0
    due = house.store.read(
        lambda conn: outbox.due(conn, now=now, gateways=gateways, limit=limit, hurry=house.settings.demo)
    )
    stale = house.store.read(lambda conn: outbox.stale(conn, now=now, limit=limit)) if asking else []
    jobs = [*((deliver, one) for one in due), *((reconcile, one) for one in stale)]
    if hands == 1 or len(jobs) <= 1:
        return sum(_safely(house, *job, lease=lease) for job in jobs)
    with ThreadPoolExecutor(max_workers=hands, thread_name_prefix="sender") as pool:
        return sum(pool.map(lambda job: _safely(house, *job, lease=lease), jobs))


def deliver(house: House, notice_id: str, *, lease: timedelta = LEASE) -> bool:
    """Send one notice, if it is due and nobody else has it in hand; answers whether it was tried."""
    at = house.moment()
    receipts = {name: gateway.can.receipts for name, gateway in house.gateways.items()}
    owed = house.store.transact(
        lambda conn: outbox.claim(
            conn,
            notice_id,
            rules=house.rules,
            at=at,
            lease=lease,
            receipts=receipts,
            hurry=house.settings.demo,
        )
    )
    if owed is None:
        return False
    try:
        to, text, secrets = _compose(house, owed, at)
    except (KeyError, ValueError, Unknown, Damaged) as cause:
        logger.error("notice cannot be said", extra={"notice": notice_id, "why": type(cause).__name__})  # noqa: TRY400
        _settle(house, owed.attempt, NoticeState.FAILED, error=UNREADABLE)
        return True
    if owed.gateway != owed.own and not failover.can_change(to):
        _turn_back(house, owed, at)
        return True
    body_mac = house.ring.mac("body", text)
    armed = house.store.transact(lambda conn: outbox.arm(conn, owed, secrets, body_mac=body_mac))
    if armed is False:
        return False
    gateway = house.gateways[owed.gateway]
    try:
        sent = gateway.send(Outbound(to=to, text=text, attempt=owed.attempt))
    except Undelivered as refusal:
        _refused(house, owed, refusal, secrets, previous=armed, to=to)
    except Uncertain:
        _settle(house, owed.attempt, NoticeState.UNKNOWN, lease=lease)
        logger.warning("notice unknown", extra={"notice": notice_id})
    else:
        _sent(house, owed, sent)
    return True


def _turn_back(house: House, owed: Owed, at: Moment) -> None:
    """Give a message that only the person's own gateway can address back to it; without it, it has failed."""
    if owed.own in house.gateways:
        house.store.transact(
            lambda conn: fates.put_back(conn, owed.attempt, at=at, error=_NO_NUMBER, via=owed.own)
        )
    else:
        _settle(house, owed.attempt, NoticeState.FAILED, error=_NO_NUMBER)


def reconcile(house: House, attempt_id: str, *, lease: timedelta = LEASE) -> bool:
    """Find out about an attempt nobody knows the outcome of; answers whether that was ours to do."""
    at = house.moment()
    owed = house.store.transact(lambda conn: outbox.take_over(conn, attempt_id, now=at.now, lease=lease))
    if owed is None:
        return False
    if owed.body_mac is None:  # the worker died before anything could leave
        house.store.transact(
            lambda conn: fates.put_back(conn, attempt_id, at=at, error="died", after=timedelta())
        )
        return True
    try:
        found = _ask(house, owed, owed.body_mac)
    except (Uncertain, Undelivered, Unknown, Damaged):
        if at.now - owed.claimed_at >= PATIENCE * lease:
            _give_up(house, owed)
        return True
    if found is not None:
        _sent(house, owed, found)
        return True
    house.store.transact(
        lambda conn: fates.put_back(conn, attempt_id, at=at, error="not taken", after=timedelta())
    )
    return True


def status(house: House, event: StatusEvent) -> None:
    """Note what a provider says became of an attempt; what it says of others' attempts is not ours.

    A callback that knows only the provider's own id may come before that id is written down: it waits.
    """
    at = house.moment()
    ref = house.ring.mac("ref", event.ref) if event.ref else b""
    known = house.store.read(lambda conn: fates.attempt_of(conn, event, ref=ref))
    if known is None and not event.attempt and event.ref:
        house.store.transact(lambda conn: fates.park(conn, event, ref=ref, at=at))
        known = house.store.read(lambda conn: fates.attempt_of(conn, event, ref=ref))
    if known is None or known.gateway != event.gateway:
        return
    event = replace(event, attempt=known.id)
    leftovers.remember(house, event.gateway, event.ref, attempt=known.id)
    if event.part or event.parts:
        event = house.store.transact(lambda conn: _gathered(conn, house, event))
    if event.stopped:
        on: date = known.tried_on
        house.store.transact(lambda conn: fates.stop(conn, event.attempt, on=on, error=event.error[:16]))
    elif not (event.again or event.own) or not house.store.transact(
        lambda conn: _again(conn, house, event, at)
    ):
        _settle(house, event.attempt, event.state, ref=event.ref, error=event.error[:16] or None)


def _again(conn: Connection, house: House, event: StatusEvent, at: Moment) -> bool:
    """Queue again what a gateway took and could not bring: by another one, if the fault is its own; else tells so."""
    way = failover.next_way_after(conn, house, event.attempt) if event.own else None
    if way is None and not event.again:
        return False
    via, after = (None, None) if way is None else (way.via, way.after)
    fates.put_back(conn, event.attempt, at=at, error=event.error[:16], left=True, after=after, via=via)
    return True


def _gathered(conn: Connection, house: House, event: StatusEvent) -> StatusEvent:
    """Write down what is said of a part, and say what that makes of the whole."""
    part = house.ring.mac("part", event.part) if event.part else b""
    whole = fates.gather(conn, event.attempt, part=part, total=event.parts, now=house.now())
    return replace(event, state="delivered" if whole else "sent")


def _compose(house: House, owed: Owed, at: Moment) -> tuple[str, str, Secrets]:
    """Open the address, draw what must be drawn, and say it.

    Raises:
        Unknown, Damaged: the address or the text was erased, or does not open.
        KeyError, ValueError: a blank of the template cannot be filled.
    """
    noted = json.loads(owed.codes)
    owed = replace(owed, template=said_as(owed.template, discreet=bool(noted.get("discreet", False))))
    template = TEMPLATES[owed.template]
    codes = blanks.carried(owed.template, noted)
    dispatch = house.ring.key("dispatch", vault.DISPATCH)
    text_id = owed.text if template.text else None

    def look(conn: Connection) -> tuple[str, str | None, dict[str, Any]]:
        to = vault.read(conn, owed.address, dispatch)
        text = None if text_id is None else vault.read(conn, text_id, dispatch)
        return to, text, _missing(conn, house, owed, template.words.msgid, codes)

    to, text, known = house.store.read(look)
    codes |= {name: value for name, value in known.items() if value is not None}
    clave = code = None
    if template.clave and owed.case is not None:
        codes["clave"], clave = _draw_clave(house, owed, at, on=owed.on)
    if template.code and owed.case is not None:
        codes["code"], code = _draw_code(house, owed, at, on=owed.on)
    return to, words.render(owed.template, owed.language, codes, text=text), Secrets(clave=clave, code=code)


def _draw_clave(house: House, owed: Owed, at: Moment, *, on: date) -> tuple[str, dict[str, Any]]:
    """Draw a clave; its one scrypt is the dearest thing a message costs."""
    clave = make_clave(at.digits("clave", 14))
    scheme = house.schemes()[0]
    with everywhere():
        made = claves.derive(clave, scheme=scheme, pepper=house.ring.secret("pepper-clave"))
    return clave, {
        "id": at.id("clave"), "case": owed.case, "complainant": owed.complainant, "scheme": scheme.version,
        "lookup": made.lookup, "public": made.public, "made_on": on,
    }  # fmt: skip


def _draw_code(house: House, owed: Owed, at: Moment, *, on: date) -> tuple[str, dict[str, Any]]:
    code = at.digits("code", 4)
    mac = house.ring.mac("code", f"{owed.case}/{code}")
    return code, {"case": owed.case, "complainant": owed.complainant, "mac": mac, "drawn_on": on, "tries": 0}


def _missing(
    conn: Connection, house: House, owed: Owed, sentence: str, codes: Mapping[str, Any]
) -> dict[str, Any]:
    """Find what a template asks for and its notice does not carry, because the house or the case knows it."""
    asked = blanks.asked(sentence, besides=codes)
    if not asked:
        return {}
    case = None if owed.case is None else cases.get(conn, owed.case)
    clocks = [] if case is None else cases.clocks_of(conn, case.id)
    known = blanks.known(house, owed.template, case=case, clocks=clocks)
    return {name: known[name] for name in asked}


def _ask(house: House, owed: Owed, body_mac: bytes) -> Sent | None:
    gateway = house.gateways.get(owed.gateway)
    if gateway is None:
        raise Uncertain("it is not set up any more")
    dispatch = house.ring.key("dispatch", vault.DISPATCH)
    to = house.store.read(lambda conn: vault.read(conn, owed.address, dispatch))

    def matches(body: str) -> bool:
        return hmac.compare_digest(house.ring.mac("body", body), body_mac)

    return gateway.find(to=to, since=owed.claimed_at - _SKEW, matches=matches)


def _sent(house: House, owed: Owed, sent: Sent) -> None:
    _settle(house, owed.attempt, sent.state, ref=sent.ref)
    leftovers.remember(house, owed.gateway, sent.ref, attempt=owed.attempt)
    logger.info("notice %s", sent.state, extra={"notice": owed.notice})
    ref = house.ring.mac("ref", sent.ref)
    early = house.store.read(lambda conn: fates.strays(conn, gateway=owed.gateway, ref=ref))
    for event in early:
        status(house, replace(event, attempt=owed.attempt))


def _refused(
    house: House, owed: Owed, refusal: Undelivered, secrets: Secrets, *, previous: dict[str, Any] | None, to: str,
) -> None:  # fmt: skip
    at, code = house.moment(), refusal.code[:16]

    def work(conn: Connection) -> None:
        outbox.disarm(conn, secrets, previous=previous)
        way = failover.next_way(conn, house, owed, refusal) if failover.can_change(to) else None
        if way is not None and not refusal.stopped:
            fates.put_back(conn, owed.attempt, at=at, error=code, after=way.after, via=way.via)
        elif refusal.stopped:
            on = outbox.calendar_of(conn, owed.case, rules=house.rules).site_date(at.now)
            fates.stop(conn, owed.attempt, on=on, error=code)
        elif refusal.permanent:
            fates.settle(conn, owed.attempt, NoticeState.FAILED, rules=house.rules, at=at, error=code)
        else:
            fates.put_back(conn, owed.attempt, at=at, error=code)

    house.store.transact(work)
    logger.warning("notice refused", extra={"notice": owed.notice, "code": refusal.code})


def _settle(
    house: House, attempt: str, state: str, *, ref: str = "", error: str | None = None, lease: timedelta | None = None
) -> None:  # fmt: skip
    at = house.moment()
    hidden = house.ring.mac("ref", ref) if ref else None
    until = None if lease is None else at.now + lease
    house.store.transact(
        lambda conn: fates.settle(
            conn, attempt, state, rules=house.rules, at=at, ref=hidden, error=error, lease_until=until
        )
    )  # fmt: skip


def _give_up(house: House, owed: Owed) -> None:
    at = house.moment()
    codes: dict[str, Any] | None = None
    if owed.template in SAID_AGAIN and owed.case is not None:
        codes = json.loads(owed.codes)

    def work(conn: Connection) -> None:
        on = outbox.calendar_of(conn, owed.case, rules=house.rules).site_date(at.now)
        fates.give_up(conn, owed, at=at, on=on, codes=codes)

    house.store.transact(work)
    logger.warning("notice stays unknown", extra={"notice": owed.notice})


def _safely(house: House, job: Callable[..., bool], one: str, *, lease: timedelta = LEASE) -> bool:
    """Do one job; what goes wrong with it does not keep the others waiting. Its lease brings it back."""
    try:
        return job(house, one, lease=lease)
    except GrievanceError as cause:
        logger.warning("notice put off", extra={"why": type(cause).__name__})
    except Exception as cause:  # noqa: BLE001  one broken notice must not stop the outbox
        logger.error("notice broke", extra={"why": type(cause).__name__})  # noqa: TRY400  a traceback could hold words
    return False


def let_go_of_old(house: House, *, days: int = 3, back: int = BACK) -> int:
    """Take dispatch off texts sent so many days ago that no word of them will come any more; answers how many.

    `back`: so many days before that the round looks; whoever begins to work looks at everything (`EVER`).
    """
    before = house.now() - timedelta(days=days)
    house.store.transact(lambda conn: fates.forget_strays(conn, before=before))
    house.store.transact(lambda conn: fates.forget_arrivals(conn, before=before))
    since = before - timedelta(days=back)
    old = house.store.read(lambda conn: fates.old_texts(conn, since=since, before=before))
    if not old:
        return 0
    return house.store.transact(
        lambda conn: sum(fates.let_go_of_old(conn, text, before=before) for text in old)
    )


def deliver_all(house: House, notice_ids: Iterable[str]) -> None:
    """Send these notices, one after the other."""
    for notice_id in notice_ids:
        _safely(house, deliver, notice_id)
