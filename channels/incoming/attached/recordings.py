"""Voice notes: fetched by the worker, sealed to review alone, written down by a person there, then forgotten.

A voice gives a person away, so the company never gets it. The address is made here of the provider's id and of
settings; the one a request names is never used. The provider's copy goes as soon as ours is safe.
"""

import base64
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Any, Protocol

from sqlalchemy import Connection, delete, insert, select, update

from channels.gateway import Uncertain, Undelivered
from channels.gateway_names import AFRICASTALKING_RECORDINGS
from channels.house import House
from channels.incoming import recusing, sealing
from channels.incoming.attached import notarrived
from channels.talking.doors import Beside
from grievance import case as cases
from grievance import vault
from grievance.errors import Misconfigured, Unknown
from grievance.line import RECORDINGS
from grievance.moment import Moment
from grievance.settings import PREFIX
from grievance.vocabulary import Role, Step
from translations import phrase
from translations.lists import every_danger
from workflows import casework
from workflows.criterion import Actor
from workflows.danger import flags
from workflows.knowing import reading

__all__ = ["Beside", "Keeper", "audio_of", "beside", "fetch", "waiting", "write_down"]
WAITING, SEALED, WRITTEN = "waiting", "sealed", "written"
LOST = notarrived.LOST
PERSON = Actor(Role.COMPLAINANT, credential="recent")
NAME = phrase("Voices to write down")
MOST_BYTES = 4 * 2**20
PATIENCE = 8
"""So often a recording is asked for; the provider needs some seconds to have it ready."""
WAIT = timedelta(seconds=10)
SOUNDS = frozenset(
    {"audio/mpeg", "audio/mp3", "audio/x-wav", "audio/wav", "audio/ogg", "audio/amr", "audio/3gpp"}
)

logger = logging.getLogger(__name__)


class Keeper(Protocol):
    """A gateway that keeps recordings for us until we have them."""

    def recording(self, ref: str) -> tuple[bytes, str]:
        """Fetch a recording: its bytes and media type.

        Raises:
            Undelivered: it is not there (`permanent`), or not yet.
            Uncertain: nobody knows.
        """
        ...

    def forget_recording(self, ref: str) -> None:
        """Have the provider delete it.

        Raises:
            Undelivered, Uncertain: it did not, or nobody knows.
        """
        ...


@dataclass(frozen=True)
class FixedHost:
    """Recordings that lie at one host, named by their path; the host is a setting. It has no way to delete them."""

    base: str
    timeout: float = 10.0

    def recording(self, ref: str) -> tuple[bytes, str]:
        """Fetch a recording.

        Raises:
            Undelivered: it is not there yet.
            Uncertain: nobody knows.
        """
        import requests  # noqa: PLC0415  only the worker fetches

        try:
            answer = requests.get(self.base.rstrip("/") + ref, timeout=self.timeout, allow_redirects=False)
        except requests.RequestException as cause:
            raise Uncertain(type(cause).__name__) from None
        if answer.status_code != HTTPStatus.OK:
            raise Undelivered(str(answer.status_code), permanent=False)
        return answer.content, answer.headers.get("Content-Type", "").partition(";")[0].strip()

    def forget_recording(self, ref: str) -> None:
        """Nothing can be done from here: who owns the account deletes recordings there."""


def keeper_of(house: House, name: str) -> Keeper | None:
    """Find who keeps the recordings of a gateway's calls.

    Raises:
        Misconfigured: they would come without encryption.
    """
    base = house.settings.extra.get(AFRICASTALKING_RECORDINGS, "")
    if name == "africastalking" and base:
        if not base.startswith("https://"):
            raise Misconfigured(
                f"{PREFIX}{AFRICASTALKING_RECORDINGS} must be https: voices would cross the network in clear"
            )
        return FixedHost(base)
    gateway = house.gateways.get(name)
    return gateway if hasattr(gateway, "recording") else None  # type: ignore[return-value]


