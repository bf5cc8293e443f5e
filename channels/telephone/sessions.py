"""The session of a line with menus: found, kept where it stands, and forgotten after a day.

A session holds no number and nothing that was said: a pseudonym, where the dialogue stands, and how much was heard.
"""

import hmac
import logging
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from channels.house import House
from channels.incoming import routing
from channels.talking import dialogue, menus
from channels.talking.conversation import Talk
from channels.talking.dialogue import At, Ground
from channels.talking.talks import read_talk
from grievance.complainant import Complainant
from grievance.line import LINES
from grievance.mechanism import SHARED
from grievance.talk import Talk as TalkRow
from grievance.vocabulary import Channel
from workflows.clockwork import attempts

KEPT = timedelta(hours=24)
"""So long somebody whose line dropped can go on."""
SOON = timedelta(hours=1)
"""Who comes back within it tried once."""
CHANNELS = {"ussd": Channel.USSD, "voice": Channel.PHONE_VOICE}
logger = logging.getLogger(__name__)
_PEOPLE = Complainant.__table__  # type: ignore[attr-defined]
_TALKS = TalkRow.__table__  # type: ignore[attr-defined]
_ONE = select(LINES).where(LINES.c.id == bindparam("which"))
_OF_OTHERS = delete(LINES).where(LINES.c.id == bindparam("which"), LINES.c.version != menus.VERSION)
_NEW = insert(LINES)
_GO_ON = (
    update(LINES)
    .where(LINES.c.id == bindparam("which"), LINES.c.steps == bindparam("so_far"))
    .values(
        {
            name: bindparam(f"new_{name}")
            for name in ("version", "state", "case", "heard", "heard_mac", "steps", "ended", "at")
        }
    )
)
_OLD = (
    delete(LINES)
    .where(LINES.c.at < bindparam("before"))
    .returning(
        LINES.c.kind,
        LINES.c.version,
        LINES.c.state,
        LINES.c.case,
        LINES.c.ended,
        LINES.c.pseudonym,
        LINES.c.at,
    )
)
_SINCE = select(LINES.c.id).where(
    LINES.c.pseudonym == bindparam("who"), LINES.c.at > bindparam("after"), LINES.c.at <= bindparam("until")
)


@dataclass(frozen=True, slots=True)
class Knock:
    """One request of a line, as its dialect read it.

    `entry` is what was typed, None where nothing was asked yet; `cumulative` says that it holds every entry of the
    session, parted by stars. `typed`: every entry so far, where the network brings them, in whatever way it brings the
    new one. `place` is the step the sender answers, where the dialect carries one. `recorded` is the provider's id of a
    recording.
    """

    gateway: str
    kind: str
    session: str
    subscriber: str | None
    recipient: str
    entry: str | None = None
    cumulative: bool = False
    place: int | None = None
    recorded: str = ""
    reachable: bool = True
    typed: str = ""


@dataclass(frozen=True, slots=True)
class Session:
    """The session of a request as it was found: its `row`, or the one it may go on with (`held`), and what it stands on."""

    key: str
    row: Any
    pseudonym: bytes | None
    ground: Ground
    language: str
    held: Any = None
    hidden: bool = False


def find(house: House, knock: Knock) -> Session:
    """Find the session a request belongs to, and by a menu the one that broke off."""
    mechanism, key = house.rules.current, _key(house, knock)
    channel = mechanism.channel_for(knock.gateway, knock.recipient, kind=knock.kind)
    operator = None if channel is None or channel.operator == SHARED else channel.operator
    site = (channel.site or None) if channel else None
    certain = routing.route(mechanism, operator=operator, site=site, text="", protected=False)
    languages = channel.languages if channel else mechanism.languages
    pseudonym = house.ring.pseudonym(knock.subscriber) if knock.subscriber else None
    voice = knock.kind == "voice"

    def look(conn: Connection) -> tuple[Any, Any, str | None]:
        row = conn.execute(_ONE, {"which": key}).one_or_none()
        if (
            row is not None or pseudonym is None or voice
        ):  # a caller's number can be forged, and we answer in band
            return row, None, None
        mine = select(LINES).where(
            LINES.c.pseudonym == pseudonym, LINES.c.at > house.now() - KEPT, LINES.c.ended.is_(False)
        )
        held = conn.execute(
            mine.where(LINES.c.version == menus.VERSION).order_by(LINES.c.at.desc()).limit(1)
        ).one_or_none()
        spoken = conn.execute(select(_PEOPLE.c.language).where(_PEOPLE.c.pseudonym == pseudonym)).scalar()
        return None, held, spoken

    row, held, spoken = house.store.read(look)
    if row is not None and row.version != menus.VERSION:
        row = None
    ground = Ground(
        languages=languages, places=routing.places(mechanism, operator), certain=not certain.ask_place, voice=voice,
        unreachable=voice and (knock.subscriber is None or not knock.reachable), written_in=mechanism.default_language,
        reads=bool(knock.typed), named=mechanism.place_names(),
    )  # fmt: skip
    language = spoken if spoken in languages else _first_language(languages, mechanism.default_language)
    hidden = knock.subscriber is None or not knock.reachable
    return Session(key, row, pseudonym, ground, str(language), held, hidden)


