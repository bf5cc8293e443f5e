"""From an environment to a house: settings, keys of these processes, store, rules, gateways; and the rounds."""

import json
import logging
import os
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from channels import clock, install, publishing, sms, takingup
from channels.gateway_names import FETCHED, NEEDED
from channels.house import House
from channels.incoming.attached import enclosures, recordings
from channels.outgoing import delivery, paging
from channels.setting_names import EXTRA
from channels.telephone import rings, sessions
from grievance import keyring, mechanism, upgrade
from grievance.errors import Busy, Misconfigured
from grievance.mechanism import Mechanism
from grievance.settings import Settings, load
from grievance.store import Store
from reports.month import Month
from workflows.clockwork import attempts, checkins, clockrounds, reviewends, rounds, withdrawing
from workflows.registry import accounts, surveys

logger = logging.getLogger(__name__)
WORKER_ROUNDS: tuple[Callable[[House], int], ...] = (
    recordings.fetch, enclosures.fetch, rings.fetch, rings.call_back
)  # fmt: skip
"""What the process that sends does besides sending: it alone opens what a provider knows somebody by."""
EMBEDDED = ("web", "worker", "desk", "review", "clock", "admin")


def settings_of(env: Mapping[str, str] | None = None) -> Settings:
    """Read the settings of this process."""
    settings = load(os.environ if env is None else env, extra=EXTRA)
    paging.number_on_call(settings)
    return settings


def mechanism_of(settings: Settings) -> Mechanism:
    """Read the mechanism's file; without one, the example, in a demo only.

    Raises:
        Misconfigured: there is none, or it is not right.
    """
    if settings.mechanism is not None:
        return mechanism.load(settings.mechanism)
    own = settings.home / "mechanism.toml"
    if own.exists():
        return mechanism.load(own)
    if settings.demo:
        return mechanism.example()
    raise Misconfigured(f"no mechanism.toml at {own}: `grievance init` writes an example to adapt")


def processes_here(settings: Settings, *apart: str) -> tuple[str, ...]:
    """Name the processes whose keys a command finds: embedded, one folder holds all; apart, these, or those of its faces."""
    return EMBEDDED if settings.embedded else (apart or tuple(settings.processes))


def house_of(
    settings: Settings, *, processes: Iterable[str] | None = None, now: Callable[[], datetime] = clock.now
) -> House:
    """Build the house of one process, and check that its keys are the recorded ones."""
    ring = keyring.load(settings.keys_dir, processes=processes or settings.processes)
    keyring.check_whole(ring, settings.keys_dir)
    _check_operator(settings, ring)
    store = Store(settings.database_url)
    try:
        mechanism = mechanism_of(settings)
        rules = install.rulebook(store, mechanism)
        if rules.current is not mechanism:
            logger.warning(
                "mechanism.toml was changed and not taken up", extra={"goes_on_by": rules.current.version}
            )
        _check_schema(store)
        install.check_fingerprints(store, ring)
        takingup.check(store, ring, rules.current)
    except BaseException:
        store.close()
        raise
    return House(
        settings=settings,
        store=store,
        ring=ring,
        rules=rules,
        gateways=sms.build(settings, ring, now=now),
        now=now,
    )


def _check_schema(store: Store) -> None:
    """See that the database is the one of these programs.

    Raises:
        Misconfigured: it has another schema.
        Busy: it cannot be reached.
    """
    if not upgrade.at_head(store):
        raise Misconfigured(
            "the database's schema is not the one of these programs: `grievance migrate` brings an older one to it"
        )


def _check_operator(settings: Settings, ring: keyring.Ring) -> None:
    """See that a desk is the one its setting says.

    Raises:
        Misconfigured: its company's key is not here.
    """
    if "desk" in ring.processes and settings.operator and f"desk.{settings.operator}" not in ring.secrets:
        raise Misconfigured(
            f"GRIEVANCE_OPERATOR says {settings.operator}, whose desk key is not in {settings.keys_dir}"
        )


@contextmanager
def taking_in() -> Iterator[House]:
    """Build the house of the process that takes things down, for one command, and close it."""
    settings = settings_of()
    house = house_of(settings, processes=EMBEDDED if settings.embedded else ("web",))
    try:
        yield house
    finally:
        house.store.close()


def worker_house(house: House) -> House:
    """Narrow an embedded house to what the sender may hold."""
    return replace(house, ring=house.ring.face(*worker_processes(house.settings)))


def worker_processes(settings: Settings) -> tuple[str, ...]:
    """Say whose keys the process that sends may hold: where it fetches messages, also those that count people."""
    fetches = any(settings.extra.get(needed) for name in FETCHED for needed in NEEDED[name])
    return ("worker", "fetcher") if fetches else ("worker",)


def run_rounds(
    house: House,
    *,
    tried: MutableMapping[Month, date] | None = None,
    proofs: publishing.Proofs | None = None,
) -> None:
    """Do once what the clock does: waiting acts, missed dates, escalations, withheld cases, surveys, rollups, old texts.

    A part that breaks does not keep the others from being done; the first that broke is raised when they were.

    `tried`: months that could not be published, and on which day; kept from round to round. `proofs`: where
    months are proved meanwhile; without, here.
    """
    broken: Exception | None = None
    for name, part in _parts(house, tried, proofs):
        try:
            part()
        except Busy:  # nothing of it can be done now
            raise
        except Exception as cause:  # noqa: BLE001  whoever is in danger is paged, whatever broke before it
            logger.error("a part of the round broke", extra={"why": type(cause).__name__, "round": name})  # noqa: TRY400
            broken = broken or cause
    if broken is not None:
        raise broken


