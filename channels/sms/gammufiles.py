"""Gammu's SMS daemon with its files backend: a modem on a desk met in four folders, without any database.

Nobody knocks: the process that sends looks into `inbox` each round, and a file is overwritten and deleted when what it
held is safe here. Ours go into `outbox`; the daemon moves them to `sent` or `error`. Names of files hold numbers, so
the folders belong on an encrypted disk. The daemon writes `inboxformat = detail`, which alone tells parts and reports.
"""

import hashlib
import logging
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final

from channels.gateway import (
    Answer,
    Can,
    Fetched,
    Inbound,
    Outbound,
    Sent,
    StatusEvent,
    Uncertain,
    Undelivered,
)
from channels.sms import octets
from channels.sms.gammu import PATIENCE, NobodyKnocks, piece_of
from channels.sms.segments import measure
from channels.sms.senders import read_sender, region_of

NAME: Final = "gammufiles"
FOLDERS: Final = ("inbox", "outbox", "sent", "error")
ATTEMPT: Final = re.compile(r"[A-Za-z0-9-]{1,40}")
"""The daemon's names are cut at underscores and dots, and end at 100 signs."""
NUMBER: Final = re.compile(r"\+?[0-9]{1,20}")
REPORT: Final = "Status_Report"
ARRIVED, FAILED = "Delivered", "Failed"
BOM: Final = b"\xfe\xff"
STAMP: Final = "%Y%m%d_%H%M%S"
_NO_ANSWER: Final = Answer()
_CAN: Final = Can(joins_parts=False, sees_texts=False)
_CAME: Final = re.compile(r"IN\d{8}_\d{6}_\d\d_(?P<number>.*)_\d\d\.(?:txt|bin)", re.DOTALL)
_OURS: Final = re.compile(
    r"OUTC(?P<when>\d{8}_\d{6})_00_(?P<to>\+?\d+)_g(?P<attempt>[A-Za-z0-9-]+)x(?P<parts>\d+)\.txtd"
)
_SECTION: Final = re.compile(rb"^\[SMSBackup\d{3}\]\r?$", re.MULTILINE)
_HEAD: Final = b"; This file format was designed for Gammu"
_LAST: Final = "MessageReference"
"""The last line of a section: without it the daemon has not finished writing."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Ours:
    """A message of ours where the daemon left it."""

    path: Path
    to: str
    attempt: str
    parts: int
    since: datetime


@dataclass
class GammuFiles(NobodyKnocks):
    """One modem. `folder` holds `inbox`, `outbox`, `sent` and `error`; `number` is its SIM's, in E.164."""

    folder: Path
    number: str
    now: Callable[[], datetime]
    name: str = NAME
    can: Can = _CAN
    answer: Answer = _NO_ANSWER
    by_get: bool = False
    _seen: dict[str, tuple[int, int]] = field(default_factory=dict, repr=False)

    def fetch(self, *, now: datetime) -> Iterable[Fetched]:
        """List what came and what became of ours; `done` deletes it here once it is safe there.

        Raises:
            Undelivered: a folder is not there.
            Uncertain: a folder cannot be read now.
        """
        reports: dict[str, list[tuple[str, Path]]] = {}
        for path in self._rested():
            try:
                sections = _sections(path.read_bytes(), path.name)
            except OSError as cause:
                logger.warning("a file of the modem cannot be read", extra={"why": type(cause).__name__})
                continue
            left = {place for place, told in enumerate(sections) if told["PDU"] != REPORT}
            for place, told in enumerate(sections):
                if place in left:
                    done = partial(_done, path, left, place)
                    yield Fetched(self._message(told, path.name, now=now), done=done)
                elif told["Text"] in (ARRIVED, FAILED):
                    who, _ = read_sender(told["Number"], region=region_of(self.number))
                    reports.setdefault(who or "", []).append((told["Text"], path))
                else:  # it is still on its way, or nobody knows
                    yield Fetched(None, done=partial(_burn, path))
        yield from self._fates(reports, now=now)

    def send(self, message: Outbound) -> Sent:
        """Put a message into the daemon's outbox, whole: it cuts it into parts.

        Raises:
            Undelivered: it cannot be put there now; or for good, where it is no number that a file can be named after.
        """
        if not NUMBER.fullmatch(message.to) or not ATTEMPT.fullmatch(message.attempt):
            raise Undelivered("number", permanent=True)
        parts = measure(message.text).segments
        name = f"OUTC{self.now().astimezone(UTC):{STAMP}}_00_{message.to}_g{message.attempt}x{parts}.txtd"
        outbox = self.folder / "outbox"
        draft = outbox / f".{name}"
        try:
            with draft.open("wb") as file:
                file.write(BOM + message.text.encode("utf-16-be"))
                file.flush()
                os.fsync(file.fileno())
            draft.replace(outbox / name)
        except FileNotFoundError:
            raise Undelivered("unreachable", permanent=False) from None
        except OSError:
            with suppress(OSError):
                draft.unlink(missing_ok=True)
            raise Undelivered("outbox", permanent=False, own=True) from None
        return Sent(ref=message.attempt)

    def find(self, *, to: str, since: datetime, matches: Callable[[str], bool]) -> Sent | None:
        """Look whether a text for this person stands in the daemon's outbox or among what it sent.

        Raises:
            Undelivered: a folder is not there.
            Uncertain: a file cannot be read now.
        """
        earliest = since.replace(microsecond=0)
        for place in ("outbox", "sent"):
            for ours in self._ours(place):
                if ours.to != to or ours.since < earliest:
                    continue
                try:
                    raw = ours.path.read_bytes()
                except FileNotFoundError:  # the daemon moved it this moment: the next folder has it
                    continue
                except OSError as cause:
                    raise Uncertain(type(cause).__name__) from None
                if raw and matches(raw.removeprefix(BOM).decode("utf-16-be", "replace")):
                    return Sent(ref=ours.attempt)
        return None

    @property
    def daemon(self) -> Path:
        """Where its daemon works, and its notes of calls lie."""
        return self.folder

    def _message(self, told: Mapping[str, str], name: str, *, now: datetime) -> Inbound:
        sender, answerable = read_sender(told["Number"], region=region_of(self.number))
        # A name can come again when its file is gone, and two texts of one second may share it.
        known = "/".join((name, told["Number"], told["Text"], told["UDH"]))
        return Inbound(
            gateway=self.name, sender=sender, recipient=self.number, text=told["Text"],
            ref=hashlib.sha256(known.encode("utf-8", "replace")).hexdigest(), received_at=now,
            answerable=answerable, piece=piece_of(told["UDH"]),
        )  # fmt: skip

    def _fates(
        self, reports: Mapping[str, Sequence[tuple[str, Path]]], *, now: datetime
    ) -> Iterator[Fetched]:
        for ours in self._ours("error"):
            event = StatusEvent(self.name, ours.attempt, "", "failed", error="modem", again=True, own=True)
            yield Fetched(event, done=partial(_burn, ours.path))
        waiting: dict[str, list[_Ours]] = {}
        for ours in self._ours("sent"):
            waiting.setdefault(ours.to, []).append(ours)
            if ours.path.stat().st_size:
                event = StatusEvent(self.name, ours.attempt, "", "sent")
                yield Fetched(event, done=partial(_empty, ours.path))
        for to, told in reports.items():
            yield from self._reported(waiting.pop(to, []), told, now=now)
        for late in (one for many in waiting.values() for one in many):
            if now - late.since >= PATIENCE:
                yield Fetched(None, done=partial(_burn, late.path))

    def _reported(
        self, waiting: Sequence[_Ours], told: Sequence[tuple[str, Path]], *, now: datetime
    ) -> Iterator[Fetched]:
        """Say what reports mean that name a phone and no message: arrived is only what surely did.

        That is when as many parts arrived as are on their way to that phone; failed, when only one text is.
        """
        papers = sorted({path for _, path in told})
        words = [word for word, _ in told]
        state = ""
        if words.count(ARRIVED) >= sum(one.parts for one in waiting):
            state = "delivered"
        elif FAILED in words and len(waiting) == 1:
            state = "failed"
        over = all(now - one.since >= PATIENCE for one in waiting)
        if state and waiting:
            for path in papers:  # first: a report that stayed behind would speak for the next text
                yield Fetched(None, done=partial(_burn, path))
            for one in waiting:
                event = StatusEvent(self.name, one.attempt, "", state)
                yield Fetched(event, done=partial(_burn, one.path))
        elif over:
            for path in (*papers, *(one.path for one in waiting)):
                yield Fetched(None, done=partial(_burn, path))

    def _rested(self) -> list[Path]:
        """List what came and nobody writes any more: files that look as they did the last time, the oldest first."""
        found, seen = list[Path](), dict[str, tuple[int, int]]()
        for path in self._listed("inbox"):
            if not _CAME.fullmatch(path.name):
                continue
            try:
                now = path.stat()
            except OSError:
                continue
            seen[path.name] = (now.st_size, now.st_mtime_ns)
            if self._seen.get(path.name) == seen[path.name]:
                found.append(path)
        self._seen = seen
        return found

    def _ours(self, place: str) -> Iterator[_Ours]:
        for path in self._listed(place):
            name = _OURS.fullmatch(path.name)
            if name is not None:
                since = datetime.strptime(name["when"], STAMP).replace(tzinfo=UTC)
                yield _Ours(path, name["to"], name["attempt"], int(name["parts"]), since)

    def _listed(self, place: str) -> list[Path]:
        try:
            return sorted((self.folder / place).iterdir())
        except FileNotFoundError:
            raise Undelivered("unreachable", permanent=False) from None
        except OSError as cause:
            raise Uncertain(type(cause).__name__) from None


