"""Gammu's SMS daemon with a modem on a desk, met in its own SQLite file: an office without inbound internet.

Nobody knocks: the process that sends looks into the inbox each round, and a row is deleted when what it held
is safe here. What became of our own messages stands in `sentitems`. That file holds numbers and texts in clear
for as long as a row lives; it belongs on an encrypted disk, and no longer text of ours stays in it than must.
"""

import hashlib
import re
import secrets
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final

from channels.gateway import (
    Answer,
    Can,
    Fetched,
    Forged,
    Inbound,
    Outbound,
    Piece,
    Request,
    Sent,
    StatusEvent,
    Uncertain,
    Undelivered,
)
from channels.sms import octets
from channels.sms.segments import measure, split
from channels.sms.senders import read_sender, region_of

NAME: Final = "gammu"
OWN: Final = "grievance:"
"""Before our attempt in `CreatorID`: whoever else uses the modem is left alone."""
USSD: Final = 127
STATES: Final[Mapping[str, str]] = {
    "SendingOK": "sent", "SendingOKNoReport": "sent", "DeliveryPending": "sent", "DeliveryUnknown": "sent",
    "DeliveryOK": "delivered", "DeliveryFailed": "failed", "SendingError": "failed", "Error": "failed",
}  # fmt: skip
NEVER_LEFT: Final = frozenset({"SendingError", "Error"})
PATIENCE: Final = timedelta(days=3)
"""So long word of a delivery is waited for; then the row of the message goes."""
AT_ONCE: Final = "2000-01-01 00:00:00"
"""Its tables write UTC and the daemon compares with local time: west of Greenwich "now" lies hours ahead."""
CODING: Final = {"GSM-7": "Default_No_Compression", "UCS-2": "Unicode_No_Compression"}
_NO_ANSWER: Final = Answer()
_CAN: Final = Can(joins_parts=False, sees_texts=False)
_LONG: Final = re.compile(
    r"^(?:050003(?P<short>..)|060804(?P<wide>....))(?P<total>..)(?P<index>..)", re.IGNORECASE
)
"""The header of one part of a longer text (3GPP TS 23.040, 9.2.3.24.1 and 9.2.3.24.8)."""


class NobodyKnocks:
    """What every modem on a desk has in common: its folder or file is looked into, and whoever knocks for it is forged."""

    def inbound(self, request: Request, *, now: datetime) -> Sequence[Inbound]:
        """Refuse: nobody knocks for a modem.

        Raises:
            Forged: always.
        """
        del request, now
        raise Forged("a modem does not knock")

    def status(self, request: Request) -> Sequence[StatusEvent]:
        """Refuse: nobody knocks for a modem.

        Raises:
            Forged: always.
        """
        del request
        raise Forged("a modem does not knock")