def _first_language(languages: tuple[str, ...], default: str) -> str:
    return default if default in languages else languages[0]


def new_entry(house: House, knock: Knock, row: Any) -> str | None:
    """Find what is new in a request; None when it repeats a step that was answered."""
    said = knock.entry or ""
    if not knock.cumulative:
        first_again = knock.place is None and not said
        return None if first_again or (knock.place is not None and knock.place != row.steps) else said
    if len(said) <= row.heard:
        return None
    if not hmac.compare_digest(_mac(house, said[: row.heard]), row.heard_mac or b""):
        return None
    rest = said[row.heard :]
    return rest.removeprefix("*") if row.heard else rest


def keep(
    house: House, knock: Knock, session: Session, at: At, case: str | None, *, steps: int,
    beside: Callable[[Connection], None] | None,
) -> bool:  # fmt: skip
    """Write down where the session stands, and what is noted `beside`; no, if somebody else did for this very step."""
    heard = (knock.entry or "") if knock.cumulative else ""
    values = {
        "version": menus.VERSION, "state": dialogue.show_at(at), "case": case, "heard": len(heard),
        "heard_mac": _mac(house, heard), "steps": steps + 1, "ended": menus.STATES[at.state].kind == "end",
        "at": house.now(),
    }  # fmt: skip
    first = {"id": session.key, "gateway": knock.gateway, "kind": knock.kind, "pseudonym": session.pseudonym}

    def work(conn: Connection) -> bool:
        if session.row is None:
            conn.execute(_OF_OTHERS, {"which": session.key})
            conn.execute(_NEW, first | values)
            if session.held is not None:  # the new session carries it on
                conn.execute(update(LINES).where(LINES.c.id == session.held.id).values(ended=True))
        else:
            now = {f"new_{name}": value for name, value in values.items()}
            if not conn.execute(_GO_ON, {"which": session.key, "so_far": steps, **now}).rowcount:
                return False
        if beside is not None:
            beside(conn)
        return True

    try:
        return house.store.transact(work)
    except IntegrityError:
        return False


def stand_at(house: House, knock: Knock, at: At) -> None:
    """Remember that a session stands a little apart from where it was asked to: nobody leafs past the last page."""
    key = _key(house, knock)
    house.store.transact(
        lambda conn: conn.execute(update(LINES).where(LINES.c.id == key).values(state=dialogue.show_at(at)))
    )


def forget_old(house: House) -> int:
    """Forget sessions after a day; what was told in them is in cases, and how many told nothing is added to a sum."""
    now = house.now()

    def work(conn: Connection) -> int:
        gone = conn.execute(_OLD, {"before": now - KEPT}).all()
        failed = Counter(
            str(CHANNELS[row.kind]) for row in gone if _told_nothing(row) and not _came_back(conn, row, gone)
        )
        attempts.note(conn, failed, on=house.rules.today(now))
        return len(gone)

    return house.store.transact(work)


def _told_nothing(row: Any) -> bool:
    """Tell whether somebody chose to complain and said nothing; who asks, looks up or hangs up at once chose otherwise."""
    if row.kind not in CHANNELS or row.ended or row.case is not None or row.version != menus.VERSION:
        return False
    try:
        return dialogue.read_at(row.state).state == menus.TELL
    except (ValueError, KeyError, TypeError):  # one row that nobody can read would keep all others for ever
        logger.warning("a session that nobody can read is forgotten uncounted")
        return False


def _came_back(conn: Connection, row: Any, gone: Iterable[Any]) -> bool:
    """Tell whether the same phone was there again within the hour; of a hidden number nobody knows."""
    if row.pseudonym is None:
        return False
    until = row.at + SOON
    if any(one.pseudonym == row.pseudonym and row.at < one.at <= until for one in gone):
        return True
    return conn.execute(_SINCE, {"who": row.pseudonym, "after": row.at, "until": until}).first() is not None


def talk_of(house: House, pseudonym: bytes | None) -> Talk | None:
    """Read where a phone's text messages stand."""
    talk = select(_TALKS.c.state).join(_PEOPLE, _PEOPLE.c.id == _TALKS.c.id)
    state = house.store.read(lambda conn: conn.execute(talk.where(_PEOPLE.c.pseudonym == pseudonym)).scalar())
    return None if state is None else read_talk(state)


def is_known(house: House, session: Session) -> bool:
    """Tell whether this phone wrote to us before: then its language is kept."""
    if session.pseudonym is None or session.ground.voice:
        return False
    mine = select(_PEOPLE.c.id).where(_PEOPLE.c.pseudonym == session.pseudonym)
    return house.store.read(lambda conn: conn.execute(mine).first()) is not None


def _key(house: House, knock: Knock) -> str:
    return house.ring.mac("line", f"{knock.gateway}/{knock.session}").hex()


def _mac(house: House, heard: str) -> bytes:
    return house.ring.mac("heard", heard)