def _sections(raw: bytes, name: str) -> list[dict[str, str]]:
    """Read a file of the inbox: each message in it, as Number, Text, UDH and PDU; none while it is still written.

    In the daemon's other formats a file is one text and no more; a text that only looks like the detailed one does
    not name another number than its file.
    """
    named = _CAME.fullmatch(name)
    number = named["number"] if named else ""
    bounds = [found.start() for found in _SECTION.finditer(raw)]
    if raw.startswith(_HEAD) and not bounds:
        return []
    if raw.startswith(_HEAD):
        found = [_fields(raw[at:end]) for at, end in zip(bounds, [*bounds[1:], len(raw)], strict=True)]
        if any(_LAST not in one for one in found):
            return []
        told = [_told(one) for one in found]
        if all(one["Number"] == number or not NUMBER.fullmatch(one["Number"]) for one in told):
            return told
    if name.endswith(".bin"):
        return [{"Number": number, "Text": "", "UDH": "", "PDU": "Deliver"}]
    wide = raw.startswith(BOM)
    text = raw.removeprefix(BOM).decode("utf-16-be", "replace") if wide else octets.read(raw)
    return [{"Number": number, "Text": text.partition("\0")[0], "UDH": "", "PDU": "Deliver"}]


def _fields(section: bytes) -> dict[str, str]:
    # Only at line feeds: in the comment that repeats the text the daemon breaks lines nowhere else.
    lines = (line.rstrip(b"\r").decode("ascii", "replace") for line in section.split(b"\n"))
    pairs = (line.partition(" = ") for line in lines if not line.startswith((";", "[")))
    return {name: value for name, sign, value in pairs if sign}