@dataclass
class Gammu(NobodyKnocks):
    """One modem. `database` is gammu-smsd's SQLite file; `number` its SIM's, in E.164."""

    database: Path
    number: str
    wait: float = 5.0
    name: str = NAME
    can: Can = _CAN
    answer: Answer = _NO_ANSWER
    by_get: bool = False
    _told: dict[str, str] = field(default_factory=dict, repr=False)

    def fetch(self, *, now: datetime) -> Iterable[Fetched]:
        """List what came and what became of ours; `done` deletes it here once it is safe there.

        Raises:
            Uncertain: the file cannot be read now.
        """
        with self._file() as file:
            came = file.execute(
                "SELECT ID, ReceivingDateTime, SenderNumber, TextDecoded, Text, UDH, Class FROM inbox ORDER BY ID"
            ).fetchall()
            fates = file.execute(
                "SELECT CreatorID, ID, Status, StatusError, InsertIntoDB FROM sentitems"
                " WHERE substr(CreatorID, 1, ?) = ? ORDER BY ID, SequencePosition",
                (len(OWN), OWN),
            ).fetchall()
        for row in came:
            message = None if row["Class"] == USSD else self._message(row, now=now)
            yield Fetched(message, done=partial(self._delete, "inbox", row["ID"]))
        yield from self._fates(fates, now=now)

    @property
    def daemon(self) -> Path:
        """Where its daemon works, and its notes of calls lie."""
        return self.database.parent

    def send(self, message: Outbound) -> Sent:
        """Put a message into the daemon's outbox, in as many parts as it needs.

        Raises:
            Undelivered: the file cannot be written now.
            Uncertain: it broke while it was written.
        """
        coding = CODING[measure(message.text).encoding]
        parts = split(message.text)
        mark = secrets.token_hex(1).upper()
        heads = (
            [""]
            if len(parts) == 1
            else [f"050003{mark}{len(parts):02X}{n:02X}" for n in range(1, len(parts) + 1)]
        )
        long = "true" if len(parts) > 1 else "false"
        with self._file() as file:
            try:
                with file:
                    row = file.execute(
                        "INSERT INTO outbox (DestinationNumber, TextDecoded, CreatorID, Coding, UDH, MultiPart,"
                        " DeliveryReport, SendingDateTime, SendingTimeOut) VALUES (?, ?, ?, ?, ?, ?, 'yes', ?, ?)",
                        (
                            message.to,
                            parts[0],
                            OWN + message.attempt,
                            coding,
                            heads[0],
                            long,
                            AT_ONCE,
                            AT_ONCE,
                        ),
                    ).lastrowid
                    file.executemany(
                        "INSERT INTO outbox_multipart (ID, SequencePosition, TextDecoded, Coding, UDH)"
                        " VALUES (?, ?, ?, ?, ?)",
                        [(row, n, parts[n - 1], coding, heads[n - 1]) for n in range(2, len(parts) + 1)],
                    )
            except sqlite3.Error:
                raise Undelivered("outbox", permanent=False, own=True) from None
        return Sent(ref=message.attempt)

    def find(self, *, to: str, since: datetime, matches: Callable[[str], bool]) -> Sent | None:
        """Look whether a text for this person stands in the daemon's outbox or among what it sent.

        Raises:
            Uncertain: the file cannot be read now.
        """
        with self._file() as file:
            asked = {"to": to, "many": len(OWN), "own": OWN, "since": since.strftime("%Y-%m-%d %H:%M:%S")}
            for query in _TEXTS:
                texts: dict[str, str] = {}
                for row in file.execute(query, asked):
                    texts[row["CreatorID"]] = texts.get(row["CreatorID"], "") + (row["TextDecoded"] or "")
                for creator, text in texts.items():
                    if matches(text):
                        return Sent(ref=creator.removeprefix(OWN))
        return None

    def _message(self, row: sqlite3.Row, *, now: datetime) -> Inbound:
        sender, answerable = read_sender(row["SenderNumber"] or "", region=region_of(self.number))
        # The daemon counts its rows from 1 again in a new file, so a row's number alone would name two messages.
        told = "/".join(str(row[name]) for name in ("ID", "ReceivingDateTime", "SenderNumber", "Text", "UDH"))
        return Inbound(
            gateway=self.name, sender=sender, recipient=self.number, text=row["TextDecoded"] or "",
            ref=hashlib.sha256(told.encode()).hexdigest(), received_at=now, answerable=answerable,
            piece=piece_of(row["UDH"] or ""),
        )  # fmt: skip

    def _fates(self, rows: Sequence[sqlite3.Row], *, now: datetime) -> Iterator[Fetched]:
        whole: dict[int, list[sqlite3.Row]] = {}
        for row in rows:
            whole.setdefault(row["ID"], []).append(row)
        for number, parts in whole.items():
            attempt = str(parts[0]["CreatorID"]).removeprefix(OWN)
            state = _worst({str(part["Status"]) for part in parts})
            final = state in ("delivered", "failed")
            if not final and self._told.get(attempt) == state:
                if now - _moment(parts[0]["InsertIntoDB"], now) >= PATIENCE:
                    yield Fetched(None, done=partial(self._delete, "sentitems", number))
                continue
            never = any(part["Status"] in NEVER_LEFT for part in parts)
            event = StatusEvent(
                self.name, attempt, "", state, error="modem" if never else "", again=never, own=never,
            )  # fmt: skip
            yield Fetched(event, done=partial(self._noted, number, attempt, state, final=final))

    def _noted(self, number: int, attempt: str, state: str, *, final: bool) -> None:
        """Forget a message whose fate is known; of one still on its way keep what its report will name, not its words."""
        if final:
            self._told.pop(attempt, None)
            self._delete("sentitems", number)
            return
        self._told[attempt] = state
        with self._file() as file, file:
            file.execute("UPDATE sentitems SET Text = '', TextDecoded = '' WHERE ID = ?", (number,))

    def _delete(self, table: str, number: int) -> None:
        with self._file() as file, file:
            file.execute(_DELETE[table], (number,))

    @contextmanager
    def _file(self) -> Iterator[sqlite3.Connection]:
        """Open the daemon's file for a moment; what is deleted is overwritten."""
        if not self.database.exists():
            raise Undelivered("unreachable", permanent=False)
        try:
            with closing(sqlite3.connect(self.database, timeout=self.wait)) as file:
                file.row_factory = sqlite3.Row
                # One text with a broken letter must not hold back every other one.
                file.text_factory = octets.read
                file.execute("PRAGMA secure_delete = ON")
                yield file
        except sqlite3.Error as cause:
            raise Uncertain(type(cause).__name__) from None


_MINE: Final = "DestinationNumber = :to AND substr(CreatorID, 1, :many) = :own AND InsertIntoDB >= :since"
_TEXTS: Final = (
    (
        f"SELECT CreatorID, TextDecoded, 1 AS place FROM outbox WHERE {_MINE} UNION ALL"  # noqa: S608  our own words
        " SELECT o.CreatorID, m.TextDecoded, m.SequencePosition FROM outbox_multipart m JOIN outbox o ON o.ID = m.ID"
        f" WHERE {_MINE} ORDER BY 1, 3"
    ),
    f"SELECT CreatorID, TextDecoded FROM sentitems WHERE {_MINE} ORDER BY ID, SequencePosition",  # noqa: S608
)
_DELETE: Final = {
    "inbox": "DELETE FROM inbox WHERE ID = ?", "sentitems": "DELETE FROM sentitems WHERE ID = ?",
}  # fmt: skip


def piece_of(head: str) -> Piece | None:
    """Read which part of a longer text a message is, from its header in hex; None for a whole one."""
    found = _LONG.match(head)
    if found is None:
        return None
    return Piece(
        found["short"] or found["wide"], index=int(found["index"], 16), total=int(found["total"], 16)
    )


def _worst(statuses: set[str]) -> str:
    """Say what became of the whole text: one part that failed fails it, one still on its way keeps it there."""
    states = {STATES.get(status, "sent") for status in statuses}
    return "failed" if "failed" in states else "sent" if "sent" in states else "delivered"


def _moment(written: Any, now: datetime) -> datetime:
    """Read when we put something into the outbox: SQLite writes UTC, and the daemon hands that on as it is."""
    try:
        return datetime.strptime(str(written), "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    except ValueError:
        return now
