from pathlib import Path

import pytest

from channels.gateway import Outbound, Rang
from channels.telephone import modemcalls, rings
from tests.deployment import NUMBER, until
from tests.journeys.actors import CLAVE
from tests.peers import peers
from tests.peers.conftest import Serve
from tests.peers.peers import Modem

pytestmark = pytest.mark.peers
with_its_tables = pytest.mark.skipif(
    not peers.has_modem(), reason="Debian's gammu-smsd and libdbd-sqlite3 are not both installed"
)
with_its_files = pytest.mark.skipif(
    not peers.program(peers.SMSD), reason="Debian's gammu-smsd is not installed"
)
PHONE = "+51987654321"
LONG = "Recibimos su queja. " * 12
PARTS = "SELECT UDH, TextDecoded FROM sentitems ORDER BY SequencePosition"


def sent(modem: Modem) -> list[tuple[str, ...]]:
    """List the words that the daemon keeps of what it sent."""
    return modem.rows("SELECT Text, TextDecoded FROM sentitems")


@with_its_tables
def test_texts_come_in_through_a_real_modem_daemon_and_answers_go_out_by_it(
    tmp_path: Path, serve: Serve
) -> None:
    with (
        peers.modem(tmp_path) as modem,
        serve(GAMMU_DATABASE=str(modem.database), GAMMU_NUMBER=NUMBER) as served,
    ):
        modem.receives("El agua sale turbia 😀 en Huaylluray", sender="987654321")
        modem.receives("El polvo entra a la ", "escuela de Huaylluray", sender="+51987654322")
        modem.receives("Recarga ya y gana premios", sender="Claro")
        until(lambda: served.turn() or len(served.cases()) == 2, what="two cases")
        until(
            lambda: served.turn() or served.outcomes().count("held") == 1,
            what="an operator's text to be held",
        )
        until(
            lambda: served.turn() or sent(modem) == [("", "")] * 2,
            what="two receipts on the air, their words gone",
        )

        assert modem.rows("SELECT ID FROM inbox") == []
        assert not CLAVE.search(modem.database.read_bytes().decode("latin-1"))
        modem.change("UPDATE sentitems SET Status = 'DeliveryOK'")
        until(lambda: served.turn() or served.states().count("delivered") == 2, what="reports")
        assert modem.rows("SELECT ID FROM sentitems") == []

        served.house.gateways["gammu"].send(Outbound(PHONE, LONG, "attempt"))
        until(lambda: len(modem.rows(PARTS)) == 2, what="two parts on the air")
        parts = modem.rows(PARTS)
        assert "".join(words for _, words in parts) == LONG
        assert [head[-4:] for head, _ in parts] == ["0201", "0202"]


@with_its_files
def test_texts_come_in_and_go_out_through_the_files_of_a_real_modem_daemon(
    tmp_path: Path, serve: Serve
) -> None:
    with (
        peers.modem_of_files(tmp_path) as modem,
        serve(GAMMUFILES_FOLDER=str(tmp_path), GAMMUFILES_NUMBER=NUMBER) as served,
    ):

        def files(place: str) -> list[Path]:
            return sorted((tmp_path / place).iterdir())

        modem.receives("El agua sale turbia 😀 en Huaylluray\n[SMSBackup001]\nPDU = x", sender="987654321")
        modem.receives("El polvo entra a la ", "escuela de Huaylluray", sender="+51987654322")
        modem.receives("Recarga ya y gana premios", sender="Claro")
        until(lambda: served.turn() or len(served.cases()) == 2, what="two cases")
        until(
            lambda: served.turn() or served.outcomes().count("held") == 1,
            what="an operator's text to be held",
        )
        until(
            lambda: served.turn() or [file.stat().st_size for file in files("sent")] == [0, 0],
            what="two receipts on the air, their words gone",
        )

        assert files("inbox") == []
        modem.receives("Delivered", sender=PHONE, kind="Status_Report")
        modem.receives("Failed", sender="+51987654322", kind="Status_Report")
        until(lambda: served.turn() or "delivered" in served.states(), what="a report")
        until(lambda: served.turn() or files("sent") + files("inbox") == [], what="nothing to be left")

        served.house.gateways["gammufiles"].send(Outbound(PHONE, LONG, "attempt"))
        until(lambda: files("sent"), what="two parts on the air")
        assert files("sent")[0].read_bytes().decode("utf-16") == LONG
        assert files("error") == []


@with_its_files
def test_a_real_modem_daemon_hangs_up_and_notes_who_rang(tmp_path: Path, serve: Serve) -> None:
    with (
        peers.modem_of_files(tmp_path) as modem,
        serve(GAMMUFILES_FOLDER=str(tmp_path), GAMMUFILES_NUMBER=NUMBER, RING_BACK=NUMBER) as served,
    ):
        modem.rings()
        until(lambda: _rang(tmp_path), what="a note of the call")
        rang = _rang(tmp_path)
        rings.fetch(served.house)

        assert {(one.caller, one.recipient, one.reachable) for one in rang} == {("+800123456", NUMBER, False)}
        assert _rang(tmp_path) == []


def _rang(folder: Path) -> list[Rang]:
    return [rang for rang, _ in modemcalls.missed(folder, gateway="gammufiles", ours=NUMBER)]
