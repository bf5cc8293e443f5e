"""gammu-smsd as it behaves: a SQLite file that it and we read and write, and nobody who knocks."""

import hashlib
import json
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, nullcontext
from datetime import datetime
from pathlib import Path
from typing import ClassVar

from channels.gateway import Gateway, Inbound, Outbound, Sent
from channels.outgoing import errands
from channels.sms.gammu import OWN, Gammu
from tests.channels.sms.conformance import (
    NUMBER,
    Door,
    Heard,
    Knock,
    Provider,
    Report,
    Signing,
    Specimen,
    Taken,
    Word,
)

TABLES = """
CREATE TABLE inbox (ID INTEGER PRIMARY KEY AUTOINCREMENT, ReceivingDateTime, SenderNumber, TextDecoded, Text, UDH, Class,
  Coding, SMSCNumber, RecipientID, Processed DEFAULT 'false', Invented);
CREATE TABLE outbox (ID INTEGER PRIMARY KEY AUTOINCREMENT, DestinationNumber, TextDecoded, CreatorID, Coding, UDH,
  MultiPart, DeliveryReport, SendingDateTime, SendingTimeOut, InsertIntoDB DEFAULT (datetime('now')));
CREATE TABLE outbox_multipart (ID, SequencePosition, TextDecoded, Coding, UDH);
CREATE TABLE sentitems (ID, SequencePosition, CreatorID, Status, StatusError, InsertIntoDB DEFAULT (datetime('now')),
  Text, TextDecoded, DestinationNumber);
"""
"""The columns of its tables that we meet, and some that we do not."""
WORDS = {"sent": "SendingOK", "delivered": "DeliveryOK", "failed": "DeliveryFailed", "odd": "SomethingNew"}
IN_PROCESS = "its file is written at once, or not at all"
NOBODY_KNOCKS = "nobody knocks: it is read from a file of its own"
_RUNNING: dict[str, Provider] = {}


class Modem(Gammu):
    """The adapter, and the daemon beside it that sees what was put into its file."""

    def send(self, message: Outbound) -> Sent:
        provider = _RUNNING.get(str(self.database))
        with _busy(self.database) if provider and provider.mood == "later" else nullcontext():
            sent = super().send(message)
        if provider is not None:
            taken = Taken("", "", {}, json.dumps([message.to, _outbox(self.database, sent.ref)]).encode())
            provider.taken.append(taken)
            provider.refs.append(sent.ref)
            provider.while_taking(taken, sent.ref)
        return sent


