"""People and cases for tests: say only what matters. Cases are walked by casework's own verbs."""

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from sqlalchemy import Connection, insert

from grievance import case as cases
from grievance import keyring, mechanism, register, vault
from grievance.case import CASES, CLOCKS, Case, CaseClock
from grievance.complainant import Complainant
from grievance.mechanism import Mechanism
from grievance.moment import SEED, Moment
from grievance.register import By, Note
from grievance.store import Store
from grievance.vocabulary import FLAGS, MODULES, Kind, Role, Sense, State, Step
from workflows import casework
from workflows.casework import Complaint, Doing, Outcome
from workflows.clockwork import rounds
from workflows.criterion import Actor
from workflows.effects import Offer
from workflows.knowing import reading
from workflows.rulebook import Rulebook
from workflows.texts import APART, Said

NOON = datetime(2026, 3, 4, 17, 0, tzinfo=UTC)
"""Twelve o'clock in Lima on a Wednesday without a holiday near."""
THAT_DAY = NOON.date()
OPERATOR = "qorimayu"
SITE = "qorimayu"
VERSION = mechanism.example().version
SCRYPT_LOG_N = 10
KEY_YEARS = (2025, 2026, 2027)
NO_DANGER: Mapping[str, bool] = dict.fromkeys(FLAGS, False)
ASSESSED: Mapping[str, Any] = {"flags": NO_DANGER, "issues": 1, "severity": "medium"}
ANSWERED: Mapping[str, Any] = {"answered": [1], "evidence": ["visit"]}
ANSWERED_WITH_ALL: Mapping[str, Any] = {**ANSWERED, "answer_type": "full", "explanation_only": True}
LEARNED: Mapping[str, Any] = {
    "root_cause": "maintenance",
    "contractor": False,
    "preventable": True,
    "lesson": "written",
}
CLOSING_LETTER: Mapping[str, Any] = {"purpose": "closing_letter"}
_THROWAWAY = X25519PrivateKey.generate().public_key().public_bytes_raw()
NOBODYS_KEYS: Mapping[str, bytes] = dict.fromkeys(
    (vault.REVIEW, vault.DISPATCH, vault.desk("qorimayu"), vault.desk("illapa")), _THROWAWAY
)
"""Public halves of which nobody has the private one; whoever wants to open a text gives `ring.publics`."""
LATER = NOON + timedelta(hours=2)
IN_THREE_WEEKS = date(2026, 3, 25)
_MINUTE = timedelta(minutes=1)


def moment(*, now: datetime = NOON) -> Moment:
    """Make a moment with randomness of its own."""
    return Moment(now, os.urandom(SEED))


def an_officer(
    *,
    operator: str = OPERATOR,
    sites: Iterable[str] = (SITE, "yanaqaqa", "illapa", "sajrapunku"),
    name: str = "rosa",
) -> Actor:
    """Make an officer who serves every site of an operator unless told otherwise."""
    return Actor(Role.OFFICER, id=name, operator=operator, sites=frozenset(sites))


def a_reviewer(*, name: str = "ines") -> Actor:
    """Make a reviewer of the independent entity."""
    return Actor(Role.REVIEWER, id=name)


def a_focal_point(*, name: str = "luz") -> Actor:
    """Make a protection focal point."""
    return Actor(Role.FOCAL, id=name)


def the_complainant(*, credential: str = "clave") -> Actor:
    """Make the person who complained, with a credential."""
    return Actor(Role.COMPLAINANT, credential=credential)


THE_CLOCK = Actor(Role.CLOCK)
THE_CHANNEL = Actor(Role.CHANNEL)


def said(
    words: str = "The water has been murky since Monday.",
    *,
    readers: Mapping[str, bytes] | None = None,
    said_by: str = "complainant",
    purpose: str = "narrative",
) -> Said:
    """Seal words; to keys that nobody keeps unless readers are given."""
    readers = readers or {vault.desk(OPERATOR): _THROWAWAY, vault.REVIEW: _THROWAWAY}
    text = os.urandom(16).hex()
    return Said(
        id=text,
        said_by=said_by,
        purpose=purpose,
        masked=vault.seal(words, text_id=text, field=purpose, readers=readers),
    )


