"""Real gateways on loopback: Debian's Kannel with its fake SMSC, and its gammu-smsd with a dummy modem.

Each is a process of its own with a folder of its own, ended by its own id.
"""

import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, unquote_to_bytes

from channels.telephone import modemcalls
from tests.deployment import free_port, until

BOXES = ("bearerbox", "smsbox")
SMSD = "gammu-smsd"
TABLES = Path("/usr/share/doc/gammu-smsd/examples/sqlite.sql.gz")
USER, PASSWORD, SECRET = "quejas", "una-palabra", "un-secreto-de-mas-de-treinta-y-dos-letras"


def program(name: str) -> str | None:
    """Find a program, also where only root looks."""
    return shutil.which(name, path="/usr/sbin:/usr/bin:/sbin:/bin")


@contextmanager
def process(*command: str, log: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a program until the end of the block."""
    with log.open("wb") as out:
        started = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, cwd=log.parent)  # noqa: S603
        try:
            yield started
        finally:
            started.send_signal(signal.SIGTERM)
            try:
                started.wait(10)
            except subprocess.TimeoutExpired:
                started.kill()
                started.wait(10)


def listens(port: int) -> bool:
    """Tell whether somebody listens on a port of loopback."""
    with socket.socket() as line:
        return line.connect_ex(("127.0.0.1", port)) == 0


@dataclass(frozen=True)
class Shown:
    """A text on a phone's screen."""

    sender: str
    to: str
    text: str
    encoding: str
    part: str = ""


@dataclass
class Handsets:
    """Every phone of the network behind Kannel's fake SMSC: one line, in the SMSC's own words."""

    port: int
    shown: list[Shown] = field(default_factory=list)

    @contextmanager
    def switched_on(self) -> Iterator["Handsets"]:
        """Stay connected until the end of the block."""
        self._line = socket.create_connection(("127.0.0.1", self.port), timeout=60)
        reader = threading.Thread(target=self._read, daemon=True)
        reader.start()
        try:
            yield self
        finally:
            with suppress(OSError):
                self._line.shutdown(socket.SHUT_RDWR)
            reader.join()
            self._line.close()

    def texts(self, words: str, *, sender: str, to: str) -> None:
        """Write a text in one message, as the SMSC's alphabet has it."""
        self._say(f"{sender} {to} text {words}")

    def texts_in_unicode(self, words: str, *, sender: str, to: str) -> None:
        """Write a text in UCS-2."""
        self._say(f"{sender} {to} ucs2 {quote(words.encode('utf-16-be'))}")

    def texts_in_parts(self, *parts: str, sender: str, to: str, mark: int) -> None:
        """Write a long text, in parts that come one by one."""
        for number, words in enumerate(parts, 1):
            head = quote(bytes([5, 0, 3, mark, len(parts), number]))
            self._say(f"{sender} {to} udh {head} {quote(words.encode())}")

    def got(self, to: str) -> list[Shown]:
        """List what one phone got."""
        return [each for each in tuple(self.shown) if each.to == to]

    def _say(self, line: str) -> None:
        self._line.sendall(line.encode() + b"\n")

    def _read(self) -> None:
        with suppress(OSError), self._line.makefile("rb") as lines:
            for line in lines:
                self.shown.append(_shown(line.rstrip(b"\n")))


def _shown(line: bytes) -> Shown:
    sender, to, kind, words = line.split(b" ", 3)
    part = ""
    if kind == b"udh":
        head, kind, words = words.split(b" ", 2)
        part = unquote_to_bytes(head).hex()
    raw = words if kind == b"text" else unquote_to_bytes(words.replace(b"+", b" "))
    text = raw.decode("utf-16-be" if kind == b"ucs-2" else "utf-8", "replace")
    return Shown(sender.decode(), to.decode(), text, kind.decode(), part)


@dataclass(frozen=True)
class Kannel:
    """A running Kannel: where it takes messages, and the phones behind it."""

    url: str
    handsets: Handsets

    def settings(self, *, number: str, callback: str, password: str = PASSWORD) -> dict[str, str]:
        """Give the settings of a deployment that uses it."""
        return {
            "KANNEL_URL": self.url, "KANNEL_USERNAME": USER, "KANNEL_PASSWORD": password, "KANNEL_SECRET": SECRET,
            "KANNEL_FROM": number, "KANNEL_CALLBACK": callback,
        }  # fmt: skip


@contextmanager
def kannel(folder: Path, *, base_url: str, by_get: bool = False) -> Iterator[Kannel]:
    """Run Kannel in a folder, its ports on loopback (the fake SMSC's port lets nobody else in)."""
    boxes, fake, sendsms = free_port(), free_port(), free_port()
    door = f"{base_url}/channels/kannel/sms?key={SECRET}&id=%I&from=%p&to=%P&coding=%c&charset=%C"
    conf = folder / "kannel.conf"
    groups = (
        (
            f"group = core\nadmin-port = {free_port()}\nadmin-interface = 127.0.0.1\nadmin-password = x\n"
            f"smsbox-port = {boxes}\nsmsbox-interface = 127.0.0.1\nbox-allow-ip = 127.0.0.1\nlog-level = 4"
        ),
        f"group = smsc\nsmsc = fake\nsmsc-id = fake\nport = {fake}\nconnect-allow-ip = 127.0.0.1",
        (
            f"group = smsbox\nbearerbox-host = 127.0.0.1\nbearerbox-port = {boxes}\nsendsms-port = {sendsms}\n"
            "sendsms-interface = 127.0.0.1\nhttp-request-retry = 100\nhttp-queue-delay = 1\nlog-level = 4"
        ),
        f"group = sendsms-user\nusername = {USER}\npassword = {PASSWORD}\nconcatenation = true\nmax-messages = 10",
        "group = sms-service\nkeyword = default\ncatch-all = true\nmax-messages = 0\n"
        + (f'get-url = "{door}&text=%b"' if by_get else f'post-url = "{door}"'),
    )
    conf.write_text("\n\n".join(groups) + "\n")
    with process(str(program("bearerbox")), "-v", "4", str(conf), log=folder / "bearerbox.log"):
        until(lambda: listens(boxes) and listens(fake), what="bearerbox")
        with process(str(program("smsbox")), "-v", "4", str(conf), log=folder / "smsbox.log"):
            until(lambda: listens(sendsms), what="smsbox")
            with Handsets(fake).switched_on() as handsets:
                yield Kannel(f"http://127.0.0.1:{sendsms}", handsets)


@dataclass
class Modem:
    """A running gammu-smsd with a modem that is a folder of files."""

    folder: Path
    came: int = 0

    @property
    def database(self) -> Path:
        """Where the daemon keeps its tables."""
        return self.folder / "smsd.db"

    def receives(self, *parts: str, sender: str, mark: int = 7, kind: str = "Deliver") -> None:
        """Put a text into the modem, in its parts, or a report (`Status_Report`). `Submit` the daemon would pass over."""
        lines: list[str] = []
        for number, words in enumerate(parts, 1):
            lines += [
                f"[SMSBackup{number - 1:03d}]", f"PDU = {kind}", "DateTime = 20260304T120000", "State = UnRead",
                f'Number = "{sender}"', f"NumberUnicode = {sender.encode('utf-16-be').hex().upper()}",
                f"Text00 = {words.encode('utf-16-be').hex().upper()}", "Coding = Unicode_No_Compression",
                "Folder = 1", f"Length = {len(words)}", "Class = -1", "ReplySMSC = False",
                "RejectDuplicates = False", "ReplaceMessage = 0", "MessageReference = 0",
                *([f"UDH = 050003{mark:02X}{len(parts):02X}{number:02X}"] if len(parts) > 1 else []), "",
            ]  # fmt: skip
        self.came += 1
        draft = self.folder / "draft"
        draft.write_text("\n".join(lines))
        draft.rename(self.folder / "phone" / "sms" / "1" / str(self.came))

    def rings(self) -> None:
        """Let somebody ring: the dummy modem knows one caller, and forgets the file when it rang."""
        (self.folder / "phone" / "incoming-call").touch()

    def rows(self, query: str, *values: str) -> list[tuple[str, ...]]:
        """Look into the daemon's tables."""
        with sqlite3.connect(self.database, timeout=30) as file:
            return file.execute(query, values).fetchall()

    def change(self, statement: str, *values: str) -> None:
        """Change the daemon's tables, as it does itself when a report comes."""
        with sqlite3.connect(self.database, timeout=30) as file:
            file.execute(statement, values)


@contextmanager
def modem(folder: Path) -> Iterator[Modem]:
    """Run gammu-smsd in a folder, with tables that its package brought."""
    made = _prepared(folder)
    read = subprocess.run(["/usr/bin/zcat", "-f", str(tables())], check=True, capture_output=True, text=True)  # noqa: S603
    with sqlite3.connect(made.database) as file:
        file.executescript(read.stdout)
    with _smsd(folder, f"service = sql\ndriver = sqlite3\ndbdir = {folder}\ndatabase = smsd.db\n"):
        until(lambda: made.rows("SELECT IMEI FROM phones"), what="gammu-smsd")
        yield made


@contextmanager
def modem_of_files(folder: Path) -> Iterator[Modem]:
    """Run gammu-smsd in a folder, with its files backend: no database, and no driver for one."""
    made = _prepared(folder)
    paths = {"inbox": "inboxpath", "outbox": "outboxpath", "sent": "sentsmspath", "error": "errorsmspath"}
    for place in paths:
        (folder / place).mkdir()
    told = "".join(f"{name} = {folder / place}/\n" for place, name in paths.items())
    with _smsd(folder, f"service = files\n{told}inboxformat = detail\ntransmitformat = auto\n"):
        yield made


def _prepared(folder: Path) -> Modem:
    for number in range(1, 6):
        (folder / "phone" / "sms" / str(number)).mkdir(parents=True)
    (folder / modemcalls.FOLDER).mkdir()
    return Modem(folder)


@contextmanager
def _smsd(folder: Path, service: str) -> Iterator[None]:
    rc = folder / "smsdrc"
    rc.write_text(
        f"[gammu]\nmodel = dummy\nconnection = none\ndevice = {folder / 'phone'}\ngammuloc = /dev/null\n\n"
        f"[smsd]\n{service}logfile = {folder / 'log'}\n"
        "debuglevel = 0\nreceivefrequency = 1\ncommtimeout = 1\nloopsleep = 1\nchecksecurity = 0\ncheckbattery = 0\n"
        "checksignal = 0\nchecknetwork = 0\ndeliveryreport = sms\n"
        f"hangupcalls = 1\nrunonincomingcall = {Path(sys.executable).parent / 'grievance'} rang {folder}\n"
    )
    with process(str(program(SMSD)), "-c", str(rc), log=folder / "smsd.out"):
        yield


def tables() -> Path:
    """Find the tables of the daemon, packed or not."""
    return TABLES if TABLES.exists() else TABLES.with_suffix("")


def has_modem() -> bool:
    """Tell whether daemon, tables and the driver of its database are here."""
    drivers = Path("/usr/lib").glob("*/dbd/libdbdsqlite3.so")
    return bool(program(SMSD)) and tables().exists() and any(drivers)
