import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from channels.gateway import Fetched, Forged, Inbound, Outbound, Piece, Request, StatusEvent, Undelivered
from channels.sms import SETTINGS, build
from channels.sms.gammu import PATIENCE, Gammu
from grievance import settings
from grievance.errors import Misconfigured
from grievance.keyring import Ring

NUMBER = "+51970001122"
TABLES = """
CREATE TABLE inbox (ID INTEGER PRIMARY KEY AUTOINCREMENT, ReceivingDateTime, SenderNumber, TextDecoded, Text, UDH, Class);
CREATE TABLE outbox (ID INTEGER PRIMARY KEY AUTOINCREMENT, DestinationNumber, TextDecoded, CreatorID, Coding, UDH,
  MultiPart, DeliveryReport, SendingDateTime, SendingTimeOut, InsertIntoDB DEFAULT (datetime('now')));
CREATE TABLE outbox_multipart (ID, SequencePosition, TextDecoded, Coding, UDH);
CREATE TABLE sentitems (ID, SequencePosition, CreatorID, Status, StatusError, InsertIntoDB DEFAULT (datetime('now')),
  Text, TextDecoded, DestinationNumber);
"""
"""The columns of gammu-smsd's tables that we meet."""


class Desk:
    """A modem's tables, without a modem."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "smsd.db"
        self.gateway = Gammu(database=self.path, number=NUMBER, wait=0.2)
        with sqlite3.connect(self.path) as file:
            file.executescript(TABLES)

    def run(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        with sqlite3.connect(self.path) as file:
            return file.execute(statement, values).fetchall()

    def comes(self, text: str, *, sender: str = "+51987654321", head: str = "", kind: int = -1) -> None:
        self.run(
            "INSERT INTO inbox (ReceivingDateTime, SenderNumber, TextDecoded, Text, UDH, Class) VALUES (?, ?, ?, ?, ?, ?)",
            "2026-03-04 12:00:00", sender, text, text.encode("utf-16-be").hex(), head, kind,
        )  # fmt: skip

    def went(self, attempt: str, *statuses: str, since: str = "") -> None:
        for place, status in enumerate(statuses, 1):
            self.run(
                "INSERT INTO sentitems (ID, SequencePosition, CreatorID, Status, Text, TextDecoded, InsertIntoDB)"
                " VALUES (7, ?, ?, ?, 'x', 'una clave', ?)",
                place, f"grievance:{attempt}", status, since or now().strftime("%Y-%m-%d %H:%M:%S"),
            )  # fmt: skip

    def fetch(self, at: datetime | None = None) -> list[Fetched]:
        return list(self.gateway.fetch(now=at or now()))

    def heard(self) -> list[Inbound]:
        return [each.what for each in self.fetch() if isinstance(each.what, Inbound)]

    def told(self) -> list[tuple[str, str, bool]]:
        found = [each.what for each in self.fetch()]
        return [(e.attempt, e.state, e.again) for e in found if isinstance(e, StatusEvent)]


def now() -> datetime:
    return datetime(2026, 3, 4, 17, 0, tzinfo=UTC)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_a_text_stays_with_the_modem_until_it_is_safe_here(desk: Desk) -> None:
    desk.comes("no hay agua ñ 😀", sender="987654321")

    (found,) = desk.fetch()
    assert isinstance(found.what, Inbound)
    assert (found.what.sender, found.what.recipient, found.what.text) == (
        "+51987654321",
        NUMBER,
        "no hay agua ñ 😀",
    )
    assert desk.heard() == [found.what]
    found.done()

    assert desk.fetch() == []
    assert b"no hay agua" not in desk.path.read_bytes()


def test_one_text_with_a_broken_letter_holds_no_other_one_back(desk: Desk) -> None:
    desk.comes("El agua sale turbia")
    desk.comes("roto")
    desk.run("UPDATE inbox SET TextDecoded = CAST(X'7375CC6F20FF' AS TEXT) WHERE TextDecoded = 'roto'")
    desk.comes("Hay polvo")

    texts = [one.text for one in desk.heard()]

    assert texts[::2] == ["El agua sale turbia", "Hay polvo"]
    assert texts[1] == "suÌo ÿ"


def test_a_new_file_of_the_daemon_does_not_make_its_first_text_an_old_one(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    another = Desk(tmp_path / "new")
    desk.comes("no hay agua")
    another.comes("no hay luz")

    assert desk.heard()[0].ref != another.heard()[0].ref
    assert desk.heard()[0].ref == desk.heard()[0].ref


def test_parts_say_to_which_text_they_belong(desk: Desk) -> None:
    desk.comes("una ", head="050003A70201")
    desk.comes("dos", head="0608040BCD0202")
    desk.comes("logo", head="06050415820000")

    assert [message.piece for message in desk.heard()] == [Piece("A7", 1, 2), Piece("0BCD", 2, 2), None]


def test_an_answer_of_the_operators_menu_is_no_message_and_is_not_kept(desk: Desk) -> None:
    desk.comes("Saldo: 3 soles", kind=127)

    (found,) = desk.fetch()
    found.done()

    assert found.what is None
    assert desk.fetch() == []


def test_a_message_leaves_in_as_many_parts_as_it_needs(desk: Desk) -> None:
    long = "Recibimos su queja. " * 12
    for text in ("Recibido ñ", "Recibido ú", long):
        desk.gateway.send(Outbound("+51987654321", text, "attempt"))

    rows = desk.run("SELECT TextDecoded, Coding, MultiPart, CreatorID, DeliveryReport, UDH FROM outbox")
    ((second, head),) = desk.run("SELECT TextDecoded, UDH FROM outbox_multipart WHERE SequencePosition = 2")
    assert [row[1:5] for row in rows] == [
        ("Default_No_Compression", "false", "grievance:attempt", "yes"),
        ("Unicode_No_Compression", "false", "grievance:attempt", "yes"),
        ("Default_No_Compression", "true", "grievance:attempt", "yes"),
    ]
    assert rows[2][0] + second == long
    assert (rows[2][5][-4:], head[-4:], rows[2][5][:8]) == ("0201", "0202", head[:8])


def test_it_leaves_at_once_wherever_the_office_is(desk: Desk) -> None:
    desk.gateway.send(Outbound("+51987654321", "Recibido", "attempt"))

    ((sending, timeout),) = desk.run("SELECT SendingDateTime, SendingTimeOut FROM outbox")
    assert max(sending, timeout) < "2001"


@pytest.mark.parametrize(
    ("statuses", "state", "again"),
    [
        (["SendingOK"], "sent", False),
        (["DeliveryPending"], "sent", False),
        (["DeliveryOK"], "delivered", False),
        (["DeliveryOK", "SendingOK"], "sent", False),
        (["DeliveryOK", "DeliveryFailed"], "failed", False),
        (["SendingOK", "SendingError"], "failed", True),
        (["SomethingNew"], "sent", False),
    ],
)
def test_the_whole_went_as_far_as_its_slowest_part(
    desk: Desk, statuses: list[str], state: str, again: object
) -> None:
    desk.went("a1", *statuses)

    assert desk.told() == [("a1", state, again)]


def test_what_is_known_is_said_once_its_words_go_first_and_the_rest_with_the_last_word(desk: Desk) -> None:
    desk.went("a1", "SendingOK")

    desk.fetch()[0].done()
    assert desk.run("SELECT Text, TextDecoded FROM sentitems") == [("", "")]
    assert desk.told() == []
    desk.run("UPDATE sentitems SET Status = 'DeliveryOK'")
    assert desk.told() == [("a1", "delivered", False)]
    desk.fetch()[0].done()
    assert desk.run("SELECT ID FROM sentitems") == []


def test_a_message_nobody_reports_on_is_let_go_of_after_days_and_others_are_left_alone(desk: Desk) -> None:
    desk.went("a1", "SendingOK")
    desk.run("INSERT INTO sentitems (ID, CreatorID, Status) VALUES (8, 'somebody else', 'SendingOK')")
    desk.fetch()[0].done()

    for each in desk.fetch(now() + PATIENCE + timedelta(hours=1)):
        each.done()

    assert desk.run("SELECT ID FROM sentitems") == [(8,)]


def test_whether_it_was_taken_is_read_from_the_daemons_own_tables(desk: Desk) -> None:
    find, long = desk.gateway.find, "Recibimos su queja. " * 12
    desk.gateway.send(Outbound("+51987654321", long, "a1"))
    desk.run(
        "INSERT INTO sentitems (ID, SequencePosition, CreatorID, Status, TextDecoded, DestinationNumber)"
        " VALUES (9, 1, 'grievance:a2', 'SendingOK', 'Recibido', '+51987654321')"
    )

    def asked(text: str, to: str = "+51987654321", since: datetime = now()) -> str | None:  # noqa: B008  never changes
        found = find(to=to, since=since, matches=lambda body: body == text)
        return found.ref if found else None

    assert (asked(long), asked("Recibido"), asked("another")) == ("a1", "a2", None)
    assert asked(long, to="+51911111111") is None
    assert asked("Recibido", since=datetime(2999, 1, 1, tzinfo=UTC)) is None


def test_nobody_knocks_for_a_modem(desk: Desk) -> None:
    knock = Request("POST", "/channels/gammu/sms", {}, b"", ())

    with pytest.raises(Forged):
        desk.gateway.inbound(knock, now=now())
    with pytest.raises(Forged):
        desk.gateway.status(knock)


def test_without_the_daemons_file_nothing_leaves(tmp_path: Path) -> None:
    gone = Gammu(database=tmp_path / "nowhere.db", number=NUMBER)

    with pytest.raises(Undelivered) as refusal:
        gone.send(Outbound("+51987654321", "x", "a"))

    assert refusal.value.code == "unreachable"
    assert not (tmp_path / "nowhere.db").exists()


def test_a_modem_is_set_up_by_its_file_and_its_number(ring: Ring) -> None:
    def made(**given: str) -> set[str]:
        env = {f"GRIEVANCE_{name}": value for name, value in given.items()}
        return set(build(settings.load(env, extra=SETTINGS), ring))

    assert made(GAMMU_DATABASE="/var/lib/smsd.db", GAMMU_NUMBER=NUMBER) == {"gammu"}
    with pytest.raises(Misconfigured):
        made(GAMMU_DATABASE="/var/lib/smsd.db")
    with pytest.raises(Misconfigured):
        made(GAMMU_DATABASE="/var/lib/smsd.db", GAMMU_NUMBER="1122")