def a_person(
    store: Store,
    *,
    language: str = "en",
    address: bool = True,
    now: datetime = NOON,
    stopped_on: date | None = None,
) -> str:
    """Store somebody we may owe an answer, with a sealed address or without any."""
    return store.transact(
        lambda conn: _person(conn, language=language, address=address, now=now, stopped_on=stopped_on)
    )


def papers(conn: Connection, staff: str, *, role: Role = Role.OFFICER, on: date = THAT_DAY) -> None:
    """Write what somebody of the staff needs before they may act: trainings, and a reviewer's declaration."""
    by, at = By(role=str(Role.REVIEWER), id="house", on=on, version=VERSION), moment()
    for module in MODULES:
        held = Note("training", "held", held_on=on, about=staff, facts={"module": module})
        register.note(conn, held, by=by, at=at_again(at, f"{staff}/{module}"))
    if role == Role.REVIEWER:
        signed = Note("independence", "signed", held_on=on, about=staff)
        register.note(conn, signed, by=by, at=at_again(at, f"{staff}/independence"))


def at_again(at: Moment, label: str) -> Moment:
    """Draw from the same instant something else."""
    return Moment(at.now, at.draw(label, SEED))


def _everybodys_papers(conn: Connection, on: date) -> None:
    if not register.items(conn, "training", about="rosa"):
        for name, role in (
            ("rosa", Role.OFFICER),
            ("juan", Role.OFFICER),
            ("ines", Role.REVIEWER),
            ("luz", Role.FOCAL),
        ):
            papers(conn, name, role=role, on=on)


@dataclass(slots=True)
class Walk:
    """One case on its way, by real steps, a minute apart; walk on with `take` and `reach`."""

    conn: Connection
    rules: Rulebook
    case: str
    now: datetime
    operator: str
    severity: str = "medium"
    focal: bool = False
    house: Mapping[str, bytes] = field(default_factory=lambda: NOBODYS_KEYS)
    last: tuple[str, ...] = ()
    done: list[Step] = field(default_factory=list)

    @property
    def officer(self) -> Actor:
        """Who does the officer's steps: the officer, or the focal point where only review reads."""
        return an_officer(operator=self.operator) if not self.focal else a_focal_point()

    def take(self, step: Step, actor: Actor, *, words: str = "", purpose: str = "", **doing: Any) -> Outcome:
        """Take a step that must not be refused; what went out before it has reached the person by then."""
        self.reach()
        self.now += _MINUTE
        if words:
            doing |= _sealed_for(self.conn, self.case, words, purpose or str(step), actor, self.house)
        at = moment(now=self.now)
        outcome = casework.take(
            self.conn, self.case, step, actor=actor, rules=self.rules, at=at, doing=Doing(**doing)
        ).settle()
        self.last = outcome.notices
        self.done.append(step)
        return outcome

    def reach(self) -> None:
        """Let the newest messages reach the person."""
        self.now += _MINUTE
        rounds.note_reached(self.conn, self.last, rules=self.rules, at=moment(now=self.now))
        self.last = ()


def a_case(
    store: Store,
    rules: Rulebook,
    *,
    state: State = State.RECEIVED,
    operator: str | None = OPERATOR,
    site: str | None = SITE,
    reached: bool = True,
    complainant: str | None = None,
    address: bool = True,
    protected: bool = False,
    room: str = "desk",
    language: str = "en",
    severity: str = "medium",
    offers: int = 1,
    channel: str = "sms",
    theme: str | None = "water",
    kind: str = Kind.GRIEVANCE,
    now: datetime = NOON,
    said: Said | None = None,
    house: Mapping[str, bytes] = NOBODYS_KEYS,
    **complaint: Any,
) -> Case:
    """Walk a case to a state by casework's own verbs and read it back.

    `reached=False` leaves the messages of the last step unread. Without `address` the person left none and
    saw everything on the page that showed the clave. A protected case waits at review.
    """
    first = reading.first_publics(house, room=room, operator=operator, protected=protected)
    words = said or _words("The water has been murky since Monday.", readers=first)

    def walk(conn: Connection) -> Case:
        _everybodys_papers(conn, now.date())
        who = complainant or _person(conn, language=language, address=address, now=now)
        received = casework.receive(
            conn,
            Complaint(
                channel=channel,
                language=language,
                said=(words,),
                room="review" if protected else room,
                operator=operator,
                site=site,
                theme=theme,
                protected=protected,
                complainant=who,
                kind=kind,
                **complaint,
            ),
            rules=rules,
            at=moment(now=now),
        )
        going = Walk(
            conn,
            rules,
            received.case,
            now,
            operator or OPERATOR,
            severity,
            focal=protected or room == "review",
        )
        going.last = (received.notice,) if received.notice else ()
        for take in _way_to(state, offers=offers, kind=kind):
            take(going)
        if reached:
            going.reach()
        return _must_exist(cases.get(conn, received.case))

    return store.transact(walk)


