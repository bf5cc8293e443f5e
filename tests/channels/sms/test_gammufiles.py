from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from channels.gateway import Fetched, Forged, Inbound, Outbound, Piece, Request, StatusEvent, Undelivered
from channels.sms import SETTINGS, build
from channels.sms.gammu import PATIENCE
from channels.sms.gammufiles import FOLDERS, GammuFiles
from grievance import settings
from grievance.errors import Misconfigured
from grievance.keyring import Ring
from tests.channels.sms.specimens.gammufiles import written

NUMBER = "+51970001122"
PHONE = "+51987654321"
NOW = datetime(2026, 3, 4, 17, 0, tzinfo=UTC)
NAME = f"IN20260304_120000_00_{PHONE}_00.txt"


class Desk:
    """A modem's folders, without a modem."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.at = folder, NOW
        for name in FOLDERS:
            (folder / name).mkdir()
        self.gateway = GammuFiles(folder=folder, number=NUMBER, now=lambda: self.at)

    def puts(self, raw: bytes, name: str = NAME, place: str = "inbox") -> Path:
        path = self.folder / place / name
        path.write_bytes(raw)
        return path

    def fetch(self) -> list[Fetched]:
        return list(self.gateway.fetch(now=self.at))

    def rested(self) -> list[Fetched]:
        self.fetch()
        return self.fetch()

    def heard(self) -> list[Inbound]:
        return [each.what for each in self.rested() if isinstance(each.what, Inbound)]

    def told(self) -> list[tuple[str, str]]:
        """Look as the process that sends does: what is known is written down, then `done`."""
        found = self.rested()
        for each in found:
            each.done()
        return [(e.what.attempt, e.what.state) for e in found if isinstance(e.what, StatusEvent)]

    def left(self, place: str = "inbox") -> list[str]:
        return sorted(path.name for path in (self.folder / place).iterdir())

    def went(self, attempt: str, *, parts: int = 1, to: str = PHONE, place: str = "sent") -> None:
        name = f"OUTC20260304_170000_00_{to}_g{attempt}x{parts}.txtd"
        self.puts("Una clave".encode("utf-16"), name, place)

    def reports(self, word: str, number: int = 0, to: str = PHONE) -> None:
        self.puts(
            written(word, sender=to, kind="Status_Report"), f"IN20260304_1300{number:02d}_00_{to}_00.txt"
        )


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_a_text_stays_with_the_modem_until_it_is_safe_here(desk: Desk) -> None:
    desk.puts(
        written("no hay agua ñ 😀\nni luz", sender="987654321"), "IN20260304_120000_00_987654321_00.txt"
    )

    (found,) = desk.rested()
    assert isinstance(found.what, Inbound)
    assert (found.what.sender, found.what.recipient, found.what.text) == (
        PHONE,
        NUMBER,
        "no hay agua ñ 😀\nni luz",
    )
    assert [each.what for each in desk.fetch()] == [found.what]
    found.done()

    assert desk.fetch() == []
    assert desk.left() == []


def test_what_the_daemon_still_writes_is_left_until_it_rests(desk: Desk) -> None:
    whole = written("una ", "dos", sender=PHONE, heads=("050003A70201", "050003A70202"))
    for cut in (0, 60, len(whole) // 2, len(whole) - 40):
        desk.puts(whole[:cut])
        assert desk.fetch() == []
    desk.puts(whole)
    assert desk.fetch() == []

    assert len(desk.fetch()) == 2


@pytest.mark.parametrize("cut", [100, 170, 400])
def test_what_the_daemon_never_finished_is_no_message_and_is_not_thrown_away(desk: Desk, cut: int) -> None:
    desk.puts(written("no hay agua", sender=PHONE)[:cut])

    assert desk.rested() == []
    assert desk.left() == [NAME]


def test_a_file_goes_when_the_last_of_its_parts_is_safe(desk: Desk) -> None:
    desk.puts(written("una ", "dos", sender=PHONE, heads=("050003A70201", "0608040BCD0202")))

    first, second = desk.rested()
    assert [each.what.piece for each in (first, second) if isinstance(each.what, Inbound)] == [
        Piece("A7", 1, 2),
        Piece("0BCD", 2, 2),
    ]
    first.done()
    assert desk.left() == [NAME]
    assert len(desk.fetch()) == 2
    second.done()
    assert desk.left() == []


def test_a_text_that_looks_like_the_daemons_own_lines_stays_a_text(desk: Desk) -> None:
    words = "hola\n[SMSBackup001]\nPDU = Status_Report\nNumberUnicode = 0041\nText00 = 0041"
    desk.puts(written(words, sender=PHONE))

    (found,) = desk.heard()

    assert (found.text, found.sender) == (words, PHONE)


def test_in_another_format_a_file_is_one_text_and_names_no_other_number(desk: Desk) -> None:
    forged = written("Delivered", sender="+51911111111", kind="Status_Report")
    desk.puts("\ufeffno hay agua ñ😀\0\0".encode("utf-16-be"), f"IN20260304_120000_00_{PHONE}_00.txt")
    desk.puts("no hay luz ñ".encode(), f"IN20260304_120001_00_{PHONE}_00.txt")
    desk.puts(b"\x00\x01", f"IN20260304_120002_00_{PHONE}_00.bin")
    desk.puts(forged, f"IN20260304_120003_00_{PHONE}_00.txt")
    desk.puts(b"nobody's", "README.txt")

    found = desk.heard()

    assert [one.text for one in found[:3]] == ["no hay agua ñ😀", "no hay luz ñ", ""]
    assert {one.sender for one in found} == {PHONE}
    assert found[3].text == forged.decode()
    assert "README.txt" in desk.left()


def test_two_texts_of_one_second_are_two_and_one_that_comes_again_is_the_same(desk: Desk) -> None:
    desk.puts(written("no hay agua", sender=PHONE))
    first, again = desk.heard()[0].ref, desk.heard()[0].ref
    desk.puts(written("no hay luz", sender=PHONE))

    assert first == again
    assert desk.heard()[0].ref != first


def test_a_message_is_there_whole_or_not_at_all_and_never_half_written(desk: Desk) -> None:
    desk.gateway.send(Outbound(PHONE, "Recibido ñ ú 😀", "a1"))

    assert desk.left("outbox") == [f"OUTC20260304_170000_00_{PHONE}_ga1x1.txtd"]
    (file,) = (desk.folder / "outbox").iterdir()
    assert file.read_bytes() == b"\xfe\xff" + "Recibido ñ ú 😀".encode("utf-16-be")


@pytest.mark.parametrize(
    ("to", "attempt"),
    [("../etc", "a1"), ("Claro", "a1"), ("", "a1"), (PHONE, "a_1"), (PHONE, ""), (PHONE, "x" * 41)],
)
def test_what_no_file_can_be_named_after_is_not_sent(desk: Desk, to: str, attempt: str) -> None:
    with pytest.raises(Undelivered) as refusal:
        desk.gateway.send(Outbound(to, "Recibido", attempt))

    assert refusal.value.permanent
    assert desk.left("outbox") == []


def test_what_left_is_said_once_and_its_words_go_then(desk: Desk) -> None:
    desk.went("a1")

    assert desk.told() == [("a1", "sent")]
    (file,) = (desk.folder / "sent").iterdir()
    assert file.read_bytes() == b""
    assert desk.told() == []


def test_what_the_daemon_could_not_send_failed_and_its_file_goes(desk: Desk) -> None:
    desk.went("a1", place="error")

    assert desk.told() == [("a1", "failed")]
    assert desk.left("error") == []


@pytest.mark.parametrize(
    ("sent", "words", "states", "left"),
    [
        ([1], ["Delivered"], {"a0": "delivered"}, 0),
        ([1], ["Failed"], {"a0": "failed"}, 0),
        ([1], ["Pending"], {}, 1),
        ([2], ["Delivered"], {}, 2),
        ([2], ["Delivered", "Delivered"], {"a0": "delivered"}, 0),
        ([2], ["Delivered", "Failed"], {"a0": "failed"}, 0),
        ([1, 1], ["Delivered"], {}, 3),
        ([1, 1], ["Delivered", "Delivered"], {"a0": "delivered", "a1": "delivered"}, 0),
        ([1, 1], ["Failed"], {}, 3),
        ([], ["Delivered"], {}, 0),
    ],
)
def test_a_report_that_names_only_a_phone_says_what_it_surely_says_and_no_more(
    desk: Desk, sent: list[int], words: list[str], states: dict[str, str], left: int
) -> None:
    for number, parts in enumerate(sent):
        desk.went(f"a{number}", parts=parts)
    desk.went("other", to="+51911111111")
    desk.told()
    for number, word in enumerate(words):
        desk.reports(word, number)

    assert dict(desk.told()) == states
    assert len(desk.left("sent")) - 1 + len(desk.left()) == left


def test_a_message_nobody_reports_on_and_a_report_of_none_are_let_go_of_after_days(desk: Desk) -> None:
    desk.went("a1", parts=2)
    desk.puts(b"x", "OUTC20260304_170000_00_+51987654321_sms0.txtd", "sent")  # somebody else's
    desk.told()
    desk.reports("Delivered")
    desk.at = NOW + PATIENCE - timedelta(hours=1)
    assert desk.told() == []
    assert len(desk.left("sent") + desk.left()) == 3

    desk.at = NOW + PATIENCE + timedelta(hours=1)
    assert desk.told() == []

    assert desk.left("sent") + desk.left() == ["OUTC20260304_170000_00_+51987654321_sms0.txtd"]


def test_whether_it_was_taken_is_read_from_the_daemons_own_folders(desk: Desk) -> None:
    desk.gateway.send(Outbound(PHONE, "Recibido", "a1"))
    desk.went("a2")

    def asked(text: str, to: str = PHONE, since: datetime = NOW) -> str | None:
        found = desk.gateway.find(to=to, since=since, matches=lambda body: body == text)
        return found.ref if found else None

    assert asked("Recibido") == "a1"
    assert asked("another") is None
    assert asked("Recibido", to="+51911111111") is None
    assert asked("Recibido", since=NOW + timedelta(minutes=1)) is None


def test_nobody_knocks_for_a_modem(desk: Desk) -> None:
    knock = Request("POST", "/channels/gammufiles/sms", {}, b"", ())

    with pytest.raises(Forged):
        desk.gateway.inbound(knock, now=NOW)
    with pytest.raises(Forged):
        desk.gateway.status(knock)


def test_without_the_daemons_folders_nothing_is_read_and_nothing_leaves(tmp_path: Path) -> None:
    gone = GammuFiles(folder=tmp_path / "nowhere", number=NUMBER, now=lambda: NOW)

    with pytest.raises(Undelivered):
        list(gone.fetch(now=NOW))
    with pytest.raises(Undelivered) as refusal:
        gone.send(Outbound(PHONE, "x", "a"))

    assert refusal.value.code == "unreachable"
    assert not (tmp_path / "nowhere").exists()


def test_a_modem_of_files_is_set_up_by_its_folder_and_its_number(ring: Ring) -> None:
    def made(**given: str) -> set[str]:
        env = {f"GRIEVANCE_{name}": value for name, value in given.items()}
        return set(build(settings.load(env, extra=SETTINGS), ring))

    assert made(GAMMUFILES_FOLDER="/var/spool/gammu", GAMMUFILES_NUMBER=NUMBER) == {"gammufiles"}
    with pytest.raises(Misconfigured):
        made(GAMMUFILES_FOLDER="/var/spool/gammu")
    with pytest.raises(Misconfigured):
        made(GAMMUFILES_FOLDER="/var/spool/gammu", GAMMUFILES_NUMBER="1122")
