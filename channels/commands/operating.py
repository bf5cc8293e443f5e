"""What the commands of `grievance` do, apart from serving: install, send, keep the clock, publish, check."""

import json
import logging
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click

from channels import clock, install, jobs, proving, publishing, sms, staffing, takingup, wiring
from channels.commands import advice as about_gateways
from channels.commands import handout, radiocommands, reviewercommands
from channels.gateway_names import RING_BACK
from channels.house import House
from channels.incoming import catching
from channels.outgoing import paging
from channels.radio import relaying
from channels.sound import voices
from grievance import keyring, mechanism, signing, upgrade
from grievance.errors import Refused
from grievance.mechanism import Mechanism
from grievance.moment import SEED, Moment
from grievance.settings import PROCESSES_OF, Settings
from grievance.store import Store
from grievance.vocabulary import Role
from reports import release as releases
from reports import shelf
from reports.document import DEFINITIONS
from reports.gate import again
from reports.month import Month
from reports.recount import verify_release as verifier
from workflows import readiness
from workflows.obligations.looking import Colour
from workflows.promises import judge
from workflows.rulebook import Rulebook

logger = logging.getLogger(__name__)
ADD = "grievance staff add"
FAILED = 1
EXAMPLE = Path(mechanism.__file__).parent / "example_mechanism.toml"


def init(*, reviewers: tuple[str, ...], split: Path | None) -> None:
    """Write keys, an example mechanism to adapt, and the schema."""
    settings = wiring.settings_of()
    settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    own = settings.home / "mechanism.toml"
    if settings.mechanism is None and not own.exists() and not settings.demo:
        own.write_text(EXAMPLE.read_text(encoding="utf-8"), encoding="utf-8")
        click.echo(f"wrote {own}: adapt it to your sites, then `grievance adopt`, before you open the doors")
    rules = wiring.mechanism_of(settings)
    install.check_no_keys(folder for some in _folders(settings, rules, split).values() for folder in some)
    logins = [staffing.login_of(name) for name in reviewers or ("reviewer-1", "reviewer-2")]
    passphrases = {login: _passphrase(login) for login in logins}
    store = Store(settings.database_url)
    upgrade.to_head(store)  # first: drawn keys without a database would be in the way of the next try
    years = install.years_around(clock.now())
    folders = _folders(settings, rules, split)
    install.write_keys(
        folders, mechanism=rules, reviewers=passphrases, log_n=settings.scrypt_log_n, years=years
    )
    where = split / "web" if split else settings.keys_dir
    ring = keyring.load(where, processes=("web",) if split else wiring.EMBEDDED)
    house = House(settings=settings, store=store, ring=ring, rules=Rulebook(current=rules))
    install.prepare(store, ring=ring, mechanism=rules, at=house.moment())
    store.close()
    click.echo(f"keys in {split or settings.keys_dir}, database ready")


def migrate() -> None:
    """Bring the schema to head: what a Procfile's `release` line does."""
    with _store() as store:
        upgrade.to_head(store)
    click.echo("schema at head")


def worker() -> None:
    """Send what is owed, until stopped."""
    settings = wiring.settings_of()
    wiring.log_to_stderr(settings.log)
    jobs.work(
        wiring.house_of(settings, processes=wiring.worker_processes(settings)),
        rounds=wiring.WORKER_ROUNDS,
    )


def reconcile(gateway: str, *, since: datetime | None) -> None:
    """Take in what came to a provider and never to us."""
    settings = wiring.settings_of()
    house = wiring.house_of(
        settings, processes=wiring.processes_here(settings, *wiring.worker_processes(settings))
    )
    found = catching.catch_up(house, gateway, since=None if since is None else since.replace(tzinfo=UTC))
    house.store.close()
    click.echo(f"{gateway}: {found} had been missed and are taken in")


def keep_clock(*, every: float, once: bool) -> None:
    """Keep the clock: missed dates, escalations, what waited for the batch, rollups."""
    settings = wiring.settings_of()
    wiring.log_to_stderr(settings.log)
    house = wiring.house_of(settings, processes=("clock",))
    rounds = wiring.Rounds(None if once else proving.Beside(settings))
    while True:
        try:
            rounds(house)
        except Exception as cause:
            if once:
                raise
            # The clock of a house does not end because a database was away for a moment.
            logger.error("a round broke", extra={"why": type(cause).__name__})  # noqa: TRY400
        if once:
            return
        time.sleep(every)