def _told(fields: Mapping[str, str]) -> dict[str, str]:
    texts = sorted(name for name in fields if re.fullmatch(r"Text\d\d", name))
    text = "" if fields.get("Coding") == "8bit" else _unicode("".join(fields[name] for name in texts))
    return {
        "Number": _unicode(fields.get("NumberUnicode", "")), "Text": text,
        "UDH": fields.get("UDH", ""), "PDU": fields.get("PDU", ""),
    }  # fmt: skip


def _unicode(written: str) -> str:
    try:
        return bytes.fromhex(written).decode("utf-16-be", "replace")
    except ValueError:
        return ""


def _done(path: Path, left: set[int], place: int) -> None:
    """One message of a file is safe; the file goes with its last one."""
    left.discard(place)
    if not left:
        _burn(path)


def _empty(path: Path) -> None:
    """Let go of the words; the name stays, for the report that names only the phone."""
    with path.open("r+b") as file:
        _overwrite(file.fileno())
        file.truncate(0)


def _burn(path: Path) -> None:
    try:
        with path.open("r+b") as file:
            _overwrite(file.fileno())
    except FileNotFoundError:
        return
    path.unlink(missing_ok=True)


def _overwrite(file: int) -> None:
    os.pwrite(file, bytes(os.fstat(file).st_size), 0)
    os.fsync(file)