def take(
    store: Store,
    case: Case | str,
    step: Step,
    *,
    actor: Actor,
    rules: Rulebook,
    now: datetime = LATER,
    words: str = "",
    house: Mapping[str, bytes] = NOBODYS_KEYS,
    **doing: Any,
) -> Outcome:
    """Take one step in a transaction of its own; a refusal comes back in the outcome."""
    at, case_id = moment(now=now), case if isinstance(case, str) else case.id

    def act(conn: Connection) -> Outcome:
        sealed = _sealed_for(conn, case_id, words, str(step), actor, house) if words else {}
        given = Doing(**{**doing, **sealed})
        return casework.take(conn, case_id, step, actor=actor, rules=rules, at=at, doing=given)

    return store.transact(act)


def kept_apart(store: Store, case: Case | str, *purposes: str) -> tuple[Said, ...]:
    """Seal what review alone opens of a case: by default an assembly's minutes, and who speaks for its group."""
    case_id = case if isinstance(case, str) else case.id
    return store.read(lambda conn: sealed_apart(conn, _must_exist(cases.get(conn, case_id)), *purposes))


def sealed_apart(conn: Connection, case: Case, *purposes: str) -> tuple[Said, ...]:
    """Seal the same within a transaction, to keys that nobody keeps."""
    readers = reading.publics_for(conn, case, NOBODYS_KEYS)
    review = {vault.REVIEW: NOBODYS_KEYS[vault.REVIEW]}
    return tuple(
        replace(
            _words("Kept apart.", said_by="reviewer", purpose=one, readers=readers),
            original=vault.seal(
                "Signed by 40.", text_id=os.urandom(16).hex(), field=f"{one}.original", readers=review
            ),
        )
        for one in purposes or sorted(APART)
    )


def withdraw(store: Store, case: Case | str, *, rules: Rulebook, now: datetime = LATER) -> Outcome:
    """Let the person withdraw a case and not take that back: eight days later it has ended."""
    asked = {"pressed": False}
    take(
        store, case, Step.ASK_WITHDRAWAL, actor=the_complainant(), rules=rules, now=now, facts=asked
    ).settle()
    over = now + timedelta(days=8)
    return take(store, case, Step.WITHDRAW, actor=THE_CLOCK, rules=rules, now=over).settle()


def reach(store: Store, outcome: Outcome, *, rules: Rulebook, now: datetime = LATER) -> None:
    """Let the messages of a step reach the person."""
    at = moment(now=now)
    store.transact(lambda conn: rounds.note_reached(conn, outcome.notices, rules=rules, at=at))


def visited(rules: Rulebook, now: datetime = LATER) -> dict[str, Any]:
    """Give the facts of a letter that says somebody was at the place today."""
    today = rules.calendar(rules.current.version, site=None).site_date(now)
    return {"purpose": "visit", "visited_on": today.isoformat()}