class OfGammu(Specimen):
    name = "gammu"
    polled = True
    lacks: ClassVar = {
        **dict.fromkeys(("forged", "unsigned", "unreadable", "forged_status"), NOBODY_KNOCKS),
        **dict.fromkeys(("refused", "hung", "broken_answer"), IN_PROCESS),
        "media": "its SMS carry no pictures",
    }

    def __init__(self) -> None:
        self.rows: dict[str, int] = {}

    def gateway(self, *, provider: str, now: Callable[[], datetime]) -> Gateway:  # noqa: ARG002
        return Modem(database=Path(provider), number=NUMBER, wait=0.1)

    @contextmanager
    def provider(self) -> Iterator[Provider]:
        with tempfile.TemporaryDirectory() as folder:
            path = str(Path(folder) / "smsd.db")
            with closing(sqlite3.connect(path)) as file:
                file.executescript(TABLES)
            _RUNNING[path] = provider = Provider(self, url=path)
            try:
                yield provider
            finally:
                del _RUNNING[path]

    def ref_of(self, word: Word) -> str:
        return _ref(self.rows[word.ref], word)

    def arrives(self, word: Word, provider: str) -> None:
        """Put a message into the daemon's inbox; the same one again is the row that nobody could delete."""
        text = f"CAST(X'{word.odd.hex()}' AS TEXT)" if word.odd else "?"
        values = (
            self.rows.get(word.ref),
            WHEN,
            word.sender,
            *(() if word.odd else (word.text,)),
            _raw(word),
            _head(word),
        )
        with closing(sqlite3.connect(provider)) as file, file:
            made = file.execute(
                "INSERT INTO inbox (ID, ReceivingDateTime, SenderNumber, TextDecoded, Text, UDH, Class)"  # noqa: S608
                f" VALUES (?, ?, ?, {text}, ?, ?, -1)",
                values,
            )
            self.rows[word.ref] = int(made.lastrowid or 0)

    def comes(self, door: Door, word: Word) -> Heard:
        self.arrives(word, door.provider.url)
        return self._round(door)

    def becomes(self, door: Door, report: Report) -> Heard:
        with closing(sqlite3.connect(door.provider.url)) as file, file:
            file.execute("DELETE FROM outbox WHERE CreatorID = ?", (OWN + report.attempt,))
            file.execute("DELETE FROM sentitems WHERE CreatorID = ?", (OWN + report.attempt,))
            file.execute(
                "INSERT INTO sentitems (ID, SequencePosition, CreatorID, Status, TextDecoded)"
                " VALUES ((SELECT coalesce(max(ID), 0) + 1 FROM sentitems), 1, ?, ?, 'x')",
                (OWN + report.attempt, WORDS[report.state]),
            )
        return self._round(door)

    def read(self, gateway: Gateway, word: Word, *, provider: str, now: datetime) -> list[Inbound]:
        """Read a message as the adapter does when it looks."""
        assert isinstance(gateway, Gammu)
        self.arrives(word, provider)
        found = list(gateway.fetch(now=now))
        for each in found:
            each.done()
        return [each.what for each in found if isinstance(each.what, Inbound)]

    def known_as(self, taken: Taken, ref: str) -> str:  # noqa: ARG002
        return ref

    def knock(self, word: Word, *, now: datetime, signing: Signing = "good") -> Knock:
        raise NotImplementedError

    def sent(self, taken: Taken) -> tuple[str, str]:
        to, text = taken.told
        return to, text

    def _round(self, door: Door) -> Heard:
        """The process that sends looks into the file; what is safe here is gone there."""
        gateway = door.gateway
        assert isinstance(gateway, Gammu)
        errands.fetch(door.house, gateway)
        with closing(sqlite3.connect(door.provider.url)) as file:
            left = file.execute("SELECT count(*) FROM inbox").fetchone()[0]
        return Heard("" if not left else "left behind", status=200 if not left else 503)


WHEN = "2026-03-04 12:00:00"


def _raw(word: Word) -> str:
    return word.text.encode("utf-16-be").hex()


def _head(word: Word) -> str:
    index, total = word.part
    mark = f"{sum(word.whole.encode()) % 256:02X}"
    return f"050003{mark}{total:02X}{index:02X}" if total > 1 else ""


def _ref(row: int, word: Word) -> str:
    told = "/".join(str(one) for one in (row, WHEN, word.sender, _raw(word), _head(word)))
    return hashlib.sha256(told.encode()).hexdigest()


def _outbox(path: Path, attempt: str) -> str:
    with closing(sqlite3.connect(path)) as file:
        first = file.execute(
            "SELECT ID, TextDecoded FROM outbox WHERE CreatorID = ? ORDER BY ID DESC", (OWN + attempt,)
        ).fetchone()
        rest = file.execute(
            "SELECT TextDecoded FROM outbox_multipart WHERE ID = ? ORDER BY SequencePosition", (first[0],)
        ).fetchall()
    return str(first[1]) + "".join(one for (one,) in rest)


@contextmanager
def _busy(path: Path) -> Iterator[None]:
    """The daemon writes, and lets nobody else."""
    with closing(sqlite3.connect(path)) as file:
        file.execute("BEGIN EXCLUSIVE")
        yield
        file.rollback()


SPECIMEN = OfGammu()