def check(*, as_json: bool) -> None:
    """Check settings, keys, schema and mechanism; say of each promise what it is worth here."""
    settings = wiring.settings_of()
    rules = wiring.mechanism_of(settings)
    with _store() as store:
        head = upgrade.at_head(store)
        ring = keyring.load(settings.keys_dir, processes=wiring.processes_here(settings))
        if head:
            install.check_fingerprints(store, ring)
            book = install.rulebook(store, rules)
            now = clock.now()
            lacks = [(words, False, takingup.TAKE_UP) for words in takingup.missing(store, ring, rules)]
            ready = store.read(lambda conn: readiness.assess(conn, book, now=now))
            slips = radiocommands.advice(store, rules, ring, faces=settings.faces)
            slips += [(words, False, ADD) for words in staffing.missing(store, book)]
            slips += [
                (
                    f"no key counts the people of {year}: all of them would count as one",
                    False,
                    takingup.TAKE_UP,
                )
                for year in takingup.uncounted(ring, now)
            ]
            slips += [(words, False, fix) for words, fix in reviewercommands.shut_out(store, ring)]
        else:
            ready, slips, lacks = (), [], []
    checks = [
        ("schema at head", head, "grievance migrate"),
        *([("keys are the recorded ones", True, "")] if head else []),  # nobody knows which are, else
        *lacks,
    ]
    advice = [(warning, False, "see mechanism.toml") for warning in mechanism.check(rules)]
    advice += slips
    gateways = sms.build(settings, ring)
    advice += paging.advice(rules, gateways)
    promises = [
        (v.number, str(v.title), v.verdict, str(v.why))
        for v in judge(settings, rules, gateways=sorted(gateways))
    ]
    ringing = bool(settings.extra.get(RING_BACK))
    advised = about_gateways.on(gateways, together=settings.embedded, ringing=ringing)
    told_of = [(name, str(words)) for name, words in advised]
    spoken = [str(words) for words in voices.advice(settings, rules)]
    reds = [(r.id, str(r.name), str(r.reason)) for r in ready if r.colour == Colour.RED]
    if as_json:
        told = {
            "checks": checks,
            "advice": advice,
            "promises": promises,
            "not_met": reds,
            "gateways": told_of,
            "voices": spoken,
        }
        click.echo(json.dumps(told, ensure_ascii=False))
    else:
        for what, good, fix in checks + advice:
            click.echo(f"{'ok ' if good else 'no '} {what}{f'  ({fix})' if fix and not good else ''}")
        for number, title, verdict, why in promises:
            click.echo(f"{number:>2}. {title}: {verdict.replace('_', ' ')}. {why}")
        for words in [*(words for _, words in told_of), *spoken]:
            click.echo(f"see {words}")
        for obligation, name, reason in reds:
            click.echo(f"red {obligation} {name}: {reason}")
        click.echo(
            "Who owns the provider's account? If it is the company, it can read every number and text there."
        )
    if not all(good for _, good, _ in checks):
        sys.exit(FAILED)


def staff_add(
    *, login: str, role: Role, operator: str | None, sites: tuple[str, ...], unit: str | None = None,
    door: str | None = None, called: tuple[str, ...] = (),
) -> None:  # fmt: skip
    """Add an account; asks for its password, prints the second factor's secret once."""
    settings = wiring.settings_of()
    face = staffing.FACES[role]
    house = wiring.house_of(settings, processes=wiring.processes_here(settings, PROCESSES_OF[face], "admin"))
    if door is not None:
        relaying.door_of(house.rules.current, door)
    password = os.environ.get("STAFF_PASSWORD") or str(
        click.prompt("Password", hide_input=True, confirmation_prompt=True)
    )
    if operator and not sites:
        sites = tuple(site.key for site in house.rules.current.sites_of(operator))
    person = {
        "login": login, "role": role, "operator": operator, "sites": sites, "password": password, "unit": unit,
        "door": door, "called": called,
    }  # fmt: skip
    given = staffing.add(house.store, house.ring, rules=house.rules, moment=house.moment(), **person)  # type: ignore[arg-type]
    house.store.close()
    click.echo(f"{login}: second factor {given.secret}\n{given.uri}")
    if face == "review" and not reviewercommands.has_key(house.ring, staffing.plain(login)):
        click.echo(f"{reviewercommands.keyless(login)}  ({reviewercommands.how(login)})")


def staff_name(login: str, called: tuple[str, ...]) -> None:
    """Say by which names and offices people know somebody."""
    with _store() as store:
        staffing.name(store, login=login, called=called)
    click.echo(f"{login}: {', '.join(called) or 'no name'}")


def staff_list() -> None:
    """List accounts."""
    with _store() as store:
        for one in staffing.accounts(store):
            state = "active" if one.active else "disabled"
            click.echo(
                f"{one.login}  {one.role}  {one.operator or '-'}  {','.join(one.sites) or '-'}  {state}"
            )