def beside(house: House, gateway: str, ref: str, *, at: Moment) -> Beside:
    """Prepare the row of a recording, for the transaction in which its case is made."""
    hidden = vault.seal(
        ref, text_id=at.id("recording-ref"), field="recording", readers={vault.DISPATCH: house.ring.public(vault.DISPATCH)}
    )  # fmt: skip
    row = {
        "id": at.id("recording"), "gateway": gateway, "ref": hidden.id, "audio": None, "kind": None, "state": WAITING,
        "tries": 0, "not_before": at.now, "made_on": at.now.date(),
    }  # fmt: skip

    def work(conn: Connection, case: str) -> None:
        vault.store(conn, [hidden], case=case)
        conn.execute(insert(RECORDINGS), row | {"case": case})

    return work


def fetch(house: House) -> int:
    """Fetch and seal what waits, and have the provider forget it; a round of the worker. Answers how many were sealed."""
    due = select(RECORDINGS).where(RECORDINGS.c.ref.is_not(None), RECORDINGS.c.not_before <= house.now())
    erased = select(RECORDINGS.c.id).where(
        RECORDINGS.c.state == SEALED, RECORDINGS.c.audio.not_in(select(vault.TEXTS.c.id))
    )
    rows, gone = house.store.read(
        lambda conn: (list(conn.execute(due.limit(16))), list(conn.execute(erased).scalars()))
    )
    if gone:  # the person had everything erased
        house.store.transact(lambda conn: conn.execute(delete(RECORDINGS).where(RECORDINGS.c.id.in_(gone))))
    return sum(_fetch(house, row) for row in rows)


def waiting(conn: Connection) -> Sequence[Any]:
    """List the recordings nobody has written down, oldest first: with the number of their case."""
    query = (
        select(RECORDINGS, cases.CASES.c.number, cases.CASES.c.site)
        .join(cases.CASES, cases.CASES.c.id == RECORDINGS.c.case)
        .where(RECORDINGS.c.state != WRITTEN)
        .order_by(RECORDINGS.c.made_on, cases.CASES.c.number)
    )
    return list(conn.execute(query.limit(100)))


def audio_of(conn: Connection, recording_id: str, key: vault.Key) -> tuple[bytes, str]:
    """Open a recording for a reviewer: its bytes and media type.

    Raises:
        Unknown: there is none, or it was not fetched yet.
        Damaged: it does not open.
    """
    row = conn.execute(select(RECORDINGS).where(RECORDINGS.c.id == recording_id)).one_or_none()
    if row is None or row.audio is None:
        raise Unknown("no such recording")
    return base64.b64decode(vault.read(conn, row.audio, key)), str(row.kind)


def write_down(house: House, recording_id: str, words: str, *, by: Actor) -> str:
    """Put what a person heard into the case as its narrative, masked and sealed as any; then forget the sound.

    Words of danger make the case a protected one, as if they had been written. Returns the id of the case.

    Raises:
        Unknown: there is no such recording any more.
    """
    at = house.moment()

    def look(conn: Connection) -> tuple[Any, dict[str, bytes], dict[str, bytes]]:
        row = conn.execute(select(RECORDINGS).where(RECORDINGS.c.id == recording_id)).one_or_none()
        case = None if row is None else cases.get(conn, row.case)
        if row is None or case is None or row.state != SEALED:
            raise Unknown("no such recording")
        publics = house.ring.publics
        return (
            row,
            reading.publics_for(conn, case, publics),
            reading.publics_for(conn, case, publics, original=True),
        )

    row, masked, original = house.store.read(look)
    told = sealing.said(
        words, by="complainant", purpose="narrative", readers=masked, original=original,
        places=sealing.place_names(house.rules.current),
    )  # fmt: skip
    danger = sorted(flags(words, every_danger(), places=house.rules.current.place_names()))
    later = house.moment(at.now)

    def work(conn: Connection) -> None:
        mine = update(RECORDINGS).where(RECORDINGS.c.id == recording_id, RECORDINGS.c.state == SEALED)
        if conn.execute(mine.values(state=WRITTEN, audio=None)).rowcount == 0:
            raise Unknown("somebody else wrote it down")
        vault.forget(conn, [row.audio])
        conn.execute(delete(RECORDINGS).where(RECORDINGS.c.id == recording_id, RECORDINGS.c.ref.is_(None)))
        doing = casework.Doing(said=(told,))
        casework.take(conn, row.case, Step.ADD, actor=PERSON, rules=house.rules, at=at, doing=doing).settle()
        off = recusing.named(conn, house, words, row.case).get("named", ())
        casework.recuse(conn, row.case, off, rules=house.rules, at=at)
        if danger:
            handed = casework.Doing(facts={"flag": danger[0]})
            casework.take(
                conn, row.case, Step.HAND_TO_FOCAL, actor=by, rules=house.rules, at=later, doing=handed
            ).settle()

    house.store.transact(work)
    return str(row.case)