def _parts(
    house: House, tried: MutableMapping[Month, date] | None, proofs: publishing.Proofs | None
) -> Iterator[tuple[str, Callable[[], object]]]:
    """Name what a round does, in this order; what is due is listed before any of it is done, each act by itself."""
    now, rules = house.now(), house.rules
    calendars = {rules.current.calendar_of(site.key) for site in rules.current.sites}
    today = max(calendar.site_date(now) for calendar in calendars)
    days = clockrounds.shortest(rules, *clockrounds.PAUSED) // 2  # a question may have been long on its way
    month = clockrounds.shortest(rules, clockrounds.SILENCE)

    def each(name: str, look: Callable[[Connection], Iterable[Any]], act: Callable[..., Any]) -> Any:
        def part() -> None:
            for one in house.store.read(look):
                what = (one,) if isinstance(one, str) else one
                _one(house, lambda c, at, what=what: act(c, *what, rules=rules, at=at))

        return name, part

    yield each("waiting", lambda c: rounds.due_waiting(c, now=now), rounds.apply_waiting)
    yield each("withdrawn", lambda c: withdrawing.over(c, today=today), withdrawing.finish)
    yield each("overdue", lambda c: rounds.overdue(c, today=today), rounds.log_overdue)
    yield each("escalated", lambda c: rounds.twice_overdue(c, rules=rules, today=today), rounds.escalate)
    yield each("passed on", lambda c: rounds.looked_at_again(c, today=today), rounds.pass_on)
    yield each("resumed", lambda c: clockrounds.paused(c, today=today, days=days), clockrounds.resume)
    yield each("silent", lambda c: clockrounds.silent(c, today=today, days=month), clockrounds.note_silence)
    yield each("review ends", lambda c: reviewends.due(c, rules=rules, today=today), reviewends.remind)
    yield each("unclaimed", lambda c: rounds.unclaimed_links(c, today=today), rounds.make_ordinary)
    yield each("check-ins", lambda c: checkins.due(c, today=today), checkins.ask)
    yield "surveys", lambda: _end_surveys(house, now)
    yield "officers", lambda: _note_officers(house)
    yield "paging", lambda: paging.page(house)
    yield "lines", lambda: _forget_lines(house, today)
    yield "companies", lambda: paging.page_companies(house)
    yield "rollups", lambda: house.store.transact(rounds.fold)
    yield "publishing", lambda: publishing.publish_owed(house, tried=tried, proofs=proofs)
    yield "years", lambda: publishing.forget_frozen_years(house)
    yield "old texts", lambda: delivery.let_go_of_old(house)


def _end_surveys(house: House, now: datetime) -> None:
    """End a survey whose days are over."""
    if house.store.read(lambda c: surveys.is_over(c, rules=house.rules, now=now)):
        _one(house, lambda c, at: surveys.end_by_itself(c, rules=house.rules, at=at))


def _note_officers(house: House) -> None:
    """Write down the officers of a house from before their entries named a company."""
    if house.store.read(accounts.untold):
        _one(house, lambda c, at: accounts.note_untold(c, rules=house.rules, at=at))


def _forget_lines(house: House, today: date) -> None:
    """Forget old sessions of menus and calls, and say once a month how many of them came to nothing."""
    sessions.forget_old(house)
    if house.store.read(lambda conn: attempts.owed(conn, today)):
        _one(house, lambda conn, at: attempts.say(conn, rules=house.rules, at=at))


class Rounds:
    """What the clock does again and again; before the first time, what rounds look for in recent weeks only, in all time."""

    def __init__(self, proofs: publishing.Proofs | None = None) -> None:
        self._begun = False
        self._tried: dict[Month, date] = {}
        self._proofs = proofs

    def __call__(self, house: House) -> None:
        """Do it once; what broke the beginning is tried again the next time, and keeps nothing else from being done."""
        try:
            while not self._begun:
                self._begun = not delivery.let_go_of_old(house, back=delivery.EVER)
        finally:
            run_rounds(house, tried=self._tried, proofs=self._proofs)


def _one(house: House, work: Callable[..., Any]) -> None:
    """Do one act of the clock in its own transaction; one that breaks does not stop the others."""
    at = house.moment()
    try:
        house.store.transact(lambda conn: work(conn, at))
    except Exception as cause:  # noqa: BLE001  the next case must not wait for this one
        logger.error("an act of the clock broke", extra={"why": type(cause).__name__})  # noqa: TRY400


class _Lines(logging.Formatter):
    """JSON lines with ids and codes only; never what somebody wrote, never a number."""

    _SHOWN = ("notice", "gateway", "why", "round", "endpoint")

    def format(self, entry: logging.LogRecord) -> str:
        line = {"level": entry.levelname.lower(), "logger": entry.name, "message": entry.getMessage()}
        line |= {key: str(getattr(entry, key)) for key in self._SHOWN if hasattr(entry, key)}
        if entry.exc_info and entry.exc_info[2] is not None:
            # Where it broke, never what the error says: its text may quote what somebody wrote.
            frames = traceback.extract_tb(entry.exc_info[2])
            line["where"] = " < ".join(f"{Path(f.filename).name}:{f.lineno}" for f in reversed(frames[-6:]))
        return json.dumps(line)


def log_to_stderr(level: str) -> None:
    """Set logging up: one JSON line an event on stderr; libraries are quiet, since they quote what they are given."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Lines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for own in ("channels", "reports", "workflows", "grievance"):
        logging.getLogger(own).setLevel(level.upper())
    logging.captureWarnings(capture=True)