def try_to_reach(
    store: Store,
    rules: Rulebook,
    case: Case,
    tries: Iterable[tuple[int, str, bool]],
    *,
    actor: Actor | None = None,
    written: bool = True,
) -> None:
    """Try to reach somebody: so many days on, by which way, saying that it closes or not; a text is written first."""
    who, words = actor or an_officer(), "Are you still there?"
    for day, way, announces in tries:
        at = LATER + timedelta(days=day)
        if way == "sms" and written:
            letter = {"purpose": "update"}
            take(store, case, Step.UPDATE, actor=who, rules=rules, now=at, facts=letter, words=words).settle()
        facts = {"way": way, "announces": announces}
        take(store, case, Step.ATTEMPT_CONTACT, actor=who, rules=rules, now=at, facts=facts).settle()


def again(store: Store, case: Case) -> Case:
    """Read a case as it stands now."""
    return store.read(lambda conn: _must_exist(cases.get(conn, case.id)))


def an_offer(*, due_on: date = IN_THREE_WEEKS) -> Offer:
    """Make a commitment that is offered."""
    return Offer(id=os.urandom(16).hex(), due_on=due_on)


def columns(found: Case | CaseClock) -> dict[str, Any]:
    """Read every column of a case, or of a clock."""
    table = CASES if hasattr(found, "number") else CLOCKS
    return {name: getattr(found, name) for name in table.c.keys()}  # noqa: SIM118  a table's columns are no mapping


def _must_exist(case: Case | None) -> Case:
    if case is None:
        raise LookupError("the case is not there")
    return case


def _person(
    conn: Connection, *, language: str, address: bool, now: datetime, stopped_on: date | None = None
) -> str:
    person, text = os.urandom(16).hex(), os.urandom(16).hex()
    if address:
        number = f"+5190{int.from_bytes(os.urandom(4)) % 10**7:07}"
        vault.store(
            conn, [vault.seal(number, text_id=text, field="address", readers={vault.DISPATCH: _THROWAWAY})]
        )
    row = {
        "id": person,
        "pseudonym": os.urandom(32) if address else None,
        "gateway": "simulator" if address else None,
        "address": text if address else None,
        "language": language,
        "since": now.date(),
        "stopped_on": stopped_on,
    }
    conn.execute(insert(Complainant.__table__), row)  # type: ignore[attr-defined]
    return person


def _words(
    words: str, *, said_by: str = "complainant", purpose: str = "narrative", readers: Mapping[str, bytes]
) -> Said:
    return said(words, said_by=said_by, purpose=purpose, readers=readers)


def _sealed_for(
    conn: Connection, case_id: str, words: str, purpose: str, actor: Actor, house: Mapping[str, bytes]
) -> dict[str, Any]:
    case = _must_exist(cases.get(conn, case_id))
    owed = actor.role in (Role.OFFICER, Role.FOCAL, Role.REVIEWER)
    readers = reading.publics_for(conn, case, house, owed=owed)
    return {
        "said": (_words(words, said_by=str(actor.role), purpose=purpose, readers=readers),),
        "words": words,
    }


