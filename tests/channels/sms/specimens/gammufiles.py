"""gammu-smsd with its files backend as it behaves: four folders that it and we write to, and nobody who knocks."""

import hashlib
import json
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import ClassVar

from channels.gateway import Gateway, Inbound, Outbound, Sent
from channels.outgoing import errands
from channels.sms.gammufiles import BOM, FOLDERS, GammuFiles
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

WORDS = {"delivered": "Delivered", "failed": "Failed", "odd": "Unknown"}
IN_PROCESS = "its file is written at once, or not at all"
NOBODY_KNOCKS = "nobody knocks: it is read from a file of its own"
_RUNNING: dict[str, Provider] = {}


def written(
    *parts: str,
    sender: str,
    kind: str = "Deliver",
    heads: tuple[str, ...] = (),
    coding: str = "Unicode_No_Compression",
) -> bytes:
    """Write a file of the inbox as the daemon does (1.42, `inboxformat = detail`)."""
    lines = [
        "; This file format was designed for Gammu and is compatible with Gammu+",
        "; See <http://www.gammu.org> for more info", "; Saved 20260304T120000 (Wed Mar  4 12:00:00 2026)", "",
    ]  # fmt: skip
    for place, words in enumerate(parts):
        raw = words.encode("utf-16-be").hex().upper()
        texts = [raw[at : at + 200] for at in range(0, len(raw), 200)] or [""]
        lines += [
            f"[SMSBackup{place:03d}]", *(f"; {line}" for line in words.split("\n")), 'SMSC = ""\r', "SMSCUnicode = \r",
            f"PDU = {kind}", "DateTime = 20260304T120000Z", "State = UnRead", f'Number = "{sender}"\r',
            f"NumberUnicode = {sender.encode('utf-16-be').hex().upper()}\r", 'Name = ""\r', "NameUnicode = \r",
            *([f"UDH = {heads[place]}"] if heads else []),
            *(f"Text{n:02d} = {text}\r" for n, text in enumerate(texts)), f"Coding = {coding}", "Folder = 1",
            f"Length = {len(words)}", "Class = -1", "ReplySMSC = False", "RejectDuplicates = False",
            "ReplaceMessage = 0", "MessageReference = 0", "",
        ]  # fmt: skip
    return "\n".join(lines).encode() + b"\n"


def _in_a_name(sender: str) -> str:
    """Write a sender as it may stand in the name of a file: no folder, no end of the name, not too long."""
    return re.sub(r"[\x00/]", "-", sender).encode()[:120].decode("utf-8", "ignore")


@dataclass
class Modem(GammuFiles):
    """The adapter, and the daemon beside it that sees what was put into its folder."""

    def send(self, message: Outbound) -> Sent:
        provider = _RUNNING.get(str(self.folder))
        away = provider is not None and provider.mood == "later"
        if away:
            (self.folder / "outbox").rename(self.folder / "away")
            (self.folder / "outbox").touch()  # no folder: root may write into any
        try:
            sent = super().send(message)
        finally:
            if away:
                (self.folder / "outbox").unlink()
                (self.folder / "away").rename(self.folder / "outbox")
        if provider is not None:
            (file,) = (self.folder / "outbox").glob(f"*_g{message.attempt}x*")
            told = [file.name.split("_")[3], file.read_bytes().removeprefix(BOM).decode("utf-16-be")]
            taken = Taken("", "", {}, json.dumps(told).encode())
            provider.taken.append(taken)
            provider.refs.append(sent.ref)
            provider.while_taking(taken, sent.ref)
        return sent


class OfGammuFiles(Specimen):
    name = "gammufiles"
    polled = True
    lacks: ClassVar = {
        **dict.fromkeys(("forged", "unsigned", "unreadable", "forged_status"), NOBODY_KNOCKS),
        **dict.fromkeys(("refused", "hung", "broken_answer"), IN_PROCESS),
        "media": "its SMS carry no pictures",
    }

    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        self.reports = 0

    def gateway(self, *, provider: str, now: Callable[[], datetime]) -> Gateway:
        return Modem(folder=Path(provider), number=NUMBER, now=now)

    @contextmanager
    def provider(self) -> Iterator[Provider]:
        with tempfile.TemporaryDirectory() as folder:
            for name in FOLDERS:
                (Path(folder) / name).mkdir()
            _RUNNING[folder] = provider = Provider(self, url=folder)
            try:
                yield provider
            finally:
                del _RUNNING[folder]

    def ref_of(self, word: Word) -> str:
        told = "/".join((self.names[word.ref], word.sender, word.text, _head(word)))
        return hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()

    def arrives(self, word: Word, provider: str) -> None:
        """Put a message into the inbox; the same one again is the file that nobody could delete."""
        serial = len(self.names)
        name = self.names.setdefault(
            word.ref, f"IN20260304_12{serial // 60:02d}{serial % 60:02d}_00_{_in_a_name(word.sender)}_00.txt"
        )
        head = (_head(word),) if _head(word) else ()
        raw = word.odd or written(word.text, sender=word.sender, heads=head)
        (Path(provider) / "inbox" / name).write_bytes(raw)

    def comes(self, door: Door, word: Word) -> Heard:
        self.arrives(word, door.provider.url)
        return self._round(door)

    def becomes(self, door: Door, report: Report) -> Heard:
        folder = Path(door.provider.url)
        name = f"OUTC20260304_120000_00_{report.to}_g{report.attempt}x1.txtd"
        for place in ("outbox", "sent", "error"):
            for file in (folder / place).glob(f"*_g{report.attempt}x*"):
                file.unlink()
        (folder / "sent" / name).write_bytes(BOM + "x".encode("utf-16-be") if report.state == "sent" else b"")
        if report.state in WORDS:
            self.reports += 1
            told = written(WORDS[report.state], sender=report.to, kind="Status_Report")
            stamp = f"{self.reports // 60:02d}{self.reports % 60:02d}"
            (folder / "inbox" / f"IN20260305_12{stamp}_00_{report.to}_00.txt").write_bytes(told)
        return self._round(door)

    def read(self, gateway: Gateway, word: Word, *, provider: str, now: datetime) -> list[Inbound]:
        """Read a message as the adapter does when it looks."""
        assert isinstance(gateway, GammuFiles)
        self.arrives(word, provider)
        assert list(gateway.fetch(now=now)) == []
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
        """The process that sends looks twice: the first time somebody could still be writing."""
        gateway = door.gateway
        assert isinstance(gateway, GammuFiles)
        for _ in range(2):
            errands.fetch(door.house, gateway)
        left = list((Path(door.provider.url) / "inbox").iterdir())
        return Heard("" if not left else "left behind", status=200 if not left else 503)


def _head(word: Word) -> str:
    index, total = word.part
    mark = f"{sum(word.whole.encode()) % 256:02X}"
    return f"050003{mark}{total:02X}{index:02X}" if total > 1 else ""


SPECIMEN = OfGammuFiles()