def _fetch(house: House, row: Any) -> bool:
    keeper = keeper_of(house, row.gateway)
    if keeper is None:
        return False
    try:
        ref = house.store.read(
            lambda conn: vault.read(conn, row.ref, house.ring.key("dispatch", vault.DISPATCH))
        )
    except Unknown:  # the person erased everything
        house.store.transact(lambda conn: conn.execute(delete(RECORDINGS).where(RECORDINGS.c.id == row.id)))
        return False
    try:
        fetched = _seal(house, row, *keeper.recording(ref)) if row.state == WAITING else False
        keeper.forget_recording(ref)
    except (Undelivered, Uncertain) as cause:
        _later(house, row, gone=isinstance(cause, Undelivered) and cause.permanent)
        return False
    house.store.transact(lambda conn: _let_go(conn, row))
    return fetched


def _seal(house: House, row: Any, sound: bytes, kind: str) -> bool:
    at = house.moment()
    if len(sound) > MOST_BYTES or kind not in SOUNDS:
        raise Undelivered("no sound", permanent=True)
    audio = vault.seal(
        base64.b64encode(sound).decode(), text_id=at.id("audio"), field="audio",
        readers={vault.REVIEW: house.ring.public(vault.REVIEW)},
    )  # fmt: skip

    def work(conn: Connection) -> None:
        mine = update(RECORDINGS).where(RECORDINGS.c.id == row.id, RECORDINGS.c.state == WAITING)
        if conn.execute(mine.values(state=SEALED, audio=audio.id, kind=kind)).rowcount:
            vault.store(conn, [audio], case=row.case)

    house.store.transact(work)
    return True


def _later(house: House, row: Any, *, gone: bool) -> None:
    """Try again, each time after longer; what is not there is given up, what is ours already is asked to go for ever."""
    tries = row.tries + 1
    mine = update(RECORDINGS).where(RECORDINGS.c.id == row.id)

    def work(conn: Connection) -> None:
        if gone or (tries >= PATIENCE and row.state == WAITING):
            conn.execute(mine.where(RECORDINGS.c.state == WAITING).values(state=LOST))
            _let_go(conn, row)
        else:
            conn.execute(mine.values(tries=tries, not_before=house.now() + WAIT * 2 ** min(tries, 12)))

    house.store.transact(work)
    logger.warning("recording put off", extra={"why": "gone" if gone else "later"})


def _let_go(conn: Connection, row: Any) -> None:
    """Forget by what the provider knew it: it has it no more, or we shall not ask again."""
    vault.forget(conn, [row.ref])
    conn.execute(update(RECORDINGS).where(RECORDINGS.c.id == row.id).values(ref=None))
    conn.execute(delete(RECORDINGS).where(RECORDINGS.c.id == row.id, RECORDINGS.c.state == WRITTEN))