def _way_to(state: State, *, offers: int, kind: str = Kind.GRIEVANCE) -> list[Callable[[Walk], Any]]:
    """List the steps of the plainest way to a state."""
    promised = [an_offer() for _ in range(offers)]

    def keep_all(w: Walk) -> None:
        for offer in promised:
            w.take(
                Step.KEEP,
                w.officer,
                facts={"commitment": offer.id, "proof": "visit", "last": offer is promised[-1]},
            )

    def saw_it(w: Walk) -> None:
        if kind == Kind.GRIEVANCE:
            w.take(
                Step.UPDATE,
                w.officer,
                facts=visited(w.rules, w.now),
                words="We were there.",
                purpose="update",
            )

    def accept(w: Walk) -> None:
        w.now += timedelta(days=8) if w.severity == "high" else timedelta()
        w.take(Step.ACCEPT, the_complainant())

    acknowledged = [lambda w: w.take(Step.ACKNOWLEDGE, w.officer)]
    assessed = [
        *acknowledged,
        lambda w: w.take(Step.SECOND, a_reviewer(), facts={"what": "severity"}) if w.focal else None,
        lambda w: w.take(Step.ASSESS, w.officer, facts={**ASSESSED, "severity": w.severity}),
    ]
    investigating = [*assessed, saw_it, lambda w: w.take(Step.INVESTIGATE, w.officer)]
    proposed = [
        *investigating,
        lambda w: w.take(Step.HEAR, w.officer),
        lambda w: w.take(
            Step.PROPOSE,
            w.officer,
            facts=ANSWERED_WITH_ALL if kind == Kind.INFORMATION_REQUEST else ANSWERED,
            offers=tuple(promised),
            words="We found the broken pipe and repair it by the 24th.",
            purpose="proposal",
        ),
    ]
    agreed = [*proposed, accept]
    implementing = [*agreed, lambda w: w.take(Step.CARRY_OUT, w.officer)]
    verified = [*implementing, keep_all, lambda w: w.take(Step.CONFIRM, the_complainant())]
    closed = [
        *verified,
        lambda w: w.take(Step.LEARN, w.officer, facts=LEARNED),
        lambda w: w.take(
            Step.UPDATE,
            w.officer,
            facts=CLOSING_LETTER,
            words="The pipe is mended.",
            purpose="closing_letter",
        ),
        lambda w: w.take(Step.CLOSE, w.officer, facts={"sense": Sense.RESOLVED_IMPLEMENTED}),
    ]
    return {
        State.RECEIVED: [],
        State.ACKNOWLEDGED: acknowledged,
        State.ASSESSED: assessed,
        State.INVESTIGATING: investigating,
        State.PROPOSED: proposed,
        State.IN_DIALOGUE: [*proposed, lambda w: w.take(Step.DECLINE, the_complainant())],
        State.UNDER_REVIEW: [*proposed, lambda w: w.take(Step.ASK_REVIEW, the_complainant())],
        State.UNDER_INDEPENDENT_REVIEW: [
            *proposed,
            lambda w: w.take(Step.ASK_INDEPENDENT_REVIEW, the_complainant()),
        ],
        State.AGREED: agreed,
        State.IMPLEMENTING: implementing,
        State.VERIFIED: verified,
        State.CLOSED: closed,
        State.REOPENED: [*closed, lambda w: w.take(Step.REOPEN, the_complainant())],
    }[state]


def write_keys(home: Path, mechanism: Mechanism) -> Mapping[str, Path]:
    """Write the keys of one deployment: a folder a process, and `all`. scrypt is cheap here."""
    folders = {name: home / name.replace(":", "=") for name in _folders(mechanism)}
    secrets = {name: os.urandom(keyring.SECRET) for name in _secrets(mechanism)}
    secrets["scheme"] = f"1 {SCRYPT_LOG_N} {os.urandom(16).hex()}\n".encode()
    publics = {vault.DISPATCH: _public(secrets["dispatch"]), vault.REVIEW: _public(secrets["reviewer"])}
    publics |= {vault.desk(o.key): _public(secrets[f"desk.{o.key}"]) for o in mechanism.operators}
    for process, folder in folders.items():
        folder.mkdir(mode=0o700, parents=True)
        for name, value in secrets.items():
            if _belongs(name, process):
                keyring.write_secret(folder, name, value)
        for reader, public in publics.items():
            keyring.write_public(folder, reader, public)
    return folders


def _folders(mechanism: Mechanism) -> list[str]:
    return ["all", "web", "worker", "review", "clock", *(vault.desk(o.key) for o in mechanism.operators)]


def _secrets(mechanism: Mechanism) -> list[str]:
    return [
        "pepper-pseudonym",
        "pepper-clave",
        "mac",
        "follow",
        "dispatch",
        "session-desk",
        "totp-desk",
        "reviewer",
        "session-review",
        "totp-review",
        "session-radio",
        "totp-radio",
        *(f"contributor.{year}" for year in KEY_YEARS),
        *(f"desk.{o.key}" for o in mechanism.operators),
    ]


def _belongs(name: str, process: str) -> bool:
    if process == "all":
        return True
    kind, _, operator = process.partition(":")
    if name.startswith("desk."):
        return kind == "desk" and name == f"desk.{operator}"
    return name.partition(".")[0] in keyring.MAY_HOLD[kind]


def _public(secret: bytes) -> bytes:
    return X25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()