def staff_disable(login: str) -> None:
    """Disable an account; its sessions end."""
    with _store() as store:
        rules = install.rulebook(store, wiring.mechanism_of(wiring.settings_of()))
        staffing.disable(store, login=login, rules=rules, moment=Moment(clock.now(), os.urandom(SEED)))
        for words in staffing.missing(store, rules):
            click.echo(f"{words}  ({ADD})")


def release(month: str, *, out: Path | None, draft: bool) -> None:
    """Publish a month."""
    with _publisher() as house:
        if out is not None:  # before a month is out for good
            out.mkdir(parents=True, exist_ok=True)
        secret = publishing.secret_of(house.ring)
        base = house.settings.base_url
        made = releases.release(
            house.store,
            Month.parse(month),
            rules=house.rules,
            at=house.moment(),
            out=out,
            draft=draft,
            secret=secret,
            base=base,
            made_up=house.settings.demo,
        )
        if out is not None:
            handout.write(made, out, base=base)
        click.echo(releases.told(made))


def withdraw_release(month: str, *, because: str) -> None:
    """Take a wrong month back, with the reason."""
    with _publisher() as house:
        at = house.moment()
        asked = Month.parse(month)
        house.store.transact(lambda conn: releases.withdraw(conn, asked, because, rules=house.rules, at=at))
        click.echo(f"{asked} is withdrawn: its address says so, with the reason")


def make_release_key() -> None:
    """Draw the key that signs releases, in the folder of the process that publishes, and record its fingerprint."""
    with _publisher() as house:
        drawn = publishing.make_key(house)
    click.echo(
        f"drawn: {signing.NAME}; copy {signing.NAME}{keyring.PUBLIC} into the folders of all other processes, "
        "then start them again"
        if drawn
        else "it is there: nothing was drawn"
    )


@contextmanager
def _publisher() -> Iterator[House]:
    """Be the process that publishes; without its key nothing is signed."""
    settings = wiring.settings_of()
    processes = wiring.processes_here(settings, "clock")
    with _store() as store:
        ring = (
            keyring.load(settings.keys_dir, processes=processes)
            if settings.keys_dir.is_dir()
            else keyring.Ring(frozenset(processes), {}, {})
        )
        rules = install.rulebook(store, wiring.mechanism_of(settings))
        yield House(settings=settings, store=store, ring=ring, rules=rules)


def verify_release(month: str, *, hidden: bool) -> None:
    """Recount a published month from the entries; `hidden`: let the gate decide again what may be shown of it."""
    with _store() as store:
        rules = install.rulebook(store, wiring.mechanism_of(wiring.settings_of()))
        mechanisms = {rules.current.version: rules.current, **rules.earlier}
        standing = store.read(lambda conn: shelf.newest(conn, Month.parse(month)))
        made_by = str(standing.document["definitions"]) if standing else DEFINITIONS
        try:
            problems: list[object] = [*verifier.run(store, month, mechanisms)]
        except (KeyError, TypeError) as cause:
            if made_by == DEFINITIONS:
                raise
            raise Refused(
                f"{month} was made by definitions {made_by}, and these programs read {DEFINITIONS}: nothing was recounted"
            ) from cause
        if hidden:
            problems += store.read(
                lambda conn: [
                    *again.differences(conn, Month.parse(month), rules=rules, definitions=DEFINITIONS)
                ]
            )
    for problem in problems:
        click.echo(problem)
    if problems and made_by != DEFINITIONS:
        click.echo(
            f"{month} was made by definitions {made_by}, and these programs count by {DEFINITIONS}: "
            "part of this may come of that"
        )
    click.echo(f"{month}: {'agrees with the record' if not problems else f'{len(problems)} differences'}")
    if problems:
        sys.exit(FAILED)


@contextmanager
def _store() -> Iterator[Store]:
    store = Store(wiring.settings_of().database_url)
    try:
        yield store
    finally:
        store.close()


def _passphrase(name: str) -> str:
    given = os.environ.get("REVIEWER_PASSPHRASE")
    return reviewercommands.long_enough(given) if given else reviewercommands.new_passphrase(name)


def _folders(settings: Settings, rules: Mechanism, split: Path | None) -> dict[str, list[Path]]:
    names = ("web", "worker", "review", "clock", *(f"desk:{o.key}" for o in rules.operators))
    found = {name: [split / name.replace(":", "-") if split else settings.keys_dir] for name in names}
    return found | dict.fromkeys(wiring.worker_processes(settings), found["worker"])
